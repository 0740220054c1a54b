"""`kg plot`: draw pictures of a build."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import terminal
from kg.cli.completion import complete_plots
from kg.cli.list_network import ListOptions, given_list, list_options, network
from kg.cli.lists import check_not_replaced, match
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
    from kg.exporters.plots import Plot, PlotOptions, Rendered
    from kg.graph.knowledge_graph import KnowledgeGraph

EVERY = "all"
"""Name that stands for all pictures."""

SINGULAR = {"listed": "genes", "categories": "category", "taxa": "taxon", "without_taxa": "without-taxon"}
"""Options whose name differs from the field of Filters."""


@click.command()
@build_option
@click.argument("name", required=False, metavar="NAME|all", shell_complete=complete_plots)
@click.option("-o", "--output", type=click.Path(), help="File to write, .png or .svg; a folder if NAME is all.")
@click.option("-f", "--format", "format_", type=click.Choice(["png", "svg"]), default="png", show_default=True,
              help="Format if NAME is all; otherwise the suffix of the file decides.")  # fmt: skip
@click.option("--of", multiple=True,
              help="Entity in the middle of a neighbourhood: CURIE, name or drawn word. [default: the most drawn] "
              "Repeated: a list for a network, as --genes has it.",
)  # fmt: skip
@list_options
@click.option("--top", type=click.IntRange(2, 500),
              help="Pairs of a network (default 75), partners of a neighbourhood (20), genes of a heatmap (25), "
                   "clusters of an enrichment (20).",
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
@click.option("--by", type=click.Choice(["words", "genes"]), default="words", show_default=True,
              help="Unit of an enrichment, as kg enrich takes it.")  # fmt: skip
@click.option("--target", type=click.Choice(["figures", "entities"]), default="figures", show_default=True,
              help="What an enrichment ranks: figures, or chemicals and diseases.")  # fmt: skip
@click.option("--list", "listing", is_flag=True, help="List the pictures with their options.")
def plot(
    folder: str, name: str | None, output: str | None, format_: str, listed: ListOptions, by: str, target: str,
    listing: bool, **filters: Any,
) -> None:  # fmt: skip
    """Draw a picture of a build, and write its numbers beside it as .tsv.

    --of takes an identifier, a name, a synonym, a drawn word or an alias in the lexicon, as kg export does.

    It needs the extra `plot` (matplotlib). Without it, the command shows how to install it.

    --genes FILE, or several --of, is a list: `network` draws its entities and the pairs among them, `--partners N`
    adds others. A column of numbers in the file, or in the table of --join, is shown as colour.

    Example: kg plot neighbourhood --of TNFSF11 -o tnfsf11.png

    Example: kg plot network --genes genes.csv -o genes.png
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
    of_build = {kind: picture for kind, picture in plots.PLOTS.items() if not picture.of_list}
    wanted = {name: plots.plot(name)} if name != EVERY else of_build
    tested = {"by": by, "target": target}
    _check_options(name, wanted, listed, tested, filters)
    files = _files(wanted, name, Path(output), format_)
    _check_not_replaced(listed, files.values())
    with KnowledgeGraph(folder) as graph:
        options = _drawn_of(graph, name, wanted, listed, filters) | tested
        note_absent_organisms(graph.build, filters["taxa"])
        for picture, path in files.items():
            rendered = plots.render(
                graph, picture, path.suffix[1:], _plot_options(wanted[picture].takes, options, filters)
            )
            _write(path, rendered)


def _check_options(
    name: str, wanted: Mapping[str, Plot], listed: ListOptions, tested: dict[str, str], filters: dict[str, Any]
) -> None:
    """Raise UsageError for options that the picture does not have, and for those that do not go together."""
    takes = frozenset[str]().union(*(picture.takes for picture in wanted.values()))
    of_list = listed.given or (listed.several and "of" not in takes)
    given = {"listed" if of_list else "of": bool(of_list or listed.of), **filters}
    used = {option for option, value in given.items() if value not in (None, (), "all", False)}
    used |= {option for option, value in tested.items() if value not in ("words", "figures")}
    if wrong := used - takes:
        raise click.UsageError(f"{name} takes no {', '.join(_options(wrong))}; kg plot --list shows what it takes")
    if any(picture.of_list for picture in wanted.values()) and not (listed.genes or listed.of):
        raise click.UsageError(f"{name} is of a list; give one with --genes FILE")
    if of_list:
        listed.check(filters)
    else:
        listed.check_no_list()


def _drawn_of(
    graph: KnowledgeGraph, name: str, wanted: Mapping[str, Plot], listed: ListOptions, filters: dict[str, Any]
) -> dict[str, Any]:
    """Return `of`, the CURIE of the entity in the middle, or `listed`, the network of a list.

    Raises UsageError for a list where no picture takes one, and for one name where only a list is taken.
    """
    from kg.cli.enrich_lists import check_testable
    from kg.graph.views import CYTOSCAPE_LIMIT, Filters

    given = given_list(graph, listed, filters)
    if given is not None and not any("listed" in picture.takes for picture in wanted.values()):
        raise click.UsageError(f"{name} takes one name, not a list; kg plot network draws the network of a list")
    if given is not None and any(picture.of_list for picture in wanted.values()):
        matched = match(graph, given, filters["taxa"], filters["without_taxa"])
        check_testable(matched)
        return {"ids": matched.ids}
    if given is not None:
        view = network(graph, given, listed, Filters(**filters | {"top": None}), CYTOSCAPE_LIMIT)
        return {"listed": view}
    if listed.text is None:
        return {}
    if not any("of" in picture.takes for picture in wanted.values()):
        raise click.UsageError(f"{name} takes a list: --genes FILE, or several --of")
    return {"of": find(graph, listed.text, filters["taxa"], filters["without_taxa"])}


def _check_not_replaced(listed: ListOptions, pictures: Iterable[Path]) -> None:
    """Raise ParameterError where a file of the picture would replace the list or the table to join."""
    files = [path for file in pictures for path in (file, file.with_suffix(".tsv"), file.with_suffix(".nodes.tsv"))]
    check_not_replaced([listed.genes, listed.join], files, "the picture or its numbers")


def _write(path: Path, rendered: Rendered) -> None:
    """Write a picture and its numbers; none replaces an older file before all are complete."""
    files = {path: rendered.picture, path.with_suffix(".tsv"): rendered.numbers}
    if rendered.nodes:
        files[path.with_suffix(".nodes.tsv")] = rendered.nodes
    with ExitStack() as opened:
        for file, content in files.items():
            target = opened.enter_context(terminal.output(str(file)))
            target.write(content)
            target.flush()
    click.echo(" and ".join([str(path), *(file.name for file in list(files)[1:])]), err=True)


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


def _plot_options(takes: frozenset[str], drawn_of: dict[str, Any], filters: dict[str, Any]) -> PlotOptions:
    from kg.exporters.plots import PlotOptions
    from kg.graph.views import Filters

    taken = {option: value for option, value in filters.items() if option in takes}
    return PlotOptions(
        Filters(**taken), **{option: value for option, value in drawn_of.items() if option in takes | {"ids"}}
    )


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
