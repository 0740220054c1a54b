"""Rules that make the lexicon's tables from those of HGNC, NCBI Gene, FamPlex, MeSH, ChEBI and DOID.

The rules leave out:

- Genes that HGNC has withdrawn, and approved ones without an NCBI gene id, because they have no identifier.
- NCBI genes without HGNC entry whose symbol is LOC and a number, because figures do not have them.
- NCBI's synonyms with white space, which figures do not have either, nor names of anonymous clones of the fly.
- Families and complexes without a human gene.
- Synonyms of more than 80 characters, because figures do not have them.
- Inverted synonyms ("Oxide, Nitric") that are there in natural order as well.
- MONDO, because it adds 1 MB and mostly repeats MeSH and DOID.
"""

import json
import re
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from kg.lexicon.files import ENSEMBL, UNIPROT
from kg.lexicon.matching import SHORT
from kg.model.text import collapse

LONGEST_SYNONYM = 80
"""Characters of a synonym."""

CHEBI_NOTICE = (
    "Chemical names and identifiers from ChEBI (Chemical Entities of Biological Interest, EMBL-EBI; "
    "Hastings J et al., Nucleic Acids Research 2016, 44:D1214-D1219), licensed under CC BY 4.0; "
    "a selection, joined with MeSH."
)

_NAMELESS = re.compile(r"LOC\d+|NEWENTRY")  # NEWENTRY is NCBI's record for papers on genes without a record
_NOT_DRAWN = re.compile(r"[\s|]|^(?:anon-|Dmel|BcDNA)")

Row = tuple[str, ...]
Field = str | int | list[str]


class Gene(NamedTuple):
    """An approved gene of HGNC with an NCBI gene id, or a gene of NCBI (`hgnc` is empty, synonyms are aliases)."""

    hgnc: str  # number
    symbol: str
    ncbigene: str  # number
    aliases: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    ensembl: tuple[str, ...] = ()  # HGNC only
    uniprot: tuple[str, ...] = ()  # HGNC only


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
    headings: tuple[str, ...] = ()  # ids of the descriptors that a supplementary record is mapped to


class Ontology(NamedTuple):
    """Terms of ChEBI or DOID by CURIE, and their MeSH records."""

    names: dict[str, str]
    synonyms: dict[str, list[str]]
    of_mesh: dict[str, set[str]]  # MeSH id to CURIEs
    acids: Mapping[str, list[str]] = MappingProxyType({})  # ChEBI only: conjugate acids and tautomers of each CURIE
    metabolites: Collection[str] = ()  # ChEBI only: CURIEs
    natural: Collection[str] = ()  # ChEBI only: CURIEs of metabolites, those of plants and yeast, too


# -- genes and families


def gene_rows(approved: Iterable[Gene], ncbi: Iterable[Gene]) -> list[Row]:
    """Return the gene rows: HGNC's by number, then those that only NCBI has, by gene id."""
    approved, ncbi = list(approved), list(ncbi)
    synonyms = {gene.ncbigene: gene.aliases for gene in ncbi}
    in_hgnc = {gene.ncbigene for gene in approved}
    others = [gene for gene in ncbi if gene.ncbigene not in in_hgnc and not _NAMELESS.fullmatch(gene.symbol)]
    table = []
    for gene in approved:
        ours = {text.upper() for text in (gene.symbol, *gene.aliases, *gene.previous)}
        lists = (gene.aliases, gene.previous, _further(synonyms.get(gene.ncbigene, ()), ours))
        table.append((gene.hgnc, gene.symbol, gene.ncbigene, *map("|".join, lists)))
    for gene in others:
        further = "|".join(_further(gene.aliases, {gene.symbol.upper()}))
        table.append(("", gene.symbol, gene.ncbigene, "", "", further))
    return sorted(table, key=lambda row: (not row[0], int(row[0] or row[2])))


def gene_id_rows(approved: Iterable[Gene]) -> list[Row]:
    """Return the rows of the genes' ids in Ensembl and UniProt, by gene id; ids of another form are left out."""
    rows = [
        (gene.ncbigene, _ids(ENSEMBL, gene.ensembl), _ids(UNIPROT, gene.uniprot))
        for gene in sorted(approved, key=lambda gene: int(gene.ncbigene))
    ]
    return [row for row in rows if any(row[1:])]


def _ids(form: str, ids: Iterable[str]) -> str:
    """Return the cell of the ids of a form, each once."""
    return "|".join(dict.fromkeys(id_ for id_ in ids if re.fullmatch(form, id_)))


def _further(synonyms: Iterable[str], names: set[str]) -> list[str]:
    """Return the synonyms of NCBI that are not among `names` (upper case), each once, in NCBI's order."""
    further: dict[str, str] = {}
    for text in synonyms:
        if text and text != "-" and text.upper() not in names and not _NOT_DRAWN.search(text):
            further.setdefault(text.upper(), text)
    return list(further.values())


def family_rows(
    relations: Iterable[Relation], groundings: Iterable[tuple[str, str]], approved: Iterable[Gene]
) -> list[Row]:
    """Return the family rows, by FamPlex id; `groundings` are (text, FamPlex id)."""
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
    """Return NCBI gene ids by symbol, and by each previous symbol of one gene only."""
    approved = list(approved)
    previous: dict[str, set[str]] = defaultdict(set)
    for gene in approved:
        for symbol in gene.previous:
            previous[symbol].add(gene.ncbigene)
    renamed = {symbol: min(genes) for symbol, genes in previous.items() if len(genes) == 1}
    return renamed | {gene.symbol: gene.ncbigene for gene in approved}


def _genes_of(family: str, members: Mapping[str, list[Relation]], current: Mapping[str, str]) -> list[str]:
    """Return the genes of a family and of the families in it, nearest first."""
    genes: dict[str, None] = {}
    visited = {family}
    queue = deque([family])
    while queue:
        for namespace, member, _ in members.get(queue.popleft(), ()):
            if namespace == "HGNC" and member in current:
                genes.setdefault(current[member])
            elif namespace == "FPLX" and member not in visited:
                visited.add(member)
                queue.append(member)
    return list(genes)


def gene_texts(genes: Iterable[Sequence[str]], families: Iterable[Sequence[str]]) -> set[str]:
    """Return every text of the rows of genes and families."""
    lists = [(symbol, *split_list("|".join(others))) for _, symbol, _, *others in genes]
    lists += [(famplex, *split_list(synonyms)) for famplex, synonyms, _ in families]
    return set(chain.from_iterable(lists))


# -- chemicals (the rest is in chemicals.py) and diseases


def disease_rows(descriptors: Iterable[Descriptor], doid: Ontology) -> list[Row]:
    """Return the disease rows, by CURIE; a DOID term without a MeSH descriptor has a row as well."""
    groups = grouped(filter(_is_disease, descriptors), doid)
    return term_rows({curie: [] for curie in doid.names} | groups, doid)


def split_list(cell: str) -> tuple[str, ...]:
    """Split a cell that is a list.

    >>> split_list("p53|LFS1")
    ('p53', 'LFS1')
    """
    return tuple(part for part in cell.split("|") if part)


def _is_disease(descriptor: Descriptor) -> bool:
    """Check that a record is a disease or a mental disorder."""
    return any(tree.startswith(("C", "F03")) for tree in descriptor.trees)


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the identifiers of each case-folded name."""
    by_name: dict[str, set[str]] = defaultdict(set)
    for identifier, name in pairs:
        by_name[_without_possessive(name.casefold())].add(identifier)
    return by_name


def _without_possessive(name: str) -> str:
    """Return a folded name without 's: MeSH has Crohn Disease, DOID Crohn's disease."""
    return name.replace("'s ", " ")


def folded(texts: Iterable[str]) -> set[str]:
    """Return the case-folded texts."""
    return {text.casefold() for text in texts}


def _choices(records: Iterable[Descriptor], ontology: Ontology) -> Iterator[tuple[Descriptor, str | None]]:
    """Yield each MeSH record with the one term that it is mapped to, or else the one term of its name."""
    records = list(records)
    term_names = _by_name(ontology.names.items())
    labels = _by_name((record.id, name) for record in records for name in _orders(record.label))
    for record in records:
        mapped = {term for term in ontology.of_mesh.get(record.id, ()) if term in ontology.names}
        same = {term for name in _orders(record.label) if len(labels[name]) == 1 for term in term_names.get(name, ())}
        choice = mapped if len(mapped) == 1 else same & mapped or same
        yield record, next(iter(choice)) if len(choice) == 1 else None


def _names(texts: Iterable[str]) -> set[str]:
    return set(map(_without_possessive, folded(texts)))


def _orders(label: str) -> set[str]:
    """Return a label, folded, as it is and in natural order: RNA, Messenger is messenger rna."""
    name = _without_possessive(label.casefold())
    head, comma, tail = name.partition(", ")
    return {name, f"{tail} {head}"} if comma and ", " not in tail else {name}


def grouped(records: Iterable[Descriptor], ontology: Ontology) -> dict[str, list[Descriptor]]:
    """Group MeSH records under the CURIE of the other vocabulary, or under their own.

    The mappings put narrower records on a broader term, too (Aneurysm on vascular disease). Where several records
    claim one term, only those that share a name with it are therefore joined.
    """
    claims: dict[str, list[Descriptor]] = defaultdict(list)
    groups: dict[str, list[Descriptor]] = {}
    for record, term in _choices(records, ontology):
        claims[term or f"mesh:{record.id}"].append(record)
    for term, group in claims.items():
        names = _names([ontology.names.get(term, ""), *ontology.synonyms.get(term, ())])
        for record in group:
            trusted = len(group) == 1 or names & _names([record.label, *record.synonyms])
            groups.setdefault(term if trusted else f"mesh:{record.id}", []).append(record)
    return groups


def _useful(synonyms: Iterable[str], name: str) -> list[str]:
    """Return the synonyms without repetitions, inverted forms and texts of more than 80 characters."""
    texts = {collapse(text) for text in synonyms if "|" not in text}
    natural = folded([*texts, name])
    useful: dict[str, str] = {}
    for text in sorted(texts):
        head, comma, tail = text.partition(", ")
        inverted = comma and ", " not in tail and f"{tail} {head}".casefold() in natural
        key = text.casefold() if len(text) >= SHORT else text
        if 1 < len(text) <= LONGEST_SYNONYM and not inverted and text != name and key != name.casefold():
            useful.setdefault(key, text)
    return sorted(useful.values())


def term_rows(groups: Mapping[str, list[Descriptor]], ontology: Ontology) -> list[Row]:
    """Return the rows of chemicals or diseases; a joined term has the name of its primary vocabulary."""
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


def toml_table(heading: str, fields: Mapping[str, Field]) -> str:
    """Return one table of SOURCES.toml; JSON's strings, numbers and lists are TOML's as well."""
    lines = [f"{key} = {json.dumps(field, ensure_ascii=False)}" for key, field in fields.items()]
    return "\n".join([f"\n[{heading}]", *lines, ""])
