"""The JSON API behind the page of `kg serve`.

It is read-only, and an answer depends on the build and the address only, so every answer has the ETag of the build.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from threading import Lock
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg import __version__
from kg.errors import KgError, ParameterError, QueryError, UnknownChoice, UnknownName
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.resolve import Match, Resolver
from kg.graph.views import Filters
from kg.model.identifiers import expand, iri_parts, namespaces
from kg.model.organisms import check_choice, organism_name, read_taxa
from kg.model.records import CATEGORIES, FLAVOURS, LIKELY, Flavour
from kg.model.tables import Build
from kg.rdf import canned_queries
from kg.web.explorer.compare import compare_endpoint
from kg.web.explorer.database import STATEMENTS, ExplorerDatabase
from kg.web.explorer.download import FORMATS, export_network, file_name, table
from kg.web.explorer.enrichment import Enrichments
from kg.web.explorer.evidence import describe_entity, pair_evidence
from kg.web.explorer.figure_endpoints import figure_endpoints
from kg.web.explorer.figures import Figures
from kg.web.explorer.lists import Lists, list_query
from kg.web.explorer.network import Network, NetworkQuery, Years, network
from kg.web.explorer.parameters import MOST_ROWS, QueryParameters
from kg.web.explorer.routes import list_route, route
from kg.web.explorer.search_index import Entity, IndexNames
from kg.web.explorer.sparql_text import network_sparql
from kg.web.explorer.suggestions import suggestions
from kg.web.images import ImageTemplate
from kg.web.problems import for_visitors

LOG = logging.getLogger("kg.serve")

MOST_CENTERS = 10
"""Greatest number of centres of a network."""

LONGEST_LIST = 20_000
"""Greatest number of characters in a parameter of a canned query, which may be a list of genes."""

_COUNTS = ("figures", "papers", "entities", "mentions", "cooccurrences")
_FILTERS = (
    "of", "top", "min_figures", "max_q", "min_probability", "from", "to", "category", "taxon", "without_taxon",
    "flavour",
)  # fmt: skip
_OF_LIST = ("genes", "partners", "nodes", "pairs")
_EVIDENCE = ("subject", "object", "from", "to", "flavour", "min_probability", "limit", "offset")


class Api:
    """The API of one build. Close it, because its temporary folder stays until then."""

    def __init__(self, build: Build, images: ImageTemplate | None = None) -> None:
        """Serve a build; `images` gives addresses of pictures, which the page loads on request."""
        self._build = build
        self._images = images
        self._database = ExplorerDatabase(build)
        self._lists = Lists(self._database, build.base)
        self._figures = Figures(self._database, build.base, images)
        self._graph: KnowledgeGraph | None = None
        self._opening = Lock()
        self._enrichments = Enrichments(self._knowledge_graph, self._figures.with_images)
        digest = hashlib.sha256((build.folder / "manifest.json").read_bytes() + f"{__version__} {images}".encode())
        self._headers = {"ETag": f'W/"{digest.hexdigest()[:32]}"', "Cache-Control": "no-cache"}

    def close(self) -> None:
        """Close the database and the graph."""
        self._database.close()
        if self._graph is not None:
            self._graph.close()

    def routes(self) -> list[Route]:
        """Return the routes; all endpoints are plain functions, which Starlette calls from its threads."""
        endpoints: dict[str, tuple[Callable[[QueryParameters], Response], Sequence[str]]] = {
            "build": (self._about, ()),
            "search": (self._search, ("q", "limit")),
            "entity": (self._entity, ("id",)),
            "network": (self._elements, (*_FILTERS, *_OF_LIST)),
            "evidence": (self._evidence, _EVIDENCE),
            "compare": compare_endpoint(self._database, self._find),
            **figure_endpoints(self._figures, self._find),
            "download": (self._download, ("format", *_FILTERS, *_OF_LIST)),
            "sparql": (self._sparql, _FILTERS),
            "queries": (self._queries, ()),
        }
        routes = [route(name, *endpoint, self._respond) for name, endpoint in endpoints.items()]
        of_lists = [list_route(self._lists, self._respond), self._enrichments.route(self._respond)]
        return [*routes, *of_lists, Route("/api/queries/{name}", self._filled_query)]

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

    def _entity(self, parameters: QueryParameters) -> Response:
        entity = self._find(parameters.text("id"))
        return JSONResponse(describe_entity(self._database, entity, self._build.base))

    def _elements(self, parameters: QueryParameters) -> Response:
        result = self._network(parameters)
        left_out = {"left_out": result.left_out, "pairs_left_out": result.pairs_left_out}
        if result.query.listed:
            left_out["members_left_out"] = result.members_left_out
        of = [entity.id for entity in result.query.centers]
        return JSONResponse({"elements": result.elements} | left_out | {"of": of})

    def _evidence(self, parameters: QueryParameters) -> Response:
        subject, object_ = (self._find(parameters.text(name)) for name in ("subject", "object"))
        if subject == object_:
            raise QueryError(f"subject and object are both {subject.id}; give two entities")
        years, flavour = _years(parameters), _flavour(parameters)
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

    def _sparql(self, parameters: QueryParameters) -> Response:
        build = self._build
        text = network_sparql(self._database, self._network(parameters), build.base, build.min_figures)
        return JSONResponse({"text": text})

    def _download(self, parameters: QueryParameters) -> Response:
        format_ = parameters.one_of("format", tuple(FORMATS))
        result = self._network(parameters)
        body = table(result) if format_ == "tsv" else self._export(result, format_)
        saved_as = {"Content-Disposition": f'attachment; filename="{file_name(result, format_)}"'}
        return Response(body, media_type=FORMATS[format_], headers=saved_as)

    def _export(self, result: Network, format_: str) -> bytes:
        return export_network(self._knowledge_graph(), result, format_)

    def _knowledge_graph(self) -> KnowledgeGraph:
        with self._opening:
            self._graph = self._graph or KnowledgeGraph(self._build)
            return self._graph

    def _network(self, parameters: QueryParameters) -> Network:
        taxa, without_taxa = (read_taxa(name, parameters.several(name)) for name in ("taxon", "without_taxon"))
        check_choice(taxa, without_taxa, "taxon and without_taxon")
        filters = Filters(
            categories=parameters.several_of("category", CATEGORIES),
            min_figures=parameters.integer("min_figures", 1, 10**9 - 1, self._build.min_figures),
            max_q=parameters.fraction("max_q"),
            flavour=_flavour(parameters),
            taxa=taxa,
            without_taxa=without_taxa,
            min_probability=parameters.fraction("min_probability"),
        )
        years = _years(parameters)
        if not parameters.texts("genes"):
            top = parameters.integer("top", 1, MOST_ROWS, 40)
            return network(self._database, NetworkQuery(self._centers(parameters), filters, years, top))
        return network(self._database, list_query(self._lists, parameters, filters, years))

    def _centers(self, parameters: QueryParameters) -> tuple[Entity, ...]:
        """Return the entities of `of`; each of its values names one entity, or several with commas between."""
        if not parameters.texts("of"):
            raise QueryError("of is missing; say around what the network is: ?of=TNFSF11")
        entities = [entity for text in parameters.texts("of") for entity in self._find_all(text)]
        if len(entities) > MOST_CENTERS:
            raise QueryError(f"of names {len(entities)} entities; at most {MOST_CENTERS}")
        return tuple(dict.fromkeys(entities))

    def _find_all(self, text: str) -> list[Entity]:
        try:
            return [self._find(text)]
        except UnknownName:  # a name may have a comma
            if "," not in text:
                raise
        return [self._find(name) for name in text.split(",") if name.strip()]

    def _find(self, text: str) -> Entity:
        """Return the entity that a person means; the page itself sends CURIEs."""
        index = self._database.search_index
        id_ = text if index.by_id(text) else self._resolve(text)
        if entity := index.by_id(id_):
            return entity
        raise UnknownName("entity", text, hint=f"{id_} is a figure")

    def _resolve(self, text: str) -> str:
        """Return the CURIE of the entity or figure that a person means."""
        return self._match(text).id

    def _match(self, text: str) -> Match:
        names = IndexNames(self._database.search_index, self._database.fetch)
        return Resolver(names, self._build.base).resolve(text)

    def _queries(self, _: QueryParameters) -> Response:
        return JSONResponse([self._describe_query(canned_queries.load(name)) for name in canned_queries.names()])

    def _describe_query(self, query: canned_queries.Query) -> dict[str, Any]:
        parameters = [
            {"name": parameter.name, "type": parameter.type, "default": parameter.default, "label": parameter.label}
            for parameter in query.parameters
        ]
        return {
            "name": query.name,
            "title": query.title,
            "category": query.category,
            "description": query.description,
            "parameters": parameters,
            "text": query.bind({}, str, self._build.base),
        }

    def _filled_query(self, request: Request) -> Response:
        def answer() -> Response:
            query = canned_queries.load(request.path_params["name"])
            names = [parameter.name for parameter in query.parameters]
            parameters = QueryParameters(request.query_params.multi_items(), names, longest=LONGEST_LIST)
            values = {name: parameters.texts(name) for name in names if parameters.texts(name)}
            return JSONResponse({"text": query.bind(values, self._iri, self._build.base)})

        return self._respond(request, answer)

    def _iri(self, text: str) -> str:
        """Return the IRI of the entity or figure that a person means, as `kg query` does."""
        id_ = text if self._database.search_index.by_id(text) else self._resolve(text)
        return expand(id_, self._build.base)


def _years(parameters: QueryParameters) -> Years:
    years = Years(parameters.integer("from", 0, 9999, 0), parameters.integer("to", 0, 9999, 9999))
    if years.first > years.last:
        raise QueryError(f"from={years.first} is after to={years.last}")
    return years


def organisms(genes: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return organisms with their names and numbers of genes, as the page offers them.

    >>> organisms({"ncbitaxon:9606": 150})
    [{'id': 'ncbitaxon:9606', 'name': 'human', 'genes': 150}]
    """
    return [{"id": taxon, "name": organism_name(taxon), "genes": number} for taxon, number in genes.items()]


def _flavour(parameters: QueryParameters) -> Flavour:
    return parameters.one_of("flavour", FLAVOURS, "all")
