"""Gzip on several threads: one member, whose bytes depend on the data alone.

The data is cut into blocks of one size. Each is compressed on a thread with the end of the block before it as the
dictionary, so that little is lost by the cuts. zlib lets other threads run meanwhile.
"""

import os
import struct
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from kg.runtime.files import BinaryWriter

BLOCK = 1 << 20
"""Bytes of a block; its size and not the number of threads decides the bytes of the output."""

WINDOW = 32_768
"""Bytes to which deflate can refer back."""

_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Header without a name and a time, of an unknown system."""

_RAW = -15
"""Bits of the window, negative where zlib writes neither header nor checksum."""


class ParallelGzip:
    """Writer that compresses into another writer. Use it in a `with` statement, which ends the member."""

    def __init__(self, file: BinaryWriter, threads: int = 1, level: int = 6) -> None:
        self._file = file
        self._level = level
        self._pool = ThreadPoolExecutor(threads)
        self._most = 2 * threads
        self._waiting: deque[Future[bytes]] = deque()
        self._block = bytearray()
        self._before = b""
        self._crc = 0
        self._size = 0

    def __enter__(self) -> Self:
        self._file.write(_HEAD)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._submit(bytes(self._block), last=True)
                self._pass_on(0)
                self._file.write(struct.pack("<II", self._crc, self._size & 0xFFFFFFFF))
        finally:
            self._pool.shutdown(cancel_futures=True)

    def write(self, data: bytes) -> int:
        """Write bytes; return their number."""
        self._crc = zlib.crc32(data, self._crc)
        self._size += len(data)
        self._block += data
        while len(self._block) > BLOCK:
            self._submit(bytes(self._block[:BLOCK]), last=False)
            del self._block[:BLOCK]
        return len(data)

    def flush(self) -> None:
        """Return at once, because a block is compressed when it is full."""

    def _submit(self, block: bytes, *, last: bool) -> None:
        self._waiting.append(self._pool.submit(_compressed, block, self._before, self._level, last=last))
        self._before = block[-WINDOW:]
        self._pass_on(self._most)

    def _pass_on(self, most: int) -> None:
        """Write the finished blocks in order until at most `most` wait."""
        while len(self._waiting) > most:
            self._file.write(self._waiting.popleft().result())


def _compressed(block: bytes, before: bytes, level: int, *, last: bool) -> bytes:
    deflate = zlib.compressobj(level, zlib.DEFLATED, _RAW, zdict=before)
    return deflate.compress(block) + deflate.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)


@contextmanager
def gzip_file(path: Path, threads: int | None = None) -> Iterator[BinaryWriter]:
    """Open a new file that is compressed by `threads` threads, by default one for each core."""
    with path.open("wb") as raw, ParallelGzip(raw, threads or os.cpu_count() or 1) as file:
        yield file
