"""The parse cache: tables of parsed files, stored between builds.

An entry has the tables of a chunk of files. Its key covers the name, size, times and inode of every file (the content
of archive members) and the code that parses. Files that changed within the last 2 seconds are not cached, because a
further change might leave their times equal. Entries carry a checksum and are written atomically, so that a damaged
one counts as a miss.
"""

import hashlib
import json
import os
import platform
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import pyarrow as pa

from kg import __version__
from kg.errors import OutputError
from kg.ingest.entries import Entry
from kg.model.tables import RAW, RAW_FILES
from kg.runtime import plugins
from kg.runtime.files import atomic_path
from kg.runtime.temporary import remove_leftovers

Tables = dict[str, pa.Table]

SETTLED = 2.0
"""Seconds after which a file's time of change is trusted, because file systems record it coarsely."""

MOST_BYTES = 4 * 1024**3
"""Bytes that a cache may have; entries beyond are dropped, least recently used first."""

CODE = ("errors.py", "ingest", "model", "parsers", "runtime")
"""Modules and packages of `kg` that parsing uses; a test compares them with the imports of the parsers."""

DISTRIBUTIONS = ("numpy", "pyarrow", "PyYAML")
"""Third-party distributions that parsing uses."""


_TABLES = {name for name, _ in (*RAW.values(), RAW_FILES)}


class ParseCache:
    """A folder of parsed chunks. An I/O error counts as a miss, because a cache must never fail a build."""

    def __init__(self, folder: Path, package: Traversable | None = None) -> None:
        """Open the cache in `folder`; `package` is the folder of the code of `kg`, the installed one by default."""
        self._folder = folder
        self._code = code_digest(package or files("kg"))
        self.hits = 0
        self.misses = 0

    def key(self, entries: Iterable[Entry]) -> str | None:
        """Return the key of these files, read with this code; None where a file may be changing."""
        digest = hashlib.sha256(self._code.encode())
        for entry in entries:
            identity = _identity(entry)
            if identity is None:
                return None
            digest.update(f"{identity}\n".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    def get(self, key: str | None) -> Tables | None:
        """Return the tables stored under a key, or None."""
        tables = None
        if key is not None:
            try:
                path = self._path(key)
                entry = _unpacked(path.read_bytes())
                tables = entry if entry.keys() == _TABLES else None
                os.utime(path)
            except (OSError, ValueError, LookupError, TypeError, AttributeError, pa.ArrowException):
                tables = None  # damaged, or of another structure
        self.hits += tables is not None
        self.misses += tables is None
        return tables

    def put(self, key: str | None, tables: Tables) -> None:
        """Save tables under a key."""
        if key is None:
            return
        path = self._path(key)
        with suppress(OSError, OutputError):
            path.parent.mkdir(parents=True, exist_ok=True)
            remove_leftovers(path.parent)
            with atomic_path(path) as aside:
                aside.write_bytes(_packed(tables))

    def prune(self, most: int = MOST_BYTES) -> None:
        """Drop the least recently used entries until at most `most` bytes are left."""
        try:
            entries = sorted(
                ((path.stat(), path) for path in self._folder.glob("*/*")), key=lambda entry: -entry[0].st_mtime
            )
            total = 0
            for status, path in entries:
                total += status.st_size
                if total > most:
                    path.unlink()
        except OSError:
            return

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.tables"


# -- the code that parses


def code_digest(package: Traversable, kinds: Iterable[str] = ("parser",)) -> str:
    """Return the SHA-256 of all code that parsing uses: of `kg` in the folder `package`, of libraries and of plug-ins.

    Libraries count by their versions. Plug-ins of these kinds count by version and all their files, because an editable
    one changes without a new version.
    """
    versions = [__version__, platform.python_version(), *(version(name) for name in DISTRIBUTIONS)]
    digest = hashlib.sha256(" ".join(versions).encode())
    modules = set()
    for kind in kinds:
        for name in plugins.names(kind):
            digest.update(f"{kind} {name} {plugins.origin(kind, name)}\n".encode())
            modules.add(plugins.module(kind, name).partition(".")[0])
    ours = (code for part in CODE for code in code_files(package.joinpath(part), (".py",)))
    places = [place for module in sorted(modules - {"kg"}) for place in _locations(module)]
    digest.update(digest_lines(chain(ours, *(code_files(place) for place in places))))
    return digest.hexdigest()


def digest_lines(code: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a line for each file of `code_files`, with its path and the digest of its content."""
    lines = (f"{path} {hashlib.sha256(content).hexdigest()}\n" for path, content in code)
    return "".join(lines).encode("utf-8", "surrogateescape")


def code_files(source: Traversable, endings: tuple[str, ...] = ("",)) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of a file, or of each file below a folder whose name ends so, in the order of names.

    Paths begin with the name of `source`. Compiled Python is left out.
    """
    yield from _code_files(source, source.name, endings)


def _code_files(source: Traversable, path: str, endings: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    if source.is_file():
        yield path, source.read_bytes()
    elif source.is_dir():
        for child in sorted(source.iterdir(), key=lambda child: child.name):
            if child.name != "__pycache__" and (child.is_dir() or child.name.endswith(endings)):
                yield from _code_files(child, f"{path}/{child.name}", endings)


def _locations(module: str) -> list[Path]:
    """Return the file or the folders of a top-level module, without importing it; none where it is not found."""
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        return []
    if spec is None:
        return []
    if spec.submodule_search_locations is not None:
        return [Path(folder) for folder in spec.submodule_search_locations]
    return [Path(spec.origin)] if spec.has_location and spec.origin else []


# -- the files that are parsed


def _identity(entry: Entry) -> str | None:
    if entry.refused is not None:
        return f"{entry.name}\0refused {entry.refused}"
    if entry.body is not None:
        return f"{entry.name}\0{hashlib.sha256(entry.body).hexdigest()}"
    status = file_status(str(entry.path))
    return None if status is None else f"{entry.name}\0{entry.path}\0{status}"


def file_status(path: str) -> str | None:
    """Return a text that changes whenever the file does; None where the file may be changing."""
    try:
        status = os.stat(path)  # noqa: PTH116 a Path for each of 300,000 files costs more than the call
    except OSError:
        return None
    if max(status.st_mtime, status.st_ctime) > time.time() - SETTLED:
        return None
    times = f"{status.st_mtime_ns} {status.st_ctime_ns}"
    return f"{status.st_dev} {status.st_ino} {status.st_mode} {status.st_size} {times}"


# -- the form of an entry


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
    """Return the tables of an entry; raise ValueError where its checksum differs."""
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
