"""The bundled lexicon: types bare words and gives them identifiers, with no network.

    >>> Lexicon.bundled().ground(["RANKL"])["RANKL"].entity_id
    'ncbigene:8600'

genes.tsv.gz has HGNC number, approved symbol, NCBI gene id, aliases, previous symbols and NCBI's further synonyms;
families.tsv.gz FamPlex's families and complexes with their genes; chemicals.tsv.gz, diseases.tsv.gz and
small_molecules.tsv CURIE, xrefs, name and synonyms; words.tsv.gz, where there is one, what a corpus taught.
SOURCES.toml says where each comes from, with licence and checksum; tools/rebuild_lexicon.py makes the bundled ones,
`kg lexicon update` newer ones.

Case counts for approved symbols, for hand-kept spellings (CO is not Co) and for words under four characters.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from importlib.resources import files as resources
from importlib.resources.abc import Traversable
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from kg.lexicon import files, identity
from kg.lexicon.expansions import without_kind
from kg.lexicon.identity import Identity
from kg.model.identifiers import curie
from kg.model.records import HUMAN, Category
from kg.model.text import normal_form

_TERMS: tuple[tuple[files.Shape, Category], ...] = (
    (files.SMALL_MOLECULES, "chemical"),
    (files.CHEMICALS, "chemical"),
    (files.DISEASES, "disease"),
)

APPROVED, NAMED, ALIASED, LEARNED, FAMILY = 1, 2, 4, 5, 6
"""Ranks of a reading; 3 is left to what a build's own records teach. A family is what a drawn word stands for, and
nothing that a keyword is grounded to."""

SHORTENED = 2
"""Tier of a family that is called so only without its ending: p53 of p53_family is first of all TP53."""

SHORT = 4
"""Words below this length match in exact case only: NO is nitric oxide, No and no are words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a word can mean, and what says so."""

    text: str  # the word asked for
    entity_id: str  # CURIE
    category: Category  # never unknown
    name: str  # approved symbol, or preferred name
    xrefs: tuple[str, ...]  # CURIEs of the same thing elsewhere
    source: str  # hgnc_* and ncbigene_*, as records call them; small_molecules, famplex, learned; or whose id it is
    taxon: str | None  # CURIE; genes only
    rank: int  # 1 approved symbol, 2 name, 4 alias, 5 learned from a corpus, 6 family
    members: tuple[str, ...] = ()  # CURIEs of the genes of a family


@dataclass(frozen=True, slots=True)
class Term:
    """What the lexicon knows of an identifier."""

    name: str  # approved symbol, or preferred name
    category: Category
    xrefs: tuple[str, ...]  # CURIEs of the same thing elsewhere
    taxon: str | None  # CURIE; genes only


class _Match(NamedTuple):
    """A reading with its place among the readings of its word; the least comes first."""

    rank: int
    tier: int  # within the rank: names before synonyms, previous symbols before aliases
    entity_id: str  # decides between equals, for a steady order
    reading: Reading


def _alone(found: list[_Match]) -> bool:
    """Say whether the first is the only one of its kind."""
    return len(found) == 1 or found[1][:2] > found[0][:2]


class _Words:
    """The words asked for, by normal form.

    Rows are tested whole, because a dict of the lexicon's 187,000 texts would cost more than reading past them.
    """

    def __init__(self, words: Iterable[str], normal: Callable[[str], str]) -> None:
        self._asked: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for word in words:
            text = normal(word)
            if text:
                self._asked[text.casefold()].append((word, text))
        self._forms = self._asked.keys()

    def rows(self, content: str) -> Iterator[list[str]]:
        """Give the rows, as cells, in which one of the words may stand."""
        folded = content.casefold().replace("|", "\t").split("\n")
        for line, forms in zip(content.split("\n"), folded, strict=True):
            if not self._forms.isdisjoint(forms.split("\t")):
                yield line.split("\t")

    def of(self, text: str, *, any_case: bool = True) -> list[str]:
        """Give the words that a text of the lexicon matches."""
        any_case = any_case and len(text) >= SHORT
        return [word for word, form in self._asked.get(text.casefold(), ()) if any_case or form == text]


class Lexicon:
    """Gene symbols and aliases, families, chemical and disease names, with their identifiers.

    Held packed, about 1.6 MB; each call reads through all of it once, however many words it is asked for.
    """

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        """Take the files by name; `bundled` and `from_folder` are the usual ways here."""
        self.contents = dict(contents)
        self.same = identity.of_lexicon(contents)
        """Other CURIE to the one that stands for the same thing."""
        self.identity = Identity(self.same)
        """Which identifiers mean the same; a build adds what its records and mapping files say."""
        digest = hashlib.sha256()
        for file, content in sorted(self.contents.items()):
            digest.update(f"{hashlib.sha256(content).hexdigest()}  {file}\n".encode())
        self.version: str = digest.hexdigest()[:16]
        """A digest over the files, for provenance."""

    @classmethod
    def bundled(cls) -> "Lexicon":
        """Open the lexicon that comes with the package."""
        return cls.from_folder(resources("kg.lexicon").joinpath("data"))

    @classmethod
    def from_folder(cls, path: Traversable) -> "Lexicon":
        """Open the lexicon in a folder, with the bundled files for those it lacks; LexiconError if one is malformed."""
        return cls(files.read(path))

    def provenance(self) -> dict[str, Any]:
        """Say which files these are, for a manifest: the digest of all, and of each that is not the bundled one."""
        bundled = files.read(resources("kg.lexicon").joinpath("data"))
        others = {
            file: hashlib.sha256(content).hexdigest()
            for file, content in sorted(self.contents.items())
            if content != bundled.get(file)
        }
        return {"version": self.version, "files": others}

    def summary(self) -> list[tuple[str, int, str, str]]:
        """Give a row a file: its name, number of rows, whose it is, and the start of its digest."""
        others = self.provenance()["files"]
        return [
            (
                shape.file,
                sum(1 for _ in files.rows(self.contents, shape)),
                "this folder" if shape.file in others else "bundled",
                hashlib.sha256(self.contents[shape.file]).hexdigest()[:16],
            )
            for shape in files.SHAPES
            if shape.file in self.contents
        ]

    def readings(self, words: Iterable[str]) -> dict[str, tuple[Reading, ...]]:
        """Give everything each word can mean, best first; words without a reading are left out.

        One reading an entity: a symbol that is also an alias of its own gene counts as a symbol.
        """
        return {word: tuple(match.reading for match in found) for word, found in self._matches(words).items()}

    def ground(self, words: Iterable[str], category: Category | None = None) -> dict[str, Reading]:
        """Give the one certain reading of each word that has one, of any category or of the given one.

        Approved symbol, else name of a chemical or disease, else synonym of one, else symbol of a gene that HGNC does
        not have, else previous symbol, else alias or synonym of a gene, unless a family is called so, too. A word that
        means two things at the first of these where it means anything is left out. What a corpus taught counts for
        words that the lexicon does not have, if it is one thing.
        """
        certain = {}
        for word, every in self._matches(words).items():
            found = [match for match in every if category in (None, match.reading.category) and match.rank != FAMILY]
            known = [match for match in found if match.rank != LEARNED]
            family = any(match.rank == FAMILY and match.tier < SHORTENED for match in every)
            if known and _alone(known) and not (family and known[0][:2] == (ALIASED, 1)):
                certain[word] = known[0].reading
            elif not known and len(found) == 1:
                certain[word] = found[0].reading
        return certain

    def _matches(self, words: Iterable[str]) -> dict[str, list[_Match]]:
        """Give the matches of each word in order, the best one for each entity."""
        asked = dict.fromkeys(words)
        found: dict[str, dict[str, _Match]] = {word: {} for word in asked}
        kinds = (self._genes, self._terms, self._learned, self._families)
        for match in self._joined(list(chain.from_iterable(kind(asked) for kind in kinds))):
            matches = found[match.reading.text]
            known = matches.get(match.entity_id)
            if known is None or match[:-1] < known[:-1]:
                matches[match.entity_id] = match
        return {word: sorted(matches.values(), key=itemgetter(0, 1, 2)) for word, matches in found.items() if matches}

    def _joined(self, matches: list[_Match]) -> Iterator[_Match]:
        """Let the one identifier of a thing, and its name, stand for all."""
        primaries = {match.entity_id: self.identity.primary(match.entity_id) for match in matches}
        terms = self.terms(primary for other, primary in primaries.items() if other != primary)
        for match in matches:
            primary = primaries[match.entity_id]
            if primary == match.entity_id:
                yield match
                continue
            name = terms[primary].name if primary in terms else match.reading.name
            xrefs = terms[primary].xrefs if primary in terms else (match.entity_id,)
            yield match._replace(
                entity_id=primary, reading=replace(match.reading, entity_id=primary, name=name, xrefs=xrefs)
            )

    def joined(self, identity: Identity) -> "Lexicon":
        """Give this lexicon with another idea of which identifiers mean the same."""
        other = copy(self)
        other.identity = identity
        return other

    def terms(self, ids: Iterable[str]) -> dict[str, Term]:
        """Give what is known of each identifier; those the lexicon does not have are left out."""
        asked = set(ids)
        if not asked:
            return {}
        others: dict[str, list[str]] = defaultdict(list)
        for other, primary in self.same.items():
            if primary in asked:
                others[primary].append(other)
        found: dict[str, Term] = {}
        for shape, category in reversed(_TERMS):  # hand-kept names come last, and stay
            for entity, _, name, _ in files.rows(self.contents, shape):
                if entity in asked:
                    found[entity] = Term(name, category, tuple(sorted(others[entity])), None)
        for hgnc, symbol, ncbigene, *_ in files.rows(self.contents, files.GENES):
            gene = f"ncbigene:{ncbigene}"
            if gene in asked:
                found[gene] = Term(symbol, "gene", (curie("hgnc.symbol", symbol),) if hgnc else (), HUMAN)
        for famplex, _, _ in files.rows(self.contents, files.FAMILIES):
            if curie("fplx", famplex) in asked:
                found[curie("fplx", famplex)] = Term(famplex, "family", (), HUMAN)
        return found

    def _genes(self, asked: Iterable[str]) -> Iterator[_Match]:
        """Match words with symbols, aliases, previous symbols and synonyms."""
        words = _Words(asked, str)
        for hgnc, symbol, ncbigene, aliases, previous, synonyms in words.rows(files.body(self.contents, files.GENES)):
            gene = f"ncbigene:{ncbigene}"
            xrefs = (curie("hgnc.symbol", symbol),) if hgnc else ()
            texts = [(APPROVED, 0, "hgnc_symbol", symbol) if hgnc else (NAMED, 2, "ncbigene_symbol", symbol)]
            texts += [(ALIASED, 0, "hgnc_prev_symbol", text) for text in previous.split("|")]
            texts += [(ALIASED, 1, "hgnc_alias_symbol", text) for text in aliases.split("|")]
            texts += [(ALIASED, 1, "ncbigene_synonym", text) for text in synonyms.split("|")]
            for rank, tier, source, text in texts:
                for word in words.of(text, any_case=rank == ALIASED):
                    reading = Reading(word, gene, "gene", symbol, xrefs, source, HUMAN, rank)
                    yield _Match(rank, tier, gene, reading)

    def _families(self, asked: Iterable[str]) -> Iterator[_Match]:
        """Match words with the names of families and complexes."""
        words = _Words(asked, str)
        for famplex, synonyms, members in words.rows(files.body(self.contents, files.FAMILIES)):
            genes = tuple(f"ncbigene:{member}" for member in members.split("|"))
            for text in (famplex, *synonyms.split("|")):
                tier = 0 if text == famplex else SHORTENED if text == without_kind(famplex) else 1
                for word in words.of(text):
                    family = curie("fplx", famplex)
                    reading = Reading(word, family, "family", famplex, (), "famplex", HUMAN, FAMILY, genes)
                    yield _Match(FAMILY, tier, family, reading)

    def _terms(self, asked: Iterable[str]) -> Iterator[_Match]:
        """Match words with names and synonyms of chemicals and diseases."""
        words = _Words(asked, lambda word: " ".join(word.split()))
        for shape, category in _TERMS:
            hand_kept = shape is files.SMALL_MOLECULES
            for entity, xrefs, name, synonyms in words.rows(files.body(self.contents, shape)):
                source = "small_molecules" if hand_kept else entity.partition(":")[0]
                # Hand-kept spellings are chosen to mean one thing, so they count as names.
                texts = [(0 if hand_kept else 1, text) for text in synonyms.split("|")]
                for tier, text in texts if hand_kept else [(0, name), *texts]:
                    for word in words.of(text, any_case=not hand_kept):
                        also = tuple(xrefs.split("|")) if xrefs else ()
                        reading = Reading(word, entity, category, name, also, source, None, NAMED)
                        yield _Match(NAMED, tier, entity, reading)

    def _learned(self, asked: Iterable[str]) -> Iterator[_Match]:
        """Match words with what a corpus read them as."""
        words = _Words(asked, normal_form)
        for text, category, entity, name, taxon, _, _ in words.rows(files.body(self.contents, files.WORDS)):
            for word in words.of(text) if taxon in ("", HUMAN) else ():
                kind: Any = category
                reading = Reading(word, entity, kind, name, (), "learned", taxon or None, LEARNED)
                yield _Match(LEARNED, 0, entity, reading)
