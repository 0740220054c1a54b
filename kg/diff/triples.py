"""The triples that differ between the dumps of two builds, as SPARQL Update.

A subject's triples come from one row of one SELECT of `kg/sql/rdf`, so only the rows that differ are spelled out; no
dump is written or read.
"""

import re
from typing import IO, Any

from kg import __version__
from kg.cooccurrence import sql
from kg.diff import SIDES, Comparison
from kg.errors import SourceError
from kg.exporters.rdf import LAYERS, USUAL_LAYERS, makers, prepare, selects
from kg.exporters.syntax import NTriplesSyntax, Spelled
from kg.exporters.triples import Writer
from kg.tables import TABLES, Build

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

_ESCAPE = re.compile(r"\\u([0-9A-F]{4})|\\\\([uU])|\\.")


class UpdateSyntax(NTriplesSyntax):
    r"""N-Triples as part of a request: `\u` is read before the grammar there, and by some as four or eight digits."""

    def literal(self, text: str) -> Spelled:
        """Spell a plain literal; a `u` after a backslash of the text is escaped, too, all with eight digits."""
        spelled = super().literal(text)
        return Spelled(_ESCAPE.sub(_eight_digits, spelled)) if "\\" in spelled else spelled


def _eight_digits(escape: re.Match[str]) -> str:
    if escape[1]:
        return f"\\U0000{escape[1]}"
    return f"\\\\\\U{ord(escape[2]):08X}" if escape[2] else escape[0]


def write_update(comparison: Comparison, file: IO[bytes]) -> tuple[int, int]:
    """Write what makes the triples of the second build's dump of those of the first; give how many go and come.

    Each dump has the layers, threshold and base of its build, as this version of kg writes it. Raises SourceError
    where the builds are not of tables that this version knows.
    """
    if comparison.left_out or len(comparison.schemas) < len(TABLES):
        raise SourceError(
            f"no update of triples: the builds have different tables ({'; '.join(comparison.left_out)});"
            f" build both with kg {__version__}"
        )
    layers = {side: _layers(build) for side, build in comparison.builds.items()}
    for side in SIDES:
        _prepare(comparison, side, layers[side])
    update = _Update(file)
    update.head(comparison.builds)
    every = len({(build.base, layers[side]) for side, build in comparison.builds.items()}) > 1
    writers = [_makers(comparison.builds[side].base, layers[side]) for side in SIDES]
    for name, keys in _KEYS.items():
        for batch in comparison.engine.stream(_differing(name, keys, every=every)):
            for row in batch.to_pylist():
                gone, come = (
                    make[name](each) if each[keys[0]] is not None else ""
                    for make, each in zip(writers, (row["before"], row["after"]), strict=True)
                )
                update.add(gone.split("\n"), come.split("\n"))
        comparison.engine.forget(*(f"{side}_rdf_{name}" for side in SIDES))
    update.flush()
    return update.gone, update.come


def _layers(build: Build) -> tuple[str, ...]:
    asked = build.manifest["parameters"].get("layers", USUAL_LAYERS)
    return tuple(layer for layer in LAYERS if layer in asked)


def _prepare(comparison: Comparison, side: str, layers: tuple[str, ...]) -> None:
    """Keep the rows that a build's triples are made of, as `SIDE_rdf_NAME`."""
    engine = comparison.engine
    for table in TABLES:
        engine.view(table, f"SELECT * FROM {side}_{table}")
    prepare(engine, layers, comparison.builds[side].min_figures)
    for name in _KEYS:
        rows = sql(f"rdf/{name}")
        engine.create(f"{side}_rdf_{name}", rows if name in selects(layers) else f"SELECT * FROM ({rows}) LIMIT 0")


def _makers(base: str, layers: tuple[str, ...]) -> dict[str, Any]:
    writer = Writer(base, UpdateSyntax(), mentions="mentions" in layers, terms="terms" in layers)
    return makers(writer, LAYERS)


def _differing(name: str, keys: tuple[str, ...], *, every: bool) -> str:
    """Select the rows of both builds side by side, where they differ or `every` one is to be looked at."""
    one, other = (f"{side}_rdf_{name}" for side in SIDES)
    on = " AND ".join(f"a.{key} = b.{key}" for key in keys)
    order = ", ".join(f"coalesce(a.{key}, b.{key})" for key in keys)
    differ = "TRUE" if every else "a IS DISTINCT FROM b"
    return (
        f"SELECT a AS before, b AS after FROM {one} AS a FULL JOIN {other} AS b ON {on} WHERE {differ} ORDER BY {order}"
    )


class _Update:
    """Gathers triples and writes them in operations that end with a line `} ;`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._waiting: dict[str, list[str]] = {"DELETE": [], "INSERT": []}
        self.gone = self.come = 0

    def head(self, builds: dict[str, Build]) -> None:
        """Say which dump this is for: an update of any other leaves a mixture."""
        for side, build in builds.items():
            digest = build.manifest.get("input", {}).get("sha256", "unknown")
            self._file.write(f"# {side}: kg {build.manifest.get('version')}, input {digest}\n".encode())

    def add(self, before: list[str], after: list[str]) -> None:
        """Take the triples of one subject, a line each; empty lines are none."""
        gone, come = set(before) - set(after), set(after) - set(before)
        for verb, lines, some in (("DELETE", before, gone), ("INSERT", after, come)):
            self._waiting[verb] += [line for line in lines if line and line in some]
        self.gone += len(gone - {""})
        self.come += len(come - {""})
        for verb, waiting in self._waiting.items():
            while len(waiting) >= UPDATE_TRIPLES:
                self._write(verb, waiting[:UPDATE_TRIPLES])
                del waiting[:UPDATE_TRIPLES]

    def flush(self) -> None:
        """Write what is left."""
        for verb, waiting in self._waiting.items():
            if waiting:
                self._write(verb, waiting)

    def _write(self, verb: str, lines: list[str]) -> None:
        text = "".join(f"{line}\n" for line in lines)
        self._file.write(f"{verb} DATA {{\n{text}}} ;\n".encode("utf-8", "replace"))
