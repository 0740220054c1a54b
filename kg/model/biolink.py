"""How the graph is said in Biolink's words: prefixes, categories and predicates, as KGX files have them.

Read off the Biolink model 4.4.6. What each column is called is in kg.names: a name that is no slot of the model is
ours, and means what the column means.
"""

import re
from functools import lru_cache

from kg.model.column_names import slots
from kg.model.identifiers import CLASSES

PREFIXES = {
    "ncbigene": "NCBIGene",
    "chebi": "CHEBI",
    "doid": "DOID",
    "mesh": "MESH",
    "ncbitaxon": "NCBITaxon",
    "pmc": "PMCID",
    "pubmed": "PMID",
    "wikipathways": "WIKIPATHWAYS",
}
"""Prefixes that Biolink spells otherwise; all others stay as they are."""

CATEGORIES = CLASSES | {"unknown": "biolink:NamedThing"}
"""Category of an entity to its class: that of RDF, where this is one of Biolink."""

FIGURE, FIGURE_TYPE = "biolink:Publication", "Figure"
"""Biolink takes a part of a document for a publication; `publication_type` tells figures from papers."""

PAPER, PAPER_TYPE = "biolink:JournalArticle", "Journal Article"

MENTIONS, PART_OF, MEMBER_OF = "biolink:mentions", "biolink:part_of", "biolink:member_of"
CO_OCCURS = "biolink:occurs_together_in_literature_with"
CITES, CITO_CITES = "biolink:related_to_at_instance_level", "cito:cites"
"""Biolink has no predicate for citing: the second is written as `original_predicate`."""

READINGS = ("word", "match", "word_status", "source", "origin", "n_candidates", "flavour")
"""Columns of `mentions` that become parallel lists: a member for each drawn word, empty where it is missing."""

MENTION = (
    {column: slot for column, slot in slots("mentions").items() if column not in READINGS}
    | {"paper_id": "publications", "name": "object_name", "category": "object_category", "taxon": "object_taxon"}
    | {column: slots("mentions")[column] for column in READINGS}
)
"""Columns of kgx/mentions.sql to slots; what an edge says of its object makes edges.tsv readable by itself."""

COOCCURRENCE = slots("cooccurrences") | {
    "association": "category",
    "evidence": "has_evidence",
    "evidence_papers": "publications",
}
"""Columns of kgx/cooccurrences.sql to slots."""

LISTS = frozenset(
    {"category", "publication_type", "synonym", "xref", "keywords", "publications", "has_evidence"}
    | {"paper_organism", "lexicon_organism", "ontology_annotation", *(slots("mentions")[column] for column in READINGS)}
)
"""Slots with several values."""

CURIES = frozenset(
    {"id", "subject", "object", "xref", "taxon", "object_taxon", "species_context_qualifier"}
    | {"publications", "has_evidence"}
)
"""Slots of identifiers."""

_OURS = {theirs: ours for ours, theirs in PREFIXES.items()}


@lru_cache(2**16)
def respelled(curie: str) -> str:
    """Give a CURIE of ours as Biolink spells it.

    >>> respelled("ncbigene:8600"), respelled("pmc:PMC12"), respelled("doi:10.1234/x"), respelled("https://a.b/c")
    ('NCBIGene:8600', 'PMCID:PMC12', 'doi:10.1234/x', 'https://a.b/c')
    """
    prefix, colon, identifier = curie.partition(":")
    return PREFIXES.get(prefix, prefix) + colon + identifier


@lru_cache(2**16)
def ours(curie: str) -> str:
    """Undo `respelled`.

    >>> ours("NCBIGene:8600"), ours("pfocr:PMC12__a")
    ('ncbigene:8600', 'pfocr:PMC12__a')
    """
    prefix, colon, identifier = curie.partition(":")
    return _OURS.get(prefix, prefix) + colon + identifier


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "|": "\\u007c"})
_SPECIAL = re.compile(r"[\\\t\n\r|]")
_UNESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\u007c": "|", "\\\\": "\\"}
_ESCAPED = re.compile(r"\\(?:[tnr\\]|u007c)")


def escaped(text: str) -> str:
    r"""Give a text for a cell of a KGX table, which knows no quotes and splits what holds a bar.

    >>> escaped("a|b\tc\\d")
    'a\\u007cb\\tc\\\\d'
    """
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def unescaped(cell: str) -> str:
    r"""Undo `escaped`; any other backslash stays.

    >>> unescaped(escaped("a|b\tc\\n")) == "a|b\tc\\n", unescaped("\\alpha")
    (True, '\\alpha')
    """
    if "\\" not in cell:
        return cell
    return _ESCAPED.sub(lambda found: _UNESCAPES[found[0]], cell)
