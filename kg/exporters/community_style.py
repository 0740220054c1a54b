"""The look of networks by community: a style beside the one by type."""

from typing import Any

from kg.exporters.style_values import Continuous, Property, StyleValue

OTHER = "#DDDDDD"
"""Fill of a node of a smaller community, or of none."""

COMMUNITIES = ("#56B4E9", "#E69F00", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
"""Fills of the communities 1 to 7, the largest first; the colours of Okabe and Ito (2008)."""

FILL = Continuous("community", tuple(enumerate((*COMMUNITIES, OTHER), start=1)), dtype="integer")
"""Column `community` to the fill. It is continuous, because Cytoscape reads the numbers of JSON as doubles, on which a
discrete mapping of whole numbers finds nothing."""


def by_community(properties: tuple[Property, ...]) -> tuple[Property, ...]:
    """Return visual properties of nodes with the fill of the community; shapes still tell the types apart."""
    look: dict[str, Any] = {"default": StyleValue(OTHER, OTHER, OTHER), "mapping": FILL}
    return tuple(item._replace(**look) if item.cx2 == "NODE_BACKGROUND_COLOR" else item for item in properties)
