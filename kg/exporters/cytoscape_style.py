"""How networks look in Cytoscape, said once, and written for each of its programs.

The colours are those of Okabe and Ito (2008) and a light grey; people with any colour vision tell them apart. No two
things that stand in one view differ by colour only: nodes differ by shape, too, and edges by line and arrow. Labels
stand below the nodes, so that they are read on white whatever the fill, and long names fit.
"""

from itertools import pairwise
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.runtime.files import BinaryWriter

NAME = "PFOCR"
"""What Cytoscape Desktop lists the style as; an NCName, as its schema of style files demands."""


class Spelled(NamedTuple):
    """One value as the three programs spell it."""

    cx2: Any
    desktop: str
    js: str | float


class Passthrough(NamedTuple):
    """The value is what stands in the column."""

    column: str


class Discrete(NamedTuple):
    """Each text in the column has a value."""

    column: str
    values: dict[str, Spelled]


class Continuous(NamedTuple):
    """Numbers in the column, rising, and their values: straight lines between them, level beyond the ends."""

    column: str
    points: tuple[tuple[float, float], ...]


class Property(NamedTuple):
    """A visual property by its three names; the default holds where there is no mapping, or no value in its column."""

    cx2: str
    desktop: str
    js: str
    default: Spelled
    mapping: Passthrough | Discrete | Continuous | None = None


def _same(value: str | float) -> Spelled:
    return Spelled(value, str(value), value)


def _shape(name: str) -> Spelled:
    return Spelled(name, name.upper().replace("-", "_"), name)


SOLID, DASHED, DOTTED = (
    Spelled("solid", "SOLID", "solid"), Spelled("dashed", "LONG_DASH", "dashed"), Spelled("dotted", "DOT", "dotted")
)  # fmt: skip
ARROW, NO_ARROW = Spelled("triangle", "DELTA", "triangle"), Spelled("none", "NONE", "none")

NODES: dict[str, tuple[Spelled, Spelled]] = {
    "gene": (_same("#56B4E9"), _shape("ellipse")),
    "family": (_same("#0072B2"), _shape("hexagon")),
    "chemical": (_same("#E69F00"), _shape("diamond")),
    "disease": (_same("#D55E00"), _shape("triangle")),
    "unknown": (_same("#DDDDDD"), _shape("octagon")),
    "word": (_same("#009E73"), _shape("round-rectangle")),
    "figure": (_same("#F0E442"), _shape("rectangle")),
    # The shape of words, which no view shows beside papers.
    "paper": (_same("#CC79A7"), _shape("round-rectangle")),
}
"""Column `type` of a node to its fill and shape."""

EDGES: dict[str, tuple[Spelled, Spelled, Spelled]] = {
    "co-occurs": (_same("#7F7F7F"), SOLID, NO_ARROW),
    "mentions": (_same("#0072B2"), SOLID, ARROW),
    "cites": (_same("#CC79A7"), DASHED, ARROW),
    "member-of": (_same("#D55E00"), DOTTED, ARROW),
}
"""Column `interaction` of an edge to its colour, line and arrow."""

WIDTHS = ((0.0, 1.0), (1.0, 2.0), (10.0, 6.0), (100.0, 12.0))
"""Column `weight` of a co-occurrence to the width of its edge, in pixels."""

_BELOW = {
    "HORIZONTAL_ALIGN": "center", "VERTICAL_ALIGN": "top", "HORIZONTAL_ANCHOR": "center", "VERTICAL_ANCHOR": "bottom",
    "MARGIN_X": 0, "MARGIN_Y": 2, "JUSTIFICATION": "center",
}  # fmt: skip


def _by(column: str, looks: dict[str, Any], place: int) -> Discrete:
    return Discrete(column, {value: look[place] for value, look in looks.items()})


NETWORK_PROPERTIES = (
    Property("NETWORK_BACKGROUND_COLOR", "NETWORK_BACKGROUND_PAINT", "", _same("#FFFFFF")),
)  # fmt: skip

NODE_PROPERTIES = (
    Property("NODE_LABEL", "NODE_LABEL", "label", _same(""), Passthrough("name")),
    Property("NODE_LABEL_COLOR", "NODE_LABEL_COLOR", "color", _same("#000000")),
    Property("NODE_LABEL_FONT_SIZE", "NODE_LABEL_FONT_SIZE", "font-size", _same(12)),
    Property("NODE_LABEL_POSITION", "NODE_LABEL_POSITION", "text-valign", Spelled(_BELOW, "S,N,c,0.00,2.00", "bottom")),
    Property("NODE_BACKGROUND_COLOR", "NODE_FILL_COLOR", "background-color", _same("#FFFFFF"), _by("type", NODES, 0)),
    Property("NODE_SHAPE", "NODE_SHAPE", "shape", _shape("ellipse"), _by("type", NODES, 1)),
    Property("NODE_WIDTH", "NODE_WIDTH", "width", _same(30)),
    Property("NODE_HEIGHT", "NODE_HEIGHT", "height", _same(30)),
    Property("NODE_BORDER_COLOR", "NODE_BORDER_PAINT", "border-color", _same("#333333")),
    Property("NODE_BORDER_WIDTH", "NODE_BORDER_WIDTH", "border-width", _same(1)),
)

EDGE_PROPERTIES = (
    Property("EDGE_WIDTH", "EDGE_WIDTH", "width", _same(1.5), Continuous("weight", WIDTHS)),
    Property("EDGE_OPACITY", "EDGE_TRANSPARENCY", "opacity", Spelled(0.8, "204", 0.8)),
    Property("EDGE_LINE_COLOR", "EDGE_STROKE_UNSELECTED_PAINT", "line-color", _same("#7F7F7F"),
             _by("interaction", EDGES, 0)),
    Property("EDGE_LINE_STYLE", "EDGE_LINE_TYPE", "line-style", SOLID, _by("interaction", EDGES, 1)),
    Property("EDGE_TARGET_ARROW_SHAPE", "EDGE_TARGET_ARROW_SHAPE", "target-arrow-shape", NO_ARROW,
             _by("interaction", EDGES, 2)),
    Property("EDGE_TARGET_ARROW_COLOR", "EDGE_TARGET_ARROW_UNSELECTED_PAINT", "target-arrow-color", _same("#7F7F7F"),
             _by("interaction", EDGES, 0)),
)  # fmt: skip


# -- CX2, for NDEx and Cytoscape Web


def visual_properties() -> dict[str, Any]:
    """Give the one element of CX2's aspect `visualProperties`."""
    parts = {"network": NETWORK_PROPERTIES, "edge": EDGE_PROPERTIES, "node": NODE_PROPERTIES}
    return {
        "default": {part: {each.cx2: each.default.cx2 for each in of} for part, of in parts.items()},
        "nodeMapping": {each.cx2: _cx2(each.mapping) for each in NODE_PROPERTIES if each.mapping},
        "edgeMapping": {each.cx2: _cx2(each.mapping) for each in EDGE_PROPERTIES if each.mapping},
    }


def visual_editor_properties() -> dict[str, Any]:
    """Give the one element of CX2's aspect `visualEditorProperties`."""
    return {"properties": {"nodeSizeLocked": False, "arrowColorMatchesEdge": False}}


def _cx2(mapping: Passthrough | Discrete | Continuous) -> dict[str, Any]:
    match mapping:
        case Passthrough(column):
            return {"type": "PASSTHROUGH", "definition": {"attribute": column, "type": "string"}}
        case Discrete(column, values):
            pairs = [{"v": text, "vp": value.cx2} for text, value in values.items()]
            return {"type": "DISCRETE", "definition": {"attribute": column, "type": "string", "map": pairs}}
    return {
        "type": "CONTINUOUS",
        "definition": {"attribute": mapping.column, "type": "double", "map": _ranges(mapping)},
    }


def _ranges(mapping: Continuous) -> list[dict[str, Any]]:
    """Give the ranges from below the first point to above the last; every number is in one of them."""
    (first, lowest), (last, highest) = mapping.points[0], mapping.points[-1]
    between = [
        {"min": low, "max": high, "minVPValue": least, "maxVPValue": most, "includeMin": True, "includeMax": False}
        for (low, least), (high, most) in pairwise(mapping.points)
    ]
    below = {"max": first, "maxVPValue": lowest, "includeMin": False, "includeMax": False}
    return [below, *between, {"min": last, "minVPValue": highest, "includeMin": True, "includeMax": False}]


# -- Cytoscape Desktop


class CytoscapeStyle:
    """A style file for Cytoscape Desktop: File > Import > Styles from File. It is the same for every build."""

    suffixes: tuple[str, ...] = (".style.xml",)
    of_views = False
    counted = "properties"

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write the style; return the number of visual properties."""
        del graph, view  # the look knows neither
        file.write(desktop().encode())
        return len(NETWORK_PROPERTIES) + len(NODE_PROPERTIES) + len(EDGE_PROPERTIES)


def desktop() -> str:
    """Give the style as Cytoscape Desktop's XML (`vizmap.xsd`, document version 3.1)."""
    parts = {
        "network": (NETWORK_PROPERTIES, ""),
        "node": (NODE_PROPERTIES, '      <dependency name="nodeSizeLocked" value="false"/>\n'),
        "edge": (EDGE_PROPERTIES, '      <dependency name="arrowColorMatchesEdge" value="false"/>\n'),
    }
    body = "".join(
        f"    <{part}>\n{dependency}{''.join(map(_element, of))}    </{part}>\n"
        for part, (of, dependency) in parts.items()
    )
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<vizmap id="{NAME}" documentVersion="3.1">\n'
    return f'{head}  <visualStyle name="{NAME}">\n{body}  </visualStyle>\n</vizmap>\n'


def _element(each: Property) -> str:
    start = f'      <visualProperty name="{each.desktop}" default={quoteattr(each.default.desktop)}'
    if each.mapping is None:
        return f"{start}/>\n"
    return f"{start}>\n{_mapping(each.mapping)}      </visualProperty>\n"


def _mapping(mapping: Passthrough | Discrete | Continuous) -> str:
    kind = type(mapping).__name__.lower()
    dtype = "float" if isinstance(mapping, Continuous) else "string"
    start = f'        <{kind}Mapping attributeName="{mapping.column}" attributeType="{dtype}"'
    match mapping:
        case Passthrough():
            return f"{start}/>\n"
        case Discrete(_, values):
            lines = [
                f'<discreteMappingEntry attributeValue="{text}" value="{value.desktop}"/>'
                for text, value in values.items()
            ]
        case Continuous(_, points):
            lines = [
                f'<continuousMappingPoint attrValue="{x}" lesserValue="{y}" equalValue="{y}" greaterValue="{y}"/>'
                for x, y in points
            ]
    return f"{start}>\n" + "".join(f"          {line}\n" for line in lines) + f"        </{kind}Mapping>\n"


# -- Cytoscape.js


def stylesheet() -> list[dict[str, Any]]:
    """Give the style as Cytoscape.js takes it: a list of selectors and what they style, the last match wins."""
    # Its default edges have no arrows; curved ones do not lie on each other where they share both ends.
    nodes = _rules("node", NODE_PROPERTIES, {"text-margin-y": _BELOW["MARGIN_Y"]})
    return [*nodes, *_rules("edge", EDGE_PROPERTIES, {"curve-style": "bezier"})]


def _rules(part: str, properties: tuple[Property, ...], also: dict[str, Any]) -> list[dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = {part: {each.js: each.default.js for each in properties} | also}
    for each in properties:
        match each.mapping:
            case Passthrough(column):
                rules.setdefault(f"{part}[{column}]", {})[each.js] = f"data({column})"
            case Discrete(column, values):
                for text, value in values.items():
                    rules.setdefault(f'{part}[{column} = "{text}"]', {})[each.js] = value.js
            case Continuous(column, points):
                for (low, least), (high, most) in pairwise(points):
                    mapped = f"mapData({column}, {low}, {high}, {least}, {most})"
                    rules.setdefault(f"{part}[{column} >= {low}]", {})[each.js] = mapped
    return [{"selector": selector, "style": style} for selector, style in rules.items()]
