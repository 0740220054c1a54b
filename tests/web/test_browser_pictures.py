"""The picture of a view in the browser: sizes, names without overlap, and the files that are saved of it."""

import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from helpers.browser import Visit, serving, visiting
from helpers.doubts import build_doubts
from helpers.markup import build_markup

from kg.exporters import exporter
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.build import Build

if TYPE_CHECKING:
    from playwright.sync_api import Browser

etree = pytest.importorskip("lxml.etree")

pytestmark = pytest.mark.browser

TNFSF11, TNFRSF11A = "ncbigene:8600", "ncbigene:8792"
MANY = f"?of={TNFSF11}&min_figures=1&top=200"
SVG = "{http://www.w3.org/2000/svg}"

SHOWN = """() => graph._cyreg.cy.nodes().filter((node) => node.style('label')).map((node) => {
    const {x1, y1, x2, y2} = node.boundingBox({includeNodes: false, includeLabels: true, includeOverlays: false});
    return [x1, y1, x2, y2]; })"""
"""The boxes of the names in the picture, as Cytoscape.js measures them."""


def save(visit: Visit, kind: str) -> bytes:
    page = visit.page
    if page.get_attribute("#downloads", "open") is None:
        page.click("#downloads summary")
    with page.expect_download() as download:
        page.click(f"#download-list li:has-text('{kind}') > *")
    return Path(download.value.path()).read_bytes()


def texts(svg: bytes) -> list[str]:
    """Return the texts that are seen; names have a halo, which is a text as well."""
    found = etree.fromstring(svg).iter(f"{SVG}text")
    return ["".join(each.itertext()) for each in found if each.get("aria-hidden") is None]


def export(build: Path, path: Path, view: str, **more: Any) -> None:
    with KnowledgeGraph(build) as graph, path.open("wb") as file:
        exporter("html").write(graph, graph.view(view, **more), file)


# -- sizes


def test_lines_and_nodes_are_scaled_among_what_is_shown(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}").settled().page
    edges = page.evaluate("graph._cyreg.cy.edges().map((edge) => [edge.data('weight'), edge.numericStyle('width')])")
    heaviest = max(weight for weight, _ in edges)
    assert heaviest == 5  # the style of the exports would make a line of 5 half as wide as one of 10
    for weight, width in edges:
        assert width == pytest.approx(0.8 + 7.2 * weight / heaviest, abs=0.01)
    nodes = page.evaluate("graph._cyreg.cy.nodes().map((node) => [node.data('figures'), node.width()])")
    most = max(figures for figures, _ in nodes)
    for figures, width in nodes:
        assert width == pytest.approx(18 + 32 * (figures / most) ** 0.5, abs=0.01)


# -- names


def overlapping(boxes: list[list[float]], slack: float) -> int:
    """Return the number of pairs of boxes that overlap by more than some pixels on both sides."""
    return sum(
        min(a[2], b[2]) - max(a[0], b[0]) > slack and min(a[3], b[3]) - max(a[1], b[1]) > slack
        for place, a in enumerate(boxes)
        for b in boxes[:place]
    )


def test_names_of_many_partners_do_not_overlap_and_appear_on_zoom_and_hover(visit: Visit) -> None:
    page = visit.open(MANY).settled().page
    visit.shows("graph._cyreg.cy.nodes('.unnamed').length > 0")
    nodes = visit.drawn()[0]
    shown = page.evaluate(SHOWN)
    assert nodes > 100
    assert 20 <= len(shown) < nodes
    font = page.evaluate("graph._cyreg.cy.nodes()[1].numericStyle('font-size')")
    assert font * page.evaluate("graph._cyreg.cy.zoom()") >= 10.9  # pixels on the screen
    # Cytoscape.js adds the outline of the letters, and some room, to its boxes.
    assert overlapping(shown, 0.75 * font) == 0
    centre = "graph._cyreg.cy.nodes('.center').style('label')"
    assert page.evaluate(centre) == "TNFSF11"
    hidden = page.evaluate("graph._cyreg.cy.nodes('.unnamed')[0].id()")
    page.mouse.move(*visit.place(hidden))
    label = f"graph._cyreg.cy.getElementById('{hidden}').style('label')"
    visit.shows(f"{label} === graph._cyreg.cy.getElementById('{hidden}').data('name')")
    page.mouse.move(5, 5)
    visit.shows(f"{label} === ''")
    visit.picture("many")
    for _ in range(5):
        page.click("#zoom-in")
    visit.shows(f"graph._cyreg.cy.nodes('.unnamed').length < {nodes - len(shown)}")
    page.focus("#graph")
    page.keyboard.press("ArrowRight")
    visit.shows("graph._cyreg.cy.nodes('.picked').style('label') !== ''")


def test_the_more_important_of_two_names_stands(visit: Visit) -> None:
    """Unit cases of `apart`: the rule is the same on every machine, whatever its fonts."""
    visit.open()
    script = """async (nodes) => {
        const { apart } = await import(new URL("static/labels.js", document.baseURI));
        return [...apart(nodes.map(([x, y, bold]) => ({ x, y, radius: 10, font: 12, bold, name: "WWWW" })))];
    }"""

    def apart(*nodes: tuple[float, float, bool]) -> list[tuple[int, str]]:
        return [(place, side) for place, side in visit.page.evaluate(script, nodes)]

    assert apart((0, 0, False), (200, 0, False)) == [(0, "below"), (1, "below")]
    assert apart((0, 0, False), (0, 15, False)) == [(0, "above"), (1, "below")]
    assert apart((0, 0, False), (20, 0, False)) == [(0, "below"), (1, "above")]
    # On one spot there is room for a name on each side, and for no fifth.
    assert [side for _, side in apart(*[(0, 0, False)] * 5)] == ["below", "above", "right", "left"]
    assert apart(*[(0, 0, False)] * 4, (0, 0, True))[-1] == (4, "below")  # the centre has one whatever is there


# -- files


def test_a_picture_is_an_svg_with_title_legend_and_source(visit: Visit, seeds_build: Path) -> None:
    page = visit.open(f"?of={TNFSF11}").settled().page
    svg = save(visit, "Picture, SVG")
    root = etree.fromstring(svg)
    nodes, edges = visit.drawn()
    groups = {group.get("id"): group for group in root.iter(f"{SVG}g")}
    assert len(groups["nodes"]) == nodes
    assert len(groups["edges"]) == edges
    assert root.findtext(f"{SVG}title") == "TNFSF11 in pathway figures"
    said = texts(svg)
    assert said[0] == "TNFSF11 in pathway figures"
    assert said[1] == "6 partners, 20 pairs; pairs in 2 figures or more."
    assert {"TNFSF11", "TNFRSF11A", "genes", "in 5 figures", "weight 5", "weight 1.25"} <= set(said)
    digest = Build(seeds_build).manifest["input"]["sha256"]
    assert said[-1].startswith(
        f"Source: 5 pathway figures of 5 papers; kg {page.evaluate(VERSION)}, input {digest[:12]}; "
    )
    assert not re.search(r"\d{4}-\d\d-\d\d|20\d\d", " ".join(said))  # no date
    # Pictures are for white paper: neither a choice, nor what is pointed at, nor the dark page changes a byte.
    page.mouse.click(*visit.place(TNFSF11, TNFRSF11A))
    page.mouse.move(*visit.place(TNFRSF11A))
    visit.shows("graph._cyreg.cy.elements('.far').length > 0 && graph._cyreg.cy.elements('.picked').length > 0")
    far = page.evaluate("graph._cyreg.cy.elements('.far').length")
    page.focus("#downloads summary")
    page.keyboard.press("Enter")
    assert save(visit, "Picture, SVG") == svg
    assert page.evaluate("graph._cyreg.cy.elements('.picked').length") > 0
    assert far > 0
    page.click("#theme")
    assert save(visit, "Picture, SVG") == svg
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert save(visit.settled(), "Picture, SVG") == svg


VERSION = "fetch('api/build').then((answer) => answer.json()).then((build) => build.version)"


def test_a_browser_shows_the_svg_and_the_png_has_twice_its_size(
    browser: "Browser", visit: Visit, tmp_path: Path
) -> None:
    visit.open(MANY).settled()
    svg, png = save(visit, "Picture, SVG"), save(visit, "Picture, PNG")
    (tmp_path / "picture.svg").write_bytes(svg)
    root = etree.fromstring(svg)
    width, height = (int(root.get(name) or 0) for name in ("width", "height"))
    assert struct.unpack(">II", png[16:24]) == (2 * width, 2 * height)
    assert len(png) > 50_000
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto((tmp_path / "picture.svg").as_uri())
    assert page.locator("parsererror").count() == 0
    outside = """([wide, high]) => [...document.querySelectorAll('text')].map((text) => text.getBoundingClientRect())
        .filter(({left, top, right, bottom}) => left < 0 || top < 0 || right > wide || bottom > high).length"""
    assert page.evaluate(outside, [width, height]) == 0
    boxes = """() => [...document.querySelectorAll('#names text:not([aria-hidden])')].map((text) => {
        const {left, top, right, bottom} = text.getBoundingClientRect(); return [left, top, right, bottom]; })"""
    found = page.evaluate(boxes)
    assert len(found) > 60
    assert overlapping(found, 3) == 0  # the boxes of letters have empty room above and below
    context.close()


def test_filters_are_said_below_the_title(visit: Visit) -> None:
    visit.open(f"?of={TNFSF11}&min_figures=1&top=5&from=2010&category=gene,disease&flavour=synonyms&max_q=1").settled()
    assert texts(save(visit, "Picture, SVG"))[1] == (
        "The strongest 5 of 32 partners, 15 pairs; pairs in 1 figure or more; q ≤ 1; figures from 2010 on; "
        "only genes, diseases; symbols and synonyms only."
    )


def test_doubtful_readings_are_dashed_and_explained_in_the_file(
    browser: "Browser", tmp_path_factory: pytest.TempPathFactory
) -> None:
    with serving(build_doubts(tmp_path_factory.mktemp("doubts"))) as address:
        for visit in visiting(browser, address):
            visit.open("?of=ncbigene:387").settled()
            svg = save(visit, "Picture, SVG")
            nodes = next(group for group in etree.fromstring(svg).iter(f"{SVG}g") if group.get("id") == "nodes")
            assert sum(node.get("stroke-dasharray") is not None for node in nodes) == 1
            assert "Mostly a doubtful reading" in texts(svg)


def test_hostile_names_are_text_in_the_file(
    browser: "Browser", tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    build = build_markup(tmp_path_factory.mktemp("hostile"))
    export(build, tmp_path / "hostile.html", "co-occurrence")
    for visit in visiting(browser, (tmp_path / "hostile.html").as_uri()):
        visit.open().settled()
        svg = save(visit, "Picture, SVG")
        root = etree.fromstring(svg)  # a parser that refuses what XML forbids
        names = {etree.QName(each).localname for each in root.iter()}
        assert names <= {"svg", "title", "desc", "rect", "text", "g", "line", "circle", "polygon"}
        assert not any(name.startswith("on") or "href" in name for each in root.iter() for name in each.attrib)
        assert any("<" in said for said in texts(svg))
        assert len(save(visit, "Picture, PNG")) > 5_000


def test_a_figure_is_drawn_with_the_shapes_and_arrows_of_its_network(
    browser: "Browser", seeds_build: Path, tmp_path: Path
) -> None:
    export(seeds_build, tmp_path / "figure.html", "figure", of="PMC2374958__bcr1848-1")
    for visit in visiting(browser, (tmp_path / "figure.html").as_uri()):
        visit.open().settled()
        svg = save(visit, "Picture, SVG")
        root = etree.fromstring(svg)
        groups = {group.get("id"): group for group in root.iter(f"{SVG}g")}
        arrows = [each for each in groups["edges"] if each.tag == f"{SVG}polygon"]
        assert len(arrows) == visit.drawn()[1] == 9
        assert {etree.QName(each).localname for each in groups["nodes"]} == {"circle", "rect"}
        assert {"genes", "figures"} <= set(texts(svg))
