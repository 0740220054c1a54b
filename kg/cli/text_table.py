"""Tables for the terminal: aligned columns, short identifiers and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from unicodedata import combining, east_asian_width

if TYPE_CHECKING:
    import pyarrow as pa

WIDEST = 60
"""Largest width of a cell, in characters; only the last column may be wider."""


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], width: int | None = None) -> str:
    """Return rows aligned under their columns: numbers right, text left, lines cut to `width` characters.

    >>> print(table(("gene", "figures"), [("TP53", 5), ("AKT1", 12)]), end="")
    gene  figures
    ----  -------
    TP53        5
    AKT1       12
    """
    texts = [[text(cell) for cell in row] for row in rows]
    right = [_all_numbers([row[index] for row in texts]) for index in range(len(columns))]
    cut = [[_cut(cell, WIDEST) if index < len(row) - 1 else cell for index, cell in enumerate(row)] for row in texts]
    widths = [max(_width(cell) for cell in column) for column in zip(columns, *cut, strict=True)]
    lines = [_line(columns, widths, right), "  ".join("-" * length for length in widths)]
    lines += [_line(row, widths, right) for row in cut]
    return "".join(_cut(line.rstrip(), width) + "\n" for line in lines)


def of_rows(rows: pa.Table, cells: Callable[[dict[str, Any]], dict[str, Any]]) -> str:
    """Return the table of the cells that `cells` makes of each row; a column of titles without any is left out."""
    if not rows.num_rows:
        return "no rows\n"
    if "title" in rows.column_names and rows["title"].null_count == rows.num_rows:
        rows = rows.drop_columns(["title"])  # because many records have none
    shown = [cells(row) for row in rows.to_pylist()]
    return table(list(shown[0]), [list(row.values()) for row in shown])


def text(cell: Any) -> str:
    """Return the text of a cell: four digits of a real number, and blanks for control characters.

    >>> text(0.123456), text(None)
    ('0.1235', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.4g}"
    return "".join(char if char.isprintable() else " " for char in str(cell))


def _all_numbers(cells: Sequence[str]) -> bool:
    try:
        return bool([float(cell) for cell in cells if cell])
    except ValueError:
        return False


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for cell, width, to_right in zip(cells, widths, right, strict=True):
        space = " " * (width - _width(cell))
        padded.append(space + cell if to_right else cell + space)
    return "  ".join(padded)


def _width(text: str) -> int:
    """Return the columns of a text on a terminal: 2 for a wide character, 0 for a combining accent."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def _cut(text: str, width: int | None) -> str:
    if width is None or _width(text) <= width:
        return text
    length = sum(end < width for end in accumulate(map(_width, text)))
    return text[:length] + "…"
