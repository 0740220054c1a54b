"""Genes by their identifiers in other databases: Ensembl, UniProt and HGNC.

A lexicon has the Ensembl genes and UniProt entries that HGNC gives each human gene. A reading of a word never
depends on them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.lexicon import files

_WEB = r"https?://\S*[/:=]"
_PAR_Y = "_PAR_Y"  # GENCODE's mark of a gene that chromosome Y shares with X
_ID = re.compile(
    rf"(?:(?:{_WEB}|ensembl(?:\.gene)?:)?(?P<ensembl>{files.ENSEMBL})(?:\.[0-9]+)?(?:{_PAR_Y})?)"
    rf"|(?:(?:{_WEB}|uniprot(?:kb)?:)?(?P<uniprot>{files.UNIPROT})(?:-[0-9]+)?(?:/entry)?)"
    rf"|(?:(?:sp|tr)\|(?P<header>{files.UNIPROT})(?:-[0-9]+)?\|\w+)"  # of a sequence in FASTA
    r"|(?:(?:https?://\S*/)?hgnc[:/](?:hgnc:)?0*(?P<hgnc>[1-9][0-9]*))"
    r"|(?:(?:ncbigene|geneid|entrez(?:gene)?):0*(?P<ncbigene>[1-9][0-9]*))",
    re.ASCII | re.IGNORECASE,
)


def genes_of_ids(contents: Mapping[str, bytes], ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the CURIEs of the genes of each identifier, by NCBI's numbers; others are left out.

    `contents` are the files of a lexicon. An identifier may be bare or have a prefix or an address, in any case. An
    Ensembl gene may have a version, a UniProt entry the number of an isoform. HGNC's numbers need their prefix, and
    those of NCBI Gene, too, which are not looked up, because a lexicon does not have every organism.

    >>> genes_of_ids(files.bundled(), ["ENSG00000120659.15", "uniprot:O14788-2", "HGNC:11926", "RANKL"])
    {'ENSG00000120659.15': ('ncbigene:8600',), 'uniprot:O14788-2': ('ncbigene:8600',), 'HGNC:11926': ('ncbigene:8600',)}
    """
    keys = {id_: match for id_ in ids if (match := _key(id_))}
    wanted = frozenset(keys.values())
    genes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, accession in wanted:
        if kind == "ncbigene":
            genes[kind, accession].append(f"ncbigene:{accession}")
    hgnc = {accession for kind, accession in wanted if kind == "hgnc"}
    for number, _, ncbigene, *_ in files.rows_with(contents, files.GENES, 0, hgnc):
        genes["hgnc", number].append(f"ncbigene:{ncbigene}")
    accessions = {accession for kind, accession in wanted if kind == "accession"}
    table = files.body(contents, files.GENE_IDS) if accessions else ""
    for line in table.replace("|", "\t").split("\n"):
        ncbigene, *others = line.split("\t")
        for accession in accessions.intersection(others):
            genes["accession", accession].append(f"ncbigene:{ncbigene}")
    return {id_: tuple(genes[key]) for id_, key in keys.items() if key in genes}


def is_gene_id(text: str) -> bool:
    """Return whether a text has the form of an identifier of a gene."""
    return _key(text) is not None


def _key(id_: str) -> tuple[str, str] | None:
    """Return the kind and the accession of an identifier: hgnc, ncbigene, or accession for the other databases."""
    match = _ID.fullmatch(id_.strip())
    if match is None:
        return None
    kind = match.lastgroup or ""
    return kind if kind in ("hgnc", "ncbigene") else "accession", match[kind].upper()
