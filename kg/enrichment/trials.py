"""What a list can hit of a figure: a family that it draws is one trial, however many words and genes it has."""

from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kg.enrichment.chances import hit_chances
from kg.enrichment.tails import upper_tails
from kg.enrichment.universe import Codes, Flags, Ints

Floats = npt.NDArray[np.float64]


class Trials:
    """The families that each set (a figure, or the figures of an entity) draws, within a background.

    `drawn` has a row a set and a column an entity, `family` the number of each entity's family, and `background` one
    flag an entity.
    """

    def __init__(self, drawn: sparse.csr_array, family: Ints, background: Flags, least: int) -> None:
        """Count the families of each set; those with fewer than `least` are not tested."""
        self.drawn = _columns(drawn, np.flatnonzero(background))
        self.family = family
        self.width = int(family.max(initial=-1)) + 1
        ones = np.ones(len(family), dtype=np.int32)
        self._member = sparse.csr_array((ones, (np.arange(len(family)), family)), shape=(len(family), self.width))
        families = self.drawn @ self._member
        families.sort_indices()
        self.families = families
        """How many entities of a family a set draws: sets by families."""
        self.units_drawn = np.diff(families.indptr).astype(np.int64)
        self.tested = self.units_drawn >= least
        self.background = np.zeros(len(background), dtype=np.bool_)
        """The entities that tested sets draw."""
        self.background[self.drawn[np.flatnonzero(self.tested)].indices] = True
        self.family_sets = np.bincount(families.indices, minlength=self.width)
        """The number of sets that draw each family."""

    def hit_by(self, listed: Ints) -> Flags:
        """Return whether the entities of each family that a set draws include a listed one; one flag a trial."""
        hits = _columns(self.drawn, listed) @ self._member
        hits.sort_indices()
        places = np.searchsorted(self._keys, _rows(hits).astype(np.int64) * self.width + hits.indices)
        flags = np.zeros(len(self.families.indices), dtype=np.bool_)
        flags[places] = True
        return flags

    @cached_property
    def _keys(self) -> Ints:
        return _rows(self.families).astype(np.int64) * self.width + self.families.indices

    @cached_property
    def _groups(self) -> tuple[Codes, Floats, Floats, Floats]:
        """Return the group of each trial, and the covariates, the offset and the weight of each group.

        A group has the trials of one family with the same number of drawn entities.
        """
        size = self.families.data.astype(np.int64)
        most = int(size.max(initial=0)) + 1
        unique, group = np.unique(self.families.indices.astype(np.int64) * most + size, return_inverse=True)
        family, size = unique // most, unique % most
        trials = np.bincount(group, minlength=len(unique))
        inside = np.bincount(self.family[self.background], minlength=self.width)
        often = np.log(self.family_sets[family])
        whole = np.log(np.maximum(inside[family], 1))
        covariates = np.column_stack([np.log(size), whole, whole > 0, often])
        weight = trials / self.family_sets[family]
        return group.astype(np.int32), covariates, np.log(size), weight

    def chances(self, hit: Flags) -> Floats:
        """Return the chance of each trial to be hit, fitted to the hits."""
        group, covariates, offset, weight = self._groups
        counts = np.bincount(group, minlength=len(weight))
        share = np.bincount(group, weights=hit, minlength=len(weight)) / np.maximum(counts, 1)
        return hit_chances(covariates, offset, share, weight)[group]

    def count(self, values: Flags | Floats) -> Floats:
        """Return the sum over the trials of each set."""
        sums = np.bincount(_rows(self.families), weights=values, minlength=self.families.shape[0])
        return np.asarray(sums, dtype=np.float64)

    def families_of(self, rows: Ints, hit: Flags) -> list[Ints]:
        """Return the families by which each of some sets is hit, sorted."""
        ends = np.concatenate([[0], np.cumsum(hit)])[self.families.indptr]
        families = self.families.indices[hit].astype(np.int64)
        return [families[ends[row] : ends[row + 1]] for row in rows.tolist()]

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

    def tails(self, rows: Ints, chances: Floats, hits: Ints) -> Floats:
        """Return for sets the chance of so many hits or more."""
        starts = np.concatenate([[0], np.cumsum(self.units_drawn[rows])])
        places = np.repeat(self.families.indptr[rows] - starts[:-1], self.units_drawn[rows]) + np.arange(starts[-1])
        return upper_tails(starts, chances[places], hits)


def _columns(matrix: sparse.csr_array, columns: Ints) -> sparse.csr_array:
    """Return a matrix of the same shape with the values of some columns."""
    keep = np.zeros(matrix.shape[1], dtype=np.bool_)
    keep[columns] = True
    chosen = keep[matrix.indices]
    starts = np.concatenate([[0], np.cumsum(chosen)])[matrix.indptr]
    return sparse.csr_array((matrix.data[chosen], matrix.indices[chosen], starts), shape=matrix.shape)


def _rows(matrix: sparse.csr_array) -> Codes:
    return np.repeat(np.arange(matrix.shape[0], dtype=np.int32), np.diff(matrix.indptr))
