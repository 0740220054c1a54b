"""Prefixes, categories and predicates of the Biolink model 4.4.6, as KGX files have them.

`kg.model.column_names` has the slot of each column. A name there that is no slot of the model is ours; it means the
same as the column.
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
"""Biolink's spelling by our prefix; the other prefixes are spelled alike."""

CATEGORIES = CLASSES | {"unknown": "biolink:NamedThing"}
"""Biolink class by the category of an entity; the class of our RDF, except for `unknown`."""

FIGURE, FIGURE_TYPE = "biolink:Publication", "Figure"
"""Category and publication type of figures: Biolink counts a part of a document as a publication."""

PAPER, PAPER_TYPE = "biolink:JournalArticle", "Journal Article"
"""Category and publication type of papers."""

SOURCE = "infores:pfocr"
"""Identifier of PFOCR in the registry of information resources."""

KNOWLEDGE_LEVEL, AGENT_TYPE = "text_co_occurrence", "data_analysis_pipeline"
"""Knowledge level and agent type of pairs, in KGX and RDF."""

MENTIONS, PART_OF, MEMBER_OF = "biolink:mentions", "biolink:part_of", "biolink:member_of"
CO_OCCURS, RELATED_TO = "biolink:occurs_together_in_literature_with", "biolink:related_to"
"""Predicates of pairs: of a published one, and of another, which claims no more than that figures draw both."""

CITES, CITO_CITES = "biolink:related_to_at_instance_level", "cito:cites"
"""Predicate and `original_predicate` of citations: Biolink has no predicate of its own for them."""

READINGS = (
    "word", "match", "word_status", "source", "origin", "n_candidates", "flavour", "probability", "share", "reading",
)  # fmt: skip
"""Columns of `mentions` that become parallel lists: one member for each drawn word, empty where it is missing."""

MENTION = (
    {column: slot for column, slot in slots("mentions").items() if column not in READINGS}
    | {"paper_id": "publications", "name": "object_name", "category": "object_category", "taxon": "object_taxon"}
    | {column: slots("mentions")[column] for column in READINGS}
)
"""Slot by column of the exported mentions; name, category and taxon of the object make edges.tsv complete."""

COOCCURRENCE = slots("cooccurrences") | {
    "association": "category",
    "predicate": "predicate",
    "evidence": "has_evidence",
    "evidence_papers": "publications",
}
"""Slot by column of the exported co-occurrences."""

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

_OUR_PREFIXES = {theirs: ours for ours, theirs in PREFIXES.items()}


@lru_cache(2**16)
def to_biolink(curie: str) -> str:
    """Return a CURIE of ours in Biolink's spelling.

    >>> to_biolink("ncbigene:8600"), to_biolink("pmc:PMC12"), to_biolink("doi:10.1234/x"), to_biolink("https://a.b/c")
    ('NCBIGene:8600', 'PMCID:PMC12', 'doi:10.1234/x', 'https://a.b/c')
    """
    prefix, colon, identifier = curie.partition(":")
    return PREFIXES.get(prefix, prefix) + colon + identifier


@lru_cache(2**16)
def from_biolink(curie: str) -> str:
    """Return a CURIE in Biolink's spelling as we spell it: the inverse of `to_biolink`.

    >>> from_biolink("NCBIGene:8600"), from_biolink("pfocr:PMC12__a")
    ('ncbigene:8600', 'pfocr:PMC12__a')
    """
    prefix, colon, identifier = curie.partition(":")
    return _OUR_PREFIXES.get(prefix, prefix) + colon + identifier


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "|": "\\u007c"})
_SPECIAL = re.compile(r"[\\\t\n\r|]")
_UNESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\u007c": "|", "\\\\": "\\"}
_ESCAPED = re.compile(r"\\(?:[tnr\\]|u007c)")


def escape(text: str) -> str:
    r"""Escape a text for a cell of a KGX table, which has no quotes and splits its cells at bars.

    >>> escape("a|b\tc\\d")
    'a\\u007cb\\tc\\\\d'
    """
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def unescape(cell: str) -> str:
    r"""Return the text of a cell that `escape` wrote; other backslashes stay.

    >>> unescape(escape("a|b\tc\\n")) == "a|b\tc\\n", unescape("\\alpha")
    (True, '\\alpha')
    """
    if "\\" not in cell:
        return cell
    return _ESCAPED.sub(lambda match: _UNESCAPES[match[0]], cell)
