"""The partitions of a dump, class by property by class or datatype, counted by SQL over the tables and not over RDF."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyarrow as pa

from kg.engines import Engine
from kg.engines.statements import Select, Statements, quote
from kg.model.identifiers import DEFAULT_BASE, PREFIXES, curie, normal_identifier
from kg.model.licences import licence_iri
from kg.rdf.dump import STATEMENTS as DUMP
from kg.rdf.dump import row_kinds
from kg.rdf.links import doi, figure_links, web_address
from kg.rdf.partition_sources import Kind, Property, association_class, candidate_class, entity_class, kinds

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

    def copy(self, class_: str, other: str) -> None:
        """Add a class of the same subjects."""
        self.repeated += self.classes[class_]
        self.classes[other] = self.classes[class_]
        self.of_class |= {(other, name): ends for (of, name), ends in self.of_class.items() if of == class_}
        self.targets |= {(other, *to): ends for (of, *to), ends in self.targets.items() if of == class_}  # type: ignore[misc]

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
    )
    try:
        written = set(row_kinds(layers))
        counter = _Counter(engine, [kind for kind in kinds(layers, full=full) if kind.rows in written])
        return counter.count()
    finally:
        engine.drop("rdf_classes", "rdf_iris")


def _append_iris(engine: Engine, base: str) -> None:
    schema = pa.schema([(name, pa.string()) for name in ("field", "text", "iri")])
    engine.append("rdf_iris", pa.Table.from_pylist([], schema))
    for batch in engine.stream(STATEMENTS.sql("addresses")):
        rows = [row | {"iri": _address(row["field"], row["text"], base)} for row in batch.to_pylist()]
        engine.append("rdf_iris", pa.Table.from_pylist([row for row in rows if row["iri"]], schema))


def _address(column: str, text: str, base: str) -> str | None:
    """Return the IRI, or the CURIE of it, that a text of a figure or paper becomes."""
    if column == "url":
        iri = web_address(text)
        return normal_identifier(iri, base) if iri else None  # the address can be that of a figure here
    if column == "license":
        return licence_iri(text)
    if column == "doi":
        return curie("doi", valid) if (valid := doi(text)) else None
    return next(iter(figure_links({"ndex": None, "wikipathways_id": None} | {column: text})), None)


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
            self._count(kind, Select(f"SELECT * FROM {table}"), whole=True)
            for number, (class_, condition) in enumerate(kind.also):
                if condition:
                    rows = f"SELECT * REPLACE ({quote(class_)} AS class) FROM {table} WHERE also{number}"
                    self._count(kind, Select(rows), whole=False)
                else:
                    self._found.copy(kind.class_[1:-1], class_)
        for predicate, parts in self._wholes.items():
            triples, subjects, objects = (sum(numbers) for numbers in zip(*(ends for _, ends in parts), strict=True))
            if len(parts) > 1:
                objects = self._distinct_values([lists for lists, _ in parts])
            self._found.properties[predicate] = Ends(triples, subjects, objects)
        self._engine.drop(*tables)
        for first, second in self._rows("examples"):
            if second is None:
                self._found.examples.append(first)
            else:
                self._found.example_pairs.append((first, second))
        return self._found

    def _create(self, kind: Kind, table: str) -> None:
        columns = [f"{_lexical(prop)} AS {_column(number)}" for number, prop in enumerate(kind.properties)]
        columns += [f"{condition} AS also{number}" for number, (_, condition) in enumerate(kind.also) if condition]
        rows = DUMP.sql(kind.rows, self._engine.dialect)
        values, class_ = Select(", ".join(columns)), Select(kind.class_)
        self._engine.create_table(table, STATEMENTS.sql("subjects", rows=rows, values=values, **{"class": class_}))

    def _count(self, kind: Kind, subjects: Select, *, whole: bool) -> None:
        filled = self._add_single(kind, subjects, whole=whole)
        for number, prop in enumerate(kind.properties):
            if number not in filled:
                continue
            lists = _lists(number, prop, subjects)
            if prop.many:
                for class_, of_all, *numbers in self._rows("many", lists=lists):
                    self._add(prop, lists, class_, _ends(numbers), of_all=bool(of_all), whole=whole)
            if prop.lookup:
                for class_, target, *numbers in self._rows("targets", lists=lists):
                    if class_ is not None:
                        self._found.targets[class_, prop.predicate, target] = _ends(numbers)
            if prop.spaces and whole:
                for space, *numbers in self._rows("spaces", lists=lists):
                    if space in PREFIXES:  # otherwise a name of this build, not of another database
                        self._found.links[prop.predicate, space] = _ends(numbers)

    def _add_single(self, kind: Kind, subjects: Select, *, whole: bool) -> set[int]:
        """Count all properties with at most one value at once: each of their triples has another subject.

        Returns the places of all properties that some subject has.
        """
        filled: set[int] = set()
        counts = [
            f"sum(len({_column(number)})), NULL"
            if prop.many
            else f"count({_column(number)}), count(DISTINCT {_column(number)})"
            for number, prop in enumerate(kind.properties)
        ]
        for class_, of_all, number_of, *counted in self._rows(
            "single", rows=subjects, counts=Select(", ".join(counts))
        ):
            if of_all and whole:
                self._found.subjects += number_of
            elif not of_all and class_ is not None and number_of:
                self._found.classes[class_] += number_of
                self._found.repeated += 0 if whole else number_of
            for number, prop in enumerate(kind.properties):
                triples, objects = counted[2 * number : 2 * number + 2]
                filled |= {number} if triples else set()
                if not prop.many:
                    ends = Ends(triples, triples, objects)
                    self._add(prop, _lists(number, prop, subjects), class_, ends, of_all=bool(of_all), whole=whole)
        return filled

    def _add(self, prop: Property, lists: Select, class_: str | None, ends: Ends, *, of_all: bool, whole: bool) -> None:
        if not ends.triples:
            return
        if of_all:
            if whole:
                self._wholes.setdefault(prop.predicate, []).append((lists, ends))
        elif class_ is not None:
            self._found.of_class[class_, prop.predicate] = ends
            for target in prop.targets:
                self._found.targets[class_, prop.predicate, target] = ends

    def _distinct_values(self, parts: list[Select]) -> int:
        """Count the values that a property has over subjects of several kinds."""
        lists = Select(" UNION ALL ".join(f"(SELECT list FROM ({lists}))" for lists in parts))
        return int(next(self._rows("distinct_values", lists=lists))[0])

    def _rows(self, name: str, **values: Select) -> Iterator[tuple[Any, ...]]:
        table = self._engine.fetch(STATEMENTS.sql(name, **values))
        return iter(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _column(number: int) -> str:
    return f"value{number}"


def _lexical(prop: Property) -> str:
    """Return the SQL of a value as text: a positive and a negative zero are two terms."""
    return f"CAST({prop.sql} AS VARCHAR)" if prop.targets == ("xsd:double",) else prop.sql


def _lists(number: int, prop: Property, subjects: Select) -> Select:
    column = _column(number)
    values = Select(column if prop.many else f"CASE WHEN {column} IS NOT NULL THEN [{column}] END")
    return STATEMENTS.sql("lists", values=values, rows=subjects)


def _ends(numbers: list[Any]) -> Ends:
    """Return sums as whole numbers; the sum of no rows is NULL."""
    return Ends(*(int(number or 0) for number in numbers))
