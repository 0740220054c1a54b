"""Requests that a tool sends to the server that it is part of, so that its answers and limits are those of HTTP."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message, Scope

from kg.errors import KgError

Value = str | int | float | None
"""Value of a parameter; None leaves it out."""

FORM = "application/x-www-form-urlencoded"


class ToolProblem(KgError):  # noqa: N818 the word of kg.web.problems, whose answers it passes on
    """A tool has no answer; the message names the fault and the way out, `suggestions` are names to ask by instead."""

    def __init__(self, message: str, suggestions: Iterable[Mapping[str, Any]] = ()) -> None:
        self.suggestions = tuple(suggestions)
        super().__init__(message)


class Reply(NamedTuple):
    """The response to a request; `complete` is False where it was longer than the asker wanted to read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool


@dataclass
class Asker:
    """Sends the requests of one call of a tool, in the name of the client that called it."""

    app: ASGIApp
    client: str = ""
    """Address of the client, by which the turns are fair; empty on standard input and output."""
    stamps: set[str] = field(default_factory=set)
    """Stamps of the builds that the answers are from; several after a build was replaced in the midst of a call."""

    async def get(self, path: str, **parameters: Value) -> dict[str, Any]:
        """Return the answer of the API to a GET; raise ToolProblem where it has none."""
        return self._answer(await self._send("GET", path, query=_encoded(parameters.items())))

    async def post(self, path: str, fields: Iterable[tuple[str, Value]]) -> dict[str, Any]:
        """Return the answer of the API to a form; raise ToolProblem where it has none."""
        return self._answer(await self._send("POST", path, body=_encoded(fields), kind=FORM))

    async def query(self, text: str, accept: str, most: int) -> Reply:
        """Return the beginning of the endpoint's answer, about `most` bytes; raise ToolProblem where it has none."""
        reply = await self._send("POST", "/sparql", _encoded([("query", text)]), FORM, accept=accept, most=most)
        if reply.status != 200:
            raise _problem(reply)
        return reply

    def _answer(self, reply: Reply) -> dict[str, Any]:
        if reply.status != 200:
            raise _problem(reply)
        if stamp := reply.headers.get("etag"):
            self.stamps.add(stamp)
        answer = json.loads(reply.body)
        return answer if isinstance(answer, dict) else {"rows": answer}

    async def _send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        kind: str = "",
        *,
        query: bytes = b"",
        accept: str = "application/json",
        most: int | None = None,
    ) -> Reply:
        """Send a request to the application; hang up after `most` bytes of the answer, as a client may."""
        headers = {"host": "localhost", "accept": accept, "content-length": str(len(body))}
        if kind:
            headers["content-type"] = kind
        receiver = _Receiver(most)
        await self.app(_scope(method, path, query, headers, self.client), _sender(body, receiver), receiver)
        return receiver.reply()


class _Receiver:
    """The receiving end of a request: it is the `send` of the application."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._start: Message = {}
        self._body = bytearray()
        self._ended = False
        self.hung_up = asyncio.Event()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif not self.hung_up.is_set():
            self._body += message.get("body", b"")
            self._ended = not message.get("more_body", False)
            if not self._ended and self._most is not None and len(self._body) > self._most:
                self.hung_up.set()
                await asyncio.sleep(0)  # the application sees it before it sends on

    def reply(self) -> Reply:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self._start.get("headers", ())}
        # An answer that broke off has no end; what came of it is a part.
        return Reply(self._start.get("status", 500), headers, bytes(self._body), self._ended)


def _sender(body: bytes, receiver: _Receiver) -> Any:
    """Return the `receive` of the application: the body once, and the end of the connection when it comes."""
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        await receiver.hung_up.wait()
        return {"type": "http.disconnect"}

    return receive


def _scope(method: str, path: str, query: bytes, headers: Mapping[str, str], client: str) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": (client, 0),
        "server": None,
        "state": {},
    }


def _encoded(fields: Iterable[tuple[str, Value]]) -> bytes:
    return urlencode([(name, value) for name, value in fields if value is not None]).encode()


def _problem(reply: Reply) -> ToolProblem:
    """Return the problem that a response describes, in the words of the API or of the endpoint."""
    try:
        said = json.loads(reply.body)
    except ValueError:
        said = {}
    text = said.get("error") or said.get("detail") or f"the server answered with status {reply.status}"
    return ToolProblem(str(text), said.get("suggestions", ()))
