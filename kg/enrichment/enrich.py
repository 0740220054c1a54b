"""One list against all figures of a build, or against all chemicals and diseases."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa

from kg.cooccurrence.statistics import benjamini_hochberg, log10_p, significant
from kg.enrichment.arrow import as_column
from kg.enrichment.clusters import clusters
from kg.enrichment.hit_words import hit_words
from kg.enrichment.trials import Floats, Hits, Trials
from kg.enrichment.universe import Flags, Ints, Mentions, Scope, Universe
from kg.errors import ParameterError, UnknownChoice
from kg.model.checks import check_several, check_whole

BY = ("words", "genes")
OF = ("figures", "entities")

MOST_TRIALS = 4
"""Kinds of tests of one scope that stay in memory; each takes up to 200 MB where a build has 5 million mentions."""

LEAST_GENES = 3
"""Least genes of a figure that the test by genes counts as a set, as the GMT files have them."""


@dataclass(frozen=True)
class EnrichmentOptions:
    """How a list is tested; raises UnknownChoice and ParameterError for values that there are not."""

    by: Literal["words", "genes"] = "words"
    """`words`: one hit a drawn family. `genes`: one hit a gene, the usual hypergeometric test, as a comparison."""
    of: Literal["figures", "entities"] = "figures"
    """Rows of the result: figures, or the chemicals and diseases drawn beside the list."""
    min_hits: int = 2
    """Least hits of a row, from 1; figures that draw fewer families are not tested."""
    background: Collection[str] | None = None
    """CURIEs that the list was chosen from; None for every entity of the list's categories and organisms."""

    def __post_init__(self) -> None:
        """Check the values."""
        for kind, value, known in (("unit of a test", self.by, BY), ("result of a test", self.of, OF)):
            if value not in known:
                raise UnknownChoice(kind, str(value), known)
        check_whole("min_hits", self.min_hits, 1)
        if self.background is not None:
            object.__setattr__(self, "background", frozenset(check_several("background", self.background)))


@dataclass(frozen=True)
class Enrichment:
    """The result for one list."""

    table: pa.Table
    """One row a figure (or entity) tested and hit, sorted by `p`, then id; docs/data-model.md has the columns."""
    listed: int
    """Entities of the list that the background has."""
    units_hit: int
    """Families that have a listed entity."""
    units: int
    """Families of the background."""
    figures_tested: int
    """Figures, or entities, over which `q` is adjusted."""
    background: str
    """A sentence with the entities and figures that the list was compared with."""


def enrich(universe: Universe, ids: Iterable[str], options: EnrichmentOptions = EnrichmentOptions()) -> Enrichment:
    """Test a list of CURIEs; those that the build does not draw are passed over.

    Raises ParameterError for one text in place of a list, and for a background without a drawn entity.
    """
    rows = universe.rows(check_several("ids", ids))
    scope = universe.scope(rows)
    trials = _trials(scope, options)
    listed = np.intersect1d(rows, np.flatnonzero(trials.background))
    table, tested = _table(scope, trials, listed, options)
    units = scope.family if options.by == "words" else trials.family
    return Enrichment(
        table,
        len(listed),
        len(np.unique(units[listed])),
        len(np.unique(units[trials.background])),
        tested,
        _sentence(universe, trials, options),
    )


def _trials(scope: Scope, options: EnrichmentOptions) -> Trials:
    """Return the trials of each figure or entity; without a background they are computed once for a scope."""
    least = options.min_hits if options.by == "words" else LEAST_GENES
    if options.background is None:
        return _default_trials(scope, options.by, options.of, least)
    given = np.zeros(len(scope.chosen), dtype=np.bool_)
    given[scope.universe.rows(sorted(options.background))] = True
    if len(options.background) and not (given & scope.chosen).any():
        raise ParameterError(
            f"background: this build draws none of its {len(options.background):,} identifiers, or as other kinds of "
            "entities than those of the list; give CURIEs such as ncbigene:207"
        )
    return _new_trials(scope, options.by, options.of, least, given & scope.chosen)


def _default_trials(scope: Scope, by: str, of: str, least: int) -> Trials:
    """Return the trials without a background, computed once."""
    known = scope.trials
    trials = known.get((by, of, least))
    if trials is None:
        for oldest in list(known)[: max(0, len(known) + 1 - MOST_TRIALS)]:
            known.pop(oldest, None)  # another thread may have been first
        trials = known[by, of, least] = _new_trials(scope, by, of, least, scope.chosen)
    return trials


def _new_trials(scope: Scope, by: str, of: str, least: int, background: Flags) -> Trials:
    drawn = scope.drawn if of == "figures" else scope.beside()
    family = scope.family if by == "words" else np.arange(len(scope.chosen))
    return Trials(drawn, family, background, least, None if of == "figures" else scope.drawn)


def _table(scope: Scope, trials: Trials, listed: Ints, options: EnrichmentOptions) -> tuple[pa.Table, int]:
    """Return the rows of the result and the number of figures or entities over which `q` is adjusted."""
    hit = trials.hit_by(listed, scope.blocks(listed, trials.family) if options.by == "words" else None)
    hits = trials.count(hit.counted).astype(np.int64)
    shown = np.flatnonzero(trials.tested & (hits >= options.min_hits))
    if options.by == "words":
        tested = int(trials.tested.sum())
        expected, p = trials.tests(shown, hit, hits[shown]) if len(shown) else (np.empty(0), np.empty(0))
        p = significant(p)
        q = _adjusted(p, tested)
    else:
        any_hit = np.flatnonzero(trials.tested & (hits > 0))
        tested, size, drawn = len(any_hit), int(trials.background.sum()), trials.units_drawn[any_hit]
        whole = np.full(tested, size)
        all_p = significant(10.0 ** log10_p(hits[any_hit], np.full(tested, len(listed)), drawn, whole))
        of_shown = np.searchsorted(any_hit, shown)
        p, q = all_p[of_shown], _adjusted(all_p, tested)[of_shown]
        expected = len(listed) * (trials.units_drawn[shown] / max(size, 1))
    order = np.lexsort((shown, p))  # rows are numbered in the order of their ids
    return _columns(scope, trials, listed, options, hit, shown[order], (expected[order], p[order], q[order])), tested


def _adjusted(p: Floats, tests: int) -> Floats:
    """Return q of each p among `tests` tests; those without a p have 1."""
    values, place, counts = np.unique(p, return_inverse=True, return_counts=True)
    with np.errstate(divide="ignore"):
        return significant(benjamini_hochberg(np.log10(values), counts, tests))[place]


def _columns(
    scope: Scope,
    trials: Trials,
    listed: Ints,
    options: EnrichmentOptions,
    hit: Hits,
    rows: Ints,
    tests: tuple[Floats, ...],
) -> pa.Table:
    """Return the table of some rows in order."""
    expected, p, q = tests
    leaders = clusters(*trials.families_of(rows, hit.fitted))
    sizes = np.bincount(leaders, minlength=len(rows))
    universe = scope.universe
    if options.of == "figures":
        ids = universe.figures.take(as_column(rows))
    else:
        ids = universe.entities.select(["entity_id", "name", "category"]).take(as_column(rows))
    words, names = _words(scope, trials, listed, rows, options.of)
    columns = {
        "hits": as_column(trials.count(hit.counted)[rows].astype(np.int32)),
        "words_drawn": as_column(trials.units_drawn[rows].astype(np.int32)),
        "words": words,
        "genes": names,
        "expected": as_column(significant(expected)),
        "p": as_column(p),
        "q": as_column(q),
        "score": as_column(significant(trials.scores(rows, hit.fitted))),
        "cluster": ids.column(0).take(as_column(leaders)),
        "cluster_size": as_column(sizes[leaders].astype(np.int32)),
    }
    for name, values in columns.items():
        ids = ids.append_column(name, values)
    return ids


def _words(scope: Scope, trials: Trials, listed: Ints, rows: Ints, of: str) -> tuple[pa.Array, pa.Array]:
    """Return the columns `words` and `genes` of some rows."""
    mentions = scope.listed_mentions(listed)
    place = np.full(trials.families.shape[0], -1)
    place[rows] = np.arange(len(rows))
    if of == "figures":
        mention, row = np.arange(len(mentions.figure)), place[mentions.figure]
    else:
        mention, row = scope.mentions_beside(mentions, place)
    keep = row >= 0
    mention, row = mention[keep], row[keep]
    chosen = Mentions(*(column[mention] for column in mentions))
    return hit_words(scope.universe, chosen, row, trials.family[chosen.entity], len(rows))


def _sentence(universe: Universe, trials: Trials, options: EnrichmentOptions) -> str:
    """Return the sentence about the background."""
    given = "" if options.background is None else " of the background given"
    sets = "figures" if options.of == "figures" else "chemicals and diseases"
    least = f"{options.min_hits} families or more" if options.by == "words" else f"{LEAST_GENES} genes or more"
    return (
        f"{int(trials.background.sum()):,} {universe.nouns(trials.background)}{given} drawn in the "
        f"{int(trials.tested.sum()):,} {sets} of this build that draw {least}"
    )
