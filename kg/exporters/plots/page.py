"""Shared parts of all plots: page, style, colours, short names, and the bytes of a file (extra `plot`).

The same plot gives the same bytes. It has no time, no program version and no random ids. It uses matplotlib's own style
and font, and not the user's style. Names are never read as formulas. Colours are those of
`kg.exporters.cytoscape_style`. Figures are not registered with pyplot.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from textwrap import wrap
from typing import Any
from warnings import catch_warnings, filterwarnings

import pyarrow as pa
from matplotlib import style
from matplotlib.figure import Figure

from kg.exporters.cytoscape_style import NODES
from kg.model.records import CATEGORIES

DPI = 160
HEAD, FOOT = 0.72, 0.4
"""Inches for one line of title and two of note above a plot, and for the legend below a network."""

COLOURS = {str(category): str(NODES[category][0].js) for category in CATEGORIES} | {"unknown": "#999999"}
"""Category to colour, as in Cytoscape; the grey is darker, because lines of the light one would be invisible."""

INK, PALE = "#222222", "#8C8C8C"

_STYLE = {
    "figure.dpi": DPI, "savefig.dpi": DPI, "font.size": 9, "axes.labelsize": 9, "legend.fontsize": 8,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": PALE, "xtick.color": INK, "ytick.color": INK,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True, "grid.color": "#E3E3E3",
    "legend.frameon": False, "text.parse_math": False, "svg.hashsalt": "kg", "svg.fonttype": "none",
}  # fmt: skip
_NO_METADATA: dict[str, dict[str, Any]] = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}


@contextmanager
def plot_style() -> Iterator[None]:
    """Set matplotlib's style for the plots; restore the user's afterwards."""
    with style.context(["default", _STYLE]), catch_warnings():
        # A character that the font lacks is drawn as a box; for SVG the fonts of the reader may have it.
        filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        yield


def file_bytes(figure: Figure, format_: str) -> bytes:
    """Return a plot as the bytes of a `png` or `svg` file; call it inside `plot_style`."""
    file = BytesIO()
    figure.savefig(file, format=format_, metadata=_NO_METADATA[format_])
    return file.getvalue()


def new_page(width: float = 7.5, height: float = 5) -> Figure:
    """Create an empty page with space for the head; its size is in inches."""
    figure = Figure(figsize=(width, height), layout="constrained")
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.set(rect=(0.01, 0.01, 0.98, 0.98 - HEAD / height))  # type: ignore[call-arg]
    return figure


def add_head(figure: Figure, title: str, note: str) -> None:
    """Write a title and a note above a plot."""
    width, height = figure.get_size_inches()
    figure.text(0.15 / width, 1 - 0.13 / height, shorten(title, int(width * 8)), size=12, weight="bold", va="top")
    lines = "\n".join(wrap(note, int(width * 15)))
    figure.text(0.15 / width, 1 - 0.39 / height, lines, size=8.5, va="top", color="#555555")


def empty_plot() -> Figure:
    """Create a plot that says that there is nothing to draw."""
    figure = new_page(height=2)
    figure.text(0.5, 0.3, "Nothing to draw: the build has none of this, or the filters keep none.", ha="center")
    return figure


def column(table: pa.Table, name: str) -> list[Any]:
    """Return the values of a column of numbers for a plot."""
    values: list[Any] = table[name].to_pylist()
    return values


def shorten(name: str, longest: int = 24) -> str:
    """Return a name on one line, cut to `longest` characters; `?` for an empty one, because an empty text has no size.

    >>> shorten("a  b"), shorten("tumour necrosis factor", 8), shorten("")
    ('a b', 'tumour …', '?')
    """
    folded = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    return (folded if len(folded) <= longest else folded[: longest - 1] + "…") or "?"
