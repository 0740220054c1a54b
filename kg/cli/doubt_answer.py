"""What `kg stats` and `kg lookup` say of words in doubt, as text and as JSON."""

from collections.abc import Iterable
from typing import Any

from kg.cli import text_table
from kg.graph.doubt import DoubtCounts, WordInDoubt, described, names


def doubt_table(counts: DoubtCounts) -> str:
    """Write how many words and figures are in doubt."""
    rows = [
        ("may mean several things", counts.words, counts.figures),
        ("read otherwise than their record", counts.differing_words, counts.differing_figures),
    ]
    return text_table.table(("drawn words", "words", "figures"), rows)


def doubt_line(word: WordInDoubt) -> str:
    """Write in one line the best reading of a word in a build, and the readings of its records."""
    others = f" of {word.drawn:,}" if word.drawn > word.figures else ""
    figures = f"{word.figures:,}{others} figure{'s' if word.figures > 1 or others else ''}"
    same = [word.best.entity_id] == [meaning.entity_id for meaning in word.records]
    records = "and so say the records" if same else f"the records say {names(word.records)}"
    return f"{word.word}: {described(word.best)}, in {figures}; {records}"


def meanings_table(word: WordInDoubt) -> str:
    """Write the readings of a word as a table: `best` and `recorded` are figures."""
    columns = ("id", "name", "how", "probability", "best", "recorded")
    rows = [
        (
            meaning.entity_id,
            meaning.title,
            meaning.source,
            round(meaning.probability, 4),
            meaning.best,
            meaning.recorded,
        )
        for meaning in word.meanings
    ]
    return f"what {word.word} may mean where it is in doubt\n{text_table.table(columns, rows)}"


def doubt_dicts(words: Iterable[WordInDoubt]) -> list[dict[str, Any]]:
    """Return words in doubt for JSON."""
    return [
        {"word": word.word, "figures": word.figures, "drawn": word.drawn, "differing": word.differing}
        | {
            "meanings": [
                meaning._asdict() | {"probability": round(meaning.probability, 4)} for meaning in word.meanings
            ]
        }
        for word in words
    ]
