"""SELECTs that make the text of the dump in Turtle and N-Triples.

The methods of `kg.rdf.triples` say what these rows mean; the tests compare the bytes. DuckDB makes the text of a pair
in a fifth of the time or less.
"""

from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from kg.engines import Engine
from kg.engines.statements import Select, Statements, quote
from kg.model.biolink import AGENT_TYPE, KNOWLEDGE_LEVEL
from kg.model.records import LIKELY, SURE
from kg.rdf.syntax import NTriplesSyntax, Syntax, TurtleSyntax
from kg.rdf.text_records import RecordText
from kg.rdf.text_sql import Kind, Objects, case, number
from kg.rdf.triples import ASSOCIATIONS, CO_OCCURS, DRAWN_WITH, MENTION, PAIR, READING

STATEMENTS = Statements("kg.rdf", "text")

PAIRS = {"associations": ("rdf_pairs", "number"), "term_associations": ("rdf_word_pairs", "id")}
"""Table of the statements that are of pairs, and the column of `rdf_terms` by which it has the ends."""

BATCH_ROWS = 8_192
"""Subjects whose text is written at once."""


class TextSelects(RecordText):
    """The properties of each kind of subject as SQL that makes their text."""

    @staticmethod
    def can_write(engine: Engine, syntax: Syntax) -> bool:
        """Return whether the engine can make the text in this syntax."""
        return engine.dialect == "duckdb" and type(syntax) in (NTriplesSyntax, TurtleSyntax)

    def texts(
        self, engine: Engine, name: str, only: Callable[[str], bool] | None = None
    ) -> Iterator[tuple[bytes, int]]:
        """Yield the text of the rows of a statement, in their order, with the number of triples.

        `only` chooses the predicates. The first of these has a value wherever another one has.
        """
        subject, properties = self._kinds(engine)[name]()
        properties = [objects for objects in properties if only is None or only(objects.predicate)]
        if not properties:
            return
        numbers = [number(objects) for objects in properties]
        values = {"text": Select(self._text(subject, properties)), "triples": Select(" + ".join(numbers))}
        if name in PAIRS:
            table, key = PAIRS[name]
            for end, term in (("subject", "s"), ("object", "o")):
                values[end] = Select(f"{term}.{key} = p.{end}_{key}")
            values |= {"pairs": Select(f"SELECT * FROM {table}"), "order": Select(f"p.subject_{key}, p.object_{key}")}
            name = "pairs"
        elif name == "entities":
            values["pair"] = Select(self._pair_term())
        for batch in engine.stream(STATEMENTS.sql(name, **values), BATCH_ROWS):
            texts, triples = batch.columns
            yield _bytes(texts), pc.sum(triples).as_py() or 0

    # -- the properties of the kinds of rows, in the order of kg.rdf.triples

    def _kinds(self, engine: Engine) -> dict[str, Callable[[], Kind]]:
        return {
            "figures": self._figure,
            "papers": self._paper,
            "entities": lambda: self._entity(engine),
            "terms": lambda: self._word(engine),
            "associations": self._association,
            "term_associations": self._word_association,
            "words": lambda: self._annotation(engine),
            "candidates": self._candidate,
        }

    def _association(self) -> Kind:
        kinds = "least(subject_category, object_category) || ' ' || greatest(subject_category, object_category)"
        classes = {quote(" ".join(kind)): self._name(name) for kind, name in ASSOCIATIONS.items()}
        column = self._columns("cooccurrences", PAIR)
        further = [column("figures_synonyms"), column("figures_strict")] if self._full else []
        return self._pair(
            "cooccurrences",
            [
                Objects("rdf:type", case(kinds, classes, self._name("biolink:Association")), always=True),
                column("figures_all"),
                column("weight"),
                *further,
            ],
        )

    def _word_association(self) -> Kind:
        return self._pair("word_cooccurrences", [Objects("rdf:type", self._name("kg:TermAssociation"), always=True)])

    def _pair(self, table: str, properties: list[Objects]) -> Kind:
        column = self._columns(table, PAIR)
        predicate = f"CASE WHEN published THEN {self._name(CO_OCCURS)} ELSE {self._name(DRAWN_WITH)} END"
        return self._pair_term(), [
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
        years = [Objects(PAIR[name], self._year_of(name)) for name in ("first_year", "last_year")]
        return [
            Objects("sio:SIO_000628", "[subject_term, object_term]", always=True, many=True),
            *years,
            *map(column, ("expected", "jaccard", "log10_p")),
            Objects("biolink:knowledge_level", self._literal(quote(KNOWLEDGE_LEVEL)), always=True),
            Objects("biolink:agent_type", self._literal(quote(AGENT_TYPE)), always=True),
        ]

    def _annotation(self, engine: Engine) -> Kind:
        readings = f"""CASE WHEN probability >= {SURE} THEN {self._name("kg:sure")}
            WHEN probability >= {LIKELY} THEN {self._name("kg:likely")}
            WHEN probability IS NOT NULL THEN {self._name("kg:doubtful")} END"""
        return "subject", [
            Objects("rdf:type", self._name("oa:Annotation"), always=True),
            *([Objects("oa:motivatedBy", self._name("oa:identifying"), always=True)] if self._full else []),
            Objects(MENTION["figure_id"], "figure_term", always=True),
            Objects("oa:hasBody", "bodies", many=True),
            self._texts_of(MENTION["word"], "words"),
            *([Objects("kg:normalForm", self._literal("match"), always=True)] if self._full else []),
            Objects("kg:drawnWord", "word_term", always=True),
            Objects(MENTION["word_status"], self._concepts(engine, "word_status")),
            self._texts_of(MENTION["source"], "sources"),
            Objects(MENTION["n_candidates"], self._typed("CAST(size AS VARCHAR)", "integer"), source="size"),
            Objects(MENTION["flavour"], self._flavours("flavour")),
            self._text_of(MENTION["origin"], "origin"),
            Objects(MENTION["reading"], readings),
            Objects(MENTION["probability"], self._double("probability"), source="probability"),
            *([Objects(MENTION["share"], self._double("share"), source="share")] if self._full else []),
            Objects(
                "kg:candidate", "list_transform(candidates, lambda entity: candidate_start || entity || '>')", many=True
            ),
        ]

    def _candidate(self) -> Kind:
        recorded, listed = self._name("kg:RecordedCandidate"), self._name("kg:LexiconCandidate")
        return "subject", [
            Objects("rdf:type", f"CASE WHEN recorded THEN {recorded} ELSE {listed} END", always=True),
            self._text_of(READING["name"], "name"),
            Objects(READING["entity_id"], "entity_term", always=True),
            Objects(READING["probability"], self._double("probability"), source="probability"),
        ]


def _bytes(texts: pa.StringArray) -> bytes:
    """Return the bytes of all texts, one after the other."""
    first, last = (texts.offset, texts.offset + len(texts))
    offsets = pa.Array.from_buffers(pa.int32(), last + 1, [None, texts.buffers()[1]])
    start, end = offsets[first].as_py(), offsets[last].as_py()
    return bytes(texts.buffers()[2].slice(start, end - start).to_pybytes())
