"""What each column of the published tables is called elsewhere: in RDF and in networks.

The one place that says so. The writers of RDF take their predicates from here, and GraphML, CX2, Cytoscape.js and
networkx their columns; docs/formats.md is generated from it, with what each format leaves out.
"""

from typing import NamedTuple


class Names(NamedTuple):
    """The names of a column; empty where a format has no place for it."""

    rdf: tuple[str, ...] = ()
    """Predicates by prefixed name: one, or several that say the same thing to different readers."""
    view: str = ""
    """Column of nodes and edges of a view."""


def _names(rdf: str = "", view: str = "") -> Names:
    return Names(tuple(rdf.split()), view)


_COUNTS = {
    "figures": _names("biolink:concept_pair_count", "figures"),
    "papers": _names("kg:paperCount", "papers"),
    "subject_figures": Names(),
    "object_figures": Names(),
    "universe": Names(),
    "first_year": _names("kg:firstYear", "first_year"),
    "last_year": _names("kg:lastYear", "last_year"),
    "expected": _names("biolink:expected_count", "expected"),
    "lift": _names("", "lift"),
    "jaccard": _names("kg:jaccard", "jaccard"),
    "npmi": _names("kg:npmi", "npmi"),
    "log10_p": _names("kg:log10P", "log10_p"),
    "q": _names("biolink:adjusted_p_value", "q"),
}

COLUMNS: dict[str, dict[str, Names]] = {
    "figures": {
        "figure_id": _names("dcterms:identifier", "id"),
        "paper_id": _names("dcterms:isPartOf cito:citesAsSourceDocument cito:cites"),
        "alias": _names("dcterms:alternative", "name"),
        "title": _names("dcterms:title", "title"),
        "caption": _names("schema:caption"),
        "number": _names("fabio:hasSequenceIdentifier", "number"),
        "figure_type": _names("kg:figureType"),
        "year": _names("", "year"),
        "filename": _names("schema:contentUrl"),
        "url": _names("schema:url"),
        "pathway_score": _names("kg:pathwayScore", "pathway_score"),
        "search_rank": _names("kg:searchRank"),
        "organisms": _names("kg:paperOrganism"),
        "organisms_ner": Names(),
        "annotations": _names("kg:annotation"),
        "ndex": _names("rdfs:seeAlso"),
        "wikipathways_id": _names("rdfs:seeAlso"),
        "source_file": Names(),
    },
    "papers": {
        "paper_id": _names("dcterms:identifier", "id"),
        "figures": _names("kg:figureCount", "figures"),
        "title": _names("dcterms:title", "title"),
        "reference": _names("dcterms:bibliographicCitation", "reference"),
        "doi": _names("prism:doi", "doi"),
        "journal": _names("prism:publicationName"),
        "journal_abbreviation": _names("fabio:hasNLMJournalTitleAbbreviation"),
        "publisher": _names("dc:publisher"),
        "year": _names("fabio:hasPublicationYear", "year"),
        "keywords": _names("schema:keywords"),
    },
    "entities": {
        "entity_id": _names("", "id"),
        "category": _names("rdf:type", "type"),
        "name": _names("rdfs:label", "name"),
        "id_status": _names("kg:identifierStatus", "id_status"),
        "figures": _names("kg:figureCount", "figures"),
        "papers": _names("kg:paperCount", "papers"),
        "taxon": _names("biolink:in_taxon", "taxon"),
        "xrefs": _names("skos:exactMatch skos:closeMatch", "xrefs"),
        "synonyms": _names("skos:altLabel", "synonyms"),
    },
    "mentions": {
        "figure_id": _names("oa:hasTarget", "source"),
        "entity_id": _names("schema:mentions oa:hasBody", "target"),
        "origin": _names("", "origin"),
        "word_status": _names("kg:wordStatus", "word_status"),
        "n_candidates": _names("kg:expansionSize", "n_candidates"),
        "flavour": _names("", "flavour"),
        "word": _names("kg:word", "words"),
        "match": _names("kg:normalForm kg:drawnWord", "words"),
        "source": _names("kg:lexicon", "lexicon"),
    },
    "members": {
        "family_id": _names("biolink:has_member", "target"),
        "entity_id": _names("biolink:has_member", "source"),
    },
    "words": {
        "word_id": _names("", "id"),
        "word": _names("rdfs:label", "name"),
        "category": Names(),
        "word_status": _names("kg:wordStatus", "word_status"),
        "figures": _names("kg:figureCount", "figures"),
        "papers": _names("kg:paperCount", "papers"),
        "entities": _names("kg:expansionSize", "entities"),
    },
    "citations": {
        "citing_id": _names("cito:cites", "source"),
        "cited_id": _names("cito:cites", "target"),
        "kind": _names("", "kind"),
    },
    "cooccurrences": {
        "subject_id": _names("biolink:subject sio:SIO_000628", "source"),
        "object_id": _names("biolink:object sio:SIO_000628", "target"),
        "subject_category": _names("rdf:type"),
        "object_category": _names("rdf:type"),
        "figures_all": _names("kg:allCount", "figures_all"),
        "figures_synonyms": _names("kg:synonymsCount", "figures_synonyms"),
        "figures_strict": _names("kg:strictCount", "figures_strict"),
        "weight": _names("kg:weight", "weight"),
        "taxon": _names("", "taxon"),
    }
    | _COUNTS,
    "word_cooccurrences": {
        "subject_id": _names("biolink:subject sio:SIO_000628", "source"),
        "object_id": _names("biolink:object sio:SIO_000628", "target"),
        "subject_category": Names(),
        "object_category": Names(),
    }
    | _COUNTS,
}
"""Table and column to its names elsewhere. Predicates that say nothing a column holds are in the writers."""


def predicates(table: str) -> dict[str, str]:
    """Give the predicate of each column that has one; the first, where several say the same."""
    return {column: names.rdf[0] for column, names in COLUMNS[table].items() if names.rdf}
