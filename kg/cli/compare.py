"""`kg compare`: compare the figures of a build with the pathways of a GMT file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import lists, terminal
from kg.cli.options import Number, build_option, note_absent_organisms, taxon_option, without_taxon_option
from kg.errors import SourceError

if TYPE_CHECKING:
    from kg.parsers.pathways import PathwayFile

FORMATS = ("table", "tsv", "csv", "json", "parquet", "html", "png", "svg")

STATUSES = ("matched", "partial", "no pathway", "no figure", "too few")

SHOWN = 20
"""Rows of a table to read; other formats have all rows."""


@click.command()
@build_option
@click.argument("gmt", metavar="FILE.gmt", type=click.Path())
@click.option("--table", "which", type=click.Choice(["figures", "pathways", "novel-words"]), default="figures",
              show_default=True, help="Table that is written, where a file has one.")  # fmt: skip
@click.option("--status", "statuses", multiple=True, type=click.Choice(STATUSES),
              help="Only rows with this status; repeatable. [default: all]")  # fmt: skip
@click.option("--by", type=click.Choice(["words", "genes"]), default="words", show_default=True,
              help="words: one a drawn word, however many genes it stands for; "
                   "genes: one a gene, for comparison.")  # fmt: skip
@click.option("--min-words", type=click.IntRange(1), default=3, show_default=True,
              help="Least words (genes with --by genes) that a figure and a pathway share.")  # fmt: skip
@click.option("--min-coverage", type=Number(0, 1), default=0.5, show_default=True,
              help="Least part of a figure's words that a pathway has where the two match.")  # fmt: skip
@click.option("--max-q", type=Number(0, 1), default=0.05, show_default=True,
              help="Greatest false discovery rate of a figure and a pathway that match.")  # fmt: skip
@click.option("--top", type=click.IntRange(1), help=f"Number of rows. [default: {SHOWN} in a table, otherwise all]")
@taxon_option
@without_taxon_option
@click.option("-f", "--format", "format_", type=click.Choice(FORMATS),
              help="Format. [default: by the suffix of -o; tsv for the tables of a folder]")  # fmt: skip
@click.option("-o", "--output", default="-", show_default=True, type=click.Path(),
              help="File to write, - for stdout; a name without suffix is a folder with all tables, page and picture.",
)  # fmt: skip
def compare(
    folder: str, gmt: str, which: str, statuses: tuple[str, ...], by: Any, min_words: int, min_coverage: float,
    max_q: float, top: int | None, taxa: tuple[str, ...], without_taxa: tuple[str, ...], format_: str | None,
    output: str,
) -> None:  # fmt: skip
    """Compare figures with the pathways of a GMT file.

    FILE.gmt, also as .gmt.gz or - for standard input, has one pathway a line, with NCBI Gene ids or symbols:
    WikiPathways, Reactome, MSigDB or sets of your own. The tables say which figures show what no pathway has, which
    pathways have no figure, and which words are in no pathway. kg diff compares two builds.

    Example: kg compare wikipathways.gmt -o compared

    Example: kg compare wikipathways.gmt --table pathways --status 'no figure'
    """
    from kg.cli.compare_answer import Answer, format_of, write
    from kg.cli.enrich import universe_of
    from kg.enrichment.comparison import ComparisonOptions
    from kg.graph.comparison import compare_build, match_pathways
    from kg.graph.knowledge_graph import KnowledgeGraph

    chosen = format_of(output, format_)
    if chosen == "parquet" and terminal.on_terminal(output):
        raise click.UsageError("parquet is not text, which a terminal could show; give a file with -o")
    _check_rows(chosen, which, statuses, top)
    lists.check_not_replaced([gmt], [Path(output)], "the output")
    options = ComparisonOptions(by, min_words, max_q, min_coverage)
    given = _read(gmt)
    for problem in given.problems:
        terminal.note(problem)
    with KnowledgeGraph(folder) as graph, universe_of(graph) as universe:
        note_absent_organisms(graph.build, taxa)
        matched = match_pathways(graph, given.pathways, lists.source(gmt), taxa, without_taxa)
        for line in matched.report:
            terminal.note(line)
        compared = compare_build(universe(), matched, options)
    for line in compared.summary():
        terminal.note(line)
    source = "standard input" if gmt == "-" else Path(gmt).name
    write(Answer(compared, source, matched.report, which, statuses, top), chosen, output)


def _check_rows(chosen: str, which: str, statuses: tuple[str, ...], top: int | None) -> None:
    """Raise UsageError for a choice of rows that the answer does not have."""
    from kg.enrichment.comparison import FIGURE_STATUSES, PATHWAY_STATUSES

    if chosen in ("html", "png", "svg") and (statuses or top):
        raise click.UsageError(f"{chosen} shows the whole comparison; --status and --top are for tables")
    if chosen == "json" or chosen.startswith("folder:"):
        return
    if which == "novel-words" and statuses:
        raise click.UsageError("--status: novel words have none; it is for --table figures and --table pathways")
    own, others = ("figures", FIGURE_STATUSES), ("pathways", PATHWAY_STATUSES)
    (table, known), (other, _) = (own, others) if which == "figures" else (others, own)
    for status in statuses:
        if which != "novel-words" and status not in known:
            raise click.UsageError(f"--status {status!r}: {table} have none; it is for --table {other}")


def _read(path: str) -> PathwayFile:
    """Read the pathways of a file, plain or compressed; raise SourceError where it cannot be read or has none."""
    from kg.parsers.pathways import read_pathways

    if path != "-" and Path(path).is_dir():
        raise SourceError(f"{path}: a folder; give a GMT file, one pathway a line (kg diff compares two builds)")
    return read_pathways(lists.read_content(path), lists.source(path))
