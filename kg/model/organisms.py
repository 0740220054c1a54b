"""Organisms by NCBI taxon id or usual name, as options take them that leave genes of organisms out."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from kg.errors import ParameterError, shown
from kg.model.checks import check_several

UNKNOWN = "unknown"
"""Stands for the organism of genes without one, in options and in counts."""


class Organism(NamedTuple):
    """An organism that people name without its number."""

    taxon: str
    """Its CURIE in the NCBI taxonomy."""
    latin: str
    names: tuple[str, ...]
    """Its English names, the usual one first."""


ORGANISMS = (
    Organism("ncbitaxon:9606", "Homo sapiens", ("human",)),
    Organism("ncbitaxon:10090", "Mus musculus", ("mouse",)),
    Organism("ncbitaxon:10116", "Rattus norvegicus", ("rat",)),
    Organism("ncbitaxon:7227", "Drosophila melanogaster", ("fruit fly", "fly")),
    Organism("ncbitaxon:7955", "Danio rerio", ("zebrafish",)),
    Organism("ncbitaxon:6239", "Caenorhabditis elegans", ("C. elegans", "worm")),
    Organism("ncbitaxon:4932", "Saccharomyces cerevisiae", ("yeast",)),
    Organism("ncbitaxon:3702", "Arabidopsis thaliana", ("thale cress", "arabidopsis")),
    Organism("ncbitaxon:9913", "Bos taurus", ("cattle", "cow")),
    Organism("ncbitaxon:9615", "Canis lupus familiaris", ("dog",)),
    Organism("ncbitaxon:9031", "Gallus gallus", ("chicken",)),
    Organism("ncbitaxon:9823", "Sus scrofa", ("pig",)),
    Organism("ncbitaxon:8364", "Xenopus tropicalis", ("frog",)),
)
"""The organisms that options take by name; all others have their number."""

_TAXA = {name.casefold(): organism.taxon for organism in ORGANISMS for name in (organism.latin, *organism.names)}
_USUAL_NAMES = {organism.taxon: organism.names[0] for organism in ORGANISMS}


def organism_name(taxon: str) -> str:
    """Return the usual name of an organism by its CURIE, or the CURIE where it has none here.

    >>> organism_name("ncbitaxon:7227"), organism_name("ncbitaxon:511145")
    ('fruit fly', 'ncbitaxon:511145')
    """
    return _USUAL_NAMES.get(taxon, taxon)


def read_taxon(name: str, text: object) -> str:
    """Return the CURIE of an organism given as NCBI taxon id, CURIE or name in any case, or `unknown`.

    `name` is that of the argument. Raises ParameterError for anything else.

    >>> [read_taxon("taxa", text) for text in (9606, "NCBITaxon:10090", "Fruit fly", "mus_musculus", "unknown")]
    ['ncbitaxon:9606', 'ncbitaxon:10090', 'ncbitaxon:7227', 'ncbitaxon:10090', 'unknown']
    """
    folded = " ".join(str(text).replace("_", " ").split()).casefold()
    number = re.fullmatch("(?:ncbitaxon:)?0*([1-9][0-9]{0,9})", folded, re.ASCII)
    taxon = UNKNOWN if folded == UNKNOWN else f"ncbitaxon:{number[1]}" if number else _TAXA.get(folded)
    if taxon is None:
        names = ", ".join(organism.names[0] for organism in ORGANISMS[:5])
        way_out = f"give its NCBI taxon id, such as 9606, or a name: {names} ...; {UNKNOWN} is for genes without one"
        raise ParameterError(f"{name}: {shown(text)} is no organism; {way_out}")
    return taxon


def read_taxa(name: str, values: Iterable[object]) -> tuple[str, ...]:
    """Return organisms as `read_taxon` does, each once; raise ParameterError for one text in place of a list.

    >>> read_taxa("taxa", ["human", "mouse", "9606"])
    ('ncbitaxon:9606', 'ncbitaxon:10090')
    """
    return tuple(dict.fromkeys(read_taxon(name, value) for value in check_several(name, values)))


def check_choice(taxa: tuple[str, ...], without_taxa: tuple[str, ...], names: str = "taxa and without_taxa") -> None:
    """Raise ParameterError where one organism is both chosen and left out; `names` are those of the arguments.

    >>> check_choice(("ncbitaxon:9606",), ("ncbitaxon:7227",))
    """
    if both := set(taxa) & set(without_taxa):
        name = organism_name(min(both))
        raise ParameterError(f"{names} both have {name}; leave it out of one of them")
