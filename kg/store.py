"""The queryable store: an Oxigraph folder, made anew with each build and opened read-only."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store

from kg.errors import QueryError, SourceError
from kg.tables import Build
from kg.terms import DEFAULT_BASE, namespaces

Results = QueryBoolean | QuerySolutions | QueryTriples

_RDFS_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_COMMENT_OR_TEXT = re.compile(
    r"#[^\n]*|<[^<>\s]*>|\"{3}.*?\"{3}|'{3}.*?'{3}|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", re.DOTALL
)
MAX_DEPTH = 100
"""Deeper nesting than any query needs; far deeper, and the parser overflows the stack and kills the process."""


def create(folder: Path, dumps: Iterable[Path]) -> int:
    """Load Turtle files into a new store in `folder`; return its number of triples."""
    store = Store(str(folder))
    for dump in dumps:
        store.bulk_load(path=str(dump), format=RdfFormat.TURTLE)
    store.flush()
    return len(store)


def open_read_only(build: Build) -> Store:
    """Open the store of a build; raise SourceError where it has none or it is damaged."""
    folder = build.folder / "store"
    if not folder.is_dir() or "store" not in build.manifest.get("outputs", {}):
        raise SourceError(f"{folder}: this build has no store; make it with: kg build SOURCE (without --no-store)")
    try:
        return Store.read_only(str(folder))
    except (OSError, RuntimeError, ValueError) as error:
        raise SourceError(f"{folder}: cannot be opened ({error}); build again") from None


def query(store: Store, text: str, base: str = DEFAULT_BASE) -> Results:
    """Run a SPARQL query, which may leave out the usual prefixes; raise QueryError with what is wrong and where."""
    check(text)
    try:
        return store.query(text, prefixes=namespaces(base))
    except SyntaxError as error:
        raise QueryError(f"line {error.lineno}, column {error.offset}: {error.msg}") from None
    except (ValueError, RuntimeError, OSError) as error:
        raise QueryError(" ".join(str(error).split())) from None


def check(text: str) -> None:
    """Refuse what the engine cannot be trusted with: deep nesting, and SERVICE, which reaches the network."""
    bare = _COMMENT_OR_TEXT.sub(" ", text)
    depth = deepest = 0
    for bracket in re.findall(r"[{}()\[\]]", bare):
        depth += 1 if bracket in "{([" else -1
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise QueryError(f"nested {deepest} levels deep; at most {MAX_DEPTH}")
    if re.search(r"\bSERVICE\b", bare, re.IGNORECASE) and not os.environ.get("KG_ALLOW_SERVICE"):
        raise QueryError("SERVICE asks another endpoint over the network; set KG_ALLOW_SERVICE=1 to allow it")


def find(store: Store, label: str) -> str:
    """Give the IRI of the one thing with this label; raise QueryError where there is none or several."""
    from pyoxigraph import Literal, NamedNode

    quads = store.quads_for_pattern(None, NamedNode(_RDFS_LABEL[1:-1]), Literal(label), None)
    found = sorted(str(quad.subject)[1:-1] for quad in quads)
    if len(found) == 1:
        return found[0]
    if found:
        raise QueryError(f"{label!r} names several things: {', '.join(found[:10])}; give one of these")
    raise QueryError(f"nothing is named {label!r} here; give a name as kg stats shows it, a CURIE or an IRI")
