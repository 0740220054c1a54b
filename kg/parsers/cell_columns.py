"""Cells of many rows, by column: a function of a text runs once for each distinct text, or in Arrow for usual ones."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Flags = np.ndarray[Any, np.dtype[np.bool_]]
"""A truth value for each row."""

FEW = 100
"""Distinct texts below which a call of Arrow takes longer than those of the function."""


class Usual(NamedTuple):
    """Texts that need no Python: the RE2 pattern of all of the text, and the function of Arrow for an array of them."""

    pattern: str
    function: Callable[[pa.Array], pa.Array]


class CellColumn:
    """Cells of one column; `NA` is empty. All results are null or False where the tables lack the column."""

    def __init__(self, cells: pa.DictionaryArray) -> None:
        """Take the cells; null where the tables lack the column."""
        distinct = cells.dictionary
        self._texts: list[str] = ["" if text == "NA" else text for text in distinct.to_pylist()]
        self._distinct = distinct
        self._of_row = cells.indices
        self._unusual: dict[str, tuple[list[int], pa.Array]] = {}

    def cells(self) -> list[str]:
        """Return the cells; those of tables that lack the column are empty."""
        texts = [*self._texts, ""]
        return [texts[place] for place in self._places().tolist()]

    def _places(self) -> Any:
        return self._of_row.fill_null(-1).to_numpy()

    def texts(self, function: Callable[[str], str | None], usual: Usual | None = None) -> pa.Array:
        """Return the result of a function for the cells; `usual` says where Arrow gives the same."""
        if usual is None or len(self._texts) < FEW:
            return pa.array([*map(function, self._texts)], pa.string()).take(self._of_row)
        results = usual.function(self._distinct)
        if usual.pattern not in self._unusual:
            self._unusual[usual.pattern] = self._without(usual.pattern)
        places, mask = self._unusual[usual.pattern]
        if len(places):
            texts = [function(self._texts[place]) for place in places]
            results = pc.replace_with_mask(results, mask, pa.array(texts, pa.string()))
        return results.take(self._of_row)

    def _without(self, pattern: str) -> tuple[list[int], pa.Array]:
        mask = pc.invert(pc.match_substring_regex(self._distinct, f"^(?:{pattern})$"))
        mask = pc.or_(mask, pc.equal(self._distinct, "NA"))
        return np.flatnonzero(mask).tolist(), mask

    def flags(self, function: Callable[[str], bool], part: str = "") -> Flags:
        """Return the result of a function for the cells; it is False for those without the text `part`."""
        flags = [part in text and function(text) for text in self._texts]
        if not any(flags):
            return np.zeros(len(self._of_row), dtype=bool)
        chosen: Flags = np.array([*flags, False])[self._places()]
        return chosen


class CellColumns:
    """Cells of the rows of tables, by the names of their columns."""

    def __init__(self, parts: Sequence[tuple[list[str], pa.Array]]) -> None:
        """Take parts, each the names of columns and the cells of tables with these, row by row."""
        self._parts = parts
        self._columns: dict[str, CellColumn] = {}

    def __getitem__(self, name: str) -> CellColumn:
        """Return a column, with null in the rows of tables that lack it."""
        if name not in self._columns:
            columns = [_column(name, names, cells) for names, cells in self._parts]
            self._columns[name] = CellColumn(pa.concat_arrays(columns).dictionary_encode())
        return self._columns[name]


def _column(name: str, names: list[str], cells: pa.Array) -> pa.Array:
    if name not in names:
        return pa.nulls(len(cells) // len(names), pa.string())
    return cells.take(np.arange(names.index(name), len(cells), len(names)))


def split(rows: bytes, width: int) -> pa.Array | None:
    """Return the cells of rows of UTF-8, row by row; None where a row has more or fewer cells than `width`.

    Tabs are between cells, and a line end after each row.
    """
    characters = np.frombuffer(rows, np.uint8)
    ends = np.flatnonzero((characters == ord("\t")) | (characters == ord("\n")))
    of_rows = characters[ends] == ord("\n")
    count, rest = divmod(len(ends), width)
    if rest or of_rows.sum() != count or not of_rows[width - 1 :: width].all():
        return None
    offsets = np.concatenate(([0], ends - np.arange(len(ends)))).astype(np.int32)
    texts = rows.translate(None, b"\t\n")
    return pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(texts))
