"""Records of figures, many at once, as columns: most rows are bare keywords, which share all values but two."""

from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from kg.model.records import Element, Figure, Mention, Problem
from kg.model.tables import RAW, to_arrow
from kg.parsers import Columns


class Record(NamedTuple):
    """The parts of a record: its figure, the mentions of its inline lists, its bare keywords, its problems."""

    figure: Figure
    mentions: list[Mention]
    keywords: tuple[str, ...]
    problems: list[Problem]

    def keyword(self, position: int) -> Mention:
        """Return the mention of the bare keyword at a position, counted from 0."""
        text = self.keywords[position]
        return Mention(self.figure.figure_id, "keyword", "unknown", position, text, text)

    def elements(self) -> Iterable[Element]:
        """Return the parts as rows: the figure, mentions, keywords, problems."""
        keywords = map(self.keyword, range(len(self.keywords)))
        return chain((self.figure,), self.mentions, keywords, self.problems)


def columns(records: dict[int, Record]) -> Columns:
    """Return the rows of records, by the numbers of their files, as columns."""
    mentions = [(number, *mention) for number, record in records.items() for mention in record.mentions]
    problems = [(number, *problem) for number, record in records.items() for problem in record.problems]
    figures = [(number, *record.figure) for number, record in records.items()]
    tables: dict[type, pa.Table] = {
        Figure: _rows(Figure, figures),
        Mention: pa.concat_tables([_rows(Mention, mentions), _keywords(records)], promote_options="default"),
        Problem: _rows(Problem, problems),
    }
    return Columns(
        {element: dict(zip(table.column_names, table.columns, strict=True)) for element, table in tables.items()},
        frozenset(records),
    )


def _rows(element: type, rows: list[tuple[Any, ...]]) -> pa.Table:
    return to_arrow(RAW[element][1], rows)


def _keywords(records: dict[int, Record]) -> pa.Table:
    """Return the columns of bare keywords that have values."""
    counts = np.array([len(record.keywords) for record in records.values()], dtype=np.int64)
    ends = counts.cumsum()
    texts = pa.array(chain.from_iterable(record.keywords for record in records.values()), pa.string())
    figure_ids = pa.array([record.figure.figure_id for record in records.values()], pa.string())
    record_of_row = np.repeat(np.arange(len(records)), counts)
    return pa.table(
        {
            "record": np.array(list(records), dtype=np.int64)[record_of_row],
            "figure_id": figure_ids.take(record_of_row),
            "origin": pa.repeat("keyword", len(texts)),
            "category": pa.repeat("unknown", len(texts)),
            "position": pa.array(np.arange(len(texts)) - (ends - counts)[record_of_row], pa.int32()),
            "keyword": texts,
            "name": texts,
        }
    )
