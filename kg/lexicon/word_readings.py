"""The readings of a drawn word: each gene, or gene family, that the lexicon knows by that word.

Words are compared by `spelling_key`, as in word inference. The own name of a family goes before the aliases of genes:
figures draw `AKT` for the family, although it is also an alias of AKT1. Names of one character have no reading.
docs/readings.md has the rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from kg.lexicon import files
from kg.lexicon.expansions import keyed_gene_rows, spelling_key, without_kind
from kg.model.identifiers import curie
from kg.model.records import Flavour

SHORTEST = 2
"""Characters of a spelling key; `C` is an alias of SPANXC, but a drawn C is a carbon atom."""


class Known(IntEnum):
    """How the lexicon knows a reading; the lower, the better known."""

    APPROVED = 0
    NICKNAME = 1
    FAMILY = 2
    PREVIOUS = 3
    ALIAS = 4
    UNAPPROVED = 5
    FAMILY_SYNONYM = 6
    SYNONYM = 7
    RECORD = 8
    CURATED = 9


SOURCES: dict[Known, str] = {
    Known.APPROVED: "hgnc_symbol",
    Known.NICKNAME: "nickname",
    Known.FAMILY: "famplex",
    Known.PREVIOUS: "hgnc_prev_symbol",
    Known.ALIAS: "hgnc_alias_symbol",
    Known.UNAPPROVED: "ncbigene_symbol",
    Known.FAMILY_SYNONYM: "famplex",
    Known.SYNONYM: "ncbigene_synonym",
    Known.RECORD: "record",
    Known.CURATED: "curated",
}
"""Name of the lexicon, as records and the table `word_readings` write it."""

USAGE: dict[Known, float] = {
    Known.APPROVED: 0.72,
    Known.NICKNAME: 0.72,
    Known.FAMILY: 0.98,
    Known.PREVIOUS: 0.08,
    Known.ALIAS: 0.11,
    Known.UNAPPROVED: 0.05,
    Known.FAMILY_SYNONYM: 0.01,
    Known.SYNONYM: 0.08,
    Known.RECORD: 0.05,
    Known.CURATED: 1.0,
}
"""Share of a gene's figures that draw a given name of it, by the kind of the name.

Measured on 4,279 public figures, over names with one reading (`python benchmarks/readings.py --usage`). Their records
were matched without NCBI's synonyms. Those, nicknames, unapproved symbols and readings of a record are set by hand.
"""

ALIASES = (Known.PREVIOUS, Known.ALIAS, Known.SYNONYM)
"""Names of a gene beside its symbol."""

FIRST = frozenset({Known.APPROVED, Known.NICKNAME, Known.FAMILY})
"""Names that go before the aliases of genes."""

SHORT_FOR = 4.0
"""Factor of the usage of a name that the gene's symbol begins with, as YAP of YAP1: 3 to 5, by the same measure."""


class WordReading(NamedTuple):
    """A reading of a word: one gene, or a family whose genes are all meant."""

    entity_id: str  # CURIE of the gene or family; keyword:... for a record's expansion without a name.
    name: str  # symbol of the gene, id of the family, else the word.
    genes: tuple[str, ...]  # CURIEs, sorted.
    known: Known

    @property
    def is_family(self) -> bool:
        """True where the word stands for several genes."""
        return len(self.genes) > 1

    def usage(self, key: str) -> float:
        """Return the share of the entity's figures that draw this name, whose spelling key is `key`."""
        if self.known not in ALIASES:
            return USAGE[self.known]
        symbol = _key_of_symbol(self.name)
        return USAGE[self.known] * (SHORT_FOR if symbol != key and symbol.startswith(key) else 1.0)

    @property
    def flavour(self) -> Flavour:
        """The flavour of a mention by this reading."""
        if self.is_family:
            return "all"
        return "strict" if self.known in (Known.APPROVED, Known.UNAPPROVED) else "synonyms"


_key_of_symbol = lru_cache(2**10)(spelling_key)  # cached, because the names of a gene are asked one after the other


class WordReadings:
    """The readings of some words, and all names of their genes."""

    def __init__(self, contents: Mapping[str, bytes], keys: Iterable[str]) -> None:
        """Read the lexicon's files for the words with these spelling keys."""
        wanted = set(keys)
        families = [_Family(*row) for row in files.rows(contents, files.FAMILIES)]
        nicknames = [(spelling_key(word), entity) for word, entity in files.rows(contents, files.NICKNAMES)]
        self.members = {curie("fplx", family.famplex): family.genes for family in families}
        """Genes of each family."""
        self.families_of: dict[str, list[str]] = defaultdict(list)
        """Families of each gene that is in one."""
        for entity, genes in self.members.items():
            for gene in genes:
                self.families_of[gene].append(entity)
        rows = keyed_gene_rows(contents)
        named = {entity.removeprefix("ncbigene:") for _, entity in nicknames}
        texts: set[str] = set()
        for _, forms in rows:
            if not wanted.isdisjoint(forms) or forms[files.NCBIGENE] in named:
                texts.update(forms[1:2], forms[3:])
        texts.discard("")  # the key of an empty list
        self._by_key: dict[str, list[WordReading]] = defaultdict(list)
        self.keys_of: dict[str, dict[str, WordReading]] = defaultdict(dict)
        """By gene or family: the spelling keys of its names, with the best reading of each."""
        self._chosen: dict[str, tuple[WordReading, ...]] = {}
        self._sure_keys: dict[str, frozenset[str]] = {}
        self._names: dict[WordReading, frozenset[str]] = {}
        texts |= wanted
        for row, forms in rows:
            if not texts.isdisjoint(forms):
                self._add_gene(row.split("\t"), forms)
        for family in families:
            entity = curie("fplx", family.famplex)
            for text in family.texts():
                kind = Known.FAMILY if text == family.famplex else Known.FAMILY_SYNONYM
                self._add([spelling_key(text)], WordReading(entity, family.famplex, self.members[entity], kind))
        for key, entity in nicknames:
            if self.keys_of.get(entity):
                reading = next(iter(self.keys_of[entity].values()))
                self._add([key], reading._replace(known=Known.NICKNAME))

    def _add_gene(self, row: Sequence[str], forms: Sequence[str]) -> None:
        """Add the names of a gene; `row` and `forms` are those of `keyed_gene_rows`."""
        hgnc, symbol, number, aliases, previous, synonyms = row
        gene = f"ncbigene:{number}"
        genes = (gene,)
        self._add(forms[1:2], WordReading(gene, symbol, genes, Known.APPROVED if hgnc else Known.UNAPPROVED))
        end_of_aliases = 4 + aliases.count("|")
        end_of_previous = end_of_aliases + 1 + previous.count("|")
        if previous:
            self._add(forms[end_of_aliases:end_of_previous], WordReading(gene, symbol, genes, Known.PREVIOUS))
        if aliases:
            self._add(forms[3:end_of_aliases], WordReading(gene, symbol, genes, Known.ALIAS))
        if synonyms:
            self._add(forms[end_of_previous:], WordReading(gene, symbol, genes, Known.SYNONYM))

    def _add(self, keys: Iterable[str], reading: WordReading) -> None:
        """Add names of an entity; `reading` is the reading of each."""
        own, by_key = self.keys_of[reading.entity_id], self._by_key
        for key in keys:
            earlier = own.get(key)
            if len(key) >= SHORTEST and (earlier is None or reading.known < earlier.known):
                own[key] = reading
                if earlier:
                    by_key[key].remove(earlier)
                by_key[key].append(reading)

    def of(self, key: str) -> tuple[WordReading, ...]:
        """Return the readings of the words with a spelling key, sorted by identifier."""
        chosen = self._chosen.get(key)
        if chosen is None:
            readings = self._by_key.get(key, [])
            chosen = self._chosen[key] = _choose(readings) if len(readings) > 1 else tuple(readings)
        return chosen

    def sure(self, key: str) -> WordReading | None:
        """Return the sure reading of a word: the only one, or that of an official symbol without a rival."""
        readings: Sequence[WordReading] = self._by_key.get(key, ())
        if len(readings) > 1:
            readings = self.of(key)
        if len(readings) == 1:
            return readings[0]
        first = [reading for reading in readings if reading.known in FIRST]
        return first[0] if len(first) == 1 and first[0].known is Known.APPROVED else None

    def exposure(self, entity_id: str) -> float:
        """Return the share of an entity's figures that show it by a name with no other reading, at most about 2."""
        readings = self.keys_of.get(entity_id, {})
        return sum(readings[key].usage(key) for key in sorted(self.sure_keys(entity_id)))

    def sure_keys(self, entity_id: str) -> frozenset[str]:
        """Return the spelling keys of an entity's names that mean nothing else."""
        known = self._sure_keys.get(entity_id)
        if known is None:
            keys = self.keys_of.get(entity_id, ())
            sure = [key for key in keys if (reading := self.sure(key)) and reading.entity_id == entity_id]
            known = self._sure_keys[entity_id] = frozenset(sure)
        return known

    def names_in_text(self, reading: WordReading) -> frozenset[str]:
        """Return the spelling keys that name a reading, or a family of its genes, and nothing else."""
        names = self._names.get(reading)
        if names is None:
            families = {family for gene in reading.genes for family in self.families_of.get(gene, ())}
            names = self.sure_keys(reading.entity_id).union(*map(self.sure_keys, families))
            self._names[reading] = names
        return names


class _Family(NamedTuple):
    """A row of the file of families."""

    famplex: str
    synonyms: str
    members: str

    @property
    def genes(self) -> tuple[str, ...]:
        return tuple(sorted(f"ncbigene:{member}" for member in self.members.split("|")))

    def texts(self) -> list[str]:
        """Return the names; that without `_family` or `_complex` counts as a further one."""
        return [self.famplex, without_kind(self.famplex), *filter(None, self.synonyms.split("|"))]


def _choose(readings: list[WordReading]) -> tuple[WordReading, ...]:
    """Return those of all readings of a word that count, sorted by identifier."""
    if any(reading.known is Known.FAMILY for reading in readings):
        readings = [reading for reading in readings if reading.known in FIRST]
    return tuple(sorted(readings))
