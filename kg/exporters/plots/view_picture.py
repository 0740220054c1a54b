"""A picture of the strongest pairs of a view, as a figure of matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from kg.errors import KgError, QueryError
from kg.exporters.plots import Numbers
from kg.exporters.plots.list_network import list_numbers
from kg.graph.views import View
from kg.model.checks import check_whole
from kg.runtime.plugins import install_command

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLUMNS = {
    **dict.fromkeys(
        ("subject_id", "subject", "subject_category", "object_id", "object", "object_category"), pa.string()
    ),
    **dict.fromkeys(("weight", "subject_probability", "object_probability", "doubt"), pa.float64()),
}
"""Columns of the numbers in a picture of pairs, as kg.exporters.plots has them."""


def picture(view: View, top: int) -> Figure:
    """Return a figure of matplotlib with the strongest pairs of a view.

    Raises QueryError for a view without pairs of entities, KgError if matplotlib is not installed.
    """
    check_whole("top", top, 1)
    if view.directed or view.name == "words":
        raise QueryError(f"the {view.name} view has no picture; take one of pairs of entities, such as ego")
    try:
        from kg.exporters.plots.network import network
        from kg.exporters.plots.page import add_head, empty_plot, plot_style
    except ModuleNotFoundError as error:
        command = install_command("plot")
        missing = (error.name or "matplotlib").partition(".")[0]
        raise KgError(f"a picture needs {missing}, which is not installed; install it with: {command}") from None
    numbers = Numbers(*list_numbers(view, "weight", top)) if view.listed else _numbers(view, top)
    with plot_style():
        if numbers.nodes or numbers.table.num_rows:
            figure = network(numbers.table, numbers.strength, numbers.center, numbers.nodes, numbers.scale)
        else:
            figure = empty_plot()
        add_head(figure, numbers.title, numbers.note)
    setattr(figure, "_repr_png_", lambda: _png(figure))  # noqa: B010 for notebooks that do not use pyplot
    return figure


def _png(figure: Figure) -> bytes:
    from kg.exporters.plots.page import file_bytes, plot_style

    with plot_style():
        return file_bytes(figure, "png")


def _numbers(view: View, top: int) -> Numbers:
    """Return the numbers in a picture of a view that is not of a list."""
    table = _strongest(view, top)
    shown = f"the strongest {table.num_rows:,} of {view.n_edges:,} pairs"
    note = f"{shown}; least figures of a pair: {view.attributes['min_figures']:,}"
    return Numbers(table, _title(view), note, "weight", view.center or "")


def _title(view: View) -> str:
    if view.center is None:
        return view.title
    name = next((node.attributes["name"] for node in view.nodes() if node.id == view.center), view.center)
    return f"The neighbourhood of {name}"


def _strongest(view: View, top: int) -> pa.Table:
    """Return the `top` pairs of greatest weight with the names of their ends."""
    edges = sorted(view.edges(), key=lambda edge: (-edge.attributes["weight"], edge.source, edge.target))[:top]
    nodes = dict(view.nodes())

    def end(side: str, id_: str) -> dict[str, Any]:
        node = nodes[id_]
        values = {"_id": id_, "": node["name"], "_category": node["type"], "_probability": node.get("probability", 1.0)}
        return {f"{side}{name}": value for name, value in values.items()}

    rows = [
        end("subject", edge.source)
        | end("object", edge.target)
        | {"weight": edge.attributes["weight"], "doubt": edge.attributes.get("doubt", 0.0)}
        for edge in edges
    ]
    return pa.Table.from_pylist(rows, pa.schema([*_COLUMNS.items()]))
