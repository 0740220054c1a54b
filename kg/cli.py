"""The command line: options in, one library call, a readable answer out.

Data goes to stdout, notes and progress to stderr; `-` is stdin or stdout. Exit codes: 0 done, 1 failed
with nothing changed at the destination, 2 wrong usage. What a command needs is imported inside it, so
that `kg --help` is quick.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from kg import __version__, plugins
from kg.errors import KgError
from kg.terms import DEFAULT_BASE

if TYPE_CHECKING:
    from kg.build import Progress
    from kg.graph import Filters

CATEGORY_CHOICE = click.Choice(["gene", "chemical", "disease", "unknown"])
QUERY_FORMATS = ("table", "csv", "tsv", "json", "xml", "turtle", "ntriples")

build_option = click.option(
    "--build", "folder", default="exports", show_default=True, type=click.Path(), help="Folder of a finished build."
)


class Commands(click.Group):
    """Shows our errors as one line, and never a traceback unless asked."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn what it raises into an exit code."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except KgError as error:
            raise _failure(ctx, str(error)) from error
        except KeyboardInterrupt:
            raise _failure(ctx, "interrupted; nothing at the destination was changed") from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)
        except OSError as error:
            raise _failure(ctx, f"{error.filename or 'output'}: {error.strerror or error}") from error
        except Exception as error:
            kind = type(error).__name__
            raise _failure(ctx, f"internal error: {kind}: {error}; please report it with `kg --debug ...`") from error


class _Failure(click.ClickException):
    def show(self, file: IO[Any] | None = None) -> None:
        del file
        click.echo(f"kg: {' '.join(self.message.split())}", err=True)


def _failure(ctx: click.Context, message: str) -> click.ClickException:
    if ctx.params.get("debug"):
        traceback.print_exc()
    return _Failure(message)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "KG"})
@click.version_option(__version__, prog_name="kg")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(debug: bool) -> None:
    r"""Build, export and query a knowledge graph of pathway figures (PFOCR).

    \b
    kg build seeds                     records to tables, Turtle, GraphML and a store, in ./exports
    kg query partners -p entity=TNFSF11
    kg export -f graphml --view ego --of TNFSF11 -o tnfsf11.graphml
    """
    del debug  # read where an error is shown
    signal.signal(signal.SIGTERM, signal.default_int_handler)


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
    resources = Resources(jobs or len(os.sched_getaffinity(0)), memory_limit, engine)
    with _progress(quiet) as progress:
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
    if not base.startswith(("http://", "https://")) or base[-1] not in "/#":
        raise click.BadParameter(f"{base!r} is not an http(s) IRI that ends in / or #", param_hint="--base")
    return base


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress]:
    """Show a bar on stderr for every stage that takes over a second."""
    from tqdm import tqdm

    bars: dict[str, tqdm[Any]] = {}

    def told(stage: str, done: int, total: int | None) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.close()
            off = quiet or not sys.stderr.isatty()
            bars[stage] = tqdm(desc=stage, total=total, delay=1, unit_scale=True, leave=False, disable=off)
        bars[stage].update(done - bars[stage].n)

    try:
        yield told
    finally:
        for bar in bars.values():
            bar.close()


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
    from kg.graph import Filters

    curies = tuple(taxon if ":" in taxon else f"ncbitaxon:{taxon}" for taxon in taxa)
    return Filters(categories=categories, taxa=curies, **others)


@main.command()
@build_option
@click.option("-f", "--format", "format_", help="Format; guessed from the suffix of -o.")
@click.option(
    "-o", "--output", default="-", show_default=True, type=click.Path(), help="File to write; .gz compresses."
)
@click.option("--view", help="co-occurrence, ego, figure, bipartite or full. [default: co-occurrence]")
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
    from kg.exporters import exporter, format_of, replacing
    from kg.graph import CYTOSCAPE_LIMIT, KnowledgeGraph

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
            made = graph.view(
                view or ("ego" if of else "co-occurrence"), _filters(**filters), of=of, radius=radius, limit=limit
            )
        if output == "-":
            count = writer.write(graph, made, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            with replacing(Path(output)) as file:
                count = writer.write(graph, made, file)
            size = f"{made.n_nodes} nodes, {made.n_edges} edges" if made else f"{count:,} triples"
            click.echo(f"{output}: {size}", err=True)
        if made and made.left_out:
            click.echo(
                f"{made.left_out:,} weaker pairs left out, so that Cytoscape draws the rest; --all keeps them", err=True
            )


# -- query


@main.command()
@build_option
@click.argument("query", required=False, metavar="NAME|FILE|-")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="Parameter; repeat it for a list.")
@click.option(
    "-f", "--format", "format_", type=click.Choice(QUERY_FORMATS), help="[default: table on a terminal, else tsv]"
)
@click.option("-o", "--output", default="-", show_default=True, type=click.Path(), help="File to write.")
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
    asked = answers.ask(folder, query, values, sys.stdin.read if query == "-" else None)
    if show:
        click.echo(asked.text, nl=False)
        return
    format_ = format_ or ("table" if output == "-" and sys.stdout.isatty() else "tsv")
    _write_answer(asked, format_, output)


def _write_answer(asked: Any, format_: str, output: str) -> None:
    from kg.exporters import replacing

    width = shutil.get_terminal_size().columns if output == "-" and sys.stdout.isatty() else None
    body = asked.render(format_, width)
    if output == "-":
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
    else:
        with replacing(Path(output)) as file:
            file.write(body)


# -- stats and plug-ins


@main.command()
@build_option
@click.option("-f", "--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
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
