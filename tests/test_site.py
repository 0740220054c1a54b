"""The documentation as a site: every page in the navigation, built strictly, readable and searchable without a network.

The tests of the built site need the extra `docs`; those in a browser need Chromium, too.
"""

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from helpers.browser import Visit, visiting
from helpers.corpus import ROOT

import kg

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAVIGATION = tomllib.loads((ROOT / "tools" / "site" / "navigation.toml").read_text(encoding="utf-8"))
LISTED = [file for pages in NAVIGATION.values() for file in pages.values()]
PAGES = sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md"))
TOP = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]

LOOKS: dict[str, dict[str, Any]] = {
    "wide": {},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "dark": {"color_scheme": "dark"},
    "dark phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"},
}

KINDS = (
    "docs/index.html",
    "docs/tutorials/biologist.html",
    "docs/tutorials/notebook.html",
    "docs/gallery.html",
    "docs/lists.html",
    "docs/glossary.html",
    "search.html?q=weight",
)
"""Pages of every kind: text, code of several languages, pictures, tables, headings, results."""

TOO_WIDE_OR_MISSING = """() => {
    const {scrollWidth, clientWidth} = document.documentElement;
    return [...(scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} pixels too wide`] : []),
        ...[...document.images].filter(({naturalWidth}) => !naturalWidth).map(({src}) => src)];
}"""

FOUND = """() => axe.run({preload: false, resultTypes: ['violations']}).then(({violations}) => violations
    .filter(({impact}) => ['critical', 'serious'].includes(impact))
    .map(({id, nodes}) => `${id}: ${nodes.map(({target}) => target.join(' ')).join(', ')}`))"""


# -- without the extra


def test_every_page_is_in_the_navigation_once() -> None:
    missing = sorted({*PAGES, *TOP} - set(LISTED))
    assert missing == [], "a page needs a line in tools/site/navigation.toml"
    assert sorted(LISTED) == sorted({*PAGES, *TOP})


def test_every_picture_says_what_it_shows() -> None:
    for name in LISTED:
        for text, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", (ROOT / name).read_text(encoding="utf-8")):
            assert len(text) > 10, f"{name}: {target} has no text for those who do not see it"


def test_the_glossary_is_sorted_and_leads_to_definitions() -> None:
    parts = re.split(r"^## ", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    words = [part.partition("\n")[0].lower() for part in parts]
    assert words == sorted(words)
    assert [part for part in parts if not re.search(r"\]\((?!#)", part)] == []


def test_the_first_screen_says_for_whom_it_is_and_how_to_begin() -> None:
    first = (ROOT / "docs" / "index.md").read_text(encoding="utf-8").partition("```console")[0]
    assert len(first.splitlines()) <= 25
    tutorials = [file for file in LISTED if "/tutorials/" in file]
    assert [file for file in tutorials if file.removeprefix("docs/") not in first] == []
    assert "\n## Install\n" in first
    assert "\n    kg build seeds " in first


def test_the_citation_has_the_version_of_the_program() -> None:
    assert f"\nversion: {kg.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_nothing_but_a_site_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    for place, message in ((".", "is a folder of something else"), ("notes.txt", "is a file"), ("notes.txt/x", "")):
        done = build(tmp_path / place)
        assert (done.returncode, done.stdout) == (1, "")
        assert message in done.stderr
        assert "Traceback" not in done.stderr
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["mine"]


# -- the built site


def build(folder: Path, source: Path = ROOT, epoch: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(source / "tools" / "build_site.py"), str(folder)]
    environment = os.environ | ({"SOURCE_DATE_EPOCH": epoch} if epoch else {})
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for name in ("sphinx", "myst_parser", "furo"):
        pytest.importorskip(name, reason="the extra `docs` is not installed")
    folder = tmp_path_factory.mktemp("built") / "site"
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return folder


def pages(site: Path) -> list[str]:
    return sorted(str(path.relative_to(site)) for path in site.rglob("*.html"))


@pytest.mark.slow
def test_the_site_has_every_page_and_asks_no_other_host(site: Path) -> None:
    assert {name.replace(".md", ".html") for name in LISTED} <= set(pages(site))
    loads = re.compile(r'<(?:script|img|iframe|source|link)\b[^>]*?(?:src|href)="((?:https?:)?//[^"]+)"')
    styles = re.compile(r"(?:url\(|@import\s*)[\"']?(?:https?:)?//")
    for path in site.rglob("*.html"):
        assert loads.findall(path.read_text(encoding="utf-8")) == [], path
    for path in site.rglob("*.css"):
        assert not styles.search(path.read_text(encoding="utf-8")), path


@pytest.mark.slow
def test_the_same_pages_give_the_same_bytes(site: Path, tmp_path: Path) -> None:
    assert build(tmp_path / "again", epoch="1700000000").returncode == 0
    files = {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    again = {path.relative_to(tmp_path / "again"): path for path in (tmp_path / "again").rglob("*") if path.is_file()}
    assert set(again) == set(files)
    assert [name for name, path in again.items() if path.read_bytes() != files[name]] == []


@pytest.mark.slow
@pytest.mark.usefixtures("site")
def test_a_fault_of_a_page_is_an_error_with_its_place(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "site"
    (source / "tools").mkdir(parents=True)
    (source / "tools" / "build_site.py").write_bytes((ROOT / "tools" / "build_site.py").read_bytes())
    (source / "tools" / "site").symlink_to(ROOT / "tools" / "site")
    (source / "docs").mkdir()
    (source / "docs" / "index.md").write_text(
        "# Start\n\n[page](none.md) [anchor](new.md#none) [file](../none.py)\n\n![picture](none.png)\n"
    )
    (source / "docs" / "new.md").write_text("# New\n")
    folder.mkdir()
    (folder / "searchindex.js").touch()
    done = build(folder, source)
    assert done.returncode != 0
    for fault in ("'none.md'", "'none'", "'../none.py'", "docs/none.png", "new.md: WARNING: document isn't included"):
        assert fault in done.stderr
    assert (folder / "searchindex.js").exists(), "a failed build leaves the site as it was"


# -- in a browser, from the disk


@pytest.fixture
def visit(browser: "Browser", site: Path) -> Iterator[Visit]:
    yield from visiting(browser, site.as_uri() + "/")


@pytest.mark.browser
def test_the_first_page_leads_to_the_six_tutorials(visit: Visit) -> None:
    visit.page.goto(visit.base + "index.html")
    visit.page.wait_for_url("**/docs/index.html")
    links = visit.page.locator("article table a", has_text="tutorial")
    assert links.count() == 6
    links.first.click()
    visit.page.wait_for_url("**/docs/tutorials/biologist.html")


@pytest.mark.browser
def test_the_search_works_on_a_disk(visit: Visit) -> None:
    visit.page.goto(visit.base + "docs/index.html")
    visit.page.fill("input[name=q]", "disparity filter")
    visit.page.press("input[name=q]", "Enter")
    result = visit.page.locator("#search-results li a", has_text="Glossary").first
    result.click()
    visit.page.wait_for_url("**/docs/glossary.html*")


@pytest.mark.browser
@pytest.mark.parametrize("look", ["wide", "phone"])
def test_no_page_is_wider_than_the_window_or_lacks_a_picture(browser: "Browser", site: Path, look: str) -> None:
    faults = []
    for made in visiting(browser, site.as_uri() + "/", **LOOKS[look]):
        for name in pages(site):
            made.page.goto(made.base + name)
            if name == "index.html":
                made.page.wait_for_url("**/docs/index.html")
            made.shows("document.readyState === 'complete'")
            faults += [f"{name}: {fault}" for fault in made.page.evaluate(TOO_WIDE_OR_MISSING)]
    assert faults == []


@pytest.mark.browser
@pytest.mark.parametrize("look", LOOKS)
def test_nothing_critical_or_serious(browser: "Browser", site: Path, look: str) -> None:
    spec = importlib.util.find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core is not installed: pip install axe-playwright-python")
    faults = []
    for made in visiting(browser, site.as_uri() + "/", reduced_motion="reduce", **LOOKS[look]):
        for name in KINDS:
            made.page.goto(made.base + name)
            made.shows("document.readyState === 'complete'")
            made.page.add_script_tag(path=Path(spec.origin).parent / "axe.min.js")
            faults += [f"{name}: {fault}" for fault in made.page.evaluate(FOUND)]
    assert faults == []
