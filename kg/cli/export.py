"""`kg export`: write the graph, or a view of it, in one format."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import terminal
from kg.cli.completion import complete_formats
from kg.cli.list_network import ListOptions
from kg.cli.lists import check_not_replaced
from kg.cli.options import (
    build_option,
    note_absent_organisms,
)
from kg.cli.release_options import rdf_option
from kg.cli.view_options import chosen_view, note_missing, size, style_option, view_options

if TYPE_CHECKING:
    from kg.exporters import Exporter


@click.command()
@build_option
@click.option("-f", "--format", "format_", shell_complete=complete_formats,
              help="Format, as kg plugins lists them. [default: by the suffix of -o]")  # fmt: skip
@click.option(
    "-o",
    "--output",
    default="-",
    show_default=True,
    type=click.Path(),
    help="File or folder to write, - for stdout; .gz compresses.",
)
@rdf_option
@style_option("type")
@view_options
def export(
    folder: str, format_: str | None, output: str, view: str | None, listed: ListOptions, radius: int,
    everything: bool, rdf: str | None, look: Any, **filters: Any,
) -> None:  # fmt: skip
    """Write the graph, or a view of it, in one format.

    --of takes an identifier (CURIE, IRI, figid, or a gene's in Ensembl, UniProt or HGNC), a name, a synonym, a drawn
    word or an alias in the lexicon. The kinds are tried in this order, and the first that matches counts. If several
    entities match, --taxon chooses if it leaves one of them; otherwise they are listed and none is taken.

    --genes FILE, or several --of, is a list: the view is its network, that is its entities, with a pair or without
    one, and the pairs among them. Standard error lists the names that were matched and those that were not.

    Example: kg export -f graphml --view ego --of TNFSF11 -o tnfsf11.graphml

    Example: kg export --genes genes.csv --partners 20 -o genes.cx2
    """
    from kg.exporters import binary, counted, exporter_to, format_of, into_folder
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.views import CYTOSCAPE_LIMIT
    from kg.runtime.folders import atomic_folder

    if format_ is None and output == "-":
        raise click.UsageError("give a format with -f, or a file with -o")
    name = format_ or format_of(output)
    writer = exporter_to(name, output)
    _set_probability(writer, filters)
    _set(writer, "rdf", rdf, f"{name} has no lean and full form; --rdf is for dumps of RDF, such as turtle")
    _set(writer, "look", look, f"{name} has no look to choose; --style is for cx2 and cyjs")
    of_list = listed.given or view == "network"
    of_view = writer.of_views or (of_list and getattr(writer, "of_lists", False))
    if not of_view and (view or _is_set([listed.genes, listed.of, *filters.values()])):
        raise click.UsageError(f"{name} writes the whole graph; --view, --of, --genes and filters are for views")
    if into_folder(writer) and output == "-":
        raise click.UsageError(f"{name} writes a folder; name it with -o")
    if binary(writer) and terminal.on_terminal(output):
        raise click.UsageError(f"{name} is not text, which a terminal could show; give a file with -o")
    check_not_replaced([listed.genes, listed.join], [Path(output)], "the output")
    with KnowledgeGraph(folder) as graph:
        shown = (
            chosen_view(graph, view, listed, radius, None if everything else CYTOSCAPE_LIMIT, filters)
            if of_view
            else None
        )
        if into_folder(writer):
            with atomic_folder(Path(output)) as folder_:
                count = writer.write(graph, shown, folder_)
        else:
            with terminal.output(output) as file:
                count = writer.write(graph, shown, file)
        if output != "-":
            said = size(shown) if shown and writer.of_views else f"{count:,} {counted(writer)}"
            terminal.note(f"{output}: {said}")
        if shown and writer.of_views:
            note_missing(shown, filters["min_figures"] or graph.build.min_figures)
        note_absent_organisms(graph.build, filters["taxa"])


def _set_probability(writer: Exporter, filters: dict[str, Any]) -> None:
    """Set the attribute `min_probability` of an exporter of the whole graph that has it, as `gmt` has."""
    if not writer.of_views and filters["min_probability"] is not None and hasattr(writer, "min_probability"):
        writer.min_probability = filters["min_probability"]
        filters["min_probability"] = None


def _set(writer: Exporter, attribute: str, value: str | None, reason: str) -> None:
    """Set an attribute of an exporter, unless the value is None; raise UsageError for an exporter without it."""
    if value is None:
        return
    if not hasattr(writer, attribute):
        raise click.UsageError(reason)
    setattr(writer, attribute, value)


def _is_set(values: Iterable[object]) -> bool:
    """Return whether an option has another value than its default."""
    return any(value not in (None, (), "all", "nodes") for value in values)
