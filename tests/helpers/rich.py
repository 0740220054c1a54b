"""A record with every field that becomes a triple, twice, and a paper that cites the other."""

from pathlib import Path

from helpers.corpus import record, write_toy
from kg.building.release import release

EVERYTHING = (
    "figid_alias: PMC1__F1",
    "caption: A caption.",
    "number: F1",
    "figtype: Figure",
    "filename: b c.jpg",
    "figlink: /pmc/articles/PMC1/figure/F1/",
    "pathway_score: 0.5",
    "pmc_ranked_result_index: 7",
    "organisms: [Homo sapiens]",
    "annotations: [{type: Pathway Ontology, value: signaling pathway}]",
    "ndex: 0123abcd-0000-1111-2222-333344445555",
    "wpid: WP123",
    "papertitle: A paper.",
    "reftext: A, B. C. 2020.",
    "doi: 10.1234/x",
    "journal_title: Journal",
    "journal_nlm_ta: J",
    "publisher_name: P",
    "keywords: [osteoclast, bone, osteoclast]",
    "genes: [{word: TP53, symbol: TP53, entrez: '7157', source: ncbigene_symbol}, {word: p53, entrez: '7157'}]",
    "diseases: [{word: osteoporosis, identifier: 'MESH:D010024', source: MESH}]",
)


def release_rich(folder: Path) -> Path:
    """Build it below `folder`."""
    citations = {"citations.tsv": "citing\tcited\nPMC1\tPMC2\n"}
    files = {f"_figures/PMC{n}__a.md": record(f"PMC{n}__a", *EVERYTHING, keywords=("no such thing",)) for n in (1, 2)}
    write_toy(folder, files | citations)
    release([str(folder), str(folder / "citations.tsv")], folder / "exports")
    return folder / "exports"
