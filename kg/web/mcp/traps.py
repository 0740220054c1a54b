"""Mistakes that queries of the graph invite, each with a query that measures it on a build."""

from typing import NamedTuple


class Trap(NamedTuple):
    """A trap: a name, the fact to know, and the body of a SELECT that measures it."""

    name: str
    about: str
    select: str


TRAPS = (
    Trap(
        "one-word-many-genes",
        "schema:mentions joins a figure to each gene that a family word stands for. Genes of one word are no pair: "
        "count kg:figureCount of an association, not figures that mention both.",
        "SELECT (COUNT(*) AS ?wordsOfSeveralEntities) WHERE { ?word a kg:Word ; kg:entityCount ?n FILTER(?n > 1) }",
    ),
    Trap(
        "two-counts-of-a-pair",
        "kg:figureCount of an association counts figures that draw both ends by different words. "
        "biolink:concept_pair_count counts figures whose record has both, also by one word. It is smaller where words "
        "were read as an entity that their record lacks.",
        "SELECT (COUNT(*) AS ?pairsThatDiffer) WHERE { ?pair kg:figureCount ?drawn ; "
        "biolink:concept_pair_count ?recorded FILTER(?recorded != ?drawn) }",
    ),
    Trap(
        "pairs-below-the-threshold",
        "The store has pairs of the least figures of the build or more; the tools partners and evidence have all.",
        "SELECT (COUNT(*) AS ?pairs) (MIN(?n) AS ?leastFigures) WHERE { "
        "?pair biolink:subject ?subject ; kg:figureCount ?n }",
    ),
    Trap(
        "a-pair-has-one-direction",
        "A pair is one association with a subject and an object. Ask both ways, as the example partners does.",
        "SELECT (COUNT(*) AS ?pairsInBothDirections) WHERE { ?pair biolink:subject ?a ; biolink:object ?b . "
        "?other biolink:subject ?b ; biolink:object ?a }",
    ),
    Trap(
        "years-are-gyear",
        "fabio:hasPublicationYear is of the paper and of type xsd:gYear; compare xsd:integer(STR(?year)).",
        "SELECT ?type (COUNT(*) AS ?papers) WHERE { ?paper fabio:hasPublicationYear ?year "
        "BIND(DATATYPE(?year) AS ?type) } GROUP BY ?type",
    ),
    Trap(
        "figures-end-in-html",
        "The IRI of a figure ends in .html; its figid is dcterms:identifier, its short id dcterms:alternative.",
        "SELECT (COUNT(*) AS ?figures) (SUM(IF(STRENDS(STR(?figure), '.html'), 1, 0)) AS ?endInHtml) "
        "WHERE { ?figure a fabio:Figure }",
    ),
    Trap(
        "published-is-not-all",
        "biolink:occurs_together_in_literature_with is stated only for pairs in several papers with a small q. "
        "Its absence does not mean that a pair is never drawn.",
        "SELECT (COUNT(*) AS ?publishedPairs) WHERE { ?a biolink:occurs_together_in_literature_with ?b }",
    ),
    Trap(
        "npmi-of-few-figures",
        "kg:npmi and q need numbers: below 5 figures NPMI is noise, so do not rank by it.",
        "SELECT (COUNT(*) AS ?pairsBelowFive) WHERE { ?pair kg:npmi ?npmi ; kg:figureCount ?n FILTER(?n < 5) }",
    ),
)
"""The traps, those that mislead most first."""

EXAMPLES = (
    "partners", "pair-statistics", "shared-figures", "figures-of-genes", "figures-of-word", "word-readings",
    "words-of-figure", "chemicals-of-gene", "new-partners", "most-drawn",
)  # fmt: skip
"""Canned queries that the description shows as examples."""

PREFIXES = ("biolink", "dcterms", "fabio", "kg", "oa", "rdfs", "schema", "xsd")
"""Prefixes of the traps' queries, and of most others."""
