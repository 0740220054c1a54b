"""A build in which every canned query that asks no other endpoint finds something, and what to ask of it."""

from pathlib import Path

from helpers.corpus import MDM2, genes, record, write_toy
from kg.building.options import BuildParameters
from kg.building.release import release
from kg.rdf.dump import LAYERS

AKT = (("AKT", "AKT", "AKT1", "207", "famplex_relations"), ("AKT", "AKT", "AKT2", "208", "famplex_relations"))
AKT1 = ("AKT1", "AKT1", "AKT1", "207", "hgnc_symbol")
AKT2 = ("AKT2", "AKT2", "AKT2", "208", "hgnc_symbol")
TP53 = ("p53", "P53", "TP53", "7157", "hgnc_alias_symbol")
RELA = ("RELA", "RELA", "RELA", "5970", "hgnc_symbol")
CHUK = ("CHUK", "CHUK", "CHUK", "1147", "hgnc_symbol")
TAK1 = ("TAK1", "TAK1", "NR2C2", "7182", "hgnc_alias_symbol")
P50 = (
    ("p50", "P50", "NFKB1", "4790", "hgnc_alias_symbol"),
    ("p50", "P50", "CD40", "958", "hgnc_alias_symbol"),
    ("p50", "P50", "SYT1", "6857", "ncbigene_synonym"),
)
CAM = (("CaM", "CAM", "CALM1", "801", "famplex_relations"), ("CaM", "CAM", "CALML3", "810", "ncbigene_synonym"))

CHEMICALS = "word\tmesh\tmatch\tname\tchebi\nATP\tmesh:D000255\tATP\tATP\tchebi:15422\n"
DISEASES = "word\tmesh\tmatch\tname\tdoid\nosteoporosis\tmesh:D010024\tNA\tNA\tNA\n"

SURVIVAL = dict.fromkeys(range(1, 9), (AKT1, TP53, MDM2)) | {
    1: (*AKT, TP53, MDM2),
    2: (*AKT, TP53),
    8: (AKT1, AKT2, TP53),
}
INFLAMMATION = dict.fromkeys(range(11, 19), (RELA, CHUK, TAK1)) | {
    12: (RELA, *P50), 13: (*P50, TP53), 14: (*CAM, RELA), 15: (*CAM, CHUK)
}  # fmt: skip
"""Genes by the number of the paper. Papers of survival draw AKT with p53, ATP and osteoporosis, the others RELA with
CHUK: often enough, and apart enough, that such pairs are published."""

CITATIONS = "citing\tcited\nPMC2\tPMC1\nPMC3\tPMC1\nPMC3\tPMC2\n"
CORRECTIONS = "word\tentity\nTAK1\tMAP3K7\n"
"""All readings of TAK1 are wrong in the records."""

GENE = "https://identifiers.org/ncbigene/"
ATP = "http://purl.obolibrary.org/obo/CHEBI_15422"
OSTEOPOROSIS = "http://id.nlm.nih.gov/mesh/D010024"

VALUES: dict[str, dict[str, list[str]]] = {
    "chemicals-of-disease": {"disease": ["osteoporosis"]},
    "chemicals-of-gene": {"gene": ["TP53"]},
    "common-partners": {"first": ["AKT1"], "second": ["MDM2"]},
    "diseases-of-gene": {"gene": ["AKT1"]},
    "entity-by-year": {"entity": ["AKT1"]},
    "entity-of-identifier": {"identifier": ["http://id.nlm.nih.gov/mesh/D000255"]},
    "family-members": {"family": ["https://identifiers.org/fplx/AKT"]},
    "figures-of-genes": {"gene": ["AKT1 MDM2", "TP53"], "minimum": ["2"]},
    "figures-of-paper": {"paper": ["https://identifiers.org/pmc/PMC1"]},
    "figures-of-word": {"word": ["Akt"]},
    "genes-of-chemical": {"chemical": ["ATP"]},
    "genes-of-disease": {"disease": [OSTEOPOROSIS]},
    "journals-of-entity": {"entity": ["AKT1"]},
    "new-partners": {"entity": ["ATP"], "since": ["2010"]},
    "pair-by-year": {"first": ["AKT1"], "second": ["TP53"]},
    "pair-statistics": {"first": ["TP53"], "second": ["AKT1"]},
    "papers-of-entity": {"entity": ["AKT1"]},
    "partners": {"entity": ["AKT1"]},
    "published-partners": {"entity": ["AKT1"]},
    "shared-figures": {"first": ["AKT1"], "second": ["TP53"]},
    "specific-pairs": {"minFigures": ["2"], "maxQ": ["0.05"]},
    "synonyms-of-entity": {"entity": ["AKT1"]},
    "triangles": {"gene": ["AKT1"]},
    "undrawn-partners": {"gene": ["AKT1"]},
    "words-of-entity": {"entity": ["AKT1"]},
    "words-of-figure": {"figure": ["PMC1__a"]},
}
"""Values of parameters by query; the others have a default that the sample knows."""


def release_sample(folder: Path) -> Path:
    """Build it below `folder` with all layers, families and every pair; return the folder of the build."""
    files = {"citations.tsv": CITATIONS}
    for number, drawn in (SURVIVAL | INFLAMMATION).items():
        figid = f"PMC{number}__a"
        files[f"_figures/{figid}.md"] = record(
            figid, *_further(number), keywords=_keywords(number), year=str(2000 + number)
        )
        files[f"_data/{figid}-genes.tsv"] = genes(*drawn)
        if number in SURVIVAL:
            files |= {f"_data/{figid}-chemicals.tsv": CHEMICALS, f"_data/{figid}-diseases.tsv": DISEASES}
    files["_data/PMC18__a-chemicals.tsv"] = CHEMICALS
    source = write_toy(folder / "source", files)
    corrections = folder / "readings.tsv"
    corrections.write_text(CORRECTIONS, encoding="utf-8")
    parameters = BuildParameters(min_figures=1, families=True, readings_files=(str(corrections),))
    release([str(source), str(source / "citations.tsv")], folder / "exports", parameters, layers=LAYERS)
    return folder / "exports"


def _further(number: int) -> list[str]:
    """Return further lines of the record of a paper's figure."""
    journal = "Bone" if number in SURVIVAL else "Cytokine"
    lines = [f"journal_title: {journal}", f"papertitle: Paper {number}", f"doi: 10.1234/{number}", "number: F1"]
    lines += ["keywords: [osteoclast, bone]", f"pathway_score: 0.{40 + number}"]
    return [*lines, "organisms: [Homo sapiens]", "wpid: WP123"] if number == 1 else lines


def _keywords(number: int) -> tuple[str, ...]:
    return ("no such thing",) if number == 2 else ()
