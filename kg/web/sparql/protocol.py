"""The SPARQL 1.1 Protocol: what a request asks, or why it is no request (https://www.w3.org/TR/sparql11-protocol/)."""

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from kg.web.problems import Refused

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"

BODY_TIME = 20.0
"""Seconds that a client has to send a query in."""

FIELDS = 200
"""Fields of a form, or of an address."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with the graphs that the request names; None leaves those to the query."""

    query: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


async def read(request: Request, most: int) -> Asked | None:
    """Give the query of a request, of at most so many bytes; None where a GET asks nothing: for the description.

    Raises Refused with 400, 403, 405, 408, 413 or 415.
    """
    fields = _fields(request.scope["query_string"])
    if request.method in ("GET", "HEAD"):
        return _asked(fields, [], most) if _names(fields) & {"query", "update"} else None
    if request.method != "POST":
        raise Refused(405, f"{request.method} is not for queries; use GET or POST", {"Allow": ", ".join(METHODS)})
    kind = _content_type(request)
    if kind == DIRECT:
        return _asked(fields, [_text(await _body(request, most))], most)
    # Percent-encoding makes three bytes of one, and graphs come on top.
    return _asked(fields + _fields(await _body(request, 3 * most + 10_000)), [], most)


def _asked(fields: list[tuple[str, str]], direct: list[str], most: int) -> Asked:
    if "update" in _names(fields):
        raise Refused(403, "updates are refused: this store is read-only")
    queries = direct + [value for name, value in fields if name == "query"]
    if len(queries) != 1:
        raise Refused(400, f"a request has exactly one query, not {len(queries)}")
    if (size := len(queries[0].encode())) > most:
        raise too_long(size, most)
    default = tuple(value for name, value in fields if name == "default-graph-uri")
    named = tuple(value for name, value in fields if name == "named-graph-uri")
    if default or named:
        return Asked(queries[0], default, named)
    return Asked(queries[0])


def too_long(size: int, most: int) -> Refused:
    """Give the refusal of a query that is too long."""
    return Refused(413, f"the query is {size:,} bytes long; at most {most:,} here (kg serve --max-query)")


def _names(fields: list[tuple[str, str]]) -> set[str]:
    return {name for name, _ in fields}


def _fields(text: bytes) -> list[tuple[str, str]]:
    """Read a form or what stands behind the ? of an address."""
    try:
        return parse_qsl(text.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except UnicodeDecodeError:
        raise Refused(400, "not UTF-8; encode the query as UTF-8 before percent-encoding it") from None
    except ValueError as error:
        raise Refused(400, f"the fields of the request cannot be read: {error}") from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(400, f"the query is not UTF-8 at byte {error.start}") from None


def _content_type(request: Request) -> str:
    """Give the media type of the body, one of the two there are for queries."""
    header = request.headers.get("content-type", "")
    kind, *parameters = (each.strip().lower() for each in header.split(";"))
    if kind == UPDATE:
        raise Refused(403, "updates are refused: this store is read-only")
    if kind not in (FORM, DIRECT):
        raise Refused(415, f"Content-Type {header or '(none)'}: send a query as {DIRECT} or as {FORM}")
    charset = next((each[8:].strip('"') for each in parameters if each.startswith("charset=")), "utf-8")
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise Refused(415, f"charset {charset}: queries are sent in UTF-8")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused(415, "compressed queries are not read; send them as they are")
    return kind


async def _body(request: Request, most: int) -> bytes:
    """Read the body as far as it may go; who sends more, or takes his time, is not waited for."""
    if (size := int(request.headers.get("content-length", 0))) > most:
        raise too_long(size, most)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIME):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise too_long(len(body), most)
    except TimeoutError:
        raise Refused(408, f"the query did not arrive within {BODY_TIME:.0f} s", {"Connection": "close"}) from None
    return bytes(body)
