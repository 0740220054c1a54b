"""The program of a worker process: it answers one query at a time, read-only and without a network.

Standard input and output are one socket to the server. A question is a line of JSON. An answer is a sequence of
frames: a letter, the length of the body in four bytes, and the body.

    K   the name of the answer's format; the first frame
    D   a chunk of the answer
    X   JSON, {"status", "detail"}: the error that ends the answer
    E   the end of an answer, or of the start; `go` if another question may follow, otherwise the process ends
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
from kg.rdf.query_text import services
from kg.rdf.turtle_layout import TurtleLayout
from kg.runtime.processes import die_with_parent, limit_memory

FRAME = struct.Struct(">cI")
CHUNK = 1 << 17
"""Bytes of an answer in one frame."""

SAMPLE = 1000
"""Number of first triples of a Turtle answer that its prefixes are taken from."""

_TRIPLES = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
_NEW_NETWORK, _NEW_USERS = 0x40000000, 0x10000000


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """Options that the server passes to a worker."""

    parent: int
    folder: str
    base: str
    memory: int  # bytes in addition to those taken before the first question
    results: int  # bytes of an answer
    federation: tuple[str, ...]  # HOST or HOST:PORT that SERVICE may ask


class _QueryProblem(KgError):  # noqa: N818 as HttpProblem
    def __init__(self, status: int, detail: str) -> None:
        self.status = status
        super().__init__(detail)


class Frames:
    """A file-like object that a serializer writes an answer to; it sends frames to the server."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file = file
        self._most = most
        self._buffer = bytearray()
        self._written = 0
        self.too_long = False

    def begin(self, format_: str) -> None:
        """Start an answer with the name of its format."""
        self._written, self.too_long = 0, False
        self.frame(b"K", format_.encode())

    def write(self, chunk: bytes) -> int:
        """Append to the answer; raise OSError when it gets too long."""
        self._buffer += chunk
        if len(self._buffer) >= CHUNK:
            self._send_buffer()
        return len(chunk)

    def flush(self) -> None:
        """Skip the flush at the end of a serializer, because `finish` sends the rest."""

    def finish(self) -> None:
        """Send the rest of the answer."""
        self._send_buffer()

    def refuse(self, status: int, detail: str) -> None:
        """Send an error in place of the rest of the answer."""
        self._buffer.clear()
        self.frame(b"X", json.dumps({"status": status, "detail": detail}).encode())

    def end(self, *, go: bool) -> None:
        """Send the last frame; `go` if another question may follow."""
        self.frame(b"E", b"go" if go else b"")

    def frame(self, kind: bytes, body: bytes | bytearray) -> None:
        """Write one frame."""
        self._file.write(FRAME.pack(kind, len(body)))
        self._file.write(body)
        self._file.flush()

    def _send_buffer(self) -> None:
        self._written += len(self._buffer)
        if self._written > self._most:
            self.too_long = True
            raise OSError("too long")
        if self._buffer:
            self.frame(b"D", self._buffer)
            self._buffer.clear()


def main() -> None:
    """Run a worker with the options in the JSON of the first argument."""
    options = WorkerOptions(**json.loads(sys.argv[1]))
    frames = Frames(os.fdopen(os.dup(1), "wb"), options.results)
    os.dup2(2, 1)  # so that the output of a library is not read as a frame
    _isolate(options)
    try:
        opened = store.open_folder(Path(options.folder))
    except KgError as error:
        frames.refuse(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        frames.end(go=False)
        return
    memory_at_start = _memory()
    limit_memory(options.memory)
    frames.end(go=True)
    for line in sys.stdin.buffer:
        go = _answer(opened, options, json.loads(line), frames)
        # The memory of a large query is not returned to the system, so another process replaces this one.
        go = go and _memory() - memory_at_start < options.memory // 4
        frames.end(go=go)
        if not go:
            return


def _answer(opened: Store, options: WorkerOptions, question: dict[str, Any], frames: Frames) -> bool:
    """Answer one question, and return whether the process may take another."""
    try:
        _refuse_services(question["query"], options.federation)
        results = store.query(opened, question["query"], options.base, _graphs(question), question["address"])
        _serialize(results, question, frames, namespaces(options.base))
        frames.finish()
    except _QueryProblem as error:
        frames.refuse(error.status, str(error))
    except QueryError as error:
        frames.refuse(HTTPStatus.BAD_REQUEST, str(error))
    except (ValueError, RuntimeError, OSError) as error:
        if frames.too_long:
            detail = (
                f"the answer is over {options.results:,} bytes long (kg serve --max-results); ask for less with LIMIT"
            )
            frames.refuse(HTTPStatus.SERVICE_UNAVAILABLE, detail)
        else:
            frames.refuse(HTTPStatus.INTERNAL_SERVER_ERROR, f"the query failed: {' '.join(str(error).split())}")
    except MemoryError:
        os.abort()  # as the engine does when an allocation fails
    return True


def _refuse_services(text: str, federation: tuple[str, ...]) -> None:
    for service in services(text):
        if urlsplit(service).netloc.lower() not in federation:
            allowed = f"SERVICE may ask {', '.join(federation)}" if federation else "SERVICE is refused"
            name = f"<{service}>" if service else "an endpoint that is not given as a full <IRI>"
            raise _QueryProblem(HTTPStatus.FORBIDDEN, f"{name}: {allowed} here (kg serve --allow-federation HOST)")


def _graphs(question: dict[str, Any]) -> store.Graphs:
    if question["default_graphs"] is None:
        return store.Graphs()
    return store.Graphs([*_named_nodes(question["default_graphs"])], [*_named_nodes(question["named_graphs"])])


def _named_nodes(iris: list[str]) -> Iterator[NamedNode]:
    for iri in iris:
        try:
            yield NamedNode(iri)
        except ValueError as error:
            raise _QueryProblem(HTTPStatus.BAD_REQUEST, f"graph {iri!r} is no IRI: {error}") from None


def _serialize(results: store.Results, question: dict[str, Any], frames: Frames, prefixes: dict[str, str]) -> None:
    """Write the answer in the client's format for its kind; raise _QueryProblem where the client accepts none."""
    of_triples = isinstance(results, QueryTriples)
    name = question["triples" if of_triples else "solutions"]
    if name is None:
        kinds = "CONSTRUCT and DESCRIBE" if of_triples else "SELECT and ASK"
        raise _QueryProblem(HTTPStatus.NOT_ACCEPTABLE, f"none of the formats in Accept is one for {kinds}")
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
    """Write Turtle with the prefixes of its first triples; later triples may have further IRIs in full."""
    first = [*islice(results, SAMPLE)]
    used = {name: iri for name, iri in prefixes.items() if any(iri in str(triple) for triple in first)}
    serialize(chain(first, results), cast("Any", TurtleLayout(out, used)), format=RdfFormat.TURTLE, prefixes=used)


# -- the limits of the process


def _isolate(options: WorkerOptions) -> None:
    """Shut the process off from the network where Linux allows it, and end it with its parent."""
    # The worker checks every SERVICE itself, so the store must not refuse those that are allowed.
    os.environ["KG_ALLOW_SERVICE"] = "1"
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not options.federation and sys.platform == "linux":
        # Root gets no new user namespace, because in that it could not read files of other users.
        ctypes.CDLL(None).unshare(_NEW_NETWORK if os.geteuid() == 0 else _NEW_NETWORK | _NEW_USERS)
    die_with_parent(options.parent)  # last, because Linux drops this setting when the user namespace changes


def _memory() -> int:
    """Return the resident memory of the process in bytes; other systems than Linux have only its maximum."""
    if sys.platform == "linux":
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
