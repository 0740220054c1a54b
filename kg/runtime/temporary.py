"""Temporary files and folders: unique, locked by their process, and removed by a later run after a kill.

A name is created exclusively, so that two processes never write one file. Its process holds a lock on it until the end;
the system drops the lock when the process dies, even where its number is given to another. So a temporary file without
a lock is a leftover. A lock may be unknown to other machines that share a folder, as on some NFS. So the name has a
digest of the machine's name, and a leftover of another machine is removed only after `PATIENCE`.
"""

import errno
import fcntl
import os
import platform
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO

ENDING = ".kg-new"
"""Ending of temporary names, by which a user recognises them."""

PATIENCE = 86_400.0
"""Seconds without a change after which a leftover of another machine is removed."""

LONGEST_NAME = 255
"""Bytes that a file name may have on the usual file systems."""

MOST_TRIES = 100
"""Names that are tried for a new file; procfs says of each that there is no such folder, which is there."""

_MACHINE = sha256(platform.node().encode()).hexdigest()[:8]
_NAME = re.compile(r"\.kg-([0-9a-f]{8})-[0-9a-f]{16}" + re.escape(ENDING))


@contextmanager
def temporary_file(folder: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """Create a file in `folder` and open it; at the end it is removed, unless it was renamed."""
    path, handle = _created(folder, _new_file)
    with os.fdopen(handle, "wb") as file:
        try:
            yield path, file
        finally:
            with suppress(OSError):
                path.unlink()


@contextmanager
def temporary_folder(folder: Path, mode: int = 0o777) -> Iterator[Path]:
    """Create a folder in `folder`; what has its name at the end is removed."""

    def new_folder(path: Path) -> int:
        path.mkdir(mode)
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY)

    path, handle = _created(folder, new_folder)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(handle)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Create a folder for intermediate files where the system keeps them (TMPDIR), readable by this user only."""
    place = Path(tempfile.gettempdir())
    remove_leftovers(place)
    with temporary_folder(place, 0o700) as folder:
        yield folder


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files and folders in `folder` whose processes were killed; an I/O error is ignored."""
    with suppress(OSError):
        with os.scandir(folder) as entries:
            leftovers = [(Path(entry.path), match) for entry in entries if (match := _NAME.fullmatch(entry.name))]
        for path, match in leftovers:
            with suppress(OSError):
                _remove_unlocked(path, 0.0 if match[1] == _MACHINE else PATIENCE)


def beside(path: Path, ending: str) -> Path:
    """Return the hidden name for `path` with an ending; it is a digest where the name would be too long.

    >>> beside(Path("exports"), "kg-lock"), len(beside(Path("x" * 250), "kg-lock").name)
    (PosixPath('.exports.kg-lock'), 41)
    """
    name = f".{path.name}.{ending}"
    if len(os.fsencode(name)) > LONGEST_NAME:
        name = f".{sha256(os.fsencode(path.name)).hexdigest()[:32]}.{ending}"
    return path.with_name(name)


def locked(handle: int) -> bool:
    """Lock an open file or folder until it is closed; return False where another process has locked it.

    A file system without locks counts as success.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _created(folder: Path, create: Callable[[Path], int]) -> tuple[Path, int]:
    """Create and lock a file or folder with an unused name; return path and handle."""
    for tries_left in reversed(range(MOST_TRIES)):
        path = folder / f".kg-{_MACHINE}-{secrets.token_hex(8)}{ENDING}"
        try:
            handle = create(path)
        except FileNotFoundError:
            if tries_left and folder.is_dir():  # Another process took a new folder for a leftover before it was opened.
                continue
            raise
        # Another process may take the new name for a leftover, until it is locked.
        if locked(handle) and _has_name(handle, path):
            return path, handle
        os.close(handle)
    raise BlockingIOError(errno.EAGAIN, "other processes remove all new files", str(folder))


def _new_file(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)


def _has_name(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def _remove_unlocked(path: Path, patience: float) -> None:
    """Remove a temporary file or folder of this user; raise OSError where it is locked or locks are unknown."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        status = os.fstat(handle)
        if status.st_uid != os.geteuid() or time.time() - status.st_mtime < patience:
            return
        if stat.S_ISDIR(status.st_mode):
            shutil.rmtree(path)
        else:
            path.unlink()
    finally:
        os.close(handle)
