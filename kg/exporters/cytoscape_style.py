"""The visual style of networks, defined once and written for each program of Cytoscape.

The colours are those of Okabe and Ito (2008) and a light grey; people with any colour vision can distinguish them.
Within a view nodes differ by shape, too, and edges by line and arrow. Doubtful readings are pale. Labels are below the
nodes, so that they are readable whatever the fill, and long names fit.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import quoteattr

from kg.exporters.colour_scale import colour_scale, of_view
from kg.exporters.community_style import by_community
from kg.exporters.style_values import Continuous, Discrete, Passthrough, Property, StyleValue
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.runtime.files import BinaryWriter

NAME = "PFOCR"
"""Name of the style in Cytoscape Desktop; an NCName, as the schema of its style files requires."""

BY_COMMUNITY, BY_TYPE = "PFOCR communities", "PFOCR types"
"""Names of the style by community and, where the first one shows joined numbers, of the one by type."""

Styles = dict[str, tuple[Property, ...]]
"""Names of styles in Cytoscape Desktop to their properties of nodes."""


def _same(value: str | float) -> StyleValue:
    return StyleValue(value, str(value), value)


def _shape(name: str) -> StyleValue:
    return StyleValue(name, name.upper().replace("-", "_"), name)


SOLID, DASHED, DOTTED = (
    StyleValue("solid", "SOLID", "solid"),
    StyleValue("dashed", "LONG_DASH", "dashed"),
    StyleValue("dotted", "DOT", "dotted"),
)
ARROW, NO_ARROW = StyleValue("triangle", "DELTA", "triangle"), StyleValue("none", "NONE", "none")

NODES: dict[str, tuple[StyleValue, StyleValue]] = {
    "gene": (_same("#56B4E9"), _shape("ellipse")),
    "family": (_same("#0072B2"), _shape("hexagon")),
    "chemical": (_same("#E69F00"), _shape("diamond")),
    "disease": (_same("#D55E00"), _shape("triangle")),
    "unknown": (_same("#DDDDDD"), _shape("octagon")),
    "word": (_same("#009E73"), _shape("round-rectangle")),
    "figure": (_same("#F0E442"), _shape("rectangle")),
    # Papers share the shape of words, because no view shows both.
    "paper": (_same("#CC79A7"), _shape("round-rectangle")),
}
"""Column `type` of a node to its fill and shape."""

EDGES: dict[str, tuple[StyleValue, StyleValue, StyleValue]] = {
    "co-occurs": (_same("#7F7F7F"), SOLID, NO_ARROW),
    "mentions": (_same("#0072B2"), SOLID, ARROW),
    "cites": (_same("#CC79A7"), DASHED, ARROW),
    "member-of": (_same("#D55E00"), DOTTED, ARROW),
}
"""Column `interaction` of an edge to its colour, line and arrow."""

WIDTHS = ((0.0, 1.0), (1.0, 2.0), (10.0, 6.0), (100.0, 12.0))
"""Column `weight` of a co-occurrence to the width of its edge, in pixels."""

FILL_OPACITIES = ((0.0, 0.2), (0.5, 0.5), (0.95, 1.0))
"""Column `probability` of an entity, the mean of its mentions, to the opacity of its fill."""

LINE_OPACITIES = ((0.0, 0.8), (0.5, 0.4), (1.0, 0.2))
"""Column `doubt` of a co-occurrence, the part of its figures without two sure words, to the opacity of its line."""

_DESKTOP_TYPES = {"string": "string", "boolean": "boolean", "double": "float", "integer": "integer"}
"""Types of columns in CX2 and in Cytoscape Desktop."""

_OPAQUE = 255
"""An opacity of 1 in Cytoscape Desktop."""

_BELOW = {
    "HORIZONTAL_ALIGN": "center", "VERTICAL_ALIGN": "top", "HORIZONTAL_ANCHOR": "center", "VERTICAL_ANCHOR": "bottom",
    "MARGIN_X": 0, "MARGIN_Y": 2, "JUSTIFICATION": "center",
}  # fmt: skip


def _by(column: str, styles: dict[str, Any], index: int) -> Discrete:
    return Discrete(column, {text: values[index] for text, values in styles.items()})


NETWORK_PROPERTIES = (
    Property("NETWORK_BACKGROUND_COLOR", "NETWORK_BACKGROUND_PAINT", "", _same("#FFFFFF")),
)  # fmt: skip

NODE_PROPERTIES = (
    Property("NODE_LABEL", "NODE_LABEL", "label", _same(""), Passthrough("name")),
    Property("NODE_LABEL_COLOR", "NODE_LABEL_COLOR", "color", _same("#000000")),
    Property("NODE_LABEL_FONT_SIZE", "NODE_LABEL_FONT_SIZE", "font-size", _same(12)),
    Property(
        "NODE_LABEL_POSITION", "NODE_LABEL_POSITION", "text-valign", StyleValue(_BELOW, "S,N,c,0.00,2.00", "bottom")
    ),
    Property("NODE_BACKGROUND_COLOR", "NODE_FILL_COLOR", "background-color", _same("#FFFFFF"), _by("type", NODES, 0)),
    Property("NODE_BACKGROUND_OPACITY", "NODE_TRANSPARENCY", "background-opacity", StyleValue(1, str(_OPAQUE), 1),
             Continuous("probability", FILL_OPACITIES, _OPAQUE)),
    Property("NODE_SHAPE", "NODE_SHAPE", "shape", _shape("ellipse"), _by("type", NODES, 1)),
    Property("NODE_WIDTH", "NODE_WIDTH", "width", _same(30)),
    Property("NODE_HEIGHT", "NODE_HEIGHT", "height", _same(30)),
    Property("NODE_BORDER_COLOR", "NODE_BORDER_PAINT", "border-color", _same("#333333"),
             Discrete("query", {"true": _same("#000000")}, "boolean")),
    Property("NODE_BORDER_WIDTH", "NODE_BORDER_WIDTH", "border-width", _same(1),
             Discrete("query", {"true": _same(3)}, "boolean")),
)  # fmt: skip

EDGE_PROPERTIES = (
    Property("EDGE_WIDTH", "EDGE_WIDTH", "width", _same(1.5), Continuous("weight", WIDTHS)),
    Property("EDGE_OPACITY", "EDGE_TRANSPARENCY", "opacity", StyleValue(0.8, "204", 0.8),
             Continuous("doubt", LINE_OPACITIES, _OPAQUE)),
    Property("EDGE_LINE_COLOR", "EDGE_STROKE_UNSELECTED_PAINT", "line-color", _same("#7F7F7F"),
             _by("interaction", EDGES, 0)),
    Property("EDGE_LINE_STYLE", "EDGE_LINE_TYPE", "line-style", SOLID, _by("interaction", EDGES, 1)),
    Property("EDGE_TARGET_ARROW_SHAPE", "EDGE_TARGET_ARROW_SHAPE", "target-arrow-shape", NO_ARROW,
             _by("interaction", EDGES, 2)),
    Property("EDGE_TARGET_ARROW_COLOR", "EDGE_TARGET_ARROW_UNSELECTED_PAINT", "target-arrow-color", _same("#7F7F7F"),
             _by("interaction", EDGES, 0)),
)  # fmt: skip


def mapped_columns(properties: Iterable[Property]) -> set[str]:
    """Return the columns that these properties read."""
    return {item.mapping.column for item in properties if item.mapping}


# -- CX2 of NDEx and Cytoscape Web


def visual_properties(nodes: tuple[Property, ...] = NODE_PROPERTIES) -> dict[str, Any]:
    """Return the one element of CX2's aspect `visualProperties`, with the properties of nodes given."""
    parts = {"network": NETWORK_PROPERTIES, "edge": EDGE_PROPERTIES, "node": nodes}
    return {
        "default": {part: {item.cx2: item.default.cx2 for item in items} for part, items in parts.items()},
        "nodeMapping": {item.cx2: _cx2(item.mapping) for item in nodes if item.mapping},
        "edgeMapping": {item.cx2: _cx2(item.mapping) for item in EDGE_PROPERTIES if item.mapping},
    }


def visual_editor_properties() -> dict[str, Any]:
    """Return the one element of CX2's aspect `visualEditorProperties`."""
    return {"properties": {"nodeSizeLocked": False, "arrowColorMatchesEdge": False}}


def _cx2(mapping: Passthrough | Discrete | Continuous) -> dict[str, Any]:
    match mapping:
        case Passthrough(column):
            return {"type": "PASSTHROUGH", "definition": {"attribute": column, "type": "string"}}
        case Discrete(column, values, dtype):
            pairs = [{"v": text if dtype == "string" else True, "vp": value.cx2} for text, value in values.items()]
            return {"type": "DISCRETE", "definition": {"attribute": column, "type": dtype, "map": pairs}}
    return {
        "type": "CONTINUOUS",
        "definition": {"attribute": mapping.column, "type": mapping.dtype, "map": _ranges(mapping)},
    }


def _ranges(mapping: Continuous) -> list[dict[str, Any]]:
    """Return the ranges from below the first point to above the last; together they cover all numbers."""
    (first, lowest), (last, highest) = mapping.points[0], mapping.points[-1]
    between = [
        {"min": low, "max": high, "minVPValue": least, "maxVPValue": most, "includeMin": True, "includeMax": False}
        for (low, least), (high, most) in pairwise(mapping.points)
    ]
    below = {"max": first, "maxVPValue": lowest, "includeMin": False, "includeMax": False}
    return [below, *between, {"min": last, "minVPValue": highest, "includeMin": True, "includeMax": False}]


# -- Cytoscape Desktop


class CytoscapeStyle:
    """Exporter of a file of styles for Cytoscape Desktop: File > Import > Styles from File. It is equal for all builds.

    With a network whose numbers are joined, the first style has the colours of these numbers.
    """

    suffixes: tuple[str, ...] = (".style.xml",)
    of_views = False
    of_lists = True
    counted = "styles"

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write the styles; return their number."""
        del graph  # the styles do not depend on it
        styles = styles_of(view)
        file.write(desktop(styles).encode())
        return len(styles)


def styles_of(view: View | None) -> Styles:
    """Return the styles for a view: by type or, with joined numbers, by these; by community; then also by type."""
    by_type = NODE_PROPERTIES if view is None or view.listed else of_view(NODE_PROPERTIES, view)
    styles = {NAME: by_type, BY_COMMUNITY: by_community(by_type)}
    if view is not None and colour_scale(view):
        styles |= {NAME: of_view(NODE_PROPERTIES, view), BY_TYPE: by_type}
    return styles


def desktop(styles: Styles = {NAME: NODE_PROPERTIES}) -> str:  # noqa: B006 it is not changed
    """Return styles as Cytoscape Desktop's XML (`vizmap.xsd`, document version 3.1): name to properties of nodes."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<vizmap id="{NAME}" documentVersion="3.1">\n'
    return head + "".join(_visual_style(name, nodes) for name, nodes in styles.items()) + "</vizmap>\n"


def _visual_style(name: str, nodes: tuple[Property, ...]) -> str:
    parts = {
        "network": (NETWORK_PROPERTIES, ""),
        "node": (nodes, '      <dependency name="nodeSizeLocked" value="false"/>\n'),
        "edge": (EDGE_PROPERTIES, '      <dependency name="arrowColorMatchesEdge" value="false"/>\n'),
    }
    body = "".join(
        f"    <{part}>\n{dependency}{''.join(map(_element, properties))}    </{part}>\n"
        for part, (properties, dependency) in parts.items()
    )
    return f'  <visualStyle name="{name}">\n{body}  </visualStyle>\n'


def _element(item: Property) -> str:
    start = f'      <visualProperty name="{item.desktop}" default={quoteattr(item.default.desktop)}'
    if item.mapping is None:
        return f"{start}/>\n"
    return f"{start}>\n{_mapping(item.mapping)}      </visualProperty>\n"


def _mapping(mapping: Passthrough | Discrete | Continuous) -> str:
    kind = type(mapping).__name__.lower()
    dtype = "string" if isinstance(mapping, Passthrough) else _DESKTOP_TYPES[mapping.dtype]
    start = f'        <{kind}Mapping attributeName={quoteattr(mapping.column)} attributeType="{dtype}"'
    match mapping:
        case Passthrough():
            return f"{start}/>\n"
        case Discrete(values=values):
            lines = [
                f'<discreteMappingEntry attributeValue="{text}" value="{value.desktop}"/>'
                for text, value in values.items()
            ]
        case Continuous(points=points):
            values_at = [(x, mapping.desktop(y)) for x, y in points]
            lines = [
                f'<continuousMappingPoint attrValue="{x}" lesserValue="{y}" equalValue="{y}" greaterValue="{y}"/>'
                for x, y in values_at
            ]
    return f"{start}>\n" + "".join(f"          {line}\n" for line in lines) + f"        </{kind}Mapping>\n"


# -- Cytoscape.js

_COLOURED = {"selector": "node[colour]", "style": {"background-color": "data(colour)", "background-opacity": 1}}
"""The fill of nodes with a joined number: Python works out the colour, because a name of a column may hold anything."""


def stylesheet(nodes: tuple[Property, ...] = NODE_PROPERTIES) -> list[dict[str, Any]]:
    """Return the style for Cytoscape.js: a list of selectors with their styles; the last match wins."""
    # Its default edges have no arrows. Curved ones do not hide each other where they share both ends.
    rules = _rules("node", nodes, {"text-margin-y": _BELOW["MARGIN_Y"]})
    return [*rules, _COLOURED, *_rules("edge", EDGE_PROPERTIES, {"curve-style": "bezier"})]


def _rules(part: str, properties: tuple[Property, ...], more: dict[str, Any]) -> list[dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = {part: {item.js: item.default.js for item in properties} | more}
    for item in properties:
        match item.mapping:
            case Passthrough(column):
                rules.setdefault(f"{part}[{column}]", {})[item.js] = f"data({column})"
            case Discrete(column, values, dtype):
                for text, value in values.items():
                    selector = f'[{column} = "{text}"]' if dtype == "string" else f"[?{column}]"
                    rules.setdefault(f"{part}{selector}", {})[item.js] = value.js
            case Continuous(column, points):
                for (low, least), (high, most) in pairwise(points):
                    mapped = f"mapData({column}, {low}, {high}, {least}, {most})"
                    rules.setdefault(f"{part}[{column} >= {low}]", {})[item.js] = mapped
    return [{"selector": selector, "style": style} for selector, style in rules.items()]
