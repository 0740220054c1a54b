"""uvicorn as `kg serve` runs it: with timeouts for slow clients, a quick shutdown, and a log on standard error."""

import asyncio
import logging
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_TIMEOUT = 20.0
"""Seconds in which a client has to send the head of a request."""

WRITE_TIMEOUT = 30.0
"""Seconds in which a client has to read sent bytes."""

SHUTDOWN_TIMEOUT = 4
"""Seconds in which running requests have to end when the server is stopped."""

KEEP_ALIVE = 100
"""Seconds in which a client may send the next request over an open connection.

Clients and proxies close idle connections themselves (nginx after 60 s, clients in Go after 90 s). The server has to
wait longer, because a request that is on its way when the server closes the connection is lost.
"""

KEEP_ALIVE_CROWDED = 5
"""The same while more than half of the connections are open."""

MAX_CONNECTIONS = 4000
"""Greatest number of open connections; further requests are refused."""

MAX_LOGGED = 300
"""Greatest number of characters of an address in the log, because an address can have a query in it."""


_ABSOLUTE = re.compile(rb"https?://([^/?#]+)", re.IGNORECASE)
"""Beginning of a full address, such as `http://localhost:8080/sparql`, with its host and port."""


class Connection(H11Protocol):
    """An HTTP connection that is closed when the client does not send its request, or does not read the answer."""

    _request_timer: asyncio.TimerHandle | None = None
    _write_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for a request."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS // 2:
            self.timeout_keep_alive = KEEP_ALIVE_CROWDED
        # Head and body are sent separately, and without this the body would wait until the head is acknowledged.
        with suppress(OSError):  # the client has closed the connection
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The write timer has to run until the client has read everything, because a rest would stay for ever.
        transport.set_write_buffer_limits(high=0)
        self._request_timer = self.loop.call_later(REQUEST_TIMEOUT, transport.abort)

    def data_received(self, data: bytes) -> None:
        """Receive a part of a request; the timer runs until the head is complete."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            _cancel(self._request_timer)
            self._request_timer = None
        elif self._request_timer is None:
            self._request_timer = self.loop.call_later(REQUEST_TIMEOUT, self.transport.abort)

    def pause_writing(self) -> None:
        """Start to wait until the client has read the sent bytes."""
        super().pause_writing()
        self._write_timer = self.loop.call_later(WRITE_TIMEOUT, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop the write timer, because the client has read the sent bytes."""
        super().resume_writing()
        _cancel(self._write_timer)

    def shutdown(self) -> None:
        """Close the connection after the running request, if there is one."""
        if self.cycle is None or self.cycle.response_complete:
            super().shutdown()
        else:  # uvicorn would tell the application that the client has closed the connection
            self.cycle.keep_alive = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timers."""
        super().connection_lost(exc)
        _cancel(self._request_timer)
        _cancel(self._write_timer)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer:
        timer.cancel()


class AbsoluteForm:
    """ASGI wrapper that takes requests for a full address as those for its path (RFC 9112, section 3.2.2).

    Host and port of such an address replace the Host header, as the standard demands, so that they are checked.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with the path alone."""
        if scope["type"] == "http" and (form := _ABSOLUTE.match(_target(scope))):
            path = _target(scope)[form.end() :] or b"/"
            headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope = {
                **scope,
                "path": scope["root_path"] + unquote(path.decode("ascii")),
                "raw_path": scope["root_path"].encode() + path,
                "headers": [(b"host", form[1]), *headers],
            }
        await self._app(scope, receive, send)


def _target(scope: Scope) -> bytes:
    """Return the path of a request as it was sent, before which uvicorn puts the root path."""
    return bytes(scope["raw_path"])[len(scope["root_path"].encode()) :]


class _Server(Server):
    def __init__(self, config: Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_start()


class LogFilter(logging.Filter):
    """Shortens addresses in the log, and leaves out a line of uvicorn that repeats the one before it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is logged."""
        if record.msg == "ASGI callable returned without completing response.":  # the endpoint has logged the reason
            return False
        if isinstance(record.args, tuple):
            record.args = tuple(_shorten(argument) for argument in record.args)
        return True


def _shorten(argument: object) -> object:
    long = isinstance(argument, str) and len(argument) > MAX_LOGGED
    return f"{str(argument)[:MAX_LOGGED]}..." if long else argument


@dataclass(frozen=True, slots=True)
class Front:
    """The proxies between clients and this server."""

    root_path: str = ""
    """Path of this server behind a proxy."""
    proxies: tuple[str, ...] = ()
    """Addresses or networks of proxies whose `X-Forwarded-For` is believed, besides this machine."""


def serve(app: ASGIApp, listener: socket.socket, front: Front, *, quiet: bool, on_start: Callable[[], None]) -> bool:
    """Serve until SIGTERM or SIGINT, and return whether the server has started.

    `on_start` is called once requests are answered. `quiet` leaves the access log out.
    """
    config = Config(
        AbsoluteForm(app),
        http=Connection,
        ws="none",
        loop="asyncio",
        lifespan="on",
        root_path=front.root_path,
        forwarded_allow_ips=["127.0.0.1", "::1", *front.proxies],
        access_log=not quiet,
        log_config=_logging(),
        server_header=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=SHUTDOWN_TIMEOUT,
        backlog=4096,
        h11_max_incomplete_event_size=1 << 18,
    )
    server = _Server(config, on_start)
    server.run([listener])
    return server.started


def _logging() -> dict[str, Any]:
    handler = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr"}
    access = '%(asctime)s %(client_addr)s "%(request_line)s" %(status_code)s'
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"format": "%(asctime)s %(levelname)s %(message)s"},
            "access": {"()": "uvicorn.logging.AccessFormatter", "fmt": access, "use_colors": False},
        },
        "filters": {"short": {"()": LogFilter}},
        "handlers": {
            "plain": handler | {"formatter": "plain", "filters": ["short"]},
            "access": handler | {"formatter": "access", "filters": ["short"]},
        },
        "loggers": {
            "uvicorn": {"handlers": ["plain"], "level": "WARNING", "propagate": False},
            "uvicorn.access": {"handlers": ["access"], "level": "INFO", "propagate": False},
            "kg.serve": {"handlers": ["plain"], "level": "INFO", "propagate": False},
        },
    }
