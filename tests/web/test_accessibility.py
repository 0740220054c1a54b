"""What axe-core finds on the pages: nothing critical or serious, wide and narrow, light and dark.

axe-core comes with the test-only package `axe-playwright-python`; without it these tests skip and say so.
"""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from helpers.browser import Visit, visiting
from helpers.pathways import GMT, write_pathway_build

from kg.cli.main import main
from kg.exporters import exporter
from kg.graph.knowledge_graph import KnowledgeGraph

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

TNFSF11, TNFRSF11A = "ncbigene:8600", "ncbigene:8792"
PAGES = {
    "start": "",
    "network": f"?of={TNFSF11}",
    "many": f"?of={TNFSF11}&min_figures=1&top=200",
    "entity": f"?of={TNFSF11}&pick={TNFRSF11A}",
    "pair": f"?of={TNFSF11}&pick={TNFSF11},{TNFRSF11A}",
    "table": f"?of={TNFSF11}&view=table",
    "nothing": f"?of={TNFSF11}&min_figures=1000",
    "unknown": "?of=TNFSF1",
    "list": "?genes=TNFSF11,TNFRSF11A,TRAF6,NOPE1,P38",
    "figure": "?figure=PMC2374958__bcr1848-1",
    "figures": "?figures=ncbigene:8600",
    "compare": "?compare=TNFSF11,TRAF6",
    "editor": "query",
    "form": "query?name=partners",
    "list-form": "query?name=figures-of-genes",
    "ambiguous": "query?name=partners&entity=P38",
    "refused": "query?text=SELECT%20nonsense",
    "missing": "no/such/page",
    "association": "co/ncbigene:8600_ncbigene:8792",
    "described": "describe?iri=https%3A%2F%2Fidentifiers.org%2Fncbigene%2F8600",
    "vocabulary": "vocab",
    "nearest": "keyword/TNFSF1",
}
"""Addresses of all kinds of pages; a new page belongs here."""

WITHOUT_SCRIPT = {"missing", "association", "described", "vocabulary", "nearest"}
"""Pages that the server has written whole."""

LOOKS: dict[str, dict[str, Any]] = {
    "wide": {},
    "narrow": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "dark": {"color_scheme": "dark"},
}

FOUND = """() => axe.run({resultTypes: ['violations']}).then(({violations}) => violations
    .filter(({impact}) => ['critical', 'serious'].includes(impact))
    .flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html.slice(0, 160)}`)))"""


@pytest.fixture(scope="module")
def axe() -> str:
    spec = importlib.util.find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core is not installed: pip install axe-playwright-python")
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def found(visit: Visit, axe: str) -> list[str]:
    visit.page.evaluate(axe)
    answer: list[str] = visit.page.evaluate(FOUND)
    return answer


@pytest.mark.parametrize("look", ["wide", "narrow"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_critical_or_serious(browser: "Browser", served: str, axe: str, name: str, look: str) -> None:
    for visit in visiting(browser, served, **LOOKS[look]):
        page = visit.page
        page.goto(served + PAGES[name])
        if name not in WITHOUT_SCRIPT:
            page.wait_for_selector("html[data-ready]")
        visit.shows("!document.querySelector('#panel') || !document.querySelector('[aria-busy=true]')")
        assert found(visit, axe) == []
        if look == "wide":  # Dark is the same page in other colours, so that it is not opened again.
            page.emulate_media(color_scheme="dark")
            visit.shows("matchMedia('(prefers-color-scheme: dark)').matches")
            assert found(visit, axe) == []
            visit.picture(f"{name}-dark")
            page.emulate_media(color_scheme="light")
        if name in {"unknown", "ambiguous", "missing", "nearest"}:
            visit.forget_errors()  # the 404
        visit.picture(f"{name}-{look}")


def test_nothing_critical_or_serious_in_a_saved_page(
    browser: "Browser", seeds_build: Path, axe: str, tmp_path: Path
) -> None:
    with KnowledgeGraph(seeds_build) as graph, (tmp_path / "traf6.html").open("wb") as file:
        exporter("html").write(graph, graph.view("ego", of="TRAF6"), file)
    for visit in visiting(browser, (tmp_path / "traf6.html").as_uri()):
        assert found(visit.open().settled(), axe) == []


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the page of a comparison with pathways."""
    folder = tmp_path_factory.mktemp("comparison")
    build = write_pathway_build(folder)
    (folder / "some.gmt").write_text(GMT, encoding="utf-8")
    arguments = ["compare", "--build", str(build), str(folder / "some.gmt"), "-o", str(folder / "page.html")]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    return folder / "page.html"


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_critical_or_serious_in_a_comparison(browser: "Browser", axe: str, comparison: Path, look: str) -> None:
    for visit in visiting(browser, "", **LOOKS[look]):
        visit.page.goto(comparison.as_uri())
        assert visit.page.get_by_role("table").count() == 4
        visit.page.get_by_role("link", name="no figure").click()
        assert visit.page.get_by_role("heading", name="Pathways that no figure shows").is_visible()
        visit.page.evaluate(axe)  # the policy of the page lets no script of its own run
        assert found(visit, axe) == []


def test_axe_finds_what_is_wrong(visit: Visit, axe: str) -> None:
    page = visit.open().page
    page.evaluate("document.body.append(Object.assign(document.createElement('button'), {id: 'bad'}))")
    assert any(line.startswith("button-name: ") for line in found(visit, axe))


def test_one_heading_of_the_first_level_is_seen(visit: Visit) -> None:
    for name in ("start", "network", "table", "form"):
        visit.open(PAGES[name])
        seen = "[...document.querySelectorAll('h1')].filter((each) => each.checkVisibility()).length"
        assert visit.page.evaluate(seen) == 1, name
