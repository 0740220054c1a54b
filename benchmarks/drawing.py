"""The contents of the figures of the made-up corpus, drawn at random.

A figure is filled word by word, as a real one is: a word is a symbol, an alias (and then all genes that share it), or a
family with all its members. Half of the words come from the topic of the figure and half from everywhere, popular ones
most, so that pairs repeat as they do in the database. Only `random()` of the standard library is drawn from, which is
the same on every machine and in every version.
"""

import math
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from world import TOPICS, Popular, Profile, T, Term, Topic, World

MOST_ROWS, MOST_READINGS = 400, 6
CYRILLIC = str.maketrans("AKMPTC", "\u0410\u041a\u041c\u0420\u0422\u0421")
"""Cyrillic letters that look like Latin ones, as real tables hold them."""


class Organism(NamedTuple):
    """An organism whose lexicon the figures were matched with, and how it writes its symbols."""

    taxon: str
    name: str
    group: str
    share: float  # Share of the figures with genes.
    case: Callable[[str], str]


HUMAN = Organism("9606", "Homo sapiens", "Primates", 0.0, str)
OTHERS = (
    Organism("7227", "Drosophila melanogaster", "Invertebrates", 0.55, str.lower),
    Organism("10090", "Mus musculus", "Rodents", 0.30, str.capitalize),
    Organism("7955", "Danio rerio", "Vertebrates", 0.30, str.lower),
    Organism("10116", "Rattus norvegicus", "Rodents", 0.25, str.capitalize),
    Organism("511145", "Escherichia coli str. K-12 substr. MG1655", "Bacteria", 0.05, str.lower),
)
OTHER_IDS = 900_000_000
"""First of the made-up ids of other organisms' genes; no human gene has one as large."""


class Row(NamedTuple):
    """A row of a gene table."""

    organism: Organism
    word: str
    match: str
    symbol: str
    ncbigene: str
    source: str


def lognormal(random: Random, middle: float, sigma: float) -> float:
    """Draw from a log-normal distribution, whose normal variate is a sum of 12 uniform ones."""
    return math.exp(middle + sigma * (sum(random.random() for _ in range(12)) - 6))


def draw_genes(random: Random, profile: Profile, shared: World, *, older: bool) -> list[Row]:
    """Return the gene rows of a figure, organism by organism; none where it shows no genes."""
    if random.random() >= profile.with_genes:
        return []
    topic = shared.topics[int(random.random() * TOPICS)]
    size = min(MOST_ROWS, 1 + lognormal(random, *profile.rows))
    human = older or random.random() < profile.human
    rows = _human(random, profile, shared, topic, int(size)) if human else []
    others = [organism for organism in OTHERS if profile.others and not older and random.random() < organism.share]
    if not human and not others:
        others = [OTHERS[0]]
    for organism in others:
        count = 1 + int(size * profile.others * (0.4 + random.random()))
        rows += _of(organism, random, shared, topic, rows[: int(size)], count)
    return rows


def _human(random: Random, profile: Profile, shared: World, topic: Topic, size: int) -> list[Row]:
    rows: dict[str, Row] = {}
    for _ in range(4 * size + 20):
        if len(rows) >= size:
            break
        near = random.random() < profile.topical
        if random.random() < profile.families:
            family = _of_topic(random, topic.families) if near else shared.families.draw(random)
            readings, word, source = list(family.members), family.word, "famplex_relations"
        else:
            gene = _of_topic(random, topic.genes) if near else shared.genes.draw(random)
            readings, word, source = [gene], gene.symbol, "ncbigene_symbol"
            if gene.aliases and random.random() < profile.aliases:
                word, source = gene.aliases[int(random.random() * len(gene.aliases))], "ncbigene_synonym"
                readings = shared.by_alias[word.upper()][:MOST_READINGS]
        drawn = misread(random, word)
        for gene in readings:
            row = Row(HUMAN, drawn, word.upper(), gene.symbol, str(gene.ncbigene), source)
            rows.setdefault(gene.symbol, row)
    return list(rows.values())


def _of_topic(random: Random, ranked: list[T]) -> T:
    return ranked[int(random.random() ** 1.6 * len(ranked))]


def _of(
    organism: Organism, random: Random, shared: World, topic: Topic, human: list[Row], size: int
) -> list[Row]:  # fmt: skip
    """Return rows of another organism; half of them are orthologues, read from the words of the human rows."""
    rows: dict[str, Row] = {}
    offset = OTHER_IDS + 10_000_000 * OTHERS.index(organism)
    for _ in range(size):
        if human and random.random() < 0.5:
            row = human[int(random.random() * len(human))]
            symbol, ncbigene, word, match = row.symbol, int(row.ncbigene), row.word, row.match
        else:
            gene = _of_topic(random, topic.genes) if random.random() < 0.5 else shared.genes.draw(random)
            symbol, ncbigene, match = gene.symbol, gene.ncbigene, gene.symbol.upper()
            word = misread(random, gene.symbol)
        source = "ncbigene_symbol" if random.random() < 0.4 else "ncbigene_synonym"
        drawn = Row(organism, word, match, organism.case(symbol), str(offset + ncbigene % 10_000_000), source)
        rows.setdefault(drawn.ncbigene, drawn)
    return list(rows.values())


def misread(random: Random, word: str) -> str:
    """Return a word as optical character recognition reads it: mostly right."""
    chance = random.random()
    if chance < 0.8:
        return word
    changed = (f"{word},", f"-{word}", f"({word}", f"{word}/", word.lower(), word.capitalize(), f"{word}*", f"p-{word}")
    if chance > 0.998:
        return word.translate(CYRILLIC)
    return changed[int(random.random() * len(changed))]


def draw_terms(random: Random, shared: Popular[Term], share: float, mean: float, least: int = 0) -> list[Term]:
    """Return the rows of a chemical or disease table; some occur twice, and some lack identifiers."""
    if random.random() >= share and not least:
        return []
    terms: list[Term] = []
    for _ in range(max(least, int(lognormal(random, math.log(mean), 0.7) + 0.28)) or 1):
        term = shared.draw(random)
        chance = random.random()
        if chance < 0.35:
            term = Term(term.word, term.mesh, "", "", "")
        elif chance < 0.55:
            term = term._replace(mesh="")
        elif chance < 0.57:
            term = Term(term.word, "", "", "", "")
        terms += [term, term] if random.random() < 0.04 else [term]
    return terms
