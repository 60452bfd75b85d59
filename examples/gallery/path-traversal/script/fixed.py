"""Unpacks an archive that somebody sent: unpack.py ARCHIVE"""

import sys
import tarfile


def main():
    with tarfile.open(sys.argv[1]) as archive:
        archive.extractall("incoming", filter="data")


if __name__ == "__main__":
    main()
