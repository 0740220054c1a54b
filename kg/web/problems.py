"""Errors of HTTP: a status and one sentence, as problem details in JSON (RFC 9457), or as a page for browsers."""

import re
from functools import cache
from html import escape
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from string import Template

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from kg.errors import KgError
from kg.web.sparql.negotiation import prefers_html

RETRY_AFTER = 5
"""Seconds after which a client may repeat a request that got status 503."""

_TITLES = {404: "There is no such page", 503: "Not available right now"}
"""Titles of pages; others have the phrase of the status."""


_COMMAND = re.compile(r"[;,] [^;,]*\bkg build\b.*", re.DOTALL)
"""The way out of a damaged build on the command line, which visitors do not have."""


class HttpProblem(KgError):  # noqa: N818 the word of RFC 9457
    """A request gets no answer; `status` is that of HTTP, and the message names the fault and the way out."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.headers = headers or {}
        super().__init__(detail)


class NoStore(HttpProblem):
    """The build has no store, so that only its tables and files can be read."""

    def __init__(self) -> None:
        super().__init__(501, "this build has no store, so that no SPARQL query can be answered")


def problem_response(problem: HttpProblem) -> Response:
    """Return the response with the details of a problem."""
    details = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": str(problem),
    }
    return JSONResponse(details, problem.status, _headers(problem), media_type="application/problem+json")


def negotiated_problem(request: Request, problem: HttpProblem) -> Response:
    """Return a problem as a page where a browser asks for one, otherwise as JSON."""
    if not prefers_html(", ".join(request.headers.getlist("accept"))):
        response = problem_response(problem)
    else:
        title = _TITLES.get(problem.status, HTTPStatus(problem.status).phrase)
        root = request.scope.get("app_root_path", request.scope.get("root_path", ""))
        values = {"title": title, "detail": str(problem), "root": root}
        page = _template().substitute({name: escape(value) for name, value in values.items()})
        response = HTMLResponse(page, problem.status, _headers(problem))
    response.headers.add_vary_header("Accept")
    return response


def routing_problem(request: Request, error: Exception) -> Response:
    """Return the router's error, such as an unknown page or method."""
    assert isinstance(error, HTTPException)
    detail = f"{request.method} {request.url.path}: {error.detail}"
    headers = dict(error.headers or {})
    if methods := headers.get("Allow"):  # Starlette has them as a set.
        headers["Allow"] = ", ".join(sorted(methods.split(", ")))
    return negotiated_problem(request, HttpProblem(error.status_code, detail, headers))


def internal_error(request: Request, _error: Exception) -> Response:
    """Return status 500 without the reason, which is in the log only."""
    return negotiated_problem(request, HttpProblem(500, "an error of the server, which its log shows"))


def for_visitors(text: str, folder: Path) -> str:
    """Return a message for strangers: paths are those inside the build's folder, and no command is named.

    A name that only begins or ends like the folder, such as a word, stays.

    >>> for_visitors("/srv/kg/tables/words.parquet: damaged; build again with kg build --no-cache", Path("/srv/kg"))
    'tables/words.parquet: damaged; the operator of this server can make the build again'
    >>> for_visitors("b/tables: not a number", Path("b"))
    'tables: not a number'
    """
    text = _COMMAND.sub("; the operator of this server can make the build again", text)
    for path in dict.fromkeys((str(folder.resolve()), str(folder.absolute()), str(folder))):
        alone = rf"(?<![\w./-]){re.escape(path)}"
        text = re.sub(rf"{alone}/", "", text)
        text = re.sub(rf"{alone}(?=[:;,]? |[:;,]?$)", "the build", text)
    return text


def _headers(problem: HttpProblem) -> dict[str, str]:
    headers = {"Cache-Control": "no-store", **problem.headers}
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.setdefault("Retry-After", str(RETRY_AFTER))
    return headers


@cache
def _template() -> Template:
    return Template((files("kg.web") / "static" / "problem.html").read_text(encoding="utf-8"))
