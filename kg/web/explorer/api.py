"""The JSON API behind the page of `kg serve`: what is asked for, checked, and what is answered.

All of it is read-only and a function of the build and the address, so every answer has the ETag of the build.
"""

import atexit
import hashlib
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg import __version__
from kg.errors import KgError, QueryError, UnknownName, UnknownPrefix
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import Filters
from kg.model.identifiers import FIGID, expand
from kg.model.records import CATEGORIES, FLAVOURS, Flavour
from kg.model.tables import Build
from kg.rdf import canned_queries
from kg.web.explorer.database import ExplorerDatabase
from kg.web.explorer.download import FORMATS, exported, file_name, table
from kg.web.explorer.evidence import described, evidence
from kg.web.explorer.network import Around, Network, Years, network
from kg.web.explorer.parameters import QueryParameters
from kg.web.explorer.search_index import Entity
from kg.web.explorer.sparql_text import sparql

MOST = 500
"""Partners, rows or matches that are given at most."""

MOST_CENTERS = 10

LONGEST_LIST = 20_000
"""Characters of a parameter of a query, which may be a list of genes."""

_FILTERS = ("of", "top", "min_figures", "max_q", "from", "to", "category", "flavour")


class Api:
    """The API of one build. Close it, or its temporary folder stays until the process ends."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._coded = ExplorerDatabase(build)
        self._graph: KnowledgeGraph | None = None
        self._exporting = Lock()
        digest = hashlib.sha256((build.folder / "manifest.json").read_bytes() + __version__.encode())
        self._headers = {"ETag": f'W/"{digest.hexdigest()[:32]}"', "Cache-Control": "no-cache"}

    def close(self) -> None:
        """Let go of the tables and of what was made of them."""
        self._coded.close()
        if self._graph is not None:
            self._graph.close()

    def routes(self) -> list[Route]:
        """Give the routes; all endpoints are plain functions, which Starlette calls from its threads."""
        answers: dict[str, tuple[Callable[[QueryParameters], Response], Sequence[str]]] = {
            "build": (self._about, ()),
            "search": (self._search, ("q", "limit")),
            "entity": (self._entity, ("id",)),
            "network": (self._elements, _FILTERS),
            "evidence": (self._evidence, ("subject", "object", "from", "to", "flavour", "limit", "offset")),
            "download": (self._download, ("format", *_FILTERS)),
            "sparql": (self._sparql, _FILTERS),
            "queries": (self._queries, ()),
        }
        found = [Route(f"/api/{name}", self._endpoint(*answer)) for name, answer in answers.items()]
        return [*found, Route("/api/queries/{name}", self._bound)]

    def _endpoint(
        self, answer: Callable[[QueryParameters], Response], known: Sequence[str]
    ) -> Callable[[Request], Response]:
        def endpoint(request: Request) -> Response:
            return self._answered(request, lambda: answer(QueryParameters(request.query_params.multi_items(), known)))

        return endpoint

    def _answered(self, request: Request, answer: Callable[[], Response]) -> Response:
        if self._headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=self._headers)
        try:
            found = answer()
        except KgError as error:
            return _refused(error)
        found.headers.update(self._headers)
        return found

    def _about(self, _: QueryParameters) -> Response:
        manifest = self._build.manifest
        counts = {name: manifest["counts"][name] for name in _COUNTS}
        years = self._coded.fetch("SELECT MIN(year) AS first, MAX(year) AS last FROM figures").to_pylist()[0]
        return JSONResponse(
            {
                "version": manifest["version"],
                "counts": counts,
                "years": [year for year in years.values() if year is not None],
                "min_figures": self._build.min_figures,
                "base": self._build.base,
                "categories": manifest["counts"]["entities_by_category"],
                "examples": [entity.id for entity in self._coded.names.most_drawn(3)],
            }
        )

    def _search(self, asked: QueryParameters) -> Response:
        names, text = self._coded.names, asked.text("q")
        limit = asked.whole("limit", 1, MOST, 20)
        return JSONResponse({"matches": names.search(text, limit), "words": names.words(text)})

    def _entity(self, asked: QueryParameters) -> Response:
        entity = self._coded.names.find(asked.text("id"))
        return JSONResponse(described(self._coded, entity, self._build.base))

    def _elements(self, asked: QueryParameters) -> Response:
        found = self._network(asked)
        left_out = {"left_out": found.left_out, "pairs_left_out": found.pairs_left_out}
        of = [entity.id for entity in found.around.centers]
        return JSONResponse({"elements": found.elements} | left_out | {"of": of})

    def _evidence(self, asked: QueryParameters) -> Response:
        ends = [self._coded.names.find(asked.text(name)) for name in ("subject", "object")]
        if ends[0] == ends[1]:
            raise QueryError(f"subject and object are both {ends[0].id}; give two entities")
        limit, offset = asked.whole("limit", 1, MOST, 50), asked.whole("offset", 0, 10**9 - 1, 0)
        found = evidence(self._coded, ends[0], ends[1], _years(asked), _flavour(asked), limit, offset)
        return JSONResponse(found)

    def _sparql(self, asked: QueryParameters) -> Response:
        build = self._build
        return JSONResponse({"text": sparql(self._coded, self._network(asked), build.base, build.min_figures)})

    def _download(self, asked: QueryParameters) -> Response:
        format_ = asked.one_of("format", tuple(FORMATS))
        found = self._network(asked)
        body = table(found) if format_ == "tsv" else self._exported(found, format_)
        saved_as = {"Content-Disposition": f'attachment; filename="{file_name(found, format_)}"'}
        return Response(body, media_type=FORMATS[format_], headers=saved_as)

    def _exported(self, found: Network, format_: str) -> bytes:
        with self._exporting:  # a graph keeps one view at a time
            self._graph = self._graph or KnowledgeGraph(self._build)
            return exported(self._graph, found, format_)

    def _network(self, asked: QueryParameters) -> Network:
        filters = Filters(
            categories=asked.some_of("category", CATEGORIES),
            min_figures=asked.whole("min_figures", 1, 10**9 - 1, self._build.min_figures),
            max_q=asked.share("max_q"),
            top=asked.whole("top", 1, MOST, 40),
            flavour=_flavour(asked),
        )
        return network(self._coded, Around(self._centers(asked), filters, _years(asked)))

    def _centers(self, asked: QueryParameters) -> tuple[Entity, ...]:
        """Give the entities that `of` names: each of its values one, or several with commas between."""
        if not asked.texts("of"):
            raise QueryError("of is missing; say around what the network is: ?of=TNFSF11")
        found = [entity for text in asked.texts("of") for entity in self._named(text)]
        if len(found) > MOST_CENTERS:
            raise QueryError(f"of names {len(found)} entities; at most {MOST_CENTERS}")
        return tuple(dict.fromkeys(found))

    def _named(self, text: str) -> list[Entity]:
        names = self._coded.names
        try:
            return [names.find(text)]
        except UnknownName:
            if "," not in text:
                raise
        return [names.find(each) for each in text.split(",") if each.strip()]

    def _queries(self, _: QueryParameters) -> Response:
        return JSONResponse([self._as_dict(canned_queries.load(name)) for name in canned_queries.names()])

    def _as_dict(self, query: canned_queries.Query) -> dict[str, Any]:
        parameters = [
            {"name": each.name, "type": each.type, "default": each.default, "label": each.label}
            for each in query.parameters
        ]
        known = {"name": query.name, "title": query.title, "category": query.category}
        known |= {"description": query.description}
        return known | {"parameters": parameters, "text": query.bind({}, str, self._build.base)}

    def _bound(self, request: Request) -> Response:
        def answer() -> Response:
            query = canned_queries.load(request.path_params["name"])
            known = [each.name for each in query.parameters]
            asked = QueryParameters(request.query_params.multi_items(), known, longest=LONGEST_LIST)
            values = {name: asked.texts(name) for name in known if asked.texts(name)}
            return JSONResponse({"text": query.bind(values, self._iri, self._build.base)})

        return self._answered(request, answer)

    def _iri(self, given: str) -> str:
        """Take a CURIE, a figid or a name for its IRI, as `kg query` does."""
        try:
            return expand(f"pfocr:{given}" if FIGID.fullmatch(given) else given, self._build.base)
        except UnknownPrefix:
            return expand(self._coded.names.find(given).id, self._build.base)


_COUNTS = ("figures", "papers", "entities", "mentions", "cooccurrences")


def routes(build: Build) -> list[Route]:
    """Give the routes of the API of a build; its temporary folder goes when the process ends."""
    api = Api(build)
    atexit.register(api.close)
    return api.routes()


def _refused(error: KgError) -> Response:
    """Say what is wrong: with the address, with a name in it, or with the machine."""
    status = 404 if isinstance(error, UnknownName) else 400 if isinstance(error, QueryError) else 503
    return JSONResponse({"error": str(error), "status": status}, status)


def _years(asked: QueryParameters) -> Years:
    years = Years(asked.whole("from", 0, 9999, 0), asked.whole("to", 0, 9999, 9999))
    if years.first > years.last:
        raise QueryError(f"from={years.first} is after to={years.last}")
    return years


def _flavour(asked: QueryParameters) -> Flavour:
    return asked.one_of("flavour", FLAVOURS, "all")
