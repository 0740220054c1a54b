"""The files of a made-up figure, as the database's writers lay them out: front matter of both generations, tables."""

from dataclasses import dataclass
from random import Random
from typing import Any

import yaml
from drawing import HUMAN, OTHERS, Row
from world import Term

MISSING = ".na.character"
"""Missing text, as R writes it into YAML."""

PHRASES = (
    *(
        "the signaling pathway in",
        "which leads to phosphorylation of",
        "and the subsequent activation of",
        "Ca2+; see text",
    ),
    *("binding to its receptor", "translocates into the nucleus", "is inhibited by", "in response to oxidative stress"),
    *(
        "cells: upper panel, left",
        "100 % of",
        "# of cells",
        "in vivo & in vitro",
        "*P* < 0.05",
        "adapted from []",
        "e.g.,",
    ),
    *("“canonical” and non-canonical", "TNF-α and IL-1β", "TGF-β/Smad", "NF-κB (p65/p50)", "5′-UTR", "1–24 h"),  # noqa: RUF001
)
JOURNALS = (
    ("Biomolecules", "Biomolecules", "MDPI"),
    ("Frontiers in Pharmacology", "Front Pharmacol", "Frontiers Media S.A."),
    ("Breast Cancer Research : BCR", "Breast Cancer Res", "BioMed Central"),
    ("PLoS ONE", "PLoS One", "Public Library of Science"),
    (MISSING, MISSING, MISSING),
)
SOURCES = {
    "ncbigene_symbol": "hgnc_symbol", "ncbigene_synonym": "hgnc_alias_symbol", "famplex_relations": "bioentities_symbol"
}  # fmt: skip
"""Sources of rows, with their names in records of the first generation."""

Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True)
class Paper:
    """The fields that the figures of one paper share."""

    pmcid: str
    year: int
    title: str
    reference: str
    journal: tuple[str, str, str]
    organisms: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """One figure, before it is laid out."""

    paper: Paper
    stem: str
    number: str
    title: str
    caption: str
    score: float
    older: bool  # of the first generation, with inline lists
    tabled: bool  # has a gene table
    genes: list[Row]
    chemicals: list[Term]
    diseases: list[Term]

    @property
    def figid(self) -> str:
        """Return the id, which the file names start with."""
        return f"{self.paper.pmcid}__{self.stem}"


def prose(random: Random, names: list[str], length: float) -> str:
    """Return text of about this length, with the names of the figure and with phrases and faults of real captions."""
    phrases: list[str] = []
    while sum(map(len, phrases)) + len(phrases) < length:
        phrases.append(names[int(random.random() * len(names))] if names and random.random() < 0.4 else "")
        phrases[-1] = phrases[-1] or PHRASES[int(random.random() * len(PHRASES))]
    text = " ".join(phrases)
    if random.random() < 0.01:  # mojibake, a quoted word, two spaces, a stray end
        text = f'â€“ "{text}" isn\'t:  '
    return text[:1].upper() + text[1:]


# -- front matter


def front_matter(figure: Figure) -> str:
    """Return the record: YAML between two lines of dashes."""
    fields = _older(figure) if figure.older else _newer(figure)
    body = yaml.dump(fields, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=80)
    return f"---\n{body}---\n"


def _keywords(figure: Figure) -> list[str]:
    symbols = dict.fromkeys(MISSING if row.symbol == "NA" else row.symbol for row in figure.genes)
    terms = [dict.fromkeys(term.word for term in terms) for terms in (figure.chemicals, figure.diseases)]
    return [word for words in (symbols, *terms) for word in words]


def _schema(figure: Figure) -> dict[str, Any]:
    return {
        "@context": "https://schema.org/",
        "@id": f"https://pfocr.wikipathways.org/figures/{figure.figid}.html",
        "@type": "Dataset",
        "description": figure.caption,
        "license": "CC0",
        "name": "CreativeWork",
        "creator": {"@type": "Organization", "name": "WikiPathways"},
        "keywords": _keywords(figure),
    }


def _link(figure: Figure) -> str:
    return f"/pmc/articles/{figure.paper.pmcid}/figure/{figure.number}/"


def _last(figure: Figure) -> dict[str, str]:
    alias = f"{figure.paper.pmcid}__{figure.number}"
    return {"figid_alias": alias, "figtype": "Figure", "redirect_from": f"/figures/{alias}"}


def _newer(figure: Figure) -> dict[str, Any]:
    paper = figure.paper
    named = {row.organism.name for row in figure.genes}
    journal, abbreviation, publisher = paper.journal
    has_journal = journal != MISSING
    return {
        "figid": figure.figid,
        "figtitle": figure.title,
        "organisms": list(paper.organisms) or ["NA"],
        "organisms_ner": [organism.name for organism in (HUMAN, *OTHERS) if organism.name in named] or ["NA"],
        "pmcid": paper.pmcid,
        "filename": f"{figure.stem}.jpg",
        "figlink": _link(figure),
        "number": figure.number,
        "caption": figure.caption,
        "papertitle": f"{paper.title}.",
        "reftext": paper.reference,
        "year": str(paper.year),
        "doi": f"10.3390/made.up.{paper.pmcid}" if has_journal else MISSING,
        "journal_title": journal,
        "journal_nlm_ta": abbreviation,
        "publisher_name": publisher,
        "keywords": "pathway | signaling | made up" if has_journal else MISSING,
        "automl_pathway": figure.score,
        **_last(figure),
        "ndex": "",
        "seo": "CreativeWork",
        "schema-jsonld": _schema(figure),
    }


def _older(figure: Figure) -> dict[str, Any]:
    paper = figure.paper
    genes = [row for row in figure.genes if row.symbol != "NA"]
    return {
        "figid": figure.figid,
        "figlink": _link(figure),
        "number": figure.number,
        "caption": figure.caption,
        "pmcid": paper.pmcid,
        "papertitle": f"{paper.title}.",
        "reftext": paper.reference,
        "pmc_ranked_result_index": str(int(figure.score * 200_000)),
        "pathway_score": figure.score,
        "filename": f"{figure.stem}.jpg",
        "figtitle": figure.title,
        "year": str(paper.year),
        "organisms": "Homo sapiens",
        "ndex": "",
        "annotations": [],
        "seo": "CreativeWork",
        "schema-jsonld": _schema(figure),
        "genes": [
            {"word": row.word, "symbol": row.match, "source": SOURCES[row.source],
             "hgnc_symbol": row.symbol, "entrez": row.ncbigene}
            for row in genes
        ],
        "chemicals": [_inline(term) for term in figure.chemicals],
        "diseases": [_inline(term) for term in figure.diseases],
        **_last(figure),
    }  # fmt: skip


def _inline(term: Term) -> dict[str, str]:
    return {"word": term.word, "source": "MESH" if term.mesh else "", "identifier": term.mesh}


# -- tables


def tables(figure: Figure) -> dict[str, str]:
    """Return the sidecar tables that have rows, by kind."""
    texts = {"genes": _gene_table(figure.genes, figure.older)} if figure.genes and figure.tabled else {}
    for kind, other, terms in (("chemicals", "chebi", figure.chemicals), ("diseases", "doid", figure.diseases)):
        if terms:
            texts[kind] = _term_table(terms, kind, other, figure.older)
    return texts


def _gene_table(genes: list[Row], older: bool) -> str:
    """Return the table with its three counts for each organism; the first layout had two."""
    columns = ["organism_id", "organism_name", "organism_group", "word", "match", "ncbigene_symbol", "ncbigene_id"]
    counted = ["count_direct", *([] if older else ["count_synonym"]), "count_match"]
    lines = ["\t".join([*columns, "source", *counted])]
    for organism in dict.fromkeys(row.organism for row in genes):
        block = [row for row in genes if row.organism is organism]
        direct, synonyms = (
            sum(row.source == source for row in block) for source in ("ncbigene_symbol", "ncbigene_synonym")
        )
        counts = [direct, *([] if older else [synonyms]), len({row.match for row in block})]
        last = [str(count or "NA") for count in counts]
        first = [organism.taxon, organism.name, organism.group]
        lines += ["\t".join([*first, *row[1:], *last]) for row in block]
    return "\n".join(lines) + "\n"


def _term_table(terms: list[Term], kind: str, other: str, older: bool) -> str:
    if older:
        rows = [f"{term.word}\t{'MESH' if term.mesh else 'NA'}\t{term.mesh or 'NA'}" for term in terms]
        return "\n".join(["word\tsource\tidentifier", *rows]) + "\n"
    lines = [f"word\tmesh\tmatch\tname\t{other}"]
    for term in terms:
        ids = [f"mesh:{term.mesh}" if term.mesh else "NA", f"{other}:{term.other}" if term.other else "NA"]
        names = ["NA", "NA"] if kind == "diseases" else [term.match or "NA", term.name or "NA"]
        lines.append("\t".join([term.word, ids[0], *names, ids[1]]))
    return "\n".join(lines) + "\n"
