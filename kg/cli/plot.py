"""`kg plot`: pictures of a build."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import terminal
from kg.cli.options import build_option, find
from kg.model.records import CATEGORIES, FLAVOURS

if TYPE_CHECKING:
    from kg.exporters.plots import Plot, PlotOptions

EVERY = "all"
SINGULAR = {"categories": "category", "taxa": "taxon"}


@click.command(short_help="Draw pictures of a build.")
@build_option
@click.argument("name", required=False, metavar="NAME|all")
@click.option("-o", "--output", type=click.Path(), help="Picture to write, .png or .svg; of all: the folder.")
@click.option("-f", "--format", "format_", type=click.Choice(["png", "svg"]), default="png", show_default=True,
              help="Format of all; that of one picture is its suffix.")  # fmt: skip
@click.option(
    "--of", help="Entity in the middle of a neighbourhood: CURIE, name or drawn word. [default: the most drawn]"
)
@click.option("--top", type=click.IntRange(2, 500),
              help="Pairs of a network, partners of a neighbourhood, genes of a heatmap. [default: 75; 20; 25]",
)  # fmt: skip
@click.option("--category", "categories", multiple=True, type=click.Choice(CATEGORIES),
              help="Entities of this category only; repeatable. [default: all; heatmap: gene]")  # fmt: skip
@click.option("--taxon", "taxa", multiple=True, help="Genes of this NCBI taxon only, such as 9606.")
@click.option("--min-figures", type=click.IntRange(1),
              help="Least figures of a pair. [default: the build's; heatmap: 1]")  # fmt: skip
@click.option("--max-q", type=click.FloatRange(0, 1), help="Greatest false discovery rate of a pair.")
@click.option("--flavour", type=click.Choice(FLAVOURS), default="all", show_default=True,
              help="Mentions by official symbols; by synonyms, too; by families, too.")  # fmt: skip
@click.option("--list", "listing", is_flag=True, help="List the pictures with their options.")
def plot(
    folder: str, name: str | None, output: str | None, format_: str, of: str | None, listing: bool, **filters: Any
) -> None:
    """Draw a picture of a build, and write its numbers beside it as .tsv.

    --of takes an identifier, a name, a synonym, a drawn word or an alias in the lexicon, as kg export does.

    Needs matplotlib: pip install 'pfocr-kg[plot]'

    Example: kg plot neighbourhood --of TNFSF11 -o tnfsf11.png
    """
    from kg.exporters import plots
    from kg.graph.knowledge_graph import KnowledgeGraph

    if listing:
        click.echo(_listing(plots.PLOTS), nl=False)
        return
    if name is None or output is None:
        raise click.UsageError(
            "give the name of a picture, or all, and where it goes with -o; kg plot --list shows the names"
        )
    wanted = {name: plots.plot(name)} if name != EVERY else plots.PLOTS
    given = {option for option, value in {"of": of, **filters}.items() if value not in (None, (), "all")}
    if odd := given - frozenset().union(*(each.takes for each in wanted.values())):
        raise click.UsageError(f"{name} takes no {', '.join(_options(odd))}; kg plot --list shows what it takes")
    files = _files(wanted, name, Path(output), format_)
    with KnowledgeGraph(folder) as graph:
        of = None if of is None else find(graph, of)
        for each, place in files.items():
            asked = _asked(wanted[each].takes, of, filters)
            drawn = plots.render(graph, each, place.suffix[1:], asked)
            for path, body in ((place, drawn.picture), (place.with_suffix(".tsv"), drawn.numbers)):
                with terminal.output(str(path)) as file:
                    file.write(body)
            click.echo(f"{place} and {place.with_suffix('.tsv').name}", err=True)


def _files(wanted: Iterable[str], name: str, output: Path, format_: str) -> dict[str, Path]:
    """Give where each picture goes; make the folder of all."""
    from kg.errors import UnknownName
    from kg.exporters.plots import FORMATS

    if name == EVERY:
        output.mkdir(parents=True, exist_ok=True)
        return {each: output / f"{each}.{format_}" for each in wanted}
    if output.suffix[1:] not in FORMATS:
        raise UnknownName("picture format for the file", str(output), hint="give one that ends in .png or .svg")
    return {name: output}


def _asked(takes: frozenset[str], of: str | None, filters: dict[str, Any]) -> PlotOptions:
    from kg.exporters.plots import PlotOptions
    from kg.graph.views import Filters

    curies = tuple(taxon if ":" in taxon else f"ncbitaxon:{taxon}" for taxon in filters["taxa"])
    kept = {option: value for option, value in (filters | {"taxa": curies}).items() if option in takes}
    return PlotOptions(Filters(**kept), of if "of" in takes else None)


def _options(names: Iterable[str]) -> list[str]:
    """Give fields of Filters as a person types them.

    >>> _options({"categories", "of", "min_figures"})
    ['--category', '--min-figures', '--of']
    """
    return sorted(f"--{SINGULAR.get(name, name).replace('_', '-')}" for name in names)


def _listing(every: Mapping[str, Plot]) -> str:
    from kg.cli.text_table import table

    return table(
        ("picture", "shows", "takes"),
        [(name, each.title, " ".join(_options(each.takes))) for name, each in every.items()],
    )
