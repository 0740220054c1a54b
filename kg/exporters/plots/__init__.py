"""The pictures of a build: which there are, and the numbers in each, which DuckDB works out over the published tables.

`kg.plots.drawing` puts them on paper with matplotlib (extra `plot`). A picture shows nothing but what is in its table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from kg.engines.statements import quote, sql
from kg.errors import KgError, UnknownName
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import Filters
from kg.model.text import clean, collapse
from kg.runtime.plugins import install_command

if TYPE_CHECKING:
    from types import ModuleType

FORMATS = ("png", "svg")


@dataclass(frozen=True, slots=True)
class PlotOptions:
    """What a person wants drawn; `Filters.top` counts what Plot.top does."""

    filters: Filters = field(default_factory=Filters)
    of: str | None = None  # the entity of a neighbourhood; None: the most drawn


class Numbers(NamedTuple):
    """What a picture shows, and the words above it."""

    table: pa.Table
    title: str
    note: str
    by: str = ""  # the column that says how strong a pair is
    center: str = ""  # the id of the entity in the middle


class Plot(NamedTuple):
    """A kind of picture."""

    title: str
    numbers: Callable[[KnowledgeGraph, PlotOptions], Numbers]
    takes: frozenset[str] = frozenset()
    """What can be asked of it: `of`, and fields of Filters."""
    top: int = 0
    """How many of what it shows, unless asked otherwise; 0: all."""


class Rendered(NamedTuple):
    """A picture as the bytes of a file, and its numbers as tab-separated lines with a header."""

    picture: bytes
    numbers: bytes


def plot(name: str) -> Plot:
    """Give a kind of picture by name; raise UnknownName with the known ones."""
    if name not in PLOTS:
        raise UnknownName("plot", name, PLOTS)
    return PLOTS[name]


def render(graph: KnowledgeGraph, name: str, format_: str = "png", asked: PlotOptions = PlotOptions()) -> Rendered:
    """Draw a picture of a build; the same build gives the same bytes.

    Raises UnknownName where there is no such plot, format or entity, and KgError without matplotlib.
    """
    made = plot(name)
    if format_ not in FORMATS:
        raise UnknownName("format of pictures", format_, FORMATS)
    drawing = _drawing()
    numbers = made.numbers(graph, asked)
    return Rendered(drawing.draw(name, format_, *numbers), _tsv(numbers.table))


def _drawing() -> ModuleType:
    try:
        from kg.exporters.plots import drawing
    except ModuleNotFoundError as error:
        command = install_command("plot")
        raise KgError(f"kg plot needs {error.name}, which is not installed; install it with: {command}") from None
    return drawing


def _tsv(table: pa.Table) -> bytes:
    """Give a table as lines; a name with tabs or line ends in it gets blanks there."""
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    lines = [table.column_names, *([collapse(clean(str(cell))) for cell in row] for row in rows)]
    return "".join("\t".join(line) + "\n" for line in lines).encode()


# -- numbers


def _years(graph: KnowledgeGraph, _: PlotOptions) -> Numbers:
    table = graph.engine.fetch(sql("plot/years"))
    dated = sum(table["figures"].to_pylist())
    return Numbers(
        table, "Figures and what they mention, by year", f"{_of(dated, graph.engine.count('figures'))} have a year"
    )


def _ranks(graph: KnowledgeGraph, asked: PlotOptions) -> Numbers:
    graph.engine.create_table("kept_entities", f"SELECT * FROM entities WHERE {asked.filters.of_entities()}")
    table = graph.engine.fetch(sql("plot/ranks"))
    shown = sum(table["entities"].to_pylist())
    note = f"{_of(shown, graph.engine.count('entities'), 'entities')}, in {_figures(graph)}"
    return Numbers(table, "Figures of each entity, by rank", note)


def _words(graph: KnowledgeGraph, _: PlotOptions) -> Numbers:
    table = graph.engine.fetch(sql("plot/words"))
    counts = dict(zip(table["genes"].to_pylist(), table["words"].to_pylist(), strict=True))
    words, several = sum(counts.values()), sum(number for genes, number in counts.items() if genes > 1)
    note = f"{several:,} of {_some(words, 'word')} of genes stand for several; named: the most drawn of the widest"
    return Numbers(table, "Drawn words, by the number of genes they stand for", note)


def _heatmap(graph: KnowledgeGraph, asked: PlotOptions) -> Numbers:
    """Give all pairs among the ends of the strongest; weak ones are no clutter here, so from one figure on."""
    given = asked.filters
    filters = replace(given, categories=given.categories or ("gene",), min_figures=given.min_figures or 1)
    _want(graph, filters)
    graph.engine.create_table("strongest", sql("plot/strongest", top=filters.top or PLOTS["heatmap"].top))
    among = " AND ".join(f"{end}_id IN (SELECT entity_id FROM strongest)" for end in ("subject", "object"))
    table = _pairs(graph, f"SELECT * FROM wanted_pairs WHERE {among}", filters)
    shown = len({id_ for end in ("subject_id", "object_id") for id_ in table[end].to_pylist()})
    what = _some(
        graph.engine.count("kept_entities"), filters.categories[0] if len(filters.categories) == 1 else "entity"
    )
    note = f"{shown} of {what}, the ends of the strongest pairs; by different words; {_figures(graph)} in all"
    return Numbers(table, "Who is drawn with whom", note, filters.support)


def _network(graph: KnowledgeGraph, asked: PlotOptions) -> Numbers:
    filters = asked.filters
    least = _want(graph, filters)
    total = graph.engine.count("wanted_pairs")
    top = filters.top or PLOTS["network"].top
    table = _pairs(graph, f"SELECT * FROM wanted_pairs {filters.best} LIMIT {int(top)}", filters)
    note = (
        f"the strongest {_of(table.num_rows, total, 'pairs')} in {_some(least, 'figure')} or more, "
        f"by different words; {_figures(graph)} in all"
    )
    return Numbers(table, "Co-occurrence in pathway figures", note, _strength(filters))


def _neighbourhood(graph: KnowledgeGraph, asked: PlotOptions) -> Numbers:
    """Partners, the best first, and of the pairs among them as many again, the best."""
    center, name = _center(graph, asked.of)
    filters = asked.filters
    least = _want(graph, filters, center)
    ends = f"{quote(center)} IN (subject_id, object_id)"
    total = graph.engine.count(f"wanted_pairs WHERE {ends}")
    top = int(filters.top or PLOTS["neighbourhood"].top)
    graph.engine.create_table("spokes", f"SELECT * FROM wanted_pairs WHERE {ends} {filters.best} LIMIT {top}")
    near = "SELECT subject_id FROM spokes UNION SELECT object_id FROM spokes"
    among = f"NOT {ends} AND subject_id IN ({near}) AND object_id IN ({near})"
    graph.engine.create_table("among", f"SELECT * FROM wanted_pairs WHERE {among} {filters.best} LIMIT {top}")
    table = _pairs(graph, "SELECT * FROM spokes UNION ALL SELECT * FROM among", filters)
    shown, links = graph.engine.count("spokes"), graph.engine.count("among")
    note = (
        f"the strongest {_of(shown, total, 'partners')} in {_some(least, 'figure')} or more, "
        f"and the {_some(links, 'strongest pair')} among them"
    )
    return Numbers(table, f"The neighbourhood of {name}", note, _strength(filters), center)


def _center(graph: KnowledgeGraph, of: str | None) -> tuple[str, str]:
    """Give id and name of an entity, by default of the most drawn one; empty where there is none."""
    if of is None:
        chosen = "SELECT entity_id, name FROM entities ORDER BY figures DESC, papers DESC, entity_id LIMIT 1"
    else:
        found = graph.find(of)
        if found.startswith("pfocr:"):
            raise UnknownName("entity", of, hint=f"{found} is a figure; its picture is at PFOCR")
        chosen = f"SELECT entity_id, name FROM entities WHERE entity_id = {quote(found)}"
    rows = graph.engine.fetch(chosen).to_pylist()
    return (rows[0]["entity_id"], rows[0]["name"]) if rows else ("", "nothing")


def _want(graph: KnowledgeGraph, filters: Filters, center: str = "") -> int:
    """Make the pairs that pass the filters readable as `wanted_pairs`; give the least figures of one.

    The entity in the middle is kept, whatever the filters say: they are for what is around it.
    """
    least = graph.build.min_figures if filters.min_figures is None else filters.min_figures
    kept = f"({filters.of_entities()}) OR entity_id = {quote(center)}"
    graph.engine.create_table("kept_entities", f"SELECT * FROM entities WHERE {kept}")
    pairs = f"SELECT *, 0 AS place, {_strength(filters)} AS strength FROM cooccurrences"
    graph.engine.create_view("wanted_pairs", f"{pairs} WHERE {filters.of_pairs(least)}")
    return least


def _pairs(graph: KnowledgeGraph, select: str, filters: Filters) -> pa.Table:
    """Give pairs with the names of their ends, the best first."""
    graph.engine.create_table("drawn_pairs", select)
    return graph.engine.fetch(f"SELECT * FROM ({sql('plot/named')}) {filters.best}").drop_columns("place")


def _strength(filters: Filters) -> str:
    """Give the column that says how strong a pair is in this flavour."""
    return "weight" if filters.flavour == "all" else filters.support


def _figures(graph: KnowledgeGraph) -> str:
    return _some(graph.engine.count("figures"), "figure")


def _of(some: int, total: int, things: str = "figures") -> str:
    """Say how many of how many.

    >>> _of(60, 252019, "pairs"), _of(3, 3)
    ('60 of 252,019 pairs', '3 of 3 figures')
    """
    return f"{some:,} of {total:,} {things}"


def _some(number: int, thing: str) -> str:
    """Say how many.

    >>> _some(1, "entity"), _some(1200, "entity"), _some(2, "figure")
    ('1 entity', '1,200 entities', '2 figures')
    """
    if number == 1:
        return f"1 {thing}"
    return f"{number:,} {thing.removesuffix('y')}ies" if thing.endswith("y") else f"{number:,} {thing}s"


_OF_PAIRS = frozenset({"categories", "taxa", "min_figures", "max_q", "top", "flavour"})

PLOTS: dict[str, Plot] = {
    "years": Plot("figures and mentions by year", _years),
    "ranks": Plot("figures of each entity by rank", _ranks, frozenset({"categories", "taxa"})),
    "words": Plot("drawn words by the number of genes they stand for", _words),
    "heatmap": Plot("support among the strongest genes", _heatmap, _OF_PAIRS, top=25),
    "neighbourhood": Plot("an entity and its strongest partners", _neighbourhood, _OF_PAIRS | {"of"}, top=20),
    "network": Plot("the strongest pairs and their ends", _network, _OF_PAIRS, top=75),
}
"""Kinds of pictures by name."""
