"""The numbers in the plot of the network of a list: its pairs, its nodes, and the colours of their numbers."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
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

    Nodes without one of these pairs are left out where there are more than MOST_ALONE, and the note says so.
    """
    nodes = {node.id: node.attributes for node in view.nodes()}
    ranked = sorted(
        view.edges(),
        key=lambda edge: (-edge.attributes[strength], -edge.attributes["figures"], edge.source, edge.target),
    )
    edges = _drawn(ranked, {id_ for id_, of in nodes.items() if of["query"]}, top)
    paired = {end for edge in edges for end in (edge.source, edge.target)}
    alone = len(nodes) - len(paired)
    shown = nodes if alone <= MOST_ALONE else {id_: of for id_, of in nodes.items() if id_ in paired}
    scale = colour_scale(view)
    title = f"Drawn together: {view.listed.size if view.listed else view.title}"
    pairs, least = view.n_edges + view.left_out, view.attributes["min_figures"]
    some = f"{len(edges):,} of {pairs:,} pairs, the strongest of each and of all" if len(edges) < pairs else "all pairs"
    note = f"{some}, in {least:,} figure{'s' * (least != 1)} or more by different words"
    if alone:
        note += f"; {alone:,} of {len(nodes):,} without one of these" + (
            "" if len(shown) == len(nodes) else ", not drawn"
        )
    return _pairs(edges, nodes), title, note, strength, "", _nodes(shown, scale), scale


def _drawn(ranked: Sequence[Edge], members: AbstractSet[str], top: int) -> list[Edge]:
    """Return `top` pairs, in the order of `ranked`.

    At most half of them are the strongest pair of a member, so that members with weak pairs do not look as if they had
    none; the others are the strongest of all.
    """
    seen: set[str] = set()
    chosen: set[tuple[str, str]] = set()
    for edge in ranked:
        ends = members & {edge.source, edge.target}
        if len(chosen) < top // 2 and not ends <= seen:
            chosen.add((edge.source, edge.target))
        seen |= ends
    for edge in ranked:
        if len(chosen) < top:
            chosen.add((edge.source, edge.target))
    return [edge for edge in ranked if (edge.source, edge.target) in chosen]


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
