"""The numbers of the plot `enrichment`: the clusters of figures in which a list is most enriched."""

from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from kg.enrichment.enrich import EnrichmentOptions, enrich
from kg.enrichment.universe import Universe
from kg.errors import ParameterError
from kg.exporters.enrichment import clusters, shown_rows, words_with_genes
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.links import with_links


def enriched(
    graph: KnowledgeGraph,
    ids: tuple[str, ...],
    by: Literal["words", "genes"] = "words",
    of: Literal["figures", "entities"] = "figures",
    max_q: float = 1.0,
    top: int = 20,
) -> tuple[pa.Table, str, str]:
    """Return the best row of each of the `top` clusters, with a title and a note.

    `words` and `genes` are texts, each with the members in the same order. Raises ParameterError for an empty list.
    """
    if not ids:
        raise ParameterError("enrichment: no list; give one with --genes FILE")
    result = enrich(Universe(graph.engine), ids, EnrichmentOptions(by=by, of=of))
    rows = with_links(shown_rows(result, max_q=max_q).slice(0, top))
    category = "Figures" if of == "figures" else "Chemicals and diseases"
    note = (
        f"the best of each of {rows.num_rows:,} clusters, out of {clusters(result):,}; tested by {by}; "
        f"background: {result.background}; {result.listed:,} of the list are among these"
    )
    return _named(rows), f"{category} in which the list is enriched", note


def _named(rows: pa.Table) -> pa.Table:
    """Return the rows with a `name` that is never empty, and with lists as texts."""
    lists = zip(rows["words"].to_pylist(), rows["genes"].to_pylist(), strict=True)
    texts = [words_with_genes(words, genes) for words, genes in lists]
    rows = rows.rename_columns(["name" if name == "title" else name for name in rows.column_names])
    ids = pc.replace_substring_regex(rows.column(0), "^[a-z.]+:", "")
    rows = rows.set_column(1, "name", pc.coalesce(rows["name"], ids))
    columns = [name for name in rows.column_names if name != "genes"]
    return rows.set_column(rows.column_names.index("words"), "words", pa.array(texts, pa.string())).select(columns)
