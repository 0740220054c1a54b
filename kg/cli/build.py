"""`kg build`: records in, a whole release out."""

from pathlib import Path

import click

from kg.cli import build_summary, terminal
from kg.cli.options import cores, lexicon_option, open_lexicon, user_cache
from kg.model.identifiers import DEFAULT_BASE


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", default="exports", show_default=True, type=click.Path(), help="Folder to write.")
@click.option(
    "--min-figures", type=click.IntRange(1), help="Least figures of a pair in RDF and graphs. [default: auto]"
)
@click.option("--max-entities", type=click.IntRange(2), default=1000, show_default=True,
              help="Leave figures with more entities out of co-occurrence.")  # fmt: skip
@click.option("--base", default=DEFAULT_BASE, show_default=True, help="IRI under which our own terms lie.")
@click.option("--families", is_flag=True, help="Make gene families entities of their own: word, family, genes.")
@click.option("--mappings", multiple=True, type=click.Path(exists=True, dir_okay=False), metavar="FILE",
              help="SSSOM file that says which identifiers mean the same; repeatable.")  # fmt: skip
@lexicon_option
@click.option(
    "--layers",
    default="mentions,words,cooccurrences",
    show_default=True,
    help="What RDF holds, by commas; there is also terms.",
)
@click.option("--no-store", is_flag=True, help="Make no queryable store.")
@click.option("--strict", is_flag=True, help="Fail, and write nothing, if a record has to be skipped.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Processes that read records. [default: one a core]")
@click.option(
    "--memory-limit", default="4GiB", show_default=True, help="Memory of the database engine; the rest spills."
)
@click.option("--engine", default="duckdb", show_default=True, help="Database engine, by its plug-in name.")
@click.option("--no-cache", is_flag=True, help="Build from nothing, and keep nothing for the next build.")
@click.option("--master", metavar="URL", help="Of Spark: its cluster, spark://HOST:7077. [default: this machine]")
@click.option("-q", "--quiet", is_flag=True, help="No summary and no progress.")
def build(
    sources: tuple[str, ...], output: str, min_figures: int | None, max_entities: int, base: str, families: bool,
    mappings: tuple[str, ...], lexicon: str | None, layers: str, no_store: bool, strict: bool, jobs: int | None,
    memory_limit: str, engine: str, no_cache: bool, master: str | None, quiet: bool,
) -> None:  # fmt: skip
    """Read figure records and write tables, RDF, GraphML and a store.

    SOURCE is a folder in the database's layout (_figures, _data), any folder or file of records, a .tar,
    .tar.gz or .zip, a pattern in quotes, or - for standard input. Citation tables may be among them.

    Example: kg build seeds -o exports
    """
    from kg.building.options import BuildParameters, BuildResources
    from kg.building.release import release

    parameters = BuildParameters(min_figures, max_entities, _base(base), families, mappings)
    resources = BuildResources(jobs or cores(), memory_limit, engine, None if no_cache else user_cache(), master)
    with terminal.progress(quiet) as progress:
        result = release(
            sources,
            Path(output),
            parameters,
            resources,
            layers=tuple(each.strip() for each in layers.split(",") if each.strip()),
            with_store=not no_store,
            strict=strict,
            progress=progress,
            lexicon=open_lexicon(lexicon),
        )
    if not quiet:
        click.echo(build_summary.problems(result, output), err=True, nl=False)
        click.echo(build_summary.summary(result, output), nl=False)


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
