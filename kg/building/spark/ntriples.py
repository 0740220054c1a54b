"""Triples on a cluster: N-Triples in gzip parts, as stores load them in bulk, written by the workers."""

from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from kg.engines.spark import SparkEngine, atomic_write
from kg.engines.statements import sql
from kg.model.tables import TABLES
from kg.rdf.dump import create_pair_tables, row_kinds, row_writers
from kg.rdf.syntax import NTriplesSyntax
from kg.rdf.triples import TripleWriter
from kg.runtime.files import gzip_writer

BATCH_ROWS = 8_192

ENTITIES = """
SELECT e.*, p.partners, f.members,
    FILTER(e.xrefs, each -> NOT ARRAY_CONTAINS(s.shared, each)) AS exact,
    FILTER(e.xrefs, each -> ARRAY_CONTAINS(s.shared, each)) AS close
FROM entities AS e
CROSS JOIN (
    SELECT ARRAY_AGG(xref) AS shared
    FROM (SELECT xref FROM (SELECT EXPLODE(xrefs) AS xref FROM entities) GROUP BY xref HAVING COUNT(*) > 1)
) AS s
LEFT JOIN (
    SELECT entity_id, ARRAY_SORT(ARRAY_AGG(partner)) AS partners
    FROM (
        SELECT subject_id AS entity_id, object_id AS partner FROM rdf_pairs
        UNION ALL
        SELECT object_id AS entity_id, subject_id AS partner FROM rdf_pairs
    )
    GROUP BY entity_id
) AS p ON p.entity_id = e.entity_id
LEFT JOIN (
    SELECT family_id, ARRAY_SORT(ARRAY_AGG(entity_id)) AS members FROM members GROUP BY family_id
) AS f ON f.family_id = e.entity_id
ORDER BY e.entity_id
"""
"""What kg/sql/rdf/entities.sql says in words that DuckDB alone has."""


def write(
    engine: SparkEngine, tables: Path, folder: Path, layers: tuple[str, ...], manifest: dict[str, Any]
) -> int:  # fmt: skip
    """Write the triples of the published `tables` into `folder`; give their number.

    The lines of all files together are those of the N-Triples exporter; every triple is in one file, once.
    """
    for name, schema in TABLES.items():
        engine.attach(name, tables / f"{name}.parquet", schema)
    create_pair_tables(engine, layers, manifest["thresholds"]["min_figures"])
    base = manifest["parameters"]["base"]
    folder.mkdir()
    total = 0
    for name in row_kinds(layers):
        parts = engine.partitions(ENTITIES if name == "entities" else sql(f"rdf/{name}"))
        found = engine.map(partial(_write_part, folder, name, base, layers), [*enumerate(parts)])
        engine.remove_partitions(parts)
        total += sum(found)
    return total


def _writer(base: str, layers: tuple[str, ...]) -> TripleWriter:
    return TripleWriter(base, NTriplesSyntax(), mentions="mentions" in layers, terms="terms" in layers)


def _write_part(folder: Path, name: str, base: str, layers: tuple[str, ...], part: tuple[int, Path]) -> int:
    number, path = part
    writer = _writer(base, layers)
    make = row_writers(writer, layers)[name]
    with (
        atomic_write(folder / f"part-{name}-{number:07}.nt.gz") as aside,
        aside.open("wb") as raw,
        gzip_writer(raw) as packed,
        pq.ParquetFile(path) as file,
    ):
        for batch in file.iter_batches(BATCH_ROWS):
            packed.write("".join(map(make, batch.to_pylist())).encode("utf-8", "replace"))
    return writer.count
