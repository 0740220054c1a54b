"""How well the rankings of gene pairs agree with curated pathways, as Markdown: the tables of docs/evidence.md.

    python benchmarks/curated_pathways.py BUILD [BUILD ...] [--resamples 300]

A BUILD is a folder that `kg build` wrote. Builds of the same input (the digest in their manifests) are ranked over the
same pairs, which any of them draws, and the second and later ones are compared with the first.

Pathways that share a paper with the figures are left out with

    --left-out FILE     the identifiers of pathways, one a line
    --citations FILE    tab-separated: pathway, PubMed or PMC id of a paper that it cites
    --paper-ids FILE    a table with the columns PMCID and PMID, such as the file PMC-ids.csv of PubMed Central

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
from curated_truth import Floats, Genes, View, number_genes, truths, views
from figure_pairs import RANKINGS, Drawn, pairs_of, read

PLACES = (100, 1_000, 10_000)

BASE = RANKINGS.index("`figures`")
"""The ranking from which the others are told apart."""

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

    def sign(self, value: float) -> int:
        """Return 1 or -1 where both intervals, to 4 digits, leave out 0 on the same side, else 0."""
        ends = (value - NORMAL * self.deviation, value + NORMAL * self.deviation, self.low, self.high)
        return 1 if min(ends) >= 0.00005 else -1 if max(ends) <= -0.00005 else 0


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


def left_out(arguments: argparse.Namespace, figures: pa.Table) -> set[str]:
    """Return the pathways to leave out for the papers of these figures."""
    pathways: set[str] = set()
    if arguments.left_out:
        pathways |= set(arguments.left_out.read_text(encoding="utf-8").split())
    if arguments.citations:
        papers = {paper.removeprefix("pmc:") for paper in figures["paper_id"].to_pylist()}
        numbers = _paper_ids(arguments.paper_ids, papers)
        pathways |= {
            pathway for pathway, paper in _citations(arguments.citations) if numbers.get(paper, paper) in papers
        }
    return pathways


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
    without = left_out(arguments, builds[0].figures)
    genes = number_genes(truths(arguments.wikipathways, ()))
    keys = pairs_of(builds)
    resources = truths(arguments.wikipathways, without)
    seen = [view for truth in resources for view in views(truth, genes, keys)]
    first, *later = measure([build.onto(keys) for build in builds], genes, seen, arguments.resamples)
    for one in (first, *later):
        papers = len(set(one.drawn.figures["paper_id"].to_pylist()))
        yield f"### {one.drawn.label}"
        yield f"{len(one.drawn.figures):,} figures, {papers:,} papers; {len(without)} pathways left out."
        yield _table(["truth", "rows", "pairs", "true", "chance", *RANKINGS], 2, _summary(one))
        head = ["truth", "rows", "ranking", "AP", "by figures", "by papers", f"less {RANKINGS[BASE]}", "by figures"]
        head += ["by papers", "resamples", "sign", *(f"P@{place:,}" for place in PLACES)]
        yield _table(head, 3, _details(one))
        if one is not first:
            head = ["truth", "rows", "ranking", f"less {first.drawn.label}", "by figures", "by papers", "resamples"]
            yield _table([*head, "sign"], 3, _changes(one, first))


def _table(head: list[str], texts: int, rows: Iterable[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * texts + "---:|" * (len(head) - texts), *lines[1:]])


def _summary(one: Measured) -> Iterator[list[str]]:
    for view, precisions in zip(one.views, one.precision, strict=True):
        chance = len(view.relevant) / max(view.rows, 1)
        counts = [f"{view.rows:,}", f"{len(view.relevant):,}", f"{chance:.4f}"]
        yield [view.truth, view.level, *counts, *(f"{precision:.4f}" for precision in precisions)]


def _details(one: Measured) -> Iterator[list[str]]:
    for place, view, order in _rows(one):
        precision = one.precision[place, order]
        cells = [view.truth, view.level, RANKINGS[order], f"{precision:.4f}"]
        cells += [_interval(precision, spread(of[:, place, order])) for of in one.resampled]
        base = [of[:, place, BASE] for of in one.resampled]
        cells += (
            _difference(
                float(precision - one.precision[place, BASE]),
                [spread(of[:, place, order] - zero) for of, zero in zip(one.resampled, base, strict=True)],
            )
            if order != BASE
            else [""] * 5
        )
        yield cells + [f"{at:.3f}" for at in one.at[:, place, order]]


def _changes(one: Measured, first: Measured) -> Iterator[list[str]]:
    for place, view, order in _rows(one):
        pairs = zip(one.resampled, first.resampled, strict=True)
        spreads = [spread(of[:, place, order] - before[:, place, order]) for of, before in pairs]
        change = float(one.precision[place, order] - first.precision[place, order])
        yield [view.truth, view.level, RANKINGS[order], *_difference(change, spreads)]


def _rows(one: Measured) -> Iterator[tuple[int, View, int]]:
    for place, view in enumerate(one.views):
        for order in range(len(RANKINGS)):
            yield place, view, order


def _difference(value: float, spreads: Sequence[Spread]) -> list[str]:
    """Return the cells of a difference: itself, its intervals, where resamples by papers lie, and its sign."""
    by_papers = spreads[-1]
    signs = {each.sign(value) for each in spreads}
    sign = {1: "+", -1: "-"}.get(signs.pop() if len(signs) == 1 else 0, "open")
    intervals = [_interval(value, each, "+.4f") for each in spreads]
    return [f"{value:+.4f}", *intervals, f"{by_papers.low:+.4f} to {by_papers.high:+.4f}", sign]


def _interval(value: float, of: Spread, form: str = ".4f") -> str:
    return f"{value - NORMAL * of.deviation:{form}} to {value + NORMAL * of.deviation:{form}}"


if __name__ == "__main__":
    main()
