"""Run a Python program that logs its file operations, and fails or dies at one of them; see tracing.py.

Arguments: log, folder, then perhaps call, number and error, then the command: python, -m or -c, and its own.
"""

import atexit
import errno
import os
import runpy
import signal
import sys
from collections import Counter
from typing import Any

CALL_OF_EVENT = {
    "open": "openat",
    "os.chmod": "chmod",
    "os.link": "link",
    "os.mkdir": "mkdir",
    "os.remove": "unlink",
    "os.rename": "rename",
    "os.rmdir": "rmdir",
    "os.truncate": "ftruncate",
    "os.utime": "utimensat",
}


class Audit:
    """The log of the operations, and the one that fails or kills."""

    def __init__(self, log: str, root: str, call: str = "", when: str = "0", how: str = "") -> None:
        self._log = open(log, "w", buffering=1)  # noqa: PTH123, SIM115 it is open to the end
        self._root = root
        self._fault = (call, int(when), how)
        self._counts: Counter[str] = Counter()
        self._fsync = os.fsync

    def install(self) -> None:
        os.fsync = self.fsync
        atexit.register(self.at, "exit_group", "")
        sys.addaudithook(self.hook)

    def at(self, name: str, path: object, flags: str = "") -> None:
        """Log an operation; raise its error or kill the process where it is the one."""
        self._counts[name] += 1
        self._log.write(f'{os.getpid()} {name}("{path}"{flags})\n')
        call, when, how = self._fault
        if name != call or when not in (0, self._counts[name]):
            return
        if how == "KILL":
            self._log.write("+++ killed by SIGKILL +++\n")
            os.kill(os.getpid(), signal.SIGKILL)
        self._log.write("(INJECTED)\n")
        code = getattr(errno, how)
        raise OSError(code, os.strerror(code), str(path))

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[0], str) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            self.at("openat", args[0], ", O_CREAT")
        elif event == "ctypes.dlsym" and args[1] == "renameat2":
            self.at("renameat2", f"{self._root}/exchanged")
        elif event in CALL_OF_EVENT and event != "open":
            self.at(CALL_OF_EVENT[event], args[0])

    def fsync(self, fd: Any) -> None:
        self.at("fsync", f"{self._root}/synchronized")
        self._fsync(fd)


def main() -> None:
    start = sys.argv.index(sys.executable)
    Audit(*sys.argv[1:start]).install()
    kind, program = sys.argv[start + 1 : start + 3]
    del sys.argv[: start + 2]
    if kind == "-m":
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    else:
        exec(program, {"__name__": "__main__"})


if __name__ == "__main__":
    main()
