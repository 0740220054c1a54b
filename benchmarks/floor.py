"""A lower bound for any such program: read every byte of the input, write as many bytes as the output has.

python benchmarks/floor.py SOURCE OUT BYTES [--jobs N]
"""

import argparse
import json
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

FILES = 2000
"""Number of files that a process reads at a time."""

BLOCK = b"floor\n" * 200_000


def read(paths: list[str]) -> int:
    """Read files; return the number of their bytes."""
    return sum(len(Path(path).read_bytes()) for path in paths)


def main() -> None:
    """Read in all processes and write in one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("bytes", type=int)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    paths = [
        entry.path for folder in sorted(arguments.source.iterdir()) for entry in os.scandir(folder) if entry.is_file()
    ]
    chunks = [paths[first : first + FILES] for first in range(0, len(paths), FILES)]
    with ProcessPoolExecutor(arguments.jobs) as pool, arguments.out.open("wb") as file:
        done = pool.map(read, chunks)
        for first in range(0, arguments.bytes, len(BLOCK)):
            file.write(BLOCK[: arguments.bytes - first])
        size = sum(done)
    print(json.dumps({"bytes": arguments.bytes, "read": size}))


if __name__ == "__main__":
    main()
