"""Sources of records: folders, files, globs, archives and standard input.

A source is a stream of entries. Each has its name inside the source, so that a checkout, a tar and a zip of the same
records result in the same build. Archives are read as a stream and never unpacked to disk. Only regular files are
opened.
"""

import glob
import gzip
import io
import os
import re
import stat
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from tarfile import HeaderError, ReadError
from typing import IO, BinaryIO, NamedTuple, Self

from kg.errors import RecordError, SourceError
from kg.parsers import parser_for

LAYOUT = ("_figures", "_data")
"""Folders of the database that hold records; of its other folders only citation tables are read."""

MAX_FILE_BYTES = 256 * 1024 * 1024
"""Most bytes of a file that is parsed; records have a few kilobytes. Citation tables in folders have no limit."""

ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
"""First bytes of zip and gzip files."""

ARCHIVES = (".tar", ".tar.gz", ".tgz", ".zip")
"""File name endings of archives."""

TABLES = (".tsv", ".csv", ".tsv.gz", ".csv.gz")
"""File name endings of tables that may be citation tables; the first line decides."""

_RECORD = re.compile(rb"^(?:\xef\xbb\xbf)?---[ \t]*$", re.MULTILINE)


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
            return _read_regular(str(self.path))
        except OSError as error:
            raise RecordError(f"cannot be read: {error.strerror or error}", file=self.name) from None


def scan(sources: Sequence[str], beside: Counter[str] | None = None) -> Iterator[Entry]:
    """Yield the entries of every source: folders and zip files in the order of names, tar files and streams as read.

    `beside` gets the number of files that stand beside the database's folders and are not read, by folder. Raises
    SourceError for a source that does not exist or an archive that is damaged.
    """
    beside = Counter() if beside is None else beside
    for source in sources:
        for path in _expand(source):
            yield from _scan_one(path, beside)


def inside(sources: Sequence[str]) -> Iterator[str | None]:
    """Yield the path of every file that `scan` would open, in its order; None for a stream or an unreadable folder."""
    for source in sources:
        for path in _expand(source):
            if path == "-":
                yield None
            elif _is_folder(path):
                yield from (entry.path for entry in _folder(Path(path), Counter()))
            else:
                yield path


def _expand(source: str) -> list[str]:
    if source == "-" or os.path.lexists(source) or not glob.has_magic(source):
        return [source]
    paths = sorted(glob.glob(source, recursive=True))  # noqa: PTH207 the pattern may start anywhere
    if not paths:
        raise SourceError(f"{source}: no file matches this pattern; quote it only if kg is to expand it")
    return paths


def _scan_one(source: str, beside: Counter[str]) -> Iterator[Entry]:
    path = Path(source)
    if source == "-":
        yield from _stream(sys.stdin.buffer, "stdin")
    elif _is_folder(source):
        yield from _folder(path, beside)
    elif source.lower().endswith(ARCHIVES):
        try:
            with path.open("rb") as file:
                yield from _archive(file, source)
        except OSError as error:
            raise SourceError(f"{source}: cannot be read: {error.strerror or error}") from None
    else:
        yield Entry(_printable(path.name), path=source)


def _is_folder(source: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(source).st_mode)  # noqa: PTH116 Path.stat raises the same, and Path cuts slashes
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"{source}: {reason}; give a folder of records, an archive, or - for stdin") from None


# -- folders


def _folder(root: Path, beside: Counter[str]) -> Iterator[Entry]:
    layout = [root / name for name in LAYOUT if (root / name).is_dir()]
    if not layout:
        yield from _walk(root, root)
        return
    for folder in layout:
        yield from _walk(folder, root)
    for entry in _walk(root, root, skipped=LAYOUT):
        top = entry.name.rpartition("/")[0].partition("/")[0]
        if entry.name.lower().endswith(TABLES) and not top.startswith("_") and parser_for(entry.name) is None:
            yield entry
        else:
            beside[f"in {top}" if top else "in the folder itself"] += 1


def _walk(folder: Path, root: Path, skipped: Sequence[str] = ()) -> Iterator[Entry]:
    """Yield the files below a folder, depth first in the order of names; links to folders could form a loop."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Entry(_relative(folder, root), refused=f"cannot be listed: {error.strerror or error}")
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in skipped:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), root)
        else:
            yield Entry(_relative(Path(entry.path), root), path=entry.path)


def _relative(path: Path, root: Path) -> str:
    return _printable(path.relative_to(root).as_posix())


def _printable(name: str) -> str:
    """Replace the bytes of a file name that are not UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting, because a FIFO may never get a writer."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def check_regular(path: str) -> None:
    """Raise OSError where a path is no regular file that can be opened; a FIFO may never get a writer."""
    with open(path, "rb", opener=_open_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("not a regular file")


def _read_regular(path: str) -> bytes:
    with open(path, "rb", opener=_open_at_once) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        if status.st_size > MAX_FILE_BYTES:
            raise OSError(f"larger than {MAX_FILE_BYTES // 1024**2} MiB")
        return file.read()


# -- archives and streams


def _stream(file: BinaryIO, name: str) -> Iterator[Entry]:
    """Yield the entries of an archive, which the first bytes show, or else of a text of one or several records."""
    # sys.stdin.buffer has peek; streams without it occur in tests only.
    head = file.peek(512)[:512] if isinstance(file, io.BufferedReader) else b""
    if head.startswith(ZIP):
        yield from _archive(io.BytesIO(file.read()), name)
    elif head.startswith(GZIP) or head[257:262] == b"ustar":
        yield from _archive(file, name)
    else:
        yield from _records(file.read(), name)


def _records(body: bytes, name: str) -> Iterator[Entry]:
    body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    starts = [fence.start() for fence in _RECORD.finditer(body)][::2] or [0]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(body)], strict=True), 1):
        yield Entry(f"{name}-{number}.md", body=body[start:end])


def _archive(file: BinaryIO, name: str) -> Iterator[Entry]:
    head = file.peek(4)[:4] if isinstance(file, io.BufferedReader) else ZIP  # only zip files come in memory
    try:
        if head == ZIP or name.lower().endswith(".zip"):
            yield from _zip(file)
        elif head.startswith(GZIP):
            yield from _gzip(file)
        else:
            yield from _tar(file)
    except Exception as error:  # noqa: BLE001 tarfile and zipfile raise a dozen kinds on damaged bytes
        raise SourceError(f"{name}: damaged or not an archive ({error}); the build was stopped") from None


def _gzip(file: BinaryIO) -> Iterator[Entry]:
    """Yield the members of a tar.gz, then read to its end, because tarfile would not check the checksum there."""
    with gzip.open(file) as inflated:
        yield from _tar(inflated)
        while inflated.read(1 << 20):
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


def _tar(file: IO[bytes] | gzip.GzipFile) -> Iterator[Entry]:
    with tarfile.open(fileobj=file, mode="r|*", tarinfo=_Member) as archive:
        for member in archive:
            if _included(member.name) and not member.isdir():
                yield _tar_entry(archive, member)


def _tar_entry(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Entry:
    name = _member_name(member.name)
    if not member.isreg():
        return Entry(name, refused="a link or device inside an archive is not followed")
    if member.size > MAX_FILE_BYTES:
        return Entry(name, refused=f"larger than {MAX_FILE_BYTES // 1024**2} MiB")
    file = archive.extractfile(member)
    assert file is not None  # extractfile returns None only for members that are no regular files
    return Entry(name, body=file.read())


def _zip(file: IO[bytes]) -> Iterator[Entry]:
    with zipfile.ZipFile(file) as archive:
        _check_count(file, archive)
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            if member.is_dir() or not _included(member.filename):
                continue
            if member.file_size > MAX_FILE_BYTES:
                yield Entry(_member_name(member.filename), refused=f"larger than {MAX_FILE_BYTES // 1024**2} MiB")
            else:
                yield Entry(_member_name(member.filename), body=archive.read(member))


def _check_count(file: IO[bytes], archive: zipfile.ZipFile) -> None:
    """Compare the number of members with that in the end mark, because zipfile would lose members silently."""
    file.seek(-12 - len(archive.comment), os.SEEK_END)
    stated, count = int.from_bytes(file.read(2), "little"), len(archive.infolist())
    if stated not in (count & 0xFFFF, 0xFFFF):  # 0xFFFF: there are more, and the number stands elsewhere
        raise zipfile.BadZipFile(f"{count} members where the end mark states {stated}")


def _included(name: str) -> bool:
    """Return whether a member is to be read: not if hidden, nor in a folder of the database's web site."""
    folders = PurePosixPath(name).parts[:-1]
    hidden = PurePosixPath(name).name.startswith(".") or any(part.startswith(".") and part != ".." for part in folders)
    return not hidden and not any(part.startswith("_") and part not in LAYOUT for part in folders)


def _member_name(name: str) -> str:
    """Return the name from the layout folder on, so that the top folder of an archive makes no difference."""
    parts = PurePosixPath(_printable(name)).parts
    start = next((index for index, part in enumerate(parts) if part in LAYOUT), 0)
    return "/".join(part for part in parts[start:] if part not in ("/", "..", "."))
