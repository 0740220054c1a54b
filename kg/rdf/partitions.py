"""The partitions of a dump, class by property by class or datatype, counted by SQL over the tables and not over RDF."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

import pyarrow as pa

from kg.engines import Engine
from kg.engines.statements import Select, Statements, quote
from kg.model.identifiers import DEFAULT_BASE, PREFIXES, curie, normal_identifier
from kg.rdf.dump import STATEMENTS as DUMP
from kg.rdf.dump import row_kinds
from kg.rdf.links import doi, figure_address
from kg.rdf.partition_properties import Kind, Property
from kg.rdf.partition_sources import (
    ENTITIES,
    PAIRS,
    THINGS,
    association_class,
    candidate_class,
    class_names,
    entity_class,
    kinds,
)
from kg.rdf.text_terms import STATEMENTS as TEXT

STATEMENTS = Statements("kg.rdf", "partitions")


class Ends(NamedTuple):
    """How many triples there are, with how many distinct subjects and objects."""

    triples: int
    subjects: int
    objects: int


@dataclass(slots=True)
class Partitions:
    """The numbers of a dump; classes, properties and datatypes are prefixed names."""

    classes: Counter[str] = field(default_factory=Counter)
    """Subjects of each class."""
    of_class: dict[tuple[str, str], Ends] = field(default_factory=dict)
    """Numbers by class of the subjects and property."""
    targets: dict[tuple[str, str, str], Ends] = field(default_factory=dict)
    """Numbers by class of the subjects, property, and class or datatype of the values."""
    links: dict[tuple[str, str], Ends] = field(default_factory=dict)
    """Numbers by property and prefix of the other database that its values are from."""
    properties: dict[str, Ends] = field(default_factory=dict)
    """Numbers by property, over all subjects."""
    subjects: int = 0
    """Distinct subjects."""
    repeated: int = 0
    """Subjects counted again because they have a further class."""
    examples: list[str] = field(default_factory=list)
    """CURIEs of a figure and of an entity."""
    example_pairs: list[tuple[str, str]] = field(default_factory=list)
    """CURIEs of the ends of a pair."""

    def copy(self, kind: Kind, other: str) -> None:
        """Add a class of the same subjects, whose kind has one class."""
        class_, names = kind.class_[1:-1], {prop.predicate for prop in kind.properties}
        if not kind.again:
            self.repeated += self.classes[class_]
            self.classes[other] = self.classes[class_]
        self.of_class |= {
            (other, name): ends for (of, name), ends in self.of_class.items() if of == class_ and name in names
        }
        self.targets |= {
            (other, name, to): ends for (of, name, to), ends in self.targets.items() if of == class_ and name in names
        }

    def triples(self) -> int:
        """Return the number of all triples."""
        return sum(ends.triples for ends in self.properties.values())

    def triples_of(self, class_: str) -> int:
        """Return the number of triples whose subjects have a class."""
        return sum(ends.triples for (name, _), ends in self.of_class.items() if name == class_)


def count_partitions(engine: Engine, layers: tuple[str, ...], *, full: bool, base: str = DEFAULT_BASE) -> Partitions:
    """Count the partitions of a dump of these layers; `create_pair_tables` has created its tables in the engine."""
    STATEMENTS.run(
        engine,
        {"rdf_iris": lambda: _append_iris(engine, base)},
        layers=("records", *layers),
        association=Select(association_class()),
        candidate=Select(candidate_class()),
        entity=Select(entity_class()),
        names=class_names(),
    )
    try:
        written = set(row_kinds(layers))
        counter = _Counter(engine, [kind for kind in kinds(layers, full=full) if kind.again or kind.rows in written])
        return counter.count()
    finally:
        engine.drop(THINGS, ENTITIES, PAIRS, "rdf_iris")


def _append_iris(engine: Engine, base: str) -> None:
    schema = pa.schema([(name, pa.string()) for name in ("field", "text", "iri")])
    engine.append("rdf_iris", pa.Table.from_pylist([], schema))
    for batch in engine.stream(TEXT.sql("texts_of_addresses")):
        rows = [row | {"iri": _address(row["field"], row["text"], base)} for row in batch.to_pylist()]
        engine.append("rdf_iris", pa.Table.from_pylist([row for row in rows if row["iri"]], schema))


def _address(column: str, text: str, base: str) -> str | None:
    """Return the IRI, or the CURIE of it, that a text of a figure or paper becomes."""
    if column == "doi":
        return curie("doi", valid) if (valid := doi(text)) else None
    address = figure_address(column, text)
    # The web address can be that of a figure here.
    return normal_identifier(address, base) if address and column == "url" else address


Counted = tuple[int, str | None, bool, Ends]
"""The place of a property, a class of subjects or None, whether these are all, and the numbers."""


class _Counter:
    """Counts one kind of subjects after the other, each in a table of its own."""

    def __init__(self, engine: Engine, counted: list[Kind]) -> None:
        self._engine = engine
        self._kinds = counted
        self._found = Partitions()
        self._wholes: dict[str, list[tuple[Select, Ends]]] = {}

    def count(self) -> Partitions:
        """Return the numbers of all kinds."""
        tables = [f"rdf_of_{kind.rows}" for kind in self._kinds]
        for kind, table in zip(self._kinds, tables, strict=True):
            self._create(kind, table)
            alike = kind.class_[1:-1] if kind.class_.startswith("'") else None
            self._count(kind, Select(f"SELECT * FROM {table}"), alike, whole=True)
            for number, (class_, condition) in enumerate(kind.also):
                if condition:
                    rows = f"SELECT * REPLACE ({quote(class_)} AS class) FROM {table} WHERE also{number}"
                    self._count(kind, Select(rows), class_, whole=False)
                else:
                    self._found.copy(kind, class_)
        self._add_wholes()
        self._engine.drop(*tables)
        for first, second in self._rows("examples"):
            if second is None:
                self._found.examples.append(first)
            else:
                self._found.example_pairs.append((first, second))
        return self._found

    def _create(self, kind: Kind, table: str) -> None:
        columns = [f"{_value(prop)} AS {_column(number)}" for number, prop in enumerate(kind.properties)]
        columns += [f"{condition} AS also{number}" for number, (_, condition) in enumerate(kind.also) if condition]
        own = {statement.name for statement in STATEMENTS}
        rows = STATEMENTS.sql(kind.rows) if kind.rows in own else DUMP.sql(kind.rows, self._engine.dialect)
        values: dict[str, Any] = {"values": Select(", ".join(columns)), "class": Select(kind.class_)}
        create = self._engine.create_view if kind.read else self._engine.create_table
        create(table, STATEMENTS.sql("subjects", rows=rows, names=class_names(), **values))

    def _count(self, kind: Kind, subjects: Select, alike: str | None, *, whole: bool) -> None:
        if not kind.again:
            self._add_sizes(subjects, whole=whole)
        for number, class_, of_all, ends in chain(
            self._single(kind, subjects, alike), self._many(kind, subjects, alike)
        ):
            self._add(kind, number, subjects, class_, ends, of_all=of_all, whole=whole)
        for number, prop in enumerate(kind.properties):
            column = Select(_column(number))
            if prop.lookup:
                classes = Select(f"SELECT * FROM {prop.lookup}")
                name, key = ("targets", "list") if prop.many else ("single_targets", "value")
                for class_, target, *numbers in self._rows(name, rows=subjects, classes=classes, **{key: column}):
                    if class_ is not None:
                        self._found.targets[class_, prop.predicate, target] = _ends(numbers)
            if prop.spaces and whole:
                values = column if prop.many else Select(f"CASE WHEN {column} IS NOT NULL THEN [{column}] END")
                for space, *numbers in self._rows("spaces", rows=subjects, list=values):
                    if space in PREFIXES:  # otherwise a name of this build, not of another database
                        self._found.links[prop.predicate, space] = _ends(numbers)

    def _add_sizes(self, subjects: Select, *, whole: bool) -> None:
        for class_, of_all, number in self._rows("sizes", rows=subjects):
            if of_all and whole:
                self._found.subjects += number
            elif not of_all and class_ is not None and number:
                self._found.classes[class_] += number
                self._found.repeated += 0 if whole else number

    def _single(self, kind: Kind, subjects: Select, alike: str | None) -> Iterator[Counted]:
        """Count the properties with at most one value, by class and over all subjects.

        `alike` is the class of all subjects, if it is one.
        """
        columns = {number: Select(_column(number)) for number, prop in enumerate(kind.properties) if not prop.many}
        if alike:
            counts = Select(", ".join(f"count({column}), count(DISTINCT {column})" for column in columns.values()))
            (counted,) = self._rows("alike", rows=subjects, counts=counts) if columns else [()]
            for number, triples, objects in zip(columns, counted[::2], counted[1::2], strict=True):
                for class_ in (alike, None):
                    yield number, class_, class_ is None, Ends(triples, triples, objects)
        elif columns:
            parts = [STATEMENTS.sql("single", rows=subjects, number=at, value=columns[at]) for at in columns]
            for number, class_, whole, triples, objects in self._fetch(" UNION ALL ".join(parts)):
                yield number, class_, whole, _ends([triples, triples, objects])

    def _many(self, kind: Kind, subjects: Select, alike: str | None) -> Iterator[Counted]:
        """Count the properties with lists of values likewise."""
        columns = {number: Select(_column(number)) for number, prop in enumerate(kind.properties) if prop.many}
        name = "many_alike" if alike else "many"
        parts = [STATEMENTS.sql(name, rows=subjects, number=at, list=columns[at]) for at in columns]
        for number, *values in self._fetch(" UNION ALL ".join(parts)) if parts else ():
            if alike:
                for class_ in (alike, None):
                    yield number, class_, class_ is None, _ends(values)
            else:
                class_, whole, *numbers = values
                yield number, class_, whole, _ends(numbers)

    def _add(
        self, kind: Kind, number: int, subjects: Select, class_: str | None, ends: Ends, *, of_all: bool, whole: bool
    ) -> None:
        prop = kind.properties[number]
        if not ends.triples:
            return
        if of_all:
            if whole:
                value = f"unnest({_column(number)})" if prop.many else _column(number)
                values = Select(f"SELECT {value} AS value FROM ({subjects})")
                self._wholes.setdefault(prop.predicate, []).append((values, ends))
        elif class_ is not None:
            self._found.of_class[class_, prop.predicate] = ends
            for target in prop.targets:
                self._found.targets[class_, prop.predicate, target] = ends

    def _add_wholes(self) -> None:
        """Add the numbers over all kinds. Values that several kinds have are counted once."""
        predicates = list(self._wholes)
        shared = [number for number, name in enumerate(predicates) if len(self._wholes[name]) > 1]
        counts = [
            STATEMENTS.sql(
                "distinct_values",
                number=number,
                values=Select(" UNION ALL ".join(f"({values})" for values, _ in self._wholes[predicates[number]])),
            )
            for number in shared
        ]
        objects = dict(self._fetch(" UNION ALL ".join(counts))) if counts else {}
        for number, predicate in enumerate(predicates):
            ends = Ends(*map(sum, zip(*(ends for _, ends in self._wholes[predicate]), strict=True)))
            self._found.properties[predicate] = ends._replace(objects=objects.get(number, ends.objects))

    def _rows(self, name: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        return self._fetch(STATEMENTS.sql(name, **values))

    def _fetch(self, select: str) -> Iterator[tuple[Any, ...]]:
        table = self._engine.fetch(select)
        return iter(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _column(number: int) -> str:
    return f"value{number}"


def _value(prop: Property) -> str:
    """Return the SQL of a value. A negative zero, which is a term of its own, is NaN, which no table has."""
    if prop.targets != ("xsd:double",):
        return prop.sql
    return f"CASE WHEN {prop.sql} = 0 AND signbit({prop.sql}) THEN CAST('nan' AS DOUBLE) ELSE {prop.sql} END"


def _ends(numbers: list[Any]) -> Ends:
    """Return sums as whole numbers; the sum of no rows is NULL."""
    return Ends(*(int(number or 0) for number in numbers))
