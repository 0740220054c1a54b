"""Draw networks: labels with lines between them, whose width is the strength of a pair."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from kg.exporters.colour_scale import MISSING, ColourScale
from kg.exporters.plots.layout import Reals, node_positions
from kg.exporters.plots.page import COLOURS, DPI, FOOT, HEAD, INK, column, shorten
from kg.model.records import LIKELY

LABEL, PAD = 8.5, 0.3
"""Size of a node's label in points, and the padding around it as a part of that size."""

ENDS = ("subject", "object")
_DASHES = (0, (3, 2))
"""Dashes of doubtful entities and pairs, in points: line and gap."""
_UNSURE = 0.5
"""Least `doubt` of a pair whose line is dashed."""
_LISTED, _PARTNER, _LINE = 2.4, 0.8, 1.2
"""Width in points of the line around a member of a list, one of its partners, and a node of a network of no list."""
_BAR = 0.62
"""Inches that the colours of numbers need below a network."""
_DARK = 0.45
"""Luminance below which a label is white."""


class DrawnNode(NamedTuple):
    """A node as it is drawn."""

    label: str
    category: str
    doubtful: bool
    fill: Any
    line: float
    """Width of the line around it in points."""
    ink: str
    """Colour of this line."""


def names_of_ends(table: pa.Table) -> dict[str, tuple[str, str]]:
    """Return the ends of the pairs: id to short name and category, in order of id."""
    ends: dict[str, tuple[str, str]] = {}
    for end in ENDS:
        columns = (column(table, f"{end}{suffix}") for suffix in ("_id", "", "_category"))
        ends |= {id_: (shorten(name), category) for id_, name, category in zip(*columns, strict=True)}
    return dict(sorted(ends.items()))


def network(
    table: pa.Table, strength: str, center: str, nodes: pa.Table | None = None, scale: ColourScale | None = None
) -> Figure:
    """Draw pairs as lines between labels.

    `nodes` has `id`, `name`, `category`, `query`, `probability` and `number` of the network of a list, whose members
    may have no pair; otherwise the nodes are the ends of the pairs. `scale` has the colours of `number`.
    """
    drawn = _ends_drawn(table) if nodes is None else _nodes_drawn(nodes, scale)
    boxes = _label_sizes([node.label for node in drawn.values()])
    ends = _ends(table, list(drawn))
    strengths = np.array(column(table, strength), dtype=float)
    points = node_positions(ends, strengths, boxes)
    width, height = np.maximum((points + boxes / 2).max(axis=0) + 0.4, (6.5, 2.5))
    foot = FOOT + (_BAR if scale else 0)
    figure = Figure(figsize=(width, height + HEAD + foot))
    axes = figure.add_axes((0, foot / (height + HEAD + foot), 1, height / (height + HEAD + foot)))
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(0, height))
    points += ((width, height) - (points + boxes / 2).max(axis=0)) / 2
    unsure = _add_lines(axes, points, ends, strengths, np.array(column(table, "doubt"), dtype=float))
    for (id_, node), (x, y) in zip(drawn.items(), points, strict=True):
        ink = "white" if _luminance(node.fill) < _DARK else INK
        axes.text(x, y, node.label, size=LABEL, ha="center", va="center", color=ink, bbox=_pill(node, id_ == center))
    keys = _node_keys(list(drawn.values()), listed=nodes is not None, coloured=scale is not None)
    keys += _line_keys(strengths, strength) + _marks(doubtful=_any_doubtful(drawn), unsure=unsure)
    _legend(figure, keys)
    if scale:
        _colour_bar(figure, scale)
    return figure


def _ends_drawn(table: pa.Table) -> dict[str, DrawnNode]:
    rows = ((row[f"{end}_id"], row[f"{end}_probability"]) for row in table.to_pylist() for end in ENDS)
    doubtful = {id_ for id_, probability in rows if probability < LIKELY}
    return {
        id_: DrawnNode(
            label, category, id_ in doubtful, "white" if id_ in doubtful else _tint(category), _LINE, COLOURS[category]
        )
        for id_, (label, category) in names_of_ends(table).items()
    }


def _nodes_drawn(nodes: pa.Table, scale: ColourScale | None) -> dict[str, DrawnNode]:
    """Return the nodes of the network of a list.

    Where the fill is that of a number, a line of the category's colour is needed for several categories only.
    """
    plain = scale is not None and len(set(column(nodes, "category"))) == 1
    listed = _LINE if all(column(nodes, "query")) else _LISTED
    drawn = {}
    for row in nodes.to_pylist():
        doubtful = row["probability"] is not None and row["probability"] < LIKELY
        fill = to_rgb(scale.colour(row["number"])) if scale else "white" if doubtful else _tint(row["category"])
        line, ink = listed if row["query"] else _PARTNER, INK if plain else COLOURS[row["category"]]
        drawn[row["id"]] = DrawnNode(shorten(row["name"]), row["category"], doubtful, fill, line, ink)
    return drawn


def _any_doubtful(drawn: dict[str, DrawnNode]) -> bool:
    return any(node.doubtful for node in drawn.values())


def _ends(table: pa.Table, ids: Sequence[str]) -> list[tuple[int, int]]:
    """Return the ends of the pairs as numbers of nodes."""
    index = {id_: number for number, id_ in enumerate(ids)}
    columns = (column(table, f"{end}_id") for end in ENDS)
    return [(index[one], index[other]) for one, other in zip(*columns, strict=True)]


def _add_lines(axes: Axes, points: Reals, ends: list[tuple[int, int]], strengths: Reals, doubts: Reals) -> bool:
    """Add the lines of the pairs, the strongest on top; return whether some are not sure."""
    if not ends:
        return False
    order = np.argsort(strengths, kind="stable")
    unsure = doubts[order] >= _UNSURE
    styles = [_DASHES if dashed else "solid" for dashed in unsure]
    parts = strengths[order] / strengths.max()
    axes.add_collection(LineCollection(points[np.array(ends)[order]], linestyles=styles, **_line_style(parts)))
    return bool(unsure.any())


def _pill(node: DrawnNode, is_center: bool) -> dict[str, Any]:
    """Return the box around a label."""
    pill: dict[str, Any] = {
        "boxstyle": f"round,pad={PAD}", "fc": node.fill, "ec": node.ink, "lw": node.line,
    }  # fmt: skip
    if is_center:
        pill |= {"ec": INK, "lw": 2}
    if node.doubtful:
        pill |= {"ls": _DASHES}
    return pill


def _line_style(parts: Reals) -> dict[str, Any]:
    """Return widths in points and shades of grey of lines; `parts` are strengths divided by the greatest."""
    return {"linewidths": 0.5 + 4.5 * parts, "colors": [str(shade) for shade in 0.8 - 0.4 * parts]}


def _marks(*, doubtful: bool, unsure: bool) -> list[Any]:
    """Return the keys of the legend for the marks of doubt that are in the picture."""
    node = Patch(fc="white", ec=INK, ls=_DASHES, label="mostly a doubtful reading")
    line = Line2D([], [], color="#666666", ls=_DASHES, label="half of the figures not sure")
    return [node] * doubtful + [line] * unsure


def _node_keys(nodes: Sequence[DrawnNode], *, listed: bool, coloured: bool) -> list[Any]:
    """Return the keys of the legend that explain categories and, in the network of a list, its members."""
    categories = {node.category for node in nodes}
    keys: list[Any] = [
        Patch(fc="white" if coloured else _tint(category), ec=colour, label=category)
        for category, colour in COLOURS.items()
        if category in categories and not (coloured and len(categories) == 1)
    ]
    if listed and len({node.line for node in nodes}) > 1:
        keys.append(Patch(fc="white", ec=INK, lw=_LISTED, label="in the list"))
    if coloured and any(node.fill == to_rgb(MISSING) for node in nodes):
        keys.append(Patch(fc=MISSING, ec=INK, lw=_PARTNER, label="no number"))
    return keys


def _line_keys(strengths: Reals, name: str) -> list[Any]:
    """Return the keys of the legend for the strength of pairs."""
    if not len(strengths):
        return []
    least, most = strengths.min(), strengths.max()
    samples = np.array(sorted({most, (least + most) / 2, least}))
    style = _line_style(samples / most)
    keys = []
    for value, lw, shade in zip(samples, style["linewidths"], style["colors"], strict=True):
        label = f"{name.replace('_', ' ')} {value:{',.0f' if value >= 100 else '.3g'}}"
        keys.append(Line2D([], [], color=shade, lw=lw, label=label))
    return keys


def _legend(figure: Figure, keys: list[Any]) -> None:
    """Add the legend in one row, or in as many as the page is wide enough for."""
    anchor = (0.5, 0.08 / figure.get_size_inches()[1])
    for rows in range(1, len(keys) + 1):
        columns = -(-len(keys) // rows)
        legend = figure.legend(handles=keys, loc="lower center", ncols=columns, bbox_to_anchor=anchor)
        if legend.get_window_extent().width <= figure.bbox.width:
            return
        legend.remove()
    figure.legend(handles=keys, loc="lower center", bbox_to_anchor=anchor)


def _colour_bar(figure: Figure, scale: ColourScale) -> None:
    """Add the colours of a column of numbers below the network."""
    width, height = figure.get_size_inches()
    low, high = scale.points[0][0], scale.points[-1][0]
    places = [((value - low) / (high - low), colour) for value, colour in scale.points]
    colours = LinearSegmentedColormap.from_list("numbers", places)
    axes = figure.add_axes((0.5 - 1.3 / width, (FOOT + 0.38) / height, 2.6 / width, 0.12 / height))
    bar = figure.colorbar(ScalarMappable(Normalize(low, high), colours), cax=axes, orientation="horizontal")
    bar.outline.set_edgecolor(INK)
    bar.ax.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=scale.dtype is int and high - low >= 1))
    bar.ax.tick_params(labelsize=8, length=2)
    bar.ax.set_title(shorten(scale.column, 40), size=8, pad=3)


def _luminance(colour: Any) -> float:
    """Return how bright a colour looks, from 0 to 1."""
    red, green, blue = to_rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _tint(category: str) -> tuple[float, ...]:
    return tuple(1 - 0.4 * (1 - part) for part in to_rgb(COLOURS[category]))


def _label_sizes(labels: Sequence[str]) -> Reals:
    """Measure labels with the box around them, in inches; shape (labels, 2)."""
    figure = Figure()
    extents = [figure.text(0, 0, label, size=LABEL).get_window_extent() for label in labels]
    return np.array([(box.width, box.height) for box in extents]) / DPI + 2 * PAD * LABEL / 72
