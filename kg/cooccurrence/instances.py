"""Pair instances: two entities that one figure shows, and how the figure counts for their pair.

The rows of `figure_entities` are arrays here, so that the partners of an entity in a figure are the rows after it. A
cluster has the same instances in the statement `pairs` of count.sql.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kg.cooccurrence.slices import WEIGHT_UNITS

LIKELY, RECORDED, SYNONYM, STRICT = 1, 2, 4, 8
"""Flags of an instance; of an entity in a figure, that it has a mention of the kind."""

_PLAIN = 16
"""Flag of an entity in a figure: where another flag has one word only, this is its `word1`."""

NO_YEAR = 0
"""Year of a figure without one."""

Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.uint8]
Weights = npt.NDArray[np.int64]


class Instances(NamedTuple):
    """Arrays of equal length; the instances of each pair are in the order of their papers."""

    subject: Codes
    object: Codes
    """Rows of `FigureEntities`; the code of the subject is the lower one."""
    flags: Flags
    weight: Weights
    """In units of 1 / WEIGHT_UNITS."""


class FigureEntities:
    """The rows of the statement `rows_to_pair`, as arrays in its order: by paper, figure and entity."""

    def __init__(self, rows: pa.Table) -> None:
        column = {name: rows[name].to_numpy() for name in rows.column_names}
        self.entity, self.taxon, self.paper = (column[name].astype(np.int32) for name in ("entity", "taxon", "paper"))
        self.year = column["year"].astype(np.int16)
        self._word, self._size, self._next_size = column["word1"].astype(np.int32), column["size1"], column["size2"]
        self._words = {
            LIKELY: _words(column["likely1"], column["likelies"]),
            SYNONYM: _words(column["synonym1"], column["synonyms"]),
            STRICT: _words(column["strict1"], column["stricts"]),
        }
        self._flags = _flags(column["recorded"], self._word, self._words)
        self._end = _ends(column["figure"])
        self._by_entity = np.argsort(self.entity, kind="stable").astype(np.int32)
        self._codes = self.entity[self._by_entity]

    def instances(self, first: int, last: int) -> Instances:
        """Return the instances whose first entity has a code from `first` to `last`."""
        rows = self._by_entity[slice(*np.searchsorted(self._codes, [first, last + 1]))]
        a, b = self._of_one_taxon(*_with_rows_after(rows, self._end[rows]))
        flags = self._flags[a] & self._flags[b]
        size = self._size[a] * self._size[b]
        unclear = np.flatnonzero((flags < _PLAIN) | (self._word[a] == self._word[b]))
        one, other = a[unclear], b[unclear]
        for flag, word in self._words.items():
            flags[unclear[word[one] == word[other]]] &= np.uint8(~flag & 0xFF)
        same = self._word[one] == self._word[other]
        size[unclear[same]] = self._sizes_of_two_words(one[same], other[same])
        return Instances(a, b, flags & np.uint8(_PLAIN - 1), _rounded(WEIGHT_UNITS / size))

    def _of_one_taxon(self, a: Codes, b: Codes) -> tuple[Codes, Codes]:
        """Drop the instances of two taxa; 0 pairs with every taxon."""
        one, other = self.taxon[a], self.taxon[b]
        apart = (one != other) & (one != 0) & (other != 0)
        return (a[~apart], b[~apart]) if apart.any() else (a, b)

    def _sizes_of_two_words(self, a: Codes, b: Codes) -> npt.NDArray[np.float64]:
        """Return the least product of sizes where both have the same `word1`: one of them takes its next word."""
        return np.asarray(np.minimum(self._size[a] * self._next_size[b], self._next_size[a] * self._size[b]))


def _words(word: Codes, words: Codes) -> Codes:
    """Return the word of each row, 0 without one; where there are several, a negative number that no other row has."""
    return np.asarray(np.where(words > 1, -1 - np.arange(len(words)), word), dtype=np.int32)


def _flags(recorded: npt.NDArray[np.bool_], word1: Codes, words: Mapping[int, Codes]) -> Flags:
    flags = np.where(recorded, RECORDED, 0)
    plain = np.full(len(flags), _PLAIN)
    for flag, word in words.items():
        flags |= np.where(word != 0, flag, 0)
        plain[(word > 0) & (word != word1)] = 0
    return np.asarray(flags | plain, dtype=np.uint8)


def _ends(figure: Codes) -> Codes:
    """Return for each row the end of the rows of its figure."""
    ends = np.flatnonzero(np.diff(figure, append=-1)) + 1
    return np.repeat(ends, np.diff(ends, prepend=0)).astype(np.int32)


def _with_rows_after(rows: Codes, ends: Codes) -> tuple[Codes, Codes]:
    """Return each of `rows` with every row after it, up to its end."""
    counts = ends - rows - 1
    before = np.cumsum(counts) - counts
    after = np.repeat((rows + 1 - before).astype(np.int32), counts)
    after += np.arange(len(after), dtype=np.int32)
    return np.repeat(rows, counts), after


def _rounded(units: npt.NDArray[np.float64]) -> Weights:
    """Round like SQL, where a half moves away from zero."""
    whole = np.trunc(units)
    whole += units - whole >= 0.5
    return whole.astype(np.int64)
