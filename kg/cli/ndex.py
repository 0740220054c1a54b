"""`kg ndex`: upload a view to NDEx."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Literal

import click

from kg.cli import terminal
from kg.cli.list_network import ListOptions
from kg.cli.options import build_option, note_absent_organisms
from kg.cli.view_options import chosen_view, note_missing, size, style_option, view_options


@click.command()
@build_option
@click.option("--upload", "uploads", is_flag=True, help="Upload it. Without this option nothing is sent.")
@click.option("--public", is_flag=True, help="Let everybody see the network. [default: only the account]")
@click.option("--server", default="https://www.ndexbio.org", show_default=True, metavar="URL", help="NDEx server.")
@style_option("type")
@view_options
def ndex(
    folder: str, uploads: bool, public: bool, server: str, look: Any, view: str | None, listed: ListOptions,
    radius: int, everything: bool, **filters: Any,
) -> None:  # fmt: skip
    """Send a view to NDEx, laid out and with its style, and print its address there.

    Without --upload, say what would be sent, and where. The account is in the variables NDEX_USER and NDEX_PASSWORD.
    Options choose the view as those of kg export do. The upload needs the extra `ndex`.

    Example: kg ndex --of TNFSF11

    Example: kg ndex --genes genes.csv --upload
    """
    from kg.errors import KgError
    from kg.exporters.cx2 import Cx2
    from kg.exporters.ndex import PASSWORD, USER, account, checked_server, upload
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.views import CYTOSCAPE_LIMIT

    address, who = checked_server(server), account()
    if uploads and who is None:
        raise KgError(f"no account: set {USER} and {PASSWORD} in the environment; nothing was sent")
    with KnowledgeGraph(folder) as graph:
        shown = chosen_view(graph, view, listed, radius, None if everything else CYTOSCAPE_LIMIT, filters)
        file = BytesIO()
        writer = Cx2()
        writer.look = look
        writer.write(graph, shown, file)
        note_missing(shown, filters["min_figures"] or graph.build.min_figures)
        note_absent_organisms(graph.build, filters["taxa"])
        what = f"{shown.title}, {size(shown)}, {len(file.getvalue()):,} bytes of CX2"
    seen: Literal["PUBLIC", "PRIVATE"] = "PUBLIC" if public else "PRIVATE"
    by = f"account {who.user}" if who else f"no account yet ({USER}, {PASSWORD})"
    terminal.note(f"{what}, to {address} as {seen.lower()}, {by}")
    if not uploads or who is None:
        terminal.note("nothing was sent; --upload sends it")
        return
    click.echo(upload(file.getvalue(), address, who, seen))
