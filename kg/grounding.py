"""Texts without identifier to readings: what the lexicon says, and an identifier of their own to fall back on.

The choice between them, and what the build's own records teach, is SQL (`kg/sql/grounding.sql`).
"""

import pyarrow as pa
import pyarrow.compute as pc

from kg.lexicon import Lexicon, Reading
from kg.model import HUMAN, Category
from kg.tables import to_arrow
from kg.terms import curie

READINGS = pa.schema(
    [(name, pa.string()) for name in ("category", "text", "found_category", "entity_id", "name", "taxon", "id_status")]
    + [("priority", pa.int32())]
)
XREFS = pa.schema([("entity_id", pa.string()), ("xref", pa.string())])

OWN_PREFIX: dict[Category, str] = {
    "unknown": "keyword",
    "gene": "hgnc.symbol",
    "chemical": "chemical.name",
    "disease": "disease.name",
}
"""Prefix of the identifier that a text without any other gets."""

FALLBACK = 9
"""Priority of a text's own identifier; the lexicon's are 1, 2 and 4, what the corpus teaches 3."""

Row = tuple[str, str, str, str, str, str | None, str, int]


def ground(wanted: pa.Table, lexicon: Lexicon) -> tuple[pa.Table, pa.Table]:
    """Give the tables `lexicon_readings` and `lexicon_xrefs` for the texts of `wanted` (category, text)."""
    rows: list[Row] = []
    xrefs: list[tuple[str, str]] = []
    categories: list[Category] = sorted(set(wanted["category"].to_pylist()))
    for category in categories:
        texts: list[str] = wanted.filter(pc.equal(wanted["category"], category))["text"].to_pylist()
        found = lexicon.ground(texts, None if category == "unknown" else category)
        rows += [_own(category, text) for text in texts]
        rows += [_found(category, reading) for reading in found.values()]
        xrefs += [(reading.entity_id, xref) for reading in found.values() for xref in reading.xrefs]
    return to_arrow(READINGS, rows), to_arrow(XREFS, xrefs)


def _own(category: Category, text: str) -> Row:
    taxon = HUMAN if category == "gene" else None
    return category, text, category, curie(OWN_PREFIX[category], text), text, taxon, "none", FALLBACK


def _found(category: Category, reading: Reading) -> Row:
    name, taxon = reading.name, reading.taxon
    return category, reading.text, reading.category, reading.entity_id, name, taxon, "lexicon", reading.rank
