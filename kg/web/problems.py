"""What a client is told when it gets no answer: a status and one sentence, as JSON (RFC 9457)."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kg.errors import KgError

RETRY_AFTER = 5
"""Seconds after which a client may try again what could not be done now."""


class Refused(KgError):  # noqa: N818 as those of kg.errors
    """A request gets no answer; `status` is that of HTTP, and the message says what is wrong and the way out."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.headers = headers or {}
        super().__init__(detail)


def problem(refused: Refused) -> Response:
    """Give the response that says what is wrong."""
    headers = {"Cache-Control": "no-store", **refused.headers}
    if refused.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.setdefault("Retry-After", str(RETRY_AFTER))
    told = {"type": "about:blank", "title": HTTPStatus(refused.status).phrase, "status": refused.status}
    return JSONResponse(told | {"detail": str(refused)}, refused.status, headers, media_type="application/problem+json")


def unknown_page(request: Request, error: Exception) -> Response:
    """Say in the same way what the router has to say: no such page, or no such method."""
    assert isinstance(error, HTTPException)
    detail = f"{request.method} {request.url.path}: {error.detail}"
    return problem(Refused(error.status_code, detail, dict(error.headers or {})))


def failed(_request: Request, _error: Exception) -> Response:
    """Say that something went wrong, and nothing of what; that is in the log."""
    return problem(Refused(500, "an error of the server, which its log shows"))
