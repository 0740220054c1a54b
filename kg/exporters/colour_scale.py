"""Colours of numbers that are joined to the nodes of a network.

Around 0, if there are numbers of both signs: blue, nearly white, red. Otherwise pale yellow to dark brown, from the
least number to the greatest. Both are of ColorBrewer (Harrower and Brewer 2003), which marks them as safe for people
who lack one kind of cone.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from kg.exporters.style_values import Continuous, Property, StyleValue
from kg.graph.joined import JoinedColumn
from kg.graph.views import View

DIVERGING = ("#2166AC", "#F7F7F7", "#B2182B")
SEQUENTIAL = ("#FFFFD4", "#FE9929", "#993404")
MISSING = "#CCCCCC"
"""Colour of a node without a number."""


class ColourScale(NamedTuple):
    """Colours of the numbers of a column: linear between the points, constant beyond the ends."""

    column: str
    dtype: type
    """int or float."""
    points: tuple[tuple[float, str], ...]
    """Three rising numbers with their colours."""

    def colour(self, value: float | None) -> str:
        """Return the colour of a number, MISSING for None.

        >>> scale = ColourScale("fold change", float, ((-2.0, "#000000"), (0.0, "#FFFFFF"), (2.0, "#FF0000")))
        >>> scale.colour(-1), scale.colour(0), scale.colour(9), scale.colour(None)
        ('#808080', '#FFFFFF', '#FF0000', '#CCCCCC')
        """
        if value is None:
            return MISSING
        if value <= self.points[0][0]:
            return self.points[0][1]
        for (low, start), (high, end) in pairwise(self.points):
            if value <= high:
                return _between(start, end, (value - low) / (high - low))
        return self.points[-1][1]


def _between(start: str, end: str, part: float) -> str:
    parts = (round(one + part * (other - one)) for one, other in zip(_parts(start), _parts(end), strict=True))
    return "#" + "".join(f"{value:02X}" for value in parts)


def _parts(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def scale_of(column: JoinedColumn, shown: Iterable[str]) -> ColourScale:
    """Return the colours of a column, between the least and the greatest number of the nodes `shown`.

    >>> scale_of(JoinedColumn("fold change", float, {"g:1": -1.0, "g:2": 3.0}), ["g:1", "g:2"]).points
    ((-3.0, '#2166AC'), (0.0, '#F7F7F7'), (3.0, '#B2182B'))
    >>> scale_of(JoinedColumn("rank", int, {"g:1": 1, "g:2": 3}), ["g:1", "g:2"]).points
    ((1.0, '#FFFFD4'), (2.0, '#FE9929'), (3.0, '#993404'))
    """
    values = [float(column.values[id_]) for id_ in shown if id_ in column.values]
    least, most = min(values, default=0.0), max(values, default=0.0)
    if least < 0 < most:
        far = max(-least, most)
        return ColourScale(column.name, column.dtype, tuple(zip((-far, 0.0, far), DIVERGING, strict=True)))
    if least == most:  # one number alone: the distance to 0 counts, so that the points rise
        least, most = min(least, 0.0), max(most, 0.0) or float(least == 0)
    middle = least / 2 + most / 2
    return ColourScale(column.name, column.dtype, tuple(zip((least, middle, most), SEQUENTIAL, strict=True)))


def colour_scale(view: View) -> ColourScale | None:
    """Return the colours of a network; None for a view without joined numbers."""
    if view.listed is None or view.listed.colour is None:
        return None
    return scale_of(view.listed.colour, view.fetch("SELECT entity_id FROM view_entities")["entity_id"].to_pylist())


def of_view(properties: tuple[Property, ...], view: View) -> tuple[Property, ...]:
    """Return the visual properties of nodes for a view: without columns that it lacks, and with colours of numbers."""
    if view.listed is None:
        return tuple(item._replace(mapping=None) if _reads(item, "query") else item for item in properties)
    scale = colour_scale(view)
    if scale is None:
        return properties
    fill = Continuous(scale.column, scale.points, dtype="integer" if scale.dtype is int else "double")
    coloured: dict[str, Any] = {
        "NODE_BACKGROUND_COLOR": {"default": StyleValue(MISSING, MISSING, MISSING), "mapping": fill},
        "NODE_BACKGROUND_OPACITY": {"mapping": None},  # because a pale fill would be another number
    }
    return tuple(item._replace(**coloured.get(item.cx2, {})) for item in properties)


def _reads(item: Property, column: str) -> bool:
    return item.mapping is not None and item.mapping.column == column
