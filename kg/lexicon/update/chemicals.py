"""Rules that make the table of chemicals from MeSH and ChEBI.

One thing is one row. ChEBI has a term for each charge state of a metabolite (citric acid, citrate(3-)). These are one
thing if their names differ only by the charge, or as acid and anion do. MeSH's class of an acid (Pyruvates) is one
thing with the acid if that is a metabolite. Barbiturates are drugs, so they are not joined with barbituric acid.

The rules leave out:

- Proteins, peptides and enzymes (D08 and D12), because a drawn TRAF6 is the gene. Coenzymes, amino acids,
  oligopeptides and cyclic peptides (NAD, glycine, glutathione, ciclosporin) are small molecules and stay. Of those
  that are a protein, too, the ones that ChEBI has do (bradykinin), without the texts of genes.
- Biological factors (D23) in no other branch, because they are roles and antigens, not compounds.
- Supplementary records without a short name: systematic names and those of more than 40 characters do not count.
- Supplementary records that neither ChEBI nor PubChem has, because most of them are mixtures and polymers. Names of
  one word, as drugs have, and names that end as those of metabolites do stay.
- Texts of supplementary records, and of ChEBI alone, that a gene, a family or an earlier row has.
- ChEBI's names that MeSH does not have, but for metabolites; they are 2.3 MB, mostly systematic.

Supplementary records without a ChEBI term are rare in figures. They are a file of their own, which is searched for
words that nothing else has, so that they cost nothing in other builds.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from kg.lexicon.expansions import spelling_key
from kg.lexicon.term_names import forms, squashed
from kg.lexicon.update.compile import Descriptor, Ontology, Row, folded, grouped, split_list, term_rows

SMALL = ("D08.211", "D12.125", "D12.644.456", "D12.644.641")
"""MeSH trees of the small molecules in D08 and D12: coenzymes, amino acids, oligopeptides, cyclic peptides."""

METABOLITES = ("chebi:78675", "chebi:77746", "chebi:75771")
"""ChEBI's roles of a metabolite in pathway figures: fundamental, human and mouse metabolite."""

NATURAL = (*METABOLITES, "chebi:76924", "chebi:75772")
"""Roles of an acid that is one thing with its class: also a metabolite of plants or of yeast."""

LONGEST_DRAWN = 40
"""Characters of a name of a supplementary record, because figures have short ones."""

_METAL_ION = re.compile(r"\(\d+\+\)$")  # ChEBI's names of metal ions: calcium(2+)
_CHARGE = re.compile(r"\(\d*[+-]\)$| (?:zwitterion|anion|ion)$")
_ACID = re.compile(r"(?:(?<=phosph)or|(?<=sulf)ur)?ic acids?$|ates?$")
_CLASS = re.compile(r"ates$|acids$")
_LABORATORY = re.compile(r" (?:cpd|compound)$")  # MeSH's ending of abbreviations
_DRAWN = re.compile(r"(?!.*\d,\d.*\d,\d)(?!.*[()\[\]{};:*|])(?:.*[A-Za-z]{3}|[A-Z]+[- ]?\d{3,}$).*")
_BIOCHEMICAL = re.compile(r"(?:phosphate|ic acid|coenzyme A|CoA|ate|ose)$")
_ONE_WORD = re.compile(r"[A-Za-z]?[a-z]{5,19}")
_ABBREVIATION = re.compile(r"[A-Z\d/+-]{1,5}")


def chemical_rows(
    descriptors: Iterable[Descriptor],
    supplement: Iterable[Descriptor],
    chebi: Ontology,
    small_molecules: Iterable[Sequence[str]],
    known: Collection[str] = (),
    taken: Iterable[str] = (),
) -> list[Row]:
    """Return the chemical rows, by CURIE; hand-kept rows add joins that MeSH's mappings lack, such as Cyclic AMP.

    `known` has the MeSH ids of supplementary records that PubChem or an earlier table has, `taken` texts of genes.
    """
    descriptors = list(descriptors)
    # A MeSH record of a metal is the element and all its ions, so the row of an ion does not join it.
    pairs = [
        (xref.removeprefix("mesh:"), curie)
        for curie, xrefs, name, _ in small_molecules
        for xref in split_list(xrefs)
        if not _METAL_ION.search(name)
    ]
    named = Counter(mesh_id for mesh_id, _ in pairs)
    of_mesh = {mesh_id: {curie} for mesh_id, curie in pairs if named[mesh_id] == 1} | chebi.of_mesh
    # ChEBI's synonyms are left out, and so are its names that MeSH does not have.
    bare = Ontology(chebi.names, {}, of_mesh)
    genes = set(map(spelling_key, taken))
    records = [record for record in descriptors if _is_small_molecule(record)]
    records += _peptides(descriptors, of_mesh, genes)
    keys = {spelling_key(text) for record in records for text in (record.label, *record.synonyms)}
    keys |= genes
    further = _supplementary(descriptors, supplement, bare, {*known, *of_mesh}, keys)
    states = charge_states(chebi)
    groups, classes = _joined(grouped([*records, *further], bare), states, descriptors, chebi)
    groups |= _metabolites(chebi, states, groups, keys)
    others: dict[str, set[str]] = defaultdict(set)
    for curie, primary in (states | classes).items():
        others[primary].add(curie)
    names = bare._replace(synonyms={acid: _state_names(others[acid], chebi.names, keys) for acid in others})
    return [
        (curie, "|".join(sorted({*split_list(xrefs), *others[curie]})), name, synonyms)
        for curie, xrefs, name, synonyms in term_rows(groups, names)
    ]


def split_rare(table: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of the file of chemicals, and those of the file of rare ones, in its order."""
    common: list[Row] = []
    rare: set[Row] = set()
    for curie, xrefs, name, synonyms in table:
        if curie.startswith("mesh:C") and not xrefs:
            rare |= {(squashed(text), curie, name) for text in (name, *split_list(synonyms))}
        else:
            common.append((curie, xrefs, name, synonyms))
    return common, sorted(rare, key="\t".join)


def stem(name: str) -> str | None:
    """Return the part that the names of an acid, its anion and their plurals share; None for another name.

    >>> stem("Pyruvic Acid"), stem("pyruvate"), stem("phosphoric acid"), stem("nitrite")
    ('pyruv', 'pyruv', 'phosph', None)
    """
    name = _CHARGE.sub("", name.casefold())
    return _ACID.sub("", name).removeprefix("rac-") if _ACID.search(name) else None


def _uncharged(name: str) -> str:
    """Return a name in the form in which those of charge states are equal."""
    return stem(name) or _CHARGE.sub("", name.casefold())


def charge_states(chebi: Ontology) -> dict[str, str]:
    """Return the uncharged form of each charged form of a metabolite; forms of two acids are left out."""
    ends: dict[str, set[str]] = {}

    def end(curie: str) -> set[str]:
        if curie not in ends:
            ends[curie] = {curie}  # ends a circle
            alike = [
                acid
                for acid in chebi.acids.get(curie, ())
                if acid in chebi.names and _uncharged(chebi.names[acid]) == _uncharged(chebi.names[curie])
            ]
            ends[curie] = set().union(*map(end, alike)) if alike else {curie}
        return ends[curie]

    states = {curie: min(end(curie)) for curie in sorted(chebi.acids) if curie in chebi.names and len(end(curie)) == 1}
    metabolic = {states.get(curie, curie) for curie in chebi.metabolites}
    return {curie: acid for curie, acid in states.items() if curie != acid and acid in metabolic}


def _is_small_molecule(descriptor: Descriptor) -> bool:
    """Check that a chemical is a compound and no protein; the head of this file has the rules."""
    trees = [tree for tree in descriptor.trees if tree.startswith("D")]
    proteins = any(tree.startswith(("D08", "D12")) and not tree.startswith(SMALL) for tree in trees)
    return not proteins and any(not tree.startswith("D23") for tree in trees)


def _peptides(descriptors: Iterable[Descriptor], of_mesh: Collection[str], genes: Collection[str]) -> list[Descriptor]:
    """Return the oligopeptides among the proteins that ChEBI has, such as bradykinin, without the texts of genes."""
    return [
        record._replace(synonyms=tuple(text for text in record.synonyms if _new(text, genes)))
        for record in descriptors
        if record.id in of_mesh
        and not _is_small_molecule(record)
        and any(tree.startswith(SMALL) for tree in record.trees)
        and _new(record.label, genes)
        and not record.label.endswith("ogen")  # a precursor, such as angiotensinogen, is a protein
    ]


def _supplementary(
    descriptors: Iterable[Descriptor],
    supplement: Iterable[Descriptor],
    chebi: Ontology,
    known: Collection[str],
    keys: set[str],
) -> list[Descriptor]:
    """Return the supplementary records of use, with the texts that `keys` lacks; these are added to it."""
    trees = {record.id: record.trees for record in descriptors}
    names = folded(chebi.names.values())
    records = []
    for record in sorted(supplement, key=lambda record: (record.label.casefold() not in names, record.id)):
        of_headings = [tree for heading in record.headings for tree in trees.get(heading, ())]
        usable = _is_small_molecule(record._replace(trees=(*record.trees, *of_headings)))
        texts = [_LABORATORY.sub("", text) for text in (record.label, *record.synonyms)]
        synonyms = [text for text in texts if usable and is_drawn(text) and _new(text, keys)]
        named = record.id in known or any(map(_is_usual, [record.label, *synonyms]))
        terms = chebi.of_mesh.get(record.id, set()) & chebi.names.keys()
        mapped = usable and bool(terms) and all(_new(chebi.names[curie], keys) for curie in terms)
        if record.label.casefold() in names or (_new(record.label, keys) and (mapped or (synonyms and named))):
            records.append(record._replace(synonyms=tuple(synonyms)))
            keys.update(map(spelling_key, (record.label, *synonyms)))
    return records


def is_drawn(text: str) -> bool:
    """Check that a figure can have a text, which is short and neither systematic nor an abbreviation.

    >>> [is_drawn(text) for text in ("fostamatinib", "BEZ235", "X-123", "1,2-dimethyl(3)ol")]
    [True, True, False, False]
    """
    return 4 < len(text) <= LONGEST_DRAWN and not _ABBREVIATION.fullmatch(text) and bool(_DRAWN.fullmatch(text))


def _is_usual(name: str) -> bool:
    """Check that a name is one word, as that of a drug, or ends as those of metabolites do."""
    return is_drawn(name) and bool(_ONE_WORD.fullmatch(name) or _BIOCHEMICAL.search(name))


def _new(text: str, keys: Collection[str]) -> bool:
    return spelling_key(text) not in keys


def _joined(
    groups: Mapping[str, list[Descriptor]],
    states: Mapping[str, str],
    descriptors: Iterable[Descriptor],
    chebi: Ontology,
) -> tuple[dict[str, list[Descriptor]], dict[str, str]]:
    """Join the groups of charge states, and those of classes with their acids; return ChEBI's classes with them."""
    joined: dict[str, list[Descriptor]] = defaultdict(list)
    for curie, records in groups.items():
        joined[states.get(curie, curie)] += records
    primary_of = {record.id: curie for curie, records in joined.items() for record in records}
    acidic = {*chebi.metabolites, *chebi.natural} & chebi.names.keys()
    metabolic = {stem(chebi.names[curie]) for curie in acidic} - {None}
    of_tree = {tree: record for record in descriptors for tree in record.trees if record.id in primary_of}
    by_id = {record.id: record for record in of_tree.values()}
    classes: dict[str, str] = {}
    for acid in sorted((record for records in groups.values() for record in records), key=lambda record: record.id):
        parents = [of_tree.get(tree.rpartition(".")[0]) for tree in acid.trees] + [by_id.get(i) for i in acid.headings]
        for parent in filter(None, parents):
            own, primary = primary_of[parent.id], primary_of[acid.id]
            of_class = map(stem, (parent.label, *parent.synonyms))
            alike = stem(acid.label) in of_class and not _CLASS.search(acid.label.casefold())
            if alike and own != primary and stem(acid.label) in metabolic and _CLASS.search(parent.label.casefold()):
                for record in joined.pop(own):
                    joined[primary].append(record)
                    primary_of[record.id] = primary
                if own != f"mesh:{parent.id}":
                    classes[own] = primary
    return dict(joined), classes


def _metabolites(
    chebi: Ontology, states: Mapping[str, str], groups: Collection[str], keys: Collection[str]
) -> dict[str, list[Descriptor]]:
    """Return empty groups of ChEBI's metabolites that are in no other group and have a name of their own."""
    curies = {states.get(curie, curie) for curie in chebi.metabolites} - set(groups)
    return {
        curie: []
        for curie in sorted(curies & chebi.names.keys())
        if is_drawn(chebi.names[curie]) and all(_new(form, keys) for form in forms(chebi.names[curie], "chemical"))
    }


def _state_names(states: Iterable[str], names: Mapping[str, str], keys: Collection[str]) -> list[str]:
    """Return the names of charge states that no other row has, without their charge."""
    bare = (_CHARGE.sub("", names[curie]) for curie in sorted(states) if curie in names)
    return [name for name in bare if _new(name, keys)]
