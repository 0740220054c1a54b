"""A corpus whose records take words for genes that nobody drew, and the corrections that say what was meant."""

from pathlib import Path

from helpers.corpus import MDM2, genes, record, write_toy
from kg.building.options import BuildParameters
from kg.building.release import release

CBP = ("CBP", "CBP", "OPN1LW", "5956", "hgnc_prev_symbol")
TP53 = ("TP53", "TP53", "TP53", "7157", "ncbigene_symbol")
OPN1LW = ("OPN1LW", "OPN1LW", "OPN1LW", "5956", "ncbigene_symbol")
RHO = ("RHO", "RHO", "RHO", "6010", "ncbigene_symbol")

FIGURES = {
    "PMC1__a": ("2001", (CBP, TP53)),
    "PMC2__b": ("2005", (CBP, TP53)),
    "PMC3__c": ("2010", (CBP, MDM2)),
    "PMC4__d": ("2010", (OPN1LW, RHO)),
}
"""Year and genes by figure: the records take CBP for a cone opsin; in d the opsin itself is drawn."""

CORRECTIONS = "word\tentity\nCBP\tCREBBP\nTP53\tTP53\nRHO\tRHOA|RHOB|RHOC\n"
"""What the words mean, certainly: CREBBP; TP53; and a family of three, each of which has a third of the word."""


def build_doubts(folder: Path) -> Path:
    """Build the corpus with its corrections; return the folder of the build."""
    files = {f"_figures/{figid}.md": record(figid, year=year) for figid, (year, _) in FIGURES.items()}
    files |= {f"_data/{figid}-genes.tsv": genes(*rows) for figid, (_, rows) in FIGURES.items()}
    source = write_toy(folder / "source", files)
    corrections = folder / "readings.tsv"
    corrections.write_text(CORRECTIONS, encoding="utf-8")
    parameters = BuildParameters(min_figures=1, readings_files=(str(corrections),))
    release([str(source)], folder / "exports", parameters)
    return folder / "exports"
