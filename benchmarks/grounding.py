"""How often the lexicon grounds the chemical and disease words of records as their own tables do.

    python benchmarks/grounding.py ../shared/data/pfocr-sample ../shared/data/seed-sidecars [--misses]

Prints a table of docs/words.md as Markdown. A use is a row of a record's table with an identifier. The lexicon gets its
word alone, as a keyword of unknown category, and by its category. An answer is right if it or one of its
cross-references is an identifier of the row, or if the lexicon joins it with one. MeSH has one record for NAD+ and
NADH, for example.
`none` counts rows without an identifier, which are no uses.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence

from kg.ingest import sources
from kg.lexicon.lexicon import Lexicon, Reading
from kg.model.records import Category, Mention
from kg.parsers import parser_for

CATEGORIES: tuple[Category, ...] = ("chemical", "disease")
OUTCOMES = ("right", "other", "unknown", "gene", "none")


def uses(inputs: Sequence[str]) -> Iterator[tuple[Category, str, frozenset[str]]]:
    """Yield category, word and identifiers of each row of the tables of chemicals and diseases."""
    for entry in sources.scan(inputs):
        parser = parser_for(entry.name)
        for element in parser.parse(entry.name, entry.read()) if parser else ():
            if isinstance(element, Mention) and element.origin == "sidecar" and element.category in CATEGORIES:
                ids = frozenset(filter(None, (element.entity_id, element.xref)))
                yield element.category, element.word or element.keyword, ids


def outcome(reading: Reading | None, ids: frozenset[str], lexicon: Lexicon) -> str:
    """Compare the reading of a word with the identifiers of its row."""
    if not ids:
        return "none"
    if reading is None:
        return "unknown"
    of_row = {*ids, *map(lexicon.identity.primary, ids)}
    if not of_row.isdisjoint((reading.entity_id, *reading.xrefs)):
        return "right"
    return "gene" if reading.category == "gene" else "other"


def main() -> None:
    """Print a line for each category of uses and each way to ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+")
    parser.add_argument("--misses", action="store_true", help="print the words that are not right")
    arguments = parser.parse_args()
    lexicon = Lexicon.bundled()
    rows = list(uses(arguments.sources))
    misses: Counter[tuple[str, ...]] = Counter()
    print("| words | asked as | uses | right | other id | unknown | taken for a gene | rows without id |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for category in CATEGORIES:
        own = [(word, ids) for of_row, word, ids in rows if of_row == category]
        for asked in (None, category):
            readings = lexicon.ground({word for word, _ in own}, asked)
            results = [(outcome(readings.get(word), ids, lexicon), word, ids) for word, ids in own]
            counts = Counter(result for result, _, _ in results)
            total = len(own) - counts["none"]
            share = f"{counts['right']} ({counts['right'] / max(total, 1):.1%})".replace("%", " %")
            cells = [share, *(str(counts[name]) for name in OUTCOMES[1:])]
            print(f"| {category} | {asked or 'keyword'} | {total} | {' | '.join(cells)} |")
            if asked is None:
                for result, word, ids in results:
                    if result not in ("right", "none"):
                        reading = readings.get(word)
                        found = f"{reading.entity_id} {reading.name}" if reading else "-"
                        misses[result, word, " ".join(sorted(ids)), found] += 1
    if arguments.misses:
        print("\n| miss | word | id of the table | found | uses |\n|---|---|---|---|---:|")
        print("".join(f"| {' | '.join(miss)} | {count} |\n" for miss, count in sorted(misses.items())), end="")


if __name__ == "__main__":
    main()
