"""SELECTs that make the text of pairs, annotations and candidates in Turtle and N-Triples.

The methods of `kg.rdf.triples` say what these rows mean; the tests compare the bytes. DuckDB makes the text of a pair
in a fifth of the time or less. Python spells each identifier once, in the tables `rdf_terms` and `rdf_words` of
`sql/text.sql`, so that no rule about names after prefixes is written twice.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pyarrow as pa

from kg.engines import Engine
from kg.engines.statements import Select, Statements, quote
from kg.model.biolink import AGENT_TYPE, KNOWLEDGE_LEVEL
from kg.model.identifiers import association_iri, curie, encode, expand
from kg.model.records import LIKELY, SURE
from kg.model.tables import TABLES
from kg.rdf.syntax import LOCAL_CHARACTERS, LOCAL_END, LOCAL_START, NTriplesSyntax, Syntax, TurtleSyntax
from kg.rdf.triples import ASSOCIATIONS, CO_OCCURS, DRAWN_WITH, FLAVOURS, MENTION, PAIR, READING, TripleWriter

STATEMENTS = Statements("kg.rdf", "text")

PAIRS = {
    "associations": Select("SELECT * FROM rdf_pairs"),
    "term_associations": Select("SELECT * FROM rdf_word_pairs"),
}
"""Rows of the statements that are of pairs; the text puts them in order."""

BATCH_ROWS = 8_192
"""Subjects whose text is written at once."""

_STARTS = re.compile(f"{LOCAL_START}{LOCAL_CHARACTERS}", re.ASCII)
_ENDS = re.compile(f"{LOCAL_CHARACTERS}{LOCAL_END}", re.ASCII)
_ODD = ["\\", '"', *map(chr, range(32)), "\x7f"]
"""Characters that a literal must escape; the backslash comes first, because the others' escapes begin with one."""

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


class TextSelects(TripleWriter):
    """The properties of pairs, annotations and candidates as SQL that makes their text."""

    @staticmethod
    def can_write(engine: Engine, syntax: Syntax) -> bool:
        """Return whether the engine can make the text in this syntax."""
        return engine.dialect == "duckdb" and type(syntax) in (NTriplesSyntax, TurtleSyntax)

    def texts(self, engine: Engine, name: str, rows: Select) -> Iterator[tuple[bytes, int]]:
        """Yield the text of the rows of a statement, in their order, with the number of triples."""
        subject, properties = self._kinds(engine)[name]()
        numbers = [_number(objects) for objects in properties]
        values = {"text": Select(self._text(subject, properties)), "triples": Select(" + ".join(numbers))}
        if name in PAIRS:
            name, values["pairs"] = "pairs", PAIRS[name]
        elif name == "words":
            values["rows"] = rows
        for batch in engine.stream(STATEMENTS.sql(name, **values), BATCH_ROWS):
            texts, triples = batch.columns
            yield _joined(texts), sum(triples.to_pylist())

    @contextmanager
    def tables(self, engine: Engine, layers: tuple[str, ...]) -> Iterator[None]:
        """Create the tables of terms, and drop them at the end."""
        identifiers = STATEMENTS.sql("identifiers", layers=("records", *layers))
        forms = STATEMENTS.sql("forms")
        STATEMENTS.run(
            engine,
            {
                "rdf_terms": lambda: self._append(engine, "rdf_terms", identifiers, self._term),
                "rdf_words": lambda: self._append(engine, "rdf_words", forms, self._word),
            },
        )
        try:
            yield
        finally:
            engine.drop("rdf_terms", "rdf_words", "rdf_bodies")

    def _append(self, engine: Engine, name: str, select: str, make: Callable[[str], dict[str, object]]) -> None:
        empty = pa.Table.from_pylist([make("word:x")]).slice(0, 0)
        engine.append(name, empty)
        for batch in engine.stream(select):
            engine.append(name, pa.Table.from_pylist(list(map(make, batch.column(0).to_pylist())), empty.schema))

    def _term(self, identifier: str) -> dict[str, object]:
        return {
            "id": identifier,
            "term": str(self._syntax.serialize_iri(expand(identifier, self._base))),
            "part": f"<{expand(identifier, self._base)}#",
            "starts": _STARTS.fullmatch(identifier) is not None,
            "ends": _ENDS.fullmatch(identifier) is not None,
        }

    def _word(self, form: str) -> dict[str, object]:
        word = self._syntax.serialize_iri(expand(curie("word", form), self._base))
        return {"match": form, "term": str(word), "encoded": encode(form)}

    # -- the properties of the kinds of rows, in the order of kg.rdf.triples

    def _kinds(self, engine: Engine) -> dict[str, Callable[[], tuple[str, list[Objects]]]]:
        return {
            "associations": self._association,
            "term_associations": self._word_association,
            "words": lambda: self._annotation(engine),
            "candidates": self._candidate,
        }

    def _association(self) -> tuple[str, list[Objects]]:
        kinds = "least(subject_category, object_category) || ' ' || greatest(subject_category, object_category)"
        classes = {quote(" ".join(kind)): self._name(name) for kind, name in ASSOCIATIONS.items()}
        column = self._columns("cooccurrences", PAIR)
        further = [column("figures_synonyms"), column("figures_strict")] if self._full else []
        return self._pair(
            "cooccurrences",
            [
                Objects("rdf:type", _case(kinds, classes, self._name("biolink:Association")), always=True),
                column("figures_all"),
                column("weight"),
                *further,
            ],
        )

    def _word_association(self) -> tuple[str, list[Objects]]:
        return self._pair("word_cooccurrences", [Objects("rdf:type", self._name("kg:TermAssociation"), always=True)])

    def _pair(self, table: str, properties: list[Objects]) -> tuple[str, list[Objects]]:
        column = self._columns(table, PAIR)
        predicate = f"CASE WHEN published THEN {self._name(CO_OCCURS)} ELSE {self._name(DRAWN_WITH)} END"
        iri = association_iri("a", "b", self._base)
        local, whole = (text.rsplit("a_b", 1) for text in (self._syntax.serialize_iri(iri), f"<{iri}>"))
        ids = "subject_id || '_' || object_id"
        subject = f"CASE WHEN plain THEN {_around(local, ids)} ELSE {_around(whole, ids)} END"
        return subject, [
            *properties,
            Objects("rdfs:label", self._literal("label"), always=True),
            Objects("void:inDataset", quote(self._dataset), always=True),
            Objects("biolink:subject", "subject_term", always=True),
            *([Objects("biolink:predicate", predicate, always=True)] if self._full else []),
            Objects("biolink:object", "object_term", always=True),
            *map(column, ("figures", "papers", "npmi", "q")),
            *(self._further_of_pair(column) if self._full else ()),
        ]

    def _further_of_pair(self, column: Callable[[str], Objects]) -> list[Objects]:
        years = [
            Objects(PAIR[name], self._typed(f"format('{{:04d}}', {name})", "gYear"))
            for name in ("first_year", "last_year")
        ]
        return [
            Objects("sio:SIO_000628", "[subject_term, object_term]", always=True, many=True),
            *years,
            *map(column, ("expected", "jaccard", "log10_p")),
            Objects("biolink:knowledge_level", self._literal(quote(KNOWLEDGE_LEVEL)), always=True),
            Objects("biolink:agent_type", self._literal(quote(AGENT_TYPE)), always=True),
        ]

    def _annotation(self, engine: Engine) -> tuple[str, list[Objects]]:
        statuses = engine.fetch(STATEMENTS.sql("statuses")).column(0).to_pylist()
        concepts = {quote(status): quote(self._concept("", status) or "") for status in statuses}
        flavours = {str(place): self._name(name) for place, name in enumerate(FLAVOURS) if name}
        readings = f"""CASE WHEN probability >= {SURE} THEN {self._name("kg:sure")}
            WHEN probability >= {LIKELY} THEN {self._name("kg:likely")}
            WHEN probability IS NOT NULL THEN {self._name("kg:doubtful")} END"""
        return "subject", [
            Objects("rdf:type", self._name("oa:Annotation"), always=True),
            *([Objects("oa:motivatedBy", self._name("oa:identifying"), always=True)] if self._full else []),
            Objects(MENTION["figure_id"], "figure_term", always=True),
            Objects("oa:hasBody", "bodies", many=True),
            Objects(MENTION["word"], self._literals("words"), many=True),
            *([Objects("kg:normalForm", self._literal("match"), always=True)] if self._full else []),
            Objects("kg:drawnWord", "word_term", always=True),
            Objects(MENTION["word_status"], _case("word_status", concepts, "NULL")),
            Objects(MENTION["source"], self._literals("sources"), many=True),
            Objects(MENTION["n_candidates"], self._typed("CAST(size AS VARCHAR)", "integer")),
            Objects(MENTION["flavour"], _case("flavour", flavours, "NULL")),
            Objects(MENTION["origin"], self._literal("origin")),
            Objects(MENTION["reading"], readings),
            Objects(MENTION["probability"], self._double("probability")),
            *([Objects(MENTION["share"], self._double("share"))] if self._full else []),
            Objects(
                "kg:candidate", "list_transform(candidates, lambda entity: candidate_start || entity || '>')", many=True
            ),
        ]

    def _candidate(self) -> tuple[str, list[Objects]]:
        recorded, listed = self._name("kg:RecordedCandidate"), self._name("kg:LexiconCandidate")
        return "subject", [
            Objects("rdf:type", f"CASE WHEN recorded THEN {recorded} ELSE {listed} END", always=True),
            Objects(READING["name"], self._literal("name")),
            Objects(READING["entity_id"], "entity_term", always=True),
            Objects(READING["probability"], self._double("probability")),
        ]

    # -- terms as SQL

    def _name(self, name: str) -> str:
        return quote(self._vocabulary[name])

    def _columns(self, table: str, predicates: dict[str, str]) -> Callable[[str], Objects]:
        """Return the function that writes a column of numbers, by its name."""

        def column(name: str) -> Objects:
            field = TABLES[table].field(name)
            real = pa.types.is_floating(field.type)
            sql = self._double(name) if real else self._typed(f"CAST({name} AS VARCHAR)", "integer")
            return Objects(predicates[name], sql, always=not field.nullable)

        return column

    def _typed(self, sql: str, datatype: str) -> str:
        return _around(self._syntax.serialize_typed("\0", datatype).split("\0"), sql)

    def _double(self, column: str) -> str:
        """Write a double as Python does: DuckDB has the same shortest digits."""
        text = f"CAST({column} AS VARCHAR)"
        return self._typed(f"CASE WHEN contains({text}, 'e') THEN {text} ELSE {text} || 'e0' END", "double")

    def _literal(self, sql: str) -> str:
        escaped = sql
        for character in _ODD:
            escape = self._syntax.serialize_literal(character)[1:-1]
            escaped = f"replace({escaped}, chr({ord(character)}), {quote(escape)})"
        odd = f"""regexp_matches({sql}, '["\\\\\\x00-\\x1f\\x7f]')"""
        return f"""'"' || CASE WHEN {odd} THEN {escaped} ELSE {sql} END || '"'"""

    def _literals(self, column: str) -> str:
        return f"list_transform({column}, lambda text: {self._literal('text')})"

    # -- the text of a subject as SQL

    def _text(self, subject: str, properties: list[Objects]) -> str:
        """Return the text of a subject; `concat` leaves out each NULL."""
        if isinstance(self._syntax, TurtleSyntax):
            parts = [
                objects for number, one in enumerate(properties) for objects in self._turtle(one, first=not number)
            ]
            return f"concat(chr(10), {subject}, {', '.join(parts)}, {quote(_END)})"
        return f"concat({', '.join(part for objects in properties for part in self._ntriples(objects, subject))})"

    def _turtle(self, objects: Objects, *, first: bool) -> list[str]:
        predicate = quote(f"{' ' if first else _FURTHER}{self._vocabulary[objects.predicate]} ")
        terms = _list(objects.sql, " , ") if objects.many else objects.sql
        return [predicate, terms] if objects.always else [f"{predicate} || ({terms})"]

    def _ntriples(self, objects: Objects, subject: str) -> list[str]:
        predicate = quote(f" {self._vocabulary[objects.predicate]} ")
        if objects.many:
            line = f"{subject} || {predicate} || term || {quote(_END)}"
            return [_list(f"list_transform({objects.sql}, lambda term: {line})", "")]
        if objects.always:
            return [subject, predicate, objects.sql, quote(_END)]
        return [f"{subject} || {predicate} || ({objects.sql}) || {quote(_END)}"]


def _joined(texts: pa.StringArray) -> bytes:
    """Return the bytes of all texts, one after the other."""
    first, last = (texts.offset, texts.offset + len(texts))
    offsets = pa.Array.from_buffers(pa.int32(), last + 1, [None, texts.buffers()[1]])
    start, end = offsets[first].as_py(), offsets[last].as_py()
    return bytes(texts.buffers()[2].slice(start, end - start).to_pybytes())


def _around(ends: list[str], sql: str) -> str:
    """Return SQL that puts a text before and a text after a value; NULL stays NULL."""
    before, after = (quote(end) for end in ends)
    return " || ".join([*([before] if ends[0] else []), f"({sql})", *([after] if ends[1] else [])])


def _case(sql: str, values: dict[str, str], other: str) -> str:
    if not values:
        return other
    return f"CASE {sql} {' '.join(f'WHEN {key} THEN {value}' for key, value in values.items())} ELSE {other} END"


def _list(sql: str, separator: str) -> str:
    """Return SQL of the joined terms of a list; NULL for an empty one."""
    return f"nullif(array_to_string({sql}, {quote(separator)}), '')"


def _number(objects: Objects) -> str:
    if objects.many:
        return f"coalesce(len({objects.sql}), 0)"
    return "1" if objects.always else f"CAST({objects.sql} IS NOT NULL AS INTEGER)"
