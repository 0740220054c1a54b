"""One request to a server: redirects within bounds, errors as those that pass and those that stay."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import cast
from urllib.error import URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from kg import __version__
from kg.runtime.download.addresses import Address, redacted

MOST_BYTES = 64 * 1024**3
"""Most bytes of a download by default; the index of OpenCitations, the largest in use, has 33 GB."""

MOST_REDIRECTS = 10
"""Redirects that are followed; GitHub and archives of data use one to three."""

LONGEST_WAIT = 120.0
"""Seconds that a server may ask to wait; more ends the download."""

_REDIRECTS = (301, 302, 303, 307, 308)
_PASSING = (408, 425, 429, 500, 502, 503, 504)
_EXPECTED = (200, 206, 304, 416)


@dataclass(frozen=True)
class Client:
    """How to download: seconds, tries and bytes. `wait` gets the seconds between two tries."""

    timeout: float = 60.0
    """Seconds without a connection, or without a byte, after which a try fails."""

    tries: int = 5
    """Tries in a row that bring less than 1 MiB, after which the download fails."""

    most: int = MOST_BYTES
    """Most bytes of a file."""

    wait: Callable[[float], None] = time.sleep


class Failure(Exception):  # noqa: N818 it is a state of the download; the caller raises the error
    """A failure that another try would meet again."""


class PassingFailure(Failure):
    """A failure that may pass. `wait` has the seconds that the server asks for, or None."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


@contextmanager
def answer(address: Address, headers: Mapping[str, str], timeout: float) -> Iterator[HTTPResponse]:
    """Open the answer of a server, whose status is 200, 206, 304 or 416.

    Raises PassingFailure or Failure, whose reason has no part of an address that must stay secret.
    """
    url, authorization = address.url, address.authorization
    for _ in range(MOST_REDIRECTS + 1):
        fields = {"User-Agent": f"kg/{__version__}", "Accept-Encoding": "identity"} | dict(headers)
        fields |= {"Authorization": authorization} if authorization else {}
        with _opened(Request(url, headers=fields), timeout) as response:  # noqa: S310 http(s) only: see _followed
            if response.status in _EXPECTED:
                yield response
                return
            if response.status not in _REDIRECTS:
                raise _refusal(response)
            target = _followed(url, response.headers.get("Location", ""))
        if urlsplit(target)[:2] != urlsplit(url)[:2]:
            authorization = None  # A password is meant for one server.
        url = target
    raise Failure(f"more than {MOST_REDIRECTS} redirects")


def _followed(url: str, location: str) -> str:
    """Return the target of a redirect; raise Failure where it leaves the web, or leaves encryption."""
    target = urljoin(url, location).partition("#")[0]
    scheme, there = urlsplit(url).scheme, urlsplit(target).scheme
    if not location or there not in ("https", scheme) or not target.isascii() or not target.isprintable():
        raise Failure(f"redirects to {redacted(target)}, which is not followed")
    return target.replace(" ", "%20")


@contextmanager
def _opened(request: Request, timeout: float) -> Iterator[HTTPResponse]:
    """Send a request by the user's proxy, if there is one; other handlers, such as that of files, are left out."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    with network_errors():
        response = cast("HTTPResponse", opener.open(request, timeout=timeout))
    with response:
        yield response


@contextmanager
def network_errors() -> Iterator[None]:
    """Raise the errors of the network as PassingFailure, or as Failure where another try is of no use."""
    try:
        yield
    except (OSError, HTTPException) as error:
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise Failure(f"its certificate is not valid: {cause.verify_message}") from None
        if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME:
            raise Failure("no such server") from None
        raise PassingFailure(_reason(cause)) from None


def _reason(cause: object) -> str:
    """Return the reason of a network's error in words; texts of HTTPException may repeat an address."""
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    if isinstance(cause, HTTPException):
        return f"broken answer, {type(cause).__name__}"
    return str(getattr(cause, "strerror", None) or cause)


def _refusal(response: HTTPResponse) -> Failure:
    """Return the failure that a status means."""
    reason = f"{response.status} {_phrase(response.status)}".strip()
    if response.status in _PASSING:
        return PassingFailure(reason, _asked_wait(response))
    return Failure(reason)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _asked_wait(response: HTTPResponse) -> float | None:
    """Return the seconds of Retry-After; a date there counts from the server's own date."""
    stated = response.headers.get("Retry-After", "").strip()
    if stated.isdecimal() and stated.isascii():
        return float(stated[:9])
    try:
        now = parsedate_to_datetime(response.headers.get("Date", ""))
        return max(0.0, (parsedate_to_datetime(stated) - now).total_seconds())
    except (TypeError, ValueError):
        return None
