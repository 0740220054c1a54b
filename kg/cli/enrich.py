"""`kg enrich`: find the figures, or the chemicals and diseases, in which a list of genes is enriched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import terminal
from kg.cli.lists import check_not_replaced
from kg.cli.options import Number, build_option, note_absent_organisms, taxon_option, without_taxon_option

if TYPE_CHECKING:
    import pyarrow as pa

    from kg.enrichment.enrich import Enrichment, EnrichmentOptions
    from kg.enrichment.universe import Universe
    from kg.graph.entity_list import EntityList
    from kg.graph.knowledge_graph import KnowledgeGraph

FORMATS = ("table", "tsv", "csv", "json", "parquet")

SHOWN, SHOWN_OF_SETS = 20, 5
"""Rows of a table of one list, and of each of several lists; other formats have all rows."""


@click.command()
@build_option
@click.argument("genes", required=False, metavar="[GENES]", type=click.Path())
@click.option("--genes", "listed", type=click.Path(), metavar="FILE", help="The same as GENES, as in kg export.")
@click.option("--of", multiple=True, metavar="NAME", help="A name of the list, in place of GENES; repeatable.")
@click.option(
    "--sets", type=click.Path(), metavar="FILE.gmt", help="Several lists in place of GENES, one a line (GMT)."
)
@click.option(
    "--background", type=click.Path(), metavar="FILE",
    help="The genes that the list was chosen from, such as those measured. [default: all that figures draw]",
)  # fmt: skip
@click.option("--by", type=click.Choice(["words", "genes"]), default="words", show_default=True,
              help="words: one hit a drawn word, however many genes it stands for; "
                   "genes: the usual hypergeometric test, for comparison.")  # fmt: skip
@click.option("--target", type=click.Choice(["figures", "entities"]), default="figures", show_default=True,
              help="What is ranked: figures, or the chemicals and diseases drawn with the list.")  # fmt: skip
@click.option("--min-words", type=click.IntRange(1), default=2, show_default=True,
              help="Least words of a figure that the list hits (genes with --by genes).")  # fmt: skip
@click.option("--max-q", type=Number(0, 1), default=1.0, help="Greatest false discovery rate of a row. [default: 1]")
@click.option("--top", type=click.IntRange(1),
              help=f"Number of rows. [default: {SHOWN} in a table, {SHOWN_OF_SETS} for each of --sets, otherwise all]",
)  # fmt: skip
@click.option("--all", "every", is_flag=True, help="All figures, not only the best of each cluster of similar ones.")
@click.option("--license", "licenses", multiple=True, metavar="CODE",
              help="Only figures of articles with this licence, such as CC0 or 'CC BY'; repeatable. The test stays "
                   "that of all figures.")  # fmt: skip
@taxon_option
@without_taxon_option
@click.option("-f", "--format", "format_", type=click.Choice(FORMATS), help="Format. [default: by the suffix of -o]")
@click.option("-o", "--output", default="-", show_default=True, type=click.Path(),
              help="File to write, - for stdout.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Show no progress bar.")
def enrich(
    folder: str, genes: str | None, listed: str | None, of: tuple[str, ...], sets: str | None, background: str | None,
    by: str, target: str, min_words: int, max_q: float, top: int | None, every: bool, taxa: tuple[str, ...],
    without_taxa: tuple[str, ...], licenses: tuple[str, ...], format_: str | None, output: str, quiet: bool,
) -> None:  # fmt: skip
    """Find the figures in which a list of genes is enriched.

    GENES is a file, or - for standard input: names, one a line or in a table. A name may be a symbol in any case, a
    previous symbol, an alias, a drawn word or an identifier. A report of the names goes to stderr, with the
    background of the test.

    Example: kg enrich genes.txt -o enriched.tsv
    """
    from kg.cli.enrich_answer import format_of, write
    from kg.cli.enrich_lists import Matching, read
    from kg.graph.knowledge_graph import KnowledgeGraph

    if licenses and target != "figures":
        raise click.UsageError("--license is for figures; leave it out with --target entities")
    if sum((genes is not None, listed is not None, bool(of), sets is not None)) != 1:
        raise click.UsageError("give one list: a file (- for standard input), names with --of, or --sets FILE.gmt")
    genes = genes if listed is None else listed
    chosen = format_ or format_of(output)
    if chosen == "parquet" and terminal.on_terminal(output):
        raise click.UsageError("parquet is not text, which a terminal could show; give a file with -o")
    check_not_replaced([genes, sets, background], [Path(output)], "the output")
    rows = Rows(every, max_q, top or (None if chosen != "table" else SHOWN_OF_SETS if sets else SHOWN))
    given = read(genes, of, sets, background)
    with KnowledgeGraph(folder) as graph, universe_of(graph) as universe:
        matching = Matching(graph, taxa, without_taxa)
        matched, known = matching.lists(given), matching.background(given)
        note_absent_organisms(graph.build, taxa)
        options = _options(by, target, min_words, known)
        rows = replace(rows, figures=graph.licensed(licenses) if licenses else None)
        answers = list(_answers(universe, matched, options, rows, quiet=quiet))
    with terminal.output(output) as file:
        write(file, answers, options, chosen, several=sets is not None)


@contextmanager
def universe_of(graph: KnowledgeGraph) -> Iterator[Callable[[], Universe]]:
    """Read the drawings in a thread, because that takes as long as matching the names; a call returns them."""
    from kg.enrichment.universe import Universe

    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(Universe, graph.engine).result


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows of a result are shown."""

    every: bool
    max_q: float
    top: int | None
    figures: frozenset[str] | None = None
    """CURIEs of the figures that may be shown; None: all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The result for one list, and its rows that are shown."""

    given: EntityList
    result: Enrichment
    table: pa.Table


def _options(by: Any, of: Any, min_hits: int, background: frozenset[str] | None) -> EnrichmentOptions:
    from kg.enrichment.enrich import EnrichmentOptions

    return EnrichmentOptions(by=by, of=of, min_hits=min_hits, background=background)


def _answers(
    universe: Callable[[], Universe], lists: list[EntityList], options: EnrichmentOptions, rows: Rows, *, quiet: bool
) -> Iterator[Answer]:
    """Yield the answer for each list; note what each was compared with."""
    from kg.enrichment.enrich import enrich as test
    from kg.exporters.enrichment import shown_rows, summary
    from kg.graph.links import with_links

    with terminal.progress(quiet) as progress:
        for number, given in enumerate(lists, 1):
            result = test(universe(), given.ids, options)
            progress("lists", number, len(lists))
            if len(lists) == 1:
                for line in summary(result, options):
                    terminal.note(line)
                if options.min_hits > 1 and not result.table.num_rows:
                    terminal.note(f"no rows with {options.min_hits:,} hits; --min-words 1 shows those with one")
            table = shown_rows(result, every=rows.every, max_q=rows.max_q, figures=rows.figures)
            most = min(rows.top or table.num_rows, table.num_rows)
            yield Answer(given, result, with_links(table.slice(0, most)))
