"""The canned queries through `kg serve` compared with the same store in this process, and many clients at once.

    python benchmarks/serve.py BUILD [--repeat 50] [--limit 60] [--clients 1 20 100] [--seconds 5] [--workers N]
    python benchmarks/serve.py BUILD --connections 500 1000 [--queries 4]
    python benchmarks/serve.py BUILD --attackers 40 [--addresses 1 40] [--seconds 30]

Without these options it prints two Markdown tables. The first has the milliseconds per query, as median (p50) and 99th
percentile (p99). It compares pyoxigraph in this process, which writes the answer as JSON to memory, with HTTP, where
one client reads the same JSON over one connection. Queries ask about the most drawn entities. A query is repeated for
`--limit` seconds at most. In the second table many clients send one short query after the other.

With `--connections` so many connections are opened at once, and each sends a short query several times. With
`--attackers` so many clients send long queries for ever (pairs, cross products, property paths), from so many
addresses, while one client at another address sends short ones; the table shows how long that client waits. It was
there before the attack. The last row has clients that come later, each with one ASK from an address of its own.
"""

import argparse
import asyncio
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import product
from pathlib import Path
from typing import Any

from load import at_once, attacked, honest, newcomers
from measure import megabytes, resident, table
from pyoxigraph import QueryResultsFormat
from sparql import bound

from kg.model.build import Build
from kg.rdf import store

SHORT = "SELECT ?name {{ <{entity}> <http://www.w3.org/2000/01/rdf-schema#label> ?name }}"
ANYTHING = "?s a ?type"
LOOKUPS = ("dataset", "organisms", "figures-of-genes", "words-of-figure", "shared-figures")
"""Canned queries that answer in well under 0.3 s."""

PAIRS = ("specific-pairs", "triangles", "ambiguous-words")
ATTACKS = [
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c ?a",
    "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>|^!<x:y>)* ?b . ?b (!<x:y>|^!<x:y>)* ?c }",
]
"""Cross products, one of which is streamed, and property paths."""

WARM_UP = 3.0
"""Seconds of an attack before the first short query."""

PAUSE_BETWEEN = 0.05
"""Seconds between the queries of the honest client."""

ACCEPT = {"Accept": "application/sparql-results+json"}


def main() -> None:
    """Run the queries and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--repeat", type=int, default=50)
    parser.add_argument("--limit", type=float, default=60)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 20, 100])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--workers", type=int, help="[default: one per core]")
    parser.add_argument("--connections", type=int, nargs="+")
    parser.add_argument("--queries", type=int, default=4, help="queries over each connection")
    parser.add_argument("--attackers", type=int)
    parser.add_argument("--addresses", type=int, nargs="+", default=[1, 40], help="addresses of the attackers")
    arguments = parser.parse_args()
    texts = bound(arguments.build)
    if arguments.connections:
        print(many_connections(arguments, short_query(texts)))
    elif arguments.attackers:
        print(under_attack(arguments, texts))
    else:
        print_costs(arguments, texts)


def print_costs(arguments: argparse.Namespace, texts: dict[str, str]) -> None:
    """Print the costs of the canned queries, and of a short one from many clients."""
    alone = {name: in_process(arguments.build, text, arguments.repeat, arguments.limit) for name, text in texts.items()}
    with served(arguments.build, arguments.workers, arguments.limit) as (process, port):
        through = {name: over_http(port, text, arguments.repeat, arguments.limit) for name, text in texts.items()}
        rows = [[name, *alone[name], *through[name]] for name in texts]
        print(table(["query, ms", "bytes", "in process p50", "p99", "HTTP p50", "p99"], rows))
        crowds = [crowd(port, short_query(texts), number, arguments.seconds) for number in arguments.clients]
        print(table(["clients", "queries a second", "p50, ms", "p99, ms", "failed"], crowds))
        print(f"Memory of the server with its workers after that: {megabytes(resident(process.pid))} MB.")


def short_query(texts: dict[str, str]) -> str:
    """Return the query for the name of the entity that the canned queries ask about."""
    return SHORT.format(entity=re.findall(r"VALUES \?entity \{ <(.*?)>", texts["partners"])[0])


def many_connections(arguments: argparse.Namespace, text: str) -> str:
    """Open connections at once, in four ways; return the table."""
    rows = []
    with served(arguments.build, arguments.workers, arguments.limit) as (_, port):
        for number, method, keep in product(arguments.connections, ("GET", "POST"), (True, False)):
            start = time.perf_counter()
            outcome = asyncio.run(at_once(port, text, number, arguments.queries, method=method, keep=keep))
            speed = f"{len(outcome.taken) / (time.perf_counter() - start):,.0f}"
            kind = f"{method}, {'kept open' if keep else 'one for each query'}"
            rows.append([str(number), kind, f"{len(outcome.taken):,}", speed, *shown(outcome.taken), outcome.failed])
    return table(["connections", "kind", "answers", "answers a second", "p50, ms", "p99, ms", "failed"], rows)


def under_attack(arguments: argparse.Namespace, texts: dict[str, str]) -> str:
    """Send short queries with nobody else, and while all slots have long queries; return the table."""
    queries = {"ASK": f"ASK {{ {ANYTHING} }}", "label": short_query(texts), **{name: texts[name] for name in LOOKUPS}}
    attacks = [texts[name] for name in PAIRS] + ATTACKS
    rows = []

    async def trial(port: int, addresses: int) -> None:
        sources = [f"127.1.{number // 250}.{number % 250 + 1}" for number in range(addresses)]
        await honest(port, queries, 1, PAUSE_BETWEEN)
        async with attacked(port, attacks, sources, arguments.attackers if addresses else 0) as attack:
            await asyncio.sleep(WARM_UP if addresses else 0)
            outcomes = await honest(port, queries, arguments.seconds, PAUSE_BETWEEN)
            outcomes["ASK of newcomers"] = await newcomers(port, queries["ASK"])
        for name, outcome in outcomes.items():
            within = sum(seconds <= 1 for seconds in outcome.taken) / max(1, outcome.statuses.total())
            taken = [*shown(outcome.taken), f"{within:.1%}", outcome.failed] if outcome.taken else ["-"] * 4
            rows.append([str(addresses), name, str(len(outcome.taken)), *taken])
        print(f"attackers at {addresses} addresses: {dict(attack.statuses)}")

    for addresses in [0, *arguments.addresses]:
        with served(arguments.build, arguments.workers, arguments.limit) as (_, port):
            asyncio.run(trial(port, addresses))
    return table(["addresses of attackers", "query", "answers", "p50, ms", "p99, ms", "within 1 s", "failed"], rows)


def in_process(build: Path, text: str, repeat: int, limit: float) -> list[str]:
    """Query the store itself; return bytes, p50, p99."""
    opened = store.open_read_only(Build(build))

    def ask() -> int:
        results: Any = store.query(opened, text)
        return len(results.serialize(format=QueryResultsFormat.JSON))

    size, taken = measured(ask, repeat, limit)
    return [f"{size:,}", *shown(taken)]


def over_http(port: int, text: str, repeat: int, limit: float) -> list[str]:
    """Query the server; return p50, p99."""
    connection = HTTPConnection("127.0.0.1", port, timeout=limit + 10)
    try:
        _, taken = measured(lambda: post(connection, text), repeat, limit)
    except OSError as error:
        return [str(error), "-"]
    finally:
        connection.close()
    return shown(taken)


def post(connection: HTTPConnection, text: str) -> int:
    """Send a query once; return the size of the answer."""
    connection.request("POST", "/sparql", text.encode(), ACCEPT | {"Content-Type": "application/sparql-query"})
    reply = connection.getresponse()
    body = reply.read()
    if reply.status != 200:
        raise OSError(f"status {reply.status}")
    return len(body)


def measured(ask: Callable[[], int], repeat: int, limit: float) -> tuple[int, list[float]]:
    """Call `ask` once to warm up, then repeatedly; return the size of the answer and the seconds of each call."""
    size = ask()
    taken: list[float] = []
    end = time.monotonic() + limit
    while len(taken) < repeat and (time.monotonic() < end or not taken):
        start = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - start)
    return size, taken


def shown(taken: list[float]) -> list[str]:
    """Show p50 and p99 in milliseconds."""
    return [f"{percentile(taken, share) * 1000:,.1f}" for share in (0.5, 0.99)]


def percentile(values: list[float], share: float) -> float:
    """Return the smallest value that at least `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)]


def crowd(port: int, text: str, clients: int, seconds: float) -> list[str]:
    """Run `clients` threads that send a query for `seconds` seconds; return the cells of their row."""
    taken: list[float] = []
    failed: list[OSError] = []
    end = time.monotonic() + seconds

    def client() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < end:
            start = time.perf_counter()
            try:
                post(connection, text)
                taken.append(time.perf_counter() - start)
            except OSError as error:
                failed.append(error)
                connection.close()
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [str(clients), f"{len(taken) / seconds:,.0f}", *shown(taken), str(len(failed))]


@contextmanager
def served(build: Path, workers: int | None, limit: float) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run `kg serve`; yield its process and port."""
    options = ["--port", "0", "--quiet", "--timeout", str(limit), *(["--workers", str(workers)] if workers else [])]
    command = [sys.executable, "-m", "kg", "serve", str(build), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        match = next((re.search(r":(\d+)/sparql", line) for line in process.stdout if "/sparql" in line), None)
        if match is None:
            raise SystemExit("kg serve did not start")
        try:
            yield process, int(match[1])
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
