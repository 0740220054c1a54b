"""Files that appear complete or not at all: atomic writes, exchange of folders, fsync, reproducible gzip."""

import ctypes
import errno
import gzip
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO, Any, Protocol

from kg.errors import OutputError


class BinaryWriter(Protocol):
    """Destination of bytes: an open file, a gzip stream, or one of our writers around a file."""

    def write(self, data: bytes, /) -> int:
        """Write bytes; return their number."""
        ...

    def flush(self) -> None:
        """Pass on the buffered bytes."""
        ...


def exchange(first: Path, second: Path) -> bool:
    """Exchange two folders in one step; return False where the system cannot (Linux: renameat2, RENAME_EXCHANGE)."""
    if sys.platform != "linux":
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    at_cwd, swap = -100, 2
    if renameat2 is None:
        return False
    if renameat2(at_cwd, os.fsencode(first), at_cwd, os.fsencode(second), swap) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS):
        return False
    raise OSError(code, os.strerror(code), str(second))


def fsync_tree(folder: Path) -> None:
    """Wait until a folder and everything below it is on disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            fsync_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    fsync_folder(folder)


def fsync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk; the contents of its files are not included."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryWriter]:
    """Open a file that replaces `path` only when it is complete and on disk; a path that ends in .gz is compressed.

    Raises OutputError where it cannot be written; the previous file is then untouched.
    """
    aside = path.with_name(f".{path.name}.kg-new")
    try:
        with aside.open("wb") as raw:
            with gzip_writer(raw) if path.suffix == ".gz" else nullcontext(raw) as file:
                yield file
            raw.flush()
            os.fsync(raw.fileno())
        aside.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            aside.unlink()


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Create an empty folder that replaces `path` when it is complete; a folder there must be an earlier export.

    Raises OutputError where it cannot be written, or where `path` holds a file that the new folder lacks.
    """
    aside = path.with_name(f".{path.name}.kg-new")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        yield aside
        fsync_tree(aside)
        if path.is_dir():
            if others := {file.name for file in path.iterdir()} - {file.name for file in aside.iterdir()}:
                raise OutputError(f"{path}: holds {min(others)}, which is not part of this export; give a new folder")
            shutil.rmtree(path)
        aside.rename(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def gzip_writer(raw: IO[bytes], level: int = 6) -> Iterator[BinaryWriter]:
    """Compress into an open file. The header holds no name and no time, so that equal input gives equal bytes."""
    with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0, compresslevel=level) as file:
        yield file
