"""Terms of our own vocabulary about pairs: how often two things are drawn together, and how surprising that is."""

from kg.rdf.vocabulary_term import Term

PAIR_TERMS: tuple[Term, ...] = (
    Term("TermAssociation", "term association", "Two words that are drawn together.", parent="biolink:Association"),
    Term("TestFamily", "test family", "The pairs of one kind and organism whose p-values are corrected together."),
    Term(
        "drawnWith",
        "drawn with",
        "Figures draw the two by different words, at least as many figures as the dataset's threshold. It is "
        "symmetric, and claims nothing about significance.",
        "owl:Thing",
    ),
    Term(
        "firstYear",
        "first year",
        "Publication year of the first figure that draws both by different words.",
        "xsd:gYear",
        "biolink:Association",
    ),
    Term(
        "lastYear",
        "last year",
        "Publication year of the last figure that draws both by different words.",
        "xsd:gYear",
        "biolink:Association",
    ),
    Term(
        "jaccard",
        "Jaccard index",
        "Shared over all figures of the two, 0 to 1.",
        "xsd:double",
        "biolink:Association",
    ),
    Term(
        "log10P",
        "log10 p",
        "Decimal logarithm of the one-sided hypergeometric p-value; p itself underflows.",
        "xsd:double",
        "biolink:Association",
    ),
    Term(
        "npmi",
        "normalised pointwise mutual information",
        "-1 to 1; 0 is independence.",
        "xsd:double",
        "biolink:Association",
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
    Term(
        "weight",
        "weight",
        "Sum over figures of the greatest product of shares over pairs of different words; a reading that stands for "
        "n genes gives each its probability divided by n.",
        "xsd:double",
        "biolink:Association",
    ),
    Term("tests", "tests", "How many pairs were tested in the family.", "xsd:integer", "kg:TestFamily"),
    Term(
        "inflatedAssociation",
        "inflated association",
        "One of the 100 pairs of greatest naive count among those whose naive count is at least twice the figures that "
        "draw the two by different words. It follows from the counts, and spares queries reading them all.",
        "biolink:Association",
        "void:Dataset",
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
        "strongestAssociation",
        "strongest association",
        "One of the at most 100 best pairs of the entity: by weight, then figures, then the identifier of the partner. "
        "It follows from the pairs, and spares queries reading them all.",
        "biolink:Association",
    ),
)
"""Classes and properties of pairs."""
