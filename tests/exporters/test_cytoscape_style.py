"""The look: told apart by any eye, the same in all three programs, and in the words that each of them knows."""

import json
import re
from io import BytesIO
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from kg.exporters.colour_scale import DIVERGING, MISSING, SEQUENTIAL, ColourScale, scale_of
from kg.exporters.community_style import COMMUNITIES, OTHER, by_community
from kg.exporters.cytoscape_style import (
    BY_COMMUNITY,
    EDGE_PROPERTIES,
    EDGES,
    NETWORK_PROPERTIES,
    NODE_PROPERTIES,
    NODES,
    CytoscapeStyle,
    desktop,
    stylesheet,
    visual_properties,
)
from kg.graph.joined import JoinedColumn
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.records import CATEGORIES

ALL = (*NETWORK_PROPERTIES, *NODE_PROPERTIES, *EDGE_PROPERTIES)
MAPPED = [each for each in ALL if each.mapping]
PARTS = (0.0, 0.02, 0.25, 0.5, 0.7, 0.94, 0.95, 1.0)
OPACITIES = {"NODE_BACKGROUND_OPACITY", "EDGE_OPACITY"}
WEIGHTS = (0.0, 0.25, 1.0, 5.5, 10.0, 55.0, 99.0, 100.0, 5000.0)

# What the programs know: CX2 Visual Styles (cytoscape.org, 2024), Cytoscape's vizmap.xsd and presentation API,
# js.cytoscape.org.
SHAPES = {"ellipse", "triangle", "rectangle", "round-rectangle", "diamond", "hexagon", "octagon"}
DESKTOP_LINES = {"SOLID", "LONG_DASH", "EQUAL_DASH", "DOT", "DASH_DOT"}
DESKTOP_ARROWS = {"NONE", "DELTA", "ARROW", "CIRCLE", "DIAMOND", "T"}


def test_every_type_and_interaction_of_a_view_has_a_look() -> None:
    assert set(NODES) == {*CATEGORIES, "word", "figure", "paper"}
    assert set(EDGES) == {"mentions", "cites", "member-of", "co-occurs"}


def test_what_stands_in_one_view_differs_by_more_than_colour() -> None:
    shapes = {type_: shape.cx2 for type_, (_, shape) in NODES.items()}
    assert {pair for pair in combinations(shapes, 2) if shapes[pair[0]] == shapes[pair[1]]} == {("word", "paper")}
    assert len({(line.cx2, arrow.cx2) for _, line, arrow in EDGES.values()}) == len(EDGES)


# How colours look without one kind of cone: Machado, Oliveira and Fernandes (2009), severity 1, of linear RGB.
EYES = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no long": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no middle": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no short": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, eye: str) -> Any:
    """Give a colour of sRGB, seen by an eye, in CIE 1976 L*a*b* under D65."""
    given = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(given <= 0.04045, given / 12.92, ((given + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(XYZ @ np.clip(np.array(EYES[eye]) @ linear, 1e-3, 1) / np.array([0.9505, 1, 1.089]))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_colours_of_known_values() -> None:
    assert lab("#FFFFFF", "all cones") == pytest.approx([100, 0, 0], abs=0.1)
    assert lab("#0072B2", "all cones") == pytest.approx([46, -1, -44], abs=3)


@pytest.mark.parametrize("eye", EYES)
def test_any_eye_tells_the_fills_apart(eye: str) -> None:
    fills = [fill.cx2 for fill, _ in NODES.values()]
    # 2.3 is the least difference that is seen side by side.
    assert min(np.linalg.norm(lab(one, eye) - lab(other, eye)) for one, other in combinations(fills, 2)) > 15


# -- the three programs show the same


def by_cx2(name: str, part: str, row: dict[str, Any]) -> Any:
    """Work out a visual property as Cytoscape Web does."""
    look = visual_properties()
    mapping = look[f"{part}Mapping"].get(name, {"definition": {"attribute": ""}})
    value = row.get(mapping["definition"]["attribute"])
    if value is None:
        return look["default"][part][name]
    if mapping["type"] == "PASSTHROUGH":
        return value
    if mapping["type"] == "DISCRETE":
        found = {each["v"]: each["vp"] for each in mapping["definition"]["map"]}
        return found.get(value, look["default"][part][name])
    [range_] = [each for each in mapping["definition"]["map"] if each.get("min", -1e9) <= value < each.get("max", 1e9)]
    if "min" not in range_ or "max" not in range_:
        return range_.get("minVPValue", range_.get("maxVPValue"))
    return between(value, (range_["min"], range_["minVPValue"]), (range_["max"], range_["maxVPValue"]))


def between(value: float, low: tuple[float, float], high: tuple[float, float]) -> float:
    share = min(max((value - low[0]) / (high[0] - low[0]), 0), 1)
    return low[1] + share * (high[1] - low[1])


def by_desktop(name: str, part: str, row: dict[str, Any]) -> Any:
    """Work out a visual property as Cytoscape Desktop does from the style file."""
    [property_] = ET.fromstring(desktop()).findall(f"visualStyle/{part}/visualProperty[@name='{name}']")
    mapping = next(iter(property_), None)
    value = row.get(mapping.get("attributeName", "")) if mapping is not None else None
    if mapping is None or value is None:
        return property_.get("default")
    if mapping.tag == "passthroughMapping":
        return value
    if mapping.tag == "discreteMapping":
        found = {each.get("attributeValue"): each.get("value") for each in mapping}
        return found.get(str(value).lower() if isinstance(value, bool) else value, property_.get("default"))
    points = [(float(each.get("attrValue", "")), float(each.get("equalValue", ""))) for each in mapping]
    if value >= points[-1][0]:
        return points[-1][1]
    [(low, high)] = [(low, high) for low, high in pairwise(points) if low[0] <= value < high[0]]
    return between(value, low, high)


def by_js(name: str, part: str, row: dict[str, Any]) -> Any:
    """Work out a style property as Cytoscape.js does: the last rule that fits."""
    found: Any = None
    for rule in stylesheet():
        if name in rule["style"] and fits(rule["selector"], part, row):
            found = rule["style"][name]
    if mapped := re.fullmatch(r"(map)?[dD]ata\((.*)\)", str(found)):
        column, *numbers = mapped[2].split(", ")
        if not mapped[1]:
            return row[column]
        low, high, least, most = map(float, numbers)
        return between(row[column], (low, least), (high, most))
    return found


def fits(selector: str, part: str, row: dict[str, Any]) -> bool:
    parsed = re.fullmatch(r'(node|edge)(?:\[(\??)(\w+)(?: (=|>=) "?([^"\]]*)"?)?\])?', selector)
    assert parsed
    kind, truth, column, operator, value = parsed.groups()
    if kind != part or (column and column not in row) or (truth and not row[column]):
        return False
    if operator == ">=":
        return bool(row[column] >= float(value))
    return operator is None or row[column] == value


ROWS: list[tuple[str, dict[str, Any]]] = [
    *(("node", {"name": "X \"y'", "type": type_}) for type_ in [*NODES, "something else"]),
    *(("edge", {"interaction": interaction}) for interaction in [*EDGES, "something else"]),
    *(("edge", {"interaction": "co-occurs", "weight": weight}) for weight in WEIGHTS),
    *(("edge", {"interaction": "co-occurs", "doubt": doubt}) for doubt in PARTS),
    *(("node", {"name": "X", "type": "gene", "probability": probability}) for probability in PARTS),
    *(("node", {"name": "X", "type": "gene", "query": query}) for query in (True, False)),
]


@pytest.mark.parametrize(("part", "row"), ROWS)
def test_three_programs_show_the_same(part: str, row: dict[str, Any]) -> None:
    for each in NODE_PROPERTIES if part == "node" else EDGE_PROPERTIES:
        web, table, page = (
            by_cx2(each.cx2, part, row),
            by_desktop(each.desktop, part, row),
            by_js(each.js, part, row),
        )
        if each.cx2 in OPACITIES:  # Cytoscape Desktop has whole numbers up to 255
            assert float(table) / 255 == pytest.approx(web, abs=1 / 255)
            assert page == pytest.approx(web)
        elif isinstance(web, (int, float)):
            assert float(table) == pytest.approx(web)
            assert page == pytest.approx(web)
        elif each.cx2 != "NODE_LABEL_POSITION":
            assert page == web
            spelled = {"round-rectangle": "ROUND_RECTANGLE", "dashed": "LONG_DASH", "dotted": "DOT"}
            arrow = {"triangle": "DELTA"} if "ARROW_SHAPE" in each.cx2 else {}
            assert table in {web, arrow.get(web, spelled.get(web, str(web).upper()))}


@pytest.mark.parametrize(
    ("part", "column", "value", "opacity"),
    [
        ("node", "probability", None, 1), ("node", "probability", 0.0, 0.2), ("node", "probability", 0.25, 0.35),
        ("node", "probability", 0.5, 0.5), ("node", "probability", 0.95, 1), ("node", "probability", 1.0, 1),
        ("edge", "doubt", None, 0.8), ("edge", "doubt", 0.0, 0.8), ("edge", "doubt", 0.25, 0.6),
        ("edge", "doubt", 0.5, 0.4), ("edge", "doubt", 1.0, 0.2),
    ],
)  # fmt: skip
def test_what_is_doubtful_is_pale(part: str, column: str, value: float | None, opacity: float) -> None:
    name = {"node": "background-opacity", "edge": "opacity"}[part]
    assert by_js(name, part, {} if value is None else {column: value}) == pytest.approx(opacity)


@pytest.mark.parametrize(
    ("weight", "width"),
    [(None, 1.5), (0.0, 1), (0.5, 1.5), (1.0, 2), (4.0, 2 + 4 / 3), (10.0, 6), (55.0, 9), (1e6, 12)],
)
def test_a_heavier_edge_is_wider_and_one_without_a_weight_is_thin(weight: float | None, width: float) -> None:
    row = {"interaction": "co-occurs"} | ({} if weight is None else {"weight": weight})
    assert by_js("width", "edge", row) == pytest.approx(width)


# -- in words that each program knows


def test_the_words_are_those_that_the_programs_know() -> None:
    assert {shape.cx2 for _, shape in NODES.values()} <= SHAPES
    assert {line.cx2 for _, line, _ in EDGES.values()} <= {"solid", "dashed", "dotted"}
    assert {line.desktop for _, line, _ in EDGES.values()} <= DESKTOP_LINES
    assert {arrow.cx2 for _, _, arrow in EDGES.values()} <= {"none", "triangle"}
    assert {arrow.desktop for _, _, arrow in EDGES.values()} <= DESKTOP_ARROWS
    colours = [each.default.cx2 for each in ALL if "COLOR" in each.cx2]
    colours += [each.cx2 for looks in (NODES, EDGES) for each, *_ in looks.values()]
    assert all(re.fullmatch("#[0-9A-F]{6}", colour) for colour in colours)
    assert 0 <= int(next(each for each in ALL if each.js == "opacity").default.desktop) <= 255


def test_a_mapping_reads_a_column_of_every_view_or_of_the_network_of_a_list() -> None:
    columns = {each.mapping.column for each in MAPPED if each.mapping}
    assert columns == {"name", "type", "probability", "interaction", "weight", "doubt", "query"}


def test_a_continuous_mapping_covers_every_number_and_has_the_inner_range_that_cytoscape_web_needs() -> None:
    ranges = visual_properties()["edgeMapping"]["EDGE_WIDTH"]["definition"]["map"]
    assert len(ranges) >= 3
    assert ("min" in ranges[0], "max" in ranges[-1]) == (False, False)
    assert all(one["max"] == other["min"] for one, other in pairwise(ranges))
    assert all(one["maxVPValue"] == other["minVPValue"] for one, other in pairwise(ranges))
    assert not any(one["includeMax"] for one in ranges)
    assert all(one["includeMin"] for one in ranges[1:])


def test_the_style_file_is_one_that_cytoscape_desktop_reads(toy_build: Path) -> None:
    """As its schema has it: network, node and edge, dependencies first, at most one mapping, known types."""
    file = BytesIO()
    with KnowledgeGraph(toy_build) as graph:
        assert CytoscapeStyle().write(graph, None, file) == 2
    root = ET.fromstring(file.getvalue())
    assert (root.tag, root.attrib) == ("vizmap", {"id": "PFOCR", "documentVersion": "3.1"})
    assert b"<vizmap" in file.getvalue().splitlines()[1]  # it is known by this in the first 20 lines
    assert [(style.tag, style.attrib) for style in root] == [
        ("visualStyle", {"name": "PFOCR"}),
        ("visualStyle", {"name": "PFOCR communities"}),
    ]
    assert [part.tag for style in root for part in style] == 2 * ["network", "node", "edge"]
    for part in (part for style in root for part in style):
        tags = [child.tag for child in part]
        assert re.fullmatch("(dependency )?(visualProperty )+", " ".join([*tags, ""]))
        assert len({child.get("name") for child in part}) == len(tags)
        for mapping in part.findall("visualProperty/*"):
            assert mapping.get("attributeType") in {"string", "float", "boolean", "integer"}
            assert re.fullmatch("(discrete|continuous|passthrough)Mapping", mapping.tag)
    assert file.getvalue().decode() == desktop({"PFOCR": NODE_PROPERTIES, BY_COMMUNITY: by_community(NODE_PROPERTIES)})
    [fill] = root.findall("visualStyle[2]/node/visualProperty[@name='NODE_FILL_COLOR']/*")
    assert (fill.tag, fill.get("attributeName")) == ("continuousMapping", "community")
    colours = [(point.get("attrValue"), point.get("equalValue")) for point in fill]
    assert colours[0] == ("1", "#56B4E9")
    assert colours[-1] == ("8", OTHER)


@pytest.mark.parametrize("eye", EYES)
def test_any_eye_tells_the_communities_apart(eye: str) -> None:
    fills = [*COMMUNITIES, OTHER]
    assert min(np.linalg.norm(lab(one, eye) - lab(other, eye)) for one, other in combinations(fills, 2)) > 15


def test_the_stylesheet_is_json_with_plain_selectors() -> None:
    rules = stylesheet()
    assert json.loads(json.dumps(rules)) == rules
    assert [rule["selector"] for rule in rules][:2] == ["node", "node[name]"]
    assert next(rule for rule in rules if rule["selector"] == 'node[type = "gene"]')["style"] == {
        "background-color": "#56B4E9",
        "shape": "ellipse",
    }
    assert next(rule for rule in rules if rule["selector"] == "edge")["style"]["curve-style"] == "bezier"


# -- the network of a list


def test_a_member_of_a_list_has_a_thick_black_line() -> None:
    for query, width, colour in ((True, 3, "#000000"), (False, 1, "#333333")):
        row = {"name": "X", "type": "gene", "query": query}
        assert by_cx2("NODE_BORDER_WIDTH", "node", row) == by_js("border-width", "node", row) == width
        assert by_cx2("NODE_BORDER_COLOR", "node", row) == by_js("border-color", "node", row) == colour


def test_a_colour_that_was_worked_out_hides_type_and_doubt() -> None:
    row = {"name": "X", "type": "gene", "probability": 0.5, "colour": "#123456"}
    assert (by_js("background-color", "node", row), by_js("background-opacity", "node", row)) == ("#123456", 1)


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("palette", [DIVERGING, SEQUENTIAL], ids=["diverging", "sequential"])
def test_any_eye_tells_the_colours_of_numbers_apart(palette: tuple[str, ...], eye: str) -> None:
    points = ((-1.0, palette[0]), (0.0, palette[1]), (1.0, palette[2]))
    scale = ColourScale("x", float, points)
    shades = [scale.colour(value) for value in (-1, -0.5, 0, 0.5, 1)] + [MISSING]
    assert min(np.linalg.norm(lab(one, eye) - lab(other, eye)) for one, other in combinations(shades, 2)) > 10


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ([-1, 3], [-3, 0, 3]), ([-3, 1, 0], [-3, 0, 3]), ([1, 5], [1, 3, 5]), ([-5, -1], [-5, -3, -1]),
        ([0, 4], [0, 2, 4]), ([2], [0, 1, 2]), ([-2, -2], [-2, -1, 0]), ([0], [0, 0.5, 1]), ([], [0, 0.5, 1]),
    ],
)  # fmt: skip
def test_colours_lie_around_0_for_both_signs_and_otherwise_from_least_to_greatest(
    values: list[float], points: list[float]
) -> None:
    column = JoinedColumn("x", float, {f"g:{number}": value for number, value in enumerate(values)})
    scale = scale_of(column, [*column.values, "g:without"])
    assert [value for value, _ in scale.points] == points
    colours = DIVERGING if min(values, default=0) < 0 < max(values, default=0) else SEQUENTIAL
    assert tuple(colour for _, colour in scale.points) == colours


def test_a_style_file_of_a_list_has_the_colours_of_its_numbers(toy_build: Path) -> None:
    column = 'fold "change" <&>'
    file = BytesIO()
    with KnowledgeGraph(toy_build) as graph:
        view = graph.network(["TP53", "MDM2"], columns={"gene": ["TP53", "MDM2"], column: [-1.0, 4.0]})
        assert CytoscapeStyle().write(graph, view, file) == 3
    [fill] = ET.fromstring(file.getvalue()).findall("visualStyle[1]/node/visualProperty[@name='NODE_FILL_COLOR']")
    assert (fill.get("default"), fill[0].attrib) == (MISSING, {"attributeName": column, "attributeType": "float"})
    assert [(each.get("attrValue"), each.get("equalValue")) for each in fill[0]] == [
        ("-4.0", "#2166AC"), ("0.0", "#F7F7F7"), ("4.0", "#B2182B"),
    ]  # fmt: skip
