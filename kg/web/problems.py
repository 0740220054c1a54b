"""Errors of HTTP: a status and one sentence, as problem details in JSON (RFC 9457)."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kg.errors import KgError

RETRY_AFTER = 5
"""Seconds after which a client may repeat a request that got status 503."""


class HttpProblem(KgError):  # noqa: N818 the word of RFC 9457
    """A request gets no answer; `status` is that of HTTP, and the message names the fault and the way out."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.headers = headers or {}
        super().__init__(detail)


def problem_response(problem: HttpProblem) -> Response:
    """Return the response with the details of a problem."""
    headers = {"Cache-Control": "no-store", **problem.headers}
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.setdefault("Retry-After", str(RETRY_AFTER))
    details = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": str(problem),
    }
    return JSONResponse(details, problem.status, headers, media_type="application/problem+json")


def routing_problem(request: Request, error: Exception) -> Response:
    """Return the router's error, such as an unknown page or method, in the same form."""
    assert isinstance(error, HTTPException)
    detail = f"{request.method} {request.url.path}: {error.detail}"
    return problem_response(HttpProblem(error.status_code, detail, dict(error.headers or {})))


def internal_error(_request: Request, _error: Exception) -> Response:
    """Return status 500 without the reason, which is in the log only."""
    return problem_response(HttpProblem(500, "an error of the server, which its log shows"))
