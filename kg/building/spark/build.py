"""Build on a Spark cluster: the parsers, SQL and statistics of `kg.building`, run by the workers.

The driver lists the sources, has the lexicon and the words, and adds up totals. Records, readings, mentions, pairs and
triples never pass through it. Driver and workers exchange files in the folder of the output, which every machine must
see under the same path.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark import Broadcast

from kg.building.assemble import WORDS, assemble, infer_words, published
from kg.building.citations import read_citations
from kg.building.context import BuildContext
from kg.building.manifest import BuildResult, conclude
from kg.building.options import BuildParameters, BuildResources
from kg.building.pipeline import ASSEMBLED, create_raw_tables, require_records
from kg.building.readings import InferReadings, infer_readings
from kg.building.spark import neo4j, ntriples, pairs
from kg.cooccurrence.prepare import PAIR_TABLES, prepare
from kg.engines import Engine
from kg.engines.spark import SparkEngine
from kg.ingest import parse, readings_file, sssom
from kg.ingest.entries import Entry
from kg.ingest.licences import LicenceFile
from kg.ingest.sample import Sample
from kg.ingest.selection import Selection
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.word_inference import WordInference
from kg.model.tables import RAW, RAW_FILES, to_arrow, write_parquet
from kg.runtime.files import atomic_path
from kg.runtime.progress import Progress, no_progress

TRIPLES = "pfocr.nt"
"""Folder of N-Triples, beside `tables`."""

NEO4J = "neo4j"
"""Folder of CSV files, beside `tables`."""

CHUNKS_A_TASK = 64
"""Chunks of entries (up to 1,024 files each) that one task parses at most; a task that fails parses them again."""

ENTRIES = pa.schema(
    [
        ("number", pa.int64()),
        ("name", pa.string()),
        ("path", pa.string()),
        ("body", pa.large_binary()),
        ("refused", pa.string()),
    ]
)


def build(
    inputs: Iterable[str],
    folder: Path,
    layers: tuple[str, ...],
    parameters: BuildParameters = BuildParameters(),
    resources: BuildResources = BuildResources(),
    progress: Progress = no_progress,
    lexicon: Lexicon | None = None,
    read_words: InferReadings = infer_readings,
) -> BuildResult:
    """Read `inputs`; write the published tables into `folder`/tables, which must exist, with triples and CSV beside it.

    Each table is a folder of Parquet files. Their rows, in the order of the file names, are those of the one file that
    `kg.building.pipeline.build_tables` writes. The triples are a folder of N-Triples. Raises as `build_tables` does.
    """
    tables, scratch = folder / "tables", folder / "tables" / ".scratch"
    mappings = [sssom.read(Path(path)) for path in parameters.mappings]
    scratch.mkdir()
    engine = SparkEngine(scratch, resources.memory_limit, resources.jobs, resources.master, resources.spark_log)
    lexicon = lexicon or Lexicon.bundled()
    corrections = readings_file.read([Path(path) for path in parameters.readings_files], lexicon)
    licences = LicenceFile(Path(parameters.licences)) if parameters.licences else None
    context = BuildContext(engine, lexicon, parameters, mappings, corrections, licences, progress)
    try:
        sample = _read(engine, list(inputs), scratch, resources, progress, parameters.limit)
        refused = assemble(context, partial(_infer, engine), read_words)
        counts = {name: _publish(engine, tables, name) for name in ASSEMBLED}
        statistics = {}
        for name in PAIR_TABLES:
            progress(f"counting {name}", 0, None)
            prepare(engine, name, parameters.max_entities)
            statistics[name], counts[name] = pairs.count(engine, tables / f"{name}.parquet")
        result = conclude(context, statistics, counts, refused, tables, sample)
        result.manifest["outputs"] = _write_exports(engine, folder, layers, result.manifest, progress)
        return result
    finally:
        engine.close()
        shutil.rmtree(scratch)


def _write_exports(
    engine: SparkEngine, folder: Path, layers: tuple[str, ...], manifest: dict[str, Any], progress: Progress
) -> dict[str, Any]:
    """Write the exports of a cluster's build; return their description in the manifest."""
    progress("writing N-Triples", 0, None)
    triples = ntriples.write(engine, folder / "tables", folder / TRIPLES, layers, manifest)
    progress("writing CSV for Neo4j", 0, None)
    base, min_figures = manifest["parameters"]["base"], manifest["thresholds"]["min_figures"]
    rows = neo4j.write(engine, folder / NEO4J, base, min_figures)
    return {"ntriples": {"folder": TRIPLES, "triples": triples}, "neo4j": {"folder": NEO4J, "rows": rows}}


# -- read


def _read(
    engine: SparkEngine,
    inputs: list[str],
    scratch: Path,
    resources: BuildResources,
    progress: Progress,
    limit: int | None,
) -> Sample | None:
    """Read `inputs` into the raw tables; the workers open the files that have a path, the driver citation tables."""
    create_raw_tables(engine)
    chunks: list[Path] = []
    start = 0
    selection = Selection(inputs, scratch / "tables", resources.max_archive, limit)
    for chunk in parse.chunks(selection):
        chunks.append(_write_chunk(engine.directory("chunks") / f"{len(chunks):07}.parquet", chunk, start))
        start += len(chunk)
        progress("listing records", start, None)
    tasks = max(-(-len(chunks) // CHUNKS_A_TASK), min(len(chunks), 4 * engine.parallelism))
    folders = {name: engine.directory(name) for name in dict([*RAW.values(), RAW_FILES])}
    files = engine.map(partial(_parse, folders), [(task, chunks[task::tasks]) for task in range(tasks)])
    for name in folders:
        engine.refresh(name)
    progress("reading records", sum(files), None)
    require_records(engine, inputs)
    read_citations(engine, selection, scratch, resources, progress)
    return selection.sample


def _write_chunk(path: Path, chunk: parse.Chunk, start: int) -> Path:
    """Write a chunk of entries for the workers; paths are absolute, because a worker runs in another folder."""
    rows = [
        (start + number, entry.name, entry.path and str(Path(entry.path).absolute()), entry.body, entry.refused)
        for number, entry in chunk
    ]
    pq.write_table(to_arrow(ENTRIES, rows), path, compression="zstd")
    return path


def _parse(folders: dict[str, Path], task: tuple[int, Sequence[Path]]) -> int:
    """Parse chunks of entries into a file of each raw table; return the number of files read."""
    number, chunks = task
    files = 0
    with ExitStack() as stack:
        writers: dict[str, pq.ParquetWriter] = {}
        for path in chunks:
            for name, table in parse.parse_chunk(_entries(path)).items():
                if table.num_rows and name not in writers:
                    aside = stack.enter_context(atomic_path(folders[name] / f"part-{number:07}.parquet"))
                    writers[name] = stack.enter_context(pq.ParquetWriter(aside, table.schema))
                if table.num_rows:
                    writers[name].write_table(table)
                files += table.num_rows if name == RAW_FILES[0] else 0
    return files


def _entries(path: Path) -> parse.Chunk:
    rows = pq.read_table(path).to_pylist()
    return [(row["number"], Entry(row["name"], row["path"], row["body"], row["refused"])) for row in rows]


# -- infer


def _infer(engine: SparkEngine, _: Engine, inference: WordInference) -> None:
    """Infer words on the workers, all of a figure in one task."""
    parts = engine.partitions(WORDS.sql("keywords_by_figure", engine.dialect))
    engine.map(partial(_infer_part, engine.broadcast(inference), engine.directory("inferred")), [*enumerate(parts)])
    engine.remove_partitions(parts)
    engine.refresh("inferred")


def _infer_part(inference: Broadcast[WordInference], folder: Path, part: tuple[int, Path]) -> None:
    number, path = part
    inferred = pa.concat_tables(infer_words(inference.value, pq.ParquetFile(path).iter_batches()))
    with atomic_path(folder / f"part-{number:07}.parquet") as aside:
        pq.write_table(inferred, aside)


# -- write


def _publish(engine: SparkEngine, folder: Path, name: str) -> int:
    """Write a table in the order of its key; return the number of rows."""
    parts = engine.partitions(published(engine, name))
    (folder / f"{name}.parquet").mkdir()
    rows = engine.map(partial(_publish_part, folder / f"{name}.parquet", name), [*enumerate(parts)])
    engine.remove_partitions(parts)
    return sum(rows)


def _publish_part(folder: Path, name: str, part: tuple[int, Path]) -> int:
    number, path = part
    with atomic_path(folder / f"part-{number:07}.parquet") as aside:
        return write_parquet(aside, name, _batches(path))


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches()
