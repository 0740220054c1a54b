"""The store is loaded while the dump is written: by a process of its own, from a pipe.

Python waits for one thing at a time, and the loading takes about as long as the writing.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from pyoxigraph import RdfFormat, Store

from kg.errors import OutputError
from kg.runtime.files import BinaryWriter
from kg.runtime.processes import die_with_parent


class StoreLoader:
    """A store that fills as Turtle is written to it. Use it in a `with` statement, and `finish` in the end."""

    def __init__(self, folder: Path) -> None:
        command = "import sys; from kg.rdf.store_loader import load; load(sys.argv[1], int(sys.argv[2]))"
        arguments = [sys.executable, "-c", command, str(folder), str(os.getpid())]
        # A session of its own, so that Ctrl-C is the parent's.
        self._process = subprocess.Popen(  # noqa: S603 our own program
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
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
        """Hand on some of the Turtle."""
        try:
            return cast("IO[bytes]", self._process.stdin).write(data)
        except BrokenPipeError:
            raise self._failed() from None

    def finish(self, more: Sequence[Path]) -> int:
        """Load further Turtle files and give the number of triples in the store."""
        try:
            complaint = self._process.communicate()[1]
        except BrokenPipeError:
            raise self._failed() from None
        if self._process.returncode:
            raise self._failed(complaint)
        store = Store(str(self._folder))
        for path in more:
            store.bulk_load(path=str(path), format=RdfFormat.TURTLE)
        store.flush()
        return len(store)

    def _failed(self, complaint: bytes = b"") -> OutputError:
        self._process.wait()
        lines = complaint.decode("utf-8", "replace").strip().splitlines()
        reason = lines[-1] if lines else "killed, perhaps for want of memory"
        return OutputError(f"{self._folder}: the process that loads the store ended: {reason}; try --no-store")


class Tee:
    """Writes a dump to its file and to the store at once."""

    def __init__(self, file: BinaryWriter, filling: StoreLoader) -> None:
        self._file = file
        self._filling = filling

    def write(self, data: bytes) -> int:
        """Write to both."""
        self._filling.write(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Flush the file; the store has its own pace."""
        self._file.flush()


def load(folder: str, parent: int) -> None:
    """Load standard input into a new store: what the process does."""
    die_with_parent(parent)
    store = Store(folder)
    store.bulk_load(input=sys.stdin.buffer, format=RdfFormat.TURTLE)
    store.flush()
