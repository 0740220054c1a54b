"""Figures in a browser: their pages, lists, search, and pictures that a local server has, on request only.

See test_browser.py for what these tests need.
"""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from helpers.browser import Visit, serving, visiting
from helpers.markup import MARKUP, build_markup

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

TNFSF11, TNFRSF11A = "ncbigene:8600", "ncbigene:8792"
FIGURE = "PMC4168338__10-1055-s-0031-1298276-i430gf01"
OTHER = "PMC2374958__bcr1848-1"
TITLE = "Control of osteoclast differentiation by the RANK/RANKL/OPG signal pathway"
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="99" height="99"/></svg>'


class Pictures:
    """A server that has the picture of one figure; `asked` are the paths that were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        pictures = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                pictures.asked.append(self.path)
                there = self.path.startswith("/PMC4168338/")
                self.send_response(200 if there else 404)
                self.send_header("Content-Type", "image/svg+xml")
                self.end_headers()
                if there:
                    self.wfile.write(PICTURE)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 as in the base class
                """Print nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def pictures() -> Iterator[Pictures]:
    made = Pictures()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def served(seeds_build: Path, pictures: Pictures) -> Iterator[str]:
    with serving(seeds_build, f"http://{pictures.host}/{{pmcid}}/{{filename}}") as address:
        yield address


@pytest.fixture
def visit(browser: "Browser", served: str, pictures: Pictures) -> Iterator[Visit]:
    pictures.asked.clear()
    yield from visiting(browser, served)


@pytest.fixture
def phone(browser: "Browser", served: str, pictures: Pictures) -> Iterator[Visit]:
    pictures.asked.clear()
    yield from visiting(browser, served, viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark")


def only_pictures(visit: Visit, pictures: Pictures) -> None:
    """Take back the requests to the server of pictures, which are expected here; there are no others."""
    assert [url for url in visit.elsewhere if not url.startswith(f"http://{pictures.host}/")] == []
    visit.elsewhere.clear()


# -- the page of a figure


def test_a_figure_has_its_caption_words_paper_and_network(visit: Visit) -> None:
    page = visit.open(f"?figure={FIGURE}").page
    assert page.title().startswith(TITLE)
    assert page.inner_text("#page h1") == TITLE
    assert set(page.locator("mark").all_inner_texts()) == {"RANK", "RANKL", "OPG"}
    words = page.locator(".meanings > li")
    assert [word.locator(".read").first.inner_text() for word in words.all()] == ["OPG", "RANK", "RANKL"]
    assert "TNFRSF11B 98 %" in words.first.inner_text()
    words.first.locator("summary").click()
    assert "BTF3P11" in words.first.inner_text()  # the other reading of OPG
    links = {link.inner_text(): link.get_attribute("href") for link in page.locator("#page dl a").all()}
    assert links["PMC4168338"] == "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC4168338"
    assert links["at PFOCR"] == f"https://pfocr.wikipathways.org/figures/{FIGURE}.html"
    assert links["at PMC"] == "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC4168338/figure/FI430-1/"
    visit.shows("document.getElementById('figure-graph')?._cyreg?.cy.edges().length === 3")
    assert "None." in page.inner_text("#page")
    assert "Jaccard index of the drawn words" in page.inner_text("#page")
    visit.picture("figure")


def test_the_network_of_a_figure_by_keyboard(visit: Visit) -> None:
    page = visit.open(f"?figure={FIGURE}").page
    visit.shows("document.getElementById('figure-graph')?._cyreg?.cy.nodes().length === 3")
    page.focus("#figure-graph")
    page.keyboard.press("ArrowRight")
    visit.shows("!!document.querySelector('.figure-network .picked a')")
    page.keyboard.press("Enter")
    visit.shows("document.documentElement.dataset.page === 'view'")
    assert "figure" not in visit.query
    page.go_back()
    visit.shows("document.querySelector('#page h1')?.textContent.startsWith('Control of')")
    visit.shows("document.getElementById('figure-graph')?._cyreg?.cy.nodes().length === 3")


def test_a_figure_that_is_none_is_said(visit: Visit) -> None:
    page = visit.open("?figure=PMC9__none").page
    assert page.inner_text("#page h1") == "Not found"
    assert "PMC9__none" in page.inner_text("#page")
    visit.forget_errors()  # the 404


def test_texts_of_records_stay_texts(browser: "Browser", tmp_path: Path) -> None:
    with serving(build_markup(tmp_path)) as address:
        for made in visiting(browser, address):
            page = made.open("?figure=PMC1__a").page
            assert MARKUP[0] in page.inner_text("#page")
            assert page.locator("#page script, #page img").count() == 0
            made.open("?figures=TP53")
            assert MARKUP[0] in page.inner_text("#page")


# -- the list of an entity's figures


def test_from_a_gene_to_its_figures_and_back(visit: Visit) -> None:
    page = visit.open(f"?of={TNFSF11}").settled().page
    page.click("#its-figures")
    visit.shows("document.title.startsWith('Figures of TNFSF11')")
    rows = page.locator(".figure-table tbody tr")
    assert rows.count() == 5
    assert [row.locator("td").first.inner_text() for row in rows.all()] == ["2023", "2021", "2020", "2012", "2008"]
    page.locator("#sort-words").focus()
    page.keyboard.press("Enter")
    visit.shows("location.search.includes('sort=words')")
    visit.shows("document.activeElement.id === 'sort-words'")
    assert page.get_attribute("th:has(#sort-words)", "aria-sort") == "descending"
    numbers = [int(row.locator("td").last.inner_text()) for row in rows.all()]
    assert numbers == sorted(numbers, reverse=True)
    page.click("#sort-words")
    visit.shows("document.querySelector('th:has(#sort-words)').getAttribute('aria-sort') === 'ascending'")
    rows.filter(has_text=TITLE).locator("th a").click()
    visit.shows(f"document.querySelector('#page h1').textContent === {TITLE!r}")
    for _ in range(4):
        page.go_back()
    visit.shows("document.documentElement.dataset.page === 'view'")
    visit.picture("back")


def test_lists_and_figures_fit_a_phone(phone: Visit) -> None:
    page = phone.open("?figures=TNFSF11").page
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    phone.picture("figures-phone")
    page.locator(".figure-table tbody a", has_text="ER Stress").first.click()
    phone.shows("document.title.startsWith('ER Stress')")
    phone.shows("document.getElementById('figure-graph')?._cyreg?.cy.nodes().length > 50")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    phone.picture("figure-phone")


# -- the search


def test_figures_are_among_the_suggestions(visit: Visit) -> None:
    page = visit.open().page
    page.fill("#search-input", "osteoclast diff")
    option = page.locator("#search-list .drawing")
    option.wait_for()
    assert TITLE in option.inner_text()
    page.keyboard.press("Enter")
    visit.shows("location.search.startsWith('?figure=')")
    assert visit.query == {"figure": FIGURE}
    page.fill("#search-input", "pmc2374958")
    page.locator("#search-list .drawing").click()
    visit.shows(f"location.search === '?figure={OTHER}'")


# -- pictures on request


def test_no_picture_is_asked_for_before_the_button(visit: Visit, pictures: Pictures) -> None:
    page = visit.open(f"?figure={FIGURE}").page
    visit.shows("!!document.getElementById('figure-graph')?._cyreg")
    visit.open(f"?of={TNFSF11}&pick={TNFSF11},{TNFRSF11A}")
    page.wait_for_selector("#panel .evidence > li")
    visit.open("?figures=TNFSF11")
    assert page.locator("img").count() == 0
    assert (visit.elsewhere, pictures.asked) == ([], [])


def test_a_picture_on_request_is_remembered(visit: Visit, pictures: Pictures) -> None:
    page = visit.open(f"?figure={FIGURE}").page
    assert pictures.host in page.inner_text(".show-figures")
    page.locator(".show-figures button").focus()
    page.keyboard.press("Enter")
    visit.shows("document.querySelector('.picture img')?.naturalWidth === 300")
    assert pictures.asked == ["/PMC4168338/10-1055-s-0031-1298276-i430gf01.jpg"]
    said = page.inner_text(".picture figcaption")
    assert "J. T. Ney, et al. Geburtshilfe Frauenheilkd. 2012 May;72(5):385-391." in said
    assert "Licence: as the article." in said
    assert page.get_attribute(".picture figcaption a", "href") == "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC4168338"
    visit.picture("figure-shown")
    visit.open(f"?figure={FIGURE}")
    visit.shows("document.querySelector('.picture img')?.naturalWidth === 300")
    page.click(".show-figures button")
    assert page.locator(".picture").is_hidden()
    asked = len(pictures.asked)
    visit.open(f"?figure={FIGURE}")
    visit.shows("!!document.getElementById('figure-graph')?._cyreg")
    assert len(pictures.asked) == asked
    only_pictures(visit, pictures)


def test_a_picture_that_fails_has_a_link_in_its_place(visit: Visit, pictures: Pictures) -> None:
    page = visit.open(f"?figure={OTHER}").page
    page.click(".show-figures button")
    page.wait_for_selector(".no-picture")
    assert page.locator(".picture img").count() == 0
    link = page.locator(".no-picture a")
    assert link.get_attribute("href") == "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC2374958/figure/F1/"
    visit.forget_errors()  # the 404
    only_pictures(visit, pictures)


def test_pictures_of_a_pair_are_shown_on_request(visit: Visit, pictures: Pictures) -> None:
    page = visit.open(f"?of={TNFSF11}&pick={TNFSF11},{TNFRSF11A}").page
    page.click("#panel .show-figures button")
    visit.shows("document.querySelector('#panel .picture img')?.naturalWidth === 300")
    page.locator("#panel .evidence > li").nth(1).scroll_into_view_if_needed()
    page.wait_for_selector("#panel .no-picture")
    visit.picture("pair-shown")
    page.locator("#panel .evidence .title a").first.click()
    visit.shows(f"location.search === '?figure={FIGURE}'")
    visit.forget_errors()  # pictures that are not there
    only_pictures(visit, pictures)


def test_pictures_of_enriched_figures_are_shown_on_request(visit: Visit, pictures: Pictures) -> None:
    page = visit.open("?genes=RANKL,OPG,TRAF6,NFATC1").page
    page.wait_for_selector("#enriched-figures tbody tr")
    assert (page.locator("#enriched-figures img").count(), pictures.asked) == (0, [])
    page.click("#enriched-figures .show-figures button")
    there = page.locator("#enriched-figures tr", has_text=TITLE[:30])
    there.scroll_into_view_if_needed()
    visit.shows(
        "[...document.querySelectorAll('#enriched-figures .picture img')].some((img) => img.naturalWidth === 300)"
    )
    page.wait_for_selector("#enriched-figures .no-picture")
    assert "Licence: as the article." in there.inner_text()
    visit.picture("enriched-shown")
    visit.forget_errors()  # pictures that are not there
    only_pictures(visit, pictures)


def test_without_a_template_there_is_no_button(browser: "Browser", seeds_build: Path) -> None:
    with serving(seeds_build) as address:
        for made in visiting(browser, address):
            page = made.open(f"?figure={FIGURE}").page
            assert page.locator(".show-figures, .picture").count() == 0
            assert page.locator("#page dl a", has_text="at PMC").count() == 1
