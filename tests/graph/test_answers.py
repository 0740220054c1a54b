"""Answers as tables: the toy corpus by hand, the counts of pairs as judge, and data frames of two libraries."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from helpers.builds import build_graph
from helpers.corpus import TOY, genes, write_toy

import kg
from kg.building.options import BuildParameters
from kg.building.release import release
from kg.graph.knowledge_graph import KnowledgeGraph

BUILDS = ("toy_build", "seeds_build", "record_build", "full_build")


@pytest.fixture
def toy(toy_build: Path) -> Iterator[KnowledgeGraph]:
    with KnowledgeGraph(toy_build) as graph:
        yield graph


# -- partners


def test_partners_of_the_toy_corpus_by_hand(toy: KnowledgeGraph) -> None:
    rows = toy.partners("MDM2").to_pylist()
    assert [(row["partner_id"], row["partner"], row["category"], row["figures"], row["weight"]) for row in rows] == [
        ("ncbigene:7157", "TP53", "gene", 2, 2.0),
        ("ncbigene:207", "AKT1", "gene", 2, 1.0),
        ("ncbigene:208", "AKT2", "gene", 2, 1.0),
    ]
    assert toy.partners("MDM2").columns == [
        *("partner_id", "partner", "category", "taxon", "weight", "figures", "figures_synonyms", "figures_strict"),
        *("papers", "first_year", "last_year", "expected", "lift", "npmi", "log10_p", "q"),
    ]


@pytest.mark.parametrize(
    "filters",
    [
        kg.Filters(),
        kg.Filters(min_figures=1),
        kg.Filters(min_figures=1, categories=("chemical", "disease")),
        kg.Filters(min_figures=1, flavour="strict"),
        kg.Filters(min_figures=1, min_probability=0.95),
        kg.Filters(min_figures=1, taxa=("human",)),
        kg.Filters(min_figures=1, max_q=0.9),
    ],
)
@pytest.mark.parametrize("name", ["TP53", "MDM2"])
def test_partners_are_the_pairs_of_the_ego_view(toy: KnowledgeGraph, name: str, filters: kg.Filters) -> None:
    center = toy.find(name)
    edges = [edge for edge in toy.view("ego", filters, of=name).edges() if center in (edge.source, edge.target)]
    if filters.categories:  # of entities; the view applies them to the centre, too
        everything = toy.view("ego", kg.Filters(min_figures=1), of=name)
        types = {node.id: node.attributes["type"] for node in everything.nodes()}
        edges = [edge for edge in everything.edges() if center in (edge.source, edge.target)]
        edges = [e for e in edges if types[e.source if e.target == center else e.target] in filters.categories]
    rows = toy.partners(name, filters).to_pylist()
    assert {(row["partner_id"], row["figures"], row["weight"]) for row in rows} == {
        (edge.target if edge.source == center else edge.source, edge.attributes["figures"], edge.attributes["weight"])
        for edge in edges
    }
    strength = "figures_strict" if filters.flavour == "strict" else "weight"
    assert [row[strength] for row in rows] == sorted([row[strength] for row in rows], reverse=True)


def test_the_best_partners_come_first(toy: KnowledgeGraph) -> None:
    every = toy.partners("TP53", kg.Filters(min_figures=1)).to_pylist()
    assert toy.partners("TP53", kg.Filters(min_figures=1, top=2)).to_pylist() == every[:2]


def test_an_answer_leaves_no_table_behind(toy: KnowledgeGraph) -> None:
    count = "SELECT COUNT(*) AS n FROM information_schema.tables"
    before = toy.engine.fetch(count).to_pylist()
    toy.partners("MDM2")
    toy.figures(["MDM2"])
    with pytest.raises(kg.KgError):
        toy.figures(["nothing at all"])
    assert toy.engine.fetch(count).to_pylist() == before


# -- evidence


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("flavour", ["all", "synonyms", "strict"])
def test_a_pair_has_as_much_evidence_as_it_has_figures(
    build: str, flavour: Any, request: pytest.FixtureRequest
) -> None:
    column = {"all": "figures", "synonyms": "figures_synonyms", "strict": "figures_strict"}[flavour]
    with KnowledgeGraph(request.getfixturevalue(build)) as graph:
        select = "SELECT * FROM cooccurrences ORDER BY hash(subject_id || object_id), subject_id, object_id LIMIT 40"
        for pair in graph.engine.fetch(select).to_pylist():
            found = graph.evidence(pair["subject_id"], pair["object_id"], kg.Filters(flavour=flavour))
            assert len(found) == pair[column], pair


def test_evidence_of_the_toy_corpus_by_hand(toy: KnowledgeGraph) -> None:
    rows = toy.evidence("MDM2", "p53").to_pylist()
    assert [(row["figure_id"], row["year"], row["first_words"], row["second_words"]) for row in rows] == [
        ("pfocr:PMC1__b", 2001, ["MDM2"], ["p53"]),
        ("pfocr:PMC3__d", None, ["MDM2"], ["TP53"]),
    ]
    assert len(toy.evidence("AKT1", "AKT2")) == 0  # one word stands for both


def test_genes_of_two_organisms_are_no_pair(tmp_path: Path) -> None:
    mouse = genes(("Trp53", "TRP53", "Trp53", "22059", "ncbigene_symbol")).replace("9606", "10090")
    both = TOY["_data/PMC3__d-genes.tsv"] + mouse.partition("\n")[2]
    release([str(write_toy(tmp_path / "in", TOY | {"_data/PMC3__d-genes.tsv": both}))], tmp_path / "out",
            BuildParameters(min_figures=1), with_store=False)  # fmt: skip
    with KnowledgeGraph(tmp_path / "out") as graph:
        assert len(graph.evidence("ncbigene:22059", "MDM2")) == 0
        assert len(graph.evidence("TP53", "MDM2")) == 2


def test_large_figures_are_no_evidence(tmp_path: Path) -> None:
    build_graph([str(write_toy(tmp_path / "in"))], tmp_path / "out", BuildParameters(max_entities=3))
    with KnowledgeGraph(tmp_path / "out") as graph:
        assert [row["figure_id"] for row in graph.evidence("MDM2", "TP53")] == ["pfocr:PMC3__d"]


# -- figures


def test_a_word_of_a_whole_family_is_one_hit(toy: KnowledgeGraph) -> None:
    rows = toy.figures(["AKT1", "AKT2", "MDM2"]).to_pylist()
    assert [(row["figure_id"], row["hits"], row["entities"]) for row in rows] == [
        ("pfocr:PMC2__c", 2, ["AKT1", "AKT2", "MDM2"]),
        ("pfocr:PMC1__b", 2, ["AKT1", "AKT2", "MDM2"]),
        ("pfocr:PMC3__d", 1, ["MDM2"]),
        ("pfocr:PMC1__a", 1, ["AKT1", "AKT2"]),
    ]
    drawn = {row["figure_id"]: row["words_drawn"] for row in rows}
    assert drawn == {"pfocr:PMC1__a": 3, "pfocr:PMC1__b": 4, "pfocr:PMC2__c": 3, "pfocr:PMC3__d": 2}


def test_an_entity_of_two_words_is_one_hit(tmp_path: Path) -> None:
    words = (("p53", "P53", "TP53", "7157", "ncbigene_synonym"), ("TP53", "TP53", "TP53", "7157", "ncbigene_symbol"))
    files = TOY | {"_data/PMC3__d-genes.tsv": genes(*words)}
    build_graph([str(write_toy(tmp_path / "in", files))], tmp_path / "out")
    with KnowledgeGraph(tmp_path / "out") as graph:
        rows = {row["figure_id"]: row for row in graph.figures(["TP53"])}
    assert (rows["pfocr:PMC3__d"]["hits"], rows["pfocr:PMC3__d"]["words"]) == (1, ["TP53", "p53"])


def test_a_list_says_what_it_left_out(toy: KnowledgeGraph) -> None:
    found = toy.figures(["mdm2", "nothing at all", "AKT"], min_hits=1)
    assert found.notes[0] == "the list: 3 names read: 1 matched, 1 ambiguous, 1 unmatched"
    assert len(found) == len(toy.figures("MDM2")) == len(toy.figures(toy.match_list("MDM2"))) == 3
    assert len(toy.figures(["MDM2", "TP53"], min_hits=2)) == 2


# -- enrichment


def test_enrichment_answers_with_what_it_was_compared_with(seeds_build: Path) -> None:
    with KnowledgeGraph(seeds_build) as graph:
        names = ["RANKL", "OPG", "RANK", "TRAF6"]
        found = graph.enrich(names)
        assert {"figure_id", "hits", "p", "q"} <= set(found.columns)
        assert found.notes[0].startswith("the list: 4 names read: 4 matched")
        assert "5 figures" in found.notes[-1]
        assert len(graph.enrich(names, background=[*names, "NFKB1"], by="genes").columns) > 3
        assert "entity_id" in graph.enrich(names, of="entities").columns


# -- errors


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda g: g.partners(["TP53"]), kg.ParameterError, r"^of= takes one name; KnowledgeGraph.figures and .enrich"),
        (lambda g: g.partners("TP54"), kg.UnknownName, "no entity or figure is called 'TP54'"),
        (lambda g: g.partners(7157), kg.ParameterError, "=7157 is not a text"),
        (lambda g: g.partners("PMC1__a"), kg.QueryError, "PMC1__a is a figure; give an entity"),
        (lambda g: g.partners("TP53", kg.Filters(backbone=0.1)), kg.QueryError, "partners have no backbone"),
        (lambda g: g.evidence("TP53", "AKT"), kg.UnknownName, "no single entity is called 'AKT'"),
        (lambda g: g.evidence("TP53", ["MDM2"]), kg.ParameterError, "^second= takes one name"),
        (lambda g: g.evidence("TP53", "p53"), kg.QueryError, "TP53 and p53 are one entity, ncbigene:7157; give two"),
        (lambda g: g.figures([]), kg.ParameterError, r"names=\[\] is empty; give at least one name"),
        (lambda g: g.figures(3), kg.ParameterError, "names=3 is not a list"),
        (lambda g: g.figures([7157]), kg.ParameterError, "names=7157 is not a text"),
        (lambda g: g.figures(["x y z"]), kg.SourceError, "none of its names is an entity of this build"),
        (lambda g: g.figures(["TP53"], min_hits=0), kg.ParameterError, "min_hits=0 is not a whole number"),
        (lambda g: g.enrich(["TP53"], by="gene"), kg.UnknownChoice, "'gene'"),
        (lambda g: g.enrich(["TP53"], background=[]), kg.ParameterError, r"background=\[\] is empty"),
    ],
)
def test_a_wrong_question_is_an_error_of_the_family(
    toy: KnowledgeGraph, ask: Callable[[KnowledgeGraph], object], error: type[kg.KgError], message: str
) -> None:
    with pytest.raises(error, match=message):
        ask(toy)


def test_a_closed_graph_says_so(toy_build: Path) -> None:
    with KnowledgeGraph(toy_build) as graph:
        pass
    asks: tuple[Callable[[], object], ...] = (
        lambda: graph.partners("MDM2"),
        lambda: graph.evidence("MDM2", "TP53"),
        lambda: graph.figures(["MDM2"]),
    )
    for ask in asks:
        with pytest.raises(kg.KgError, match="is closed"):
            ask()


# -- data frames


def test_pandas_and_polars_have_the_same_rows(toy: KnowledgeGraph) -> None:
    found = toy.evidence("MDM2", "TP53")
    frame, other = found.to_pandas(), found.to_polars()
    assert isinstance(frame, pd.DataFrame)
    assert isinstance(other, pl.DataFrame)
    assert list(frame) == other.columns == found.columns
    assert str(frame["year"].dtype) == "Int32"  # d has no year; the other stays a whole number
    assert frame["year"].isna().tolist() == [False, True]
    assert other["year"].to_list() == [2001, None]
    assert other["first_words"].to_list() == [["MDM2"], ["MDM2"]]
    assert pa.table(found) == found.to_arrow() == found.table
    assert pl.DataFrame(found).equals(other)
    assert len(found) == len(list(found)) == 2


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_library_that_is_absent_is_named(toy: KnowledgeGraph, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = toy.partners("MDM2")
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(kg.KgError, match=f"{library} is not installed; install it with pip install {library}, or take"):
        getattr(found, f"to_{library}")()


def test_a_notebook_shows_the_first_rows_and_no_markup_of_texts(seeds_build: Path) -> None:
    table = pa.table({"figure_id": ["pfocr:PMC1__a"] * 12, "title": ['<b>"x"&</b>'] * 12, "words": [["a", "<i>"]] * 12})
    html = kg.Result(table, "<title>", ("<note>",))._repr_html_()
    assert html.count("<tr>") == 11
    assert "&lt;title&gt;</b>: 12 rows<br>&lt;note&gt;<br>the first 10 of 12 rows" in html
    assert "<td>&lt;b&gt;&quot;x&quot;&amp;&lt;/b&gt;</td><td>a, &lt;i&gt;</td>" in html
    assert '<a href="https://pfocr.wikipathways.org/figures/PMC1__a.html" ' in html
    with kg.open(seeds_build) as graph:
        assert repr(graph.partners("RANKL")).startswith("<partners of TNFSF11: 6 rows; partner_id, partner, ")
