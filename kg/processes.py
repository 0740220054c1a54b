"""Child processes that do not outlive their parent."""

import ctypes
import os
import signal
import sys


def live_with(parent: int) -> None:
    """Die with the parent process (Linux: parent-death signal)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the signal was asked for
        os._exit(1)
