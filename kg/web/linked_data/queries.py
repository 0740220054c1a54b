"""The pages of the canned queries: of one with its text and a link that runs it, and of all of them."""

from collections import defaultdict
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from pyoxigraph import Literal, Triple

from kg.model.identifiers import NAMESPACES
from kg.web.linked_data.html import Texts, head, link, properties, section, shown_iris, table, whole
from kg.web.linked_data.pages import Shown
from kg.web.linked_data.reader import value

_TEXTS = {f"{NAMESPACES['sh']}{form}" for form in ("select", "ask", "construct")}
_CATEGORY = f"{NAMESPACES['schema']}category"


async def of_query(shown: Shown, iri: str, triples: Sequence[Triple]) -> str:
    """Return the page of one query: its description, its text, a link that runs it, and its other properties."""
    texts = await shown.texts(shown_iris(triples) | {iri})
    name, address = iri.rpartition("/")[2], f"{texts.root}/{iri.removeprefix(texts.base)}?"
    run = f'<a class="button primary" href="{escape(texts.root)}/query?name={quote(name)}">Run in the query editor</a>'
    blocks = [_block(value(row.object)) for row in triples if _is_text(row)]
    others = properties([row for row in triples if not _is_text(row)], texts, "Properties")
    title = texts.name(iri)
    content = [
        head(title, iri, address, run),
        f'<p class="note">{escape(texts.comments.get(iri, ""))}</p>',
        section("Its text", "".join(blocks)),
        section("All that is said of it", others),
    ]
    return whole(title, "".join(content), texts.root, address)


async def listing(shown: Shown, iri: str, triples: Sequence[Triple]) -> str:
    """Return the page of all queries by category, each with its description."""
    by_category: defaultdict[str, list[str]] = defaultdict(list)
    for row in triples:
        if value(row.predicate) == _CATEGORY:
            by_category[value(row.object)].append(value(row.subject))
    texts = await shown.texts({query for queries in by_category.values() for query in queries})
    sections = [section(category, _rows(by_category[category], texts)) for category in sorted(by_category)]
    address, title = f"{texts.root}/queries?", "Canned queries"
    return whole(title, head(title, iri, address) + "".join(sections), texts.root, address)


def _rows(queries: Sequence[str], texts: Texts) -> str:
    rows = [
        f'<tr><th scope="row">{link(iri, texts)}</th><td>{escape(texts.comments.get(iri, ""))}</td></tr>'
        for iri in sorted(queries, key=texts.name)
    ]
    return table(["Query", "What it answers"], rows, "Queries")


def _is_text(row: Triple) -> bool:
    return isinstance(row.object, Literal) and value(row.predicate) in _TEXTS


def _block(text: str) -> str:
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="Text of the query"><pre>{escape(text)}</pre></div>'
    )
