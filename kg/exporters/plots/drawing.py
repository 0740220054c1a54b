"""Draw each kind of plot: from the numbers of `kg.exporters.plots` to the bytes of a PNG or an SVG."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap, LogNorm, Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, StrMethodFormatter
from scipy.cluster.hierarchy import leaves_list, linkage

from kg.exporters.plots.layout import node_positions
from kg.exporters.plots.page import (
    COLOURS,
    DPI,
    FOOT,
    HEAD,
    INK,
    Reals,
    add_head,
    empty_plot,
    file_bytes,
    new_page,
    plot_style,
    shorten,
)
from kg.model.records import LIKELY

LABEL, PAD = 8.5, 0.3
"""Size of a node's label in points, and the padding around it as a part of that size."""

_ENDS = ("subject", "object")
_DASHES = (0, (3, 2))
"""Dashes of doubtful entities and pairs, in points: line and gap."""
_UNSURE = 0.5
"""Least `doubt` of a pair whose line is dashed."""
_STEPS = (1, 2, 5, 10)
"""Steps between the numbers on an axis of whole numbers."""


def draw(name: str, format_: str, table: pa.Table, title: str, note: str, strength: str, center: str) -> bytes:
    """Draw one of DRAW as `png` or `svg`; the arguments from `table` on are a kg.exporters.plots.Numbers."""
    with plot_style():
        figure = DRAW[name](table, strength, center) if table.num_rows else empty_plot()
        add_head(figure, title, note)
        return file_bytes(figure, format_)


def _column(table: pa.Table, name: str) -> list[Any]:
    column: list[Any] = table[name].to_pylist()
    return column


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


def _names(table: pa.Table) -> dict[str, tuple[str, str]]:
    """Return the ends of the pairs: id to short name and category, in order of id."""
    ends: dict[str, tuple[str, str]] = {}
    for end in _ENDS:
        columns = (_column(table, f"{end}{suffix}") for suffix in ("_id", "", "_category"))
        ends |= {id_: (shorten(name), category) for id_, name, category in zip(*columns, strict=True)}
    return dict(sorted(ends.items()))


def _doubtful(table: pa.Table) -> set[str]:
    """Return the ends whose mentions are doubtful on the average."""
    ends = ((row[f"{end}_id"], row[f"{end}_probability"]) for row in table.to_pylist() for end in _ENDS)
    return {id_ for id_, probability in ends if probability < LIKELY}


def _matrix(table: pa.Table, column: str, ids: Sequence[str]) -> Reals:
    index = {id_: number for number, id_ in enumerate(ids)}
    matrix = np.zeros((len(ids), len(ids)))
    columns = (_column(table, name) for name in ("subject_id", "object_id", column))
    for subject, object_, value in zip(*columns, strict=True):
        matrix[index[subject], index[object_]] = matrix[index[object_], index[subject]] = value
    return matrix


def _heatmap(table: pa.Table, strength: str, _center: str) -> Figure:
    names = _names(table)
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


def _network(table: pa.Table, strength: str, center: str) -> Figure:
    names = _names(table)
    index = {id_: number for number, id_ in enumerate(names)}
    ids = (_column(table, f"{end}_id") for end in _ENDS)
    ends = [(index[one], index[other]) for one, other in zip(*ids, strict=True)]
    strengths = np.array(_column(table, strength), dtype=float)
    boxes = _label_sizes([label for label, _ in names.values()])
    points = node_positions(ends, strengths, boxes)
    width, height = np.maximum((points + boxes / 2).max(axis=0) + 0.4, (6.5, 2.5))
    figure = Figure(figsize=(width, height + HEAD + FOOT))
    axes = figure.add_axes((0, FOOT / (height + HEAD + FOOT), 1, height / (height + HEAD + FOOT)))
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(0, height))
    points += ((width, height) - (points + boxes / 2).max(axis=0)) / 2
    order = np.argsort(strengths, kind="stable")  # the strongest on top
    parts = strengths[order] / strengths.max()
    unsure = np.array(_column(table, "doubt"))[order] >= _UNSURE
    styles = [_DASHES if dashed else "solid" for dashed in unsure]
    lines = LineCollection(points[np.array(ends)[order]], linestyles=styles, **_line_style(parts))
    axes.add_collection(lines)
    doubtful = _doubtful(table)
    for (id_, (label, category)), (x, y) in zip(names.items(), points, strict=True):
        pill = {"boxstyle": f"round,pad={PAD}", "fc": _tint(category), "ec": COLOURS[category], "lw": 1.2}
        if id_ == center:
            pill |= {"ec": INK, "lw": 2}
        if id_ in doubtful:
            pill |= {"ls": _DASHES, "fc": "white"}
        axes.text(x, y, label, size=LABEL, ha="center", va="center", bbox=pill)
    marks = _marks(doubtful=bool(doubtful), unsure=bool(unsure.any()))
    _legend(figure, [category for _, category in names.values()], strengths, strength, marks)
    return figure


def _line_style(parts: Reals) -> dict[str, Any]:
    """Return widths in points and shades of grey of lines; `parts` are strengths divided by the greatest."""
    return {"linewidths": 0.5 + 4.5 * parts, "colors": [str(shade) for shade in 0.8 - 0.4 * parts]}


def _marks(*, doubtful: bool, unsure: bool) -> list[Any]:
    """Return the keys of the legend for the marks of doubt that are in the picture."""
    node = Patch(fc="white", ec=INK, ls=_DASHES, label="mostly a doubtful reading")
    line = Line2D([], [], color="#666666", ls=_DASHES, label="half of the figures not sure")
    return [node] * doubtful + [line] * unsure


def _legend(figure: Figure, categories: Sequence[str], strengths: Reals, column: str, marks: Sequence[Any]) -> None:
    keys: list[Any] = [
        Patch(fc=_tint(category), ec=colour, label=category)
        for category, colour in COLOURS.items()
        if category in categories
    ]
    least, most = strengths.min(), strengths.max()
    samples = np.array(sorted({most, (least + most) / 2, least}))
    style = _line_style(samples / most)
    name = column.replace("_", " ")
    for value, lw, shade in zip(samples, style["linewidths"], style["colors"], strict=True):
        label = f"{name} {value:{',.0f' if value >= 100 else '.3g'}}"
        keys.append(Line2D([], [], color=shade, lw=lw, label=label))
    keys += marks
    anchor = (0.5, 0.08 / figure.get_size_inches()[1])
    figure.legend(handles=keys, loc="lower center", ncols=len(keys), bbox_to_anchor=anchor)


def _tint(category: str) -> tuple[float, ...]:
    return tuple(1 - 0.4 * (1 - part) for part in to_rgb(COLOURS[category]))


def _label_sizes(labels: Sequence[str]) -> Reals:
    """Measure labels with the box around them, in inches; shape (labels, 2)."""
    figure = Figure()
    extents = [figure.text(0, 0, label, size=LABEL).get_window_extent() for label in labels]
    return np.array([(box.width, box.height) for box in extents]) / DPI + 2 * PAD * LABEL / 72


DRAW: dict[str, Callable[[pa.Table, str, str], Figure]] = {
    "years": _years,
    "ranks": _ranks,
    "words": _words,
    "heatmap": _heatmap,
    "neighbourhood": _network,
    "network": _network,
}
"""Name of each of kg.exporters.plots.PLOTS to the function that draws it from table, strength column and center."""
