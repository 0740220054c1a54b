"""Which keywords of a record were read from one word, where the record does not say.

A record's keywords are the genes of its words, word after word, each gene once. So neighbours that are all in
one expansion (an alias of several genes, a family) come from one word, if little of that expansion is missing.
Lists that lost their order (gene sets, older collections) still hold their families whole: there a
family is one word if nearly all of it is present.

The reading of a record that needs the fewest words is taken (minimum description length; Rissanen,
Automatica 14:465, 1978): a word costs 1, whatever it expands to, and what is missing of it costs extra. How often
that is right is measured: docs/words.md.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from kg.lexicon.expansions import Expansion
from kg.model.records import Flavour

MISSING = 1.25
"""Cost of the genes that a word should have given and the record lacks: in a list without order, of each; in a run,
of all of them, times the length of the run, so that a run of two does not bear more than one of eight."""

LACKING = 0.4
"""Greatest part of a word's genes that the record may lack, however long the run is."""

PLACE = 0.25
"""Cost of saying where a gene stands that does not stand with the others of its word."""


class Inferred(NamedTuple):
    """The word that a gene was read from, as far as can be told."""

    word: str
    flavour: Flavour


class _Choice(NamedTuple):
    """The best reading of the first keywords of a record: its cost, and the last step to it."""

    cost: float
    start: int
    expansion: Expansion | None


_Word = tuple[Expansion, list[str]]
"""A word and the genes of the record that it gave."""


class WordInference:
    """Infers words from the expansions that are known."""

    def __init__(self, expansions: Iterable[Expansion]) -> None:
        self._expansions = tuple(expansions)
        self._of: dict[str, list[int]] = defaultdict(list)
        for place, expansion in enumerate(self._expansions):
            for gene in expansion.members:
                self._of[gene].append(place)

    def infer(
        self, keywords: Sequence[str | None], seen: Collection[str] = (), *, ordered: bool = False
    ) -> dict[str, Inferred]:
        """Give the word of each gene that shares one with another; the others are words of their own.

        `keywords` are CURIEs in the order of the record, None for what is no gene; `seen` are genes of the figure
        whose words are given, which no word misses. `ordered`: the list is known to be in the order of words.
        """
        keywords = _once(keywords)
        cost, chosen = self._runs(keywords, frozenset(seen))
        if not ordered:
            unordered, sets = self._sets(keywords, frozenset(seen))
            chosen = chosen if cost <= unordered else sets
        return {gene: Inferred(word.word, word.flavours[gene]) for word, genes in chosen for gene in genes}

    def _runs(self, keywords: Sequence[str | None], seen: frozenset[str]) -> tuple[float, list[_Word]]:
        """Cut the record into runs of least cost; give the cost and the words of several genes."""
        first = {gene: place for place, gene in enumerate(keywords) if gene is not None}
        best: list[_Choice] = [_Choice(0, 0, None)]
        best += [_Choice(float("inf"), 0, None)] * len(keywords)
        for start, gene in enumerate(keywords):
            so_far = best[start].cost
            if so_far + 1 < best[start + 1].cost:
                best[start + 1] = _Choice(so_far + 1, start, None)
            for expansion in map(self._expansions.__getitem__, self._of.get(gene or "", ())):
                end = start + 1
                missing = sum(first.get(each, end) >= end for each in expansion.members - seen)
                while end < len(keywords) and keywords[end] in expansion.members:
                    missing -= keywords[end] not in seen
                    end += 1
                    lacking = missing / len(expansion.members)
                    cost = so_far + 1 + MISSING * lacking * (end - start)
                    if lacking <= LACKING and cost < best[end].cost:
                        best[end] = _Choice(cost, start, expansion)
        return best[-1].cost, _followed(best, keywords)

    def _sets(self, keywords: Sequence[str | None], seen: frozenset[str]) -> tuple[float, list[_Word]]:
        """Choose families that cover the record, the one that saves most words first; give the cost, too.

        Saying where the genes of a word stand, when they do not stand together, costs as well.
        """
        present = {gene for gene in keywords if gene is not None}
        candidates = {each for gene in present for each in self._of.get(gene, ()) if self._expansions[each].is_set}
        found = []
        for expansion in map(self._expansions.__getitem__, sorted(candidates)):
            missing = len(expansion.members - present - seen)
            found.append((expansion, expansion.members & present, missing))
        words, missed = _cover(found, keywords)
        followers = sum(len(genes) - 1 for _, genes in words)
        return len(keywords) - (1 - PLACE) * followers + MISSING * missed, words


def _once(keywords: Sequence[str | None]) -> list[str | None]:
    """Leave out what is there again: an outdated and a current symbol are one gene."""
    seen: set[str] = set()
    kept: list[str | None] = []
    for gene in keywords:
        if gene is None or gene not in seen:
            kept.append(gene)
        if gene is not None:
            seen.add(gene)
    return kept


def _followed(best: Sequence[_Choice], keywords: Sequence[str | None]) -> list[_Word]:
    found = []
    end = len(keywords)
    while end:
        _, start, expansion = best[end]
        if expansion is not None:
            found.append((expansion, [gene for gene in keywords[start:end] if gene is not None]))
        end = start
    return found


def _cover(
    candidates: list[tuple[Expansion, frozenset[str], int]], keywords: Sequence[str | None]
) -> tuple[list[_Word], int]:
    """Give the words chosen, and how many of their genes the record lacks."""
    open_genes = {gene for gene in keywords if gene is not None}
    found: list[_Word] = []
    missed = 0
    while True:
        best: tuple[tuple[float, float, int], Expansion, frozenset[str], int] | None = None
        for expansion, genes, missing in candidates:
            new = genes & open_genes
            saved = len(new) - 1 - MISSING * missing
            merit = (-saved, -len(genes) / len(expansion.members), -len(genes))
            if len(new) > 1 and saved > 0 and (best is None or merit < best[0]):
                best = merit, expansion, new, missing
        if best is None:
            return found, missed
        _, expansion, new, missing = best
        missed += missing
        found.append((expansion, [gene for gene in keywords if gene is not None and gene in new]))
        open_genes -= new
