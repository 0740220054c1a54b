"""Genes of organisms other than the human: readings of words in figures whose record names these organisms only.

A lexicon has a table of genes for each organism that it knows, such as genes.10090.tsv.gz of the mouse. A build reads
the tables of the organisms that its records name and no other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import pyarrow as pa

from kg.lexicon import files
from kg.lexicon.matching import Table, Words
from kg.model.tables import text_schema, to_arrow

TABLE = text_schema("organisms", "text", "entity_id", "name", "taxon").append(pa.field("priority", pa.int32()))

SYMBOL, OTHER_TEXT = 1, 4
"""Priorities, as those of human genes: a symbol in any case; an alias."""

LATIN = {
    "Mus musculus": 10090,
    "Rattus norvegicus": 10116,
    "Drosophila melanogaster": 7227,
    "Caenorhabditis elegans": 6239,
    "Saccharomyces cerevisiae": 559292,
    "Saccharomyces cerevisiae S288C": 559292,
    "Danio rerio": 7955,
    "Arabidopsis thaliana": 3702,
}
"""NCBI taxon id of the table for each name of an organism in records. NCBI has the genes of yeast by its strain."""


class Reading(NamedTuple):
    """The gene of one organism that a word names."""

    entity_id: str
    name: str  # its symbol
    taxon: str  # CURIE
    priority: int


def read_texts(contents: Mapping[str, bytes], rows: Iterable[Mapping[str, object]]) -> pa.Table:
    """Return TABLE for rows of `organism_texts`: the gene of the first named organism that has one for the text."""
    named = [(str(row["organisms"]), row["organisms_ner"], str(row["text"])) for row in rows]
    wanted: dict[int, set[str]] = defaultdict(set)
    for _, organisms, text in named:
        for taxon in _taxa(organisms):
            wanted[taxon].add(text)
    readings = {taxon: organism_readings(contents, taxon, texts) for taxon, texts in wanted.items()}
    table = []
    for key, organisms, text in named:
        candidates = [readings[taxon][text] for taxon in _taxa(organisms) if text in readings[taxon]]
        if candidates:
            reading = min(candidates, key=lambda reading: reading.priority)  # the first of equals
            table.append((key, text, *reading))
    return to_arrow(TABLE, table)


def _taxa(organisms: object) -> list[int]:
    """Return the taxa of a record's organisms that have tables, in the record's order."""
    names = organisms if isinstance(organisms, list | tuple) else ()
    return list(dict.fromkeys(LATIN[name] for name in names if name in LATIN))


def organism_readings(contents: Mapping[str, bytes], taxon: int, texts: Collection[str]) -> dict[str, Reading]:
    """Return the certain reading of each text as a gene of one organism; texts without one are left out.

    The symbol goes before the symbol in another case (TRP53), because Drosophila has N and n, and that before
    aliases. Two genes at one step, and an alias of one letter, are no certain reading.
    """
    words = Words(texts, str)
    steps: dict[str, dict[int, set[Reading]]] = defaultdict(lambda: defaultdict(set))
    for _, symbol, ncbigene, *others in Table(files.body(contents, files.organism_genes(taxon))).rows_with(words.texts):
        gene = (f"ncbigene:{ncbigene}", symbol, f"ncbitaxon:{taxon}")
        for word in words.matching(symbol, any_case=False):
            steps[word][0].add(Reading(*gene, SYMBOL))
        for word in words.matching(symbol):
            steps[word][1].add(Reading(*gene, SYMBOL))
        for alias in "|".join(others).split("|"):
            for word in words.matching(alias) if len(alias) > 1 else ():
                steps[word][2].add(Reading(*gene, OTHER_TEXT))
    certain = {word: by_step[min(by_step)] for word, by_step in steps.items()}
    return {word: next(iter(genes)) for word, genes in certain.items() if len(genes) == 1}
