"""The dot plot of an enrichment: a row a cluster of figures, with the words that hit beside its dot (extra `plot`)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, PercentFormatter

from kg.exporters.plots.layout import Reals
from kg.exporters.plots.page import HEAD, INK, PALE, new_page, shorten

ROW = 0.36
"""Inches of a row, which has two lines of text."""

LONGEST_NAME, LONGEST_WORDS = 58, 74
"""Greatest number of characters of a title, and of the words below it."""

_SMALLEST, _LARGEST = 30.0, 210.0
"""Areas of the smallest and the largest dot, in square points."""

_LEAST_Q = 1e-10
"""Least q that has a colour of its own; a smaller one has the same."""

_ALPHA = 0.05


def dot_plot(table: pa.Table, _strength: str, _center: str) -> Figure:
    """Draw one dot a row of the table, the first on top.

    `table` has `name` and `words` (texts), `year` (a number or nothing), `hits` and `words_drawn` (counts), and `q`
    (from 0 to 1). A dot lies at hits / words_drawn, its area goes by the hits, its colour by -log10 q. Dots of a q
    above 0.05 are hollow.
    """
    rows = table.to_pylist()
    figure = new_page(9, HEAD + 1.1 + ROW * len(rows))
    axes = figure.subplots()
    hits = np.array([row["hits"] for row in rows], dtype=float)
    parts = hits / np.array([row["words_drawn"] for row in rows])
    strength = -np.log10(np.clip([row["q"] for row in rows], _LEAST_Q, 1))
    places = np.arange(len(rows))
    norm = Normalize(0, max(float(strength.max()), -np.log10(_ALPHA)))
    shades = ListedColormap(colormaps["viridis_r"](np.linspace(0.08, 0.95, 256)))
    colours = shades(norm(strength))
    fill = [colour if row["q"] <= _ALPHA else "white" for colour, row in zip(colours, rows, strict=True)]
    axes.scatter(parts, places, s=_areas(hits, hits), c=fill, edgecolors=colours, linewidths=1.4, zorder=3)
    _rows(axes, rows, places)
    axes.set_xlabel("hits / words drawn: the part of a figure's words that the list hits")
    axes.set_xlim(0, min(max(parts.max() * 1.12, 0.1), 1.04))
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(visible=True)
    _colour_key(figure, axes, norm, shades, len(rows))
    _legend(figure, hits, hollow=any(row["q"] > _ALPHA for row in rows))
    return figure


def _areas(hits: Reals, among: Reals) -> Reals:
    """Return the areas of dots, which grow with the hits; `among` are all hits of the plot."""
    areas: Reals = _SMALLEST + (_LARGEST - _SMALLEST) * hits / among.max()
    return areas


def _rows(axes: Axes, rows: Sequence[dict[str, Any]], places: Any) -> None:
    """Write title and words of each row to the left of the plot, in two lines."""
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(places, [""] * len(rows))
    axes.tick_params(axis="y", length=0)
    for place, row in enumerate(rows):
        for text, offset, size, colour in (
            (_name(row), 5.5, 8.5, INK),
            (shorten(row["words"], LONGEST_WORDS), -5, 7, "#666666"),
        ):
            axes.annotate(
                text, (0, place), (-6, offset), xycoords=("axes fraction", "data"), textcoords="offset points",
                ha="right", va="center", size=size, color=colour,
            )  # fmt: skip


def _name(row: dict[str, Any]) -> str:
    """Return a title with the year.

    >>> _name({"name": "The p53 pathway", "year": 2010})
    'The p53 pathway (2010)'
    """
    year = f" ({row['year']})" if row.get("year") else ""
    return shorten(row["name"], LONGEST_NAME - len(year)) + year


def _colour_key(figure: Figure, axes: Axes, norm: Normalize, shades: ListedColormap, rows: int) -> None:
    """Draw the key of the colours beside the plot."""
    bar = figure.colorbar(
        ScalarMappable(norm, shades), ax=axes, orientation="vertical", shrink=min(1.0, 2.4 / (ROW * rows + 0.3)),
        aspect=12, label="-log10 q", anchor=(0, 1), pad=0.02,
    )  # fmt: skip
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_major_locator(MaxNLocator(nbins=4))


def _legend(figure: Figure, hits: Reals, *, hollow: bool) -> None:
    """Draw the key of the sizes below the plot, and of hollow dots where there are some."""
    samples = np.unique(np.round(np.linspace(float(hits.min()), float(hits.max()), 3))).astype(np.float64)
    keys = [
        Line2D([], [], ls="", marker="o", color=PALE, ms=float(area) ** 0.5, label=f"{number:,.0f}")
        for number, area in zip(samples, _areas(samples, hits), strict=True)
    ]
    if hollow:
        keys.append(Line2D([], [], ls="", marker="o", mfc="white", mec=PALE, ms=7, label="q above 0.05"))
    figure.legend(handles=keys, loc="outside lower right", ncols=len(keys), title="hits", alignment="left")
