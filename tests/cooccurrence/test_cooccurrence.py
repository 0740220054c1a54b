"""Word-aware counting: the toy corpus by hand, a slow and obvious twin, and the known truth of real records."""

import random
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import combinations
from math import comb, log10
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers.corpus import MDM2, TP53, genes, record, write_toy

from kg.building.manifest import BuildResult
from kg.building.options import BuildParameters, BuildResources
from kg.building.pipeline import build_tables
from kg.cooccurrence import slices

AKT1, AKT2, GENE_MDM2, GENE_TP53 = "ncbigene:207", "ncbigene:208", "ncbigene:4193", "ncbigene:7157"


def pairs(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    rows = pq.read_table(folder / "cooccurrences.parquet").to_pylist()
    return {(row["subject_id"], row["object_id"]): row for row in rows}


def build(
    tmp_path: Path, files: dict[str, str], parameters: BuildParameters = BuildParameters()
) -> tuple[Path, BuildResult]:
    tables = tmp_path / "tables"
    tables.mkdir()
    return tables, build_tables([str(write_toy(tmp_path / "corpus", files))], tables, parameters)


def test_the_toy_corpus_by_hand(toy_build: Path) -> None:
    found = pairs(toy_build / "tables")
    names = ("figures", "figures_all", "figures_synonyms", "figures_strict", "papers", "weight")
    counts = {
        ends: tuple(row[name] for name in names)
        for ends, row in found.items()
        if all(end.startswith("ncbigene") for end in ends)
    }
    assert counts == {
        # One drawn AKT in a and b; in c it is inferred.
        (AKT1, AKT2): (0, 3, 0, 0, 0, 0.0),
        # b and c: 1/2 x 1; AKT is a family.
        (AKT1, GENE_MDM2): (2, 2, 0, 0, 2, 1.0),
        (AKT2, GENE_MDM2): (2, 2, 0, 0, 2, 1.0),
        # a and b are figures of one paper.
        (AKT1, GENE_TP53): (2, 2, 0, 0, 1, 1.0),
        (AKT2, GENE_TP53): (2, 2, 0, 0, 1, 1.0),
        # b by the alias p53, d by both official symbols.
        (GENE_MDM2, GENE_TP53): (2, 2, 2, 1, 2, 2.0),
    }


def test_the_statistics_of_one_toy_pair_by_hand(toy_build: Path) -> None:
    row = pairs(toy_build / "tables")[GENE_MDM2, GENE_TP53]
    # MDM2 in b, c, d; TP53 in a, b, d; four figures; both in b, d.
    assert (row["subject_figures"], row["object_figures"], row["universe"]) == (3, 3, 4)
    assert (row["expected"], row["lift"], row["jaccard"]) == (2.25, 0.888889, 0.5)
    # ln(8/9) / -ln(1/2), and P(X >= 2) = 1, since 3 + 3 - 4 = 2 figures must overlap.
    assert (row["npmi"], row["log10_p"], row["q"]) == (-0.169925, 0.0, 1.0)
    assert (row["first_year"], row["last_year"], row["taxon"]) == (2001, 2001, "ncbitaxon:9606")


def test_q_is_worked_out_from_unrounded_p(tmp_path: Path) -> None:
    # 25 of 60 figures draw TP53 and MDM2, the other 35 AKT1 and SRC. Both pairs have p = 1 / C(60, 25) and this q.
    one, other = genes(TP53, MDM2), genes(("AKT1", "AKT1", "AKT1", "207", "x"), ("SRC", "SRC", "SRC", "6714", "x"))
    files = {f"_data/PMC{number}__a-genes.tsv": one if number <= 25 else other for number in range(1, 61)}
    tables, _ = build(tmp_path, files)
    p = 1 / comb(60, 25)
    assert [row["log10_p"] for row in pairs(tables).values()] == [float(f"{log10(p):.6g}")] * 2
    assert [row["q"] for row in pairs(tables).values()] == [float(f"{p:.6g}")] * 2
    assert float(f"{10 ** float(f'{log10(p):.6g}'):.6g}") != float(f"{p:.6g}")  # six digits of p are too few


def exact_q(rows: list[dict[str, Any]]) -> list[float]:
    """Return the q of pairs of one group of tests by whole numbers, rounded to six digits."""
    names = ("figures", "subject_figures", "object_figures", "universe")
    p_values = [exact_p(*(row[name] for name in names)) for row in rows]
    ranks = {p: sum(other <= p for other in p_values) for p in set(p_values)}
    q_values = {p: min(other * len(rows) / ranks[other] for other in ranks if other >= p) for p in ranks}
    return [float(f"{float(min(q_values[p], Fraction(1))):.6g}") for p in p_values]


def exact_p(k: int, a: int, b: int, n: int) -> Fraction:
    return Fraction(sum(comb(a, x) * comb(n - a, b - x) for x in range(k, min(a, b) + 1)), comb(n, b))


def test_a_pair_read_from_one_word_only_is_kept_without_statistics(tmp_path: Path) -> None:
    family = tuple(
        ("AKT", "AKT", symbol, number, "famplex_relations") for symbol, number in (("AKT1", "207"), ("AKT2", "208"))
    )
    tables, _ = build(tmp_path, {"_data/PMC1__a-genes.tsv": genes(*family, TP53)})
    row = pairs(tables)[AKT1, AKT2]
    assert (row["figures"], row["figures_all"], row["weight"], row["papers"]) == (0, 1, 0.0, 0)
    assert [row[name] for name in ("expected", "lift", "jaccard", "npmi", "log10_p", "q", "first_year")] == [None] * 7


def test_genes_of_different_organisms_are_never_a_pair(tmp_path: Path) -> None:
    mouse = genes(
        ("p53", "P53", "Trp53", "22059", "ncbigene_synonym"), ("Mdm2", "MDM2", "Mdm2", "17246", "ncbigene_symbol")
    )
    both = genes(TP53, MDM2) + mouse.replace("9606\tHomo sapiens", "10090\tMus musculus").partition("\n")[2]
    tables, result = build(tmp_path, {"_data/PMC1__a-genes.tsv": both})
    assert {ends: row["taxon"] for ends, row in pairs(tables).items()} == {
        (GENE_MDM2, GENE_TP53): "ncbitaxon:9606",
        ("ncbigene:17246", "ncbigene:22059"): "ncbitaxon:10090",
    }
    assert result.manifest["pairs"]["tests"] == {"gene-gene ncbitaxon:10090": 1, "gene-gene ncbitaxon:9606": 1}


def test_a_gene_read_from_two_words_pairs_by_the_other_one(tmp_path: Path) -> None:
    # JUN stands alone as c-Jun and with FOS in AP-1: the two were read from different words, at 1 x 1/2.
    rows = [("c-Jun", "C-JUN", "JUN", "3725", "ncbigene_synonym")]
    rows += [
        ("AP-1", "AP-1", symbol, number, "famplex_relations") for symbol, number in (("JUN", "3725"), ("FOS", "2353"))
    ]
    tables, _ = build(tmp_path, {"_data/PMC1__a-genes.tsv": genes(*rows)})
    row = pairs(tables)["ncbigene:2353", "ncbigene:3725"]
    assert (row["figures"], row["weight"]) == (1, 0.5)


def test_figures_over_the_limit_keep_their_mentions_and_lose_their_pairs(tmp_path: Path) -> None:
    files = {"_figures/PMC1__a.md": record("PMC1__a", keywords=("TP53", "MDM2", "AKT1"))}
    tables, result = build(tmp_path, files, BuildParameters(max_entities=2))
    assert pairs(tables) == {}
    assert pq.read_table(tables / "mentions.parquet").num_rows == 3
    assert [line.code for line in result.report] == ["too-many-entities"]


def naive(figures: dict[str, dict[str, dict[str, list[str]]]]) -> dict[tuple[str, str], tuple[int, int, float, int]]:
    """Count as DESIGN says it, figure by figure: figures, figures_all, weight, papers."""
    counts: Counter[tuple[str, str]] = Counter()
    every: Counter[tuple[str, str]] = Counter()
    weights: dict[tuple[str, str], float] = defaultdict(float)
    papers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for figid, words in figures.items():
        drawn: dict[str, set[str]] = defaultdict(set)
        for word, genes_of_word in words["words"].items():
            for gene in genes_of_word:
                drawn[gene].add(word)
        for pair in combinations(sorted(drawn), 2):
            every[pair] += 1
            products = [
                1 / len(set(words["words"][one])) / len(set(words["words"][other]))
                for one in drawn[pair[0]]
                for other in drawn[pair[1]]
                if one != other
            ]
            if products:
                counts[pair] += 1
                weights[pair] += max(products)
                papers[pair].add(figid.partition("__")[0])
    return {pair: (counts[pair], every[pair], round(weights[pair], 9), len(papers[pair])) for pair in every}


@pytest.mark.parametrize("seed", range(4))
def test_counts_equal_the_slow_and_obvious_way(tmp_path: Path, seed: int) -> None:
    choose = random.Random(seed)
    symbols = [f"{number}" for number in range(100, 130)]
    figures: dict[str, dict[str, dict[str, list[str]]]] = {}
    files: dict[str, str] = {}
    for number in range(60):
        figid = f"PMC{number // choose.randint(1, 3) + 1}__f{number}"
        words = {
            f"W{word}": choose.sample(symbols, choose.choice([1, 1, 1, 2, 5])) for word in range(choose.randint(1, 6))
        }
        figures[figid] = {"words": words}
        rows = [(word, word, f"S{gene}", gene, "x") for word, found in words.items() for gene in found]
        files[f"_data/{figid}-genes.tsv"] = genes(*rows)
    tables, _ = build(tmp_path, files)
    found = {
        tuple(end.partition(":")[2] for end in ends): (row["figures"], row["figures_all"], row["weight"], row["papers"])
        for ends, row in pairs(tables).items()
    }
    assert found == naive(figures)
    tested = [row for row in pairs(tables).values() if row["figures"]]
    assert [row["q"] for row in tested] == exact_q(tested)


def test_slices_cover_every_entity_once_and_keep_near_the_limit() -> None:
    loads = pa.table({"entity": list(range(1, 8)), "instances": [5, 1, 1, 10, 0, 3, 2]})
    assert slices.slices(loads, 7) == [(1, 3, 7), (4, 6, 13), (7, 7, 2)]
    assert slices.slices(loads, 10**9) == [(1, 7, 22)]
    assert slices.slices(loads.slice(0, 0)) == []


def test_the_number_of_slices_makes_no_difference(
    tmp_path: Path, toy_build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices.slices, "__defaults__", (1,))
    corpus = toy_build.parent
    tables = tmp_path / "tables"
    tables.mkdir()
    build_tables([str(corpus), str(corpus / "citations.tsv")], tables, BuildParameters())
    name = "cooccurrences.parquet"
    assert (tables / name).read_bytes() == (toy_build / "tables" / name).read_bytes()


@pytest.mark.parametrize(
    ("supports", "most", "least"),
    [
        ({1: 900, 2: 89, 5: 1}, 500_000, 2),
        ({1: 9, 2: 9, 3: 9}, 9, 3),
        ({2: 9, 3: 9, 7: 2}, 2, 4),
        ({}, 5, 2),
        ({4: 10}, 5, 5),
    ],
)
def test_threshold_is_the_least_that_keeps_few_enough(supports: dict[int, int], most: int, least: int) -> None:
    assert slices.threshold(Counter(supports), most) == least


def test_the_known_truth_of_2659_real_figures(tmp_path: Path, shared: Path) -> None:
    parameters = BuildParameters(readings="record")
    result = build_tables([str(shared / "pfocr-adrd.tar.gz")], tmp_path, parameters, BuildResources(jobs=2))
    assert result.report == []
    counted = result.manifest["pairs"]
    assert (counted["distinct_all"], counted["instances_all"]) == (998_767, 2_668_882)
    assert (counted["distinct"], counted["instances"]) == (992_887, 2_411_150)
    assert round(counted["weight"], 2) == 863_372.76
    rows = pq.read_table(tmp_path / "cooccurrences.parquet")
    ids = pq.read_table(tmp_path / "entities.parquet", columns=["entity_id", "name"]).to_pydict()
    names = dict(zip(ids["entity_id"], ids["name"], strict=True))

    def top(column: str, most: int) -> list[tuple[str, float]]:
        best = rows.sort_by([(column, "descending")]).slice(0, most).to_pylist()
        return [("-".join(sorted((names[row["subject_id"]], names[row["object_id"]]))), row[column]) for row in best]

    assert top("figures_all", 2) == [("GSK3A-GSK3B", 917), ("AKT1-AKT2", 643)]
    assert top("figures", 3) == [("AKT1-GSK3B", 515), ("AKT2-GSK3B", 492), ("AKT3-GSK3B", 480)]
    best = [(pair, round(weight, 1)) for pair, weight in top("weight", 3)]
    assert best == [("APC-CTNNB1", 257.0), ("CTNNB1-GSK3B", 211.5), ("APC-GSK3B", 191.0)]
