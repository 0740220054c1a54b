"""What a person reads of a build: its summary, its statistics, and the answers to SPARQL queries."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store, serialize

from kg.cli import text_table
from kg.errors import QueryError, SourceError, UnknownName, UnknownPrefix
from kg.model.identifiers import expand, namespaces
from kg.model.tables import Build
from kg.rdf import canned_queries, store
from kg.rdf.turtle_layout import TurtleLayout

_TRIPLES = ("turtle", "ntriples", "table", "tsv")
"""Formats of CONSTRUCT and DESCRIBE; what would be a table is Turtle."""


def listing() -> str:
    """List the canned queries: name, parameters, title."""
    found = [canned_queries.load(name) for name in canned_queries.names()]
    rows = [(query.name, " ".join(parameter.name for parameter in query.parameters), query.title) for query in found]
    return text_table.table(("query", "parameters", "title"), rows)


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A query that is ready to run."""

    store: Store
    base: str
    text: str
    parameters: tuple[str, ...] = ()

    def render(self, format_: str, width: int | None = None) -> bytes:
        """Run the query and give its answer; raise QueryError where the format does not fit the kind of query."""
        results = store.query(self.store, self.text, self.base)
        if isinstance(results, QueryTriples):
            return self._triples(results, format_)
        if format_ in ("turtle", "ntriples"):
            raise QueryError(f"{format_} is for CONSTRUCT and DESCRIBE; take table, csv, tsv, json or xml")
        if format_ != "table":
            return self._serialized(results, format_)
        if isinstance(results, QueryBoolean):
            return b"true\n" if results else b"false\n"
        return self._table(results, width).encode()

    def _serialized(self, results: QuerySolutions | QueryBoolean, format_: str) -> bytes:
        body = results.serialize(format=store.SOLUTIONS[format_])
        assert body is not None  # None only when it was written to a file
        return body if body.endswith(b"\n") else body + b"\n"

    def _triples(self, results: QueryTriples, format_: str) -> bytes:
        if format_ not in _TRIPLES:
            raise QueryError(f"{format_} is for SELECT and ASK; take turtle or ntriples")
        out = io.BytesIO()
        rows = sorted(set(results), key=str)
        if format_ == "ntriples":
            serialize(rows, out, format=RdfFormat.N_TRIPLES)
        else:
            used = {name: iri for name, iri in namespaces(self.base).items() if any(iri in str(row) for row in rows)}
            layout: Any = TurtleLayout(out, used)
            serialize(rows, layout, format=RdfFormat.TURTLE, prefixes=used)
        return out.getvalue()

    def _table(self, results: QuerySolutions, width: int | None) -> str:
        columns = [variable.value for variable in results.variables]
        rows = [[text_table.term(cell, self.base) for cell in solution] for solution in results]
        # A parameter says the same in every row.
        shown = [place for place, name in enumerate(columns) if name not in self.parameters] or [*range(len(columns))]
        return text_table.table(
            [columns[place] for place in shown], [[row[place] for place in shown] for row in rows], width
        )


def ask(
    folder: Path | str, query: str, values: Mapping[str, Sequence[str]], read: Callable[[], bytes] | None = None
) -> PreparedQuery:
    """Prepare a canned query by name with its parameters, a SPARQL file, or what `read` gives."""
    build = Build(folder)
    opened = store.open_read_only(build)
    if read is None and query in canned_queries.names():
        canned = canned_queries.load(query)
        text = canned.bind(values, lambda given: _iri(opened, given, build.base), build.base)
        lists = {parameter.name for parameter in canned.parameters if parameter.type == "uri-list"}
        return PreparedQuery(
            opened, build.base, text, tuple(each.name for each in canned.parameters if each.name not in lists)
        )
    if values:
        raise QueryError(f"-p is for canned queries; {query} is none (kg query --list)")
    return PreparedQuery(opened, build.base, _decode(read(), "standard input") if read else _read(query))


def _read(path: str) -> str:
    try:
        return _decode(Path(path).read_bytes(), path)
    except FileNotFoundError:
        raise UnknownName("query or file", path, canned_queries.names()) from None
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from None


def _decode(body: bytes, name: str) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{name}: not UTF-8 at byte {error.start}; save it as UTF-8") from None


def _iri(opened: Store, given: str, base: str) -> str:
    """Take a CURIE, a figid or the name of a thing for its IRI."""
    try:
        return expand(f"pfocr:{given}" if given.startswith("PMC") and "__" in given else given, base)
    except UnknownPrefix:
        return store.find(opened, given)
