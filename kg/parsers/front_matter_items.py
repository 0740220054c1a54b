"""Items of the front matter of many records at once: fields and members of lists, each with all lines of its scalar."""

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

DEEPEST = 8
"""Most spaces before a line."""

LEVELS = (0, 2, 4)
"""Columns at which items begin."""

_LINE_END, _SPACE, _HYPHEN, _COLON = b"\n -:"


class Items:
    """Items of records, in their order.

    Attributes:
        text: of all records, with a space for each line end in a scalar and the spaces after it.
        starts: where the first line of each item starts in `text`.
        scalars: where its scalar starts; the end of the item where it has none.
        ends: where it ends, before the line end.
        indents: number of spaces before it.
        has_hyphen: whether it begins with a hyphen and a space, as members of lists do.
        is_field: whether it has a colon before its scalar.
        has_scalar: whether there is any text after the colon or hyphen.
        of_record: number of the first item of each record, and the number of items.
        is_odd: whether a record has a line that belongs to no item, is indented too deeply or ends in a space; the
            items of such a record have no meaning.

    """

    def __init__(self, texts: Sequence[bytes]) -> None:
        """Take the front matter of at least one record, in UTF-8 without control characters, each with a line end."""
        data = np.frombuffer(b"".join([*texts, b"\n" * (DEEPEST + 2)]), np.uint8)
        of_text = np.cumsum([0, *map(len, texts)])
        ends = np.flatnonzero(data[: of_text[-1]] == _LINE_END)
        starts = np.append(0, ends[:-1] + 1)
        indents = _indents(data, starts)
        heads = starts + indents
        has_hyphen = (data[heads] == _HYPHEN) & (data[heads + 1] == _SPACE)
        bodies = heads + 2 * has_hyphen
        colons = _colons(data)
        colons = colons[np.searchsorted(colons, bodies)]
        is_field = colons < ends
        has_scalar = np.where(is_field, colons + 1 < ends, has_hyphen)
        columns = indents + 2 * (has_hyphen & is_field)
        is_first = np.zeros(len(starts), dtype=bool)
        is_first[np.searchsorted(starts, of_text[:-1])] = True
        is_item = is_first
        for level in LEVELS:
            is_item = is_item | ((indents == level) & ~_is_inside(is_item, has_scalar, indents, columns))
        is_known = np.where(is_item, is_field | has_hyphen, _is_inside(is_item, has_scalar, indents, columns))
        is_known &= ~is_first | (indents == 0)
        is_known &= (data[ends - 1] != _SPACE) & (data[heads] != _SPACE)
        self.is_odd = np.zeros(len(texts), dtype=bool)
        self.is_odd[np.searchsorted(of_text, starts[~is_known], "right") - 1] = True

        lines = np.flatnonzero(is_item)
        last_lines = np.append(lines[1:], len(starts)) - 1
        removed = np.cumsum(np.where(is_item, 0, indents))
        self.text = _folded(data, starts[~is_item], indents[~is_item])
        self.starts = starts[lines] - removed[lines]
        self.ends = ends[last_lines] - removed[last_lines]
        scalars = np.where(is_field, colons + 2, bodies)[lines] - removed[lines]
        self.has_scalar = has_scalar[lines]
        self.scalars = np.where(self.has_scalar, scalars, self.ends)
        self.indents, self.has_hyphen, self.is_field = indents[lines], has_hyphen[lines], is_field[lines]
        self.of_record = np.append(np.flatnonzero(is_first[lines]), len(lines))


def _indents(data: Array, starts: Array) -> Array:
    indents = np.zeros(len(starts), dtype=np.int64)
    is_deeper = np.ones(len(starts), dtype=bool)
    for column in range(DEEPEST):
        is_deeper &= data[starts + column] == _SPACE
        indents += is_deeper
    return indents


def _colons(data: Array) -> Array:
    """Return where there is a colon before a space or line end, and the end of the data."""
    colons = np.flatnonzero(data == _COLON)
    after = data[colons + 1]
    return np.append(colons[(after == _SPACE) | (after == _LINE_END)], len(data))


def _is_inside(is_item: Array, has_scalar: Array, indents: Array, columns: Array) -> Array:
    """Return which lines continue the scalar of the last item before them, if they are no items."""
    last = np.maximum.accumulate(np.where(is_item, np.arange(len(is_item)), 0))
    is_inside: Array = has_scalar[last] & (indents > columns[last])
    return is_inside


def _folded(data: Array, starts: Array, indents: Array) -> bytes:
    """Return the data with a space for the line end and the indentation before each of these lines."""
    data = data.copy()
    data[starts - 1] = _SPACE
    for column in range(DEEPEST):
        data[starts[indents > column] + column] = 0
    return data.tobytes().translate(None, b"\0")
