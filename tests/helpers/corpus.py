"""Small corpora: the toy corpus, whose numbers can be computed by hand, and the functions that write its parts."""

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SEEDS = ROOT / "seeds"
SHARED = ROOT.parent / "shared" / "data"

GENE_HEADER = (
    "organism_id\torganism_name\torganism_group\tword\tmatch\tncbigene_symbol\tncbigene_id\tsource"
    "\tcount_direct\tcount_synonym\tcount_match\n"
)


def record(figid: str, *lines: str, keywords: tuple[str, ...] = (), year: str = "2020") -> str:
    """Return a small figure record; `lines` are further lines of front matter."""
    head = [f"figid: {figid}", f"pmcid: {figid.partition('__')[0]}", f"figtitle: Title of {figid}", f"year: '{year}'"]
    words = [f"  - '{word}'" for word in keywords]
    schema = ["schema-jsonld:", "  keywords:", *words] if words else []
    return "\n".join(["---", *head, *lines, *schema, "---", ""])


def genes(*rows: tuple[str, str, str, str, str]) -> str:
    """Return a table of human genes with rows of (word, match, symbol, id, source)."""
    body = (f"9606\tHomo sapiens\tPrimates\t{chr(9).join(row)}\t1\t1\t1\n" for row in rows)
    return GENE_HEADER + "".join(body)


FAMILY = (("AKT", "AKT", "AKT1", "207", "famplex_relations"), ("AKT", "AKT", "AKT2", "208", "famplex_relations"))
TP53 = ("p53", "P53", "TP53", "7157", "ncbigene_synonym")
MDM2 = ("MDM2", "MDM2", "MDM2", "4193", "ncbigene_symbol")

TOY: dict[str, str] = {
    # Two papers, three figures. AKT1 and AKT2 are one drawn word in figures a and b.
    "_figures/PMC1__a.md": record("PMC1__a", year="2001"),
    "_data/PMC1__a-genes.tsv": genes(*FAMILY, TP53),
    "_data/PMC1__a-chemicals.tsv": "word\tmesh\tmatch\tname\tchebi\nATP\tmesh:D000255\tATP\tATP\tchebi:15422\n",
    "_figures/PMC1__b.md": record("PMC1__b", year="2001"),
    "_data/PMC1__b-genes.tsv": genes(*FAMILY, TP53, MDM2),
    "_data/PMC1__b-diseases.tsv": "word\tmesh\tmatch\tname\tdoid\nosteoporosis\tmesh:D010024\tNA\tNA\tNA\n",
    # Keywords only. AKT1 and AKT2 are the genes of the word AKT in a and b, so that AKT is inferred here. The other
    # keywords are words of their own. The disease of b has a MeSH identifier and is doid:11476.
    "_figures/PMC2__c.md": record(
        "PMC2__c", "doi: 10.1234/toy.c", keywords=("AKT1", "AKT2", "MDM2", "no such thing"), year="2010"
    ),
    # A figure with a table and no record.
    "_data/PMC3__d-genes.tsv": genes(("TP53", "TP53", "TP53", "7157", "ncbigene_symbol"), MDM2),
    "citations.tsv": "citing\tcited\nPMC2\tPMC1\n10.1234/TOY.C\t11111\n",
}
"""Texts of the toy corpus by file name; `write_toy` writes them into a folder."""


def write_toy(folder: Path, files: dict[str, str] = TOY) -> Path:
    """Write the files of a corpus below `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


MAPPINGS = (
    "#curie_map:\n#  MESH: http://id.nlm.nih.gov/mesh/\n#  DOID: http://purl.obolibrary.org/obo/DOID_\n"
    "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
    "MESH:D010024\tskos:exactMatch\tDOID:11476\tsemapv:ManualMappingCuration\n"
)
"""A mapping file with a pair that the lexicon has, too."""
