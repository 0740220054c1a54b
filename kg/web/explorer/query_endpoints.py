"""The endpoints of the API that answer with canned queries: all of them, and one with its parameters filled in."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.rdf import canned_queries
from kg.web.explorer.parameters import QueryParameters
from kg.web.explorer.routes import Endpoint, Respond

LONGEST_LIST = 20_000
"""Greatest number of characters in a parameter of a canned query, which may be a list of genes."""


def queries_endpoint(base: str) -> Endpoint:
    """Return the endpoint of all queries, whose texts have the base IRI of the build."""

    def answer(_: QueryParameters) -> Response:
        return JSONResponse([_described(canned_queries.load(name), base) for name in canned_queries.names()])

    return answer, ()


def filled_query_route(iri: Callable[[str], str], base: str, respond: Respond) -> Route:
    """Return the route of one query; `iri` returns the IRI of the entity or figure that a person means."""

    def answered(request: Request) -> Response:
        def answer() -> Response:
            query = canned_queries.load(request.path_params["name"])
            names = [parameter.name for parameter in query.parameters]
            parameters = QueryParameters(request.query_params.multi_items(), names, longest=LONGEST_LIST)
            values = {name: parameters.texts(name) for name in names if parameters.texts(name)}
            return JSONResponse({"text": query.bind(values, iri, base)})

        return respond(request, answer)

    return Route("/api/queries/{name}", answered)


def _described(query: canned_queries.Query, base: str) -> dict[str, Any]:
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
        "text": query.bind({}, str, base),
    }
