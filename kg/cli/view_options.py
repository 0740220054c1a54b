"""Options that choose a view of a build, which commands write or send."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from kg.cli import terminal
from kg.cli.completion import complete_views
from kg.cli.list_network import ListOptions, given_list, list_options, network
from kg.cli.options import Number, find, probability_options, taxon_option, without_taxon_option
from kg.errors import UnknownChoice, cut
from kg.model.records import CATEGORIES, FLAVOURS

if TYPE_CHECKING:
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.views import Cut, Filters, View

CATEGORY_CHOICE = click.Choice(CATEGORIES)


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the filters of a view, and `cut`, to a command."""
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
        click.option(
            "--cut",
            type=click.Choice(["nodes", "weight"]),
            default="nodes",
            show_default=True,
            help="Pairs that stay in a large view, so that Cytoscape draws it. nodes: the two strongest of each node, "
            "of these the strongest as far as there is room; weight: the strongest of all, which "
            "are those of the most drawn genes.",
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


def view_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a view to a command: `view`, `listed`, `radius`, `everything`, and those of filters."""
    for option in (
        filter_options,
        click.option("--all", "everything", is_flag=True, help="Do not cut the view to what Cytoscape draws."),
        click.option(
            "--radius",
            type=click.IntRange(1, 5),
            default=1,
            show_default=True,
            help="Steps around the entity of an ego view: 1 takes it and its partners, 2 their partners, too.",
        ),
        list_options,
        click.option(
            "--of",
            multiple=True,
            help="Entity of an ego view, or figure of a figure view: CURIE, figid, name or drawn word. Repeated: a "
            "list, as --genes has it.",
        ),
        click.option(
            "--view",
            shell_complete=complete_views,
            help="co-occurrence, ego, words, figure, bipartite, full or network. [default: by --of and --genes]",
        ),
    ):
        command = option(command)
    return command


def style_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option for the meaning of fills; `default` is that of views without joined numbers."""
    return click.option(
        "--style",
        "look",
        type=click.Choice(["type", "community", "numbers"]),
        help=f"What fills mean. [default: numbers if --genes or --join has some, else {default}]",
    )


def note_missing(view: View, least: int) -> None:
    """Print why edges are not there."""
    if not view.n_edges and least > 1:
        terminal.note(f"no edges; the view has pairs of {least:,} figures or more, --min-figures 1 takes all")
    if view.left_out:
        terminal.note(f"{view.left_out:,} {left_out(view.cut)}; --all keeps them")


def left_out(cut: str) -> str:
    """Return which pairs were left out of a view that was cut, and which stay."""
    if cut == "weight":
        return "weaker pairs left out, so that Cytoscape draws the rest"
    return (
        "pairs left out, so that Cytoscape draws the rest: the strongest of the two best of each node (--cut weight "
        "takes the strongest of all)"
    )


def size(view: View) -> str:
    """Return the number of nodes and edges in words."""
    counts = ((view.n_nodes, "node"), (view.n_edges, "edge"))
    return ", ".join(f"{number:,} {noun}" + ("s" if number != 1 else "") for number, noun in counts)


def chosen_view(
    graph: KnowledgeGraph, name: str | None, listed: ListOptions, radius: int, limit: int | None,
    filters: dict[str, Any],
) -> View:  # fmt: skip
    """Return the view that the options ask for; raise UsageError for options that do not go together."""
    filters = dict(filters)
    stays = filters.pop("cut")
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
    return _usual_view(graph, name, listed.text, radius, limit, stays, filters)


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
    graph: KnowledgeGraph, name: str | None, of: str | None, radius: int, limit: int | None, stays: Cut,
    filters: dict[str, Any],
) -> View:  # fmt: skip
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
    return graph.view(name or graph.view_for(of), _filters(**filters), of=of, radius=radius, limit=limit, cut=stays)
