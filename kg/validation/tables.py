"""The tables of a build: checked in stages, in bounded memory.

A check is not made where an earlier stage found errors in a table that it reads: what it would find is what these
have caused. What holds between tables lies in `kg/sql/validate`, as SELECTs of the rows that are wrong.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import sql
from kg.errors import KgError
from kg.model.tables import SORT_KEYS, TABLES, Build
from kg.validation.findings import EXAMPLES, Check, Example, Report
from kg.validation.rules import Rule, rules


class TableCheck(NamedTuple):
    """A check of one table, by a SELECT of its faulty rows: columns of its key say where, the others what."""

    check: Check
    table: str
    reads: Sequence[str]
    """Tables that the SELECT reads, other than its own."""
    faulty: str


class Tables:
    """The tables of a build while they are checked. Close it, or use it in a `with` statement."""

    def __init__(self, build: Build, engine: DuckDBEngine, report: Report) -> None:
        self.build = build
        self.engine = engine
        self.report = report
        self.wrong: set[str] = set()
        """Tables with errors, as of the last stage that is done."""
        self._found: set[str] = set()

    def settle(self) -> None:
        """End a stage: from here on tables that it found errors in are not read."""
        self.wrong |= self._found

    def run(self, checks: Iterable[TableCheck]) -> None:
        """Make checks of one stage."""
        for each in checks:
            self.attempt(each.check, each.table, each.reads, lambda made=each: self._faults(made.table, made.faulty))  # type: ignore[misc]

    def attempt(
        self, check: Check, table: str, reads: Sequence[str], find: Callable[[], tuple[int, list[Example]]]
    ) -> None:
        """Make a check that finds its faults itself, unless it reads a table with errors."""
        if blocked := sorted({table, *reads} & self.wrong):
            self.report.skip(check.name, f"errors in {', '.join(blocked)} come first")
            return
        try:
            total, examples = find()
        except (duckdb.Error, pa.ArrowException, OSError, KgError) as error:
            damaged = Check(check.name, "the table can be read")
            total, examples, check = 1, [Example({"table": table}, {"error": str(error)[:300]})], damaged
        if not self.report.add(check, total, examples) and check.severity == "error":
            self._found.add(table)

    def _faults(self, table: str, faulty: str) -> tuple[int, list[Example]]:
        total = self.engine.count(f"({faulty})")
        if not total:
            return 0, []
        keys = ", ".join(f"{key} NULLS LAST" for key in SORT_KEYS[table])
        rows = self.engine.fetch(f"SELECT * FROM ({faulty}) ORDER BY {keys} LIMIT {EXAMPLES}").to_pylist()
        return total, [example(table, row) for row in rows]

    # -- stage 1: the files

    def open(self) -> None:
        """Attach the tables that are there and have their columns."""
        for name in TABLES:
            self.attempt(Check(f"{name}.file", "the table is there, with its columns and their types"), name, (),
                         lambda name=name: self._attach(name))  # type: ignore[misc]  # fmt: skip
        self.settle()

    def _attach(self, name: str) -> tuple[int, list[Example]]:
        path = self.build.table(name)
        examples = [
            Example({"table": name, "file": part.name, "column": column}, {"type": found, "expected": expected})
            for part in (sorted(path.glob("*.parquet")) if path.is_dir() else [path])
            for column, found, expected in _columns(name, part)
        ]
        if not examples:
            self.engine.attach(name, path)
        return len(examples), examples

    # -- stage 2: rows by themselves

    def rows(self) -> None:
        """Check keys, and every row by itself, in one pass over each table."""
        for name in TABLES:
            self._keys(name)
            if name not in self.wrong:
                self._rules(name)
        self.settle()

    def _rules(self, table: str) -> None:
        every = rules(table)
        counts = ", ".join(f"COUNT(*) FILTER ({rule.faulty}) AS r{number}" for number, rule in enumerate(every))

        def counted() -> tuple[int, list[Example]]:
            row = self.engine.fetch(f"SELECT {counts} FROM {table}").to_pylist()[0]
            self.run(_of_rule(rule) for rule, number in zip(every, row.values(), strict=True) if number)
            self.report.passed += [rule.check.name for rule, n in zip(every, row.values(), strict=True) if not n]
            return 0, []

        self.attempt(Check(f"{table}.rows", "the table can be read"), table, (), counted)

    def _keys(self, table: str) -> None:
        keys = ", ".join(SORT_KEYS[table])
        unordered: list[Example] = []

        def ordered() -> tuple[int, list[Example]]:
            total, repeated = 0, 0
            for number, batch, (wrong, twice) in self._neighbours(table):
                total += len(wrong)
                repeated += len(twice)
                room = EXAMPLES - len(unordered)
                unordered.extend(_row(table, batch, place, number) for place in wrong[:room])
            self._repeated = repeated
            return total, unordered

        self._repeated = 0
        self.attempt(Check(f"{table}.sorted", f"rows are sorted by {keys}, in UTF-8 byte order"), table, (), ordered)
        group = f"SELECT {keys}, COUNT(*) AS rows FROM {table} GROUP BY {keys} HAVING COUNT(*) > 1"
        check = Check(f"{table}.unique", f"no two rows have the same {keys}")
        # Neighbours tell, and cost nothing, as long as rows are sorted.
        known = not self._repeated and not unordered
        self.attempt(check, table, (), lambda: (0, []) if known else self._faults(table, group))

    def _neighbours(self, table: str) -> Iterable[tuple[int, pa.Table, tuple[list[int], list[int]]]]:
        """Give the keys some at a time, each time from the last one of the time before on.

        With them the number of the first row, from 1, and the places that come before, or equal, the place before.
        """
        number = 1
        last: list[pa.RecordBatch] = []
        for batch in self.engine.stream(f"SELECT {', '.join(SORT_KEYS[table])} FROM {table}"):
            some = pa.Table.from_batches([*last, batch]).combine_chunks()
            yield number - len(last), some, _disorder(some)
            number += batch.num_rows
            last = [batch.slice(batch.num_rows - 1)]


def _columns(table: str, part: Path) -> list[tuple[str, str | None, str | None]]:
    """Give the columns of a file that are missing, too many or of another type: name, type found, type expected."""
    found = {field.name: str(field.type) for field in pq.read_schema(part)}
    expected = {field.name: str(field.type) for field in TABLES[table]}
    named = {name: (found.get(name), expected.get(name)) for name in expected | found}
    return [(name, *types) for name, types in named.items() if _plain(types[0]) != _plain(types[1])]


def _plain(kind: str | None) -> str | None:
    """Give a type without the name of a list's member, which writers choose."""
    return "list" if kind is not None and kind.startswith("list<") and kind.endswith("string>") else kind


def _disorder(keys: pa.Table) -> tuple[list[int], list[int]]:
    """Give the places of rows that are less than the row before, and of those that equal it; NULL is the greatest."""
    length = max(keys.num_rows - 1, 0)
    less = pa.array([False] * length, pa.bool_())
    equal = pa.array([True] * length, pa.bool_())
    for column in keys.columns:
        before, after = column.slice(0, length).combine_chunks(), column.slice(1).combine_chunks()
        nulls = pc.and_(pc.is_null(before), pc.is_null(after))
        falls = pc.or_(
            pc.fill_null(pc.less(after, before), fill_value=False), pc.and_not(pc.is_null(before), pc.is_null(after))
        )
        less = pc.or_(less, pc.and_(equal, falls))
        equal = pc.and_(equal, pc.or_(nulls, pc.fill_null(pc.equal(after, before), fill_value=False)))
    return tuple(pc.add(pc.indices_nonzero(each), 1).to_pylist() for each in (less, equal))


def _row(table: str, keys: pa.Table, place: int, first: int) -> Example:
    row, before = (keys.slice(each, 1).to_pylist()[0] for each in (place, place - 1))
    where = {"table": table, "row": first + place} | row
    return Example(where, {f"{name}_before": value for name, value in before.items()})


def _of_rule(rule: Rule) -> TableCheck:
    columns = ", ".join(filter(None, (*SORT_KEYS[rule.table], rule.shows)))
    faulty = f"SELECT {columns} FROM {rule.table} WHERE {rule.faulty}"
    return TableCheck(rule.check, rule.table, (), faulty)


def example(table: str, row: dict[str, Any]) -> Example:
    """Give a row of a SELECT as an example: its key is the place, the rest is the value."""
    keys = SORT_KEYS[table]
    return Example(
        {"table": table} | {name: row[name] for name in keys},
        {name: value for name, value in row.items() if name not in keys},
    )


# -- stages 3 and 4: tables with each other

_REFERENCES = (
    ("figures", "paper_id", "papers", "paper_id", ""),
    ("mentions", "figure_id", "figures", "figure_id", ""),
    ("mentions", "entity_id", "entities", "entity_id", ""),
    ("mentions", "match", "words", "word", ""),
    ("citations", "citing_id", "papers", "paper_id", "kind = 'reference' AND "),
    ("citations", "cited_id", "papers", "paper_id", ""),
    ("members", "family_id", "entities", "entity_id", ""),
    ("members", "entity_id", "entities", "entity_id", ""),
    ("cooccurrences", "subject_id", "entities", "entity_id", ""),
    ("cooccurrences", "object_id", "entities", "entity_id", ""),
    ("word_cooccurrences", "subject_id", "words", "word_id", ""),
    ("word_cooccurrences", "object_id", "words", "word_id", ""),
)
"""Column of a table that refers to a column of another, and of which rows."""


def references() -> list[TableCheck]:
    """Give the checks that what rows refer to is there."""
    found = []
    for table, column, target, key, rows in _REFERENCES:
        keys = ", ".join(SORT_KEYS[table])
        missing = f"NOT EXISTS (SELECT 1 FROM {target} AS t WHERE t.{key} = r.{column})"
        faulty = f'SELECT {keys}, {column} AS "missing" FROM {table} AS r'
        faulty += f" WHERE {rows}{column} IS NOT NULL AND {missing}"
        check = Check(f"{table}.{column}-refers", f"{column} is in {target}.{key}")
        found.append(TableCheck(check, table, (target,), faulty))
    return found


def _select(name: str, holds: str, *reads: str) -> TableCheck:
    table, _, rest = name.partition(".")
    return TableCheck(Check(name, holds), table, reads, sql(f"validate/{table}_{rest}"))


def kinds() -> list[TableCheck]:
    """Give the checks that rows agree with what they refer to."""
    return [
        _select("citations.source", "each figure cites its own paper as source document, once", "figures"),
        _select("mentions.strict", "mentions of chemicals and diseases are strict, of families all", "entities"),
        _select("members.category", "genes are members of families", "entities"),
        _select("cooccurrences.kind", "categories are those of the entities, taxon that of the genes, which is one",
                "entities"),
        _select("word_cooccurrences.kind", "categories are those of the words", "words"),
    ]  # fmt: skip


def counts() -> list[TableCheck]:
    """Give the checks that counts of mentions and figures are what counting gives."""
    drawn = ("mentions", "figures", "entities")
    return [
        _select("papers.counted", "figures is how many figures are part of it", "figures"),
        _select("papers.named", "a paper without figures is cited or cites", "citations"),
        _select("entities.counted", "figures and papers are those of its mentions", *drawn),
        _select("mentions.candidates", "n_candidates is how many entities of that category and taxon the word expands "
                "to in the figure; 1 where match is NULL", "entities"),
        _select("words.counted", "figures, papers, entities, word_status and category are those of its mentions",
                *drawn),
    ]  # fmt: skip
