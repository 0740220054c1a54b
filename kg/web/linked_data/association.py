"""The page of a pair: its numbers with their meanings, and its figures with the words that draw the two there."""

import json
import math
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

from pyoxigraph import Literal, Triple
from starlette.requests import Request
from starlette.types import ASGIApp, Message

from kg.model.build import Build
from kg.model.identifiers import NAMESPACES, expand
from kg.web.linked_data.html import Texts, link, pages, section, table
from kg.web.linked_data.reader import value

FIGURE_ROWS = 50
"""Figures on one page."""

_BIOLINK = NAMESPACES["biolink"]
PUBLISHED = f"{_BIOLINK}occurs_together_in_literature_with"
"""The property that joins the ends of published pairs."""

_MEANINGS = {
    "figureCount": ("Figures", "Figures that draw the two by different words; the support of the pair."),
    "paperCount": ("Papers", "Papers of these figures."),
    "concept_pair_count": (
        "Naive count of figures",
        "Figures whose record has both, also where one word stands for the two.",
    ),
    "weight": ("Weight", ""),
    "npmi": ("NPMI", "Normalised pointwise mutual information, -1 to 1: 0 is chance, 1 is always together."),
    "adjusted_p_value": (
        "False discovery rate (q)",
        "Expected share of chance pairs among those with this value or a smaller one.",
    ),
    "expected_count": ("Expected figures", "Figures that would draw the two together by chance."),
}
"""Name and meaning of the numbers in their order, by local name; without a meaning here, the vocabulary has it."""

_ORDER = {name: position for position, name in enumerate(_MEANINGS)}


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
    for iri, literal in _numbers(triples).items():
        local = _local(iri)
        name, meaning = _MEANINGS.get(local, (texts.property(iri), ""))
        number = f'<td class="number">{escape(_shown(literal))}</td>'
        meaning = meaning or texts.comments.get(iri, "")
        row = f'<tr><th scope="row">{link(iri, texts, name)}</th>{number}<td>{escape(meaning)}</td></tr>'
        rows.append((_ORDER.get(local, len(_ORDER)), name.lower(), row))
    body = table(["Number", "Value", "What it means"], [row for *_, row in sorted(rows)], "Numbers of the pair")
    return section("Its numbers", body)


def publication(triples: list[Triple], build: Build, joining: set[str], texts: Texts) -> str:
    """Return the section that says whether a pair is published, with each condition of the rule.

    `joining` has the properties by which the store joins the two ends, so that page and graph say the same.
    """
    values = {_local(iri): float(literal.value) for iri, literal in _numbers(triples).items()}
    papers, npmi, q = (values.get(name, math.nan) for name in ("paperCount", "npmi", "adjusted_p_value"))
    rules = (
        (f"{build.publish_papers:,} papers or more", papers, papers >= build.publish_papers),
        ("NPMI above 0", npmi, npmi > 0),
        (f"q of at most {build.publish_q:g}", q, q <= build.publish_q),
    )
    rows = [
        f'<tr><th scope="row">{rule}</th><td class="number">{short_number(f"{number!r}".removesuffix(".0"))}</td>'
        f"<td>{'yes' if met else 'no'}</td></tr>"
        for rule, number, met in rules
    ]
    term = link(PUBLISHED, texts, texts.property(PUBLISHED))
    drawn = link(f"{texts.base}vocab#drawnWith", texts, texts.property(f"{texts.base}vocab#drawnWith"))
    said = (
        f"<strong>Published</strong>: the graph joins the two by “{term}”, because the pair meets all of these:"
        if PUBLISHED in joining
        else f"<strong>Not published</strong>: the graph joins the two by “{drawn}” only, which claims nothing about "
        f"significance. A published pair has “{term}”, too, and meets all of these:"
    )
    conditions = table(["Condition of this release", "This pair", "Met"], rows, "Rule of publication")
    return section("Is it published?", f'<p class="note">{said}</p>{conditions}')


def of_words(texts: Texts) -> str:
    """Return the section about the publication of a pair of words."""
    term = link(PUBLISHED, texts, texts.property(PUBLISHED))
    said = f"This is a pair of words as they are drawn, whatever they mean. Only pairs of entities have “{term}”."
    return section("Is it published?", f'<p class="note">{said}</p>')


def _numbers(triples: list[Triple]) -> dict[str, Literal]:
    """Return the numbers of a pair by property."""
    return {
        value(triple.predicate): triple.object
        for triple in triples
        if isinstance(triple.object, Literal) and triple.object.datatype.value.startswith(NAMESPACES["xsd"])
        if not triple.object.datatype.value.endswith("#string") and _is_number(triple.object.value)
    }


def _local(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2]


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
