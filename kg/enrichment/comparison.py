"""Figures compared with pathways: which figures show what no pathway has, and which pathways no figure shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from kg.cooccurrence.statistics import significant
from kg.enrichment.arrow import as_column, as_numbers, as_texts
from kg.enrichment.enrich import BY
from kg.enrichment.hit_words import hit_words
from kg.enrichment.overlaps import Best, Correction, Floats, Overlaps, Thresholds, best, correction
from kg.enrichment.trials import Trials
from kg.enrichment.universe import Flags, Ints, Mentions, Scope, Universe
from kg.errors import ParameterError, UnknownChoice
from kg.model.checks import check_fraction, check_whole

FIGURE_STATUSES = ("no pathway", "partial", "matched", "too few")
"""Statuses of a figure, those that a curator looks for first."""

PATHWAY_STATUSES = ("no figure", "partial", "matched", "too few")
"""Statuses of a pathway, those that a curator looks for first."""


@dataclass(frozen=True)
class ComparisonOptions:
    """How figures and pathways are compared; raises UnknownChoice and ParameterError for values that there are not."""

    by: Literal["words", "genes"] = "words"
    """`words`: a drawn family counts once. `genes`: one a gene, the usual hypergeometric test, as a comparison."""
    min_hits: int = 3
    """Least words that a figure and a pathway share, from 1; those that have fewer are not tested."""
    max_q: float = 0.05
    """Greatest false discovery rate of a pair that counts, from 0 to 1."""
    min_coverage: float = 0.5
    """Least part of a figure's words that a pathway has where the two match, from 0 to 1."""

    def __post_init__(self) -> None:
        """Check the values."""
        if self.by not in BY:
            raise UnknownChoice("unit of a test", self.by, BY)
        check_whole("min_hits", self.min_hits, 1)
        check_fraction("max_q", self.max_q)
        check_fraction("min_coverage", self.min_coverage)


@dataclass(frozen=True)
class Comparison:
    """Figures and pathways with the best partner of each; docs/data-model.md has the columns."""

    figures: pa.Table
    """One row a figure, those without a pathway first."""
    pathways: pa.Table
    """One row a pathway, those without a figure first."""
    words: pa.Table
    """One row a drawn word that no pathway has: `word` and `figures`, those of most figures first."""
    units: int
    """Words, or genes, of the background."""
    tests: int
    """Pairs over which `q` is adjusted."""


def compare(
    universe: Universe, pathways: Sequence[Collection[str]], options: ComparisonOptions = ComparisonOptions()
) -> Comparison:
    """Compare all figures of a build with pathways, which are CURIEs; those that the build does not have count nowhere.

    The column `pathway` of both tables is the number of a pathway from 0. Raises ParameterError where no pathway has an
    entity of the build.
    """
    members = _members(universe, pathways)
    if not members.nnz:
        raise ParameterError("pathways: this build draws none of their members; give CURIEs such as ncbigene:207")
    scope = universe.scope(np.unique(members.nonzero()[0]).astype(np.int64))
    family = scope.family if options.by == "words" else np.arange(len(scope.chosen))
    trials = Trials(scope.drawn, family, scope.chosen, options.min_hits)
    overlaps = Overlaps(trials, members, options.min_hits, options.by)
    corrected = correction(overlaps)
    thresholds = Thresholds(options.min_hits, options.max_q, options.min_coverage)
    of_figures, of_pathways = best(overlaps, corrected, trials.units_drawn, thresholds)
    inside, novel = _words(scope, trials, members, overlaps, of_figures)
    figures = _figures(universe, trials, overlaps, corrected, of_figures)
    for name, column in {"words": inside[0], "genes": inside[1], "novel_words": novel[0]}.items():
        figures = figures.add_column(figures.num_columns - 1, name, column)
    return Comparison(
        _sorted(figures, FIGURE_STATUSES, "words_drawn", "figure_id"),
        _sorted(
            _pathways(universe, trials, overlaps, corrected, of_pathways), PATHWAY_STATUSES, "words_drawn", "pathway"
        ),
        _counted(novel[0]),
        overlaps.units,
        overlaps.tests,
    )


def drawn(universe: Universe) -> Flags:
    """Return for each entity whether a figure draws it."""
    return np.bincount(universe.mentions.entity, minlength=len(universe.entities)) > 0


def _members(universe: Universe, pathways: Sequence[Collection[str]]) -> sparse.csr_array:
    """Return the members of pathways: entities by pathways."""
    counts = [len(ids) for ids in pathways]
    ids = as_texts(id_ for pathway in pathways for id_ in pathway)
    places = pc.index_in(ids, universe.entities["entity_id"].combine_chunks())
    known = as_numbers(places.is_valid().cast(pa.int8())).astype(np.bool_)
    entity = as_numbers(places.drop_null())
    pathway = np.repeat(np.arange(len(counts)), counts)[known]
    ones = np.ones(len(entity), dtype=np.int32)
    members = sparse.csr_array((ones, (entity, pathway)), shape=(len(universe.entities), len(counts)))
    members.sum_duplicates()
    members.data[:] = 1
    return members


# -- words


def _words(
    scope: Scope, trials: Trials, members: sparse.csr_array, overlaps: Overlaps, of_figures: Best
) -> tuple[tuple[pa.Array, pa.Array], tuple[pa.Array, pa.Array]]:
    """Return words and genes of each figure that its best pathway has, and those that no pathway has."""
    figure, entity, _ = (column.astype(np.int64) for column in scope.mentions)
    entities, pathways = members.shape
    keys = np.repeat(np.arange(entities), np.diff(members.indptr)) * pathways + members.indices
    key = entity * pathways + of_figures.partner[figure]
    place = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
    inside = (keys[place] == key) & (of_figures.partner[figure] >= 0)
    known = np.bincount(
        overlaps.trial, weights=(np.diff(members.indptr) > 0)[trials.drawn.indices], minlength=len(trials.keys)
    )
    trial = np.searchsorted(trials.keys, figure * trials.width + trials.family[entity])
    figures = len(trials.units_drawn)
    return (
        _texts(scope, trials, np.flatnonzero(inside), figures),
        _texts(scope, trials, np.flatnonzero(known[trial] == 0), figures),
    )


def _texts(scope: Scope, trials: Trials, chosen: Ints, figures: int) -> tuple[pa.Array, pa.Array]:
    mentions = Mentions(*(column[chosen] for column in scope.mentions))
    figure = mentions.figure.astype(np.int64)
    return hit_words(scope.universe, mentions, figure, trials.family[mentions.entity], figures)


def _counted(novel: pa.Array) -> pa.Table:
    """Return the novel words with the number of their figures."""
    counts = pc.value_counts(novel.flatten())
    table = pa.table({"word": counts.field("values"), "figures": counts.field("counts").cast(pa.int32())})
    return table.sort_by([("figures", "descending"), ("word", "ascending")])


# -- tables


def _figures(universe: Universe, trials: Trials, overlaps: Overlaps, corrected: Correction, of: Best) -> pa.Table:
    drawn = trials.units_drawn
    pathway = of.partner
    columns = {
        "words_drawn": as_column(drawn.astype(np.int32)),
        "pathway": _missing(as_column(pathway), pathway < 0),
        **_numbers(of, drawn, overlaps.size[pathway], corrected),
        "pathways": as_column(of.matched.astype(np.int32)),
        "status": _status(of, trials.tested, FIGURE_STATUSES),
    }
    return _with(universe.figures, columns)


def _pathways(universe: Universe, trials: Trials, overlaps: Overlaps, corrected: Correction, of: Best) -> pa.Table:
    count = len(overlaps.size)
    without = of.partner < 0
    best_figures = universe.figures.take(_missing(as_column(of.partner), without))
    columns = {
        "words_drawn": as_column(overlaps.size.astype(np.int32)),
        **{name: best_figures[name].combine_chunks() for name in universe.figures.column_names},
        **_numbers(of, trials.units_drawn[of.partner], overlaps.size, corrected),
        "figures": as_column(of.matched.astype(np.int32)),
        "figures_partial": as_column(of.partial.astype(np.int32)),
        "status": _status(of, overlaps.tested, PATHWAY_STATUSES),
    }
    return _with(pa.table({"pathway": as_column(np.arange(count))}), columns)


def _with(table: pa.Table, columns: dict[str, pa.Array]) -> pa.Table:
    for name, values in columns.items():
        table = table.append_column(name, values)
    return table


def _numbers(of: Best, figure: Ints, pathway: Ints, corrected: Correction) -> dict[str, pa.Array]:
    """Return the columns about the best pair; `figure` and `pathway` are the numbers of words of each of its ends."""
    without = of.partner < 0

    def rounded(values: Floats) -> pa.Array:
        return _missing(as_column(significant(values)), without)

    return {
        "hits": _missing(as_column(of.hits.astype(np.int32)), without),
        "coverage": rounded(of.hits / np.maximum(figure, 1)),
        "pathway_coverage": rounded(of.hits / np.maximum(pathway, 1)),
        "p": rounded(10.0**of.log10_p),
        "q": rounded(corrected.of(of.log10_p)),
    }


def _missing(column: pa.Array, where: Flags) -> pa.Array:
    return pc.if_else(_flags(where), pa.scalar(None, column.type), column)


def _flags(flags: Flags) -> pa.Array:
    return as_column(flags.astype(np.int8)).cast(pa.bool_())


def _status(of: Best, tested: Flags, names: Sequence[str]) -> pa.Array:
    """Return the statuses: without a significant partner, with one, with one that matches, and not tested."""
    number = np.where(of.matched > 0, 2, np.where(of.partial > 0, 1, 0))
    return as_texts(names).take(as_column(np.where(tested, number, 3)))


def _sorted(table: pa.Table, statuses: Sequence[str], by: str, id_: str) -> pa.Table:
    """Return rows by status, then with most words first, then by identifier."""
    order = pc.index_in(table["status"].combine_chunks(), as_texts(statuses))
    keyed = table.append_column("order", order)
    return keyed.sort_by([("order", "ascending"), (by, "descending"), (id_, "ascending")]).drop_columns(["order"])
