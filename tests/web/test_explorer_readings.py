"""Readings in the API of the page: worked by hand on a small corpus, and compared with the tables on the others."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers.builds import build_graph
from helpers.corpus import genes, record, write_toy
from helpers.doubts import build_doubts

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from test_explorer_api import Client, client, cooccurrences

from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import Filters
from kg.model.records import LIKELY, SURE

CREBBP, OPN1LW, TP53, MDM2 = "ncbigene:1387", "ncbigene:5956", "ncbigene:7157", "ncbigene:4193"
RHO, RHOA = "ncbigene:6010", "ncbigene:387"
NUMBERS = ("figures", "figures_all", "figures_synonyms", "figures_strict", "weight", "npmi", "q", "papers",
           "first_year", "last_year")  # fmt: skip
COUNTED = tuple(name for name in NUMBERS if name != "weight")


@pytest.fixture(scope="module")
def doubts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with client(build_doubts(tmp_path_factory.mktemp("doubts"))) as made:
        yield made


@pytest.fixture(scope="module")
def seeds(seeds_build: Path) -> Iterator[Client]:
    with client(seeds_build) as made:
        yield made


# -- worked by hand


def test_the_evidence_says_what_each_word_was_read_as(doubts: Client) -> None:
    answer = doubts.get("evidence", subject=CREBBP, object=TP53)
    # No record has CREBBP, so that figures_all is 0; a and b draw CBP with TP53.
    assert (answer["figures"], answer["figures_all"], answer["figures_mentioned"]) == (2, 0, 2)
    first = answer["rows"][0]
    assert (first["figid"], first["different"], first["doubtful"]) == ("PMC1__a", True, False)
    (word,) = first["subject_readings"]
    assert (word["word"], word["probability"]) == ("CBP", 1.0)
    assert word["candidates"] == [{
        "id": CREBBP, "name": "CREBBP", "category": "gene", "members": 1, "source": "curated", "recorded": False,
        "probability": 1.0,
    }]  # fmt: skip


def test_a_figure_by_a_doubtful_reading_is_shown_and_does_not_count(doubts: Client) -> None:
    answer = doubts.get("evidence", subject=OPN1LW, object=TP53)
    assert (answer["figures"], answer["figures_all"], answer["figures_mentioned"]) == (0, 2, 2)
    assert [(row["figid"], row["different"], row["doubtful"]) for row in answer["rows"]] == [
        ("PMC1__a", False, True),
        ("PMC2__b", False, True),
    ]
    (word,) = answer["rows"][0]["subject_readings"]
    assert (word["word"], word["probability"], word["candidates"][0]["id"]) == ("CBP", 0.0, CREBBP)


def test_a_gene_that_is_mostly_a_doubtful_reading_says_so(doubts: Client) -> None:
    # a, b and c have the opsin by the word CBP, d by its own name.
    (match,) = [each for each in doubts.get("search", q="OPN1LW")["matches"] if each["id"] == OPN1LW]
    assert (match["figures"], match["doubtful_figures"]) == (1, 3)
    answer = doubts.get("entity", id=OPN1LW)
    assert (answer["figures"], answer["doubtful_figures"], answer["years"]) == (1, 3, [[2010, 1]])
    assert answer["words"] == [
        {"word": "OPN1LW", "figures": 1, "status": "given", "likely": 1, "probability": 1.0},
        {"word": "CBP", "figures": 3, "status": "given", "likely": 0, "probability": 0.0},
    ]
    nodes = {each["data"]["id"]: each["data"] for each in doubts.get("network", of=RHOA)["elements"]["nodes"]}
    assert nodes[OPN1LW]["doubtful_figures"] == 3
    assert "doubtful_figures" not in nodes[RHOA]


def test_a_drawn_word_means_what_it_was_read_as(doubts: Client) -> None:
    (word,) = doubts.get("search", q="cbp")["words"]
    assert (word["names"], word["ids"], word["probabilities"]) == (["CREBBP"], [CREBBP], [1.0])
    (family,) = [each for each in doubts.get("search", q="rho")["words"] if each["word"] == "RHO"]
    assert family["names"] == ["RHOA", "RHOB", "RHOC"]


def test_a_word_that_a_figure_spells_twice_is_one_word_of_it(tmp_path: Path) -> None:
    tau = [("MAPT", word, "MAPT", "4137", "hgnc_alias_symbol") for word in ("Tau", "tau")]
    files = {
        "_figures/PMC1__a.md": record("PMC1__a", year="2019"), "_data/PMC1__a-genes.tsv": genes(*tau),
        "_figures/PMC2__b.md": record("PMC2__b", year="2020"), "_data/PMC2__b-genes.tsv": genes(tau[0]),
    }  # fmt: skip
    build_graph([str(write_toy(tmp_path / "toy", files))], tmp_path / "exports")
    with client(tmp_path / "exports") as build:
        (word,) = build.get("search", q="tau")["words"]
        meant = build.get("word", q="tau")
    assert (word["figures"], word["names"], word["probabilities"]) == (2, ["MAPT"], [1.0])
    assert (meant["figures"], meant["meanings"][0]["probability"]) == (2, 1.0)
    assert meant["figure_ids"] == ["pfocr:PMC2__b", "pfocr:PMC1__a"]


@pytest.mark.parametrize("more", [{}, {"from": 2001}, {"min_probability": 0.95}, {"from": 1, "min_probability": 0.5}])
def test_pairs_by_hand_however_they_are_counted(doubts: Client, more: dict[str, Any]) -> None:
    names = ("figures", "figures_all", "papers", "weight", "first_year", "last_year", "doubt")

    def numbers(of: str) -> dict[tuple[str, str], list[Any]]:
        return {ends: [edge[name] for name in names] for ends, edge in doubts.network(of, **more)[1].items()}

    assert numbers(CREBBP) == {
        (CREBBP, TP53): [2, 0, 2, 2.0, 2001, 2005, 0],
        (CREBBP, MDM2): [1, 0, 1, 1.0, 2010, 2010, 0],
    }
    # RHO is a family, so that each of its genes has a third of the word in d; the record has another gene there.
    assert numbers(OPN1LW)[RHOA, OPN1LW] == [1, 0, 1, 0.333333333, 2010, 2010, 0]
    assert {end for ends in numbers(OPN1LW) for end in ends} == {OPN1LW, RHOA, "ncbigene:388", "ncbigene:389"}
    assert doubts.network(RHO, **more) == ([RHO], {})


def test_a_least_probability_that_is_none_is_refused(doubts: Client) -> None:
    for wrong in ("1.5", "sure", "-1"):
        assert "is not a number from 0 to 1" in doubts.refused("network", 400, of=CREBBP, min_probability=wrong)
    assert "leave out min_probability" in doubts.refused("sparql", 400, of=CREBBP, min_probability=0.95)


# -- against the tables


def drawn(build: Client) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
    """Give the mentions by figure, entity and word."""
    found: dict[str, dict[str, dict[str, dict[str, Any]]]] = defaultdict(lambda: defaultdict(dict))
    for row in pq.read_table(build.build.table("mentions")).to_pylist():
        found[row["figure_id"]][row["entity_id"]][row["match"] or f"={row['entity_id']}"] = row
    return found


def shown_by(build: Client, least: float) -> dict[tuple[str, str], set[str]]:
    """Give the figures of each pair that two different words show, each of at least a probability."""
    pairs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for figure, entities in drawn(build).items():
        for one, other in combinations(sorted(entities), 2):
            ones, others = (
                {word for word, row in entities[end].items() if row["probability"] >= least} for end in (one, other)
            )
            if any(first != second for first in ones for second in others):
                pairs[one, other].add(figure)
    return pairs


@pytest.mark.parametrize("least", [0.5, 0.6, 0.9, 0.95])
def test_a_least_probability_counts_the_figures_of_more_probable_words(seeds: Client, least: float) -> None:
    shown = shown_by(seeds, least)
    published = {ends for ends, row in cooccurrences(seeds).items() if row["figures"] > 0}
    with KnowledgeGraph(seeds.build) as graph:
        filters = Filters(min_figures=1, min_probability=least)
        with graph.view("co-occurrence", filters, limit=None) as view:
            exported = {(edge.source, edge.target): edge.attributes for edge in view.edges()}
    for entity in sorted({end for ends in published for end in ends})[::40]:
        for ends, edge in seeds.network(entity, top=500, min_figures=1, min_probability=least)[1].items():
            assert edge["figures"] == len(shown[ends])
            assert edge["doubt"] == round(len(shown[ends] - shown_by_sure(seeds)[ends]) / edge["figures"], 4)
            names = ("figures", "figures_all", "figures_strict", "figures_synonyms", "papers", "weight", "doubt")
            assert {name: edge[name] for name in names} == {name: exported[ends][name] for name in names}


_SURE: dict[Path, dict[tuple[str, str], set[str]]] = {}


def shown_by_sure(build: Client) -> dict[tuple[str, str], set[str]]:
    folder = build.build.folder
    if folder not in _SURE:
        _SURE[folder] = shown_by(build, SURE)
    return _SURE[folder]


def test_the_doubt_of_a_pair_is_the_part_of_its_figures_without_two_sure_words(seeds: Client) -> None:
    likely = shown_by(seeds, LIKELY)
    doubtful = 0
    for entity in ("NFKB1", "NFE2L2", "TNFSF11"):
        for ends, edge in seeds.network(entity, top=500, min_figures=1)[1].items():
            unsure = likely[ends] - shown_by_sure(seeds)[ends]
            assert edge["doubt"] == round(len(unsure) / len(likely[ends]), 4)
            doubtful += bool(unsure)
    assert doubtful  # the seeds have words in doubt


def test_candidates_are_the_rows_of_the_table(seeds: Client) -> None:
    rows = pq.read_table(seeds.build.table("word_readings")).to_pylist()
    answer = seeds.get("evidence", subject="NFKB1", object="TNFSF11", limit=500)
    found = {
        (row["figure_id"], word["word"].upper()): word for row in answer["rows"] for word in row["subject_readings"]
    }
    assert found
    for (figure, match), word in found.items():
        wanted = {
            row["entity_id"]: row["probability"] for row in rows if (row["figure_id"], row["match"]) == (figure, match)
        }
        assert {each["id"]: each["probability"] for each in word["candidates"]} == wanted
        assert sum(wanted.values()) == pytest.approx(1)


@pytest.mark.slow
def test_counting_within_all_years_gives_the_published_numbers_of_real_figures(shared: Path, tmp_path: Path) -> None:
    build_graph([str(shared / "pfocr-adrd.tar.gz")], tmp_path / "exports")
    with client(tmp_path / "exports") as made:
        rows = cooccurrences(made)
        for entity in ("CREBBP", "TP53", "PDPK1", "APC", "TNFSF11"):
            networks = [
                made.network(entity, top=200, min_figures=1, **more)
                for more in ({}, {"from": 1}, {"min_probability": 0.5})
            ]
            nodes, edges = networks[0]
            assert networks[1] == (nodes, edges)
            for ends, edge in edges.items():
                assert {name: edge[name] for name in NUMBERS} == {name: rows[ends][name] for name in NUMBERS}
            # A weight is without the shares of less probable words, so that other pairs may be among the heaviest.
            for ends, edge in networks[2][1].items():
                assert {name: edge[name] for name in COUNTED} == {name: rows[ends][name] for name in COUNTED}
                assert edge["weight"] <= rows[ends]["weight"]
