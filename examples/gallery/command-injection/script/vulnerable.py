"""Packs a folder: pack.py FOLDER"""

import os
import sys


def main():
    folder = sys.argv[1]
    os.system(f"tar -czf backup.tar.gz {folder}")


if __name__ == "__main__":
    main()
