"""The SPARQL 1.1 Protocol: reads the query of a request (https://www.w3.org/TR/sparql11-protocol/)."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode
from starlette.requests import Request

from kg.web.body import read_body
from kg.web.body import too_long as body_too_long
from kg.web.problems import HttpProblem

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"

_LIMIT = "kg serve --max-query"
"""Option that sets the greatest length of a query."""

MAX_FIELDS = 200
"""Greatest number of fields in a form or in an address."""


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query with the graphs that the request names; None where the query alone names them."""

    text: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


def address(request: Request, path: str | None = None) -> str:
    """Return the IRI of the endpoint as the client asked for it, which relative IRIs of its query resolve against.

    `path` is that of the endpoint, root path included, where the request is for another. Raises HttpProblem where the
    address is no IRI, because it contains the Host that the client sent.
    """
    iri = str(request.url.replace(path=path or request.url.path, query="", fragment=""))
    try:
        return NamedNode(iri).value
    except ValueError:
        raise HttpProblem(400, f"{iri!r}: the Host of the request cannot be part of an IRI") from None


async def read(request: Request, most: int) -> QueryRequest | None:
    """Return the query of a request, of at most `most` bytes; None for a GET without one, which wants the description.

    Raises HttpProblem with 400, 403, 405, 408, 413 or 415.
    """
    fields = _fields(request.scope["query_string"])
    if request.method in ("GET", "HEAD"):
        return _query(fields, [], most) if _names(fields) & {"query", "update"} else None
    if request.method != "POST":
        raise HttpProblem(405, f"{request.method} is not for queries; use GET or POST", {"Allow": ", ".join(METHODS)})
    kind = _content_type(request)
    if kind == DIRECT:
        return _query(fields, [_text(await _body(request, most))], most)
    # Percent-encoding makes three bytes of one, and the names of graphs take up to 10,000 bytes more.
    return _query(fields + _fields(await _body(request, 3 * most + 10_000)), [], most)


def _query(fields: list[tuple[str, str]], direct: list[str], most: int) -> QueryRequest:
    if "update" in _names(fields):
        raise HttpProblem(403, "updates are refused: this store is read-only")
    queries = direct + [value for name, value in fields if name == "query"]
    if len(queries) != 1:
        raise HttpProblem(400, f"a request has exactly one query, not {len(queries)}")
    if (size := len(queries[0].encode())) > most:
        raise too_long(size, most)
    default = tuple(value for name, value in fields if name == "default-graph-uri")
    named = tuple(value for name, value in fields if name == "named-graph-uri")
    if default or named:
        return QueryRequest(queries[0], default, named)
    return QueryRequest(queries[0])


def too_long(size: int, most: int) -> HttpProblem:
    """Return the problem of a query that is too long."""
    return body_too_long(size, most, "query", _LIMIT)


def _names(fields: list[tuple[str, str]]) -> set[str]:
    return {name for name, _ in fields}


def _fields(text: bytes) -> list[tuple[str, str]]:
    """Read the fields of a form, or of the query string of an address."""
    try:
        return parse_qsl(text.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeDecodeError:
        raise HttpProblem(400, "not UTF-8; encode the query as UTF-8 before percent-encoding it") from None
    except ValueError as error:
        raise HttpProblem(400, f"the fields of the request cannot be read: {error}") from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise HttpProblem(400, f"the query is not UTF-8 at byte {error.start}") from None


def _content_type(request: Request) -> str:
    """Return the media type of the body: DIRECT or FORM."""
    header = request.headers.get("content-type", "")
    kind, *parameters = (text.strip().lower() for text in header.split(";"))
    if kind == UPDATE:
        raise HttpProblem(403, "updates are refused: this store is read-only")
    if kind not in (FORM, DIRECT):
        raise HttpProblem(415, f"Content-Type {header or '(none)'}: send a query as {DIRECT} or as {FORM}")
    charset = next((text[8:].strip('"') for text in parameters if text.startswith("charset=")), "utf-8")
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise HttpProblem(415, f"charset {charset}: queries are sent in UTF-8")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise HttpProblem(415, "compressed queries are not accepted; send them uncompressed")
    return kind


async def _body(request: Request, most: int) -> bytes:
    return await read_body(request, most, "query", _LIMIT)
