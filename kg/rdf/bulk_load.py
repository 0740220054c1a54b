"""Bulk load of a dump into a new store, in small pieces: the work of the process that kg.rdf.store_loader starts.

A bulk load sorts up to a million triples at a time, which no cache of a processor holds. Small pieces take two thirds
of the time and a fifth of the memory. Each piece leaves files that overlap with those of the others, and RocksDB would
merge them again and again while further pieces come. So the threads that merge run only where a processor is idle, and
all files are merged once when the load has ended.
"""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO

from pyoxigraph import RdfFormat, Store

from kg.runtime.processes import allow_open_files, die_with_parent

PIECE = 2_000_000
"""Least size of a piece in bytes of Turtle, about 60,000 triples. Half of it gains nothing, and makes more files."""

MOST_EQUAL = 128
"""Number of pieces from which on each is larger than the one before, so that there are hundreds of files at most."""

LOADERS = 2
"""Pieces that are loaded at the same time: more of them take more memory, and a dump is not written faster."""


def main() -> None:
    """Load standard input and Turtle files into a new store; arguments: its folder, the parent's id, and the files."""
    folder, parent, *further = sys.argv[1:]
    die_with_parent(int(parent))
    allow_open_files()
    load(sys.stdin.buffer, Path(folder), [Path(path) for path in further])
    # The process goes on as another program, because threads leave SCHED_IDLE with a privilege only.
    command = "from kg.rdf.bulk_load import merge; merge()"
    os.execv(sys.executable, [sys.executable, "-P", "-c", command, folder])  # noqa: S606 our own program


def merge() -> None:
    """Merge the files of a store; argument: its folder."""
    store = Store(sys.argv[1])
    # A load leaves files that overlap, of which each lookup would read several: at least five times slower.
    store.optimize()
    store.flush()


def load(dump: IO[bytes], folder: Path, further: list[Path]) -> None:
    """Load a dump of `kg.rdf.syntax.Turtle` into a new store, and after it the Turtle files `further`.

    Raises SyntaxError for faulty Turtle, OSError where the store cannot be written.
    """
    store = Store(str(folder))
    _defer_compaction()
    rest, lock = pieces(dump), Lock()

    def load_rest() -> None:
        while True:
            with lock:
                piece = next(rest, None)
            if piece is None:
                return
            store.bulk_load(input=piece, format=RdfFormat.TURTLE)

    with ThreadPoolExecutor(LOADERS) as pool:
        for loaded in [pool.submit(load_rest) for _ in range(LOADERS)]:
            loaded.result()
    for path in further:
        store.bulk_load(path=str(path), format=RdfFormat.TURTLE)
    # No flush: it would wait until files are merged, and a bulk load leaves nothing in memory.


def pieces(dump: IO[bytes], size: int = PIECE) -> Iterator[bytes]:
    r"""Yield a dump in pieces of at least `size` bytes that can be parsed by themselves.

    The dump has its prefixes first, and nothing but the end of a statement is a full stop at the end of a line.

    >>> import io
    >>> [*pieces(io.BytesIO(b"@prefix a: <a:> .\n\na:a a:b a:c .\n\na:b a:b a:c .\n"), 9)]
    [b'@prefix a: <a:> .\n\na:a a:b a:c .\n', b'@prefix a: <a:> .\n\na:b a:b a:c .\n']
    """
    head, rest, total = b"", b"", 0
    for line in dump:
        if not line.startswith(b"@prefix"):
            rest = line
            break
        head += line
    while part := dump.read(max(size, total // MOST_EQUAL)):
        total += len(part)
        text = rest + part
        end = text.rfind(b" .\n") + 3
        if end > 2:
            yield head + text[:end]
            text = text[end:]
        rest = text
    if rest.strip():
        yield head + rest


def _defer_compaction() -> None:
    """Allow compaction in this process only while a processor is idle. Elsewhere than on Linux it runs at any time."""
    with suppress(OSError):
        for task in Path("/proc/self/task").iterdir():
            if (task / "comm").read_text(encoding="utf-8").startswith("rocksdb:low"):
                os.sched_setscheduler(int(task.name), os.SCHED_IDLE, os.sched_param(0))


if __name__ == "__main__":
    main()
