"""`kg build`: build the graph from records."""

from pathlib import Path
from typing import Any

import click

from kg.cli import terminal
from kg.cli.options import (
    TAXON_FORMS,
    archive_option,
    build_memory_option,
    checked_organisms,
    cores,
    download_option,
    jobs_option,
    lexicon_option,
    open_lexicon,
    spark_log,
    user_cache,
    without_taxon_option,
)  # fmt: skip
from kg.cli.release_options import release_options
from kg.model.identifiers import DEFAULT_BASE
from kg.model.records import READINGS, Readings


@click.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(), metavar="SOURCE...")
@click.option("-o", "--output", default="exports", show_default=True, type=click.Path(), help="Folder to write.")
@click.option("--min-figures", type=click.IntRange(1),
              help="Smallest number of figures of a pair in RDF and GraphML. [default: auto]")  # fmt: skip
@click.option("--max-entities", type=click.IntRange(2), default=1000, show_default=True,
              help="Count no pairs in a figure with more entities than this.")  # fmt: skip
@click.option("--base", default=DEFAULT_BASE, show_default=True, help="Start of the IRIs of the graph's own terms.")
@click.option("--families", is_flag=True, help="Make gene families entities of their own: word, family, genes.")
@click.option("--mappings", multiple=True, type=click.Path(exists=True, dir_okay=False), metavar="FILE",
              help="SSSOM file of identifiers that mean the same; repeatable.")  # fmt: skip
@click.option("--readings", type=click.Choice(READINGS), default="likely", show_default=True,
              help="What a doubtful word means: likely, what is most probable in its figure; record, what its record "
                   "says.")  # fmt: skip
@click.option("--readings-file", "readings_files", multiple=True, type=click.Path(exists=True, dir_okay=False),
              metavar="FILE", help="Table of what words mean: word, figure, entity; repeatable.")  # fmt: skip
@click.option("--taxon", "taxa", multiple=True, metavar="ORGANISM", callback=checked_organisms,
              help=f"Only genes of this organism: {TAXON_FORMS}; repeatable. Others are left out before pairs are "
                   "counted.")  # fmt: skip
@without_taxon_option
@lexicon_option
@release_options
@click.option("--layers", default="mentions,words,cooccurrences", show_default=True,
              help="Parts of the RDF, separated by commas; choose from mentions, words, cooccurrences and terms "
                   "(pairs of words).")  # fmt: skip
@click.option("--no-store", is_flag=True, help="Do not make the store, which kg query and kg serve need.")
@click.option("--strict", is_flag=True, help="Fail, and write nothing, if a record is bad. Otherwise it is skipped.")
@jobs_option
@build_memory_option
@archive_option
@download_option
@click.option("--engine", default="duckdb", show_default=True, help="Database engine; spark runs on a cluster.")
@click.option("--no-cache", is_flag=True, help="Build everything anew, without the results of earlier builds.")
@click.option("--master", metavar="URL", help="Spark cluster, such as spark://HOST:7077. [default: this machine]")
@click.option("--limit", type=click.IntRange(1), metavar="N",
              help="Read only the first N figures, in the order of names, with their tables: a sample, as the manifest "
                   "says.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Print no summary and no progress.")
def build(
    sources: tuple[str, ...], output: str, min_figures: int | None, max_entities: int, base: str, families: bool,
    mappings: tuple[str, ...], taxa: tuple[str, ...], without_taxa: tuple[str, ...], lexicon: str | None, layers: str,
    no_store: bool, strict: bool, jobs: int | None, memory_limit: str, max_archive: int | None, max_download: int,
    engine: str, limit: int | None, no_cache: bool, master: str | None, quiet: bool, readings: Readings,
    readings_files: tuple[str, ...], **described: Any,
) -> None:  # fmt: skip
    """Build the graph from figure records: tables, RDF, a network for Cytoscape, and a store for queries.

    SOURCE is a folder with _figures and _data as in the PFOCR database, any folder or file of records, an archive
    (.tar, .tar.gz, .zip), a pattern in quotes, or - for standard input. Citation tables may be among the files.
    An http(s) address of a file or archive is downloaded into your cache first, and goes on there after a cut;
    #sha256=DIGEST behind it states its checksum. s3:// names an object, or a folder of them.

    Example: kg build seeds -o exports
    """
    from kg.building.options import BuildParameters, BuildResources
    from kg.building.release import release
    from kg.cli import build_summary
    from kg.runtime.download.answers import Client

    if master is not None and engine != "spark":
        raise click.UsageError("--master names a Spark cluster; add --engine spark")
    if readings == "record" and readings_files:
        raise click.UsageError("--readings record takes every word as its record does; leave out --readings-file")
    parameters = BuildParameters(
        min_figures, max_entities, _checked_base(base), families, mappings, taxa, without_taxa, readings,
        readings_files, limit=limit, **described,
    )  # fmt: skip
    cache, log = None if no_cache else user_cache(), spark_log() if engine == "spark" else None
    resources = BuildResources(
        jobs or cores(), memory_limit, engine, cache, master, log, max_archive=max_archive,
        downloads=user_cache("downloads"), client=Client(most=max_download),
    )  # fmt: skip
    with terminal.progress(quiet) as progress:
        result = release(
            sources,
            Path(output),
            parameters,
            resources,
            layers=tuple(layer.strip() for layer in layers.split(",") if layer.strip()),
            with_store=not no_store,
            strict=strict,
            progress=progress,
            lexicon=open_lexicon(lexicon),
        )
    if not quiet:
        click.echo(build_summary.problems(result, output), err=True, nl=False)
        click.echo(build_summary.summary(result, output), nl=False)


def _checked_base(base: str) -> str:
    from kg.building.options import is_base

    if not is_base(base):
        raise click.BadParameter(f"{base!r} is not an http(s) IRI that ends in /", param_hint="--base")
    return base
