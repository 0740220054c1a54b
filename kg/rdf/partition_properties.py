"""The properties of a kind of subjects as SQL over its rows."""

from typing import NamedTuple

import pyarrow as pa

from kg.engines.statements import quote
from kg.model.column_names import predicates
from kg.model.tables import TABLES

YEARS = ("year", "first_year", "last_year")


class Property(NamedTuple):
    """A property of a kind of subject, with the SQL of its values in a row."""

    predicate: str
    sql: str
    """A value, NULL for none; of a property with `many`, a list."""
    targets: tuple[str, ...] = ()
    """The datatype, or the classes that all values have; none for other IRIs."""
    many: bool = False
    lookup: str = ""
    """The table with the classes of the values, whose `id` the SQL then has."""
    spaces: bool = False
    """True if the values are CURIEs of other databases, so that they are counted by prefix as well."""


class Kind(NamedTuple):
    """Subjects whose rows one statement of the dump has."""

    rows: str
    """Name of the statement, of which `sql/partitions.sql` may have one of the same name with the same rows."""
    class_: str
    """SQL of the class of a row."""
    properties: tuple[Property, ...]
    also: tuple[tuple[str, str], ...] = ()
    """Further classes, each with the condition of the rows that have it; an empty one holds for all."""
    again: bool = False
    """True if these subjects are those of another kind, with further properties."""
    read: bool = False
    """True if the rows are read from a table wherever they are counted, because a copy would take longer."""


class Columns:
    """The properties that write a column of a table unchanged."""

    def __init__(self, table: str) -> None:
        self._schema = TABLES[table]
        self.predicates = predicates(table)

    def __call__(self, name: str) -> Property:
        """Return the property of a column."""
        field = self._schema.field(name).type
        if pa.types.is_list(field):
            return Property(self.predicates[name], f"list_distinct({name})", ("xsd:string",), many=True)
        datatypes = {pa.string(): "xsd:string", pa.int32(): "xsd:integer", pa.float64(): "xsd:double"}
        return Property(self.predicates[name], name, ("xsd:gYear" if name in YEARS else datatypes[field],))


def class_property(sql: str, *, many: bool = False) -> Property:
    """Return the property that states classes, whose names the SQL returns."""
    return Property("rdf:type", sql, many=many)


def iri_of(column: str) -> str:
    """Return the SQL of the IRI that a text becomes, NULL where it cannot be one."""
    return f"(SELECT iri FROM rdf_iris AS i WHERE i.field = {quote(column)} AND i.text = {column})"


def case_of(sql: str, values: dict[str, str], other: str) -> str:
    """Return the SQL of the text that belongs to a text."""
    whens = " ".join(f"WHEN {quote(key)} THEN {quote(value)}" for key, value in values.items())
    return f"CASE {sql} {whens} ELSE {quote(other)} END"
