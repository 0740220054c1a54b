"""Checks on every request, and headers that restrict what browsers do with a response."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.web.problems import HttpProblem, problem_response

POLICY = (
    "default-src 'self'; img-src 'self' data:$images; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Content security policy: pages load nothing from other sites but pictures from the host of `--image-url`."""

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
"""Names of this machine in a Host header."""


class SecurityMiddleware:
    """ASGI middleware that refuses other hosts' names, and adds the security headers.

    It prevents DNS rebinding: a page of another site can point its own name to 127.0.0.1, but it cannot change the
    Host header that the browser sends. Without `hosts` every name is accepted.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...] = (), *, cors: bool = False, images: str = "") -> None:
        """Wrap an application; `images` is the origin that pages may load pictures from, such as `https://x.org`."""
        self._app = app
        self._hosts = hosts
        self._cors = cors
        self._policy = POLICY.replace("$images", f" {images}" if images else "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with status 421."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message))
            await send(message)

        host = Headers(scope=scope).get("host", "")
        if self._hosts and host and _without_port(host) not in self._hosts:
            detail = f"Host {host!r}: this server is {', '.join(self._hosts)} (kg serve --allow-host)"
            await problem_response(HttpProblem(421, detail))(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)

    def _add_headers(self, headers: MutableHeaders) -> None:
        headers.setdefault("Content-Security-Policy", self._policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "no-referrer")
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if self._cors else "same-origin")
        headers.setdefault("Cache-Control", "no-cache")  # browsers store pages, but revalidate them by ETag


def _without_port(host: str) -> str:
    """Return the name in a Host header, in lower case."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() else host.lower()
