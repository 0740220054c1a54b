"""Turns of queries: short ones first, fair between clients, and refused where too many wait."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

import pytest
from helpers.serving import WAIT, Reply, Server, niceness, serving, until

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from kg.web.problems import HttpProblem
from kg.web.sparql.queue import HALF_LIFE, MOST_CLIENTS, PROBATION, Clients, Slots, client_of
from kg.web.sparql.worker import Limits

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
PATH = "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>|^!<x:y>)* ?b . ?b (!<x:y>|^!<x:y>)* ?c . ?c (!<x:y>|^!<x:y>)* ?d }"


class Hall:
    """Slots whose clock is set by hand; queries end when the test says so."""

    def __init__(self, free: int, reserved: int = 0, most_waiting: int = 100) -> None:
        self.now = 1000.0
        self.clients = Clients(lambda: self.now)
        self.slots = Slots(free, reserved, self.clients, Limits(timeout=WAIT, waiting=most_waiting))
        self.turns: list[str] = []
        self.refused: list[tuple[str, int]] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def come(self, *names: str) -> None:
        for name in names:
            self._tasks.append(asyncio.create_task(self._take(name)))
            await asyncio.sleep(0)

    async def _take(self, name: str) -> None:
        try:
            await self.slots.take(name)
        except HttpProblem as problem:
            self.refused.append((name, problem.status))
        else:
            self.turns.append(name)

    async def end(self, name: str, seconds: float, *, long: bool = False) -> None:
        self.now += seconds
        self.slots.charge(name, seconds, long=long)
        self.slots.leave(name)
        self.slots.add()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        assert self.slots.waiting == 0


def in_a_loop(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    def run() -> None:
        asyncio.run(asyncio.wait_for(test(), WAIT))

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("_hidden, <script>", ""),
    ],
)
def test_a_client_is_an_address_or_a_network_of_ipv6(address: str, client: str) -> None:
    assert client_of(address) == client


@in_a_loop
async def test_clients_without_an_address_get_their_turn() -> None:
    hall = Hall(free=0)
    await hall.come(client_of("unknown"))
    hall.slots.add()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert hall.turns == [""]
    await hall.leave()


@in_a_loop
async def test_one_client_with_many_queries_gets_every_second_turn() -> None:
    hall = Hall(free=1)
    for name in ("many", "one"):
        hall.clients.charge(name, 0.01, long=False)
    await hall.come("many", "many", "many", "many", "one", "one")
    for _ in range(5):
        await hall.end(hall.turns[-1], 1)
    assert hall.turns == ["many", "one", "many", "one", "many", "many"]
    await hall.leave()


@in_a_loop
async def test_who_used_least_lately_is_next() -> None:
    hall = Hall(free=1)
    for name, seconds in {"ten": 10, "three": 3, "five": 5}.items():
        hall.clients.charge(name, seconds, long=True)
    await hall.come("now", "ten", "three", "five")
    await hall.end("now", 1)
    await hall.end("three", 4)  # three used about 7 by now
    await hall.end("five", 1)
    assert hall.turns == ["now", "three", "five", "ten"]
    await hall.leave()


def test_half_of_the_use_is_forgotten_in_a_minute() -> None:
    hall = Hall(free=1)
    hall.clients.charge("one", 8, long=True)
    hall.now += 2 * HALF_LIFE
    assert hall.clients.used("one") == pytest.approx(2)
    assert hall.clients.used("nobody") == 0


def test_a_client_is_of_the_first_class_by_its_answers_and_not_after_a_long_query() -> None:
    hall = Hall(free=1)
    assert not hall.clients.is_first_class("one")
    hall.clients.charge("one", 0.01, long=False)
    assert hall.clients.is_first_class("one")
    hall.clients.charge("one", 0.3, long=True)
    hall.clients.charge("one", 0.01, long=False)
    assert not hall.clients.is_first_class("one")
    hall.now += PROBATION
    assert hall.clients.is_first_class("one")


@in_a_loop
async def test_the_last_slot_is_for_the_first_class() -> None:
    hall = Hall(free=2, reserved=1)
    hall.clients.charge("quick", 0.01, long=False)
    await hall.come("attacker", "attacker", "new", "quick")
    assert hall.turns == ["attacker", "quick"]
    await hall.end("quick", 0.01)
    assert hall.turns == ["attacker", "quick"]
    await hall.come("quick")
    await hall.end("attacker", 0.3, long=True)
    assert hall.turns == ["attacker", "quick", "quick"]
    await hall.end("quick", 0.01)
    assert hall.turns == ["attacker", "quick", "quick", "new"]
    await hall.leave()


@in_a_loop
async def test_neither_class_starves_the_other() -> None:
    hall = Hall(free=1)
    hall.clients.charge("quick", 1, long=False)
    await hall.come("quick", *["new"] * 4, *["quick"] * 4)
    for _ in range(8):
        await hall.end(hall.turns[-1], 1 if hall.turns[-1] == "new" else 0.5, long=hall.turns[-1] == "new")
    # The class of the quick ones had 0.5 s before the first turn; it has two turns for each of the others.
    assert hall.turns == ["quick", "new", "quick", "quick", "new", "quick", "quick", "new", "new"]
    await hall.leave()


@in_a_loop
async def test_a_full_queue_takes_from_the_client_that_has_most_in_it() -> None:
    hall = Hall(free=0, most_waiting=4)
    await hall.come("many", "many", "many", "many")
    await hall.come("many")
    assert hall.refused == [("many", 429)]
    await hall.come("one", "two")
    await asyncio.sleep(0)
    assert hall.refused == [("many", 429)] * 3
    assert hall.slots.waiting == 4
    await hall.come("three", "four")
    await asyncio.sleep(0)
    assert hall.refused == [("many", 429)] * 4 + [("four", 503)]
    assert hall.slots.refused == {429: 4, 503: 1}
    hall.clients.charge("quick", 0.01, long=False)
    await hall.come("quick")
    await asyncio.sleep(0)
    assert hall.refused[5:] == [("many", 503)]
    await hall.leave()


@in_a_loop
async def test_a_query_that_is_given_up_frees_its_turn() -> None:
    hall = Hall(free=1)
    await hall.come("first")
    waiting = asyncio.create_task(hall.slots.take("gone"))
    await asyncio.sleep(0)
    await hall.come("next")
    hall.slots.leave("first")
    hall.slots.add()  # gives the turn to `gone`, which has not seen it yet
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.sleep(0)
    assert hall.turns == ["first", "next"]
    assert hall.slots.running == 1
    await hall.leave()


def test_only_so_many_clients_are_remembered() -> None:
    hall = Hall(free=1)
    for number in range(MOST_CLIENTS + 1):
        hall.clients.charge(str(number), 1, long=False)
    assert [hall.clients.used(name) for name in ("0", "1")] == [0, 1]


# -- as clients see it


def ask_from(server: Server, source: str, text: str, **headers: str) -> Reply:
    """Send a query from another address of this machine."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=WAIT, source_address=(source, 0))
    connection.request("GET", "/sparql?" + urlencode({"query": text}), headers=headers)
    with connection.getresponse() as reply:
        received = {name.lower(): value for name, value in reply.getheaders()}
        body = reply.read()
    connection.close()
    return Reply(reply.status, received, body)


class Attack:
    """Clients with endless queries, which hang up at the end."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connections: list[HTTPConnection] = []

    def send(self, text: str, source: str = "127.0.0.2") -> None:
        connection = HTTPConnection("127.0.0.1", self._server.port, timeout=WAIT, source_address=(source, 0))
        connection.request("GET", "/sparql?" + urlencode({"query": text}))
        self._connections.append(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._connections:
            connection.close()


@pytest.mark.parametrize("addresses", [1, 20])
def test_endless_queries_do_not_keep_anybody_from_short_ones(seeds_build: Path, tmp_path: Path, addresses: int) -> None:
    """Every query may take an hour, so the honest ones are answered while all of the endless ones run or wait."""
    options = ("--workers", "1", "--timeout", "3600", "--quiet")
    with serving(seeds_build, *options, log=tmp_path / "log") as server, Attack(server) as attack:
        for number in range(20):
            attack.send((ENDLESS, PATH)[number % 2], f"127.0.1.{number % addresses + 1}")
        for _ in range(20):
            assert ask_from(server, "127.0.0.3", "ASK {}").status == 200
        assert json.loads(server.ask("GET", "/api/build").body)["counts"]["figures"] > 0
        slow = {pid for pid in server.workers() if niceness(pid) > niceness(server.process.pid)}
        assert len(slow) == 1  # one long query runs at once


def test_a_long_query_is_answered_after_others(seeds_build: Path, tmp_path: Path) -> None:
    """It is stopped because the long slot is taken, and runs again from its beginning when that is free."""
    rows = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
    options = ("--workers", "1", "--timeout", "3600", "--quiet")
    with serving(seeds_build, *options, log=tmp_path / "log") as server:
        replies: list[Reply] = []
        with Attack(server) as attack:
            attack.send(ENDLESS)
            until(lambda: any(niceness(pid) > niceness(server.process.pid) for pid in server.workers()))
            client = threading.Thread(target=lambda: replies.append(ask_from(server, "127.0.0.3", rows)))
            client.start()
            assert ask_from(server, "127.0.0.4", "ASK {}").status == 200
        client.join()
        total = server.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c }").rows()[0]["n"]
        assert replies[0].rows() == [{"n": str(int(total) ** 2)}]


def test_a_long_answer_is_whole_though_it_began_in_a_short_slot(seeds_build: Path, tmp_path: Path) -> None:
    options = ("--workers", "1", "--timeout", "3600", "--quiet")
    with serving(seeds_build, *options, log=tmp_path / "log") as server:
        reply = server.query("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 100000", "text/csv")
        assert (reply.status, reply.broken, reply.body.count(b"\n")) == (200, False, 100_001)


def test_too_many_queries_of_one_client_make_room_for_others(seeds_build: Path, tmp_path: Path) -> None:
    options = ("--workers", "1", "--timeout", "3600", "--max-waiting", "2", "--quiet")
    with serving(seeds_build, *options, log=tmp_path / "log") as server, Attack(server) as attack:
        replies: list[Reply] = []
        clients = [
            threading.Thread(target=lambda: replies.append(ask_from(server, "127.0.0.2", ENDLESS)), daemon=True)
            for _ in range(6)
        ]
        for client in clients:
            client.start()
        until(lambda: replies)
        assert replies[0].status == 429
        assert replies[0].headers["retry-after"] == "5"
        assert "queries from your address wait for their turn" in replies[0].detail
        attack.send(ENDLESS, "127.0.0.3")
        attack.send(ENDLESS, "127.0.0.5")
        until(lambda: ask_from(server, "127.0.0.4", "ASK {}").status == 200)
        server.process.terminate()
        for client in clients:
            client.join()
        assert {reply.status for reply in replies} <= {429, 503}


def test_only_proxies_name_their_clients(toy_build: Path, tmp_path: Path) -> None:
    options = ("--workers", "1", "--proxy", "127.0.0.8/30")
    with serving(toy_build, *options, log=tmp_path / "log") as server:
        for source in ("127.0.0.1", "127.0.0.2", "127.0.0.9"):
            named = {"X-Forwarded-For": f"198.51.100.1, 192.0.2.{source[-1]}"}
            assert ask_from(server, source, "ASK {}", **named).status == 200
    clients = [line.split()[2].partition(":")[0] for line in (tmp_path / "log").read_text().splitlines()]
    assert [client for client in clients if client != "127.0.0.1"] == ["192.0.2.1", "127.0.0.2", "192.0.2.9"]
