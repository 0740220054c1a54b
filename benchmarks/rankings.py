"""The strongest pairs of a build by four orders, side by side, as Markdown: the effect of counting by words.

python benchmarks/rankings.py SOURCE... [--top 20] [--least 10]
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.building.release import release
from kg.graph.knowledge_graph import KnowledgeGraph

ORDERS = {
    "naive: figures that mention both": ("figures_all", "figures_all DESC"),
    "`figures`: by different words": ("figures", "figures DESC"),
    "`npmi`, at least {least} figures": ("npmi", "npmi DESC, figures DESC"),
    "`weight`": ("weight", "weight DESC"),
}

WORDS = "the same by words, `figures`"


def main() -> None:
    """Print a table with one row per rank and one column per order."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+")
    parser.add_argument("--top", type=int, default=20)
    parser.add_argument("--least", type=int, default=10)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        release(arguments.sources, Path(folder) / "build", layers=(), with_store=False)
        with KnowledgeGraph(Path(folder) / "build") as graph:
            columns = [ranked(graph, *order, arguments.top, arguments.least) for order in ORDERS.values()]
            columns.append(ranked_words(graph, arguments.top))
    print("| | " + " | ".join([*(name.format(least=arguments.least) for name in ORDERS), WORDS]) + " |")
    print("|---:|" + "---|" * len(columns))
    for rank, cells in enumerate(zip(*columns, strict=True), 1):
        print(f"| {rank} | " + " | ".join(cells) + " |")


def ranked(graph: KnowledgeGraph, column: str, order: str, top: int, least: int) -> list[str]:
    """Return the best pairs by one order."""
    rows = graph.engine.fetch(
        f"SELECT s.name || '-' || o.name AS pair, c.{column} AS number, c.figures, c.figures_all "
        "FROM cooccurrences AS c JOIN entities AS s ON s.entity_id = c.subject_id "
        "JOIN entities AS o ON o.entity_id = c.object_id "
        f"WHERE c.figures >= {least if column == 'npmi' else 0} "
        f"ORDER BY {', '.join('c.' + column_ for column_ in order.split(', '))}, c.subject_id, c.object_id LIMIT {top}"
    )
    return [cell(column, **row) for row in rows.to_pylist()]


def ranked_words(graph: KnowledgeGraph, top: int) -> list[str]:
    """Return the pairs of words drawn together most often."""
    rows = graph.engine.fetch(
        "SELECT s.word || '-' || o.word AS pair, c.figures FROM word_cooccurrences AS c "
        "JOIN words AS s ON s.word_id = c.subject_id JOIN words AS o ON o.word_id = c.object_id "
        f"ORDER BY c.figures DESC, c.subject_id, c.object_id LIMIT {top}"
    )
    return [f"{row['pair']} {row['figures']}" for row in rows.to_pylist()]


def cell(column: str, pair: str, number: float, figures: int, figures_all: int) -> str:
    """Show a pair with its number; the naive count also with the count by different words."""
    if column == "figures_all":
        return f"{pair} {figures_all} ({figures} by words)"
    if column == "npmi":
        return f"{pair} {number:.3f} ({figures})"
    return f"{pair} {number:.1f}" if column == "weight" else f"{pair} {number}"


if __name__ == "__main__":
    main()
