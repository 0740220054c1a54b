"""The command line: options in, one library call, a readable answer out.

Data goes to stdout, notes and progress to stderr; `-` is stdin or stdout. Exit codes: 0 done, 1 failed
with nothing changed at the destination, 2 wrong usage. What a command needs is imported inside it, so
that `kg --help` is quick.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg import __version__, console, plugins
from kg.console import Commands
from kg.model import CATEGORIES
from kg.terms import DEFAULT_BASE

if TYPE_CHECKING:
    from kg.views import Filters

CATEGORY_CHOICE = click.Choice(CATEGORIES)
QUERY_FORMATS = ("table", "csv", "tsv", "json", "xml", "turtle", "ntriples")

build_option = click.option(
    "--build", "folder", default="exports", show_default=True, type=click.Path(), help="Folder of a finished build."
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "KG"})
@click.version_option(__version__, prog_name="kg")
@click.option("--debug", is_flag=True, help="Show the traceback of an error, too.")
def main(debug: bool) -> None:
    """Build, export and query a knowledge graph of pathway figures (PFOCR).

    \b
    kg build seeds                     records to tables, Turtle, GraphML and a store, in ./exports
    kg query partners -p entity=TNFSF11
    kg export -f graphml --view ego --of TNFSF11 -o tnfsf11.graphml
    """  # noqa: D301 click reads the \\b as: keep these lines
    del debug  # read where an error is shown
    console.heed_signals()


# -- build


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", default="exports", show_default=True, type=click.Path(), help="Folder to write.")
@click.option(
    "--min-figures", type=click.IntRange(1), help="Least figures of a pair in RDF and graphs. [default: auto]"
)
@click.option("--max-entities", type=click.IntRange(2), default=1000, show_default=True,
              help="Leave figures with more entities out of co-occurrence.")  # fmt: skip
@click.option("--base", default=DEFAULT_BASE, show_default=True, help="IRI under which our own terms lie.")
@click.option("--layers", default="mentions,words,cooccurrences", show_default=True, help="What RDF holds, by commas.")
@click.option("--no-store", is_flag=True, help="Make no queryable store.")
@click.option("--strict", is_flag=True, help="Fail, and write nothing, if a record has to be skipped.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Processes that read records. [default: one a core]")
@click.option(
    "--memory-limit", default="4GiB", show_default=True, help="Memory of the database engine; the rest spills."
)
@click.option("--engine", default="duckdb", show_default=True, help="Database engine, by its plug-in name.")
@click.option("-q", "--quiet", is_flag=True, help="No summary and no progress.")
def build(
    sources: tuple[str, ...], output: str, min_figures: int | None, max_entities: int, base: str, layers: str,
    no_store: bool, strict: bool, jobs: int | None, memory_limit: str, engine: str, quiet: bool,
) -> None:  # fmt: skip
    """Read figure records and write tables, RDF, GraphML and a store.

    SOURCE is a folder in the database's layout (_figures, _data), any folder or file of records, a .tar,
    .tar.gz or .zip, a pattern in quotes, or - for standard input. Citation tables may be among them.

    Example: kg build seeds -o exports
    """
    from kg import answers
    from kg.build import Parameters, Resources
    from kg.release import release

    parameters = Parameters(min_figures, max_entities, _base(base))
    resources = Resources(jobs or _cores(), memory_limit, engine)
    with console.progress(quiet) as progress:
        result = release(
            sources,
            Path(output),
            parameters,
            resources,
            layers=tuple(each.strip() for each in layers.split(",") if each.strip()),
            with_store=not no_store,
            strict=strict,
            progress=progress,
        )
    if not quiet:
        click.echo(answers.problems(result, output), err=True, nl=False)
        click.echo(answers.summary(result, output), nl=False)


def _base(base: str) -> str:
    from pyoxigraph import NamedNode

    try:
        NamedNode(base)
        good = base.startswith(("http://", "https://")) and base.endswith("/")
    except ValueError:
        good = False
    if not good:
        raise click.BadParameter(f"{base!r} is not an http(s) IRI that ends in /", param_hint="--base")
    return base


def _cores() -> int:
    """Count the cores this process may use; not every system can tell."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# -- export


def _filter_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--category", "categories", multiple=True, type=CATEGORY_CHOICE, help="Entities of this category only."
        ),
        click.option("--taxon", "taxa", multiple=True, help="Genes of this NCBI taxon only, such as 9606."),
        click.option("--min-figures", type=click.IntRange(1), help="Least figures of a pair. [default: the build's]"),
        click.option("--max-q", type=click.FloatRange(0, 1), help="Greatest false discovery rate of a pair."),
        click.option("--top", type=click.IntRange(1), help="So many pairs, the best by weight."),
    ):
        command = option(command)
    return command


def _filters(categories: tuple[str, ...], taxa: tuple[str, ...], **others: Any) -> Filters:
    from kg.views import Filters

    curies = tuple(taxon if ":" in taxon else f"ncbitaxon:{taxon}" for taxon in taxa)
    return Filters(categories=categories, taxa=curies, **others)


@main.command()
@build_option
@click.option("-f", "--format", "format_", help="Format, as kg plugins lists them. [default: by the suffix of -o]")
@click.option(
    "-o",
    "--output",
    default="-",
    show_default=True,
    type=click.Path(),
    help="File to write, - for stdout; .gz compresses.",
)
@click.option("--view", help="co-occurrence, ego, figure, bipartite or full. [default: by --of]")
@click.option("--of", help="Entity of an ego view, or figure of a figure view: name, CURIE or figid.")
@click.option("--radius", type=click.IntRange(1, 5), default=1, show_default=True, help="Steps of an ego view.")
@click.option("--all", "everything", is_flag=True, help="Do not cut the view to what Cytoscape draws.")
@_filter_options
def export(
    folder: str, format_: str | None, output: str, view: str | None, of: str | None, radius: int, everything: bool,
    **filters: Any,
) -> None:  # fmt: skip
    """Write the graph, or a view of it, in one format.

    Example: kg export -f graphml --view ego --of TNFSF11 -o tnfsf11.graphml
    """
    from kg.exporters import exporter, format_of
    from kg.graph import KnowledgeGraph
    from kg.views import CYTOSCAPE_LIMIT

    if format_ is None and output == "-":
        raise click.UsageError("give a format with -f, or a file with -o")
    name = format_ or format_of(output)
    writer = exporter(name)
    if not writer.of_views and (view or of or any(filters.values())):
        raise click.UsageError(f"{name} writes the whole graph; --view, --of and filters are for views")
    with KnowledgeGraph(folder) as graph:
        made = None
        if writer.of_views:
            limit = None if everything else CYTOSCAPE_LIMIT
            view = view or graph.view_for(of)
            made = graph.view(view, _filters(**filters), of=of, radius=radius, limit=limit)
        with console.output(output) as file:
            count = writer.write(graph, made, file)
        if output != "-":
            size = f"{made.n_nodes:,} nodes, {made.n_edges:,} edges" if made else f"{count:,} triples"
            click.echo(f"{output}: {size}", err=True)
        if made and made.left_out:
            click.echo(
                f"{made.left_out:,} weaker pairs left out, so that Cytoscape draws the rest; --all keeps them", err=True
            )


# -- query


@main.command(short_help="Ask the store: a canned query, a SPARQL file, or -.")
@build_option
@click.argument("query", required=False, metavar="NAME|FILE|-")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="Parameter; repeat it for a list.")
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(QUERY_FORMATS),
    help="Format of the answer. [default: table on a terminal, else tsv]",
)
@click.option("-o", "--output", default="-", show_default=True, type=click.Path(), help="File to write, - for stdout.")
@click.option("--list", "listing", is_flag=True, help="List the canned queries with their parameters.")
@click.option("--show", is_flag=True, help="Print the SPARQL text instead of running it.")
def query(
    folder: str, query: str | None, params: tuple[str, ...], format_: str | None, output: str, listing: bool, show: bool
) -> None:
    """Ask the store: a canned query by name, a SPARQL file, or - for standard input.

    Example: kg query partners -p entity=TNFSF11
    """
    from kg import answers

    if listing:
        click.echo(answers.listing(), nl=False)
        return
    if query is None:
        raise click.UsageError("give the name of a query, a file or -; kg query --list shows the names")
    values: dict[str, list[str]] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            raise click.BadParameter(f"{param!r} is not NAME=VALUE", param_hint="-p")
        values.setdefault(name, []).append(value)
    asked = answers.ask(folder, query, values, sys.stdin.buffer.read if query == "-" else None)
    if show:
        click.echo(asked.text, nl=False)
        return
    person = console.on_terminal(output)
    body = asked.render(
        format_ or ("table" if person else "tsv"), shutil.get_terminal_size().columns if person else None
    )
    with console.output(output) as file:
        file.write(body)


# -- stats and plug-ins


@main.command(short_help="Show what a build holds.")
@build_option
@click.option(
    "-f", "--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True,
    help="For people or for programs.",
)  # fmt: skip
@click.option(
    "--top", type=click.IntRange(1), default=10, show_default=True, help="How many entities and pairs to show."
)
def stats(folder: str, format_: str, top: int) -> None:
    """Show what a build holds: counts, grounding, the most drawn entities and pairs.

    Example: kg stats --top 5
    """
    from kg import answers

    click.echo(answers.statistics(folder, format_, top), nl=False)


@main.command("plugins")
def list_plugins() -> None:
    """List the installed parsers, exporters and engines.

    Example: kg plugins
    """
    from kg.display import table

    rows = [(kind, name, plugins.origin(kind, name)) for kind in plugins.GROUPS for name in plugins.names(kind)]
    click.echo(table(("kind", "name", "from"), rows), nl=False)
