"""The body of a request, within limits of size and time."""

import asyncio

from starlette.requests import Request

from kg.web.problems import HttpProblem

BODY_TIMEOUT = 20.0
"""Seconds in which a client has to send the body of a request."""


async def read_body(request: Request, most: int, what: str = "query", limit: str = "") -> bytes:
    """Read a body of at most `most` bytes; raise HttpProblem for one that is longer or takes too much time.

    `what` names the content in messages, `limit` the option of `kg serve` that sets the limit.
    """
    if (size := int(request.headers.get("content-length", 0))) > most:
        raise too_long(size, most, what, limit)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise too_long(len(body), most, what, limit)
    except TimeoutError:
        raise HttpProblem(
            408, f"the {what} did not arrive within {BODY_TIMEOUT:.0f} s", {"Connection": "close"}
        ) from None
    return bytes(body)


def too_long(size: int, most: int, what: str, limit: str = "") -> HttpProblem:
    """Return the problem of a body that is too long."""
    return HttpProblem(413, f"the {what} is {size:,} bytes long; at most {most:,} here" + (limit and f" ({limit})"))
