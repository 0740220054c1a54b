"""The population of the made-up corpus: genes, families, chemicals and diseases of the lexicon, by popularity."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random
from typing import Generic, NamedTuple, TypeVar

from kg.lexicon.files import CHEMICALS, DISEASES, FAMILIES, GENES, SMALL_MOLECULES, rows
from kg.lexicon.lexicon import Lexicon

TOPICS, TOPIC_GENES, TOPIC_FAMILIES = 600, 80, 8
MOST_MEMBERS = 30
UNREADABLE = frozenset({"", "NA", "na", "NaN"})
"""Names that would read as missing values in a table."""

HUBS = [
    *("AKT1", "TP53", "MAPK1", "MAPK3", "NFKB1", "RELA", "TNF", "IL6", "STAT3", "MTOR", "EGFR", "VEGFA", "PIK3CA"),
    *("JUN", "FOS", "CASP3", "BCL2", "MYC", "KRAS", "TGFB1", "IL1B", "MAPK14", "MAPK8", "NFE2L2", "KEAP1", "HIF1A"),
    *("SRC", "CTNNB1", "GSK3B", "PTEN", "TNFSF11", "TNFRSF11A", "TRAF6", "NFATC1", "APP", "MAPT", "SMAD3", "CDKN1A"),
]
FAMILIES_FIRST = [
    *("PI3K", "AKT", "ERK", "RAS", "WNT", "GSK3", "MAPK", "PKC", "PKA", "NFkappaB"),
    *("JNK", "p38", "RAF", "MEK", "AMPK", "Frizzled", "TGFB", "SMAD", "STAT", "HSP90"),
]
DISEASES_FIRST = ["osteoporosis", "breast cancer", "Alzheimer's disease", "obesity", "asthma", "melanoma", "sepsis"]
"""Entities that are drawn most, because the canned queries ask about some of them by default."""


class Gene(NamedTuple):
    """A human gene of the lexicon."""

    symbol: str
    ncbigene: int
    aliases: tuple[str, ...]


class Term(NamedTuple):
    """A row of a chemical or disease table; ids without prefix, empty where missing."""

    word: str
    mesh: str
    match: str
    name: str
    other: str  # ChEBI or DOID


@dataclass(frozen=True)
class Profile:
    """Numbers of one release of the database."""

    figures: int
    per_paper: float
    last_year: int
    genes: int  # different human ones
    with_genes: float  # share of figures
    human: float  # share of figures with genes
    rows: tuple[float, float]  # human gene rows of a figure: mean and sigma of the logarithm
    flatness: float  # of the popularity of genes
    topical: float  # share of words from the topic
    families: float  # share of words
    aliases: float
    others: float  # rows of another organism for each human row
    chemicals: tuple[float, float]  # share of figures with any, mean rows of these
    diseases: tuple[float, float]
    older: float  # share of records of the first generation, with inline lists


PROFILES = {
    "2020": Profile(
        64_643, 1.3, 2020, 13_500, 1.0, 1.0, (2.29, 0.99), 12, 0.55, 0.035, 0.35, 0.0, (0.25, 2.2), (0.15, 2.0), 0.15
    ),
    "2025": Profile(
        116_972, 1.2, 2024, 18_900, 0.92, 0.76, (3.39, 0.69), 12, 0.55, 0.205, 0.5, 0.28, (0.53, 4.3), (0.12, 2.7), 0.05
    ),
}
"""Profiles, tuned until corpora had the numbers of the database: rows, organisms, families, genes, pairs."""


T = TypeVar("T")


class Popular(NamedTuple, Generic[T]):
    """Items, the most popular first, that are drawn by popularity: a Zipf law with a flat head."""

    items: Sequence[T]
    weights: list[float]

    def draw(self, random: Random) -> T:
        """Return one item."""
        return self.items[bisect(self.weights, random.random() * self.weights[-1], 0, len(self.items) - 1)]


def popular(items: Sequence[T], flatness: float) -> Popular[T]:
    """Return items with weights by their rank."""
    return Popular(items, list(accumulate(1 / (rank + flatness) ** 1.02 for rank in range(len(items)))))


class Family(NamedTuple):
    """A FamPlex family: the word that stands for it, and its members among the genes."""

    word: str
    members: tuple[Gene, ...]


class Topic(NamedTuple):
    """Genes and families of the figures of one topic, the most typical first."""

    genes: list[Gene]
    families: list[Family]


class World(NamedTuple):
    """All entities that figures draw."""

    genes: Popular[Gene]
    families: Popular[Family]
    topics: list[Topic]
    by_alias: dict[str, list[Gene]]
    chemicals: Popular[Term]
    diseases: Popular[Term]


@cache
def world(profile: Profile, seed: int) -> World:
    """Create the population that all figures share: the same for the same profile and seed."""
    contents = Lexicon.bundled().contents
    genes = popular(_genes(contents)[: profile.genes], profile.flatness)
    families = popular(_families(contents, genes.items), profile.flatness)
    by_alias: dict[str, list[Gene]] = {}
    for gene in genes.items:
        for alias in sorted({alias.upper() for alias in gene.aliases}):
            by_alias.setdefault(alias, []).append(gene)
    random = Random(f"topics {seed}")
    topics = [
        Topic([genes.draw(random) for _ in range(TOPIC_GENES)], [families.draw(random) for _ in range(TOPIC_FAMILIES)])
        for _ in range(TOPICS)
    ]
    chemicals = sorted(rows(contents, CHEMICALS), key=lambda row: (-row[3].count("|"), row[0]))
    diseases = sorted(
        rows(contents, DISEASES), key=lambda row: (_rank(DISEASES_FIRST, row[2]), -row[3].count("|"), row[0])
    )
    return World(
        genes, families, topics, by_alias,
        _terms([*rows(contents, SMALL_MOLECULES), *chemicals], "chebi:"), _terms(diseases, "doid:"),
    )  # fmt: skip


def _genes(contents: Mapping[str, bytes]) -> list[Gene]:
    """Return the genes by popularity: a gene with more names counts as more studied."""
    ranked = []
    for hgnc, symbol, ncbigene, *names in rows(contents, GENES):
        aliases = tuple(sorted({name for field in names for name in field.split("|")} - UNREADABLE - {symbol}))
        if hgnc and not symbol.startswith(("OR", "LINC")):
            ranked.append((_rank(HUBS, symbol), -len(aliases), Gene(symbol, int(ncbigene), aliases)))
    return [gene for _, _, gene in sorted(ranked)]


def _families(contents: Mapping[str, bytes], genes: Sequence[Gene]) -> list[Family]:
    """Return the families by popularity, which is that of their most popular member."""
    by_id = {str(gene.ncbigene): (fame, gene) for fame, gene in enumerate(genes)}
    ranked = []
    for name, _, listed in rows(contents, FAMILIES):
        members = [by_id[number] for number in listed.split("|") if number in by_id]
        if 2 <= len(members) <= MOST_MEMBERS:
            word = name.removesuffix("_family").replace("_", " ")
            family = Family(word, tuple(gene for _, gene in members))
            ranked.append((_rank(FAMILIES_FIRST, word), min(members)[0], family))
    return [family for _, _, family in sorted(ranked)]


def _rank(first: Sequence[str], name: str) -> int:
    return first.index(name) if name in first else len(first)


def _terms(table: list[list[str]], prefix: str) -> Popular[Term]:
    """Return terms of lexicon rows, one for each of up to 3 names."""
    terms = []
    for curie, xrefs, name, synonyms in table:
        ids = [curie, *xrefs.split("|")]
        mesh = next((identifier.removeprefix("mesh:") for identifier in ids if identifier.startswith("mesh:")), "")
        other = next((identifier.removeprefix(prefix) for identifier in ids if identifier.startswith(prefix)), "")
        words = [word for word in (name, *synonyms.split("|")) if word not in UNREADABLE]
        terms += [Term(word, mesh, word, name, other) for word in words[:3]]
    return popular(terms, 30)
