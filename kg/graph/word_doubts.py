"""Rows of readings grouped by word: a word in doubt with its candidates."""

from collections.abc import Iterable, Sequence
from typing import Any


def by_word(rows: Iterable[dict[str, Any]], keys: Sequence[str]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    """Return the words in doubt by the values of `keys`, each word once with its candidates in the order of the rows.

    A row has the `keys`, the `word` as it is drawn, `meant`, the probability that the word means the entity that the
    keys name, and the columns of one candidate.

    >>> row = {"figure": 1, "word": "CBP", "meant": 0.98, "id": "ncbigene:1387", "probability": 0.98}
    >>> by_word([row], ["figure"])
    {(1,): [{'word': 'CBP', 'probability': 0.98, 'candidates': [{'id': 'ncbigene:1387', 'probability': 0.98}]}]}
    """
    by_key: dict[tuple[Any, ...], dict[str, dict[str, Any]]] = {}
    for row in rows:
        words = by_key.setdefault(tuple(row[key] for key in keys), {})
        said = {"word": row["word"], "probability": round(row["meant"], 2), "candidates": []}
        candidate = {name: value for name, value in row.items() if name not in {*keys, "word", "meant"}}
        words.setdefault(row["word"], said)["candidates"].append(candidate)
    return {key: [*words.values()] for key, words in by_key.items()}
