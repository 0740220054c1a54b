"""The meanings that fills of nodes may have: types, communities, or numbers that are joined to a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from kg.errors import ParameterError, UnknownChoice
from kg.exporters.colour_scale import colour_scale
from kg.exporters.cytoscape_style import BY_COMMUNITY, BY_TYPE, NAME, styles_of
from kg.exporters.network_columns import MOST_EDGES, has_communities

if TYPE_CHECKING:
    from kg.exporters.style_values import Property
    from kg.graph.views import View

Look = Literal["type", "community", "numbers"]

LOOKS: tuple[Look, ...] = ("type", "community", "numbers")
"""Meanings of fills."""


def checked_look(view: View, look: Look | None, default: Look = "type") -> Look:
    """Return a look that a view can have; without one `numbers` if it has joined ones, otherwise `default`.

    Where a view has no communities, `type` stands for a default of `community`. Raises UnknownChoice for another look,
    ParameterError for one that the view cannot have.
    """
    numbers = colour_scale(view) is not None
    if look is None:
        return "numbers" if numbers else default if has_communities(view) else "type"
    if look not in LOOKS:
        raise UnknownChoice("style", look, LOOKS)
    if look == "numbers" and not numbers:
        raise ParameterError("--style numbers shows joined numbers; give some with --genes FILE or --join TABLE")
    if look == "community" and not has_communities(view):
        raise ParameterError(f"--style community: over {MOST_EDGES:,} edges have no communities; --top takes fewer")
    return look


def node_properties(view: View, look: Look) -> tuple[Property, ...]:
    """Return the visual properties of nodes for a view in a look."""
    styles = styles_of(view)
    if look == "type":
        return styles.get(BY_TYPE, styles[NAME])  # NAME is the style by type where no numbers are joined
    return styles[BY_COMMUNITY if look == "community" else NAME]
