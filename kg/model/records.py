"""What the parsers emit: frozen values, one class a kind of thing.

NamedTuples, because a full database makes five million of them and they turn into columns with `zip`.

A missing value is None, never a marker string. Every column these become is specified in
docs/data-model.md.
"""

from typing import Literal, NamedTuple

Category = Literal["gene", "family", "chemical", "disease", "unknown"]
"""What kind of thing an entity is; `unknown` until something types it."""

CATEGORIES: tuple[Category, ...] = ("gene", "family", "chemical", "disease", "unknown")

Origin = Literal["sidecar", "inline", "keyword", "set"]
"""Where a mention was read, in order of precedence: table, front-matter list, bare keyword, member of a set."""

Flavour = Literal["strict", "synonyms", "all"]
"""PFOCR's three sets of mentions, each within the next: by official symbols; by synonyms, too; by families, too."""

FLAVOURS: tuple[Flavour, ...] = ("strict", "synonyms", "all")

SOURCE_FLAVOURS: dict[str, Flavour] = {
    "hgnc_symbol": "strict",
    "ncbigene_symbol": "strict",
    "bioentities_symbol": "all",
    "famplex_relations": "all",
}
"""Lexicons, as records name them, that match symbols and families; all others match synonyms."""

Severity = Literal["error", "warning", "note"]
"""error: a record or row was skipped; warning: it was kept, changed or in part; note: worth knowing."""

HUMAN = "ncbitaxon:9606"


def flavour(source: str | None) -> Flavour:
    """Give the flavour of a gene that a lexicon matched, by the lexicon's name in records.

    >>> flavour("ncbigene_symbol"), flavour("hgnc_prev_symbol"), flavour("famplex_relations")
    ('strict', 'synonyms', 'all')
    """
    return SOURCE_FLAVOURS.get(source or "", "synonyms")


class Figure(NamedTuple):
    """One pathway figure with the fields of the paper it is part of, as its record gives them."""

    figure_id: str  # CURIE, pfocr:PMC<digits>__<stem>
    paper_id: str  # CURIE, pmc:PMC<digits>
    alias: str | None = None  # PMC<digits>__<number>, the id that the site's short addresses use
    title: str | None = None
    caption: str | None = None
    number: str | None = None  # as printed: F1, GA1, "Figure 1"
    figure_type: str | None = None
    year: int | None = None  # of publication
    filename: str | None = None  # of the image
    url: str | None = None  # of the figure at PubMed Central
    pathway_score: float | None = None  # classifier probability, 0 to 1
    search_rank: int | None = None  # place in the PubMed Central search that found it, from 1
    organisms: tuple[str, ...] = ()  # of the whole paper
    organisms_ner: tuple[str, ...] = ()  # whose gene lexicon matched the figure
    annotations: tuple[str, ...] = ()  # ontology terms as "type: value"
    ndex: str | None = None  # NDEx network UUID
    wikipathways_id: str | None = None  # WP<digits>
    paper_title: str | None = None
    reference: str | None = None
    doi: str | None = None
    journal: str | None = None
    journal_abbreviation: str | None = None
    publisher: str | None = None
    paper_keywords: tuple[str, ...] = ()  # the authors' own, not entities


class Table(NamedTuple):
    """One sidecar table was read for a figure; its mentions replace the inline ones of that category."""

    figure_id: str
    category: Category


class Mention(NamedTuple):
    """One reading of one drawn word in one figure, or one bare keyword."""

    figure_id: str
    origin: Origin
    category: Category  # unknown for a bare keyword
    position: int  # row in the list or table, from 0
    keyword: str  # the text by which the record's keyword list carries it: symbol or word
    name: str  # symbol, or preferred name where the table has one, else the word
    word: str | None = None  # as read off the picture; None where the record has no words
    match: str | None = None  # the word's normal form: equal forms are one word
    entity_id: str | None = None  # CURIE; None: to be grounded
    xref: str | None = None  # a second CURIE for the same thing
    source: str | None = None  # the lexicon that matched, as the record names it
    flavour: Flavour | None = None  # the narrowest that holds it; None: not known
    taxon: str | None = None  # CURIE; genes only


class Link(NamedTuple):
    """A figure's network or pathway elsewhere, from one of the database's two mapping tables."""

    figure_id: str
    kind: Literal["ndex", "wikipathways"]
    target: str


class Citation(NamedTuple):
    """One paper cites another."""

    citing_id: str
    cited_id: str


class PaperIds(NamedTuple):
    """Two identifiers of one paper."""

    paper_id: str  # pmc CURIE
    other_id: str  # pubmed or doi CURIE


class Problem(NamedTuple):
    """Something a person should know about the input; a row of the build report."""

    severity: Severity
    code: str  # short and stable, for filtering: duplicate-figure, no-front-matter ...
    file: str
    line: int | None
    message: str


Element = Figure | Table | Mention | Link | Citation | PaperIds | Problem
