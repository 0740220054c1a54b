"""Columns of a table with the addresses of figures, entities and papers."""

import pyarrow as pa

from kg.enrichment.arrow import as_texts
from kg.model.identifiers import page

LINKS = ("page", "paper_page")
"""Columns with the address of the page about a figure or entity, and of its paper at PubMed Central."""


def with_links(table: pa.Table) -> pa.Table:
    """Return the table with LINKS; entities have no paper, and a word without identifier has no page."""
    ids = table.column(0).to_pylist()
    table = table.append_column("page", as_texts(page(id_) for id_ in ids))
    if table.column_names[0] == "figure_id":
        table = table.append_column("paper_page", as_texts(_paper_page(id_) for id_ in ids))
    return table


def _paper_page(figure_id: str) -> str | None:
    """Return the address of the paper of a figure, whose figid begins with the paper's PMCID.

    >>> _paper_page("pfocr:PMC2374958__bcr1848-1")
    'https://www.ncbi.nlm.nih.gov/pmc/articles/PMC2374958'
    """
    return page(f"pmc:{figure_id.partition(':')[2].partition('__')[0]}")
