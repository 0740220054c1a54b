"""The site of the documentation, for Sphinx: the Markdown pages of the repository as GitHub reads them.

Sphinx names each missing link, anchor, picture and page, copies the source files that pages link to, and searches on a
disk with a script of its own. Material for MkDocs would load a script for that from another host, and its makers end it
in May 2027. `python tools/build_site.py` builds the site; nothing in it is loaded from another host.
The navigation is in navigation.toml.
"""

import tomllib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import toctree
from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

START = "docs/index"
NAVIGATION: dict[str, dict[str, str]] = tomllib.loads((HERE / "navigation.toml").read_text(encoding="utf-8"))
"""Part to its pages, title to file."""

project = "kg"
author = "The kg developers"
project_copyright = "the kg developers; code MIT, PFOCR's records CC0"
extensions = ["myst_parser", "sphinx.ext.githubpages"]
root_doc = START
include_patterns = ["*.md", "docs/**.md"]
exclude_patterns = [".*", "benchmarks", "deploy", "exports", "kg", "queries", "seeds", "site", "tests", "tools"]

# No syntax that GitHub does not have, so that the pages are right in both places.
myst_disable_syntax = ["myst_block_break", "myst_line_comment", "myst_role", "myst_target"]
myst_heading_anchors = 6
suppress_warnings = ["misc.highlighting_failure"]  # examples leave parts of JSON and SQL out

html_theme = "furo"
html_title = "kg"
html_logo = html_favicon = "static/icon.svg"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_additional_pages = {"index": "start.html"}
templates_path = ["templates"]
html_use_index = False
html_copy_source = False
html_show_search_summary = False  # a page on a disk may not fetch the texts of others
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"


def navigate(app: Sphinx, doctree: nodes.document) -> None:
    """Put the navigation into the start page, where Sphinx looks for it."""
    if app.env.docname != START:
        return
    for part, pages in NAVIGATION.items():
        entries = [(title, file.removesuffix(".md")) for title, file in pages.items()]
        others = [(title, name) for title, name in entries if name != START]
        tree = toctree(
            "",
            parent=START,
            entries=others,
            includefiles=[name for _, name in others],
            caption=part,
            rawcaption=part,
            maxdepth=1,
            hidden=True,
            glob=False,
            includehidden=False,
            numbered=0,
            titlesonly=True,
        )
        doctree.append(nodes.compound("", tree, classes=["toctree-wrapper"]))


def level(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:  # noqa: ARG001
    """Give the parts of the navigation the level that readers of screens need; Sphinx leaves it out."""
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')


def setup(app: Sphinx) -> dict[str, bool]:
    """Register what this file adds to Sphinx."""
    app.connect("doctree-read", navigate, priority=100)  # before Sphinx collects the navigation
    app.connect("html-page-context", level, priority=900)  # after the theme made the navigation
    return {"parallel_read_safe": True, "parallel_write_safe": True}
