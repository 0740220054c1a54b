"""The lexicon: readings of bare words, with identifiers, without a network.

    >>> Lexicon.bundled().ground(["RANKL"])["RANKL"].entity_id
    'ncbigene:8600'

`kg.lexicon.files` has the files and their columns. SOURCES.toml has sources, licences and checksums.
tools/rebuild_lexicon.py makes the files, `kg lexicon update` newer. Genes of other organisms are in `organism_genes`.
Case counts in approved symbols, hand-kept spellings (CO is not Co) and words of fewer than four characters.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from operator import itemgetter
from typing import Any, NamedTuple, cast

from kg.lexicon import files, gene_ids
from kg.lexicon.expansions import without_kind
from kg.lexicon.identity import Identity, lexicon_primaries
from kg.lexicon.matching import RareChemicals, Table, Words
from kg.lexicon.term_names import OtherForms
from kg.model.checks import check_several
from kg.model.identifiers import curie
from kg.model.records import HUMAN, Category
from kg.model.text import collapse, normal_form

_TERMS: tuple[tuple[files.Shape, Category], ...] = (
    (files.SMALL_MOLECULES, "chemical"),
    (files.CHEMICALS, "chemical"),
    (files.DISEASES, "disease"),
)

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


@dataclass(frozen=True, slots=True)
class Term:
    """Name, category and cross-references of an identifier."""

    name: str  # approved symbol, or preferred name
    category: Category
    xrefs: tuple[str, ...]  # other CURIEs of the same thing
    taxon: str | None  # CURIE; genes and families only


class _Match(NamedTuple):
    """A reading with its sort key among the readings of its word; the least comes first."""

    rank: int
    tier: int  # within the rank: names before synonyms, previous symbols before aliases
    entity_id: str  # decides between equals, so that the order is stable
    reading: Reading


def _term_match(word: str, row: Sequence[str], category: Category, source: str | None, rank: int, tier: int) -> _Match:
    """Return the match of a word with a row of chemicals or diseases; the source is by default the id's prefix."""
    entity, xrefs, name, *_ = row
    others = tuple(xrefs.split("|")) if xrefs else ()
    origin = source or entity.partition(":")[0]
    return _Match(rank, tier, entity, Reading(word, entity, category, name, others, origin, None, rank))


def _certain(matches: Sequence[_Match], category: Category | None) -> Reading | None:
    """Return the reading that a keyword is grounded to; `matches` are sorted, and None is any category."""
    candidates = [match for match in matches if category in (None, match.reading.category) and match.rank != FAMILY]
    by_tables = [match for match in candidates if match.rank != LEARNED]
    if not by_tables:
        return candidates[0].reading if len(candidates) == 1 else None
    best = by_tables[0][:2]
    unique = len(by_tables) == 1 or by_tables[1][:2] > best
    family = any(match.rank == FAMILY and match.tier < SHORTENED for match in matches)
    doubtful = best == (ALIASED, 1) and (family or len(by_tables[0].reading.text) == 1)
    return by_tables[0].reading if unique and not doubtful else None


class Lexicon:
    """Gene symbols and aliases, families, chemical and disease names, with their identifiers.

    A lexicon never changes. A call scans its 9 million characters once, whether it has one word or many.
    """

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        """Take the files by name; callers usually use `bundled` or `from_folder`."""
        self.contents = dict(contents)
        self.primaries = lexicon_primaries(contents)
        """Primary CURIE of each other CURIE that the tables join with one."""
        self.identity = Identity(self.primaries)
        """Joins of equal identifiers; a build adds those of its records and mapping files."""
        digests = "".join(f"{files.sha256(content)}  {file}\n" for file, content in sorted(self.contents.items()))
        self.version: str = files.sha256(digests.encode())[:16]
        """Digest of all files."""

    @classmethod
    def bundled(cls) -> "Lexicon":
        """Open the lexicon that comes with the package."""
        return cls.from_folder(files.BUNDLED)

    @classmethod
    def from_folder(cls, path: str | Traversable) -> "Lexicon":
        """Open the lexicon in a folder, with bundled files for those it lacks; raise LexiconError if it is bad."""
        return cls(files.read(path))

    def provenance(self) -> dict[str, Any]:
        """Return the entry of a manifest: the version, and the digest of each file that is not the bundled one."""
        bundled = files.bundled()
        others = [file for file, content in sorted(self.contents.items()) if content != bundled.get(file)]
        return {"version": self.version, "files": {file: files.sha256(self.contents[file]) for file in others}}

    def readings(self, words: Iterable[str]) -> dict[str, tuple[Reading, ...]]:
        """Return all readings of each word, best first, one for each entity; words without a reading are left out.

        A symbol that is also an alias of its own gene counts as a symbol. Raises ParameterError for a single text.
        """
        by_word = self._matches(check_several("words", words))
        return {word: tuple(match.reading for match in matches) for word, matches in by_word.items()}

    def meanings(self, words: Iterable[str]) -> dict[str, tuple[Reading, ...]]:
        """Return the certain reading of each word, as `ground` has it, or else all, as `readings` has them."""
        readings = {word: (_certain(matches, None), matches) for word, matches in self._matches(words).items()}
        return {
            word: (certain,) if certain else tuple(match.reading for match in matches)
            for word, (certain, matches) in readings.items()
        }

    def ground(self, words: Iterable[str], category: Category | None = None) -> dict[str, Reading]:
        """Return the certain reading of each word that has one, of any category or of the given one.

        The order is: approved symbol, name of a chemical or disease, synonym of one, symbol of a gene that HGNC does
        not have, previous symbol, alias or synonym of a gene, other form of a chemical's or disease's name. An alias
        of one letter does not count, nor one that a family has. A word with two readings at its first step is left
        out. Words that only a corpus taught count if they have one reading.
        """
        return self.ground_by_category({category: check_several("words", words)})[category]

    def ground_by_category(
        self, words: Mapping[Category | None, Collection[str]]
    ) -> dict[Category | None, dict[str, Reading]]:
        """Return the result of `ground` for each category and its words, with one scan of the files for all."""
        matches = self._matches(word for texts in words.values() for word in texts)
        return {
            category: {word: reading for word in texts if (reading := _certain(matches.get(word, ()), category))}
            for category, texts in words.items()
        }

    def _matches(self, words: Iterable[str]) -> dict[str, list[_Match]]:
        """Return the matches of each word in order, the best one for each entity."""
        by_entity: dict[str, dict[str, _Match]] = {word: {} for word in words}
        every = [*self._genes(by_entity), *self._families(by_entity)]
        every += self._terms(by_entity, {match.reading.text for match in every})
        for match in self._with_primary_ids([*every, *self._learned(by_entity)]):
            matches = by_entity[match.reading.text]
            best = matches.get(match.entity_id)
            if best is None or match[:-1] < best[:-1]:
                matches[match.entity_id] = match
        return {word: sorted(group.values(), key=itemgetter(0, 1, 2)) for word, group in by_entity.items() if group}

    def _with_primary_ids(self, matches: list[_Match]) -> Iterator[_Match]:
        """Yield the matches with primary identifiers and their names."""
        primaries = {match.entity_id: self.identity.primary(match.entity_id) for match in matches}
        terms = self.terms(primary for other, primary in primaries.items() if other != primary)
        for match in matches:
            primary = primaries[match.entity_id]
            if primary == match.entity_id:
                yield match
                continue
            name = terms[primary].name if primary in terms else match.reading.name
            xrefs = terms[primary].xrefs if primary in terms else (match.entity_id,)
            reading = replace(match.reading, entity_id=primary, name=name, xrefs=xrefs)
            yield match._replace(entity_id=primary, reading=reading)

    def with_identity(self, identity: Identity) -> "Lexicon":
        """Return this lexicon with other joins of equal identifiers."""
        other = copy(self)
        other.identity = identity
        return other

    def terms(self, ids: Iterable[str]) -> dict[str, Term]:
        """Return the term of each identifier; identifiers that the lexicon does not have are left out."""
        if not (ids := set(ids)):
            return {}
        others: dict[str, list[str]] = defaultdict(list)
        for other, primary in self.primaries.items():
            if primary in ids:
                others[primary].append(other)
        terms: dict[str, Term] = {}
        genes = {entity.removeprefix("ncbigene:") for entity in ids if entity.startswith("ncbigene:")}
        no_genes = {entity for entity in ids if not entity.startswith("ncbigene:")}
        for shape, category in reversed(_TERMS):  # hand-kept names come last, so that they stay
            for entity, _, name, _ in files.rows_with(self.contents, shape, 0, no_genes):
                terms[entity] = Term(name, category, tuple(sorted(others[entity])), None)
        rare = {entity for entity in no_genes - terms.keys() if entity.startswith("mesh:C")}
        for _, entity, name in files.rows_with(self.contents, files.RARE_CHEMICALS, 1, rare):
            terms[entity] = Term(name, "chemical", (), None)
        for hgnc, symbol, ncbigene, *_ in files.rows_with(self.contents, files.GENES, files.NCBIGENE, genes):
            terms[f"ncbigene:{ncbigene}"] = Term(symbol, "gene", (curie("hgnc.symbol", symbol),) if hgnc else (), HUMAN)
        for famplex, _, _ in files.rows(self.contents, files.FAMILIES):
            if curie("fplx", famplex) in ids:
                terms[curie("fplx", famplex)] = Term(famplex, "family", (), HUMAN)
        return terms

    def genes_of_ids(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the CURIEs of the genes of each id in Ensembl, UniProt, HGNC or NCBI Gene; other ids are left out."""
        return gene_ids.genes_of_ids(self.contents, check_several("ids", ids))

    def _genes(self, wanted: Iterable[str]) -> Iterator[_Match]:
        """Match words with symbols, aliases, previous symbols and synonyms."""
        words = Words(wanted, str)
        for hgnc, symbol, ncbigene, aliases, previous, synonyms in words.rows(files.body(self.contents, files.GENES)):
            gene = f"ncbigene:{ncbigene}"
            xrefs = (curie("hgnc.symbol", symbol),) if hgnc else ()
            texts = [(APPROVED, 0, "hgnc_symbol", symbol) if hgnc else (NAMED, 2, "ncbigene_symbol", symbol)]
            texts += [(ALIASED, 0, "hgnc_prev_symbol", text) for text in previous.split("|")]
            texts += [(ALIASED, 1, "hgnc_alias_symbol", text) for text in aliases.split("|")]
            texts += [(ALIASED, 1, "ncbigene_synonym", text) for text in synonyms.split("|")]
            for rank, tier, source, text in texts:
                for word in words.matching(text, any_case=rank == ALIASED):
                    yield _Match(rank, tier, gene, Reading(word, gene, "gene", symbol, xrefs, source, HUMAN, rank))

    def _families(self, wanted: Iterable[str]) -> Iterator[_Match]:
        """Match words with the names of families and complexes."""
        words = Words(wanted, str)
        for famplex, synonyms, members in words.rows(files.body(self.contents, files.FAMILIES)):
            genes = tuple(f"ncbigene:{member}" for member in members.split("|"))
            for text in (famplex, *synonyms.split("|")):
                tier = 0 if text == famplex else SHORTENED if text == without_kind(famplex) else 1
                for word in words.matching(text):
                    family = curie("fplx", famplex)
                    reading = Reading(word, family, "family", famplex, (), "famplex", HUMAN, FAMILY, genes)
                    yield _Match(FAMILY, tier, family, reading)

    def _terms(self, wanted: Collection[str], of_genes: Collection[str]) -> Iterator[_Match]:
        """Match words with names and synonyms of chemicals and diseases, and other forms of those without any match."""
        words = Words(wanted, collapse)
        matched = set(of_genes)  # no form of a name makes a chemical of a gene or family
        tables = {shape: Table(files.body(self.contents, shape)) for shape, _ in _TERMS}
        for shape, category in _TERMS:
            hand_kept = shape is files.SMALL_MOLECULES
            for row in words.rows(tables[shape]):
                # Hand-kept spellings have one meaning each, so they count as names.
                texts = [(0 if hand_kept else 1, text) for text in row[3].split("|")]
                for tier, text in texts if hand_kept else [(0, row[2]), *texts]:
                    for word in words.matching(text, any_case=not hand_kept):
                        matched.add(word)
                        yield _term_match(word, row, category, "small_molecules" if hand_kept else None, NAMED, tier)
        rest = set(wanted) - matched
        forms: dict[Category, OtherForms] = {of: OtherForms(rest, of) for of in ("chemical", "disease")}
        rare = [*self._rare(forms["chemical"])]
        matched |= {match.reading.text for match in rare if match.rank == NAMED}
        for shape, category in _TERMS[1:]:
            for row in forms[category].rows(tables[shape]):
                for text in (row[2], *row[3].split("|")):
                    for word, cost in forms[category].matching(text):
                        matched.add(word)
                        yield _term_match(word, row, category, None, ALIASED, FORM + cost)
        yield from (match for match in rare if match.rank == NAMED or match.reading.text not in matched)

    def _rare(self, forms: OtherForms) -> Iterator[_Match]:
        """Match words by their forms with rare chemicals; a word as it is written counts as a name."""
        rare = RareChemicals(self.contents)
        for key, words in forms.by_key.items():
            for row in rare.named(key):
                for word, cost in words.items():
                    yield _term_match(word, row, "chemical", None, *((ALIASED, FORM + cost) if cost else (NAMED, 1)))

    def _learned(self, wanted: Iterable[str]) -> Iterator[_Match]:
        """Match words with their readings in a corpus."""
        words = Words(wanted, normal_form)
        for text, category, entity, name, taxon, _, _ in words.rows(files.body(self.contents, files.WORDS)):
            for word in words.matching(text) if taxon in ("", HUMAN) else ():
                reading = Reading(word, entity, cast("Category", category), name, (), "learned", taxon or None, LEARNED)
                yield _Match(LEARNED, 0, entity, reading)
