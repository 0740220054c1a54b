"""Draw each kind of plot: from the numbers of `kg.exporters.plots` to the bytes of a PNG or an SVG."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, StrMethodFormatter
from scipy.cluster.hierarchy import leaves_list, linkage

from kg.exporters.colour_scale import ColourScale
from kg.exporters.plots.dots import dot_plot
from kg.exporters.plots.layout import Reals
from kg.exporters.plots.network import names_of_ends, network
from kg.exporters.plots.page import (
    COLOURS,
    HEAD,
    add_head,
    empty_plot,
    file_bytes,
    new_page,
    plot_style,
    shorten,
)
from kg.exporters.plots.page import column as _column

_STEPS = (1, 2, 5, 10)
"""Steps between the numbers on an axis of whole numbers."""


def draw(
    name: str, format_: str, table: pa.Table, title: str, note: str, strength: str, center: str,
    nodes: pa.Table | None = None, scale: ColourScale | None = None,
) -> bytes:  # fmt: skip
    """Draw one of DRAW as `png` or `svg`; the arguments from `table` on are a kg.exporters.plots.Numbers."""
    with plot_style():
        if nodes is not None:
            figure = network(table, strength, center, nodes, scale)
        else:
            figure = DRAW[name](table, strength, center) if table.num_rows else empty_plot()
        add_head(figure, title, note)
        return file_bytes(figure, format_)


# -- counts


def _years(table: pa.Table, _strength: str, _center: str) -> Figure:
    figure = new_page()
    above, below = figure.subplots(2, sharex=True)
    years = _column(table, "year")
    above.bar(years, _column(table, "figures"), color="#666666")
    bottom = np.zeros(len(years))
    for category, colour in COLOURS.items():
        counts = np.array(_column(table, category))
        if counts.any():
            below.bar(years, counts, bottom=bottom, color=colour, label=category)
            bottom += counts
    if bottom.any():
        below.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(COLOURS), borderaxespad=0)
    below.set_xlabel("year of publication")
    below.set_xlim(min(years) - 0.7, max(years) + 0.7)
    below.xaxis.set_major_locator(MaxNLocator(integer=True, steps=_STEPS))
    for axes, label in ((above, "figures"), (below, "mentions")):
        _count_axis(axes, label)
    return figure


def _ranks(table: pa.Table, _strength: str, _center: str) -> Figure:
    figure = new_page()
    axes = figure.subplots()
    for category, colour in COLOURS.items():
        rows = [row for row in table.to_pylist() if row["category"] == category]
        # Entities in equally many figures share a level: a line from the rank of the first to that of the last.
        ranks = [rank for row in rows for rank in (row["rank"] - row["entities"] + 1, row["rank"])]
        if rows:
            levels = np.repeat([row["figures"] for row in rows], 2)
            axes.plot(ranks, levels, color=colour, lw=2, marker="o" if len(ranks) < 40 else "", ms=3, label=category)
    axes.set_xlabel("rank of the entity among its category, by figures")
    axes.set_ylabel("figures that mention it")
    for scale in (axes.set_xscale, axes.set_yscale):
        scale("log")
    _plain_log(axes, "x", max(_column(table, "rank")))
    _plain_log(axes, "y", max(_column(table, "figures")))
    axes.grid(visible=True)
    axes.legend(loc="upper right")
    return figure


def _words(table: pa.Table, _strength: str, _center: str) -> Figure:
    figure = new_page()
    axes = figure.subplots()
    genes, words = _column(table, "genes"), _column(table, "words")
    axes.bar(genes, words, color=COLOURS["gene"])
    axes.set_xlabel("genes that a word stands for, in all figures together")
    axes.set_xlim(0, max(genes) * 1.04 + 1)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=_STEPS))
    if max(words) > 20:
        axes.set_yscale("log")
        _plain_log(axes, "y", max(words), 0.6)
        axes.set_ylim(top=max(words) * 2)
    _count_axis(axes, "words", log=max(words) > 20)
    _label_widest(axes, table, max(genes) / 40)
    return figure


def _label_widest(axes: Axes, table: pa.Table, distance: float) -> None:
    """Write the word above the bars of most genes, unless two bars are closer than `distance`."""
    last = np.inf
    for row in table.to_pylist()[:-9:-1]:
        if last - row["genes"] >= distance:
            last = row["genes"]
            label, point = shorten(row["most_drawn"]), (row["genes"], row["words"])
            axes.annotate(
                label, point, (0, 3), textcoords="offset points", ha="center", va="bottom", size=7.5, rotation=90
            )


def _count_axis(axes: Axes, label: str, *, log: bool = False) -> None:
    """Format the vertical axis for whole numbers."""
    axes.set_ylabel(label)
    axes.grid(visible=True, axis="y")
    if not log:
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, steps=_STEPS))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def _plain_log(axes: Axes, which: str, greatest: float, least: float = 0.85) -> None:
    """Mark a logarithmic axis at 1, 10, 100, a shorter one at 1, 2, 5, 10, and the shortest at every number."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    marks: Sequence[float] = (1,) if greatest >= 1000 else (1, 2, 5) if greatest >= 10 else range(1, 10)
    axis.set_major_locator(LogLocator(subs=marks))
    axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axis.set_minor_locator(NullLocator())
    (axes.set_xlim if which == "x" else axes.set_ylim)(least, greatest * 1.3)


# -- pairs


def _matrix(table: pa.Table, column: str, ids: Sequence[str]) -> Reals:
    index = {id_: number for number, id_ in enumerate(ids)}
    matrix = np.zeros((len(ids), len(ids)))
    columns = (_column(table, name) for name in ("subject_id", "object_id", column))
    for subject, object_, value in zip(*columns, strict=True):
        matrix[index[subject], index[object_]] = matrix[index[object_], index[subject]] = value
    return matrix


def _heatmap(table: pa.Table, strength: str, _center: str) -> Figure:
    names = names_of_ends(table)
    matrix = _matrix(table, strength, list(names))
    order = _similarity_order(matrix)
    labels = [list(names.values())[index][0] for index in order]
    side = 1.6 + 0.24 * len(labels)
    figure = new_page(max(side + 1.2, 6), side + HEAD)
    axes = figure.subplots()
    greatest = matrix.max()
    middles = np.arange(len(labels)) + 0.5
    least = min(matrix[matrix > 0].min(), greatest / 10)
    norm = LogNorm(max(least, 1), greatest) if greatest > 20 else Normalize(1, max(greatest, 2))
    shades = ListedColormap(colormaps["YlGnBu"](np.linspace(0.12, 1, 256)))  # its palest colours look white
    cells = np.ma.masked_less(matrix[np.ix_(order, order)], 1)
    mesh = axes.pcolormesh(cells, norm=norm, cmap=shades, edgecolors="white", linewidth=0.6)
    diagonal = np.ma.masked_equal(np.eye(len(labels)), 0)
    axes.pcolormesh(diagonal, cmap=ListedColormap(["#EAEAEA"]), edgecolors="white", linewidth=0.6)
    axes.set_aspect("equal")
    axes.invert_yaxis()
    axes.spines[:].set_visible(False)
    axes.set_xticks(middles, labels, rotation=90, size=8)
    axes.set_yticks(middles, labels, size=8)
    axes.tick_params(length=0)
    bar = figure.colorbar(mesh, shrink=0.6, label="figures that draw both (white: none)", format="{x:,.0f}")
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.ax.yaxis.set_major_locator(
        LogLocator(subs=(1, 2, 5)) if greatest > 20 else MaxNLocator(nbins=6, integer=True, steps=_STEPS)
    )
    return figure


def _similarity_order(matrix: Reals) -> list[int]:
    """Order rows so that similar ones are neighbours: average linkage by cosine, with optimal leaf ordering."""
    # No entity pairs with itself, and yet it is similar to itself.
    rows = np.log1p(matrix + np.diag(np.maximum(matrix.max(axis=1), 1)))
    return [int(index) for index in leaves_list(linkage(rows, "average", "cosine", optimal_ordering=True))]


DRAW: dict[str, Callable[[pa.Table, str, str], Figure]] = {
    "years": _years,
    "ranks": _ranks,
    "words": _words,
    "heatmap": _heatmap,
    "neighbourhood": network,
    "network": network,
    "enrichment": dot_plot,
}
"""Name of each of kg.exporters.plots.PLOTS to the function that draws it from table, strength column and center."""
