"""Routes of the API: parameters by GET, and those of lists by POST as well, because a list may be long."""

from collections.abc import Callable, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.web.explorer.lists import Lists, form_items, given_by
from kg.web.explorer.parameters import QueryParameters

Respond = Callable[[Request, Callable[[], Response]], Response]
"""Function that answers a request with the answer of another function, or with the error that it raises."""

_METHODS = ["GET", "POST"]


def route(name: str, answer: Callable[[QueryParameters], Response], names: Sequence[str], respond: Respond) -> Route:
    """Return the route of an endpoint that takes the parameters `names`.

    Starlette calls a plain function from its threads. Only an endpoint of lists reads a body, which is a form.
    """

    def answered(request: Request, posted: Sequence[tuple[str, str]] = ()) -> Response:
        items = [*request.query_params.multi_items(), *posted]
        return respond(request, lambda: answer(QueryParameters(items, names)))

    async def of_list(request: Request) -> Response:
        fields = form_items(await request.body()) if request.method == "POST" else {}
        posted = [(name, value) for name, values in fields.items() for value in values]
        return await run_in_threadpool(answered, request, posted)

    def plain(request: Request) -> Response:
        return answered(request)

    path = f"/api/{name}"
    return Route(path, of_list, methods=_METHODS) if "genes" in names else Route(path, plain)


def list_route(lists: Lists, respond: Respond) -> Route:
    """Return the route of `/api/list`, which takes a list in its address, in a form, or as the body."""

    async def endpoint(request: Request) -> Response:
        read = await given_by(request)

        def answer() -> Response:
            QueryParameters(request.query_params.multi_items(), ("genes",))
            return JSONResponse(lists.describe(read()))

        return await run_in_threadpool(respond, request, answer)

    return Route("/api/list", endpoint, methods=_METHODS)
