"""Archives and standard input that are too much: refused as soon as a limit is passed, with the member's name."""

import gzip
import io
import itertools
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from click.testing import CliRunner
from helpers.corpus import record, write_toy
from hypothesis import given
from hypothesis import strategies as st

from kg.cli.main import main
from kg.errors import SourceError
from kg.ingest import archives
from kg.ingest.archives import FLOOR, stream
from kg.ingest.sources import scan
from kg.ingest.unread import Unread

MIB = 1024 * 1024
ZEROS = b"\0" * MIB


def zipped(path: Path, *members: tuple[str, int]) -> Path:
    """Write a zip file with members of so many MiB, all zero."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, size in members:
            with archive.open(name, "w", force_zip64=True) as file:
                for _ in range(size):
                    file.write(ZEROS)
    return path


def tarred(path: Path, *members: tuple[str, int]) -> Path:
    """Write a tar.gz with members of so many MiB, all zero."""
    with gzip.open(path, "wb", compresslevel=6) as file, tarfile.open(fileobj=file, mode="w|") as archive:
        for name, size in members:
            member = tarfile.TarInfo(name)
            member.size = size * MIB
            archive.addfile(member, io.BytesIO(bytes(member.size)))
    return path


def refusal(*arguments: object) -> str:
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1), result.output
    return result.stderr


# -- archives


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
def test_an_archive_that_unpacks_to_too_much_is_refused_at_the_member(tmp_path: Path, name: str) -> None:
    members = [(f"_data/PMC{number}__a-genes.tsv", 40) for number in range(3)]
    path = (zipped if name == "x.zip" else tarred)(tmp_path / name, *members)
    found = scan([str(path)])
    assert next(found).name == "_data/PMC0__a-genes.tsv"
    with pytest.raises(SourceError) as caught:
        next(found)
    member = "_data/PMC1__a-genes.tsv"
    assert str(caught.value) == (
        f"{path}: {member}: the archive unpacks to more than 200 times its size; --max-archive SIZE allows more"
    )
    assert len(list(scan([str(path)], max_archive=200 * MIB))) == 3
    with pytest.raises(SourceError, match=r"more than 52,428,800 bytes; a larger --max-archive"):
        list(scan([str(path)], max_archive=50 * MIB))


def test_the_limit_is_an_option_of_both_commands_that_read_archives(tmp_path: Path) -> None:
    folder = write_toy(tmp_path / "toy", {"_figures/PMC1__a.md": record("PMC1__a")})
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as archive:
        archive.add(folder, ".")
    for command in ("build", "-o", tmp_path / "exports"), ("lexicon", "learn", "--folder", tmp_path):
        assert "unpacks to more than 1,024 bytes" in refusal(*command, "--max-archive", "1KiB", tmp_path / "x.tar.gz")
    arguments = ("build", "-q", "-o", str(tmp_path / "exports"), "--max-archive", "1MiB", str(tmp_path / "x.tar.gz"))
    assert CliRunner().invoke(main, arguments).exit_code == 0


def test_a_record_larger_than_any_is_refused_by_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "x.zip", *((f"PMC{number}__a.md", 20) for number in range(20)))
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # nothing is unpacked
    assert {entry.refused for entry in scan([str(path)])} == {"larger than 8 MiB"}


def test_a_member_that_no_parser_reads_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "x.zip", ("inner.zip", 100), ("inner.tar.gz", 100), ("PMC1__a.jpg", 100))
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    assert {entry.body for entry in scan([str(path)])} == {b""}


def test_a_member_that_is_skipped_counts_too(tmp_path: Path) -> None:
    path = tarred(tmp_path / "x.tar.gz", (".hidden/big", 100), ("PMC1__a.md", 0))
    with pytest.raises(SourceError, match=r"x\.tar\.gz: \.hidden/big: the archive unpacks to more than 200 times"):
        list(scan([str(path)]))


def test_what_follows_the_end_of_a_tar_counts_too(tmp_path: Path) -> None:
    path = tarred(tmp_path / "x.tar.gz", ("PMC1__a.md", 0))
    with gzip.open(path, "ab") as file:
        for _ in range(100):
            file.write(ZEROS)
    with pytest.raises(SourceError, match=r"PMC1__a\.md: the archive unpacks"):
        list(scan([str(path)]))


def test_a_zip_that_hides_the_size_of_a_member_is_damaged_and_stays_small(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", ("PMC1__a.md", 200))
    body = path.read_bytes()
    body = body.replace(struct.pack("<I", 200 * MIB), struct.pack("<I", 100)).replace(
        struct.pack("<Q", 200 * MIB), struct.pack("<Q", 100)
    )
    path.write_bytes(body)
    assert peak_after(f"list(scan([{str(path)!r}]))").startswith(f"{path}: damaged or not an archive (Bad CRC-32")


def test_members_that_share_their_bytes_count_each(tmp_path: Path) -> None:
    """A list of 1,000 members of 8 MiB, which all are the same place in the file: 8 kB for 8 GB."""
    name, packed = b"PMC1__a.md", zlib.compress(bytes(8 * MIB), 9)[2:-4]
    crc = zlib.crc32(bytes(8 * MIB))
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(packed), 8 * MIB, len(name), 0)
    local = b"PK\x03\x04" + fields + name + packed
    central = (b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name) * 1000
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1000, 1000, len(central), len(local), 0)
    (tmp_path / "x.zip").write_bytes(local + central + end)
    found = itertools.islice(scan([str(tmp_path / "x.zip")]), FLOOR // (8 * MIB) + 1)
    with pytest.raises(SourceError, match=r"x\.zip: (PMC1__a\.md: the archive unpacks|damaged)"):
        list(found)


def test_a_name_of_many_bytes_in_a_tar_is_refused(tmp_path: Path) -> None:
    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 8 * 1024**3
    (tmp_path / "x.tar").write_bytes(long.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    with pytest.raises(SourceError, match=r"damaged or not an archive \(a name of 8,589,934,592 bytes\)"):
        list(scan([str(tmp_path / "x.tar")]))


# -- standard input


def peak_after(code: str, given: Iterator[bytes] = iter(())) -> str:
    """Run code in a process whose memory may grow by 100 MiB; return the error that it ends with."""
    program = (
        "import resource, sys\nfrom kg.ingest.sources import scan\nfrom kg.errors import KgError\n"
        "from kg.parsers import installed\ninstalled()\n"
        "pages = int(open('/proc/self/statm').read().split()[0])\n"
        "most = pages * resource.getpagesize() + (100 << 20)\n"
        "resource.setrlimit(resource.RLIMIT_AS, (most, most))\n"
        f"try:\n    {code}\nexcept KgError as error:\n    print(error, end='')\n"
    )
    command = [sys.executable, "-c", program]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    assert process.stdin
    assert process.stdout
    try:
        for chunk in given:
            process.stdin.write(chunk)
    except BrokenPipeError:  # it has ended already
        pass
    process.stdin.close()
    said = process.stdout.read().decode()
    process.stdout.close()
    assert process.wait() == 0
    return said


def test_a_line_without_end_on_standard_input_is_refused_at_once() -> None:
    said = peak_after("list(scan(['-']))", itertools.repeat(b"x" * MIB))  # the generator has no end
    assert said == (
        "stdin-1.md: larger than 8 MiB; a record has a few kilobytes and begins at a line ---; the build was stopped"
    )


def test_records_without_end_are_read_one_by_one() -> None:
    records = itertools.chain((record(f"PMC{number}__a").encode() for number in range(500)), [b"---\n" + ZEROS] * 200)
    said = peak_after("[print(entry.name) for entry in scan(['-'])]", records)
    assert said.splitlines()[:500] == [f"stdin-{number}.md" for number in range(1, 501)]
    assert said.splitlines()[-1].startswith("stdin-5")


def test_a_zip_on_standard_input_is_not_held_in_memory(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("PMC1__a.md", record("PMC1__a"))
        archive.writestr("picture.jpg", os.urandom(MIB) * 200)
    with (tmp_path / "x.zip").open("rb") as file:
        said = peak_after("[print(entry.name) for entry in scan(['-'])]", iter(lambda: file.read(MIB), b""))
    assert said.split() == ["PMC1__a.md", "picture.jpg"]


def test_a_zip_on_standard_input_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_SPOOLED", 3 * MIB)
    endless = io.BufferedReader(Endless(b"PK\x03\x04"))
    with pytest.raises(SourceError, match="stdin: a zip file of more than 3,145,728 bytes; give it as a file"):
        list(stream(endless, "stdin", None, Unread()))


class Endless(io.RawIOBase):
    """Some bytes, again and again."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        view[:] = (self._body * (len(view) // len(self._body) + 1))[: len(view)]
        return len(view)


class Dribble:
    """A pipe that gives a few bytes at a time."""

    def __init__(self, body: bytes, chunk: int) -> None:
        self._file, self._chunk = io.BytesIO(body), chunk

    def read(self, size: int) -> bytes:
        return self._file.read(min(size, self._chunk))


PIECES = st.sampled_from(["---", "---  ", "\ufeff---", "\n", "\r\n", "\r", "a: b", "--- x", " ---", "x" * 7, ""])


@given(st.lists(PIECES).map("".join), st.integers(1, 9))
def test_a_text_is_split_at_every_second_fence_however_it_arrives(text: str, chunk: int) -> None:
    body = text.encode()
    found = [entry.body for entry in stream(cast("BinaryIO", Dribble(body, chunk)), "stdin", None, Unread())]
    lines = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").splitlines(keepends=True)
    fences = [at for at, line in enumerate(lines) if line.decode().lstrip("\ufeff").rstrip(" \n") == "---"][::2]
    starts = fences or [0]
    ends = [*starts[1:], len(lines)]
    assert found == [b"".join(lines[start:end]) for start, end in zip(starts, ends, strict=True)]
