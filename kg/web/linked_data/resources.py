"""The IRIs of a build by their path, and foreign ones by `/describe?iri=`: as a page or as RDF, by Accept."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from difflib import get_close_matches
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import Triple
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from kg import __version__
from kg.errors import KgError
from kg.model.build import Build
from kg.model.identifiers import NAMESPACES, OWN_PREFIXES, decode
from kg.web.linked_data import addresses, missing, pages, queries
from kg.web.linked_data.downloads import download
from kg.web.linked_data.rdf import written
from kg.web.linked_data.reader import Reader, document, is_iri, value
from kg.web.problems import HttpProblem, negotiated_problem
from kg.web.sparql.documents import Documents
from kg.web.sparql.negotiation import TRIPLES, Format, choose
from kg.web.sparql.pool import Pool
from kg.web.sparql.protocol import address
from kg.web.sparql.queue import client_of
from kg.web.sparql.service_description import endpoint_of

PAGE = Format("html", "text/html", ("application/xhtml+xml",))
FORMATS = (*TRIPLES, PAGE)
"""Formats of an answer; a client that likes all equally, such as curl, gets Turtle."""

NAMES = {"ttl": "turtle", "turtle": "turtle", "nt": "ntriples", "jsonld": "jsonld", "rdf": "rdfxml", "html": "html"}
"""Values of `?format=`, which goes before Accept."""

MOST_PAGES = 2000
"""Greatest number of a page."""

_VERSION_IRI = f"{NAMESPACES['owl']}versionIRI"

MOST_NEAR = 10
"""Greatest number of the nearest things of a document that a 404 names."""

Page = Callable[[pages.Shown, str, Sequence[Triple]], Awaitable[str]]
Endpoint = Callable[[Request], Awaitable[Response]]
Answered = Callable[[Request, Format], Awaitable[Response]]


class LinkedData:
    """The routes of the IRIs of a build."""

    def __init__(self, folder: Path, pool: Pool, documents: Documents, api: ASGIApp) -> None:
        """Answer from the build in `folder`; `api` is the explorer's, which knows figures of pairs and near names."""
        self._folder = folder
        self._documents = documents
        self._api = api
        self._reader = Reader(pool, documents)

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        named = [
            Route(f"/{path}{{name:path}}", self._route(self._named(prefix))) for prefix, path in OWN_PREFIXES.items()
        ]
        return [
            *named,
            Route("/co/{name:path}", self._route(self._pair)),
            Route("/vocab", self._route(self._of_file("vocab.ttl", "vocab"))),
            Route("/vocab/{name:path}", self._route(self._vocabulary_version)),
            Route("/dataset", self._route(self._of_file("dataset.ttl", "dataset"))),
            Route("/dataset/{name:path}", _with_problems(self._release)),
            Route("/describe", self._route(self._foreign)),
            Route("/query/{name}", self._route(self._of_file("queries.ttl", "query/", queries.of_query))),
            Route("/queries", self._route(self._queries)),
            Route("/.well-known/void", self._route(self._void)),
            Route("/.well-known/sparql-examples", self._route(self._examples)),
        ]

    def _route(self, answered: Answered) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            format_ = negotiated(request)
            headers = {"ETag": self._tag(format_), "Cache-Control": "no-cache", "Vary": "Accept"}
            if headers["ETag"] in request.headers.get("if-none-match", ""):
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
            response = await answered(request, format_)
            if response.status_code == HTTPStatus.OK:
                response.headers.update(headers)
            return response

        return _with_problems(endpoint)

    async def _release(self, request: Request) -> Response:
        """Answer a file of the build, in which content negotiation has no part, or else describe the release."""
        described = self._route(self._of_file("dataset.ttl", "dataset/"))
        return download(self._folder, request) or await described(request)

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
        client, base = _client(request), self._base()
        if max(map(len, iris)) > 3 * addresses.LONGEST:
            raise HttpProblem(404, f"{name[:100]!r}…: no name is as long")
        if format_ is PAGE:
            if described := await self._reader.page(iris, client, number(request, "page")):
                return HTMLResponse(await pages.of_thing(self._shown(request), described))
        elif triples := await self._reader.describe(iris, client):
            return self._rdf(triples, format_)
        of = missing.Missing(self._reader, self._api, request, Build(self._folder), client)
        path, _, rest = iris[0].removeprefix(base).partition("/")
        is_pair = path == "co" and next(addresses.pairs(decode(rest)), None)
        reason = await (of.of_pair(decode(rest)) if is_pair else of.of_name(path, name))
        return await self._missing(request, *reason, is_page=format_ is PAGE)

    def _of_file(self, file: str, path: str, page: Page = pages.of_document) -> Answered:
        async def answered(request: Request, format_: Format) -> Response:
            base, triples = self._base(), self._documents.triples(file)
            iri = base + path + quote(request.path_params.get("name", ""), safe="/:-._~")
            matching = document(triples, iri)
            if not matching:
                known = sorted({value(row.subject) for row in triples if "#" not in value(row.subject)} - {iri})
                near = [one for one in known if one.startswith(base)]
                if len(near) > MOST_NEAR:
                    near = get_close_matches(iri[: addresses.LONGEST], near, MOST_NEAR, 0.0)
                return await self._missing(request, f"{iri[:200]} is not described here", near, is_page=format_ is PAGE)
            return await self._document(request, format_, iri, matching, page)

        return answered

    async def _vocabulary_version(self, request: Request, format_: Format) -> Response:
        """Answer the IRI of the version that the vocabulary states; others are not here."""
        iri, triples = f"{self._base()}vocab", self._documents.triples("vocab.ttl")
        version = f"{iri}/{quote(request.path_params['name'], safe='/:-._~')}"
        versions = [value(row.object) for row in triples if value(row.predicate) == _VERSION_IRI]
        if version not in versions:
            return await self._missing(
                request, f"{version[:200]} is not here", [iri, *versions], is_page=format_ is PAGE
            )
        return await self._document(request, format_, iri, triples)

    async def _queries(self, request: Request, format_: Format) -> Response:
        triples = self._documents.triples("queries.ttl")
        return await self._document(request, format_, f"{self._base()}queries", triples, queries.listing)

    async def _examples(self, request: Request, format_: Format) -> Response:
        return await self._document(request, format_, "", self._documents.triples("queries.ttl"))

    async def _void(self, request: Request, format_: Format) -> Response:
        """Answer the description of the dataset, with the endpoint at the address by which the client found it.

        A build without a store has no endpoint.
        """
        endpoint = address(request, f"{pages.root_of(request)}/sparql")
        own = endpoint_of(self._base(), endpoint) if self._reader.has_store else ()
        triples = [*self._documents.triples("dataset.ttl"), *own]
        return await self._document(request, format_, "", triples)

    async def _document(
        self, request: Request, format_: Format, iri: str, triples: Sequence[Triple], page: Page = pages.of_document
    ) -> Response:
        if format_ is not PAGE:
            return self._rdf(triples, format_)
        return HTMLResponse(await page(self._shown(request), iri, triples))

    def _shown(self, request: Request) -> pages.Shown:
        return pages.Shown(self._reader, self._api, request, Build(self._folder), _client(request))

    def _rdf(self, triples: Iterable[Triple], format_: Format) -> Response:
        return Response(written(triples, format_.name, self._base()), headers={"Content-Type": format_.content_type})

    async def _missing(self, request: Request, detail: str, near: list[str], *, is_page: bool) -> Response:
        if is_page:
            texts = await self._shown(request).texts(near)
            response: Response = HTMLResponse(pages.missing(detail, near, texts), 404)
        else:
            said = {"type": "about:blank", "title": "Not Found", "status": 404, "detail": detail, "nearest": near}
            response = JSONResponse(said, 404, media_type="application/problem+json")
        response.headers.update({"Cache-Control": "no-store", "Vary": "Accept"})
        return response


def _with_problems(endpoint: Endpoint) -> Endpoint:
    """Return the endpoint with its problems as answers."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except HttpProblem as problem:
            return negotiated_problem(request, problem)
        except (KgError, OSError):
            return negotiated_problem(request, HttpProblem(503, "the build is being replaced; try again"))

    return answer


def _client(request: Request) -> str:
    return client_of(request.client.host if request.client else "")


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
