"""Terms of our own vocabulary about drawn words: how they were read, and their possible meanings."""

from kg.model.records import LIKELY, SURE
from kg.rdf.vocabulary_term import Term

WORD_TERMS: tuple[Term, ...] = (
    Term(
        "Candidate",
        "candidate",
        "A reading that a word in doubt may have in a figure: a gene, or a gene family whose members are all meant. "
        "The probabilities of the candidates of a drawn word add up to 1.",
    ),
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
    Term("Word", "word form", "A drawn word by its normal form, whatever it expands to."),
    Term(
        "candidate",
        "has candidate",
        "A reading that the word may have in its figure. A word without doubt has no candidates: it means its bodies.",
        "kg:Candidate",
        "oa:Annotation",
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
        "flavour",
        "flavour",
        "How the word names what it means: kg:strict, kg:synonyms or kg:all. Of a word, the most usual flavour.",
        "skos:Concept",
    ),
    Term(
        "largestExpansionSize",
        "largest expansion size",
        "The largest expansion size of the annotations of the word. Only words that stand for several things in some "
        "figure, or are in doubt, have it.",
        "xsd:integer",
        "kg:Word",
    ),
    Term("lexicon", "lexicon", "The lexicon that matched the word, as the record names it.", "xsd:string"),
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
    Term("normalForm", "normal form", "The form under which two readings are one word.", "xsd:string"),
    Term(
        "origin",
        "origin",
        "reread, if the word likely means an entity that its record does not list for it. It is left out otherwise.",
        "xsd:string",
        "oa:Annotation",
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
        "share",
        "share",
        "Probability of the most probable reading divided by its number of genes, 0 to 1. A drawn word without it is "
        "not in doubt: its share is 1 divided by its expansion size.",
        "xsd:double",
        "oa:Annotation",
    ),
    Term(
        "unsureCount",
        "unsure count",
        "Figures in which the word is not sure. Only words that stand for several things in some figure, or are in "
        "doubt, have it.",
        "xsd:integer",
        "kg:Word",
    ),
    Term("word", "word", "The drawn word as it was read off the figure.", "xsd:string", "oa:Annotation"),
    Term(
        "wordStatus",
        "word status",
        "Whether records give the word, or it was inferred from the order and families of keywords.",
        "skos:Concept",
    ),
)
"""Classes and properties of drawn words and their readings."""
