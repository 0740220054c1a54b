"""Answers of `kg query`: canned queries with their parameters, SPARQL texts, and their results in every format."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store, serialize

from kg.cli import rdf_terms, text_table
from kg.errors import QueryError, SourceError, UnknownChoice, cut
from kg.model import delimited
from kg.model.build import Build
from kg.model.identifiers import DEFAULT_BASE, expand, namespaces, short_iri
from kg.model.text import collapse
from kg.rdf import canned_queries, store
from kg.rdf.plain_terms import plain_term
from kg.rdf.turtle_layout import TurtleLayout

if TYPE_CHECKING:
    from kg.graph.knowledge_graph import KnowledgeGraph

_TRIPLES = ("turtle", "ntriples", "table", "tsv")
"""Formats of CONSTRUCT and DESCRIBE; `table` and `tsv` write Turtle."""

_SPARQL = {"sparql-csv": "csv", "sparql-tsv": "tsv", "json": "json", "xml": "xml"}
"""Names of the formats of SPARQL 1.1 for the answers of SELECT and ASK, to their keys in `store.SOLUTIONS`."""

FORMATS = ("table", "tsv", "csv", *_SPARQL, "turtle", "ntriples")
"""Formats of answers, as the command line names them."""

_FORM = re.compile(r"\b(?:select|ask|construct|describe)\b(?=.*[\s{])", re.IGNORECASE | re.DOTALL)
"""A form of query and, behind it, a blank or a brace; no usual name of a file has both."""

_PAIRS = re.compile(r"\b(?:concept_pair_count|occurs_together_in_literature_with|drawnWith|strongestAssociation)\b")
"""Terms of a query that reads pairs."""


def listing(format_: str | None = None) -> str:
    """List the canned queries: name, parameters, title; as RDF where the format is `turtle`."""
    if format_ == "turtle":
        from kg.rdf import query_rdf

        return query_rdf.to_rdf().serialize(format="turtle")
    queries = [canned_queries.load(name) for name in canned_queries.names()]
    rows = [(query.name, " ".join(parameter.name for parameter in query.parameters), query.title) for query in queries]
    return text_table.table(("query", "parameters", "title"), rows)


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A query that is ready to run."""

    store: Store
    base: str
    text: str
    parameters: tuple[str, ...] = ()
    """Names of the parameters that hold one value; a table leaves their columns out."""
    defaults: tuple[str, ...] = ()
    """Notes on the entities and figures of parameters without a value, one for each parameter."""
    none: str = ""
    """The note on an answer without rows; empty for a query that is not canned."""
    file: str = ""
    """File of the query, which an error names; empty for others."""

    def render(self, format_: str, width: int | None = None) -> bytes:
        """Run the query and return its answer.

        Raises QueryError where the text is no SPARQL, and where the format does not fit the kind of query.
        """
        try:
            results = store.query(self.store, self.text, self.base)
        except QueryError as error:
            raise QueryError(f"{self.file}: {error}" if self.file else str(error)) from None
        if isinstance(results, QueryTriples):
            return self._triples(results, format_)
        if format_ in ("turtle", "ntriples"):
            raise QueryError(f"{format_} is for CONSTRUCT and DESCRIBE; take table, csv, tsv, json or xml")
        if format_ in _SPARQL:
            return self._serialized(results, _SPARQL[format_])
        if isinstance(results, QueryBoolean):
            return b"true\n" if results else b"false\n"
        if format_ == "table":
            return self._table(results, width).encode()
        return self._plain(results, delimited.ROWS[format_]).encode()

    def notes(self, body: bytes, format_: str) -> tuple[str, ...]:
        """Return the notes on an answer of `render`, each one line."""
        marks = {"json": b'"bindings":[{', "xml": b"<result>"}
        rows = marks[format_] in body if format_ in marks else body.count(b"\n") > (2 if format_ == "table" else 1)
        return self.defaults if rows or not self.none else (*self.defaults, self.none)

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

    def _plain(self, results: QuerySolutions, row: Callable[[Iterable[str]], str]) -> str:
        header = row(variable.value for variable in results.variables)
        return header + "".join([row(plain_term(term, self.base) for term in solution) for solution in results])

    def _table(self, results: QuerySolutions, width: int | None) -> str:
        columns = [variable.value for variable in results.variables]
        rows = [[rdf_terms.term(cell, self.base) for cell in solution] for solution in results]
        # A parameter has the same value in every row.
        shown = [index for index, name in enumerate(columns) if name not in self.parameters] or [*range(len(columns))]
        return text_table.table(
            [columns[index] for index in shown], [[row[index] for index in shown] for row in rows], width
        )


def prepare(
    folder: Path | str,
    query: str,
    values: Mapping[str, Sequence[str]],
    read: Callable[[], bytes] | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> PreparedQuery:
    """Prepare a query: the text that `read` returns, a canned query by name, a SPARQL file, or its own text.

    `query` is the first of these that it can be. A text has SELECT, ASK, CONSTRUCT or DESCRIBE with a blank or a brace
    behind it; anything else that is no canned query is taken for the name of a file.

    `note` is called with a line on each entity that was not given by its identifier or exact name.
    """
    build = Build(folder)
    opened = store.open_read_only(build)
    if read is None and query in canned_queries.names():
        canned = canned_queries.load(query)
        with _Entities(build, opened, note) as entities:
            text = canned.bind(values, entities.iri, build.base)
        single = tuple(parameter.name for parameter in canned.parameters if parameter.type != "uri-list")
        return PreparedQuery(opened, build.base, text, single, _defaults(canned, values, opened, build.base),
                             _note_on_no_rows(text, build.min_figures))  # fmt: skip
    if values:
        raise QueryError(f"-p is for canned queries; {cut(query)} is none (kg query --list)")
    if read is not None:
        return PreparedQuery(opened, build.base, _decode(read(), "standard input"), file="standard input")
    if _FORM.search(query) and not _is_file(query):
        return PreparedQuery(opened, build.base, query)
    return PreparedQuery(opened, build.base, _read(query), file=query)


def _defaults(
    canned: canned_queries.Query, values: Mapping[str, Sequence[str]], opened: Store, base: str
) -> tuple[str, ...]:
    missing = [item for item in canned.parameters if item.type.startswith("uri") and item.name not in values]
    defaults = {item.name: _named(opened, item.default.replace(DEFAULT_BASE, base), base) for item in missing}
    return tuple(f"{name}: {value} (the default); choose with -p {name}=NAME" for name, value in defaults.items())


def _named(opened: Store, default: str, base: str) -> str:
    """Return the IRIs of a default as names, or as CURIEs where the build has no name."""
    return ", ".join(store.name_of(opened, iri) or short_iri(iri, base) for iri in default.split())


def _note_on_no_rows(text: str, min_figures: int) -> str:
    """Return the note on a canned query without rows: the store leaves out pairs of few figures."""
    if min_figures == 1 or not _PAIRS.search(text):
        return "no rows"
    return f"no rows; the store has pairs of {min_figures:,} figures or more (--min-figures of kg build)"


class _Entities:
    """Resolves parameters: by the store where it can, otherwise by the tables, which are opened when needed first."""

    def __init__(self, build: Build, opened: Store, note: Callable[[str], None]) -> None:
        self._build = build
        self._store = opened
        self._note = note
        self._closing = ExitStack()
        self._graph: KnowledgeGraph | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def iri(self, text: str) -> str:
        """Return the IRI of the entity or figure that a person means; raise UnknownName where it is none."""
        text = collapse(text)
        if iri := store.find(self._store, text, self._build.base):
            return iri
        if self._graph is None:
            from kg.graph.knowledge_graph import KnowledgeGraph  # DuckDB takes longer to start than most queries

            self._graph = self._closing.enter_context(KnowledgeGraph(self._build))
        match = self._graph.resolve(text)
        if not match.exact:
            self._note(match.note)
        return expand(match.id, self._build.base)


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):  # too long for a name of a file, or with a character that none has
        return False


def _read(path: str) -> str:
    if not path.strip():  # which would be the current folder
        raise UnknownChoice("query or file", path, canned_queries.names())
    try:
        return _decode(Path(path).read_bytes(), path)
    except FileNotFoundError:
        raise UnknownChoice("query or file", path, canned_queries.names()) from None
    except OSError as error:
        raise SourceError(f"{cut(path)}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise UnknownChoice("query or file", path, canned_queries.names()) from None


def _decode(body: bytes, name: str) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{name}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
