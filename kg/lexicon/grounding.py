"""Grounding: the lexicon's readings of the texts of records, and the primary identifier of each entity.

SQL chooses between these readings and those that the build's own records teach (`grounding`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from kg.lexicon import files
from kg.lexicon.expansions import spelling_key, without_kind
from kg.lexicon.identity import Identity, record_primaries
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
"""Prefix of the identifier of a text without any other, by category."""

MAPPED, FALLBACK = 0, 9
"""Priorities of a reading by a mapping file, and of the text's own identifier. Between them are the lexicon's ranks
and, at 3, the readings that the build's records teach."""

KINDS: dict[str, Category] = {
    "ncbigene": "gene",
    "hgnc.symbol": "gene",
    "fplx": "family",
    "chebi": "chemical",
    "chemical.name": "chemical",
    "doid": "disease",
    "disease.name": "disease",
}
"""Category of an identifier by its prefix. MeSH ids and keywords have no entry, because they can have any category."""

Row = tuple[str, str, str, str, str, str | None, str, int]


class Groundings(NamedTuple):
    """Tables for the engine, and the lexicon with the joins of this build."""

    lexicon_readings: pa.Table
    lexicon_xrefs: pa.Table
    lexicon_terms: pa.Table
    identity: pa.Table
    lexicon: Lexicon
    refused: int  # mappings of identifiers that cannot be the same thing


def ground(wanted: pa.Table, given: pa.Table, lexicon: Lexicon, mappings: Iterable[tuple[str, str]] = ()) -> Groundings:
    """Ground the texts of `wanted` (category, text) and join the ids of `given` (entity_id, xref, taxon, uses).

    `mappings` are pairs of CURIEs that the user declares equal. The lexicon of the result is `lexicon` with the joins
    of all these.
    """
    rows = given.select(["entity_id", "xref", "taxon", "uses"]).to_pylist()
    ids = sorted({curie for row in rows for curie in (row["entity_id"], row["xref"]) if curie})
    taxa = {row["entity_id"]: row["taxon"] for row in rows if row["taxon"]}
    pairs, refused = compatible(mappings, taxa)
    searched = {*ids, *(curie for pair in pairs for curie in pair)}
    known = lexicon.terms(searched)
    in_lexicon = known.keys()
    beside = ((row["entity_id"], row["xref"], row["uses"]) for row in rows)
    by_records = record_primaries(beside, in_lexicon, lexicon.primaries)
    lexicon = lexicon.with_identity(Identity(lexicon.primaries, by_records, pairs, in_lexicon))
    primary = lexicon.identity.primary
    readings, xrefs = _readings(wanted, lexicon)
    primaries = {curie: primary(curie) for curie in ids}
    entities = {*primaries.values(), *readings["entity_id"].to_pylist()}
    terms = {id_: known[id_] for id_ in entities & in_lexicon} | lexicon.terms(entities - searched)
    xrefs += [(entity, xref) for entity, term in terms.items() for xref in term.xrefs]
    xrefs += [(primary(curie), curie) for pair in pairs for curie in pair]
    return Groundings(
        readings,
        to_arrow(XREFS, sorted(set(xrefs))),
        to_arrow(TERMS, sorted((entity, term.name) for entity, term in terms.items())),
        to_arrow(IDENTITY, [(other, entity) for other, entity in primaries.items() if other != entity]),
        lexicon,
        refused,
    )


def _readings(wanted: pa.Table, lexicon: Lexicon) -> tuple[pa.Table, list[tuple[str, str]]]:
    rows: list[Row] = []
    xrefs: list[tuple[str, str]] = []
    categories: list[Category] = sorted(set(wanted["category"].to_pylist()))
    texts: dict[Category, list[str]] = {
        category: wanted.filter(pc.equal(wanted["category"], category))["text"].to_pylist() for category in categories
    }
    certain = lexicon.ground_by_category({_any_if_unknown(category): texts[category] for category in categories})
    for category in categories:
        readings = certain[_any_if_unknown(category)].values()
        rows += _own(category, texts[category], lexicon)
        rows += [_row(category, reading) for reading in readings]
        xrefs += [(reading.entity_id, xref) for reading in readings for xref in reading.xrefs]
    return to_arrow(READINGS, rows), xrefs


def _any_if_unknown(category: Category) -> Category | None:
    return None if category == "unknown" else category


def _own(category: Category, texts: list[str], lexicon: Lexicon) -> list[Row]:
    """Return a row for each text with the identifier that mapping files give it, or else with one of its own.

    The text of a gene has another row, of no organism, because a figure of other organisms has no human gene.
    """
    own = {text: curie(OWN_PREFIX[category], text) for text in texts}
    mapped = {text: lexicon.identity.primary(entity) for text, entity in own.items()}
    terms = lexicon.terms(entity for text, entity in mapped.items() if entity != own[text])
    taxon = HUMAN if category == "gene" else None
    rows: list[Row] = []
    for text, entity in mapped.items():
        if entity == own[text]:
            rows.append((category, text, category, entity, text, taxon, "none", FALLBACK))
            if taxon:
                rows.append((category, text, "unknown", curie("keyword", text), text, None, "none", FALLBACK))
        elif entity in terms:
            term = terms[entity]
            rows.append((category, text, term.category, entity, term.name, term.taxon, "lexicon", MAPPED))
        else:
            rows.append(
                (category, text, KINDS.get(entity.partition(":")[0], category), entity, text, taxon, "lexicon", MAPPED)
            )
    return rows


def _row(category: Category, reading: Reading) -> Row:
    name, taxon = reading.name, reading.taxon
    return category, reading.text, reading.category, reading.entity_id, name, taxon, "lexicon", reading.rank


def compatible(pairs: Iterable[tuple[str, str]], taxa: Mapping[str, str]) -> tuple[list[tuple[str, str]], int]:
    """Return the pairs that can be one thing, and the number of others: a gene and a chemical, genes of two organisms.

    Chains count: a MeSH id has the kind of the identifier that it was joined with first.
    """
    kinds: dict[str, str] = {}
    parents: dict[str, str] = {}

    def root(curie: str) -> str:
        path = [curie]
        while path[-1] in parents:
            path.append(parents[path[-1]])
        parents.update(dict.fromkeys(path[:-1], path[-1]))
        return path[-1]

    accepted, refused = [], 0
    for one, other in pairs:
        roots = root(one), root(other)
        of_pair = {kind for curie in roots if (kind := kinds.get(curie) or _kind(curie, taxa))}
        if len({kind.partition(" ")[0] for kind in of_pair}) > 1 or len({kind for kind in of_pair if " " in kind}) > 1:
            refused += 1
            continue
        if roots[0] != roots[1]:
            parents[roots[0]] = roots[1]
        if of_pair:
            kinds[roots[1]] = max(of_pair, key=len)  # the longer one has the organism
        accepted.append((one, other))
    return accepted, refused


def _kind(curie: str, taxa: Mapping[str, str]) -> str | None:
    kind = KINDS.get(curie.partition(":")[0])
    return f"{kind} {taxa[curie]}" if curie in taxa else kind


def families(texts: Iterable[str], lexicon: Lexicon) -> tuple[pa.Table, pa.Table]:
    """Return the families that drawn words name, and the members of these families.

    The own name of a family goes before that name without its suffix, and that before further names.
    """
    by_key: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for famplex, synonyms, members in files.rows(lexicon.contents, files.FAMILIES):
        for text in filter(None, (famplex, *synonyms.split("|"))):
            tier = 0 if text == famplex else 1 if text == without_kind(famplex) else 2
            by_key[spelling_key(text)].append((tier, famplex, members))
    rows: set[tuple[str, str, str, str]] = set()
    pairs: set[tuple[str, str]] = set()
    for text in texts:
        matches = by_key.get(spelling_key(text), [])
        for tier, famplex, members in matches:
            if tier == min(matches)[0]:
                family = lexicon.identity.primary(curie("fplx", famplex))
                rows.add((text, family, famplex, HUMAN))
                pairs |= {(family, f"ncbigene:{member}") for member in members.split("|")}
    return to_arrow(FAMILIES, sorted(rows)), to_arrow(MEMBERS, sorted(pairs))
