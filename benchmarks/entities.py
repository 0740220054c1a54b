"""The canned queries about one entity, for many entities, through `kg serve`, in memory and on Virtuoso.

    python benchmarks/entities.py BUILD [--entities 100] [--repeat 2] [--seconds 60] [--without memory virtuoso]
        [--queries partners triangles]

Prints a Markdown table with p50 and p99 in milliseconds for each query: cold, when an entity is asked for the first
time, and warm, when it is asked again. A query about an entity has two rows: the genes in most figures, and as many
genes drawn by lot, each with a chance by the number of its figures, as readers of figures would ask. A query about the
whole graph is asked about the gene in most figures, `--repeat` times more. Each row stops after `--seconds`. All
stores hold the same triples and answer over HTTP on loopback, but for Oxigraph in memory, which answers in this
process. Their rows are compared with those of `kg serve`: numbers to the six digits that Virtuoso writes,
rows as sets. The server runs with its default limits.
"""

import argparse
import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import virtuoso
from measure import table
from pyoxigraph import QueryResultsFormat, RdfFormat, Store
from serve import ACCEPT, percentile, served
from sparql import DUMPS

from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.identifiers import expand
from kg.rdf import canned_queries

ENTITY = ("partners", "chemicals-of-gene", "words-of-entity", "shared-figures", "figures-of-genes")
GRAPH = (
    "ambiguous-words",
    "triangles",
    "family-artefacts",
    "specific-pairs",
    "undrawn-partners",
    "citing-pairs",
    "organisms",
    "pair-by-year",
)
TIMEOUT = 30.0
"""Seconds that `kg serve` gives a query by default."""

Row = tuple[str, ...]
Ask = Callable[[str], list[Row]]
"""Asks a store; returns the rows, and raises OSError where it refuses."""


def main() -> None:
    """Ask all stores and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--entities", type=int, default=100)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--without", nargs="*", default=[], choices=["memory", "virtuoso"])
    parser.add_argument("--queries", nargs="*", default=[*ENTITY, *GRAPH], choices=[*ENTITY, *GRAPH])
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    texts = bound(build, arguments.entities, arguments.queries)
    expected: dict[str, list[Row]] = {}
    columns = {}
    for name, opened in stores(build, arguments.without).items():
        with opened as ask:
            columns[name] = [asked(ask, texts[query], arguments, expected) for query in texts]
    parts = ("cold p50", "p99", "warm p50", "p99", "rows")
    head = ["query", "rows", *(f"{name}: {part}" for name in columns for part in parts)]
    rows = []
    for place, query in enumerate(texts):
        counts = [len(expected[text]) for text in texts[query] if text in expected]
        cells = [cell for column in columns.values() for cell in column[place]]
        rows.append([query, f"{min(counts, default=0):,} - {max(counts, default=0):,}", *cells])
    print(table(head, rows))


def bound(build: Path, entities: int, names: list[str]) -> dict[str, list[str]]:
    """Return the texts of each row of the table: one for each entity of a sample; one gene for the whole graph."""
    with KnowledgeGraph(build) as graph:
        base = graph.build.base
        pairs = graph.engine.fetch(
            "SELECT subject_id, object_id, weight FROM cooccurrences WHERE subject_category = 'gene' "
            f"AND object_category = 'gene' AND figures >= {graph.build.min_figures} "
            "ORDER BY weight DESC, subject_id, object_id"
        ).to_pylist()
        drawn = graph.engine.fetch("SELECT entity_id, figures FROM entities ORDER BY figures DESC, entity_id")
    best: dict[str, str] = {}
    for pair in pairs:
        best.setdefault(pair["subject_id"], pair["object_id"])
        best.setdefault(pair["object_id"], pair["subject_id"])
    figures = {row["entity_id"]: row["figures"] for row in drawn.to_pylist() if row["entity_id"] in best}
    most = [*figures][:entities]
    lot = Random(17).choices([*figures], [*figures.values()], k=entities)
    texts: dict[str, list[str]] = {}
    for name in names:
        samples = {"most drawn": most, "by lot": lot} if name in ENTITY else {"": most[:1]}
        for sample, genes in samples.items():
            texts[f"{name}, {sample}" if sample else name] = [_bound(name, gene, best[gene], base) for gene in genes]
    return texts


def _bound(name: str, gene: str, partner: str, base: str) -> str:
    """Return the text of a query about a gene, and its best partner where it asks about a second one."""
    query = canned_queries.load(name)
    about = {"gene": gene, "entity": gene, "first": gene, "second": partner}
    values = {p.name: [expand(about[p.name], base)] for p in query.parameters if p.type == "uri"}
    values |= {p.name: [expand(gene, base), expand(partner, base)] for p in query.parameters if p.type == "uri-list"}
    return query.bind(values, str, base)


# -- the stores


def stores(build: Path, without: list[str]) -> "dict[str, Any]":
    """Return the stores by name; each is a context that yields a function which asks it."""
    opened: dict[str, Any] = {"kg serve": over_http(build)}
    if "memory" not in without:
        opened["in memory"] = in_memory(build)
    if "virtuoso" not in without and virtuoso.missing() is None:
        opened["Virtuoso"] = on_virtuoso(build)
    return opened


@contextmanager
def over_http(build: Path) -> Iterator[Ask]:
    """Ask `kg serve` with its default limits, over one connection."""
    with served(build, None, TIMEOUT) as (_, port):
        connection = HTTPConnection("127.0.0.1", port, timeout=2 * TIMEOUT + 10)

        def ask(text: str) -> list[Row]:
            connection.request("POST", "/sparql", text.encode(), ACCEPT | {"Content-Type": "application/sparql-query"})
            reply = connection.getresponse()
            body = reply.read()
            if reply.status != 200:
                raise OSError(f"refused: {reply.status}")
            return rows_of(body)

        yield ask
        connection.close()


@contextmanager
def in_memory(build: Path) -> Iterator[Ask]:
    """Load the dumps into a store in memory."""
    store = Store()
    for name in DUMPS:
        store.bulk_load(path=str(build / name), format=RdfFormat.TURTLE)

    def ask(text: str) -> list[Row]:
        results: Any = store.query(text)
        return rows_of(results.serialize(format=QueryResultsFormat.JSON))

    yield ask


@contextmanager
def on_virtuoso(build: Path) -> Iterator[Ask]:
    """Load the dumps into a Virtuoso server."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(dir=build.parent)))
        dumps = [build / name for name in DUMPS]
        server = stack.enter_context(virtuoso.serving(folder / "virtuoso", dumps))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

        def ask(text: str) -> list[Row]:
            fields = {"query": text, "default-graph-uri": virtuoso.GRAPH, "format": "application/sparql-results+json"}
            request = f"http://127.0.0.1:{server.http}/sparql"
            with opener.open(request, urllib.parse.urlencode(fields).encode(), 2 * TIMEOUT) as answer:
                return rows_of(answer.read())

        yield ask


def rows_of(body: bytes) -> list[Row]:
    """Return the rows of a JSON answer, numbers with six digits."""
    answer: dict[str, Any] = json.loads(body)
    names = answer["head"]["vars"]
    return [tuple(_cell(row.get(name)) for name in names) for row in answer["results"]["bindings"]]


def _cell(term: dict[str, str] | None) -> str:
    value = "" if term is None else term["value"]
    if term is None or term["type"] == "uri":
        return value
    try:
        return f"{float(value):.6g}"
    except ValueError:
        return value


# -- asking


def asked(ask: Ask, texts: list[str], arguments: argparse.Namespace, expected: dict[str, list[Row]]) -> list[str]:
    """Ask one store each text once, then again; return the cells of its columns."""
    end = time.monotonic() + arguments.seconds
    cold: list[float] = []
    warm: list[float] = []
    differing = 0
    for text in texts:
        if cold and time.monotonic() > end:
            break
        try:
            rows = _timed(ask, text, cold)
        except OSError as error:
            return [str(error).splitlines()[0][:60].replace("|", "/"), "-", "-", "-", "-"]
        first = expected.setdefault(text, rows)
        differing += sorted(rows) != sorted(first)
        for _ in range(arguments.repeat):
            _timed(ask, text, warm)
    shown = [f"{percentile(taken, share) * 1000:,.1f}" for taken in (cold, warm) for share in (0.5, 0.99)]
    return [*shown, "equal" if not differing else f"{differing} of {len(cold)} differ"]


def _timed(ask: Ask, text: str, taken: list[float]) -> list[Row]:
    start = time.perf_counter()
    rows = ask(text)
    taken.append(time.perf_counter() - start)
    return rows


if __name__ == "__main__":
    main()
