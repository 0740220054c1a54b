"""uvicorn as `kg serve` runs it: patient with nobody, stopped in seconds, with a log on standard error."""

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import h11
from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

ASK_TIME = 20.0
"""Seconds that a client has to say what it wants."""

READ_TIME = 30.0
"""Seconds in which a client has to read something of what was sent."""

STOP_TIME = 4
"""Seconds that running requests have to end in when the server is stopped."""

CONNECTIONS = 4000
"""Open connections, above which requests are refused."""

SHOWN = 300
"""Characters of an address in the log; a query can be part of it."""


class Connection(H11Protocol):
    """A connection that is cut when the other side says half of something, or stops to read."""

    _asking: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        # Head and body are sent one after the other; the body is not to wait until the head was acknowledged.
        with suppress(OSError):  # it is gone already
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # All that was sent has to be read, not only most of it: the rest would wait for ever with the connection.
        transport.set_write_buffer_limits(high=0)
        self._asking = self.loop.call_later(ASK_TIME, transport.abort)

    def data_received(self, data: bytes) -> None:
        """Take some of a request, and wait on if that was not all of its head."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            _cancel(self._asking)
            self._asking = None
        elif self._asking is None:
            self._asking = self.loop.call_later(ASK_TIME, self.transport.abort)

    def pause_writing(self) -> None:
        """Wait for what was sent to be read."""
        super().pause_writing()
        self._reading = self.loop.call_later(READ_TIME, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: it was read."""
        super().resume_writing()
        _cancel(self._reading)

    def shutdown(self) -> None:
        """Stop after the request that is being answered, if there is one."""
        if self.cycle is None or self.cycle.response_complete:
            super().shutdown()
        else:  # uvicorn would tell the application that the client has gone
            self.cycle.keep_alive = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        _cancel(self._asking)
        _cancel(self._reading)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer:
        timer.cancel()


class _Server(Server):
    def __init__(self, config: Config, begin: Callable[[], None]) -> None:
        super().__init__(config)
        self._begin = begin

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._begin()


class Tidy(logging.Filter):
    """Shortens addresses in the log, and leaves out what the line before said better."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a line pass, or not."""
        if record.msg == "ASGI callable returned without completing response.":  # an answer was broken off
            return False
        if isinstance(record.args, tuple):
            record.args = tuple(
                f"{each[:SHOWN]}..." if isinstance(each, str) and len(each) > SHOWN else each for each in record.args
            )
        return True


def serve(app: ASGIApp, listener: socket.socket, root_path: str, *, quiet: bool, begin: Callable[[], None]) -> bool:
    """Serve until SIGTERM or SIGINT; `begin` is called once requests are answered. Give whether it came to that."""
    config = Config(
        app,
        http=Connection,
        ws="none",
        loop="asyncio",
        lifespan="on",
        root_path=root_path,
        access_log=not quiet,
        log_config=_logging(),
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=STOP_TIME,
        backlog=4096,
        h11_max_incomplete_event_size=1 << 18,
    )
    server = _Server(config, begin)
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
        "filters": {"tidy": {"()": Tidy}},
        "handlers": {
            "plain": handler | {"formatter": "plain", "filters": ["tidy"]},
            "access": handler | {"formatter": "access", "filters": ["tidy"]},
        },
        "loggers": {
            "uvicorn": {"handlers": ["plain"], "level": "WARNING", "propagate": False},
            "uvicorn.access": {"handlers": ["access"], "level": "INFO", "propagate": False},
            "kg.serve": {"handlers": ["plain"], "level": "INFO", "propagate": False},
        },
    }
