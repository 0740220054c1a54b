"""The JSON API behind the page of `kg serve`.

It is read-only, and an answer depends on the build and the address only, so every answer has the ETag of the build.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg import __version__
from kg.errors import KgError, ParameterError, QueryError, UnknownChoice, UnknownName
from kg.graph.hints import Hints
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.resolve import Match, Resolver, default_lexicon
from kg.model.build import Build
from kg.model.identifiers import expand, iri_parts, namespaces
from kg.model.organisms import organism_name
from kg.model.records import LIKELY
from kg.model.text import normal_form
from kg.web.explorer.compare import compare_endpoint
from kg.web.explorer.database import STATEMENTS, ExplorerDatabase
from kg.web.explorer.enrichment import Enrichments
from kg.web.explorer.evidence import describe_entity, pair_evidence, word_meanings
from kg.web.explorer.figure_endpoints import figure_endpoints
from kg.web.explorer.figures import Figures
from kg.web.explorer.lists import Lists
from kg.web.explorer.network_endpoints import NetworkEndpoints
from kg.web.explorer.parameters import MOST_ROWS, QueryParameters
from kg.web.explorer.query_endpoints import filled_query_route, queries_endpoint
from kg.web.explorer.routes import Endpoint, list_route, route
from kg.web.explorer.search_index import Entity, IndexNames
from kg.web.explorer.suggestions import suggestions
from kg.web.images import ImageTemplate
from kg.web.problems import for_visitors

LOG = logging.getLogger("kg.serve")

_COUNTS = ("figures", "papers", "entities", "mentions", "cooccurrences")
_EVIDENCE = ("subject", "object", "from", "to", "flavour", "min_probability", "limit", "offset")


class Api:
    """The API of one build. Close it, because its temporary folder stays until then."""

    def __init__(self, build: Build, images: ImageTemplate | None = None, cache: Path | None = None) -> None:
        """Serve a build.

        `images` gives addresses of pictures, which the page loads on request. `cache` is the folder where tables are
        cached for the next server; None caches none.
        """
        self._build = build
        self._images = images
        self._database = ExplorerDatabase(build, cache)
        self._lists = Lists(self._database, build.base)
        self._figures = Figures(self._database, build.base, images)
        self._graph: KnowledgeGraph | None = None
        self._opening = Lock()
        self._networks = NetworkEndpoints(build, self._database, self._lists, self._find, self._knowledge_graph)
        self._enrichments = Enrichments(self._lists, self._knowledge_graph, self._figures.with_images)
        digest = hashlib.sha256((build.folder / "manifest.json").read_bytes() + f"{__version__} {images}".encode())
        self._headers = {"ETag": f'W/"{digest.hexdigest()[:32]}"', "Cache-Control": "no-cache"}

    @property
    def damaged(self) -> bool:
        """Whether a cached table turned out to be damaged, so that another Api has to take the place of this one."""
        return self._database.damaged

    def close(self) -> None:
        """Close the database and the graph, and release the drawings."""
        self._enrichments.close()
        self._database.close()
        if self._graph is not None:
            self._graph.close()

    def routes(self) -> list[Route]:
        """Return the routes; all endpoints are plain functions, which Starlette calls from its threads."""
        endpoints: dict[str, Endpoint] = {
            "build": (self._about, ()),
            "search": (self._search, ("q", "limit")),
            "similar": (self._similar, ("q",)),
            "word": (self._word, ("q",)),
            "entity": (self._entity, ("id",)),
            "evidence": (self._evidence, _EVIDENCE),
            "compare": compare_endpoint(self._database, self._find),
            "queries": queries_endpoint(self._build.base),
            **figure_endpoints(self._figures, self._find),
            "sparql": self._networks.sparql(),
        }
        of_lists = {
            "list": self._lists.endpoint(),
            "enrich": self._enrichments.endpoint(),
            **self._networks.endpoints(),
        }
        return [
            *(route(name, endpoint, self._respond) for name, endpoint in endpoints.items()),
            *(list_route(name, endpoint, self._respond) for name, endpoint in of_lists.items()),
            filled_query_route(self._iri, self._build.base, self._respond),
        ]

    def _respond(self, request: Request, answer: Callable[[], Response]) -> Response:
        if request.method != "POST" and self._headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=self._headers)
        try:
            response = answer()
        except KgError as error:
            return self._refusal(error)
        response.headers.update({"Cache-Control": "no-store"} if request.method == "POST" else self._headers)
        return response

    def _refusal(self, error: KgError) -> Response:
        """Return the message with 404 for a name, 400 for another parameter, and 503 for a fault of the server."""
        wrong = 400 if isinstance(error, QueryError | ParameterError) else 503
        status = 404 if isinstance(error, UnknownName) else wrong
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            LOG.error("the explorer: %s", error)
        said: dict[str, Any] = {"error": for_visitors(str(error), self._build.folder), "status": status}
        if isinstance(error, UnknownName) and not isinstance(error, UnknownChoice):
            candidates = suggestions(error, self._database.search_index, self._match)
            said |= {"name": error.name, "suggestions": candidates}
        return JSONResponse(said, status)

    def _about(self, _: QueryParameters) -> Response:
        manifest = self._build.manifest
        counts = {name: manifest["counts"][name] for name in _COUNTS} | {"pairs": manifest["pairs"]["distinct"]}
        years = self._database.fetch(STATEMENTS.sql("publication_years")).to_pylist()[0]
        return JSONResponse(
            {
                "version": manifest["version"],
                "release": self._build.release,
                "input": manifest["input"]["sha256"],
                "counts": counts,
                "years": [year for year in years.values() if year is not None],
                "min_figures": self._build.min_figures,
                "base": self._build.base,
                "prefixes": iri_parts(self._build.base),
                "namespaces": namespaces(self._build.base),
                "categories": manifest["counts"]["entities_by_category"],
                "organisms": organisms(manifest["counts"].get("genes_by_taxon", {})),
                "images": self._images.host if self._images else None,
                "examples": [entity.id for entity in self._database.search_index.most_drawn(3)],
            }
        )

    def _search(self, parameters: QueryParameters) -> Response:
        index, text = self._database.search_index, parameters.text("q")
        limit = parameters.integer("limit", 1, MOST_ROWS, 20)
        figures = self._database.figure_index.search(text, limit)
        return JSONResponse({"matches": index.search(text, limit), "words": index.words(text), "figures": figures})

    def _similar(self, parameters: QueryParameters) -> Response:
        index, text = self._database.search_index, parameters.text("q")
        hint = Hints(IndexNames(index, self._database.rows), self._build.base, default_lexicon).similar(text)
        unknown = UnknownName("entity or figure", text, suggestions=hint.suggestions)
        meanings = suggestions(unknown, index, self._match)
        return JSONResponse({"texts": hint.suggestions, "suggestions": meanings})

    def _word(self, parameters: QueryParameters) -> Response:
        return JSONResponse(word_meanings(self._database, normal_form(parameters.text("q"))))

    def _entity(self, parameters: QueryParameters) -> Response:
        entity = self._find(parameters.text("id"))
        return JSONResponse(describe_entity(self._database, entity, self._build.base))

    def _evidence(self, parameters: QueryParameters) -> Response:
        subject, object_ = (self._find(parameters.text(name)) for name in ("subject", "object"))
        if subject == object_:
            raise QueryError(f"subject and object are both {subject.id}; give two entities")
        years, flavour = parameters.years(), parameters.flavour()
        limit = parameters.integer("limit", 1, MOST_ROWS, 50)
        offset = parameters.integer("offset", 0, 10**9 - 1, 0)
        least = max(parameters.fraction("min_probability") or 0, LIKELY)
        answer = pair_evidence(
            self._database, subject, object_, years, flavour, least=least, limit=limit, offset=offset
        )
        for row in answer["rows"]:
            row["image"] = self._figures.image(row)
            del row["filename"]
        return JSONResponse(answer)

    def _knowledge_graph(self) -> KnowledgeGraph:
        with self._opening:
            self._graph = self._graph or KnowledgeGraph(self._build)
            return self._graph

    def _find(self, text: str) -> Entity:
        """Return the entity that a person means; the page itself sends CURIEs."""
        index = self._database.search_index
        id_ = text if index.by_id(text) else self._match(text).id
        if entity := index.by_id(id_):
            return entity
        raise UnknownName("entity", text, hint=f"{id_} is a figure")

    def _match(self, text: str) -> Match:
        names = IndexNames(self._database.search_index, self._database.rows)
        return Resolver(names, self._build.base).resolve(text)

    def _iri(self, text: str) -> str:
        """Return the IRI of the entity or figure that a person means, as `kg query` does."""
        id_ = text if self._database.search_index.by_id(text) else self._match(text).id
        return expand(id_, self._build.base)


def organisms(genes: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return organisms with their names and numbers of genes, as the page offers them.

    >>> organisms({"ncbitaxon:9606": 150})
    [{'id': 'ncbitaxon:9606', 'name': 'human', 'genes': 150}]
    """
    return [{"id": taxon, "name": organism_name(taxon), "genes": number} for taxon, number in genes.items()]
