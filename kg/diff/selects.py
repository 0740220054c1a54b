"""SELECTs of a comparison that depend on the columns that two builds share."""

import pyarrow as pa

from kg.engines.statements import quote
from kg.model.build import SORT_KEYS

SIDES = ("before", "after")
KINDS = ("appeared", "vanished", "changed")
"""Kinds of change of a row."""

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def differing_rows(name: str, compared: list[str], copied: list[str], low: str | None, high: str | None) -> str:
    """Select the rows that differ, with first keys from `low` to below `high` (None: no bound).

    There is a column `cells NAME` for each compared column: whether its cell differs. The values of the copied columns
    follow, as `before_NAME` and `after_NAME`.
    """
    keys, first = SORT_KEYS[name], SORT_KEYS[name][0]
    run = f"{f'{first} >= {quote(low)}' if low else 'TRUE'} AND {f'{first} < {quote(high)}' if high else 'TRUE'}"
    before, after = (f"(SELECT * FROM {side}_{name} WHERE {run})" for side in SIDES)
    cells = {column: f"a.{_quoted(column)} IS DISTINCT FROM b.{_quoted(column)}" for column in compared}
    columns = [f"coalesce(a.{key}, b.{key}) AS {key}" for key in keys]
    columns += [f"{differs} AS {_quoted(column, 'cells ')}" for column, differs in cells.items()]
    for column in copied:
        columns += [
            f"a.{_quoted(column)} AS {_quoted(column, 'before_')}",
            f"b.{_quoted(column)} AS {_quoted(column, 'after_')}",
        ]
    change = f"CASE WHEN b.{first} IS NULL THEN 'vanished' WHEN a.{first} IS NULL THEN 'appeared' ELSE 'changed' END"
    return (
        f"SELECT {change} AS change, {', '.join(columns)}"
        f" FROM {before} AS a FULL JOIN {after} AS b"
        f" ON {' AND '.join(f'a.{key} IS NOT DISTINCT FROM b.{key}' for key in keys)}"
        f" WHERE {' OR '.join([f'a.{first} IS NULL', f'b.{first} IS NULL', *cells.values()])}"
    )


def change_counts(compared: list[str]) -> str:
    """Select the number of differing rows by kind, and of changed cells by column."""
    rows = [f"COUNT(*) FILTER (WHERE change = '{kind}') AS {kind}" for kind in KINDS]
    changed = "COUNT(*) FILTER (WHERE change = 'changed' AND "
    cells = [f"{changed}{_quoted(column, 'cells ')}) AS {_quoted(column, 'cells ')}" for column in compared]
    return f"SELECT {', '.join([*rows, *cells])} FROM differing_rows"


def changed_pairs(measure: str, least: int, top: int) -> str:
    """Select the `top` differing pairs that changed most by a measure; a pair that is absent has no figures and no q.

    By q, pairs below `least` figures in both builds are left out, because there one figure changes q greatly.
    """
    before, after = f"before_{measure}", f"after_{measure}"
    size = f"abs(coalesce({after}, 0) - coalesce({before}, 0))"
    if measure == "q":
        size = f"CASE WHEN greatest(before_figures, after_figures) >= {least} THEN abs({after} - {before}) END"
    values = f"CAST({before} AS DOUBLE) AS before, CAST({after} AS DOUBLE) AS after, CAST({size} AS DOUBLE) AS size"
    pairs = f"SELECT '{measure}' AS measure, subject_id, object_id, {values} FROM differing_rows"
    return f"SELECT * FROM ({pairs}) WHERE size > 0 ORDER BY size DESC, subject_id, object_id LIMIT {int(top)}"


def cell_lines(name: str, compared: list[pa.Field]) -> str:
    """Select the lines of the differing rows, in order: all lines of a row in one text."""
    keys = SORT_KEYS[name]
    start = ", '\t', ".join(["change", *(_text(_quoted(key)) for key in keys)])
    cells = [f"CASE WHEN {_quoted(column.name, 'cells ')} THEN {_cell_line(column)} END" for column in compared]
    lines = f"CASE change WHEN 'changed' THEN concat('', {', '.join(cells)}) ELSE concat(start, '\t\t\n') END"
    if not cells:
        lines = "concat(start, '\t\t\n')"
    order = ", ".join(f"{key} NULLS LAST" for key in keys)
    rows = f"SELECT *, concat({start}, '\t') AS start FROM differing_rows"
    return f"SELECT {lines} AS lines FROM ({rows}) ORDER BY {order}"


def _cell_line(column: pa.Field) -> str:
    before, after = (_text(_quoted(column.name, f"{side}_"), column) for side in SIDES)
    return f"concat(start, {quote(column.name)}, '\t', {before}, '\t', {after}, '\n')"


def _quoted(column: str, prefix: str = "") -> str:
    """Return a column name in quotation marks, because a build of another version can have any name."""
    return '"' + f"{prefix}{column}".replace('"', '""') + '"'


def _text(value: str, field: pa.Field | None = None) -> str:
    r"""Return SQL for a value as text without tabs and line ends, as COPY has it: lists are JSON, missing is \N."""
    is_list = field is not None and pa.types.is_list(field.type)
    text = f"CAST(to_json({value}) AS VARCHAR)" if is_list else f"CAST({value} AS VARCHAR)"
    for char, escape in _ESCAPES.items():
        text = f"replace({text}, {quote(char)}, {quote(escape)})"
    return f"coalesce({text}, '\\N')"
