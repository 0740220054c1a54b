"""What differs between two builds: rows by key, and what became of entities, pairs and the manifest.

Tables are joined by runs of their first key column, so memory is bounded by a run, and what differs comes in order.
"""

import filecmp
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from kg import __version__
from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import quote, sql
from kg.errors import KgError, SourceError
from kg.model.tables import SORT_KEYS, TABLES, Build
from kg.runtime.files import BinaryWriter
from kg.runtime.progress import Progress, no_progress

SIDES = ("before", "after")
KINDS = ("appeared", "vanished", "changed")
MEASURES = ("figures", "weight", "q")
"""Columns of a pair: those that changed most in each are given."""

SECTIONS = ("version", "created", "parameters", "input", "lexicon", "mappings", "thresholds", "report")
"""Of the manifest: what a build was made of, and how."""

RUN_ROWS = 2_000_000
"""Rows of both builds together that are joined at once."""

_ENTITIES = {"identifiers": {"name", "figures", "xrefs"}, "names": {"name", "figures"},
             "statuses": {"name", "figures", "id_status"}}  # fmt: skip
"""SELECTs of kg/sql/diff to the columns of entities that they read."""

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


class Comparison:
    """Two builds in one engine, their tables as `before_NAME` and `after_NAME`. Use it in a `with` statement.

    Beyond `memory_limit` it spills into `scratch`, or a folder of its own.
    """

    def __init__(
        self, before: Path | str, after: Path | str, memory_limit: str = "4GiB", scratch: Path | None = None
    ) -> None:
        self.builds = dict(zip(SIDES, (Build(before), Build(after)), strict=True))
        self.left_out: list[str] = []
        """What cannot be compared, and why."""
        self.schemas: dict[str, pa.Schema] = {}
        """Tables that both builds have, with the columns that both have."""
        self.engine = DuckDBEngine(scratch, memory_limit)
        try:
            for name in TABLES:
                self._attach(name)
            self._name_strangers()
        except KgError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the tables."""
        self.engine.close()

    def _attach(self, name: str) -> None:
        schemas = [found for side in SIDES if (found := self._schema(side, name)) is not None]
        if len(schemas) < len(SIDES):
            return
        for side, own, other in zip(SIDES, schemas, reversed(schemas), strict=True):
            self.left_out += [f"{name}.{each}: only {side}" for each in own.names if each not in other.names]
        shared = pa.schema([field for field in schemas[0] if field.name in schemas[1].names])
        if set(SORT_KEYS[name]) <= set(shared.names):
            self.schemas[name] = shared
        else:
            self.left_out.append(f"{name}: its rows have no key in common")

    def _schema(self, side: str, name: str) -> pa.Schema | None:
        """Attach a table and give its columns; None where a build of another version has no such table."""
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

    def _name_strangers(self) -> None:
        files = chain.from_iterable((build.folder / "tables").glob("*.parquet") for build in self.builds.values())
        strangers = sorted({path.stem for path in files} - set(TABLES))
        self.left_out += [f"{name}: no table of kg {__version__}" for name in strangers]
        if not self.schemas:
            before, after = (build.folder for build in self.builds.values())
            raise SourceError(f"{before} and {after}: no table in common; build them again with kg {__version__}")

    def least(self) -> int:
        """Give the least `figures` of a pair that the first build writes to RDF."""
        return int(self.builds["before"].manifest.get("thresholds", {}).get("min_figures", 2))

    def compare(self, folder: Path | None = None, top: int = 10, progress: Progress = no_progress) -> dict[str, Any]:
        """Give what differs as plain values; write each cell that does into `folder`, a file `NAME.tsv` a table.

        Rows are counted a table, and for pairs from the threshold of the first build on; entities are given with
        another identifier, name or status, the `top` pairs that changed most, and values of the manifests.
        """
        self.engine.create_table("most", _NO_PAIRS)
        tables: list[dict[str, Any]] = []
        for name in self.schemas:
            counts: Counter[str] = Counter()
            with (folder / f"{name}.tsv").open("wb") if folder else nullcontext() as file:
                if file:
                    file.write("\t".join(["change", *SORT_KEYS[name], "column", "before", "after\n"]).encode())
                kept = self._others(name) if file else self._measures(name)
                for low, high in self._runs(name, progress):
                    self.engine.create_table("piece", _joined(name, self._others(name), kept, low, high))
                    self._count(name, counts, top)
                    if file:
                        self._write(name, file)
            tables += self._summed(name, counts)
        return self._found(tables, top)

    def _others(self, name: str) -> list[str]:
        """Give the columns that both have, beside the key."""
        return [column for column in self.schemas[name].names if column not in SORT_KEYS[name]]

    def _measures(self, name: str) -> list[str]:
        """Give the columns by which pairs have changed more or less."""
        others = self._others(name)
        return [each for each in MEASURES if each in others] if name == "cooccurrences" and "figures" in others else []

    def _runs(self, name: str, progress: Progress) -> Iterator[tuple[str | None, str | None]]:
        """Cut the first key column so that a run has about `RUN_ROWS`; no run at all if the files are equal."""
        one, other = (build.table(name) for build in self.builds.values())
        if one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False):
            return
        cuts = self.engine.fetch(_cuts((one, other), SORT_KEYS[name][0]))["cut"].to_pylist()
        runs = list(pairwise([None, *cuts, None]))
        for done, run in enumerate(runs):
            progress(name, done, len(runs))
            yield run

    def _count(self, name: str, counts: "Counter[str]", top: int) -> None:
        """Add the rows of the piece to the counts of its table; keep the pairs that changed most."""
        counts.update(self.engine.fetch(_counted(self._others(name))).to_pylist()[0])
        for measure in self._measures(name):
            self.engine.append("most", self.engine.fetch(_most(measure, self.least(), top)))
        if self._measures(name):
            found = self.engine.fetch(sql("diff/threshold", least=self.least())).to_pylist()[0]
            counts.update({f"pairs {kind}": number for kind, number in found.items()})

    def _write(self, name: str, file: BinaryWriter) -> None:
        for batch in self.engine.stream(_lines(name, [self.schemas[name].field(each) for each in self._others(name)])):
            file.write("".join(batch.column("lines").to_pylist()).encode())

    def _summed(self, name: str, counts: "Counter[str]") -> Iterator[dict[str, Any]]:
        """Give the numbers of a table; after those of all pairs those of the pairs from the threshold on."""
        rows = {side: self.engine.count(f"{side}_{name}") for side in SIDES}
        cells = {each: number for each in self._others(name) if (number := counts[f"cells {each}"])}
        yield {"table": name} | rows | {kind: counts[kind] for kind in KINDS} | {"columns": cells}
        if self._measures(name):
            some = f"(SELECT 1 FROM {{}}_{name} WHERE figures >= {self.least()})"
            rows = {side: self.engine.count(some.format(side)) for side in SIDES}
            yield {"table": "pairs", "least": self.least()} | rows | {kind: counts[f"pairs {kind}"] for kind in KINDS}

    def _found(self, tables: list[dict[str, Any]], top: int) -> dict[str, Any]:
        manifest = _manifests(*(build.manifest for build in self.builds.values()))
        same = not manifest and not self.left_out and not any(table[kind] for table in tables for kind in KINDS)
        folders = {side: str(build.folder) for side, build in self.builds.items()}
        entities = set(self.schemas["entities"].names) if "entities" in self.schemas else set()
        found = {
            name: self.engine.fetch(sql(f"diff/{name}")).to_pylist() if needed <= entities else []
            for name, needed in _ENTITIES.items()
        }
        pairs: dict[str, list[dict[str, Any]]] = {measure: [] for measure in MEASURES}
        if "name" in entities:
            for row in self.engine.fetch(sql("diff/pairs", top=top)).to_pylist():
                pairs[row.pop("measure")].append(row)
        own = {"pairs": pairs, "manifest": manifest, "left_out": self.left_out}
        return folders | {"identical": same, "tables": tables} | found | own


# -- the SELECTs, which depend on the columns that two builds share

_NO_PAIRS = (
    "SELECT '' AS measure, '' AS subject_id, '' AS object_id, CAST(0 AS DOUBLE) AS before, CAST(0 AS DOUBLE) AS after,"
    " CAST(0 AS DOUBLE) AS size WHERE FALSE"
)


def _column(name: str, of: str = "") -> str:
    """Spell a column; of another version it can have any name."""
    return '"' + f"{of}{name}".replace('"', '""') + '"'


def _cuts(paths: Iterable[Path], first: str) -> str:
    """Select the least key of every row group with which the rows of all builds pass another two million."""
    files = quote(*(str(path / "*.parquet" if path.is_dir() else path) for path in paths))
    place = "SUM(row_group_num_rows) OVER (ORDER BY stats_min_value, file_name, row_group_id)"
    groups = f"SELECT *, {place} AS place FROM parquet_metadata([{files}]) WHERE path_in_schema = '{first}'"
    passes = f"place // {RUN_ROWS} > (place - row_group_num_rows) // {RUN_ROWS} AND stats_min_value IS NOT NULL"
    return f"SELECT DISTINCT stats_min_value AS cut FROM ({groups}) WHERE {passes} ORDER BY cut"


def _joined(name: str, others: list[str], kept: list[str], low: str | None, high: str | None) -> str:
    """Select the rows of a run of keys that differ: which cells do, and the values of `kept` columns on both sides."""
    keys, first = SORT_KEYS[name], SORT_KEYS[name][0]
    within = f"{f'{first} >= {quote(low)}' if low else 'TRUE'} AND {f'{first} < {quote(high)}' if high else 'TRUE'}"
    one, other = (f"(SELECT * FROM {side}_{name} WHERE {within})" for side in SIDES)
    differ = {each: f"a.{_column(each)} IS DISTINCT FROM b.{_column(each)}" for each in others}
    columns = [f"coalesce(a.{key}, b.{key}) AS {key}" for key in keys]
    columns += [f"{each_differs} AS {_column(each, 'cells ')}" for each, each_differs in differ.items()]
    for each in kept:
        columns += [
            f"a.{_column(each)} AS {_column(each, 'before_')}",
            f"b.{_column(each)} AS {_column(each, 'after_')}",
        ]
    change = f"CASE WHEN b.{first} IS NULL THEN 'vanished' WHEN a.{first} IS NULL THEN 'appeared' ELSE 'changed' END"
    return (
        f"SELECT {change} AS change, {', '.join(columns)}"
        f" FROM {one} AS a FULL JOIN {other} AS b"
        f" ON {' AND '.join(f'a.{key} IS NOT DISTINCT FROM b.{key}' for key in keys)}"
        f" WHERE {' OR '.join([f'a.{first} IS NULL', f'b.{first} IS NULL', *differ.values()])}"
    )


def _counted(others: list[str]) -> str:
    rows = [f"COUNT(*) FILTER (WHERE change = '{kind}') AS {kind}" for kind in KINDS]
    changed = "COUNT(*) FILTER (WHERE change = 'changed' AND "
    cells = [f"{changed}{_column(each, 'cells ')}) AS {_column(each, 'cells ')}" for each in others]
    return f"SELECT {', '.join([*rows, *cells])} FROM piece"


def _most(measure: str, least: int, top: int) -> str:
    """Select the pairs of the piece that changed most; one that is not there has no figures, and no q at all."""
    before, after = f"before_{measure}", f"after_{measure}"
    size = f"abs(coalesce({after}, 0) - coalesce({before}, 0))"
    if measure == "q":  # rare pairs are left out: one figure more or less means anything there
        size = f"CASE WHEN greatest(before_figures, after_figures) >= {least} THEN abs({after} - {before}) END"
    values = f"CAST({before} AS DOUBLE) AS before, CAST({after} AS DOUBLE) AS after, CAST({size} AS DOUBLE) AS size"
    pairs = f"SELECT '{measure}' AS measure, subject_id, object_id, {values} FROM piece"
    return f"SELECT * FROM ({pairs}) WHERE size > 0 ORDER BY size DESC, subject_id, object_id LIMIT {int(top)}"


def _lines(name: str, others: list[pa.Field]) -> str:
    """Select the lines of the piece, in order: all of a row in one text."""
    keys = SORT_KEYS[name]
    start = ", '\t', ".join(["change", *(_text(_column(key)) for key in keys)])
    cells = [
        f"CASE WHEN {_column(each.name, 'cells ')} THEN concat(start, {quote(each.name)}, '\t',"
        f" {_text(_column(each.name, 'before_'), each)}, '\t', {_text(_column(each.name, 'after_'), each)}, '\n') END"
        for each in others
    ]
    lines = f"CASE change WHEN 'changed' THEN concat('', {', '.join(cells)}) ELSE concat(start, '\t\t\n') END"
    if not cells:
        lines = "concat(start, '\t\t\n')"
    order = ", ".join(f"{key} NULLS LAST" for key in keys)
    return f"SELECT {lines} AS lines FROM (SELECT *, concat({start}, '\t') AS start FROM piece) ORDER BY {order}"


def _text(value: str, field: pa.Field | None = None) -> str:
    r"""Select a value as text without tabs and line ends, as COPY has it; lists are JSON, a missing value is \N."""
    text = (
        f"CAST(to_json({value}) AS VARCHAR)" if field and pa.types.is_list(field.type) else f"CAST({value} AS VARCHAR)"
    )
    for char, escape in _ESCAPES.items():
        text = f"replace({text}, {quote(char)}, {quote(escape)})"
    return f"coalesce({text}, '\\N')"


# -- manifests


def _manifests(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the values that differ, by the path to them."""
    one, other = (dict(_flat({name: each.get(name) for name in SECTIONS})) for each in (before, after))
    names = sorted(name for name in one | other if one.get(name) != other.get(name))
    return [{"name": name, "before": one.get(name), "after": other.get(name)} for name in names]


def _flat(value: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, each in value.items():
        if isinstance(each, dict):
            yield from _flat(each, f"{path}{name}.")
        else:
            yield f"{path}{name}", json.dumps(each, ensure_ascii=False) if isinstance(each, list) else each
