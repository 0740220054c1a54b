"""The canned queries on three stores with the same data: Oxigraph as kg uses it, rdflib, Virtuoso.

    python benchmarks/sparql.py BUILD [--repeat 3] [--limit 60] [--rdflib-triples 2000000]

Prints a Markdown table with the milliseconds of each query, cold and warm. Queries ask about the most drawn entities.
Every query has `--repeat` processes, one after the other, which ask `1 + WARM` times each, and `--limit` seconds for
all of them. The median of the first answers is *cold*: the process has read nothing, but files are in the page cache.
The median of all others is *warm*. Virtuoso is queried over HTTP on loopback, and its server goes on running, so that
only its very first answer is cold.
"""

import argparse
import multiprocessing
import time
from collections.abc import Callable, Sequence
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import rdflib
import virtuoso
from measure import median, megabytes, resident, seconds, table

from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.build import Build
from kg.model.identifiers import expand
from kg.rdf import canned_queries, store

DUMPS = ("pfocr.ttl", "dataset.ttl", "vocab.ttl")
CONTEXT = multiprocessing.get_context("fork")
"""Start method of child processes: a forked child has the loaded graph of its parent."""

SHOWN = (
    *("ambiguous-words", "chemicals-of-gene", "citing-pairs", "common-partners", "dataset", "family-artefacts"),
    *("figures-of-genes", "gene-chemical-pairs", "genes-of-disease", "new-partners", "organisms", "pair-by-year"),
    *("partners", "published-pairs", "shared-figures", "specific-pairs", "triangles", "undrawn-partners"),
    *("words-of-entity", "words-of-figure"),
)
"""Queries on the page about performance: those that it always had, and the slowest of the others."""

WARM = 3
"""Further times that a process asks."""

Ask = Callable[[str], int]


class Answer(NamedTuple):
    """Answer of one store to one query: its rows, and the time of the first answer and the others."""

    rows: int | None
    cold: str
    warm: str = "-"


class Column(NamedTuple):
    """Answers of one store; `load` is the time and memory of loading."""

    store: str
    load: str
    answers: dict[str, Answer]
    note: str = ""


def main() -> None:
    """Query all stores and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--limit", type=float, default=60)
    parser.add_argument("--rdflib-triples", type=int, default=2_000_000)
    arguments = parser.parse_args()
    print(report(arguments.build.resolve(), arguments.repeat, arguments.limit, arguments.rdflib_triples))


def report(build: Path, repeat: int, limit: float, rdflib_triples: int, names: Sequence[str] = ()) -> str:
    """Return the table of all stores, for the queries of the names or, without any, for all."""
    texts = {name: text for name, text in bound(build).items() if name in names or not names}
    columns = [oxigraph(build, texts, repeat, limit), of_rdflib(build, texts, repeat, limit, rdflib_triples)]
    columns.append(of_virtuoso(build, texts, limit))
    rows = [["*load*", "", *(cell for column in columns for cell in (column.load, ""))]]
    for name in texts:
        answers = [column.answers.get(name, Answer(None, "-")) for column in columns]
        counts = [f"{answer.rows:,}" for answer in answers if answer.rows is not None]
        # Where stores differ, all counts are listed in the order of the stores.
        agreed = counts[:1] if len(set(counts)) == 1 else counts
        rows.append(
            [name, " / ".join(agreed) or "-", *(cell for answer in answers for cell in (answer.cold, answer.warm))]
        )
    notes = [f"- {column.store}: {column.note}" for column in columns if column.note]
    stores = (f"{column.store}, {when}" for column in columns for when in ("cold", "warm"))
    shown = table(["query, ms", "rows", *stores], rows)
    return "\n".join([shown, *notes])


# -- the queries


def bound(build: Path) -> dict[str, str]:
    """Return the queries by name, filled in with the entities that are drawn most."""
    with KnowledgeGraph(build) as graph:
        base = graph.build.base
        pair = graph.engine.fetch(
            "SELECT subject_id, object_id FROM cooccurrences WHERE subject_category = 'gene' "
            "AND object_category = 'gene' ORDER BY weight DESC, subject_id, object_id LIMIT 1"
        ).to_pylist()[0]
        diseases = _first(graph, "SELECT entity_id FROM entities WHERE category = 'disease' ORDER BY figures DESC, 1")
        figure = _first(graph, "SELECT figure_id FROM mentions GROUP BY 1 ORDER BY COUNT(*) DESC, 1")
    gene, other = (expand(curie, base) for curie in pair.values())
    about = {"gene": gene, "entity": gene, "first": gene, "second": other, "figure": expand(figure or "", base)}
    about |= {"disease": expand(diseases, base)} if diseases else {}
    texts = {}
    for name in canned_queries.names():
        query = canned_queries.load(name)
        parameters = {parameter.name for parameter in query.parameters if parameter.type == "uri"}
        # Queries with SERVICE need the network, and a build may have no disease.
        if "SERVICE" not in query.text and parameters <= about.keys():
            texts[name] = query.bind({parameter: [about[parameter]] for parameter in parameters}, str, base)
    return texts


def _first(graph: KnowledgeGraph, select: str) -> str | None:
    rows: list[dict[str, str]] = graph.engine.fetch(f"{select} LIMIT 1").to_pylist()
    return next(iter(rows[0].values())) if rows else None


# -- the stores


def oxigraph(build: Path, texts: dict[str, str], repeat: int, limit: float) -> Column:
    """Query the store of the build; each process opens it once."""
    opened = cache(lambda: store.open_read_only(Build(build)))

    def ask(text: str) -> int:
        results: Any = store.query(opened(), text)
        return sum(1 for _ in results)

    return Column("Oxigraph on disk", "a stage of the build", _ask_all(ask, texts, repeat, limit))


def of_rdflib(build: Path, texts: dict[str, str], repeat: int, limit: float, most: int) -> Column:
    """Query rdflib, if the graph has at most `most` triples."""
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


def of_virtuoso(build: Path, texts: dict[str, str], limit: float) -> Column:
    """Query a Virtuoso server that is started for it; the note says why where there is none."""
    if reason := virtuoso.missing():
        return Column("Virtuoso", "-", {}, reason)
    with TemporaryDirectory(dir=build.parent) as folder:
        try:
            with virtuoso.serving(Path(folder) / "virtuoso", [build / name for name in DUMPS]) as server:
                load = f"{seconds(server.load_wall)} s, {seconds(server.load_cpu)} CPU s, {megabytes(server.memory)} MB"
                return Column("Virtuoso", load, _ask_all(server.ask, texts, 1, limit))
        except OSError as error:
            return Column("Virtuoso", "-", {}, f"failed: {error}")


# -- asking


def _ask_all(ask: Ask, texts: dict[str, str], repeat: int, limit: float) -> dict[str, Answer]:
    return {name: _answer(ask, text, repeat, limit) for name, text in texts.items()}


def _answer(ask: Ask, text: str, repeat: int, limit: float) -> Answer:
    cold: list[float] = []
    warm: list[float] = []
    rows: int | None = None
    end = time.monotonic() + limit
    for _ in range(repeat):
        found = _in_process(ask, text, end)
        if isinstance(found, str):
            return Answer(None, f"error: {' '.join(found.split())[:60]}".replace("|", "/"))
        if not found:
            break
        rows = found[0][0]
        cold.append(found[0][1])
        warm += [took for _, took in found[1:]]
    return Answer(
        rows,
        f"{median(cold) * 1000:,.1f}" if cold else f"over {limit:.0f} s",
        f"{median(warm) * 1000:,.1f}" if warm else "-",
    )


def _in_process(ask: Ask, text: str, end: float) -> list[tuple[int, float]] | str:
    """Return the rows and seconds of each answer that one process gives before `end`, or the message of an error."""
    here, there = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_child, args=(ask, text, there))
    process.start()
    there.close()
    found: list[tuple[int, float]] = []
    answer: Any = None
    while len(found) <= WARM and here.poll(max(0, end - time.monotonic())):
        try:
            answer = here.recv()
        except EOFError:
            answer = "the process died"
        if isinstance(answer, str):
            break
        found.append(answer)
    process.kill()
    process.join()
    return answer if isinstance(answer, str) else found


def _child(ask: Ask, text: str, out: Connection) -> None:
    try:
        for _ in range(1 + WARM):
            start = time.perf_counter()
            rows = ask(text)
            out.send((rows, time.perf_counter() - start))
    except Exception as error:  # noqa: BLE001 The table shows any error of a store.
        out.send(f"{type(error).__name__} {error}")


if __name__ == "__main__":
    main()
