"""Those who mean harm and those who do not, at once: every honest query is answered, and what was taken comes back."""

import asyncio
import dataclasses
import os
import signal
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from helpers.serving import Reply, Server, serving, until

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

HONEST = "SELECT ?name { ncbigene:8600 rdfs:label ?name }"
EVERYTHING = "SELECT * { ?a ?b ?c . ?d ?e ?f }"  # 3,543 x 3,543 rows

HOSTILE = {
    "cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "sort of a cross product": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c ?a",
    "distinct of a cross product": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "long path": "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>|^!<x:y>)* ?b . ?b (!<x:y>|^!<x:y>)* ?c }",
    "one long text": "SELECT (GROUP_CONCAT(?c) AS ?all) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "growing text": "SELECT ?x { BIND(REPLACE('" + "a" * 1000 + "', 'a', '" + "b" * 1000 + "') AS ?y) "
    "BIND(REPLACE(?y, 'b', ?y) AS ?x) }",
    "deep nesting": "ASK " + "{" * 20_000 + "}" * 20_000,
    "nesting of blank nodes": "SELECT * { ?s ?p " + "[ ?p " * 99 + "?o" + "]" * 99 + " }",
    "long chain": "ASK { FILTER(1" + "+1" * 20_000 + ") }",
    "long union": "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 600) + " }",
    "expressions": "ASK { FILTER(" + "(" * 95 + "1" + ")" * 95 + " = 1) }",
}
ANSWERED = {"long union", "expressions"}
BIG = b"ASK {} #" + b" " * 10_000_000


@pytest.fixture(scope="module")
def server(seeds_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = ("--workers", "2", "--timeout", "1.5", "--memory-limit", "300MB", "--max-results", "1GB")
    log = tmp_path_factory.mktemp("hostile") / "log"
    with serving(seeds_build, *options, "--quiet", log=log) as running:
        yield running


@pytest.fixture(scope="module")
def patient(seeds_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server that waits for slow machines."""
    with serving(seeds_build, "--workers", "2", "--quiet", log=tmp_path_factory.mktemp("patient") / "log") as running:
        yield running


def is_answered(reply: Reply) -> bool:
    return reply.status == 200 and reply.rows() == [{"name": "TNFSF11"}]


def ask_patiently(server: Server) -> tuple[Reply, float]:
    """Ask as a good client does, which waits when it is told to and tries again."""
    start = time.monotonic()
    reply = server.query(HONEST)
    while reply.status == 503 and time.monotonic() - start < 30:
        reply = server.query(HONEST)
    return reply, time.monotonic() - start


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_is_refused_or_stopped_and_the_next_is_answered(server: Server, name: str) -> None:
    start = time.monotonic()
    reply = server.post(HOSTILE[name])
    assert time.monotonic() - start < 1.5 + 2
    if reply.status == 200:
        assert reply.broken or name in ANSWERED
    else:
        assert reply.status in {400, 413, 500, 503}
        assert "kg serve" in reply.detail or reply.status != 503
    answered, took = ask_patiently(server)
    assert is_answered(answered)
    assert took < 2


def test_honest_queries_are_answered_among_hostile_ones_and_memory_returns(server: Server) -> None:
    """All the attacks at once and slow readers on top, against two workers; thirty honest clients beside them."""
    before = server.memory()
    readers = [slow_reader(server) for _ in range(4)]
    halves = [half_a_request(server) for _ in range(50)]
    with ThreadPoolExecutor(64) as pool:
        attacks = [pool.submit(server.post, text) for text in HOSTILE.values()]
        attacks += [pool.submit(big_query, server) for _ in range(3)]
        honest = [pool.submit(ask_patiently, server) for _ in range(30)]
        answers = [each.result() for each in honest]
        statuses = Counter(each.result().status for each in attacks)
    assert all(is_answered(reply) for reply, _ in answers)
    assert statuses[413] == 3
    assert set(statuses) <= {200, 400, 413, 500, 503}
    for each in [*readers, *halves]:
        each.close()
    until(lambda: len(server.workers()) == 2 and server.memory() < before + 100_000_000)
    assert is_answered(server.query(HONEST))


def big_query(server: Server) -> Reply:
    return server.ask("POST", "/sparql", BIG, Content_Type="application/sparql-query")


def slow_reader(server: Server) -> socket.socket:
    """Ask for far more than fits on the way, and read none of it."""
    asked = socket.create_connection(("127.0.0.1", server.port))
    asked.sendall(f"GET /sparql?{urlencode({'query': EVERYTHING})} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return asked


def half_a_request(server: Server) -> socket.socket:
    asked = socket.create_connection(("127.0.0.1", server.port))
    asked.sendall(b"GET /sparql?query=ASK")
    return asked


def test_a_reader_that_stops_to_read_does_not_keep_its_worker(server: Server) -> None:
    before = server.workers()
    with slow_reader(server) as first, slow_reader(server) as second:
        until(lambda: not before & server.workers())  # both were taken from them
        assert is_answered(server.query(HONEST))
        for each in (first, second):
            assert each.recv(12) == b"HTTP/1.1 200"


def test_an_answer_that_breaks_off_does_not_look_whole(server: Server) -> None:
    reply = server.query(EVERYTHING)
    assert (reply.status, reply.headers["transfer-encoding"], reply.broken) == (200, "chunked", True)
    assert len(reply.body) > 1 << 20


def test_http_1_0_is_not_sent_what_could_break_off(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as asked:
        asked.sendall(f"GET /sparql?{urlencode({'query': EVERYTHING})} HTTP/1.0\r\n\r\n".encode())
        assert asked.recv(12) == b"HTTP/1.1 505"


def test_a_long_answer_is_streamed_and_takes_no_memory(patient: Server) -> None:
    """More rows than the server may hold: it is passed on as it is read."""
    before = patient.memory()
    rows = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 300000"
    most = 0
    connection = HTTPConnection("127.0.0.1", patient.port, timeout=30)
    connection.request("GET", "/sparql?" + urlencode({"query": rows}), headers={"Accept": "text/csv"})
    lines = size = 0
    with connection.getresponse() as reply:
        while part := reply.read(1 << 20):
            lines += part.count(b"\n")
            size += len(part)
            most = max(most, patient.memory())
    connection.close()
    assert lines == 300_001
    assert size > 20_000_000
    assert most < before + 60_000_000


def test_who_says_half_or_stops_to_read_is_cut_off(seeds_build: Path, tmp_path: Path) -> None:
    patience = "import kg.web.server as server; server.REQUEST_TIMEOUT = server.WRITE_TIMEOUT = 0.5"
    options = ("--workers", "1", "--timeout", "60", "--quiet")
    with serving(seeds_build, *options, log=tmp_path / "log", first=patience) as running:
        with half_a_request(running) as half, socket.create_connection(("127.0.0.1", running.port)) as silent:
            assert (is_cut(half), is_cut(silent)) == (True, True)
        worker = running.workers()
        with slow_reader(running):
            until(lambda: not worker & running.workers())
        assert is_answered(ask_patiently(running)[0])


def is_cut(asked: socket.socket) -> bool:
    """Tell whether the other side ends a connection, without a word."""
    asked.settimeout(10)
    try:
        return asked.recv(1) == b""
    except ConnectionError:
        return True


def test_a_process_that_dies_is_told_and_replaced(server: Server) -> None:
    before = server.workers()
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(server.query, HOSTILE["cross product"]) for _ in range(2)]
        for pid in before:
            until(lambda pid=pid: running_for(pid) > 0.3)  # type: ignore[misc]
            os.kill(pid, signal.SIGSEGV)
        replies = [each.result() for each in asked]
    assert {reply.status for reply in replies} == {500}
    assert {reply.detail for reply in replies} == {"the query crashed the process that ran it; make it simpler"}
    assert is_answered(ask_patiently(server)[0])
    assert not before & server.workers()


def running_for(pid: int) -> float:
    """Give the processor seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# -- load


def test_a_connection_that_is_kept_is_answered_at_once(patient: Server) -> None:
    """No answer waits for the client to acknowledge the one before, which takes 40 ms."""
    connection = HTTPConnection("127.0.0.1", patient.port)
    taken = []
    for _ in range(20):
        start = time.monotonic()
        connection.request("GET", "/sparql?" + urlencode({"query": HONEST}))
        assert connection.getresponse().read()
        taken.append(time.monotonic() - start)
    connection.close()
    assert statistics.median(taken) < 0.03


def test_hundreds_of_connections_are_all_answered(patient: Server) -> None:
    """Bounded load: 300 connections at once, ten queries each."""
    taken, statuses = asyncio.run(load(patient.port, connections=300, each=10))
    assert statuses == {200: 3000}
    assert statistics.quantiles(taken, n=100)[98] < 10
    assert len(patient.workers()) == 2


async def load(port: int, connections: int, each: int) -> tuple[list[float], Counter[int]]:
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    request = f"GET /sparql?{urlencode({'query': HONEST})} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(each):
            start = time.monotonic()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.partition(b":")[2]))
            taken.append(time.monotonic() - start)
            statuses[int(head.split()[1])] += 1
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    await asyncio.gather(*(client() for _ in range(connections)))
    return taken, statuses


def test_clients_that_hang_up_leave_nothing_behind(server: Server) -> None:
    files = open_files(server)

    def hang_up() -> None:
        for _ in range(10):
            with suppress(OSError):
                dataclasses.replace(server, patience=0.05).query(HOSTILE["cross product"])

    threads = [threading.Thread(target=hang_up) for _ in range(5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    until(lambda: len(server.workers()) == 2 and open_files(server) <= files + 2)
    assert is_answered(ask_patiently(server)[0])


def open_files(server: Server) -> int:
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))
