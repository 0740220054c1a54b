"""What all pictures share: page, style, colours, names, and how they become the bytes of a file (extra `plot`).

The same picture gives the same bytes: no clock, no program version, no random ids, the style of matplotlib itself and
not the user's, the font that comes with it. Names are never read as formulas. Colours are
those of kg.exporters.style. No figure is known to pyplot.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from textwrap import wrap
from typing import Any
from warnings import catch_warnings, filterwarnings

import numpy as np
from matplotlib import style
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kg.exporters.cytoscape_style import NODES
from kg.model.records import CATEGORIES

Reals = NDArray[np.float64]

DPI = 160
HEAD, FOOT = 0.72, 0.4
"""Inches at the top of every picture, one line of title and two of note, and for the legend below a network."""

COLOURS = {str(category): str(NODES[category][0].js) for category in CATEGORIES} | {"unknown": "#999999"}
"""The fills that networks have in Cytoscape, too; but the light grey could not be seen as a line."""

INK, PALE = "#222222", "#8C8C8C"

_STYLE = {
    "figure.dpi": DPI, "savefig.dpi": DPI, "font.size": 9, "axes.labelsize": 9, "legend.fontsize": 8,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": PALE, "xtick.color": INK, "ytick.color": INK,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True, "grid.color": "#E3E3E3",
    "legend.frameon": False, "text.parse_math": False, "svg.hashsalt": "kg", "svg.fonttype": "none",
}  # fmt: skip
_SILENT: dict[str, dict[str, Any]] = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}


@contextmanager
def styled() -> Iterator[None]:
    """Set matplotlib up for our pictures, and back again."""
    with style.context(["default", _STYLE]), catch_warnings():
        # A character that the font has not is drawn as a box; in SVG the reader's fonts may have it.
        filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        yield


def saved(figure: Figure, format_: str) -> bytes:
    """Give a picture as the bytes of a `png` or `svg` file; only inside `styled`."""
    file = BytesIO()
    figure.savefig(file, format=format_, metadata=_SILENT[format_])
    return file.getvalue()


def page(width: float = 7.5, height: float = 5) -> Figure:
    """Give an empty page, its size in inches, with room for the head."""
    figure = Figure(figsize=(width, height), layout="constrained")
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.set(rect=(0.01, 0.01, 0.98, 0.98 - HEAD / height))  # type: ignore[call-arg]
    return figure


def head(figure: Figure, title: str, note: str) -> None:
    """Put a title and a note over a picture."""
    width, height = figure.get_size_inches()
    figure.text(0.15 / width, 1 - 0.13 / height, short(title, int(width * 8)), size=12, weight="bold", va="top")
    lines = "\n".join(wrap(note, int(width * 15)))
    figure.text(0.15 / width, 1 - 0.39 / height, lines, size=8.5, va="top", color="#555555")


def nothing() -> Figure:
    """Give a picture that says that there is none."""
    figure = page(height=2)
    figure.text(0.5, 0.3, "Nothing to draw: the build has none of this, or the filters keep none.", ha="center")
    return figure


def short(name: str, longest: int = 24) -> str:
    """Give a name on one line, cut where it is long; never the empty text, which has no size.

    >>> short("a  b"), short("tumour necrosis factor", 8), short("")
    ('a b', 'tumour …', '?')
    """
    folded = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    return (folded if len(folded) <= longest else folded[: longest - 1] + "…") or "?"
