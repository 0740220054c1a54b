"""Gzip on several threads: one member that every reader understands, with the same bytes for any number of threads."""

import gzip
import io
import random
import subprocess
from pathlib import Path

import pytest

from kg.runtime.parallel_gzip import BLOCK, ParallelGzip, gzip_file


def compressed(parts: list[bytes], threads: int) -> bytes:
    target = io.BytesIO()
    with ParallelGzip(target, threads) as file:
        for part in parts:
            assert file.write(part) == len(part)
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 5 * BLOCK + 7])
def test_the_bytes_depend_on_the_data_alone(size: int) -> None:
    data = b"".join(b"figure %d\n" % random.Random(number).randrange(1000) for number in range(size // 10 + 1))[:size]
    whole = compressed([data], 1)
    assert gzip.decompress(whole) == data
    assert compressed([data[start : start + 70_001] for start in range(0, size, 70_001)], 4) == whole
    assert len(whole) <= 1.02 * len(gzip.compress(data, 6, mtime=0)) + 64


def test_gzip_reads_it(tmp_path: Path) -> None:
    data = bytes(range(256)) * 20_000
    with gzip_file(tmp_path / "x.gz", 3) as file:
        file.write(data)
    assert subprocess.run(["gzip", "-dc", tmp_path / "x.gz"], capture_output=True, check=True).stdout == data


def test_an_error_ends_the_threads_and_no_member() -> None:
    target = io.BytesIO()

    def stopped() -> None:
        with ParallelGzip(target, 2) as file:
            file.write(b"x" * (3 * BLOCK))
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        stopped()
    with pytest.raises(EOFError):
        gzip.decompress(target.getvalue())
