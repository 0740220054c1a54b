"""The texts of RDF terms for people."""

from typing import Any

from kg.cli import text_table
from kg.rdf.plain_terms import plain_term, real_number


def term(value: Any, base: str) -> str:
    """Return an RDF term as text for people: as `plain_term` does, but real numbers short."""
    number = real_number(value)
    return plain_term(value, base) if number is None else text_table.text(number)
