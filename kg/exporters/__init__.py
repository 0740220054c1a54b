"""An exporter writes the graph, or a view of it, in one format.

Exporters are found by entry point (group `kg.exporters`); docs/plugins.md shows one in twenty lines.
"""

import gzip
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol, cast

from kg import plugins
from kg.disk import flush
from kg.errors import OutputError, UnknownName
from kg.graph import KnowledgeGraph
from kg.views import View


class Exporter(Protocol):
    """Anything with these; no need to inherit from it."""

    suffixes: tuple[str, ...]
    """File name endings, the usual one first; `.gz` may follow."""
    of_views: bool
    """Writes a view of the graph; otherwise it writes the whole graph."""

    def write(self, graph: KnowledgeGraph, view: View | None, file: IO[bytes]) -> int:
        """Write to an open file; return how many statements or elements were written."""
        ...


class FolderExporter(Protocol):
    """Writes many files; otherwise as an Exporter."""

    suffixes: tuple[str, ...]
    of_views: bool
    into_folder: bool
    """True: this is one."""

    def write(self, graph: KnowledgeGraph, view: View | None, folder: Path) -> int:
        """Write into a folder, which exists and is empty; return how many statements or elements were written."""
        ...


def exporter(name: str) -> Exporter:
    """Give the exporter of a format name; raise UnknownName with the known ones."""
    made: Exporter = plugins.load("exporter", name)()
    return made


def into_folder(made: Exporter) -> FolderExporter | None:
    """Give an exporter that writes a folder as what it is; None for any other."""
    return cast("FolderExporter", made) if getattr(made, "into_folder", False) else None


def counted(made: Exporter) -> str:
    """Say what the count of an exporter is of: its attribute `counted`, such as triples, if it has one."""
    return str(getattr(made, "counted", "statements"))


def format_of(path: str) -> str:
    """Guess the format from a file name; raise UnknownName where no exporter claims its ending."""
    plain = path.removesuffix(".gz")
    for name in plugins.names("exporter"):
        if plain.endswith(exporter(name).suffixes):
            return name
    known = plugins.names("exporter")
    raise UnknownName("format for the file", path, known, hint=f"give one with -f: {', '.join(known)}")


class Digested:
    """A file that is written, and its SHA-256 worked out on the way: to read it again would take as long."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._name = path.name
        self._sha256 = hashlib.sha256()
        self._bytes = 0

    def write(self, data: bytes) -> int:
        """Write bytes."""
        self._sha256.update(data)
        self._bytes += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Flush the file."""
        self._file.flush()

    def found(self) -> dict[str, Any]:
        """Give name, size and digest, as the manifest has them."""
        return {"file": self._name, "bytes": self._bytes, "sha256": self._sha256.hexdigest()}


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes the place of `path` only when it is complete and on disk; gzip by suffix.

    Raises OutputError where it cannot be written; what stood at `path` is then untouched.
    """
    aside = path.with_name(f".{path.name}.kg-new")
    try:
        with aside.open("wb") as raw:
            yield from _compressed(raw, path)
            raw.flush()
            os.fsync(raw.fileno())
        aside.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            aside.unlink()


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder that becomes `path` when all is in it; what it takes the place of is an export like it.

    Raises OutputError where it cannot be written, or where `path` holds anything that is not written again.
    """
    aside = path.with_name(f".{path.name}.kg-new")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        yield aside
        flush(aside)
        if path.is_dir():
            if others := {each.name for each in path.iterdir()} - {each.name for each in aside.iterdir()}:
                raise OutputError(f"{path}: holds {min(others)}, which is no part of this export; give a new folder")
            shutil.rmtree(path)
        aside.rename(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _compressed(raw: IO[bytes], path: Path) -> Iterator[IO[bytes]]:
    if path.suffix != ".gz":
        yield raw
        return
    # No name and no time in the header: the same graph gives the same bytes.
    with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0, compresslevel=6) as packed:
        yield packed  # type: ignore[misc]
