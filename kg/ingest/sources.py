"""Sources of records: folders, files, globs, archives and standard input.

A source is a stream of entries. Each has its name inside the source, so that a checkout, a tar and a zip of the same
records result in the same build. Archives are read as a stream and never unpacked to disk. Only regular files are
opened.
"""

import glob
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from kg.errors import SourceError
from kg.ingest.archives import archive, stream
from kg.ingest.entries import Entry
from kg.ingest.layout import LAYOUT, is_read_beside
from kg.ingest.object_folders import object_folder
from kg.ingest.unread import Unread
from kg.runtime.download.objects import is_object
from kg.runtime.paths import printable

ARCHIVES = (".tar", ".tar.gz", ".tgz", ".zip")
"""File name endings of archives."""


def scan(
    sources: Sequence[str],
    max_archive: int | None = None,
    beside: Unread | None = None,
    *,
    names_only: bool = False,
) -> Iterator[Entry]:
    """Yield the entries of every source: folders and zip files in the order of names, tar files and streams as read.

    A file that several sources reach is read once, as the first of them names it. `max_archive` is the number of bytes
    that an archive may unpack to, by default 200 times its size. `beside` gets the files that stand beside the
    database's folders and are not read, by folder. With `names_only`, the entries of object stores lack their bytes.
    Raises SourceError for a source that does not exist, and for an archive that is damaged or unpacks to more.
    """
    beside = Unread() if beside is None else beside
    paths = [path for source in sources for path in _expand(source)]
    entries = (entry for path in paths for entry in _scan_one(path, max_archive, beside, names_only=names_only))
    yield from entries if len(paths) < 2 else _once(entries)


def _once(entries: Iterator[Entry]) -> Iterator[Entry]:
    """Yield each file once, by its inode and name; members of archives have no path and are all yielded."""
    seen: set[tuple[int, int, str]] = set()
    for entry in entries:
        if entry.path is not None:
            try:
                status = os.stat(entry.path)  # noqa: PTH116 Path.stat takes twice as long
            except OSError:
                yield entry  # The parsers report it.
                continue
            key = (status.st_dev, status.st_ino, PurePosixPath(entry.name).name)
            if key in seen:
                continue
            seen.add(key)
        yield entry


def inside(sources: Sequence[str], beside: Unread) -> Iterator[tuple[str, str | None]]:
    """Yield name and path of every file that `scan` would open, in its order; `beside` is as for `scan`.

    The path is None for a stream or an unreadable folder. An archive counts as one file.
    """
    for source in sources:
        for path in _expand(source):
            if path == "-" or is_object(path):
                yield "", None
            elif _is_folder(path):
                yield from ((entry.name, entry.path) for entry in _folder(Path(path), beside))
            else:
                yield printable(Path(path).name), path


def _expand(source: str) -> list[str]:
    if source == "-" or is_object(source) or os.path.lexists(source) or not glob.has_magic(source):
        return [source]
    paths = sorted(glob.glob(source, recursive=True))  # noqa: PTH207 the pattern may start anywhere
    if not paths:
        raise SourceError(f"{source}: no file matches this pattern; quote it only if kg is to expand it")
    return paths


def _scan_one(source: str, max_archive: int | None, beside: Unread, *, names_only: bool) -> Iterator[Entry]:
    path = Path(source)
    if source == "-":
        yield from stream(sys.stdin.buffer, "stdin", max_archive, beside)
    elif is_object(source):
        yield from object_folder(source, beside, names_only=names_only)
    elif _is_folder(source):
        yield from _folder(path, beside)
    elif source.lower().endswith(ARCHIVES):
        try:
            with path.open("rb") as file:
                yield from archive(file, source, max_archive, beside)
        except OSError as error:
            raise SourceError(f"{source}: cannot be read: {error.strerror or error}") from None
    else:
        yield Entry(printable(path.name), path=source)


def _is_folder(source: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(source).st_mode)  # noqa: PTH116 Path.stat raises the same, and Path cuts slashes
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"{source}: {reason}; give a folder of records, an archive, or - for stdin") from None


# -- folders


def _folder(root: Path, beside: Unread) -> Iterator[Entry]:
    layout = [root / name for name in LAYOUT if (root / name).is_dir()]
    if not layout:
        yield from _walk(root, root)
        return
    for folder in layout:
        yield from _walk(folder, root)
    yield from (entry for entry in _walk(root, root, skipped=LAYOUT) if is_read_beside(entry.name, beside))


def _walk(folder: Path, root: Path, skipped: Sequence[str] = ()) -> Iterator[Entry]:
    """Yield the files below a folder, depth first in the order of names; links to folders could form a loop."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Entry(_relative(folder, root), refused=f"cannot be listed: {error.strerror or error}")
        return
    start = "" if folder == root else f"{folder.relative_to(root).as_posix()}/"
    for entry in entries:
        if entry.name.startswith(".") or entry.name in skipped:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), root)
        else:
            yield Entry(printable(f"{start}{entry.name}"), path=entry.path)


def _relative(path: Path, root: Path) -> str:
    return printable(path.relative_to(root).as_posix())
