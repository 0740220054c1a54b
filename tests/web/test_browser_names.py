"""Names that are unknown or ambiguous: the page offers what they may mean, on the server and in a saved page."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers.browser import Visit, visiting

from kg.exporters import exporter
from kg.graph.knowledge_graph import KnowledgeGraph

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

TNFSF11, TRAF6 = "ncbigene:8600", "ncbigene:7189"


def test_an_unknown_name_offers_similar_ones(visit: Visit) -> None:
    page = visit.open("?of=TNFSF1&min_figures=1").page
    visit.forget_errors()  # the 404
    offered = page.locator("#message .suggestion")
    assert offered.all_inner_texts() == ["TNFSF11\n5 figures", "TNFRSF11B\n3 figures", "TNFRSF11A\n5 figures"]
    assert offered.first.get_attribute("href") == f"?min_figures=1&of={TNFSF11}"
    offered.first.focus()
    page.keyboard.press("Enter")
    visit.shows("document.title.startsWith('TNFSF11')")
    assert visit.query == {"of": TNFSF11, "min_figures": "1"}  # the filters stay
    visit.shows("!document.getElementById('picture').hidden")


def test_a_suggestion_takes_the_place_of_the_unknown_name_only(visit: Visit) -> None:
    page = visit.open(f"?of={TRAF6},TNFSF1").page
    visit.forget_errors()
    page.click("#message .suggestion >> nth=0")
    visit.shows("document.title.includes('TNFSF11')")
    assert visit.query == {"of": f"{TRAF6},{TNFSF11}"}


def test_an_ambiguous_name_offers_its_meanings(visit: Visit) -> None:
    page = visit.open("?of=P38").page
    visit.forget_errors()
    assert "it is the drawn word of" in page.inner_text("#message p >> nth=0")
    assert page.locator("#message .suggestion").count() > 1


def test_who_searches_for_an_unknown_name_is_led_to_similar_ones(visit: Visit) -> None:
    page = visit.open().page
    page.locator("#search-input").press_sequentially("TNFSF111", delay=0)
    page.wait_for_selector("#search-list .none")
    assert page.inner_text("#search-list .none").endswith("Press Enter for similar names.")
    page.keyboard.press("Enter")
    page.wait_for_selector("#message .suggestion")
    visit.forget_errors()
    assert page.inner_text("#message .suggestion >> nth=0").startswith("TNFSF11")


def test_a_saved_page_offers_its_own_names(browser: "Browser", seeds_build: Path, tmp_path: Path) -> None:
    with KnowledgeGraph(seeds_build) as graph, (tmp_path / "traf6.html").open("wb") as file:
        exporter("html").write(graph, graph.view("ego", of="TRAF6"), file)
    for visit in visiting(browser, (tmp_path / "traf6.html").as_uri()):
        page = visit.open("#of=NFATC").page
        assert page.locator("#message .suggestion").first.inner_text().startswith("NFATC1")
        page.click("#message .suggestion >> nth=0")
        visit.shows("document.title.startsWith('NFATC1')")
        assert page.evaluate("location.hash") == "#of=ncbigene:4772"


def test_partners_in_the_panel_are_in_the_order_of_their_figures(
    visit: Visit,
) -> None:
    def in_order(page: Visit) -> None:
        for part in page.page.locator("#panel .partners").all():
            figures = [int(text.split()[0]) for text in part.locator(".number").all_inner_texts()]
            assert figures == sorted(figures, reverse=True)
            assert figures

    visit.open(f"?of={TNFSF11}&min_figures=1")
    visit.page.wait_for_selector("#panel .partners")
    in_order(visit)
    in_order(visit.open("?of=ncbigene:5600,ncbigene:7189,ncbigene:8600"))
