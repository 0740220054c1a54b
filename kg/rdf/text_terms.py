"""The terms of identifiers and words as tables, from which SQL puts the text of triples together.

Python spells them, so that no rule about names after prefixes is written twice. Of all plain identifiers of a prefix
it spells one. The characters of a plain identifier need no escape wherever they stand, so that the others
differ from it by these characters alone.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from kg.engines import Engine
from kg.engines.statements import Statements
from kg.model.identifiers import OWN_PREFIXES, PREFIXES, curie, encode, expand
from kg.rdf.links import doi, figure_address
from kg.rdf.syntax import LOCAL_CHARACTERS, LOCAL_END, LOCAL_START, Syntax

STATEMENTS = Statements("kg.rdf", "text")

PLAIN = "[A-Za-z0-9_](?:[A-Za-z0-9_.%s-]*[A-Za-z0-9_])?"
"""Pattern of a plain identifier or, with the place filled by a blank, of a plain word."""

_PROBE = "PLAIN0"
"""The plain identifier that is spelled."""

_STARTS = re.compile(f"{LOCAL_START}{LOCAL_CHARACTERS}", re.ASCII)
_ENDS = re.compile(f"{LOCAL_CHARACTERS}{LOCAL_END}", re.ASCII)


class TermTables:
    """The tables `rdf_terms` and `rdf_words`, and what else `sql/text.sql` makes of them."""

    def __init__(self, engine: Engine, base: str, syntax: Syntax, layers: tuple[str, ...]) -> None:
        self._engine = engine
        self._base = base
        self._syntax = syntax
        self._layers = layers

    @contextmanager
    def created(self) -> Iterator[None]:
        """Create the tables, and drop them at the end."""
        STATEMENTS.run(
            self._engine,
            {
                "rdf_prefixes": self._prefixes,
                "rdf_terms": self._terms,
                "rdf_words": self._words,
                "rdf_addresses": self._addresses,
            },
            layers=("records", *self._layers),
            plain=f"^([a-z][a-z.]*):{PLAIN % ''}$",
            plain_word=f"^{PLAIN % ' '}$",
        )
        try:
            yield
        finally:
            self._engine.drop(
                "rdf_terms", "rdf_entity_terms", "rdf_words", "rdf_addresses", "rdf_bodies", "rdf_partners"
            )

    def _prefixes(self) -> None:
        rows = []
        for prefix in (*PREFIXES, *OWN_PREFIXES):
            spelled = self._term(f"{prefix}:{_PROBE}")
            row: dict[str, object] = {"prefix": prefix, "starts": spelled["starts"], "ends": spelled["ends"]}
            for name in ("term", "part"):
                row[f"{name}_before"], _, row[f"{name}_after"] = spelled[name].rpartition(_PROBE)
            rows.append(row)
        self._engine.append("rdf_prefixes", pa.Table.from_pylist(rows))

    def _terms(self) -> None:
        self._engine.create_table("rdf_terms", STATEMENTS.sql("plain_terms"))
        self._append("rdf_terms", "other_identifiers", self._term)

    def _words(self) -> None:
        self._engine.create_table("rdf_words", STATEMENTS.sql("plain_words"))
        self._append("rdf_words", "other_forms", self._word)

    def _addresses(self) -> None:
        schema = pa.schema([(name, pa.string()) for name in ("field", "text", "term")])
        self._engine.append("rdf_addresses", pa.Table.from_pylist([], schema))
        for batch in self._engine.stream(STATEMENTS.sql("texts_of_addresses")):
            rows = [row | {"term": self._address(row["field"], row["text"])} for row in batch.to_pylist()]
            self._engine.append("rdf_addresses", pa.Table.from_pylist([row for row in rows if row["term"]], schema))

    def _address(self, column: str, text: str) -> str | None:
        """Serialize the IRI that a text of a figure, or a DOI, becomes."""
        if column == "doi" and not doi(text):
            return None
        address = curie(column, text) if column == "doi" else figure_address(column, text)
        if not address:
            return None
        iri = address if column in ("url", "license") else expand(address, self._base)
        return str(self._syntax.serialize_iri(iri))

    def _append(self, table: str, select: str, spell: Callable[[str], dict[str, Any]]) -> None:
        """Append a row for each row of a statement: its values, and those that `spell` makes of the first of them."""
        columns = self._engine.fetch(f"SELECT * FROM {table} LIMIT 0").schema
        for batch in self._engine.stream(STATEMENTS.sql(select)):
            rows = [row | spell(next(iter(row.values()))) for row in batch.to_pylist()]
            self._engine.append(table, pa.Table.from_pylist(rows, columns))

    def _term(self, identifier: str) -> dict[str, Any]:
        iri = expand(identifier, self._base)
        return {
            "term": str(self._syntax.serialize_iri(iri)),
            "part": f"<{iri}#",
            "starts": _STARTS.fullmatch(identifier) is not None,
            "ends": _ENDS.fullmatch(identifier) is not None,
        }

    def _word(self, form: str) -> dict[str, Any]:
        word = self._syntax.serialize_iri(expand(curie("word", form), self._base))
        return {"term": str(word), "encoded": encode(form)}
