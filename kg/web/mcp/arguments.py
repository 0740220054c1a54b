"""What tools take: typed, with bounds. Unknown arguments are refused."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kg.model.records import Category, Flavour

LONGEST_NAME = 200
"""Greatest number of characters in a name."""

LEAST_BYTES = 4096
"""Bytes of an answer by default, which are the fewest that may be asked for, too."""

MOST_BYTES = 65_536
"""Greatest number of bytes in an answer."""

MOST_LISTED = 2_000
"""Greatest number of names in a list."""

MOST_BACKGROUND = 30_000
"""Greatest number of names in a background."""

MOST_PARTNERS = 500
"""Greatest number of partners that pages lead through: the strongest, which are all that the API has."""

Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_NAME,
        description="Symbol, synonym, drawn word or CURIE of an entity, such as RANKL, TNFSF11 or ncbigene:8600.",
    ),
]
ListedName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Year = Annotated[int, Field(ge=0, le=9999)]


class Arguments(BaseModel):
    """Arguments that every tool takes."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    max_bytes: Annotated[int, Field(ge=LEAST_BYTES, le=MOST_BYTES, description="Most bytes of the answer.")] = (
        LEAST_BYTES
    )
    offset: Annotated[int, Field(ge=0, le=100_000, description="Rows to skip: next_offset of the page before.")] = 0
    limit: Annotated[int, Field(ge=1, le=50, description="Most rows of the answer.")] = 10


class _Counting(Arguments):
    """Arguments that say which figures count for a pair."""

    first_year: Annotated[Year, Field(description="First year of the figures that count.")] = 0
    last_year: Annotated[Year, Field(description="Last year of the figures that count.")] = 9999
    flavour: Annotated[
        Flavour, Field(description="Words that count: official symbols (strict), also synonyms, or all words.")
    ] = "all"
    min_probability: Annotated[
        float | None,
        Field(ge=0, le=1, description="Least probability of the readings of both words; 0.5 by default, sure is 0.95."),
    ] = None

    @model_validator(mode="after")
    def _check_years(self) -> Self:
        if self.first_year > self.last_year:
            raise ValueError(f"first_year {self.first_year} is after last_year {self.last_year}")
        return self


class SearchArguments(Arguments):
    """What to search for."""

    text: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_NAME,
            description="Beginning of a name, synonym, identifier or drawn word; or words of a figure's title, a figid "
            "or a PMCID.",
        ),
    ]
    kind: Annotated[Literal["any", "entity", "word", "figure"], Field(description="Kind of the rows.")] = "any"


class PartnersArguments(_Counting):
    """Of what, and which partners."""

    of: Name
    category: Annotated[Category | None, Field(description="Only partners of this category.")] = None
    taxon: Annotated[
        str | None,
        Field(max_length=100, description="Only genes of this organism: an NCBI taxon id such as 9606, or human."),
    ] = None
    min_figures: Annotated[
        int | None, Field(ge=1, le=10**9 - 1, description="Least figures of a pair; by default that of the build.")
    ] = None
    max_q: Annotated[float | None, Field(ge=0, le=1, description="Greatest false discovery rate (q) of a pair.")] = None
    offset: Annotated[
        int, Field(ge=0, le=MOST_PARTNERS - 1, description="Rows to skip: next_offset of the page before.")
    ] = 0


class EvidenceArguments(_Counting):
    """The ends of a pair."""

    subject: Name
    object: Name


class EnrichArguments(Arguments):
    """A list of genes and how to test it."""

    genes: Annotated[
        list[ListedName],
        Field(min_length=2, max_length=MOST_LISTED, description="Symbols, synonyms or identifiers of genes."),
    ]
    background: Annotated[
        list[ListedName] | None,
        Field(
            max_length=MOST_BACKGROUND, description="Genes that the list was chosen from; by default all drawn ones."
        ),
    ] = None
    by: Annotated[
        Literal["words", "genes"], Field(description="Count different drawn words (the sound default), or genes.")
    ] = "words"
    min_words: Annotated[int, Field(ge=1, le=1000, description="Least words that a figure and the list share.")] = 2
    max_q: Annotated[float, Field(ge=0, le=1, description="Greatest false discovery rate (q) of a figure.")] = 1.0
    near_identical: Annotated[
        bool, Field(description="Show all figures of a cluster of near-identical ones, not its best only.")
    ] = False
    taxon: Annotated[str | None, Field(max_length=100, description="Read names as genes of this organism.")] = None


class FigureArguments(Arguments):
    """Which figure."""

    figure: Annotated[
        str,
        Field(
            min_length=1,
            max_length=500,
            description="Figid, CURIE, short id such as PMC4168338__F1, or address at PFOCR. Rows are its drawn words.",
        ),
    ]


Part = Literal["overview", "classes", "properties", "examples", "traps"]


class SchemaArguments(Arguments):
    """Which part of the description."""

    part: Annotated[
        Part,
        Field(
            description="overview: sizes, prefixes, parts. classes and properties of the RDF. examples: tested "
            "queries. traps: what goes wrong in queries, with a query that measures it."
        ),
    ] = "overview"
    of: Annotated[
        str | None,
        Field(max_length=LONGEST_NAME, description="Only properties of this class, or the example of this name."),
    ] = None


class SparqlArguments(Arguments):
    """A query."""

    query: Annotated[
        str,
        Field(
            min_length=1,
            max_length=65_536,
            description="SPARQL 1.1 query: SELECT, ASK, CONSTRUCT or DESCRIBE. Usual PREFIX lines may be left out.",
        ),
    ]
    limit: Annotated[int, Field(ge=1, le=200, description="Most rows of the answer.")] = 20
