"""What a person reads of a build: its summary, its statistics, and the answers to SPARQL queries."""

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store, serialize

from kg import display, queries, report, store
from kg.build import Result
from kg.errors import QueryError, SourceError, UnknownName, UnknownPrefix
from kg.layout import Layout
from kg.tables import Build
from kg.terms import expand, namespaces

_TRIPLES = ("turtle", "ntriples", "table", "tsv")
"""Formats of CONSTRUCT and DESCRIBE; what would be a table is Turtle."""

SHOWN = 20
"""Lines of the report that a build shows; the rest is in the file."""


def problems(result: Result, output: str) -> str:
    """Give the errors and warnings of a build, a line each, the first of them."""
    lines = [str(line) for line in result.report if line.severity != "note"]
    more = [f"... and {len(lines) - SHOWN} more in {output}/report.tsv"] if len(lines) > SHOWN else []
    return "".join(f"{line}\n" for line in [*lines[:SHOWN], *more])


def summary(result: Result, output: str) -> str:
    """Say what a build read and wrote, where it is, and what to try next."""
    manifest = result.manifest
    counts, pairs, read, least = (manifest[key] for key in ("counts", "pairs", "input", "thresholds"))
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in counts["entities_by_category"].items())
    found = Counter[str](line.severity for line in result.report)
    rows = [
        ("read", f"{read['records']:,} records and {read['sidecar_tables']:,} tables in {read['files']:,} files"),
        ("figures", f"{counts['figures']:,} in {counts['papers']:,} papers"),
        ("entities", f"{counts['entities']:,}" + (f" ({kinds})" if kinds else "")),
        ("mentions", f"{counts['mentions']:,}"),
        ("pairs", _pairs(pairs, least)),
        ("ungrounded", _some(result.ungrounded)),
        ("report", f"{output}/report.tsv: {', '.join(f'{found[kind]} {kind}s' for kind in report.ORDER)}"),
        ("", ""),
        *((name, _output(output, written)) for name, written in manifest["outputs"].items()),
        ("tables", f"{output}/tables/*.parquet"),
        ("", ""),
        ("next", "kg stats" + ("" if output == "exports" else f" --build {output}")),
    ]  # fmt: skip
    return "".join(f"{name:<10}  {text}".rstrip() + "\n" for name, text in rows if text or not name)


def _pairs(pairs: dict[str, int], least: dict[str, int]) -> str:
    counted = f"{pairs['distinct']:,} by different words ({pairs['distinct_all']:,} by any)"
    return f"{counted}, {least['pairs_kept']:,} of them in {least['min_figures']} figures or more"


def _some(names: Sequence[str], most: int = 10) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def _output(folder: str, written: dict[str, Any]) -> str:
    path = f"{folder}/{written.get('file') or written.get('folder', 'store')}"
    if "triples" in written:
        return f"{path}: {written['triples']:,} triples"
    left_out = written["left_out"]
    cut = f" ({left_out:,} weaker pairs left out; kg export --all keeps them)" if left_out else ""
    return f"{path}: {written['nodes']:,} nodes, {written['edges']:,} edges{cut}"


def listing() -> str:
    """List the canned queries: name, parameters, title."""
    found = [queries.load(name) for name in queries.names()]
    rows = [(query.name, " ".join(parameter.name for parameter in query.parameters), query.title) for query in found]
    return display.table(("query", "parameters", "title"), rows)


@dataclass(frozen=True, slots=True)
class Asked:
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
            layout: Any = Layout(out, used)
            serialize(rows, layout, format=RdfFormat.TURTLE, prefixes=used)
        return out.getvalue()

    def _table(self, results: QuerySolutions, width: int | None) -> str:
        columns = [variable.value for variable in results.variables]
        rows = [[display.term(cell, self.base) for cell in solution] for solution in results]
        # A parameter says the same in every row.
        shown = [place for place, name in enumerate(columns) if name not in self.parameters] or [*range(len(columns))]
        return display.table(
            [columns[place] for place in shown], [[row[place] for place in shown] for row in rows], width
        )


def ask(
    folder: Path | str, query: str, values: Mapping[str, Sequence[str]], read: Callable[[], bytes] | None = None
) -> Asked:
    """Prepare a canned query by name with its parameters, a SPARQL file, or what `read` gives."""
    build = Build(folder)
    opened = store.open_read_only(build)
    if read is None and query in queries.names():
        canned = queries.load(query)
        text = canned.bind(values, lambda given: _iri(opened, given, build.base), build.base)
        lists = {parameter.name for parameter in canned.parameters if parameter.type == "uri-list"}
        return Asked(opened, build.base, text, tuple(each.name for each in canned.parameters if each.name not in lists))
    if values:
        raise QueryError(f"-p is for canned queries; {query} is none (kg query --list)")
    return Asked(opened, build.base, _decode(read(), "standard input") if read else _read(query))


def _read(path: str) -> str:
    try:
        return _decode(Path(path).read_bytes(), path)
    except FileNotFoundError:
        raise UnknownName("query or file", path, queries.names()) from None
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
