"""The query page: its editor, the form with lists, and the cells of results."""

from typing import TYPE_CHECKING, Any

import pytest
from helpers.browser import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

EDITOR = "document.querySelector('.CodeMirror').CodeMirror"
MARKS = "document.querySelectorAll('.parseErrorIcon').length"


def test_the_editor_marks_what_is_wrong_and_no_prefix_that_may_be_left_out(visit: Visit) -> None:
    page = visit.open("query").page
    assert "biolink:Gene" in page.evaluate(f"{EDITOR}.getValue()")
    assert page.evaluate(MARKS) == 0
    page.evaluate(f"{EDITOR}.setValue('SELECT * WHERE {{ ?s kg:figureCount ?n ; schema:mentions ?o }}')")
    assert page.evaluate(MARKS) == 0
    page.evaluate(f"{EDITOR}.setValue('SELECT * WHERE {{ ?s nosuch:figureCount ?n }}')")
    visit.shows(f"{MARKS} === 1")
    page.evaluate(f"{EDITOR}.setValue('SELECT * WHERE {{ ?s ?p }}')")
    visit.shows(f"{MARKS} === 1")
    page.click("#queries a >> nth=0")
    visit.shows(f"{EDITOR}.getValue().includes('PREFIX')")
    visit.shows(f"{MARKS} === 0")


def test_the_default_query_runs(visit: Visit) -> None:
    page = visit.open("query").page
    page.focus("#run")
    page.keyboard.press("Enter")
    visit.shows("document.getElementById('status').textContent.startsWith('20 rows')")
    assert page.locator("#results a.iri").first.inner_text().startswith("ncbigene:")


def test_tab_leaves_the_editor(visit: Visit) -> None:
    page = visit.open("query").page
    before = page.evaluate(f"{EDITOR}.getValue()")
    page.focus(".CodeMirror textarea")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('.CodeMirror') !== null")
    assert page.evaluate(f"{EDITOR}.getValue()") == before


def cells(page: "Page", calls: list[tuple[str, str]]) -> list[str]:
    script = """async (calls) => {
        const { readable } = await import(new URL("static/cells.js", document.baseURI));
        return calls.map(([text, name]) => readable(text, `http://www.w3.org/2001/XMLSchema#${name}`));
    }"""
    answer: list[str] = page.evaluate(script, calls)
    return answer


def test_numbers_in_cells_can_be_read(visit: Visit) -> None:
    zeros = f"0.{'0' * 139}912345"
    wanted = {
        ("0.00076", "double"): "0.00076",
        ("7.6E-4", "double"): "0.00076",
        ("7.6E-1", "decimal"): "0.76",
        ("0.123456789", "decimal"): "0.123457",
        (zeros, "decimal"): "9.12e-140",
        ("9E-140", "double"): "9e-140",
        ("-0.00001", "double"): "-1e-5",
        ("1234567.891", "double"): "1234568",
        ("5", "double"): "5",
        ("0", "double"): "0",
        ("0.0", "decimal"): "0",
        ("INF", "double"): "INF",
        ("NaN", "double"): "NaN",
        ("", "double"): "",
        ("00017", "string"): "00017",
        ("8600", "integer"): "8600",
    }
    assert cells(visit.open("query").page, list(wanted)) == list(wanted.values())


def run(visit: Visit, text: str) -> Any:
    page = visit.open("query").page
    page.evaluate(f"(text) => {EDITOR}.setValue(text)", text)
    page.click("#run")
    page.wait_for_selector("#results table tbody tr")
    return page.locator("#results tbody td")


def test_cells_have_curies_as_links_and_short_numbers_with_all_digits_on_hover(visit: Visit) -> None:
    found = run(
        visit,
        "SELECT ?figure ?word ?class ?p ?bad WHERE { VALUES (?figure ?word ?class ?p ?bad) {"
        " (<https://pfocr.wikipathways.org/figures/PMC1__f.html> <https://w3id.org/pfocr-kg/word/P38>"
        f" biolink:Gene 0.{'0' * 139}9 <javascript:alert(1)>) }} }}",
    )
    assert [text.strip() for text in found.all_inner_texts()][-5:] == [
        "pfocr:PMC1__f",
        "word:P38",
        "biolink:Gene",
        "9e-140",
        "javascript:alert(1)",
    ]
    links = visit.page.locator("#results td a")
    assert links.count() == 3  # not the script
    assert links.first.get_attribute("href") == "https://pfocr.wikipathways.org/figures/PMC1__f.html"
    assert links.first.get_attribute("rel") == "noopener noreferrer"
    assert visit.page.get_attribute("#results td span[title]", "title") == f"0.{'0' * 139}9"


def test_a_list_stands_in_a_field_that_shows_all_of_it(visit: Visit) -> None:
    page = visit.open("query?name=figures-of-genes").page
    field = page.locator("#parameter-gene")
    assert field.evaluate("(field) => field.tagName") == "TEXTAREA"
    assert field.input_value() == "ncbigene:8600\nncbigene:8792\nncbigene:7189"
    visit.shows(
        "(() => { const f = document.getElementById('parameter-gene'); return f.scrollHeight <= f.clientHeight; })()"
    )
    three = field.evaluate("(field) => field.offsetHeight")
    visit.shows("document.getElementById('status').textContent.includes('rows')")
    genes = ["TNFSF11", "TNFRSF11A", "TRAF6", "NFATC1", "ncbigene:5600"]
    field.fill("\n".join(genes))
    visit.shows(f"document.getElementById('parameter-gene').offsetHeight > {three}")
    assert visit.query["gene"].split() == genes
    page.focus("#parameter-gene")
    page.keyboard.press("Control+Enter")
    visit.shows(
        f"['8600', '8792', '7189', '4772', '5600'].every((id) => {EDITOR}.getValue().includes(`ncbigene/${{id}}>`))"
    )
    visit.shows("document.getElementById('status').textContent.includes('rows')")
    field.fill("ncbigene:8600\nncbigene:8792\nncbigene:7189")
    visit.shows("!location.search.includes('gene=')")  # the default is no part of the address


def test_an_unknown_name_in_a_form_offers_what_it_may_mean(visit: Visit) -> None:
    page = visit.open("query?name=partners&entity=P38").page
    page.wait_for_selector("#results .suggestion")
    visit.forget_errors()  # the 404
    page.click("#results .suggestion:has-text('MAPK11')")
    visit.shows("document.getElementById('status').textContent.includes('row')")
    assert visit.query == {"name": "partners", "entity": "ncbigene:5600"}
    assert page.input_value("#parameter-entity") == "ncbigene:5600"


def test_only_the_unknown_name_of_a_list_is_replaced(visit: Visit) -> None:
    page = visit.open("query?name=figures-of-genes&gene=TRAF6%0ATNFSF1").page
    page.wait_for_selector("#results .suggestion")
    visit.forget_errors()
    page.click("#results .suggestion >> nth=0")
    visit.shows("document.getElementById('status').textContent.includes('rows')")
    assert page.input_value("#parameter-gene") == "TRAF6\nncbigene:8600"
