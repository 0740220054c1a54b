"""A server on this machine that follows a script: an answer for each request, and then those of a good server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import cast


class Handler(BaseHTTPRequestHandler):
    """Takes the next step of the server's script."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        server = cast("Server", self.server)
        server.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        (server.script.pop(0) if server.script else good)(self)
        self.close_connection = True

    def head(self, status: int, headers: dict[str, object]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()


Step = Callable[[Handler], None]


class Server(ThreadingHTTPServer):
    """Serves `body`, marked by `etag`, at every path."""

    def __init__(self, body: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.body, self.etag = body, '"one"'
        self.script: list[Step] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.released = Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def asked(self, header: str) -> list[str | None]:
        """Return a header of every request."""
        return [headers.get(header) for _, headers in self.requests]

    def handle_error(self, *_: object) -> None:
        """Stay silent: clients hang up on purpose."""


@contextmanager
def serving(body: bytes) -> Iterator[Server]:
    with Server(body) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


def good(handler: Handler) -> None:
    """Answer as RFC 9110 says: ranges of the same version, 304, or the whole body."""
    server = cast("Server", handler.server)
    headers: dict[str, object] = {"ETag": server.etag}
    start = 0
    if handler.headers.get("If-None-Match") == server.etag:
        handler.head(304, headers)
        return
    if handler.headers.get("If-Range") == server.etag:
        start = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        headers["Content-Range"] = f"bytes {start}-{len(server.body) - 1}/{len(server.body)}"
    handler.head(206 if start else 200, headers | {"Content-Length": len(server.body) - start})
    handler.wfile.write(server.body[start:])


def answer(status: int, headers: dict[str, object] | None = None, body: bytes = b"") -> Step:
    """Answer with a status, headers and a body; its length is stated unless the headers say otherwise."""

    def step(handler: Handler) -> None:
        handler.head(status, {"Content-Length": len(body)} | (headers or {}))
        handler.wfile.write(body)

    return step


def cut(at: int, **headers: object) -> Step:
    """Send the head of the whole body, and `at` bytes of it."""

    def step(handler: Handler) -> None:
        server = cast("Server", handler.server)
        handler.head(200, {"ETag": server.etag, "Content-Length": len(server.body)} | headers)
        handler.wfile.write(server.body[:at])

    return step


def stall(at: int) -> Step:
    """Send `at` bytes, then nothing more until the test ends."""

    def step(handler: Handler) -> None:
        cut(at)(handler)
        handler.wfile.flush()
        cast("Server", handler.server).released.wait()

    return step


def chunked(*parts: bytes, ends: bool = True, **headers: object) -> Step:
    """Send a body in chunks without a stated length; without an end the connection is cut."""

    def step(handler: Handler) -> None:
        handler.head(200, {"Transfer-Encoding": "chunked"} | headers)
        for part in parts:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        handler.wfile.write(b"0\r\n\r\n" if ends else b"")

    return step


def until_closed(body: bytes) -> Step:
    """Send a body whose end is that of the connection."""

    def step(handler: Handler) -> None:
        handler.head(200, {"Connection": "close"})
        handler.wfile.write(body)

    return step
