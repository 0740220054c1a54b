"""The figures behind a pair, with the words read there, and an entity through the years."""

from typing import Any

from kg.engines.statements import Statements
from kg.graph.word_doubts import by_word
from kg.model.identifiers import expand
from kg.model.identifiers import page as web_page
from kg.model.organisms import organism_name
from kg.model.records import FLAVOURS, LIKELY, Flavour
from kg.web.explorer.database import ExplorerDatabase, with_tables
from kg.web.explorer.network import published_partners
from kg.web.explorer.parameters import Years
from kg.web.explorer.search_index import Entity

MOST_PARTNERS = 10
"""Greatest number of partners that an entity is described with, in each category."""

MOST_WORDS = 50
"""Greatest number of words that an entity is described with."""

MOST_NEWEST = 3
"""Greatest number of figures that a drawn word is described with."""

STATEMENTS = Statements("kg.web.explorer", "evidence")


def pair_evidence(
    database: ExplorerDatabase,
    subject: Entity,
    object_: Entity,
    years: Years,
    flavour: Flavour,
    *,
    least: float,
    limit: int,
    offset: int,
) -> dict[str, Any]:
    """Return the figures that mention both: those that prove the pair first, of these the likeliest pathways.

    `figures` counts those where two different words mean the two with a probability of `least`, as a build counts
    them with LIKELY; `figures_all` those whose record has both; `figures_mentioned` all, which `rows` are a page of.
    Each row has the readings of the words in doubt: `subject_readings` and `object_readings`.
    """
    ends = {"subject": _id_and_name(subject), "object": _id_and_name(object_)}
    if subject.taxon and object_.taxon and subject.taxon != object_.taxon:  # genes of two organisms are no pair
        return ends | {"figures": 0, "figures_all": 0, "figures_mentioned": 0, "rows": []}
    pair = {"subject": subject.number, "object": object_.number, "flavour": FLAVOURS.index(flavour) + 1}
    shared = STATEMENTS.get("shared_figures").sql(**pair, least=least, first=years.first, last=years.last)
    counts = with_tables(STATEMENTS.sql("shared_figure_counts"), shared_figures=shared)
    words = STATEMENTS.get("shared_figure_words").sql(**pair, limit=limit, offset=offset)
    rows = database.fetch(with_tables(words, shared_figures=shared), "numbered_mentions").to_pylist()
    totals: dict[str, Any] = database.fetch(counts, "numbered_mentions").to_pylist()[0]
    readings = _readings(database, pair, [row["figure"] for row in rows])
    return ends | totals | {"rows": [_with_pages(row, pair, readings) for row in rows]}


_Readings = dict[tuple[Any, ...], list[dict[str, Any]]]
"""The words in doubt by the numbers of figure and entity."""


def _readings(database: ExplorerDatabase, pair: dict[str, int], figures: list[int]) -> _Readings:
    if not figures:
        return {}
    select = STATEMENTS.get("shared_figure_readings").sql(**pair, figures=figures)
    return by_word(database.fetch(select, "numbered_mentions").to_pylist(), ("figure", "entity"))


def describe_entity(database: ExplorerDatabase, entity: Entity, base: str) -> dict[str, Any]:
    """Return an entity with its figures by year, its words, and the strongest partners of each category."""
    years = STATEMENTS.sql("years_of_entity", entity=entity.number)
    words = STATEMENTS.sql("words_of_entity", entity=entity.number, top=MOST_WORDS)
    by_year = database.fetch(years, "numbered_mentions").to_pylist()
    top: dict[str, list[dict[str, Any]]] = {}
    partners: dict[str, int] = {}
    for row in _partners(database, entity):
        other = database.search_index[row["other"]]
        partners[row["category"]] = row["partners"]
        top.setdefault(row["category"], []).append(_id_and_name(other) | {"figures": row["figures"]})
    return {
        "id": entity.id,
        "name": entity.name,
        "category": entity.category,
        "taxon": entity.taxon,
        "organism": organism_name(entity.taxon) if entity.taxon else None,
        "iri": expand(entity.id, base),
        "url": web_page(entity.id),
        "figures": entity.figures,
        "papers": entity.papers,
        "doubtful_figures": entity.doubtful,
        "synonyms": entity.synonyms,
        "xrefs": entity.xrefs,
        "id_status": entity.id_status,
        "years": [[row["year"], row["figures"]] for row in by_year],
        "partners": partners,
        "words": database.fetch(words, "numbered_mentions").to_pylist(),
        "top": top,
    }


def word_meanings(database: ExplorerDatabase, word: str) -> dict[str, Any]:
    """Return the meanings of a drawn word: its number of figures, and a row for each entity that it may mean there.

    `figure_ids` are the newest of the figures.

    A row has `id`, `name`, `category`, `taxon`, `figures` where it is a likely reading, `recorded` where the record
    lists it for the word, and the mean `probability` over the figures of the word.
    """
    rows = database.fetch(STATEMENTS.sql("meanings_of_word", word=word, likely=LIKELY)).to_pylist()
    figures = rows[0]["word_figures"] if rows else 0
    for row in rows:
        del row["word_figures"]
    select = STATEMENTS.sql("newest_of_word", word=word, most=MOST_NEWEST)
    newest = database.fetch(select, "numbered_mentions", "drawn_words")
    return {"word": word, "figures": figures, "figure_ids": newest["figure_id"].to_pylist(), "meanings": rows}


def _partners(database: ExplorerDatabase, entity: Entity) -> list[dict[str, Any]]:
    partners = published_partners(database, [entity.number], 1)
    strongest = STATEMENTS.sql("partners_of_entity", top=MOST_PARTNERS)
    rows: list[dict[str, Any]] = database.fetch(with_tables(strongest, partners=partners)).to_pylist()
    return rows


def _id_and_name(entity: Entity) -> dict[str, Any]:
    return {"id": entity.id, "name": entity.name}


def _with_pages(row: dict[str, Any], pair: dict[str, int], readings: _Readings) -> dict[str, Any]:
    """Add the readings, and the pages of a figure and its paper.

    A URL that is no web address is dropped, because records may hold any text.
    """
    url, figure = row["url"] or "", row.pop("figure")
    doubts = {f"{end}_readings": readings.get((figure, pair[end]), []) for end in ("subject", "object")}
    return (
        row
        | doubts
        | {
            "figid": row["figure_id"].partition(":")[2],
            "page": web_page(row["figure_id"]),
            "url": url if url.startswith(("https://", "http://")) else None,
            "paper_url": web_page(row["paper_id"]),
            "subject_words": row["subject_words"] or [],
            "object_words": row["object_words"] or [],
        }
    )
