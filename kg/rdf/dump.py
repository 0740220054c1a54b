"""RDF: Turtle and N-Triples of the whole graph, streamed and grouped by subject."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import starmap
from typing import Any

import pyarrow as pa

from kg.engines import Engine
from kg.engines.statements import sql
from kg.errors import OutputError, UnknownName
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model.identifiers import NAMESPACES, namespaces
from kg.rdf.syntax import NTriplesSyntax, Syntax, TurtleSyntax
from kg.rdf.triples import TripleWriter
from kg.runtime.files import BinaryWriter
from kg.runtime.processes import Workers

LAYERS = ("mentions", "words", "cooccurrences", "terms")
"""What can be left out: figures, papers, entities and who cites whom are always written."""

USUAL_LAYERS = LAYERS[:3]
"""Terms, the co-occurrence of word with word, are written when they are asked for."""

_NO_PREFIX = frozenset({"dcat", "doi", "pav", "prov", "rdf", "sh", "spdx", "void"})
"""Of the dataset description only; and DOIs, whose slash would need a backslash."""

_SUBJECTS = 8_192
"""How many are written at once."""

_MANY = 500_000
"""Triples, about, from which on processes of their own write the text: to start them takes a second."""

_LAYER = {"associations": "cooccurrences", "words": "words", "terms": "terms", "term_associations": "terms"}
"""What a SELECT's rows belong to; of the others, what single predicates do: see kg.exporters.graphs."""

Some = tuple[str, pa.Buffer, pa.Schema]
"""The name of a SELECT of `kg/sql/rdf`, with some of its rows."""


class Turtle:
    """Turtle, the dump that people read."""

    suffixes: tuple[str, ...] = (".ttl",)
    of_views = False
    counted = "triples"
    reify = False

    def __init__(self, jobs: int | None = None) -> None:
        """Write large graphs with so many processes; None: as many as there are cores."""
        self._jobs = jobs or os.cpu_count() or 1

    def write(
        self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter, layers: tuple[str, ...] = USUAL_LAYERS
    ) -> int:
        """Write the whole graph; return the number of triples, each of which is written once."""
        del view  # a dump is of everything
        for layer in layers:
            if layer not in LAYERS:
                raise UnknownName("layer", layer, LAYERS)
        syntax = self._syntax(graph.build.base)
        file.write(syntax.head.encode())
        create_pair_tables(graph.engine, layers, graph.build.min_figures)
        maker = partial(_RowSerializer, graph.build.base, syntax, layers, self.reify)
        count = 0
        for text, triples in self._texts(maker, graph, layers):
            file.write(text)
            count += triples
        file.write(syntax.tail.encode())
        return count

    def _texts(
        self, maker: "Callable[[], _RowSerializer]", graph: KnowledgeGraph, layers: tuple[str, ...]
    ) -> Iterator[tuple[bytes, int]]:
        """Give the text of some subjects after the other, in order, with the number of their triples."""
        some = _some(graph.engine, layers)
        if self._jobs < 2 or _about(graph.build.manifest) < _MANY:
            yield from starmap(maker(), some)
            return
        waiting: deque[Future[tuple[bytes, int]]] = deque()
        try:
            with Workers(self._jobs, _begin, maker) as workers:
                for each in some:
                    waiting.append(workers.submit(_text, *each))
                    if len(waiting) > 2 * self._jobs:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
        except BrokenProcessPool:
            raise OutputError("a process that wrote RDF was killed, perhaps for want of memory") from None

    def _syntax(self, base: str) -> Syntax:
        return TurtleSyntax(prefixes(base))


class Turtle12(Turtle):
    """Turtle of RDF 1.2, where an association reifies the triple that it is about."""

    suffixes = ()
    reify = True

    def _syntax(self, base: str) -> Syntax:
        return TurtleSyntax(prefixes(base) | {"rdf": NAMESPACES["rdf"]})


class NTriples(Turtle):
    """N-Triples, the dump that other stores load fastest."""

    suffixes = (".nt",)

    def _syntax(self, base: str) -> Syntax:
        del base  # there are no prefixes
        return NTriplesSyntax()


def prefixes(base: str) -> dict[str, str]:
    """Give the prefixes of a dump."""
    return {name: iri for name, iri in namespaces(base).items() if name not in _NO_PREFIX}


def _about(manifest: dict[str, Any]) -> int:
    """Guess the number of triples: a pair has 21, a mention 7."""
    return int(21 * manifest["thresholds"]["pairs_kept"] + 7 * manifest["counts"]["mentions"])


def _some(engine: Engine, layers: tuple[str, ...]) -> Iterator[Some]:
    """Read figures, papers, entities, associations, words, a few thousand at a time."""
    for name in row_kinds(layers):
        for batch in engine.stream(sql(f"rdf/{name}")):
            for start in range(0, batch.num_rows, _SUBJECTS):
                yield name, batch.slice(start, _SUBJECTS).serialize(), batch.schema


class _RowSerializer:
    """Makes text of rows; in a process of its own, where there are many."""

    def __init__(self, base: str, syntax: Syntax, layers: tuple[str, ...], reify: bool) -> None:
        self._syntax = syntax
        self._writer = TripleWriter(base, syntax, mentions="mentions" in layers, terms="terms" in layers, reify=reify)
        self._makers = row_writers(self._writer, layers)

    def __call__(self, name: str, rows: pa.Buffer, schema: pa.Schema) -> tuple[bytes, int]:
        before = self._writer.count
        self._syntax.layer = _LAYER.get(name, "records")
        text = "".join(map(self._makers[name], pa.ipc.read_record_batch(rows, schema).to_pylist()))
        return text.encode("utf-8", "replace"), self._writer.count - before


_maker: _RowSerializer
"""Of this process, where it is a worker."""


def _begin(make: Callable[[], _RowSerializer]) -> None:
    global _maker  # noqa: PLW0603 a worker has no other place for it
    _maker = make()


def _text(name: str, rows: pa.Buffer, schema: pa.Schema) -> tuple[bytes, int]:
    return _maker(name, rows, schema)


def create_pair_tables(engine: Engine, layers: tuple[str, ...], least: int) -> None:
    """Make the tables of the pairs that RDF holds, those of `least` figures or more."""
    pairs = f"figures >= {least}" if "cooccurrences" in layers else "FALSE"
    engine.create_table("rdf_pairs", f"SELECT * FROM cooccurrences WHERE {pairs}")
    engine.create_table("rdf_word_pairs", f"SELECT * FROM word_cooccurrences WHERE figures >= {least}")


def row_kinds(layers: tuple[str, ...]) -> list[str]:
    """Give the names of the SELECTs of `kg/sql/rdf` that the layers need, in the order of the dump."""
    needs = {"words": "words", "terms": "terms", "term_associations": "terms"}
    names = ("figures", "papers", "entities", "associations", "words", "terms", "term_associations")
    return [name for name in names if name not in needs or needs[name] in layers]


def row_writers(writer: TripleWriter, layers: tuple[str, ...]) -> dict[str, Callable[[dict[str, Any]], str]]:
    """Give, for each of these SELECTs, what makes text of its rows."""
    found: dict[str, Callable[[dict[str, Any]], str]] = {
        "figures": writer.figure,
        "papers": writer.paper,
        "entities": writer.entity,
        "associations": writer.association,
        "words": writer.word,
        "terms": writer.term,
        "term_associations": writer.association_of_terms,
    }
    return {name: found[name] for name in row_kinds(layers)}
