"""The triples that differ between the dumps of two builds, as SPARQL Update.

A subject's triples come from one row of one SELECT of `kg/sql/rdf`, so only the rows that differ are spelled out; no
dump is written or read.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from kg import __version__
from kg.diff.comparison import SIDES, Comparison
from kg.engines.statements import sql
from kg.errors import SourceError
from kg.model.tables import TABLES, Build
from kg.rdf.dump import LAYERS, USUAL_LAYERS, create_pair_tables, row_kinds, row_writers
from kg.rdf.syntax import NTriplesSyntax, Serialized
from kg.rdf.triples import TripleWriter

Operate = Callable[[str, list[str]], object]
"""Takes an operation: DELETE or INSERT, and its triples, lines of N-Triples."""

UPDATE_TRIPLES = 1_000
"""Of one operation at most: some stores refuse operations of tens of thousands."""

_KEYS = {
    "figures": ("figure_id",),
    "papers": ("paper_id",),
    "entities": ("entity_id",),
    "associations": ("subject_id", "object_id"),
    "words": ("figure_id", "match"),
    "terms": ("word_id",),
    "term_associations": ("subject_id", "object_id"),
}
"""SELECTs of kg/sql/rdf to what their rows are keyed by."""

_PAIRS = ("associations", "term_associations")
_NAMES = ("subject_id", "object_id", "subject_category", "object_category")
"""Of a pair, what is no number."""

_ESCAPE = re.compile(r"\\u([0-9A-F]{4})|\\\\([uU])|\\.")


class UpdateSyntax(NTriplesSyntax):
    r"""N-Triples as part of a request: `\u` is read before the grammar there, and by some as four or eight digits."""

    def literal(self, text: str) -> Serialized:
        """Spell a plain literal; a `u` after a backslash of the text is escaped, too, all with eight digits."""
        spelled = super().literal(text)
        return Serialized(_ESCAPE.sub(_eight_digits, spelled)) if "\\" in spelled else spelled


def _eight_digits(escape: re.Match[str]) -> str:
    if escape[1]:
        return f"\\U0000{escape[1]}"
    return f"\\\\\\U{ord(escape[2]):08X}" if escape[2] else escape[0]


class Update:
    """What makes the triples of the second build's dump of those of the first.

    Each dump has the layers, threshold and base of its build, as this version of kg writes it.
    """

    def __init__(self, comparison: Comparison) -> None:
        """Find the rows that differ; raise SourceError where the builds are not of tables that this version knows."""
        if comparison.left_out or len(comparison.schemas) < len(TABLES):
            raise SourceError(
                f"no update of triples: the builds have different tables ({'; '.join(comparison.left_out)});"
                f" build both with kg {__version__}"
            )
        self._builds, self._engine = comparison.builds, comparison.engine
        self._layers = {side: _layers(build) for side, build in self._builds.items()}
        for side in SIDES:
            _prepare(comparison, side, self._layers[side])
        every = len({(build.base, self._layers[side]) for side, build in self._builds.items()}) > 1
        for name, keys in _KEYS.items():
            columns = self._engine.fetch(f"SELECT * FROM before_rdf_{name} LIMIT 0").column_names
            self._engine.create_table(f"differing_{name}", _differing(name, keys, columns, every=every))
            self._engine.drop(*(f"{side}_rdf_{name}" for side in SIDES))

    def size(self) -> int:
        """Give about how many triples go and come, from the cells that differ; those of lists count as one."""
        total = 0
        for name in _KEYS:
            columns = self._engine.fetch(f"SELECT before.* FROM differing_{name} LIMIT 0").column_names
            cells = (f"COUNT(*) FILTER (before.{each} IS DISTINCT FROM after.{each})" for each in columns)
            total += self._engine.fetch(f"SELECT {' + '.join(cells)} AS n FROM differing_{name}")["n"][0].as_py()
        return 2 * total

    def make(self, operate: Operate) -> tuple[int, int]:
        """Hand on the operations one by one; give how many triples go and come."""
        operations = _Operations(operate)
        writers = [_makers(self._builds[side].base, self._layers[side]) for side in SIDES]
        for name, keys in _KEYS.items():
            for batch in self._engine.stream(f"SELECT * FROM differing_{name}"):
                for row in batch.to_pylist():
                    gone, come = (
                        make[name](each) if each[keys[0]] is not None else ""
                        for make, each in zip(writers, (row["before"], row["after"]), strict=True)
                    )
                    operations.add(gone.split("\n"), come.split("\n"))
        operations.flush()
        return operations.gone, operations.come


def operation(verb: str, lines: list[str]) -> str:
    """Spell an operation; it ends with a line `} ;`."""
    text = "".join(f"{line}\n" for line in lines)
    return f"{verb} DATA {{\n{text}}} ;\n"


def about(builds: Mapping[str, Build]) -> bytes:
    """Give a comment that says which dump an update is for: of any other it leaves a mixture."""
    lines = []
    for side, build in builds.items():
        digest = build.manifest.get("input", {}).get("sha256", "unknown")
        lines.append(f"# {side}: kg {build.manifest.get('version')}, input {digest}\n")
    return "".join(lines).encode()


def _layers(build: Build) -> tuple[str, ...]:
    asked = build.manifest["parameters"].get("layers", USUAL_LAYERS)
    return tuple(layer for layer in LAYERS if layer in asked)


def _prepare(comparison: Comparison, side: str, layers: tuple[str, ...]) -> None:
    """Keep the rows that a build's triples are made of, as `SIDE_rdf_NAME`."""
    engine = comparison.engine
    for table in TABLES:
        engine.create_view(table, f"SELECT * FROM {side}_{table}")
    create_pair_tables(engine, layers, comparison.builds[side].min_figures)
    for name in _KEYS:
        rows = sql(f"rdf/{name}")
        engine.create_table(
            f"{side}_rdf_{name}", rows if name in row_kinds(layers) else f"SELECT * FROM ({rows}) LIMIT 0"
        )


def _makers(base: str, layers: tuple[str, ...]) -> dict[str, Any]:
    writer = TripleWriter(base, UpdateSyntax(), mentions="mentions" in layers, terms="terms" in layers)
    return row_writers(writer, LAYERS)


def _differing(name: str, keys: tuple[str, ...], columns: list[str], *, every: bool) -> str:
    """Select the rows of both builds side by side, where they differ or `every` one is to be looked at.

    Pairs change in masses and by a number or two: of theirs only the numbers that differ are kept.
    """
    one, other = (f"{side}_rdf_{name}" for side in SIDES)
    on = " AND ".join(f"a.{key} = b.{key}" for key in keys)
    order = ", ".join(f"coalesce(a.{key}, b.{key})" for key in keys)
    before, after, differ = "a", "b", "TRUE"
    if not every:
        differ = "a IS DISTINCT FROM b"
        if name in _PAIRS:
            before, after = _numbers_that_differ("a", columns), _numbers_that_differ("b", columns)
    return (
        f"SELECT {before} AS before, {after} AS after"
        f" FROM {one} AS a FULL JOIN {other} AS b ON {on} WHERE {differ} ORDER BY {order}"
    )


def _numbers_that_differ(side: str, columns: list[str]) -> str:
    values = (
        f"{each} := {side}.{each}"
        if each in _NAMES
        else f"{each} := CASE WHEN a.{each} IS DISTINCT FROM b.{each} THEN {side}.{each} END"
        for each in columns
    )
    return f"struct_pack({', '.join(values)})"


class _Operations:
    """Gathers triples and hands them on in operations."""

    def __init__(self, operate: Operate) -> None:
        self._operate = operate
        self._waiting: dict[str, list[str]] = {"DELETE": [], "INSERT": []}
        self.gone = self.come = 0

    def add(self, before: list[str], after: list[str]) -> None:
        """Take the triples of one subject, a line each; empty lines are none."""
        gone, come = set(before) - set(after), set(after) - set(before)
        for verb, lines, some in (("DELETE", before, gone), ("INSERT", after, come)):
            self._waiting[verb] += [line for line in lines if line and line in some]
        self.gone += len(gone - {""})
        self.come += len(come - {""})
        for verb, waiting in self._waiting.items():
            while len(waiting) >= UPDATE_TRIPLES:
                self._operate(verb, waiting[:UPDATE_TRIPLES])
                del waiting[:UPDATE_TRIPLES]

    def flush(self) -> None:
        """Write what is left."""
        for verb, waiting in self._waiting.items():
            if waiting:
                self._operate(verb, waiting)
