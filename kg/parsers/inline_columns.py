"""Rows of the inline lists of many records, as columns: the same mentions as `kg.parsers.inline` reads, but faster.

The rows of a list have the same fields, each with a text or without a value, and no row gives a Problem.
"""

from collections.abc import Sequence
from functools import lru_cache

import pyarrow as pa

from kg.model.records import Category, Mention
from kg.parsers.inline import Reader
from kg.parsers.nodes import MappingNode, Node

FIELDS = ("word", "symbol", "hgnc_symbol", "entrez", "identifier", "source")
"""Fields of a row that a mention has."""

_COLUMNS = tuple(name for name in Mention._fields if name not in ("figure_id", "position"))

_NO_ROWS = (-1, 1, *(-1 for _ in FIELDS))


def lines_of_rows(rows: Node) -> tuple[int, ...] | None:
    """Return the line of the rows of a list in an outline, their number of lines, and the line of `FIELDS` in each row.

    The line is -1 where there is none. The result is None where the rows differ or have other values than texts.
    """
    if rows is None or rows == []:
        return _NO_ROWS
    row = rows[0] if isinstance(rows, list) and len(rows) == 1 else None
    if not isinstance(row, MappingNode) or any(value not in (None, "x") for value in row.values()):
        return None
    start = min(row.lines.values())
    return (start, len(row), *(row.lines.get(name, start - 1) - start for name in FIELDS))


@lru_cache(2**16)  # a corpus names the same genes in every figure
def mention(category: Category, *cells: str | None) -> Mention | None:
    """Return the mention of a row with these texts of `FIELDS`; None where it has none or gives a Problem."""
    row = MappingNode()
    row.update(zip(FIELDS, cells, strict=True))
    problems: list[object] = []
    read = Reader("", category, lambda *problem: problems.append(problem)).mention(row, 0)
    return None if problems else read


def columns(mentions: Sequence[Mention]) -> dict[str, pa.Array]:
    """Return the columns of mentions that follow from their rows alone."""
    return {name: pa.array([getattr(mention, name) for mention in mentions], pa.string()) for name in _COLUMNS}
