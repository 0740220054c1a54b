"""Terms, and the text of a subject with its properties, as SQL."""

from collections.abc import Callable
from typing import NamedTuple

import pyarrow as pa

from kg.engines import Engine
from kg.engines.statements import Statements, quote
from kg.model.identifiers import association_iri
from kg.model.tables import TABLES
from kg.rdf.syntax import TurtleSyntax
from kg.rdf.triples import FLAVOURS, TripleWriter

STATEMENTS = Statements("kg.rdf", "text")

_ESCAPED = '\\"\n\r\t\b\f'
"""Characters with an escape of their own; the backslash comes first, because the others' escapes begin with one."""

_CONTROLS = [number for number in (*range(32), 127) if chr(number) not in _ESCAPED]
"""Code points of the other characters that a literal must escape, all by their number."""

_FURTHER, _END = " ;\n\t", " .\n"
"""Text before a further predicate of a subject in Turtle, and after a triple or subject."""


class Objects(NamedTuple):
    """A predicate with its objects as SQL."""

    predicate: str
    """Prefixed name."""
    sql: str
    """A term, or a list of terms; NULL where there is none."""
    always: bool = False
    """True if the SQL is never NULL."""
    many: bool = False
    """True for a list."""
    source: str = ""
    """A column that is NULL where the SQL is NULL or, of a list, as long as that; it is faster to count."""


Kind = tuple[str, list[Objects]]
"""The SQL of a subject, with its properties in the order of kg.rdf.triples."""


class TextSql(TripleWriter):
    """The terms of a syntax as SQL, which spells those of the vocabulary as the writer does that goes row by row."""

    def _name(self, name: str) -> str:
        return quote(self._vocabulary[name])

    def _columns(self, table: str, predicates: dict[str, str]) -> Callable[[str], Objects]:
        """Return the function that writes a column of numbers, by its name."""

        def column(name: str) -> Objects:
            field = TABLES[table].field(name)
            real = pa.types.is_floating(field.type)
            sql = self._double(name) if real else self._typed(f"CAST({name} AS VARCHAR)", "integer")
            return Objects(predicates[name], sql, always=not field.nullable, source=name)

        return column

    def _typed(self, sql: str, datatype: str) -> str:
        return around(self._syntax.serialize_typed("\0", datatype).split("\0"), sql)

    def _double(self, column: str) -> str:
        """Write a double as Python does: DuckDB has the same shortest digits."""
        text = f"CAST({column} AS VARCHAR)"
        return self._typed(f"CASE WHEN contains({text}, 'e') THEN {text} ELSE {text} || 'e0' END", "double")

    def _year_of(self, column: str) -> str:
        return self._typed(f"format('{{:04d}}', {column})", "gYear")

    def _literal(self, sql: str) -> str:
        escaped = sql
        for character in _ESCAPED:
            escape = self._syntax.serialize_literal(character)[1:-1]
            escaped = f"replace({escaped}, chr({ord(character)}), {quote(escape)})"
        # A loop of SQL, because thirty functions inside one another take long to plan.
        controls = f"list_transform({_CONTROLS}, lambda number: chr(CAST(number AS INTEGER)))"
        escape = "replace(done, control, printf('\\u%04X', unicode(control)))"
        escaped = f"list_reduce(list_prepend({escaped}, {controls}), lambda done, control: {escape})"
        odd = f"""regexp_matches({sql}, '["\\\\\\x00-\\x1f\\x7f]')"""
        return f"""'"' || CASE WHEN {odd} THEN {escaped} ELSE {sql} END || '"'"""

    def _literals(self, column: str) -> str:
        return f"list_transform({column}, lambda text: {self._literal('text')})"

    def _text_of(self, predicate: str, column: str) -> Objects:
        return Objects(predicate, self._literal(column), source=column)

    def _texts_of(self, predicate: str, column: str) -> Objects:
        return Objects(predicate, self._literals(column), many=True, source=column)

    def _flavours(self, column: str) -> str:
        return case(column, {str(place): self._name(name) for place, name in enumerate(FLAVOURS) if name}, "NULL")

    def _concepts(self, engine: Engine, column: str, scheme: str = "") -> str:
        """Return the concept of each value that a column has."""
        values = engine.fetch(STATEMENTS.sql(f"values_of_{column}")).column(0).to_pylist()
        return case(column, {quote(value): quote(self._concept(scheme, value) or "") for value in values}, "NULL")

    def _pair_term(self) -> str:
        """Return the term of a pair: `ids` has its name, and `plain` is TRUE where it can follow a prefix."""
        iri = association_iri("a", "b", self._base)
        local, whole = (text.rsplit("a_b", 1) for text in (self._syntax.serialize_iri(iri), f"<{iri}>"))
        return f"CASE WHEN plain THEN {around(local, 'ids')} ELSE {around(whole, 'ids')} END"

    # -- the text of a subject as SQL

    def _text(self, subject: str, properties: list[Objects]) -> str:
        """Return the text of a subject; `concat` leaves out each NULL."""
        if isinstance(self._syntax, TurtleSyntax):
            parts = [objects for place, one in enumerate(properties) for objects in self._turtle(one, first=not place)]
            text = f"concat(chr(10), {subject}, {', '.join(parts)}, {quote(_END)})"
            # A subject without any triple in a layer is not in it.
            return text if properties[0].always else f"CASE WHEN {number(properties[0])} > 0 THEN {text} ELSE '' END"
        return f"concat({', '.join(part for objects in properties for part in self._ntriples(objects, subject))})"

    def _turtle(self, objects: Objects, *, first: bool) -> list[str]:
        predicate = quote(f"{' ' if first else _FURTHER}{self._vocabulary[objects.predicate]} ")
        terms = joined(objects.sql, " , ") if objects.many else objects.sql
        return [predicate, terms] if objects.always else [f"{predicate} || ({terms})"]

    def _ntriples(self, objects: Objects, subject: str) -> list[str]:
        predicate = quote(f" {self._vocabulary[objects.predicate]} ")
        if objects.many:
            line = f"{subject} || {predicate} || term || {quote(_END)}"
            return [joined(f"list_transform({objects.sql}, lambda term: {line})", "")]
        if objects.always:
            return [subject, predicate, objects.sql, quote(_END)]
        return [f"{subject} || {predicate} || ({objects.sql}) || {quote(_END)}"]


def around(ends: list[str], sql: str) -> str:
    """Return SQL that puts a text before and a text after a value; NULL stays NULL."""
    before, after = (quote(end) for end in ends)
    return " || ".join([*([before] if ends[0] else []), f"({sql})", *([after] if ends[1] else [])])


def case(sql: str, values: dict[str, str], other: str) -> str:
    """Return SQL of the value that belongs to a value, both as SQL."""
    if not values:
        return other
    return f"CASE {sql} {' '.join(f'WHEN {key} THEN {value}' for key, value in values.items())} ELSE {other} END"


def joined(sql: str, separator: str) -> str:
    """Return SQL of the joined terms of a list; NULL for an empty one."""
    return f"nullif(array_to_string({sql}, {quote(separator)}), '')"


def number(objects: Objects) -> str:
    """Return SQL of the number of triples."""
    sql = objects.source or objects.sql
    if objects.many:
        return f"coalesce(len({sql}), 0)"
    return "1" if objects.always else f"CAST({sql} IS NOT NULL AS INTEGER)"
