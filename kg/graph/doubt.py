"""The words in doubt of a build: their readings, how probable these are, and which of them the records have."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from kg.engines import Engine
from kg.engines.statements import Statements
from kg.model.records import SURE

STATEMENTS = Statements("kg.graph", "readings")


class Meaning(NamedTuple):
    """A reading of a word, over all figures where the word is in doubt."""

    entity_id: str
    """The CURIE of the gene or family."""
    name: str
    category: str
    """gene or family."""
    source: str
    """The name of the lexicon that has it; `record` for a reading of a record alone, `curated` for a user's file."""
    probability: float
    """The mean over these figures, from 0 to 1; where the word cannot mean it, it counts as 0."""
    best: int
    """Number of figures where it is the most probable reading."""
    recorded: int
    """Number of figures whose record has it."""

    @property
    def title(self) -> str:
        """The name; a family says so, because a gene may have the same name."""
        return f"{self.name} (family)" if self.category == "family" else self.name


class WordInDoubt(NamedTuple):
    """A drawn word that may mean several things in some figures."""

    word: str
    """The normal form."""
    figures: int
    """Number of figures where it is in doubt."""
    drawn: int
    """Number of figures that draw it."""
    differing: int
    """Number of figures where its best reading is none that the record has."""
    meanings: tuple[Meaning, ...]
    """The readings, the most probable first."""

    @property
    def best(self) -> Meaning:
        """The most probable reading."""
        return self.meanings[0]

    @property
    def records(self) -> tuple[Meaning, ...]:
        """The readings that records have, those of most figures first.

        A record has a family if it has one of its genes. So the best reading and genes alone are given, if that
        explains the records.
        """
        genes = max((meaning.recorded for meaning in self.meanings if meaning.category == "gene"), default=0)
        recorded = [
            meaning
            for meaning in self.meanings
            if meaning.recorded and (meaning.category == "gene" or meaning == self.best or meaning.recorded > genes)
        ]
        return tuple(sorted(recorded, key=lambda meaning: (-meaning.recorded, meaning.name)))

    @property
    def sure(self) -> bool:
        """True if the best reading is sure on average."""
        return self.best.probability >= SURE


class DoubtCounts(NamedTuple):
    """How much of a build is in doubt."""

    words: int
    """Number of drawn words that are in doubt in some figure."""
    figures: int
    """Number of figures that draw one of them."""
    differing_words: int
    """Number of words whose best reading in some figure is none that its record has."""
    differing_figures: int
    """Number of these figures."""


def counts(engine: Engine) -> DoubtCounts:
    """Return the number of words and figures in doubt of a build, whose tables `engine` has."""
    [row] = engine.rows(STATEMENTS.sql("doubt_counts"))
    return DoubtCounts(**row)


def words_in_doubt(engine: Engine, words: Sequence[str] | None = None) -> list[WordInDoubt]:
    """Return the words in doubt of a build, whose tables `engine` has; the most frequent first, then by word.

    `words` are the normal forms of those in question; None for all.
    """
    if words is not None and not words:
        return []
    rows = engine.rows(STATEMENTS.get("meanings").sql(every=int(words is None), words=words or [""]))
    return [_word(word, list(readings)) for word, readings in groupby(rows, itemgetter("word"))]


def least_sure(engine: Engine, words: Sequence[str] | None, top: int) -> list[dict[str, Any]]:
    """Return up to `top` figures of each word in doubt, or of every word for None, the least sure first.

    The columns are word, figure (its short id), reading, probability and title (or alias; None without either).
    """
    if words is not None and not words:
        return []
    select = STATEMENTS.get("least_sure_figures").sql(every=int(words is None), words=words or [""], top=top)
    return engine.rows(select)


def _word(word: str, rows: list[dict[str, Any]]) -> WordInDoubt:
    figures = rows[0]["figures"]
    meanings = tuple(
        Meaning(
            row["entity_id"], row["name"], row["category"], row["source"], row["hundredths"] / (100 * figures),
            row["best"], row["recorded"],
        )
        for row in rows
    )  # fmt: skip
    return WordInDoubt(word, figures, rows[0]["drawn"] or figures, sum(row["differing"] for row in rows), meanings)


def described(meaning: Meaning) -> str:
    """Return a reading with its probability as a person reads it.

    >>> described(Meaning("ncbigene:1387", "CREBBP", "gene", "hgnc_alias_symbol", 0.976, 113, 0))
    'CREBBP 98 %'
    """
    return f"{meaning.title} {percent(meaning.probability)}"


def percent(probability: float) -> str:
    """Return a probability in percent; only certainty is 100 %, and only the impossible 0 %.

    >>> percent(1.0), percent(0.997), percent(0.5), percent(0.001), percent(0.0)
    ('100 %', '>99 %', '50 %', '<1 %', '0 %')
    """
    rounded = round(probability * 100)
    if rounded == 100 and probability < 1:
        return ">99 %"
    return "<1 %" if rounded == 0 and probability > 0 else f"{rounded} %"


def names(meanings: Iterable[Meaning], most: int = 3) -> str:
    """Return the names of readings; with their figures where there are several.

    >>> a, b = (Meaning(f"x:{name}", name, "gene", "record", 0.5, 0, figures) for name, figures in (("A", 5), ("B", 1)))
    >>> names([a]), names([a, b]), names([a, b], most=1), names([])
    ('A', 'A (5), B (1)', 'A (5) and 1 more', 'none of these')
    """
    readings = list(meanings)
    if len(readings) < 2:
        return readings[0].title if readings else "none of these"
    more = f" and {len(readings) - most:,} more" if len(readings) > most else ""
    return ", ".join(f"{meaning.title} ({meaning.recorded:,})" for meaning in readings[:most]) + more
