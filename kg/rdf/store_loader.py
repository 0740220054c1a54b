"""Bulk load of the store while the dump is written: a process of its own (kg.rdf.bulk_load) reads it from a pipe.

Loading takes about as long as writing, and in one process the one would wait for the other.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from pyoxigraph import Store

from kg.errors import OutputError
from kg.runtime.files import BinaryWriter

ALLOCATOR = ":".join(
    f"glibc.malloc.{name}={value}"
    for name, value in {
        "hugetlb": 1,
        "top_pad": 64 << 20,
        "trim_threshold": 4 << 30,
        "mmap_threshold": 32 << 20,
        "mxfast": 0,
    }.items()
)
"""Settings of glibc's allocator, which by default gives memory back after each piece and asks for it again.

With them it grows in steps of 64 MiB and gives nothing back; 32 MiB is the largest threshold that all versions take.
Small chunks are merged as they are freed, and not by repeated searches (`mxfast`). A load reads its tables in no
order, which is faster where memory has few large pages (`hugetlb`, where Linux leaves the choice to programs).

Other systems and libraries ignore the settings.
"""


class StoreLoader:
    """A file that loads the Turtle written to it into a store. Use it in a `with` statement, and call `finish`."""

    def __init__(self, folder: Path, further: Sequence[Path] = ()) -> None:
        """Start the process; it loads the Turtle files `further`, too, which must be there before `finish`."""
        command = "from kg.rdf.bulk_load import main; main()"
        arguments = [sys.executable, "-P", "-c", command, str(folder), str(os.getpid()), *map(str, further)]
        # A session of its own, so that Ctrl-C reaches the parent only.
        self._process = subprocess.Popen(  # noqa: S603 our own program
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=os.environ | {"GLIBC_TUNABLES": _tunables(os.environ.get("GLIBC_TUNABLES"))},
        )
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._process.kill()
        with suppress(OSError, ValueError):
            self._process.communicate()

    def write(self, data: bytes) -> int:
        """Send Turtle to the process; raise OutputError where the process has ended."""
        try:
            return cast("IO[bytes]", self._process.stdin).write(data)
        except BrokenPipeError:
            raise self._failed() from None

    def finish(self) -> int:
        """Wait for the process; return the number of triples in the store.

        Raises OutputError where the process has failed.
        """
        try:
            message = self._process.communicate()[1]
        except BrokenPipeError:
            raise self._failed() from None
        if self._process.returncode:
            raise self._failed(message)
        return len(Store.read_only(str(self._folder)))

    def _failed(self, message: bytes = b"") -> OutputError:
        errors = cast("IO[bytes]", self._process.stderr)
        message = message or (b"" if errors.closed else errors.read())
        self._process.wait()
        lines = message.decode("utf-8", "replace").strip().splitlines()
        reason = lines[-1] if lines else "killed, perhaps for want of memory"
        return OutputError(f"{self._folder}: the process that loads the store ended: {reason}; try --no-store")


def _tunables(own: str | None) -> str:
    """Return the settings of glibc for the process; the user's `own` come last, where they have precedence.

    >>> _tunables("glibc.malloc.hugetlb=0").removeprefix(ALLOCATOR)
    ':glibc.malloc.hugetlb=0'
    """
    return f"{ALLOCATOR}:{own}" if own else ALLOCATOR


class Tee:
    """A file that writes a dump to its own file and to the store."""

    def __init__(self, file: BinaryWriter, loader: StoreLoader) -> None:
        self._file = file
        self._loader = loader

    def write(self, data: bytes) -> int:
        """Write to both; return the number of bytes."""
        self._loader.write(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Flush the file; the store flushes itself when it has loaded everything."""
        self._file.flush()
