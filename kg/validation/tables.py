"""Checks of the tables of a build, in stages and in bounded memory.

A check is skipped if an earlier stage found errors in a table that it reads, because these errors would cause more.
The statements of `sql/tables.sql` compare tables with each other.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Statements
from kg.errors import KgError
from kg.model.build import SORT_KEYS, Build
from kg.model.records import LIKELY
from kg.model.tables import TABLES
from kg.validation.findings import EXAMPLES, Check, Example, Report
from kg.validation.rules import Rule, rules

STATEMENTS = Statements("kg.validation", "tables")


class TableCheck(NamedTuple):
    """A check of one table by a SELECT of its faulty rows: the key is the place, the other columns show the fault."""

    check: Check
    table: str
    reads: Sequence[str]
    """Other tables that the SELECT reads."""
    faulty: str


class Tables:
    """The tables of a build while they are checked."""

    def __init__(self, build: Build, engine: DuckDBEngine, report: Report) -> None:
        self.build = build
        self.engine = engine
        self.report = report
        self.wrong: set[str] = set()
        """Tables in which finished stages have found errors."""
        self._wrong_now: set[str] = set()

    def settle(self) -> None:
        """End a stage: later ones do not read the tables in which it found errors."""
        self.wrong |= self._wrong_now

    def run(self, checks: Iterable[TableCheck]) -> None:
        """Run checks of one stage."""
        for check, table, reads, faulty in checks:
            self.attempt(check, table, reads, partial(self._faults, table, faulty))

    def attempt(
        self, check: Check, table: str, reads: Sequence[str], find: Callable[[], tuple[int, list[Example]]]
    ) -> None:
        """Run a check, unless it reads a table with errors; `find` returns the number of faults and examples."""
        if blocked := sorted({table, *reads} & self.wrong):
            self.report.skip(check.name, f"errors in {', '.join(blocked)} come first")
            return
        try:
            total, examples = find()
        except (duckdb.Error, pa.ArrowException, OSError, KgError) as error:
            damaged = Check(check.name, "the table can be read")
            total, examples, check = 1, [Example({"table": table}, {"error": str(error)[:300]})], damaged
        if not self.report.add(check, total, examples) and check.severity == "error":
            self._wrong_now.add(table)

    def _faults(self, table: str, faulty: str) -> tuple[int, list[Example]]:
        total = self.engine.count(f"({faulty})")
        if not total:
            return 0, []
        keys = ", ".join(f"{key} NULLS LAST" for key in SORT_KEYS[table])
        rows = self.engine.fetch(f"SELECT * FROM ({faulty}) ORDER BY {keys} LIMIT {EXAMPLES}").to_pylist()
        return total, [example(table, row) for row in rows]

    # -- stage 1: the files

    def open(self) -> None:
        """Attach the tables that exist and have the columns of the schema."""
        for name in TABLES:
            check = Check(f"{name}.file", "the table is there, with its columns and their types")
            self.attempt(check, name, (), partial(self._attach, name))
        self.settle()

    def _attach(self, name: str) -> tuple[int, list[Example]]:
        path = self.build.table(name)
        examples = [
            Example({"table": name, "file": part.name, "column": column}, {"type": actual, "expected": expected})
            for part in (sorted(path.glob("*.parquet")) if path.is_dir() else [path])
            for column, actual, expected in _wrong_columns(name, part)
        ]
        if not examples:
            self.engine.attach(name, path)
        return len(examples), examples

    # -- stage 2: single rows

    def rows(self) -> None:
        """Check the keys and the single rows of each table."""
        for name in TABLES:
            self._keys(name)
            if name not in self.wrong:
                self._rules(name)
        self.settle()

    def _rules(self, table: str) -> None:
        all_rules = rules(table, self.build.manifest["parameters"].get("readings", "likely"))
        counts = ", ".join(f"COUNT(*) FILTER ({rule.faulty}) AS r{number}" for number, rule in enumerate(all_rules))

        def count() -> tuple[int, list[Example]]:
            row = self.engine.fetch(f"SELECT {counts} FROM {table}").to_pylist()[0]
            numbers = [*zip(all_rules, row.values(), strict=True)]
            self.run(_rule_check(rule) for rule, number in numbers if number)
            self.report.passed += [rule.check.name for rule, number in numbers if not number]
            return 0, []

        self.attempt(Check(f"{table}.rows", "the table can be read"), table, (), count)

    def _keys(self, table: str) -> None:
        keys = ", ".join(SORT_KEYS[table])
        unsorted: list[Example] = []
        repeated = 0

        def compare_neighbours() -> tuple[int, list[Example]]:
            nonlocal repeated
            total = pairs = 0
            for first, keys_of_rows, (less, equal) in self._neighbours(table):
                total += len(less)
                pairs += len(equal)
                unsorted.extend(_row(table, keys_of_rows, index, first) for index in less[: EXAMPLES - len(unsorted)])
            repeated = pairs
            return total, unsorted

        sorted_ = Check(f"{table}.sorted", f"rows are sorted by {keys}, in UTF-8 byte order")
        self.attempt(sorted_, table, (), compare_neighbours)
        # Equal rows of a sorted table are neighbours, so that only a faulty table needs the GROUP BY.
        unique = not repeated and not unsorted
        group = f"SELECT {keys}, COUNT(*) AS rows FROM {table} GROUP BY {keys} HAVING COUNT(*) > 1"
        check = Check(f"{table}.unique", f"no two rows have the same {keys}")
        self.attempt(check, table, (), lambda: (0, []) if unique else self._faults(table, group))

    def _neighbours(self, table: str) -> Iterable[tuple[int, pa.Table, tuple[list[int], list[int]]]]:
        """Yield the keys of a table in batches, each with the last row of the batch before.

        Before the keys stands the number of their first row, from 1. After them stand the indices of rows that are less
        than the row before, and of those that equal it.
        """
        number = 1
        last: list[pa.RecordBatch] = []
        for batch in self.engine.stream(f"SELECT {', '.join(SORT_KEYS[table])} FROM {table}"):
            keys = pa.Table.from_batches([*last, batch]).combine_chunks()
            yield number - len(last), keys, _disorder(keys)
            number += batch.num_rows
            last = [batch.slice(batch.num_rows - 1)]


def _wrong_columns(table: str, part: Path) -> list[tuple[str, str | None, str | None]]:
    """Return the columns of a file that are missing, too many or of another type: name, actual type, expected type."""
    actual = {field.name: str(field.type) for field in pq.read_schema(part)}
    expected = {field.name: str(field.type) for field in TABLES[table]}
    types = {name: (actual.get(name), expected.get(name)) for name in expected | actual}
    return [(name, *pair) for name, pair in types.items() if _normalised(pair[0]) != _normalised(pair[1])]


def _normalised(type_: str | None) -> str | None:
    """Return a type without the field name of a list's items, because each writer has its own."""
    return "list" if type_ is not None and type_.startswith("list<") and type_.endswith("string>") else type_


def _disorder(keys: pa.Table) -> tuple[list[int], list[int]]:
    """Return the indices of rows that are less than the row before, and of those that equal it; NULL is greatest."""
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
    return tuple(pc.add(pc.indices_nonzero(flags), 1).to_pylist() for flags in (less, equal))


def _row(table: str, keys: pa.Table, index: int, first: int) -> Example:
    row, before = (keys.slice(number, 1).to_pylist()[0] for number in (index, index - 1))
    place = {"table": table, "row": first + index} | row
    return Example(place, {f"{name}_before": value for name, value in before.items()})


def _rule_check(rule: Rule) -> TableCheck:
    columns = ", ".join(filter(None, (*SORT_KEYS[rule.table], rule.shows)))
    faulty = f"SELECT {columns} FROM {rule.table} WHERE {rule.faulty}"
    return TableCheck(rule.check, rule.table, (), faulty)


def example(table: str, row: dict[str, Any]) -> Example:
    """Return a row of a SELECT as an example: its key is the place, other columns are the value."""
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
    ("word_readings", "figure_id", "figures", "figure_id", ""),
    ("word_readings", "match", "words", "word", ""),
    ("citations", "citing_id", "papers", "paper_id", "kind = 'reference' AND "),
    ("citations", "cited_id", "papers", "paper_id", ""),
    ("members", "family_id", "entities", "entity_id", ""),
    ("members", "entity_id", "entities", "entity_id", ""),
    ("cooccurrences", "subject_id", "entities", "entity_id", ""),
    ("cooccurrences", "object_id", "entities", "entity_id", ""),
    ("word_cooccurrences", "subject_id", "words", "word_id", ""),
    ("word_cooccurrences", "object_id", "words", "word_id", ""),
)
"""Table and column that refer to another table and column, and a condition on the rows, followed by AND."""


def references() -> list[TableCheck]:
    """Return the checks that rows refer to rows that exist."""
    checks = []
    for table, column, target, key, rows in _REFERENCES:
        keys = ", ".join(SORT_KEYS[table])
        missing = f"NOT EXISTS (SELECT 1 FROM {target} AS t WHERE t.{key} = r.{column})"
        faulty = f'SELECT {keys}, {column} AS "missing" FROM {table} AS r'
        faulty += f" WHERE {rows}{column} IS NOT NULL AND {missing}"
        check = Check(f"{table}.{column}-refers", f"{column} is in {target}.{key}")
        checks.append(TableCheck(check, table, (target,), faulty))
    return checks


def _select(name: str, holds: str, *reads: str) -> TableCheck:
    table = name.partition(".")[0]
    return TableCheck(Check(name, holds), table, reads, STATEMENTS.sql(name.replace(".", "_"), likely=LIKELY))


def kinds() -> list[TableCheck]:
    """Return the checks that rows agree with the rows to which they refer."""
    return [
        _select("citations.source", "each figure cites its own paper as source document, once", "figures"),
        _select("mentions.strict", "mentions of chemicals and diseases are strict, of families all", "entities"),
        _select("mentions.reread", "the record lacks what is reread, and the word is in doubt", "word_readings"),
        _select("word_readings.sum", "the probabilities of a figure and word add up to 1"),
        _select("word_readings.recorded", "recorded is whether the record has the gene for this word", "mentions"),
        _select("members.category", "genes are members of families", "entities"),
        _select("cooccurrences.kind", "categories are those of the entities, taxon that of the genes, which is one",
                "entities"),
        _select("word_cooccurrences.kind", "categories are those of the words", "words"),
    ]  # fmt: skip


def counts() -> list[TableCheck]:
    """Return the checks of counts of mentions and figures."""
    mentioned = ("mentions", "figures", "entities")
    return [
        _select("papers.counted", "figures is the number of figures that are part of it", "figures"),
        _select("papers.named", "a paper without figures is cited or cites", "citations"),
        _select("entities.counted", "figures and papers are those of its mentions that are likely", *mentioned),
        _select("mentions.candidates", "n_candidates is the number of entities of that category and taxon to which the "
                "word expands in the figure, as its record has it; 1 where match is NULL", "entities"),
        _select("words.counted", "figures, papers, entities, word_status and category are those of its mentions",
                *mentioned),
    ]  # fmt: skip


def weights() -> list[TableCheck]:
    """Return the checks of probabilities and shares, which rest on the counts of candidates."""
    return [
        _select("mentions.probability", "probability and share are those of the word's readings that have the entity; "
                "1 and 1 / n_candidates where the word is not in doubt", "entities", "word_readings"),
        _select("mentions.shares", "the shares of a word in a figure add up to 1 at most, for each category and "
                "organism", "entities"),
    ]  # fmt: skip
