"""The same records by every way in, and inputs that are damaged, hostile or not there."""

import gzip
import io
import os
import pickle
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.corpus import MDM2, genes, record, write_toy

from kg.errors import RecordError, SourceError
from kg.ingest.entries import Entry
from kg.ingest.layout import MOST_HELD
from kg.ingest.sources import scan
from kg.ingest.unread import Unread

CORPUS = {
    "_data/PMC1__a-genes.tsv": genes(MDM2),
    "_data/wpid_map.tsv": "PMC1__a\tWP1\n",
    "_figures/PMC1__a.md": record("PMC1__a"),
    "_figures/PMC2__b.c.md": record("PMC2__b.c"),
}
WEBSITE = {
    "_organisms/human.md": "---\nlatin: Homo sapiens\n---\n",
    "_layouts/figure-page.html": "<p>",
    ".github/README.md": "# Hidden\n",
    "_figures/.PMC3__hidden.md": record("PMC3__hidden"),
    "_figures/.old/PMC3__hidden.md": record("PMC3__hidden"),
}


def bodies(*paths: Path | str) -> dict[str, bytes]:
    """Return the contents that `scan` yields by name; fail if a name comes twice."""
    found = [(entry.name, entry.read()) for entry in scan([str(path) for path in paths])]
    assert len(dict(found)) == len(found)
    return dict(found)


def refused(*paths: Path | str) -> dict[str, str]:
    """Return the reason why entries cannot be read, by name."""
    reasons = {}
    for entry in scan([str(path) for path in paths]):
        try:
            entry.read()
        except RecordError as error:
            reasons[error.file] = error.reason
    return reasons


def encoded(files: dict[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}


def tarred(files: dict[str, str], top: str = "", mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, text in files.items():
            member = tarfile.TarInfo(top + name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def zipped(files: dict[str, str], top: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(top + name, text)
    return buffer.getvalue()


def gzipped_tar(files: dict[str, str], top: str = "") -> bytes:
    return tarred(files, top, "w:gz")


def from_stdin(given: bytes) -> dict[str, bytes]:
    """Scan `-` in a process of its own, whose standard input is a pipe."""
    program = "import kg.ingest.sources, pickle, sys\n"
    program += "found = {entry.name: entry.read() for entry in kg.ingest.sources.scan(['-'])}\n"
    program += "sys.stdout.buffer.write(pickle.dumps(found))"
    done = subprocess.run([sys.executable, "-c", program], input=given, capture_output=True, check=True)
    found: dict[str, bytes] = pickle.loads(done.stdout)
    return found


# -- one way in as good as another


def test_a_folder_in_the_layout_of_the_database(tmp_path: Path) -> None:
    assert bodies(write_toy(tmp_path, CORPUS)) == encoded(CORPUS)


def test_the_other_folders_of_the_repository_are_left_alone(tmp_path: Path) -> None:
    assert bodies(write_toy(tmp_path, CORPUS | WEBSITE)) == encoded(CORPUS)


def test_entries_come_in_the_order_of_names(tmp_path: Path) -> None:
    write_toy(tmp_path, {"b.md": "", "a/c.md": "", "a/b.md": "", "c.md": ""})
    assert [entry.name for entry in scan([str(tmp_path)])] == ["a/b.md", "a/c.md", "b.md", "c.md"]


def test_a_plain_folder_gives_names_below_itself(tmp_path: Path) -> None:
    files = {"PMC1__a.md": record("PMC1__a"), "sub/PMC2__b.md": record("PMC2__b"), "_odd/x.md": "x"}
    assert bodies(write_toy(tmp_path, files | {".hidden.md": "", ".git/x.md": ""})) == encoded(files)


def test_single_files_are_named_by_their_last_part(tmp_path: Path) -> None:
    write_toy(tmp_path, CORPUS)
    files = [tmp_path / name for name in CORPUS]
    assert bodies(*files) == {name.rpartition("/")[2]: text.encode() for name, text in CORPUS.items()}


def test_a_pattern_gives_what_it_matches_in_order(tmp_path: Path) -> None:
    write_toy(tmp_path, CORPUS)
    assert list(bodies(f"{tmp_path}/_figures/*.md")) == ["PMC1__a.md", "PMC2__b.c.md"]
    assert list(bodies(f"{tmp_path}/**/*a*.tsv")) == ["PMC1__a-genes.tsv", "wpid_map.tsv"]


def test_a_file_with_brackets_in_its_name_is_no_pattern(tmp_path: Path) -> None:
    (tmp_path / "a[1].md").write_bytes(b"x")
    assert bodies(tmp_path / "a[1].md") == {"a[1].md": b"x"}


@pytest.mark.parametrize("top", ["", "./", "pfocr-database-main/", "a/b/"])
@pytest.mark.parametrize(
    ("name", "pack"), [("x.tar", tarred), ("x.tar.gz", gzipped_tar), ("x.TGZ", gzipped_tar), ("x.zip", zipped)]
)
def test_an_archive_of_the_repository(tmp_path: Path, name: str, pack: Callable[..., bytes], top: str) -> None:
    (tmp_path / name).write_bytes(pack(CORPUS | WEBSITE, top))
    assert bodies(tmp_path / name) == encoded(CORPUS)


def test_the_ending_of_an_archive_may_lie_about_its_kind(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(zipped(CORPUS))
    assert bodies(tmp_path / "x.tar") == encoded(CORPUS)
    (tmp_path / "x.tar").write_bytes(gzipped_tar(CORPUS))
    assert bodies(tmp_path / "x.tar") == encoded(CORPUS)


@pytest.mark.parametrize("pack", [tarred, gzipped_tar, zipped])
def test_an_archive_on_standard_input(pack: Callable[..., bytes]) -> None:
    assert from_stdin(pack(CORPUS | WEBSITE, "top/")) == encoded(CORPUS)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_several_records_on_standard_input(end: str, mark: str) -> None:
    records = [record("PMC1__a"), record("PMC2__b")]
    given = "".join(mark + each.replace("\n", end) for each in records)
    assert from_stdin(given.encode()) == {
        "stdin-1.md": (mark + records[0]).encode(),
        "stdin-2.md": (mark + records[1]).encode(),
    }


@pytest.mark.parametrize("given", [b"", b"no record", b"---\nfigid: PMC1__a\n"])
def test_anything_else_on_standard_input_is_one_entry(given: bytes) -> None:
    assert from_stdin(given) == {"stdin-1.md": given}


def test_sources_come_one_after_the_other(tmp_path: Path) -> None:
    write_toy(tmp_path, {"one/b.md": "1", "two/a.md": "2"})
    assert list(bodies(tmp_path / "two", tmp_path / "one" / "b.md")) == ["a.md", "b.md"]


# -- files that are none


def test_links_to_folders_are_not_followed_so_a_loop_ends(tmp_path: Path) -> None:
    write_toy(tmp_path, {"a.md": "x"})
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "loop.md").symlink_to(tmp_path)
    (tmp_path / "self.md").symlink_to("self.md")
    (tmp_path / "dangling.md").symlink_to("nowhere")
    (tmp_path / "good.md").symlink_to("a.md")
    assert refused(tmp_path) == {
        "loop": "cannot be read: Is a directory",
        "loop.md": "cannot be read: Is a directory",
        "self.md": "cannot be read: Too many levels of symbolic links",
        "dangling.md": "cannot be read: No such file or directory",
    }
    assert next(entry for entry in scan([str(tmp_path)]) if entry.name == "good.md").read() == b"x"


def test_a_folder_named_like_a_record_is_a_folder(tmp_path: Path) -> None:
    write_toy(tmp_path, {"x.md/PMC1__a.md": "1"})
    assert bodies(tmp_path) == {"x.md/PMC1__a.md": b"1"}


@pytest.mark.skipif(not Path("/proc/version").is_file(), reason="needs a file that has more bytes than its size says")
def test_a_file_with_more_bytes_than_its_size_is_read_whole() -> None:
    assert Path("/proc/version").stat().st_size == 0
    assert Entry("version.md", path="/proc/version").read() == Path("/proc/version").read_bytes() != b""


def test_pipes_sockets_and_devices_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "null.md").symlink_to("/dev/null")
    assert refused(tmp_path) == {
        "pipe.md": "cannot be read: not a regular file",
        "null.md": "cannot be read: not a regular file",
    }


def test_a_file_that_vanishes_after_the_listing_costs_only_itself(tmp_path: Path) -> None:
    write_toy(tmp_path, {"a.md": "1", "b.md": "2"})
    first, second = scan([str(tmp_path)])
    (tmp_path / "a.md").unlink()
    with pytest.raises(RecordError, match=r"^a\.md: cannot be read: No such file or directory$"):
        first.read()
    assert second.read() == b"2"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Yield a folder that other users may enter, because only the owner may enter those of `tmp_path`."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.skipif(os.name != "posix" or not shutil.which("setpriv"), reason="needs setpriv to become nobody")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() != 0, reason="only root can become nobody")
def test_what_permissions_forbid_is_named(open_folder: Path) -> None:
    corpus = write_toy(open_folder, {"a.md": "1", "b.md": "2", "shut/c.md": "3", "outside/d.md": "4"})
    (corpus / "b.md").chmod(0)
    (corpus / "shut").chmod(0)
    (corpus / "outside").chmod(0)
    program = f"""
import sys
from kg.errors import KgError
from kg.ingest.layout import MOST_HELD
from kg.ingest.sources import scan
from kg.ingest.unread import Unread
for source in ({str(corpus)!r}, {str(corpus / "outside" / "d.md")!r}):
    try:
        for entry in scan([source]):
            try:
                print(entry.name, entry.read())
            except KgError as error:
                print(error)
    except KgError as error:
        print(str(error).rpartition("/")[2])
"""
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-c", program]
    done = subprocess.run(nobody, capture_output=True, text=True, check=False, cwd="/")
    if "No module named 'kg'\n" in done.stderr or "Permission denied" in done.stderr:
        pytest.skip("nobody may not read this checkout")
    assert done.stdout.splitlines() == [
        "a.md b'1'",
        "b.md: cannot be read: Permission denied",
        "outside: cannot be listed: Permission denied",
        "shut: cannot be listed: Permission denied",
        "d.md: Permission denied; give a folder of records, an archive, or - for stdin",
    ]


def test_a_name_that_is_no_utf8_is_made_printable(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/PMC1__\xff.md"
    Path(os.fsdecode(path)).write_bytes(b"x")
    assert bodies(tmp_path) == {"PMC1__\ufffd.md": b"x"}
    assert bodies(os.fsdecode(path)) == {"PMC1__\ufffd.md": b"x"}


def test_files_over_the_limit_are_refused_and_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.parsers.figures.FigureParser.max_bytes", 1024**2)
    files = {"big.md": "x" * (1024**2 + 1), "small.md": "x" * 1024**2}
    write_toy(tmp_path / "folder", files)
    (tmp_path / "x.tar").write_bytes(tarred(files))
    (tmp_path / "x.zip").write_bytes(zipped(files))
    assert refused(tmp_path / "folder") == {"big.md": "cannot be read: larger than 1 MiB"}
    assert refused(tmp_path / "x.tar") == {"big.md": "larger than 1 MiB"}
    assert refused(tmp_path / "x.zip") == {"big.md": "larger than 1 MiB"}


# -- sources that are none


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nowhere", "nowhere: No such file or directory; give a folder of records, an archive, or - for stdin"),
        ("nowhere.zip", "nowhere.zip: No such file or directory; give a folder of records, an archive, or - for stdin"),
        ("", ": No such file or directory; give a folder of records, an archive, or - for stdin"),
        ("a\0b", "a\0b: embedded null byte; give a folder of records, an archive, or - for stdin"),
        ("*.none", "*.none: no file matches this pattern; quote it only if kg is to expand it"),
    ],
)
def test_a_source_that_does_not_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError) as caught:
        list(scan([source]))
    assert str(caught.value) == message


def test_a_name_too_long_for_the_system() -> None:
    with pytest.raises(SourceError, match="File name too long; give a folder"):
        list(scan(["x" * 5000]))


def test_an_empty_folder_has_no_entries(tmp_path: Path) -> None:
    assert list(scan([str(tmp_path)])) == []
    (tmp_path / "_figures").mkdir()
    assert list(scan([str(tmp_path)])) == []


# -- damaged and hostile archives

LONG = {f"_figures/PMC{number}__a.md": record(f"PMC{number}__a") * 20 for number in range(5)}


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.zip"])
@pytest.mark.parametrize("body", [b"", b"x", b"not an archive" * 100, b"\x1f\x8b", b"PK\x03\x04", b"\0" * 100])
def test_a_file_that_is_no_archive(tmp_path: Path, name: str, body: bytes) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(SourceError, match=r"damaged or not an archive .*; the build was stopped"):
        list(scan([str(tmp_path / name)]))


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.zip"])
def test_an_archive_cut_off_anywhere_is_an_error(tmp_path: Path, name: str) -> None:
    body = {"x.tar": tarred, "x.tar.gz": gzipped_tar, "x.zip": zipped}[name](LONG)
    end = len(body.rstrip(b"\0")) if name == "x.tar" else len(body)  # a tar ends in blocks of zeros
    path = tmp_path / name
    for cut in {*range(0, end, max(1, end // 60)), *range(0, end, 512), end - 1}:
        path.write_bytes(body[:cut])
        with pytest.raises(SourceError, match="damaged or not an archive"):
            list(scan([str(path)]))


@pytest.mark.parametrize("name", ["x.tar.gz", "x.zip"])
def test_a_changed_byte_is_an_error_or_changes_nothing(tmp_path: Path, name: str) -> None:
    body = {"x.tar.gz": gzipped_tar, "x.zip": zipped}[name](LONG)
    path = tmp_path / name
    errors = 0
    names = [body.rindex(member.encode()) for member in LONG] if name == "x.zip" else []  # no checksum covers these
    for place in range(len(body)):
        if any(start <= place < start + len("_figures/PMC0__a.md") for start in names):
            continue
        path.write_bytes(body[:place] + bytes([body[place] ^ 0x55]) + body[place + 1 :])
        try:
            found = bodies(path)
        except (SourceError, RecordError):
            errors += 1
        else:
            assert found == encoded(LONG), place
    assert errors > len(body) // 2


def test_a_damaged_header_inside_a_tar_is_no_silent_end(tmp_path: Path) -> None:
    body = bytearray(tarred(LONG))
    second = 512 + -(-len(LONG["_figures/PMC0__a.md"]) // 512) * 512
    body[second] ^= 0x55
    (tmp_path / "x.tar").write_bytes(body)
    with pytest.raises(SourceError, match="bad checksum where a member or the end mark should be"):
        list(scan([str(tmp_path / "x.tar")]))


@pytest.mark.parametrize(("name", "pack"), [("x.tar", tarred), ("x.zip", zipped)])
def test_names_that_climb_out_are_only_names(tmp_path: Path, name: str, pack: Callable[..., bytes]) -> None:
    files = {"../up.md": "1", "/root.md": "2", "a/../../b.md": "3"}
    (tmp_path / name).write_bytes(pack(files))
    assert bodies(tmp_path / name) == {"up.md": b"1", "root.md": b"2", "a/b.md": b"3"}
    (tmp_path / name).write_bytes(pack({"x/_figures/../../PMC1__a.md": "4"}))
    assert bodies(tmp_path / name) == {"_figures/PMC1__a.md": b"4"}
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("name", "pack"), [("x.tar", tarred), ("x.zip", zipped)])
def test_beside_the_folders_of_an_archive_only_tables_are_read(
    tmp_path: Path, name: str, pack: Callable[..., bytes]
) -> None:
    files = {"1.csv": "1", "README.md": "2", "_figures/PMC1__a.md": "3", "assets/b.txt": "4", "c/d.tsv.gz": "5"}
    (tmp_path / name).write_bytes(pack({f"database-main/{member}": body for member, body in files.items()}))
    beside = Unread()
    names = [entry.name for entry in scan([str(tmp_path / name)], beside=beside)]
    assert names == ["1.csv", "_figures/PMC1__a.md", "c/d.tsv.gz"]
    assert beside.listed() == "1 in assets (assets/b.txt), 1 in the folder itself (README.md)"


def test_an_archive_without_the_folders_is_read_whole(tmp_path: Path) -> None:
    files = {f"set/{number:04}.md": "1" for number in range(MOST_HELD + 2)}
    (tmp_path / "x.tar").write_bytes(tarred(files))
    assert list(bodies(tmp_path / "x.tar")) == list(files)
    (tmp_path / "x.tar").write_bytes(tarred(files | {"set/_figures/PMC1__a.md": "2", "set/late.md": "3"}))
    assert list(bodies(tmp_path / "x.tar")) == [*files, "_figures/PMC1__a.md", "set/late.md"]


def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        for name, kind in (("l.md", tarfile.SYMTYPE), ("h.md", tarfile.LNKTYPE), ("d.md", tarfile.CHRTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
        folder = tarfile.TarInfo("folder.md")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
    assert refused(tmp_path / "x.tar") == dict.fromkeys(
        ("l.md", "h.md", "d.md"), "a link, device or file with holes inside an archive is not read"
    )


def test_an_encrypted_zip_is_an_error(tmp_path: Path) -> None:
    body = bytearray(zipped({"a.md": "x"}))
    central = body.index(b"PK\x01\x02")
    body[6] |= 1
    body[central + 8] |= 1
    (tmp_path / "x.zip").write_bytes(body)
    with pytest.raises(SourceError, match="password required"):
        list(scan([str(tmp_path / "x.zip")]))


def test_a_gzip_of_something_else_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.tar.gz").write_bytes(gzip.compress(b"text"))
    with pytest.raises(SourceError, match="damaged or not an archive"):
        list(scan([str(tmp_path / "x.tar.gz")]))


def test_an_entry_reads_its_bytes_its_file_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    assert Entry("x", path=str(tmp_path / "a")).read() == b"1"
    assert Entry("x", body=b"").read() == b""
    with pytest.raises(RecordError, match=r"^x: why$"):
        Entry("x", refused="why").read()


def test_a_file_that_two_sources_reach_is_read_once(tmp_path: Path) -> None:
    folder = write_toy(tmp_path / "in", {"_figures/PMC1__a.md": "x", "_figures/PMC2__b.md": "y"})
    (tmp_path / "link").symlink_to(folder)
    sources = [str(folder / "_figures" / "PMC2__b.md"), str(folder), str(tmp_path / "link")]
    assert [entry.name for entry in scan(sources)] == ["PMC2__b.md", "_figures/PMC1__a.md"]
