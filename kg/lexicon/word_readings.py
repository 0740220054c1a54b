"""The readings of a drawn word: each gene, or gene family, that the lexicon knows by that word.

Words are compared by `spelling_key`, as in word inference. The own name of a family goes before the aliases of genes:
figures draw `AKT` for the family, although it is also an alias of AKT1. Names of one character have no reading.
docs/readings.md has the rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from kg.lexicon import files
from kg.lexicon.expansions import gene_rows, spelling_key, without_kind
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
        symbol = spelling_key(self.name)
        short = self.known in ALIASES and symbol != key and symbol.startswith(key)
        return USAGE[self.known] * (SHORT_FOR if short else 1.0)

    @property
    def flavour(self) -> Flavour:
        """The flavour of a mention by this reading."""
        if self.is_family:
            return "all"
        return "strict" if self.known in (Known.APPROVED, Known.UNAPPROVED) else "synonyms"


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
        named = {entity for _, entity in nicknames}
        first = gene_rows(contents, wanted)
        known = {f"ncbigene:{row[files.NCBIGENE]}" for row in first}
        further = [
            row for row in files.rows(contents, files.GENES) if f"ncbigene:{row[files.NCBIGENE]}" in named - known
        ]
        texts = {spelling_key(text) for row in [*first, *further] for _, text in _texts(row)}
        self._by_key: dict[str, dict[str, WordReading]] = defaultdict(dict)
        self.keys_of: dict[str, dict[str, float]] = defaultdict(dict)
        """By gene or family: the spelling keys of its names, with the usage of each."""
        self._sure_keys: dict[str, frozenset[str]] = {}
        for row in gene_rows(contents, texts | wanted):
            gene = f"ncbigene:{row[files.NCBIGENE]}"
            for kind, text in _texts(row):
                self._add(spelling_key(text), WordReading(gene, row[1], (gene,), kind))
        for family in families:
            entity = curie("fplx", family.famplex)
            for text in family.texts():
                kind = Known.FAMILY if text == family.famplex else Known.FAMILY_SYNONYM
                self._add(spelling_key(text), WordReading(entity, family.famplex, family.genes, kind))
        symbols = {entity: reading for readings in self._by_key.values() for entity, reading in readings.items()}
        for key, entity in nicknames:
            if entity in symbols:
                self._add(key, symbols[entity]._replace(known=Known.NICKNAME))

    def _add(self, key: str, reading: WordReading) -> None:
        if len(key) < SHORTEST:
            return
        readings = self._by_key[key]
        if reading.entity_id not in readings or reading.known < readings[reading.entity_id].known:
            readings[reading.entity_id] = reading
            self.keys_of[reading.entity_id][key] = reading.usage(key)

    def of(self, key: str) -> tuple[WordReading, ...]:
        """Return the readings of the words with a spelling key, sorted by identifier."""
        readings = self._by_key.get(key, {})
        kinds = {reading.known for reading in readings.values()}
        chosen = FIRST if Known.FAMILY in kinds else frozenset(Known)
        return tuple(reading for _, reading in sorted(readings.items()) if reading.known in chosen)

    def sure(self, key: str) -> WordReading | None:
        """Return the sure reading of a word: the only one, or that of an official symbol without a rival."""
        readings = self.of(key)
        first = [reading for reading in readings if reading.known in FIRST]
        if len(readings) == 1:
            return readings[0]
        return first[0] if len(first) == 1 and first[0].known is Known.APPROVED else None

    def exposure(self, entity_id: str) -> float:
        """Return the share of an entity's figures that show it by a name with no other reading, at most about 2."""
        usage = self.keys_of.get(entity_id, {})
        return sum(usage[key] for key in sorted(self.sure_keys(entity_id)))

    def sure_keys(self, entity_id: str) -> frozenset[str]:
        """Return the spelling keys of an entity's names that mean nothing else."""
        known = self._sure_keys.get(entity_id)
        if known is None:
            readings = [(key, self.sure(key)) for key in self.keys_of.get(entity_id, ())]
            sure = [key for key, reading in readings if reading and reading.entity_id == entity_id]
            known = self._sure_keys[entity_id] = frozenset(sure)
        return known

    def names_in_text(self, reading: WordReading) -> frozenset[str]:
        """Return the spelling keys that name a reading, or a family of its genes, and nothing else."""
        families = (family for gene in reading.genes for family in self.families_of.get(gene, ()))
        return self.sure_keys(reading.entity_id).union(*map(self.sure_keys, families))


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


def _texts(row: Sequence[str]) -> list[tuple[Known, str]]:
    """Return the names of a gene with their kinds; `row` is a row of the file of genes."""
    hgnc, symbol, _, aliases, previous, synonyms = row
    names = [(Known.APPROVED if hgnc else Known.UNAPPROVED, symbol)]
    names += [(Known.PREVIOUS, text) for text in previous.split("|")]
    names += [(Known.ALIAS, text) for text in aliases.split("|")]
    names += [(Known.SYNONYM, text) for text in synonyms.split("|")]
    return [(kind, text) for kind, text in names if text]
