"""Sources to published tables: read, ground, assemble, count, test, write.

This is the one place that joins sources, parsers, lexicon, engine and statistics. The manifest has everything that
describes a build: counts, parameters, thresholds, input digest. It does not depend on the clock, on the order of the
input or on the number of processes.
"""

import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pyarrow as pa

from kg.building.assemble import assemble, published
from kg.building.citations import READ, read_citations
from kg.building.context import BuildContext
from kg.building.manifest import BuildResult, conclude
from kg.building.options import BuildParameters, BuildResources
from kg.building.readings import InferReadings, infer_readings
from kg.cooccurrence import count
from kg.cooccurrence.prepare import PAIR_TABLES, prepare
from kg.engines import Engine
from kg.errors import SourceError
from kg.ingest import parse, readings_file, sssom
from kg.ingest.cache import ParseCache
from kg.ingest.licences import LicenceFile
from kg.ingest.sample import Sample
from kg.ingest.selection import Selection
from kg.lexicon.lexicon import Lexicon
from kg.model.tables import RAW, RAW_FILES, write_parquet
from kg.runtime import plugins
from kg.runtime.garbage import rare_collections
from kg.runtime.progress import Progress, no_progress

ASSEMBLED = ("figures", "papers", "mentions", "word_readings", "citations", "members", "words", "entities")
"""Published tables except those of pairs."""

APPENDED_BYTES = 64 * 1024 * 1024
"""Bytes of raw tables that are appended at once, because each call of the engine takes time."""


@rare_collections()
def build_tables(
    inputs: Iterable[str],
    folder: Path,
    parameters: BuildParameters = BuildParameters(),
    resources: BuildResources = BuildResources(),
    progress: Progress = no_progress,
    lexicon: Lexicon | None = None,
    read_words: InferReadings = infer_readings,
) -> BuildResult:
    """Read `inputs` and write the published tables into `folder`, which must exist.

    Without a `lexicon` the bundled one is used. `read_words` infers the readings of the words in doubt. A bad record
    is no error: the report lists it. Raises SourceError where an input is missing or damaged, or without any record;
    OutputError where the disk is full.
    """
    scratch = folder / ".scratch"
    scratch.mkdir()
    engine: Engine = plugins.load("engine", resources.engine)(scratch, resources.database_memory, resources.jobs)
    mappings = [sssom.read(Path(path)) for path in parameters.mappings]
    lexicon = lexicon or Lexicon.bundled()
    corrections = readings_file.read([Path(path) for path in parameters.readings_files], lexicon)
    licences = LicenceFile(Path(parameters.licences)) if parameters.licences else None
    context = BuildContext(engine, lexicon, parameters, mappings, corrections, licences, progress)
    try:
        sample = read_records(engine, list(inputs), scratch, resources, progress, parameters.limit)
        refused = assemble(context, read_words=read_words)
        counts = {
            name: write_parquet(folder / f"{name}.parquet", name, engine.stream(published(engine, name)))
            for name in ASSEMBLED
        }
        with ThreadPoolExecutor(resources.jobs) as threads:
            pairs = _count_pairs(context, scratch, threads)
            progress("writing pairs", 0, None)
            counts |= zip(PAIR_TABLES, threads.map(partial(count.write, folder), pairs), strict=True)
        statistics = {table.name: table.statistics for table in pairs}
        return conclude(context, statistics, counts, refused, folder, sample)
    finally:
        engine.close()
        shutil.rmtree(scratch)


def _count_pairs(context: BuildContext, scratch: Path, threads: ThreadPoolExecutor) -> list[count.CountedPairs]:
    """Count the pairs of entities and of words, in files in `scratch`."""
    progress = partial(context.progress, "counting pairs")
    tables = []
    for name in PAIR_TABLES:
        prepare(context.engine, name, context.parameters.max_entities)
        tables.append(count.count(context.engine, scratch, name, threads, progress))
    return tables


# -- read


def create_raw_tables(engine: Engine) -> None:
    """Create the raw tables in `engine`, without rows."""
    tables = {name: schema.empty_table() for name, schema in (*RAW.values(), RAW_FILES)}
    READ.run(engine, {name: partial(engine.append, name, table) for name, table in tables.items()})


def read_records(
    engine: Engine,
    inputs: list[str],
    scratch: Path,
    resources: BuildResources,
    progress: Progress,
    limit: int | None = None,
) -> Sample | None:
    """Read `inputs` into the raw tables; raise SourceError without any record.

    With a `limit`, read only that number of figures, the first in the order of names; return this sample.
    """
    create_raw_tables(engine)
    done = 0
    cache = ParseCache(resources.cache) if resources.cache else None
    waiting: list[parse.Tables] = []
    size = 0
    selection = Selection(inputs, scratch / "tables", resources.max_archive, limit)
    for tables in parse.read(selection, resources.jobs, cache):
        waiting.append(tables)
        size += sum(table.nbytes for table in tables.values())
        if size > APPENDED_BYTES:
            _append(engine, waiting)
            size = 0
        done += tables[RAW_FILES[0]].num_rows
        progress("reading records", done, None)
    _append(engine, waiting)
    if cache and cache.misses:
        cache.prune()
    require_records(engine, inputs)
    read_citations(engine, selection, scratch, resources, progress)
    return selection.sample


def _append(engine: Engine, waiting: list[parse.Tables]) -> None:
    for name in [name for name, _ in (*RAW.values(), RAW_FILES)]:
        table = pa.concat_tables([tables[name] for tables in waiting]) if waiting else None
        if table:
            engine.append(name, table)
    waiting.clear()


def require_records(engine: Engine, inputs: list[str]) -> None:
    """Raise SourceError where the raw tables hold no records at all."""
    if engine.fetch(READ.sql("records"))["n"][0].as_py():
        return
    errors = [
        f"{row['file']}:{row['line'] or 1}: {row['message']}"
        for row in engine.fetch(READ.sql("first_errors")).to_pylist()
    ]
    reason = "; ".join(errors) or "a record is a .md or .txt file that starts with --- and has a figid"
    raise SourceError(f"{', '.join(inputs)}: no figure records here; {reason}")
