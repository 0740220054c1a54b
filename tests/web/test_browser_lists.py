"""Lists in the browser: pasted or given as a file, their page, their files; and two names compared."""

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from helpers.browser import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TNFSF11, TNFRSF11A, TNFRSF11B, TRAF6 = "ncbigene:8600", "ncbigene:8792", "ncbigene:4982", "ncbigene:7189"
GENES = ["RANKL", "TNFRSF11A", "TRAF6", "NFATC1", "opg"]
NUMBERS = "gene\tlogFC\tFDR\nRANKL\t-2\t0.01\nTNFRSF11A\t1\t0.2\nTRAF6\tNA\t0.5\n"
NETWORK = "document.getElementById('list-graph')._cyreg.cy"
READY = "document.querySelector('#list-drawn')?.textContent && !document.querySelector('.enriched [aria-busy]')"


def table(page: "Page", button: str) -> list[dict[str, str]]:
    """Return the rows of the TSV that a button saves."""
    with page.expect_download() as download:
        page.click(button)
    text = Path(download.value.path()).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


def paste(visit: Visit, text: str, where: str) -> None:
    """Paste as a keyboard does; headless browsers have no clipboard of the system."""
    visit.page.focus(where)
    visit.page.evaluate(
        """([text, where]) => {
            const data = new DataTransfer();
            data.setData('text', text);
            const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
            if (document.querySelector(where).dispatchEvent(event)) document.execCommand('insertText', false, text);
        }""",
        [text, where],
    )


# -- giving a list


@pytest.mark.parametrize("joint", ["\n", ", ", "\t", ";"])
def test_a_list_that_is_pasted_into_the_search_leads_to_its_page(visit: Visit, joint: str) -> None:
    visit.open()
    paste(visit, joint.join(GENES), "#search-input")
    visit.shows(READY)
    assert visit.query == {"genes": ",".join(GENES)}
    assert visit.page.inner_text("#page h1") == "List of 5 names"
    assert visit.page.inner_text(".list-counts") == "5 matched"


def test_names_with_blanks_between_are_a_list_unless_they_are_one_name(visit: Visit) -> None:
    page = visit.open().page
    page.locator("#search-input").press_sequentially("TRAF6 NFATC1", delay=0)
    page.keyboard.press("Enter")
    visit.shows(READY)
    assert page.inner_text("#page h1") == "TRAF6, NFATC1"
    page.click("#home")
    visit.shows("document.documentElement.dataset.page === 'start'")
    assert visit.query == {}
    paste(visit, "TRAF6", "#search-input")
    page.wait_for_selector("#search-list [role=option]")


def test_the_start_page_takes_a_text_by_keyboard(visit: Visit) -> None:
    page = visit.open().page
    page.focus("#give-text")
    page.keyboard.insert_text("\n".join(GENES))
    page.keyboard.press("Control+Enter")
    visit.shows(READY)
    assert visit.query == {"genes": ",".join(GENES)}
    page.go_back()
    visit.shows("document.documentElement.dataset.page === 'start'")


def test_what_is_no_list_is_said_beside_the_field(visit: Visit) -> None:
    page = visit.open().page
    page.set_input_files("#give-file", files={"name": "a.xlsx", "mimeType": "", "buffer": b"PK\x03\x04\x00"})
    visit.shows("document.querySelector('#give-note').textContent.includes('not a text')")
    visit.forget_errors()  # the 400


def test_numbers_of_a_file_colour_the_nodes_and_are_in_no_address(visit: Visit) -> None:
    page = visit.open().page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_input_files(
        "#give-file", files={"name": "genes.tsv", "mimeType": "text/plain", "buffer": NUMBERS.encode()}
    )
    visit.shows(READY)
    assert visit.query == {"genes": "RANKL,TNFRSF11A,TRAF6"}
    assert not any("logFC" in url or "-2" in unquote(url) for url in asked)
    colours = page.evaluate(f"Object.fromEntries({NETWORK}.nodes().map((node) => [node.id(), node.data('colour')]))")
    # From -2 (blue) by 0 (nearly white) to 2; 1 is half way to red; TRAF6 has no number.
    assert colours == {TNFSF11: "#2166AC", TNFRSF11A: "#D58891", TRAF6: "#CCCCCC"}
    assert "this tab only" in page.inner_text("#page > header")
    page.select_option("#list-column", label="FDR")
    assert page.evaluate(f"{NETWORK}.getElementById('{TRAF6}').data('colour')") == "#993404"
    assert page.inner_text(".number-scale").split() == ["FDR", "0.01", "0.5", "no", "number"]
    page.select_option("#list-column", label="kind of node")
    assert page.evaluate(f"{NETWORK}.nodes('[colour]').length") == 0
    page.reload()  # the tab keeps them
    visit.shows(READY)
    assert page.evaluate(f"{NETWORK}.getElementById('{TNFSF11}').data('colour')") == "#2166AC"
    visit.picture("list-numbers")


def test_the_files_of_a_list_with_numbers_have_them(visit: Visit) -> None:
    page = visit.open().page
    page.fill("#give-text", NUMBERS.replace("logFC", '"log ""2"" FC"'))
    page.click("#give [type=submit]")
    visit.shows(READY)
    page.evaluate("document.querySelector('#list-network .menu').open = true")
    with page.expect_download() as download:
        page.click("#list-network .menu li:has-text('CX2') > *")
    content = json.loads(Path(download.value.path()).read_bytes())
    nodes = next(aspect["nodes"] for aspect in content if "nodes" in aspect)
    assert {node["v"]["represents"]: (node["v"].get('log "2" FC'), node["v"]["FDR"]) for node in nodes} == {
        TNFSF11: (-2, 0.01), TNFRSF11A: (1, 0.2), TRAF6: (None, 0.5),
    }  # fmt: skip


def test_a_long_list_stands_in_the_fragment(visit: Visit) -> None:
    page = visit.open().page
    page.fill("#give-text", "\n".join([*GENES, *(f"NOSUCHGENE{number}" for number in range(400))]))
    page.click("#give button[type=submit]")
    visit.shows(READY)
    assert visit.query == {}
    assert page.evaluate("location.hash").startswith("#genes=RANKL,TNFRSF11A,")
    assert page.inner_text(".list-counts").startswith("5 matched")
    page.reload()
    visit.shows(READY)
    assert page.inner_text("#page h1") == "List of 405 names"
    page.click("#home")
    visit.shows("document.documentElement.dataset.page === 'start' && !location.hash")


# -- the page of a list


def test_names_are_chosen_replaced_and_left_out(visit: Visit) -> None:
    page = visit.open("?genes=TRAF6,p38,TRAF66,NOSUCHTHING").page
    visit.shows(READY)
    assert page.inner_text(".list-counts") == "1 matched, 1 ambiguous, 2 unmatched"
    page.click("button[aria-label='p38 is MAPK14, ncbigene:1432']")
    visit.shows("document.querySelector('.list-counts')?.textContent === '2 matched, 2 unmatched'")
    page.click("button[aria-label='TRAF66 is TRAF6']")
    visit.shows("document.querySelector('.list-counts')?.textContent.startsWith('2 matched, 1 unmatched')")
    page.click("button[aria-label='Leave out NOSUCHTHING']")
    visit.shows("document.querySelector('.list-counts')?.textContent.startsWith('2 matched')")
    assert visit.query == {"genes": "TRAF6,ncbigene:1432"}  # a name that is given twice is one
    page.go_back()
    visit.shows("document.querySelector('.list-counts')?.textContent.includes('unmatched')")


def test_the_network_of_a_list_alone_and_with_partners(visit: Visit) -> None:
    """NFKB1 and RELA are the only others that two figures draw with one of the five."""
    page = visit.open(f"?genes={','.join(GENES)}").page
    visit.shows(READY)
    network = page.evaluate(f"fetch('api/network?genes={','.join(GENES)}').then((answer) => answer.json())")
    assert page.evaluate(f"[{NETWORK}.nodes().length, {NETWORK}.edges().length]") == [
        5,
        len(network["elements"]["edges"]),
    ]
    assert page.evaluate(f"{NETWORK}.nodes('.center').length") == 0
    page.select_option("#list-number", "5")
    page.focus("#list-partners")
    page.keyboard.press("Enter")
    visit.shows("document.querySelector('#list-drawn').textContent.includes('With 2 partners, all there are')")
    assert visit.query["partners"] == "5"
    assert page.evaluate(f"[{NETWORK}.nodes().length, {NETWORK}.nodes('.center').length]") == [7, 5]
    page.reload()
    visit.shows(READY)
    assert page.get_attribute("#list-partners", "aria-pressed") == "true"
    visit.picture("list-partners")


def test_a_node_and_a_line_lead_on(visit: Visit) -> None:
    page = visit.open("?genes=RANKL,TNFRSF11A").page
    visit.shows(READY)
    page.focus("#list-graph")
    page.keyboard.press("ArrowRight")
    visit.shows("document.querySelector('#list-network .picked a')")
    page.evaluate(f"{NETWORK}.edges()[0].emit({{type: 'tap', originalEvent: {{timeStamp: 0}}}})")
    visit.shows("document.querySelector('#list-network .picked').textContent.startsWith('Figures of')")
    page.click("#list-network .picked a")
    visit.shows("document.querySelector('#panel .evidence')")


def test_enriched_figures_have_their_words_and_lead_to_the_figure(visit: Visit) -> None:
    page = visit.open(f"?genes={','.join(GENES)}").page
    visit.shows(READY)
    rows = page.locator("#enriched-figures tbody tr")
    answer = page.evaluate(f"fetch('api/enrich?genes={','.join(GENES)}').then((answer) => answer.json())")
    assert rows.count() == len(answer["rows"]) > 0
    first = answer["rows"][0]
    assert first["words"][0] in rows.first.inner_text()
    assert f"{first['hits']} of {first['words_drawn']}" in rows.first.inner_text()
    assert answer["background"] in page.inner_text("#enriched-figures")
    saved = table(page, "#save-figures")
    assert {row["figure_id"] for row in saved} >= {row["figure_id"] for row in answer["rows"]}
    assert saved[0]["words"].split("; ") == first["words"]
    visit.picture("list")
    page.click("#enriched-figures tbody a >> nth=0")
    visit.shows("location.search.startsWith('?figure=')")


def test_the_files_of_a_list(visit: Visit) -> None:
    page = visit.open(f"?genes={','.join(GENES)},NOSUCHTHING").page
    visit.shows(READY)
    names = table(page, "#save-names")
    assert [(row["name"], row["status"], row["by"], row["id"]) for row in names][::5] == [
        ("RANKL", "matched", "drawn word", TNFSF11),
        ("NOSUCHTHING", "unmatched", "", ""),
    ]
    for kind, start in {"CX2": "[", "GraphML": "<?xml", "Table": "source", "SVG": "<?xml", "PNG": "\x89PNG"}.items():
        page.evaluate("document.querySelector('#list-network .menu').open = true")
        with page.expect_download() as download:
            page.click(f"#list-network .menu li:has-text('{kind}') > *")
        content = Path(download.value.path()).read_bytes()
        assert content.decode("latin-1").startswith(start), kind
        if kind == "CX2":
            nodes = next(aspect["nodes"] for aspect in json.loads(content) if "nodes" in aspect)
            assert len(nodes) == 5


def test_a_list_without_a_match_says_so(visit: Visit) -> None:
    page = visit.open("?genes=NOSUCHTHING,NOSUCHOTHER").page
    visit.shows("document.querySelector('.list-counts')")
    assert page.inner_text(".list-counts") == "2 unmatched"
    assert page.locator("#list-network").count() == 0


def test_a_list_on_a_phone(phone: Visit) -> None:
    page = phone.open(f"?genes={','.join(GENES)},p38,NOSUCHTHING").page
    phone.shows(READY)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.picture("list-phone")


# -- two names compared


def test_two_names_compared(visit: Visit) -> None:
    page = visit.open("?compare=RANKL,TNFRSF11A").page
    visit.shows("document.querySelector('#compare-figures .evidence')")
    assert page.inner_text("#page h1").split() == ["TNFSF11", "and", "TNFRSF11A"]
    answer = page.evaluate("fetch('api/compare?a=RANKL&b=TNFRSF11A').then((answer) => answer.json())")
    assert page.inner_text("#compare-shared h2") == f"Partners of both ({answer['shared']['partners']})"
    assert page.inner_text("#compare-figures h2") == "Figures that show both (5)"
    assert page.locator("#compare-figures .evidence > li").count() == 5
    assert "Figures by year, 2008 to " in (page.get_attribute("#compare-years svg", "aria-label") or "")
    saved = table(page, "#compare-shared button:has-text('TSV')")
    assert [row["id"] for row in saved] == [row["id"] for row in answer["shared"]["rows"]]
    visit.picture("compare")
    page.click("#compare-figures >> text=The pair in its network")
    visit.shows("document.querySelector('#panel .evidence')")
    assert set(visit.query["pick"].split(",")) == {TNFSF11, TNFRSF11A}


def test_two_matched_names_offer_the_comparison(visit: Visit) -> None:
    page = visit.open("?genes=RANKL,TNFRSF11A").page
    visit.shows(READY)
    page.click("text=Compare the two")
    visit.shows("document.querySelector('#compare-shared')")


def test_one_name_is_no_comparison(visit: Visit) -> None:
    page = visit.open("?compare=RANKL").page
    assert "Give two names to compare" in page.inner_text("#page")
