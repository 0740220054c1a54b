"""Entries of sources: one file each, with its name inside the source and its bytes, within limits."""

import errno
import os
import stat
from typing import NamedTuple

from kg.errors import RecordError
from kg.parsers import parser_for

MAX_FILE_BYTES = 256 * 1024 * 1024
"""Most bytes of a file that is parsed; a parser may allow less. Citation tables in folders have no limit."""

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""Flags to open a file with: a FIFO must not wait for its writer."""

TABLES = (".tsv", ".csv", ".tsv.gz", ".csv.gz")
"""File name endings of tables that may be citation tables; the first line decides."""


class Entry(NamedTuple):
    """A file of a source: its name there, and either its path or its bytes."""

    name: str
    path: str | None = None
    body: bytes | None = None
    refused: str | None = None  # reason why it cannot be read, where this is clear before it is opened

    def read(self) -> bytes:
        """Return the bytes; raise RecordError where the file cannot be read."""
        if self.refused is not None:
            raise RecordError(self.refused, file=self.name)
        if self.body is not None:
            return self.body
        try:
            return _read_regular(str(self.path), self.name)
        except OSError as error:
            raise RecordError(f"cannot be read: {error.strerror or error}", file=self.name) from None


def most_bytes(name: str) -> int:
    """Return the most bytes of a file of this name; 0 where it is neither for a parser nor a citation table."""
    parser = parser_for(name)
    if parser is None:
        return MAX_FILE_BYTES if name.lower().endswith(TABLES) else 0
    return min(MAX_FILE_BYTES, getattr(parser, "max_bytes", MAX_FILE_BYTES))


def too_large(most: int) -> str:
    """Return the reason why a file of more than `most` bytes is refused.

    >>> too_large(8 * 1024 * 1024)
    'larger than 8 MiB'
    """
    return f"larger than {most / 1024**2:,.4g} MiB"


def check_regular(path: str) -> None:
    """Raise OSError where a path is no regular file that can be opened; a FIFO may never get a writer."""
    descriptor = os.open(path, _FLAGS)
    try:
        _regular_size(descriptor)
    finally:
        os.close(descriptor)


def _regular_size(descriptor: int) -> int:
    status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError("not a regular file")
    return status.st_size


def _read_regular(path: str, name: str) -> bytes:
    """Return the bytes of a file. File objects would take as long as reading: most files have a few kilobytes."""
    descriptor = os.open(path, _FLAGS)
    try:
        size = _regular_size(descriptor)
        most = most_bytes(name) or MAX_FILE_BYTES
        body = os.read(descriptor, size + 1) if size <= most else b""
        while size <= most and size != len(body) <= most and (more := os.read(descriptor, len(body) + 1)):
            body += more  # the file has grown meanwhile, or has no size
    finally:
        os.close(descriptor)
    if max(size, len(body)) > most:
        raise OSError(too_large(most))
    return body
