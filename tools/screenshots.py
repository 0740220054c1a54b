"""Take the pictures of the page that the documentation shows, from a finished build with its store.

    kg build pfocr-adrd.tar.gz -o pfocr-adrd && python tools/screenshots.py pfocr-adrd

The build is of the 2,659 figures about Alzheimer's disease in docs/evidence.md. The list is docs/example-genes.csv,
with made-up fold changes. Needs the extra `serve`, Playwright and a Chromium.
"""

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from helpers.browser import BROWSERS, serving  # noqa: E402 it lies with the tests

LIST = ROOT / "docs" / "example-genes.csv"
DRAWN, TESTED = "#list-drawn:not(:empty)", ".enriched:not(:has([aria-busy]))"
WIDTH, HEIGHT = 1280, 900
FIGURE = "PMC4362880__nihms627270f1"
"""A figure in which the list is enriched."""


def main() -> None:
    """Write docs/page-list.png, docs/page-enriched.png, docs/page-figure.png and docs/page-compare.png."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path, help="a finished build with its store")
    parser.add_argument("--to", type=Path, default=ROOT / "docs", help="folder of the pictures")
    given = parser.parse_args()
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    with serving(given.build) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
        _list(page, base, given.to)
        _open(page, f"{base}?figure={FIGURE}")
        page.screenshot(path=given.to / "page-figure.png")
        _open(page, f"{base}?compare=TREM2,CD33")
        page.screenshot(path=given.to / "page-compare.png")
        browser.close()


def _list(page: Page, base: str, folder: Path) -> None:
    """Give the list as a file, and take its network and its enriched figures."""
    _open(page, base)
    page.set_input_files("#give-file", str(LIST))
    page.wait_for_selector(DRAWN)
    page.wait_for_selector(TESTED)
    page.wait_for_load_state("networkidle")
    page.set_viewport_size({"width": WIDTH, "height": 1180})
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "page-list.png")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.evaluate("document.querySelector('.enriched').scrollIntoView()")
    page.screenshot(path=folder / "page-enriched.png")


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    main()
