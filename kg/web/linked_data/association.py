"""The page of a pair: its numbers with their meanings, and its figures with the words that draw the two there."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

from pyoxigraph import Literal, Triple
from starlette.requests import Request
from starlette.types import ASGIApp, Message

from kg.model.identifiers import NAMESPACES, expand
from kg.web.linked_data.html import Texts, link, pages, section, table
from kg.web.linked_data.reader import value

FIGURE_ROWS = 50
"""Figures on one page."""

_BIOLINK = NAMESPACES["biolink"]
_MEANINGS = {
    f"{_BIOLINK}adjusted_p_value": (
        "False discovery rate (q)",
        "Expected share of chance pairs among those with this value or a smaller one.",
    ),
    f"{_BIOLINK}concept_pair_count": (
        "Naive count of figures",
        "Figures whose record has both, also where one word stands for the two.",
    ),
    f"{_BIOLINK}expected_count": ("Expected figures", "Figures that would draw the two together by chance."),
}
"""Name and meaning of the numbers with terms of other vocabularies; ours have them in the vocabulary."""


async def ask_explorer(api: ASGIApp, request: Request, name: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
    """Return status and answer of the explorer's API, which counts it as a request of the same client."""
    path, query = f"/api/{name}", urlencode(parameters).encode()
    scope: dict[str, Any] = {
        **{key: request.scope.get(key) for key in ("asgi", "http_version", "scheme", "client", "server")},
        "type": "http",
        "method": "GET",
        "root_path": "",
        "headers": [],
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
    }
    status, body = 500, bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)
        body.extend(message.get("body", b""))

    await api(scope, receive, send)
    return status, json.loads(bytes(body) or b"{}")


def explorer_link(subject: str, object_: str, root: str) -> str:
    """Return the link to a pair in the network of the explorer."""
    address = f"{root}/?of={quote(subject, safe=':%')}&pick={quote(subject, safe='')},{quote(object_, safe='')}"
    return f'<a class="button primary" href="{escape(address)}">Open in the explorer</a>'


def numbers(triples: list[Triple], texts: Texts) -> str:
    """Return the section with each number of a pair, its name and its meaning."""
    rows = []
    for triple in sorted(triples, key=str):
        iri = value(triple.predicate)
        if isinstance(triple.object, Literal) and _is_number(triple.object.value):
            name, meaning = _MEANINGS.get(iri, (texts.property(iri), texts.comments.get(iri, "")))
            number = f'<td class="number">{escape(_shown(triple.object))}</td>'
            rows.append(
                (
                    name.lower(),
                    f'<tr><th scope="row">{link(iri, texts, name)}</th>{number}<td>{escape(meaning)}</td></tr>',
                )
            )
    body = table(["Number", "Value", "What it means"], [row for _, row in sorted(rows)], "Numbers of the pair")
    return section("Its numbers", body)


def figures(answer: Mapping[str, Any], texts: Texts, page: int, address: str) -> str:
    """Return the section with one page of the figures of a pair, and the words that draw the two in each."""
    names = [answer[end]["name"] or answer[end]["id"] for end in ("subject", "object")]
    rows = [_figure(row, texts) for row in answer["rows"]]
    total = answer["figures_mentioned"]
    note = (
        f'<p class="note">{answer["figures"]:,} of {total:,} figures draw the two by different words; '
        "these come first, the likeliest pathways before others.</p>"
    )
    has_more = (page + 1) * FIGURE_ROWS < total
    columns = ["Figure", "Year", f"Words for {names[0]}", f"Words for {names[1]}", "Counts"]
    body = note + table(columns, rows, "Figures of the pair") + pages(page, address, "figures", has_more=has_more)
    return section("Its figures and words", body)


def _figure(row: Mapping[str, Any], texts: Texts) -> str:
    own = f"{texts.root}/?{urlencode({'figure': row['figid']})}"
    title = row.get("title") or row["figid"]
    data = link(expand(row["figure_id"], texts.base), texts, "data")
    words = "".join(f"<td>{_words(row[end])}</td>" for end in ("subject_words", "object_words"))
    counts = "yes" if row["different"] else "no: in doubt" if row["doubtful"] else "no: one word"
    return (
        f'<tr><td><a href="{escape(own)}">{escape(title)}</a> <small>{data}</small></td>'
        f'<td class="year">{escape(str(row.get("year") or ""))}</td>{words}<td>{counts}</td></tr>'
    )


def _words(words: list[str]) -> str:
    return ", ".join(escape(word) for word in words) or "<small>not known</small>"


def _shown(literal: Literal) -> str:
    return literal.value if literal.datatype.value.endswith("#gYear") else short_number(literal.value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def short_number(text: str) -> str:
    """Return a number with three digits; whole ones have all.

    >>> short_number("2.8403910E-7"), short_number("0.52345678"), short_number("1234")
    ('2.84e-07', '0.523', '1,234')
    """
    number = float(text)
    return f"{int(number):,}" if text.lstrip("+-").isdigit() else f"{number:.3g}"
