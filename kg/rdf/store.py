"""The Oxigraph store of a build, opened read-only, and SPARQL queries on it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    Store,
)

from kg.errors import REBUILD, QueryError, SourceError, UnknownPrefix
from kg.model.identifiers import CLASSES, DEFAULT_BASE, expand, namespaces, normal_identifier, query_prefixes
from kg.rdf.query_text import query_form, services, tokens

if TYPE_CHECKING:  # without Arrow, a process that only queries starts in half the time
    from kg.model.build import Build

Results = QueryBoolean | QuerySolutions | QueryTriples

SOLUTIONS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
"""Formats of results of SELECT and ASK, by name."""


class Graphs(NamedTuple):
    """Graphs that a query reads in place of those in its FROM clauses; None leaves the choice to the query.

    All of them are graphs of the store: none is fetched from the network.
    """

    default: list[NamedNode | BlankNode | DefaultGraph] | None = None
    named: list[NamedNode | BlankNode] | None = None


_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_RDFS_LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_DATA = re.compile(r"\bVALUES\s*(?:[?$]\w+|\([^()]*\))\s*\{[^{}]*\}", re.IGNORECASE)
_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)

MAX_DEPTH = 100
"""Levels of brackets, more than any query needs: the parser overflows the stack at thousands, and the process ends."""

MAX_TOKENS = 5000
"""Words and signs outside VALUES: a chain of 10,000 `+`, UNION or FILTER overflows the stack, too."""


def open_read_only(build: Build) -> Store:
    """Open the store of a build; raise SourceError where it is missing or damaged."""
    folder = build.folder / "store"
    if not folder.is_dir() or "store" not in build.manifest.get("outputs", {}):
        raise SourceError(f"{folder}: this build has no store; make it with: kg build SOURCE (without --no-store)")
    return open_folder(folder)


def open_folder(folder: Path) -> Store:
    """Open a store by its folder; raise SourceError where it is damaged."""
    try:
        return Store.read_only(str(folder))
    except (OSError, RuntimeError, ValueError) as error:
        raise SourceError(f"{folder}: cannot be opened ({error}); {REBUILD}") from None


_UPDATES = {"ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"}


def query(
    store: Store, text: str, base: str = DEFAULT_BASE, graphs: Graphs = Graphs(), address: str | None = None
) -> Results:
    """Run a SPARQL query, which may leave out the usual prefixes; raise QueryError with the fault and its position.

    Relative IRIs of the query resolve against `address`, the endpoint's; without one they are a fault.
    """
    check(text)
    try:
        return store.query(
            text,
            base_iri=address,
            prefixes=query_prefixes(base),
            default_graph=graphs.default,
            named_graphs=graphs.named,
        )
    except SyntaxError as error:
        raise QueryError(_position(str(error), text, base)) from None
    except (ValueError, RuntimeError, OSError) as error:
        raise QueryError(" ".join(str(error).split())) from None


def _position(message: str, text: str, base: str) -> str:
    """Return a syntax error on one line, without the engine's list of every character that was expected."""
    if (form := query_form(text)) in _UPDATES:
        return f"{form} is an update, and a build is only read; ask with SELECT, ASK, CONSTRUCT or DESCRIBE"
    match = _POSITION.fullmatch(message)
    if match is None:
        return " ".join(message.split())
    if name := _undeclared(text, base):
        return f"line {match[1]}, column {match[2]}: the prefix of {name} is not known here; declare it with PREFIX"
    expected = re.sub(r", \[.*", "", match[3], flags=re.DOTALL)
    return f"line {match[1]}, column {match[2]}: {' '.join(expected.split())}"


def _undeclared(text: str, base: str) -> str:
    """Return the first name of a query whose prefix is neither declared nor usual; empty where there is none."""
    known, before = set(query_prefixes(base)), ""
    for token in tokens(text):
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if before.upper() == "PREFIX":
                known.add(prefix)
            elif prefix not in known:
                return token.text
        before = token.text
    return ""


def check(text: str) -> None:
    """Raise QueryError for a query that could harm the process or reach the network.

    Deep nesting and long chains overflow the engine's stack. SERVICE queries another endpoint, unless it is allowed.
    """
    sequence = [*tokens(text)]
    depth = deepest = 0
    for token in sequence:
        if token.kind == "sign" and token.text in "{}()[]":
            depth += 1 if token.text in "{([" else -1
            deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise QueryError(f"nested {deepest} levels deep; at most {MAX_DEPTH}")
    bare = " ".join(token.text for token in sequence if token.kind not in ("iri", "text"))
    length = len(re.findall(r"\w+|[^\w\s]", _DATA.sub(" ", bare)))
    if length > MAX_TOKENS:
        raise QueryError(f"{length} words and signs long; at most {MAX_TOKENS}, not counting what VALUES lists")
    if not os.environ.get("KG_ALLOW_SERVICE") and services(text):
        raise QueryError("SERVICE asks another endpoint over the network; set KG_ALLOW_SERVICE=1 to allow it")


def find(store: Store, text: str, base: str = DEFAULT_BASE) -> str | None:
    """Return the IRI of the entity or figure with an identifier or exact name; None where it takes the resolver.

    This is a shortcut: kg.graph.resolve.Resolver returns the same, from tables that take longer to open.
    """
    id_ = normal_identifier(text, base)
    if id_.startswith("word:"):
        return None
    if ":" in id_:
        try:
            candidates = [NamedNode(expand(id_, base))]
        except (UnknownPrefix, ValueError):
            return None
    else:
        labelled = store.quads_for_pattern(None, _RDFS_LABEL, Literal(text), None)
        candidates = [quad.subject for quad in labelled if isinstance(quad.subject, NamedNode)]
    entities = {candidate.value for candidate in candidates if _has_a_class(store, candidate, base)}
    return entities.pop() if len(entities) == 1 else None


def name_of(store: Store, iri: str) -> str:
    """Return the name of an entity or figure; empty where the store has none."""
    quads = store.quads_for_pattern(NamedNode(iri), _RDFS_LABEL, None, None)
    return next((quad.object.value for quad in quads if isinstance(quad.object, Literal)), "")


def _has_a_class(store: Store, subject: NamedNode, base: str) -> bool:
    """Check whether a node is an entity or a figure."""
    prefixes = namespaces(base)
    curies = [curie.partition(":") for curie in (*CLASSES.values(), "fabio:Figure")]
    classes = [NamedNode(prefixes[prefix] + name) for prefix, _, name in curies]
    return any(quad.object in classes for quad in store.quads_for_pattern(subject, _RDF_TYPE, None, None))
