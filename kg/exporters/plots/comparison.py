"""The picture of a comparison: how much of figures the pathways have, and how much of pathways the figures show."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator, PercentFormatter, StrMethodFormatter

from kg.exporters.plots.page import add_head, file_bytes, new_page, plot_style, shorten
from kg.graph.comparison import ComparedBuild

COLOURS = {"matched": "#0072B2", "partial": "#E69F00", "no pathway": "#D55E00", "no figure": "#D55E00"}
"""Colours of the statuses, which people with any colour vision tell apart: Okabe and Ito (2008)."""

MARKS = {"matched": "o", "partial": "s", "no figure": "^"}

MARGINS = {"left": 0.06, "right": 0.775, "bottom": 0.11, "top": 0.77, "wspace": 0.2}
"""Places of the plots, as parts of the width and height of the page, and the gap as part of a plot."""

NAMED = 12
"""Pathways without a figure that are named, those of most words."""


def draw_comparison(compared: ComparedBuild, source: str, format_: str) -> bytes:
    """Draw a comparison as the bytes of a `png` or `svg` file."""
    with plot_style():
        figure = new_page(11.5, 5.2)
        figure.set_layout_engine("none")  # because its solver moves two plots by 1e-15 from run to run
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.35), gridspec_kw=MARGINS)
        _figures(left, compared.figures.to_pylist())
        _pathways(right, compared.pathways.to_pylist())
        note = "; ".join(line for line in compared.summary()[:2])
        add_head(figure, f"Figures and the pathways of {source}", note)
        return file_bytes(figure, format_)


def _figures(axes: Axes, rows: Sequence[dict[str, Any]]) -> None:
    """Draw the figures by the part of their words that the best pathway has."""
    statuses = ("matched", "partial", "no pathway")
    parts = [[row["coverage"] or 0.0 for row in rows if row["status"] == status] for status in statuses]
    labels = [f"{status}: {len(part):,}" for status, part in zip(statuses, parts, strict=True)]
    axes.hist(
        parts, bins=list(np.linspace(0, 1, 21)), stacked=True, color=[COLOURS[status] for status in statuses],
        label=labels, edgecolor="white", linewidth=0.5,
    )  # fmt: skip
    axes.set_xlabel("part of a figure's words in its best pathway")
    axes.set_ylabel("figures")
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(visible=True, axis="y")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0, handlelength=0.8, columnspacing=0.9)


def _pathways(axes: Axes, rows: Sequence[dict[str, Any]]) -> None:
    """Draw the pathways by their drawn words and the part of these that the best figure shows."""
    for status, mark in MARKS.items():
        part = [row for row in rows if row["status"] == status]
        axes.scatter(
            [row["words_drawn"] for row in part], [row["pathway_coverage"] or 0.0 for row in part], s=16, marker=mark,
            c=COLOURS[status], alpha=0.7, linewidths=0, label=f"{status}: {len(part):,}",
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_xlim(0.9, 1.3 * max([10, *(row["words_drawn"] for row in rows)]))
    axes.set_ylim(-0.05, 1.05)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_xlabel("words by which all figures together draw the pathway")
    axes.set_ylabel("part of them in its best figure")
    axes.grid(visible=True)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0, handletextpad=0.2, columnspacing=1)
    _name_missing(axes, [row for row in rows if row["status"] == "no figure"][:NAMED])


def _name_missing(axes: Axes, rows: Sequence[dict[str, Any]]) -> None:
    """List the largest pathways without a figure beside the plot, because a label at its point would hide others."""
    if rows:
        lines = ["largest without a figure", "(words):", ""]
        lines += [f"{shorten(row['pathway'], 34)} ({row['words_drawn']})" for row in rows]
        axes.text(1.03, 1, "\n".join(lines), transform=axes.transAxes, ha="left", va="top", size=7.5, linespacing=1.5)
