"""Lists of genes that no figure explains, lists of curated pathways, and the tests of both."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kg.cooccurrence.statistics import log10_p
from kg.engines.duckdb import DuckDBEngine
from kg.enrichment.enrich import LEAST_GENES
from kg.enrichment.tails import upper_tails
from kg.enrichment.trials import Trials
from kg.enrichment.universe import Scope, Universe
from kg.lexicon import files
from kg.lexicon.lexicon import Lexicon

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Maker = Callable[[np.random.Generator], Ints]

LEAST = 2
"""Least hits of a figure that is called."""


class Corpus(NamedTuple):
    """One build: its genes, and the trials of both tests."""

    label: str
    universe: Universe
    scope: Scope
    words: Trials
    genes: Trials

    @classmethod
    def read(cls, build: Path) -> "Corpus":
        """Read the tables of a build."""
        engine = DuckDBEngine()
        for name in ("figures", "papers", "entities", "mentions", "words"):
            engine.attach(name, build / "tables" / f"{name}.parquet")
        universe = Universe(engine)
        engine.close()
        genes = np.flatnonzero(universe.entities["category"].to_numpy(zero_copy_only=False) == "gene")
        scope = universe.scope(genes)
        alone = np.arange(len(scope.chosen))
        return cls(
            build.name,
            universe,
            scope,
            Trials(scope.drawn, scope.family, scope.chosen, LEAST),
            Trials(scope.drawn, alone, scope.chosen, LEAST_GENES),
        )

    def within(self, background: Ints) -> "Corpus":
        """Return the same figures within a background."""
        flags = np.zeros(len(self.scope.chosen), dtype=np.bool_)
        flags[background] = True
        return self._with(self.scope.drawn, flags)

    def beside(self, figures: int) -> "Corpus":
        """Return one set a gene of `figures` or more, in place of figures: the genes drawn beside it.

        These builds have no chemicals and diseases; a gene stands for one of them here.
        """
        drawn = self.scope.drawn
        often = np.diff(drawn.T.tocsr().indptr) >= figures
        sets = sparse.csr_array(drawn.T @ drawn)
        own = np.repeat(np.arange(sets.shape[0]), np.diff(sets.indptr))
        sets.data[:] = (own != sets.indices) & often[own]
        sets.eliminate_zeros()
        return self._with(sets, self.scope.chosen, self.scope.drawn)

    def _with(self, drawn: sparse.csr_array, background: Flags, figures: sparse.csr_array | None = None) -> "Corpus":
        alone = np.arange(len(background))
        return self._replace(
            words=Trials(drawn, self.scope.family, background, LEAST, figures),
            genes=Trials(drawn, alone, background, LEAST_GENES),
        )


class Tested(NamedTuple):
    """The figures that one test tries, the hits of each, p, and the chance of more hits than those."""

    rows: Ints
    hits: Ints
    p: Floats
    more: Floats

    def called(self, q: float = 0.05) -> int:
        """Return the number of figures with `LEAST` hits or more below a bound of q, over all figures tested."""
        p = np.sort(self.p[self.hits >= LEAST])
        below = np.flatnonzero(p * len(self.rows) / np.arange(1, len(p) + 1) < q)
        return int(below[-1]) + 1 if len(below) else 0

    def rows_called(self) -> Ints:
        """Return the figures that are called at q < 0.05."""
        enough = self.hits >= LEAST
        order = np.argsort(self.p[enough], kind="stable")
        return np.asarray(self.rows[enough][order[: self.called()]])

    def least_p(self) -> float:
        """Return the least p of a figure with `LEAST` hits or more, 1 where there is none."""
        return float(self.p[self.hits >= LEAST].min(initial=1.0))

    def randomised(self, random: np.random.Generator) -> Floats:
        """Return p drawn evenly between the chance of more hits and that of so many, so that it can be uniform."""
        return np.asarray(self.more + random.random(len(self.p)) * (self.p - self.more))


def by_words(corpus: Corpus, listed: Ints) -> Tested:
    """Test a list by drawn families."""
    trials = corpus.words
    rows = np.flatnonzero(trials.tested)
    hits = trials.hit_by(listed, corpus.scope.blocks(listed, trials.family))
    counts = trials.count(hits.counted).astype(np.int64)[rows]
    starts, chances = trials.chances(rows, hits, counts)
    return Tested(rows, counts, upper_tails(starts, chances, counts), upper_tails(starts, chances, counts + 1))


def by_genes(corpus: Corpus, listed: Ints) -> Tested:
    """Test a list by genes: the hypergeometric test."""
    trials = corpus.genes
    rows = np.flatnonzero(trials.tested)
    counts = trials.count(trials.hit_by(listed).counted).astype(np.int64)[rows]
    drawn, size = np.full(len(rows), int(trials.background[listed].sum())), int(trials.background.sum())
    p, more = (
        10.0 ** log10_p(at, drawn, trials.units_drawn[rows], np.full(len(rows), size)) for at in (counts, counts + 1)
    )
    return Tested(rows, counts, p, np.where(counts + 1 > np.minimum(drawn, trials.units_drawn[rows]), 0.0, more))


# -- lists that no figure explains


def null_lists(corpus: Corpus, wikipathways: Path | None) -> Iterator[tuple[str, Maker]]:
    """Yield kinds of lists with a name and a function that draws one."""
    genes = np.flatnonzero(corpus.words.background)
    drawn = np.bincount(corpus.words.drawn.indices, minlength=len(corpus.scope.chosen))[genes].astype(np.float64)
    families = _several(corpus.scope.family, genes)
    often = np.array(
        [corpus.words.family_sets[corpus.scope.family[family[0]]] for family in families], dtype=np.float64
    )
    for size in (50, 200):
        yield f"{size} genes at random", _genes(genes, size, None)
    for size in (50, 200):
        yield f"whole families as drawn, {size} genes", whole(families, size, None)
    for size in (50, 200):
        yield f"all genes of drawn words, {size} genes", whole(_words(corpus, genes), size, None)
    for size in (50, 200):
        yield f"whole families of FamPlex, {size} genes", whole(famplex(corpus), size, None)
    for size in (50, 200):
        yield f"{size} genes by how often drawn", _genes(genes, size, drawn)
    for size in (50, 200):
        yield f"whole families by how often drawn, {size} genes", whole(families, size, often)
    yield "50 of the 500 most drawn genes", _genes(genes[np.argsort(-drawn, kind="stable")[:500]], 50, None)
    if wikipathways:
        counts = np.zeros(len(corpus.scope.chosen))
        for members in pathways(corpus, wikipathways).values():
            counts[members] += 1
        known = genes[counts[genes] > 0]
        yield "50 genes by how many curated pathways have them", _genes(known, 50, counts[known])


def _genes(genes: Ints, size: int, weights: Floats | None) -> Maker:
    chances = None if weights is None else weights / weights.sum()
    return lambda random: np.sort(random.choice(genes, min(size, len(genes) // 2), replace=False, p=chances))


def whole(families: list[Ints], size: int, weights: Floats | None) -> Maker:
    """Return a function that draws whole families until they have `size` genes or more."""
    chances = None if weights is None else weights / weights.sum()

    def draw(random: np.random.Generator) -> Ints:
        order = random.choice(len(families), len(families), replace=False, p=chances)
        ends = np.cumsum([len(families[family]) for family in order])
        taken = order[: int(np.searchsorted(ends, size)) + 1]
        return np.unique(np.concatenate([families[family] for family in taken]))

    return draw


def _several(family: Ints, genes: Ints) -> list[Ints]:
    """Return the families of two genes or more."""
    order = genes[np.argsort(family[genes], kind="stable")]
    parts = np.split(order, np.flatnonzero(np.diff(family[order])) + 1)
    return [part for part in parts if len(part) > 1]


def _words(corpus: Corpus, genes: Ints) -> list[Ints]:
    """Return the genes of each drawn word that stands for two or more."""
    of_word = sparse.csc_array(corpus.scope.shared)
    parts = np.split(of_word.indices, of_word.indptr[1:-1])
    return [np.intersect1d(part, genes) for part in parts if len(np.intersect1d(part, genes)) > 1]


def famplex(corpus: Corpus) -> list[Ints]:
    """Return the drawn genes of each family of FamPlex."""
    genes = np.flatnonzero(corpus.words.background)
    members = [row[2].split("|") for row in files.rows(Lexicon.bundled().contents, files.FAMILIES)]
    drawn = [np.intersect1d(corpus.universe.rows([f"ncbigene:{gene}" for gene in part]), genes) for part in members]
    return [part for part in drawn if len(part) > 1]


# -- curated pathways


def pathways(corpus: Corpus, folder: Path) -> dict[str, Ints]:
    """Return the drawn genes of each curated pathway."""
    lines = (folder / "pathways.gmt").read_text(encoding="utf-8").splitlines()
    rows = (
        (name, corpus.universe.rows([f"ncbigene:{gene}" for gene in genes])) for name, _, *genes in map(_cells, lines)
    )
    return {name: members[corpus.words.background[members]] for name, members in rows}


def _cells(line: str) -> list[str]:
    return line.split("\t")


class Half(NamedTuple):
    """A pathway cut in two by families: the genes of the list, its families, and the families left out."""

    pathway: str
    listed: Ints
    families: Ints
    left_out: Ints


def halves(corpus: Corpus, folder: Path, least: int, random: np.random.Generator) -> list[Half]:
    """Cut each pathway of `least` drawn families or more."""
    cut = []
    for name, members in pathways(corpus, folder).items():
        families = np.unique(corpus.scope.family[members])
        if len(families) >= least:
            chosen = np.sort(random.permutation(families)[: len(families) // 2])
            listed = members[np.isin(corpus.scope.family[members], chosen)]
            cut.append(Half(name, np.sort(listed), chosen, np.setdiff1d(families, chosen)))
    return cut


def shares(corpus: Corpus, cut: list[Half], rows: Ints) -> tuple[Floats, Floats, Floats]:
    """Return, for figures and pathways, the left-out families that are drawn, those drawn outside the list, and all."""
    drawn = corpus.words.families[rows]
    drawn = sparse.csr_array((np.ones(drawn.nnz), drawn.indices, drawn.indptr), shape=drawn.shape)
    left, listed = (_table([getattr(half, name) for half in cut], drawn.shape[1]) for name in ("left_out", "families"))
    both = (drawn @ left).toarray()
    outside = np.diff(drawn.indptr)[:, None] - (drawn @ listed).toarray()
    return both, outside, np.array([float(len(half.left_out)) for half in cut])[None, :]


def _table(families: list[Ints], width: int) -> sparse.csr_array:
    rows = np.concatenate(families)
    columns = np.repeat(np.arange(len(families)), [len(part) for part in families])
    return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(width, len(families)))


def neighbours(corpus: Corpus, members: Ints) -> Ints:
    """Return the genes that are drawn in figures with three families of a pathway or more, without the pathway's."""
    trials = corpus.words
    many = trials.count(trials.hit_by(members).fitted) >= 3
    beside = np.unique(trials.drawn[np.flatnonzero(many)].indices).astype(np.int64)
    return np.setdiff1d(beside, members)
