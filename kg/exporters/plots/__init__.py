"""Plots of a build: the kinds of plots, and the numbers in each, which DuckDB computes from the published tables.

`kg.exporters.plots.drawing` draws them with matplotlib (extra `plot`). A plot shows nothing but the numbers of its
table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

import pyarrow as pa

from kg.engines.statements import Statements, quote
from kg.errors import KgError, UnknownChoice, UnknownName
from kg.exporters.colour_scale import ColourScale
from kg.exporters.plots.list_network import list_numbers
from kg.graph.filters import Filters
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.probable_pairs import create_passing_pairs
from kg.graph.views import View
from kg.model.records import LIKELY, SURE
from kg.model.text import clean, collapse
from kg.runtime.plugins import install_command

if TYPE_CHECKING:
    from types import ModuleType

FORMATS = ("png", "svg")

STATEMENTS = Statements("kg.exporters.plots", "plots")


@dataclass(frozen=True, slots=True)
class PlotOptions:
    """Options of a plot; `Filters.top` limits the same items as `Plot.top`."""

    filters: Filters = field(default_factory=Filters)
    of: str | None = None
    """The entity of a neighbourhood: name or CURIE; None for the most drawn one."""
    listed: View | None = None
    """The network of a list, which `KnowledgeGraph.network` makes; None for the strongest pairs of all."""
    ids: tuple[str, ...] = ()
    """CURIEs of the list of an enrichment."""
    by: Literal["words", "genes"] = "words"
    """Unit of an enrichment."""
    target: Literal["figures", "entities"] = "figures"
    """Kind of the rows of an enrichment: figures, or chemicals and diseases."""


class Numbers(NamedTuple):
    """The numbers in a plot, and the words above it."""

    table: pa.Table
    title: str
    note: str
    strength: str = ""
    """Column with the strength of a pair."""
    center: str = ""
    """CURIE of the entity in the middle."""
    nodes: pa.Table | None = None
    """The nodes of the network of a list; None where they are the ends of the pairs."""
    scale: ColourScale | None = None
    """The colours of the column `number` of `nodes`."""


class Plot(NamedTuple):
    """A kind of plot."""

    title: str
    numbers: Callable[[KnowledgeGraph, PlotOptions], Numbers]
    takes: frozenset[str] = frozenset()
    """Options that it has: `of`, `listed`, and fields of Filters."""
    top: int = 0
    """Default number of pairs, partners, genes or clusters; 0 for all."""
    of_list: bool = False
    """True for a plot of a list, which `all` leaves out."""


class Rendered(NamedTuple):
    """A plot as the bytes of a file, and its numbers as tab-separated lines with a header."""

    picture: bytes
    numbers: bytes
    nodes: bytes = b""
    """The nodes of the network of a list in the same form; empty for other plots."""


def plot(name: str) -> Plot:
    """Return a kind of plot by name; raise UnknownChoice with the names for any other."""
    if name not in PLOTS:
        raise UnknownChoice("plot", name, PLOTS)
    return PLOTS[name]


def render(graph: KnowledgeGraph, name: str, format_: str = "png", options: PlotOptions = PlotOptions()) -> Rendered:
    """Draw a plot of a build; the same build gives the same bytes.

    Raises UnknownChoice for an unknown plot or format, UnknownName for an unknown entity, and KgError if matplotlib is
    not installed.
    """
    kind = plot(name)
    if format_ not in FORMATS:
        raise UnknownChoice("format of pictures", format_, FORMATS)
    drawing = _drawing()
    numbers = kind.numbers(graph, options)
    nodes = b"" if numbers.nodes is None else _tsv(_with_title(numbers.nodes, numbers.scale))
    return Rendered(drawing.draw(name, format_, *numbers), _tsv(numbers.table), nodes)


def _drawing() -> ModuleType:
    try:
        from kg.exporters.plots import drawing
    except ModuleNotFoundError as error:
        command = install_command("plot")
        raise KgError(f"kg plot needs {error.name}, which is not installed; install it with: {command}") from None
    return drawing


def _with_title(nodes: pa.Table, scale: ColourScale | None) -> pa.Table:
    """Return nodes whose column `number` has the title of the column that it is, where that is free."""
    title = scale.column if scale else "number"
    names = nodes.column_names
    return nodes.rename_columns([title if name == "number" and title not in names else name for name in names])


def _tsv(table: pa.Table) -> bytes:
    """Return a table as tab-separated lines; tabs and line ends in a name become blanks, missing cells are empty."""
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    cells = ([collapse(clean("" if cell is None else str(cell))) for cell in row] for row in rows)
    lines = [[collapse(clean(name)) for name in table.column_names], *cells]
    return "".join("\t".join(line) + "\n" for line in lines).encode()


# -- numbers


def _years(graph: KnowledgeGraph, _: PlotOptions) -> Numbers:
    table = graph.engine.fetch(STATEMENTS.sql("figures_by_year", likely=LIKELY))
    dated = sum(table["figures"].to_pylist())
    note = f"{_part(dated, graph.engine.count('figures'))} have a year"
    return Numbers(table, "Figures and what they mention, by year", note)


def _ranks(graph: KnowledgeGraph, options: PlotOptions) -> Numbers:
    graph.engine.create_table("passing_entities", f"SELECT * FROM entities WHERE {options.filters.of_entities()}")
    table = graph.engine.fetch(STATEMENTS.sql("entities_by_figures"))
    shown = sum(table["entities"].to_pylist())
    note = f"{_part(shown, graph.engine.count('entities'), 'entities')}, in {_figures(graph)}"
    return Numbers(table, "Figures of each entity, by rank", note)


def _words(graph: KnowledgeGraph, _: PlotOptions) -> Numbers:
    table = graph.engine.fetch(STATEMENTS.sql("words_by_genes"))
    counts = dict(zip(table["genes"].to_pylist(), table["words"].to_pylist(), strict=True))
    words, several = sum(counts.values()), sum(number for genes, number in counts.items() if genes > 1)
    note = f"{several:,} of {_number(words, 'word')} of genes stand for several; named: the most drawn of the widest"
    return Numbers(table, "Drawn words, by the number of genes they stand for", note)


def _heatmap(graph: KnowledgeGraph, options: PlotOptions) -> Numbers:
    """Return all pairs among the ends of the strongest pairs.

    Pairs in one figure count by default, because they are no clutter in a heatmap.
    """
    filters = options.filters
    filters = replace(filters, categories=filters.categories or ("gene",), min_figures=filters.min_figures or 1)
    _create_candidates(graph, filters)
    top = filters.top or PLOTS["heatmap"].top
    graph.engine.create_table("strongest_ends", STATEMENTS.sql("strongest_ends", top=top))
    table = _pairs(graph, STATEMENTS.sql("pairs_of_ends"))
    shown = len({id_ for end in ("subject_id", "object_id") for id_ in table[end].to_pylist()})
    category = filters.categories[0] if len(filters.categories) == 1 else "entity"
    entities = _number(graph.engine.count("passing_entities"), category)
    note = f"{shown} of {entities}, the ends of the strongest pairs; by different words; {_figures(graph)} in all"
    return Numbers(table, "Who is drawn with whom", note, filters.support)


def _network(graph: KnowledgeGraph, options: PlotOptions) -> Numbers:
    filters = options.filters
    if options.listed is not None:
        top = filters.top or PLOTS["network"].top
        return Numbers(*list_numbers(options.listed, _strength(filters), top))
    least = _create_candidates(graph, filters)
    total = graph.engine.count("candidate_pairs")
    table = _pairs(graph, STATEMENTS.sql("strongest_pairs", top=filters.top or PLOTS["network"].top))
    note = (
        f"the strongest {_part(table.num_rows, total, 'pairs')} in {_number(least, 'figure')} or more, "
        f"by different words; {_figures(graph)} in all"
    )
    return Numbers(table, "Co-occurrence in pathway figures", note, _strength(filters))


def _neighbourhood(graph: KnowledgeGraph, options: PlotOptions) -> Numbers:
    """Return the strongest partners of an entity, and as many of the strongest pairs among them."""
    center, name = _center(graph, options.of)
    filters = options.filters
    least = _create_candidates(graph, filters, center)
    top = filters.top or PLOTS["neighbourhood"].top
    total = graph.engine.fetch(STATEMENTS.sql("partner_count", center=center))["partners"][0].as_py()
    graph.engine.create_table("partner_pairs", STATEMENTS.sql("partner_pairs", center=center, top=top))
    graph.engine.create_table("pairs_of_partners", STATEMENTS.sql("pairs_of_partners", center=center, top=top))
    table = _pairs(graph, "SELECT * FROM partner_pairs UNION ALL SELECT * FROM pairs_of_partners")
    partners, links = graph.engine.count("partner_pairs"), graph.engine.count("pairs_of_partners")
    note = (
        f"the strongest {_part(partners, total, 'partners')} in {_number(least, 'figure')} or more, "
        f"and the {_number(links, 'strongest pair')} among them"
    )
    return Numbers(table, f"The neighbourhood of {name}", note, _strength(filters), center)


def _enrichment(graph: KnowledgeGraph, options: PlotOptions) -> Numbers:
    from kg.exporters.plots.enrichment import enriched

    max_q = 1.0 if options.filters.max_q is None else options.filters.max_q
    top = options.filters.top or PLOTS["enrichment"].top
    return Numbers(*enriched(graph, options.ids, options.by, options.target, max_q, top))


def _center(graph: KnowledgeGraph, of: str | None) -> tuple[str, str]:
    """Return CURIE and name of an entity, by default the most drawn one; the CURIE is empty in an empty build."""
    entity_id = "" if of is None else graph.find(of)
    if entity_id.startswith("pfocr:"):
        raise UnknownName("entity", str(of), hint=f"{entity_id} is a figure; its picture is at PFOCR")
    rows = graph.engine.fetch(STATEMENTS.sql("center_entity", entity_id=entity_id)).to_pylist()
    return (rows[0]["entity_id"], rows[0]["name"]) if rows else ("", "nothing")


def _create_candidates(graph: KnowledgeGraph, filters: Filters, center: str = "") -> int:
    """Create `candidate_pairs`, the pairs that pass the filters; return the least figures of a pair.

    The entity in the middle passes always, because the filters are for its partners.
    """
    least = graph.build.min_figures if filters.min_figures is None else filters.min_figures
    passes = f"({filters.of_entities()}) OR entity_id = {quote(center)}"
    graph.engine.create_table("passing_entities", f"SELECT * FROM entities WHERE {passes}")
    tie = "figures" if filters.flavour == "all" else "weight"
    pairs = f"SELECT *, {_strength(filters)} AS strength, {tie} AS tie FROM passing_pairs"
    most = graph.build.manifest["parameters"]["max_entities"]
    create_passing_pairs(graph.engine, "passing_pairs", "SELECT * FROM cooccurrences", filters, least, most)
    graph.engine.create_view("candidate_pairs", pairs)
    return least


def _pairs(graph: KnowledgeGraph, select: str) -> pa.Table:
    """Return pairs with the names of their ends and their doubts, the strongest first."""
    graph.engine.create_table("drawn_pairs", select)
    most = int(graph.build.manifest["parameters"]["max_entities"])
    words = STATEMENTS.sql("drawn_words", likely=LIKELY, sure=SURE, max_entities=most)
    graph.engine.create_table("drawn_words", words)
    return graph.engine.fetch(STATEMENTS.sql("pairs_with_names"))


def _strength(filters: Filters) -> str:
    """Return the column with the strength of a pair in the flavour of the filters."""
    return "weight" if filters.flavour == "all" else filters.support


def _figures(graph: KnowledgeGraph) -> str:
    return _number(graph.engine.count("figures"), "figure")


def _part(number: int, total: int, items: str = "figures") -> str:
    """Return a number and its total in words.

    >>> _part(60, 252019, "pairs"), _part(3, 3)
    ('60 of 252,019 pairs', '3 of 3 figures')
    """
    return f"{number:,} of {total:,} {items}"


def _number(number: int, item: str) -> str:
    """Return a number with its noun, in the plural where needed.

    >>> _number(1, "entity"), _number(1200, "entity"), _number(2, "figure")
    ('1 entity', '1,200 entities', '2 figures')
    """
    if number == 1:
        return f"1 {item}"
    return f"{number:,} {item.removesuffix('y')}ies" if item.endswith("y") else f"{number:,} {item}s"


_OF_PAIRS = frozenset(
    {"categories", "taxa", "without_taxa", "min_figures", "max_q", "top", "flavour", "min_probability"}
)

PLOTS: dict[str, Plot] = {
    "years": Plot("figures and mentions by year", _years),
    "ranks": Plot("figures of each entity by rank", _ranks, frozenset({"categories", "taxa", "without_taxa"})),
    "words": Plot("drawn words by the number of genes they stand for", _words),
    "heatmap": Plot("support among the strongest genes", _heatmap, _OF_PAIRS, top=25),
    "neighbourhood": Plot("an entity and its strongest partners", _neighbourhood, _OF_PAIRS | {"of"}, top=20),
    "network": Plot("the strongest pairs and their ends", _network, _OF_PAIRS | {"listed"}, top=75),
    "enrichment": Plot(
        "figures in which a list is enriched", _enrichment,
        frozenset({"listed", "by", "target", "taxa", "without_taxa", "max_q", "top"}), top=20, of_list=True,
    ),
}  # fmt: skip
"""Kinds of plots by name."""
