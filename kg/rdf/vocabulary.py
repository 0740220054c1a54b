"""Our own RDF vocabulary, of terms that no published vocabulary has. A build writes it as `vocab.ttl`."""

from typing import NamedTuple

from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef

from kg.model.identifiers import DEFAULT_BASE, NAMESPACES


class Term(NamedTuple):
    """A class (`range` None) or a property of our own."""

    name: str
    label: str
    comment: str
    range: str | None = None  # prefixed name of the datatype, or of one of our classes
    domain: str = ""  # prefixed name of the class it belongs to


TERMS: tuple[Term, ...] = (
    Term("Keyword", "keyword", "A keyword of a figure that nothing has typed or identified yet."),
    Term("TermAssociation", "term association", "Two words that are drawn together, each counted as one thing."),
    Term("TestFamily", "test family", "The pairs of one kind and organism whose p-values are corrected together."),
    Term("Word", "word form", "A drawn word by its normal form, whatever it expands to."),
    Term(
        "allCount",
        "all count",
        "Figures that mention both, from whatever words: the naive count.",
        "xsd:integer",
        "biolink:Association",
    ),
    Term(
        "annotation",
        "annotation",
        "An ontology term attached to the figure, as type and value.",
        "xsd:string",
        "fabio:Figure",
    ),
    Term("drawnWord", "drawn word", "The word that was read.", "kg:Word", "oa:Annotation"),
    Term("expansionSize", "expansion size", "How many entities the word expands to, families aside.", "xsd:integer"),
    Term(
        "figureCount",
        "figure count",
        "Figures of the dataset that mention the entity, or are part of the paper.",
        "xsd:integer",
    ),
    Term(
        "figureType",
        "figure type",
        "Kind of figure as its paper numbers it: Figure, Scheme, Graphical abstract.",
        "xsd:string",
        "fabio:Figure",
    ),
    Term(
        "firstYear",
        "first year",
        "Publication year of the first figure that draws both by different words.",
        "xsd:gYear",
        "biolink:Association",
    ),
    Term(
        "identifierStatus",
        "identifier status",
        "Where the identifier comes from: given by a record, learned from other records, lexicon, or none.",
        "xsd:string",
    ),
    Term(
        "inputDigest",
        "input digest",
        "SHA-256 over the names and contents of the files read.",
        "xsd:string",
        "prov:Activity",
    ),
    Term("inputFiles", "input files", "How many files were read.", "xsd:integer", "prov:Activity"),
    Term(
        "jaccard", "Jaccard index", "Shared over all figures of the two, 0 to 1.", "xsd:double", "biolink:Association"
    ),
    Term(
        "lastYear",
        "last year",
        "Publication year of the last figure that draws both by different words.",
        "xsd:gYear",
        "biolink:Association",
    ),
    Term(
        "lexicon",
        "lexicon",
        "The lexicon that matched the word, as the record names it.",
        "xsd:string",
        "oa:Annotation",
    ),
    Term(
        "lexiconVersion",
        "lexicon version",
        "Digest of the lexicon that grounded bare keywords.",
        "xsd:string",
        "prov:Activity",
    ),
    Term(
        "log10P",
        "log10 p",
        "Decimal logarithm of the one-sided hypergeometric p-value; p itself underflows.",
        "xsd:double",
        "biolink:Association",
    ),
    Term(
        "mappingDigest",
        "mapping digest",
        "SHA-256 of a mapping file that said which identifiers mean the same.",
        "xsd:string",
        "prov:Activity",
    ),
    Term(
        "maxEntities",
        "max entities",
        "Figures with more entities were left out of co-occurrence.",
        "xsd:integer",
        "prov:Activity",
    ),
    Term(
        "minFigures",
        "min figures",
        "The least number of figures of the pairs in this dataset.",
        "xsd:integer",
        "prov:Activity",
    ),
    Term("normalForm", "normal form", "The form under which two readings are one word.", "xsd:string", "oa:Annotation"),
    Term(
        "npmi",
        "normalised pointwise mutual information",
        "-1 to 1; 0 is independence.",
        "xsd:double",
        "biolink:Association",
    ),
    Term("paperCount", "paper count", "Distinct papers behind a figure count.", "xsd:integer"),
    Term(
        "paperOrganism",
        "paper organism",
        "An organism attached to the whole paper, by name.",
        "xsd:string",
        "fabio:Figure",
    ),
    Term(
        "pathwayScore",
        "pathway score",
        "Probability that the figure shows a pathway, by its classifier, 0 to 1.",
        "xsd:double",
        "fabio:Figure",
    ),
    Term(
        "searchRank",
        "search rank",
        "Place in the PubMed Central search that found the figure.",
        "xsd:integer",
        "fabio:Figure",
    ),
    Term(
        "strictCount",
        "strict count",
        "Figures that draw both by different words, each the official symbol.",
        "xsd:integer",
        "biolink:Association",
    ),
    Term(
        "synonymsCount",
        "synonyms count",
        "Figures that draw both by different words, each an official symbol or a synonym.",
        "xsd:integer",
        "biolink:Association",
    ),
    Term("tests", "tests", "How many pairs were tested in the family.", "xsd:integer", "kg:TestFamily"),
    Term(
        "weight",
        "weight",
        "Sum over figures of the greatest product of shares over pairs of different words; a word that expands to n "
        "genes gives each a share of 1/n.",
        "xsd:double",
        "biolink:Association",
    ),
    Term("word", "word", "The drawn word as it was read off the figure.", "xsd:string", "oa:Annotation"),
    Term(
        "wordStatus",
        "word status",
        "Whether records give the word, or it was inferred from the order and families of keywords.",
        "xsd:string",
    ),
)
"""Sorted: classes first, then properties by name."""


def _kind(term: Term) -> URIRef:
    if term.range is None:
        return RDFS.Class
    return OWL.DatatypeProperty if term.range.startswith("xsd:") else OWL.ObjectProperty


def to_rdf(base: str = DEFAULT_BASE) -> Graph:
    """Return the vocabulary as an rdflib graph."""
    graph = Graph(bind_namespaces="none")
    kg = Namespace(f"{base}vocab#")
    for prefix, iri in {"kg": str(kg), "owl": str(OWL), "rdfs": str(RDFS), "xsd": str(XSD)}.items():
        graph.bind(prefix, iri)
    ontology = URIRef(f"{base}vocab")
    graph.add((ontology, RDF.type, OWL.Ontology))
    graph.add((ontology, RDFS.label, Literal("Terms of the PFOCR knowledge graph")))
    for term in TERMS:
        node = kg[term.name]
        graph.add((node, RDF.type, _kind(term)))
        graph.add((node, RDFS.label, Literal(term.label)))
        graph.add((node, RDFS.comment, Literal(term.comment)))
        graph.add((node, RDFS.isDefinedBy, ontology))
        for predicate, name in ((RDFS.range, term.range), (RDFS.domain, term.domain)):
            if name:
                prefix, _, local = name.partition(":")
                graph.add((node, predicate, URIRef((NAMESPACES | {"kg": str(kg)})[prefix] + local)))
    return graph
