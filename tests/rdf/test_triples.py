"""RDF: what a build says, and in which terms.

The expected triples are worked by hand from the toy corpus in helpers/corpus.py.
"""

import re
from itertools import groupby
from pathlib import Path

import pytest
from helpers.corpus import record, write_toy
from helpers.readers import oxigraph
from helpers.rich import release_rich
from pyoxigraph import Literal, NamedNode, Triple

from kg.building.release import release
from kg.model.identifiers import namespaces
from kg.rdf.vocabulary import TERMS

NAMES = namespaces()


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
  owl:sameAs doi:10.1234/toy.c
  fabio:hasPublicationYear 2010^^xsd:gYear
  kg:figureCount 1
  cito:cites pmc:PMC1 , pubmed:11111"""

ENTITY = """ncbigene:4193
  a biolink:Gene
  rdfs:label "MDM2"
  biolink:in_taxon obo:NCBITaxon_9606
  skos:exactMatch hgnc.symbol:MDM2
  kg:identifierStatus "given"
  kg:figureCount 3
  kg:paperCount 3
  biolink:occurs_together_in_literature_with ncbigene:207 , ncbigene:208 , ncbigene:7157"""

# Figures b and c count a half each, for their word AKT is two genes; it is a family, so no other flavour counts.
ASSOCIATION = """co:ncbigene:207_ncbigene:4193
  a biolink:GeneToGeneAssociation
  kg:allCount 2
  kg:synonymsCount 0
  kg:strictCount 0
  kg:weight 1.0e0
  biolink:subject ncbigene:207
  biolink:predicate biolink:occurs_together_in_literature_with
  biolink:object ncbigene:4193
  sio:SIO_000628 ncbigene:207 , ncbigene:4193
  biolink:concept_pair_count 2
  kg:paperCount 2
  kg:firstYear 2001^^xsd:gYear
  kg:lastYear 2010^^xsd:gYear
  biolink:expected_count 2.25e0
  kg:jaccard 0.5e0
  kg:npmi -0.169925e0
  kg:log10P 0.0e0
  biolink:adjusted_p_value 1.0e0"""

WORD = """pfocr:PMC1__b.html#word-AKT
  a oa:Annotation
  oa:motivatedBy oa:identifying
  oa:hasTarget pfocr:PMC1__b.html
  oa:hasBody ncbigene:207 , ncbigene:208
  kg:word "AKT"
  kg:normalForm "AKT"
  kg:wordStatus "given"
  kg:lexicon "famplex_relations"
  kg:expansionSize 2"""

# In figure c the word is inferred: how it was spelled and which lexicon matched is not known.
INFERRED = """pfocr:PMC2__c.html#word-AKT
  a oa:Annotation
  oa:motivatedBy oa:identifying
  oa:hasTarget pfocr:PMC2__c.html
  oa:hasBody ncbigene:207 , ncbigene:208
  kg:normalForm "AKT"
  kg:wordStatus "inferred"
  kg:expansionSize 2"""

# The table names it by MeSH alone; the lexicon knows the MeSH record as one of the Disease Ontology's.
DISEASE = """obo:DOID_11476
  a biolink:Disease
  rdfs:label "osteoporosis"
  skos:exactMatch mesh:D010024
  kg:identifierStatus "given"
  kg:figureCount 1
  kg:paperCount 1"""

KEYWORD = """keyword:no%20such%20thing
  a kg:Keyword
  rdfs:label "no such thing"
  kg:identifierStatus "none"
  kg:figureCount 1
  kg:paperCount 1"""

CITED = """pubmed:11111
  a fabio:JournalArticle
  dcterms:identifier "11111"
  kg:figureCount 0"""


@pytest.mark.parametrize("text", [FIGURE, PAPER, ENTITY, DISEASE, ASSOCIATION, WORD, INFERRED, KEYWORD, CITED])
def test_everything_that_is_said_of_one_thing(toy_build: Path, text: str) -> None:
    assert about(toy_build, text.partition("\n")[0]) == said(text)


# With terms and families: the word stands for two genes in every figure, and the family for what it is.
TERM = """word:AKT
  a kg:Word
  rdfs:label "AKT"
  kg:wordStatus "given"
  kg:figureCount 3
  kg:paperCount 2
  kg:expansionSize 2"""

TERM_ASSOCIATION = """co:word:AKT_word:P53
  a kg:TermAssociation
  biolink:subject word:AKT
  biolink:predicate biolink:occurs_together_in_literature_with
  biolink:object word:P53
  sio:SIO_000628 word:AKT , word:P53
  biolink:concept_pair_count 2
  kg:paperCount 1
  kg:firstYear 2001^^xsd:gYear
  kg:lastYear 2001^^xsd:gYear
  biolink:expected_count 1.33333e0
  kg:jaccard 1.0e0
  kg:npmi 1.0e0
  kg:log10P -0.477121e0
  biolink:adjusted_p_value 1.0e0"""

READ_TERM = """pfocr:PMC1__a.html#word-AKT
  a oa:Annotation
  oa:motivatedBy oa:identifying
  oa:hasTarget pfocr:PMC1__a.html
  oa:hasBody fplx:AKT , ncbigene:207 , ncbigene:208
  kg:word "AKT"
  kg:normalForm "AKT"
  kg:drawnWord word:AKT
  kg:wordStatus "given"
  kg:lexicon "famplex" , "famplex_relations"
  kg:expansionSize 2"""

MEMBERS = """fplx:AKT
  a biolink:GeneFamily
  rdfs:label "AKT"
  biolink:in_taxon obo:NCBITaxon_9606
  kg:identifierStatus "lexicon"
  kg:figureCount 3
  kg:paperCount 2
  biolink:has_member ncbigene:207 , ncbigene:208
  biolink:occurs_together_in_literature_with obo:CHEBI_15422 , obo:DOID_11476 , keyword:no%20such%20thing
  biolink:occurs_together_in_literature_with ncbigene:4193 , ncbigene:7157"""


@pytest.mark.parametrize("text", [TERM, TERM_ASSOCIATION, READ_TERM, MEMBERS])
def test_what_is_said_of_words_and_families(full_build: Path, text: str) -> None:
    assert about(full_build, text.partition("\n")[0]) == said(text)


def test_words_as_things_are_written_only_when_asked_for(toy_build: Path) -> None:
    said_of = {triple.predicate for triple in oxigraph(toy_build / "pfocr.ttl")}
    assert named("kg:drawnWord") not in said_of
    kinds = {triple.object for triple in oxigraph(toy_build / "pfocr.ttl") if triple.predicate == named("a")}
    assert kinds.isdisjoint({named("kg:Word"), named("kg:TermAssociation")})


RENAMED = """ncbigene:5071
  a biolink:Gene
  rdfs:label "PRKN"
  skos:altLabel "PARK2"
  biolink:in_taxon obo:NCBITaxon_9606
  skos:exactMatch hgnc.symbol:PRKN
  kg:identifierStatus "lexicon"
  kg:figureCount 1
  kg:paperCount 1"""


def test_an_outdated_symbol_is_another_label(tmp_path: Path) -> None:
    write_toy(tmp_path, {"_figures/PMC1__a.md": record("PMC1__a", keywords=("PARK2",))})
    release([str(tmp_path)], tmp_path / "exports", with_store=False)
    assert about(tmp_path / "exports", "ncbigene:5071") == said(RENAMED)


RICH = """pfocr:PMC1__a.html
  a fabio:Figure , schema:ImageObject
  dcterms:identifier "PMC1__a"
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
  owl:sameAs doi:10.1234/x
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
    "a biolink:subject biolink:predicate biolink:object sio:SIO_000628 biolink:concept_pair_count kg:paperCount "
    "kg:firstYear kg:lastYear biolink:expected_count kg:jaccard kg:npmi kg:log10P biolink:adjusted_p_value"
)

PREDICATES = {
    "fabio:Figure": "a dcterms:identifier dcterms:alternative dcterms:title schema:caption fabio:hasSequenceIdentifier "
    "kg:figureType kg:imageFile schema:url kg:pathwayScore kg:searchRank kg:paperOrganism kg:annotation "
    "schema:about rdfs:seeAlso dcterms:isPartOf cito:citesAsSourceDocument cito:cites schema:mentions",
    "fabio:JournalArticle": "a dcterms:identifier fabio:hasPubMedCentralId dcterms:title "
    "dcterms:bibliographicCitation prism:doi owl:sameAs prism:publicationName fabio:hasNLMJournalTitleAbbreviation "
    "dc:publisher fabio:hasPublicationYear schema:keywords kg:figureCount cito:cites",
    "biolink:Gene": "a rdfs:label skos:altLabel biolink:in_taxon skos:exactMatch kg:identifierStatus kg:figureCount "
    "kg:paperCount biolink:has_member biolink:occurs_together_in_literature_with",
    "oa:Annotation": "a oa:motivatedBy oa:hasTarget oa:hasBody kg:word kg:normalForm kg:drawnWord kg:wordStatus "
    "kg:lexicon kg:expansionSize kg:origin kg:reading kg:probability kg:share kg:candidate",
    "kg:RecordedCandidate": "a rdfs:label kg:means kg:probability",
    "biolink:Association": f"{COUNTED} kg:allCount kg:synonymsCount kg:strictCount kg:weight",
    "kg:Word": "a rdfs:label kg:wordStatus kg:figureCount kg:paperCount kg:expansionSize",
    "kg:TermAssociation": COUNTED,
}
"""What is said of an instance of each class; nothing else is."""

LIKE = {
    "schema:ImageObject": "fabio:Figure",
    **dict.fromkeys(("biolink:GeneFamily", "biolink:ChemicalEntity", "biolink:Disease", "kg:Keyword"), "biolink:Gene"),
    "kg:LexiconCandidate": "kg:RecordedCandidate",
    "biolink:GeneToGeneAssociation": "biolink:Association",
    "biolink:CorrelatedGeneToDiseaseAssociation": "biolink:Association",
}


def test_classes_and_predicates_are_those_of_the_model_and_each_is_used(
    seeds_build: Path, full_build: Path, rich_build: Path
) -> None:
    used: set[tuple[str, NamedNode]] = set()
    classes: set[str] = set()
    by_iri = {named(name): name for name in (*PREDICATES, *LIKE)}
    for folder in (seeds_build, full_build, rich_build):
        for _, group in groupby(oxigraph(folder / "pfocr.ttl"), lambda triple: triple.subject):
            told = list(group)
            kinds = [by_iri[triple.object] for triple in told if triple.predicate == named("a")]  # type: ignore[index]
            classes.update(kinds)
            used |= {(LIKE.get(kinds[0], kinds[0]), triple.predicate) for triple in told}
    assert used == {(kind, named(name)) for kind, text in PREDICATES.items() for name in text.split()}
    assert classes == {*PREDICATES, *LIKE}


def own(folder: Path) -> set[str]:
    start = NAMES["kg"]
    iris = {
        term.value
        for name in ("pfocr.ttl", "dataset.ttl")
        for triple in oxigraph(folder / name)
        for term in (triple.subject, triple.predicate, triple.object)
        if isinstance(term, NamedNode)
    }
    return {iri.removeprefix(start) for iri in iris if iri.startswith(start)}


def test_our_own_terms_are_all_declared_and_all_used(seeds_build: Path, full_build: Path, rich_build: Path) -> None:
    parents = {term.parent.removeprefix("kg:") for term in TERMS}
    assert own(seeds_build) | own(full_build) | own(rich_build) == {term.name for term in TERMS} - parents


def test_genes_have_the_iris_that_wikipathways_has(seeds_build: Path) -> None:
    # wp:bdbEntrezGene has these as its objects, so a federated query joins as it is.
    mentioned = {triple.object for triple in oxigraph(seeds_build / "pfocr.ttl")}
    assert NamedNode("https://identifiers.org/ncbigene/8600") in mentioned
