"""Texts and identifiers of records to entities: what the lexicon says, and which identifier stands for a thing.

The choice between readings, and what the build's own records teach, is SQL (`kg/sql/grounding.sql`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from kg.lexicon import files, identity
from kg.lexicon.expansions import key, without_kind
from kg.lexicon.identity import Identity
from kg.lexicon.lexicon import Lexicon, Reading
from kg.model.identifiers import curie
from kg.model.records import HUMAN, Category
from kg.model.tables import text_schema, to_arrow

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

MAPPED, FALLBACK = 0, 9
"""Priorities of what a mapping file says of a text, and of its own identifier; between them are the lexicon's ranks
and, at 3, what the build's records teach."""

KINDS: dict[str, Category] = {
    "ncbigene": "gene",
    "hgnc.symbol": "gene",
    "fplx": "family",
    "chebi": "chemical",
    "chemical.name": "chemical",
    "doid": "disease",
    "disease.name": "disease",
}
"""What the prefix of an identifier says of its thing; MeSH and keywords are of any kind."""

Row = tuple[str, str, str, str, str, str | None, str, int]


class Grounded(NamedTuple):
    """What the lexicon says, as tables for the engine, and the lexicon with what is now known to be the same."""

    lexicon_readings: pa.Table
    lexicon_xrefs: pa.Table
    lexicon_terms: pa.Table
    identity: pa.Table
    lexicon: Lexicon
    refused: int  # mappings of what cannot be one thing


def ground(wanted: pa.Table, given: pa.Table, lexicon: Lexicon, mappings: Iterable[tuple[str, str]] = ()) -> Grounded:
    """Ground the texts of `wanted` (category, text) and join the ids of `given` (entity_id, xref, category, uses).

    `mappings` are pairs of CURIEs that mean the same, by the user's word. The lexicon in the result is the one
    given, with all of these joined.
    """
    rows = given.select(["entity_id", "xref", "taxon", "uses"]).to_pylist()
    ids = sorted({each for row in rows for each in (row["entity_id"], row["xref"]) if each})
    taxa = {row["entity_id"]: row["taxon"] for row in rows if row["taxon"]}
    pairs, refused = joinable(mappings, taxa)
    known = lexicon.terms({*ids, *(each for pair in pairs for each in pair)}).keys()
    beside = identity.of_records(((row["entity_id"], row["xref"], row["uses"]) for row in rows), known, lexicon.same)
    lexicon = lexicon.joined(Identity(lexicon.same, beside, pairs, known))
    readings, xrefs = _readings(wanted, lexicon)
    primaries = {each: lexicon.identity.primary(each) for each in ids}
    terms = lexicon.terms({*primaries.values(), *readings["entity_id"].to_pylist()})
    xrefs += [(entity, xref) for entity, term in terms.items() for xref in term.xrefs]
    xrefs += [(lexicon.identity.primary(each), each) for pair in pairs for each in pair]
    return Grounded(
        readings,
        to_arrow(XREFS, sorted(set(xrefs))),
        to_arrow(TERMS, sorted((entity, term.name) for entity, term in terms.items())),
        to_arrow(IDENTITY, [(other, primary) for other, primary in primaries.items() if other != primary]),
        lexicon,
        refused,
    )


def _readings(wanted: pa.Table, lexicon: Lexicon) -> tuple[pa.Table, list[tuple[str, str]]]:
    rows: list[Row] = []
    xrefs: list[tuple[str, str]] = []
    categories: list[Category] = sorted(set(wanted["category"].to_pylist()))
    for category in categories:
        texts: list[str] = wanted.filter(pc.equal(wanted["category"], category))["text"].to_pylist()
        found = lexicon.ground(texts, None if category == "unknown" else category)
        rows += _own(category, texts, lexicon)
        rows += [_found(category, reading) for reading in found.values()]
        xrefs += [(reading.entity_id, xref) for reading in found.values() for xref in reading.xrefs]
    return to_arrow(READINGS, rows), xrefs


def _own(category: Category, texts: list[str], lexicon: Lexicon) -> list[Row]:
    """Give each text an identifier of its own, or the one that a mapping file says it is: that goes before all."""
    own = {text: curie(OWN_PREFIX[category], text) for text in texts}
    mapped = {text: lexicon.identity.primary(each) for text, each in own.items()}
    terms = lexicon.terms(each for text, each in mapped.items() if each != own[text])
    taxon = HUMAN if category == "gene" else None
    rows: list[Row] = []
    for text, entity in mapped.items():
        if entity == own[text]:
            rows.append((category, text, category, entity, text, taxon, "none", FALLBACK))
        elif entity in terms:
            term = terms[entity]
            rows.append((category, text, term.category, entity, term.name, term.taxon, "lexicon", MAPPED))
        else:
            rows.append(
                (category, text, KINDS.get(entity.partition(":")[0], category), entity, text, taxon, "lexicon", MAPPED)
            )
    return rows


def _found(category: Category, reading: Reading) -> Row:
    name, taxon = reading.name, reading.taxon
    return category, reading.text, reading.category, reading.entity_id, name, taxon, "lexicon", reading.rank


def joinable(pairs: Iterable[tuple[str, str]], taxa: Mapping[str, str]) -> tuple[list[tuple[str, str]], int]:
    """Leave out the pairs that cannot be one thing: a gene and a chemical, genes of two organisms.

    Gives the others, and how many were left out. Chains count: a MeSH id is of the kind that it was joined to first.
    """
    kinds: dict[str, str] = {}
    roots: dict[str, str] = {}

    def root(curie: str) -> str:
        path = [curie]
        while path[-1] in roots:
            path.append(roots[path[-1]])
        roots.update(dict.fromkeys(path[:-1], path[-1]))
        return path[-1]

    kept, left_out = [], 0
    for one, other in pairs:
        ends = root(one), root(other)
        known = {kind for end in ends if (kind := kinds.get(end) or _kind(end, taxa))}
        if len({each.partition(" ")[0] for each in known}) > 1 or len({each for each in known if " " in each}) > 1:
            left_out += 1
            continue
        if ends[0] != ends[1]:
            roots[ends[0]] = ends[1]
        if known:
            kinds[ends[1]] = max(known, key=len)  # with the organism, where one is known
        kept.append((one, other))
    return kept, left_out


def _kind(curie: str, taxa: Mapping[str, str]) -> str | None:
    kind = KINDS.get(curie.partition(":")[0])
    return f"{kind} {taxa[curie]}" if curie in taxa else kind


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
                family = lexicon.identity.primary(curie("fplx", famplex))
                rows.add((text, family, famplex, HUMAN))
                kept |= {(family, f"ncbigene:{member}") for member in members.split("|")}
    return to_arrow(FAMILIES, sorted(rows)), to_arrow(MEMBERS, sorted(kept))
