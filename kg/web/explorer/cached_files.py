"""Files of tables that a server keeps for the next one of the same build, in a folder of the user's cache.

The folder of a build has the name of a digest: of its manifest, of the sizes and times of its tables, and of the code.
So no other build finds its files. A file is made elsewhere and gets its name there when it is complete, so that any
number of servers may use one folder. Without a cache, or where it cannot be written, files last as long as the server.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from kg.ingest.cache import code_files, digest_lines
from kg.model.build import Build
from kg.runtime.temporary import remove_leftovers, temporary_folder

MOST_BYTES = 4 * 1024**3
"""Bytes that the files of all builds may have; those of the builds that were not served for the longest are dropped."""

_ENDING = ".duckdb"


class CachedFiles:
    """The files of one build: those that earlier servers made, and new ones."""

    def __init__(self, making: Path, folder: Path | None) -> None:
        """Make files in `making`, which are cached in `folder` on the same disk; None caches nothing."""
        self._making = making
        self._folder = folder

    def new(self, name: str) -> Path:
        """Return the path to make a file at, which nothing has."""
        path = self._making / f"{name}{_ENDING}"
        path.unlink(missing_ok=True)
        return path

    def cached(self, name: str) -> Path | None:
        """Return the path of a file that an earlier server made; None where there is none."""
        path = self._folder / f"{name}{_ENDING}" if self._folder else None
        return path if path and path.is_file() else None

    def put(self, name: str) -> None:
        """Put a complete file into the cache, in place of an older one; it is read under its first name."""
        if self._folder is None:
            return
        path = self._making / f"{name}{_ENDING}"
        with suppress(OSError):  # the disk is full, or has no further names for a file
            self._folder.mkdir(mode=0o700, exist_ok=True)
            link = path.with_suffix(".link")
            link.unlink(missing_ok=True)
            link.hardlink_to(path)
            link.replace(self._folder / path.name)

    def discard(self) -> None:
        """Remove the cached files, because one is damaged; a server that has them open is not disturbed."""
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def prune(self, most: int = MOST_BYTES) -> None:
        """Remove the files of other builds, those unused for the longest first, until at most `most` bytes are left."""
        if self._folder is None:
            return
        with suppress(OSError):
            others = [place for place in self._folder.parent.iterdir() if _is_of_build(place) and place != self._folder]
            total = _size(self._folder)
            for place in sorted(others, key=lambda place: -place.stat().st_mtime):
                total += _size(place)
                if total > most:
                    shutil.rmtree(place, ignore_errors=True)


@contextmanager
def cached_files(cache: Path | None, build: Build, tables: Iterable[str], scratch: Path) -> Iterator[CachedFiles]:
    """Yield the files of a build in a folder of caches, which is made; those that are not cached are made in `scratch`.

    `tables` names the published tables that the files are made from. Raises OSError where one of them is missing.
    """
    if cache is None:
        yield CachedFiles(scratch, None)
        return
    folder = cache / build_key(build, tables)
    with ExitStack() as stack:
        making = scratch
        with suppress(OSError):  # a cache that cannot be written may still have the files
            cache.mkdir(mode=0o700, parents=True, exist_ok=True)
            remove_leftovers(cache)
            making = stack.enter_context(temporary_folder(cache, 0o700))
            os.utime(folder)  # the last use
        yield CachedFiles(making, folder)


def build_key(build: Build, tables: Iterable[str]) -> str:
    """Return the digest of a build and of all code; raise OSError where a table is missing.

    A table counts by the sizes and times of its files, because reading it all would take as long as copying it.
    """
    digest = hashlib.sha256((build.folder / "manifest.json").read_bytes())
    for name in tables:
        path = build.table(name)
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            status = file.stat()
            digest.update(f"{name} {file.name} {status.st_size} {status.st_mtime_ns}\n".encode())
    digest.update(" ".join(version(library) for library in ("duckdb", "numpy", "pyarrow")).encode())
    digest.update(digest_lines(code_files(files("kg"), (".py", ".sql"))))
    return digest.hexdigest()


def _is_of_build(place: Path) -> bool:
    return len(place.name) == hashlib.sha256().digest_size * 2 and place.is_dir()


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir()) if folder.is_dir() else 0
