"""A build that vanishes while it is served, a server that is killed, and pages that do not exist."""

import json
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.serving import Reply, Server, serving, until

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

FIGURES = "SELECT (COUNT(*) AS ?n) { ?figure a fabio:Figure }"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PATHS = ("/sparql?query=ASK%7B%7D", "/sparql", "/api/search?q=x", "/api/build", "/", "/query", "/health")


@pytest.fixture
def served(toy_build: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(toy_build, tmp_path / "exports"))


def remove(build: Path) -> None:
    shutil.rmtree(build)


def rename(build: Path) -> None:
    build.rename(build.with_name("elsewhere"))


def unlink_manifest(build: Path) -> None:
    (build / "manifest.json").unlink()


def cut_manifest(build: Path) -> None:
    text = (build / "manifest.json").read_bytes()
    (build / "manifest.json").write_bytes(text[: len(text) // 2])


def replace_manifest(build: Path) -> None:
    (build / "manifest.json").write_text("[]", encoding="utf-8")


GONE = "the build is gone: its folder was removed or renamed; the server shows the build again as soon as it is back"
INCOMPLETE = GONE.replace("gone: its folder was removed or renamed", "incomplete: its manifest.json was removed")


DAMAGED = GONE.replace("gone: its folder was removed or renamed", "damaged: its manifest.json is not one of kg")


@pytest.mark.parametrize(
    ("vanish", "reason"),
    [
        (remove, GONE),
        (rename, GONE),
        (unlink_manifest, INCOMPLETE),
        (cut_manifest, DAMAGED),
        (replace_manifest, DAMAGED),
    ],
)
def test_a_build_that_vanishes_is_503_with_the_reason_until_it_is_back(
    served: Path, toy_build: Path, tmp_path: Path, vanish: Callable[[Path], None], reason: str
) -> None:
    with serving(served, "--workers", "1", log=tmp_path / "log") as running:
        assert [running.ask("GET", path).status for path in PATHS] == [200] * len(PATHS)
        vanish(served)
        for path in PATHS:
            reply = running.ask("GET", path)
            assert (reply.status, reply.detail, reply.headers["retry-after"]) == (503, reason, "5"), path
            assert str(tmp_path) not in reply.body.decode()
        assert running.ask("GET", "/static/style.css").status == 200  # which the page of the error needs
        page = running.ask("GET", "/", Accept=BROWSER)
        assert (page.status, page.kind) == (503, "text/html; charset=utf-8")
        assert reason in page.body.decode()
        if served.exists():
            shutil.rmtree(served)
        shutil.copytree(toy_build, served)
        until(lambda: {running.ask("GET", path).status for path in PATHS} == {200})
        assert running.query(FIGURES).status == 200


def test_a_build_whose_tables_are_damaged_is_not_answered_from_the_one_before(
    served: Path, toy_build: Path, tmp_path: Path
) -> None:
    table, path = served / "tables" / "words.parquet", "/api/search?q=TP53"
    with serving(served, "--workers", "1", log=tmp_path / "log") as running:
        assert running.ask("GET", path).status == 200
        table.unlink()
        table.write_bytes(b"no table")
        (served / "manifest.json").touch()
        until(lambda: running.ask("GET", path).status == 503)
        assert running.ask("GET", path).detail == (
            "the tables of the build cannot be read: tables/words.parquet: damaged or unreadable; "
            "the operator of this server can make the build again"
        )
        table.unlink()
        shutil.copy(toy_build / "tables" / "words.parquet", table)
        assert running.ask("GET", path).status == 200  # at once


@pytest.mark.parametrize("part", ["store", "tables"])
def test_a_build_that_loses_a_part_tells_no_path_of_the_server(served: Path, tmp_path: Path, part: str) -> None:
    with serving(served, "--workers", "1", log=tmp_path / "log") as running:
        shutil.rmtree(served / part)
        (served / "manifest.json").touch()
        for path in (*PATHS, "/api/network?of=TP53", "/api/evidence?subject=TP53&object=MDM2"):
            reply = running.ask("GET", path)
            assert reply.status in {200, 404, 503}
            assert str(tmp_path) not in reply.body.decode()
        if part == "store":
            assert running.query(FIGURES).status == 503


def test_the_scratch_folder_of_a_killed_server_is_removed_by_the_next(
    served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (scratch := tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    before = sorted(served.rglob("*"))
    with serving(served, "--workers", "1", log=tmp_path / "log", code=-signal.SIGKILL) as running:
        assert running.ask("GET", "/api/search?q=x").status == 200
        (left,) = scratch.iterdir()
        running.process.kill()
    assert left.exists()
    with serving(served, "--workers", "1", log=tmp_path / "log") as running:
        assert running.ask("GET", "/api/search?q=x").status == 200
        (own,) = scratch.iterdir()
        assert own != left
    assert [*scratch.iterdir()] == []
    assert sorted(served.rglob("*")) == before  # nothing is written beside the scratch folder


# -- pages that do not exist


@pytest.fixture(scope="module")
def server(toy_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("pages") / "log"
    with serving(toy_build, "--workers", "1", "--root-path", "/pfocr", log=log) as running:
        yield running


def page(server: Server, path: str, method: str = "GET") -> Reply:
    return server.ask(method, path, Accept=BROWSER)


@pytest.mark.parametrize("path", ["/nothing", "/a/b/c", "/static/none.css", "/api/none", "/api/queries/x/y"])
def test_a_missing_page_is_a_page_for_browsers_and_json_for_others(server: Server, path: str) -> None:
    reply = page(server, path)
    assert (reply.status, reply.kind) == (404, "text/html; charset=utf-8")
    text = reply.body.decode()
    assert "<h1>There is no such page</h1>" in text
    assert 'href="/pfocr/"' in text
    assert 'href="/pfocr/query"' in text
    other = server.ask("GET", path, Accept="application/json")
    assert (other.status, other.detail) == (404, f"GET /pfocr{path}: Not Found")
    assert "Accept" in reply.headers["vary"]
    assert "Accept" in other.headers["vary"]


def test_another_method_is_a_page_with_the_methods(server: Server) -> None:
    reply = page(server, "/query", "DELETE")
    assert (reply.status, reply.kind, reply.headers["allow"]) == (405, "text/html; charset=utf-8", "GET, HEAD")
    assert "<h1>Method Not Allowed</h1>" in reply.body.decode()


def test_an_address_runs_nothing_in_the_page(server: Server) -> None:
    text = page(server, "/%3Cscript%3Ealert(1)%3C/script%3E$root${x}'%22").body.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text or "%3Cscript%3E" in text
    assert json.dumps("$root")[1:-1] in text
