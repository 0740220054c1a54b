"""Names: what a person may type for an entity or a figure, and which views are of one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.builds import build_graph
from helpers.corpus import genes, record, write_toy

from kg.building.options import BuildParameters
from kg.errors import KgError, UnknownName
from kg.graph.knowledge_graph import KnowledgeGraph

AKT1, ATP, KEYWORD, A = "ncbigene:207", "chebi:15422", "keyword:no%20such%20thing", "pfocr:PMC1__a"


@pytest.fixture
def toy(toy_build: Path) -> Iterator[KnowledgeGraph]:
    with KnowledgeGraph(toy_build) as graph:
        yield graph


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        *((AKT1, AKT1), ("AKT1", AKT1), (" akt1\n", AKT1), ("no such thing", KEYWORD), (KEYWORD, KEYWORD)),
        *(("PMC1__a", A), (A, A), ("atp", ATP)),
    ],
)
def test_find_takes_a_curie_a_name_or_a_figid(toy: KnowledgeGraph, text: str, id_: str) -> None:
    assert toy.find(text) == id_


def test_find_takes_the_short_id_of_a_figure(seeds_build: Path) -> None:
    with KnowledgeGraph(seeds_build) as graph:
        assert graph.find("PMC2374958__F1") == "pfocr:PMC2374958__bcr1848-1"


@pytest.mark.parametrize("text", ["AKT9", "", "'", "%", "pfocr:PMC9__a", "\0", "pmc:PMC1"])
def test_find_refuses_what_is_not_there(toy: KnowledgeGraph, text: str) -> None:
    with pytest.raises(UnknownName, match="no entity or figure is called"):
        toy.find(text)


def test_find_suggests_what_looks_alike(toy: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="did you mean AKT1, AKT, AKT2"):
        toy.find("AKT11")


def test_a_name_of_several_is_refused_with_their_ids(tmp_path: Path) -> None:
    rows = (
        *(("TRAP", "TRAP", "TRAP", f"99000000{n}", "x") for n in (1, 2)),
        ("trap", "TRAP", "trap", "990000003", "x"),
    )
    files = {"_figures/PMC1__a.md": record("PMC1__a"), "_data/PMC1__a-genes.tsv": genes(*rows)}
    parameters = BuildParameters(readings="record")
    build_graph([str(write_toy(tmp_path, files))], tmp_path / "exports", parameters)
    with KnowledgeGraph(tmp_path / "exports") as graph:
        with pytest.raises(
            UnknownName,
            match=r"it is the name of 2: TRAP \(ncbigene:990000001, 1 figure\), TRAP \(ncbigene:990000002, 1",
        ):
            graph.find("TRAP")
        assert graph.find("trap") == "ncbigene:990000003"


WRONG: list[tuple[str, str | None, str]] = [
    ("egos", None, "no view is called 'egos'; did you mean ego"),
    ("ego", None, "the ego view is of one entity; give it with of="),
    ("figure", None, "the figure view is of one figure; give it with of="),
    ("figure", "TP53", "TP53 is an entity; use view='ego'"),
    ("ego", "PMC1__a", "PMC1__a is a figure; use view='figure'"),
    ("co-occurrence", "TP53", "of= is for the ego and the figure view"),
]


@pytest.mark.parametrize(("name", "of", "message"), WRONG)
def test_a_view_of_the_wrong_thing_is_refused(toy: KnowledgeGraph, name: str, of: str | None, message: str) -> None:
    with pytest.raises(KgError, match=message):
        toy.view(name, of=of)
