"""Identifiers of papers in every spelling that records, citation tables and maps of identifiers have.

The patterns are written in the part of regular expressions that Python and RE2 share, because SQL uses them, too.
"""

import re
from urllib.parse import unquote

from kg.model.identifiers import curie

GLUE = r"(?i)(pmcid|pmc|pmid|pubmed|med|doi)[ \t]*:[ \t]+"
"""A prefix with a space behind it, as in `PMCID: PMC1`; `$1:` replaces it."""

INDEX = r"(?i)(?:\[index\][ \t]*)?[a-z]+[ \t]*=>[ \t]*"
"""The name of the index before an identifier in answers of OpenCitations, as in `coci => 10.1000/a`; it is removed."""

SEPARATORS = r"[;,|]?[ \t\x{A0}]+|\|"
"""What stands between several identifiers of one paper in a cell."""

_SITE = r"https?://(?:www\.)?"

PMC = (
    r"(?i)(?:pmc(?:id)?[:/]"
    rf"|{_SITE}ncbi\.nlm\.nih\.gov/pmc/(?:articles/)?"
    rf"|{_SITE}pmc\.ncbi\.nlm\.nih\.gov/(?:articles/)?"
    rf"|{_SITE}europepmc\.org/(?:articles?|abstract)/(?:pmc/)?"
    rf"|{_SITE}identifiers\.org/pmc[:/]|{_SITE}n2t\.net/pmc[:/])?"
    r"pmc([0-9]{1,12})(?:\.[0-9]+)?(?:/(?:pdf/?[^ ]*)?)?(?:[?#][^ ]*)?"
)
"""A PMCID: bare, with a prefix or a version, or as an address; the group has its digits."""

PUBMED = (
    r"(?i)(?:(?:pmid|pubmed|med)[:/]"
    rf"|{_SITE}ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/(?:\?term=)?"
    rf"|{_SITE}pubmed\.ncbi\.nlm\.nih\.gov/(?:\?term=)?"
    rf"|{_SITE}pubmed\.gov/"
    rf"|{_SITE}europepmc\.org/(?:articles?|abstract)/med/"
    rf"|{_SITE}identifiers\.org/pubmed[:/]|{_SITE}n2t\.net/pubmed[:/])?"
    r"0*([1-9][0-9]{0,8})(?:\.0)?(?:/?(?:[?#][^ ]*)?)?"
)
"""A PMID: bare, with a prefix, as an address, or as a spreadsheet saves it (`123.0`); the group has its digits."""

DOI_ADDRESS = rf"(?i)(?:doi[:/])?(?:{_SITE}|//)?(?:(?:dx\.)?doi\.org/|identifiers\.org/doi[:/])(?:doi:)?"
"""What stands before a DOI in its address."""

DOI = rf"(?i)(?:{DOI_ADDRESS.removeprefix('(?i)')}|(?:info:)?doi[:/])?(10\.[0-9]{{4,9}}(?:\.[0-9]+)*/[^ \t\n]+)"
"""A DOI: bare, with a prefix, or as an address; the group has the DOI."""

OTHER = r"(?i)(?:omid|openalex|arxiv|isbn|issn|wikidata|url|mag|oci|s2|corpusid|hdl|ark|jid|agr|ctx|ppr|pat):[^ ]+"
"""An identifier of a kind that papers do not have here; it is passed over."""


def _python(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(r"\x{A0}", "\xa0"))


_GLUE, _INDEX, _SEPARATORS, _PMC, _PUBMED, _DOI_ADDRESS, _DOI, _OTHER = map(
    _python, (GLUE, INDEX, SEPARATORS, PMC, PUBMED, DOI_ADDRESS, DOI, OTHER)
)


def paper_id(text: str) -> str | None:
    """Return the CURIE of a paper from one identifier in any usual spelling, or None.

    >>> paper_id("PMCID: PMC123"), paper_id("19401454"), paper_id("https://doi.org/10.1/ABC")
    ('pmc:PMC123', 'pubmed:19401454', None)
    >>> paper_id("https://pubmed.ncbi.nlm.nih.gov/194/"), paper_id("doi:10.1177/ABC")
    ('pubmed:194', 'doi:10.1177/abc')
    """
    found = paper_ids(text)
    return found[0] if found else None


def paper_ids(cell: str) -> list[str] | None:
    """Return the CURIEs of a paper from a cell with one identifier or several: PMCID first, then PMID, then DOI.

    The list is empty where all of them are of other kinds, such as OMIDs. None: something else is in the cell.

    >>> paper_ids("omid:br/0602 doi:10.1000/AAA.2 pmid:22222222")
    ['pubmed:22222222', 'doi:10.1000/aaa.2']
    >>> paper_ids("omid:br/0602"), paper_ids("see text"), paper_ids("coci => 10.1000/a")
    ([], None, ['doi:10.1000/a'])
    """
    text = _GLUE.sub(r"\1:", _INDEX.sub("", cell.strip(" \t\xa0\"'")))
    tokens = [token.strip("\"'").rstrip(";,") for token in _SEPARATORS.split(text)]
    found = [_one(token) for token in tokens]
    if None in found or (len(tokens) > 1 and any(token.isdecimal() for token in tokens)):
        return None  # several bare numbers are no identifiers of one paper
    order = ("pmc:", "pubmed:", "doi:")
    return [name for prefix in order for name in found if name and name.startswith(prefix)]


def doi(text: str) -> str | None:
    """Return a DOI in lower case, without resolver or prefix, from any usual spelling, or None.

    >>> doi("https://doi.org/10.1177/ABC%28d%29"), doi("doi: 10.1177/abc"), doi("none")
    ('10.1177/abc(d)', '10.1177/abc', None)
    """
    token = _GLUE.sub(r"\1:", _INDEX.sub("", text.strip(" \t\xa0\"'"))).rstrip(";,")
    if not (match := _DOI.fullmatch(token)):
        return None
    name = unquote(match[1]) if _DOI_ADDRESS.match(token) else match[1]
    return name.lower()  # the case of letters does not matter in DOIs


def _one(token: str) -> str | None:
    """Return the CURIE of one identifier; an empty text for one of another kind, None where it is none."""
    if match := _PMC.fullmatch(token):
        return f"pmc:PMC{match[1]}"
    if match := _PUBMED.fullmatch(token):
        return f"pubmed:{match[1]}"
    if name := doi(token):
        return curie("doi", name)
    return "" if _OTHER.fullmatch(token) else None
