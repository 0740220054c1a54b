"""Files that appear complete or not at all: atomic writes, fsync, reproducible gzip.

Every file that the program writes for a user passes here, and every folder through `kg.runtime.folders`. An output is
written under a temporary name beside its own and renamed at the end. So a reader, a second writer or a kill meets the
old output or the new one, whole.
"""

import errno
import gzip
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO, Any, Protocol

from kg.errors import OutputError
from kg.runtime.temporary import remove_leftovers, temporary_file

_NO_FSYNC = (errno.EACCES, errno.EINVAL, errno.ENOTSUP)
"""Errors of file systems and folders that cannot be synchronized; the system writes them later."""


class BinaryWriter(Protocol):
    """Destination of bytes: an open file, a gzip stream, or one of our writers around a file."""

    def write(self, data: bytes, /) -> int:
        """Write bytes; return their number."""
        ...

    def flush(self) -> None:
        """Pass on the buffered bytes."""
        ...


class HashingWriter:
    """Writer that computes the SHA-256 while it writes, because reading the file again would take as long."""

    def __init__(self, file: BinaryWriter, path: Path) -> None:
        self._file = file
        self._name = path.name
        self._sha256 = hashlib.sha256()
        self._bytes = 0

    def write(self, data: bytes) -> int:
        """Write bytes; return their number."""
        self._sha256.update(data)
        self._bytes += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Flush the file."""
        self._file.flush()

    def description(self) -> dict[str, Any]:
        """Return name, size in bytes and SHA-256 of the file, as the manifest lists them."""
        return {"file": self._name, "bytes": self._bytes, "sha256": self._sha256.hexdigest()}


# -- one file


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryWriter]:
    """Open a file that replaces `path` only when it is complete and on disk; a path that ends in .gz is compressed.

    A link stays, and the file that it points to is replaced. The mode of a replaced file is kept. Raises OutputError
    where it cannot be written; the previous file is then untouched.
    """
    with output_errors(path):
        target = _target(path)
        remove_leftovers(target.parent)
        with temporary_file(target.parent) as (aside, raw):
            with gzip_writer(raw) if path.suffix == ".gz" else nullcontext(raw) as file:
                yield file
            raw.flush()
            _put_file(aside, raw.fileno(), target)


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Create an empty file beside `path` and yield its name; it replaces `path` at the end, without waiting for a disk.

    It is made for many parts of one folder, which is synchronized as a whole, and for files that can be made again.
    Raises OutputError where it cannot be written.
    """
    with output_errors(path), temporary_file(path.parent) as (aside, _):
        yield aside
        aside.replace(path)


def _target(path: Path) -> Path:
    """Return the path behind links; raise OutputError where something other than a file is there."""
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise OutputError(f"{path}: is {'a folder' if target.is_dir() else 'no regular file'}; give a file")
    return target


def _put_file(aside: Path, handle: int, target: Path) -> None:
    with suppress(FileNotFoundError):
        os.fchmod(handle, stat.S_IMODE(target.stat().st_mode))
    os.fsync(handle)
    aside.replace(target)
    confirm(target)


@contextmanager
def output_errors(path: Path) -> Iterator[None]:
    """Raise an OSError as OutputError, which names the output."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None


# -- the disk


def fsync_tree(folder: Path) -> None:
    """Wait until a folder and everything below it is on disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            continue
        if path.is_dir():
            fsync_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    fsync_folder(folder)


def fsync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk; the contents of its files are not included."""
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise


def confirm(path: Path) -> None:
    """Wait until a name that was just put in place is on disk; raise OutputError where the disk does not confirm it."""
    try:
        fsync_folder(path.parent)
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(
            f"{path}: is written, but the disk did not confirm it: {reason}; check the disk, then run this again"
        ) from None


@contextmanager
def gzip_writer(raw: IO[bytes], level: int = 6) -> Iterator[BinaryWriter]:
    """Compress into an open file. The header holds no name and no time, so that equal input gives equal bytes."""
    with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0, compresslevel=level) as file:
        yield file
