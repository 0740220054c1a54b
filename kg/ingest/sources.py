"""Where records come from: folders, files, globs, archives, standard input.

A source is a stream of entries, each with the name it has inside its source: the same records give the
same names, and so the same build, whether they come from a checkout, a tar or a zip. Archives are read
in place and never unpacked; only regular files are opened.
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
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from tarfile import HeaderError, ReadError
from typing import IO, BinaryIO, NamedTuple, Self

from kg.errors import RecordError, SourceError

LAYOUT = ("_figures", "_data")
"""The folders of the database that hold records; its other folders are the web site's."""

MAX_FILE_BYTES = 256 * 1024 * 1024
"""No record or sidecar comes near it; citation tables may be large."""

ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
ARCHIVES = (".tar", ".tar.gz", ".tgz", ".zip")
_RECORD = re.compile(rb"^(?:\xef\xbb\xbf)?---[ \t]*$", re.MULTILINE)


class Entry(NamedTuple):
    """One file of a source: its name there, and either its path or its bytes."""

    name: str
    path: str | None = None
    body: bytes | None = None
    refused: str | None = None  # why it cannot be read, where that is known without opening it

    def read(self) -> bytes:
        """Give the bytes; raise RecordError where that fails."""
        if self.refused is not None:
            raise RecordError(self.refused, file=self.name)
        if self.body is not None:
            return self.body
        try:
            return _read_regular(str(self.path))
        except OSError as error:
            raise RecordError(f"cannot be read: {error.strerror or error}", file=self.name) from None


def scan(sources: Sequence[str]) -> Iterator[Entry]:
    """Yield the entries of every source, each source in the order of names where it has one.

    Raises SourceError for a source that does not exist or an archive that is damaged.
    """
    for source in sources:
        for each in _expand(source):
            yield from _scan_one(each)


def inside(sources: Sequence[str]) -> Iterator[str | None]:
    """Give the path of every file that `scan` would open, in its order; None for a stream or what cannot be listed."""
    for source in sources:
        for each in _expand(source):
            if each == "-":
                yield None
            elif _is_folder(each):
                yield from (entry.path for entry in _folder(Path(each)))
            else:
                yield each


def _expand(source: str) -> list[str]:
    if source == "-" or os.path.lexists(source) or not glob.has_magic(source):
        return [source]
    found = sorted(glob.glob(source, recursive=True))  # noqa: PTH207 the pattern may start anywhere
    if not found:
        raise SourceError(f"{source}: no file matches this pattern; quote it only if kg is to expand it")
    return found


def _scan_one(source: str) -> Iterator[Entry]:
    path = Path(source)
    if source == "-":
        yield from _stream(sys.stdin.buffer, "stdin")
    elif _is_folder(source):
        yield from _folder(path)
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


def _folder(root: Path) -> Iterator[Entry]:
    layout = [root / name for name in LAYOUT if (root / name).is_dir()]
    if not layout:
        yield from _walk(root, root)
    for folder in layout:
        yield from _walk(folder, root)


def _walk(folder: Path, root: Path) -> Iterator[Entry]:
    """Depth first in the order of names; links to folders are not followed, so no loop can be."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Entry(_relative(folder, root), refused=f"cannot be listed: {error.strerror or error}")
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), root)
        else:
            yield Entry(_relative(Path(entry.path), root), path=entry.path)


def _relative(path: Path, root: Path) -> str:
    return _printable(path.relative_to(root).as_posix())


def _printable(name: str) -> str:
    """Replace the bytes of a file name that are no UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting: a FIFO's writer may never come."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


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
    """Tell an archive from text by its first bytes; text holds one record or several, one after the other."""
    # sys.stdin.buffer can look ahead; anything else here is a test's own stream.
    head = file.peek(512)[:512] if isinstance(file, io.BufferedReader) else b""
    if head.startswith(ZIP):
        yield from _archive(io.BytesIO(file.read()), name)
    elif head.startswith(GZIP) or head[257:262] == b"ustar":
        yield from _archive(file, name)
    else:
        yield from _records(file.read(), name)


def _records(body: bytes, name: str) -> Iterator[Entry]:
    body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    starts = [found.start() for found in _RECORD.finditer(body)][::2] or [0]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(body)], strict=True), 1):
        yield Entry(f"{name}-{number}.md", body=body[start:end])


def _archive(file: BinaryIO, name: str) -> Iterator[Entry]:
    head = file.peek(4)[:4] if isinstance(file, io.BufferedReader) else ZIP  # that one was put into memory for it
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
    """Read through gzip and to its end, for tarfile alone would not look at the checksum there."""
    with gzip.open(file) as inflated:
        yield from _tar(inflated)
        while inflated.read(1 << 20):
            pass


class _Member(tarfile.TarInfo):
    """A member whose header, if damaged, is an error; tarfile by itself takes it for the end of the archive."""

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
            if _wanted(member.name) and not member.isdir():
                yield _tar_entry(archive, member)


def _tar_entry(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Entry:
    name = _member_name(member.name)
    if not member.isreg():
        return Entry(name, refused="a link or device inside an archive is not followed")
    if member.size > MAX_FILE_BYTES:
        return Entry(name, refused=f"larger than {MAX_FILE_BYTES // 1024**2} MiB")
    opened = archive.extractfile(member)
    assert opened is not None  # extractfile gives None only for what is not a regular file
    return Entry(name, body=opened.read())


def _zip(file: IO[bytes]) -> Iterator[Entry]:
    with zipfile.ZipFile(file) as archive:
        _check_count(file, archive)
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            if member.is_dir() or not _wanted(member.filename):
                continue
            if member.file_size > MAX_FILE_BYTES:
                yield Entry(_member_name(member.filename), refused=f"larger than {MAX_FILE_BYTES // 1024**2} MiB")
            else:
                yield Entry(_member_name(member.filename), body=archive.read(member))


def _check_count(file: IO[bytes], archive: zipfile.ZipFile) -> None:
    """Compare the members found with the number at the end, for zipfile alone would lose some silently."""
    file.seek(-12 - len(archive.comment), os.SEEK_END)
    told, found = int.from_bytes(file.read(2), "little"), len(archive.infolist())
    if told not in (found & 0xFFFF, 0xFFFF):  # the latter: written elsewhere, for there are more
        raise zipfile.BadZipFile(f"{found} members where the end mark tells of {told}")


def _wanted(name: str) -> bool:
    """Leave out hidden files and, in an archive of the whole database, the web site's own folders."""
    folders = PurePosixPath(name).parts[:-1]
    hidden = PurePosixPath(name).name.startswith(".") or any(part.startswith(".") and part != ".." for part in folders)
    return not hidden and not any(part.startswith("_") and part not in LAYOUT for part in folders)


def _member_name(name: str) -> str:
    """Give the name from the layout folder on, so that an archive's top folder makes no difference."""
    parts = PurePosixPath(_printable(name)).parts
    start = next((place for place, part in enumerate(parts) if part in LAYOUT), 0)
    return "/".join(part for part in parts[start:] if part not in ("/", "..", "."))
