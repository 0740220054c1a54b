"""The IRIs of a build by their path, and foreign ones by `/describe?iri=`: as a page or as RDF, by Accept."""

import hashlib
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from kg import __version__
from kg.errors import KgError
from kg.model.identifiers import OWN_PREFIXES, expand
from kg.model.tables import Build
from kg.web.linked_data import addresses, pages
from kg.web.linked_data.association import ask_explorer
from kg.web.linked_data.rdf import written
from kg.web.linked_data.reader import Reader, document, is_iri, value
from kg.web.problems import HttpProblem, negotiated_problem
from kg.web.sparql.negotiation import TRIPLES, Format, choose
from kg.web.sparql.pool import Pool
from kg.web.sparql.queue import client_of

PAGE = Format("html", "text/html", ("application/xhtml+xml",))
FORMATS = (*TRIPLES, PAGE)
"""Formats of an answer; a client that likes all equally, such as curl, gets Turtle."""

NAMES = {"ttl": "turtle", "turtle": "turtle", "nt": "ntriples", "jsonld": "jsonld", "rdf": "rdfxml", "html": "html"}
"""Values of `?format=`, which goes before Accept."""

MOST_PAGES = 2000
"""Greatest number of a page."""

Answered = Callable[[Request, Format], Awaitable[Response]]


class LinkedData:
    """The routes of the IRIs of a build."""

    def __init__(self, folder: Path, pool: Pool, api: ASGIApp) -> None:
        """Answer from the build in `folder`; `api` is the explorer's, which knows figures of pairs and near names."""
        self._folder = folder
        self._pool = pool
        self._api = api
        self._reader = Reader(folder, pool)

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        named = [
            Route(f"/{path}{{name:path}}", self._route(self._named(prefix))) for prefix, path in OWN_PREFIXES.items()
        ]
        return [
            *named,
            Route("/co/{name:path}", self._route(self._pair)),
            Route("/vocab", self._route(self._of_file("vocab.ttl", "vocab"))),
            Route("/dataset", self._route(self._of_file("dataset.ttl", "dataset"))),
            Route("/dataset/{name:path}", self._route(self._of_file("dataset.ttl", "dataset/"))),
            Route("/describe", self._route(self._foreign)),
            Route("/.well-known/void", self._route(self._whole_file("dataset.ttl"))),
            Route("/.well-known/sparql-examples", self._route(self._whole_file("queries.ttl"))),
        ]

    def _route(self, answered: Answered) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                format_ = negotiated(request)
                headers = {"ETag": self._tag(format_), "Cache-Control": "no-cache", "Vary": "Accept"}
                if headers["ETag"] in request.headers.get("if-none-match", ""):
                    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
                response = await answered(request, format_)
            except HttpProblem as problem:
                return negotiated_problem(request, problem)
            except (KgError, OSError):
                return negotiated_problem(request, HttpProblem(503, "the build is being replaced; try again"))
            if response.status_code == HTTPStatus.OK:
                response.headers.update(headers)
            return response

        return endpoint

    def _tag(self, format_: Format) -> str:
        manifest = (self._folder / "manifest.json").read_bytes()
        digest = hashlib.sha256(manifest + f"{__version__} {format_.name}".encode())
        return f'W/"{digest.hexdigest()[:32]}"'

    def _base(self) -> str:
        return Build(self._folder).base

    def _named(self, prefix: str) -> Answered:
        async def answered(request: Request, format_: Format) -> Response:
            name = request.path_params["name"]
            if not name:
                raise HttpProblem(404, f"{prefix} without a name: add one to the address")
            return await self._thing(request, format_, [addresses.named_iri(prefix, name, self._base())], name)

        return answered

    async def _pair(self, request: Request, format_: Format) -> Response:
        name, base = request.path_params["name"], self._base()
        if not (iris := addresses.pair_iris(name, base)):
            example = "co/ncbigene:8600_ncbigene:8792"
            raise HttpProblem(404, f"{name[:100]!r} is not the name of a pair, which is like that of {example}")
        return await self._thing(request, format_, iris, name)

    async def _foreign(self, request: Request, format_: Format) -> Response:
        iri = request.query_params.get("iri", "")
        if len(iri) > addresses.LONGEST or not is_iri(iri):
            example = "?iri=https%3A%2F%2Fidentifiers.org%2Fncbigene%2F8600"
            raise HttpProblem(400, f"iri={iri[:100]!r} is no IRI; give one in full, percent-encoded: {example}")
        return await self._thing(request, format_, [iri], iri)

    async def _thing(self, request: Request, format_: Format, iris: list[str], name: str) -> Response:
        client, is_page = client_of(request.client.host if request.client else ""), format_ is PAGE
        if max(map(len, iris)) > 3 * addresses.LONGEST:
            raise HttpProblem(404, f"{name[:100]!r}…: no name is as long")
        page = number(request, "page") if is_page else None
        described = await self._reader.describe(iris, client, page)
        if described is None:
            return await self._unknown(request, iris, name, is_page=is_page)
        if not is_page:
            return self._rdf(described.triples, format_)
        return HTMLResponse(await pages.of_thing(self._reader, self._api, request, described, self._base(), client))

    def _of_file(self, file: str, path: str) -> Answered:
        async def answered(request: Request, format_: Format) -> Response:
            base, triples = self._base(), self._reader.file(file)
            iri = base + path + quote(request.path_params.get("name", ""), safe="/:-._~")
            matching = document(triples, iri)
            if not matching:
                known = sorted({value(row.subject) for row in triples if "#" not in value(row.subject)} - {iri})
                near = [one for one in known if one.startswith(base)]
                return self._missing(request, f"{iri[:200]} is not described here", near, is_page=format_ is PAGE)
            return await self._document(request, format_, iri, matching)

        return answered

    def _whole_file(self, file: str) -> Answered:
        async def answered(request: Request, format_: Format) -> Response:
            return await self._document(request, format_, "", self._reader.file(file))

        return answered

    async def _document(self, request: Request, format_: Format, iri: str, triples: list[Any]) -> Response:
        if format_ is not PAGE:
            return self._rdf(triples, format_)
        client = client_of(request.client.host if request.client else "")
        return HTMLResponse(await pages.of_document(self._reader, request, iri, triples, self._base(), client))

    def _rdf(self, triples: list[Any], format_: Format) -> Response:
        return Response(written(triples, format_.name, self._base()), headers={"Content-Type": format_.content_type})

    async def _unknown(self, request: Request, iris: list[str], name: str, *, is_page: bool) -> Response:
        """Return 404 with the nearest names: the two ends of a pair, or the suggestions of the explorer."""
        base = self._base()
        near: list[str] = []
        if ends := next(addresses.pairs(name), None) if "/co/" in iris[0] else None:
            near = [expand(end, base) for end in ends]
            detail = f"no pair {name[:200]}: the two are drawn together in fewer figures than a pair of this build has"
        else:
            status, said = await ask_explorer(self._api, request, "entity", id=name[:400])
            detail = f"nothing here is called {name[:200]}"
            if status == HTTPStatus.OK:
                near = [said["iri"]]
            elif status == HTTPStatus.NOT_FOUND:
                near = [expand(row["id"], base) for row in said.get("suggestions", [])]
        return self._missing(request, detail, near, is_page=is_page)

    def _missing(self, request: Request, detail: str, near: list[str], *, is_page: bool) -> Response:
        base, root = self._base(), pages.root_of(request)
        if is_page:
            response: Response = HTMLResponse(pages.missing(detail, near, base, root), 404)
        else:
            said = {"type": "about:blank", "title": "Not Found", "status": 404, "detail": detail, "nearest": near}
            response = JSONResponse(said, 404, media_type="application/problem+json")
        response.headers.update({"Cache-Control": "no-store", "Vary": "Accept"})
        return response


def negotiated(request: Request) -> Format:
    """Return the format of an answer by `?format=`, or else by Accept; raise HttpProblem 400 or 406."""
    if wanted := request.query_params.get("format"):
        if wanted not in NAMES:
            raise HttpProblem(400, f"format={wanted[:50]!r} is none of: {', '.join(NAMES)}")
        return next(format_ for format_ in FORMATS if format_.name == NAMES[wanted])
    accept = ", ".join(request.headers.getlist("accept"))
    format_ = choose(accept, FORMATS)
    if format_ is None:
        available = ", ".join(format_.media_type for format_ in FORMATS)
        raise HttpProblem(406, f"Accept: {accept[:200]}: this address has {available}")
    return format_


def number(request: Request, name: str) -> int:
    """Return the number of a page, from 0 on; raise HttpProblem for another text."""
    text = request.query_params.get(name, "1")
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST_PAGES):
        raise HttpProblem(400, f"{name}={text[:50]!r} is not a number from 1 to {MOST_PAGES:,}")
    return int(text) - 1
