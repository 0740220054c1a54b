"""CPU time of reading the files of a corpus in one process, by kind of file: `python benchmarks/reading.py CORPUS`."""

import statistics
import sys
import time
from collections import defaultdict

import pyarrow as pa

from kg.ingest.entries import Entry
from kg.ingest.parse import read
from kg.ingest.sources import scan

REPEAT = 3
"""Runs, of which the median counts."""


def main(corpus: str) -> None:
    """Print files, mentions, CPU seconds and milliseconds a file of each kind."""
    kinds: dict[str, list[Entry]] = defaultdict(list)
    for entry in scan([corpus]):
        kinds["records" if entry.name.endswith(".md") else "tables"].append(entry)
    pa.array([1])  # so that the imports of pyarrow do not count
    for kind, entries in kinds.items():
        seconds = []
        for _ in range(REPEAT):
            start = time.process_time()
            mentions = sum(tables["raw_mentions"].num_rows for tables in read(entries))
            seconds.append(time.process_time() - start)
        middle = statistics.median(seconds)
        print(f"{kind}: {len(entries):,} files, {mentions:,} mentions, {middle:.2f} CPU s, ", end="")
        print(f"{middle / len(entries) * 1000:.3f} ms a file")


if __name__ == "__main__":
    main(sys.argv[1])
