"""CX2, the format of NDEx and Cytoscape Web: typed columns, real lists and a visual style.

The style is that of `kg.exporters.cytoscape_style`. The file is streamed, one node or edge a line, so that memory holds
the numbers and names of the nodes only.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg.exporters.cytoscape_style import (
    EDGE_PROPERTIES,
    mapped_columns,
    visual_editor_properties,
    visual_properties,
)
from kg.exporters.looks import Look, checked_look, node_properties
from kg.exporters.network_columns import NETWORK_COLUMNS, NetworkColumns, network_columns
from kg.exporters.style_values import Property
from kg.exporters.view_exporter import (
    LISTS,
    ViewExporter,
    array_lines,
    edges_with_lists,
    network_attributes,
    nodes_with_lists,
)
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import EDGE_COLUMNS, Edge, Node, View

PLACE = ("x", "y")
"""Columns that say where a node is, which CX2 has beside its attributes."""

_TYPES = {str: "string", int: "integer", float: "double", bool: "boolean", list: "list_of_string"}


class Cx2(ViewExporter):
    """Exporter of CX2."""

    suffixes: tuple[str, ...] = (".cx2",)
    look: Look | None = None
    """Meaning of fills; None for joined numbers or, without any, types."""

    def texts(self, graph: KnowledgeGraph, view: View) -> Iterator[str]:
        """Yield the file, aspect by aspect, one element a line."""
        network = network_attributes(graph, view)
        style = node_properties(view, checked_look(view, self.look))
        columns = network_columns(view)
        names: dict[str, str] = {}
        numbers: dict[str, int] = {}
        aspects: dict[str, Iterable[Mapping[str, Any]]] = {
            "attributeDeclarations": [_declarations(view, network, style, columns)],
            "networkAttributes": [network],
            "nodes": _nodes(nodes_with_lists(view, names), numbers, columns),
            "edges": _edges(edges_with_lists(view, names), numbers),
            "visualProperties": [visual_properties(style)],
            "visualEditorProperties": [visual_editor_properties()],
        }
        counts = dict.fromkeys(aspects, 1) | {"nodes": view.n_nodes, "edges": view.n_edges}
        metadata = {"metaData": [{"name": name, "elementCount": count} for name, count in counts.items()]}
        yield '[\n{"CXVersion":"2.0","hasFragments":false}'
        for name, elements in (metadata | aspects).items():
            yield f',\n{{"{name}":['
            yield from array_lines(elements)
            yield "\n]}"
        yield ',\n{"status":[{"error":"","success":true}]}\n]\n'


def _nodes(nodes: Iterable[Node], numbers: dict[str, int], columns: NetworkColumns) -> Iterator[dict[str, Any]]:
    """Yield the nodes of CX2, numbered from 0, with their places; fill `numbers`: node id to number."""
    for number, (id_, attributes) in enumerate(nodes):
        numbers[id_] = number
        values = columns.of(id_)
        place = {name: values[name] for name in PLACE if name in values}
        more = {name: value for name, value in values.items() if name not in PLACE}
        yield {"id": number, **place, "v": {"name": attributes.pop("name"), "represents": id_} | attributes | more}


def _edges(edges: Iterable[Edge], numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    for number, (source, target, attributes) in enumerate(edges):
        yield {"id": number, "s": numbers[source], "t": numbers[target], "v": attributes}


def _declarations(
    view: View, network: dict[str, Any], style: tuple[Property, ...], columns: NetworkColumns
) -> dict[str, Any]:
    """Return the types of all columns that hold a value."""
    # The view adds these columns to its rows. NDEx wants every column declared that the style reads.
    node_columns = {"name", "represents", "type", "iri", "url"} | mapped_columns(style)
    node_columns |= view.filled_columns("nodes", view.node_columns.keys() - {"label", "iri", "url"})
    node_columns |= columns.filled - {*PLACE}
    edge_columns = {"name", "interaction"} | mapped_columns(EDGE_PROPERTIES)
    edge_columns |= view.filled_columns("edges", EDGE_COLUMNS.keys())
    node_types = {"name": str, "represents": str} | view.node_columns | NETWORK_COLUMNS
    edge_types = {"name": str} | EDGE_COLUMNS
    return {
        "networkAttributes": {name: {"d": _TYPES[type(value)]} for name, value in network.items()},
        "nodes": _declared({name: node_types[name] for name in node_types if name in node_columns}),
        "edges": _declared({name: edge_types[name] for name in edge_types if name in edge_columns}),
    }


def _declared(columns: dict[str, type]) -> dict[str, dict[str, str]]:
    return {name: {"d": _TYPES[list if name in LISTS else dtype]} for name, dtype in columns.items()}
