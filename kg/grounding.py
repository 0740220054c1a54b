"""Texts and identifiers of records to entities: what the lexicon says, and which identifier stands for a thing.

The choice between readings, and what the build's own records teach, is SQL (`kg/sql/grounding.sql`).
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from kg.lexicon import Lexicon, Reading, files, identity
from kg.lexicon.expansions import key, without_kind
from kg.lexicon.identity import Identity
from kg.model import HUMAN, Category
from kg.tables import text_schema, to_arrow
from kg.terms import curie

READINGS = text_schema("category", "text", "found_category", "entity_id", "name", "taxon", "id_status").append(
    pa.field("priority", pa.int32())
)
XREFS = text_schema("entity_id", "xref")
IDENTITY = text_schema("other_id", "entity_id")
TERMS = text_schema("entity_id", "name")
FAMILIES = text_schema("match", "entity_id", "name", "taxon")
MEMBERS = text_schema("family_id", "member_id")

OWN_PREFIX: dict[Category, str] = {
    "unknown": "keyword",
    "gene": "hgnc.symbol",
    "family": "keyword",
    "chemical": "chemical.name",
    "disease": "disease.name",
}
"""Prefix of the identifier that a text without any other gets."""

FALLBACK = 9
"""Priority of a text's own identifier; the lexicon's are 1 to 4, what the corpus teaches 3."""

Row = tuple[str, str, str, str, str, str | None, str, int]


class Grounded(NamedTuple):
    """What the lexicon says, as tables for the engine."""

    lexicon_readings: pa.Table
    lexicon_xrefs: pa.Table
    lexicon_terms: pa.Table
    identity: pa.Table


def ground(wanted: pa.Table, given: pa.Table, lexicon: Lexicon, mappings: Iterable[tuple[str, str]] = ()) -> Grounded:
    """Ground the texts of `wanted` (category, text) and join the ids of `given` (entity_id, xref, category, uses).

    `mappings` are pairs of CURIEs that mean the same, by the user's word.
    """
    rows = given.select(["entity_id", "xref", "uses"]).to_pylist()
    beside = identity.of_records((row["entity_id"], row["xref"], row["uses"]) for row in rows)
    pairs = [*mappings]
    lexicon.identity = Identity(lexicon.same, beside, pairs)
    readings, xrefs = _readings(wanted, lexicon)
    ids = sorted({each for row in rows for each in (row["entity_id"], row["xref"]) if each})
    primaries = {each: lexicon.identity.primary(each) for each in ids}
    known = {*primaries.values(), *readings["entity_id"].to_pylist()}
    terms = lexicon.terms(known)
    xrefs += [(entity, xref) for entity, term in terms.items() for xref in term.xrefs]
    xrefs += [(lexicon.identity.primary(each), each) for pair in pairs for each in pair]
    return Grounded(
        readings,
        to_arrow(XREFS, sorted(set(xrefs))),
        to_arrow(TERMS, sorted((entity, term.name) for entity, term in terms.items())),
        to_arrow(IDENTITY, [(other, primary) for other, primary in primaries.items() if other != primary]),
    )


def _readings(wanted: pa.Table, lexicon: Lexicon) -> tuple[pa.Table, list[tuple[str, str]]]:
    rows: list[Row] = []
    xrefs: list[tuple[str, str]] = []
    categories: list[Category] = sorted(set(wanted["category"].to_pylist()))
    for category in categories:
        texts: list[str] = wanted.filter(pc.equal(wanted["category"], category))["text"].to_pylist()
        found = lexicon.ground(texts, None if category == "unknown" else category)
        rows += [_own(category, text) for text in texts]
        rows += [_found(category, reading) for reading in found.values()]
        xrefs += [(reading.entity_id, xref) for reading in found.values() for xref in reading.xrefs]
    return to_arrow(READINGS, rows), xrefs


def _own(category: Category, text: str) -> Row:
    taxon = HUMAN if category == "gene" else None
    return category, text, category, curie(OWN_PREFIX[category], text), text, taxon, "none", FALLBACK


def _found(category: Category, reading: Reading) -> Row:
    name, taxon = reading.name, reading.taxon
    return category, reading.text, reading.category, reading.entity_id, name, taxon, "lexicon", reading.rank


def families(texts: Iterable[str], lexicon: Lexicon) -> tuple[pa.Table, pa.Table]:
    """Give the families that drawn words name, and the members of these families.

    A family's own name goes before that name without its ending, and that before its further names.
    """
    named: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for famplex, synonyms, members in files.rows(lexicon.contents, files.FAMILIES):
        for text in filter(None, (famplex, *synonyms.split("|"))):
            tier = 0 if text == famplex else 1 if text == without_kind(famplex) else 2
            named[key(text)].append((tier, famplex, members))
    rows: set[tuple[str, str, str, str]] = set()
    kept: set[tuple[str, str]] = set()
    for text in texts:
        found = named.get(key(text), [])
        for tier, famplex, members in found:
            if tier == min(found)[0]:
                family = curie("fplx", famplex)
                rows.add((text, family, famplex, HUMAN))
                kept |= {(family, f"ncbigene:{member}") for member in members.split("|")}
    return to_arrow(FAMILIES, sorted(rows)), to_arrow(MEMBERS, sorted(kept))
