"""NCBI's tables of the genes of organisms other than the human: where they are, and which organism a file is of."""

from collections.abc import Iterable, Mapping
from functools import partial

from kg.errors import ParameterError
from kg.lexicon import files
from kg.lexicon.update import source_formats
from kg.lexicon.update.source_formats import HUMAN_GENES
from kg.model.organisms import read_taxon

_GENE_INFO = "https://ftp.ncbi.nlm.nih.gov/gene/DATA/GENE_INFO"
_FILES = {
    10090: ("mouse", "Mammalia/Mus_musculus"),
    10116: ("rat", "Mammalia/Rattus_norvegicus"),
    7227: ("fly", "Invertebrates/Drosophila_melanogaster"),
    6239: ("worm", "Invertebrates/Caenorhabditis_elegans"),
    559292: ("yeast", "Fungi/Saccharomyces_cerevisiae"),
    7955: ("zebrafish", "Non-mammalian_vertebrates/Danio_rerio"),
    3702: ("arabidopsis", "Plants/Arabidopsis_thaliana"),
}
URLS = {taxon: f"{_GENE_INFO}/{path}.gene_info.gz" for taxon, (_, path) in _FILES.items()}
"""Public address of the genes of each organism, by NCBI taxon id."""

NAMES = tuple(name for name, _ in _FILES.values())
"""Usual names of these organisms, as `urls` takes them."""

KINDS = {
    f"genes.{taxon}": (
        f"NCBI Gene (gene_info) of {name}",
        "public domain (U.S. National Center for Biotechnology Information)",
        partial(source_formats.ncbi, str(taxon)),
    )
    for taxon, (name, _) in _FILES.items()
}
"""Title, licence and reader of each kind of file."""

SHAPES = {f"genes.{taxon}": files.organism_genes(taxon) for taxon in _FILES}
"""The table that each kind of file makes."""

_BY_TAXON = {f"ncbitaxon:{taxon}": taxon for taxon in _FILES} | {"ncbitaxon:4932": 559292}


def urls(names: Iterable[str], addresses: Mapping[int, str] = URLS) -> dict[str, str]:
    """Return file name and address of the genes of each organism, given by name or NCBI taxon id.

    Raises ParameterError for an organism without such a table.

    >>> urls(["yeast"])["Saccharomyces_cerevisiae.gene_info.gz"].rpartition("/")[2]
    'Saccharomyces_cerevisiae.gene_info.gz'
    """
    chosen = {}
    for name in names:
        taxon = _BY_TAXON.get(read_taxon("organism", name))
        if taxon is None:
            raise ParameterError(f"organism: kg has no table of genes of {name}; it has those of {', '.join(NAMES)}")
        chosen[addresses[taxon].rpartition("/")[2]] = addresses[taxon]
    return chosen


def kind_of(head: str) -> str:
    """Return the kind of a gene_info file by its first rows: the first known organism there; by default the human."""
    taxa = (line.partition("\t")[0] for line in head.split("\n")[1:])
    kinds = ("ncbi" if taxon == HUMAN_GENES else f"genes.{taxon}" for taxon in taxa)
    return next((kind for kind in kinds if kind == "ncbi" or kind in KINDS), "ncbi")
