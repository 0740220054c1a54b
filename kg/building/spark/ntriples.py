"""Triples on a cluster: N-Triples in gzip parts for the bulk load of a store, written by the workers."""

from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from kg.engines.spark import SparkEngine
from kg.model.tables import TABLES
from kg.rdf.dump import BATCH_ROWS, STATEMENTS, create_pair_tables, is_full, row_kinds, row_writers
from kg.rdf.syntax import NTriplesSyntax
from kg.rdf.triples import TripleWriter
from kg.runtime.files import atomic_path, gzip_writer


def write(engine: SparkEngine, tables: Path, folder: Path, layers: tuple[str, ...], manifest: dict[str, Any]) -> int:
    """Write the triples of the published `tables` into `folder`; return their number.

    The lines of all files together are those of the N-Triples exporter. Every triple is in one file, once.
    """
    for name, schema in TABLES.items():
        engine.attach(name, tables / f"{name}.parquet", schema)
    create_pair_tables(engine, layers, manifest)
    base = manifest["parameters"]["base"]
    folder.mkdir()
    total = 0
    for name in row_kinds(layers):
        parts = engine.partitions(STATEMENTS.sql(name, engine.dialect))
        total += sum(
            engine.map(partial(_write_part, folder, name, base, layers, is_full(manifest)), [*enumerate(parts)])
        )
        engine.remove_partitions(parts)
    return total


def _writer(base: str, layers: tuple[str, ...], full: bool) -> TripleWriter:
    return TripleWriter(base, NTriplesSyntax(), layers, full=full)


def _write_part(folder: Path, name: str, base: str, layers: tuple[str, ...], full: bool, part: tuple[int, Path]) -> int:
    number, path = part
    writer = _writer(base, layers, full)
    serialize = row_writers(writer)[name]
    with (
        atomic_path(folder / f"part-{name}-{number:07}.nt.gz") as aside,
        aside.open("wb") as raw,
        gzip_writer(raw) as packed,
        pq.ParquetFile(path) as file,
    ):
        for batch in file.iter_batches(BATCH_ROWS):
            packed.write("".join(map(serialize, batch.to_pylist())).encode("utf-8", "replace"))
    return writer.count
