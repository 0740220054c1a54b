"""A build compared with the pathways of a GMT file: the meanings of their members, and the tables that people get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.enrichment.arrow import as_column, as_texts
from kg.enrichment.comparison import Comparison, ComparisonOptions, compare, drawn
from kg.graph.entity_list import EntityList, sublists
from kg.graph.links import with_links
from kg.graph.resolve import default_lexicon
from kg.model.identifiers import expand
from kg.model.organisms import ORGANISMS, organism_name
from kg.parsers.lists import GivenList

if TYPE_CHECKING:
    from kg.enrichment.universe import Universe
    from kg.graph.answers import Answers
    from kg.graph.resolve import Match
    from kg.parsers.pathways import Pathway

TABLES = ("figures", "pathways", "novel-words")
"""Tables of a comparison."""

_NAMED = 5
"""Names that a line repeats."""


class MatchedPathways(NamedTuple):
    """Pathways of a file with the meanings of their members in a build."""

    pathways: Sequence[Pathway]
    members: Sequence[EntityList]
    kind: tuple[str, str | None]
    """Category and organism that most of the members have; only these are compared."""
    report: tuple[str, ...]
    """Lines for people."""

    def ids(self) -> list[list[str]]:
        """Return the CURIEs of each pathway that are compared."""
        return [[match.id for match in _matches(listed, self.kind)] for listed in self.members]


def match_pathways(
    graph: Answers, pathways: Sequence[Pathway], source: str, taxa: Sequence[str] = (),
    without_taxa: Sequence[str] = (),
) -> MatchedPathways:  # fmt: skip
    """Match the members of all pathways at once; raise SourceError where none is an entity of the build."""
    names = tuple(dict.fromkeys(name for pathway in pathways for name in pathway.members))
    matched = graph.match_list(GivenList(source, names), taxa, without_taxa)
    matched.check_matched()
    kinds = Counter((match.category, match.taxon) for row in _matched(matched) for match in row)
    kind = min(kinds, key=lambda kind: (-kinds[kind], str(kind)))
    lists = sublists(matched, [GivenList(pathway.id, pathway.members) for pathway in pathways])
    report = (*matched.report(), *_left_out(kinds, kind), *_other_organisms(pathways, kind[1]))
    return MatchedPathways(pathways, lists, kind, report)


def _matched(listed: EntityList) -> Iterator[tuple[Match, ...]]:
    return (row.matches for row in listed.rows if row.status == "matched")


def _matches(listed: EntityList, kind: tuple[str, str | None]) -> Iterator[Match]:
    return (match for row in _matched(listed) for match in row if (match.category, match.taxon) == kind)


def _left_out(kinds: Counter[tuple[str, str | None]], kind: tuple[str, str | None]) -> Iterator[str]:
    """Yield a line on the members that are not of the kind which most have."""
    if others := kinds.total() - kinds[kind]:
        organism = f" of {organism_name(kind[1])}" if kind[1] else ""
        yield f"left out: {others:,} members that are no {kind[0]}{organism}, which {kinds[kind]:,} are"


def _other_organisms(pathways: Sequence[Pathway], taxon: str | None) -> Iterator[str]:
    """Yield a line on the pathways that the file calls those of another organism."""
    latin = next((organism.latin for organism in ORGANISMS if organism.taxon == taxon), None)
    others = [pathway for pathway in pathways if latin and pathway.organism not in (None, latin)]
    if others:
        named = "; ".join(f"{pathway.id} ({pathway.organism})" for pathway in others[:_NAMED])
        number = f"{len(others):,} pathway{'s' * (len(others) != 1)}"
        yield f"of another organism than {latin}, of which the genes are: {number}, {named}"


# -- tables


@dataclass(frozen=True)
class ComparedBuild:
    """The tables of a comparison and the lines about it."""

    figures: pa.Table
    pathways: pa.Table
    words: pa.Table
    options: ComparisonOptions
    units: int
    tests: int

    def table(self, name: str) -> pa.Table:
        """Return one of TABLES."""
        return {"figures": self.figures, "pathways": self.pathways, "novel-words": self.words}[name]

    def counts(self, name: str) -> dict[str, int]:
        """Return the number of rows of each status, of `figures` or `pathways`."""
        counted = Counter(self.table(name)["status"].to_pylist())
        return {status: counted[status] for status in sorted(counted, key=_order)}

    def summary(self) -> list[str]:
        """Return lines for people: the numbers of figures, pathways and pairs, and those of each status."""
        unit, by = self.options.by, self.options
        compared = f"compared: {self.figures.num_rows:,} figures with {self.pathways.num_rows:,} pathways by "
        compared += f"{self.units:,} {unit}; q is adjusted over {self.tests:,} pairs"
        match = f"match: q at most {by.max_q:g}, and {by.min_coverage:.0%} of the figure's {unit} or more; "
        match += f"{by.min_hits:,} shared {unit} or more"
        return [
            compared,
            match,
            f"figures: {_counts(self.counts('figures'))}",
            f"pathways: {_counts(self.counts('pathways'))}",
            f"in no pathway: {self.words.num_rows:,} {unit}{_examples(self.words)}",
        ]


def _order(status: str) -> int:
    return ("matched", "partial", "no pathway", "no figure", "too few").index(status)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {status}" for status, number in counts.items()) or "none"


def _examples(words: pa.Table) -> str:
    named = [f"{row['word']} ({row['figures']:,})" for row in words.slice(0, _NAMED).to_pylist()]
    return f", in most figures: {', '.join(named)}" if named else ""


def compare_build(universe: Universe, matched: MatchedPathways, options: ComparisonOptions) -> ComparedBuild:
    """Compare all figures of a build with pathways."""
    result = compare(universe, matched.ids(), options)
    return ComparedBuild(
        _figures(result, matched), _pathways(result, matched, universe), result.words, options, result.units,
        result.tests,
    )  # fmt: skip


def _figures(result: Comparison, matched: MatchedPathways) -> pa.Table:
    """Return figures with the identifier and name of their best pathway, and with links."""
    number = result.figures["pathway"].combine_chunks()
    table = result.figures.drop_columns(["pathway"])
    place = table.column_names.index("hits")
    for name, values in (("pathway", [one.name for one in matched.pathways]), ("pathway_id", _ids(matched))):
        table = table.add_column(place, name, as_texts(values).take(number))
    return with_links(table)


def _pathways(result: Comparison, matched: MatchedPathways, universe: Universe) -> pa.Table:
    """Return pathways with their identifiers, members and the members that no figure draws."""
    number = result.pathways["pathway"].combine_chunks()
    never = _never_drawn(matched, universe)
    columns = {
        "pathway_id": as_texts(_ids(matched)),
        "pathway": as_texts(one.name for one in matched.pathways),
        "genes": _whole(len(one.members) for one in matched.pathways),
        "genes_known": _whole(map(len, matched.ids())),
    }
    head = pa.table({name: column.take(number) for name, column in columns.items()})
    for name in result.pathways.column_names[1:]:
        head = head.append_column(name, result.pathways[name])
    head = head.add_column(head.num_columns - 1, "never_drawn", pa.array(never, pa.list_(pa.string())).take(number))
    return head.append_column("page", as_texts(map(_page, head["pathway_id"].to_pylist())))


def _whole(numbers: Any) -> pa.Array:
    return as_column(np.fromiter(numbers, dtype=np.int32))


def _ids(matched: MatchedPathways) -> list[str]:
    return [pathway.id for pathway in matched.pathways]


def _never_drawn(matched: MatchedPathways, universe: Universe) -> list[list[str]]:
    """Return the names of the members of each pathway that no figure draws, sorted."""
    ids = universe.entities["entity_id"].combine_chunks()
    shown = set(ids.take(as_column(np.flatnonzero(drawn(universe)))).to_pylist())
    absent = {row.text for listed in matched.members for row in listed.rows if row.status == "not drawn"}
    terms = default_lexicon().terms(absent)
    return [
        sorted(
            {match.name for match in _matches(listed, matched.kind) if match.id not in shown}
            | {
                terms[row.text].name if row.text in terms else row.text
                for row in listed.rows
                if row.status in ("not drawn", "unmatched")
            }
        )
        for listed in matched.members
    ]


def _page(pathway_id: str) -> str | None:
    """Return the address of a pathway, of those databases whose identifiers are known by their form.

    >>> _page("WP254"), _page("R-HSA-109581"), _page("my genes")
    ('https://identifiers.org/wikipathways/WP254', 'https://reactome.org/PathwayBrowser/#/R-HSA-109581', None)
    """
    if pathway_id.startswith("WP") and pathway_id[2:].isdecimal():
        return expand(f"wikipathways:{pathway_id}")
    return f"https://reactome.org/PathwayBrowser/#/{pathway_id}" if pathway_id.startswith("R-") else None


def chosen(table: pa.Table, statuses: Sequence[str], top: int | None) -> pa.Table:
    """Return the rows with one of some statuses, all without any, and of these the first `top`."""
    if statuses and "status" in table.column_names:
        table = table.filter(pc.is_in(table["status"], as_texts(statuses)))
    return table.slice(0, table.num_rows if top is None else min(top, table.num_rows))
