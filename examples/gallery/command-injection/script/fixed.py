"""Packs a folder: pack.py FOLDER"""

import subprocess
import sys


def main():
    folder = sys.argv[1]
    subprocess.run(["tar", "-czf", "backup.tar.gz", "--", folder], check=True)


if __name__ == "__main__":
    main()
