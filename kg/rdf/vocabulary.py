"""Our own RDF vocabulary, of terms that no published vocabulary has; `vocabulary_rdf` writes it as `vocab.ttl`."""

from kg.rdf.vocabulary_pairs import PAIR_TERMS
from kg.rdf.vocabulary_term import Term
from kg.rdf.vocabulary_words import WORD_TERMS

RECORD_TERMS: tuple[Term, ...] = (
    Term("Keyword", "keyword", "A keyword of a figure that nothing has typed or identified yet."),
    Term(
        "annotation",
        "annotation",
        "An ontology term attached to the figure, as type and value.",
        "xsd:string",
        "fabio:Figure",
    ),
    Term(
        "figureCount",
        "figure count",
        "Figures of the dataset that mention the entity with a probability of at least 0.5, or are of the paper, or "
        "draw the word, or draw both ends of the association by different words.",
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
        "identifierStatus",
        "identifier status",
        "Where the identifier comes from: given by a record, learned from other records, lexicon, or none.",
        "skos:Concept",
    ),
    Term(
        "imageFile",
        "image file",
        "Name of the figure's image file at PubMed Central. Addresses of images change, so that none is given.",
        "xsd:string",
        "fabio:Figure",
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
        "lexiconVersion",
        "lexicon version",
        "Digest of the lexicon that grounded bare keywords.",
        "xsd:string",
        "prov:Activity",
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
)
"""Terms of figures, papers, entities and the build."""

TERMS: tuple[Term, ...] = tuple(sorted((*RECORD_TERMS, *WORD_TERMS, *PAIR_TERMS)))
"""All terms, sorted by name: classes first, because they begin with a capital."""
