"""Degree, strength, community and place of nodes, by hand."""

import subprocess
import sys
from io import BytesIO
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import kg
from kg.exporters.cx2 import Cx2
from kg.exporters.network_columns import MOST_EDGES, communities, network_columns
from kg.exporters.positions import LETTER, NODE, positions

TWO_TRIANGLES = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)]


def test_communities_are_numbered_by_size_then_by_their_least_node() -> None:
    assert communities(7, [(4, 5), (5, 6), (4, 6), (0, 1), (2, 3)], [1.0] * 5) == [2, 2, 3, 3, 1, 1, 1]
    assert communities(6, TWO_TRIANGLES, [1.0] * 7) == [1, 1, 1, 2, 2, 2]


def test_weights_decide_and_none_are_needed() -> None:
    assert communities(4, [(0, 1), (1, 2), (2, 3), (0, 3)], [9.0, 1.0, 9.0, 1.0]) == [1, 1, 2, 2]
    assert communities(4, [(0, 1), (1, 2), (2, 3), (0, 3)], [1.0, 9.0, 1.0, 9.0]) == [1, 2, 2, 1]
    assert communities(2, [(0, 1)], [0.0]) == [1, 1]
    assert communities(3, [], []) == [1, 2, 3]
    assert communities(2, [(0, 0)], [1.0]) == [1, 2]
    assert communities(0, [], []) == []


def test_degree_and_strength_of_the_seeds_are_those_of_networkx(seeds_build: Path) -> None:
    with kg.open(seeds_build) as graph:
        view = graph.view("co-occurrence")
        columns, network = network_columns(view), graph.to_networkx(view)
    assert {id_: row["degree"] for id_, row in columns.values.items()} == dict(network.degree())
    strengths = dict(network.degree(weight="weight"))
    assert {id_: row["strength"] for id_, row in columns.values.items()} == pytest.approx(strengths)
    assert columns.filled == {"degree", "strength", "community", "x", "y"}


def test_a_figure_has_no_strength_and_a_lone_node_has_degree_0(seeds_build: Path) -> None:
    with kg.open(seeds_build) as graph:
        figure = network_columns(graph.view("figure", of="PMC2374958__bcr1848-1"))
        alone = network_columns(graph.network(["TNFSF11"]))
    assert figure.of("pfocr:PMC2374958__bcr1848-1")["degree"] == 9
    assert "strength" not in figure.filled
    assert alone.values == {"ncbigene:8600": {"degree": 0, "community": 1, "x": 25, "y": 26}}


def test_a_large_view_has_no_places_and_a_larger_one_no_communities(seeds_build: Path) -> None:
    with kg.open(seeds_build) as graph:
        view = graph.view("co-occurrence", kg.Filters(min_figures=1))
        assert 3_000 <= view.n_nodes + view.n_edges < MOST_EDGES
        assert network_columns(view).filled == {"degree", "strength", "community"}
        view.n_edges = MOST_EDGES + 1
        assert network_columns(view).filled == {"degree", "strength"}


@pytest.mark.parametrize(
    "edges",
    [
        [(0, 1)],
        TWO_TRIANGLES,
        [(0, number) for number in range(1, 60)],
        list(combinations(range(12), 2)),
        list(nx.barabasi_albert_graph(150, 2, seed=1).edges()),
        [(0, 0), (0, 1), (0, 1), (5, 6)],
        [],
    ],
)
def test_no_labels_overlap_and_no_node_is_outside(edges: list[tuple[int, int]]) -> None:
    size = max((end for pair in edges for end in pair), default=2) + 1
    names = [f"NAME{number}" for number in range(size)]
    points = np.array(positions(edges, [1] * size, names))
    half = np.array([[max(NODE[0], LETTER * len(name)) * 50, NODE[1] * 50] for name in names])
    assert (points - half >= -1).all()
    for one, other in combinations(range(size), 2):
        assert (np.abs(points[one] - points[other]) >= half[one] + half[other] - 1).any()


def test_neighbours_are_nearer_and_communities_apart() -> None:
    points = np.array(positions(TWO_TRIANGLES, [1, 1, 1, 2, 2, 2], list("ABCDEF")))
    inside = max(np.linalg.norm(points[one] - points[other]) for one, other in TWO_TRIANGLES[:6])
    assert inside < np.linalg.norm(points[2] - points[3]) < np.linalg.norm(points[0] - points[4])


def test_no_names_and_no_nodes_are_no_positions() -> None:
    assert positions([], [], []) == []


def test_another_process_writes_the_same_bytes(seeds_build: Path) -> None:
    """The order of sets of texts, which differs from process to process, has no part in it."""
    code = (
        "import kg, sys; from kg.exporters.cx2 import Cx2; g = kg.open(sys.argv[1]); "
        "Cx2().write(g, g.view('co-occurrence'), sys.stdout.buffer)"
    )
    done = subprocess.run([sys.executable, "-c", code, seeds_build], capture_output=True, check=True)
    with kg.open(seeds_build) as graph:
        file = BytesIO()
        Cx2().write(graph, graph.view("co-occurrence"), file)
    assert done.stdout == file.getvalue()
