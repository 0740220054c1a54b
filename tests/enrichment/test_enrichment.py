"""Enrichment of a list: numbers worked by hand, families that are hit once, backgrounds, and lists of every size."""

from itertools import combinations
from math import comb, exp, log

import pytest
from helpers.drawings import Drawings, alone, universe
from scipy.stats import hypergeom

from kg.enrichment.enrich import EnrichmentOptions, enrich
from kg.errors import ParameterError, UnknownChoice

PAIRS: Drawings = {f"pfocr:{i}": alone(f"a{i}", f"b{i}") for i in range(1, 7)}
"""Six figures of two genes each; no gene is drawn twice."""

FAMILIES: Drawings = {
    "pfocr:1": {"PI3K": ["pik3ca", "pik3cb", "pik3cd"], "AKT": ["akt1", "akt2"], "PTEN": ["pten"]},
    "pfocr:2": {"PI3K": ["pik3ca", "pik3cb", "pik3cd"], "P110A": ["pik3ca"], "TP53": ["tp53"]},
    "pfocr:3": {"AKT": ["akt1", "akt2"], "TP53": ["tp53"], "MDM2": ["mdm2"]},
    "pfocr:4": {"RAS": ["kras", "hras"], "RAF": ["braf", "raf1"], "MDM2": ["mdm2"]},
}


def test_two_genes_of_one_figure_by_hand() -> None:
    """2 of 12 families are hit, and all are alike, so that the chance of each is 1/6 before any is left out."""
    result = enrich(universe(PAIRS), ["a1", "b1"])
    chance = 2 / 12
    rate = -log(1 - chance)
    slope, variance = rate * (1 - chance), chance * (1 - chance)
    score, information = slope * (1 - chance) / variance, slope**2 / variance  # of a family that is hit
    part = (2 - 1) / (2 * 2)  # of two hits, half a hit is left out
    step = 2 * part * score / (12 * information - 2 * part * information)
    left = 1 - exp(-rate * exp(-step))
    (row,) = result.table.to_pylist()
    assert row["p"] == pytest.approx(left**2, rel=1e-5) == pytest.approx(0.0179, abs=1e-4)
    assert row["q"] == pytest.approx(6 * left**2, rel=1e-5)  # six figures are tested
    assert row["expected"] == pytest.approx(2 * left, rel=1e-5)
    assert row["p"] == pytest.approx(1 / comb(12, 2), rel=0.2)  # Fisher's test, which knows that two families are hit
    assert (row["figure_id"], row["title"], row["year"]) == ("pfocr:1", "A paper", 2000)  # the figure has no title
    assert (row["hits"], row["words_drawn"], row["words"], row["genes"]) == (2, 2, ["A1", "B1"], ["A1", "B1"])
    assert (row["cluster"], row["cluster_size"]) == ("pfocr:1", 1)
    assert (result.listed, result.units_hit, result.units, result.figures_tested) == (2, 2, 12, 6)
    assert result.background == "12 genes drawn in the 6 figures of this build that draw 2 families or more"


def test_the_score_by_hand() -> None:
    """Each family is drawn by 1 of 6 figures, so all weigh the same: 2 shared of 2 drawn and of 3 listed."""
    (row,) = enrich(universe(PAIRS), ["a1", "b1", "a2"]).table.to_pylist()
    assert row["score"] == pytest.approx(2 / (2 * 3) ** 0.5, rel=1e-5)


def test_genes_of_one_word_are_one_hit() -> None:
    result = enrich(universe(FAMILIES), ["pik3ca", "pik3cb", "pik3cd"])
    assert (result.listed, result.units_hit, result.table.num_rows) == (3, 1, 0)
    by_genes = enrich(universe(FAMILIES), ["pik3ca", "pik3cb", "pik3cd"], EnrichmentOptions(by="genes"))
    assert [row["hits"] for row in by_genes.table.to_pylist()] == [3, 3]


def test_two_words_of_one_family_are_one_hit() -> None:
    rows = enrich(universe(FAMILIES), ["pik3ca", "tp53"]).table.to_pylist()
    (row,) = rows
    assert (row["figure_id"], row["hits"], row["words_drawn"]) == ("pfocr:2", 2, 2)
    assert (row["words"], row["genes"]) == (["P110A/PI3K", "TP53"], ["PIK3CA", "TP53"])


def test_a_listed_word_that_spans_families_is_one_hit() -> None:
    """RTK stands for four genes, two of which belong to families of their own; the list has all four."""
    drawings = FAMILIES | {f"pfocr:5{i}": {"ERBB": ["egfr", "erbb2"], "FGFR": ["fgfr1", "fgfr2"]} for i in range(3)}
    drawings |= {"pfocr:6": {"RTK": ["egfr", "erbb2", "fgfr1", "fgfr2"], "TP53": ["tp53"]}}
    known = universe(drawings)
    whole = enrich(known, ["egfr", "erbb2", "fgfr1", "fgfr2", "tp53"]).table.to_pylist()
    assert {row["figure_id"]: row["hits"] for row in whole} == {"pfocr:6": 2}
    part = enrich(known, ["egfr", "fgfr1"]).table.to_pylist()
    assert {row["figure_id"]: row["hits"] for row in part if row["figure_id"] != "pfocr:6"} == {
        f"pfocr:5{i}": 2 for i in range(3)
    }


def test_an_improbable_reading_does_not_hit() -> None:
    known = universe(PAIRS, unlikely={"pfocr:2": alone("a1", "b1")})
    assert enrich(known, ["a1", "b1"]).table["figure_id"].to_pylist() == ["pfocr:1"]


def test_genes_are_the_hypergeometric_test() -> None:
    """5 genes are drawn in the one figure of three or more, and 3 of 8 in each of the others."""
    drawings: Drawings = {"pfocr:1": alone(*"abcde"), "pfocr:2": alone(*"abf"), "pfocr:3": alone(*"fgh")}
    drawings["pfocr:4"] = alone("x", "y")  # two genes are no set
    result = enrich(universe(drawings), [*"abfx"], EnrichmentOptions(by="genes", min_hits=1))
    rows = {row["figure_id"]: row for row in result.table.to_pylist()}
    expected = {"pfocr:1": (2, 5), "pfocr:2": (3, 3), "pfocr:3": (1, 3)}
    assert {figure: (row["hits"], row["words_drawn"]) for figure, row in rows.items()} == expected
    for figure, (hits, size) in expected.items():
        assert rows[figure]["p"] == pytest.approx(hypergeom.sf(hits - 1, 8, size, 3), rel=1e-5)
    assert rows["pfocr:2"]["p"] == pytest.approx(1 / 56, rel=1e-5)  # one of the 56 choices of 3 of 8
    assert rows["pfocr:2"]["q"] == pytest.approx(3 / 56, rel=1e-5)
    assert (result.listed, result.units, result.figures_tested) == (3, 8, 3)


@pytest.mark.parametrize("by", ["words", "genes"])
@pytest.mark.parametrize("of", ["figures", "entities"])
def test_lists_without_a_drawn_gene(by: str, of: str) -> None:
    options = EnrichmentOptions(by=by, of=of)  # type: ignore[arg-type]
    for ids in ([], ["ncbigene:unknown"], ["c-atp"]):
        result = enrich(universe(PAIRS), ids, options)
        assert (result.listed, result.units_hit, result.table.num_rows) == (0, 0, 0)


def test_one_gene_makes_no_result_and_all_genes_no_surprise() -> None:
    known = universe(PAIRS)
    assert enrich(known, ["a1"]).table.num_rows == 0
    every = enrich(known, [f"{side}{i}" for i in range(1, 7) for side in "ab"])
    assert every.table.num_rows == 6
    assert min(every.table["p"].to_pylist()) > 0.9


def test_ids_given_twice_and_in_any_order_give_the_same_table() -> None:
    ids = ["pik3ca", "akt1", "tp53", "mdm2"]
    first = enrich(universe(FAMILIES), ids)
    assert first.table.num_rows >= 2
    assert first.table.equals(enrich(universe(FAMILIES), [*reversed(ids), *ids]).table)
    p = first.table["p"].to_pylist()
    assert p == sorted(p)


def test_a_background_takes_everything_else_away() -> None:
    known = universe(PAIRS)
    inside = [f"{side}{i}" for i in (1, 2, 3) for side in "ab"]
    result = enrich(known, ["a1", "b1", "a6"], EnrichmentOptions(background=inside))
    assert (result.listed, result.units, result.figures_tested) == (2, 6, 3)
    assert result.background.startswith("6 genes of the background given drawn in the 3 figures")
    assert result.table["p"][0].as_py() > enrich(known, ["a1", "b1"]).table["p"][0].as_py()
    with pytest.raises(ParameterError, match="background: this build draws none of its 1 identifiers"):
        enrich(known, ["a1"], EnrichmentOptions(background=["ncbigene:0"]))


def test_entities_drawn_beside_the_list() -> None:
    drawings = {figure: dict(words) for figure, words in PAIRS.items()}
    drawings["pfocr:1"] |= {"ATP": ["c-atp"]}
    drawings["pfocr:2"] |= {"ATP": ["c-atp"], "CANCER": ["d-cancer"]}
    drawings["pfocr:3"] |= {"GTP": ["c-gtp"]}
    result = enrich(universe(drawings), ["a1", "a2"], EnrichmentOptions(of="entities"))
    (row,) = result.table.to_pylist()
    assert (row["entity_id"], row["name"], row["category"]) == ("c-atp", "C-ATP", "chemical")
    assert (row["hits"], row["words_drawn"], row["words"], row["genes"]) == (2, 4, ["A1", "A2"], ["A1", "A2"])
    assert result.figures_tested == 3  # c-atp, c-gtp and d-cancer are drawn beside two families or more
    assert "chemicals and diseases" in result.background


def test_figures_with_the_same_hits_are_one_cluster() -> None:
    drawings = PAIRS | {"pfocr:7": alone("a1", "b1", "c1"), "pfocr:8": alone("a1", "b1", "c2", "c3")}
    rows = enrich(universe(drawings), ["a1", "b1"]).table.to_pylist()
    assert [row["figure_id"] for row in rows] == ["pfocr:1", "pfocr:7", "pfocr:8"]
    assert {(row["cluster"], row["cluster_size"]) for row in rows} == {("pfocr:1", 3)}


def test_p_falls_with_every_further_hit() -> None:
    genes = [f"{side}{i}" for i in range(1, 13) for side in "ab"]
    drawings = {"pfocr:0": alone("a1", "a2", "a3", "a4")} | {
        f"pfocr:{one}{other}": alone(one, other) for one, other in combinations(genes, 2) if one < other
    }
    known = universe(drawings)
    p = []
    for count in (2, 3, 4):
        rows = enrich(known, [f"a{i}" for i in range(1, count + 1)]).table.to_pylist()
        p.append(next(row["p"] for row in rows if row["figure_id"] == "pfocr:0"))
    assert p[0] > p[1] > p[2]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"by": "letters"}, UnknownChoice, "letters"),
        ({"of": "papers"}, UnknownChoice, "papers"),
        ({"min_hits": 0}, ParameterError, "min_hits=0"),
        ({"background": "ncbigene:207"}, ParameterError, "background='ncbigene:207' is one text"),
    ],
)
def test_options_that_there_are_not(arguments: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        EnrichmentOptions(**arguments)  # type: ignore[arg-type]


def test_one_text_is_no_list() -> None:
    with pytest.raises(ParameterError, match="ids='a1' is one text"):
        enrich(universe(PAIRS), "a1")
