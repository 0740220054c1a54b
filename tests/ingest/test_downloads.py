"""Builds of sources on the web: archives, gene sets and tables by their addresses, and what the manifest says of them.

The whole example: the same records from a folder and from a server give the same tables.
"""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from helpers.corpus import record, write_toy
from helpers.web import Server, answer, cut, serving

import kg
from kg.cli.main import main
from kg.errors import SourceError
from kg.ingest.downloads import local
from kg.runtime.download.answers import Client


def packed(folder: Path) -> bytes:
    """Return a folder as a tar.gz."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.add(path, path.relative_to(folder), recursive=False)
    return gzip.compress(raw.getvalue(), mtime=0)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_toy(tmp_path / "toy")


@pytest.fixture
def server(corpus: Path) -> Iterator[Server]:
    with serving(packed(corpus)) as running:
        yield running


def manifest(build: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((build / "manifest.json").read_text())
    return content


def table_bytes(build: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (build / "tables").iterdir()}


def build(*arguments: object, folder: Path) -> tuple[int, str]:
    environment = {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "none")}
    result = CliRunner().invoke(main, ["build", *map(str, arguments), "-j", "1"], prog_name="kg", env=environment)
    return result.exit_code, result.stdout + result.stderr


def test_an_address_gives_the_build_of_the_folder(server: Server, corpus: Path, tmp_path: Path) -> None:
    address = server.url.replace("//", "//me:hunter2@") + "/archive/refs/heads/main.tar.gz?token=hunter2"
    code, text = build(address, "-o", tmp_path / "web", folder=tmp_path)
    assert code == 0, text
    shown = f"{server.url}/archive/refs/heads/main.tar.gz?..."
    digest = hashlib.sha256(server.body).hexdigest()
    assert text.startswith(f"downloaded  {shown}: {len(server.body):,} bytes, SHA-256 {digest[:12]}...\n")
    assert build(corpus, "-o", tmp_path / "local", folder=tmp_path)[0] == 0
    assert table_bytes(tmp_path / "web") == table_bytes(tmp_path / "local")
    web, on_disk = manifest(tmp_path / "web"), manifest(tmp_path / "local")
    assert web["input"].pop("downloads") == [{"address": shown, "bytes": len(server.body), "sha256": digest}]
    assert web == on_disk
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"hunter2" not in path.read_bytes(), path


def test_a_second_build_asks_once_and_does_nothing(server: Server, tmp_path: Path) -> None:
    address = f"{server.url}/main.tar.gz"
    assert build(address, "-o", tmp_path / "web", folder=tmp_path)[0] == 0
    before = (tmp_path / "web" / "manifest.json").stat()
    assert build(address, "-o", tmp_path / "web", folder=tmp_path)[0] == 0
    assert (tmp_path / "web" / "manifest.json").stat().st_mtime_ns == before.st_mtime_ns
    assert server.asked("if-none-match") == [None, '"one"']
    server.script = [answer(404)]
    code, text = build(address, "-o", tmp_path / "web", folder=tmp_path)
    assert (code, "(404 Not Found); the copy of last time is " in text) == (1, True)


def test_a_cut_download_goes_on_in_a_later_build(server: Server, tmp_path: Path) -> None:
    address, folder = f"{server.url}/main.tar.gz", tmp_path / "copies"
    client = Client(tries=1, wait=lambda _: None)
    server.script = [cut(500)]
    with pytest.raises(SourceError, match="the same command goes on after 500 bytes"), local([address], folder, client):
        pass
    result = kg.build(address, tmp_path / "web", downloads=folder, store=False)
    assert result.manifest["input"]["downloads"][0]["sha256"] == hashlib.sha256(server.body).hexdigest()
    assert server.asked("range") == [None, "bytes=500-"]


def test_the_library_removes_the_copy_unless_it_gets_a_folder(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    kg.build(f"{server.url}/main.tar.gz", tmp_path / "web", store=False)
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("path", ["/repos/o/r/tarball", "/files/7/content"])
def test_an_archive_is_recognised_by_its_first_bytes(server: Server, tmp_path: Path, path: str) -> None:
    with local([server.url + path], tmp_path / "copies") as sources:
        assert sources.paths[0].endswith(".tar.gz")
        assert Path(sources.paths[0]).read_bytes() == server.body


def test_gene_sets_and_single_records_have_their_names(tmp_path: Path) -> None:
    line = b"PMC1__a\tTitle\t7157\t4193\t207\n"
    with serving(line) as server:
        result = kg.build(f"{server.url}/pfocr-20261110-gmt-Homo_sapiens.gmt", tmp_path / "sets", store=False)
        assert result.manifest["counts"]["mentions"] == 3
    with serving(record("PMC1__a").encode()) as server:
        result = kg.build(f"{server.url}/PMC1__a.md", tmp_path / "one", store=False)
        assert result.manifest["input"]["records"] == 1


def test_a_page_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with (
        serving(b"<!doctype html><p>Log in") as server,
        pytest.raises(SourceError, match=r"/data: data is none that kg reads; \.tar\.gz, .*\.gmt"),
        local([f"{server.url}/data"], tmp_path / "copies"),
    ):
        pass


def test_a_damaged_archive_is_named_by_its_address_and_downloaded_again(server: Server, tmp_path: Path) -> None:
    good = server.body
    server.body = good[:-8] + b"\0" * 8
    address = f"{server.url}/main.tar.gz"
    message = rf"^{address}: damaged or not an archive \(.*; the next build downloads it again$"
    with pytest.raises(SourceError, match=message):
        kg.build(address, tmp_path / "web", downloads=tmp_path / "copies", store=False)
    server.body = good  # under the same mark
    kg.build(address, tmp_path / "web", downloads=tmp_path / "copies", store=False)
    assert server.asked("if-none-match") == [None, None]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "ftp://host/x.zip",
            "ftp://host/x.zip: only http, https and s3 are read; download it yourself, and give the file",
        ),
        ("https://me:pw@/x", "https:///x: not an address; write it as https://HOST/PATH"),
    ],
)
def test_other_addresses_are_refused(address: str, message: str, tmp_path: Path) -> None:
    assert build(address, "-o", tmp_path / "x", folder=tmp_path) == (1, f"kg: {message}\n")


def test_a_file_larger_than_allowed_is_refused(server: Server, tmp_path: Path) -> None:
    code, text = build(f"{server.url}/x.zip", "--max-download", "100", "-o", tmp_path / "x", folder=tmp_path)
    assert code == 1
    assert "bytes, more than 100; --max-download SIZE allows more" in text
    assert not (tmp_path / "x").exists()
