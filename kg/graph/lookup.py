"""Lookups: the statistics of a build, and the meanings of a word in the lexicon with its figures in a build."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.engines.statements import Statements
from kg.errors import UnknownName
from kg.graph.doubt import DoubtCounts, WordInDoubt, counts, least_sure, words_in_doubt
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.resolve import Match
from kg.lexicon.expansions import spelling_key
from kg.lexicon.lexicon import Lexicon, Reading
from kg.model.build import NPMI_FLOOR
from kg.model.identifiers import curie, decode
from kg.model.text import collapse, normal_form, spellings

STATEMENTS = Statements("kg.graph", "lookup")

Rows = list[dict[str, Any]]
"""Rows of a table, each by column name."""


@dataclass(frozen=True, slots=True)
class BuildStatistics:
    """The statistics of a build; each table is a list of rows by column name."""

    manifest: dict[str, Any]
    """The manifest of the build."""
    grounding: Rows
    """Entities and mentions by category and origin of the identifier."""
    ungrounded_words: Rows
    """Words without an identifier, the most drawn first."""
    ambiguous_words: Rows
    """Words by the number of entities that they stand for."""
    entities: Rows
    """The most drawn entities."""
    pairs: Rows
    """The strongest pairs of entities."""
    word_pairs: Rows
    """The strongest pairs of words."""
    doubt: DoubtCounts
    """Number of words and figures in doubt, and of those whose readings differ from the records."""
    unsure_words: Rows
    """Words whose best reading is not sure, the most frequent first."""
    differing_words: Rows
    """Words whose best reading the records lack, those of most such figures first."""


def statistics(folder: Path | str, top: int = 10) -> BuildStatistics:
    """Return the statistics of a build, with `top` rows of each table but grounding, which has all."""
    with KnowledgeGraph(folder) as graph:

        def fetch(statement: str) -> Rows:
            select = STATEMENTS.sql(statement, top=top, min_figures=graph.build.min_figures, npmi_floor=NPMI_FLOOR)
            return graph.engine.rows(select)

        words = words_in_doubt(graph.engine)
        differing = sorted((word for word in words if word.differing), key=lambda word: (-word.differing, word.word))
        return BuildStatistics(
            manifest=graph.build.manifest,
            grounding=fetch("grounding"),
            ungrounded_words=fetch("ungrounded_words"),
            ambiguous_words=fetch("ambiguous_words"),
            entities=fetch("most_drawn_entities"),
            pairs=fetch("strongest_pairs"),
            word_pairs=fetch("strongest_word_pairs"),
            doubt=counts(graph.engine),
            unsure_words=[_in_doubt(word, word.figures) for word in words if not word.sure][:top],
            differing_words=[_in_doubt(word, word.differing) for word in differing[:top]],
        )


def _in_doubt(word: WordInDoubt, figures: int) -> dict[str, Any]:
    """Return a row of a table of words in doubt."""
    best = word.best
    row = {"word": word.word, "figures": figures, "reading": best.title, "probability": round(best.probability, 4)}
    return row | {"records": [meaning.title for meaning in word.records]}


def drawn_text(word: str) -> str:
    """Return the text of a word: the CURIE of a drawn word stands for that word.

    >>> drawn_text("word:NF-KB%20P65"), drawn_text("NF-kB")
    ('NF-KB P65', 'NF-kB')
    """
    return decode(word.removeprefix("word:")) if word.startswith("word:") else word


@dataclass(frozen=True, slots=True)
class Lookup:
    """The meanings of a word, and its figures and partners in a build; each table is a list of rows by column name."""

    word: str
    """The word looked up."""
    readings: tuple[Reading, ...]
    """The readings of the lexicon, the surest first."""
    entity: Match | None
    """The entity that the word means to every command; None where it means several or none."""
    reason: str
    """The reason why the word means no single entity, with the way out; empty where it means one."""
    word_figures: int
    """Number of figures that draw the word, in any spelling."""
    entity_figures: int
    """Number of figures that draw an entity that the word may mean."""
    doubt: tuple[WordInDoubt, ...]
    """Each drawn spelling of the word that is in doubt, with its readings in this build."""
    least_sure: Rows
    """The figures where its best reading is the least probable."""
    drawn: Rows
    """The entities that it stands for as a drawn word."""
    names: Rows
    """The drawn words of the entities that it may mean."""
    together: Rows
    """The words drawn together with it."""
    where: Rows
    """The figures, the likeliest pathways first."""


def look_up(lexicon: Lexicon, folder: Path | str, word: str, top: int = 10) -> Lookup:
    """Look a word up in the lexicon and in a build; each table has up to `top` rows, that of meanings all."""
    with KnowledgeGraph(folder, lambda: lexicon) as graph:
        text = drawn_text(word)
        forms = [normal_form(spelling) for spelling in spellings(text)]
        drawn = list(dict.fromkeys([*forms, *(other for form in forms for other in _other_spellings(graph, form))]))
        readings = _readings(lexicon, [text, *drawn])
        doubt = tuple(words_in_doubt(graph.engine, drawn))
        ids = [reading.entity_id for reading in readings]  # of a family its own, not those of its members
        ids += [word.best.entity_id for word in doubt]
        entities = _fetch(graph, "entities_meant", readings=ids, text=collapse(text), spellings=forms)
        values = {"spellings": drawn, "entities": [row["entity_id"] for row in entities]}
        word_ids = [curie("word", form) for form in drawn]
        [figures] = _fetch(graph, "figures_drawing", **values)
        entity, reason = _resolve(graph, word)
        return Lookup(
            word=text,
            readings=readings,
            entity=entity,
            reason=reason,
            word_figures=figures["word"],
            entity_figures=figures["thing"],
            doubt=doubt,
            least_sure=least_sure(graph.engine, drawn, top),
            drawn=_fetch(graph, "drawn_as", **values),
            names=_fetch(graph, "drawn_by", top=top, **values),
            together=_fetch(graph, "drawn_together", top=top, npmi_floor=NPMI_FLOOR, word_ids=word_ids),
            where=_fetch(graph, "drawn_in", top=top, **values),
        )


def _resolve(graph: KnowledgeGraph, word: str) -> tuple[Match | None, str]:
    try:
        return graph.resolve(word), ""
    except UnknownName as error:
        return None, str(error)


def _fetch(graph: KnowledgeGraph, statement: str, **values: int | str | list[str]) -> Rows:
    return graph.engine.rows(STATEMENTS.get(statement).sql(**values))


def _readings(lexicon: Lexicon, spellings: Iterable[str]) -> tuple[Reading, ...]:
    """Return the readings of the first spelling that has any."""
    texts = list(dict.fromkeys(spellings))
    readings = lexicon.readings(texts)
    return next((readings[text] for text in texts if text in readings), ())


def _other_spellings(graph: KnowledgeGraph, form: str) -> list[str]:
    """Return the drawn words that differ from a word in punctuation only."""
    rows = _fetch(graph, "words_starting_alike", first=form[:1])
    return [row["word"] for row in rows if row["word"] != form and spelling_key(row["word"]) == spelling_key(form)]
