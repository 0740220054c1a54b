"""From the tables of HGNC, NCBI Gene, FamPlex, MeSH, ChEBI and DOID to the lexicon's own.

What is left out, and why:

- Genes that HGNC has withdrawn, and approved ones without an NCBI gene id: there is nothing to ground to.
- NCBI genes without HGNC entry that have no symbol but LOC and a number, and synonyms of NCBI with white space in
  them: nobody draws them.
- Families and complexes without a human gene.
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

import io
import json
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from kg.lexicon.files import Shape
from kg.model.text import collapse
from kg.runtime.files import gzip_writer

LONGEST_SYNONYM = 80

SHORT = 4
"""As in kg.lexicon: below this length case counts when the lexicon is asked."""

SMALL = ("D08.211", "D12.125", "D12.644.456", "D12.644.641")
"""Coenzymes, amino acids, oligopeptides, cyclic peptides: the small molecules among D08 and D12."""

CHEBI_NOTICE = (
    "Chemical names and identifiers from ChEBI (Chemical Entities of Biological Interest, EMBL-EBI; "
    "Hastings J et al., Nucleic Acids Research 2016, 44:D1214-D1219), licensed under CC BY 4.0; "
    "a selection, joined with MeSH."
)

_METAL_ION = re.compile(r"\(\d+\+\)$")  # how ChEBI names the ions of metals: calcium(2+)
_NAMELESS = re.compile(r"LOC\d+|NEWENTRY")  # NEWENTRY: NCBI's record for papers on genes that have none yet
_LIST_OR_SPACE = re.compile(r"[\s|]")

Row = tuple[str, ...]
Field = str | int | list[str]


class Gene(NamedTuple):
    """An approved gene of HGNC that has an NCBI gene id, or a gene of NCBI (`hgnc` empty, synonyms as aliases)."""

    hgnc: str  # number
    symbol: str
    ncbigene: str  # number
    aliases: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()


class Relation(NamedTuple):
    """A member of a family or complex."""

    namespace: str  # HGNC, FPLX or UP
    member: str
    family: str


class Descriptor(NamedTuple):
    """One MeSH record."""

    id: str
    label: str
    synonyms: tuple[str, ...] = ()
    trees: tuple[str, ...] = ()


class Ontology(NamedTuple):
    """Terms of ChEBI or DOID by CURIE, and the joins that are known."""

    names: dict[str, str]
    synonyms: dict[str, list[str]]
    of_mesh: dict[str, set[str]]  # MeSH id to CURIEs


# -- genes and families


def gene_rows(approved: Iterable[Gene], ncbi: Iterable[Gene]) -> list[Row]:
    """Make the gene rows: HGNC's by number, then those that only NCBI has, by gene id."""
    approved, ncbi = list(approved), list(ncbi)
    synonyms = {gene.ncbigene: gene.aliases for gene in ncbi}
    known = {gene.ncbigene for gene in approved}
    others = [gene for gene in ncbi if gene.ncbigene not in known and not _NAMELESS.fullmatch(gene.symbol)]
    table = []
    for gene in approved:
        ours = {text.upper() for text in (gene.symbol, *gene.aliases, *gene.previous)}
        lists = (gene.aliases, gene.previous, _further(synonyms.get(gene.ncbigene, ()), ours))
        table.append((gene.hgnc, gene.symbol, gene.ncbigene, *map("|".join, lists)))
    for gene in others:
        further = "|".join(_further(gene.aliases, {gene.symbol.upper()}))
        table.append(("", gene.symbol, gene.ncbigene, "", "", further))
    return sorted(table, key=lambda row: (not row[0], int(row[0] or row[2])))


def _further(synonyms: Iterable[str], known: set[str]) -> list[str]:
    """Give NCBI's synonyms that are not known, each once, in NCBI's order."""
    found: dict[str, str] = {}
    for text in synonyms:
        if text and text != "-" and text.upper() not in known and not _LIST_OR_SPACE.search(text):
            found.setdefault(text.upper(), text)
    return list(found.values())


def family_rows(
    relations: Iterable[Relation], groundings: Iterable[tuple[str, str]], approved: Iterable[Gene]
) -> list[Row]:
    """Make the family rows, by FamPlex id; `groundings` are (text, FamPlex id)."""
    current = _current_genes(approved)
    members: dict[str, list[Relation]] = defaultdict(list)
    for relation in relations:
        members[relation.family].append(relation)
    texts: dict[str, set[str]] = defaultdict(set)
    for text, family in groundings:
        if "|" not in text:
            texts[family].add(collapse(text))
    table: list[Row] = []
    for family in sorted(members):
        genes = _genes_of(family, members, current)
        bare = family.removesuffix("_family").removesuffix("_complex")
        synonyms = sorted((texts[family] | {bare}) - {family, ""})
        if genes:
            table.append((family, "|".join(synonyms), "|".join(genes)))
    return table


def _current_genes(approved: Iterable[Gene]) -> dict[str, str]:
    """Give NCBI gene ids by symbol, also by previous symbols of one gene only."""
    approved = list(approved)
    previous: dict[str, set[str]] = defaultdict(set)
    for gene in approved:
        for symbol in gene.previous:
            previous[symbol].add(gene.ncbigene)
    renamed = {symbol: min(genes) for symbol, genes in previous.items() if len(genes) == 1}
    return renamed | {gene.symbol: gene.ncbigene for gene in approved}


def _genes_of(family: str, members: Mapping[str, list[Relation]], current: Mapping[str, str]) -> list[str]:
    """Give the genes of a family and of the families in it, nearest first."""
    genes: dict[str, None] = {}
    seen = {family}
    waiting = deque([family])
    while waiting:
        for namespace, member, _ in members.get(waiting.popleft(), ()):
            if namespace == "HGNC" and member in current:
                genes.setdefault(current[member])
            elif namespace == "FPLX" and member not in seen:
                seen.add(member)
                waiting.append(member)
    return list(genes)


# -- chemicals and diseases


def chemical_rows(
    descriptors: Iterable[Descriptor],
    supplement: Iterable[Descriptor],
    chebi: Ontology,
    small_molecules: Iterable[Sequence[str]],
) -> list[Row]:
    """Make the chemical rows, by CURIE; hand-kept rows join what MeSH's mappings leave apart, as Cyclic AMP."""
    # A MeSH record of a metal is the element and all its ions, so an ion's row does not join it.
    pairs = [
        (xref.removeprefix("mesh:"), curie)
        for curie, xrefs, name, _ in small_molecules
        for xref in listed(xrefs)
        if not _METAL_ION.search(name)
    ]
    named = Counter(mesh_id for mesh_id, _ in pairs)
    of_mesh = {mesh_id: {curie} for mesh_id, curie in pairs if named[mesh_id] == 1} | chebi.of_mesh
    known = _folded(chebi.names.values())
    records = [record for record in descriptors if _is_small_molecule(record)]
    records += [record._replace(synonyms=()) for record in supplement if record.label.casefold() in known]
    # ChEBI's synonyms are left out, as its names are that MeSH does not have.
    bare = Ontology(chebi.names, {}, of_mesh)
    return _term_rows(_joined(records, bare), bare)


def disease_rows(descriptors: Iterable[Descriptor], doid: Ontology) -> list[Row]:
    """Make the disease rows, by CURIE; DOID terms without a MeSH descriptor are rows as well."""
    groups = _joined(filter(_is_disease, descriptors), doid)
    return _term_rows({curie: [] for curie in doid.names} | groups, doid)


def listed(cell: str) -> tuple[str, ...]:
    """Take a `|` list apart."""
    return tuple(part for part in cell.split("|") if part)


def _is_small_molecule(descriptor: Descriptor) -> bool:
    """Tell compounds from proteins; see the head of this file."""
    trees = [tree for tree in descriptor.trees if tree.startswith("D")]
    proteins = any(tree.startswith(("D08", "D12")) and not tree.startswith(SMALL) for tree in trees)
    return not proteins and any(not tree.startswith("D23") for tree in trees)


def _is_disease(descriptor: Descriptor) -> bool:
    """Diseases, and mental disorders."""
    return any(tree.startswith(("C", "F03")) for tree in descriptor.trees)


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Give case-folded name to identifiers."""
    found: dict[str, set[str]] = defaultdict(set)
    for identifier, name in pairs:
        found[name.casefold()].add(identifier)
    return found


def _folded(texts: Iterable[str]) -> set[str]:
    """Case-fold names for comparison."""
    return {text.casefold() for text in texts}


def _choices(records: Iterable[Descriptor], ontology: Ontology) -> Iterator[tuple[Descriptor, str | None]]:
    """Give each MeSH record the one term it is mapped to, else the one of its name, if there is just one."""
    records = list(records)
    term_names = _by_name(ontology.names.items())
    labels = _by_name((record.id, record.label) for record in records)
    for record in records:
        name = record.label.casefold()
        mapped = {term for term in ontology.of_mesh.get(record.id, ()) if term in ontology.names}
        same = term_names.get(name, set()) if len(labels[name]) == 1 else set()
        choice = mapped if len(mapped) == 1 else same & mapped or same
        yield record, next(iter(choice)) if len(choice) == 1 else None


def _joined(records: Iterable[Descriptor], ontology: Ontology) -> dict[str, list[Descriptor]]:
    """Group MeSH records under the CURIE of the other vocabulary, or under their own.

    The mappings put narrower records on a broader term too (Aneurysm on vascular disease), so where several
    records claim one, only those that share a name with it are joined.
    """
    claims: dict[str, list[Descriptor]] = defaultdict(list)
    groups: dict[str, list[Descriptor]] = {}
    for record, term in _choices(records, ontology):
        claims[term or f"mesh:{record.id}"].append(record)
    for term, group in claims.items():
        known = _folded([ontology.names.get(term, ""), *ontology.synonyms.get(term, ())])
        for record in group:
            trusted = len(group) == 1 or known & _folded([record.label, *record.synonyms])
            groups.setdefault(term if trusted else f"mesh:{record.id}", []).append(record)
    return groups


def _useful(synonyms: Iterable[str], name: str) -> list[str]:
    """Leave out repetitions, inverted forms and what is too long to be drawn."""
    texts = {collapse(text) for text in synonyms if "|" not in text}
    known = _folded([*texts, name])
    kept: dict[str, str] = {}
    for text in sorted(texts):
        head, comma, tail = text.partition(", ")
        inverted = comma and ", " not in tail and f"{tail} {head}".casefold() in known
        key = text.casefold() if len(text) >= SHORT else text
        if 1 < len(text) <= LONGEST_SYNONYM and not inverted and text != name and key != name.casefold():
            kept.setdefault(key, text)
    return sorted(kept.values())


def _term_rows(groups: Mapping[str, list[Descriptor]], ontology: Ontology) -> list[Row]:
    """Make the rows of chemicals and diseases; a joined term has the name of its primary vocabulary."""
    table = []
    for curie, records in groups.items():
        name = ontology.names[curie] if curie in ontology.names else records[0].label
        labels = sorted({record.label for record in records if record.label.casefold() != name.casefold()})
        entries = chain.from_iterable(record.synonyms for record in records)
        texts = [*labels, *entries, *ontology.synonyms.get(curie, ())]
        synonyms = labels + [text for text in _useful(texts, name) if text not in labels]
        xrefs = sorted({f"mesh:{record.id}" for record in records} - {curie})
        table.append((curie, "|".join(xrefs), name, "|".join(synonyms)))
    return sorted(table)


def packed(shape: Shape, table: Iterable[Row]) -> bytes:
    """Write a table as gzip without name or date, so that equal tables are equal bytes."""
    text = "".join("\t".join(row) + "\n" for row in [shape.columns, *table])
    out = io.BytesIO()
    with gzip_writer(out, level=9) as file:
        file.write(text.encode("utf-8"))
    return out.getvalue()


def toml(heading: str, fields: Mapping[str, Field]) -> str:
    """Write one table of SOURCES.toml; JSON's strings, numbers and lists are TOML's as well."""
    lines = [f"{key} = {json.dumps(field, ensure_ascii=False)}" for key, field in fields.items()]
    return "\n".join([f"\n[{heading}]", *lines, ""])
