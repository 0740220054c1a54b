"""CSV for neo4j-admin on a cluster: the rows of `kg.exporters.neo4j`, with a file for each part of each kind."""

from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from kg.engines.spark import SparkEngine
from kg.exporters.neo4j import Neo4jKind, kinds, lines, write_headers
from kg.runtime.files import atomic_path, gzip_writer

BATCH_ROWS = 65_536
"""Rows that become text at once."""


def write(engine: SparkEngine, folder: Path, base: str, min_figures: int) -> int:
    """Write the published tables, which stand in `engine`, into a new folder; return the number of rows."""
    folder.mkdir()
    all_kinds = kinds(min_figures)
    write_headers(folder, all_kinds)
    total = 0
    for kind in all_kinds:
        parts = engine.partitions(kind.select)
        total += sum(engine.map(partial(_write_part, folder, kind, base), [*enumerate(parts)]))
        engine.remove_partitions(parts)
    return total


def _write_part(folder: Path, kind: Neo4jKind, base: str, part: tuple[int, Path]) -> int:
    number, path = part
    with (
        atomic_path(folder / f"{kind.name}-part-{number:07}.csv.gz") as aside,
        aside.open("wb") as raw,
        gzip_writer(raw) as file,
        pq.ParquetFile(path) as rows,
    ):
        for text in lines(kind, rows.iter_batches(BATCH_ROWS), base):
            file.write(text)
        return int(rows.metadata.num_rows)
