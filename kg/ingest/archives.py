"""Archives and standard input, read as streams: never unpacked to disk, never as a whole in memory.

A file that unpacks to a thousand times its size is an attack, not a set of records. Unpacked bytes are counted while
they are read, because headers may lie about them.
"""

import gzip
import io
import os
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from itertools import chain, pairwise
from tarfile import HeaderError, ReadError
from tempfile import TemporaryFile
from typing import IO, BinaryIO, NoReturn, Self

from kg.errors import DamagedSource, SourceError
from kg.ingest.entries import Entry, most_bytes, too_large
from kg.ingest.layout import arranged, included, member_name
from kg.ingest.unread import Unread
from kg.runtime.paths import printable

ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
"""First bytes of zip and gzip files."""

RATIO = 200
"""Times its own size that an archive may unpack to; those of the database unpack to 13 times their size."""

FLOOR = 64 * 1024 * 1024
"""Bytes that any archive may unpack to."""

MAX_HEADER = 1024 * 1024
"""Most bytes of a name or of further fields of a member of a tar file, which are read at once."""

MAX_SPOOLED = 16 * 1024**3
"""Most bytes of a zip file on standard input, which is copied to disk without a name."""

CHUNK = 1 << 20
"""Bytes that are read at once."""

_FENCE = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\n?")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


class _ArchiveTooLargeError(SourceError):
    """An archive that is too much; other errors inside an archive mean that it is damaged."""


class _Budget:
    """Bytes that an archive has unpacked to, and the most it may: `most`, or else `RATIO` times its packed bytes."""

    def __init__(self, archive: str, most: int | None, packed: Callable[[], int]) -> None:
        self._archive, self._most, self._packed = archive, most, packed
        self._unpacked = 0
        self.member = "its start"
        """Member that is being read, or was read last."""

    def add(self, number: int) -> None:
        """Count bytes; raise SourceError as soon as they are too many."""
        self._unpacked += number
        if self._unpacked <= (FLOOR if self._most is None else self._most):
            return
        if self._most is None and self._unpacked > RATIO * self._packed():
            self._refuse(f"{RATIO} times its size")
        if self._most is not None:
            self._refuse(f"{self._most:,} bytes")

    def _refuse(self, limit: str) -> NoReturn:
        way_out = "--max-archive SIZE allows more" if self._most is None else "a larger --max-archive allows more"
        raise _ArchiveTooLargeError(
            f"{self._archive}: {self.member}: the archive unpacks to more than {limit}; {way_out}"
        )


# -- standard input


def stream(file: BinaryIO, name: str, most: int | None, beside: Unread) -> Iterator[Entry]:
    """Yield the entries of an archive, which the first bytes show, or else of a text of one or several records.

    `most` and `beside` are as for `archive`.
    """
    # sys.stdin.buffer has peek; streams without it occur in tests only.
    head = file.peek(512)[:512] if isinstance(file, io.BufferedReader) else b""
    if head.startswith(ZIP):
        with TemporaryFile(prefix="kg-") as spool:  # because the list of members stands at the end
            _copy(file, spool, name, most or MAX_SPOOLED)
            yield from archive(spool, name, most, beside)
    elif head.startswith(GZIP) or head[257:262] == b"ustar":
        yield from archive(file, name, most, beside)
    else:
        yield from _records(file, name)


def _copy(file: BinaryIO, spool: IO[bytes], name: str, most: int) -> None:
    try:
        while chunk := file.read(CHUNK):
            spool.write(chunk)
            if spool.tell() > most:
                raise SourceError(f"{name}: a zip file of more than {most:,} bytes; give it as a file")
        spool.seek(0)
    except OSError as error:
        raise SourceError(f"{name}: {error.strerror or error}, in a copy for the zip file; set TMPDIR") from None


def _records(file: BinaryIO, name: str) -> Iterator[Entry]:
    """Yield the records of a text, which begin at every second line of `---`; text before the first is left out."""
    most = most_bytes(f"{name}.md")
    number, fences, size = 1, 0, 0
    body: list[bytes] = []
    for before, line in pairwise(chain([b"\n"], _lines(file))):
        if before.endswith(b"\n") and _FENCE.fullmatch(line):
            if fences % 2 == 0:
                if fences:
                    yield Entry(f"{name}-{number}.md", body=b"".join(body))
                    number += 1
                body, size = [], 0
            fences += 1
        size += len(line)
        if size > most:
            reason = f"{too_large(most)}; a record has a few kilobytes and begins at a line ---; the build was stopped"
            raise SourceError(f"{name}-{number}.md: {reason}")
        body.append(line)
    yield Entry(f"{name}-{number}.md", body=b"".join(body))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    r"""Yield lines with `\n` at their end, whatever the ends in the file; a line of over 1 MiB comes in pieces."""
    rest = b""
    while chunk := file.read(CHUNK):
        text = rest + chunk
        cut = text.endswith(b"\r")  # the line feed that belongs to it may follow
        lines = text[: len(text) - cut].replace(b"\r\n", b"\n").replace(b"\r", b"\n").splitlines(keepends=True)
        rest = lines.pop() if lines and not lines[-1].endswith(b"\n") and len(lines[-1]) <= CHUNK else b""
        rest += b"\r" * cut
        yield from lines
    if rest:
        yield rest.replace(b"\r", b"\n")


# -- archives


def archive(file: IO[bytes], name: str, most: int | None, beside: Unread) -> Iterator[Entry]:
    """Yield the members of an archive; zip files in the order of names, tar files as they come.

    `most` is the number of bytes that it may unpack to, by default 200 times its size, or 64 MiB for a small one.
    `beside` gets the members in folders of the database's web site, which are not read, by folder.
    Raises SourceError for more, and for an archive that is damaged.
    """
    head = file.peek(4)[:4] if isinstance(file, io.BufferedReader) else ZIP  # only zip files come without peek
    try:
        if head == ZIP or name.lower().endswith(".zip"):
            members = _zip(file, name, most, beside)
        elif head.startswith(GZIP):
            members = _gzip(file, name, most, beside)
        else:
            members = _tar(file, _Budget(name, most, lambda: 0), beside)  # nothing is packed
        yield from arranged(members, beside)
    except _ArchiveTooLargeError:
        raise
    except Exception as error:  # noqa: BLE001 tarfile and zipfile raise a dozen kinds on damaged bytes
        raise DamagedSource(f"{name}: damaged or not an archive ({error}); the build was stopped") from None


class _Counting(io.RawIOBase):
    """A stream that calls a function with the number of bytes of each read."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile, count: Callable[[int], None]) -> None:
        self._file, self._count = file, count
        self.total = 0

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes."""
        data = self._file.read(size)
        self.total += len(data)
        self._count(len(data))
        return data


def _gzip(file: IO[bytes], name: str, most: int | None, beside: Unread) -> Iterator[Entry]:
    """Yield the members of a tar.gz, then read to its end, because tarfile would not check the checksum there."""
    packed = _Counting(file, lambda _: None)
    budget = _Budget(name, most, lambda: packed.total)
    with gzip.open(packed) as inflated:
        counted = _Counting(inflated, budget.add)
        yield from _tar(counted, budget, beside)
        while counted.read(CHUNK):
            pass


class _Member(tarfile.TarInfo):
    """A member that fails if its header is damaged; tarfile would take that for the end of the archive."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(tarfile)
        except HeaderError as error:
            if type(error).__name__ == "EOFHeaderError":
                raise
            raise ReadError(f"{error} where a member or the end mark should be") from None

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        member = super().frombuf(buf, encoding, errors)
        if member.type in _HEADERS and member.size > MAX_HEADER:
            raise ReadError(f"a name of {member.size:,} bytes")
        return member


def _tar(file: IO[bytes] | _Counting, budget: _Budget, beside: Unread) -> Iterator[Entry]:
    # No compression inside: a second one would not be counted.
    with tarfile.open(fileobj=file, mode="r|", tarinfo=_Member) as archive:
        for member in archive:
            budget.member = printable(member.name)
            if not member.isdir() and included(member.name, beside):
                yield _tar_entry(archive, member)


def _tar_entry(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Entry:
    name = member_name(member.name)
    if not member.isreg() or member.issparse():
        return Entry(name, refused="a link, device or file with holes inside an archive is not read")
    if refusal := unread(name, member.size):
        return refusal
    file = archive.extractfile(member)
    assert file is not None  # extractfile returns None only for members that are no regular files
    return Entry(name, body=file.read())


def unread(name: str, size: int) -> Entry | None:
    """Return the entry of a member whose bytes are not needed: too many, or of no use to any parser."""
    most = most_bytes(name)
    if most and size > most:
        return Entry(name, refused=too_large(most))
    return None if most else Entry(name, body=b"")


def _zip(file: IO[bytes], name: str, most: int | None, beside: Unread) -> Iterator[Entry]:
    size = file.seek(0, os.SEEK_END)
    budget = _Budget(name, most, lambda: size)
    with zipfile.ZipFile(file) as archive:
        _check_count(file, archive)
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            if not member.is_dir() and included(member.filename, beside):
                budget.member = printable(member.filename)
                yield _zip_entry(archive, member, budget)


def _zip_entry(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget) -> Entry:
    name = member_name(member.filename)
    if refusal := unread(name, member.file_size):
        return refusal
    if member.compress_type not in _METHODS:
        return Entry(name, refused=f"packed by method {member.compress_type}; unpack the archive, and give the folder")
    budget.add(member.file_size)
    with archive.open(member) as file:
        return Entry(
            name, body=file.read(member.file_size + 1)
        )  # a plain read() would unpack more than the header says


def _check_count(file: IO[bytes], archive: zipfile.ZipFile) -> None:
    """Compare the number of members with that in the end mark, because zipfile would lose members silently."""
    file.seek(-12 - len(archive.comment), os.SEEK_END)
    stated, count = int.from_bytes(file.read(2), "little"), len(archive.infolist())
    if stated not in (count & 0xFFFF, 0xFFFF):  # 0xFFFF: there are more, and the number stands elsewhere
        raise zipfile.BadZipFile(f"{count} members where the end mark states {stated}")
