"""`kg plot`: draw pictures of a build."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import terminal
from kg.cli.completion import complete_plots
from kg.cli.options import (
    Number,
    build_option,
    find,
    note_absent_organisms,
    probability_options,
    taxon_option,
    without_taxon_option,
)
from kg.model.records import CATEGORIES, FLAVOURS

if TYPE_CHECKING:
    from kg.exporters.plots import Plot, PlotOptions

EVERY = "all"
"""Name that stands for all pictures."""

SINGULAR = {"categories": "category", "taxa": "taxon", "without_taxa": "without-taxon"}
"""Options whose name differs from the field of Filters."""


@click.command(short_help="Draw pictures of a build.")
@build_option
@click.argument("name", required=False, metavar="NAME|all", shell_complete=complete_plots)
@click.option("-o", "--output", type=click.Path(), help="File to write, .png or .svg; a folder if NAME is all.")
@click.option("-f", "--format", "format_", type=click.Choice(["png", "svg"]), default="png", show_default=True,
              help="Format if NAME is all; otherwise the suffix of the file decides.")  # fmt: skip
@click.option("--of",
              help="Entity in the middle of a neighbourhood: CURIE, name or drawn word. [default: the most drawn]",
)  # fmt: skip
@click.option("--top", type=click.IntRange(2, 500),
              help="Pairs of a network (default 75), partners of a neighbourhood (20), genes of a heatmap (25).",
)  # fmt: skip
@click.option("--category", "categories", multiple=True, type=click.Choice(CATEGORIES),
              help="Only entities of this category; repeatable. [default: all; heatmap: gene]")  # fmt: skip
@taxon_option
@without_taxon_option
@click.option("--min-figures", type=click.IntRange(1),
              help="Smallest number of figures of a pair. [default: the build's; heatmap: 1]")  # fmt: skip
@click.option("--max-q", type=Number(0, 1), help="Largest false discovery rate of a pair.")
@click.option("--flavour", type=click.Choice(FLAVOURS), default="all", show_default=True,
              help="strict: official symbols only; synonyms: these, too; all: families, too.")  # fmt: skip
@probability_options
@click.option("--list", "listing", is_flag=True, help="List the pictures with their options.")
def plot(
    folder: str, name: str | None, output: str | None, format_: str, of: str | None, listing: bool, **filters: Any
) -> None:
    """Draw a picture of a build, and write its numbers beside it as .tsv.

    --of takes an identifier, a name, a synonym, a drawn word or an alias in the lexicon, as kg export does.

    It needs the extra `plot` (matplotlib). Without it, the command shows how to install it.

    Example: kg plot neighbourhood --of TNFSF11 -o tnfsf11.png
    """
    from kg.exporters import plots
    from kg.graph.knowledge_graph import KnowledgeGraph

    if listing:
        click.echo(_listing(plots.PLOTS), nl=False)
        return
    if name is None or output is None:
        raise click.UsageError(
            "give the name of a picture, or all, and the file or folder with -o; kg plot --list shows the names"
        )
    wanted = {name: plots.plot(name)} if name != EVERY else plots.PLOTS
    used = {option for option, value in {"of": of, **filters}.items() if value not in (None, (), "all")}
    if wrong := used - frozenset().union(*(picture.takes for picture in wanted.values())):
        raise click.UsageError(f"{name} takes no {', '.join(_options(wrong))}; kg plot --list shows what it takes")
    files = _files(wanted, name, Path(output), format_)
    with KnowledgeGraph(folder) as graph:
        of = None if of is None else find(graph, of, filters["taxa"], filters["without_taxa"])
        note_absent_organisms(graph.build, filters["taxa"])
        for picture, path in files.items():
            rendered = plots.render(graph, picture, path.suffix[1:], _plot_options(wanted[picture].takes, of, filters))
            numbers = path.with_suffix(".tsv")
            with terminal.output(str(path)) as drawing, terminal.output(str(numbers)) as table:
                drawing.write(rendered.picture)
                table.write(rendered.numbers)
            click.echo(f"{path} and {numbers.name}", err=True)


def _files(pictures: Iterable[str], name: str, output: Path, format_: str) -> dict[str, Path]:
    """Return the path of each picture; create the folder if there are several."""
    from kg.errors import ParameterError
    from kg.exporters.plots import FORMATS

    if name == EVERY:
        output.mkdir(parents=True, exist_ok=True)
        return {picture: output / f"{picture}.{format_}" for picture in pictures}
    if output.suffix[1:] not in FORMATS:
        raise ParameterError(f"{output}: a picture is written as .png or .svg; give a file that ends in one of them")
    return {name: output}


def _plot_options(takes: frozenset[str], of: str | None, filters: dict[str, Any]) -> PlotOptions:
    from kg.exporters.plots import PlotOptions
    from kg.graph.views import Filters

    taken = {option: value for option, value in filters.items() if option in takes}
    return PlotOptions(Filters(**taken), of if "of" in takes else None)


def _options(names: Iterable[str]) -> list[str]:
    """Return fields of Filters as options of the command line.

    >>> _options({"categories", "of", "min_figures"})
    ['--category', '--min-figures', '--of']
    """
    return sorted(f"--{SINGULAR.get(name, name).replace('_', '-')}" for name in names)


def _listing(pictures: Mapping[str, Plot]) -> str:
    from kg.cli.text_table import table

    return table(
        ("picture", "shows", "takes"),
        [(name, picture.title, " ".join(_options(picture.takes))) for name, picture in pictures.items()],
    )
