"""`kg export`: write the graph, or a view of it, in one format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import terminal
from kg.cli.completion import complete_formats, complete_views
from kg.cli.list_network import ListOptions, given_list, list_options, network
from kg.cli.lists import check_not_replaced
from kg.cli.options import (
    Number,
    build_option,
    find,
    note_absent_organisms,
    probability_options,
    taxon_option,
    without_taxon_option,
)
from kg.cli.release_options import rdf_option
from kg.errors import UnknownChoice, cut
from kg.model.records import CATEGORIES, FLAVOURS

if TYPE_CHECKING:
    from kg.exporters import Exporter
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.views import Filters, View

CATEGORY_CHOICE = click.Choice(CATEGORIES)


def _filter_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--category",
            "categories",
            multiple=True,
            type=CATEGORY_CHOICE,
            help="Only entities of this category; repeatable.",
        ),
        without_taxon_option,
        taxon_option,
        click.option("--min-figures", type=click.IntRange(1), help="Least figures of a pair. [default: the build's]"),
        click.option("--max-q", type=Number(0, 1), help="Greatest false discovery rate of a pair."),
        click.option(
            "--backbone",
            type=Number(0, 1),
            metavar="ALPHA",
            help="Only pairs much stronger than the others of one of their entities. ALPHA is the level of this test, "
            "such as 0.05; a smaller one keeps fewer pairs (disparity filter).",
        ),
        click.option("--top", type=click.IntRange(1), help="Number of pairs, the best by weight."),
        click.option(
            "--flavour",
            type=click.Choice(FLAVOURS),
            default="all",
            show_default=True,
            help="strict: official symbols only; synonyms: these, too; all: families, too.",
        ),
        probability_options,
    ):
        command = option(command)
    return command


def _filters(categories: tuple[str, ...], taxa: tuple[str, ...], **others: Any) -> Filters:
    from kg.graph.views import Filters

    return Filters(categories=categories, taxa=taxa, **others)


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
@click.option(
    "--view",
    shell_complete=complete_views,
    help="co-occurrence, ego, words, figure, bipartite, full or network. [default: by --of and --genes]",
)
@click.option(
    "--of",
    multiple=True,
    help="Entity of an ego view, or figure of a figure view: CURIE, figid, name or drawn word. Repeated: a list, as "
    "--genes has it.",
)
@list_options
@click.option(
    "--radius",
    type=click.IntRange(1, 5),
    default=1,
    show_default=True,
    help="Steps around the entity of an ego view: 1 takes it and its partners, 2 their partners, too.",
)
@click.option("--all", "everything", is_flag=True, help="Do not cut the view to what Cytoscape draws.")
@rdf_option
@_filter_options
def export(
    folder: str, format_: str | None, output: str, view: str | None, listed: ListOptions, radius: int,
    everything: bool, rdf: str | None, **filters: Any,
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
    _set_rdf(writer, name, rdf)
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
            _view(graph, view, listed, radius, None if everything else CYTOSCAPE_LIMIT, filters) if of_view else None
        )
        if into_folder(writer):
            with atomic_folder(Path(output)) as folder_:
                count = writer.write(graph, shown, folder_)
        else:
            with terminal.output(output) as file:
                count = writer.write(graph, shown, file)
        if output != "-":
            size = _size(shown) if shown and writer.of_views else f"{count:,} {counted(writer)}"
            terminal.note(f"{output}: {size}")
        if shown and writer.of_views:
            _note_missing(shown, filters["min_figures"] or graph.build.min_figures)
        note_absent_organisms(graph.build, filters["taxa"])


def _note_missing(view: View, least: int) -> None:
    """Print why edges are not there."""
    if not view.n_edges and least > 1:
        terminal.note(f"no edges; the view has pairs of {least:,} figures or more, --min-figures 1 takes all")
    if view.left_out:
        terminal.note(f"{view.left_out:,} weaker pairs left out, so that Cytoscape draws the rest; --all keeps them")


def _set_probability(writer: Exporter, filters: dict[str, Any]) -> None:
    """Set the attribute `min_probability` of an exporter of the whole graph that has it, as `gmt` has."""
    if not writer.of_views and filters["min_probability"] is not None and hasattr(writer, "min_probability"):
        writer.min_probability = filters["min_probability"]
        filters["min_probability"] = None


def _set_rdf(writer: Exporter, name: str, rdf: str | None) -> None:
    """Set the form of the RDF; raise UsageError for a format that is no dump of RDF."""
    if rdf is None:
        return
    if not hasattr(writer, "rdf"):
        raise click.UsageError(f"{name} has no lean and full form; --rdf is for dumps of RDF, such as turtle")
    writer.rdf = rdf


def _size(view: View) -> str:
    counts = ((view.n_nodes, "node"), (view.n_edges, "edge"))
    return ", ".join(f"{number:,} {noun}" + ("s" if number != 1 else "") for number, noun in counts)


def _is_set(values: Iterable[object]) -> bool:
    """Return whether an option has another value than its default."""
    return any(value not in (None, (), "all") for value in values)


def _view(
    graph: KnowledgeGraph, name: str | None, listed: ListOptions, radius: int, limit: int | None,
    filters: dict[str, Any],
) -> View:  # fmt: skip
    """Return the view that the options ask for; raise UsageError for options that do not go together."""
    if listed.given or name == "network":
        _check_list(name, listed, radius, filters)
    given = given_list(graph, listed, filters)
    if given is None and name == "network":
        from kg.parsers.lists import GivenList

        given = GivenList("--of", listed.of)
    if given is not None:
        _check_list(name, listed, radius, filters)
        return network(graph, given, listed, _filters(**filters), limit)
    listed.check_no_list()
    return _usual_view(graph, name, listed.text, radius, limit, filters)


def _check_list(name: str | None, listed: ListOptions, radius: int, filters: dict[str, Any]) -> None:
    """Raise UsageError for options that do not go together in the network of a list."""
    from kg.graph.views import VIEWS, VIEWS_OF_ONE

    listed.check(filters)
    if name in VIEWS_OF_ONE:
        raise click.UsageError(
            f"the {name} view is of one {VIEWS_OF_ONE[name]}; give one --of, or leave --view out for the network"
        )
    if name in VIEWS:
        raise click.UsageError(f"the {name} view is not of a list; leave --view out for the network of the list")
    if name not in (None, "network"):
        raise UnknownChoice("view", name, (*VIEWS, "network"))
    if name == "network" and not listed.given and not listed.of:
        raise click.UsageError("the network view is of a list; give it with --genes FILE or several --of")
    if radius != 1:
        raise click.UsageError("--radius is for the ego view; --partners N adds partners to the network of a list")


def _usual_view(
    graph: KnowledgeGraph, name: str | None, of: str | None, radius: int, limit: int | None, filters: dict[str, Any]
) -> View:
    """Return a view of one entity or figure, or of everything."""
    from kg.graph.views import VIEWS, VIEWS_OF_ONE

    if name in VIEWS_OF_ONE and of is None:
        raise click.UsageError(f"the {name} view is of one {VIEWS_OF_ONE[name]}; give it with --of")
    if name in VIEWS and name not in VIEWS_OF_ONE and of is not None:
        raise click.UsageError(f"the {name} view is not of one entity; --of is for the ego and the figure view")
    of_entities = (filters["taxa"], filters["without_taxa"], filters["min_probability"] is not None)
    if name == "words" and (filters["flavour"] != "all" or any(of_entities)):
        raise click.UsageError(
            "the words view has no flavours, organisms and probabilities, because words are not expanded; "
            "leave --flavour, --taxon, --without-taxon, --min-probability and --sure out"
        )
    text, of = of, None if of is None else find(graph, of, filters["taxa"], filters["without_taxa"])
    if of is not None and name in VIEWS_OF_ONE and name != (suitable := graph.view_for(of)):
        raise click.UsageError(
            f"{cut(str(text))} is {'a figure' if suitable == 'figure' else 'an entity'}; use --view {suitable}"
        )
    return graph.view(name or graph.view_for(of), _filters(**filters), of=of, radius=radius, limit=limit)
