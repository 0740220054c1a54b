"""What lies behind a number: the figures of a pair with the words read there, and an entity through the years."""

from typing import Any

from kg.engines.statements import sql
from kg.model.identifiers import expand
from kg.model.identifiers import page as web_page
from kg.model.records import FLAVOURS, Flavour
from kg.web.explorer.database import ExplorerDatabase
from kg.web.explorer.network import Years
from kg.web.explorer.search_index import Entity

TOP = 10
"""Partners of each category, and words, that are given of an entity."""

WORDS = 50


def evidence(
    coded: ExplorerDatabase, subject: Entity, object_: Entity, years: Years, flavour: Flavour, limit: int, offset: int
) -> dict[str, Any]:
    """Give the figures that mention both: those that prove the pair first, of these the likeliest pathways.

    `figures` counts those where the two were read from different words, as a build counts them; `figures_all` all.
    """
    ends = {"subject": _named(subject), "object": _named(object_)}
    if subject.taxon and object_.taxon and subject.taxon != object_.taxon:  # genes of two organisms are no pair
        return ends | {"figures": 0, "figures_all": 0, "rows": []}
    both = {"subject": subject.number, "object": object_.number, "flavour": FLAVOURS.index(flavour) + 1}
    together = sql("web/together", **both, first=years.first, last=years.last)
    count = f"SELECT COUNT(*) FILTER (WHERE different) AS figures, COUNT(*) AS figures_all FROM ({together})"
    totals: dict[str, Any] = coded.fetch(count, "readings").to_pylist()[0]
    order = "ORDER BY different DESC, score DESC NULLS LAST, figure_id"
    page = f"SELECT *, ROW_NUMBER() OVER ({order}) AS place FROM ({together}) {order} LIMIT {limit} OFFSET {offset}"
    rows = coded.fetch(f"WITH page AS ({page}) {sql('web/evidence', **both)}", "readings").to_pylist()
    return ends | totals | {"rows": [_shown(row) for row in rows]}


def described(coded: ExplorerDatabase, entity: Entity, base: str) -> dict[str, Any]:
    """Give an entity with its figures by year, its words, and the strongest partners of each category."""
    by_year = coded.fetch(sql("web/years_of", entity=entity.number), "readings").to_pylist()
    words = coded.fetch(sql("web/words_of", entity=entity.number, top=WORDS), "readings").to_pylist()
    around = f"WITH around AS ({sql('web/all_around', entity=entity.number)}) {sql('web/partners_of', top=TOP)}"
    top: dict[str, list[dict[str, Any]]] = {}
    partners: dict[str, int] = {}
    for row in coded.fetch(around).to_pylist():
        other = coded.names[row["other"]]
        partners[row["category"]] = row["partners"]
        top.setdefault(row["category"], []).append(_named(other) | {"figures": row["figures"]})
    return {
        "id": entity.id,
        "name": entity.name,
        "category": entity.category,
        "taxon": entity.taxon,
        "iri": expand(entity.id, base),
        "url": web_page(entity.id),
        "figures": entity.figures,
        "papers": entity.papers,
        "synonyms": entity.synonyms,
        "xrefs": entity.xrefs,
        "id_status": entity.id_status,
        "years": [[row["year"], row["figures"]] for row in by_year],
        "partners": partners,
        "words": words,
        "top": top,
    }


def _named(entity: Entity) -> dict[str, Any]:
    return {"id": entity.id, "name": entity.name}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Add the pages of a figure and its paper; records may hold any text where an address should be."""
    address = row["url"] or ""
    return row | {
        "figid": row["figure_id"].partition(":")[2],
        "page": web_page(row["figure_id"]),
        "url": address if address.startswith(("https://", "http://")) else None,
        "paper_url": web_page(row["paper_id"]),
        "subject_words": row["subject_words"] or [],
        "object_words": row["object_words"] or [],
    }
