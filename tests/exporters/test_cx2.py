"""CX2 and Cytoscape.js JSON: every view, by the rules of Cytoscape Web's validator, as ndex2 reads it, and by hand."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from helpers.builds import build_graph
from helpers.corpus import GENE_HEADER, record, write_toy
from helpers.rich import release_rich

from kg.building.options import BuildParameters
from kg.exporters import Exporter
from kg.exporters.colour_scale import MISSING, SEQUENTIAL, of_view
from kg.exporters.cx2 import Cx2
from kg.exporters.cytoscape_style import NODE_PROPERTIES, stylesheet, visual_editor_properties, visual_properties
from kg.exporters.cytoscapejs import CytoscapeJs
from kg.exporters.network_columns import network_columns
from kg.exporters.view_exporter import LISTS
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import Filters, View

Graph = nx.Graph
Json = dict[str, Any]

PIPED = "IL|6 \"q\" 'a' <b>&amp; \\ \u212b e\u0301 \U0001f9ec"
COMPOSED = unicodedata.normalize("NFC", PIPED)
TITLE = '"quoted \\" \\\\ | <b> \\t tab \\n line \\u0001 \\ufffe \\u2028 end"'

VIEWS: dict[str, dict[str, str]] = {
    "co-occurrence": {},
    "ego": {"seeds": "TNFSF11", "families": "AKT", "hostile": "MDM2"},
    "words": {},
    "figure": {"seeds": "PMC2374958__bcr1848-1", "families": "PMC2__c", "hostile": "PMC1__x"},
    "bipartite": {},
    "full": {},
    "network": {"seeds": "TNFSF11, TNFRSF11B, RELA", "families": "AKT, MDM2", "hostile": "MDM2, IL6"},
}
HOSTILE_COLUMNS = {
    "gene": ["TNFSF11", "AKT", "MDM2", "IL6"],
    'a "b" [c] <&> | \\ d\u0301': [1.5, -2.0, None, -0.5],
    "weight": [1, 2, 3, None],
    "Figures": [2**40, 1, 1, 1],
    "evidence": [1, 1, 1, 1],
    "parent": [7, 7, 7, 7],
}
"""Numbers for the network of a list, under names that the formats, or Cytoscape.js, have for something else."""
CASES = [f"{corpus} {view}" for corpus in ("seeds", "families", "hostile") for view in VIEWS]


@pytest.fixture(scope="module")
def hostile_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus whose words, lexicons, synonyms and titles hold what separates lists and what ends JSON texts."""
    human = "9606\tHomo sapiens\tPrimates"
    rows = f"{human}\t{PIPED}\t{PIPED}\tIL6\t3569\tone|two\t1\t1\t1\n{human}\tIL-6\tIL-6\tIL6\t3569\tthree\t1\t1\t1\n"
    rows += f"{human}\tMDM2\tMDM2\tMDM2\t4193\tncbigene_symbol\t1\t1\t1\n"
    diseases = "word\tmesh\tmatch\tname\tdoid\nbone|loss\tmesh:D010024\tNA\tNA\tNA\nthin\tmesh:D010024\tNA\tNA\tNA\n"
    files = {"_data/PMC1__x-diseases.tsv": diseases, "_data/PMC2__y-genes.tsv": GENE_HEADER + rows}
    files["_figures/PMC1__x.md"] = record("PMC1__x", f"papertitle: {TITLE}", f"caption: {TITLE}")
    files["_data/PMC1__x-genes.tsv"] = GENE_HEADER + rows
    folder = write_toy(tmp_path_factory.mktemp("hostile"), files)
    build_graph([str(folder)], folder / "exports", BuildParameters(min_figures=1))
    return folder / "exports"


def strict(text: str) -> Any:
    """Read JSON as the standard has it: no NaN, no Infinity, no name twice."""

    def refuse(word: str) -> None:
        raise AssertionError(word)

    def once(pairs: list[tuple[str, Any]]) -> Json:
        assert len({name for name, _ in pairs}) == len(pairs)
        return dict(pairs)

    return json.loads(text, parse_constant=refuse, object_pairs_hook=once)


def write(exporter: Exporter, graph: KnowledgeGraph, view: View | None) -> str:
    file = BytesIO()
    count = exporter.write(graph, view, file)
    assert view is None or count == view.n_nodes + view.n_edges
    return file.getvalue().decode()


def view_of(graph: KnowledgeGraph, name: str, of: str | None) -> View:
    """Make a view; the network of a list is coloured by the first of HOSTILE_COLUMNS."""
    if name != "network" or of is None:
        return graph.view(name, of=of)
    return graph.network(of, Filters(min_figures=1), partners=2, columns=HOSTILE_COLUMNS)


class Written:
    """One view in both formats, and the graph it stands for."""

    def __init__(self, build: Path, view: str, of: str | None) -> None:
        with KnowledgeGraph(build) as graph:
            made = view_of(graph, view, of)
            self.look = visual_properties(of_view(NODE_PROPERTIES, made))
            self.cx2: list[Json] = strict(write(Cx2(), graph, made))
            self.js: Json = strict(write(CytoscapeJs(), graph, made))
            self.name = made.name
            self.graph: Graph[str] = graph.to_networkx(made)
            self.graph.add_nodes_from(network_columns(made).values.items())

    def aspect(self, name: str) -> list[Json]:
        return aspect(self.cx2, name)

    def nodes(self) -> dict[str, Json]:
        """What each node ought to have but its place: as networkx has it, texts composed."""
        rows = {id_: composed(of, without="label") for id_, of in self.graph.nodes(data=True)}
        return {id_: {name: row[name] for name in row if name not in ("x", "y")} for id_, row in rows.items()}

    def places(self) -> list[tuple[int, int]]:
        return [(of["x"], of["y"]) for _, of in self.graph.nodes(data=True)]

    def edges(self) -> Iterator[tuple[str, str, Json]]:
        names = {id_: of["name"] for id_, of in self.graph.nodes(data=True)}
        for source, target, of in self.graph.edges(data=True):
            yield source, target, composed({"name": f"{names[source]} ({of['interaction']}) {names[target]}"} | of)


def aspect(network: list[Json], name: str) -> list[Json]:
    [found] = [each[name] for each in network if name in each]
    return list(found)


def composed(attributes: Json, without: str = "") -> Json:
    return {
        name: unicodedata.normalize("NFC", value) if isinstance(value, str) else value
        for name, value in attributes.items()
        if name != without
    }


def joined(attributes: Json) -> Json:
    """Lists as GraphML and networkx have them."""
    assert all(isinstance(value, list) == (name in LISTS) for name, value in attributes.items())
    return {name: "|".join(value) if name in LISTS else value for name, value in attributes.items()}


@pytest.fixture(scope="module", params=CASES)
def written(request: pytest.FixtureRequest, seeds_build: Path, full_build: Path, hostile_build: Path) -> Written:
    corpus, _, view = request.param.partition(" ")
    build = {"seeds": seeds_build, "families": full_build, "hostile": hostile_build}[corpus]
    return Written(build, view, VIEWS[view].get(corpus))


# -- the rules of CX2, as Cytoscape Web's validator has them, and those that it leaves out

TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int and abs(value) < 2**31,
    "double": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "list_of_string": lambda value: isinstance(value, list) and all(isinstance(member, str) for member in value),
}


def broken(network: list[Json]) -> list[str]:
    """Give what is wrong with a network."""
    if not network or network[0] != {"CXVersion": "2.0", "hasFragments": False}:
        return ["no preamble"]
    if any(len(each) != 1 or not isinstance(next(iter(each.values())), list) for each in network[1:]):
        return ["not one list an aspect"]
    if network[-1] != {"status": [{"error": "", "success": True}]}:
        return ["no success at the end"]
    found = {name: values for each in network[1:-1] for name, values in each.items()}
    if len(found) != len(network) - 2 or next(iter(found)) != "metaData":
        return ["an aspect comes twice, or before the metadata"]
    counts = {each["name"]: each["elementCount"] for each in found.pop("metaData")}
    wrong = ["counts"] if counts != {name: len(values) for name, values in found.items()} else []
    return wrong + list(_broken_ids(found)) + list(_broken_types(found))


def _broken_ids(found: dict[str, list[Json]]) -> Iterator[str]:
    ids = {part: [each["id"] for each in found[part]] for part in ("nodes", "edges")}
    for part, of in ids.items():
        if len(set(of)) != len(of) or any(type(id_) is not int or id_ < 0 for id_ in of):
            yield f"ids of {part}"
    if any({edge["s"], edge["t"]} - set(ids["nodes"]) for edge in found["edges"]):
        yield "ends of edges"


def _broken_types(found: dict[str, list[Json]]) -> Iterator[str]:
    [declared] = found["attributeDeclarations"]
    rows = {"networkAttributes": found["networkAttributes"]}
    rows |= {part: [each["v"] for each in found[part]] for part in ("nodes", "edges")}
    for part, each in ((part, each) for part, of in rows.items() for each in of):
        for name, value in each.items():
            if name not in declared[part] or not TYPES[declared[part][name]["d"]](value):
                yield f"{name} of {part}"
    for part, mapped in (("nodes", "nodeMapping"), ("edges", "edgeMapping")):
        for property_, of in found["visualProperties"][0][mapped].items():
            if declared[part].get(of["definition"]["attribute"]) != {"d": of["definition"]["type"]}:
                yield f"{property_} maps what is not declared"


def test_the_rules_hold(written: Written) -> None:
    assert broken(written.cx2) == []


def small() -> list[Json]:
    """A network by the rules."""
    return [
        {"CXVersion": "2.0", "hasFragments": False},
        {"metaData": [{"name": name, "elementCount": 1} for name in (
            "attributeDeclarations", "networkAttributes", "nodes", "edges", "visualProperties")]},
        {"attributeDeclarations": [{"networkAttributes": {"name": {"d": "string"}}, "nodes": {"year": {"d": "integer"}},
                                    "edges": {"words": {"d": "list_of_string"}}}]},
        {"networkAttributes": [{"name": "small"}]},
        {"nodes": [{"id": 0, "v": {"year": 2001}}]},
        {"edges": [{"id": 0, "s": 0, "t": 0, "v": {"words": ["AKT"]}}]},
        {"visualProperties": [{"nodeMapping": {}, "edgeMapping": {}}]},
        {"status": [{"error": "", "success": True}]},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "put", "expected"),
    [
        (0, {"CXVersion": "1.0"}, ["no preamble"]),
        (6, {"a": [], "b": []}, ["not one list an aspect"]),
        (7, {"status": [{"error": "no", "success": False}]}, ["no success at the end"]),
        (6, {"nodes": []}, ["an aspect comes twice, or before the metadata"]),
        (4, {"nodes": [{"id": 0, "v": {}}, {"id": 1, "v": {}}]}, ["counts"]),
        (4, {"nodes": [{"id": "0", "v": {}}]}, ["ids of nodes", "ends of edges"]),
        (4, {"nodes": [{"id": 0, "v": {"year": "2001"}}]}, ["year of nodes"]),
        (4, {"nodes": [{"id": 0, "v": {"month": 1}}]}, ["month of nodes"]),
        (5, {"edges": [{"id": 0, "s": 0, "t": 7, "v": {}}]}, ["ends of edges"]),
        (5, {"edges": [{"id": 0, "s": 0, "t": 0, "v": {"words": "AKT"}}]}, ["words of edges"]),
    ],
)
def test_the_rules_find_what_breaks_them(place: int, put: Json, expected: list[str]) -> None:
    network = small()
    assert broken(network) == []
    network[place] = put
    assert broken(network) == expected


def test_nodes_and_edges_are_those_of_the_view(written: Written) -> None:
    found = [joined(each["v"]) for each in written.aspect("nodes")]
    ids = [node.pop("represents") for node in found]
    assert [(each["x"], each["y"]) for each in written.aspect("nodes")] == written.places()
    assert dict(zip(ids, found, strict=True)) == written.nodes()
    ends = [(ids[each["s"]], ids[each["t"]], joined(each["v"])) for each in written.aspect("edges")]
    assert same_edges(ends, written)


def same_edges(found: list[tuple[str, str, Json]], written: Written) -> bool:
    """Compare; networkx keeps the edges of an undirected graph by node, and the first end it met first."""

    def by_ends(edges: Iterator[tuple[str, str, Json]]) -> dict[tuple[frozenset[str], str], Json]:
        return {(frozenset((s, t)), of["interaction"]): {**of, "name": ""} for s, t, of in edges}

    assert len(found) == written.graph.number_of_edges()
    return by_ends(iter(found)) == by_ends(written.edges())


def test_ndex2_reads_every_node_edge_and_attribute(written: Written) -> None:
    ndex2 = pytest.importorskip("ndex2.cx2", reason="ndex2, NDEx's own reader of CX2, is not installed")
    read = ndex2.RawCX2NetworkFactory().get_cx2network(json.loads(json.dumps(written.cx2)))
    assert {id_: node["v"] for id_, node in read.get_nodes().items()} == {
        each["id"]: each["v"] for each in written.aspect("nodes")
    }
    assert {id_: (edge["s"], edge["t"], edge["v"]) for id_, edge in read.get_edges().items()} == {
        each["id"]: (each["s"], each["t"], each["v"]) for each in written.aspect("edges")
    }
    assert read.get_name() == written.aspect("networkAttributes")[0]["name"]
    again = read.to_cx2()
    for name in ("networkAttributes", "nodes", "edges", "visualProperties", "visualEditorProperties", "status"):
        assert aspect(again, name) == written.aspect(name)
    assert read.get_visual_properties() == written.look


def test_the_look_is_that_of_the_style(written: Written) -> None:
    assert written.aspect("visualProperties") == [written.look]
    assert written.aspect("visualEditorProperties") == [visual_editor_properties()]
    assert written.js["style"] == stylesheet()


def test_columns_that_hold_nothing_are_not_declared(toy_build: Path) -> None:
    words = Written(toy_build, "words", None)
    [declared] = words.aspect("attributeDeclarations")
    of_nodes = ["name", "represents", "type", "iri", "url", "word_status", "entities", "figures", "papers"]
    # The style reads `probability` of nodes, and `weight` and `doubt` of edges, in every network.
    assert sorted(declared["nodes"]) == sorted([*of_nodes, "community", "degree", "strength", "probability"])
    assert {"weight", "doubt"} <= declared["edges"].keys()
    assert not {"kind", "words", "taxon", "figures_all"} & declared["edges"].keys()
    [declared] = Written(toy_build, "figure", "PMC1__a").aspect("attributeDeclarations")
    assert {name: each["d"] for name, each in declared["edges"].items()} == {
        "name": "string", "interaction": "string", "kind": "string", "words": "list_of_string", "word_status": "string",
        "lexicon": "list_of_string", "origin": "string", "n_candidates": "integer", "flavour": "string",
        "probability": "double", "weight": "double", "doubt": "double",
    }  # fmt: skip


# -- the network of a list


def test_a_node_has_the_colour_of_its_number_or_that_of_no_number(seeds_build: Path) -> None:
    """The numbers are 1.5 alone, so that the scale goes from 0 to 1.5."""
    written = Written(seeds_build, "network", VIEWS["network"]["seeds"])
    nodes = [each["data"] for each in written.js["elements"]["nodes"]]
    assert {node["name"]: node["colour"] for node in nodes if node["query"]} == {
        "TNFSF11": SEQUENTIAL[2], "TNFRSF11B": MISSING, "RELA": MISSING,
    }  # fmt: skip
    assert {node["colour"] for node in nodes if not node["query"]} == {MISSING}
    [tnfsf11] = [node for node in nodes if node["name"] == "TNFSF11"]
    assert {name: value for name, value in tnfsf11.items() if name in HOSTILE_COLUMNS or name.startswith("list_")} == {
        next(name for name in HOSTILE_COLUMNS if name.startswith("a ")): 1.5, "weight": 1, "list_Figures": 2.0**40,
        "list_evidence": 1, "list_parent": 7,
    }  # fmt: skip
    fill = written.look["nodeMapping"]["NODE_BACKGROUND_COLOR"]["definition"]
    assert [each.get("maxVPValue") for each in fill["map"]] == [SEQUENTIAL[0], *SEQUENTIAL[1:], None]
    border = written.look["nodeMapping"]["NODE_BORDER_WIDTH"]["definition"]
    assert border == {"attribute": "query", "type": "boolean", "map": [{"v": True, "vp": 3}]}


# -- by hand


def test_a_figure_of_the_toy_corpus_by_hand(toy_build: Path) -> None:
    network = Written(toy_build, "figure", "PMC3__d").cx2
    gene = {"type": "gene", "taxon": "ncbitaxon:9606", "id_status": "given"}
    mention: Json = {"interaction": "mentions", "word_status": "given", "lexicon": ["ncbigene_symbol"]}
    mention |= {"origin": "sidecar", "n_candidates": 1, "flavour": "strict"}
    assert aspect(network, "networkAttributes") == [
        {
            "description": "4 nodes, 3 edges",
            "name": "PMC3__d",
            "networkType": "pathway",
            "paperLink": "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC3",
            "pfocrId": "PMC3__d",
            "pmcId": "PMC3",
            "reference": '<a href="https://www.ncbi.nlm.nih.gov/pmc/articles/PMC3" target="_blank">'
            "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC3</a>",
            "prov:wasDerivedFrom": "https://pfocr.wikipathways.org/figures/PMC3__d.html",
            "methods": "Pathway Figure OCR, https://doi.org/10.1186/s13059-020-02181-2",
            "rights": "Waiver-No rights reserved (CC0)",
            "prov:wasGeneratedBy": "kg " + json.loads((toy_build / "manifest.json").read_text())["version"],
        }
    ]
    nodes = aspect(network, "nodes")
    assert [node["id"] for node in nodes] == [0, 1, 2, 3]
    assert [node["v"]["represents"] for node in nodes] == [
        "ncbigene:4193",
        "ncbigene:7157",
        "pfocr:PMC3__d",
        "pmc:PMC3",
    ]
    assert nodes[1]["v"] == gene | {
        "name": "TP53", "represents": "ncbigene:7157", "xrefs": ["hgnc.symbol:TP53"], "figures": 3, "papers": 2,
        "probability": 1.0, "community": 1, "degree": 1,
        "iri": "https://identifiers.org/ncbigene/7157", "url": "https://www.ncbi.nlm.nih.gov/gene/7157",
    }  # fmt: skip
    assert aspect(network, "edges") == [
        {"id": 0, "s": 2, "t": 3, "v": {"name": "PMC3__d (cites) PMC3", "interaction": "cites",
                                        "kind": "source_document"}},
        {"id": 1, "s": 2, "t": 0, "v": {"name": "PMC3__d (mentions) MDM2", "words": ["MDM2"],
                                        "probability": 1.0} | mention},
        {"id": 2, "s": 2, "t": 1, "v": {"name": "PMC3__d (mentions) TP53", "words": ["TP53"],
                                        "probability": 1.0} | mention},
    ]  # fmt: skip


def test_a_co_occurrence_of_the_toy_corpus_by_hand(toy_build: Path) -> None:
    written = Written(toy_build, "ego", "MDM2")
    [network] = written.aspect("networkAttributes")
    assert (network["name"], network["min_figures"], network["left_out"]) == ("PFOCR ego of ncbigene:4193", 2, 0)
    assert "networkType" not in network
    ids = [node["v"]["represents"] for node in written.aspect("nodes")]
    edges = {(ids[edge["s"]], ids[edge["t"]]): edge["v"] for edge in written.aspect("edges")}
    pair = edges["ncbigene:4193", "ncbigene:7157"]
    # Drawn together in b and d, which are not scored, so they come by their names. Either word means one gene in both.
    assert (pair["weight"], pair["figures"], pair["evidence"]) == (2.0, 2, ["PMC1__b", "PMC3__d"])
    assert pair["name"] == "MDM2 (co-occurs) TP53"


def test_a_figure_has_what_its_network_at_ndex_has(tmp_path: Path) -> None:
    [network] = Written(release_rich(tmp_path), "figure", "PMC1__a").aspect("networkAttributes")
    page = "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1"
    assert network == network | {
        "name": "Title of PMC1__a",
        "description": "A caption.",
        "figureLink": f"{page}/figure/F1/",
        "figureNumber": "F1",
        "figureTitle": "Title of PMC1__a",
        "networkType": "pathway",
        "organism": "Homo sapiens",
        "paperLink": page,
        "paperTitle": "A paper.",
        "pfocrId": "PMC1__a",
        "pmcId": "PMC1",
        "publicationYear": "2020",
        "reference": f'A, B. C. 2020. <b>A paper.</b> <a href="{page}" target="_blank">{page}</a>',
    }


# -- hostile texts


def test_members_of_lists_may_hold_the_separator_of_graphml(hostile_build: Path) -> None:
    written = Written(hostile_build, "full", None)
    nodes = {node["v"]["represents"]: node["v"] for node in written.aspect("nodes")}
    assert nodes["doid:11476"]["synonyms"] == ["bone|loss", "thin"]
    ids = list(nodes)
    edges = {(ids[edge["s"]], ids[edge["t"]]): edge["v"] for edge in written.aspect("edges")}
    mention = edges["pfocr:PMC1__x", "ncbigene:3569"]
    assert mention["words"] == ["IL-6", COMPOSED]
    assert mention["lexicon"] == ["one|two", "three"]
    assert edges["pfocr:PMC1__x", "doid:11476"]["words"] == ["bone|loss", "thin"]
    js = {(edge["data"]["source"], edge["data"]["target"]): edge["data"] for edge in written.js["elements"]["edges"]}
    assert js["pfocr:PMC2__y", "ncbigene:3569"]["words"] == ["IL-6", COMPOSED]


def test_a_hostile_text_comes_back_and_is_escaped_where_it_is_html(hostile_build: Path) -> None:
    [network] = Written(hostile_build, "figure", "PMC1__x").aspect("networkAttributes")
    assert network["description"] == network["paperTitle"]
    assert re.fullmatch(r'quoted " \\ \| <b> \s*tab\s+line \ufffd \ufffd \u2028 end', network["paperTitle"])
    assert network["reference"].startswith("<b>quoted &quot; \\ | &lt;b&gt; ")
    assert '"' not in network["reference"].split("<a ")[0]


# -- Cytoscape.js


def test_cytoscape_js_has_the_same_nodes_and_edges(written: Written) -> None:
    nodes = [joined(each["data"]) for each in written.js["elements"]["nodes"]]
    assert [(each["position"]["x"], each["position"]["y"]) for each in written.js["elements"]["nodes"]] == (
        written.places()
    )
    assert {"colour" in node for node in nodes} == {written.name == "network"}
    for node in nodes:
        node.pop("colour", None)
    assert {node.pop("id"): node for node in nodes} == written.nodes()
    found = [joined(each["data"]) for each in written.js["elements"]["edges"]]
    assert [edge.pop("id") for edge in found] == [f"e{number}" for number in range(len(found))]
    assert same_edges([(edge.pop("source"), edge.pop("target"), edge) for edge in found], written)
    assert written.js["data"] == written.aspect("networkAttributes")[0]


def test_cytoscape_desktop_finds_one_type_a_column_and_its_names(written: Written) -> None:
    """It types a column by the first value that it meets, and reads ids and ends only as texts."""
    assert list(written.js) == ["format_version", "generated_by", "data", "elements", "style"]
    for part in ("nodes", "edges"):
        kinds: dict[str, type] = {}
        for each in (each["data"] for each in written.js["elements"][part]):
            for name, value in each.items():
                kind = float if isinstance(value, int) else type(value)
                assert kinds.setdefault(name, kind) == kind
        assert len({name.lower() for name in kinds}) == len(kinds)
        assert {"id", "name"} <= kinds.keys() or not kinds
        assert not kinds.keys() & {"SUID", "selected", "parent", "position", "shared name"}


# -- the whole file


@pytest.mark.parametrize("exporter", [Cx2(), CytoscapeJs()])
def test_the_same_view_gives_the_same_bytes(seeds_build: Path, exporter: Exporter) -> None:
    with KnowledgeGraph(seeds_build) as graph, KnowledgeGraph(seeds_build) as again:
        assert write(exporter, graph, graph.view("full")) == write(exporter, again, again.view())


@pytest.mark.parametrize("exporter", [Cx2(), CytoscapeJs()])
def test_a_view_without_a_name_is_the_full_one(toy_build: Path, exporter: Exporter) -> None:
    with KnowledgeGraph(toy_build) as graph:
        assert write(exporter, graph, None) == write(exporter, graph, graph.view("full"))


@pytest.mark.parametrize("exporter", [Cx2(), CytoscapeJs()])
def test_a_view_of_nothing_is_a_network_still(toy_build: Path, exporter: Exporter) -> None:
    with KnowledgeGraph(toy_build) as graph:
        text = write(exporter, graph, graph.view("co-occurrence", Filters(min_figures=1000)))
    found = strict(text)
    if isinstance(found, list):
        assert broken(found) == []
        assert (aspect(found, "nodes"), aspect(found, "edges")) == ([], [])
    else:
        assert found["elements"] == {"nodes": [], "edges": []}


def test_one_node_or_edge_is_one_line(toy_build: Path) -> None:
    with KnowledgeGraph(toy_build) as graph:
        view = graph.view("full")
        lines = write(Cx2(), graph, view).splitlines()
    assert sum(line.startswith('{"id":') for line in lines) == view.n_nodes + view.n_edges
