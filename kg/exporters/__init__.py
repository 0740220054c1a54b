"""An exporter writes the graph, or a view of it, in one format.

Exporters are found by entry point (group `kg.exporters`); docs/plugins.md shows one in twenty lines.
"""

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

from kg import plugins
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


def exporter(name: str) -> Exporter:
    """Give the exporter of a format name; raise UnknownName with the known ones."""
    made: Exporter = plugins.load("exporter", name)()
    return made


def format_of(path: str) -> str:
    """Guess the format from a file name; raise UnknownName where no exporter claims its ending."""
    plain = path.removesuffix(".gz")
    for name in plugins.names("exporter"):
        if plain.endswith(exporter(name).suffixes):
            return name
    known = plugins.names("exporter")
    raise UnknownName("format for the file", path, known, hint=f"give one with -f: {', '.join(known)}")


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


def _compressed(raw: IO[bytes], path: Path) -> Iterator[IO[bytes]]:
    if path.suffix != ".gz":
        yield raw
        return
    # No name and no time in the header: the same graph gives the same bytes.
    with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0, compresslevel=6) as packed:
        yield packed  # type: ignore[misc]
