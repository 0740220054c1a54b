"""GraphML that opens in Cytoscape, Gephi, igraph, Tulip and networkx with its names and types intact.

Written by hand and streamed, for networkx's writer breaks what Cytoscape needs: key ids are unique over
nodes and edges, the node id is the CURIE while `name` is the symbol, edges have an `interaction` and an
id of their own, nodes come before edges, and there is no NaN, no None and no character XML forbids.
"""

from collections.abc import Iterator
from itertools import islice
from math import isfinite
from typing import Any
from unicodedata import normalize
from xml.sax.saxutils import escape, quoteattr

from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import EDGE_COLUMNS, GRAPH_COLUMNS, NODE_COLUMNS, View
from kg.model.text import clean
from kg.runtime.files import BinaryWriter

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
_TYPES = {str: "string", int: "int", float: "double", bool: "boolean"}
_EDGE_KEYS: dict[str, type] = {"name": str} | EDGE_COLUMNS
_LINES = 10_000


class GraphML:
    """GraphML of any view."""

    suffixes = (".graphml", ".xml")
    of_views = True

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write a view (default: the whole graph); return the number of nodes and edges."""
        view = view or graph.view()
        lines = _lines(view)
        while chunk := list(islice(lines, _LINES)):
            file.write("".join(chunk).encode())
        return view.n_nodes + view.n_edges


def _lines(view: View) -> Iterator[str]:
    yield _HEAD
    for name, dtype in NODE_COLUMNS.items():
        yield _key(name, name, "node", dtype)
    edge_ids = {name: name if name not in NODE_COLUMNS else f"edge_{name}" for name in _EDGE_KEYS}
    for name, dtype in _EDGE_KEYS.items():
        yield _key(edge_ids[name], name, "edge", dtype)
    for name, dtype in GRAPH_COLUMNS.items():
        yield _key(f"graph_{name}", name, "graph", dtype)
    yield f'<graph id={quoteattr(_text(view.title))} edgedefault="{"directed" if view.directed else "undirected"}">\n'
    yield _data({f"graph_{name}": value for name, value in view.attributes.items()}, "  ")
    names: dict[str, str] = {}
    for id_, attributes in view.nodes():
        names[id_] = attributes.get("name", id_)
        yield f"  <node id={quoteattr(_text(id_))}>{_data(attributes)}</node>\n"
    for number, (source, target, attributes) in enumerate(view.edges()):
        label = f"{names[source]} ({attributes['interaction']}) {names[target]}"
        named = {edge_ids[name]: value for name, value in ({"name": label} | attributes).items()}
        ends = f"source={quoteattr(_text(source))} target={quoteattr(_text(target))}"
        yield f'  <edge id="e{number}" {ends}>{_data(named)}</edge>\n'
    yield "</graph>\n</graphml>\n"


def _key(id_: str, name: str, domain: str, dtype: type) -> str:
    return f'<key id="{id_}" for="{domain}" attr.name="{name}" attr.type="{_TYPES[dtype]}"/>\n'


def _data(attributes: dict[str, Any], indent: str = "") -> str:
    parts = (f'<data key="{name}">{_value(value)}</data>' for name, value in attributes.items() if _known(value))
    return "".join(f"{indent}{part}\n" for part in parts) if indent else "".join(parts)


def _known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and not isfinite(value))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, (int, float)) else escape(_text(value))


def _text(text: str) -> str:
    # Composed, so that equal names are equal; a carriage return would come back as a line feed.
    return normalize("NFC", clean(text)).replace("\r", " ")
