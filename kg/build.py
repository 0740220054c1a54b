"""Sources to published tables: read, ground, assemble, count, judge, write.

The one place that joins sources, parsers, lexicon, engine and statistics. Everything that a build is
(counts, parameters, thresholds, input digest) goes into its manifest; nothing depends on the clock, the
order of the input or the number of processes.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kg import __version__, cooccurrence, grounding, ingest, plugins, report, sources
from kg.cooccurrence import sql
from kg.engines import Engine
from kg.errors import SourceError
from kg.lexicon import Lexicon
from kg.tables import RAW, RAW_FILES, write_parquet
from kg.terms import DEFAULT_BASE

ASSEMBLE = ("claims", "claimed", "readings", "wanted", "learned")
RESOLVE = ("grounding", "resolved", "known_figures", "figures", "paper_names", "citations", "papers", "entities")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a build can be told; all of it is recorded in the manifest."""

    min_figures: int | None = None  # least support of a pair in RDF and graphs; None: chosen, see `threshold`
    max_entities: int = 1000  # figures with more entities are left out of co-occurrence
    base: str = DEFAULT_BASE  # IRI under which our own terms lie


@dataclass(frozen=True, slots=True)
class Resources:
    """What a build may use; never recorded, for the result does not depend on it."""

    jobs: int = 1
    memory_limit: str = "4GiB"
    engine: str = "duckdb"


Progress = Callable[[str, int, int | None], None]
"""Called with the stage, the work done in it so far, and the total where it is known."""


def silent(_stage: str, _done: int, _total: int | None) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a build: the manifest and the report, both yet to be written."""

    manifest: dict[str, Any]
    report: list[report.Line]
    ungrounded: tuple[str, ...]  # names without identifier, the most drawn first


def build_tables(
    inputs: Iterable[str],
    folder: Path,
    parameters: Parameters = Parameters(),
    resources: Resources = Resources(),
    progress: Progress = silent,
) -> Result:
    """Read `inputs` and write the published tables into `folder`, which must exist.

    Raises SourceError where an input is missing, damaged, or there are no records at all; OutputError
    where the disk is full. Bad records are no error: they are in the report.
    """
    scratch = folder / ".scratch"
    scratch.mkdir()
    engine: Engine = plugins.load("engine", resources.engine)(scratch, resources.memory_limit, resources.jobs)
    try:
        _read(engine, list(inputs), resources.jobs, progress)
        lexicon = Lexicon.bundled()
        _assemble(engine, lexicon, progress)
        counts = _write_entities(engine, folder)
        judge, pairs = _write_pairs(engine, folder, scratch, parameters, progress)
        ungrounded = engine.fetch(sql("ungrounded"))
        lines = report.collect(engine, parameters.max_entities, ungrounded)
        counts["cooccurrences"] = pairs
        return Result(
            _manifest(engine, parameters, judge, counts, lexicon, lines), lines, tuple(ungrounded["name"].to_pylist())
        )
    finally:
        engine.close()
        shutil.rmtree(scratch)


# -- read


def _read(engine: Engine, inputs: list[str], jobs: int, progress: Progress) -> None:
    for name, schema in [*RAW.values(), RAW_FILES]:
        engine.append(name, schema.empty_table())
    done = 0
    for tables in ingest.read(sources.scan(inputs), jobs):
        for name, table in tables.items():
            if table.num_rows:
                engine.append(name, table)
        done += tables[RAW_FILES[0]].num_rows
        progress("reading records", done, None)
    figures = engine.fetch(
        "SELECT COUNT(*) AS n FROM (SELECT record FROM raw_figures UNION ALL SELECT record FROM raw_tables) AS r"
    )
    if not figures["n"][0].as_py():
        raise SourceError(_nothing_found(engine, inputs))


def _nothing_found(engine: Engine, inputs: list[str]) -> str:
    problems = engine.fetch(
        "SELECT file, line, message FROM raw_problems WHERE severity = 'error' ORDER BY file LIMIT 3"
    )
    first = [f"{row['file']}:{row['line'] or 1}: {row['message']}" for row in problems.to_pylist()]
    found = (
        f"; {'; '.join(first)}" if first else "; a record is a .md or .txt file that starts with --- and has a figid"
    )
    return f"{', '.join(inputs)}: no figure records here{found}"


# -- ground and assemble


def _assemble(engine: Engine, lexicon: Lexicon, progress: Progress) -> None:
    for step, name in enumerate(ASSEMBLE):
        progress("joining tables", step, len(ASSEMBLE) + len(RESOLVE) + 2)
        engine.create(name, sql(name))
    readings, xrefs = grounding.ground(engine.fetch("SELECT * FROM wanted ORDER BY category, text"), lexicon)
    engine.append("lexicon_readings", readings)
    engine.append("lexicon_xrefs", xrefs)
    for step, name in enumerate([*RESOLVE, "mentions"], len(ASSEMBLE) + 1):
        progress("joining tables", step, len(ASSEMBLE) + len(RESOLVE) + 2)
        engine.create(name, sql(name))


# -- write


def _write_entities(engine: Engine, folder: Path) -> dict[str, int]:
    ordered = {
        "figures": "SELECT * FROM figures ORDER BY figure_id",
        "papers": "SELECT * FROM papers ORDER BY paper_id",
        "mentions": "SELECT * FROM mentions ORDER BY figure_id, entity_id, match NULLS LAST, word NULLS LAST",
        "citations": "SELECT * FROM citations ORDER BY citing_id, cited_id, kind",
    }
    counts = {
        name: write_parquet(folder / f"{name}.parquet", name, engine.stream(text)) for name, text in ordered.items()
    }
    counts["entities"] = write_parquet(folder / "entities.parquet", "entities", _with_xrefs(engine))
    return counts


def _with_xrefs(engine: Engine) -> Iterator[pa.RecordBatch]:
    """Add the list column here: SQL has no way to make one that DuckDB and Spark share."""
    xrefs: dict[str, list[str]] = {}
    for row in engine.fetch(sql("xrefs")).to_pylist():
        xrefs.setdefault(row["entity_id"], []).append(row["xref"])
    for batch in engine.stream("SELECT * FROM entities ORDER BY entity_id"):
        lists = [xrefs.get(entity, []) for entity in batch.column("entity_id").to_pylist()]
        yield batch.append_column("xrefs", pa.array(lists, pa.list_(pa.string())))


def _write_pairs(
    engine: Engine, folder: Path, scratch: Path, parameters: Parameters, progress: Progress
) -> tuple[cooccurrence.Judge, int]:
    for name in cooccurrence.PREPARE:
        engine.create(name, sql(name, max_entities=parameters.max_entities))
    judge = cooccurrence.Judge(cooccurrence.Ends.read(engine.fetch("SELECT * FROM entity_codes")))
    parts = cooccurrence.slices(engine.fetch(sql("loads")))
    judged = [
        _count_slice(engine, judge, part, scratch / f"pairs-{part.first}.parquet") for part in _told(parts, progress)
    ]
    batches = (batch for path in judged for batch in pq.ParquetFile(path).iter_batches())
    return judge, write_parquet(folder / "cooccurrences.parquet", "cooccurrences", judge.second_pass(batches))


def _told(parts: list[cooccurrence.Slice], progress: Progress) -> Iterator[cooccurrence.Slice]:
    total = sum(part.instances for part in parts)
    done = 0
    for part in parts:
        progress("counting pairs", done, total)
        yield part
        done += part.instances
    progress("counting pairs", done, total)


def _count_slice(engine: Engine, judge: cooccurrence.Judge, part: cooccurrence.Slice, path: Path) -> Path:
    counted = engine.fetch(sql("pairs", first=part.first, last=part.last))
    pq.write_table(judge.first_pass(counted), path, compression="lz4")
    return path


# -- manifest


def _manifest(
    engine: Engine,
    parameters: Parameters,
    judge: cooccurrence.Judge,
    counts: dict[str, int],
    lexicon: Lexicon,
    lines: list[report.Line],
) -> dict[str, Any]:
    chosen = parameters.min_figures or cooccurrence.threshold(judge.supports)
    categories = engine.fetch("SELECT category, COUNT(*) AS n FROM entities GROUP BY category ORDER BY category")
    statuses = engine.fetch("SELECT id_status, COUNT(*) AS n FROM entities GROUP BY id_status ORDER BY id_status")
    return {
        "program": "kg",
        "version": __version__,
        "created": created(),
        "parameters": {
            "min_figures": parameters.min_figures or "auto",
            "max_entities": parameters.max_entities,
            "base": parameters.base,
        },
        "input": _input(engine),
        "lexicon": lexicon.version,
        "thresholds": {
            "min_figures": chosen,
            "pairs_kept": sum(pairs for figures, pairs in judge.supports.items() if figures >= chosen),
        },
        "counts": counts | {"entities_by_category": _as_dict(categories), "entities_by_id_status": _as_dict(statuses)},
        "pairs": {
            "distinct": sum(pairs for figures, pairs in judge.supports.items() if figures > 0),
            "distinct_all": sum(judge.supports.values()),
            "instances": judge.totals["figures"],
            "instances_all": judge.totals["figures_all"],
            "weight": round(judge.totals["weight_units"] / cooccurrence.WEIGHT_UNITS, 9),
            "tests": judge.tests(),
        },
        "report": report.count(lines),
    }


def _as_dict(counted: pa.Table) -> dict[str, int]:
    return dict(zip(*(column.to_pylist() for column in counted.columns), strict=True))


def created() -> str | None:
    """Give the build's date, ISO 8601 in UTC, from SOURCE_DATE_EPOCH; None without it: no wall clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        raise SourceError(f"SOURCE_DATE_EPOCH={epoch[:40]!r} is not a number of seconds since 1970") from None


def _input(engine: Engine) -> dict[str, Any]:
    """Digest the files read by name and content, in the order of names: the order they came in is no matter."""
    digest = hashlib.sha256()
    files = 0
    for batch in engine.stream("SELECT name, digest FROM raw_files ORDER BY name, digest"):
        for name, content in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            digest.update(f"{content}  {name}\n".encode())
            files += 1
    records = engine.fetch("SELECT COUNT(*) AS n FROM raw_figures")["n"][0].as_py()
    tables = engine.fetch("SELECT COUNT(*) AS n FROM raw_tables")["n"][0].as_py()
    return {"files": files, "records": records, "sidecar_tables": tables, "sha256": digest.hexdigest()}
