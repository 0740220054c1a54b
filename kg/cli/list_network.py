"""The network of a list on the command line: its options, which ones go together, and the report of joined numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from kg.cli import terminal
from kg.cli.lists import genes_option, match, read_file

if TYPE_CHECKING:
    import pyarrow as pa

    from kg.graph.filters import Filters
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.views import View
    from kg.parsers.lists import GivenList

MOST_PARTNERS = 10_000


class ListOptions(NamedTuple):
    """Options of the network of a list."""

    genes: str | None
    of: tuple[str, ...]
    only: bool
    partners: int | None
    join: str | None
    colour: str | None

    @property
    def given(self) -> bool:
        """Whether a list was given: a file, or several --of."""
        return self.genes is not None or len(self.of) > 1

    @property
    def several(self) -> bool:
        """Whether the only --of may be several names: it has a comma or a semicolon."""
        return len(self.of) == 1 and bool({",", ";"} & set(self.of[0]))

    @property
    def text(self) -> str | None:
        """The only --of; None where there is none."""
        return self.of[0] if self.of else None

    def check(self, filters: dict[str, Any]) -> None:
        """Raise UsageError for options that do not go together in the network of a list."""
        if self.genes is not None and self.of:
            raise click.UsageError("--genes and --of exclude each other; give the list in one of them")
        if self.only and self.partners:
            raise click.UsageError("--only and --partners exclude each other; give one of them")
        if self.genes == "-" and self.join == "-":
            raise click.UsageError("--genes and --join cannot both read standard input; give a file to one of them")
        if filters["categories"] and not self.partners:
            raise click.UsageError("--category is for the partners of a list; give their number with --partners")

    def check_no_list(self) -> None:
        """Raise UsageError for options of a list where there is none."""
        wrong = {"--only": self.only, "--partners": self.partners, "--join": self.join, "--colour": self.colour}
        if used := [name for name, value in wrong.items() if value not in (None, False)]:
            raise click.UsageError(
                f"{used[0]} is for the network of a list; give the list with --genes FILE or several --of"
            )


def list_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of the network of a list to a command, which gets them as `listed`."""

    @wraps(command)
    def with_list(
        *arguments: Any, genes: str | None, of: tuple[str, ...], only: bool, partners: int | None, join: str | None,
        colour: str | None, **others: Any,
    ) -> None:  # fmt: skip
        command(*arguments, listed=ListOptions(genes, of, only, partners, join, colour), **others)

    wrapped: Callable[..., None] = with_list
    for option in (
        click.option(
            "--colour", metavar="COLUMN", help="Column of numbers to show as colour. [default: the first of them]"
        ),
        click.option(
            "--join", type=click.Path(), metavar="TABLE",
            help="CSV or TSV table with a column of names; its columns of numbers become attributes of the nodes, as "
            "those of the list's own file do.",
        ),
        click.option(
            "--partners", type=click.IntRange(0, MOST_PARTNERS), metavar="N",
            help="Add the N best partners of a list: those drawn with most of it first.",
        ),
        click.option("--only", is_flag=True, help="Only the list itself, which is the default for a list."),
        genes_option,
    ):  # fmt: skip
        wrapped = option(wrapped)
    return wrapped


def given_list(graph: KnowledgeGraph, listed: ListOptions, filters: dict[str, Any]) -> GivenList | None:
    """Return the list that was given; None for one name or none.

    One --of such as `TP53,MDM2` is a list unless it is a name as a whole, as `1,25-dihydroxyvitamin D3` is.
    """
    from kg.parsers.lists import GivenList

    if listed.genes is not None:
        return read_file(listed.genes)
    given = GivenList("--of", listed.of)
    if listed.several:
        matched = graph.match_list(given, filters["taxa"], filters["without_taxa"])
        return given if len(matched.rows) > 1 and matched.ids else None
    return given if len(listed.of) > 1 else None


def network(graph: KnowledgeGraph, given: GivenList, listed: ListOptions, filters: Filters, limit: int | None) -> View:
    """Return the network of a list; print a report of its names and of joined numbers on standard error."""
    columns = _columns(given, listed)
    matched = match(graph, given, filters.taxa, filters.without_taxa)
    view = graph.network(
        matched, filters, partners=listed.partners or 0, limit=limit, columns=columns, colour=listed.colour
    )
    _note_columns(view)
    return view


def _columns(given: GivenList, listed: ListOptions) -> pa.Table | None:
    """Return the columns of numbers of the list's own file and of the table to join; the list's own come first."""
    import pyarrow as pa

    from kg.errors import SourceError

    tables = [given.columns] if given.columns is not None else []
    if listed.join is not None:
        table = read_file(listed.join)
        if table.columns is None:
            raise SourceError(f"{table.source}: no column of numbers; give a CSV or TSV table of names and numbers")
        tables.append(table.columns)
    return pa.concat_tables(tables, promote_options="permissive") if tables else None


def _note_columns(view: View) -> None:
    """Print how many nodes have a number, column by column."""
    if view.listed is None or not view.listed.columns:
        return
    filled = _filled(view, [column.name for column in view.listed.columns])
    said = "; ".join(f"{name} ({number:,} of {view.n_nodes:,} nodes)" for name, number in filled.items())
    terminal.note(f"joined: {said}")
    if view.listed.colour and len(filled) > 1:
        terminal.note(f"colour shows {view.listed.colour.name}; --colour chooses another column")


def _filled(view: View, names: Sequence[str]) -> dict[str, int]:
    numbers = dict.fromkeys(names, 0)
    for node in view.nodes():
        for name in numbers.keys() & node.attributes.keys():
            numbers[name] += 1
    return numbers
