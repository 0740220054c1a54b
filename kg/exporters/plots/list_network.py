"""The numbers in the plot of the network of a list: its pairs, its nodes, and the colours of their numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from kg.exporters.colour_scale import ColourScale, colour_scale
from kg.graph.views import Edge, View

MOST_ALONE = 60
"""Greatest number of nodes without a pair that are drawn."""

_COUNTS = ("weight", "figures", "figures_synonyms", "figures_strict", "papers")


def list_numbers(
    view: View, strength: str, top: int
) -> tuple[pa.Table, str, str, str, str, pa.Table, ColourScale | None]:
    """Return the members of a `Numbers` for the network of a list: `top` of its pairs by the column `strength`.

    The strongest pair of each node comes first, so that few nodes are without a line, then the strongest of all.
    Nodes without one of these pairs are left out where there are more than MOST_ALONE, and the note says so.
    """
    nodes = {node.id: node.attributes for node in view.nodes()}
    edges = sorted(
        view.edges(),
        key=lambda edge: (-edge.attributes[strength], -edge.attributes["figures"], edge.source, edge.target),
    )
    edges, every = strongest_of_each(edges, top), len(edges)
    paired = {end for edge in edges for end in (edge.source, edge.target)}
    alone = len(nodes) - len(paired)
    shown = nodes if alone <= MOST_ALONE else {id_: of for id_, of in nodes.items() if id_ in paired}
    scale = colour_scale(view)
    title = f"Drawn together: {view.listed.size if view.listed else view.title}"
    note = (
        f"{len(edges):,} of {view.n_edges + view.left_out:,} pairs among {len(nodes):,} nodes, "
        f"in {view.attributes['min_figures']:,} figures or more by different words"
    )
    if len(edges) < every + view.left_out:
        note += ": the strongest of each node, then of all"
    if alone:
        note += f"; {alone:,} without one of these" + ("" if len(shown) == len(nodes) else ", not drawn")
    return _pairs(edges, nodes), title, note, strength, "", _nodes(shown, scale), scale


def strongest_of_each(edges: Sequence[Edge], top: int) -> list[Edge]:
    """Return `top` edges in their order, which is that of strength: the first of each node before all others."""
    ends: set[str] = set()
    first: list[int] = []
    for number, edge in enumerate(edges):
        if not ends.issuperset((edge.source, edge.target)):
            first.append(number)
            ends.update((edge.source, edge.target))
    others = sorted(set(range(len(edges))) - set(first))
    return [edges[number] for number in sorted([*first, *others][:top])]


def _pairs(edges: Sequence[Edge], nodes: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    """Return the pairs with the columns that `pairs_with_names` of plots.sql has."""
    columns: dict[str, pa.Array] = {}
    for end, ids in (("subject", [edge.source for edge in edges]), ("object", [edge.target for edge in edges])):
        columns[f"{end}_id"] = pa.array(ids, pa.string())
        columns[end] = pa.array([nodes[id_]["name"] for id_ in ids], pa.string())
        columns[f"{end}_category"] = pa.array([nodes[id_]["type"] for id_ in ids], pa.string())
    for name in _COUNTS:
        dtype = pa.float64() if name == "weight" else pa.int64()
        columns[name] = pa.array([edge.attributes[name] for edge in edges], dtype)
    doubts = [edge.attributes.get("doubt", 0.0) for edge in edges]
    return pa.table(columns | {"doubt": pa.array(doubts, pa.float64())})


def _nodes(nodes: Mapping[str, Mapping[str, Any]], scale: ColourScale | None) -> pa.Table:
    """Return the nodes as the drawing needs them; `number` is that of the column shown as colour."""
    columns = {
        "id": pa.array(nodes, pa.string()),
        "name": pa.array([of["name"] for of in nodes.values()], pa.string()),
        "category": pa.array([of["type"] for of in nodes.values()], pa.string()),
        "query": pa.array([of["query"] for of in nodes.values()], pa.bool_()),
        "figures": pa.array([of["figures"] for of in nodes.values()], pa.int64()),
        "probability": pa.array([of.get("probability") for of in nodes.values()], pa.float64()),
    }
    values = [of.get(scale.column) if scale else None for of in nodes.values()]
    dtype = pa.int64() if scale and scale.dtype is int else pa.float64()
    return pa.table(columns | {"number": pa.array(values, dtype)})
