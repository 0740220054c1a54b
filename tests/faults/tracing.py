"""Two tools that count the file operations of a program, make one of them fail, or kill the program at it.

`strace` sees every system call, of libraries in C++, too. Where it is not, `audited.py` sees those of Python.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CALLS = (
    *("openat", "write", "pwrite64", "writev", "ftruncate", "fallocate", "copy_file_range", "sendfile"),
    *("fsync", "fdatasync", "sync_file_range", "rename", "renameat", "renameat2", "link", "linkat", "symlink"),
    *("mkdir", "mkdirat", "unlink", "unlinkat", "rmdir", "chmod", "fchmod", "fchmodat", "utimensat"),
)
"""System calls that change files."""

END = "exit_group"
"""The call at the end of a program."""

_ERRORS = {"write": "ENOSPC", "pwrite64": "ENOSPC", "mkdir": "ENOSPC", "ftruncate": "ENOSPC", "openat": "EACCES"}
"""The error of a call; of all others it is EIO."""

KILL = "KILL"


@cache
def strace_works() -> bool:
    """Return whether there is strace, and a right to trace."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], check=False, capture_output=True).returncode == 0


def error_of(call: str) -> str:
    return _ERRORS.get(call, "EIO")


def counting(log: Path, root: Path, *, strace: bool) -> list[str]:
    """Return what stands before a command, so that its calls are written to a log."""
    return (
        _strace(log) if strace else [sys.executable, str(Path(__file__).with_name("audited.py")), str(log), str(root)]
    )


def striking(log: Path, root: Path, call: str, when: int, how: str, *, strace: bool) -> list[str]:
    """Return the same with a kill or an error at the `when`th call of a thread; 0 is at every call."""
    if not strace:
        return [*counting(log, root, strace=False), call, str(when), how]
    fault = f"inject={call}:{'signal' if how == KILL else 'error'}={how}" + (f":when={when}" if when else "")
    return _strace(log, fault, quick=how != KILL)


def _strace(log: Path, *expressions: str, quick: bool = True) -> list[str]:
    """Return the command of strace. With a filter in the kernel it is quicker, but then it loses the signals."""
    traced = f"trace={','.join(CALLS)},{END}"
    options = [option for expression in (traced, *expressions) for option in ("-e", expression)]
    return ["strace", "-f", "-qq", "-y", "-s", "0", "-o", str(log), *(["--seccomp-bpf"] if quick else []), *options]


def calls(log: Path) -> Iterator[tuple[str, str, str]]:
    """Yield thread, name and arguments of each call in a log."""
    for line in log.read_text(errors="replace").splitlines():
        if match := re.match(r"(\d+) +(\w+)\((.*)", line):
            yield match[1], match[2], match[3]


def struck(log: Path) -> bool:
    """Return whether the fault came."""
    text = log.read_text(errors="replace")
    return "(INJECTED)" in text or "killed by SIGKILL" in text


def changed(call: str, rest: str, root: Path) -> str | None:
    """Return the path below a folder that a call changes; None for other calls."""
    if call == "openat" and not re.search(r"\bO_(CREAT|WRONLY|RDWR)\b", rest):
        return None
    below = re.escape(f"{root}/")
    found = re.search(rf"^\d+<{below}([^>]*)>", rest)
    if found is None and "write" not in call:
        found = re.search(rf'{below}([^">]*)[">]', rest)
    return None if found is None else found[1]
