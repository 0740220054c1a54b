"""`kg curate`: write the words in doubt of a build as a table to fill."""

from __future__ import annotations

import click

from kg.cli import terminal
from kg.cli.options import Number, build_option, chosen_build
from kg.model.records import SURE


@click.command()
@click.argument("build", required=False, type=click.Path(), metavar="[BUILD]")
@build_option
@click.option("-o", "--output", default="-", show_default=True, type=click.Path(),
              help="File to write (.tsv), - for stdout.")  # fmt: skip
@click.option("--below", type=Number(0, 1), default=SURE, show_default=True, metavar="P",
              help="Only words whose best reading has a probability under P.")  # fmt: skip
@click.option("--figures", is_flag=True, help="A row for each figure and word, not for each word.")
def curate(build: str | None, folder: str, output: str, below: float, figures: bool) -> None:
    """Write the words whose meaning is in doubt, the most frequent first, as a table to fill.

    Each row has a word, its candidates with their probabilities, the readings of the records, and example figures.
    Fill the column entity where you know the meaning: a gene symbol, a CURIE, or several joined by |. Leave it empty
    elsewhere. Then build with: kg build SOURCE --readings-file FILE

    Example: kg curate exports -o words.tsv
    """
    from kg.graph import curation
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.runtime.paths import shell_word

    with KnowledgeGraph(chosen_build(build, folder)) as graph:
        rows = curation.figures_to_curate(graph, below) if figures else curation.words_to_curate(graph, below)
        with terminal.output(output) as file:
            count = curation.write(rows, file)
    if output != "-":
        kind = "figures and words" if figures else "words"
        way_on = f"fill the column entity, then: kg build SOURCE --readings-file {shell_word(output)}"
        terminal.note(f"{output}: {count:,} {kind} in doubt; {way_on}")
