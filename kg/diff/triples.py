"""The triples that differ between the dumps of two builds, as SPARQL Update.

The triples of a subject come from one row of one SELECT of a dump. So only differing rows become triples, and no dump
is written or read.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from kg import __version__
from kg.diff.comparison import Comparison
from kg.diff.selects import SIDES
from kg.errors import SourceError
from kg.model.build import Build
from kg.model.tables import TABLES
from kg.rdf.dump import LAYERS, STATEMENTS, USUAL_LAYERS, create_pair_tables, is_full, row_kinds, row_writers
from kg.rdf.syntax import NTriplesSyntax, Serialized
from kg.rdf.triples import TripleWriter

Operate = Callable[[str, list[str]], object]
"""Called with an operation: DELETE or INSERT, and its triples as lines of N-Triples."""

UPDATE_TRIPLES = 1_000
"""Greatest number of triples in an operation: some stores refuse operations of tens of thousands."""

_KEYS = {
    "figures": ("figure_id",),
    "papers": ("paper_id",),
    "entities": ("entity_id",),
    "associations": ("subject_id", "object_id"),
    "outstanding": ("form",),
    "words": ("figure_id", "match"),
    "candidates": ("figure_id", "match", "entity_id"),
    "terms": ("word_id",),
    "term_associations": ("subject_id", "object_id"),
}
"""SELECT of a dump to the key columns of its rows."""

_PAIRS = ("associations", "term_associations")
_NUMBERS = ("subject_number", "object_number")
"""Columns of a pair that say nothing of it: another build numbers its entities otherwise."""

_TEXT_COLUMNS = ("subject_id", "object_id", "subject_category", "object_category")
"""Columns of a pair that are no numbers."""

_ESCAPE = re.compile(r"\\u([0-9A-F]{4})|\\\\([uU])|\\.")


class UpdateSyntax(NTriplesSyntax):
    r"""N-Triples inside a request, whose `\u` escapes stores replace before they parse it, by different rules."""

    def serialize_literal(self, text: str) -> Serialized:
        """Serialize a plain literal with escapes of 8 digits; a `u` after a backslash of the text is escaped, too."""
        spelled = super().serialize_literal(text)
        return Serialized(_ESCAPE.sub(_eight_digits, spelled)) if "\\" in spelled else spelled


def _eight_digits(escape: re.Match[str]) -> str:
    if escape[1]:
        return f"\\U0000{escape[1]}"
    return f"\\\\\\U{ord(escape[2]):08X}" if escape[2] else escape[0]


class Update:
    """The operations that change the dump of the first build into that of the second.

    A dump has the layers, threshold and base of its build, in the form of this version of kg.
    """

    def __init__(self, comparison: Comparison) -> None:
        """Find the differing rows; raise SourceError if a build lacks tables or columns of this version."""
        if comparison.left_out or len(comparison.schemas) < len(TABLES):
            raise SourceError(
                f"no update of triples: the builds have different tables ({'; '.join(comparison.left_out)});"
                f" build both with kg {__version__}"
            )
        self._builds, self._engine = comparison.builds, comparison.engine
        self._layers = {side: _layers(build) for side, build in self._builds.items()}
        for side in SIDES:
            _prepare(comparison, side, self._layers[side])
        forms = {(build.base, self._layers[side], is_full(build.manifest)) for side, build in self._builds.items()}
        all_rows = len(forms) > 1
        for name, keys in _KEYS.items():
            columns = self._engine.fetch(f"SELECT * FROM before_rdf_{name} LIMIT 0").column_names
            self._engine.create_table(f"differing_{name}", _differing(name, keys, columns, all_rows=all_rows))
            self._engine.drop(*(f"{side}_rdf_{name}" for side in SIDES))

    def size(self) -> int:
        """Return an estimate of the deleted and inserted triples: 2 for each differing cell, a list counts as one."""
        total = 0
        for name in _KEYS:
            columns = self._engine.fetch(f"SELECT before.* FROM differing_{name} LIMIT 0").column_names
            cells = (f"COUNT(*) FILTER (before.{column} IS DISTINCT FROM after.{column})" for column in columns)
            total += self._engine.fetch(f"SELECT {' + '.join(cells)} AS n FROM differing_{name}")["n"][0].as_py()
        return 2 * total

    def make(self, operate: Operate) -> tuple[int, int]:
        """Call `operate` with each operation; return the number of deleted and of inserted triples."""
        operations = _Operations(operate)
        writers = [_row_writers(self._builds[side], self._layers[side]) for side in SIDES]
        for name, keys in _KEYS.items():
            for batch in self._engine.stream(f"SELECT * FROM differing_{name}"):
                for row in batch.to_pylist():
                    before, after = (
                        write[name](row[side]) if row[side][keys[0]] is not None else ""
                        for write, side in zip(writers, SIDES, strict=True)
                    )
                    operations.add(before.split("\n"), after.split("\n"))
        operations.flush()
        return operations.deleted, operations.inserted


def operation(verb: str, lines: list[str]) -> str:
    """Return an operation as SPARQL Update; it ends with a line `} ;`."""
    text = "".join(f"{line}\n" for line in lines)
    return f"{verb} DATA {{\n{text}}} ;\n"


def header(builds: Mapping[str, Build]) -> bytes:
    """Return a comment with the builds of an update, because it would spoil the dump of any other build."""
    lines = []
    for side, build in builds.items():
        digest = build.manifest.get("input", {}).get("sha256", "unknown")
        lines.append(f"# {side}: kg {build.manifest.get('version')}, input {digest}\n")
    return "".join(lines).encode()


def _layers(build: Build) -> tuple[str, ...]:
    layers = build.manifest["parameters"].get("layers", USUAL_LAYERS)
    return tuple(layer for layer in LAYERS if layer in layers)


def _prepare(comparison: Comparison, side: str, layers: tuple[str, ...]) -> None:
    """Create the tables `SIDE_rdf_NAME`: the rows of a build's dump, none for a layer that it lacks."""
    engine = comparison.engine
    for table in TABLES:
        engine.create_view(table, f"SELECT * FROM {side}_{table}")
    create_pair_tables(engine, layers, comparison.builds[side].manifest)
    for name in _KEYS:
        rows: str = STATEMENTS.sql(name)
        if name == "associations":
            rows = f"SELECT * EXCLUDE ({', '.join(_NUMBERS)}) FROM ({rows})"
        engine.create_table(
            f"{side}_rdf_{name}", rows if name in row_kinds(layers) else f"SELECT * FROM ({rows}) LIMIT 0"
        )


def _row_writers(build: Build, layers: tuple[str, ...]) -> dict[str, Any]:
    writer = TripleWriter(build.base, UpdateSyntax(), layers, full=is_full(build.manifest))
    return row_writers(writer)


def _differing(name: str, keys: tuple[str, ...], columns: list[str], *, all_rows: bool) -> str:
    """Select the rows of both builds side by side, differing ones or all.

    Many pairs differ, each by few numbers, so that their rows have the differing numbers only.
    """
    one, other = (f"{side}_rdf_{name}" for side in SIDES)
    on = " AND ".join(f"a.{key} = b.{key}" for key in keys)
    order = ", ".join(f"coalesce(a.{key}, b.{key})" for key in keys)
    before, after, differ = "a", "b", "TRUE"
    if not all_rows:
        differ = "a IS DISTINCT FROM b"
        if name in _PAIRS:
            before, after = _differing_numbers("a", columns), _differing_numbers("b", columns)
    return (
        f"SELECT {before} AS before, {after} AS after"
        f" FROM {one} AS a FULL JOIN {other} AS b ON {on} WHERE {differ} ORDER BY {order}"
    )


def _differing_numbers(side: str, columns: list[str]) -> str:
    values = (
        f"{column} := {side}.{column}"
        if column in _TEXT_COLUMNS
        else f"{column} := CASE WHEN a.{column} IS DISTINCT FROM b.{column} THEN {side}.{column} END"
        for column in columns
    )
    return f"struct_pack({', '.join(values)})"


class _Operations:
    """Buffer of triples that calls `operate` for every UPDATE_TRIPLES of them."""

    def __init__(self, operate: Operate) -> None:
        self._operate = operate
        self._buffers: dict[str, list[str]] = {"DELETE": [], "INSERT": []}
        self.deleted = self.inserted = 0

    def add(self, before: list[str], after: list[str]) -> None:
        """Add the triples of one subject in both builds, a line each; empty lines are ignored."""
        deleted, inserted = set(before) - set(after) - {""}, set(after) - set(before) - {""}
        for verb, lines, differing in (("DELETE", before, deleted), ("INSERT", after, inserted)):
            self._buffers[verb] += [line for line in lines if line in differing]
        self.deleted += len(deleted)
        self.inserted += len(inserted)
        for verb, buffer in self._buffers.items():
            while len(buffer) >= UPDATE_TRIPLES:
                self._operate(verb, buffer[:UPDATE_TRIPLES])
                del buffer[:UPDATE_TRIPLES]

    def flush(self) -> None:
        """Call `operate` for the rest."""
        for verb, buffer in self._buffers.items():
            if buffer:
                self._operate(verb, buffer)
