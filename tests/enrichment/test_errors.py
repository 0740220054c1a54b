"""The errors of both tests on a made-up world: words of one to eight genes, some drawn a hundred times as often."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from helpers.drawings import Drawings, universe

from kg.enrichment.enrich import EnrichmentOptions, enrich
from kg.enrichment.universe import Universe

WORDS, FIGURES, LISTS = 240, 500, 60

Maker = Callable[[np.random.Generator], list[str]]


def genes_of(word: int) -> list[str]:
    return [f"g{word}x{gene}" for gene in range(1 + word % 8 if word % 3 == 0 else 1)]


def popularity() -> np.ndarray:
    weights = 1 / (1 + np.arange(WORDS)[::-1] * 7 % WORDS)
    return np.asarray(weights / weights.sum())


@cache
def world() -> Universe:
    """Return 500 figures of 4 to 15 words, each drawn by its popularity alone."""
    random = np.random.default_rng(1)
    drawings: Drawings = {}
    for figure in range(FIGURES):
        words = random.choice(WORDS, int(random.integers(4, 16)), replace=False, p=popularity())
        drawings[f"pfocr:{figure:03}"] = {f"W{word}": genes_of(int(word)) for word in sorted(words)}
    return universe(drawings)


def by_popularity(random: np.random.Generator) -> list[str]:
    every = [(gene, popularity()[word]) for word in range(WORDS) for gene in genes_of(word)]
    weights = np.array([weight for _, weight in every])
    return [every[place][0] for place in random.choice(len(every), 30, replace=False, p=weights / weights.sum())]


def whole_families(random: np.random.Generator) -> list[str]:
    several = [word for word in range(WORDS) if len(genes_of(word)) > 1]
    return [gene for word in random.choice(several, 8, replace=False) for gene in genes_of(int(word))]


@pytest.mark.parametrize("maker", [by_popularity, whole_families])
def test_lists_that_no_figure_explains_are_called_by_genes_and_not_by_words(maker: Maker) -> None:
    random = np.random.default_rng(2)
    called = {"words": 0, "genes": 0}
    for _ in range(LISTS):
        listed = maker(random)
        for by in ("words", "genes"):
            result = enrich(world(), listed, EnrichmentOptions(by=by))
            called[by] += min(result.table["q"].to_pylist(), default=1.0) < 0.05
    assert called["words"] <= 6  # 3 of 60 are 5 %; more than 6 have a chance of 3 % at that rate
    assert called["genes"] >= 54


def test_words_that_a_list_shares_with_some_figures_are_called() -> None:
    """Half of the list is drawn together in three figures that no popularity explains."""
    known = {f"pfocr:9{figure}": {f"W{word}": genes_of(word) for word in range(10, 22)} for figure in range(3)}
    drawings: Drawings = dict(known)
    random = np.random.default_rng(3)
    for figure in range(FIGURES):
        words = random.choice(WORDS, int(random.integers(4, 16)), replace=False, p=popularity())
        drawings[f"pfocr:{figure:03}"] = {f"W{word}": genes_of(int(word)) for word in sorted(words)}
    listed = [genes_of(word)[0] for word in range(10, 22)] + by_popularity(random)[:12]
    rows = enrich(universe(drawings), listed).table.to_pylist()
    assert {row["figure_id"] for row in rows[:3]} == set(known)
    assert max(row["q"] for row in rows[:3]) < 0.05
    assert {row["cluster"] for row in rows[:3]} == {rows[0]["figure_id"]}
