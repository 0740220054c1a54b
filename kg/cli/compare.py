"""`kg compare`: compare the figures of a build with the pathways of a GMT file."""

from __future__ import annotations

import gzip
import io
import zlib
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
    from kg.exporters.comparison import compare_build, match_pathways
    from kg.graph.knowledge_graph import KnowledgeGraph

    chosen = format_of(output, format_)
    if chosen == "parquet" and terminal.on_terminal(output):
        raise click.UsageError("parquet is not text, which a terminal could show; give a file with -o")
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


def _read(path: str) -> PathwayFile:
    """Read the pathways of a file, plain or compressed; raise SourceError where it cannot be read or has none."""
    from kg.parsers.pathways import read_pathways

    if path != "-" and Path(path).is_dir():
        raise SourceError(f"{path}: a folder; give a GMT file, one pathway a line (kg diff compares two builds)")
    content = lists.read_content(path)
    if content.startswith(b"\x1f\x8b"):
        content = _unpacked(content, lists.source(path))
    return read_pathways(content, lists.source(path))


def _unpacked(content: bytes, source: str) -> bytes:
    """Return the content of a gzip file; raise SourceError for a damaged one, and beyond the limit of lists."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            unpacked = file.read(lists.MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{source}: damaged gzip: {error}") from None
    if len(unpacked) > lists.MOST_BYTES:
        raise SourceError(f"{source}: over {lists.MOST_BYTES // 2**20} MiB unpacked; give fewer pathways")
    return unpacked
