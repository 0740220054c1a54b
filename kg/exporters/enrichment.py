"""The rows of an enrichment as people get them: one line a cluster or all, with links, as a table or for JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kg.enrichment.arrow import as_column, as_numbers, as_texts

if TYPE_CHECKING:
    from kg.enrichment.enrich import Enrichment, EnrichmentOptions
    from kg.graph.entity_list import EntityList, Listed

LEAST_MATCHED = 2
"""Least entities of a list that is tested, because one alone cannot be enriched."""

SIGNIFICANT = 0.05
"""Greatest q of the rows that a summary counts."""


def shown_rows(
    result: Enrichment, *, every: bool = False, max_q: float = 1.0, figures: Collection[str] | None = None
) -> pa.Table:
    """Return the rows that are shown, the best first.

    These are the best figure (or entity) of each cluster, or with `every` all of them, up to a `q` of `max_q`.
    With `figures`, CURIEs, only these are rows, and the best of them stands for its cluster.
    """
    table = result.table
    if figures is not None:
        table = table.filter(pa.array([figure in figures for figure in table["figure_id"].to_pylist()], pa.bool_()))
    rows = np.flatnonzero(as_numbers(table["q"]) <= max_q)
    return table.take(as_column(rows if every else np.intersect1d(rows, _leads(table))))


def clusters(result: Enrichment, max_q: float = 1.0) -> int:
    """Return the number of clusters whose best figure has a `q` of at most `max_q`."""
    return int((as_numbers(result.table["q"])[_leads(result.table)] <= max_q).sum())


def _leads(table: pa.Table) -> npt.NDArray[np.int64]:
    """Return the numbers of the rows that are the first, and so the best, of their cluster among those of the table."""
    clusters = table["cluster"].combine_chunks().dictionary_encode().indices
    return np.unique(as_numbers(clusters), return_index=True)[1].astype(np.int64)


def summary(result: Enrichment, options: EnrichmentOptions) -> list[str]:
    """Return lines for people: the background, the part of the list that counts, and the numbers of rows."""
    units = "families of words" if options.by == "words" else "genes"
    of = "figures" if options.of == "figures" else "chemicals and diseases"
    rows, groups, good = result.table.num_rows, clusters(result), clusters(result, SIGNIFICANT)
    listed = "1 entity" if result.listed == 1 else f"{result.listed:,} entities"
    return [
        f"background: {result.background}",
        f"list: {listed} of the background, {result.units_hit:,} of its {result.units:,} {units}",
        f"tested: {result.figures_tested:,} {of}, by {units}",
        (
            f"hit: {rows:,} with {options.min_hits:,} or more {units}, in {groups:,} cluster{'s' * (groups != 1)}; "
            f"q is {SIGNIFICANT} or less in {good:,}"
        ),
    ]


def words_with_genes(words: Sequence[str], genes: Sequence[str]) -> str:
    """Return the words that hit, each with the genes of the list behind it, unless the gene has the same name.

    >>> words_with_genes(["PI3K", "PSEN1/PSEN2"], ["PIK3CA, PIK3CB", "PSEN1, PSEN2"])
    'PI3K (PIK3CA, PIK3CB), PSEN1/PSEN2'
    """
    pairs = zip(words, genes, strict=True)
    return ", ".join(word if word == gene.upper().replace(", ", "/") else f"{word} ({gene})" for word, gene in pairs)


def as_dict(result: Enrichment, table: pa.Table, given: EntityList, options: EnrichmentOptions) -> dict[str, Any]:
    """Return the answer for one list: its names, the test, and the rows of `table`."""
    return {
        "list": {"source": given.source, "report": given.report(), "names": [_listed(row) for row in given.rows]},
        "by": options.by,
        "target": options.of,
        "min_words": options.min_hits,
        "background": result.background,
        "listed": result.listed,
        "units_hit": result.units_hit,
        "units": result.units,
        "tested": result.figures_tested,
        "hit": result.table.num_rows,
        "clusters": clusters(result),
        "significant_clusters": clusters(result, SIGNIFICANT),
        "rows": table.to_pylist(),
    }


def _listed(row: Listed) -> dict[str, Any]:
    return {
        "text": row.text,
        "status": row.status,
        "ids": [match.id for match in row.matches],
        "names": [match.name for match in row.matches],
        "how": row.matches[0].how if row.matches else None,
        "hint": row.hint or None,
    }


def stacked(tables: Iterable[tuple[str, pa.Table]]) -> pa.Table:
    """Return the tables of several lists as one, with the name of the list in the first column."""
    named = [table.add_column(0, "list", as_texts([name] * table.num_rows)) for name, table in tables]
    return pa.concat_tables(named)
