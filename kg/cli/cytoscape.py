"""`kg cytoscape`: show a view in a running Cytoscape."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import click

from kg.cli import terminal
from kg.cli.list_network import ListOptions
from kg.cli.options import build_option, note_absent_organisms
from kg.cli.view_options import chosen_view, note_missing, size, style_option, view_options


@click.command()
@build_option
@click.option("--port", type=click.IntRange(1, 65535), default=1234, show_default=True,
              help="Port at which Cytoscape on this machine listens.")  # fmt: skip
@style_option("community")
@click.option("--title", help="Name of the network in Cytoscape. [default: that of the view]")
@view_options
def cytoscape(
    folder: str, port: int, look: Any, title: str | None, view: str | None, listed: ListOptions, radius: int,
    everything: bool, **filters: Any,
) -> None:  # fmt: skip
    """Show a view in a running Cytoscape, laid out and with its style.

    Start Cytoscape 3 first. The network goes to 127.0.0.1, never to another machine. Options choose the view as those
    of kg export do. A style of the same name in Cytoscape is used as it is there.

    Example: kg cytoscape --of TNFSF11

    Example: kg cytoscape --genes genes.csv --partners 20
    """
    from kg.exporters import exporter
    from kg.exporters.cyrest import CyRest
    from kg.exporters.cytoscape_style import BY_COMMUNITY, NAME
    from kg.exporters.looks import checked_look, node_properties
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.views import CYTOSCAPE_LIMIT

    with KnowledgeGraph(folder) as graph:
        shown = chosen_view(graph, view, listed, radius, None if everything else CYTOSCAPE_LIMIT, filters)
        look = checked_look(shown, look, "community")
        file = BytesIO()
        exporter("cyjs").write(graph, shown, file)
        # The colours of numbers are those of one list, so that its style has a name of its own in Cytoscape.
        name = {"type": NAME, "community": BY_COMMUNITY, "numbers": f"{NAME} {shown.title}"}[look]
        properties = node_properties(shown, look)
        sent = CyRest(port).send(file.getvalue(), title or shown.title, name, properties)
        terminal.note(f"Cytoscape {sent.version}: {title or shown.title}, {size(shown)}, style {sent.style}")
        note_missing(shown, filters["min_figures"] or graph.build.min_figures)
        note_absent_organisms(graph.build, filters["taxa"])
