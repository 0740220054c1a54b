"""The graph: views, filters, names, and numbers worked by hand from the toy corpus in helpers/corpus.py.

There the word AKT stands for AKT1 and AKT2 in figures a and b, and is inferred for the two keywords of c.
"""

import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from helpers import corpus
from helpers.builds import build_graph
from helpers.corpus import genes, record, write_toy

from kg.building.options import BuildParameters
from kg.errors import KgError, QueryError, SourceError, UnknownName
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import EDGE_COLUMNS, NODE_COLUMNS, VIEWS, Filters, View
from kg.model.build import Build

AKT1, AKT2, MDM2, TP53 = "ncbigene:207", "ncbigene:208", "ncbigene:4193", "ncbigene:7157"
ATP, OSTEOPOROSIS, KEYWORD = "chebi:15422", "doid:11476", "keyword:no%20such%20thing"
A, B, C, D = "pfocr:PMC1__a", "pfocr:PMC1__b", "pfocr:PMC2__c", "pfocr:PMC3__d"
EVERY_PAIR = Filters(min_figures=1)


@pytest.fixture
def toy(toy_build: Path) -> Iterator[KnowledgeGraph]:
    with KnowledgeGraph(toy_build) as graph:
        yield graph


def ids(view: View) -> list[str]:
    return [node.id for node in view.nodes()]


def pairs(view: View) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in view.edges()]


def built(folder: Path, files: dict[str, str], parameters: BuildParameters = BuildParameters()) -> KnowledgeGraph:
    write_toy(folder, files)
    build_graph([str(folder)], folder / "exports", parameters)
    return KnowledgeGraph(folder / "exports")


# -- views


def test_the_co_occurrence_view_is_the_pairs_of_the_threshold_and_their_ends(toy: KnowledgeGraph) -> None:
    view = toy.view("co-occurrence")
    assert ids(view) == [AKT1, AKT2, MDM2, TP53]
    assert pairs(view) == [(AKT1, MDM2), (AKT1, TP53), (AKT2, MDM2), (AKT2, TP53), (MDM2, TP53)]
    assert not view.directed
    assert view.title == "PFOCR co-occurrence"
    assert view.attributes == {"description": "4 nodes, 5 edges", "min_figures": 2, "left_out": 0}


def test_an_edge_of_two_genes_in_numbers(toy: KnowledgeGraph) -> None:
    first = next(toy.view("co-occurrence").edges())
    # b and c: the word AKT is shared by two genes, half a count each; it is a family, so no other flavour counts.
    # N = 4 figures, of which 3 have each and 2 both: expected 9/4, lift 8/9, Jaccard 2/4.
    assert first == (
        AKT1,
        MDM2,
        {"interaction": "co-occurs", "taxon": "ncbitaxon:9606", "weight": 1.0, "figures": 2, "figures_all": 2}
        | {
            "figures_synonyms": 0,
            "figures_strict": 0,
            "papers": 2,
            "first_year": 2001,
            "last_year": 2010,
            "expected": 2.25,
        }
        | {"lift": 0.888889, "jaccard": 0.5, "npmi": -0.169925, "log10_p": 0.0, "q": 1.0}
        | {"doubt": 0.0, "evidence": "PMC1__b|PMC2__c"},
    )


def test_a_gene_in_full(toy: KnowledgeGraph) -> None:
    assert next(toy.view("co-occurrence").nodes()) == (
        AKT1,
        {"name": "AKT1", "label": "AKT1", "type": "gene", "taxon": "ncbitaxon:9606", "id_status": "given"}
        | {"xrefs": "hgnc.symbol:AKT1", "figures": 3, "papers": 2, "iri": "https://identifiers.org/ncbigene/207"}
        | {"url": "https://www.ncbi.nlm.nih.gov/gene/207", "probability": 1.0},
    )


def test_the_figure_view_is_the_figure_its_paper_and_what_it_mentions(toy: KnowledgeGraph) -> None:
    view = toy.view("figure", of="PMC1__b")
    assert ids(view) == [OSTEOPOROSIS, AKT1, AKT2, MDM2, TP53, B, "pmc:PMC1"]
    assert pairs(view) == [(B, "pmc:PMC1"), *((B, entity) for entity in (OSTEOPOROSIS, AKT1, AKT2, MDM2, TP53))]
    cites, disease, gene, *_ = view.edges()
    assert cites.attributes == {"interaction": "cites", "kind": "source_document"}
    # A disease table names no lexicon.
    assert disease.attributes == {
        "interaction": "mentions", "words": "osteoporosis", "word_status": "given", "origin": "sidecar",
        "n_candidates": 1, "flavour": "strict", "probability": 1.0,
    }  # fmt: skip
    assert gene.attributes == {
        "interaction": "mentions", "words": "AKT", "word_status": "given", "lexicon": "famplex_relations",
        "origin": "sidecar", "n_candidates": 2, "flavour": "all", "probability": 1.0,
    }  # fmt: skip
    assert view.title == f"PFOCR figure of {B}"
    assert view.directed


def test_the_bipartite_view_is_figures_and_entities(toy: KnowledgeGraph) -> None:
    view = toy.view("bipartite")
    assert {node.attributes["type"] for node in view.nodes()} == {"figure", "gene", "chemical", "disease", "unknown"}
    assert (view.n_nodes, view.n_edges) == (4 + 7, 4 + 5 + 4 + 2)
    assert {edge.attributes["interaction"] for edge in view.edges()} == {"mentions"}


def test_the_full_view_is_everything(toy: KnowledgeGraph) -> None:
    view = toy.view()
    counts = toy.build.manifest["counts"]
    assert view.n_nodes == counts["figures"] + counts["papers"] + counts["entities"] == 4 + 4 + 7
    assert view.n_edges == counts["mentions"] + counts["citations"] + 5 == 15 + 6 + 5
    assert ("pmc:PMC2", "pubmed:11111") in pairs(view)
    assert (AKT1, MDM2) in pairs(view)


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_yields_each_node_once_and_only_columns_that_are_declared(toy: KnowledgeGraph, name: str) -> None:
    view = toy.view(name, of={"ego": "TP53", "figure": "PMC1__a"}.get(name))
    nodes, edges = list(view.nodes()), list(view.edges())
    assert ids(view) == sorted({node.id for node in nodes})
    assert (len(nodes), len(edges)) == (view.n_nodes, view.n_edges)
    assert {end for edge in edges for end in (edge.source, edge.target)} <= {node.id for node in nodes}
    for columns, found in ((NODE_COLUMNS, nodes), (EDGE_COLUMNS, edges)):
        for attributes in (element.attributes for element in found):
            assert all(type(value) is columns[key] for key, value in attributes.items())


def test_every_declared_column_is_filled_by_some_record(tmp_path: Path) -> None:
    fields = ("number: F1", "automl_pathway: 0.9", "reftext: A, B. C. 2020.", "doi: 10.1234/x", "papertitle: T")
    files = {
        "_figures/PMC1__a.md": record("PMC1__a", *fields),
        "_data/PMC1__a-genes.tsv": genes(*((f"G{n}", f"G{n}", f"G{n}", f"{n}", "ncbigene_symbol") for n in (1, 2))),
        "_data/PMC1__a-chemicals.tsv": "word\tmesh\tmatch\tname\tchebi\nATP\tmesh:D000255\tATP\tATP\tchebi:15422\n",
    }
    with built(tmp_path, files, BuildParameters(min_figures=1)) as graph:
        view = graph.view()
        of_nodes = {name for node in view.nodes() for name in node.attributes}
        assert of_nodes == NODE_COLUMNS.keys() - {"word_status", "entities", "query"}  # which words and lists have
        of_edges = {name for edge in view.edges() for name in edge.attributes}
        assert of_edges == EDGE_COLUMNS.keys() - {"doubt", "evidence"}  # which views of pairs have
        words = graph.view("words")
        assert {"word_status", "entities"} <= {name for node in words.nodes() for name in node.attributes}
        assert "evidence" in {name for edge in words.edges() for name in edge.attributes}


def test_a_figure_that_mentions_nothing_is_shown_unless_a_category_is_asked_for(tmp_path: Path) -> None:
    files = {"_figures/PMC1__a.md": record("PMC1__a", keywords=("TP53",)), "_figures/PMC2__c.md": record("PMC2__c")}
    with built(tmp_path, files) as graph:
        assert ids(graph.view("bipartite")) == [TP53, A, C]
        assert ids(graph.view("bipartite", Filters(categories=("gene",)))) == [TP53, A]
        assert ids(graph.view("figure", Filters(categories=("gene",)), of="PMC2__c")) == [C, "pmc:PMC2"]


def test_several_identifiers_and_words_are_joined_by_a_bar(tmp_path: Path) -> None:
    table = "word\tmesh\tmatch\tname\tdoid\n"
    rows = ("Flu\tmesh:D007251\tFLU\tinfluenza\tdoid:8469\n", "flu A\tmesh:C000001\tFLU A\tinfluenza\tdoid:8469\n")
    files = {"_figures/PMC1__a.md": record("PMC1__a"), "_data/PMC1__a-diseases.tsv": table + "".join(rows)}
    with built(tmp_path, files) as graph:
        view = graph.view("figure", of="PMC1__a")
        (disease, *_), (_, mention) = view.nodes(), view.edges()
    assert disease.attributes["xrefs"] == "mesh:C000001|mesh:D007251"
    assert mention.attributes["words"] == "Flu|flu A"


# -- one entity's neighbourhood


def test_an_ego_view_of_one_step_is_the_entity_its_partners_and_their_pairs(toy: KnowledgeGraph) -> None:
    view = toy.view("ego", EVERY_PAIR, of="ATP")
    assert ids(view) == [ATP, AKT1, AKT2, TP53]
    assert pairs(view) == [(ATP, AKT1), (ATP, AKT2), (ATP, TP53), (AKT1, TP53), (AKT2, TP53)]
    assert view.title == "PFOCR ego of chebi:15422"


def test_an_ego_view_of_two_steps_reaches_the_partners_of_partners(toy: KnowledgeGraph) -> None:
    view = toy.view("ego", EVERY_PAIR, of="ATP", radius=2)
    assert ids(view) == [ATP, OSTEOPOROSIS, KEYWORD, AKT1, AKT2, MDM2, TP53]
    assert len(pairs(view)) == 15


def test_an_entity_without_partners_is_alone_in_its_ego_view(toy: KnowledgeGraph) -> None:
    view = toy.view("ego", of="ATP")
    assert ids(view) == [ATP]
    assert pairs(view) == []
    assert (view.n_nodes, view.n_edges) == (1, 0)


def test_an_ego_view_is_cut_to_the_strongest_partners_not_the_strongest_pairs(tmp_path: Path) -> None:
    # X is drawn with A twice, with B and C once; A, B and C are drawn together three times.
    def corpus(figid: str, *names: str) -> dict[str, str]:
        rows = ((name, name, name, f"99000000{'XABC'.index(name) + 1}", "ncbigene_symbol") for name in names)
        return {f"_figures/{figid}.md": record(figid), f"_data/{figid}-genes.tsv": genes(*rows)}

    files = corpus("PMC1__a", "X", "A") | corpus("PMC2__a", "X", "A", "B") | corpus("PMC6__a", "X", "C")
    for number in (3, 4, 5):
        files |= corpus(f"PMC{number}__a", "A", "B", "C")
    with built(tmp_path, files, BuildParameters(min_figures=1)) as graph:
        x, a, b = "ncbigene:990000001", "ncbigene:990000002", "ncbigene:990000003"
        assert len(pairs(graph.view("ego", of="X"))) == 6
        assert pairs(graph.view("ego", Filters(top=1), of="X")) == [(x, a)]
        cut = graph.view("ego", of="X", limit=7)
        assert pairs(cut) == [(x, a), (x, b), (a, b)]
        assert cut.left_out == 3
        assert pairs(graph.view("co-occurrence", Filters(top=1))) == [(a, b)]


# -- filters


def test_by_category(toy: KnowledgeGraph) -> None:
    view = toy.view("co-occurrence", Filters(categories=("gene", "chemical"), min_figures=1))
    assert {node.attributes["type"] for node in view.nodes()} == {"gene", "chemical"}
    assert len(pairs(view)) == 5 + 3
    assert ids(toy.view("bipartite", Filters(categories=("disease",)))) == [OSTEOPOROSIS, B]
    assert ids(toy.view("full", Filters(categories=("disease",)))) == [OSTEOPOROSIS, B, "pmc:PMC1"]
    assert ids(toy.view("figure", Filters(categories=("chemical",)), of="PMC1__b")) == [B, "pmc:PMC1"]


def test_by_taxon(tmp_path: Path) -> None:
    human = genes(("Trp53", "TRP53", "TP53", "7157", "hgnc_alias_symbol"), ("MDM2", "MDM2", "MDM2", "4193", "x"))
    mouse = "10090\tMus musculus\tRodents\tTrp53\tTRP53\tTrp53\t22059\tncbigene_symbol\t1\t1\t1\n"
    mouse += "10090\tMus musculus\tRodents\tMdm2\tMDM2\tMdm2\t17246\tncbigene_symbol\t1\t1\t1\n"
    chemical = "word\tmesh\tmatch\tname\tchebi\nATP\tmesh:D000255\tATP\tATP\tchebi:15422\n"
    files = {
        "_figures/PMC1__a.md": record("PMC1__a"),
        "_data/PMC1__a-genes.tsv": human + mouse,
        "_data/PMC1__a-chemicals.tsv": chemical,
    }
    mouse += "NA\tNA\tNA\tXyz\tXYZ\tXyz\t999999\tncbigene_symbol\t1\t1\t1\n"  # a gene without organism
    files["_data/PMC1__a-genes.tsv"] = human + mouse
    of_mouse = Filters(taxa=("mouse",))
    with built(tmp_path, files, BuildParameters(min_figures=1)) as graph:
        assert ids(graph.view("co-occurrence", of_mouse)) == [ATP, "ncbigene:17246", "ncbigene:22059"]
        view = graph.view("figure", of_mouse, of="PMC1__a")
        assert ids(view) == [ATP, "ncbigene:17246", "ncbigene:22059", A, "pmc:PMC1"]
        assert view.n_edges == 1 + 3
        unknown = Filters(taxa=("unknown",), without_taxa=("fly",))
        assert ids(graph.view("co-occurrence", unknown)) == [ATP, "ncbigene:999999"]
        without = Filters(without_taxa=("human", "unknown"))
        assert ids(graph.view("co-occurrence", without)) == [ATP, "ncbigene:17246", "ncbigene:22059"]
        with pytest.raises(QueryError, match="leave flavour, taxa, without_taxa and min_probability out"):
            graph.view("words", without)


def test_by_support_significance_and_rank(toy: KnowledgeGraph) -> None:
    assert len(pairs(toy.view("co-occurrence", EVERY_PAIR))) == 15
    assert len(pairs(toy.view("co-occurrence", Filters(min_figures=1, max_q=0.75)))) == 10
    assert pairs(toy.view("co-occurrence", Filters(min_figures=3))) == []
    # By weight 2, 1, 1, 1, 1: of equals the first by CURIE.
    assert pairs(toy.view("co-occurrence", Filters(top=2))) == [(AKT1, MDM2), (MDM2, TP53)]
    assert toy.view("co-occurrence", EVERY_PAIR).attributes["min_figures"] == 1


def test_a_category_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownName, match="no category is called 'genes'; did you mean gene"):
        Filters(categories=("genes",))


@pytest.mark.parametrize(("limit", "nodes", "edges"), [(100, 4, 5), (10, 4, 5), (9, 4, 4), (4, 2, 1), (3, 0, 0)])
def test_a_limit_keeps_nodes_and_edges_below_it(toy: KnowledgeGraph, limit: int, nodes: int, edges: int) -> None:
    view = toy.view("co-occurrence", limit=limit)
    assert (view.n_nodes, view.n_edges, view.left_out) == (nodes, edges, 5 - edges)


# -- evidence


def test_evidence_is_figures_with_two_different_words_the_likeliest_pathway_first(tmp_path: Path) -> None:
    family = ("AKT", "AKT", "AKT1", "207", "x"), ("AKT", "AKT", "AKT2", "208", "x")
    own = ("AKT1", "AKT1", "AKT1", "207", "x"), ("AKT2", "AKT2", "AKT2", "208", "x")
    files = {}
    for number in range(1, 9):
        figid = f"PMC{number}__a"
        files[f"_figures/{figid}.md"] = record(figid, f"automl_pathway: 0.{number}")
        files[f"_data/{figid}-genes.tsv"] = genes(*(family if number in (5, 8) else own))
    with built(tmp_path, files) as graph:
        edge = next(graph.view("co-occurrence").edges())
    assert edge.attributes["figures"] == 6
    assert edge.attributes["evidence"] == "PMC7__a|PMC6__a|PMC4__a|PMC3__a|PMC2__a"


def test_figures_too_full_to_be_counted_are_no_evidence(tmp_path: Path) -> None:
    few = (("AKT1", "AKT1", "AKT1", "207", "x"), ("TP53", "TP53", "TP53", "7157", "x"))
    many = (*few, ("MDM2", "MDM2", "MDM2", "4193", "x"))
    files: dict[str, str] = {}
    for figid, rows in (("PMC1__a", many), ("PMC2__a", few), ("PMC3__a", few)):
        files |= {f"_figures/{figid}.md": record(figid), f"_data/{figid}-genes.tsv": genes(*rows)}
    with built(tmp_path, files, BuildParameters(max_entities=2)) as graph:
        (edge,) = graph.view("co-occurrence").edges()
    assert (edge.attributes["figures"], edge.attributes["evidence"]) == (2, "PMC2__a|PMC3__a")


# -- networkx, and the build behind it


def test_networkx_gets_the_nodes_and_edges_of_the_view(toy: KnowledgeGraph) -> None:
    for name in VIEWS:
        view = toy.view(name, of={"ego": "TP53", "figure": "PMC1__a"}.get(name))
        graph: Any = toy.to_networkx(view)
        assert list(graph.nodes(data=True)) == list(view.nodes())
        assert graph.is_directed() == view.directed
        for source, target, attributes in view.edges():
            assert graph.edges[source, target] == attributes
        assert graph.number_of_edges() == view.n_edges
        assert graph.graph == {"name": view.title} | view.attributes


def test_networkx_gets_the_full_view_unless_told(toy: KnowledgeGraph) -> None:
    assert len(toy.to_networkx()) == 15


def test_a_folder_without_a_build_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no build here; make one with: kg build SOURCE"):
        KnowledgeGraph(tmp_path)


def test_the_backbone_keeps_what_stands_out_at_one_end(tmp_path: Path) -> None:
    # TP53 with MDM2 in ten figures, with each of three others in one: at TP53 the strengths are 10, 1, 1, 1, and
    # (1 - 10/13)^3 = 0.012, (1 - 1/13)^3 = 0.787; the other ends have one pair each, which never stands out.
    others = [(name, name, name, str(number), "ncbigene_symbol") for number, name in enumerate(("A1", "B1", "C1"), 1)]
    figures = [corpus.MDM2] * 10 + others
    files = {f"_data/PMC{number}__a-genes.tsv": genes(corpus.TP53, other) for number, other in enumerate(figures, 1)}
    build = tmp_path / "build"
    build_graph([str(write_toy(tmp_path / "corpus", files))], build, BuildParameters(readings="record"))
    with KnowledgeGraph(build) as graph:
        kept = {
            alpha: pairs(graph.view("co-occurrence", Filters(min_figures=1, backbone=alpha)))
            for alpha in (0.01, 0.05, 0.79, 1.0)
        }
    assert {alpha: len(found) for alpha, found in kept.items()} == {0.01: 0, 0.05: 1, 0.79: 4, 1.0: 4}
    assert {end for pair in kept[0.05] for end in pair} == {"ncbigene:7157", "ncbigene:4193"}


# -- a build that is replaced


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no names of open files")
def test_an_open_graph_stays_that_of_its_build(toy_build: Path, seeds_build: Path, tmp_path: Path) -> None:
    shutil.copytree(toy_build, tmp_path / "out")
    with KnowledgeGraph(tmp_path / "out") as graph:
        mentions = graph.engine.count("mentions")
        shutil.rmtree(tmp_path / "out")
        shutil.copytree(seeds_build, tmp_path / "out")
        assert graph.engine.count("mentions") == mentions == graph.build.manifest["counts"]["mentions"]


def test_a_build_that_is_replaced_while_it_is_opened(toy_build: Path, seeds_build: Path, tmp_path: Path) -> None:
    shutil.copytree(toy_build, tmp_path / "out")
    build = Build(tmp_path / "out")
    (tmp_path / "out").rename(tmp_path / "before")
    shutil.copytree(seeds_build, tmp_path / "out")
    with pytest.raises(SourceError, match="was replaced while it was opened; try again"):
        KnowledgeGraph(build)


def test_a_graph_that_is_closed_while_threads_read_it(toy_build: Path) -> None:
    graph = KnowledgeGraph(toy_build)
    started = Barrier(5)

    def read_until_closed() -> KgError:
        graph.view("co-occurrence").close()
        started.wait()
        while True:
            try:
                with graph.view("co-occurrence") as view:
                    list(view.nodes())
            except KgError as error:
                return error

    with ThreadPoolExecutor(4) as threads:
        readers = [threads.submit(read_until_closed) for _ in range(4)]
        started.wait()
        graph.close()
        assert all("closed" in str(reader.result()) for reader in readers)
