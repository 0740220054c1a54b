"""The queryable store: an Oxigraph folder, made anew with each build and opened read-only."""

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

from kg.errors import QueryError, SourceError, UnknownPrefix
from kg.model.identifiers import CLASSES, DEFAULT_BASE, expand, namespaces, normal_identifier

if TYPE_CHECKING:  # a process that only asks starts in half the time without Arrow
    from kg.model.tables import Build

Results = QueryBoolean | QuerySolutions | QueryTriples

SOLUTIONS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
"""Formats of the answers to SELECT and ASK, by name."""


class Graphs(NamedTuple):
    """What a query asks instead of what its own FROM says; None leaves it to the query. Nothing is ever fetched."""

    default: list[NamedNode | BlankNode | DefaultGraph] | None = None
    named: list[NamedNode | BlankNode] | None = None


_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_RDFS_LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_NO_CODE = re.compile(
    r"""
    \\.                                     # an escaped character of a name: it opens nothing
    | \#[^\n\r]*                            # a comment
    | <[^<>"{}|^`\\\x00-\x20]*>             # an IRI, and nothing else between < and >
    | \"{3}(?:\\.|(?!\"{3})[^\\])*\"{3}     # texts, long before short
    | '{3}(?:\\.|(?!'{3})[^\\])*'{3}
    | "(?:\\.|[^"\\\n\r])*"
    | '(?:\\.|[^'\\\n\r])*'
    """,
    re.DOTALL | re.VERBOSE,
)
_DATA = re.compile(r"\bVALUES\s*(?:[?$]\w+|\([^()]*\))\s*\{[^{}]*\}", re.IGNORECASE)
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_SERVICE = re.compile(r"\bSERVICE\b\s*(?:SILENT\b\s*)?(?:<(\d+)>)?", re.IGNORECASE)

MAX_DEPTH = 100
"""Deeper nesting than any query needs; far deeper, and the parser overflows the stack and kills the process."""

MAX_TOKENS = 5000
"""Words and signs outside VALUES: a chain of 10,000 `+`, UNION or FILTER overflows the stack just as well."""


def open_read_only(build: Build) -> Store:
    """Open the store of a build; raise SourceError where it has none or it is damaged."""
    folder = build.folder / "store"
    if not folder.is_dir() or "store" not in build.manifest.get("outputs", {}):
        raise SourceError(f"{folder}: this build has no store; make it with: kg build SOURCE (without --no-store)")
    return open_folder(folder)


def open_folder(folder: Path) -> Store:
    """Open a store by its folder; raise SourceError where it is damaged."""
    try:
        return Store.read_only(str(folder))
    except (OSError, RuntimeError, ValueError) as error:
        raise SourceError(f"{folder}: cannot be opened ({error}); build again") from None


def query(store: Store, text: str, base: str = DEFAULT_BASE, graphs: Graphs = Graphs()) -> Results:
    """Run a SPARQL query, which may leave out the usual prefixes; raise QueryError with what is wrong and where."""
    check(text)
    try:
        return store.query(text, prefixes=namespaces(base), default_graph=graphs.default, named_graphs=graphs.named)
    except SyntaxError as error:
        raise QueryError(_where(str(error))) from None
    except (ValueError, RuntimeError, OSError) as error:
        raise QueryError(" ".join(str(error).split())) from None


def _where(message: str) -> str:
    """Give a syntax error on one line; the engine lists every character that could have stood there."""
    found = _PLACE.fullmatch(message)
    if found is None:
        return " ".join(message.split())
    expected = re.sub(r", \[.*", "", found[3], flags=re.DOTALL)
    return f"line {found[1]}, column {found[2]}: {' '.join(expected.split())}"


def check(text: str) -> None:
    """Refuse what the engine cannot be trusted with.

    That is nesting and chains it would overflow the stack with, and SERVICE, which reaches the network.
    """
    bare = _NO_CODE.sub(" ", text)
    depth = deepest = 0
    for bracket in re.findall(r"[{}()\[\]]", bare):
        depth += 1 if bracket in "{([" else -1
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise QueryError(f"nested {deepest} levels deep; at most {MAX_DEPTH}")
    tokens = len(re.findall(r"\w+|[^\w\s]", _DATA.sub(" ", bare)))
    if tokens > MAX_TOKENS:
        raise QueryError(f"{tokens} words and signs long; at most {MAX_TOKENS}, not counting what VALUES lists")
    if re.search(r"\bSERVICE\b", bare, re.IGNORECASE) and not os.environ.get("KG_ALLOW_SERVICE"):
        raise QueryError("SERVICE asks another endpoint over the network; set KG_ALLOW_SERVICE=1 to allow it")


def services(text: str) -> list[str]:
    """Give the IRI that each SERVICE of a query asks; an empty text where a variable or a short name stands there."""
    iris: list[str] = []

    def numbered(found: re.Match[str]) -> str:
        if not found[0].startswith("<"):
            return " "
        iris.append(found[0][1:-1])
        return f"<{len(iris) - 1}>"

    asked = _SERVICE.findall(_NO_CODE.sub(numbered, text))
    return [iris[int(number)] if number else "" for number in asked]


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
    found = {candidate.value for candidate in candidates if _has_a_class(store, candidate, base)}
    return found.pop() if len(found) == 1 else None


def _has_a_class(store: Store, subject: NamedNode, base: str) -> bool:
    """Check whether a node is an entity or a figure."""
    prefixes = namespaces(base)
    curies = [curie.partition(":") for curie in (*CLASSES.values(), "fabio:Figure")]
    classes = [NamedNode(prefixes[prefix] + name) for prefix, _, name in curies]
    return any(quad.object in classes for quad in store.quads_for_pattern(subject, _RDF_TYPE, None, None))
