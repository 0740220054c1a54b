"""Raw tables to published tables: precedence, grounding, word inference, families.

`kg/building/sql` has the steps in this order: precedence, resolve, words, readings, publish. Between them Python asks
the lexicon. Within them it appends the tables that SQL cannot compute: inferred words, readings, the CURIEs of words.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import count, groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

from kg.building.context import BuildContext
from kg.building.readings import InferReadings, create_tables, infer_readings
from kg.engines import Engine
from kg.engines.statements import Select, Statements
from kg.lexicon import grounding, organism_genes
from kg.lexicon.expansions import expansions
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.word_inference import WordInference
from kg.model.build import SORT_KEYS
from kg.model.identifiers import encode
from kg.model.records import LIKELY, SURE, Problem
from kg.model.tables import RAW, text_schema, to_arrow
from kg.runtime.progress import Progress

PRECEDENCE = Statements("kg.building", "precedence")
RESOLVE = Statements("kg.building", "resolve")
WORDS = Statements("kg.building", "words")
READINGS = Statements("kg.building", "readings")
PUBLISH = Statements("kg.building", "publish")

INFERRED = text_schema("figure_id", "entity_id", "match", "flavour")
LICENCES = text_schema("paper_id", "license")
WORD_IDS = text_schema("match", "word_id")

BATCH_ROWS = 50_000
"""Rows of `inferred` that are appended at once, because each call of the engine takes time."""

InferWords = Callable[[Engine, WordInference], None]
"""Appends to the table `inferred` the words of `keywords_by_figure`."""


def infer_locally(engine: Engine, inference: WordInference) -> None:
    """Infer words in this process."""
    for table in infer_words(inference, engine.stream(WORDS.sql("keywords_by_figure", engine.dialect))):
        engine.append("inferred", table)


def assemble(
    context: BuildContext, infer: InferWords = infer_locally, read_words: InferReadings = infer_readings
) -> int:
    """Create the published tables, except those of pairs, from the raw tables; return the number of refused mappings.

    A mapping is refused where it would join two categories or two organisms.
    """
    engine, lexicon = context.engine, context.lexicon
    progress = _step_counter(context.progress)
    PRECEDENCE.run(engine, progress=progress)
    texts, identifiers = (engine.fetch(f"SELECT * FROM {name}") for name in ("texts_to_ground", "given_identifiers"))
    of_organisms = engine.fetch("SELECT * FROM organism_texts").to_pylist()
    texts = texts.sort_by([("category", "ascending"), ("text", "ascending")])
    mapped = [pair for mappings in context.mappings for pair in mappings.pairs]
    grounded = grounding.ground(texts, identifiers, lexicon, mapped)
    lexicon_tables = {
        "lexicon_readings": grounded.lexicon_readings,
        "lexicon_xrefs": grounded.lexicon_xrefs,
        "lexicon_terms": grounded.lexicon_terms,
        "identity": grounded.identity,
        "organism_genes": organism_genes.read_texts(lexicon.contents, of_organisms),
    }
    RESOLVE.run(engine, _appending(engine, lexicon_tables), progress)
    WORDS.run(engine, {"inferred": partial(_infer, engine, lexicon, infer)}, progress)
    _read_words(context, grounded.lexicon, read_words, progress)
    _publish(context, grounded.lexicon, progress)
    return grounded.refused


def published(engine: Engine, name: str) -> Select:
    """Return the SELECT of a published table, in the order of its key."""
    keys = ", ".join(f"{key} NULLS LAST" for key in SORT_KEYS[name])
    table = f"({PUBLISH.sql('published_entities', engine.dialect)})" if name == "entities" else name
    return Select(f"SELECT * FROM {table} AS t ORDER BY {keys}")


def _step_counter(progress: Progress) -> Callable[[], None]:
    """Return a function that reports one more statement of the five files as done, from 0."""
    total = sum(map(len, (PRECEDENCE, RESOLVE, WORDS, READINGS, PUBLISH)))
    done = count()
    return lambda: progress("joining tables", next(done), total)


def _appending(engine: Engine, tables: Mapping[str, pa.Table]) -> dict[str, Callable[[], None]]:
    return {name: partial(engine.append, name, table) for name, table in tables.items()}


def _read_words(
    context: BuildContext, lexicon: Lexicon, read_words: InferReadings, progress: Callable[[], None]
) -> None:
    """Create the tables of readings, without rows where no word can be in doubt."""
    engine = context.engine

    def append_both() -> None:
        create_tables(engine)
        if context.parameters.reads_words:
            read_words(engine, lexicon, context.corrections, context.parameters.families)

    READINGS.run(engine, {"word_readings": append_both, "read_genes": lambda: None}, progress)


def _publish(context: BuildContext, lexicon: Lexicon, progress: Callable[[], None]) -> None:
    engine, parameters = context.engine, context.parameters
    words: list[str] = []
    if parameters.families:
        words = engine.fetch(READINGS.sql("family_words"))["match"].to_pylist()
    families, members = grounding.families(words, lexicon)
    tables = _appending(engine, {"families": families, "family_members": members})
    tables |= {"licences": partial(_read_licences, context)}
    chosen = {"taxa": parameters.taxa or "every", "without_taxa": parameters.without_taxa or "none"}
    PUBLISH.run(engine, tables | {"word_ids": partial(_word_ids, engine)}, progress, **chosen, likely=LIKELY, sure=SURE)


def _read_licences(context: BuildContext) -> None:
    """Create the table of licences, and add the bad lines of their file to the problems of the report."""
    engine, file = context.engine, context.licences
    if file is None:
        engine.append("licences", LICENCES.empty_table())
        return
    context.progress("reading licences", 0, None)
    papers = set(engine.fetch("SELECT DISTINCT paper_id FROM known_figures")["paper_id"].to_pylist())
    licences = file.of(papers)
    engine.append("licences", to_arrow(LICENCES, sorted(licences.codes.items())))
    name, schema = RAW[Problem]
    problems = [(-1, "warning", "bad-licence", file.path.name, line, message) for line, message in licences.bad]
    if problems:
        engine.append(name, to_arrow(schema, problems))


def _infer(engine: Engine, lexicon: Lexicon, infer: InferWords) -> None:
    engine.append("inferred", INFERRED.empty_table())
    genes: list[str] = engine.fetch(WORDS.sql("genes_without_word"))["entity_id"].to_pylist()
    if genes:
        expanded = (tuple(row.values()) for row in engine.fetch(WORDS.sql("expanded_words")).to_pylist())
        infer(engine, WordInference(expansions(lexicon.contents, expanded, set(genes))))


def infer_words(inference: WordInference, keywords: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield tables with rows of `inferred`; `keywords` are rows of `keywords_by_figure`, all of each figure."""
    rows: list[tuple[str, str, str, str]] = []
    for figure_id, genes, given_genes in _figures(keywords):
        inferred = inference.infer(genes, given_genes)
        rows += [(figure_id, gene, word.word, word.flavour) for gene, word in inferred.items()]
        if len(rows) >= BATCH_ROWS:
            yield to_arrow(INFERRED, rows)
            rows = []
    yield to_arrow(INFERRED, rows)


def _figures(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[str, list[str | None], set[str]]]:
    """Yield each figure with the genes of its keywords, None for other keywords, and the genes with a given word."""
    for figure_id, rows in groupby(_rows(batches), itemgetter("figure_id")):
        keywords: list[str | None] = []
        given_genes: set[str] = set()
        for row in rows:
            if not row["word_given"]:
                keywords.append(row["entity_id"])
            elif row["entity_id"]:
                given_genes.add(row["entity_id"])
        yield figure_id, keywords, given_genes


def _rows(batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    for batch in batches:
        yield from batch.to_pylist()


def _word_ids(engine: Engine) -> None:
    engine.append("word_ids", WORD_IDS.empty_table())
    for batch in engine.stream(PUBLISH.sql("drawn_words")):
        texts = batch.column("match")
        ids = pa.array([f"word:{encode(text)}" for text in texts.to_pylist()], pa.string())
        engine.append("word_ids", pa.Table.from_arrays([texts, ids], schema=WORD_IDS))
