"""A process that answers one query at a time: it only reads the store, cannot reach the network, and may be killed.

It is asked and answers over one socket, its standard input and output. A question is a line of JSON. What comes back
are frames: a letter, the length in four bytes, and so many bytes.

    K   the name of the format that the answer is in; first of all
    D   some of the answer
    X   JSON, {"status", "detail"}: why there is no answer, or no more of it
    E   the end, also of getting ready; `go` if another question may follow, else the process ends
"""

import ctypes
import json
import os
import resource
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit

from pyoxigraph import NamedNode, QueryBoolean, QueryTriples, RdfFormat, Store, serialize

from kg.errors import KgError, QueryError
from kg.model.identifiers import namespaces
from kg.rdf import store
from kg.rdf.turtle_layout import TurtleLayout
from kg.runtime.processes import die_with_parent

FRAME = struct.Struct(">cI")
CHUNK = 1 << 17
"""Bytes of an answer in a frame."""

SAMPLE = 1000
"""Triples that decide which prefixes Turtle has."""

_TRIPLES = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
_NEW_NETWORK, _NEW_USERS = 0x40000000, 0x10000000


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What the server tells its worker at the start."""

    parent: int
    folder: str
    base: str
    memory: int  # bytes beyond what it takes before the first question
    results: int  # bytes of an answer
    federation: tuple[str, ...]  # HOST or HOST:PORT that SERVICE may ask


class _Unanswered(KgError):  # noqa: N818 it says what came of a query
    def __init__(self, status: int, detail: str) -> None:
        self.status = status
        super().__init__(detail)


class Frames:
    """The way back; takes the bytes of a serializer, as a file does."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file = file
        self._most = most
        self._waiting = bytearray()
        self._written = 0
        self.too_long = False

    def begin(self, format_: str) -> None:
        """Say which format the answer has."""
        self._written, self.too_long = 0, False
        self.frame(b"K", format_.encode())

    def write(self, part: bytes) -> int:
        """Take some of the answer; fail when it gets too long."""
        self._waiting += part
        if len(self._waiting) >= CHUNK:
            self._pass_on()
        return len(part)

    def flush(self) -> None:
        """Do nothing: serializers ask for this at their end, which is for `finish`."""

    def finish(self) -> None:
        """Pass on what is left of the answer."""
        self._pass_on()

    def refuse(self, status: int, detail: str) -> None:
        """Say why there is no answer."""
        self._waiting.clear()
        self.frame(b"X", json.dumps({"status": status, "detail": detail}).encode())

    def end(self, *, go: bool) -> None:
        """Say that this was all."""
        self.frame(b"E", b"go" if go else b"")

    def frame(self, kind: bytes, body: bytes | bytearray) -> None:
        """Write one frame."""
        self._file.write(FRAME.pack(kind, len(body)))
        self._file.write(body)
        self._file.flush()

    def _pass_on(self) -> None:
        self._written += len(self._waiting)
        if self._written > self._most:
            self.too_long = True
            raise OSError("too long")
        if self._waiting:
            self.frame(b"D", self._waiting)
            self._waiting.clear()


def main() -> None:
    """Be a worker, as the JSON of the first argument tells."""
    told = WorkerOptions(**json.loads(sys.argv[1]))
    frames = Frames(os.fdopen(os.dup(1), "wb"), told.results)
    os.dup2(2, 1)  # what a library prints is no frame
    _shut_in(told)
    try:
        opened = store.open_folder(Path(told.folder))
    except KgError as error:
        frames.refuse(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        frames.end(go=False)
        return
    at_first = _memory()
    _limit_memory(told.memory)
    frames.end(go=True)
    for line in sys.stdin.buffer:
        go = _answer(opened, told, json.loads(line), frames)
        # What a big query took is not given back, so another process takes over.
        go = go and _memory() - at_first < told.memory // 4
        frames.end(go=go)
        if not go:
            return


def _answer(opened: Store, told: WorkerOptions, asked: dict[str, Any], frames: Frames) -> bool:
    """Answer one question; give whether this process is as good as before."""
    try:
        _refuse_services(asked["query"], told.federation)
        results = store.query(opened, asked["query"], told.base, _graphs(asked))
        _serialize(results, asked, frames, namespaces(told.base))
        frames.finish()
    except _Unanswered as error:
        frames.refuse(error.status, str(error))
    except QueryError as error:
        frames.refuse(HTTPStatus.BAD_REQUEST, str(error))
    except (ValueError, RuntimeError, OSError) as error:
        if frames.too_long:
            detail = f"the answer is over {told.results:,} bytes long (kg serve --max-results); ask for less with LIMIT"
            frames.refuse(HTTPStatus.SERVICE_UNAVAILABLE, detail)
        else:
            frames.refuse(HTTPStatus.INTERNAL_SERVER_ERROR, f"the query failed: {' '.join(str(error).split())}")
    except MemoryError:
        os.abort()  # as the engine does when it gets none
    return True


def _refuse_services(text: str, federation: tuple[str, ...]) -> None:
    for asked in store.services(text):
        if urlsplit(asked).netloc.lower() not in federation:
            allowed = f"SERVICE may ask {', '.join(federation)}" if federation else "SERVICE is refused"
            named = f"<{asked}>" if asked else "an endpoint that is not given as a full <IRI>"
            raise _Unanswered(HTTPStatus.FORBIDDEN, f"{named}: {allowed} here (kg serve --allow-federation HOST)")


def _graphs(asked: dict[str, Any]) -> store.Graphs:
    if asked["default_graphs"] is None:
        return store.Graphs()
    return store.Graphs([*_named(asked["default_graphs"])], [*_named(asked["named_graphs"])])


def _named(iris: list[str]) -> Iterator[NamedNode]:
    for iri in iris:
        try:
            yield NamedNode(iri)
        except ValueError as error:
            raise _Unanswered(HTTPStatus.BAD_REQUEST, f"graph {iri!r} is no IRI: {error}") from None


def _serialize(results: store.Results, asked: dict[str, Any], frames: Frames, prefixes: dict[str, str]) -> None:
    """Write the answer in the format that was asked for its kind; a client may like none of those there are."""
    of_triples = isinstance(results, QueryTriples)
    name = asked["triples" if of_triples else "solutions"]
    if name is None:
        kinds = "CONSTRUCT and DESCRIBE" if of_triples else "SELECT and ASK"
        raise _Unanswered(HTTPStatus.NOT_ACCEPTABLE, f"none of the formats in Accept is one for {kinds}")
    frames.begin(name)
    out = cast("IO[bytes]", frames)
    if not isinstance(results, QueryTriples):
        results.serialize(out, format=store.SOLUTIONS[name])
        if isinstance(results, QueryBoolean) and name in ("csv", "tsv"):
            frames.write(b"\n")
    elif name == "turtle":
        _turtle(results, out, prefixes)
    else:
        results.serialize(out, format=_TRIPLES[name])


def _turtle(results: QueryTriples, out: IO[bytes], prefixes: dict[str, str]) -> None:
    """Write Turtle with the prefixes that its first triples use; what comes later may have others, in full."""
    first = [*islice(results, SAMPLE)]
    used = {name: iri for name, iri in prefixes.items() if any(iri in str(triple) for triple in first)}
    serialize(chain(first, results), cast("Any", TurtleLayout(out, used)), format=RdfFormat.TURTLE, prefixes=used)


# -- what the process may do


def _shut_in(told: WorkerOptions) -> None:
    """Leave the network where Linux lets us, and see to it that the process ends with its parent."""
    # The worker has looked at every SERVICE itself; this is what the store would refuse it by.
    os.environ["KG_ALLOW_SERVICE"] = "1"
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not told.federation and sys.platform == "linux":
        # Root keeps its users: in new ones it could no longer read files of others.
        ctypes.CDLL(None).unshare(_NEW_NETWORK if os.geteuid() == 0 else _NEW_NETWORK | _NEW_USERS)
    die_with_parent(told.parent)  # last: Linux forgets it when a process gets new users


def _limit_memory(more: int) -> None:
    """Let the process ask for so many bytes more than it has; what asks for more is ended by the system."""
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = pages * resource.getpagesize() + more
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _memory() -> int:
    """Give the memory that the process holds, in bytes; where the system does not tell, the most it ever held."""
    if sys.platform == "linux":
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
