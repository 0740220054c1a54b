"""Scratch folders, which the next run removes where the process that used one was killed.

A process locks its scratch folder with `flock`, and the system drops the lock when the process ends, however it ends.
So a scratch folder that can be locked is abandoned.
"""

import fcntl
import hashlib
import os
import platform
import re
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from weakref import finalize

_HOST = hashlib.sha256(platform.node().encode()).hexdigest()[:6]
"""Part of the name, because locks of another machine cannot be seen on every network file system."""

_NAME = re.compile(rf"kg-scratch-{_HOST}-[a-z0-9_]{{8}}")


class Scratch:
    """A new scratch folder below `folder`, TMPDIR by default. Close it, or use it in a `with` statement.

    It is removed then, at the latest when the process ends. The first one of a process removes abandoned ones.
    """

    def __init__(self, folder: Path | None = None) -> None:
        parent = folder or Path(gettempdir())
        remove_abandoned(parent)
        self.path, lock = _locked_folder(parent)
        self._remove = finalize(self, _remove, self.path, lock)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the folder; a second call does nothing."""
        self._remove()


@cache
def remove_abandoned(parent: Path) -> None:
    """Remove the scratch folders of this user whose processes have ended, once a process."""
    with suppress(OSError):
        for entry in [*os.scandir(parent)]:
            is_ours = _NAME.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)
            if is_ours and entry.stat(follow_symlinks=False).st_uid == os.getuid():
                _remove_if_abandoned(Path(entry.path))


def _remove_if_abandoned(path: Path) -> None:
    with suppress(OSError):
        lock = _lock(path)
        _remove(path, lock)


def _locked_folder(parent: Path) -> tuple[Path, int | None]:
    """Make a folder and lock it; another process may have removed it between the two."""
    while True:
        path = Path(mkdtemp(prefix=f"kg-scratch-{_HOST}-", dir=parent))
        try:
            lock = _lock(path)
        except (FileNotFoundError, BlockingIOError):
            continue
        except OSError:  # A file system without locks; so no other process locks and removes it either.
            return path, None
        if _is_same(path, lock):
            return path, lock
        os.close(lock)


def _lock(path: Path) -> int:
    """Return the handle that holds the lock of a folder; raise OSError where another process holds it."""
    lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def _is_same(path: Path, lock: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(lock))
    return False


def _remove(path: Path, lock: int | None) -> None:
    shutil.rmtree(path, ignore_errors=True)
    if lock is not None:
        os.close(lock)
