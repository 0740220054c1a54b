"""How honest the tests of a gene list are, and how well they find the figures of a pathway, as Markdown.

    python benchmarks/enrichment.py BUILD [BUILD ...] [--wikipathways FOLDER] [--lists 400] [--plot FILE]

A BUILD is a folder that `kg build` wrote. The tables and the plot are those of docs/enrichment.md. Lists that no figure
explains show how many figures a test calls in error. Halves of curated pathways show what it finds: the other half of
the pathway decides which figures are right, so that no gene of the list does. Without the folder of curated pathways
the parts that need it are left out, and a line says so.

Numbers after ± are half of a 95 % interval: over lists in the tables of errors, over pathways drawn anew in those of
power. Equal input gives equal tables.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from average_precision import average_precision, ranking
from enrichment_lists import (
    LEAST,
    Corpus,
    Floats,
    Half,
    Ints,
    Maker,
    Tested,
    by_genes,
    by_words,
    famplex,
    halves,
    neighbours,
    null_lists,
    pathways,
    shares,
    whole,
)
from matplotlib import pyplot as plt
from scipy.stats import kstest

from kg.errors import KgError

SEED = 16
DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "wikipathways"
NORMAL = 1.959964

BESIDE = 20
"""Least figures of a gene that stands for a chemical or disease."""

LEAST_FAMILIES = 10
"""Least drawn families of a pathway that is cut in two."""

TRUTHS = ("content", "best pathway")
"""`content`: the figure draws 3 left-out families or more, and these are a quarter or more of what it draws outside the
list. `best pathway`: of all pathways, this one's left-out families are the most like those of the figure (Jaccard)."""


def main() -> None:
    """Print the tables of every build, and draw the plot."""
    arguments = _arguments()
    folder = arguments.wikipathways if arguments.wikipathways.is_dir() else None
    if folder is None:
        print(f"enrichment: no curated pathways, because {arguments.wikipathways} is absent", file=sys.stderr)
    drawn: dict[str, dict[str, Floats]] = {}
    try:
        for build in arguments.builds:
            corpus = Corpus.read(build)
            print(f"### {corpus.label}\n\n{_size(corpus)}\n")
            nulls = [_null(corpus, name, maker, arguments.lists) for name, maker in null_lists(corpus, folder)]
            if folder:
                nulls += _neighbours(corpus, folder, arguments.lists)
            drawn[corpus.label] = {null.name: null.randomised for null in nulls}
            print(_table(NULL_HEAD, map(_null_row, nulls)), end="\n\n", flush=True)
            print(f"{_of_one_family(corpus, arguments.lists)}\n")
            beside = corpus.beside(BESIDE)
            print(f"Sets of the genes drawn beside a gene of {BESIDE} figures or more. {_size(beside)}\n")
            kinds = [kind for kind in null_lists(corpus, folder) if "200" not in kind[0]]
            sets = [_null(beside, name, maker, arguments.lists // 4) for name, maker in kinds]
            print(_table(NULL_HEAD, map(_null_row, sets)), end="\n\n", flush=True)
            if folder:
                print("\n\n".join(_power(corpus, folder, arguments.resamples)), end="\n\n", flush=True)
    except (OSError, KgError) as error:
        sys.exit(f"enrichment: {error}")
    if arguments.plot:
        _plot(drawn, arguments.plot)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("builds", nargs="+", type=Path, metavar="BUILD")
    parser.add_argument("--wikipathways", type=Path, default=DATA, help="folder of pathways.gmt")
    parser.add_argument("--lists", type=int, default=400, help="lists of each kind")
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the QQ plot into this file")
    return parser.parse_args()


def _size(corpus: Corpus) -> str:
    trials, genes = corpus.words, corpus.genes
    families = len(np.unique(corpus.scope.family[trials.background]))
    return (
        f"{int(trials.tested.sum()):,} tested by words, {int(genes.tested.sum()):,} by genes; "
        f"{int(trials.background.sum()):,} genes, {families:,} families."
    )


def _table(head: tuple[str, ...], rows: Iterable[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (list(head), *rows)]
    return "\n".join([lines[0], "|---|" + "---:|" * (len(head) - 1), *lines[1:]])


# -- errors


NULL_HEAD = (
    "lists", "words: lists with a call", "figures a list", "p < 0.01", "p < 0.001", "KS p",
    "genes: lists with a call", "figures a list", "p < 0.001",
)  # fmt: skip


class Null(NamedTuple):
    """What both tests say of the lists of one kind; the arrays have a value a list."""

    name: str
    called: Ints
    one: Floats  # randomised p of one figure of each list
    hundredth: Floats
    thousandth: Floats
    gene_called: Ints
    gene_thousandth: Floats
    randomised: Floats  # quantiles of the randomised p of all figures and lists


def _null(corpus: Corpus, name: str, maker: Maker, lists: int) -> Null:
    random = np.random.default_rng(SEED)
    return _measure(name, ((corpus, maker(random)) for _ in range(lists)), random)


def _of_one_family(corpus: Corpus, lists: int) -> str:
    """Return how many calls for lists of whole families of FamPlex rest on a single one of these families."""
    random = np.random.default_rng(SEED)
    families = famplex(corpus)
    maker = whole(families, 50, None)
    drawn, word_family = corpus.words.drawn, corpus.scope.family
    calls = single = nearly = 0
    for _ in range(lists):
        listed = maker(random)
        inside = [family for family in families if np.isin(family, listed).all()]
        for row in by_words(corpus, listed).rows_called():
            hit = np.intersect1d(drawn[[row]].indices, listed)
            shared = [np.intersect1d(hit, family) for family in inside]
            most = max(len(np.unique(word_family[part])) for part in shared)
            hits = len(np.unique(word_family[hit]))
            calls, single, nearly = calls + 1, single + (most == hits), nearly + (most == hits - 1 >= 2)
    return (
        f"Whole families of FamPlex, 50 genes: {calls:,} calls for {lists:,} lists. In {single:,} of them all hits are "
        f"of one family of the list, in {nearly:,} further ones all but one of three or more."
    )


def _neighbours(corpus: Corpus, folder: Path, lists: int) -> Iterator[Null]:
    """Yield the lists of one pathway's neighbours, against all genes and against the neighbours alone."""
    random = np.random.default_rng(SEED)
    beside = [neighbours(corpus, members) for members in pathways(corpus, folder).values() if len(members) >= 10]
    beside = [one for one in beside if len(one) >= 150]
    chosen = [beside[place] for place in random.choice(len(beside), min(lists, len(beside)), replace=False)]
    drawn = [np.sort(random.choice(one, 50, replace=False)) for one in chosen]
    yield _measure("50 neighbours of a pathway", ((corpus, listed) for listed in drawn), random)
    inside = ((corpus.within(one), listed) for one, listed in zip(chosen, drawn, strict=True))
    yield _measure("the same, within the neighbours", inside, random)


def _measure(name: str, cases: Iterable[tuple[Corpus, Ints]], random: np.random.Generator) -> Null:
    rows: list[tuple[float, ...]] = []
    pooled: list[Floats] = []
    for corpus, listed in cases:
        words, genes = by_words(corpus, listed), by_genes(corpus, listed)
        p, gene_p = words.randomised(random), genes.randomised(random)
        pooled.append(np.sort(p))
        shares_below = (float((p < 0.01).mean()), float((p < 0.001).mean()))
        rows.append(
            (words.called(), float(random.choice(p)), *shares_below, genes.called(), float((gene_p < 0.001).mean()))
        )
    columns = np.array(rows).T
    steps = np.logspace(-5, 0, 101)
    every = np.sort(np.concatenate(pooled))
    observed = np.searchsorted(every, steps, side="right") / len(every)
    called, one, hundredth, thousandth, gene_called, gene_thousandth = columns
    return Null(
        name,
        called.astype(np.int64),
        one,
        hundredth,
        thousandth,
        gene_called.astype(np.int64),
        gene_thousandth,
        observed,
    )


def _null_row(null: Null) -> list[str]:
    return [
        f"{null.name} ({len(null.one)})",
        _share(null.called > 0),
        f"{null.called.mean():.2f}",
        _mean(null.hundredth, 4),
        _mean(null.thousandth, 5),
        f"{kstest(null.one, 'uniform').pvalue:.2f}",
        _share(null.gene_called > 0),
        f"{null.gene_called.mean():,.1f}",
        _mean(null.gene_thousandth, 4),
    ]


def _share(flags: npt.NDArray[np.bool_]) -> str:
    """Return a share in percent with its interval, by Wilson's formula, which holds near 0, too."""
    count, share, square = len(flags), float(np.mean(flags)), NORMAL**2
    centre = (share + square / (2 * count)) / (1 + square / count)
    half = NORMAL * np.sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return f"{100 * share:.1f} % ({100 * max(centre - half, 0):.1f} to {100 * (centre + half):.1f})"


def _mean(values: Floats, digits: int) -> str:
    return f"{values.mean():.{digits}f} ± {NORMAL * values.std() / np.sqrt(len(values)):.{digits}f}"


# -- power


METHODS = ("words", "genes", "score")


def _power(corpus: Corpus, folder: Path, resamples: int) -> Iterator[str]:
    """Yield the tables of what is found of halves of pathways."""
    random = np.random.default_rng(SEED)
    cut = halves(corpus, folder, LEAST_FAMILIES, random)
    rows = np.flatnonzero(corpus.words.tested & corpus.genes.tested)
    right = dict(zip(TRUTHS, _right(corpus, cut, rows), strict=True))
    bounds = _bounds(corpus, [len(half.listed) for half in cut], random)
    measured: dict[str, list[Floats]] = {truth: [] for truth in TRUTHS}
    for number, half in enumerate(cut):
        scores, calls = _results(corpus, half, rows, bounds)
        for truth in TRUTHS:
            true = right[truth][:, number]
            if int(true.sum()) >= 3:
                relevant = np.flatnonzero(true)
                found = [[average_precision(ranking(one, relevant)), float(true[one.argmax()])] for one in scores]
                hits = [[len(called), float(true[called].sum())] for called in calls]
                measured[truth].append(np.array([*found, *hits]))
    sizes = [len(half.families) for half in cut]
    yield f"{len(cut)} pathways are cut; half of the lists have {np.median(sizes):.0f} families or fewer."
    for truth in TRUTHS:
        values = np.array(measured[truth])
        again = random.integers(len(values), size=(resamples, len(values)))
        yield f"Right by {truth}: {len(values)} pathways."
        yield _table(POWER_HEAD, _power_rows(values, again))
        yield _table(CALL_HEAD, _call_rows(values, again))


def _right(corpus: Corpus, cut: list[Half], rows: Ints) -> tuple[Floats, Floats]:
    both, outside, size = shares(corpus, cut, rows)
    jaccard = np.where(both >= 3, both / np.maximum(outside + size - both, 1), 0.0)
    best = np.zeros_like(both)
    best[np.arange(len(rows)), jaccard.argmax(axis=1)] = jaccard.max(axis=1) > 0
    return ((both >= 3) & (both >= outside / 4)).astype(np.float64), best


def _bounds(corpus: Corpus, sizes: list[int], random: np.random.Generator) -> Floats:
    """Return for each test the p that no figure passes in 95 % of lists of these sizes, drawn by popularity."""
    genes = np.flatnonzero(corpus.words.background)
    weights = np.bincount(corpus.words.drawn.indices, minlength=len(corpus.scope.chosen))[genes].astype(np.float64)
    least = []
    for size in sizes:
        listed = np.sort(random.choice(genes, size, replace=False, p=weights / weights.sum()))
        least.append([test(corpus, listed).least_p() for test in (by_words, by_genes)])
    return np.asarray(np.quantile(np.array(least), 0.05, axis=0, method="lower"))


def _results(corpus: Corpus, half: Half, rows: Ints, bounds: Floats) -> tuple[list[Floats], list[Ints]]:
    """Return the score of each figure by each method, and the figures called at q < 0.05 and at equal error."""
    tests = [_only(test(corpus, half.listed), rows) for test in (by_words, by_genes)]
    scores = corpus.words.scores(rows, corpus.words.hit_by(half.listed).fitted)
    orders = [np.argsort(one.p, kind="stable") for one in tests]
    called = [
        order[np.isin(order, np.flatnonzero(one.hits >= LEAST))] for order, one in zip(orders, tests, strict=True)
    ]
    by_q = [order[: one.called()] for order, one in zip(called, tests, strict=True)]
    by_bound = [order[one.p[order] < bound] for order, one, bound in zip(called, tests, bounds, strict=True)]
    return [*(-one.p for one in tests), scores], [*by_q, *by_bound]


def _only(tested: Tested, rows: Ints) -> Tested:
    places = np.searchsorted(tested.rows, rows)
    return Tested(rows, tested.hits[places], tested.p[places], tested.more[places])


POWER_HEAD = ("method", "mean average precision", "less `genes`", "first figure right", "less `genes`")
CALL_HEAD = ("calls", "lists with a call", "figures a list, median", "mean", "right of the called")


def _power_rows(values: Floats, again: Ints) -> Iterator[list[str]]:
    for place, method in enumerate(METHODS):
        cells = [method]
        for column in (0, 1):
            own, base = values[:, place, column], values[:, METHODS.index("genes"), column]
            cells += [_interval(own, again, ".3f"), _interval(own - base, again, "+.3f")]
        yield cells


def _call_rows(values: Floats, again: Ints) -> Iterator[list[str]]:
    names = ("words, q < 0.05", "genes, q < 0.05", "words, equal error", "genes, equal error")
    for place, name in enumerate(names, len(METHODS)):
        count, right = values[:, place, 0], values[:, place, 1]
        yield [
            name,
            f"{100 * (count > 0).mean():.0f} %",
            f"{np.median(count):,.0f}",
            _interval(count, again, ",.1f"),
            f"{right.sum() / max(count.sum(), 1):.2f}",
        ]


def _interval(values: Floats, again: Ints, form: str) -> str:
    low, high = np.quantile(values[again].mean(axis=1), (0.025, 0.975))
    return f"{values.mean():{form}} ({low:{form}} to {high:{form}})"


# -- the plot


def _plot(drawn: dict[str, dict[str, Floats]], path: Path) -> None:
    """Draw the observed share of p at or below each bound, a panel a build, with the line of a uniform p."""
    figure, panels = plt.subplots(1, len(drawn), figsize=(6 * len(drawn), 6), squeeze=False, sharey=True)
    steps = np.logspace(-5, 0, 101)
    for panel, (label, kinds) in zip(panels[0], drawn.items(), strict=True):
        panel.plot(steps, steps, color="black", linewidth=1)
        for place, (name, observed) in enumerate(kinds.items()):
            style = ("-", "--", ":")[place % 3]
            panel.plot(steps, np.where(observed > 0, observed, np.nan), style, color=f"C{place // 3}", label=name)
        panel.set(xscale="log", yscale="log", xlim=(1e-5, 1), ylim=(1e-6, 1.2), title=label, xlabel="bound of p")
    panels[0][0].set_ylabel("figures with p at or below the bound, all lists")
    lines, names = panels[0][0].get_legend_handles_labels()
    figure.legend(lines, names, fontsize=8, ncols=3, loc="upper center", bbox_to_anchor=(0.5, 0.03))
    figure.savefig(path, dpi=110, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    main()
