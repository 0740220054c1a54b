"""What was parsed before, kept between builds: the tables of each chunk of files, by what identifies the files.

A chunk is found again only if every file of it has the name, size, times and inode it had (archive members: the
content), and the parsers are the same to the byte. A file that changed so shortly before it was read that its
times could not tell is not kept. Each entry carries its checksum, is written aside and renamed: a damaged or
half-written one is no entry.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyarrow as pa

from kg import __version__
from kg.ingest.sources import Entry
from kg.runtime import plugins

Tables = dict[str, pa.Table]

SETTLED = 2.0
"""Seconds after which a file's time of change is trusted: the clocks of file systems tick slowly."""

MOST_BYTES = 4 * 1024**3
"""Size at which the entries that were not used for longest are dropped."""


class ParseCache:
    """A folder of parsed chunks. Errors of the disk are misses: a cache must never fail a build."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.hits = 0
        self.misses = 0

    def key(self, entries: Iterable[Entry]) -> str | None:
        """Give what identifies the content of these files to these parsers; None where that cannot be told."""
        digest = hashlib.sha256(_parsers().encode())
        for entry in entries:
            found = _identity(entry)
            if found is None:
                return None
            digest.update(f"{found}\n".encode())
        return digest.hexdigest()

    def get(self, key: str | None) -> Tables | None:
        """Give the tables kept under a key."""
        tables = None
        if key is not None:
            try:
                path = self._path(key)
                tables = _unpacked(path.read_bytes())
                os.utime(path)
            except (OSError, ValueError, pa.ArrowException):
                tables = None
        self.hits += tables is not None
        self.misses += tables is None
        return tables

    def put(self, key: str | None, tables: Tables) -> None:
        """Keep tables under a key."""
        if key is None:
            return
        path = self._path(key)
        aside = path.with_suffix(f".{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(_packed(tables))
            aside.replace(path)
        except OSError:
            with suppress(OSError):
                aside.unlink()

    def prune(self, most: int = MOST_BYTES) -> None:
        """Drop the entries not used for longest until at most so many bytes are left."""
        try:
            kept = sorted(
                ((path.stat(), path) for path in self._folder.glob("*/*")), key=lambda each: -each[0].st_mtime
            )
            total = 0
            for status, path in kept:
                total += status.st_size
                if total > most:
                    path.unlink()
        except OSError:
            return

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.tables"


@cache
def _parsers() -> str:
    """Say what parses: the plug-ins with their versions, and our own code that a parser uses."""
    digest = hashlib.sha256(f"{__version__} {pa.__version__}".encode())
    for name in plugins.names("parser"):
        digest.update(f"{name} {plugins.origin('parser', name)}\n".encode())
    package = files("kg")
    ours = ["ingest/parse.py", "model/records.py", "model/tables.py", "model/identifiers.py", "model/text.py"]
    parsers = sorted(each.name for each in package.joinpath("parsers").iterdir() if each.name.endswith(".py"))
    for file in [*ours, *(f"parsers/{name}" for name in parsers)]:
        digest.update(hashlib.sha256(package.joinpath(file).read_bytes()).digest())
    return digest.hexdigest()


def _identity(entry: Entry) -> str | None:
    if entry.refused is not None:
        return f"{entry.name}\0refused {entry.refused}"
    if entry.body is not None:
        return f"{entry.name}\0{hashlib.sha256(entry.body).hexdigest()}"
    known = file_status(str(entry.path))
    return None if known is None else f"{entry.name}\0{entry.path}\0{known}"


def file_status(path: str) -> str | None:
    """Give what changes when a file does; None where it may be changing."""
    try:
        status = os.stat(path)  # noqa: PTH116 a Path for each of 300,000 files costs more than the call
    except OSError:
        return None
    if max(status.st_mtime, status.st_ctime) > time.time() - SETTLED:
        return None
    times = f"{status.st_mtime_ns} {status.st_ctime_ns}"
    return f"{status.st_dev} {status.st_ino} {status.st_mode} {status.st_size} {times}"


def _packed(tables: Tables) -> bytes:
    parts = [(name, _stream(table)) for name, table in tables.items()]
    head = json.dumps({name: part.size for name, part in parts})
    body = b"".join([head.encode(), b"\n", *(part.to_pybytes() for _, part in parts)])
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _stream(table: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _unpacked(content: bytes) -> Tables:
    """Take an entry apart; ValueError where it is not what was written."""
    digest, _, body = content.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise ValueError("damaged")
    head, _, rest = body.partition(b"\n")
    return dict(_tables(json.loads(head), memoryview(rest)))


def _tables(sizes: dict[str, int], rest: memoryview) -> Iterator[tuple[str, pa.Table]]:
    start = 0
    for name, size in sizes.items():
        with pa.ipc.open_stream(pa.py_buffer(rest[start : start + size])) as reader:
            yield name, reader.read_all()
        start += size
