"""The network of a list: its entities, its best partners, the pairs among them, and numbers that are joined to it."""

from collections.abc import Iterator
from math import inf, nan
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kg.errors import KgError, ParameterError, QueryError, SourceError, UnknownChoice
from kg.graph.joined import joined_columns, numbers_by_name
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import NODE_COLUMNS, Filters, View
from kg.parsers.lists import read_list

AKT1, AKT2, MDM2, TP53 = "ncbigene:207", "ncbigene:208", "ncbigene:4193", "ncbigene:7157"
ATP, OSTEOPOROSIS = "chebi:15422", "doid:11476"
EVERY_PAIR = Filters(min_figures=1)

# Weights of the toy corpus: MDM2 and TP53 2 (figures b, d). AKT1, and AKT2, with each of them 1: half in two figures.
# In one figure only: ATP with AKT1 and AKT2 0.5, with TP53 1; osteoporosis with AKT1 and AKT2 0.5, MDM2 and TP53 1.


@pytest.fixture
def toy(toy_build: Path) -> Iterator[KnowledgeGraph]:
    with KnowledgeGraph(toy_build) as graph:
        yield graph


def ids(view: View) -> list[str]:
    return [node.id for node in view.nodes()]


def listed(view: View) -> list[str]:
    return [node.id for node in view.nodes() if node.attributes["query"]]


def pairs(view: View) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in view.edges()]


def values(view: View, column: str) -> dict[str, Any]:
    return {node.id: node.attributes[column] for node in view.nodes() if column in node.attributes}


# -- the list alone


def test_the_network_of_a_list_is_its_entities_and_the_pairs_among_them(toy: KnowledgeGraph) -> None:
    view = toy.network(["AKT1", "MDM2", "p53"])
    assert (ids(view), listed(view)) == ([AKT1, MDM2, TP53], [AKT1, MDM2, TP53])
    assert pairs(view) == [(AKT1, MDM2), (AKT1, TP53), (MDM2, TP53)]
    assert (view.name, view.title, view.directed) == ("network", "PFOCR network of 3 entities", False)
    assert view.attributes == {"description": "3 nodes, 3 edges", "min_figures": 2, "left_out": 0}
    assert view.node_columns == NODE_COLUMNS


def test_a_pair_has_the_numbers_and_the_evidence_that_it_has_elsewhere(toy: KnowledgeGraph) -> None:
    everywhere = {(edge.source, edge.target): edge.attributes for edge in toy.view("co-occurrence").edges()}
    view = toy.network("AKT1 MDM2 TP53")
    assert {(edge.source, edge.target): edge.attributes for edge in view.edges()} == {
        ends: everywhere[ends] for ends in pairs(view)
    }


def test_members_without_a_pair_stay(toy: KnowledgeGraph) -> None:
    view = toy.network(["AKT1", "AKT2", "osteoporosis"])  # one drawn word, and one figure
    assert (ids(view), view.n_edges) == ([OSTEOPOROSIS, AKT1, AKT2], 0)


def test_a_list_of_one_name_is_one_node(toy: KnowledgeGraph) -> None:
    view = toy.network("TP53")
    assert (ids(view), view.n_edges, view.title) == ([TP53], 0, "PFOCR network of 1 entity")


def test_names_of_one_entity_are_one_node_and_names_of_none_are_left_out(toy: KnowledgeGraph) -> None:
    view = toy.network(["TP53", "p53", "TP53", "no such gene", "ncbigene:7157"])
    assert ids(view) == [TP53]
    assert view.listed is not None
    assert view.listed.matched is not None
    assert [(row.text, row.status) for row in view.listed.matched.rows][-2] == ("no such gene", "unmatched")


def test_a_list_of_everything_is_the_view_of_all_pairs(toy: KnowledgeGraph) -> None:
    everything = toy.engine.fetch("SELECT entity_id FROM entities ORDER BY entity_id")["entity_id"].to_pylist()
    view = toy.network(everything, EVERY_PAIR)
    assert ids(view) == everything
    assert list(view.edges()) == list(toy.view("co-occurrence", EVERY_PAIR).edges())


def test_a_list_without_an_entity_is_refused(toy: KnowledgeGraph) -> None:
    with pytest.raises(SourceError, match="none of its names is an entity of this build; no such gene"):
        toy.network(["no such gene"])
    with pytest.raises(SourceError, match="it is a figure"):
        toy.network(["PMC1__a"])


def test_filters_of_pairs_hold(toy: KnowledgeGraph) -> None:
    names = ["AKT1", "MDM2", "TP53"]
    assert pairs(toy.network(names, Filters(top=1))) == [(MDM2, TP53)]
    assert pairs(toy.network(names, Filters(min_figures=3))) == []
    assert pairs(toy.network(names, Filters(flavour="strict", min_figures=1))) == [(MDM2, TP53)]
    assert pairs(toy.network(names, Filters(min_probability=0.95))) == [(AKT1, MDM2), (AKT1, TP53), (MDM2, TP53)]


@pytest.mark.parametrize(("limit", "edges"), [(100, 3), (7, 3), (6, 2), (5, 1), (4, 1), (3, 1)])
def test_a_limit_counts_the_list_but_leaves_room_for_pairs(toy: KnowledgeGraph, limit: int, edges: int) -> None:
    view = toy.network(["AKT1", "MDM2", "TP53"], limit=limit)
    assert (view.n_nodes, view.n_edges, view.left_out) == (3, edges, 3 - edges)


# -- partners


def test_partners_of_most_of_the_list_come_first_then_those_of_strong_pairs_then_by_identifier(
    toy: KnowledgeGraph,
) -> None:
    def partners(names: list[str], number: int, filters: Filters = EVERY_PAIR) -> set[str]:
        view = toy.network(names, filters, partners=number)
        return set(ids(view)) - set(listed(view))

    # With TP53 and ATP: AKT1 and AKT2 have a pair with both (1.5), MDM2 with TP53 alone (2), osteoporosis, too (1).
    assert [partners(["TP53", "ATP"], number) for number in (1, 2, 3)] == [{AKT1}, {AKT1, AKT2}, {AKT1, AKT2, MDM2}]
    # With ATP and osteoporosis: TP53 with both (2), AKT1 and AKT2 with both (1), MDM2 with one.
    assert [partners(["ATP", "osteoporosis"], number) for number in (1, 2)] == [{TP53}, {TP53, AKT1}]
    assert partners(["TP53"], 1) == {MDM2}
    assert partners(["TP53"], 1, Filters(min_figures=1, min_probability=0.5)) == {MDM2}
    assert partners(["TP53"], 9, Filters(min_figures=1, categories=("chemical", "disease"))) == {ATP, OSTEOPOROSIS}


def test_pairs_among_partners_are_shown_and_the_title_has_them(toy: KnowledgeGraph) -> None:
    view = toy.network(["AKT1"], partners=2)
    assert (ids(view), listed(view)) == ([AKT1, MDM2, TP53], [AKT1])
    assert pairs(view) == [(AKT1, MDM2), (AKT1, TP53), (MDM2, TP53)]
    assert view.title == "PFOCR network of 1 entity and partners"


def test_other_views_have_no_query(toy: KnowledgeGraph) -> None:
    view = toy.view("co-occurrence")
    assert "query" not in view.node_columns
    assert all("query" not in node.attributes for node in view.nodes())


def test_a_view_of_given_pairs_with_several_centres_is_a_network(toy: KnowledgeGraph) -> None:
    pair = pa.table({"subject_id": [MDM2], "object_id": [TP53]})
    view = toy.view_of_pairs(pair, [TP53, ATP])
    assert (view.name, ids(view), listed(view)) == ("network", [ATP, MDM2, TP53], [ATP, TP53])


def test_networkx_has_the_mark_and_the_numbers(toy: KnowledgeGraph) -> None:
    view = toy.network(["TP53"], partners=1, columns={"gene": ["TP53", "MDM2"], "fold": [1.5, -2.0]})
    graph = toy.to_networkx(view)
    assert {id_: (of["query"], of["fold"]) for id_, of in graph.nodes(data=True)} == {
        TP53: (True, 1.5), MDM2: (False, -2.0),
    }  # fmt: skip


# -- one name in place of several


@pytest.mark.parametrize("of", [["TP53", "MDM2"], ("TP53",), {"TP53"}])
def test_several_names_are_no_view_of_one(toy: KnowledgeGraph, of: Any) -> None:
    for make in (lambda: toy.view(of=of), lambda: toy.view("ego", of=of), lambda: toy.view_for(of)):
        with pytest.raises(ParameterError, match=r"of= takes one name; KnowledgeGraph\.network takes several"):
            make()
    with pytest.raises(QueryError, match=r"the network view is of a list; KnowledgeGraph\.network makes it"):
        toy.view("network")


@pytest.mark.parametrize("wrong", [{"partners": -1}, {"partners": 1.5}, {"limit": 0}, {"columns": 5}, {"columns": {}}])
def test_values_of_another_kind_are_refused(toy: KnowledgeGraph, wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        toy.network(["TP53"], **wrong)


def test_a_closed_graph_makes_no_network(toy_build: Path) -> None:
    graph = KnowledgeGraph(toy_build)
    graph.close()
    with pytest.raises(KgError, match="is closed"):
        graph.network(["TP53"])


# -- numbers


def test_numbers_are_attributes_of_their_type_and_the_first_of_an_entity_counts(toy: KnowledgeGraph) -> None:
    columns = pa.table({
        "symbol": ["p53", "TP53", "MDM2", "ATP", None, "no such gene"],
        "fold change": [None, -1.5, nan, inf, 3.0, 4.0],
        "rank": pa.array([7, 8, None, 2, 3, 4], pa.int16()),
        "note": ["a", "b", "c", "d", "e", "f"],
    })  # fmt: skip
    view = toy.network(["TP53", "MDM2", "ATP"], columns=columns)
    assert values(view, "fold change") == {TP53: -1.5}
    assert values(view, "rank") == {TP53: 7, ATP: 2}
    assert {name: view.node_columns[name] for name in view.node_columns.keys() - NODE_COLUMNS} == {
        "fold change": float, "rank": int,
    }  # fmt: skip
    assert view.filled_columns("nodes", ["fold change", "rank", "query", "title"]) == {"fold change", "rank", "query"}


def test_the_numbers_of_a_list_s_own_file_are_joined(toy: KnowledgeGraph) -> None:
    given = read_list("gene,log2FC,weight\nTP53,2,1\nMDM2,NA,3\n", "genes.csv")
    view = toy.network(given)
    assert (values(view, "log2FC"), values(view, "weight")) == ({TP53: 2}, {TP53: 1, MDM2: 3})
    assert view.filled_columns("edges", ["weight"]) == {"weight"}  # that of pairs, not that of the list


def test_a_column_of_a_name_that_is_taken_gets_another() -> None:
    names = ["Figures", "figures", "LIST_FIGURES", "evidence", "fc", "FC", "tab\tand\nline", "", "\x00", "<b>&\"'"]
    row = {name: number for number, name in enumerate(names)}
    assert [column.name for column in joined_columns(names, {"g:1": row}, NODE_COLUMNS)] == [
        "list_Figures", "list_figures_2", "list_LIST_FIGURES", "list_evidence", "fc", "list_FC", "tab and line",
        "column", "\ufffd", "<b>&\"'",
    ]  # fmt: skip


def test_whole_numbers_beyond_32_bits_are_real_ones() -> None:
    rows = {"g:1": {"a": 2**31 - 1, "b": 2**31, "c": -(2**31)}}
    assert [(column.dtype, column.values["g:1"]) for column in joined_columns("abc", rows, ())] == [
        (int, 2147483647), (float, 2147483648.0), (int, -2147483648),
    ]  # fmt: skip


def test_a_table_may_be_of_any_kind_that_has_names() -> None:
    names = pa.array(["TP53"]).dictionary_encode()
    table = pa.table({"p": pa.array([1], pa.uint64()), "gene": names, "q": pa.array([0.5], pa.float32())})
    found = numbers_by_name(table)
    assert found.to_pydict() == {"text": ["TP53"], "p": [1.0], "q": [0.5]}
    assert numbers_by_name(pa.table({"a": ["x"], "text": ["TP53"]})).to_pydict() == {"text": ["TP53"]}
    with pytest.raises(ParameterError, match="no column of names among"):
        numbers_by_name({"p": [1]})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"columns": {"gene": ["TP53"], "x": [2**63]}}, "is no table; give one of names and numbers"),
        ({"columns": {"gene": ["TP53"], "x": [1]}, "colour": 5}, "colour=5 is not a text"),
        ({"partners": 10**20}, "partners=100000000000000000000 is not a whole number from 0 to 4611686018427387904"),
    ],
)
def test_numbers_too_great_and_other_values_are_refused(
    toy: KnowledgeGraph, wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        toy.network(["TP53"], **wrong)


def test_the_first_column_with_a_value_or_the_one_asked_for_is_shown_as_colour(toy: KnowledgeGraph) -> None:
    columns = {"gene": ["TP53", "ATP"], "empty": [nan, nan], "figures": [1, 2], "fold": [0.5, 1.5]}

    def colour(name: str | None) -> str | None:
        view = toy.network(["TP53"], columns=columns, colour=name)
        return view.listed.colour.name if view.listed and view.listed.colour else None

    assert [colour(name) for name in (None, "fold", "figures", "list_figures", "empty")] == [
        "list_figures", "fold", "list_figures", "list_figures", "empty",
    ]  # fmt: skip
    with pytest.raises(UnknownChoice, match="no joined column of numbers is called 'fol'; did you mean fold"):
        colour("fol")
    with pytest.raises(UnknownChoice, match="no joined column"):
        toy.network(["TP53"], colour="fold")
