"""Raw tables to entities and mentions: precedence, identity, grounding, word inference, families.

Each step is one SELECT of `kg/sql`, kept under its name; between them Python asks the lexicon, and infers words
record by record.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

from kg.engines import Engine
from kg.engines.statements import sql
from kg.lexicon import grounding
from kg.lexicon.expansions import expansions
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.word_inference import WordInference
from kg.model.identifiers import curie
from kg.model.tables import text_schema, to_arrow

READ = ("claims", "claimed", "readings", "wanted", "given")
RESOLVE = ("identified", "learned", "grounding", "other_organisms", "resolved")
VIEWS = frozenset({"claimed", "identified", "worded"})
"""What is read where it is made, and not worth a table."""
USED_UP = {"readings": ("claimed", "raw_mentions"), "resolved": ("identified", "readings")}
"""What nothing reads any more, by the step after which that is so."""

JOIN = ("known_figures", "figures", "paper_names", "citations", "papers", "entities", "mentions", "members")

INFERRED = text_schema("figure_id", "entity_id", "match", "flavour")
WORD_IDS = text_schema("match", "word_id")
ROWS = 50_000

Step = Callable[[], None]
Infer = Callable[[Engine, WordInference], None]
"""Fills the table `inferred` from the result of keywords.sql."""


def infer_here(engine: Engine, inference: WordInference) -> None:
    """Infer words in this process."""
    for table in infer_words(inference, engine.stream(sql("keywords"))):
        engine.append("inferred", table)


def assemble(
    engine: Engine, lexicon: Lexicon, mappings: Iterable[tuple[str, str]], told: Callable[[int, int], None],
    *, with_families: bool, infer: Infer = infer_here,
) -> int:  # fmt: skip
    """Make the tables `figures`, `papers`, `citations`, `entities`, `mentions`, `members` and `words` in `engine`.

    `told` is called with the steps done and their number; `infer` says where words are inferred. Gives how many of
    the mappings cannot be.
    """
    joined, refused = lexicon, 0

    def ground() -> None:
        nonlocal joined, refused
        joined, refused = _ground(engine, lexicon, mappings)

    def select(name: str) -> Step:
        return lambda: (engine.create_view if name in VIEWS else engine.create_table)(name, sql(name))

    def forget(name: str) -> Step:
        return lambda: engine.drop(*USED_UP[name])

    steps: list[Step] = [
        *map(select, READ),
        forget("readings"),
        ground,
        *map(select, RESOLVE),
        forget("resolved"),
        lambda: _infer(engine, lexicon, infer),
        select("worded"),
        lambda: _families(engine, joined, wanted=with_families),
        select("words_read"),
        *map(select, JOIN),
        lambda: _words(engine),
    ]
    for done, step in enumerate(steps):
        told(done, len(steps))
        step()
    return refused


def _ground(engine: Engine, lexicon: Lexicon, mappings: Iterable[tuple[str, str]]) -> tuple[Lexicon, int]:
    wanted, given = (engine.fetch(f"SELECT * FROM {name}") for name in ("wanted", "given"))
    wanted = wanted.sort_by([("category", "ascending"), ("text", "ascending")])
    found = grounding.ground(wanted, given, lexicon, mappings)
    for name in ("lexicon_readings", "lexicon_xrefs", "lexicon_terms", "identity"):
        engine.append(name, getattr(found, name))
    return found.lexicon, found.refused


def _infer(engine: Engine, lexicon: Lexicon, infer: Infer) -> None:
    engine.append("inferred", INFERRED.empty_table())
    engine.create_table("keywords", sql("keywords"))
    genes = engine.fetch("SELECT DISTINCT entity_id FROM keywords WHERE NOT given AND entity_id IS NOT NULL")
    if not genes.num_rows:
        return
    drawn = engine.fetch(sql("drawn")).to_pylist()
    words = expansions(lexicon.contents, (tuple(row.values()) for row in drawn), set(genes["entity_id"].to_pylist()))
    infer(engine, WordInference(words))


def infer_words(inference: WordInference, keywords: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Give the rows of the table `inferred`, some at a time; `keywords` are whole figures of keywords.sql's result."""
    rows: list[tuple[str, str, str, str]] = []
    for figure_id, genes, seen in _records(keywords):
        found = inference.infer(genes, seen)
        rows += [(figure_id, gene, word.word, word.flavour) for gene, word in found.items()]
        if len(rows) >= ROWS:
            yield to_arrow(INFERRED, rows)
            rows = []
    yield to_arrow(INFERRED, rows)


def _records(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[str, list[str | None], set[str]]]:
    """Give figure by figure the genes of the keywords, and those whose word is given."""
    for figure_id, rows in groupby(_rows(batches), itemgetter("figure_id")):
        keywords: list[str | None] = []
        seen: set[str] = set()
        for row in rows:
            if not row["given"]:
                keywords.append(row["entity_id"])
            elif row["entity_id"]:
                seen.add(row["entity_id"])
        yield figure_id, keywords, seen


def _rows(batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    for batch in batches:
        yield from batch.to_pylist()


def _families(engine: Engine, lexicon: Lexicon, *, wanted: bool) -> None:
    texts: list[str] = engine.fetch(sql("family_texts"))["match"].to_pylist() if wanted else []
    families, members = grounding.families(texts, lexicon)
    engine.append("families", families)
    engine.append("family_members", members)


def _words(engine: Engine) -> None:
    engine.append("word_ids", WORD_IDS.empty_table())
    for batch in engine.stream(sql("word_texts")):
        texts = batch.column("match").to_pylist()
        engine.append("word_ids", to_arrow(WORD_IDS, [(text, curie("word", text)) for text in texts]))
    engine.create_table("words", sql("words"))
