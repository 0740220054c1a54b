"""Cytoscape.js JSON: elements, network attributes and stylesheet in one file, for web pages and Cytoscape Desktop.

`cytoscape({container, ...JSON.parse(text)})` draws it. Desktop takes numbers as doubles, lists as lists, the node id
(a CURIE) as `shared name`, and leaves the stylesheet: it has style files of its own (`kg.exporters.style`).
"""

from collections.abc import Iterator
from typing import Any

from kg.exporters.cx2 import about, edges, encode, lines, nodes, write_all
from kg.exporters.cytoscape_style import stylesheet
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import Edge, Node, View
from kg.runtime.files import BinaryWriter


class CytoscapeJs:
    """Cytoscape.js JSON of any view."""

    suffixes: tuple[str, ...] = (".cyjs",)
    of_views = True

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write a view (default: the whole graph); return the number of nodes and edges."""
        view = view or graph.view()
        write_all(_lines(graph, view), file)
        return view.n_nodes + view.n_edges


def _lines(graph: KnowledgeGraph, view: View) -> Iterator[str]:
    names: dict[str, str] = {}
    yield f'{{"format_version":"1.0","generated_by":{encode("kg " + graph.build.manifest["version"])},\n'
    yield f'"data":{encode(about(graph, view))},\n"elements":{{"nodes":['
    yield from lines(_nodes(nodes(graph, view, names)))
    yield '\n],"edges":['
    yield from lines(_edges(edges(graph, view, names)))
    yield '\n]},\n"style":['
    yield from lines(stylesheet())
    yield "\n]}\n"


def _nodes(found: Iterator[Node]) -> Iterator[dict[str, Any]]:
    for id_, attributes in found:
        yield {"data": {"id": id_} | attributes}


def _edges(found: Iterator[Edge]) -> Iterator[dict[str, Any]]:
    for number, (source, target, attributes) in enumerate(found):
        yield {"data": {"id": f"e{number}", "source": source, "target": target} | attributes}
