"""GraphML: every view, as Cytoscape, networkx, igraph and Tulip read it, and the checklist behind that.

The checklist is what Cytoscape's own reader was seen to need; `cytoscape.py` models that reader.
"""

import math
import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import pytest
from helpers import cytoscape
from helpers.builds import build_graph
from helpers.corpus import GENE_HEADER, record, write_toy
from tulip import tlp

from kg.building.options import BuildParameters
from kg.exporters.graphml import GraphML
from kg.exporters.network_columns import NETWORK_COLUMNS, network_columns
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import CYTOSCAPE_LIMIT, EDGE_COLUMNS, GRAPH_COLUMNS, NODE_COLUMNS, Filters, View

etree = pytest.importorskip("lxml.etree")

Graph = nx.Graph

OF_NODES = {name: dtype for name, dtype in NODE_COLUMNS.items() if name != "query"} | NETWORK_COLUMNS
"""All columns but `query`, which networks of lists have."""
NAMESPACE = {"g": "http://graphml.graphdrawing.org/xmlns"}
HOSTILE = "<a href='x'>&amp;\"]]>--\\ \ufffe\x01 \u212b \U0001f9ec e\u0301 {|}"
CLEANED = "<a href='x'>&amp;\"]]>--\\ \ufffd\ufffd \u212b \U0001f9ec e\u0301 {|}"

VIEWS: dict[str, tuple[str, dict[str, str]]] = {
    "co-occurrence": ("co-occurrence", {}),
    "ego": ("ego", {"seeds": "TNFSF11", "toy": "MDM2", "families": "AKT", "hostile": "pfocr"}),
    "words": ("words", {}),
    "figure": (
        "figure",
        {"seeds": "PMC2374958__bcr1848-1", "toy": "PMC1__b", "families": "PMC2__c", "hostile": "PMC1__x"},
    ),
    "bipartite": ("bipartite", {}),
    "full": ("full", {}),
}
CASES = [f"{corpus} {view}" for corpus in ("seeds", "toy", "families", "hostile") for view in VIEWS]


@pytest.fixture(scope="module")
def hostile_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus whose names, words and titles are meant to break XML."""
    name = "".join(character for character in HOSTILE if character not in "\t\n")
    row = f"9606\tHomo sapiens\tPrimates\t{name}\t{name}\t{name}\t990000001\t{name}\t1\t1\t1\n"
    other = "9606\tHomo sapiens\tPrimates\tpfocr\tpfocr\tpfocr\t990000002\tncbigene_symbol\t1\t1\t1\n"
    title = '"' + "".join(f"\\U{ord(character):08X}" for character in HOSTILE) + '"'
    files = {
        "_figures/PMC1__x.md": record("PMC1__x", f"papertitle: {title}", f"number: {title}"),
        "_data/PMC1__x-genes.tsv": GENE_HEADER + row + other,
        "_figures/PMC2__y.md": record("PMC2__y"),
        "_data/PMC2__y-genes.tsv": GENE_HEADER + row + other,
    }
    folder = write_toy(tmp_path_factory.mktemp("hostile"), files)
    build_graph([str(folder)], folder / "exports", BuildParameters(min_figures=1))
    return folder / "exports"


class Written:
    """One view: the file, and the graph it stands for."""

    def __init__(self, build: Path, view: str, of: str | None, path: Path) -> None:
        self.path = path
        with KnowledgeGraph(build) as graph:
            made = graph.view(view, of=of)
            with path.open("wb") as file:
                self.count = GraphML().write(graph, made, file)
            self.view = made
            self.graph: Graph[str] = graph.to_networkx(made)
            self.graph.add_nodes_from(network_columns(made).values.items())
        self.document = etree.parse(path)

    def find(self, path: str) -> Any:
        return self.document.xpath(path, namespaces=NAMESPACE)


@pytest.fixture(scope="module", params=CASES)
def written(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    seeds_build: Path,
    toy_build: Path,
    full_build: Path,
    hostile_build: Path,
) -> Written:
    corpus, _, case = request.param.partition(" ")
    build = {"seeds": seeds_build, "toy": toy_build, "families": full_build, "hostile": hostile_build}[corpus]
    view, of = VIEWS[case]
    return Written(build, view, of.get(corpus), tmp_path_factory.mktemp("graphml") / "view.graphml")


def write(graph: KnowledgeGraph, view: View) -> bytes:
    file = BytesIO()
    GraphML().write(graph, view, file)
    return file.getvalue()


def edges(graph: "Graph[str]") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Edges with the names that a file adds to them."""
    names = {id_: of["name"] for id_, of in graph.nodes(data=True)}
    for source, target, attributes in graph.edges(data=True):
        named = f"{names[source]} ({attributes['interaction']}) {names[target]}"
        yield source, target, {"name": named} | attributes


def cleaned(attributes: dict[str, Any]) -> dict[str, Any]:
    """Attributes as XML can carry them."""
    plain = str.maketrans({"\x01": "\ufffd", "\ufffe": "\ufffd"})
    return {
        name: unicodedata.normalize("NFC", value.translate(plain)) if isinstance(value, str) else value
        for name, value in attributes.items()
    }


# -- four readers see the same


def test_cytoscape_reads_every_node_edge_and_column(written: Written) -> None:
    network = cytoscape.read(written.path)
    assert network.nodes == {
        id_: {"name": id_, "shared name": id_} | cleaned(of) for id_, of in written.graph.nodes(data=True)
    }
    found = {(source, target, of["interaction"]): of for source, target, of in network.edges}
    for source, target, of in edges(written.graph):
        one = found.get((source, target, of["interaction"])) or found[target, source, of["interaction"]]
        assert {**one, "name": ""} == cleaned({**of, "name": ""})
    assert len(network.edges) == written.graph.number_of_edges()
    assert network.directed == written.view.directed
    assert network.table == {"name": written.view.title} | written.view.attributes


def test_networkx_reads_the_graph_that_the_library_gives(written: Written) -> None:
    read: Graph[str] = nx.read_graphml(written.path)
    assert read.is_directed() == written.graph.is_directed()
    assert list(read) == list(written.graph)
    assert all(of == cleaned(written.graph.nodes[id_]) for id_, of in read.nodes(data=True))
    assert read.number_of_edges() == written.graph.number_of_edges()
    for source, target, of in written.graph.edges(data=True):
        assert {name: read.edges[source, target][name] for name in of} == cleaned(of)
    added = {name for _, _, of in read.edges(data=True) for name in of} - EDGE_COLUMNS.keys()
    assert added <= {"id", "name"}
    assert {name: read.graph[name] for name in GRAPH_COLUMNS} == written.view.attributes


BLANK: dict[type, Any] = {str: "", int: math.nan, float: math.nan, bool: False}
"""What igraph reads where a value is left out."""


def same(one: Any, other: Any) -> bool:
    return bool(one == other) or (isinstance(one, float) and math.isnan(one) and math.isnan(other))


def test_igraph_reads_every_node_edge_and_attribute(written: Written) -> None:
    read = igraph.Graph.Read_GraphML(str(written.path))
    assert read.is_directed() == written.view.directed
    assert read.vs["id"] == list(written.graph)
    for vertex in read.vs:
        of = cleaned(written.graph.nodes[vertex["id"]])
        assert all(same(of.get(name, BLANK[dtype]), vertex[name]) for name, dtype in OF_NODES.items())
    ends = [(read.vs[edge.source]["id"], read.vs[edge.target]["id"]) for edge in read.es]
    assert {frozenset(pair) for pair in ends} == {frozenset(pair) for pair in written.graph.edges}
    for (source, target), edge in zip(ends, read.es, strict=True):
        of = cleaned(written.graph.edges[source, target])
        assert all(same(of.get(name, BLANK[dtype]), edge[name]) for name, dtype in EDGE_COLUMNS.items())


ZERO: dict[type, Any] = {str: "", int: 0, float: 0.0, bool: False}
"""What Tulip has where a value is left out."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # of Tulip's own reader
def test_tulip_reads_every_node_edge_and_attribute(written: Written) -> None:
    read = tlp.loadGraph(str(written.path))
    ids = dict(zip(read.nodes(), written.graph, strict=True))
    for node, id_ in ids.items():
        of = cleaned(written.graph.nodes[id_])
        assert all(tulip_has(read[name][node], of.get(name), dtype) for name, dtype in OF_NODES.items())
    assert read.numberOfEdges() == written.graph.number_of_edges()
    for edge in read.edges():
        of = cleaned(written.graph.edges[ids[read.source(edge)], ids[read.target(edge)]])
        assert all(tulip_has(read[name][edge], of.get(name), dtype) for name, dtype in EDGE_COLUMNS.items())


def tulip_has(found: Any, value: Any, dtype: type) -> bool:
    """Compare; Tulip knows no missing value, and keeps of a text only its last part.

    Parts end at <, > and &, and where a piece of the file that it reads at once happens to end.
    """
    if isinstance(value, str):
        return value.endswith(found) and (found != "" or value == "")
    return bool(found == (dtype() if value is None else value))


# -- the checklist


def test_keys_come_first_then_graph_data_then_nodes_then_edges(written: Written) -> None:
    root = written.document.getroot()
    assert written.document.docinfo.encoding == "UTF-8"
    assert root.tag == f"{cytoscape.NAMESPACE}graphml"
    assert "http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd" in str(root.values())
    assert re.fullmatch("(key )+graph ", "".join(f"{etree.QName(child).localname} " for child in root))
    inside = "".join(f"{etree.QName(child).localname} " for child in written.find("//g:graph/*"))
    assert re.fullmatch("(data )+(node )+(edge )*", inside)
    assert written.find("string(//g:graph/@id)") == written.view.title


def test_a_node_is_keyed_by_its_curie_and_named_by_its_symbol(written: Written) -> None:
    for node in written.find("//g:node"):
        data = {child.get("key"): child.text for child in node}
        assert re.fullmatch(r"[a-z.]+:\S+", node.get("id"))
        assert data["name"] == data["label"]
        assert {"type", "iri"} <= data.keys()


def test_every_edge_has_an_id_of_its_own_and_an_interaction(written: Written) -> None:
    found = written.find("//g:edge")
    assert [edge.get("id") for edge in found] == [f"e{number}" for number in range(len(found))]
    interactions = {edge.findtext("g:data[@key='interaction']", namespaces=NAMESPACE) for edge in found}
    assert interactions <= {"mentions", "cites", "member-of", "co-occurs"}


def test_keys_are_unique_declared_and_of_one_type_a_name(written: Written) -> None:
    keys = [dict(key.attrib) for key in written.find("//g:key")]
    ids = [key["id"] for key in keys]
    assert len({id_.lower() for id_ in ids}) == len(ids)
    assert {data.get("key") for data in written.find("//g:data")} <= set(ids)
    assert {key["attr.type"] for key in keys} <= {"int", "long", "double", "boolean", "string"}
    assert len({key["attr.name"].lower() for key in keys}) == len(
        {(key["attr.name"], key["attr.type"]) for key in keys}
    )
    assert {key["attr.name"].lower() for key in keys}.isdisjoint({"suid", "selected", "id", "source", "target"})
    assert [key["attr.name"] for key in keys if key["for"] == "node"] == list(OF_NODES)
    assert [key["attr.name"] for key in keys if key["for"] == "edge"] == ["name", *EDGE_COLUMNS]


def test_values_are_of_their_type_and_never_missing_or_infinite(written: Written) -> None:
    forms = {"int": r"-?\d{1,10}", "double": r"-?\d+(\.\d+)?(e-?\d+)?", "boolean": "true|false", "string": "(?s).+"}
    types = {key.get("id"): key.get("attr.type") for key in written.find("//g:key")}
    for data in written.find("//g:data"):
        assert re.fullmatch(forms[types[data.get("key")]], data.text), data.get("key")


def test_texts_are_composed_and_hold_nothing_that_xml_forbids(written: Written) -> None:
    body = written.path.read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\ufffe\uffff]", body)
    assert unicodedata.normalize("NFC", body) == body


def test_co_occurrence_and_ego_are_undirected_and_the_others_directed(written: Written) -> None:
    directed = written.view.name in {"figure", "bipartite", "full"}
    assert written.find("string(//g:graph/@edgedefault)") == ("directed" if directed else "undirected")


# -- the whole file


def test_the_count_is_that_of_nodes_and_edges(written: Written) -> None:
    assert written.count == len(written.graph) + written.graph.number_of_edges()
    assert written.count == written.view.n_nodes + written.view.n_edges


def test_a_hostile_name_comes_back(hostile_build: Path, tmp_path: Path) -> None:
    written = Written(hostile_build, "full", None, tmp_path / "full.graphml")
    read: Graph[str] = nx.read_graphml(written.path)
    assert read.nodes["ncbigene:990000001"]["name"] == unicodedata.normalize("NFC", CLEANED.replace("&amp;", "&"))


def test_the_same_view_gives_the_same_bytes(seeds_build: Path) -> None:
    with KnowledgeGraph(seeds_build) as graph, KnowledgeGraph(seeds_build) as again:
        assert write(graph, graph.view("full")) == write(again, again.view("full"))


def test_the_committed_view_is_the_co_occurrence_view(seeds_build: Path) -> None:
    with KnowledgeGraph(seeds_build) as graph:
        body = write(graph, graph.view("co-occurrence", limit=CYTOSCAPE_LIMIT))
    assert body == (seeds_build / "cooccurrence.graphml").read_bytes()


def test_a_view_without_a_name_is_the_full_one(toy_build: Path) -> None:
    with KnowledgeGraph(toy_build) as graph:
        file = BytesIO()
        assert GraphML().write(graph, None, file) == 15 + 26
        assert file.getvalue() == write(graph, graph.view("full"))


def test_a_big_view_is_cut_to_what_cytoscape_draws_and_says_so(seeds_build: Path, tmp_path: Path) -> None:
    with KnowledgeGraph(seeds_build) as graph:
        view = graph.view("co-occurrence", Filters(min_figures=1), limit=CYTOSCAPE_LIMIT)
        (tmp_path / "cut.graphml").write_bytes(write(graph, view))
    network = cytoscape.read(tmp_path / "cut.graphml")
    assert network.drawn
    assert len(network.edges) + view.left_out == 2912
    assert network.table["left_out"] == view.left_out
    assert network.table["min_figures"] == 1
    assert (
        f"; {view.left_out} weaker co-occurrences were left out; the strongest of the two best of each node stay"
        in network.table["description"]
    )
    with KnowledgeGraph(seeds_build) as graph:
        assert graph.view("co-occurrence", Filters(min_figures=1)).n_edges == 2912
