"""Names of the published columns in RDF, in networks and in KGX.

No other module has such names. RDF writers take their predicates from here, KGX its slots, and GraphML, CX2,
Cytoscape.js and networkx their columns. docs/columns.md is generated from this module.
"""

from typing import NamedTuple


class ColumnNames(NamedTuple):
    """Names of a column; a name is empty where the format leaves the column out."""

    rdf: tuple[str, ...] = ()
    """Prefixed names of predicates; several predicates state the same for different readers."""
    view: str = ""
    """Attribute of the nodes or edges of a view."""
    kgx: str = ""
    """Slot of the Biolink model, or a name of ours where the model has none."""


def _names(rdf: str = "", view: str = "", kgx: str = "") -> ColumnNames:
    return ColumnNames(tuple(rdf.split()), view, kgx)


_COUNTS = {
    "figures": _names("kg:figureCount", "figures", "figure_count"),
    "papers": _names("kg:paperCount", "papers", "paper_count"),
    "subject_figures": _names("", "", "concept_count_subject"),
    "object_figures": _names("", "", "concept_count_object"),
    "universe": _names("", "", "dataset_count"),
    "first_year": _names("kg:firstYear", "first_year", "first_year"),
    "last_year": _names("kg:lastYear", "last_year", "last_year"),
    "expected": _names("biolink:expected_count", "expected", "expected_count"),
    "lift": _names("", "lift", "lift"),
    "jaccard": _names("kg:jaccard", "jaccard", "jaccard"),
    "npmi": _names("kg:npmi", "npmi", "npmi"),
    "log10_p": _names("kg:log10P", "log10_p", "log10_p"),
    "q": _names("biolink:adjusted_p_value", "q", "adjusted_p_value"),
}

COLUMN_NAMES: dict[str, dict[str, ColumnNames]] = {
    "figures": {
        "figure_id": _names("dcterms:identifier", "id", "id"),
        "paper_id": _names("dcterms:isPartOf cito:citesAsSourceDocument cito:cites"),
        "alias": _names("dcterms:alternative", "name", "synonym"),
        "title": _names("dcterms:title", "title", "name"),
        "caption": _names("schema:caption", "", "description"),
        "number": _names("fabio:hasSequenceIdentifier", "number", "figure_number"),
        "figure_type": _names("kg:figureType", "", "figure_type"),
        "year": _names("", "year", "publication_year"),
        "filename": _names("kg:imageFile", "", "image_file"),
        "url": _names("schema:url", "", "xref"),
        "pathway_score": _names("kg:pathwayScore", "pathway_score", "pathway_score"),
        "search_rank": _names("kg:searchRank", "", "search_rank"),
        "organisms": _names("kg:paperOrganism", "", "paper_organism"),
        "organisms_ner": _names("", "", "lexicon_organism"),
        "annotations": _names("kg:annotation", "", "ontology_annotation"),
        "ndex": _names("rdfs:seeAlso", "", "ndex_network"),
        "wikipathways_id": _names("rdfs:seeAlso", "", "wikipathways_pathway"),
        "source_file": _names("", "", "source_file"),
    },
    "papers": {
        "paper_id": _names("dcterms:identifier", "id", "id"),
        "figures": _names("kg:figureCount", "figures", "figure_count"),
        "title": _names("dcterms:title", "title", "name"),
        "reference": _names("dcterms:bibliographicCitation", "reference", "reference"),
        "doi": _names("prism:doi", "doi", "xref"),
        "journal": _names("prism:publicationName", "", "journal_title"),
        "journal_abbreviation": _names("fabio:hasNLMJournalTitleAbbreviation", "", "journal_abbreviation"),
        "publisher": _names("dc:publisher", "", "publisher_name"),
        "year": _names("fabio:hasPublicationYear", "year", "publication_year"),
        "keywords": _names("schema:keywords", "", "keywords"),
    },
    "entities": {
        "entity_id": _names("", "id", "id"),
        "category": _names("rdf:type", "type", "category"),
        "name": _names("rdfs:label", "name", "name"),
        "id_status": _names("kg:identifierStatus", "id_status", "identifier_status"),
        "figures": _names("kg:figureCount", "figures", "figure_count"),
        "papers": _names("kg:paperCount", "papers", "paper_count"),
        "taxon": _names("biolink:in_taxon", "taxon", "taxon"),
        "xrefs": _names("skos:exactMatch skos:closeMatch", "xrefs", "xref"),
        "synonyms": _names("skos:altLabel", "synonyms", "synonym"),
    },
    "mentions": {
        "figure_id": _names("oa:hasTarget", "source", "subject"),
        "entity_id": _names("schema:mentions oa:hasBody", "target", "object"),
        "origin": _names("kg:origin", "origin", "origin"),
        "word_status": _names("kg:wordStatus", "word_status", "word_status"),
        "n_candidates": _names("kg:expansionSize", "n_candidates", "expansion_size"),
        "flavour": _names("kg:flavour", "flavour", "flavour"),
        "word": _names("kg:word", "words", "supporting_text"),
        "match": _names("kg:normalForm kg:drawnWord", "words", "normal_form"),
        "source": _names("kg:lexicon", "lexicon", "lexicon"),
        "probability": _names("kg:probability", "probability", "probability"),
        "share": _names("kg:share", "", "share"),
        "reading": _names("kg:reading", "", "reading"),
    },
    "word_readings": {
        "figure_id": ColumnNames(),
        "match": ColumnNames(),
        "entity_id": _names("kg:means"),
        "category": ColumnNames(),
        "name": _names("rdfs:label"),
        "members": ColumnNames(),
        "source": ColumnNames(),
        "recorded": _names("rdf:type"),
        "probability": _names("kg:probability"),
    },
    "members": {
        "family_id": _names("biolink:has_member", "target", "object"),
        "entity_id": _names("biolink:has_member", "source", "subject"),
    },
    "words": {
        "word_id": _names("", "id"),
        "word": _names("rdfs:label", "name"),
        "category": ColumnNames(),
        "word_status": _names("kg:wordStatus", "word_status"),
        "figures": _names("kg:figureCount", "figures"),
        "papers": _names("kg:paperCount", "papers"),
        "entities": _names("kg:entityCount", "entities"),
    },
    "citations": {
        "citing_id": _names("cito:cites", "source", "subject"),
        "cited_id": _names("cito:cites", "target", "object"),
        "kind": _names("", "kind"),
    },
    "cooccurrences": {
        "subject_id": _names("biolink:subject sio:SIO_000628", "source", "subject"),
        "object_id": _names("biolink:object sio:SIO_000628", "target", "object"),
        "subject_category": _names("rdf:type"),
        "object_category": _names("rdf:type"),
        "figures_all": _names("biolink:concept_pair_count", "figures_all", "concept_pair_count"),
        "figures_synonyms": _names("kg:synonymsCount", "figures_synonyms", "synonyms_count"),
        "figures_strict": _names("kg:strictCount", "figures_strict", "strict_count"),
        "weight": _names("kg:weight", "weight", "weight"),
        "taxon": _names("", "taxon", "species_context_qualifier"),
    }
    | _COUNTS,
    "word_cooccurrences": {
        "subject_id": _names("biolink:subject sio:SIO_000628", "source"),
        "object_id": _names("biolink:object sio:SIO_000628", "target"),
        "subject_category": ColumnNames(),
        "object_category": ColumnNames(),
    }
    | {column: names._replace(kgx="") for column, names in _COUNTS.items()},  # KGX has no words
}
"""Names by table and column. The RDF writers have the other predicates, which express no column."""


def predicates(table: str) -> dict[str, str]:
    """Return the predicate of each column that has one; the first where several state the same.

    >>> predicates("members")
    {'family_id': 'biolink:has_member', 'entity_id': 'biolink:has_member'}
    """
    return {column: names.rdf[0] for column, names in COLUMN_NAMES[table].items() if names.rdf}


def slots(table: str) -> dict[str, str]:
    """Return the KGX slot of each column that has one.

    >>> slots("members")
    {'family_id': 'object', 'entity_id': 'subject'}
    """
    return {column: names.kgx for column, names in COLUMN_NAMES[table].items() if names.kgx}
