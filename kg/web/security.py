"""What every request has to pass, and what every response says to browsers."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.web.problems import Refused, problem

POLICY = (
    "default-src 'self'; img-src 'self' data: https:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Pages take nothing from elsewhere but pictures, and these only where a person asks for them."""

LOCAL = ("localhost", "127.0.0.1", "[::1]")


class Guard:
    """Answers only to its own names, and tells browsers to trust nothing else.

    A page of a stranger can have its own name point to 127.0.0.1 and so read what listens there; it cannot change the
    Host that the browser sends. With no `hosts` every name will do.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...] = (), *, shared: bool = False) -> None:
        self._app = app
        self._hosts = hosts
        self._shared = shared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._secure(MutableHeaders(scope=message))
            await send(message)

        host = Headers(scope=scope).get("host", "")
        if self._hosts and host and _name(host) not in self._hosts:
            detail = f"Host {host!r}: this server is {', '.join(self._hosts)} (kg serve --allow-host)"
            await problem(Refused(421, detail))(scope, receive, sending)
            return
        await self._app(scope, receive, sending)

    def _secure(self, headers: MutableHeaders) -> None:
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "no-referrer")
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if self._shared else "same-origin")
        headers.setdefault("Cache-Control", "no-cache")  # ask again, and be told that it is unchanged


def _name(host: str) -> str:
    """Give the name of a Host header, without its port."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() else host.lower()
