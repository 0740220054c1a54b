"""Figures compared with pathways: numbers worked by hand on tests/helpers/pathways.py, and scipy as foreign judge."""

from itertools import combinations
from math import prod
from typing import Any

import numpy as np
import pytest
from helpers.pathways import write_pathway_build
from scipy import stats

from kg.enrichment import overlaps
from kg.enrichment.comparison import Comparison, ComparisonOptions, compare
from kg.enrichment.universe import Universe
from kg.errors import KgError, ParameterError, UnknownChoice
from kg.graph.knowledge_graph import KnowledgeGraph

WP1 = ["ncbigene:7157", "ncbigene:4193", "ncbigene:1026", "ncbigene:581", "ncbigene:225"]
WP2 = ["ncbigene:1956", "ncbigene:3845", "ncbigene:673", "ncbigene:7157"]
WP3 = ["ncbigene:2539", "ncbigene:2678", "ncbigene:1958"]
WP4 = ["ncbigene:3643", "ncbigene:4851", "ncbigene:207"]
PATHWAYS = [WP1, WP2, WP3, WP4]


@pytest.fixture(scope="module")
def universe(tmp_path_factory: pytest.TempPathFactory) -> Universe:
    with KnowledgeGraph(write_pathway_build(tmp_path_factory.mktemp("pathways"))) as graph:
        return Universe(graph.engine)


def by_id(result: Comparison) -> tuple[dict[str, dict[str, Any]], dict[int, dict[str, Any]]]:
    figures = {row["figure_id"].rpartition("_")[2]: row for row in result.figures.to_pylist()}
    return figures, {row["pathway"]: row for row in result.pathways.to_pylist()}


def test_words_by_hand(universe: Universe) -> None:
    # 24 words, AKT among them, are in figures of three words or more. The pathways have 4, 4, 0 and 3 of them.
    # A word is in a pathway of K words with the chance K (d + 1) / (11 + 24), where d pathways have it.
    # f1 and WP1 share all four: TP53 is in 2 pathways, the others in 1, so p = 12/35 (8/35)^3.
    # f2 and WP2 share three of four: three chances of 8/35, and 4/35 of MAP2K1, which is in none.
    # 6 figures and 3 pathways are tested: 18 pairs.
    result = compare(universe, PATHWAYS, ComparisonOptions(max_q=0.25, min_coverage=0.8))
    assert (result.units, result.tests) == (24, 18)
    p1 = 12 * 8**3 / 35**4
    p2 = (8**3 * 31 + 3 * 8**2 * 4 * 27 + 8**3 * 4) / 35**4
    figures, pathways = by_id(result)
    values = ("hits", "coverage", "pathway_coverage", "p", "q", "status")
    for row in (figures["f1"], pathways[0]):
        assert [row[name] for name in values[:3]] == [4, 1, 1]
        assert (row["p"], row["q"]) == (pytest.approx(p1, rel=1e-5), pytest.approx(p1 * 18, rel=1e-5))
        assert row["status"] == "matched"
    for row in (figures["f2"], pathways[1]):
        assert [row[name] for name in values[:3]] == [3, 0.75, 0.75]
        assert (row["p"], row["q"]) == (pytest.approx(p2, rel=1e-5), pytest.approx(p2 * 9, rel=1e-5))
        assert row["status"] == "partial"
    assert figures["f1"]["pathway"] == 0
    assert pathways[1]["figure_id"].endswith("f2")
    assert [figures[name]["status"] for name in ("f3", "f7")] == ["no pathway", "too few"]
    assert [figures["f3"][name] for name in ("pathway", *values[:5])] == [None] * 6
    assert [pathways[number]["status"] for number in (2, 3)] == ["too few", "no figure"]
    assert [pathways[number]["words_drawn"] for number in range(4)] == [4, 4, 0, 3]
    assert [(row["figures"], row["figures_partial"]) for row in pathways.values()].count((0, 1)) == 1


def test_words_in_a_pathway_and_in_none(universe: Universe) -> None:
    result = compare(universe, PATHWAYS)
    figures, _ = by_id(result)
    assert figures["f2"]["words"] == ["BRAF", "EGFR", "KRAS"]
    assert figures["f2"]["novel_words"] == ["MAP2K1"]
    assert figures["f4"]["words_drawn"] == 4  # AKT1 and AKT2 are one word, which WP4 has by AKT1
    assert figures["f4"]["novel_words"] == ["MTOR", "RPTOR", "TSC2"]
    assert figures["f7"]["novel_words"] == []
    assert result.words.num_rows == 1 + 3 + 3 + 3 + 4
    assert set(result.words["figures"].to_pylist()) == {1}


def test_rows_for_a_curator_come_first(universe: Universe) -> None:
    result = compare(universe, PATHWAYS, ComparisonOptions(max_q=0.25, min_coverage=0.8))
    assert [row["status"] for row in result.figures.to_pylist()] == ["no pathway"] * 4 + [
        "partial",
        "matched",
        "too few",
    ]
    assert result.pathways["pathway"].to_pylist() == [3, 1, 0, 2]


@pytest.mark.parametrize("block", [1, 4_000_000])
def test_genes_as_scipy_has_them(universe: Universe, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlaps, "BLOCK", block)  # a figure a block, or all at once
    result = compare(universe, PATHWAYS, ComparisonOptions(by="genes", min_hits=2))
    figures, pathways = by_id(result)
    assert result.units == 25  # AKT1 and AKT2 are two
    for name, size in (("f1", 4), ("f2", 4), ("f7", 4)):
        row = figures[name]
        judged = stats.hypergeom.sf(row["hits"] - 1, 25, size, row["words_drawn"])
        assert row["p"] == pytest.approx(judged, rel=1e-5)
    assert figures["f4"]["words_drawn"] == 5
    p = [stats.hypergeom.sf(hits - 1, 25, 4, drawn) for hits, drawn in ((4, 4), (3, 4), (2, 2))]
    q = stats.false_discovery_control(p + [1] * (result.tests - len(p)))
    assert [figures[name]["q"] for name in ("f1", "f2", "f7")] == pytest.approx(list(q[:3]), rel=1e-5)
    assert pathways[0]["figure_id"].endswith("f1")


def test_tails_are_those_of_all_outcomes(universe: Universe) -> None:
    # The same chances, summed over every set of words that a pathway may have.
    chances = [8 / 35, 8 / 35, 8 / 35, 4 / 35]
    tail = sum(
        prod(chance if place in chosen else 1 - chance for place, chance in enumerate(chances))
        for size in (3, 4)
        for chosen in combinations(range(4), size)
    )
    figures, _ = by_id(compare(universe, PATHWAYS))
    assert figures["f2"]["p"] == pytest.approx(tail, rel=1e-5)


def test_blocks_do_not_change_the_result(universe: Universe, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = compare(universe, PATHWAYS)
    monkeypatch.setattr(overlaps, "BLOCK", 1)
    parts = compare(universe, PATHWAYS)
    assert parts.figures.equals(whole.figures)
    assert parts.pathways.equals(whole.pathways)
    assert parts.words.equals(whole.words)


def test_options_and_pathways_that_are_wrong(universe: Universe) -> None:
    wrong: list[tuple[dict[str, Any], type[KgError]]] = [
        ({"by": "figures"}, UnknownChoice), ({"min_hits": 0}, ParameterError), ({"max_q": 2}, ParameterError),
        ({"min_coverage": np.nan}, ParameterError),
    ]  # fmt: skip
    for values, error in wrong:
        with pytest.raises(error):
            ComparisonOptions(**values)
    with pytest.raises(ParameterError, match="draws none of their members"):
        compare(universe, [["ncbigene:2539"]])


def test_a_least_number_of_words_that_no_figure_has_leaves_nothing_to_test(universe: Universe) -> None:
    result = compare(universe, PATHWAYS, ComparisonOptions(min_hits=99))
    assert (result.units, result.tests) == (0, 0)
    assert set(result.figures["status"].to_pylist()) == set(result.pathways["status"].to_pylist()) == {"too few"}
