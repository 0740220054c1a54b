"""CSV for neo4j-admin on a cluster: the rows of `kg.exporters.neo4j`, each kind in as many files as it has parts."""

from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from kg.engines.spark import SparkEngine, atomic_write
from kg.exporters.neo4j import Kind, heads, kinds, lines
from kg.runtime.files import gzip_writer

BATCH_ROWS = 65_536


def write(engine: SparkEngine, folder: Path, base: str, least: int) -> int:
    """Write the published tables, which stand in `engine`, into a new folder; give the number of rows."""
    folder.mkdir()
    every = kinds(least)
    heads(folder, every)
    total = 0
    for kind in every:
        parts = engine.partitions(kind.select)
        total += sum(engine.map(partial(_write_part, folder, kind, base), [*enumerate(parts)]))
        engine.remove_partitions(parts)
    return total


def _write_part(folder: Path, kind: Kind, base: str, part: tuple[int, Path]) -> int:
    number, path = part
    with (
        atomic_write(folder / f"{kind.name}-part-{number:07}.csv.gz") as aside,
        aside.open("wb") as raw,
        gzip_writer(raw) as file,
        pq.ParquetFile(path) as rows,
    ):
        for text in lines(kind, rows.iter_batches(BATCH_ROWS), base):
            file.write(text)
        return int(rows.metadata.num_rows)
