"""Turtle and N-Triples of the whole graph, streamed and grouped by subject."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import starmap
from typing import Any

import pyarrow as pa

from kg.engines import Engine
from kg.engines.statements import Statements
from kg.errors import OutputError, UnknownChoice
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model.build import Build
from kg.model.identifiers import NAMESPACES, namespaces
from kg.model.records import SURE
from kg.model.releases import PUBLISH_PAPERS, PUBLISH_Q
from kg.rdf.syntax import NTriplesSyntax, Syntax, TurtleSyntax
from kg.rdf.text_select import TextSelects
from kg.rdf.text_terms import TermTables
from kg.rdf.triples import TripleWriter
from kg.runtime.files import BinaryWriter
from kg.runtime.processes import Workers

STATEMENTS = Statements("kg.rdf", "dump")

LAYERS = ("mentions", "words", "cooccurrences", "terms")
"""Optional parts of a dump. Figures, papers, entities and citations are always written."""

USUAL_LAYERS = LAYERS[:3]
"""Layers of a dump by default: all but `terms`, the co-occurrence of words."""

ROW_LAYERS = {
    "associations": "cooccurrences",
    "outstanding": "cooccurrences",
    "words": "words",
    "candidates": "words",
    "terms": "words",
    "term_associations": "terms",
}
"""Layer of a statement's rows; other rows are `records`. Some predicates have a layer of their own: kg.rdf.quads."""

TEXT_KINDS = frozenset(
    {"figures", "papers", "entities", "associations", "words", "candidates", "terms", "term_associations"}
)
"""Statements whose text DuckDB makes in Turtle and N-Triples."""

BATCH_ROWS = 8_192
"""Rows whose text is made at once. A row is one subject."""

PARALLEL_TRIPLES = 500_000
"""Estimated triples from which worker processes write the text; to start them takes a second."""

_UNUSED_PREFIXES = frozenset({"dcat", "doi", "pav", "prov", "rdf", "sh", "spdx"})
"""Prefixes of the dataset description only, and that of DOIs, whose slash would need a backslash."""

RowBatch = tuple[str, pa.Buffer, pa.Schema]
"""The name of a statement, some of its rows as an Arrow message, and their schema."""


class Turtle:
    """Turtle, the dump that people read."""

    suffixes: tuple[str, ...] = (".ttl",)
    of_views = False
    counted = "triples"
    reify = False
    rdf: str | None = None
    """Form of the RDF, lean or full; None: that of the build."""

    def __init__(self, jobs: int | None = None) -> None:
        """Write large graphs with `jobs` processes; None: one for each core."""
        self._jobs = jobs or os.cpu_count() or 1

    def write(
        self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter, layers: tuple[str, ...] = USUAL_LAYERS
    ) -> int:
        """Write the whole graph; return the number of triples, each of which is written once.

        Raises UnknownChoice for an unknown layer, OutputError where a worker process is killed.
        """
        del view  # a dump has everything
        for layer in layers:
            if layer not in LAYERS:
                raise UnknownChoice("layer", layer, LAYERS)
        syntax = self.syntax(graph.build)
        file.write(syntax.head.encode())
        full = is_full(graph.build.manifest) if self.rdf is None else self.rdf == "full"
        create_pair_tables(graph.engine, layers, graph.build.manifest, full=full)
        serializer = partial(RowSerializer, graph.build.base, syntax, layers, self.reify, full)
        selects = text_selects(graph, syntax, layers, reify=self.reify, full=full)
        terms = TermTables(graph.engine, graph.build.base, syntax, layers).created() if selects else nullcontext()
        count = 0
        with terms:
            for text, triples in self._texts(serializer, graph, layers, selects):
                file.write(text)
                count += triples
        file.write(syntax.tail.encode())
        return count

    def _texts(
        self,
        serializer: "Callable[[], RowSerializer]",
        graph: KnowledgeGraph,
        layers: tuple[str, ...],
        selects: TextSelects | None,
    ) -> Iterator[tuple[bytes, int]]:
        """Yield the text of each batch of rows, in order, with the number of its triples."""
        engine, kinds = graph.engine, row_kinds(layers)
        fast = TEXT_KINDS if selects else frozenset()
        parallel = not fast and self._jobs > 1 and _estimated_triples(graph.build.manifest) >= PARALLEL_TRIPLES
        with self._rows_writer(serializer, parallel=parallel) as texts_of_rows:
            for name in kinds:
                if selects and name in fast:
                    yield from selects.texts(engine, name)
                else:
                    yield from texts_of_rows(row_batches(engine, name))

    @contextmanager
    def _rows_writer(
        self, serializer: "Callable[[], RowSerializer]", *, parallel: bool
    ) -> "Iterator[Callable[[Iterator[RowBatch]], Iterator[tuple[bytes, int]]]]":
        """Return the function that makes the text of batches, in order, here or in worker processes."""
        if not parallel:
            yield partial(starmap, serializer())
            return
        try:
            with Workers(self._jobs, _start_worker, serializer) as workers:
                yield partial(_submit_ahead, workers, 2 * self._jobs)
        except BrokenProcessPool:
            raise OutputError("a process that wrote RDF was killed, perhaps for want of memory") from None

    def syntax(self, build: Build) -> Syntax:
        """Return the syntax of the dump of a build."""
        return TurtleSyntax(prefixes(build.base))


class Turtle12(Turtle):
    """Turtle of RDF 1.2, where an association reifies the triple that it is about."""

    suffixes = ()
    reify = True

    def syntax(self, build: Build) -> Syntax:
        """Return Turtle with the prefix of reifiers."""
        return TurtleSyntax(prefixes(build.base) | {"rdf": NAMESPACES["rdf"]})


class NTriples(Turtle):
    """N-Triples, the dump that other stores load fastest."""

    suffixes = (".nt",)

    def syntax(self, build: Build) -> Syntax:
        """Return N-Triples."""
        del build  # there are neither prefixes nor graphs
        return NTriplesSyntax()


def prefixes(base: str) -> dict[str, str]:
    """Return the prefixes of a dump with their namespaces."""
    return {name: iri for name, iri in namespaces(base).items() if name not in _UNUSED_PREFIXES}


def create_pair_tables(
    engine: Engine, layers: tuple[str, ...], manifest: dict[str, Any], *, full: bool | None = None
) -> None:
    """Create the tables of the pairs and words that RDF holds, in the layers and by the thresholds of the manifest.

    With `full` they have what only the full form states; None means the form of the manifest.
    """
    parameters = manifest["parameters"]
    STATEMENTS.run(
        engine,
        min_figures=int(manifest["thresholds"]["min_figures"]),
        layers=("records", *layers),
        full=is_full(manifest) if full is None else full,
        publish_papers=parameters.get("publish_papers", PUBLISH_PAPERS),
        publish_q=parameters.get("publish_q", PUBLISH_Q),
        sure=SURE,
    )


def is_full(manifest: dict[str, Any]) -> bool:
    """Return whether the dump states derived triples, too."""
    return bool(manifest["parameters"].get("rdf") == "full")


def row_kinds(layers: tuple[str, ...]) -> list[str]:
    """Return the names of the statements whose rows the layers need, in the order of the dump.

    >>> row_kinds(("mentions", "cooccurrences"))
    ['figures', 'papers', 'entities', 'associations', 'outstanding']
    """
    rows = [statement.name for statement in STATEMENTS if statement.kind == "rows"]
    return [name for name in rows if name not in ROW_LAYERS or ROW_LAYERS[name] in layers]


def row_writers(writer: TripleWriter) -> dict[str, Callable[[dict[str, Any]], str]]:
    """Return the method that serializes the rows of each statement."""
    return {
        "figures": writer.figure,
        "papers": writer.paper,
        "entities": writer.entity,
        "associations": writer.association,
        "outstanding": writer.outstanding,
        "words": writer.annotation,
        "candidates": writer.candidate,
        "terms": writer.word,
        "term_associations": writer.word_association,
    }


def text_selects(
    graph: KnowledgeGraph, syntax: Syntax, layers: tuple[str, ...], *, reify: bool = False, full: bool = False
) -> TextSelects | None:
    """Return the SELECTs of the text of pairs and annotations; None where rows are written one by one."""
    if reify or not TextSelects.can_write(graph.engine, syntax):
        return None
    return TextSelects(graph.build.base, syntax, layers, full=full)


def _estimated_triples(manifest: dict[str, Any]) -> int:
    """Guess the triples that are written row by row: a pair has 15, of which 4 are its entities', a mention 5."""
    return int(15 * manifest["thresholds"]["pairs_kept"] + 5 * manifest["counts"]["mentions"])


def row_batches(engine: Engine, name: str) -> Iterator[RowBatch]:
    """Read the rows of a statement in batches, as messages for a worker process."""
    for batch in engine.stream(STATEMENTS.sql(name, engine.dialect)):
        for start in range(0, batch.num_rows, BATCH_ROWS):
            yield name, batch.slice(start, BATCH_ROWS).serialize(), batch.schema


def _submit_ahead(workers: Workers, most: int, batches: Iterator[RowBatch]) -> Iterator[tuple[bytes, int]]:
    """Yield the texts of batches that worker processes make, in order; at most `most` of them wait."""
    waiting: deque[Future[tuple[bytes, int]]] = deque()
    for batch in batches:
        waiting.append(workers.submit(_serialize, *batch))
        if len(waiting) > most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


class RowSerializer:
    """Makes the text of batches of rows, here or in a worker process."""

    def __init__(self, base: str, syntax: Syntax, layers: tuple[str, ...], reify: bool, full: bool) -> None:
        """Take the values of TripleWriter."""
        self._syntax = syntax
        self._writer = TripleWriter(base, syntax, layers, reify=reify, full=full)
        self._writers = row_writers(self._writer)

    def __call__(self, name: str, rows: pa.Buffer, schema: pa.Schema) -> tuple[bytes, int]:
        """Return the text of the rows of a statement, with the number of triples."""
        before = self._writer.count
        self._syntax.layer = ROW_LAYERS.get(name, "records")
        text = "".join(map(self._writers[name], pa.ipc.read_record_batch(rows, schema).to_pylist()))
        return text.encode("utf-8", "replace"), self._writer.count - before


_serializer: RowSerializer
"""The serializer of a worker process, made once: its terms and templates serve all batches of the process."""


def _start_worker(make: Callable[[], RowSerializer]) -> None:
    global _serializer  # noqa: PLW0603 a worker process passes nothing from its start to its tasks
    _serializer = make()


def _serialize(name: str, rows: pa.Buffer, schema: pa.Schema) -> tuple[bytes, int]:
    return _serializer(name, rows, schema)
