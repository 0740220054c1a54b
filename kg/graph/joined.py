"""The list of a network, and the columns of numbers that a person joins to its nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, count
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.errors import ParameterError, UnknownChoice, shown
from kg.graph.entity_list import EntityList
from kg.model.checks import check_text
from kg.model.text import clean, collapse

if TYPE_CHECKING:
    import pyarrow as pa

PREFIX = "list_"
"""Start of the name of a joined column where nodes have an attribute of its own name already."""

TEXT = "text"
"""Column with the names of entities."""

TAKEN = frozenset(
    {"id", "represents", "colour", "source", "target", "parent", "index", "center", "category", "partners", "top"}
    | {"words", "years", "readings", "doubtful_figures", "organism", "lexicon", "evidence", "numbers", "suid"}
    | {"shared name", "selected", "community", "degree", "strength", "x", "y"}
)
"""Names, in small letters, that programs of networks or the page of a view have for something else."""

_INT_MOST = 2**31
"""Whole numbers from this one on are written as real ones, because networks hold whole numbers of 32 bits."""

Value = int | float


class JoinedColumn(NamedTuple):
    """A column of numbers of the nodes of a network."""

    name: str
    """Its name as an attribute."""
    dtype: type
    """int or float."""
    values: Mapping[str, Value]
    """CURIE to value, without missing ones."""


class NetworkList(NamedTuple):
    """The list that a network is of, and the numbers that are joined to it."""

    ids: tuple[str, ...]
    """CURIEs of the list, each once, in its order."""
    partners: int = 0
    """Greatest number of partners that are shown."""
    columns: tuple[JoinedColumn, ...] = ()
    """Columns of numbers that are attributes of the nodes."""
    colour: JoinedColumn | None = None
    """The column that pictures show as colour."""
    matched: EntityList | None = None
    """The names of the list with their meanings; None where identifiers were given."""

    @property
    def size(self) -> str:
        """The size of the list in words.

        >>> NetworkList(("g:1", "g:2"), partners=5).size
        '2 entities and partners'
        """
        noun = "entity" if len(self.ids) == 1 else "entities"
        return f"{len(self.ids):,} {noun}" + (" and partners" if self.partners else "")

    def table(self, ids: Iterable[str]) -> pa.Table:
        """Return the table `view_joined`: `entity_id`, `query`, and the columns as `joined_0`, `joined_1`...

        One row for each of `ids`; `query` is true for those of the list.
        """
        import pyarrow as pa

        entities, listed = list(ids), set(self.ids)
        arrays = {
            f"joined_{number}": pa.array(
                [column.values.get(id_) for id_ in entities], pa.int64() if column.dtype is int else pa.float64()
            )
            for number, column in enumerate(self.columns)
        }
        query = pa.array([id_ in listed for id_ in entities], pa.bool_())
        return pa.table({"entity_id": pa.array(entities, pa.string()), "query": query} | arrays)


def numbers_by_name(columns: Any) -> pa.Table:
    """Return a table with the column TEXT and those of numbers, each of int64 or float64.

    `columns` is a table of pyarrow, or anything that `pyarrow.table` takes, such as a data frame. Its column `text`, or
    else its first column of texts, names entities; other columns without numbers are left out. Raises ParameterError
    for anything else.

    >>> numbers_by_name({"gene": ["TP53"], "fold change": [1.5], "note": ["up"]}).column_names
    ['text', 'fold change']
    """
    import pyarrow as pa

    try:
        table = columns if isinstance(columns, pa.Table) else pa.table(columns)
    except (pa.ArrowException, TypeError, ValueError, AttributeError, OverflowError):
        raise ParameterError(f"columns={shown(columns)} is no table; give one of names and numbers") from None
    texts = [number for number, field in enumerate(table.schema) if _is_text(field.type)]
    if not texts:
        raise ParameterError(f"columns: no column of names among {shown(table.column_names)}; give it the name `text`")
    place = next((number for number in texts if table.column_names[number] == TEXT), texts[0])
    parts = {TEXT: table.column(place).cast(pa.string()).fill_null("")}
    for number, (name, column) in enumerate(zip(table.column_names, table.columns, strict=True)):
        if number != place and _is_number(column.type):
            whole = pa.types.is_integer(column.type) and column.type != pa.uint64()
            parts[str(name)] = column.cast(pa.int64() if whole else pa.float64())
    return pa.table(parts)


def _is_text(dtype: pa.DataType) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(dtype):
        dtype = dtype.value_type
    return any(is_type(dtype) for is_type in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


def _is_number(dtype: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(dtype) or pa.types.is_floating(dtype) or pa.types.is_decimal(dtype))


def joined_columns(
    names: Iterable[str], by_entity: Mapping[str, Mapping[str, Value]], own: Iterable[str]
) -> tuple[JoinedColumn, ...]:
    """Return columns as attributes of nodes; NaN and infinity are missing.

    `by_entity` has the values by CURIE and column. `own` are the names of attributes that nodes have. A column of such
    a name, or of one of TAKEN, in letters of any case, gets PREFIX in front, because programs do not tell the cases
    apart. A column is of whole numbers if all its values are, within 32 bits.

    >>> for column in joined_columns(["fold change", "Name"], {"g:1": {"fold change": 2.5, "Name": 1}}, ["name"]):
    ...     print(*column)
    fold change <class 'float'> {'g:1': 2.5}
    list_Name <class 'int'> {'g:1': 1}
    """
    taken = {name.casefold() for name in own} | TAKEN
    return tuple(JoinedColumn(_free_name(name, taken), *_typed(name, by_entity)) for name in names)


def _typed(name: str, by_entity: Mapping[str, Mapping[str, Value]]) -> tuple[type, dict[str, Value]]:
    """Return the type and the values of a column."""
    values = {id_: row[name] for id_, row in by_entity.items() if name in row and isfinite(row[name])}
    whole = all(isinstance(value, int) and -_INT_MOST <= value < _INT_MOST for value in values.values())
    return (int, values) if whole else (float, {id_: float(value) for id_, value in values.items()})


def _free_name(name: str, taken: set[str]) -> str:
    """Return the name of a column as an attribute, and add it to `taken`."""
    plain = collapse(clean(name)) or "column"
    names = chain([plain, PREFIX + plain], (f"{PREFIX}{plain}_{number}" for number in count(2)))
    free = next(candidate for candidate in names if candidate.casefold() not in taken)
    taken.add(free.casefold())
    return free


def coloured(columns: Sequence[JoinedColumn], name: str | None) -> JoinedColumn | None:
    """Return the column that pictures show: the one called `name`, or else the first with a value.

    A name is that of the attribute, or the same without PREFIX. Raises UnknownChoice for another one, ParameterError
    for a value that is no text.
    """
    if name is None:
        return next((column for column in columns if column.values), None)
    check_text("colour", name)
    for column in columns:
        if name in (column.name, column.name.removeprefix(PREFIX)):
            return column
    raise UnknownChoice("joined column of numbers", name, [column.name for column in columns])
