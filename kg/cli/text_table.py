"""Tables for the terminal: aligned columns, short identifiers and numbers."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import isfinite
from typing import Any
from unicodedata import combining, east_asian_width

from pyoxigraph import Literal, NamedNode

from kg.model import delimited
from kg.model.identifiers import short_iri

WIDEST = 60
"""Largest width of a cell, in characters; only the last column may be wider."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_REAL = {f"{_XSD}{name}" for name in ("double", "float", "decimal")}


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], width: int | None = None) -> str:
    """Return rows aligned under their columns: numbers right, text left, lines cut to `width` characters.

    >>> print(table(("gene", "figures"), [("TP53", 5), ("AKT1", 12)]), end="")
    gene  figures
    ----  -------
    TP53        5
    AKT1       12
    """
    texts = [[_text(cell) for cell in row] for row in rows]
    right = [_all_numbers([row[index] for row in texts]) for index in range(len(columns))]
    cut = [[_cut(cell, WIDEST) if index < len(row) - 1 else cell for index, cell in enumerate(row)] for row in texts]
    widths = [max(_width(cell) for cell in column) for column in zip(columns, *cut, strict=True)]
    lines = [_line(columns, widths, right), "  ".join("-" * length for length in widths)]
    lines += [_line(row, widths, right) for row in cut]
    return "".join(_cut(line.rstrip(), width) + "\n" for line in lines)


def term(value: Any, base: str) -> str:
    """Return an RDF term as text for people: as `plain_term` does, but real numbers short."""
    number = _real(value)
    return plain_term(value, base) if number is None else _text(number)


def plain_term(value: Any, base: str) -> str:
    """Return an RDF term as text for programs: an IRI by its prefix, a literal as its value, a double in full.

    The engine writes 1e-140 with all its zeros; here it is the shortest text that reads back as the same number.
    """
    if isinstance(value, NamedNode):
        return short_iri(value.value, base)
    if isinstance(value, Literal):
        number = None if value.datatype.value == f"{_XSD}decimal" else _real(value)
        return value.value if number is None else delimited.cell(number)
    return "" if value is None else str(value)


def _real(value: Any) -> float | None:
    """Return the finite number of a literal of a real type; None for every other term, and for "abc"^^xsd:double."""
    if not isinstance(value, Literal) or value.datatype.value not in _REAL:
        return None
    try:
        number = float(value.value)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _text(cell: Any) -> str:
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
