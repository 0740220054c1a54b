"""A view as a notebook shows it: the one-file explorer inside a frame.

A view finds this at the exporter `html`, because `kg.graph` imports nothing of `kg.exporters`.
"""

from html import escape
from io import BytesIO

from kg.exporters.view_exporter import ViewExporter
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import CYTOSCAPE_LIMIT, View


def frame(exporter: ViewExporter, graph: KnowledgeGraph, view: View) -> str:
    """Return the explorer of a view as HTML for a notebook; a sentence in its place from CYTOSCAPE_LIMIT on.

    The frame loads nothing and reaches nothing of the notebook.
    """
    size = view.n_nodes + view.n_edges
    title = f"<b>{escape(view.title)}</b>: {view.n_nodes:,} nodes, {view.n_edges:,} edges"
    if size >= CYTOSCAPE_LIMIT:
        return (
            f"<p>{title}. A notebook shows fewer than {CYTOSCAPE_LIMIT:,}; make the view smaller with limit= or with "
            f"kg.Filters(top=...), or write it with kg export -f html.</p>"
        )
    file = BytesIO()
    exporter.write(graph, view, file)
    page = file.getvalue().decode().replace("&", "&amp;").replace('"', "&quot;")
    return (
        f'<iframe srcdoc="{page}" sandbox="allow-scripts allow-downloads allow-popups" title="{escape(view.title)}" '
        f'style="width: 100%; height: 600px; border: 1px solid #ccc"></iframe><p>{title}, {len(page) / 1e6:.1f} MB</p>'
    )
