"""Six figures of four words, one of two, and four pathways, whose comparison is worked by hand."""

from pathlib import Path

from helpers.corpus import genes, write_toy
from kg.building.options import BuildParameters
from kg.building.release import release

FIGURES = {
    "PMC1__f1": ("TP53:7157", "MDM2:4193", "CDKN1A:1026", "BAX:581"),
    "PMC2__f2": ("EGFR:1956", "KRAS:3845", "BRAF:673", "MAP2K1:5604"),
    "PMC3__f3": ("NOTCH1:4851", "DLL1:28514", "JAG1:182", "HES1:3280"),
    "PMC4__f4": ("MTOR:2475", "TSC2:7249", "RPTOR:57521"),
    "PMC5__f5": ("INSR:3643", "IRS1:3667", "FOXO1:2308", "SLC2A4:6517"),
    "PMC6__f6": ("SMAD4:4089", "TGFB1:7040", "TGFBR1:7046", "SMAD7:4092"),
    "PMC7__f7": ("TP53:7157", "MDM2:4193"),
}
"""Figures with symbols and NCBI Gene ids; f4 draws the word AKT, too, which stands for AKT1 and AKT2."""

AKT = (("AKT", "AKT", "AKT1", "207", "famplex_relations"), ("AKT", "AKT", "AKT2", "208", "famplex_relations"))

GMT = (
    "P53 signalling%WikiPathways_2024%WP1%Homo sapiens\t\t7157\t4193\t1026\t581\t225\n"
    "MAPK cascade\tR-HSA-2\tEGFR\tKRAS\tBRAF\tTP53\n"
    "WP3\tPentose phosphate\t2539\t2678\t1958\n"
    "mine\t\tINSR\tNOTCH1\tAKT1\n"
)
"""Headers of WikiPathways, Reactome and two others; 225 is ABCD2, which no figure draws, and a synonym of EGR1."""


def write_pathway_build(folder: Path) -> Path:
    """Build the figures below a folder; return the build."""
    tables = {
        f"_data/{figid}-genes.tsv": genes(
            *(AKT if figid == "PMC4__f4" else ()),
            *((symbol, symbol, symbol, id_, "ncbigene_symbol") for symbol, id_ in (text.split(":") for text in drawn)),
        )
        for figid, drawn in FIGURES.items()
    }
    write_toy(folder, tables)
    release([str(folder)], folder / "exports", BuildParameters(readings="record"))
    return folder / "exports"
