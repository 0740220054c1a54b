"""Word inference: which keywords of a record were read from one word, where the record does not say so.

A record's keywords are the genes of its words, word after word, each gene once. Neighbours in one expansion (an alias
of several genes, a family) therefore come from one word, if few genes of that expansion are missing. Lists that lost
their order (gene sets, older collections) still hold their families whole. There a family is one word if nearly all
of it is present.

The reading of a record with the fewest words is taken (minimum description length; Rissanen, Automatica 14:465,
1978). A word costs 1, whatever it expands to, and its missing genes cost extra. docs/words.md has measurements of how
often that is right.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from kg.lexicon.expansions import Expansion
from kg.model.records import Flavour

MISSING_COST = 1.25
"""Cost of the genes of a word that the record lacks. In a list without order it is the cost of each. In a run it is
the cost of all, times the length of the run. Short and long runs may therefore lack the same part of their genes."""

MAX_MISSING = 0.4
"""Greatest part of a word's genes that a record may lack, however long the run is."""

POSITION_COST = 0.25
"""Cost of the position of a gene that does not stand with the others of its word."""


class InferredWord(NamedTuple):
    """The word that a gene was most likely read from."""

    word: str
    flavour: Flavour


class _Choice(NamedTuple):
    """The best reading of the first keywords of a record: its cost, and its last step."""

    cost: float
    start: int
    expansion: Expansion | None


_Word = tuple[Expansion, list[str]]
"""A word and the genes of the record that it gave."""


class WordInference:
    """Inference of words from a list of expansions."""

    def __init__(self, expansions: Iterable[Expansion]) -> None:
        self._expansions = tuple(expansions)
        self._by_gene: dict[str, list[int]] = defaultdict(list)
        for index, expansion in enumerate(self._expansions):
            for gene in expansion.members:
                self._by_gene[gene].append(index)

    def infer(
        self, keywords: Sequence[str | None], seen: Collection[str] = (), *, ordered: bool = False
    ) -> dict[str, InferredWord]:
        """Return the word of each gene that shares one with another gene; the others are words of their own.

        `keywords` are CURIEs in the order of the record, None for a keyword that is no gene. `seen` are genes of the
        figure with a given word, which never count as missing. `ordered`: the list is in the order of words.
        """
        keywords = _unique(keywords)
        cost, words = self._runs(keywords, frozenset(seen))
        if not ordered:
            unordered_cost, sets = self._sets(keywords, frozenset(seen))
            words = words if cost <= unordered_cost else sets
        return {gene: InferredWord(word.word, word.flavours[gene]) for word, genes in words for gene in genes}

    def _runs(self, keywords: Sequence[str | None], seen: frozenset[str]) -> tuple[float, list[_Word]]:
        """Split the record into runs of least cost; return the cost and the words of several genes."""
        first = {gene: index for index, gene in enumerate(keywords) if gene is not None}
        best: list[_Choice] = [_Choice(0, 0, None)]
        best += [_Choice(float("inf"), 0, None)] * len(keywords)
        for start, gene in enumerate(keywords):
            so_far = best[start].cost
            if so_far + 1 < best[start + 1].cost:
                best[start + 1] = _Choice(so_far + 1, start, None)
            for expansion in map(self._expansions.__getitem__, self._by_gene.get(gene or "", ())):
                end = start + 1
                missing = sum(first.get(member, end) >= end for member in expansion.members - seen)
                while end < len(keywords) and keywords[end] in expansion.members:
                    missing -= keywords[end] not in seen
                    end += 1
                    missing_part = missing / len(expansion.members)
                    cost = so_far + 1 + MISSING_COST * missing_part * (end - start)
                    if missing_part <= MAX_MISSING and cost < best[end].cost:
                        best[end] = _Choice(cost, start, expansion)
        return best[-1].cost, _words(best, keywords)

    def _sets(self, keywords: Sequence[str | None], seen: frozenset[str]) -> tuple[float, list[_Word]]:
        """Choose families that cover the record, the one that saves most words first; return the cost and the families.

        Genes of a family that do not stand together cost extra for their positions.
        """
        present = {gene for gene in keywords if gene is not None}
        indexes = {index for gene in present for index in self._by_gene.get(gene, ())}
        candidates = []
        for expansion in map(self._expansions.__getitem__, sorted(indexes)):
            if expansion.is_set:
                missing = len(expansion.members - present - seen)
                candidates.append((expansion, expansion.members & present, missing))
        words, missed = _cover(candidates, keywords)
        followers = sum(len(genes) - 1 for _, genes in words)
        return len(keywords) - (1 - POSITION_COST) * followers + MISSING_COST * missed, words


def _unique(keywords: Sequence[str | None]) -> list[str | None]:
    """Drop repeated genes, because an outdated and a current symbol are one gene."""
    earlier: set[str] = set()
    unique: list[str | None] = []
    for gene in keywords:
        if gene is None or gene not in earlier:
            unique.append(gene)
        if gene is not None:
            earlier.add(gene)
    return unique


def _words(best: Sequence[_Choice], keywords: Sequence[str | None]) -> list[_Word]:
    """Walk back from the last choice; return the words of several genes."""
    words = []
    end = len(keywords)
    while end:
        _, start, expansion = best[end]
        if expansion is not None:
            words.append((expansion, [gene for gene in keywords[start:end] if gene is not None]))
        end = start
    return words


def _cover(
    candidates: list[tuple[Expansion, frozenset[str], int]], keywords: Sequence[str | None]
) -> tuple[list[_Word], int]:
    """Return the chosen words, and the number of their genes that the record lacks."""
    open_genes = {gene for gene in keywords if gene is not None}
    words: list[_Word] = []
    missed = 0
    while True:
        best: tuple[tuple[float, float, int], Expansion, frozenset[str], int] | None = None
        for expansion, genes, missing in candidates:
            new = genes & open_genes
            saved = len(new) - 1 - MISSING_COST * missing
            merit = (-saved, -len(genes) / len(expansion.members), -len(genes))
            if len(new) > 1 and saved > 0 and (best is None or merit < best[0]):
                best = merit, expansion, new, missing
        if best is None:
            return words, missed
        _, expansion, new, missing = best
        missed += missing
        words.append((expansion, [gene for gene in keywords if gene is not None and gene in new]))
        open_genes -= new
