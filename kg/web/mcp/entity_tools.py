"""The tools `search` and `partners`."""

from typing import Any

from kg.web.mcp.answers import CAUTION, NOTICE
from kg.web.mcp.arguments import MOST_PARTNERS, PartnersArguments, SearchArguments
from kg.web.mcp.asking import Asker, ToolProblem
from kg.web.mcp.paging import Page
from kg.web.mcp.quoting import SHORT, quoted, quoted_all

MOST_MATCHES = 100
"""Greatest number of entities, and of figures, that a search pages through."""

MOST_MEANINGS = 5
"""Greatest number of meanings of a drawn word in a row."""

MOST_SUGGESTED = 5
"""Greatest number of entities that a search without rows suggests."""

NOTHING = (
    "No name, drawn word or identifier of this build begins so, and no title has a word for each of these. Ask for one "
    "name, or for fewer words; the beginning of a word is enough, such as osteoclast."
)
"""Hint of a search without rows."""

EXAMPLES = 2
"""Figures in a row of an entity or a partner."""


async def head(asker: Asker) -> dict[str, Any]:
    """Return the members that every answer begins with."""
    build = await asker.get("/api/build")
    return {"release": build["release"], "caution": CAUTION, "notice": NOTICE}


async def search(asker: Asker, given: SearchArguments) -> dict[str, Any]:
    """Return entities, drawn words and figures that a text finds."""
    answer = await asker.get("/api/search", q=given.text, limit=MOST_MATCHES)
    kinds = {
        "entity": [("entity", match) for match in answer["matches"]],
        "word": [("word", word) for word in answer["words"]],
        "figure": [("figure", figure) for figure in answer["figures"]["figures"]],
    }
    rows = [row for kind, matches in kinds.items() for row in matches if given.kind in ("any", kind)]
    about = {} if rows else await _instead(asker, given.text)
    page = Page(await head(asker) | about, given.offset, given.max_bytes)
    shown = {"entity": _entity_row, "word": _word_row, "figure": _figure_row}
    for kind, match in rows[given.offset :][: given.limit]:
        if not page.add(await shown[kind](asker, match)):
            break
    return page.answer(len(rows))


async def _instead(asker: Asker, text: str) -> dict[str, Any]:
    """Return what to ask where nothing is found: a hint, and entities that the text may mean."""
    try:
        meant = [await asker.get("/api/entity", id=text)]
    except ToolProblem as problem:
        meant = [dict(row) for row in problem.suggestions]
    return {"hint": NOTHING, "suggestions": [named(row) for row in meant[:MOST_SUGGESTED]] or None}


async def _entity_row(asker: Asker, match: dict[str, Any]) -> dict[str, Any]:
    figures = await asker.get("/api/figures", id=match["id"], limit=EXAMPLES)
    words = [word for row in figures["rows"] for word in row["words"]]
    return {
        "kind": "entity",
        **{name: match[name] for name in ("id", "category", "taxon", "figures", "doubtful_figures", "how")},
        "figure_ids": [row["id"] for row in figures["rows"]],
        "quoted": {
            "name": quoted(match["name"]),
            "matched": quoted(match["matched"]) if match["matched"] != match["name"] else None,
            "words": quoted_all(dict.fromkeys(map(_text, words))) or None,
        },
    }


async def _word_row(asker: Asker, match: dict[str, Any]) -> dict[str, Any]:
    word = await asker.get("/api/word", q=match["word"])
    meanings = [meaning_row(meaning) for meaning in word["meanings"][:MOST_MEANINGS]]
    return {
        "kind": "word",
        "figures": match["figures"],
        "figure_ids": word["figure_ids"][:EXAMPLES],
        "meanings": meanings,
        "quoted": {"word": quoted(match["word"], SHORT)},
    }


async def _figure_row(_asker: Asker, match: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "figure",
        **{name: match[name] for name in ("id", "alias", "year", "how")},
        "quoted": {"title": quoted(match["title"])},
    }


def meaning_row(meaning: dict[str, Any]) -> dict[str, Any]:
    """Return an entity that a word may mean, as a row has it."""
    return {
        "id": meaning["id"],
        "category": meaning["category"],
        "probability": meaning["probability"],
        "quoted": {"name": quoted(meaning["name"], SHORT)},
    }


async def partners(asker: Asker, given: PartnersArguments) -> dict[str, Any]:
    """Return the strongest partners of an entity, with figures that prove each pair."""
    entity = await asker.get("/api/entity", id=given.of)
    counting = {"flavour": given.flavour, "min_probability": given.min_probability}
    years = {"from": given.first_year, "to": given.last_year}
    answer = await asker.get(
        "/api/network",
        of=entity["id"],
        top=min(given.offset + given.limit, MOST_PARTNERS),
        category=given.category,
        taxon=given.taxon,
        min_figures=given.min_figures,
        max_q=given.max_q,
        **counting,
        **years,
    )
    others = [node["data"] for node in answer["elements"]["nodes"][1:]]
    edges = {(edge["source"], edge["target"]): edge for edge in (item["data"] for item in answer["elements"]["edges"])}
    total = len(others) + answer["left_out"]
    build = await asker.get("/api/build")
    about = {"of": named(entity), "hint": _hint(given, total, given.min_figures or build["min_figures"])}
    page = Page(await head(asker) | about, given.offset, given.max_bytes)
    for other in others[given.offset :]:
        pair = edges.get((entity["id"], other["id"])) or edges[other["id"], entity["id"]]
        proof = await asker.get(
            "/api/evidence", subject=entity["id"], object=other["id"], limit=EXAMPLES, **counting, **years
        )
        if not page.add(_partner_row(other, pair, proof["rows"])):
            break
    return page.answer(total, most=MOST_PARTNERS)


def _hint(given: PartnersArguments, total: int, least: int) -> str | None:
    """Return what to ask where no pair passes, and where pages do not lead to all; `least` figures count as a pair."""
    if not total:
        return f"no pair of {least} figures or more passes; ask for fewer min_figures, or leave filters out"
    if given.offset + given.limit >= MOST_PARTNERS < total:
        return f"pages end after the {MOST_PARTNERS} strongest; narrow by category, taxon, max_q, min_figures or years"
    return None


def _partner_row(other: dict[str, Any], pair: dict[str, Any], proof: list[dict[str, Any]]) -> dict[str, Any]:
    proving = [row for row in proof if row["different"]]
    words = [drawn for row in proving if (drawn := _pair_words(row))]
    numbers = ("figures", "papers", "weight", "npmi", "q", "first_year", "last_year", "doubt")
    return {
        "id": other["id"],
        "category": other["type"],
        "taxon": other["taxon"],
        **{name: pair[name] for name in numbers},
        "figure_ids": [row["figure_id"] for row in proving],
        "quoted": {"name": quoted(other["name"]), "words": quoted_all(dict.fromkeys(words), 2 * SHORT) or None},
    }


def _pair_words(row: dict[str, Any]) -> str:
    """Return the words that a figure draws for a pair: `RANKL with RANK`; empty where a record has none."""
    ends = [quoted(row[name][0], SHORT) for name in ("subject_words", "object_words") if row[name]]
    return " with ".join(end for end in ends if end) if len(ends) == 2 else ""


def named(entity: dict[str, Any]) -> dict[str, Any]:
    """Return an entity of the API as answers name it."""
    return {
        "id": entity["id"],
        "category": entity.get("category"),
        "figures": entity.get("figures"),
        "quoted": {"name": quoted(entity["name"])},
    }


def _text(word: Any) -> str:
    return str(word["word"] if isinstance(word, dict) else word)
