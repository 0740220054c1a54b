"""The canned queries on three stores with the same data: Oxigraph as kg uses it, rdflib, Virtuoso.

    python benchmarks/sparql.py BUILD [--repeat 3] [--limit 60] [--rdflib-triples 2000000]

Prints a Markdown table: milliseconds a query, median; what a query asks about is what the build has most of. Every
query is asked in a process of its own, which is ended after `--limit` seconds. Virtuoso is asked over HTTP on loopback.
"""

import argparse
import multiprocessing
import time
from collections.abc import Callable
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import rdflib
import virtuoso
from measure import median, megabytes, resident, seconds, table

from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.identifiers import expand
from kg.model.tables import Build
from kg.rdf import canned_queries, store

DUMPS = ("pfocr.ttl", "dataset.ttl", "vocab.ttl")
CONTEXT = multiprocessing.get_context("fork")
"""Forked: a child has the loaded graph of its parent."""

Ask = Callable[[str], int]


class Answer(NamedTuple):
    """What came of asking one store one query."""

    rows: int | None
    shown: str


class Column(NamedTuple):
    """What came of one store; `load` says what loading took."""

    store: str
    load: str
    answers: dict[str, Answer]
    note: str = ""


def main() -> None:
    """Ask all stores, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--limit", type=float, default=60)
    parser.add_argument("--rdflib-triples", type=int, default=2_000_000)
    asked = parser.parse_args()
    print(report(asked.build.resolve(), asked.repeat, asked.limit, asked.rdflib_triples))


def report(build: Path, repeat: int, limit: float, rdflib_triples: int) -> str:
    """Give the table of all stores."""
    texts = bound(build)
    columns = [oxigraph(build, texts, repeat, limit), of_rdflib(build, texts, repeat, limit, rdflib_triples)]
    columns.append(of_virtuoso(build, texts, repeat, limit))
    rows = [["*load*", "", *(column.load for column in columns)]]
    for name in texts:
        answers = [column.answers.get(name, Answer(None, "-")) for column in columns]
        counts = [f"{answer.rows:,}" for answer in answers if answer.rows is not None]
        # Stores that differ are all given, in their order.
        agreed = counts[:1] if len(set(counts)) == 1 else counts
        rows.append([name, " / ".join(agreed) or "-", *(answer.shown for answer in answers)])
    notes = [f"- {column.store}: {column.note}" for column in columns if column.note]
    shown = table(["query, ms", "rows", *(column.store for column in columns)], rows)
    return "\n".join([shown, *notes])


# -- the queries


def bound(build: Path) -> dict[str, str]:
    """Give the queries by name, each about what is drawn most."""
    with KnowledgeGraph(build) as graph:
        base = graph.build.base
        pair = graph.engine.fetch(
            "SELECT subject_id, object_id FROM cooccurrences WHERE subject_category = 'gene' "
            "AND object_category = 'gene' ORDER BY weight DESC, subject_id, object_id LIMIT 1"
        ).to_pylist()[0]
        diseases = _first(graph, "SELECT entity_id FROM entities WHERE category = 'disease' ORDER BY figures DESC, 1")
        figure = _first(graph, "SELECT figure_id FROM mentions GROUP BY 1 ORDER BY COUNT(*) DESC, 1")
    gene, other = (expand(each, base) for each in pair.values())
    about = {"gene": gene, "entity": gene, "first": gene, "second": other, "figure": expand(figure or "", base)}
    about |= {"disease": expand(diseases, base)} if diseases else {}
    texts = {}
    for name in canned_queries.names():
        query = canned_queries.load(name)
        asked = {each.name for each in query.parameters if each.type == "uri"}
        # Those with SERVICE reach the network; a build may draw no disease to ask about.
        if "SERVICE" not in query.text and asked <= about.keys():
            texts[name] = query.bind({each: [about[each]] for each in asked}, str, base)
    return texts


def _first(graph: KnowledgeGraph, select: str) -> str | None:
    found: list[dict[str, str]] = graph.engine.fetch(f"{select} LIMIT 1").to_pylist()
    return next(iter(found[0].values())) if found else None


# -- the stores


def oxigraph(build: Path, texts: dict[str, str], repeat: int, limit: float) -> Column:
    """Ask the store of the build; each process that asks opens it once."""
    opened = cache(lambda: store.open_read_only(Build(build)))

    def ask(text: str) -> int:
        found: Any = store.query(opened(), text)
        return sum(1 for _ in found)

    return Column("Oxigraph on disk", "a stage of the build", _ask_all(ask, texts, repeat, limit))


def of_rdflib(build: Path, texts: dict[str, str], repeat: int, limit: float, most: int) -> Column:
    """Ask rdflib, if the graph is one that it can hold."""
    triples = Build(build).manifest["outputs"]["turtle"]["triples"]
    if triples > most:
        return Column("rdflib", "-", {}, f"left out: {triples:,} triples, over --rdflib-triples {most:,}")
    start, before = time.monotonic(), resident(_pid())
    graph = rdflib.Graph()
    for name in DUMPS:
        graph.parse(build / name, format="turtle")
    load = f"{seconds(time.monotonic() - start)} s, {megabytes(resident(_pid()) - before)} MB"
    return Column("rdflib", load, _ask_all(lambda text: len(graph.query(text)), texts, repeat, limit))


def _pid() -> int:
    return multiprocessing.current_process().pid or 0


def of_virtuoso(build: Path, texts: dict[str, str], repeat: int, limit: float) -> Column:
    """Ask a server of our own; the reason, if there can be none."""
    if reason := virtuoso.missing():
        return Column("Virtuoso", "-", {}, reason)
    with TemporaryDirectory(dir=build.parent) as folder:
        try:
            with virtuoso.serving(Path(folder) / "virtuoso", [build / name for name in DUMPS]) as server:
                load = f"{seconds(server.load_wall)} s, {seconds(server.load_cpu)} CPU s, {megabytes(server.memory)} MB"
                return Column("Virtuoso", load, _ask_all(server.ask, texts, repeat, limit))
        except OSError as error:
            return Column("Virtuoso", "-", {}, f"failed: {error}")


# -- asking


def _ask_all(ask: Ask, texts: dict[str, str], repeat: int, limit: float) -> dict[str, Answer]:
    return {name: _answer(ask, text, repeat, limit) for name, text in texts.items()}


def _answer(ask: Ask, text: str, repeat: int, limit: float) -> Answer:
    here, there = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_child, args=(ask, text, repeat, there))
    process.start()
    there.close()
    taken: list[float] = []
    rows: int | None = None
    told: Any = None
    for _ in range(repeat):
        if not here.poll(limit):
            break
        try:
            told = here.recv()
        except EOFError:
            told = "the process died"
        if isinstance(told, str):
            break
        rows, took = told
        taken.append(took)
    process.kill()
    process.join()
    if isinstance(told, str):
        return Answer(None, f"error: {' '.join(told.split())[:60]}".replace("|", "/"))
    return Answer(rows, f"{median(taken) * 1000:,.1f}" if taken else f"over {limit:.0f} s")


def _child(ask: Ask, text: str, repeat: int, out: Connection) -> None:
    try:
        for _ in range(repeat):
            start = time.perf_counter()
            rows = ask(text)
            out.send((rows, time.perf_counter() - start))
    except Exception as error:  # noqa: BLE001 whatever a store has against a query belongs into the table
        out.send(f"{type(error).__name__} {error}")


if __name__ == "__main__":
    main()
