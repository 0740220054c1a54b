"""Folders that appear complete or not at all: exports of many files, and changes of some files of a folder.

The new folder is written under a temporary name beside the old one. Then the two names are exchanged in one step, where
the system can.
"""

import ctypes
import errno
import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.errors import OutputError
from kg.runtime.files import confirm, fsync_tree, output_errors
from kg.runtime.temporary import beside, remove_leftovers, temporary_folder

_TRIES = 1_000
"""Attempts to put a folder in place; each fails only if another writer put its own there at the same moment."""

_LOST_RACE = (errno.ENOENT, errno.EEXIST, errno.ENOTEMPTY)
"""Errors of renames where another writer renamed first."""


@contextmanager
def atomic_folder(path: Path, owned: Collection[str] = ()) -> Iterator[Path]:
    """Create an empty folder that replaces `path` when it is complete; a folder there must be an earlier export.

    A link stays, and the folder that it points to is replaced. Raises OutputError where it cannot be written, or where
    `path` holds a file that the new folder lacks and that is not among the names of `owned`, which an earlier export
    may have written.
    """
    with output_errors(path):
        target = _folder_target(path)
        with temporary_folder(target.parent) as aside:
            yield aside
            if target.is_dir():
                names = {file.name for file in target.iterdir()}
                if others := names - {file.name for file in aside.iterdir()} - set(owned):
                    raise OutputError(
                        f"{path}: holds {min(others)}, which is not part of this export; give a new folder"
                    )
                shutil.copymode(target, aside)
            fsync_tree(aside)
            replace_folder(aside, target, _before(target))


def change_folder(path: Path, contents: Callable[[Path], Mapping[str, bytes]]) -> None:
    """Write files into a folder, all in one step; its other files stay.

    `contents` gets a copy of the folder, or an empty one, and returns the new files by name. It is called again where
    another process changed the folder meanwhile. Raises OutputError where the folder cannot be written.
    """
    with output_errors(path):
        target = _folder_target(path)
        for _ in range(_TRIES):
            with _locked_folder(target) as exists, temporary_folder(target.parent) as aside:
                if exists:
                    shutil.copytree(target, aside, symlinks=True, copy_function=_link, dirs_exist_ok=True)
                for name, content in contents(aside).items():
                    (aside / name).unlink(missing_ok=True)  # because it is a link to the file of the old folder
                    (aside / name).write_bytes(content)
                fsync_tree(aside)
                if _put_folder(aside, target, exists=exists):
                    return
        raise OutputError(f"{path}: other processes change it all the time; try again later")


def _put_folder(aside: Path, target: Path, *, exists: bool) -> bool:
    """Put a changed folder in place; return False where a folder appeared there that the copy lacks."""
    if exists:
        replace_folder(aside, target, _before(target))
        return True
    try:
        aside.rename(target)
    except OSError as error:
        if error.errno not in _LOST_RACE or not target.exists():
            raise
        return False
    confirm(target)
    return True


@contextmanager
def _locked_folder(target: Path) -> Iterator[bool]:
    """Wait for the lock of a folder, so that changes follow each other; yield False where there is none."""
    while target.exists():
        handle = os.open(target, os.O_RDONLY | os.O_CLOEXEC)
        try:
            with suppress(OSError):  # Some file systems have no locks.
                fcntl.flock(handle, fcntl.LOCK_EX)
            if target.exists() and os.path.samestat(os.fstat(handle), target.stat()):
                yield True
                return
        finally:
            os.close(handle)
    yield False


def _link(source: str, target: str) -> None:
    """Make a hard link, or a copy where the file system has none."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target)


def _folder_target(path: Path) -> Path:
    """Return the path behind links, and remove what killed runs left beside it; raise OutputError if no folder fits."""
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_dir():
        raise OutputError(f"{path}: is a file; give a folder")
    if target.is_mount():
        raise OutputError(f"{path}: is a mount point, which cannot be replaced as a whole; give a folder in it")
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(target.parent)
    old = _before(target)
    if old.is_dir() and not target.exists():  # A run was killed between two renames.
        old.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return target


def _before(target: Path) -> Path:
    """Return the name that an old folder has between two renames."""
    return beside(target, "kg-before")


def replace_folder(new: Path, target: Path, old: Path) -> None:
    """Put a folder in the place of another; then the other has the name `new`, and nothing does if there was none.

    It is one step where the system can exchange names. Otherwise the other folder has the name `old` for a moment.
    """
    for _ in range(_TRIES):
        try:
            if not target.exists():
                new.rename(target)
            elif not exchange(new, target):
                _rename_both(new, target, old)
        except OSError as error:
            if error.errno not in _LOST_RACE or not new.exists():
                raise
        else:
            confirm(target)
            return
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(target))


def _rename_both(new: Path, target: Path, old: Path) -> None:
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        with suppress(OSError):  # Another writer may have put its own folder there.
            old.rename(target)
        raise
    with suppress(OSError):
        old.rename(new)


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
