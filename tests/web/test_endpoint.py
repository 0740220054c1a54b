"""`kg serve`: how it starts, whom it answers, what happens when its build is made again, and how it stops."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from helpers.corpus import TOY, write_toy
from helpers.serving import WAIT, Reply, Server, serving, until, until_busy

from kg.building.release import release
from kg.cli.main import main
from kg.cli.options import Size
from kg.runtime import plugins

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

FIGURES = "SELECT (COUNT(*) AS ?n) { ?figure a fabio:Figure }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ELSEWHERE = "http://127.0.0.1:{port}/sparql"


@pytest.fixture(scope="module")
def server(toy_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = ("--workers", "1", "--timeout", "3600", "--root-path", "/pfocr", "--allow-host", "kg.example.org")
    with serving(toy_build, *options, log=tmp_path_factory.mktemp("serve") / "log") as running:
        yield running


# -- starting


def test_it_says_what_to_open(server: Server) -> None:
    shown = f"http://127.0.0.1:{server.port}/pfocr"
    assert server.said == f"explorer    {shown}/\nSPARQL      {shown}/sparql\nstop        Ctrl-C\n"


def refusal(*arguments: object) -> tuple[int, str]:
    """Return the exit code and the last line that a command prints when it does not start."""
    result = CliRunner().invoke(main, ["serve", *map(str, arguments)])
    assert result.stdout == ""
    return result.exit_code, result.stderr.strip().split("\n")[-1]


def test_a_port_that_is_taken_is_one_line(toy_build: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refusal(toy_build, "--port", port) == (
            1,
            f"kg: 127.0.0.1 port {port}: Address already in use; choose with --host and --port",
        )


def test_a_folder_without_a_build_is_one_line(tmp_path: Path) -> None:
    code, line = refusal(tmp_path / "none")
    assert (code, line) == (1, f"kg: {tmp_path}/none: no build here; make one with: kg build SOURCE -o {tmp_path}/none")


def test_a_build_without_a_store_is_served_but_for_sparql(tmp_path: Path) -> None:
    toy, build = write_toy(tmp_path / "toy"), tmp_path / "exports"
    release([str(toy)], build, with_store=False)
    missing = "this build has no store, so that no SPARQL query can be answered"
    with serving(build, "--workers", "1", log=tmp_path / "log") as running:
        assert "kg: note: this build has no store: the explorer works" in (tmp_path / "log").read_text()
        assert running.ask("GET", "/health").body == b"ok"
        assert running.ask("GET", "/").status == running.ask("GET", "/query").status == 200
        network = json.loads(running.ask("GET", "/api/network?of=TP53&min_figures=1").body)
        assert {node["data"]["name"] for node in network["elements"]["nodes"]} >= {"TP53", "MDM2"}
        assert running.ask("GET", "/vocab", accept="text/html").status == 200
        assert b"sparqlEndpoint" not in running.ask("GET", "/.well-known/void").body
        for path in (
            "/sparql",
            "/describe?iri=https%3A%2F%2Fidentifiers.org%2Fncbigene%2F7157",
            "/co/ncbigene:4193_ncbigene:7157",
        ):
            reply = running.ask("GET", path)
            assert (reply.status, reply.detail) == (501, missing)
        reply = running.query(FIGURES)
        assert (reply.status, reply.detail) == (501, missing)
        release([str(toy)], build)  # the same server answers queries as soon as there is a store
        until(lambda: running.query(FIGURES).status == 200)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--memory-limit", "much", "'much' is not a size; give one such as 64KiB, 500MB or 2GiB"),
        ("--max-results", "0", "'0' is not a size"),
        ("--max-query", "-1KB", "'-1KB' is not a size"),
        ("--workers", "0", "0 is not in the range 1<=x<=512"),
        ("--timeout", "0", "0.0 is not in the range 0<x<=86400"),
        ("--port", "70000", "70000 is not in the range 0<=x<=65535"),
        ("--max-waiting", "-1", "-1 is not in the range x>=0"),
        ("--proxy", "nginx", "'nginx' is not an address such as 10.0.0.5 or 10.0.0.0/24"),
        ("--root-path", "pfocr/", "'pfocr/' is not a path such as /pfocr"),
        ("--allow-federation", "http://x/", "'http://x/' is not a host such as sparql.wikipathways.org"),
        ("--allow-host", "x:80", "'x:80' is not a host"),
    ],
)
def test_a_wrong_option_is_named(option: str, value: str, message: str) -> None:
    code, line = refusal(option, value)
    assert code == 2
    assert message in line


def test_an_address_of_nobody_is_one_line(toy_build: Path) -> None:
    code, line = refusal(toy_build, "--host", "256.0.0.1")
    assert (code, line[:22]) == (1, "kg: 256.0.0.1 port 800")


def test_sizes_are_read_as_people_write_them() -> None:
    sizes = {"10": 10, "64KiB": 65_536, "64 kib": 65_536, "1.5KB": 1500, "2GiB": 2 << 30, "500mb": 500_000_000}
    assert {text: Size().convert(text, None, None) for text in sizes} == sizes


def test_an_old_library_of_tools_is_of_their_extra(toy_build: Path, tmp_path: Path) -> None:
    (tmp_path / "mcp").mkdir()
    (tmp_path / "mcp" / "__init__.py").touch()
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-m", "kg", "serve", str(toy_build), "--mcp"],
        capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    command = plugins.install_command("mcp")
    assert done.stderr == f"kg: kg serve needs mcp.server, which is not installed; install it with: {command}\n"


def test_without_its_extra_it_says_how_to_get_it(toy_build: Path, tmp_path: Path) -> None:
    (tmp_path / "starlette.py").write_text("raise ModuleNotFoundError(name='starlette')", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-m", "kg", "serve", str(toy_build)],
        capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    command = plugins.install_command("serve")
    assert done.stderr == f"kg: kg serve needs starlette, which is not installed; install it with: {command}\n"


# -- whom it answers, and what it says to browsers


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:80", "[::1]:8000", "LocalHost:1", "kg.example.org"])
def test_it_answers_to_its_own_names(server: Server, host: str) -> None:
    assert server.ask("GET", "/health", Host=host).body == b"ok"


@pytest.mark.parametrize("host", ["attacker.example", "127.0.0.1.attacker.example:8000", "0.0.0.0", "localhost@x"])
def test_it_does_not_answer_to_the_name_of_another(server: Server, host: str) -> None:
    reply = server.query(FIGURES, Host=host)
    assert reply.status == 421
    assert reply.detail.startswith(f"Host {host!r}: this server is localhost, ")


def test_a_page_of_another_site_is_told_nothing(server: Server) -> None:
    reply = server.query(FIGURES, Origin="https://elsewhere.example")
    assert [name for name in reply.headers if name.startswith("access-control")] == []
    asked_first = {"Origin": "https://elsewhere.example", "Access_Control_Request_Method": "POST"}
    preflight = server.ask("OPTIONS", "/sparql", **asked_first)
    assert [name for name in preflight.headers if name.startswith("access-control")] == []


def test_pages_take_nothing_from_elsewhere(server: Server) -> None:
    for path in ("/", "/sparql", "/none"):
        headers = server.ask("GET", path).headers
        assert headers["content-security-policy"].startswith("default-src 'self'; img-src 'self' data:; ")
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
        assert "server" not in headers


@pytest.mark.parametrize(
    ("path", "kind"), [("/", "text/html"), ("/query", "text/html"), ("/api/build", "application/json")]
)
def test_the_pages_and_what_they_ask_are_there(server: Server, path: str, kind: str) -> None:
    reply = server.ask("GET", path)
    assert (reply.status, reply.kind.partition(";")[0]) == (200, kind)


def test_a_page_that_has_not_changed_is_not_sent_again(server: Server) -> None:
    for path in ("/", "/static/index.html"):
        first = server.ask("GET", path)
        again = server.ask("GET", path, If_None_Match=first.headers["etag"])
        assert (again.status, again.body, first.headers["cache-control"]) == (304, b"", "no-cache")


@pytest.mark.parametrize("path", ["/none", "/static/../app.py", "/static/%2e%2e/app.py", "/api/none"])
def test_what_is_not_there_is_404(server: Server, path: str) -> None:
    assert server.ask("GET", path).status == 404


# -- limits


def test_a_client_that_leaves_takes_its_query_along(server: Server) -> None:
    before = server.workers()
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(f"GET /sparql?{urlencode({'query': ENDLESS})} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        until_busy(*before)
    until(lambda: before - server.workers())  # long before the hour that a query may take here
    assert server.query(FIGURES).rows() == [{"n": "4"}]


def test_workers_cannot_reach_the_network(toy_build: Path, tmp_path: Path) -> None:
    """Even if a SERVICE were missed: as seen from a worker, there is no network but its own."""
    if not can_leave_the_network():
        pytest.skip("this system lets nobody leave the network")
    with serving(toy_build, "--workers", "1", log=tmp_path / "log") as running:
        assert running.query("ASK {}").status == 200
        pids = [*running.workers(), running.process.pid]
        assert len(pids) >= 2
        # A worker that has just been started leaves the network before it opens the store.
        until(lambda: len({str(Path(f"/proc/{pid}/ns/net").readlink()) for pid in pids}) == len(pids))


def can_leave_the_network() -> bool:
    flags = 0x40000000 if os.geteuid() == 0 else 0x50000000
    code = f"import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare({flags}))"
    return subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_service_asks_the_hosts_that_are_allowed(toy_build: Path, server: Server, tmp_path: Path) -> None:
    there = ELSEWHERE.format(port=server.port)
    asked = f"SELECT ?name {{ SERVICE <{there}> {{ <https://identifiers.org/ncbigene/7157> rdfs:label ?name }} }}"
    asked = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> " + asked
    options = ("--workers", "1", "--cors", "--allow-federation", f"127.0.0.1:{server.port}")
    with serving(toy_build, *options, log=tmp_path / "log") as running:
        assert running.query(asked).rows() == [{"name": "TP53"}]
        refused = running.query(asked.replace(f":{server.port}/", ":1/"))
        assert refused.status == 403
        assert f"SERVICE may ask 127.0.0.1:{server.port} here" in refused.detail
        description = running.ask("GET", "/sparql", Accept="text/turtle").body
        assert b"sd:BasicFederatedQuery" in description
        pages_of_others_may_ask(running)


def pages_of_others_may_ask(running: Server) -> None:
    reply = running.query(FIGURES, Origin="https://elsewhere.example")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in reply.headers
    asked_first = {"Origin": "https://elsewhere.example", "Access_Control_Request_Method": "POST"}
    preflight = running.ask("OPTIONS", "/sparql", **asked_first, Access_Control_Request_Headers="content-type")
    assert preflight.status == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]


def test_each_limit_says_which_it_is(seeds_build: Path, tmp_path: Path) -> None:
    options = ("--workers", "1", "--timeout", "1", "--max-waiting", "0", "--max-results", "200KB", "--max-query", "2KB")
    with serving(seeds_build, *options, "--memory-limit", "150MB", "--quiet", log=tmp_path / "log") as running:
        late = running.query(ENDLESS)
        assert (late.status, late.headers["retry-after"]) == (503, "5")
        assert (
            late.detail == "the query was stopped after 1 s, the most a query may take here (--timeout of the server)"
        )
        until(lambda: running.query("ASK {}").status == 200)
        # On a busy machine the time may be up first.
        too_large = "the answer is over 200,000 bytes long (kg serve --max-results)"
        until(lambda: too_large in running.query("SELECT * { ?s ?p ?o }").detail)
        assert running.post("ASK {}" + " " * 2000).status == 413
        needy = running.query("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f")
        assert needy.status == 503
        assert "--memory-limit" in needy.detail or "--timeout" in needy.detail
        until(lambda: running.query("ASK {}").status == 200)
        with asking_again_and_again(running, ENDLESS):
            until(lambda: "0 queries wait for their turn; try again later" in str(running.query("ASK {}").body))


@contextmanager
def asking(running: Server, text: str) -> Iterator[list[Reply]]:
    """Send a query in the background; yield the list that its reply comes to."""
    replies: list[Reply] = []
    thread = threading.Thread(target=lambda: replies.append(running.query(text)))
    thread.start()
    try:
        yield replies
    finally:
        thread.join()


@contextmanager
def asking_again_and_again(running: Server, text: str) -> Iterator[None]:
    """Keep a worker busy with a query, which is sent again when it was stopped."""
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            running.query(text)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


# -- a build that is made again


def test_a_new_build_is_served_without_a_gap(tmp_path: Path) -> None:
    """Ten times the build is replaced while clients ask: every answer is that of one build or of the next."""
    builds = [tmp_path / name for name in ("three", "four")]
    for number, destination in enumerate(builds):
        files = {name: text for name, text in TOY.items() if number or not name.startswith("_data/PMC3")}
        release([str(write_toy(tmp_path / f"toy{number}", files))], destination)
    served = Path(shutil.copytree(builds[0], tmp_path / "exports"))
    failures: list[object] = []
    seen: set[str] = set()
    stop = threading.Event()

    def client(running: Server) -> None:
        while not stop.is_set():
            reply = running.query(FIGURES)
            if reply.status == 200:
                seen.add(reply.rows()[0]["n"])
            else:
                failures.append(reply)

    with serving(served, "--workers", "2", log=tmp_path / "log") as running:
        clients = [threading.Thread(target=client, args=(running,)) for _ in range(8)]
        for each in clients:
            each.start()
        for turn in range(1, 11):
            replace(served, builds[turn % 2])
            until(lambda turn=turn: running.query(FIGURES).rows() == [{"n": "34"[turn % 2]}])  # type: ignore[misc]
        stop.set()
        for each in clients:
            each.join()
        assert (failures, seen) == ([], {"3", "4"})
        assert running.query("SELECT * { ?s ?p ?o }").status == 200
        until(lambda: json.loads(running.ask("GET", "/api/build").body)["counts"]["figures"] == 3)
        old = running.workers()
        running.process.send_signal(signal.SIGHUP)
        until(lambda: running.query(FIGURES).status == 200 and not old & running.workers())


def replace(served: Path, build: Path) -> None:
    """Put another build in place, in one step, and remove the old, as `kg build` does."""
    from kg.runtime.folders import exchange

    new = Path(shutil.copytree(build, served.with_name(".new")))
    (new / "manifest.json").touch()
    if not exchange(new, served):
        served.rename(served.with_name(".old"))
        new.rename(served)
        new = served.with_name(".old")
    shutil.rmtree(new)


def test_a_build_that_loses_its_store_is_a_clear_error_and_its_return_is_seen(toy_build: Path, tmp_path: Path) -> None:
    served = Path(shutil.copytree(toy_build, tmp_path / "exports"))
    with serving(served, "--workers", "1", log=tmp_path / "log") as running:
        shutil.move(served / "store", tmp_path / "aside")
        (served / "manifest.json").touch()
        until(lambda: running.query(FIGURES).status == 503)
        shutil.move(tmp_path / "aside", served / "store")
        until(lambda: running.query(FIGURES).status == 200)


# -- stopping


def test_ctrl_c_stops_it(toy_build: Path, tmp_path: Path) -> None:
    hour = "import kg.web.server as server; server.SHUTDOWN_TIMEOUT = 3600"  # nothing runs, so nothing is waited for
    with serving(toy_build, "--workers", "1", log=tmp_path / "log", first=hour) as running:
        assert running.query(FIGURES).status == 200
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(WAIT) == 0


def test_it_stops_in_good_order_and_in_seconds_whatever_runs(seeds_build: Path, tmp_path: Path) -> None:
    with serving(seeds_build, "--workers", "2", "--timeout", "3600", log=tmp_path / "log") as running:
        until(lambda: len(running.workers()) == 3)
        workers = running.workers()
        with asking(running, ENDLESS) as replies:
            until_busy(*workers)
            running.process.terminate()
            assert running.process.wait(WAIT) == 0  # long before the hour that the query may take
        assert [(reply.status, reply.detail) for reply in replies] == [(503, "the server is being stopped")]
        assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []
    assert "GET /sparql?query=" in (tmp_path / "log").read_text()


def suppressed(running: Server) -> None:
    with suppress(OSError):
        running.query(ENDLESS)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_worker_outlives_a_server_that_is_killed(seeds_build: Path, tmp_path: Path) -> None:
    options = ("--workers", "2", "--timeout", "3600")
    with serving(seeds_build, *options, log=tmp_path / "log", code=-signal.SIGKILL) as running:
        workers = running.workers()
        leaving = threading.Thread(target=lambda: suppressed(running))
        leaving.start()
        until_busy(*workers)
        running.process.kill()
        leaving.join()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
