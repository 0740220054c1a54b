"""Builds of sources in an object store: archives are copied, folders read where they are; moto is the server."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.corpus import genes, record, write_toy

import kg
from kg.errors import SourceError

pytest.importorskip("s3fs", reason="needs the extra s3")
pytest.importorskip("moto.server", reason="needs the extra test-s3")
pytest.importorskip("flask_cors", reason="needs the extra test-s3")

CORPUS = {
    "_figures/PMC1__a.md": record("PMC1__a"),
    "_figures/PMC2__b.c.md": record("PMC2__b.c"),
    "_data/PMC1__a-genes.tsv": genes(("p53", "P53", "TP53", "7157", "ncbigene_synonym")),
    "_organisms/human.md": "---\nlatin: Homo sapiens\n---\n",
    "_figures/.hidden.md": record("PMC3__hidden"),
    "citations.tsv": "citing\tcited\nPMC1\tPMC2\n",
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return the store through the library, with a bucket; credentials come from the environment only."""
    import s3fs

    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "someone",
        "AWS_SECRET_ACCESS_KEY": "hunter2",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    files = s3fs.S3FileSystem(use_listings_cache=False)
    files.mkdir("figures")
    yield files
    files.rm("figures", recursive=True)
    s3fs.S3FileSystem.clear_instance_cache()


def tables(build: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (build / "tables").iterdir()}


def packed(folder: Path) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as archive:
        for path in sorted(folder.rglob("*")):
            archive.add(path, path.relative_to(folder), recursive=False)
    return raw.getvalue()


def test_a_folder_an_archive_and_the_local_folder_give_the_same_tables(store: Any, tmp_path: Path) -> None:
    corpus = write_toy(tmp_path / "corpus", CORPUS)
    for name, text in CORPUS.items():
        store.pipe_file(f"figures/db/{name}", text.encode())
    body = packed(corpus)
    store.pipe_file("figures/records.tar.gz", body)
    kg.build(corpus, tmp_path / "local", store=False)
    kg.build("s3://figures/db/", tmp_path / "folder", store=False)
    result = kg.build("s3://figures/records.tar.gz", tmp_path / "archive", store=False)
    assert tables(tmp_path / "folder") == tables(tmp_path / "archive") == tables(tmp_path / "local")
    copy = {"address": "s3://figures/records.tar.gz", "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    assert result.manifest["input"]["downloads"] == [copy]
    folder, local = (json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("folder", "local"))
    assert folder["input"] == local["input"]
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"hunter2" not in path.read_bytes()


def test_a_copy_serves_until_the_object_changes(store: Any, tmp_path: Path) -> None:
    address, copies = "s3://figures/one.gmt", tmp_path / "copies"
    store.pipe_file("figures/one.gmt", b"PMC1__a\tTitle\t7157\t4193\t207\n")
    first = kg.build(address, tmp_path / "out", store=False, downloads=copies).manifest
    (path,) = copies.rglob("*.gmt")
    status = path.stat()
    assert kg.build(address, tmp_path / "out", store=False, downloads=copies).manifest == first
    assert path.stat().st_ctime_ns == status.st_ctime_ns
    store.pipe_file("figures/one.gmt", b"PMC1__a\tTitle\t7157\t4193\t207\t208\n")
    assert kg.build(address, tmp_path / "out", store=False, downloads=copies).manifest["counts"]["mentions"] == 4


def test_a_copy_goes_on_where_it_stopped(store: Any, tmp_path: Path) -> None:
    from kg.runtime.download import objects
    from kg.runtime.download.answers import Client
    from kg.runtime.progress import no_progress

    store.pipe_file("figures/x.gmt", b"0123456789")
    address = objects.address("s3://figures/x.gmt")
    done = objects.transfer(address, tmp_path, Client(), no_progress)
    assert done is not None
    assert (tmp_path / "part").read_bytes() == b"0123456789"
    (tmp_path / "part").write_bytes(b"ABCD")  # as a killed run would leave it, but for its letters
    assert objects.transfer(address, tmp_path, Client(), no_progress) == done
    assert (tmp_path / "part").read_bytes() == b"ABCD456789"
    assert objects.transfer(address, tmp_path, Client(), no_progress, done.marks) is None
    with pytest.raises(SourceError, match="it has 10 bytes, more than 9; --max-download SIZE allows more"):
        objects.transfer(address, tmp_path, Client(most=9), no_progress)


def test_a_sample_of_a_folder(store: Any, tmp_path: Path) -> None:
    for name, text in CORPUS.items():
        store.pipe_file(f"figures/db/{name}", text.encode())
    result = kg.build("s3://figures/db", tmp_path / "out", limit=1, store=False)
    assert result.manifest["input"]["sample"] == {"figures": 1, "of": 2}
    assert result.manifest["counts"]["figures"] == 1


def test_what_is_not_there_or_not_allowed_is_one_line(store: Any, tmp_path: Path) -> None:
    for address, message in {
        "s3://figures/absent.tar.gz": r"^s3://figures/absent\.tar\.gz: no such object",
        "s3://nobucket/x": r"^s3://nobucket/x: (no such object|cannot be read)",
        "s3://key:hunter2@figures/x": r"^s3://figures/x: write it as s3://BUCKET/PATH",
    }.items():
        with pytest.raises(SourceError, match=message):
            kg.build(address, tmp_path / "out", store=False)
    del store
