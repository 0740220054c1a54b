"""GraphML that opens in Cytoscape, Gephi, igraph, Tulip and networkx with its names and types intact.

The text is written by hand, because networkx's writer breaks what Cytoscape needs. Key ids are unique over nodes and
edges. The node id is the CURIE, and `name` is the symbol. Edges have an `interaction` and an id. Nodes come before
edges. There is no NaN, no None and no character that XML forbids.
"""

from collections.abc import Iterator
from typing import Any
from unicodedata import normalize
from xml.sax.saxutils import escape, quoteattr

from kg.exporters.network_columns import NETWORK_COLUMNS, network_columns
from kg.exporters.view_exporter import ViewExporter, edge_name, is_missing
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import EDGE_COLUMNS, GRAPH_COLUMNS, NODE_COLUMNS, View
from kg.model.text import clean

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
_TYPES = {str: "string", int: "int", float: "double", bool: "boolean"}
_EDGE_KEYS: dict[str, type] = {"name": str} | EDGE_COLUMNS


class GraphML(ViewExporter):
    """Exporter of GraphML."""

    suffixes: tuple[str, ...] = (".graphml", ".xml")

    def texts(self, graph: KnowledgeGraph, view: View) -> Iterator[str]:
        """Yield the file, one node or edge a line."""
        del graph  # a view has all that GraphML holds
        edge_ids = {name: name if name not in NODE_COLUMNS else f"edge_{name}" for name in _EDGE_KEYS}
        node_ids = _node_ids(view)
        columns = network_columns(view)
        yield _HEAD
        yield from _keys(view, node_ids, edge_ids)
        direction = "directed" if view.directed else "undirected"
        yield f'<graph id={quoteattr(_text(view.title))} edgedefault="{direction}">\n'
        yield _data({f"graph_{name}": value for name, value in view.attributes.items()}, "  ")
        names: dict[str, str] = {}
        for id_, attributes in view.nodes():
            names[id_] = attributes.get("name", id_)
            data = {node_ids[name]: value for name, value in (attributes | columns.of(id_)).items()}
            yield f"  <node id={quoteattr(_text(id_))}>{_data(data)}</node>\n"
        for number, (source, target, attributes) in enumerate(view.edges()):
            label = edge_name(names[source], attributes["interaction"], names[target])
            data = {edge_ids[name]: value for name, value in ({"name": label} | attributes).items()}
            ends = f"source={quoteattr(_text(source))} target={quoteattr(_text(target))}"
            yield f'  <edge id="e{number}" {ends}>{_data(data)}</edge>\n'
        yield "</graph>\n</graphml>\n"


def _node_ids(view: View) -> dict[str, str]:
    """Return the id of the key of each column of nodes; the names of joined columns may hold anything."""
    joined = {name: f"joined_{number}" for number, name in enumerate(view.node_columns) if name not in NODE_COLUMNS}
    return {name: joined.get(name, name) for name in (*view.node_columns, *NETWORK_COLUMNS)}


def _keys(view: View, node_ids: dict[str, str], edge_ids: dict[str, str]) -> Iterator[str]:
    """Yield the declarations of all columns, which have the ids given."""
    for name, dtype in (view.node_columns | NETWORK_COLUMNS).items():
        yield _key(node_ids[name], name, "node", dtype)
    for name, dtype in _EDGE_KEYS.items():
        yield _key(edge_ids[name], name, "edge", dtype)
    for name, dtype in GRAPH_COLUMNS.items():
        yield _key(f"graph_{name}", name, "graph", dtype)


def _key(id_: str, name: str, domain: str, dtype: type) -> str:
    return f'<key id="{id_}" for="{domain}" attr.name={quoteattr(_text(name))} attr.type="{_TYPES[dtype]}"/>\n'


def _data(attributes: dict[str, Any], indent: str = "") -> str:
    parts = (
        f'<data key="{name}">{_value(value)}</data>' for name, value in attributes.items() if not is_missing(value)
    )
    return "".join(f"{indent}{part}\n" for part in parts) if indent else "".join(parts)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, (int, float)) else escape(_text(value))


def _text(text: str) -> str:
    # Normal form C makes equal names equal. XML readers would turn a carriage return into a line feed.
    return normalize("NFC", clean(text)).replace("\r", " ")
