"""RDF: what a build says, and in which terms.

The expected triples are worked by hand from the toy corpus in helpers/corpus.py.
"""

import re
from itertools import groupby
from pathlib import Path

import pytest
from helpers.corpus import TOY, genes, record, write_toy
from helpers.dumps import write_dump
from helpers.readers import oxigraph
from helpers.rich import release_rich
from pyoxigraph import Literal, NamedNode, Triple

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.model.identifiers import namespaces
from kg.rdf.dump import LAYERS
from kg.rdf.vocabulary import TERMS
from kg.rdf.vocabulary_rdf import SCHEMES

NAMES = namespaces() | {"dataset": "https://w3id.org/pfocr-kg/dataset#"}


@pytest.fixture(scope="module")
def wide_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the toy corpus in the full form, with a licence, and each pair published that is above chance.

    Figure e draws AKT1 and AKT2 by two words, where three figures have them by one. In figure f AKT is one gene.
    """
    symbols = genes(("AKT1", "AKT1", "AKT1", "207", "hgnc_symbol"), ("AKT2", "AKT2", "AKT2", "208", "hgnc_symbol"))
    alone = genes(("AKT", "AKT", "AKT1", "207", "ncbigene_synonym"), ("p53", "P53", "TP53", "7157", "ncbigene_synonym"))
    further = {
        "_figures/PMC4__e.md": record("PMC4__e"), "_data/PMC4__e-genes.tsv": symbols,
        "_figures/PMC5__f.md": record("PMC5__f"), "_data/PMC5__f-genes.tsv": alone,
    }  # fmt: skip
    folder = write_toy(tmp_path_factory.mktemp("wide"), TOY | further)
    licences = folder / "licences.csv"
    licences.write_text("PMCID,License\nPMC1,CC BY\n")
    parameters = BuildParameters(min_figures=1, publish_papers=1, publish_q=1, rdf="full", licences=str(licences))
    release([str(folder)], folder / "exports", parameters, layers=LAYERS)
    return folder / "exports"


@pytest.fixture(scope="module")
def rich_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_rich(tmp_path_factory.mktemp("rich"))


def shown(text: str) -> NamedNode | Literal:
    """Read a term as these tests write it: `"text"`, a number, `2001^^xsd:gYear`, or a prefixed name."""
    if text.startswith('"'):
        return Literal(text[1:-1])
    if re.fullmatch(r"-?\d+", text):
        return Literal(int(text))
    if re.fullmatch(r"-?[\d.]+e0", text):
        return Literal(text, datatype=NamedNode(f"{NAMES['xsd']}double"))
    value, typed, datatype = text.partition("^^")
    if typed:
        return Literal(value, datatype=named(datatype))
    return named(text)


def named(text: str) -> NamedNode:
    prefix, _, local = text.partition(":")
    return NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type" if text == "a" else NAMES[prefix] + local)


def said(text: str) -> list[Triple]:
    """Read `subject` and then lines of `predicate object, object`."""
    first, *lines = text.strip().splitlines()
    found = []
    for line in lines:
        predicate, _, objects = line.strip().partition(" ")
        found += [Triple(named(first), named(predicate), shown(each)) for each in objects.split(" , ")]
    return found


def about(folder: Path, subject: str) -> list[Triple]:
    return [triple for triple in oxigraph(folder / "pfocr.ttl") if triple.subject == named(subject)]


# -- hand-worked

FIGURE = """pfocr:PMC1__b.html
  a fabio:Figure , schema:ImageObject
  dcterms:identifier "PMC1__b"
  rdfs:label "Title of PMC1__b"
  dcterms:title "Title of PMC1__b"
  schema:about obo:NCBITaxon_9606
  dcterms:isPartOf pmc:PMC1
  cito:citesAsSourceDocument pmc:PMC1
  cito:cites pmc:PMC1
  schema:mentions obo:DOID_11476 , ncbigene:207 , ncbigene:208 , ncbigene:4193 , ncbigene:7157"""

PAPER = """pmc:PMC2
  a fabio:JournalArticle
  dcterms:identifier "PMC2"
  fabio:hasPubMedCentralId "PMC2"
  prism:doi "10.1234/toy.c"
  schema:sameAs doi:10.1234/toy.c
  fabio:hasPublicationYear 2010^^xsd:gYear
  kg:figureCount 1
  cito:cites pmc:PMC1 , pubmed:11111"""

ENTITY = """ncbigene:4193
  a biolink:Gene
  rdfs:label "MDM2"
  biolink:in_taxon obo:NCBITaxon_9606
  skos:exactMatch hgnc.symbol:MDM2
  kg:identifierStatus kg:identifierGiven
  kg:figureCount 3
  kg:paperCount 3
  kg:drawnWith ncbigene:207 , ncbigene:208 , ncbigene:7157
  kg:strongestAssociation co:ncbigene:207_ncbigene:4193 , co:ncbigene:208_ncbigene:4193
  kg:strongestAssociation co:ncbigene:4193_ncbigene:7157"""

# Figures b and c count a half each, because their word AKT is two genes. Drawn together less often than chance has it,
# the two are no published pair.
ASSOCIATION = """co:ncbigene:207_ncbigene:4193
  a biolink:GeneToGeneAssociation
  biolink:concept_pair_count 2
  kg:weight 1.0e0
  rdfs:label "AKT1 with MDM2"
  void:inDataset dataset:rdf
  biolink:subject ncbigene:207
  biolink:object ncbigene:4193
  kg:figureCount 2
  kg:paperCount 2
  kg:npmi -0.169925e0
  biolink:adjusted_p_value 1.0e0"""

# The five pairs are the 100 most specific ones; none has a naive count of twice its figures.
OUTSTANDING = """dataset:rdf
  kg:specificAssociation co:ncbigene:207_ncbigene:4193 , co:ncbigene:207_ncbigene:7157
  kg:specificAssociation co:ncbigene:208_ncbigene:4193 , co:ncbigene:208_ncbigene:7157
  kg:specificAssociation co:ncbigene:4193_ncbigene:7157"""

# AKT is inferred in figure c, where neither spelling nor lexicon is known: the word has neither, and figure b its own.
WORD = """pfocr:PMC1__b.html#word-AKT
  a oa:Annotation
  oa:hasTarget pfocr:PMC1__b.html
  oa:hasBody ncbigene:207 , ncbigene:208
  kg:word "AKT"
  kg:drawnWord word:AKT
  kg:lexicon "famplex_relations"
"""

INFERRED = """pfocr:PMC2__c.html#word-AKT
  a oa:Annotation
  oa:hasTarget pfocr:PMC2__c.html
  oa:hasBody ncbigene:207 , ncbigene:208
  kg:drawnWord word:AKT
  kg:wordStatus kg:inferred"""

# As the word usually is: four triples and one for the body.
USUAL = """pfocr:PMC1__b.html#word-P53
  a oa:Annotation
  oa:hasTarget pfocr:PMC1__b.html
  oa:hasBody ncbigene:7157
  kg:drawnWord word:P53"""

# AKT1 and AKT2 in figures a, b and c, given in two of three.
SEVERAL = """word:AKT
  a kg:Word
  rdfs:label "AKT"
  kg:normalForm "AKT"
  kg:wordStatus kg:given
  kg:expansionSize 2
  kg:flavour kg:all
  kg:figureCount 3
  kg:paperCount 2
  kg:entityCount 2
  kg:largestExpansionSize 2
  kg:unsureCount 0"""

SPELLED = """word:P53
  a kg:Word , oa:TextQuoteSelector
  rdfs:label "P53"
  kg:normalForm "P53"
  oa:exact "p53"
  kg:wordStatus kg:given
  kg:expansionSize 1
  kg:lexicon "ncbigene_synonym"
  kg:flavour kg:synonyms
  kg:figureCount 2
  kg:paperCount 1
  kg:entityCount 1"""

# The table names it by MeSH alone; the lexicon knows the MeSH record as one of the Disease Ontology's.
DISEASE = """obo:DOID_11476
  a biolink:Disease
  rdfs:label "osteoporosis"
  skos:exactMatch mesh:D010024
  kg:identifierStatus kg:identifierGiven
  kg:figureCount 1
  kg:paperCount 1"""

KEYWORD = """keyword:no%20such%20thing
  a kg:Keyword
  rdfs:label "no such thing"
  kg:identifierStatus kg:identifierNone
  kg:figureCount 1
  kg:paperCount 1"""

CITED = """pubmed:11111
  a fabio:JournalArticle
  dcterms:identifier "11111"
  kg:figureCount 0"""


THINGS = [FIGURE, PAPER, ENTITY, DISEASE, ASSOCIATION, OUTSTANDING, WORD, INFERRED, USUAL, SEVERAL, SPELLED, KEYWORD,
          CITED]  # fmt: skip


@pytest.mark.parametrize("text", THINGS, ids=lambda text: text.partition("\n")[0])
def test_everything_that_is_said_of_one_thing(toy_build: Path, text: str) -> None:
    assert about(toy_build, text.partition("\n")[0]) == said(text)


# With terms and families: the word stands for two genes in every figure, and the family for what it is. The lexicon of
# families has the family, so that each annotation of the word has some lexicon.
TERM = """word:AKT
  a kg:Word
  rdfs:label "AKT"
  kg:normalForm "AKT"
  kg:wordStatus kg:given
  kg:expansionSize 2
  kg:lexicon "famplex" , "famplex_relations"
  kg:flavour kg:all
  kg:figureCount 3
  kg:paperCount 2
  kg:entityCount 2
  kg:largestExpansionSize 2
  kg:unsureCount 0"""

TERM_ASSOCIATION = """co:word:AKT_word:P53
  a kg:TermAssociation
  rdfs:label "AKT with P53"
  void:inDataset dataset:rdf
  biolink:subject word:AKT
  biolink:object word:P53
  kg:figureCount 2
  kg:paperCount 1
  kg:npmi 1.0e0
  biolink:adjusted_p_value 1.0e0"""

READ_TERM = """pfocr:PMC1__a.html#word-AKT
  a oa:Annotation
  oa:hasTarget pfocr:PMC1__a.html
  oa:hasBody fplx:AKT , ncbigene:207 , ncbigene:208
  kg:word "AKT"
  kg:drawnWord word:AKT"""

INFERRED_TERM = """pfocr:PMC2__c.html#word-AKT
  a oa:Annotation
  oa:hasTarget pfocr:PMC2__c.html
  oa:hasBody fplx:AKT , ncbigene:207 , ncbigene:208
  kg:drawnWord word:AKT
  kg:wordStatus kg:inferred
  kg:lexicon "famplex"
"""

MEMBERS = """fplx:AKT
  a biolink:GeneFamily
  rdfs:label "AKT"
  biolink:in_taxon obo:NCBITaxon_9606
  kg:identifierStatus kg:identifierLexicon
  kg:figureCount 3
  kg:paperCount 2
  biolink:has_member ncbigene:207 , ncbigene:208
  kg:drawnWith obo:CHEBI_15422 , obo:DOID_11476 , keyword:no%20such%20thing , ncbigene:4193 , ncbigene:7157
  kg:strongestAssociation co:chebi:15422_fplx:AKT , co:doid:11476_fplx:AKT , co:fplx:AKT_keyword:no%20such%20thing
  kg:strongestAssociation co:fplx:AKT_ncbigene:4193 , co:fplx:AKT_ncbigene:7157"""


@pytest.mark.parametrize("text", [TERM, TERM_ASSOCIATION, READ_TERM, INFERRED_TERM, MEMBERS])
def test_what_is_said_of_words_and_families(full_build: Path, text: str) -> None:
    assert about(full_build, text.partition("\n")[0]) == said(text)


def test_pairs_of_words_are_written_only_when_asked_for_and_words_always(toy_build: Path) -> None:
    kinds = {triple.object for triple in oxigraph(toy_build / "pfocr.ttl") if triple.predicate == named("a")}
    assert named("kg:Word") in kinds
    assert named("kg:TermAssociation") not in kinds


RENAMED = """ncbigene:5071
  a biolink:Gene
  rdfs:label "PRKN"
  skos:altLabel "PARK2"
  biolink:in_taxon obo:NCBITaxon_9606
  skos:exactMatch hgnc.symbol:PRKN
  kg:identifierStatus kg:identifierLexicon
  kg:figureCount 1
  kg:paperCount 1"""


def test_an_outdated_symbol_is_another_label(tmp_path: Path) -> None:
    write_toy(tmp_path, {"_figures/PMC1__a.md": record("PMC1__a", keywords=("PARK2",))})
    release([str(tmp_path)], tmp_path / "exports", with_store=False)
    assert about(tmp_path / "exports", "ncbigene:5071") == said(RENAMED)


RICH = """pfocr:PMC1__a.html
  a fabio:Figure , schema:ImageObject
  dcterms:identifier "PMC1__a"
  rdfs:label "Title of PMC1__a"
  dcterms:alternative "PMC1__F1"
  dcterms:title "Title of PMC1__a"
  schema:caption "A caption."
  fabio:hasSequenceIdentifier "F1"
  kg:figureType "Figure"
  kg:imageFile "b c.jpg"
  schema:url page:
  kg:pathwayScore 0.5e0
  kg:searchRank 7
  kg:paperOrganism "Homo sapiens"
  kg:annotation "Pathway Ontology: signaling pathway"
  schema:about obo:NCBITaxon_9606
  rdfs:seeAlso ndex:0123abcd-0000-1111-2222-333344445555 , wikipathways:WP123"""


RICH_PAPER = """pmc:PMC1
  a fabio:JournalArticle
  dcterms:identifier "PMC1"
  fabio:hasPubMedCentralId "PMC1"
  dcterms:title "A paper."
  dcterms:bibliographicCitation "A, B. C. 2020."
  prism:doi "10.1234/x"
  schema:sameAs doi:10.1234/x
  prism:publicationName "Journal"
  fabio:hasNLMJournalTitleAbbreviation "J"
  dc:publisher "P"
  fabio:hasPublicationYear 2020^^xsd:gYear
  schema:keywords "bone" , "osteoclast"
  kg:figureCount 1
  cito:cites pmc:PMC2"""


def test_every_field_of_a_paper(rich_build: Path) -> None:
    assert about(rich_build, "pmc:PMC1") == said(RICH_PAPER)


def test_every_field_of_a_figure(rich_build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NAMES, "page", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1/figure/F1/")
    expected = said(RICH)
    assert about(rich_build, "pfocr:PMC1__a.html")[: len(expected)] == expected


# -- terms

COUNTED = (
    "a rdfs:label void:inDataset biolink:subject biolink:object kg:figureCount kg:paperCount kg:npmi "
    "biolink:adjusted_p_value"
)
IN_FULL = (
    "biolink:predicate sio:SIO_000628 kg:firstYear kg:lastYear biolink:expected_count kg:jaccard kg:log10P "
    "biolink:knowledge_level biolink:agent_type"
)

PREDICATES = {
    "fabio:Figure": "a dcterms:identifier rdfs:label dcterms:alternative dcterms:title schema:caption "
    "fabio:hasSequenceIdentifier kg:figureType kg:imageFile schema:url kg:pathwayScore kg:searchRank kg:paperOrganism "
    "kg:annotation schema:about rdfs:seeAlso dcterms:license dcterms:isPartOf cito:citesAsSourceDocument cito:cites "
    "schema:mentions",
    "fabio:JournalArticle": "a dcterms:identifier fabio:hasPubMedCentralId dcterms:title "
    "dcterms:bibliographicCitation prism:doi schema:sameAs prism:publicationName fabio:hasNLMJournalTitleAbbreviation "
    "dc:publisher fabio:hasPublicationYear schema:keywords kg:figureCount cito:cites",
    "biolink:Gene": "a rdfs:label skos:altLabel biolink:in_taxon skos:exactMatch kg:identifierStatus kg:figureCount "
    "kg:paperCount biolink:has_member kg:drawnWith biolink:occurs_together_in_literature_with kg:strongestAssociation",
    "oa:Annotation": "a oa:hasTarget oa:hasBody kg:word kg:drawnWord kg:wordStatus kg:lexicon kg:expansionSize "
    "kg:flavour kg:origin kg:reading kg:probability kg:candidate",
    "kg:RecordedCandidate": "a rdfs:label kg:means kg:probability",
    "biolink:Association": f"{COUNTED} biolink:concept_pair_count kg:weight",
    "kg:Word": "a rdfs:label kg:normalForm oa:exact kg:wordStatus kg:expansionSize kg:lexicon kg:flavour "
    "kg:figureCount kg:paperCount kg:entityCount kg:largestExpansionSize kg:unsureCount kg:meanProbability",
    "kg:TermAssociation": COUNTED,
    "void:Dataset": "kg:specificAssociation kg:inflatedAssociation",
}
"""What is said of an instance of each class; nothing else is."""

LIKE = {
    "schema:ImageObject": "fabio:Figure",
    **dict.fromkeys(("biolink:GeneFamily", "biolink:ChemicalEntity", "biolink:Disease", "kg:Keyword"), "biolink:Gene"),
    "kg:LexiconCandidate": "kg:RecordedCandidate",
    "oa:TextQuoteSelector": "kg:Word",
    "biolink:GeneToGeneAssociation": "biolink:Association",
    "biolink:CorrelatedGeneToDiseaseAssociation": "biolink:Association",
}


FURTHER = {
    "oa:Annotation": "oa:motivatedBy kg:normalForm kg:share",
    "biolink:Association": f"{IN_FULL} kg:synonymsCount kg:strictCount",
    "kg:TermAssociation": IN_FULL,
}
"""What the full form adds."""


def pairs(predicates: dict[str, str]) -> set[tuple[str, NamedNode]]:
    return {(kind, named(name)) for kind, text in predicates.items() for name in text.split()}


def used(*dumps: Path) -> tuple[set[tuple[str, NamedNode]], set[str]]:
    """Return the predicates used of each kind of thing, and the classes."""
    found: set[tuple[str, NamedNode]] = set()
    classes: set[str] = set()
    by_iri = {named(name): name for name in (*PREDICATES, *LIKE)}
    for dump in dumps:
        for subject, group in groupby(oxigraph(dump), lambda triple: triple.subject):
            told = list(group)
            kinds = [by_iri[triple.object] for triple in told if triple.predicate == named("a")]  # type: ignore[index]
            classes.update(kinds)
            kind = "void:Dataset" if subject == named("dataset:rdf") else LIKE.get(kinds[0], kinds[0])
            found |= {(kind, triple.predicate) for triple in told}
    return found, classes | {"void:Dataset"}


def test_classes_and_predicates_are_those_of_the_model_and_each_is_used(
    seeds_build: Path, full_build: Path, rich_build: Path, wide_build: Path, tmp_path: Path
) -> None:
    builds = (seeds_build, full_build, rich_build)
    lean, classes = used(
        *(build / "pfocr.ttl" for build in builds), write_dump(wide_build, tmp_path / "lean.ttl", "lean")
    )
    assert lean == pairs(PREDICATES)
    assert classes == {*PREDICATES, *LIKE}
    whole, _ = used(*in_full((*builds, wide_build), tmp_path))
    assert whole == pairs(PREDICATES) | pairs(FURTHER)


def in_full(builds: tuple[Path, ...], folder: Path) -> list[Path]:
    return [write_dump(build, folder / f"{number}.ttl", "full") for number, build in enumerate(builds)]


def own(*dumps: Path) -> set[str]:
    start = NAMES["kg"]
    iris = {
        term.value
        for dump in dumps
        for triple in oxigraph(dump)
        for term in (triple.subject, triple.predicate, triple.object)
        if isinstance(term, NamedNode)
    }
    return {iri.removeprefix(start) for iri in iris if iri.startswith(start)}


def test_our_own_terms_are_all_declared_and_all_used(
    seeds_build: Path, full_build: Path, rich_build: Path, wide_build: Path, tmp_path: Path
) -> None:
    parents = {term.parent.removeprefix("kg:") for term in TERMS}
    concepts = {concept for scheme in SCHEMES.values() for concept in scheme}
    builds = (seeds_build, full_build, rich_build, wide_build)
    found = own(*in_full(builds, tmp_path), *(build / "dataset.ttl" for build in builds))
    assert found - concepts == {term.name for term in TERMS} - parents
    assert concepts - found == {"identifierLearned", "unknown", "doubtful"}, "concepts that no such build has"


def test_genes_have_the_iris_that_wikipathways_has(seeds_build: Path) -> None:
    # wp:bdbEntrezGene has these as its objects, so a federated query joins as it is.
    mentioned = {triple.object for triple in oxigraph(seeds_build / "pfocr.ttl")}
    assert NamedNode("https://identifiers.org/ncbigene/8600") in mentioned
