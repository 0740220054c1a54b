"""The endpoints of the API that answer about figures."""

from collections.abc import Callable, Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from kg.web.explorer.figures import SORTS, Figures
from kg.web.explorer.parameters import MOST_ROWS, QueryParameters
from kg.web.explorer.routes import Endpoint
from kg.web.explorer.search_index import Entity


def figure_endpoints(figures: Figures, find: Callable[[str], Entity]) -> dict[str, Endpoint]:
    """Return the endpoints by the name in their address; `find` returns the entity that a person means."""

    def of_entity(parameters: QueryParameters) -> dict[str, Any]:
        sort = parameters.one_of("sort", SORTS, "year")
        return figures.of_entity(
            find(parameters.text("id")),
            sort,
            parameters.one_of("order", ("asc", "desc"), "asc" if sort == "title" else "desc"),
            doubtful=parameters.integer("doubtful", 0, 1, 0) == 1,
            limit=parameters.integer("limit", 1, MOST_ROWS, 50),
            offset=parameters.integer("offset", 0, 10**9 - 1, 0),
        )

    def near(parameters: QueryParameters) -> dict[str, Any]:
        return figures.near(parameters.text("id"), parameters.integer("limit", 1, MOST_ROWS, 20))

    answers: dict[str, tuple[Callable[[QueryParameters], dict[str, Any]], Sequence[str]]] = {
        "figure": (lambda parameters: figures.describe(parameters.text("id")), ("id",)),
        "figure-network": (lambda parameters: figures.network(parameters.text("id")), ("id",)),
        "figures": (of_entity, ("id", "sort", "order", "doubtful", "limit", "offset")),
        "similar-figures": (near, ("id", "limit")),
    }
    return {name: (_as_json(answer), names) for name, (answer, names) in answers.items()}


def _as_json(answer: Callable[[QueryParameters], dict[str, Any]]) -> Callable[[QueryParameters], Response]:
    return lambda parameters: JSONResponse(answer(parameters))
