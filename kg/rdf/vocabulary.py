"""Our own RDF vocabulary, of terms that no published vocabulary has; `vocabulary_rdf` writes it as `vocab.ttl`."""

from typing import NamedTuple

from kg.model.records import LIKELY, SURE


class Term(NamedTuple):
    """A class (`range` None) or a property of our own."""

    name: str
    label: str
    comment: str
    range: str | None = None  # prefixed name of the datatype, or of one of our classes
    domain: str = ""  # prefixed name of the class it belongs to
    parent: str = ""  # prefixed name of the class that it is a subclass of


TERMS: tuple[Term, ...] = (
    Term(
        "Candidate",
        "candidate",
        "A reading that a word in doubt may have in a figure: a gene, or a gene family whose members are all meant. "
        "The probabilities of the candidates of a drawn word add up to 1.",
    ),
    Term("Keyword", "keyword", "A keyword of a figure that nothing has typed or identified yet."),
    Term(
        "LexiconCandidate",
        "lexicon candidate",
        "A candidate that the record does not list for the word; the lexicon knows it, or a person gave it.",
        parent="kg:Candidate",
    ),
    Term(
        "RecordedCandidate",
        "recorded candidate",
        "A candidate that the record lists for the word, itself or by one of its members.",
        parent="kg:Candidate",
    ),
    Term("TermAssociation", "term association", "Two words that are drawn together.", parent="biolink:Association"),
    Term("TestFamily", "test family", "The pairs of one kind and organism whose p-values are corrected together."),
    Term("Word", "word form", "A drawn word by its normal form, whatever it expands to."),
    Term(
        "annotation",
        "annotation",
        "An ontology term attached to the figure, as type and value.",
        "xsd:string",
        "fabio:Figure",
    ),
    Term(
        "candidate",
        "has candidate",
        "A reading that the word may have in its figure. A word without doubt has no candidates: it means its bodies.",
        "kg:Candidate",
        "oa:Annotation",
    ),
    Term(
        "drawnWith",
        "drawn with",
        "Figures draw the two by different words, at least as many figures as the dataset's threshold. It is "
        "symmetric, and claims nothing about significance.",
        "owl:Thing",
    ),
    Term("drawnWord", "drawn word", "The word that was read.", "kg:Word", "oa:Annotation"),
    Term(
        "entityCount",
        "entity count",
        "How many entities the word means in some figure with a probability of at least 0.5, families aside.",
        "xsd:integer",
        "kg:Word",
    ),
    Term(
        "expansionSize",
        "expansion size",
        "How many entities the record lists for the drawn word, families aside. Of a word, the most usual number, "
        "which holds for each annotation that does not state its own.",
        "xsd:integer",
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
        "firstYear",
        "first year",
        "Publication year of the first figure that draws both by different words.",
        "xsd:gYear",
        "biolink:Association",
    ),
    Term(
        "flavour",
        "flavour",
        "How the word names what it means: kg:strict, kg:synonyms or kg:all. Of a word, the most usual flavour.",
        "skos:Concept",
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
        "inflatedAssociation",
        "inflated association",
        "One of the 100 pairs of greatest naive count among those whose naive count is at least twice the figures that "
        "draw the two by different words. It follows from the counts, and spares queries reading them all.",
        "biolink:Association",
        "void:Dataset",
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
        "jaccard",
        "Jaccard index",
        "Shared over all figures of the two, 0 to 1.",
        "xsd:double",
        "biolink:Association",
    ),
    Term(
        "largestExpansionSize",
        "largest expansion size",
        "The largest expansion size of the annotations of the word. Only words that stand for several things in some "
        "figure, or are in doubt, have it.",
        "xsd:integer",
        "kg:Word",
    ),
    Term(
        "lastYear",
        "last year",
        "Publication year of the last figure that draws both by different words.",
        "xsd:gYear",
        "biolink:Association",
    ),
    Term("lexicon", "lexicon", "The lexicon that matched the word, as the record names it.", "xsd:string"),
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
        "meanProbability",
        "mean probability",
        "The mean probability of the most probable reading, over the figures in which the word is not sure.",
        "xsd:double",
        "kg:Word",
    ),
    Term(
        "means",
        "means",
        "The gene or family that the word means if it has this reading; the record's expansion is named by the word.",
        domain="kg:Candidate",
        range="owl:Thing",
    ),
    Term(
        "minFigures",
        "min figures",
        "The least number of figures of the pairs in this dataset.",
        "xsd:integer",
        "prov:Activity",
    ),
    Term("normalForm", "normal form", "The form under which two readings are one word.", "xsd:string"),
    Term(
        "npmi",
        "normalised pointwise mutual information",
        "-1 to 1; 0 is independence.",
        "xsd:double",
        "biolink:Association",
    ),
    Term(
        "origin",
        "origin",
        "reread, if the word likely means an entity that its record does not list for it. It is left out otherwise.",
        "xsd:string",
        "oa:Annotation",
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
        "probability",
        "probability",
        "That a word has this reading in its figure, or its most probable reading, 0 to 1. A drawn word without it is "
        "not in doubt: its probability is 1.",
        "xsd:double",
    ),
    Term(
        "reading",
        "reading",
        f"How certain the most probable reading of the drawn word is: sure from a probability of {SURE} on, likely "
        f"from {LIKELY} on, doubtful below, and then it is no body. A drawn word without it is not in doubt, but sure.",
        "skos:Concept",
        "oa:Annotation",
    ),
    Term(
        "searchRank",
        "search rank",
        "Place in the PubMed Central search that found the figure.",
        "xsd:integer",
        "fabio:Figure",
    ),
    Term(
        "share",
        "share",
        "Probability of the most probable reading divided by its number of genes, 0 to 1. A drawn word without it is "
        "not in doubt: its share is 1 divided by its expansion size.",
        "xsd:double",
        "oa:Annotation",
    ),
    Term(
        "specificAssociation",
        "specific association",
        "One of the 100 pairs of greatest NPMI among those of at least so many figures, for some number of figures. It "
        "follows from the statistics, and spares queries reading them all.",
        "biolink:Association",
        "void:Dataset",
    ),
    Term(
        "strictCount",
        "strict count",
        "Figures that draw both by different words, each the official symbol.",
        "xsd:integer",
        "biolink:Association",
    ),
    Term(
        "strongestAssociation",
        "strongest association",
        "One of the at most 100 best pairs of the entity: by weight, then figures, then the identifier of the partner. "
        "It follows from the pairs, and spares queries reading them all.",
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
        "unsureCount",
        "unsure count",
        "Figures in which the word is not sure. Only words that stand for several things in some figure, or are in "
        "doubt, have it.",
        "xsd:integer",
        "kg:Word",
    ),
    Term(
        "weight",
        "weight",
        "Sum over figures of the greatest product of shares over pairs of different words; a reading that stands for "
        "n genes gives each its probability divided by n.",
        "xsd:double",
        "biolink:Association",
    ),
    Term("word", "word", "The drawn word as it was read off the figure.", "xsd:string", "oa:Annotation"),
    Term(
        "wordStatus",
        "word status",
        "Whether records give the word, or it was inferred from the order and families of keywords.",
        "skos:Concept",
    ),
)
"""Sorted: classes first, then properties by name."""
