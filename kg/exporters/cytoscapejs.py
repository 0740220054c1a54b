"""Cytoscape.js JSON for web pages and Cytoscape Desktop: elements, network attributes and stylesheet in one file.

`cytoscape({container, ...JSON.parse(text)})` draws it. Desktop reads numbers as doubles, lists as lists, and the node
id (a CURIE) as `shared name`. It ignores the stylesheet, because it has style files of its own
(`kg.exporters.cytoscape_style`).
"""

from collections.abc import Iterator
from typing import Any

from kg.exporters.colour_scale import ColourScale, colour_scale
from kg.exporters.cytoscape_style import stylesheet
from kg.exporters.looks import Look, checked_look, node_properties
from kg.exporters.network_columns import NetworkColumns, network_columns
from kg.exporters.view_exporter import (
    ViewExporter,
    array_lines,
    edges_with_lists,
    encode,
    network_attributes,
    nodes_with_lists,
)
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import Edge, Node, View


class CytoscapeJs(ViewExporter):
    """Exporter of Cytoscape.js JSON."""

    suffixes: tuple[str, ...] = (".cyjs",)
    look: Look | None = None
    """Meaning of fills; None for joined numbers or, without any, types."""

    def texts(self, graph: KnowledgeGraph, view: View) -> Iterator[str]:
        """Yield the file, one node or edge a line."""
        names: dict[str, str] = {}
        look = checked_look(view, self.look)
        scale = colour_scale(view) if look == "numbers" else None
        style = stylesheet(node_properties(view, look)) if look == "community" else stylesheet()
        yield f'{{"format_version":"1.0","generated_by":{encode("kg " + graph.build.manifest["version"])},\n'
        yield f'"data":{encode(network_attributes(graph, view))},\n"elements":{{"nodes":['
        yield from array_lines(_nodes(nodes_with_lists(view, names), scale, network_columns(view)))
        yield '\n],"edges":['
        yield from array_lines(_edges(edges_with_lists(view, names)))
        yield '\n]},\n"style":['
        yield from array_lines(style)
        yield "\n]}\n"


def _nodes(nodes: Iterator[Node], scale: ColourScale | None, columns: NetworkColumns) -> Iterator[dict[str, Any]]:
    """Yield the nodes; those of a network with joined numbers have a `colour`, which the stylesheet reads.

    `x` and `y` are in `position`, where Cytoscape has the place of a node.
    """
    for id_, attributes in nodes:
        colour = {"colour": scale.colour(attributes.get(scale.column))} if scale else {}
        values = dict(columns.of(id_))
        place = {name: values.pop(name) for name in ("x", "y") if name in values}
        data = {"id": id_} | attributes | values | colour
        yield {"data": data, "position": place} if place else {"data": data}


def _edges(edges: Iterator[Edge]) -> Iterator[dict[str, Any]]:
    for number, (source, target, attributes) in enumerate(edges):
        yield {"data": {"id": f"e{number}", "source": source, "target": target} | attributes}
