"""Comparison of two builds: differing rows by key, changes of entities and pairs, and differing manifests.

Tables are joined by runs of their first key column, so that memory is bounded by a run and the rows come in order.
"""

import filecmp
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from kg import __version__
from kg.diff import selects
from kg.diff.selects import KINDS, SIDES
from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Statements
from kg.errors import KgError, SourceError
from kg.model.build import SORT_KEYS, Build
from kg.model.tables import TABLES
from kg.runtime.files import BinaryWriter
from kg.runtime.progress import Progress, no_progress

MEASURES = ("figures", "weight", "q")
"""Columns of a pair by which the most changed pairs are listed."""

SECTIONS = (
    "version",
    "release",
    "created",
    "parameters",
    "input",
    "lexicon",
    "mappings",
    "licences",
    "thresholds",
    "report",
)
"""Sections of the manifest that are compared: the inputs of a build and its parameters."""

RUN_ROWS = 2_000_000
"""Rows of both builds together that are joined at once."""

STATEMENTS = Statements("kg.diff", "diff")

_CHANGES = {
    "identifiers": ("moved_identifiers", "entities", {"name", "figures", "xrefs"}),
    "names": ("changed_names", "entities", {"name", "figures"}),
    "statuses": ("changed_statuses", "entities", {"name", "figures", "id_status"}),
    "readings": ("changed_readings", "word_readings", {"name", "probability"}),
}
"""Key of the result to the statement that fills it, the table and the columns of it that this reads."""

Rows = list[dict[str, Any]]


class Comparison:
    """Two builds in one engine, their tables as `before_NAME` and `after_NAME`. Use it in a `with` statement.

    Beyond `memory_limit` the engine spills into the folder `scratch`, by default a temporary one.
    """

    def __init__(
        self, before: Path | str, after: Path | str, memory_limit: str = "4GiB", scratch: Path | None = None
    ) -> None:
        self.builds = dict(zip(SIDES, (Build(before), Build(after)), strict=True))
        self.left_out: list[str] = []
        """Tables and columns that cannot be compared, each with the reason."""
        self.schemas: dict[str, pa.Schema] = {}
        """Tables that both builds have, with the columns that both have."""
        self._changed_pairs: list[pa.Table] = []
        self.engine = DuckDBEngine(scratch, memory_limit)
        try:
            for name in TABLES:
                self._attach(name)
            self._list_unknown_tables()
        except KgError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the engine and drop its tables."""
        self.engine.close()

    def _attach(self, name: str) -> None:
        schemas = [schema for side in SIDES if (schema := self._schema(side, name)) is not None]
        if len(schemas) < len(SIDES):
            return
        for side, own, other in zip(SIDES, schemas, reversed(schemas), strict=True):
            self.left_out += [f"{name}.{column}: only {side}" for column in own.names if column not in other.names]
        shared = pa.schema([field for field in schemas[0] if field.name in schemas[1].names])
        if set(SORT_KEYS[name]) <= set(shared.names):
            self.schemas[name] = shared
        else:
            self.left_out.append(f"{name}: its rows have no key in common")

    def _schema(self, side: str, name: str) -> pa.Schema | None:
        """Attach a table and return its columns; None if a build of another version has no such table."""
        build = self.builds[side]
        try:
            path = build.table(name)
        except SourceError:
            if build.manifest.get("version") == __version__:
                raise
            self.left_out.append(f"{name}: no such table {side}")
            return None
        self.engine.attach(f"{side}_{name}", path)
        return self.engine.fetch(f"SELECT * FROM {side}_{name} LIMIT 0").schema

    def _list_unknown_tables(self) -> None:
        files = chain.from_iterable((build.folder / "tables").glob("*.parquet") for build in self.builds.values())
        unknown = sorted({path.stem for path in files} - set(TABLES))
        self.left_out += [f"{name}: no table of kg {__version__}" for name in unknown]
        if not self.schemas:
            before, after = (build.folder for build in self.builds.values())
            raise SourceError(f"{before} and {after}: no table in common; build them again with kg {__version__}")

    def least(self) -> int:
        """Return the least `figures` of a pair that the first build writes to RDF."""
        return int(self.builds["before"].manifest.get("thresholds", {}).get("min_figures", 2))

    def pairs_of_changed_universe(self) -> int:
        """Count the published pairs of the second build whose universe has another size than in the first."""
        select = STATEMENTS.sql("pairs_of_changed_universe", least=self.builds["after"].min_figures)
        return int(self.engine.fetch(select)["pairs"][0].as_py())

    def compare(self, folder: Path | None = None, top: int = 10, progress: Progress = no_progress) -> dict[str, Any]:
        """Return the differences as plain values; write each differing cell to a file `NAME.tsv` a table in `folder`.

        `tables` counts the rows of each table, and the pairs from the threshold of the first build on. `identifiers`,
        `names` and `statuses` list entities, `readings` lists words with another most probable reading, `pairs` lists
        the `top` pairs that changed most, `manifest` lists values.
        """
        self._changed_pairs = []
        tables: Rows = []
        for name in self.schemas:
            counts: Counter[str] = Counter()
            compared = self._compared(name)
            with (folder / f"{name}.tsv").open("wb") if folder else nullcontext() as file:
                if file:
                    file.write("\t".join(["change", *SORT_KEYS[name], "column", "before", "after\n"]).encode())
                copied = compared if file else self._measures(name)
                for low, high in self._runs(name, progress):
                    rows = selects.differing_rows(name, compared, copied, low, high)
                    self.engine.create_table("differing_rows", rows)
                    self._count(name, counts, top)
                    if file:
                        self._write_cells(name, file)
            tables += self._table_counts(name, counts)
        return self._result(tables, top)

    def _compared(self, name: str) -> list[str]:
        """Return the columns that both builds have, without the key."""
        return [column for column in self.schemas[name].names if column not in SORT_KEYS[name]]

    def _measures(self, name: str) -> list[str]:
        """Return the columns by which the most changed pairs are listed; other tables have none."""
        compared = self._compared(name)
        if name != "cooccurrences" or "figures" not in compared:
            return []
        return [measure for measure in MEASURES if measure in compared]

    def _runs(self, name: str, progress: Progress) -> Iterator[tuple[str | None, str | None]]:
        """Yield ranges of the first key column of about `RUN_ROWS` each; none if the files are equal."""
        before, after = (build.table(name) for build in self.builds.values())
        if before.is_file() and after.is_file() and filecmp.cmp(before, after, shallow=False):
            return
        files = [self.engine.parquet_files(path) for path in (before, after)]
        select = STATEMENTS.sql("run_starts", files=files, column=SORT_KEYS[name][0], run_rows=RUN_ROWS)
        starts = self.engine.fetch(select)["start"].to_pylist()
        runs = list(pairwise([None, *starts, None]))
        for done, run in enumerate(runs):
            progress(name, done, len(runs))
            yield run

    def _count(self, name: str, counts: "Counter[str]", top: int) -> None:
        """Add the differing rows to the counts of their table; gather the pairs that changed most."""
        counts.update(self.engine.fetch(selects.change_counts(self._compared(name))).to_pylist()[0])
        measures = self._measures(name)
        for measure in measures:
            self._changed_pairs.append(self.engine.fetch(selects.changed_pairs(measure, self.least(), top)))
        if measures:
            row = self.engine.fetch(STATEMENTS.sql("threshold_counts", least=self.least())).to_pylist()[0]
            counts.update({f"pairs {kind}": number for kind, number in row.items()})

    def _write_cells(self, name: str, file: BinaryWriter) -> None:
        compared = [self.schemas[name].field(column) for column in self._compared(name)]
        for batch in self.engine.stream(selects.cell_lines(name, compared)):
            file.write("".join(batch.column("lines").to_pylist()).encode())

    def _table_counts(self, name: str, counts: "Counter[str]") -> Iterator[dict[str, Any]]:
        """Yield the numbers of a table; those of all pairs are followed by those from the threshold on."""
        rows = {side: self.engine.count(f"{side}_{name}") for side in SIDES}
        cells = {column: number for column in self._compared(name) if (number := counts[f"cells {column}"])}
        yield {"table": name} | rows | {kind: counts[kind] for kind in KINDS} | {"columns": cells}
        if self._measures(name):
            select = STATEMENTS.sql("pairs_above_threshold", least=self.least())
            rows = self.engine.fetch(select).to_pylist()[0]
            yield {"table": "pairs", "least": self.least()} | rows | {kind: counts[f"pairs {kind}"] for kind in KINDS}

    def _result(self, tables: Rows, top: int) -> dict[str, Any]:
        manifest = _differing_values(*(build.manifest for build in self.builds.values()))
        same = not manifest and not self.left_out and not any(table[kind] for table in tables for kind in KINDS)
        folders = {side: str(build.folder) for side, build in self.builds.items()}
        columns = {name: set(schema.names) for name, schema in self.schemas.items()}
        changes = {
            key: self.engine.fetch(STATEMENTS.sql(statement)).to_pylist() if needed <= columns.get(table, set()) else []
            for key, (statement, table, needed) in _CHANGES.items()
        }
        named = "name" in columns.get("entities", set())
        pairs = self._most_changed(top) if named else {measure: [] for measure in MEASURES}
        more = {"pairs": pairs, "manifest": manifest, "left_out": self.left_out}
        return folders | {"identical": same, "tables": tables} | changes | more

    def _most_changed(self, top: int) -> dict[str, Rows]:
        """Return the pairs that changed most by each measure, with the names of their ends."""
        pairs: dict[str, Rows] = {measure: [] for measure in MEASURES}
        if not self._changed_pairs:
            return pairs
        self.engine.append("changed_pairs", pa.concat_tables(self._changed_pairs))
        for row in self.engine.fetch(STATEMENTS.sql("most_changed_pairs", top=top)).to_pylist():
            pairs[row.pop("measure")].append(row)
        self.engine.drop("changed_pairs")
        return pairs


# -- manifests


def _differing_values(before: dict[str, Any], after: dict[str, Any]) -> Rows:
    """Return the values of two manifests that differ, by the path to them."""
    one, other = (dict(_flat({name: manifest.get(name) for name in SECTIONS})) for manifest in (before, after))
    names = sorted(name for name in one | other if one.get(name) != other.get(name))
    return [{"name": name, "before": one.get(name), "after": other.get(name)} for name in names]


def _flat(value: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, member in value.items():
        if isinstance(member, dict):
            yield from _flat(member, f"{path}{name}.")
        else:
            yield f"{path}{name}", json.dumps(member, ensure_ascii=False) if isinstance(member, list) else member
