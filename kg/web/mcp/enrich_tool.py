"""The tool `enrich`."""

from typing import Any

from kg.model.text import clean, collapse
from kg.web.mcp.arguments import EnrichArguments
from kg.web.mcp.asking import Asker, Value
from kg.web.mcp.entity_tools import head
from kg.web.mcp.paging import Page
from kg.web.mcp.quoting import quoted, quoted_all

MOST_UNMATCHED = 10
"""Names without a meaning that an answer shows."""


async def enrich(asker: Asker, given: EnrichArguments) -> dict[str, Any]:
    """Return the figures in which a list of genes is enriched."""
    fields: list[tuple[str, Value]] = [
        ("genes", _lines(given.genes)),
        ("background", _lines(given.background) if given.background else None),
        ("by", given.by),
        ("min_words", given.min_words),
        ("max_q", given.max_q),
        ("all", "true" if given.near_identical else None),
        ("taxon", given.taxon),
        ("top", given.limit),
        ("offset", given.offset),
    ]
    answer = await asker.post("/api/enrich", fields)
    names = answer["list"]["names"]
    unmatched = [name["text"] for name in names if not name["ids"]]
    about = {
        "read": len(names),
        "matched": len(names) - len(unmatched),
        "tested": answer["tested"],
        "significant_clusters": answer["significant_clusters"],
        "background": quoted(answer["background"]),
        "quoted": {"unmatched": quoted_all(unmatched, number=MOST_UNMATCHED) or None},
    }
    page = Page(await head(asker) | about, given.offset, given.max_bytes)
    page.fill([_row(row) for row in answer["rows"]])
    return page.answer(answer["total"])


def _row(row: dict[str, Any]) -> dict[str, Any]:
    numbers = ("figure_id", "year", "page", "hits", "words_drawn", "expected", "p", "q", "score", "cluster_size")
    return {
        **{name: row[name] for name in numbers},
        "quoted": {
            "title": quoted(row["title"]),
            "words": quoted_all(row["words"], number=12),
            "genes": quoted_all(row["genes"], number=12),
        },
    }


def _lines(names: list[str]) -> str:
    """Return names as the text of a list, one on a line."""
    return "\n".join(clean(collapse(name)) for name in names)
