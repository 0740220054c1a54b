"""The pages in a browser: what a biologist does, by keyboard and mouse, wide and narrow, with nothing from elsewhere.

Needs the extra `serve`, Playwright's Python package and a Chromium (Debian's `chromium` or `chromium-headless-shell`,
or Playwright's own). Without one of them the tests skip and say so. KG_PICTURES names a folder for pictures to look
at.
"""

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest
from helpers.browser import WAIT, Visit, serving, until, visiting
from helpers.doubts import build_doubts
from helpers.markup import build_markup

from kg.exporters import exporter
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import Filters

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

VENDOR = Path(importlib.util.find_spec("kg").origin or "").parent / "web" / "vendor"  # type: ignore[union-attr]
TNFSF11, TNFRSF11A, TRAF6 = "ncbigene:8600", "ncbigene:8792", "ncbigene:7189"


# -- the start page and the search


def test_the_start_page_says_what_it_is_and_leads_on(visit: Visit) -> None:
    page = visit.open().page
    assert page.inner_text("h1") == "What is drawn together in pathway figures"
    assert page.locator("#counts dd").all_inner_texts() == ["5", "5", "153", "2,912"]  # pairs by different words
    assert page.evaluate("document.activeElement.id") == "search-input"
    page.click("#examples a >> nth=0")
    visit.shows("document.documentElement.dataset.page === 'view'")
    assert visit.query == {"of": TNFSF11}


def test_search_by_alias_with_the_keyboard(visit: Visit) -> None:
    page = visit.open("?of=TRAF6").page
    assert visit.query == {"of": TRAF6}  # a name becomes the identifier it means
    page.locator("body").press("/")
    page.keyboard.type("tnfsf")
    page.wait_for_selector("#search-list [role=option]")
    page.keyboard.press("ArrowDown")
    active = page.get_attribute("#search-input", "aria-activedescendant")
    assert page.get_attribute(f"#{active}", "aria-selected") == "true"
    page.keyboard.press("Escape")
    assert page.is_hidden("#search-list")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#search-list [role=option]")
    page.keyboard.press("Enter")
    visit.shows("document.title.startsWith('TNFSF11')")
    assert visit.query == {"of": TNFSF11}
    visit.shows("document.querySelector('#panel h2').textContent === 'TNFSF11'")


def test_a_drawn_word_says_what_it_means(visit: Visit) -> None:
    page = visit.open().page
    page.fill("#search-input", "p38")
    option = page.locator("#search-list .word", has_text="P38").first
    assert "a drawn word that means 4 things" in option.inner_text()  # the family p38
    option.click()
    visit.shows("document.querySelectorAll('#panel .partners li').length === 4")
    assert len(visit.query["of"].split(",")) == 4


def test_who_types_and_presses_enter_means_the_first(visit: Visit) -> None:
    page = visit.open().page
    page.locator("#search-input").press_sequentially("nfatc1", delay=0)
    page.keyboard.press("Enter")
    visit.shows("document.title.startsWith('NFATC1')")


def test_what_is_not_there_is_said_kindly(visit: Visit) -> None:
    page = visit.open("?of=NOSUCHGENE").page
    assert page.inner_text("#message h3") == "Not found"
    assert "NOSUCHGENE" in page.inner_text("#message p >> nth=0")
    assert page.locator("#message .suggestion").count() == 0
    visit.forget_errors()  # the 404
    page.fill("#search-input", "zzzzzz")
    assert "Nothing here is called “zzzzzz”" in page.inner_text("#search-list .none")


# -- the picture


def test_the_picture_holds_what_the_api_gives(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}").settled().page
    network = page.evaluate("fetch('api/network?of=TNFSF11').then((answer) => answer.json())")["elements"]
    assert visit.drawn() == (len(network["nodes"]), len(network["edges"])) != (0, 0)
    look = page.evaluate("""() => { const node = graph._cyreg.cy.getElementById('ncbigene:8792');
        return [node.style('shape'), node.style('background-color')]; }""")
    assert look == ["ellipse", "rgb(86,180,233)"]
    visit.picture("graph")


def test_a_click_on_an_edge_shows_the_figures_behind_it(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}").settled().page
    page.mouse.click(*visit.place(TNFSF11, TNFRSF11A))
    page.wait_for_selector("#panel .evidence > li")
    assert set(visit.query["pick"].split(",")) == {TNFSF11, TNFRSF11A}
    assert page.locator("#panel .evidence > li").count() == 5
    first = page.locator("#panel .evidence > li").first
    assert (
        first.locator(".title").inner_text()
        == "Control of osteoclast differentiation by the RANK/RANKL/OPG signal pathway"
    )
    assert "2012" in first.inner_text()
    links = [link.get_attribute("href") or "" for link in first.locator(".links a").all()]
    assert links[0] == "https://pfocr.wikipathways.org/figures/PMC4168338__10-1055-s-0031-1298276-i430gf01.html"
    assert all(link.startswith("https://") for link in links)
    assert "RANKL with RANK" in page.inner_text("#panel")
    visit.picture("edge")


def test_a_click_shows_a_gene_and_a_double_click_goes_there(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}").settled().page
    page.mouse.click(*visit.place(TRAF6))
    visit.shows("document.querySelector('#panel h2')?.textContent === 'TRAF6'")
    assert page.locator("#panel svg.chart").get_attribute("aria-label", timeout=WAIT)
    assert visit.query == {"of": TNFSF11, "pick": TRAF6}

    def is_there() -> bool:
        # On a busy machine the clicks can come too late after each other to be a double click.
        page.mouse.dblclick(*visit.place(TRAF6))
        page.wait_for_timeout(500)
        return page.title().startswith("TRAF6")

    until(is_there)
    assert visit.query == {"of": TRAF6}


def test_the_picture_by_keyboard(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}").settled().page
    page.focus("#graph")
    page.keyboard.press("ArrowRight")
    assert visit.query["pick"] == TNFSF11
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    there = visit.query["pick"]
    if there == TNFSF11:
        page.keyboard.press("ArrowUp")
        there = visit.query["pick"]
    assert page.inner_text("#live")
    page.keyboard.press("Enter")
    visit.shows(f"new URLSearchParams(location.search).get('of') === '{there}'")


def test_hovering_brings_out_the_neighbourhood(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}").settled().page
    page.mouse.move(*visit.place(TRAF6))
    visit.shows("graph._cyreg.cy.getElementById('ncbigene:7189').hasClass('near')")
    assert "TRAF6, gene, in" in page.inner_text("#hint")


def test_back_and_forward(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}").page
    page.click("#panel .partners a >> nth=0")
    visit.shows("!document.title.startsWith('TNFSF11')")
    title = page.title()
    page.go_back()
    visit.shows("document.title.startsWith('TNFSF11')")
    page.go_forward()
    visit.shows(f"document.title === {json.dumps(title)}")
    page.click("#home")
    visit.shows("document.documentElement.dataset.page === 'start'")
    assert visit.query == {}


# -- filters


def test_a_slider_leaves_weaker_pairs_out(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}").settled().page
    before = visit.drawn()
    page.focus("#filter-min_figures")
    page.keyboard.press("ArrowRight")
    visit.shows(f"graph._cyreg.cy.nodes().length < {before[0]}")
    assert visit.query == {"of": TNFSF11, "min_figures": "3"}
    assert page.evaluate("document.activeElement.id") == "filter-min_figures"
    assert page.get_attribute("#filter-min_figures", "aria-valuetext") == "3"
    page.click("#reset")
    visit.shows(f"graph._cyreg.cy.nodes().length === {before[0]}")
    assert visit.query == {"of": TNFSF11}


def test_years_partners_categories_and_words(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}&min_figures=1").settled().page
    everything = visit.drawn()
    page.focus("#filter-from")
    page.keyboard.press("ArrowRight")
    visit.shows("location.search.includes('from=2009')")
    page.focus("#filter-top")
    page.keyboard.press("Home")
    visit.shows("graph._cyreg.cy.nodes().length === 6")
    page.click("#reset")
    page.uncheck("#category-gene")
    visit.shows("[...graph._cyreg.cy.nodes()].filter((node) => node.data('type') === 'gene').length === 1")
    page.check("#category-gene")
    page.select_option("#filter-flavour", "strict")
    visit.shows("location.search.includes('flavour=strict')")
    assert everything != (0, 0)


def test_a_dense_picture_draws_the_strongest_pairs_and_says_so(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}&min_figures=1").settled().page
    network = page.evaluate("fetch('api/network?of=TNFSF11&min_figures=1').then((answer) => answer.json())")
    pairs = len(network["elements"]["edges"])
    few = visit.drawn()[1]
    assert 40 < few < pairs
    assert f"{few} of {pairs} pairs are drawn, the table has all." in page.inner_text("#hint")
    page.select_option("#filter-lines", "all")
    visit.shows(f"graph._cyreg.cy.edges().length === {pairs}")
    page.select_option("#filter-lines", "none")
    visit.shows("graph._cyreg.cy.edges().length === 40")
    assert visit.query == {"of": TNFSF11, "min_figures": "1", "lines": "none"}


def test_nothing_left_is_said_and_undone(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}&min_figures=1000").page
    assert page.inner_text("#message h3") == "Nothing to draw here"
    page.click("#message button >> nth=0")
    visit.shows("!document.getElementById('picture').hidden")
    assert visit.drawn()[0] > 1


# -- the table


def test_the_table_has_the_same_pairs_and_sorts(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}").page
    rows = page.locator("#table tbody tr[data-pair]")
    assert rows.count() == visit.drawn()[1]  # there for screen readers, too
    page.click("#as-table")
    assert visit.query == {"of": TNFSF11, "view": "table"}
    for name, first in (
        ("q", "ascending"),
        ("npmi", "descending"),
        ("figures", "descending"),
        ("weight", "descending"),
    ):
        page.click(f"[data-column={name}]")
        assert page.get_attribute(f"th:has([data-column={name}])", "aria-sort") == first
    # The pairs of the gene that was asked for come first, then those among its partners.
    assert page.locator("#table tr.group").inner_text() == "Pairs among the partners"
    own, others = page.locator("#table tbody").all()
    for body in (own, others):
        weights = [float(text) for text in body.locator("td:nth-child(3)").all_inner_texts()]
        assert weights == sorted(weights, reverse=True)
    of = [pair.get_attribute("data-pair") or "" for pair in rows.all()]
    assert [pair.startswith(f"{TNFSF11} ") for pair in of] == [True] * 6 + [False] * 14
    page.focus("#table tbody button >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .evidence > li")
    assert page.locator("#table tr[data-picked]").count() == 1
    visit.picture("table")


def test_pairs_in_fewer_than_five_figures_come_last_by_npmi_in_both_directions(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}").page
    # NPMI is highest for the pair in four figures, and lowest for the one in three.
    order = """async (direction) => {
        const { Table } = await import(new URL("static/table.js", document.baseURI));
        const table = new Table(document.createElement("div"), {});
        const edge = (target, figures, npmi) =>
            ({ data: { id: target, source: "a", target, figures, npmi, weight: 1 } });
        const nodes = ["a", "b", "c", "d", "e"].map((id) => ({ data: { id, name: id, type: "gene" } }));
        const edges = [edge("b", 4, 0.9), edge("c", 5, 0.2), edge("d", 3, -0.5), edge("e", 6, 0.6)];
        table.sorted = ["npmi", direction];
        table.show({ nodes, edges }, []);
        return [...table.container.querySelectorAll("tbody tr")].map((row) => row.dataset.pair.slice(2)).join("");
    }"""
    assert page.evaluate(order, -1) == "ecbd"
    assert page.evaluate(order, 1) == "cebd"


# -- taking it away


def test_downloads_of_the_view(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(f"?of={TNFSF11}").settled().page
    size = visit.drawn()
    got: dict[str, Path] = {}
    for ending, text in {
        "graphml": "GraphML",
        "cx2": "CX2",
        "cyjs": "Cytoscape.js",
        "tsv": "Table",
        "png": "Picture, PNG",
        "svg": "Picture, SVG",
    }.items():
        page.click("#downloads summary") if page.get_attribute("#downloads", "open") is None else None
        with page.expect_download() as download:
            page.click(f"#download-list li:has-text('{text}') > *")
        got[ending] = tmp_path / f"view.{ending}"
        download.value.save_as(got[ending])
        assert download.value.suggested_filename.endswith(f".{ending}")
    graphml = nx.read_graphml(got["graphml"])
    assert (len(graphml), graphml.number_of_edges()) == size
    cyjs = json.loads(got["cyjs"].read_text(encoding="utf-8"))["elements"]
    assert (len(cyjs["nodes"]), len(cyjs["edges"])) == size
    counts = {
        name: len(part)
        for aspect in json.loads(got["cx2"].read_text(encoding="utf-8"))
        for name, part in aspect.items()
        if name in {"nodes", "edges"}
    }
    assert (counts["nodes"], counts["edges"]) == size
    assert len(got["tsv"].read_text(encoding="utf-8").splitlines()) == size[1] + 1
    assert got["png"].read_bytes().startswith(b"\x89PNG")


# -- the query page


def test_a_canned_query_with_its_parameters_as_a_form(visit: Visit) -> None:
    page = visit.open("query").page
    page.click("#queries a[data-name=partners]")
    visit.shows("document.querySelector('.CodeMirror').CodeMirror.getValue().includes('ncbigene/8600')")
    page.fill("#parameter-entity", "TRAF6")
    page.wait_for_selector("#parameter-entity-list [role=option]")
    page.keyboard.press("ArrowDown")
    # The typed name was filled in, too, so wait for the answer about the chosen identifier.
    with page.expect_response(lambda response: "queries/partners?entity=ncbigene" in response.url) as answer:
        page.keyboard.press("Enter")
    answer.value.finished()
    assert visit.query == {"name": "partners", "entity": TRAF6}
    visit.shows("document.querySelector('.CodeMirror').CodeMirror.getValue().includes('ncbigene/7189')")
    page.click("#run")
    visit.shows("document.getElementById('status').textContent.startsWith('6 rows')")
    visit.shows("document.getElementById('results').innerText.includes('NFATC1')")
    visit.picture("query")
    again = visit.page.url
    page.goto(again)  # a link to a canned query runs it
    page.wait_for_selector("#results table tbody tr")


def test_a_name_of_several_entities_is_an_error_in_the_form_and_runs_nothing(visit: Visit) -> None:
    sent: list[str] = []
    visit.page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/sparql") else None)
    page = visit.open("query?name=partners&entity=P38").page
    page.wait_for_selector("#results .refused")
    visit.forget_errors()  # the 404
    said = page.inner_text("#results .refused p")
    assert said.startswith("no single entity is called 'P38'; it is the drawn word of ")
    assert "MAPK11 (ncbigene:5600, 1 figure)" in said
    assert said.endswith("; give the identifier of one")
    assert page.input_value("#parameter-entity") == "P38"
    assert visit.query == {"name": "partners", "entity": "P38"}
    page.click("#run")
    visit.forget_errors()
    page.focus("#parameter-entity")
    page.keyboard.press("Enter")
    visit.forget_errors()
    assert sent == []
    # The way out: the list has what the drawn word stands for.
    page.fill("#parameter-entity", "p38")
    page.wait_for_selector("#parameter-entity-list [role=option]")
    shown = page.locator("#parameter-entity-list [role=option]").all_inner_texts()
    assert [text.split("\n")[:3] for text in shown] == [
        ["MAPK11", "drawn as P38", "ncbigene:5600"],
        ["MAPK12", "drawn as P38", "ncbigene:6300"],
        ["MAPK13", "drawn as P38", "ncbigene:5603"],
        ["MAPK14", "drawn as P38", "ncbigene:1432"],
    ]
    page.click("#parameter-entity-list [role=option] >> nth=0")
    visit.shows("document.querySelector('.CodeMirror').CodeMirror.getValue().includes('ncbigene/5600')")
    assert visit.query == {"name": "partners", "entity": "ncbigene:5600"}
    visit.wrong.clear()  # of the answers to what was typed
    page.click("#run")
    page.wait_for_selector("#results table tbody tr")
    assert len(sent) == 1


def test_a_value_that_was_just_typed_is_filled_in_before_the_query_runs(visit: Visit) -> None:
    page = visit.open("query?name=partners").page
    page.wait_for_selector("#results table tbody tr")
    page.evaluate(
        """() => { const input = document.getElementById('parameter-entity'); input.value = 'TRAF6';
        input.dispatchEvent(new Event('input')); document.getElementById('run').click(); }"""
    )
    visit.shows("document.getElementById('status').textContent.startsWith('6 rows')")


def test_a_missing_page_looks_like_the_others_and_leads_back(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.base + "no/such/page")
    visit.forget_errors()  # the 404
    assert page.inner_text("h1") == "There is no such page"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.button.primary')).backgroundColor")
        != "rgba(0, 0, 0, 0)"
    )
    visit.picture("missing")
    page.click("main .button")
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate("location.pathname") == "/"


def test_a_query_of_ones_own_is_in_the_address(visit: Visit) -> None:
    page = visit.open("query?text=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D").page
    page.click("#run")
    visit.shows("document.getElementById('results').innerText.toLowerCase().includes('true')")
    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('SELECT * WHERE { ?s ?p ?o } LIMIT 3')")
    page.focus(".CodeMirror textarea")
    page.keyboard.press("Control+Enter")
    visit.shows("document.getElementById('status').textContent.includes('3 rows')")
    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('SELECT nonsense')")
    page.click("#run")
    page.wait_for_selector("#results .refused")
    visit.forget_errors()  # the 400
    assert visit.query == {"text": "SELECT nonsense"}


def test_the_sparql_of_a_view_gives_its_pairs(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}").page
    pairs = visit.drawn()[1]
    page.click("#sparql")
    page.wait_for_selector("#results table tbody tr")
    visit.shows(f"document.getElementById('status').textContent.startsWith('{pairs} rows')")


# -- narrow, dark, quiet


def test_a_phone_shows_all_of_it_without_sideways_scrolling(phone: Visit) -> None:
    for path in (
        "",
        f"?of={TNFSF11}",
        f"?of={TNFSF11}&pick={TNFSF11},{TNFRSF11A}",
        f"?of={TNFSF11}&view=table",
        f"?of={TNFSF11}&min_figures=1&top=200",
        "?of=P38",
        "query?name=partners",
        "query?name=figures-of-genes",
    ):
        phone.open(path)
        assert phone.page.evaluate("document.scrollingElement.scrollWidth") <= 375, path
        assert phone.page.evaluate(OUTSIDE) == [], path
        phone.picture(f"phone-{len(path)}")
        if path == "?of=P38":
            phone.forget_errors()  # the 404


def test_dark_by_the_system_and_by_the_switch(browser: "Browser", served: str) -> None:
    for visit in visiting(browser, served, color_scheme="dark"):
        page = visit.open(f"?of={TNFSF11}").settled().page
        assert page.get_attribute("html", "data-theme") == "dark"
        assert page.evaluate("graph._cyreg.cy.nodes()[0].style('color')") == "rgb(231,235,240)"
        visit.picture("dark")
        page.click("#theme")
        assert page.get_attribute("html", "data-theme") == "light"
        page.reload()
        page.wait_for_selector("html[data-ready]")
        assert page.get_attribute("html", "data-theme") == "light"


OUTSIDE = """() => [...document.querySelectorAll('h1, h2, h3, p, dd, input, select, a.brand, button, summary')]
    .filter((each) => each.checkVisibility() && !each.closest('.hidden, #results, .table-box'))
    .filter((each) => !each.closest('.yasqe'))
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([, {left, right}]) => left < 0 || right > innerWidth + 1)
    .map(([each]) => each.outerHTML)"""
CONTRAST = """() => {
    const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const parse = (text) => { const given = text.match(/[\\d.]+/g).map(Number); return [...given, 1].slice(0, 4); };
    const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const ground = (element) => { for (; element; element = element.parentElement) {
        const colour = parse(getComputedStyle(element).backgroundColor); if (colour[3] === 1) return colour; }
        return [255, 255, 255]; };
    const weak = [];
    for (const element of document.querySelectorAll('body *')) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if (!own || !element.checkVisibility({visibilityProperty: true})) continue;
        if (element.closest('svg, canvas, .CodeMirror, :disabled, .disabled')) continue;
        const style = getComputedStyle(element), [one, other] = [light(parse(style.color)), light(ground(element))];
        const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        if (ratio < 4.5) weak.push(`${element.outerHTML.slice(0, 120)} ${ratio.toFixed(2)}`);
    }
    return weak;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: "Browser", served: str, scheme: str) -> None:
    """WCAG 2.2 AA: 4.5 to 1."""
    for visit in visiting(browser, served, color_scheme=scheme):
        for path in (
            "",
            f"?of={TNFSF11}",
            f"?of={TNFSF11}&view=table&pick={TNFSF11},{TNFRSF11A}",
            "query?name=partners",
        ):
            visit.open(path)
            assert visit.page.evaluate(CONTRAST) == [], path


def test_everything_that_acts_has_a_name(visit: Visit) -> None:
    script = """() => [...document.querySelectorAll('a, button, input, select, summary, [role=application]')]
        .filter((each) => each.checkVisibility() && !each.closest('#results, #editor'))
        .filter((each) => !(each.getAttribute('aria-label') || each.textContent.trim() || each.labels?.length))
        .map((each) => each.outerHTML)"""
    for path in ("", f"?of={TNFSF11}", "query?name=partners"):
        assert visit.open(path).page.evaluate(script) == [], path


# -- one file


@pytest.fixture(scope="module")
def hostile_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_markup(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def one_file(seeds_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("file") / "traf6.html"
    export(seeds_build, "html", path, "ego", of="TRAF6")
    return path


def export(build: Path, format_: str, path: Path, view: str, **more: Any) -> None:
    with KnowledgeGraph(build) as graph, path.open("wb") as file:
        exporter(format_).write(graph, graph.view(view, **more), file)


def test_a_saved_page_works_without_a_server(browser: "Browser", one_file: Path) -> None:
    for visit in visiting(browser, one_file.as_uri()):
        page = visit.open().settled().page
        assert visit.drawn() == (7, 20)
        assert page.inner_text("#view-title .of") == "TRAF6"
        assert page.inner_text("#panel h2") == "TRAF6"
        for hidden in ("#to-query", "#sparql", "#filter-from", "#filter-flavour"):
            assert page.is_hidden(hidden), hidden
        page.mouse.click(*visit.place(TRAF6, TNFSF11))
        page.wait_for_selector("#panel .evidence > li")
        assert page.locator("#panel .evidence > li").count() == 3
        page.fill("#search-input", "rank")
        page.wait_for_selector("#search-list [role=option], #search-list .none")
        page.fill("#search-input", "nfatc")
        page.wait_for_selector("#search-list [role=option]")
        page.keyboard.press("Enter")
        visit.shows("document.title.startsWith('NFATC1')")
        assert page.evaluate("location.hash").startswith("#of=ncbigene:4772")
        page.go_back()
        visit.shows("document.querySelector('#view-title .of').textContent === 'TRAF6'")
        page.focus("#filter-min_figures")
        page.keyboard.press("End")
        visit.shows("graph._cyreg.cy.edges().length < 20")
        page.click("#reset")
        visit.shows("graph._cyreg.cy.edges().length === 20")
        page.click("#downloads summary")
        with page.expect_download() as download:
            page.click("#download-list button >> nth=0")
        assert len(Path(download.value.path()).read_text(encoding="utf-8").splitlines()) == 21
        visit.picture("file")


@pytest.fixture(scope="module")
def doubts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_doubts(tmp_path_factory.mktemp("doubts"))


def marked(page: "Page") -> tuple[list[str], list[str]]:
    """Return the nodes with a dashed border and the edges with a dashed line."""
    return tuple(
        page.evaluate(
            f"graph._cyreg.cy.{kind}().filter((each) => each.style('{style}') === 'dashed').map((e) => e.id())"
        )
        for kind, style in (("nodes", "border-style"), ("edges", "line-style"))
    )


def test_readings_are_said_and_doubtful_ones_are_marked(browser: "Browser", doubts: Path) -> None:
    opsin, crebbp = "ncbigene:5956", "ncbigene:1387"
    with serving(doubts) as address:
        for visit in visiting(browser, address):
            page = visit.open(f"?of=ncbigene:387&pick={opsin}").settled().page
            page.wait_for_selector("#panel .words")
            assert marked(page)[0] == [opsin]
            assert "Mostly a doubtful reading: 3 figures have it by a doubtful reading only" in page.inner_text(
                "#panel"
            )
            assert "CBP 3 figures under 1 %" in page.inner_text("#panel .words")
            assert "Mostly a doubtful reading" in page.inner_text("#filters .doubts")
            # Not by the mark alone: the table and the description say it, too.
            assert page.locator("#table .doubt-mark .hidden").first.text_content() == "Mostly a doubtful reading"
            page.fill("#search-input", "opn1")
            page.wait_for_selector("#search-list [role=option]")
            label = page.get_attribute("#search-list [role=option]", "aria-label")
            assert label == "OPN1LW, gene, mostly doubtful, in 4 figures"
            page = visit.open(f"?of={crebbp}&pick={crebbp},ncbigene:7157").settled().page
            page.wait_for_selector("#panel details.reading")
            summaries = page.locator("#panel details.reading summary")
            assert summaries.first.inner_text() == "CBP read as CREBBP, over 99 %"
            summaries.first.click()
            assert "corrected by hand" in page.locator("#panel details.reading li").first.inner_text()
            page.focus("#filter-min_probability")
            page.keyboard.press("End")
            visit.shows("location.search.includes('min_probability=0.99')")
            visit.shows("graph._cyreg.cy.nodes().length === 3")
            visit.picture("readings")


def test_a_saved_page_marks_doubtful_readings(browser: "Browser", doubts: Path, tmp_path: Path) -> None:
    export(doubts, "html", tmp_path / "page.html", "ego", of="ncbigene:387", filters=Filters(min_figures=1))
    for visit in visiting(browser, (tmp_path / "page.html").as_uri()):
        page = visit.open("#pick=ncbigene:5956,ncbigene:387").settled().page
        page.wait_for_selector("#panel .evidence details.reading")
        assert marked(page)[0] == ["ncbigene:5956"]
        assert "RHO read as RHOA, over 99 %" in page.inner_text("#panel .evidence")
        assert page.is_hidden("#filter-min_probability")


def test_a_saved_network_of_a_list_has_its_mark_and_the_colours_of_its_numbers(
    browser: "Browser", seeds_build: Path, tmp_path: Path
) -> None:
    path = tmp_path / "list.html"
    columns = {"gene": ["RANKL", "OPG"], 'log2 "FC" <b>': [2.5, -2.5]}
    with KnowledgeGraph(seeds_build) as graph, path.open("wb") as file:
        view = graph.network(["RANKL", "OPG", "MESH:D000255"], partners=2, columns=columns)
        exporter("html").write(graph, view, file)
    for visit in visiting(browser, path.as_uri()):
        page = visit.open().settled().page
        assert page.inner_text(".numbers .label") == 'log2 "FC" <b>'
        assert page.locator(".numbers .colour-ends span").all_inner_texts() == ["\N{MINUS SIGN}2.5", "0", "2.5"]
        assert page.locator(".numbers .key").all_inner_texts() == ["In your list", "No number"]
        fills = "graph._cyreg.cy.nodes().map((node) => [node.data('query'), node.style('background-color')])"
        assert sorted(map(tuple, page.evaluate(fills))) == [
            (False, "rgb(204,204,204)"), (False, "rgb(204,204,204)"), (True, "rgb(178,24,43)"),
            (True, "rgb(204,204,204)"), (True, "rgb(33,102,172)"),
        ]  # fmt: skip
        page.mouse.click(*visit.place(TNFSF11))
        visit.shows("document.querySelector('#panel .facts')?.textContent.includes('log2 \"FC\" <b>2.5')")


def test_a_saved_figure_shows_what_it_mentions(browser: "Browser", seeds_build: Path, tmp_path: Path) -> None:
    path = tmp_path / "figure.html"
    export(seeds_build, "html", path, "figure", of="PMC2374958__bcr1848-1")
    for visit in visiting(browser, path.as_uri()):
        page = visit.open().settled().page
        assert visit.drawn() == (10, 9)
        assert page.inner_text("#view-title") == "PMC2374958__F1\n9 neighbours"
        columns = page.locator("#panel .columns dt").all_inner_texts()
        assert {"url", "year", "number"} <= set(columns)
        page.mouse.click(*visit.place("pfocr:PMC2374958__bcr1848-1", TNFSF11))
        visit.shows("document.querySelector('#panel .kind').textContent === 'mentions'")
        assert page.is_hidden("#filter-min_figures")


def test_hostile_names_run_nothing(browser: "Browser", hostile_build: Path, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    export(hostile_build, "html", path, "co-occurrence")
    for visit in visiting(browser, path.as_uri()):
        # A script that ran would open a dialog, which goes away by itself and is told on the console.
        visit.page.add_init_script("alert = (text) => console.error(`ran: ${text}`)")
        page = visit.open().settled().page
        page.click("#as-table")
        assert "</script><script>alert(1)</script>" in page.inner_text("#table")
        page.click("#table tbody button >> nth=0")
        page.wait_for_selector("#panel .evidence > li")
        assert page.locator("#panel a[href^=javascript]").count() == 0
        page.fill("#search-input", "<")
        page.wait_for_selector("#search-list [role=option]")
        assert page.locator("img").count() == 0


def test_hostile_names_on_the_server_run_nothing(browser: "Browser", hostile_build: Path) -> None:
    with serving(hostile_build) as address:
        for visit in visiting(browser, address):
            page = visit.open(
                "?of=keyword:%253Cimg%2520src%253Dx%2520onerror%253Dalert%25281%2529%253E&view=table"
            ).page
            assert "onerror" in page.inner_text("#view-title")
            page.click("#table tbody button >> nth=0")
            page.wait_for_selector("#panel .evidence > li")
            assert page.locator("#panel a[href^=javascript], img").count() == 0


# -- what other pages make of the exports


@pytest.mark.parametrize("format_", ["cyjs", "cx2"])
@pytest.mark.parametrize(("view", "of"), [("ego", "TRAF6"), ("figure", "PMC2374958__bcr1848-1")])
def test_cytoscape_js_draws_the_exports(
    browser: "Browser", seeds_build: Path, tmp_path: Path, format_: str, view: str, of: str
) -> None:
    path = tmp_path / f"view.{format_}"
    export(seeds_build, format_, path, view, of=of)
    with KnowledgeGraph(seeds_build) as graph:
        made = graph.view(view, Filters(), of=of)
        size = [made.n_nodes, made.n_edges]
    context = browser.new_context(viewport={"width": 700, "height": 600})
    page = context.new_page()
    page.set_content("<div id=cy style='position:absolute;inset:0'></div>")
    page.add_script_tag(path=VENDOR / "cytoscape.min.js")
    script = """([text, isCx2]) => {
        let network = JSON.parse(text);
        if (isCx2) {
            const [nodes, edges] = ['nodes', 'edges'].map((name) => network.find((aspect) => aspect[name])[name]);
            network = {elements: {
                nodes: nodes.map(({id, v}) => ({data: {...v, id: `n${id}`}})),
                edges: edges.map(({id, s, t, v}) => ({data: {...v, id: `e${id}`, source: `n${s}`, target: `n${t}`}})),
            }};
        }
        const cy = cytoscape({container: document.getElementById('cy'), layout: {name: 'circle'}, ...network});
        const empty = cy.png({output: 'base64', full: true});
        return [cy.nodes().length, cy.edges().length, empty.length];
    }"""
    found = page.evaluate(script, [path.read_text(encoding="utf-8"), format_ == "cx2"])
    assert found[:2] == size
    assert found[2] > 5000  # an empty picture has some hundred characters
    assert len(page.screenshot()) > 8000
    context.close()


def test_a_notebook_shows_the_explorer_inside_a_frame(browser: "Browser", seeds_build: Path, tmp_path: Path) -> None:
    with KnowledgeGraph(seeds_build) as graph:
        output = graph.view("ego", of="TNFSF11")._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<!doctype html><title>cell</title>{output}", encoding="utf-8")
    faults: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto((tmp_path / "notebook.html").as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("canvas").first.wait_for(timeout=WAIT)
    frame.get_by_role("button", name="Table").click()
    frame.get_by_role("cell", name="TNFRSF11A").first.wait_for(timeout=WAIT)
    assert faults == []
    page.close()
