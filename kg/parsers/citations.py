"""Citation tables, which list citations of papers, and maps between PMCIDs, PMIDs and DOIs.

A citation table is TSV or CSV with two columns of identifiers: `citing` and `cited`, or the first two. A map has a
`PMCID` column and a `PMID` or `DOI` column, as the file that PubMed Central publishes.
"""

import csv
import re
from collections.abc import Iterator, Sequence

from kg.errors import NotARecord, RecordError
from kg.model.identifiers import MAPS, SIDECAR, curie
from kg.model.records import Citation, Element, PaperIds, Problem
from kg.model.text import clean, decode

_PMCID = re.compile(r"(?i)(?:pmc:)?(PMC[0-9]{1,12})(?:\.[0-9]+)?")
_PMID = re.compile(r"(?i)(?:(?:pmid|pubmed):\s*)?0*([1-9][0-9]{0,8})")
_DOI = re.compile(r"(?i)(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.[0-9]{4,9}/\S+)")
_ENDS = (("citing", "cited"), ("citing_id", "cited_id"), ("source", "target"), ("from", "to"))
"""Names of the columns of the citing and the cited paper."""


def paper_id(text: str) -> str | None:
    """Return the CURIE of a paper from a PMCID, a PMID or a DOI in any usual spelling, or None.

    >>> paper_id("PMC123"), paper_id("19401454"), paper_id("https://doi.org/10.1/ABC")
    ('pmc:PMC123', 'pubmed:19401454', None)
    >>> paper_id("doi:10.1177/ABC")
    'doi:10.1177/abc'
    """
    text = text.strip()
    if match := _PMCID.fullmatch(text):
        return curie("pmc", match[1].upper())
    if match := _PMID.fullmatch(text):
        return curie("pubmed", match[1])
    if match := _DOI.fullmatch(text):
        return curie("doi", match[1].lower())  # the case of letters does not matter in DOIs
    return None


class CitationParser:
    """Reads `.tsv` and `.csv` files, except sidecar tables and files in `_data`, which belong to the web site."""

    def can_parse(self, name: str) -> bool:
        """Accept by suffix; the header decides between citation table and map."""
        folders, _, file = name.rpartition("/")
        excluded = SIDECAR.fullmatch(file) or file in MAPS or "_data" in folders.split("/")
        return not excluded and file.lower().endswith((".tsv", ".csv"))

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        """Yield a citation from each row, or from each row of a map the two identifiers of a paper."""
        try:
            yield from _elements(name, clean(decode(body)).split("\n"))
        except csv.Error as error:
            raise RecordError(f"not a table: {error}") from None


def _elements(name: str, lines: list[str]) -> Iterator[Element]:
    tabs = "\t" in lines[0]
    rows = csv.reader(lines, delimiter="\t" if tabs else ",", quoting=csv.QUOTE_NONE if tabs else csv.QUOTE_MINIMAL)
    header = next(rows, [])
    columns = [column.strip().lower() for column in header]
    if "pmcid" in columns and {"pmid", "doi"} & set(columns):
        yield from _map(columns, rows)
        return
    ends = _ends(columns)
    if ends is None and not paper_id(header[0] if header else ""):
        raise NotARecord(f"no columns citing and cited, and {header[:1]} is no PMCID, PMID or DOI", line=1)
    if ends is None:
        yield _citation(name, 1, header, (0, 1))
    for row in rows:
        if any(cell.strip() for cell in row):
            yield _citation(name, rows.line_num, row, ends or (0, 1))


def _ends(columns: list[str]) -> tuple[int, int] | None:
    """Return the indexes of the citing and the cited column, or None where the header does not name them."""
    for citing, cited in _ENDS:
        if citing in columns and cited in columns:
            return columns.index(citing), columns.index(cited)
    return None


def _citation(name: str, line: int, row: Sequence[str], ends: tuple[int, int]) -> Citation | Problem:
    citing, cited = (paper_id(row[end]) if end < len(row) else None for end in ends)
    if citing and cited and citing != cited:
        return Citation(citing, cited)
    shown = " | ".join(row)[:80]
    return Problem("error", "bad-row", name, line, f"{shown!r} is not two different papers; row skipped")


def _map(columns: list[str], rows: Iterator[Sequence[str]]) -> Iterator[PaperIds]:
    for row in rows:
        cells = dict(zip(columns, row, strict=False))
        pmc = paper_id(cells.get("pmcid", ""))
        for other in map(paper_id, (cells.get("pmid", ""), cells.get("doi", ""))):
            if pmc and pmc.startswith("pmc:") and other:
                yield PaperIds(pmc, other)
