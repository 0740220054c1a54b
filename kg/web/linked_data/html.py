"""HTML of the pages of one thing. Every text of a build goes through `escape`."""

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any, NamedTuple

from pyoxigraph import Literal, Triple

from kg.model.identifiers import short_iri
from kg.web.linked_data.addresses import local_address, readable, web_address
from kg.web.linked_data.reader import Described, value

MOST_VALUES = 25
"""Greatest number of values of a property that a page shows; the other formats have all."""

FORMATS = {"Turtle": ("ttl", "text/turtle"), "N-Triples": ("nt", "application/n-triples"),
           "JSON-LD": ("jsonld", "application/ld+json")}  # fmt: skip
"""Title of each other format of a page, with its parameter and its media type."""


class Texts(NamedTuple):
    """Names and addresses for the pages."""

    base: str
    root: str  # path of the server behind a proxy
    labels: dict[str, str]
    comments: dict[str, str]

    def name(self, iri: str) -> str:
        """Return the label of a thing, or else its short IRI."""
        return self.labels.get(iri) or short_iri(iri, self.base)

    def property(self, iri: str) -> str:
        """Return the readable name of a property."""
        return self.labels.get(iri) or readable(iri)


def link(iri: str, texts: Texts, shown: str = "") -> str:
    """Return a link to a thing: to its page here, and outward to a foreign IRI."""
    name = escape(shown or texts.name(iri))
    local, web = local_address(iri, texts.base, texts.root), web_address(iri)
    if local is None:
        return f'<a href="{escape(web)}" rel="external">{name}</a>' if web else name
    is_foreign = web and not iri.startswith(texts.base)
    out = f' <a href="{escape(iri)}" rel="external" aria-label="{name} at its source">↗</a>' if is_foreign else ""
    return f'<a href="{escape(local)}">{name}</a>{out}'


def term(node: Any, texts: Texts) -> str:
    """Return an object of a triple: a text, or a link."""
    if isinstance(node, Literal):
        return escape(node.value)
    return link(value(node), texts) if type(node).__name__ == "NamedNode" else escape(value(node))


def shown_iris(triples: Sequence[Triple]) -> set[str]:
    """Return the IRIs that the tables of a page name, so that their labels are read at once."""
    visible = [triple for rows in _by_property(triples).values() for triple in rows[:MOST_VALUES]]
    nodes = [node for triple in visible for node in (triple.predicate, triple.object)]
    return {value(node) for node in nodes if type(node).__name__ == "NamedNode"}


def properties(triples: Sequence[Triple], texts: Texts, label: str) -> str:
    """Return the table of the properties of one thing."""
    by_property = _by_property(triples)
    rows = []
    for iri in sorted(by_property, key=lambda iri: (texts.property(iri), iri)):
        values = [f"<li>{term(triple.object, texts)}</li>" for triple in by_property[iri][:MOST_VALUES]]
        more = len(by_property[iri]) - len(values)
        note = f'<p class="note">and {more:,} more, in Turtle</p>' if more else ""
        rows.append(f"<tr>{_heading(iri, texts)}<td><ul>{''.join(values)}</ul>{note}</td></tr>")
    return table(["Property", "Value"], rows, label)


def inverse(described: Described, texts: Texts, page: int, address: str) -> str:
    """Return the section with one page of the links to a thing; empty where nothing links to it."""
    if not described.links and not page:
        return ""
    rows = [
        f"<tr>{_heading(value(triple.predicate), texts)}<td>{term(triple.subject, texts)}</td></tr>"
        for triple in sorted(described.links, key=lambda row: (texts.property(value(row.predicate)), str(row.subject)))
    ]
    body = table(["Property", "Thing"], rows, "Links to it")
    return section("What links to it", body + pages(page, address, "page", has_more=described.has_more))


def _by_property(triples: Iterable[Triple]) -> dict[str, list[Triple]]:
    matching: dict[str, list[Triple]] = {}
    for triple in sorted(triples, key=str):
        matching.setdefault(value(triple.predicate), []).append(triple)
    return matching


def _heading(iri: str, texts: Texts) -> str:
    return f'<th scope="row">{link(iri, texts, texts.property(iri))}</th>'


def table(columns: Sequence[str], rows: Iterable[str], label: str) -> str:
    """Return a table that scrolls on a narrow screen."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(label)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def section(title: str, body: str, id_: str = "") -> str:
    """Return a section with its heading; `id_` is the fragment that leads to it."""
    named = f' id="{escape(id_)}"' if id_ else ""
    return f"<section{named}><h2>{escape(title)}</h2>{body}</section>"


def pages(page: int, address: str, name: str, *, has_more: bool) -> str:
    """Return the links to the pages before and after; `address` ends with `?` or `&`."""
    links = [
        f'<a href="{escape(f"{address}{name}={number}")}" rel="{kind}">{text}</a>'
        for number, kind, text, there in (
            (page, "prev", "Previous page", page > 0),
            (page + 2, "next", "Next page", has_more),
        )
        if there
    ]
    return f'<p class="pages">{" ".join(links)}</p>' if links else ""


def head(title: str, iri: str, address: str, further: str = "") -> str:
    """Return the title of a page, the IRI, and the links to the other formats."""
    links = [
        f'<a class="button" href="{escape(address)}format={name}">{text}</a>' for text, (name, _) in FORMATS.items()
    ]
    return f'<h1>{escape(title)}</h1><p class="iri">{escape(iri)}</p><p class="formats">{further}{"".join(links)}</p>'


def whole(title: str, content: str, root: str, address: str = "") -> str:
    """Return a page; `address` is that of the other formats, without which it names none."""
    alternates = [
        f'<link rel="alternate" type="{kind}" href="{escape(address)}format={name}">' for name, kind in FORMATS.values()
    ]
    return _template().substitute(
        title=escape(title), root=escape(root), alternates="\n".join(alternates if address else []), content=content
    )


@cache
def _template() -> Template:
    return Template((files("kg.web") / "static" / "linked.html").read_text(encoding="utf-8"))
