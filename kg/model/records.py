"""Records that parsers emit: immutable values, one class for each kind of element.

They are NamedTuples, because a full database has five million of them and `zip` turns them into columns.
A missing value is None, never a marker string. docs/data-model.md specifies the columns that they become.
"""

from typing import Literal, NamedTuple

Category = Literal["gene", "family", "chemical", "disease", "unknown"]
"""Kind of an entity; `unknown` until a table or the lexicon says more."""

CATEGORIES: tuple[Category, ...] = ("gene", "family", "chemical", "disease", "unknown")

Origin = Literal["sidecar", "inline", "keyword", "set", "reread"]
"""Part of the input that a mention comes from, in order of precedence: table, front-matter list, keyword, gene set.

`reread` comes last: no record has the entity for this word, but it belongs to the most probable reading of the word."""

Readings = Literal["likely", "record"]
"""Meaning of drawn words: the readings that are likely in their figure, or what their record says."""

READINGS: tuple[Readings, ...] = ("likely", "record")

Reading = Literal["sure", "likely", "doubtful"]
"""Certainty of a mention, by its probability."""

SURE, LIKELY = 0.95, 0.5
"""Least probability of a sure mention and of a likely one; figures of entities and pairs count the likely ones."""

READING_SOURCES = (
    "hgnc_symbol", "hgnc_prev_symbol", "hgnc_alias_symbol", "ncbigene_symbol", "ncbigene_synonym", "famplex",
    "nickname", "record", "curated",
)  # fmt: skip
"""Sources of the readings of words; `record`: only the record has it, `curated`: a user's file says so."""

Flavour = Literal["strict", "synonyms", "all"]
"""PFOCR's three sets of mentions, each within the next: official symbols; synonyms, too; families, too."""

FLAVOURS: tuple[Flavour, ...] = ("strict", "synonyms", "all")

SOURCE_FLAVOURS: dict[str, Flavour] = {
    "hgnc_symbol": "strict",
    "ncbigene_symbol": "strict",
    "bioentities_symbol": "all",
    "famplex_relations": "all",
}
"""Flavour by the name of the lexicon in records; all other lexicons match synonyms."""

Severity = Literal["error", "warning", "note"]
"""error: a record or row was skipped; warning: it was changed or read in part; note: good to know."""

HUMAN = "ncbitaxon:9606"

FIRST_YEAR, LAST_YEAR = 1500, 2027
"""The years of publication that are possible: from early printing to the year after this version of `kg` was made.

The clock is not read, because the same records must give the same build next year. Each version moves the last year on.
"""


def reading(probability: float) -> Reading:
    """Return how certain a reading of this probability is.

    >>> reading(0.95), reading(0.5), reading(0.49)
    ('sure', 'likely', 'doubtful')
    """
    return "sure" if probability >= SURE else "likely" if probability >= LIKELY else "doubtful"


def flavour(source: str | None) -> Flavour:
    """Return the flavour of a gene, by the name that records give the lexicon that matched it.

    >>> flavour("ncbigene_symbol"), flavour("hgnc_prev_symbol"), flavour("famplex_relations")
    ('strict', 'synonyms', 'all')
    """
    return SOURCE_FLAVOURS.get(source or "", "synonyms")


class Figure(NamedTuple):
    """A pathway figure with the fields of its paper, as its record has them."""

    figure_id: str  # CURIE, pfocr:PMC<digits>__<stem>
    paper_id: str  # CURIE, pmc:PMC<digits>
    alias: str | None = None  # PMC<digits>__<number>, the identifier in the site's short addresses
    title: str | None = None
    caption: str | None = None
    number: str | None = None  # as printed: F1, GA1, "Figure 1"
    figure_type: str | None = None
    year: int | None = None  # of publication
    filename: str | None = None  # of the image
    url: str | None = None  # of the figure at PubMed Central
    pathway_score: float | None = None  # classifier probability, 0 to 1
    search_rank: int | None = None  # rank among the results of the PubMed Central search, from 1
    organisms: tuple[str, ...] = ()  # of the whole paper
    organisms_ner: tuple[str, ...] = ()  # organisms whose gene lexicon matched the figure
    annotations: tuple[str, ...] = ()  # ontology terms as "type: value"
    ndex: str | None = None  # NDEx network UUID
    wikipathways_id: str | None = None  # WP<digits>
    paper_title: str | None = None
    reference: str | None = None
    doi: str | None = None
    journal: str | None = None
    journal_abbreviation: str | None = None
    publisher: str | None = None
    paper_keywords: tuple[str, ...] = ()  # the authors' keywords, which are no entities


class Table(NamedTuple):
    """A sidecar table that was read for a figure; its mentions replace the inline ones of that category."""

    figure_id: str
    category: Category


class Mention(NamedTuple):
    """A reading of a drawn word in a figure, or a bare keyword."""

    figure_id: str
    origin: Origin
    category: Category  # unknown for a bare keyword
    position: int  # row in the list or table, from 0
    keyword: str  # text of the entity in the record's keyword list: symbol or word
    name: str  # symbol, or preferred name where the table has one, else the word
    word: str | None = None  # as read off the picture; None where the record has no words
    match: str | None = None  # normal form of the word: words of one form are one word
    entity_id: str | None = None  # CURIE; None: to be grounded
    xref: str | None = None  # second CURIE of the same entity
    source: str | None = None  # lexicon that matched, as the record names it
    flavour: Flavour | None = None  # narrowest flavour that holds the mention; None: unknown
    taxon: str | None = None  # CURIE; genes only


class Link(NamedTuple):
    """A figure's network at NDEx or its pathway at WikiPathways, from the database's two mapping tables."""

    figure_id: str
    kind: Literal["ndex", "wikipathways"]
    target: str


class Citation(NamedTuple):
    """A citation of one paper by another."""

    citing_id: str
    cited_id: str


class PaperIds(NamedTuple):
    """Two identifiers of one paper."""

    paper_id: str  # pmc CURIE
    other_id: str  # pubmed or doi CURIE


class Problem(NamedTuple):
    """A fault or oddity of the input: a row of the build report."""

    severity: Severity
    code: str  # short and stable, so that reports can be filtered by it: duplicate-figure, no-front-matter ...
    file: str
    line: int | None
    message: str


Element = Figure | Table | Mention | Link | Citation | PaperIds | Problem
