"""How well the rankings of gene pairs agree with curated pathways, as Markdown: the tables of docs/evidence.md.

    python benchmarks/curated_pathways.py BUILD [BUILD ...] [--resamples 300]

A BUILD is a folder that `kg build` wrote. Builds of the same input (the digest in their manifests) are ranked over the
same pairs, which any of them draws, and the second and later ones are compared with the first.

A number is followed by half of its 95 % interval: 1.96 standard deviations over resamples of the figures, or of the
papers with their figures, whichever is wider. A difference is bold where these intervals and the middle 95 % of the
resamples all leave out 0 on the same side.

Pathways that share a paper with the figures are left out with

    --left-out FILE     the identifiers of pathways, one a line
    --citations FILE    tab-separated: pathway, PubMed or PMC id of a paper that it cites
    --paper-ids FILE    a table with the columns PMCID and PMID, such as the file PMC-ids.csv of PubMed Central
    --alike SHARE       without such files: pathways of which some figure draws the genes. SHARE is the number of
                        genes in both over that in either, from 0 to 1, of genes that are in a pathway at all

`--citations` needs `--paper-ids` where pathways cite PubMed ids, because figures come from papers with PMC ids.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from average_precision import average_precision, precision_at, ranking
from curated_truth import Floats, Genes, View, number_genes, pathways, truths, views
from figure_pairs import RANKINGS, Drawn, pairs_of, read

PLACES = (100, 1_000, 10_000)

COMPARED = ((1, 0), (2, 1), (3, 2), (4, 2), (6, 1))
"""Which of `RANKINGS` are told apart, each from the other: words, shares, two ways to divide by size, NPMI."""

DETAILS = ("difference", "by figures", "by papers", "resamples by figures", "resamples by papers")

SEED = 2_659
"""Seed of the resamples; equal input gives equal tables."""

NORMAL = 1.959964
"""Half the width of a 95 % interval in standard deviations."""

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "wikipathways"


class Spread(NamedTuple):
    """What resampling says of a number: its standard deviation, and where 95 % of the resamples lie."""

    deviation: float
    low: float
    high: float


class Measured(NamedTuple):
    """The numbers of one build; the last two axes are views and rankings."""

    drawn: Drawn
    views: list[View]
    precision: Floats
    at: Floats  # by place, view and ranking
    resampled: tuple[Floats, Floats]  # by resample, view and ranking; figures drawn anew, then papers


def main() -> None:
    """Print the tables of every build."""
    arguments = _arguments()
    try:
        by_input = groupby(_read(arguments), key=lambda drawn: drawn.corpus)
        for _, builds in by_input:
            print("\n\n".join(sections(list(builds), arguments)), end="\n\n")
    except (OSError, ValueError, duckdb.Error) as error:
        sys.exit(f"curated_pathways: {error}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("builds", nargs="+", type=Path, metavar="BUILD")
    parser.add_argument("--wikipathways", type=Path, default=DATA, help="folder of interactions.tsv and pathways.gmt")
    parser.add_argument("--resamples", type=int, default=300)
    for name in ("--left-out", "--citations", "--paper-ids"):
        parser.add_argument(name, type=Path, metavar="FILE")
    parser.add_argument("--alike", type=float, metavar="SHARE")
    parser.add_argument("--details", action="store_true", help="show the intervals by figures and by papers as well")
    arguments = parser.parse_args()
    if not arguments.wikipathways.is_dir():
        sys.exit(f"curated_pathways: skipped, because {arguments.wikipathways} is absent; name it with --wikipathways")
    return arguments


def _read(arguments: argparse.Namespace) -> list[Drawn]:
    genes = number_genes(truths(arguments.wikipathways, ()))
    builds = [read(build, genes) for build in arguments.builds]
    first = {build.corpus: place for place, build in reversed(list(enumerate(builds)))}
    return sorted(builds, key=lambda build: first[build.corpus])


# -- pathways of the figures' own papers


def left_out(arguments: argparse.Namespace, build: Drawn, genes: Genes) -> set[str]:
    """Return the pathways to leave out for the figures of this build."""
    without: set[str] = set()
    if arguments.left_out:
        without |= set(arguments.left_out.read_text(encoding="utf-8").split())
    if arguments.citations:
        papers = {paper.removeprefix("pmc:") for paper in build.figures["paper_id"].to_pylist()}
        numbers = _paper_ids(arguments.paper_ids, papers)
        without |= {
            pathway for pathway, paper in _citations(arguments.citations) if numbers.get(paper, paper) in papers
        }
    if arguments.alike is not None:
        without |= set(_alike(pathways(arguments.wikipathways), build, genes, arguments.alike))
    return without


def _alike(of: dict[str, set[str]], build: Drawn, genes: Genes, least: float) -> Iterator[str]:
    """Yield the pathways that share so many genes with some figure, over the genes of either."""
    sizes = np.asarray(build.genes.sum(axis=0))
    for pathway, members in of.items():
        drawn = build.genes[sorted(genes.numbers[gene] for gene in members if gene in genes.numbers)]
        both = np.asarray(drawn.sum(axis=0))
        if np.max(both / np.maximum(sizes + len(members) - both, 1), initial=0) >= least:
            yield pathway


def _citations(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        pathway, paper, *_ = line.split("\t")
        yield pathway, paper.strip()


def _paper_ids(path: Path | None, papers: Iterable[str]) -> dict[str, str]:
    """Return the PMC ids of papers by their PubMed ids."""
    if path is None:
        return {}
    with duckdb.connect() as connection:
        connection.register("papers", pa.table({"paper": sorted(papers)}))
        rows = connection.execute(
            "SELECT CAST(PMID AS VARCHAR), PMCID FROM read_csv(?, all_varchar = true) JOIN papers ON paper = PMCID",
            [str(path)],
        ).fetchall()
    return dict(rows)


# -- measuring


def measure(builds: list[Drawn], genes: Genes, seen: list[View], resamples: int) -> list[Measured]:
    """Measure builds of the same input, with the same figures drawn anew for all."""
    papers = np.unique(builds[0].figures["paper_id"].to_pylist(), return_inverse=True)[1]
    alone = np.arange(len(papers))
    by_figures = _resampled(builds, genes, seen, alone, resamples)
    by_papers = by_figures if papers.max() == alone.max() else _resampled(builds, genes, seen, papers, resamples)
    return [
        Measured(build, seen, *_measured(build, genes, seen), (of_figures, of_papers))
        for build, of_figures, of_papers in zip(builds, by_figures, by_papers, strict=True)
    ]


def _measured(build: Drawn, genes: Genes, seen: Sequence[View]) -> tuple[Floats, Floats]:
    scores = build.scores(genes, np.ones(len(build.figures)))
    ranked = [[ranking(view.scores(score), view.relevant) for score in scores] for view in seen]
    precision = np.array([[average_precision(order) for order in row] for row in ranked])
    return precision, np.array([[[precision_at(order, place) for order in row] for row in ranked] for place in PLACES])


def _resampled(
    builds: list[Drawn], genes: Genes, seen: Sequence[View], unit: npt.NDArray[np.int64], resamples: int
) -> list[Floats]:
    """Return average precisions where units are drawn anew with replacement, and take their figures along."""
    random = np.random.default_rng(SEED)
    units = int(unit.max()) + 1
    rows: list[list[list[list[float]]]] = [[] for _ in builds]
    for _ in range(resamples):
        times = random.multinomial(units, np.full(units, 1 / units))[unit].astype(np.float64)
        for build, row in zip(builds, rows, strict=True):
            scores = build.scores(genes, times)
            row.append(
                [[average_precision(ranking(view.scores(score), view.relevant)) for score in scores] for view in seen]
            )
    return [np.array(row).reshape(resamples, len(seen), len(RANKINGS)) for row in rows]


def spread(resampled: Floats) -> Spread:
    """Return the spread of one number over resamples.

    >>> spread(np.array([1.0, 1.0, 1.0]))
    Spread(deviation=0.0, low=1.0, high=1.0)
    """
    low, high = np.quantile(resampled, (0.025, 0.975))
    return Spread(float(resampled.std()), float(low), float(high))


# -- the tables


def sections(builds: list[Drawn], arguments: argparse.Namespace) -> Iterator[str]:
    """Yield the parts of the page for builds of one input."""
    genes = number_genes(truths(arguments.wikipathways, ()))
    without = left_out(arguments, builds[0], genes)
    keys = pairs_of(builds)
    resources = truths(arguments.wikipathways, without)
    seen = [view for truth in resources for view in views(truth, genes, keys)]
    first, *later = measure([build.onto(keys) for build in builds], genes, seen, arguments.resamples)
    for one in (first, *later):
        papers = len(set(one.drawn.figures["paper_id"].to_pylist()))
        yield f"### {one.drawn.label}"
        yield f"{len(one.drawn.figures):,} figures, {papers:,} papers, {len(without)} pathways left out."
        yield "Average precision:"
        yield _table(["truth", "rows", "pairs", "true", "chance", *RANKINGS], _averages(one))
        yield f"Precision at {', '.join(f'{place:,}' for place in PLACES)}:"
        yield _table(["truth", "rows", *RANKINGS], _at(one))
        yield "Differences of average precision:"
        yield _table(["truth", "rows", *(f"{RANKINGS[a]} less {RANKINGS[b]}" for a, b in COMPARED)], _compared(one))
        if arguments.details:
            yield _table(["truth", "rows", "ranking", "average precision", "by figures", "by papers"], _intervals(one))
            yield _table(["truth", "rows", "ranking", "less", *DETAILS], _differences(one))
        if one is not first:
            yield f"Average precision less that of {first.drawn.label}:"
            yield _table(["truth", "rows", *RANKINGS], _changes(one, first))
            if arguments.details:
                yield _table(["truth", "rows", "ranking", "less", *DETAILS], _change_details(one, first))


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    texts = 2 + ("ranking" in head) + ("less" in head)
    return "\n".join([lines[0], "|" + "---|" * texts + "---:|" * (len(head) - texts), *lines[1:]])


def _averages(one: Measured) -> Iterator[list[str]]:
    for place, view in enumerate(one.views):
        chance = len(view.relevant) / max(view.rows, 1)
        cells = [f"{view.rows:,}", f"{len(view.relevant):,}", f"{chance:.4f}"]
        for order, precision in enumerate(one.precision[place]):
            widest = max(spread(of[:, place, order]).deviation for of in one.resampled)
            cells.append(f"{precision:.4f} ± {NORMAL * widest:.4f}")
        yield [view.truth, view.level, *cells]


def _at(one: Measured) -> Iterator[list[str]]:
    for place, view in enumerate(one.views):
        yield [view.truth, view.level, *(" / ".join(f"{at:.3f}" for at in column) for column in one.at[:, place].T)]


def _compared(one: Measured) -> Iterator[list[str]]:
    for place, view in enumerate(one.views):
        yield [view.truth, view.level, *(Difference.of(one, one, place, a, b).cell for a, b in COMPARED)]


def _changes(one: Measured, first: Measured) -> Iterator[list[str]]:
    for place, view in enumerate(one.views):
        orders = range(len(RANKINGS))
        yield [view.truth, view.level, *(Difference.of(one, first, place, order, order).cell for order in orders)]


def _intervals(one: Measured) -> Iterator[list[str]]:
    for place, view in enumerate(one.views):
        for order, name in enumerate(RANKINGS):
            precision = float(one.precision[place, order])
            spreads = [spread(of[:, place, order]) for of in one.resampled]
            yield [view.truth, view.level, name, f"{precision:.4f}", *(_interval(precision, each) for each in spreads)]


def _differences(one: Measured) -> Iterator[list[str]]:
    for place, view in enumerate(one.views):
        for a, b in COMPARED:
            names = [view.truth, view.level, RANKINGS[a], RANKINGS[b]]
            yield [*names, *Difference.of(one, one, place, a, b).cells]


def _change_details(one: Measured, first: Measured) -> Iterator[list[str]]:
    for place, view in enumerate(one.views):
        for order, name in enumerate(RANKINGS):
            names = [view.truth, view.level, name, first.drawn.label]
            yield [*names, *Difference.of(one, first, place, order, order).cells]


class Difference(NamedTuple):
    """A difference of two average precisions, and its spreads where figures and where papers are drawn anew."""

    value: float
    spreads: list[Spread]

    @classmethod
    def of(cls, one: Measured, other: Measured, view: int, order: int, base: int) -> "Difference":
        """Return what a ranking of one build has more than another ranking, or another build."""
        pairs = zip(one.resampled, other.resampled, strict=True)
        return cls(
            float(one.precision[view, order] - other.precision[view, base]),
            [spread(of[:, view, order] - less[:, view, base]) for of, less in pairs],
        )

    @property
    def carried(self) -> bool:
        """Return whether all intervals leave out 0, to 4 digits, on the same side."""
        ends = [self.value + side * NORMAL * each.deviation for each in self.spreads for side in (-1, 1)]
        ends += [end for each in self.spreads for end in (each.low, each.high)]
        return min(ends) >= 0.00005 or max(ends) <= -0.00005

    @property
    def cell(self) -> str:
        """Return the difference and half its wider interval; bold where all intervals carry the sign."""
        value = f"**{self.value:+z.4f}**" if self.carried else f"{self.value:+z.4f}"
        return f"{value} ± {NORMAL * max(each.deviation for each in self.spreads):.4f}"

    @property
    def cells(self) -> list[str]:
        """Return the difference, its intervals, and where the resamples lie."""
        intervals = [_interval(self.value, each, "+z.4f") for each in self.spreads]
        return [f"{self.value:+z.4f}", *intervals, *(f"{each.low:+z.4f} to {each.high:+z.4f}" for each in self.spreads)]


def _interval(value: float, of: Spread, form: str = ".4f") -> str:
    return f"{value - NORMAL * of.deviation:{form}} to {value + NORMAL * of.deviation:{form}}"


if __name__ == "__main__":
    main()
