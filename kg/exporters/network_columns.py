"""Columns of nodes that follow from the edges of a view: degree, strength, community and position.

They are those of the view that is written, not of the build, so that the exporters of networks fill them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kg.cooccurrence.slices import WEIGHTS
from kg.engines.statements import Statements
from kg.graph.views import CYTOSCAPE_LIMIT, View

STATEMENTS = Statements("kg.exporters", "network_columns")

NETWORK_COLUMNS: dict[str, type] = {"community": int, "degree": int, "strength": float, "x": int, "y": int}
"""Columns of nodes with their types; docs/data-model.md defines them."""

MOST_EDGES = 10_000
"""Greatest number of edges of a view with communities: the search takes half a second with 10,000."""

SEED = 0
"""Seed of the order in which the search for communities takes nodes."""

Ends = list[tuple[int, int]]


class NetworkColumns(NamedTuple):
    """The columns of the nodes of a view."""

    values: dict[str, dict[str, int | float]]
    """CURIE to the values by name, without missing ones."""
    filled: frozenset[str]
    """Names of the columns in which a node has a value."""

    def of(self, id_: str) -> dict[str, int | float]:
        """Return the values of a node by name, without missing ones."""
        return self.values.get(id_, {})


def network_columns(view: View) -> NetworkColumns:
    """Return the columns of the nodes of a view, as far as its size allows.

    `degree` and `strength` have no bound. Views of more than MOST_EDGES edges have no communities. Views that Cytoscape
    does not draw, of CYTOSCAPE_LIMIT nodes and edges or more, have no positions.
    """
    values: dict[str, dict[str, int | float]] = {
        row["id"]: {name: row[name] for name in ("degree", "strength") if row[name] is not None}
        for row in view.fetch(STATEMENTS.sql("degrees", weight_units=WEIGHTS)).to_pylist()
    }
    if has_communities(view):
        _add_communities(view, values)
    return NetworkColumns(values, frozenset(name for row in values.values() for name in row))


def has_communities(view: View) -> bool:
    """Return whether a view is small enough for a search of its communities."""
    return view.n_edges <= MOST_EDGES and view.n_nodes <= 2 * MOST_EDGES


def _add_communities(view: View, values: dict[str, dict[str, int | float]]) -> None:
    """Add `community`, and `x` and `y` if Cytoscape draws the view."""
    nodes = [(node.id, str(node.attributes["name"])) for node in view.nodes()]
    index = {id_: number for number, (id_, _) in enumerate(nodes)}
    rows = view.fetch(STATEMENTS.sql("weighted_ends"))
    ends = [
        (index[one], index[other])
        for one, other in zip(*(rows[end].to_pylist() for end in ("source", "target")), strict=True)
    ]
    numbers = communities(len(nodes), ends, rows["weight"].to_pylist())
    drawn = view.n_nodes + view.n_edges < CYTOSCAPE_LIMIT
    points: Sequence[Sequence[int]] = []
    if drawn:
        from kg.exporters.positions import positions

        points = positions(ends, numbers, [name for _, name in nodes])
    for number, (id_, _) in enumerate(nodes):
        row = values.setdefault(id_, {"degree": 0})
        row["community"] = numbers[number]
        if drawn:
            row["x"], row["y"] = points[number]


def communities(size: int, ends: Ends, weights: Sequence[float]) -> list[int]:
    """Return the community of each node, numbered from 1: the largest first, of equal ones that of the least node.

    Nodes are numbers from 0 to `size - 1`. `ends` are the edges, and `weights` their weights of 0 or more. The method
    is that of Louvain (Blondel and others 2008, doi:10.1088/1742-5468/2008/10/P10008) with a fixed seed.

    >>> communities(5, [(1, 2), (2, 3), (1, 3), (0, 4)], [1.0, 1.0, 1.0, 1.0])
    [2, 1, 1, 1, 2]
    """
    import networkx as nx

    graph: nx.Graph[int] = nx.empty_graph(size)
    for (one, other), weight in zip(ends, weights, strict=True):
        if one != other:  # an edge of several kinds counts with its greatest weight
            known = graph.edges[one, other]["weight"] if graph.has_edge(one, other) else 0.0
            graph.add_edge(one, other, weight=max(weight, known, 1e-9))
    parts: list[set[int]] = (
        nx.community.louvain_communities(graph, weight="weight", seed=SEED)
        if ends
        else [{node} for node in range(size)]
    )
    numbered = sorted(map(sorted, parts), key=lambda part: (-len(part), part))
    by_node = {node: number for number, part in enumerate(numbered, start=1) for node in part}
    return [by_node[node] for node in range(size)]
