"""All matches of words with the tables of a lexicon: symbols, names, synonyms, other forms, learned words."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from kg.lexicon import files
from kg.lexicon.compiled import Index
from kg.lexicon.expansions import without_kind
from kg.lexicon.matching import Tables, Words
from kg.lexicon.term_names import OtherForms
from kg.model.identifiers import curie
from kg.model.records import HUMAN, Category
from kg.model.text import collapse, normal_form

TERMS: tuple[tuple[files.Shape, Category], ...] = (
    (files.SMALL_MOLECULES, "chemical"),
    (files.CHEMICALS, "chemical"),
    (files.DISEASES, "disease"),
)
"""Tables of chemicals and diseases with the category of their rows; hand-kept names go first."""

APPROVED, NAMED, ALIASED, LEARNED, FAMILY = 1, 2, 4, 5, 6
"""Ranks of a reading. Rank 3 is for readings that a build learns from its own records. A family is the reading of a
drawn word only, so no keyword is grounded to one."""

FORM = SHORTENED = 2
"""Tier of another form of a chemical's or disease's name; the cost of its rules is added. Every gene goes before it.
Also that of a family whose name without its ending is the word: p53 of p53_family is first of all TP53."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a word, and its source."""

    text: str  # the word as the caller wrote it.
    entity_id: str  # CURIE.
    category: Category  # never unknown.
    name: str  # approved symbol, or preferred name.
    xrefs: tuple[str, ...]  # other CURIEs of the same thing.
    source: str  # hgnc_* or ncbigene_*, as in records; small_molecules, famplex or learned; otherwise the id's prefix.
    taxon: str | None  # CURIE; genes and families only.
    rank: int  # 1 approved symbol, 2 name, 4 alias or other form of a name, 5 learned from a corpus, 6 family.
    members: tuple[str, ...] = ()  # CURIEs of the genes of a family.


class Match(NamedTuple):
    """A reading with its sort key among the readings of its word; the least comes first."""

    rank: int
    tier: int  # within the rank: names before synonyms, previous symbols before aliases
    entity_id: str  # decides between equals, so that the order is stable
    reading: Reading


def _term_match(word: str, row: Sequence[str], category: Category, source: str | None, rank: int, tier: int) -> Match:
    """Return the match of a word with a row of chemicals or diseases; the source is by default the id's prefix."""
    entity, xrefs, name, *_ = row
    others = tuple(xrefs.split("|")) if xrefs else ()
    origin = source or entity.partition(":")[0]
    return Match(rank, tier, entity, Reading(word, entity, category, name, others, origin, None, rank))


def matches_of(tables: Tables | Index, words: Collection[str]) -> list[Match]:
    """Return all matches of words, in no order; one entity can match a word several times."""
    of_genes = [*_genes(tables, words), *_families(tables, words)]
    of_terms = _terms(tables, words, {match.reading.text for match in of_genes})
    return [*of_genes, *of_terms, *_learned(tables, words)]


def _genes(tables: Tables | Index, wanted: Iterable[str]) -> Iterator[Match]:
    """Match words with symbols, aliases, previous symbols and synonyms."""
    words = Words(wanted, str)
    for hgnc, symbol, ncbigene, aliases, previous, synonyms in tables.rows(files.GENES, words.texts):
        gene = f"ncbigene:{ncbigene}"
        xrefs = (curie("hgnc.symbol", symbol),) if hgnc else ()
        texts = [(APPROVED, 0, "hgnc_symbol", symbol) if hgnc else (NAMED, 2, "ncbigene_symbol", symbol)]
        texts += [(ALIASED, 0, "hgnc_prev_symbol", text) for text in previous.split("|")]
        texts += [(ALIASED, 1, "hgnc_alias_symbol", text) for text in aliases.split("|")]
        texts += [(ALIASED, 1, "ncbigene_synonym", text) for text in synonyms.split("|")]
        for rank, tier, source, text in texts:
            for word in words.matching(text, any_case=rank == ALIASED):
                yield Match(rank, tier, gene, Reading(word, gene, "gene", symbol, xrefs, source, HUMAN, rank))


def _families(tables: Tables | Index, wanted: Iterable[str]) -> Iterator[Match]:
    """Match words with the names of families and complexes."""
    words = Words(wanted, str)
    for famplex, synonyms, members in tables.rows(files.FAMILIES, words.texts):
        genes = tuple(f"ncbigene:{member}" for member in members.split("|"))
        for text in (famplex, *synonyms.split("|")):
            tier = 0 if text == famplex else SHORTENED if text == without_kind(famplex) else 1
            for word in words.matching(text):
                family = curie("fplx", famplex)
                reading = Reading(word, family, "family", famplex, (), "famplex", HUMAN, FAMILY, genes)
                yield Match(FAMILY, tier, family, reading)


def _terms(tables: Tables | Index, wanted: Collection[str], of_genes: Collection[str]) -> Iterator[Match]:
    """Match words with names and synonyms of chemicals and diseases, and other forms of those without any match."""
    words = Words(wanted, collapse)
    matched = set(of_genes)  # no form of a name makes a chemical of a gene or family
    for shape, category in TERMS:
        hand_kept = shape is files.SMALL_MOLECULES
        for row in tables.rows(shape, words.texts):
            # Hand-kept spellings have one meaning each, so they count as names.
            texts = [(0 if hand_kept else 1, text) for text in row[3].split("|")]
            for tier, text in texts if hand_kept else [(0, row[2]), *texts]:
                for word in words.matching(text, any_case=not hand_kept):
                    matched.add(word)
                    yield _term_match(word, row, category, "small_molecules" if hand_kept else None, NAMED, tier)
    rest = set(wanted) - matched
    forms: dict[Category, OtherForms] = {of: OtherForms(rest, of) for of in ("chemical", "disease")}
    rare = [*_rare(tables, forms["chemical"])]
    matched |= {match.reading.text for match in rare if match.rank == NAMED}
    for shape, category in TERMS[1:]:
        for row in tables.rows_with_bare(shape, forms[category].bare):
            for text in (row[2], *row[3].split("|")):
                for word, cost in forms[category].matching(text):
                    matched.add(word)
                    yield _term_match(word, row, category, None, ALIASED, FORM + cost)
    yield from (match for match in rare if match.rank == NAMED or match.reading.text not in matched)


def _rare(tables: Tables | Index, forms: OtherForms) -> Iterator[Match]:
    """Match words by their forms with rare chemicals; a word as it is written counts as a name."""
    for key, words in forms.by_key.items():
        for row in tables.rare(key):
            for word, cost in words.items():
                yield _term_match(word, row, "chemical", None, *((ALIASED, FORM + cost) if cost else (NAMED, 1)))


def _learned(tables: Tables | Index, wanted: Iterable[str]) -> Iterator[Match]:
    """Match words with their readings in a corpus."""
    words = Words(wanted, normal_form)
    for text, category, entity, name, taxon, _, _ in tables.rows(files.WORDS, words.texts):
        for word in words.matching(text) if taxon in ("", HUMAN) else ():
            reading = Reading(word, entity, cast("Category", category), name, (), "learned", taxon or None, LEARNED)
            yield Match(LEARNED, 0, entity, reading)
