"""Read citation tables and maps of identifiers into raw tables, by DuckDB and in bounded memory.

The largest published table has 900 million rows. So only rows that name a paper of the build become citations; the
others are counted. A row that is not understood is a problem with its line.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Select, Statements
from kg.errors import NotARecord, RecordError
from kg.ingest.citation_tables import SEPARATOR, Damage, PaperTable, bad_rows, damage, recognised
from kg.model import paper_ids
from kg.model.records import Citation, PaperIds, Problem, Severity
from kg.model.tables import RAW, RAW_FILES, text_schema, to_arrow
from kg.model.text import clean, collapse
from kg.runtime.progress import Progress, no_progress

STATEMENTS = Statements("kg.ingest", "citations")

PAPERS = text_schema("id", "paper_id")
"""Schema of the identifiers of the papers of a build."""

SHOWN_ROWS = 10
"""Rows of one table that the report lists; the others are counted."""

Tables = dict[str, pa.Table]
"""Raw tables by name."""


class Candidate(NamedTuple):
    """A file whose name is that of a table: its number among the files read, its name in the source, its path."""

    number: int
    name: str
    path: Path


def read(
    candidates: Sequence[Candidate], papers: pa.Table, engine: DuckDBEngine, progress: Progress = no_progress
) -> Iterator[Tables]:
    """Yield raw tables: files, citations, identifiers of papers and problems.

    `papers` has the columns `id` and `paper_id`, one row for each known identifier of a paper of the build. `engine` is
    a private one that joins as written, because the tables in it belong to this function.
    """
    reading = _Reading(engine)
    tables = list(_recognised(candidates, reading))
    maps = [table for table in tables if table[1].kind == "map"]
    engine.append("build_papers", papers.cast(PAPERS))
    engine.create_table("wanted_papers", STATEMENTS.sql("wanted_papers"))
    yield from reading.maps(maps, progress, report=True)
    engine.create_table("known_papers", STATEMENTS.sql("known_papers"))
    yield from reading.citations([table for table in tables if table[1].kind == "citations"], progress)
    if maps and len(tables) > len(maps):
        yield from reading.maps(maps, progress, report=False)
    yield reading.problems()


def _recognised(candidates: Sequence[Candidate], reading: "_Reading") -> Iterator[tuple[int, PaperTable]]:
    """Yield the number and the table of each file that is one; the others become problems."""
    for number, name, path in candidates:
        try:
            yield number, recognised(name, path)
        except NotARecord as error:
            reading.strangers.append(error)
        except (RecordError, OSError) as error:
            reason = error.reason if isinstance(error, RecordError) else f"cannot be read: {error.strerror or error}"
            reading.report("error", "bad-record", name, None, reason)


class _Reading:
    """The state of one reading: the engine, and the problems and counts so far."""

    def __init__(self, engine: DuckDBEngine) -> None:
        self._engine = engine
        self._problems: list[tuple[int, Severity, str, str, int | None, str]] = []
        self._unused: Counter[str] = Counter()
        self._rows = 0
        self.strangers: list[NotARecord] = []

    def maps(self, tables: Sequence[tuple[int, PaperTable]], progress: Progress, *, report: bool) -> Iterator[Tables]:
        """Yield the identifiers of papers that are looked for; with `report` the files and their bad rows, too."""
        for number, table in tables:
            progress(f"reading {table.name}", 0, None)
            counts = self._table("ids_read", table, report=report)
            if counts is None:
                continue
            if report:
                yield _file(number, table)
            for rows in self._used("ids_read", "paper_id", "other_id"):
                if report:
                    self._engine.append("build_papers", rows.rename_columns(["paper_id", "id"]).select(PAPERS.names))
                yield _raw(PaperIds, number, rows)

    def citations(self, tables: Sequence[tuple[int, PaperTable]], progress: Progress) -> Iterator[Tables]:
        """Yield the citations in which a paper of the build takes part; count the others."""
        for number, table in tables:
            progress(f"reading {table.name}", 0, None)
            counts = self._table("citations_read", table, report=True)
            if counts is None:
                continue
            self._unused.update({status: counts.get(status, 0) for status in ("absent", "other")})
            self._rows += sum(counts.values())
            yield _file(number, table)
            for rows in self._used("citations_read", "citing_id", "cited_id"):
                for column in rows.columns:  # the maps are read again, because they may know these by PMCID
                    self._engine.append("wanted_papers", pa.table({"id": column}))
                yield _raw(Citation, number, rows)

    def problems(self) -> Tables:
        """Return the problems, with one note of the rows that name no paper of the build."""
        if left_out := sum(self._unused.values()):
            other = f"; {self._unused['other']:,} of them have no PMCID, PMID or DOI" if self._unused["other"] else ""
            message = f"{left_out:,} of {self._rows:,} citations name no paper of the build and were left out{other}"
            self.report("note", "papers-not-in-build", "", None, message)
        if self.strangers:
            first = self.strangers[0]
            others = len(self.strangers) - 1
            more = f" (nor {'is 1 other table' if others == 1 else f'are {others:,} other tables'})" if others else ""
            self.report("note", "not-a-record", first.file, first.line, f"no citation table{more}: {first.reason}")
        return {RAW[Problem][0]: to_arrow(RAW[Problem][1], self._problems)}

    def report(self, severity: Severity, code: str, file: str, line: int | None, message: str) -> None:
        """Add a problem."""
        self._problems.append((0, severity, code, file, line, clean(collapse(message))))

    def _table(self, statement: str, table: PaperTable, *, report: bool) -> dict[str, int] | None:
        """Read one file into the table `statement`; return its rows by status, or None where it cannot be read."""
        damaged = damage(table)
        try:
            self._create(statement, table, damaged)
        except RecordError as error:
            reason = error.reason.replace(f": {self._engine.file_name(table.path)}", "")  # a link in the scratch folder
            self.report("error", "bad-record", table.name, None, f"no table that can be read: {reason}")
            return None
        counts = self._engine.fetch(f"SELECT status, SUM(rows) AS n FROM {statement} GROUP BY status")
        by_status = {row["status"]: int(row["n"]) for row in counts.to_pylist()}
        self._engine.create_table("rejected_rows", STATEMENTS.sql("rejected_rows"))
        self._drop_rejects()
        if report:
            examples = self._engine.fetch(f"SELECT examples FROM {statement} WHERE status = 'bad'")["examples"]
            bad = {text for texts in examples.to_pylist() for text in texts}
            self._report_bad(table, by_status.get("bad", 0), bad, self._engine.count("rejected_rows"))
            if damaged.open_quote:
                message = "an odd number of quotation marks: rows from the open one on may be missing; close it"
                self.report(_severity(table), "bad-row", table.name, None, message)
        return by_status

    def _create(self, statement: str, table: PaperTable, damaged: Damage) -> None:
        """Read a file by all threads, or by one where several would lose rows or refuse the file.

        They lose rows of over 32 MB, and refuse quoted cells with line ends.
        """
        path = self._engine.file_name(table.path)
        if not damaged.long_line:
            try:
                self._engine.create_from_file(
                    statement, STATEMENTS.sql(statement, cells=cells(table, path, parallel=True))
                )
            except RecordError:
                self._drop_rejects()
            else:
                return
        self._engine.create_from_file(statement, STATEMENTS.sql(statement, cells=cells(table, path, parallel=False)))

    def _drop_rejects(self) -> None:
        self._engine.drop_if_there("reject_errors", "reject_scans")

    def _report_bad(self, table: PaperTable, bad: int, examples: set[str], rejected: int) -> None:
        """Report rows that are not understood: some with their lines, then the number of the others."""
        severity = _severity(table)
        number = bad + rejected
        listed = (
            list(islice(bad_rows(table, examples, encoded=not rejected), min(number, SHOWN_ROWS))) if number else []
        )
        for line, message in listed:
            self.report(severity, "bad-row", table.name, line, message)
        if number > len(listed):
            left = number - len(listed)
            rows = f"{left:,} {'more ' if listed else ''}row{'' if left == 1 else 's'}"
            like = " like those" if listed else ""
            message = f"{rows}{like} {'is' if left == 1 else 'are'} not understood{'' if listed else _reason(examples)}"
            self.report(severity, "bad-row", table.name, None, message)

    def _used(self, statement: str, *columns: str) -> Iterator[pa.Table]:
        select = f"SELECT {', '.join(columns)} FROM {statement} WHERE status = 'used'"
        for batch in self._engine.stream(select):
            yield pa.Table.from_batches([batch])


def _severity(table: PaperTable) -> Severity:
    return "error" if table.kind == "citations" else "warning"


def _reason(examples: set[str]) -> str:
    """Return a reason for rows that have no lines, because DuckDB splits them otherwise or refuses them.

    >>> _reason({"PMC1" + SEPARATOR + "PMC2, and so on"})
    ", such as 'PMC1 | PMC2, and so on'; is a quotation mark open?"
    >>> _reason(set())
    ': not UTF-8, or longer than 2,000,000 bytes'
    """
    if not examples:
        return ": not UTF-8, or longer than 2,000,000 bytes"
    return f", such as {min(examples).replace(SEPARATOR, ' | ')[:80]!r}; is a quotation mark open?"


def cells(table: PaperTable, path: str, *, parallel: bool) -> Select:
    """Return the SELECT of the cells and identifiers of a file; `path` is its name for DuckDB."""
    types = ", ".join(f"'c{column}': 'VARCHAR'" for column in range(max(table.width, max(table.columns) + 1)))
    values = {
        "path": path,
        "delimiter": table.delimiter,
        "quote": table.quote,
        "header": Select(str(table.header).lower()),
        "parallel": Select(str(parallel).lower()),
        "compression": "gzip" if table.gzipped else "none",
        "types": Select(f"{{{types}}}"),
        "columns": Select(f"[{', '.join(f'c{column}' for column in table.columns)}]"),
        "blanks": paper_ids.BLANKS,
        "several": paper_ids.SEVERAL,
        "irregular": paper_ids.IRREGULAR,
        "plain_doi": paper_ids.PLAIN_DOI,
        "index": paper_ids.INDEX,
        "glue": paper_ids.GLUE,
        "separators": paper_ids.SEPARATORS,
        "pmc": _whole(paper_ids.PMC),
        "pubmed": _whole(paper_ids.PUBMED),
        "doi": _whole(paper_ids.DOI),
        "other": _whole(paper_ids.OTHER),
        "doi_address": f"(?i)^(?:{paper_ids.DOI_ADDRESS.removeprefix('(?i)')})",
    }
    return STATEMENTS.sql("cells", **values)


def _whole(pattern: str) -> str:
    return f"(?i)^(?:{pattern.removeprefix('(?i)')})$"


def _file(number: int, table: PaperTable) -> Tables:
    """Return the row of a file: its number, its name and the SHA-256 of its content."""
    with table.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {RAW_FILES[0]: to_arrow(RAW_FILES[1], [(number, table.name, digest)])}


def _raw(element: type, number: int, rows: pa.Table) -> Tables:
    name, schema = RAW[element]
    numbers = pa.array([number] * rows.num_rows, pa.int64())
    return {name: pa.table([numbers, *rows.columns], schema=schema)}
