"""Plain texts of RDF terms that programs read: CURIEs, bare numbers, texts without quotes."""

from math import isfinite
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.model import delimited
from kg.model.identifiers import short_iri

_XSD = "http://www.w3.org/2001/XMLSchema#"
_REAL = {f"{_XSD}{name}" for name in ("double", "float", "decimal")}


def plain_term(value: Any, base: str) -> str:
    """Return an RDF term as text for programs: an IRI by its prefix, a literal as its value, a double in full.

    The engine writes 1e-140 with all its zeros; here it is the shortest text that reads back as the same number.
    """
    if isinstance(value, NamedNode):
        return short_iri(value.value, base)
    if isinstance(value, Literal):
        number = None if value.datatype.value == f"{_XSD}decimal" else real_number(value)
        return value.value if number is None else delimited.cell(number)
    return "" if value is None else str(value)


def real_number(value: Any) -> float | None:
    """Return the finite number of a literal of a real type; None for every other term, and for "abc"^^xsd:double."""
    if not isinstance(value, Literal) or value.datatype.value not in _REAL:
        return None
    try:
        number = float(value.value)
    except ValueError:
        return None
    return number if isfinite(number) else None
