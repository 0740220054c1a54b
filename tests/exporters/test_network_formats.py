"""The network of a list in GraphML and as a page, and how the command line takes a list."""

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import pytest
from click.testing import CliRunner, Result

from kg.cli.main import main
from kg.exporters.colour_scale import DIVERGING, MISSING
from kg.exporters.graphml import GraphML
from kg.exporters.html import Html
from kg.exporters.plots import PlotOptions, render
from kg.exporters.plots.list_network import strongest_of_each
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import Edge, Filters, View

AKT1, MDM2, TP53, ATP = "ncbigene:207", "ncbigene:4193", "ncbigene:7157", "chebi:15422"
COLUMN = 'log2 "FC" <&> [x]'
COLUMNS = {"gene": ["TP53", "MDM2"], COLUMN: [2.0, -1.0], "figures": [3, 4], "weight": [5, 6]}
TABLE = "Symbol,log2FC,n\nTP53,2.5,1\nMDM2,-0.5,\nqqqq,1,1\n"


def network(graph: KnowledgeGraph) -> View:
    return graph.network(["TP53", "ATP"], Filters(min_figures=1), partners=1, columns=COLUMNS)


def test_networkx_and_igraph_read_typed_marks_and_numbers_from_graphml(toy_build: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.graphml"
    with KnowledgeGraph(toy_build) as graph, path.open("wb") as file:
        view = network(graph)
        GraphML().write(graph, view, file)
        expected = {node.id: node.attributes for node in view.nodes()}
    assert expected.keys() == {TP53, ATP, AKT1}
    read = nx.read_graphml(path)
    assert {id_: of["query"] for id_, of in read.nodes(data=True)} == {TP53: True, ATP: True, AKT1: False}
    assert [read.nodes[TP53][name] for name in (COLUMN, "figures", "list_figures", "weight")] == [2.0, 3, 3, 5]
    assert COLUMN not in read.nodes[ATP]
    assert read.edges[AKT1, TP53]["weight"] == 1.0  # the edge's own
    vertices = {vertex["id"]: vertex for vertex in igraph.Graph.Read_GraphML(str(path)).vs}
    assert [vertices[id_]["query"] for id_ in (TP53, ATP, AKT1)] == [True, True, False]
    in_igraph = COLUMN.replace("&", "&#38;")  # which it does not read back in names of attributes
    assert (vertices[TP53][in_igraph], vertices[TP53]["list_figures"]) == (2.0, 3)


def page(build: Path, view_of: Any) -> tuple[str, dict[str, Any]]:
    file = BytesIO()
    with KnowledgeGraph(build) as graph:
        Html().write(graph, view_of(graph), file)
    text = file.getvalue().decode()
    [kept] = re.findall(r'<script type="application/json" id="embedded">(.*?)</script>', text, re.DOTALL)
    return text, json.loads(kept)


def test_a_page_has_the_list_its_numbers_and_their_colours(toy_build: Path) -> None:
    text, kept = page(toy_build, lambda graph: graph.network(["TP53", "MDM2", "ATP"], columns=COLUMNS))
    assert "<title>PFOCR network of 3 entities</title>" in text
    assert kept["build"]["list"] == {
        "columns": [COLUMN, "list_figures", "weight"],
        "colours": {
            "column": COLUMN, "points": [[-2, DIVERGING[0]], [0, DIVERGING[1]], [2, DIVERGING[2]]], "missing": MISSING,
        },
    }  # fmt: skip
    nodes = {node["id"]: node for node in kept["nodes"]}
    assert [(nodes[id_]["query"], nodes[id_]["colour"]) for id_ in (TP53, ATP)] == [
        (True, DIVERGING[2]), (True, MISSING),
    ]  # fmt: skip
    assert (nodes[TP53][COLUMN], nodes[TP53]["list_figures"], nodes[TP53]["figures"]) == (2, 3, 3)


def test_a_page_of_another_view_has_no_list(toy_build: Path) -> None:
    assert "list" not in page(toy_build, lambda graph: graph.view("co-occurrence"))[1]["build"]


# -- pictures


@pytest.mark.parametrize("names", [["TP53"], ["AKT1", "AKT2"], ["TP53", "MDM2", "AKT1", "ATP"]])
def test_a_picture_shows_every_member_and_writes_its_nodes(toy_build: Path, names: list[str]) -> None:
    with KnowledgeGraph(toy_build) as graph:
        view = graph.network(names, columns=COLUMNS)
        picture = render(graph, "network", "svg", PlotOptions(listed=view))
        again = render(graph, "network", "svg", PlotOptions(listed=view))
    assert picture == again
    assert all(f">{name}<" in picture.picture.decode() for name in names)
    header, *rows = picture.nodes.decode().splitlines()
    assert header.split("\t") == ["id", "name", "category", "query", "figures", "probability", COLUMN]
    assert {row.split("\t")[1]: row.split("\t")[-1] for row in rows} == {
        name: {"TP53": "2.0", "MDM2": "-1.0"}.get(name, "") for name in names
    }


def test_a_picture_has_the_strongest_pairs_and_says_how_many_there_are(toy_build: Path) -> None:
    with KnowledgeGraph(toy_build) as graph:
        view = graph.network(["TP53", "MDM2", "AKT1"])
        picture = render(graph, "network", "svg", PlotOptions(Filters(top=1), listed=view))
    assert [line.split("\t")[:2] for line in picture.numbers.decode().splitlines()[1:]] == [[MDM2, "MDM2"]]
    assert "1 of 3 pairs among 3 nodes" in picture.picture.decode()


def test_each_node_has_its_strongest_pair_before_others_have_a_second() -> None:
    edges = [
        Edge(source, target, {"weight": weight})
        for source, target, weight in (("a", "b", 5), ("a", "c", 4), ("b", "c", 3), ("c", "d", 1))
    ]
    assert [edge[:2] for edge in strongest_of_each(edges, 3)] == [("a", "b"), ("a", "c"), ("c", "d")]
    assert [edge[:2] for edge in strongest_of_each(edges, 2)] == [("a", "b"), ("a", "c")]
    assert strongest_of_each(edges, 9) == edges


# -- the command line


def kg(*arguments: object, given: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments], input=given)


def exported(build: Path, *arguments: object, given: str | None = None) -> tuple[dict[str, bool], list[str]]:
    """Return name and `query` of the nodes of a network, and the lines on standard error."""
    done = kg("export", "--build", build, "-f", "cyjs", *arguments, given=given)
    assert done.exit_code == 0, done.output
    nodes = json.loads(done.stdout)["elements"]["nodes"]
    return {node["data"]["name"]: node["data"]["query"] for node in nodes}, done.stderr.splitlines()


def test_a_file_standard_input_several_of_and_commas_are_one_list(toy_build: Path, tmp_path: Path) -> None:
    path = tmp_path / "genes.csv"
    path.write_text(TABLE)
    two = {"MDM2": True, "TP53": True}
    assert exported(toy_build, "--genes", path) == (
        two,
        [
            f"{path}: 3 names read: 2 matched, 1 unmatched",
            "unmatched: qqqq",
            "joined: log2FC (2 of 2 nodes); n (1 of 2 nodes)",
            "colour shows log2FC; --colour chooses another column",
        ],
    )
    assert exported(toy_build, "--genes", "-", "--only", given="p53 MDM2\n")[0] == two
    assert exported(toy_build, "--of", "p53", "--of", "MDM2") == (
        two, ["--of: 2 names read: 2 matched", "by another name: p53 = TP53 (drawn word)"],
    )  # fmt: skip
    assert exported(toy_build, "--of", "MDM2,TP53")[0] == two
    assert exported(toy_build, "--of", "MDM2", "--of", "TP53", "--partners", 1)[0] == two | {"AKT1": False}


def test_a_table_is_joined_to_members_and_partners(toy_build: Path, tmp_path: Path) -> None:
    path = tmp_path / "table.tsv"
    path.write_text("fold\tgene\tnote\n1\tTP53\ta\n2\tAKT1\tb\n")
    _, lines = exported(toy_build, "--of", "MDM2", "--of", "TP53", "--partners", 1, "--join", path)
    assert lines[-1] == "joined: fold (2 of 3 nodes)"
    path.write_text("TP53\nMDM2\n")
    done = kg("export", "--build", toy_build, "-f", "cx2", "--of", "MDM2", "--of", "TP53", "--join", path)
    assert (done.exit_code, "no column of numbers" in done.stderr) == (1, True)


def test_the_style_file_of_a_list_has_its_colours(toy_build: Path, tmp_path: Path) -> None:
    (tmp_path / "genes.csv").write_text(TABLE)
    out = tmp_path / "list.style.xml"
    done = kg("export", "--build", toy_build, "--genes", tmp_path / "genes.csv", "--colour", "n", "-o", out)
    assert done.stderr.splitlines()[-1] == f"{out}: 3 styles"
    assert 'attributeName="n" attributeType="integer"' in out.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--of TP53 --of MDM2 --view ego", "the ego view is of one entity; give one --of"),
        ("--of TP53 --of MDM2 --view full", "the full view is not of a list"),
        ("--of TP53 --of MDM2 --radius 2", "--radius is for the ego view"),
        ("--of TP53 --of MDM2 --category gene", "--category is for the partners of a list"),
        ("--of TP53 --of MDM2 --only --partners 2", "--only and --partners exclude each other"),
        ("--of TP53 --genes -", "--genes and --of exclude each other"),
        ("--genes - --join -", "--genes and --join cannot both read standard input"),
        ("--of TP53 --partners 2", "--partners is for the network of a list"),
        ("--of TP53 --join x.csv", "--join is for the network of a list"),
        ("--colour x", "--colour is for the network of a list"),
        ("--view network", "the network view is of a list; give it with --genes FILE or several --of"),
    ],
)
def test_options_that_do_not_go_together_are_usage_errors(toy_build: Path, arguments: str, message: str) -> None:
    done = kg("export", "--build", toy_build, "-f", "cx2", *arguments.split(), given="TP53 MDM2")
    assert (done.exit_code, message in done.stderr) == (2, True), done.output


def test_a_format_of_the_whole_graph_takes_no_list(toy_build: Path) -> None:
    done = kg("export", "--build", toy_build, "-f", "turtle", "--genes", "-", given="TP53")
    assert (done.exit_code, "turtle writes the whole graph" in done.stderr) == (2, True)


def test_plot_takes_a_list_for_a_network_only(toy_build: Path, tmp_path: Path) -> None:
    out = tmp_path / "list.svg"
    done = kg("plot", "network", "--build", toy_build, "--genes", "-", "-o", out, given=TABLE)
    assert done.stderr.splitlines()[-1] == f"{out} and list.tsv and list.nodes.tsv"
    assert ">log2FC<" in out.read_text()
    for arguments, message in (
        (("heatmap", "--genes", "-"), "heatmap takes no --genes"),
        (("neighbourhood", "--of", "TP53,MDM2"), "neighbourhood takes one name, not a list"),
        (("network", "--of", "TP53"), "network takes no --of"),
        (("network", "--partners", "3"), "--partners is for the network of a list"),
    ):
        done = kg("plot", *arguments, "--build", toy_build, "-o", out, given=TABLE)
        assert (done.exit_code, message in done.stderr) == (2, True), done.output
