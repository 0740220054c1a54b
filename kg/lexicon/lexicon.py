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
from functools import cached_property
from importlib.resources.abc import Traversable
from operator import itemgetter
from typing import Any

from kg.lexicon import files, gene_ids
from kg.lexicon.compiled import Index
from kg.lexicon.identity import Identity, lexicon_primaries
from kg.lexicon.matching import Tables
from kg.lexicon.word_matches import ALIASED, FAMILY, LEARNED, SHORTENED, TERMS, Match, matches_of
from kg.lexicon.word_matches import Reading as Reading  # noqa: PLC0414 readings are taken from here
from kg.model.checks import check_several
from kg.model.identifiers import curie, decode
from kg.model.records import HUMAN, Category


@dataclass(frozen=True, slots=True)
class Term:
    """Name, category and cross-references of an identifier."""

    name: str  # approved symbol, or preferred name
    category: Category
    xrefs: tuple[str, ...]  # other CURIEs of the same thing
    taxon: str | None  # CURIE; genes and families only


def _certain(matches: Sequence[Match], category: Category | None) -> Reading | None:
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
        self._identity: Identity | None = None

    @cached_property
    def primaries(self) -> Mapping[str, str]:
        """Primary CURIE of each other CURIE that the tables join with one."""
        return lexicon_primaries(self.contents)

    @property
    def identity(self) -> Identity:
        """Joins of equal identifiers; a build adds those of its records and mapping files."""
        if self._identity is None:
            self._identity = Identity(self.primaries)
        return self._identity

    @cached_property
    def version(self) -> str:
        """Digest of all files."""
        digests = "".join(f"{files.sha256(content)}  {file}\n" for file, content in sorted(self.contents.items()))
        return files.sha256(digests.encode())[:16]

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

    def _matches(self, words: Iterable[str]) -> dict[str, list[Match]]:
        """Return the matches of each word in order, the best one for each entity."""
        by_entity: dict[str, dict[str, Match]] = {word: {} for word in words}
        tables = self._tables(len(by_entity))
        for match in self._with_primary_ids(tables, matches_of(tables, by_entity)):
            matches = by_entity[match.reading.text]
            best = matches.get(match.entity_id)
            if best is None or match[:-1] < best[:-1]:
                matches[match.entity_id] = match
        return {word: sorted(group.values(), key=itemgetter(0, 1, 2)) for word, group in by_entity.items() if group}

    def _tables(self, words: int) -> Tables | Index:
        """Return the tables for a search of a number of words."""
        del words
        return Tables(self.contents, self.primaries)

    def _with_primary_ids(self, tables: Tables | Index, matches: list[Match]) -> Iterator[Match]:
        """Yield the matches with primary identifiers and their names."""
        ids = {match.entity_id for match in matches}
        identity = self._identity or Identity(tables.joins(ids))
        primaries = {id_: identity.primary(id_) for id_ in ids}
        terms = _terms_of(tables, {primary for other, primary in primaries.items() if other != primary})
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
        other._identity = identity  # noqa: SLF001 a copy of this one
        return other

    def terms(self, ids: Iterable[str]) -> dict[str, Term]:
        """Return the term of each identifier; identifiers that the lexicon does not have are left out."""
        wanted = set(ids)
        return _terms_of(self._tables(len(wanted)), wanted)

    def genes_of_ids(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the CURIEs of the genes of each id in Ensembl, UniProt, HGNC or NCBI Gene; other ids are left out."""
        ids = [id_ for id_ in check_several("ids", ids) if gene_ids.is_gene_id(id_)]
        return gene_ids.genes_of_ids(self.contents, ids) if ids else {}


def _terms_of(tables: Tables | Index, ids: Collection[str]) -> dict[str, Term]:
    """Return the term of each identifier that the tables have."""
    if not ids:
        return {}
    others: dict[str, list[str]] = defaultdict(list)
    for other, primary in tables.joined_with(ids):
        others[primary].append(other)
    terms: dict[str, Term] = {}
    genes = {entity.removeprefix("ncbigene:") for entity in ids if entity.startswith("ncbigene:")}
    no_genes = {entity for entity in ids if not entity.startswith("ncbigene:")}
    for shape, category in reversed(TERMS):  # hand-kept names come last, so that they stay
        for entity, _, name, _ in tables.rows_of(shape, 0, no_genes):
            terms[entity] = Term(name, category, tuple(sorted(others[entity])), None)
    rare = {entity for entity in no_genes - terms.keys() if entity.startswith("mesh:C")}
    for _, entity, name in tables.rows_of(files.RARE_CHEMICALS, 1, rare):
        terms[entity] = Term(name, "chemical", (), None)
    for hgnc, symbol, ncbigene, *_ in tables.rows_of(files.GENES, files.NCBIGENE, genes):
        terms[f"ncbigene:{ncbigene}"] = Term(symbol, "gene", (curie("hgnc.symbol", symbol),) if hgnc else (), HUMAN)
    families = {decode(id_.removeprefix("fplx:")) for id_ in ids if id_.startswith("fplx:")}
    for famplex, _, _ in tables.rows_of(files.FAMILIES, 0, families):
        terms[curie("fplx", famplex)] = Term(famplex, "family", (), HUMAN)
    return terms
