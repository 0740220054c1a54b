"""Trials of a list: each family that a figure draws is one, however many words and genes it has."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kg.enrichment.chances import Data, Fit, fit
from kg.enrichment.tails import upper_tails
from kg.enrichment.universe import Codes, Flags, Ints

Floats = npt.NDArray[np.float64]


class Hits(NamedTuple):
    """Which trials a list hits, and which trials are tested as one."""

    fitted: Flags  # one flag a trial: whether the list has a drawn member of the family
    counted: Flags  # the same, without those that count with another one
    joined: tuple[Ints, Ints]  # trials that are tested as one, and the first of those


class Trials:
    """The families that each set (a figure, or the figures of an entity) draws, within a background.

    `drawn` has a row a set and a column an entity, `family` the number of each entity's family, and `background` one
    flag an entity. `figures` has the rows that count how often an entity is drawn, where they are not those of `drawn`.
    """

    def __init__(
        self,
        drawn: sparse.csr_array,
        family: Ints,
        background: Flags,
        least: int,
        figures: sparse.csr_array | None = None,
    ) -> None:
        """Count the families of each set; those with fewer than `least` are not tested."""
        self._figures = figures
        self.drawn = _columns(drawn, np.flatnonzero(background))
        self.family = family
        self.width = int(family.max(initial=-1)) + 1
        ones = np.ones(len(family), dtype=np.int32)
        self._member = sparse.csr_array((ones, (np.arange(len(family)), family)), shape=(len(family), self.width))
        families = sparse.csr_array(self.drawn @ self._member)
        families.sort_indices()
        self.families = families
        """The number of entities of a family that a set draws: sets by families."""
        self.row = np.repeat(np.arange(families.shape[0], dtype=np.int32), np.diff(families.indptr))
        """The set of each trial."""
        self.units_drawn = np.diff(families.indptr).astype(np.int64)
        self.tested = self.units_drawn >= least
        self.background = np.zeros(len(background), dtype=np.bool_)
        """The entities that tested sets draw."""
        self.background[self.drawn.indices[np.repeat(self.tested, np.diff(self.drawn.indptr))]] = True
        self.family_sets = np.bincount(families.indices, minlength=self.width)
        """The number of sets that draw each family."""

    def hit_by(self, listed: Ints, block: Ints | None = None) -> Hits:
        """Return the trials that listed entities hit; trials of families with the same `block` from 0 count as one."""
        hits = sparse.csr_array(_columns(self.drawn, listed) @ self._member)
        hits.sort_indices()
        row = np.repeat(np.arange(hits.shape[0], dtype=np.int64), np.diff(hits.indptr))
        fitted = np.zeros(len(self.row), dtype=np.bool_)
        fitted[np.searchsorted(self.keys, row * self.width + hits.indices)] = True
        nothing = np.empty(0, dtype=np.int64)
        if block is None or block.max(initial=-1) < 0:
            return Hits(fitted, fitted, (nothing, nothing))
        trial = np.flatnonzero(block[self.families.indices] >= 0)
        place = self.row[trial].astype(np.int64) * self.width + block[self.families.indices[trial]]
        _, first, group = np.unique(place, return_index=True, return_inverse=True)
        any_hit = np.bincount(group, weights=fitted[trial]) > 0
        counted = fitted.copy()
        counted[trial] = False
        counted[trial[first]] = any_hit
        return Hits(fitted, counted, (trial, trial[first][group]))

    def fit(self, hits: Hits) -> Fit:
        """Fit the chances of a hit to those of a list that hits something."""
        groups = len(self._data.weight)
        share = np.bincount(self._group, weights=hits.fitted, minlength=groups)
        return fit(self._data, share / np.bincount(self._group, minlength=groups))

    def tests(self, rows: Ints, hits: Hits, counts: Ints) -> tuple[Floats, Floats]:
        """Return for sets the expected hits, and the chance of `counts` hits or more."""
        starts, chances = self.chances(rows, hits, counts)
        place = np.repeat(np.arange(len(rows)), np.diff(starts))
        expected = np.bincount(place, weights=chances, minlength=len(rows)).astype(np.float64)
        return expected, upper_tails(starts, chances, counts)

    def chances(self, rows: Ints, hits: Hits, counts: Ints) -> tuple[Ints, Floats]:
        """Return where the trials of each of some sets start, and the chance of each trial to be hit.

        The chances are fitted to hits that include those of the set itself. Of its k hits, (k - 1) / 2 are left out of
        the fit, so that the tail is that given the number of all hits; docs/enrichment.md derives this.
        """
        model = self.fit(hits)
        part = ((counts - 1) / (2 * np.maximum(counts, 1)))[:, None].clip(0)
        own = sparse.csr_array(self._draws[rows])
        coefficients = model.without(own @ model.score * part, own @ model.information * part)
        lengths = self.units_drawn[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        trial = np.arange(starts[-1]) + np.repeat(self.families.indptr[rows] - starts[:-1], lengths)
        chances = model.chances_at(self._group[trial], lengths, coefficients)
        return starts, _joined(trial, chances, hits.joined, len(self.row))

    def count(self, values: Flags | Floats) -> Floats:
        """Return the sum over the trials of each set."""
        sums = np.bincount(self.row, weights=values, minlength=len(self.units_drawn))
        return np.asarray(sums, dtype=np.float64)

    def families_of(self, rows: Ints, hit: Flags) -> tuple[Ints, Ints]:
        """Return the families by which each of some sets is hit, sorted, and where those of each set start."""
        ends = np.concatenate([[0], np.cumsum(hit)])[self.families.indptr]
        counts = np.diff(ends)[rows]
        starts = np.concatenate([[0], np.cumsum(counts)])
        place = np.arange(starts[-1]) + np.repeat(ends[rows] - starts[:-1], counts)
        return starts, self.families.indices[hit][place].astype(np.int64)

    def scores(self, rows: Ints, hit: Flags) -> Floats:
        """Return the cosine of each of some sets with the list, from 0 to 1.

        Both are vectors of families. A family weighs ln(N / n), where n of the N sets that draw anything draw it.
        """
        rarity = np.log(max(int((self.units_drawn > 0).sum()), 1) / np.maximum(self.family_sets, 1)) ** 2
        squares = rarity[self.families.indices]
        of_list = float(rarity[np.unique(self.families.indices[hit])].sum())
        lengths = np.sqrt(self.count(squares)[rows] * of_list)
        shared = self.count(squares * hit)[rows]
        return np.asarray(np.divide(shared, lengths, out=np.zeros(len(rows)), where=lengths > 0))

    @cached_property
    def keys(self) -> Ints:
        """One number a trial, ascending."""
        return np.asarray(self.row.astype(np.int64) * self.width + self.families.indices)

    @cached_property
    def _draws(self) -> sparse.csr_array:
        """Whether a set draws a family, as numbers to multiply with."""
        families = self.families
        return sparse.csr_array((np.ones(len(self.row)), families.indices, families.indptr), shape=families.shape)

    @cached_property
    def _groups(self) -> tuple[Codes, Data]:
        most = int(self.families.data.max(initial=0)) + 1
        key = self.families.indices.astype(np.int64) * most + self.families.data
        counts = np.bincount(key, minlength=1)
        unique = np.flatnonzero(counts)
        trials = counts[unique]
        number = np.zeros(len(counts), dtype=np.int32)
        number[unique] = np.arange(len(unique), dtype=np.int32)
        group = number[key]
        family, size = unique // most, unique % most
        inside = np.bincount(self.family[self.background], minlength=self.width)[family]
        drawn = self.drawn if self._figures is None else self._figures
        sets = np.bincount(drawn.indices, minlength=len(self.family)).astype(np.float64)
        family_figures = self.family_sets
        if self._figures is not None:
            family_figures = np.bincount(sparse.csr_array(self._figures @ self._member).indices, minlength=self.width)
        weighted = sparse.csr_array(self.drawn @ sparse.csr_array(self._member.multiply(sets[:, None])))
        weighted.sort_indices()
        often = np.bincount(group, weights=weighted.data / self.families.data, minlength=len(unique)) / trials
        covariates = np.column_stack(
            [
                np.log(size),
                np.log(np.maximum(inside, 1)),
                inside > 1,
                np.log(often),
                np.log(family_figures[family]),
            ]
        )
        data = Data(covariates, np.log(size), trials / self.family_sets[family], family, self.width)
        return group, data

    @property
    def _group(self) -> Codes:
        """The group of each trial."""
        return self._groups[0]

    @property
    def _data(self) -> Data:
        return self._groups[1]


def _joined(trial: Ints, chances: Floats, joined: tuple[Ints, Ints], trials: int) -> Floats:
    """Return chances where the first of the trials that are tested as one has that of any, and the others 0."""
    if not len(joined[0]):
        return chances
    place = np.full(trials, -1)
    place[trial] = np.arange(len(trial))
    one, first = place[joined[0]], place[joined[1]]
    one, first = one[one >= 0], first[one >= 0]
    missed = np.bincount(first, weights=np.log1p(-chances[one]), minlength=len(chances))
    chances = chances.copy()
    chances[one] = 0.0
    chances[first] = -np.expm1(missed[first])
    return chances


def _columns(matrix: sparse.csr_array, columns: Ints) -> sparse.csr_array:
    """Return a matrix of the same shape with the values of some columns."""
    keep = np.zeros(matrix.shape[1], dtype=np.bool_)
    keep[columns] = True
    chosen = keep[matrix.indices]
    starts = np.concatenate([[0], np.cumsum(chosen)])[matrix.indptr]
    return sparse.csr_array((matrix.data[chosen], matrix.indices[chosen], starts), shape=matrix.shape)
