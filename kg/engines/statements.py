"""Named SQL statements: a file a step, beside the package that runs it, read from top to bottom.

A file `sql/resolve.sql` of a package holds the statements of one step in the order in which they run (the convention
of aiosql). Each begins with a head of comment lines:

    -- name: mentions (table)
    -- reads: resolved, inferred
    -- drops: resolved
    -- One row for each figure and entity: the origin that ranks first.
    SELECT ...

The kind in brackets is one of these:

- `table` or `view`: created under the name;
- `rows`: a result that Python reads;
- `python`: a table or view that Python creates at this point. It has no SELECT.

`reads` names every table of the SELECT, or those that Python reads; `drops` names the tables that no later statement
reads. A statement for one engine's dialect follows its sibling: `-- name: xrefs (rows, spark)`. `$name` stands for a
value, `($name)` also for the SELECT of another statement.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from string import Template
from typing import Literal, NamedTuple, cast

from kg.engines import Engine

Kind = Literal["table", "view", "rows", "python"]


class Select(str):
    """SQL of a statement; as the value of a parameter it is inserted as it is, where other texts are quoted."""

    __slots__ = ()


Value = int | float | str | Sequence[str] | Sequence[int]

_NAME = re.compile(r"-- name: (\w+) \((table|view|rows|python)(?:, (\w+))?\)")
_LIST = re.compile(r"-- (reads|drops): (.*)")


class Statement(NamedTuple):
    """One SELECT with its head."""

    name: str
    kind: Kind
    dialect: str
    """Name of the only dialect that it is written in; empty for the SQL that all engines share."""
    reads: tuple[str, ...]
    drops: tuple[str, ...]
    comment: str
    text: str
    """The SELECT with its `$parameters`; empty for the kind `python`."""

    def sql(self, **values: Value) -> Select:
        """Return the SELECT with its parameters filled; raise KeyError for a parameter without a value.

        Whole numbers become integers, other numbers doubles, texts quoted literals, sequences lists of literals
        without brackets. The SELECT of another statement is inserted as it is.
        """
        return Select(Template(self.text).substitute({name: literal(value) for name, value in values.items()}))


class Statements:
    """The statements of one file, in order."""

    def __init__(self, package: str, step: str) -> None:
        """Read `sql/<step>.sql` of a package such as `kg.building`, once a process."""
        self.step = step
        self._statements = _read(package, step)

    def __iter__(self) -> Iterator[Statement]:
        """Iterate over the statements that all engines share, in order."""
        return iter(statement for statement in self._statements if not statement.dialect)

    def __len__(self) -> int:
        """Return the number of statements that `run` runs: all but those of the kind `rows`."""
        return sum(statement.kind != "rows" for statement in self)

    def all(self) -> tuple[Statement, ...]:
        """Return the statements of every dialect, in order."""
        return self._statements

    def get(self, name: str, dialect: str = "") -> Statement:
        """Return a statement in a dialect, or in the shared SQL where it has no twin; raise KeyError for no such name.

        A name that the file has only in other dialects is unknown, too.
        """
        twins = {statement.dialect: statement for statement in self._statements if statement.name == name}
        return twins[dialect] if dialect in twins else twins[""]

    def sql(self, name: str, dialect: str = "", **values: Value) -> Select:
        """Return the SELECT of a statement with its parameters filled."""
        return self.get(name, dialect).sql(**values)

    def run(
        self,
        engine: Engine,
        python: Mapping[str, Callable[[], None]] | None = None,
        progress: Callable[[], None] | None = None,
        **values: Value,
    ) -> None:
        """Create every table and view of the step in `engine`, in order, and drop those that no later one reads.

        `python` has the function that creates each table of the kind `python`; `progress` is called before each
        statement. Statements of the kind `rows` are left to Python. Raises KeyError for a missing function.
        """
        for shared in self:
            if shared.kind == "rows":
                continue
            if progress:
                progress()
            statement = self.get(shared.name, engine.dialect)
            if statement.kind == "python":
                (python or {})[statement.name]()
            else:
                create = engine.create_view if statement.kind == "view" else engine.create_table
                create(statement.name, statement.sql(**_only(statement, values)))
            if statement.drops:
                engine.drop(*statement.drops)


def literal(value: Value) -> str:
    """Write a value as SQL.

    >>> literal(3), literal(1e12), literal("5'-AMP"), literal(["a", "b"]), literal([1, 2]), literal(Select("SELECT 1"))
    ('3', '1000000000000.0e0', "'5''-AMP'", "'a', 'b'", '1, 2', 'SELECT 1')
    """
    if isinstance(value, Select):
        return str(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        text = repr(float(value))
        return text if "e" in text else f"{text}e0"  # an exponent makes it a double, not a decimal
    return ", ".join(literal(item) for item in value)


def quote(*texts: str) -> str:
    """Write texts as SQL literals, separated by commas; a NUL, which SQL cannot hold, becomes U+FFFD."""
    return ", ".join("'" + text.replace("\0", "\ufffd").replace("'", "''") + "'" for text in texts)


def _only(statement: Statement, values: Mapping[str, Value]) -> dict[str, Value]:
    names = set(Template(statement.text).get_identifiers())
    return {name: value for name, value in values.items() if name in names}


@cache
def _read(package: str, step: str) -> tuple[Statement, ...]:
    text = (files(package) / "sql" / f"{step}.sql").read_text(encoding="utf-8")
    return tuple(parse(text))


def parse(text: str) -> Iterator[Statement]:
    """Yield the statements of a file's text; lines before the first `-- name:` introduce the file.

    Raises ValueError for a head that does not have the form above.
    """
    starts = [start.start() for start in re.finditer(r"^-- name: ", text, re.MULTILINE)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield _statement(text[start:end].splitlines())


def _statement(lines: list[str]) -> Statement:
    head = _NAME.fullmatch(lines[0].rstrip())
    if head is None:
        raise ValueError(f"{lines[0]!r}: not of the form `-- name: mentions (table)`")
    lists: dict[str, tuple[str, ...]] = {}
    comment: list[str] = []
    number = 1
    while number < len(lines) and lines[number].startswith("--"):
        if names := _LIST.fullmatch(lines[number].rstrip()):
            lists[names[1]] = tuple(name.strip() for name in names[2].split(","))
        else:
            comment.append(lines[number].removeprefix("--").strip())
        number += 1
    body = "\n".join(lines[number:]).strip()
    kind = cast("Kind", head[2])
    if bool(body) == (kind == "python"):
        raise ValueError(f"{lines[0]!r}: {'a SELECT is missing' if not body else 'Python creates it, so no SELECT'}")
    return Statement(
        head[1], kind, head[3] or "", lists.get("reads", ()), lists.get("drops", ()), "\n".join(comment), body
    )
