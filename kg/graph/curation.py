"""The words in doubt of a build as a table for a person who knows their meanings.

The person fills the column `entity`; `kg build --readings-file` reads it, together with `word` and `figure`. The other
columns are there to decide by.
"""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from kg.graph.doubt import STATEMENTS, Meaning, WordInDoubt, least_sure, words_in_doubt
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.checks import check_fraction
from kg.model.records import SURE
from kg.model.text import collapse
from kg.runtime.files import BinaryWriter


class Row(NamedTuple):
    """A row of the table; every cell is a text."""

    word: str
    figure: str = ""
    """Short id of the figure that the row is for; empty for all figures."""
    entity: str = ""
    """For the person to fill: a gene symbol, a CURIE, or several joined by `|`."""
    figures: str = ""
    """Number of figures where the word is in doubt; 1 in a row for one figure."""
    candidates: str = ""
    """Name, source and probability of each reading, the most probable first, separated by `; `."""
    records: str = ""
    """Names of the readings that the records have, separated by `; `."""
    example_1: str = ""
    """Short id of a figure where the best reading is least sure, with its title or alias."""
    example_2: str = ""
    example_3: str = ""


EXAMPLES = sum(name.startswith("example_") for name in Row._fields)
"""Figures that are named for a word."""


def words_to_curate(graph: KnowledgeGraph, below: float = SURE) -> Iterator[Row]:
    """Yield the words whose best reading has a mean probability under `below`, the most frequent first.

    Raises ParameterError for a probability outside 0 to 1.
    """
    check_fraction("below", below)
    words = [word for word in words_in_doubt(graph.engine) if word.best.probability < below]
    examples: dict[str, list[str]] = {}
    for row in least_sure(graph.engine, [word.word for word in words], EXAMPLES):
        examples.setdefault(row["word"], []).append(_example(row["figure"], row["title"]))
    for word in words:
        yield Row(word.word, "", "", str(word.figures), *_choices(word), *examples[word.word])


def figures_to_curate(graph: KnowledgeGraph, below: float = SURE) -> Iterator[Row]:
    """Yield each figure and word whose best reading there has a probability under `below`.

    Words of most such figures come first, and the figures of a word are sorted by identifier. Raises ParameterError for
    a probability outside 0 to 1.
    """
    check_fraction("below", below)
    rows = graph.engine.rows(STATEMENTS.sql("meanings_by_figure", below=float(below)))
    for (word, figure), readings in groupby(rows, itemgetter("word", "figure")):
        candidates = list(readings)
        in_figure = WordInDoubt(word, 1, 1, 0, tuple(_meaning(row) for row in candidates))
        yield Row(word, figure, "", "1", *_choices(in_figure), _example(figure, candidates[0]["title"]))


def write(rows: Iterable[Row], target: BinaryWriter) -> int:
    """Write rows as tab-separated lines with a header; return their number.

    A cell with a quotation mark is quoted, as programs for tables expect it.
    """
    target.write(_line(Row._fields))
    count = 0
    for row in rows:
        target.write(_line(row))
        count += 1
    return count


def _line(cells: Iterable[str]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, delimiter="\t", lineterminator="\n").writerow([collapse(cell) for cell in cells])
    return text.getvalue().encode()


def _meaning(row: dict[str, Any]) -> Meaning:
    probability, recorded = row["hundredths"] / 100, int(row["recorded"])
    return Meaning(row["entity_id"], row["name"], row["category"], row["source"], probability, 0, recorded)


def _choices(word: WordInDoubt) -> tuple[str, str]:
    """Return the cells `candidates` and `records` of a word."""
    candidates = [f"{_named(meaning)} {meaning.source} {meaning.probability:.2f}" for meaning in word.meanings]
    return "; ".join(candidates), "; ".join(_named(meaning) for meaning in word.records)


def _named(meaning: Meaning) -> str:
    """Return the name that the column `entity` takes: a symbol, or the CURIE of a family that has one."""
    return meaning.entity_id if meaning.entity_id.startswith("fplx:") else meaning.title


def _example(figure: str, title: str | None) -> str:
    return f"{figure}: {title}" if title else figure
