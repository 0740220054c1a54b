"""The tools `evidence` and `figure`."""

from typing import Any

from kg.web.mcp.arguments import EvidenceArguments, FigureArguments
from kg.web.mcp.asking import Asker, ToolProblem
from kg.web.mcp.entity_tools import head, meaning_row, named
from kg.web.mcp.paging import Page
from kg.web.mcp.quoting import SHORT, quoted, quoted_all

CAPTION = 1000
"""Bytes of a caption in an answer."""

MOST_DOUBTS = 3
"""Greatest number of words in doubt in a row."""

MOST_MEANINGS = 8
"""Greatest number of meanings of a word in a row; a family word may have 50."""

_SIMILAR = 5
"""Figures that are suggested for an unknown one."""


async def evidence(asker: Asker, given: EvidenceArguments) -> dict[str, Any]:
    """Return the figures of a pair, with the words that mean its ends."""
    answer = await asker.get(
        "/api/evidence",
        subject=given.subject,
        object=given.object,
        flavour=given.flavour,
        min_probability=given.min_probability,
        limit=given.limit,
        offset=given.offset,
        **{"from": given.first_year, "to": given.last_year},
    )
    ends = {name: named(answer[name]) for name in ("subject", "object")}
    counts = {name: answer[name] for name in ("figures", "figures_all")}
    page = Page(await head(asker) | ends | counts, given.offset, given.max_bytes)
    page.fill([_evidence_row(row, ends) for row in answer["rows"]])
    return page.answer(answer["figures_mentioned"])


def _evidence_row(row: dict[str, Any], ends: dict[str, dict[str, Any]]) -> dict[str, Any]:
    doubts = [
        {
            "means": ends[end]["id"],
            "probability": doubt["probability"],
            "quoted": {"word": quoted(doubt["word"], SHORT)},
        }
        for end in ("subject", "object")
        for doubt in row[f"{end}_readings"]
    ]
    return {
        **{name: row[name] for name in ("figure_id", "alias", "year", "paper_id", "page")},
        "different_words": row["different"],
        "doubtful": row["doubtful"],
        "doubts": doubts[:MOST_DOUBTS] or None,
        "quoted": {
            "title": quoted(row["title"]),
            "paper_title": quoted(row["paper_title"]),
            "subject_words": quoted_all(row["subject_words"]) or None,
            "object_words": quoted_all(row["object_words"]) or None,
        },
    }


async def figure(asker: Asker, given: FigureArguments) -> dict[str, Any]:
    """Return a figure with its caption, its paper and its drawn words."""
    answer = await _described(asker, given.figure)
    paper = answer["paper"]
    described = {
        "figure_id": answer["id"],
        "alias": answer["alias"],
        "year": answer["year"],
        "page": answer["page"],
        "paper_id": paper["id"],
        "paper_page": paper["url"],
        "licence": quoted(answer["license"], SHORT),
        "pathway_score": answer["score"],
        "quoted": {
            "title": quoted(answer["title"]),
            "caption": quoted(answer["caption"], CAPTION),
            "paper_title": quoted(paper["title"]),
            "reference": quoted(paper["reference"]),
        },
    }
    page = Page(await head(asker) | described, given.offset, given.max_bytes)
    page.fill([_word_row(word) for word in answer["words"][given.offset :][: given.limit]])
    return page.answer(len(answer["words"]))


async def _described(asker: Asker, text: str) -> dict[str, Any]:
    """Return the figure that a text names; raise ToolProblem with similar ones."""
    try:
        return await asker.get("/api/figure", id=text)
    except ToolProblem as problem:
        search = await asker.get("/api/search", q=text.removeprefix("pfocr:"), limit=_SIMILAR)
        similar = search["figures"]["figures"]
        suggestions = [{"id": row["id"], "name": row["title"], "category": "figure"} for row in similar]
        raise ToolProblem(str(problem), suggestions) from None


def _word_row(word: dict[str, Any]) -> dict[str, Any]:
    likely = sorted(word["entities"], key=lambda meaning: -meaning["probability"])
    return {
        "meanings": [meaning_row(meaning) for meaning in likely[:MOST_MEANINGS]],
        "candidates": [meaning_row(meaning) for meaning in word["candidates"][:MOST_MEANINGS]] or None,
        "quoted": {"word": quoted(word["word"], SHORT)},
    }
