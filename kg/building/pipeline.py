"""Sources to published tables: read, ground, assemble, count, judge, write.

The one place that joins sources, parsers, lexicon, engine and statistics. Everything that a build is
(counts, parameters, thresholds, input digest) goes into its manifest; nothing depends on the clock, the
order of the input or the number of processes.
"""

import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pyarrow as pa

from kg.building.assemble import assemble
from kg.building.incremental.reuse_pairs import ReusablePairs
from kg.building.manifest import BuildResult, conclude
from kg.building.options import BuildParameters, BuildResources
from kg.cooccurrence import count, slices
from kg.engines import Engine
from kg.engines.statements import sql
from kg.errors import SourceError
from kg.ingest import parse, sources, sssom
from kg.ingest.cache import ParseCache
from kg.lexicon.lexicon import Lexicon
from kg.model.tables import RAW, RAW_FILES, SORT_KEYS, write_parquet
from kg.runtime import plugins
from kg.runtime.progress import Progress, no_progress

ASSEMBLED = ("figures", "papers", "mentions", "citations", "members", "words", "entities")

PAIRS: dict[str, dict[str, str]] = {
    "cooccurrences": {name: name for name in slices.PREPARE},
    "word_cooccurrences": {"word_codes": "word_codes"}
    | {name: name for name in slices.PREPARE}
    | {"entity_codes": "word_codes", "figure_words": "figure_terms"},
}
"""Tables of pairs, and what is made for their counting, in order: table to SELECT. Words count as entities do."""

USED_UP = ("words_read", "worded", "resolved")
"""Tables that nothing reads once the assembled ones are written."""

APPENDED_BYTES = 64 * 1024 * 1024
"""Raw tables are handed to the engine so many bytes at a time: each call has a price."""


def build_tables(
    inputs: Iterable[str],
    folder: Path,
    parameters: BuildParameters = BuildParameters(),
    resources: BuildResources = BuildResources(),
    progress: Progress = no_progress,
    lexicon: Lexicon | None = None,
) -> BuildResult:
    """Read `inputs` and write the published tables into `folder`, which must exist; `lexicon`: the bundled one.

    Raises SourceError where an input is missing, damaged, or there are no records at all; OutputError
    where the disk is full. Bad records are no error: they are in the report.
    """
    scratch = folder / ".scratch"
    scratch.mkdir()
    engine: Engine = plugins.load("engine", resources.engine)(scratch, resources.memory_limit, resources.jobs)
    lexicon = lexicon or Lexicon.bundled()
    given = [sssom.read(Path(path)) for path in parameters.mappings]
    try:
        read_records(engine, list(inputs), resources, progress)
        refused = assemble(
            engine, lexicon, [pair for each in given for pair in each.pairs],
            lambda done, total: progress("joining tables", done, total), with_families=parameters.families,
        )  # fmt: skip
        counts = {name: _write(engine, folder, name) for name in ASSEMBLED}
        engine.drop(*USED_UP)
        if resources.previous:
            progress("comparing with the build before", 0, None)
        kept = ReusablePairs.find(engine, resources.previous)
        with ThreadPoolExecutor(resources.jobs) as threads:
            counted = [_count(engine, scratch, name, parameters, kept, threads, progress) for name in PAIRS]
            progress("writing pairs", 0, None)
            counts |= zip(PAIRS, threads.map(partial(count.write, folder), counted), strict=True)
        judges = {each.name: each.judge for each in counted}
        return conclude(engine, parameters, judges, counts, lexicon, given, refused)
    finally:
        engine.close()
        shutil.rmtree(scratch)


# -- read


def read_records(engine: Engine, inputs: list[str], resources: BuildResources, progress: Progress) -> None:
    """Parse `inputs` into the raw tables; raise SourceError where there are no records at all."""
    for name, schema in [*RAW.values(), RAW_FILES]:
        engine.append(name, schema.empty_table())
    done = 0
    cache = ParseCache(resources.cache) if resources.cache else None
    waiting: list[parse.Tables] = []
    for tables in parse.read(sources.scan(inputs), resources.jobs, cache):
        waiting.append(tables)
        if sum(table.nbytes for each in waiting for table in each.values()) > APPENDED_BYTES:
            _append(engine, waiting)
        done += tables[RAW_FILES[0]].num_rows
        progress("reading records", done, None)
    _append(engine, waiting)
    if cache and cache.misses:
        cache.prune()
    require_records(engine, inputs)


def _append(engine: Engine, waiting: list[parse.Tables]) -> None:
    for name in [name for name, _ in (*RAW.values(), RAW_FILES)]:
        table = pa.concat_tables([each[name] for each in waiting]) if waiting else None
        if table:
            engine.append(name, table)
    waiting.clear()


def require_records(engine: Engine, inputs: list[str]) -> None:
    """Raise SourceError where the raw tables hold no records at all."""
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


# -- write


def _write(engine: Engine, folder: Path, name: str) -> int:
    keys = ", ".join(f"{key} NULLS LAST" for key in SORT_KEYS[name])
    batches = engine.stream(f"SELECT * FROM {name} ORDER BY {keys}")
    if name == "entities":
        batches = _with_lists(engine, batches)
    return write_parquet(folder / f"{name}.parquet", name, batches)


def _with_lists(engine: Engine, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Add the list columns here: SQL has no way to make them that DuckDB and Spark share."""
    lists: dict[str, dict[str, list[str]]] = {"xrefs": {}, "synonyms": {}}
    for name, of in lists.items():
        for row in engine.fetch(sql(name)).to_pylist():
            of.setdefault(row["entity_id"], []).append(row[name.removesuffix("s")])
    for batch in batches:
        ids = batch.column("entity_id").to_pylist()
        added = [pa.array([of.get(each, []) for each in ids], pa.list_(pa.string())) for of in lists.values()]
        yield pa.RecordBatch.from_arrays([*batch.columns, *added], [*batch.schema.names, *lists])


def _count(
    engine: Engine, scratch: Path, name: str, parameters: BuildParameters, kept: ReusablePairs | None,
    threads: ThreadPoolExecutor, progress: Progress,
) -> count.CountedPairs:  # fmt: skip
    for table, select in PAIRS[name].items():
        engine.create_table(table, sql(select, max_entities=parameters.max_entities))
    told = partial(progress, "counting pairs")
    return count.count(engine, scratch, name, threads, told, kept=kept is not None and kept.narrow(name))
