"""Pages in a browser: a server in a thread, and a page in which nothing may go wrong."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Response

BROWSERS = ("chromium", "chromium-headless-shell", "google-chrome-stable", "google-chrome")
WAIT = 120_000
"""Milliseconds to wait for a condition; only a fault takes as long, however busy the machine is."""


@contextmanager
def serving(build: Path, images: str | None = None) -> Iterator[str]:
    """Run the server of a build in a thread, with a template of addresses of pictures; yield its address."""
    uvicorn = pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")
    pytest.importorskip("starlette", reason="the extra `serve` is not installed")
    from kg.model.build import Build
    from kg.web.app import ServeOptions, application
    from kg.web.images import ImageTemplate

    app = application(Build(build), ServeOptions(images=ImageTemplate(images) if images else None))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started or not thread.is_alive())
    assert server.started
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(WAIT / 1000)


def until(condition: Callable[[], bool], seconds: float = WAIT / 1000) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"the condition did not come true in {seconds:g} s"
        time.sleep(0.02)


class Visit:
    """A page and its errors and requests: nothing may go wrong in it, and no request may leave the machine."""

    def __init__(self, page: "Page", base: str) -> None:
        self.page = page
        self.base = base
        self.wrong: list[str] = []
        self.elsewhere: list[str] = []
        self.pending: set[Request] = set()
        self.refused = 0
        page.set_default_timeout(WAIT)
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", self._asked)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)
        page.on("response", self._answered)

    def _asked(self, request: "Request") -> None:
        self.pending.add(request)
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def _ended(self, request: "Request") -> None:
        self.pending.discard(request)

    def _answered(self, response: "Response") -> None:
        self.refused += response.status >= 400

    def open(self, path: str = "") -> "Visit":
        self.page.goto(self.base + path)
        self.page.wait_for_selector("html[data-ready]")
        return self

    @property
    def query(self) -> dict[str, str]:
        # Not page.url, which Playwright learns of a moment later than the page.
        return {name: values[0] for name, values in parse_qs(self.page.evaluate("location.search.slice(1)")).items()}

    def drawn(self) -> tuple[int, int]:
        """Return the number of nodes and edges of the picture."""
        nodes, edges = self.page.evaluate(
            "(() => { const cy = graph._cyreg.cy; return [cy.nodes().length, cy.edges().length]; })()"
        )
        return nodes, edges

    def shows(self, condition: str) -> None:
        # Not wait_for_function: the policy of the pages forbids the eval it works with.
        until(lambda: bool(self.page.evaluate(condition)))

    def forget_errors(self) -> None:
        """Wait for the browser's note of each answer such as 404 that is expected here; a page may ask for several."""
        until(lambda: self.page.evaluate("true") and not self.pending and 0 < self.refused <= len(self.wrong))
        self.wrong.clear()
        self.refused = 0

    def place(self, one: str, other: str | None = None) -> tuple[float, float]:
        """Return the position of a node, or of the middle of an edge, in the window."""
        script = """([one, other]) => {
            const cy = graph._cyreg.cy, box = graph.getBoundingClientRect(), at = cy.getElementById(one);
            const {x, y} = other ? at.edgesWith(cy.getElementById(other))[0].renderedMidpoint() : at.renderedPosition();
            return [box.x + x, box.y + y];
        }"""
        x, y = self.page.evaluate(script, [one, other])
        return x, y

    def settled(self) -> "Visit":
        """Wait until the picture stands still."""
        self.shows("!graph._cyreg.cy.animated() && !graph._cyreg.cy.nodes().some((node) => node.animated())")
        return self

    def picture(self, name: str) -> None:
        if folder := os.environ.get("KG_PICTURES"):
            self.page.screenshot(path=Path(folder) / f"{name}.png")


def visiting(browser: "Browser", base: str, **options: Any) -> Iterator[Visit]:
    wide: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
    context = browser.new_context(**wide | options)
    made = Visit(context.new_page(), base)
    yield made
    context.close()
    assert made.wrong == []
    assert made.elsewhere == []


# -- fixtures


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_api.sync_playwright() as playwright:
        if path is None and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("no Chromium here: apt-get install chromium, or playwright install chromium")
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def served(seeds_build: Path) -> Iterator[str]:
    with serving(seeds_build) as address:
        yield address


@pytest.fixture
def visit(browser: "Browser", served: str) -> Iterator[Visit]:
    yield from visiting(browser, served)


@pytest.fixture
def phone(browser: "Browser", served: str) -> Iterator[Visit]:
    yield from visiting(browser, served, viewport={"width": 375, "height": 812}, has_touch=True)
