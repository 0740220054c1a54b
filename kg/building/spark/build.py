"""A build on a Spark cluster: the parsers, SQL and statistics of `kg.build`, each where the data is.

The driver lists the sources, holds the lexicon and the words, and adds up; records, readings, mentions, pairs and
triples are never in it. All that the driver and the workers exchange lies in the output's folder, which every
machine must see under the same path.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark import Broadcast

from kg.building.assemble import assemble, infer_words
from kg.building.manifest import BuildResult, conclude
from kg.building.options import BuildParameters, BuildResources
from kg.building.pipeline import ASSEMBLED, PAIRS, USED_UP, require_records
from kg.building.spark import neo4j, ntriples, pairs
from kg.engines.spark import SparkEngine, atomic_write
from kg.engines.statements import sql
from kg.errors import SourceError
from kg.ingest import parse, sources, sssom
from kg.ingest.sources import Entry
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.word_inference import WordInference
from kg.model.tables import RAW, RAW_FILES, SORT_KEYS, to_arrow, write_parquet
from kg.runtime.progress import Progress, no_progress

TRIPLES = "pfocr.nt"
"""The folder of N-Triples, beside `tables`."""

NEO4J = "neo4j"
"""The folder of CSV files, beside the triples."""

CHUNKS_A_TASK = 64
"""Chunks of entries (up to 1,024 files each) that one task parses at most; what is lost when it fails."""

ENTRIES = pa.schema(
    [
        ("number", pa.int64()),
        ("name", pa.string()),
        ("path", pa.string()),
        ("body", pa.large_binary()),
        ("refused", pa.string()),
    ]
)

WITH_LISTS = """
SELECT e.*, COALESCE(x.xrefs, ARRAY()) AS xrefs, COALESCE(s.synonyms, ARRAY()) AS synonyms
FROM entities AS e
LEFT JOIN (SELECT entity_id, ARRAY_SORT(ARRAY_AGG(xref)) AS xrefs FROM entity_xrefs GROUP BY entity_id) AS x
    ON x.entity_id = e.entity_id
LEFT JOIN (SELECT entity_id, ARRAY_SORT(ARRAY_AGG(synonym)) AS synonyms FROM entity_synonyms GROUP BY entity_id) AS s
    ON s.entity_id = e.entity_id
"""


def build(
    inputs: Iterable[str],
    folder: Path,
    layers: tuple[str, ...],
    parameters: BuildParameters = BuildParameters(),
    resources: BuildResources = BuildResources(),
    progress: Progress = no_progress,
    lexicon: Lexicon | None = None,
) -> BuildResult:
    """Read `inputs`; write the published tables into `folder`/tables, which must exist, with triples and CSV beside it.

    Each table is a folder of Parquet files, whose rows, in the order of the files' names, are those of the file that
    `kg.build.build_tables` writes; the triples are a folder of N-Triples. Raises as that does.
    """
    tables, scratch = folder / "tables", folder / "tables" / ".scratch"
    lexicon = lexicon or Lexicon.bundled()
    given = [sssom.read(Path(path)) for path in parameters.mappings]
    scratch.mkdir()
    engine = SparkEngine(scratch, resources.memory_limit, resources.jobs, resources.master)
    try:
        _read(engine, list(inputs), progress)
        refused = assemble(
            engine, lexicon, [pair for each in given for pair in each.pairs],
            lambda done, total: progress("joining tables", done, total), with_families=parameters.families,
            infer=lambda _, inference: _infer(engine, inference),
        )  # fmt: skip
        counts = {name: _publish(engine, tables, name) for name in ASSEMBLED}
        engine.drop(*USED_UP)
        judges = {}
        for name, prepare in PAIRS.items():
            progress(f"counting {name}", 0, None)
            for table, select in prepare.items():
                engine.create_table(table, sql(select, max_entities=parameters.max_entities))
            judges[name], counts[name] = pairs.count(engine, tables / f"{name}.parquet")
        result = conclude(engine, parameters, judges, counts, lexicon, given, refused)
        progress("writing N-Triples", 0, None)
        triples = ntriples.write(engine, tables, folder / TRIPLES, layers, result.manifest)
        progress("writing CSV for Neo4j", 0, None)
        thresholds = result.manifest["thresholds"]
        rows = neo4j.write(engine, folder / NEO4J, parameters.base, thresholds["min_figures"])
        result.manifest["outputs"] = {
            "ntriples": {"folder": TRIPLES, "triples": triples},
            "neo4j": {"folder": NEO4J, "rows": rows},
        }
        return result
    finally:
        engine.close()
        shutil.rmtree(scratch)


# -- read


def _read(engine: SparkEngine, inputs: list[str], progress: Progress) -> None:
    """Parse `inputs` into the raw tables; files that have a path are opened by the workers."""
    schemas = dict([*RAW.values(), RAW_FILES])
    for name, schema in schemas.items():
        engine.append(name, schema.empty_table())
    chunks: list[Path] = []
    start = 0
    for chunk in parse.chunks(sources.scan(inputs)):
        chunks.append(_hand_over(engine.directory("chunks") / f"{len(chunks):07}.parquet", chunk, start))
        start += len(chunk)
        progress("listing records", start, None)
    tasks = max(-(-len(chunks) // CHUNKS_A_TASK), min(len(chunks), 4 * engine.parallelism))
    rooms = {name: engine.directory(name) for name in schemas}
    done = engine.map(partial(_parse, rooms), [(task, chunks[task::tasks]) for task in range(tasks)])
    for name in schemas:
        engine.refresh(name)
    progress("reading records", sum(done), None)
    require_records(engine, inputs)


def _hand_over(path: Path, chunk: parse.Chunk, start: int) -> Path:
    """Write a chunk of entries where a worker finds it; it may stand in another folder, so paths are absolute."""
    rows = [
        (start + number, each.name, each.path and str(Path(each.path).absolute()), each.body, each.refused)
        for number, each in chunk
    ]
    pq.write_table(to_arrow(ENTRIES, rows), path, compression="zstd")
    return path


def _parse(rooms: dict[str, Path], task: tuple[int, Sequence[Path]]) -> int:
    """Parse chunks of entries into a file of each raw table; give the number of files read."""
    number, chunks = task
    files = 0
    with ExitStack() as stack:
        writers: dict[str, pq.ParquetWriter] = {}
        for path in chunks:
            for name, table in parse.parse_chunk(_entries(path)).items():
                if table.num_rows and name not in writers:
                    aside = stack.enter_context(atomic_write(rooms[name] / f"part-{number:07}.parquet"))
                    writers[name] = stack.enter_context(pq.ParquetWriter(aside, table.schema))
                if table.num_rows:
                    writers[name].write_table(table)
                files += table.num_rows if name == RAW_FILES[0] else 0
    return files


def _entries(path: Path) -> parse.Chunk:
    rows = pq.read_table(path).to_pylist()
    return [(row["number"], Entry(row["name"], row["path"], row["body"], row["refused"])) for row in rows]


# -- infer


def _infer(engine: SparkEngine, inference: WordInference) -> None:
    """Infer words on the workers, each figure in one place."""
    select, by_figure, order = sql("keywords").rpartition("ORDER BY r.figure_id")
    if not by_figure:
        raise SourceError("kg/sql/keywords.sql: must be in the order of figures")
    parts = engine.partitions(f"{select}DISTRIBUTE BY r.figure_id SORT BY r.figure_id{order}")
    engine.map(partial(_infer_part, engine.broadcast(inference), engine.directory("inferred")), [*enumerate(parts)])
    engine.remove_partitions(parts)
    engine.refresh("inferred")


def _infer_part(inference: Broadcast[WordInference], room: Path, part: tuple[int, Path]) -> None:
    number, path = part
    found = pa.concat_tables(infer_words(inference.value, pq.ParquetFile(path).iter_batches()))
    with atomic_write(room / f"part-{number:07}.parquet") as aside:
        pq.write_table(found, aside)


# -- write


def _publish(engine: SparkEngine, folder: Path, name: str) -> int:
    """Write a table in the order of its key; give the number of rows."""
    keys = ", ".join(f"{key} NULLS LAST" for key in SORT_KEYS[name])
    select = f"SELECT * FROM {name}"
    if name == "entities":
        engine.create_table("entity_xrefs", sql("xrefs"))
        engine.create_table("entity_synonyms", sql("synonyms"))
        select = f"SELECT * FROM ({WITH_LISTS}) AS e"
    parts = engine.partitions(f"{select} ORDER BY {keys}")
    (folder / f"{name}.parquet").mkdir()
    rows = engine.map(partial(_publish_part, folder / f"{name}.parquet", name), [*enumerate(parts)])
    engine.remove_partitions(parts)
    return sum(rows)


def _publish_part(folder: Path, name: str, part: tuple[int, Path]) -> int:
    number, path = part
    with atomic_write(folder / f"part-{number:07}.parquet") as aside:
        return write_parquet(aside, name, _batches(path))


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches()
