"""Routes of the API: parameters by GET, and those of lists by POST as well, because a list may be long."""

from collections.abc import Callable, Sequence
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.errors import QueryError, SourceError
from kg.parsers.lists import GivenList, read_list
from kg.web.explorer.parameters import QueryParameters

Endpoint = tuple[Callable[[QueryParameters], Response], Sequence[str]]
"""A function that answers, and the names of its parameters."""

ListEndpoint = tuple[Callable[[QueryParameters, GivenList | None], Response], Sequence[str]]
"""The same with the list of the request, which is its parameter `genes` or its body; None where it has neither."""

Respond = Callable[[Request, Callable[[], Response]], Response]
"""Function that answers a request with the answer of another function, or with the error that it raises."""

FORM = "application/x-www-form-urlencoded"


def route(name: str, endpoint: Endpoint, respond: Respond) -> Route:
    """Return the route of an endpoint; Starlette calls a plain function from its threads."""
    answer, names = endpoint

    def answered(request: Request) -> Response:
        return respond(request, lambda: answer(QueryParameters(request.query_params.multi_items(), names)))

    return Route(f"/api/{name}", answered)


def list_route(name: str, endpoint: ListEndpoint, respond: Respond) -> Route:
    """Return the route of an endpoint that takes a list in its address, in a form, or as the body."""
    answer, names = endpoint

    async def answered(request: Request) -> Response:
        body = await request.body() if request.method == "POST" else b""

        def of_list() -> Response:
            kind = request.headers.get("content-type", "").lower()
            if body and kind.startswith("multipart/"):
                raise QueryError("the list is in a form with files; send it as the body: curl --data-binary @FILE")
            # `curl --data-binary @FILE` calls a file a form, too.
            fields = _form_items(body) if kind.startswith(FORM) else []
            is_form = any(name in names for name, _ in fields)
            items = [*request.query_params.multi_items(), *(fields if is_form else [])]
            parameters = QueryParameters(items, names)
            return answer(parameters, _given(parameters, b"" if is_form else body))

        return await run_in_threadpool(respond, request, of_list)

    return Route(f"/api/{name}", answered, methods=["GET", "POST"])


def needed(given: GivenList | None) -> GivenList:
    """Return a list that an endpoint cannot do without; raise QueryError where there is none."""
    if given is None:
        raise QueryError("genes is missing; add it: ?genes=TP53,MDM2, or send the list as the body of a POST")
    return given


def read_parameter(parameters: QueryParameters, name: str) -> GivenList:
    """Return the list of a parameter; raise QueryError for one without names."""
    return _read("\n".join(parameters.texts(name)), name)


def _given(parameters: QueryParameters, body: bytes) -> GivenList | None:
    """Return the list of a request; raise QueryError where there are two."""
    texts = parameters.texts("genes")
    if body and texts:
        raise QueryError("the list is sent twice, as body and as genes; send it once")
    return _read("\n".join(texts) if texts else body, "the list") if body or texts else None


def _read(content: str | bytes, source: str) -> GivenList:
    try:
        return read_list(content, source)
    except SourceError as error:
        raise QueryError(str(error)) from error


def _form_items(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form; empty where the body is another text."""
    try:
        fields = parse_qs(body.decode(), errors="strict", max_num_fields=200)
    except ValueError:
        return []
    return [(name, value) for name, values in fields.items() for value in values]
