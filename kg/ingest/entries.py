"""Entries of sources: one file each, with its name inside the source and its bytes, within limits."""

import os
import stat
from typing import NamedTuple

from kg.errors import RecordError
from kg.parsers import parser_for

MAX_FILE_BYTES = 256 * 1024 * 1024
"""Most bytes of a file that is parsed; a parser may allow less. Citation tables in folders have no limit."""

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


def _open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting, because a FIFO may never get a writer."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def check_regular(path: str) -> None:
    """Raise OSError where a path is no regular file that can be opened; a FIFO may never get a writer."""
    with open(path, "rb", opener=_open_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("not a regular file")


def _read_regular(path: str, name: str) -> bytes:
    with open(path, "rb", opener=_open_at_once) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        most = most_bytes(name) or MAX_FILE_BYTES
        body = b"" if status.st_size > most else file.read(status.st_size + 1)  # `read` reserves as many bytes
        if len(body) > status.st_size:  # the file has grown meanwhile, or has no size
            body += file.read(most + 1 - len(body))
        if status.st_size > most or len(body) > most:
            raise OSError(too_large(most))
        return body
