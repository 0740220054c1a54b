"""Staging: outputs are written beside the destination, under a lock, and put in place in one step."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain, count
from pathlib import Path
from typing import IO

from kg.errors import OutputError
from kg.runtime.folders import replace_folder
from kg.runtime.paths import is_utf8, printable
from kg.runtime.temporary import ENDING, beside, remove_leftovers

OUTPUTS = (
    "tables",
    "pfocr.ttl",
    "pfocr.nt",
    "neo4j",
    "dataset.ttl",
    "vocab.ttl",
    "queries.ttl",
    "cooccurrence.graphml",
    "report.tsv",
    "store",
    "manifest.json",
)
"""Names of the files and folders that a build owns at its destination; it leaves all others alone."""


@contextmanager
def staging_folder(destination: Path) -> Iterator[Path]:
    """Create an empty folder beside the destination, under a lock that ends with the process.

    Raises OutputError where the destination is no folder for a build, cannot be written, or is locked by another build.
    """
    if not is_utf8(destination):
        raise OutputError(f"{printable(destination)}: the database writes only names in UTF-8; give another with -o")
    if destination.exists() and not destination.is_dir():
        raise OutputError(f"{destination}: is a file; give a folder with -o")
    if destination.is_mount():
        raise OutputError(f"{destination}: is a mount point, which cannot be replaced as a whole; give a folder in it")
    if destination.is_dir() and not _is_ours(destination):
        raise OutputError(f"{destination}: holds other files but no build; give a new or an empty folder with -o")
    folder = beside(destination, "kg-new")
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        with _lock(destination):
            _recover(destination, folder)
            remove_leftovers(destination.parent)
            folder.mkdir()
            if destination.is_dir():
                shutil.copymode(destination, folder)
            try:
                yield folder
            finally:
                # A killed build does not get here; then the next build recovers from the same states.
                with suppress(OSError):
                    _recover(destination, folder)
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(f"{destination}: cannot be written: {reason}; what was there is unchanged") from None


def clean_up(destination: Path) -> None:
    """Remove the leftovers of a killed build beside a destination, unless another build is running."""
    if any(os.path.lexists(beside(destination, ending)) for ending in ("kg-lock", "kg-new", "kg-old")):
        with suppress(OutputError), staging_folder(destination):
            pass


def _is_ours(destination: Path) -> bool:
    """Return whether a build may replace this folder: it holds a build, or nothing but hidden files."""
    others = {path.name for path in destination.iterdir() if not path.name.startswith(".")} - set(OUTPUTS)
    return not others or (destination / "manifest.json").is_file()


@contextmanager
def _lock(destination: Path) -> Iterator[None]:
    path = beside(destination, "kg-lock")
    with _locked(path, destination) as file:
        try:
            file.truncate(0)
            file.write(f"process {os.getpid()}")
            file.flush()
            yield
        finally:
            with suppress(OSError):
                path.unlink()


def _locked(path: Path, destination: Path) -> IO[str]:
    """Open and lock a file. The lock ends with the process; the file may stay."""
    while True:
        file = path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read() or "another process"
            file.close()
            raise OutputError(f"{destination}: {holder} is building here; wait for it or give another -o") from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        file.close()  # Its holder removed it after we opened it and before we locked it.


def _old(destination: Path) -> Path:
    return beside(destination, "kg-old")


def _recover(destination: Path, staging: Path) -> None:
    """Finish or undo an interrupted build: restore the exports, and the user's own files among them."""
    old = _old(destination)
    if old.is_dir() and not destination.exists():
        old.rename(destination)
    for leftover in (old, staging):
        if leftover.is_dir():
            _discard(leftover, destination)


def _discard(leftover: Path, destination: Path) -> None:
    """Remove the outputs of a build; the user's own files among them move to the destination."""
    for path in sorted(leftover.iterdir()):
        if path.name not in OUTPUTS and not path.name.endswith(ENDING):
            destination.mkdir(exist_ok=True)
            path.rename(_unused(destination / path.name))
    shutil.rmtree(leftover)


def _unused(path: Path) -> Path:
    """Return the path, or the first with a number added that does not exist."""
    names = chain([path], (path.with_name(f"{path.name}.{number}") for number in count(1)))
    return next(name for name in names if not os.path.lexists(name))


def put_in_place(folder: Path, destination: Path) -> None:
    """Make `folder` the destination and remove the previous outputs; the user's own files among them stay."""
    replace_folder(folder, destination, _old(destination))
    with suppress(OSError):  # The new outputs are in place; the next build removes leftovers.
        _recover(destination, folder)
