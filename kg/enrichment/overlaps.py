"""All pairs of a figure and a pathway: the units, words or genes, that they share, and how surprising that is.

Two sparse matrices are multiplied, a block of figures at a time, so that memory does not grow with the build.

Some words are in many pathways and in many figures, so that most figures share some with most pathways. Therefore the
chance of a word to be in a pathway grows with the words of the pathway and with the pathways of the word. Chung, Lu
(2002), Connected components in random graphs with given expected degree sequences, Ann Comb 6:125-145.
doi:10.1007/PL00012580
"""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kg.cooccurrence.statistics import benjamini_hochberg, distinct, log10_p
from kg.enrichment.tails import upper_tails
from kg.enrichment.trials import Trials
from kg.enrichment.universe import Codes, Flags, Ints

Floats = npt.NDArray[np.float64]

BLOCK = 4_000_000
"""Products of one block of figures, which hold about 100 MB; a single figure may have more."""

DECIMALS = 9
"""Decimals of log10 p, so that equal pairs have equal p on every processor."""

LEAST_LOG10_P = -2.0
"""Greatest log10 of the hypergeometric p of pairs whose exact tail is computed; others have p = 1."""

SMALLEST = 1e-307
"""Least p of the exact test, which a double can still hold."""

CLASS = 1e6
"""Advantage of a class of pairs in their order, more than any -log10 p."""


class Pairs(NamedTuple):
    """Pairs of figures and pathways that share enough units; rows sorted by figure."""

    figure: Ints
    pathway: Codes
    hits: Codes
    log10_p: Floats


class Thresholds(NamedTuple):
    """The pairs that count: with a `q` of at most `max_q`, and a part of the figure of `min_coverage` or more."""

    min_hits: int
    max_q: float
    min_coverage: float


class Best(NamedTuple):
    """The best partner of each figure, or of each pathway."""

    partner: Ints  # -1 without one
    hits: Ints
    log10_p: Floats
    matched: Ints  # pairs that match
    partial: Ints  # pairs that are significant and do not match


class Overlaps:
    """The shared units of all pairs.

    `members` has a row an entity and a column a pathway. A unit of a figure is shared where the pathway has one of the
    entities that the figure draws by it.
    """

    def __init__(self, trials: Trials, members: sparse.csr_array, least: int, by: Literal["words", "genes"]) -> None:
        """Count the units of each pathway; figures and pathways of fewer than `least` are not tested."""
        self._trials = trials
        self._by = by
        self._members = members
        self._least = least
        drawn = trials.drawn
        figure = np.repeat(np.arange(drawn.shape[0]), np.diff(drawn.indptr))
        self.trial = np.searchsorted(trials.keys, figure * trials.width + trials.family[drawn.indices])
        """The trial of each drawn entity, in the order of `Trials.drawn`."""
        self.units = len(np.unique(trials.family[trials.background]))
        """Units of the background, from 0."""
        entity, pathway = (axis.astype(np.int64) for axis in members.nonzero())
        inside = trials.background[entity]
        unit = np.unique(trials.family[entity[inside]] * members.shape[1] + pathway[inside]) % members.shape[1]
        self.size = np.bincount(unit, minlength=members.shape[1])
        """Units of each pathway that the background has."""
        self.tested = self.size >= least
        """Flags of the pathways that are tested; of figures, `Trials.tested` has them."""

    @property
    def tests(self) -> int:
        """Pairs that are tested: those that share nothing have p = 1."""
        return int(self._trials.tested.sum()) * int(self.tested.sum())

    def blocks(self) -> Iterator[Pairs]:
        """Yield the pairs of tested figures and pathways with enough hits, a block of figures at a time."""
        drawn, work = self._trials.drawn, np.diff(self._members.indptr)
        done = np.concatenate([[0], np.cumsum(work[drawn.indices])])[drawn.indptr]
        first, figures = 0, drawn.shape[0]
        while first < figures:
            last = max(first + 1, int(np.searchsorted(done, done[first] + BLOCK, side="right")) - 1)
            yield self._block(first, min(last, figures))
            first = last

    def _block(self, first: int, last: int) -> Pairs:
        units = self._shared(first, last)
        shared = self._summed(units, first, last)
        figure = np.repeat(np.arange(first, last), np.diff(shared.indptr))
        enough = (shared.data >= self._least) & self._trials.tested[figure] & self.tested[shared.indices]
        pairs = Pairs(figure[enough], shared.indices[enough], shared.data[enough], np.empty(0))
        pairs = pairs._replace(log10_p=np.round(self._hypergeometric(pairs), DECIMALS))
        if self._by == "genes":
            return pairs
        near = pairs.log10_p <= LEAST_LOG10_P
        pairs = Pairs(pairs.figure[near], pairs.pathway[near], pairs.hits[near], pairs.log10_p[near])
        if not len(pairs.figure):  # there may be no unit at all, which nothing could be divided by
            return pairs
        return pairs._replace(log10_p=self._exact(pairs, np.diff(units.indptr), int(self._start(first))))

    def _hypergeometric(self, pairs: Pairs) -> Floats:
        """Return log10 of the chance of the hits or more where all units of the background have the same chance."""
        hits, size = pairs.hits.astype(np.int64), self.size[pairs.pathway]
        drawn = self._trials.units_drawn[pairs.figure]
        one, number = distinct(hits, size, drawn)
        return log10_p(hits[one], drawn[one], size[one], np.full(len(one), self.units, dtype=np.int64))[number]

    def _exact(self, pairs: Pairs, pathways: Ints, start: int) -> Floats:
        """Return log10 of the chance of the hits or more, by the number of pathways of each trial from `start`."""
        weight = (pathways + 1.0) / (self.size.sum() + self.units)
        lengths = self._trials.units_drawn[pairs.figure]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        first = self._trials.families.indptr[pairs.figure].astype(np.int64) - start
        trial = np.arange(starts[-1]) + np.repeat(first - starts[:-1], lengths)
        chances = np.minimum(weight[trial] * np.repeat(self.size[pairs.pathway], lengths), 1.0)
        tails = upper_tails(starts, chances, pairs.hits.astype(np.int64))
        return np.asarray(np.round(np.log10(np.maximum(tails, SMALLEST)), DECIMALS), dtype=np.float64)

    def _start(self, figure: int) -> Any:
        return self._trials.families.indptr[figure]

    def _shared(self, first: int, last: int) -> sparse.csr_array:
        """Return which pathways have an entity of each trial of some figures: trials by pathways."""
        drawn = self._trials.drawn
        entities = slice(drawn.indptr[first], drawn.indptr[last])
        place = (self.trial[entities] - self._start(first), drawn.indices[entities])
        ones = np.ones(len(place[0]), dtype=np.int32)
        shape = (self._start(last) - self._start(first), drawn.shape[1])
        units = sparse.csr_array(sparse.csr_array((ones, place), shape=shape) @ self._members)
        units.data[:] = 1
        return units

    def _summed(self, units: sparse.csr_array, first: int, last: int) -> sparse.csr_array:
        """Return the number of shared units of some figures: figures by pathways."""
        trials = units.shape[0]
        starts = self._trials.families.indptr[first : last + 1] - self._start(first)
        ones = np.ones(trials, dtype=np.int32)
        figures = sparse.csr_array((ones, np.arange(trials), starts), shape=(last - first, trials))
        return sparse.csr_array(figures @ units)


class Correction(NamedTuple):
    """The false discovery rate that belongs to each log10 p, over all pairs tested."""

    log10_p: Floats  # ascending
    q: Floats

    def of(self, log10_p: Floats) -> Floats:
        """Return q, from 0 to 1, of values that the pairs have."""
        if not len(self.q):
            return np.ones(len(log10_p))
        return np.asarray(self.q[np.minimum(np.searchsorted(self.log10_p, log10_p), len(self.q) - 1)])


def correction(overlaps: Overlaps) -> Correction:
    """Return q by Benjamini and Hochberg over all pairs of tested figures and pathways."""
    parts = [np.unique(pairs.log10_p, return_counts=True) for pairs in overlaps.blocks()]
    if not sum(len(values) for values, _ in parts):
        return Correction(np.empty(0), np.empty(0))
    values, place = np.unique(np.concatenate([values for values, _ in parts]), return_inverse=True)
    counts = np.bincount(place, weights=np.concatenate([counts for _, counts in parts])).astype(np.int64)
    return Correction(values, benjamini_hochberg(values, counts, overlaps.tests))


def best(overlaps: Overlaps, corrected: Correction, drawn: Ints, thresholds: Thresholds) -> tuple[Best, Best]:
    """Return the best pathway of each figure, and the best figure of each pathway.

    Pairs that match come first, then other significant ones, then those of the least p; of equal ones, the first of
    the file, or the least CURIE. `drawn` is the number of units of each figure.
    """
    of_figures, of_pathways = _Best(len(drawn)), _Best(len(overlaps.size))
    for pairs in overlaps.blocks():
        good = corrected.of(pairs.log10_p) <= thresholds.max_q
        match: Flags = good & (pairs.hits >= thresholds.min_coverage * drawn[pairs.figure] - 1e-9)
        rank = pairs.log10_p - CLASS * good - CLASS * match
        of_figures.add(pairs.figure, pairs.pathway, pairs, rank, good, match)
        of_pathways.add(pairs.pathway, pairs.figure, pairs, rank, good, match)
    return of_figures.best(), of_pathways.best()


class _Best:
    """Collects the best partners over the blocks."""

    def __init__(self, count: int) -> None:
        self._rank = np.full(count, np.inf)
        self._values = Best(
            np.full(count, -1), np.zeros(count, dtype=np.int64), np.zeros(count), *np.zeros((2, count), dtype=np.int64)
        )

    def add(
        self, row: Ints | Codes, partner: Ints | Codes, pairs: Pairs, rank: Floats, good: Flags, match: Flags
    ) -> None:
        """Take the pairs of a block; an earlier block wins where two are equal."""
        before = self._rank.copy()
        np.minimum.at(self._rank, row, rank)
        winners = np.flatnonzero((rank == self._rank[row]) & (rank < before[row]))
        winners = winners[np.argsort(-partner[winners].astype(np.int64), kind="stable")]  # the least is written last
        for values, new in zip(self._values[:3], (partner, pairs.hits, pairs.log10_p), strict=True):
            values[row[winners]] = new[winners]
        self._values.matched[:] += np.bincount(row[match], minlength=len(self._rank))
        self._values.partial[:] += np.bincount(row[good & ~match], minlength=len(self._rank))

    def best(self) -> Best:
        return self._values
