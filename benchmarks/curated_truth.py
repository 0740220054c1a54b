"""Pairs of human genes that WikiPathways joins, and the views under which rankings are compared with them."""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kg.lexicon import files
from kg.lexicon.lexicon import Lexicon

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEVELS = ("genes", "genes without paralogues", "pairs of families")
"""Rows of a view: pairs of genes; those that share no family; the best pair of genes of two families."""


class Truth(NamedTuple):
    """The pairs that a curated resource joins, and the genes that it could have joined."""

    name: str
    genes: frozenset[str]  # CURIEs
    pairs: frozenset[tuple[str, str]]  # sorted CURIEs


class Genes(NamedTuple):
    """All genes that a truth knows, by a number, and their families."""

    numbers: dict[str, int]
    family: Ints  # the number of its family, or a number of its own
    paralogues: Ints  # sorted keys of pairs that share a family

    def key(self, one: npt.ArrayLike, other: npt.ArrayLike) -> Ints:
        """Return one number for each pair of numbers, whatever their order."""
        return np.minimum(one, other).astype(np.int64) * len(self.numbers) + np.maximum(one, other)


class View(NamedTuple):
    """The rows of a ranking under one truth and level."""

    truth: str
    level: str
    candidates: Ints  # which of all drawn pairs, in the order of their rows
    starts: Ints | None  # where each row of several candidates starts; None where each candidate is a row
    relevant: Ints  # which rows are true

    def scores(self, of_candidates: Floats) -> Floats:
        """Return the score of each row, the greatest of its candidates."""
        scores = of_candidates[self.candidates]
        return scores if self.starts is None else np.maximum.reduceat(scores, self.starts)

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return len(self.candidates) if self.starts is None else len(self.starts)


def truths(folder: Path, left_out: Collection[str]) -> list[Truth]:
    """Read the resource without some of its pathways."""
    joined: dict[str, set[tuple[str, str]]] = defaultdict(set)
    with (folder / "interactions.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if not left_out or set(row["pathways"].split("|")).difference(left_out):
                joined[row["kind"]].add(_pair(row["gene_a"], row["gene_b"]))
    of_pathways = pathways(folder)
    together = {
        pair for name in of_pathways.keys() - set(left_out) for pair in combinations(sorted(of_pathways[name]), 2)
    }
    either = joined["direct"] | joined["group"]
    interacting, drawn = (frozenset(_genes(pairs)) for pairs in (either, together))
    return [
        Truth("direct interaction", interacting, frozenset(joined["direct"])),
        Truth("direct or through a group", interacting, frozenset(either)),
        Truth("same pathway", drawn, frozenset(together)),
    ]


def pathways(folder: Path) -> dict[str, set[str]]:
    """Return the genes of each pathway, by its identifier."""
    rows = (line.split("\t") for line in (folder / "pathways.gmt").read_text(encoding="utf-8").splitlines())
    return {pathway: {f"ncbigene:{gene}" for gene in genes} for pathway, _, *genes in rows}


def _pair(one: str, other: str) -> tuple[str, str]:
    first, second = sorted((f"ncbigene:{one}", f"ncbigene:{other}"))
    return first, second


def _genes(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for pair in pairs:
        yield from pair


def number_genes(resources: Iterable[Truth]) -> Genes:
    """Return the genes of all truths with their numbers and families.

    The family of a gene is the smallest of FamPlex that holds it and another gene, the first by name of equal ones.
    """
    names = sorted(frozenset[str]().union(*(truth.genes for truth in resources)))
    numbers = {gene: number for number, gene in enumerate(names)}
    rows = [(name, members.split("|")) for name, _, members in files.rows(Lexicon.bundled().contents, files.FAMILIES)]
    family = np.arange(len(names))
    paralogues: set[tuple[int, int]] = set()
    smallest_last = sorted(sorted(rows, reverse=True), key=lambda row: -len(row[1]))
    for place, (_, members) in enumerate(smallest_last):
        known = sorted(numbers[gene] for gene in map("ncbigene:{}".format, members) if gene in numbers)
        if len(members) > 1:
            family[known] = len(names) + place
            paralogues.update(combinations(known, 2))
    genes = Genes(numbers, family, np.array([], dtype=np.int64))
    return genes._replace(paralogues=_keys(genes, paralogues))


def _keys(genes: Genes, pairs: Collection[tuple[int, int]]) -> Ints:
    ends = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return np.sort(genes.key(ends[:, 0], ends[:, 1]))


def views(truth: Truth, genes: Genes, keys: Ints) -> list[View]:
    """Return the views of drawn pairs (`keys`) under a truth, one a level."""
    one, other = np.divmod(keys, len(genes.numbers))
    known = np.zeros(len(genes.numbers), dtype=bool)
    known[[genes.numbers[gene] for gene in truth.genes]] = True
    true = np.isin(keys, _keys(genes, {(genes.numbers[a], genes.numbers[b]) for a, b in truth.pairs}))
    inside = known[one] & known[other]
    apart = inside & ~np.isin(keys, genes.paralogues)
    plain = [
        View(truth.name, level, chosen, None, np.flatnonzero(true[chosen]))
        for level, chosen in zip(LEVELS, (np.flatnonzero(inside), np.flatnonzero(apart)), strict=False)
    ]
    return [*plain, _by_families(truth.name, genes, np.flatnonzero(inside), one, other, true)]


def _by_families(name: str, genes: Genes, inside: Ints, one: Ints, other: Ints, true: npt.NDArray[np.bool_]) -> View:
    first, second = genes.family[one[inside]], genes.family[other[inside]]
    between = first != second
    chosen, first, second = inside[between], first[between], second[between]
    rows = np.minimum(first, second) * (int(genes.family.max()) + 1) + np.maximum(first, second)
    order = np.argsort(rows, kind="stable")
    _, starts = np.unique(rows[order], return_index=True)
    chosen = chosen[order]
    relevant = np.maximum.reduceat(true[chosen].astype(np.int8), starts) if len(starts) else np.array([])
    return View(name, LEVELS[2], chosen, starts, np.flatnonzero(relevant))
