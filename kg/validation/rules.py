"""Rules for single rows: docs/data-model.md as SQL conditions that only a faulty row fulfils."""

import re
from collections.abc import Iterator
from typing import NamedTuple, get_args

import pyarrow as pa

from kg.engines.statements import quote
from kg.model.identifiers import FIGID, OWN_PREFIXES, PREFIXES
from kg.model.records import CATEGORIES, FIRST_YEAR, FLAVOURS, LIKELY, READING_SOURCES, SURE, Origin, Readings
from kg.model.tables import STATISTICS, TABLES
from kg.model.text import MARKERS
from kg.rdf.links import DOI, UUID, WPID
from kg.validation.findings import MEND, REBUILD, Check

_IDENTIFIER = "[A-Za-z0-9._~%/:-]+"
_PREFIXED = f"({'|'.join(map(re.escape, [*PREFIXES, *OWN_PREFIXES]))}):{_IDENTIFIER}"
_FIGURE = f"pfocr:{FIGID.pattern}"
_PAPER = f"pmc:PMC[0-9]{{1,12}}|pubmed:[0-9]+|doi:10\\.{_IDENTIFIER}"
_TAXON = "ncbitaxon:[0-9]+"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f]"
_TESTED = (*STATISTICS, "q")
_MARGINS = ("subject_figures", "object_figures", "universe")
_MARKERS = f"({quote(*sorted(MARKERS))})"
_PINNED = frozenset({
    "figure_id", "paper_id", "entity_id", "word_id", "family_id", "citing_id", "cited_id", "match",
    "category", "id_status", "taxon", "origin", "word_status", "flavour", "kind", "ndex", "wikipathways_id",
})  # fmt: skip
"""Columns whose values other checks restrict; other columns of text are free."""

_KINDS = {
    "gene": ("ncbigene", "hgnc.symbol"),
    "family": ("fplx",),
    "chemical": ("chebi", "mesh", "chemical.name"),
    "disease": ("doid", "mesh", "disease.name"),
    "unknown": ("keyword",),
}
"""Prefixes of entities, keyed by category."""


class Rule(NamedTuple):
    """A condition that no valid row of a table fulfils, and the columns that show the fault, beside the key."""

    check: Check
    table: str
    faulty: str
    shows: str


def rules(table: str, readings: Readings = "likely") -> list[Rule]:
    """Return the rules of a table; a build with the readings of the record fulfils some more."""
    of_record = _BY_RECORD.get(table, list) if readings == "record" else list
    return [*_required(table), *_texts(table), *_RULES[table](), *of_record()]


def _rule(name: str, faulty: str, shows: str, holds: str) -> Rule:
    return Rule(Check(name, holds), name.partition(".")[0], faulty, shows)


def _warning(name: str, faulty: str, shows: str, holds: str) -> Rule:
    return Rule(Check(name, holds, "warning", MEND), name.partition(".")[0], faulty, shows)


def _unlike(column: str, pattern: str) -> str:
    return f"NOT regexp_full_match({column}, '{pattern}')"


def _unlike_link(column: str, pattern: str) -> str:
    """Return the condition that a text is no link; markers of missing values are left to another rule."""
    return f"{column} NOT IN {_MARKERS} AND {_unlike(column, pattern)}"


def _not_in(column: str, *values: str) -> str:
    return f"{column} NOT IN ({', '.join(repr(value) for value in values)})"


def _any(*conditions: str) -> str:
    return " OR ".join(f"({condition})" for condition in conditions)


def _required(table: str) -> Iterator[Rule]:
    """Yield the rule that required columns are not NULL; columns of the key are shown as the place."""
    names = [field.name for field in TABLES[table] if not field.nullable]
    missing = " ".join(f"WHEN {name} IS NULL THEN '{name}'" for name in names)
    faulty = _any(*(f"{name} IS NULL" for name in names))
    shows = f'CASE {missing} END AS "missing"'
    yield _rule(f"{table}.required", faulty, shows, f"these are never NULL: {', '.join(names)}")


def _texts(table: str) -> Iterator[Rule]:
    """Yield the rules that texts are clean and that a missing value is NULL."""
    if table.endswith("cooccurrences"):
        return
    free = [field.name for field in TABLES[table] if field.type == pa.string() and field.name not in _PINNED]
    optional = [name for name in free if TABLES[table].field(name).nullable]
    for name, columns, condition, holds in (
        ("clean", free, f"regexp_matches({{}}, '{_CONTROL}')", "no text has control characters but tab and line end"),
        ("markers", optional, f"{{}} IN {_MARKERS}", "a missing value is NULL, never a marker"),
    ):
        if columns:
            conditions = {column: condition.format(column) for column in columns}
            names = " ".join(f"WHEN {faulty} THEN '{column}'" for column, faulty in conditions.items())
            texts = " ".join(f"WHEN {faulty} THEN {column}" for column, faulty in conditions.items())
            shows = f'CASE {names} END AS "column", CASE {texts} END AS "text"'
            faulty = _any(*conditions.values())
            yield Rule(Check(f"{table}.{name}", holds, "warning", REBUILD), table, faulty, shows)


def _figures() -> list[Rule]:
    by_record = [name for name in TABLES["figures"].names[2:-2] if name not in ("ndex", "wikipathways_id")]
    lists = ("organisms", "organisms_ner", "annotations")
    stray = _any(*(f"{name} IS NOT NULL" for name in by_record))
    return [
        _rule("figures.id", _unlike("figure_id", _FIGURE), "alias", "figure_id is pfocr:, PMC and digits, __, a stem"),
        _rule("figures.paper", "paper_id <> 'pmc:' || split_part(substr(figure_id, 7), '__', 1)", "paper_id",
              "paper_id is the part of the figid before the first __"),
        _rule("figures.year", f"year NOT BETWEEN {FIRST_YEAR} AND 9999", "year", f"year is from {FIRST_YEAR} on"),
        _rule("figures.score", "NOT pathway_score BETWEEN 0 AND 1", "pathway_score", "pathway_score is from 0 to 1"),
        _warning("figures.rank", "search_rank < 1", "search_rank", "search_rank is from 1"),
        _rule("figures.record", _any(f"source_file IS NULL AND ({stray})",
                                     *(f"source_file IS NOT NULL AND {name} IS NULL" for name in lists)),
              "source_file, organisms, organisms_ner, annotations",
              "a figure with a record has lists, perhaps empty; without a record it has nothing but its ids"),
        _warning("figures.links", _any(_unlike("ndex", UUID.pattern), _unlike("wikipathways_id", WPID.pattern),
                                     _unlike_link("url", "https?://.*")),
               "ndex, wikipathways_id, url", "ndex is a UUID, wikipathways_id is WP and digits, url a web address"),
    ]  # fmt: skip


def _papers() -> list[Rule]:
    return [
        _rule("papers.id", _unlike("paper_id", _PAPER), "title", "paper_id is a CURIE of pmc, pubmed or doi"),
        _rule("papers.year", f"year NOT BETWEEN {FIRST_YEAR} AND 9999", "year", f"year is from {FIRST_YEAR} on"),
        _warning("papers.doi", _unlike_link("doi", DOI.pattern), "doi",
               "a DOI is 10., digits, a slash and more"),
    ]  # fmt: skip


def _entities() -> list[Rule]:
    kinds = [f"category = '{kind}' AND {_not_in('split_part(entity_id, chr(58), 1)', *prefixes)}"
             for kind, prefixes in _KINDS.items()]  # fmt: skip
    own = _not_in("split_part(entity_id, chr(58), 1)", *OWN_PREFIXES, "hgnc.symbol")
    unsorted = [f"{name} IS NULL OR {name} <> list_sort(list_distinct({name}))" for name in ("xrefs", "synonyms")]
    bad_xref = f"len(list_filter(xrefs, lambda xref: {_unlike('xref', _PREFIXED)})) > 0"
    return [
        _rule("entities.id", _unlike("entity_id", _PREFIXED), "name", "entity_id is a CURIE of a known prefix"),
        _rule("entities.category", _any(_not_in("category", *CATEGORIES), *kinds), "category",
              "category is one of the five, and the prefix of entity_id fits it"),
        _rule("entities.name", "trim(name) = ''", "name", "name is not empty"),
        _rule("entities.status", _any(_not_in("id_status", "given", "learned", "lexicon", "none"),
                                      f"id_status = 'none' AND {own}"), "id_status",
              "id_status is given, learned, lexicon or none, and none only of what is identified by its name"),
        _rule("entities.counts", "papers > figures OR (papers < 1) <> (figures < 1) OR papers < 0", "figures, papers",
              "papers is from 1 to figures; both are 0 where no mention is likely"),
        _rule("entities.taxon", f"taxon IS NOT NULL AND (category NOT IN ('gene', 'family') OR "
              f"{_unlike('taxon', _TAXON)})", "category, taxon", "only genes and families have a taxon, a CURIE"),
        _rule("entities.lists", _any(*unsorted, "list_contains(xrefs, entity_id)", "list_contains(synonyms, name)",
                                     bad_xref), "name, xrefs, synonyms",
              "xrefs are CURIEs; they and synonyms are sorted, each once, without the entity itself"),
    ]  # fmt: skip


def _mentions() -> list[Rule]:
    return [
        _rule("mentions.origin", _any(_not_in("origin", *get_args(Origin)),
                                      "origin IN ('keyword', 'set') AND word IS NOT NULL"), "origin",
              "origin is sidecar, inline, keyword, set or reread; a keyword or member of a set has no word as it was "
              "read"),
        _rule("mentions.status", _any(_not_in("word_status", "given", "inferred", "unknown"),
                                      "(word_status = 'unknown') <> (match IS NULL)"), "word_status",
              "word_status is given, inferred or unknown, and unknown where match is NULL"),
        _rule("mentions.flavour", _not_in("flavour", *FLAVOURS), "flavour", "flavour is strict, synonyms or all"),
        _rule("mentions.ranges", "NOT (probability BETWEEN 0 AND 1 AND share BETWEEN 0 AND probability + 1e-9)",
              "probability, share", "probability is from 0 to 1, share from 0 to probability"),
        _rule("mentions.reading", f"reading <> CASE WHEN probability >= {SURE} THEN 'sure' "
              f"WHEN probability >= {LIKELY} THEN 'likely' ELSE 'doubtful' END", "probability, reading",
              f"reading is sure from a probability of {SURE} on, likely from {LIKELY} on, doubtful below"),
    ]  # fmt: skip


def _word_readings() -> list[Rule]:
    kinds = [f"category = '{kind}' AND {_not_in('split_part(entity_id, chr(58), 1)', *prefixes)}"
             for kind, prefixes in (("gene", _KINDS["gene"]), ("family", (*_KINDS["family"], "keyword")))]  # fmt: skip
    return [
        _rule("word_readings.category", _any(_not_in("category", "gene", "family"), *kinds), "category",
              "category is gene or family, and the prefix of entity_id one of its own"),
        _rule("word_readings.members", "members < 1 OR (category = 'gene' AND members <> 1)", "category, members",
              "members is at least 1, and 1 for a gene"),
        _rule("word_readings.source", _not_in("source", *READING_SOURCES), "source",
              f"source is one of: {', '.join(READING_SOURCES)}"),
        _rule("word_readings.probability", "NOT probability BETWEEN 0 AND 1 "
              "OR ABS(probability * 100 - ROUND(probability * 100)) > 1e-9", "probability",
              "probability is a multiple of 0.01 from 0 to 1"),
    ]  # fmt: skip


def _record_has_no_doubt() -> list[Rule]:
    return [_rule("word_readings.record", "TRUE", "probability", "no word is in doubt with --readings record")]


def _citations() -> list[Rule]:
    return [
        _rule("citations.kind", _not_in("kind", "source_document", "reference"), "kind",
              "kind is source_document or reference"),
        _rule("citations.itself", "citing_id = cited_id", "", "nothing cites itself"),
    ]  # fmt: skip


def _members() -> list[Rule]:
    return [_rule("members.itself", "family_id = entity_id", "", "no family is a member of itself")]


def _words() -> list[Rule]:
    encoded = "CASE WHEN word IN ('.', '..') THEN replace(word, '.', '%2E') ELSE url_encode(word) END"
    return [
        _rule("words.id", f"word_id <> 'word:' || {encoded}", "word", "word_id is word: and the word percent-encoded"),
        _rule("words.category", _not_in("category", *sorted({*CATEGORIES} - {"family"})), "category",
              "category is gene, chemical, disease or unknown"),
        _rule("words.status", _not_in("word_status", "given", "inferred"), "word_status", "given or inferred"),
        _rule("words.counts", "figures < 1 OR papers < 1 OR papers > figures OR entities < 1",
              "figures, papers, entities", "figures and entities are at least 1, papers from 1 to figures"),
    ]  # fmt: skip


def _pairs(table: str, *more: Rule) -> list[Rule]:
    categories = _any(*(_not_in(f"{end}_category", *CATEGORIES) for end in ("subject", "object")))
    ranges = _any(*(f"NOT {name} BETWEEN {low} AND {high}" for name, low, high in (
        ("expected", "0", "universe * 1.000001"), ("lift", "0", "universe * 1.000001"), ("jaccard", "0", "1"),
        ("npmi", "-1", "1"), ("log10_p", "'-inf'::DOUBLE", "0"), ("q", "0", "1"))))  # fmt: skip
    untested = _any(f"figures = 0 AND COALESCE({', '.join(_TESTED)}) IS NOT NULL",
                    *(f"figures > 0 AND {name} IS NULL" for name in (*_MARGINS, *_TESTED)))  # fmt: skip
    return [
        _rule(f"{table}.ends", "subject_id >= object_id", "figures", "subject_id is less than object_id"),
        _rule(f"{table}.category", categories, "subject_category, object_category", "categories are of the five"),
        _rule(f"{table}.papers", "papers < 0 OR papers > figures OR (figures > 0 AND papers < 1)", "papers, figures",
              "papers is up to figures, and at least 1 where that is"),
        _rule(f"{table}.years", _any("first_year > last_year", "(first_year IS NULL) <> (last_year IS NULL)",
                                     "figures = 0 AND first_year IS NOT NULL"), "figures, first_year, last_year",
              "first_year is not after last_year; both are NULL, or neither"),
        _rule(f"{table}.tested", untested, "figures, " + ", ".join((*_MARGINS, *_TESTED)),
              "statistics and their margins are NULL where figures is 0, and never else"),
        _rule(f"{table}.margins", "figures > LEAST(subject_figures, object_figures) OR "
              "GREATEST(subject_figures, object_figures) > universe", "figures, " + ", ".join(_MARGINS),
              "subject_figures and object_figures are from figures to universe"),
        _rule(f"{table}.ranges", ranges, ", ".join(_TESTED),
              "expected and lift are from 0 to universe, jaccard and q from 0 to 1, npmi from -1 to 1, log10_p to 0"),
        *more,
    ]  # fmt: skip


def _cooccurrences() -> list[Rule]:
    nested = "figures_strict BETWEEN 0 AND figures_synonyms AND figures_synonyms <= figures"
    return _pairs(
        "cooccurrences",
        _rule("cooccurrences.nested", f"NOT ({nested} AND figures_all >= 0 AND figures + figures_all >= 1)",
              "figures_strict, figures_synonyms, figures, figures_all",
              "0 <= figures_strict <= figures_synonyms <= figures; figures or figures_all is at least 1"),
        _rule("cooccurrences.weight", "NOT (weight >= 0 AND (weight > 0 OR figures = 0))", "weight, figures",
              "weight is at least 0, and greater where figures is"),
    )  # fmt: skip


def _cooccurrences_of_record() -> list[Rule]:
    return [
        _rule("cooccurrences.record", "NOT (figures <= figures_all AND figures_all >= 1)", "figures, figures_all",
              "figures is up to figures_all, which is at least 1, with --readings record"),
        _rule("cooccurrences.record-weight", "weight > figures + 1e-9",
              "weight, figures", "weight is up to figures, with --readings record"),
    ]  # fmt: skip


def _word_cooccurrences() -> list[Rule]:
    least = "figures is at least 1"
    return _pairs("word_cooccurrences", _rule("word_cooccurrences.figures", "figures < 1", "figures", least))


_RULES = {
    "figures": _figures,
    "papers": _papers,
    "entities": _entities,
    "mentions": _mentions,
    "word_readings": _word_readings,
    "citations": _citations,
    "members": _members,
    "words": _words,
    "cooccurrences": _cooccurrences,
    "word_cooccurrences": _word_cooccurrences,
}

_BY_RECORD = {"word_readings": _record_has_no_doubt, "cooccurrences": _cooccurrences_of_record}
