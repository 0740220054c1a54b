"""Rows of tables to triples. Which term says what is specified in docs/data-model.md; kg/vocabulary.py has our own."""

import re
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from kg.terms import CLASSES, NAMESPACES, UNRESERVED, association_iri, curie, encode, expand

ASSOCIATIONS = {
    ("gene", "gene"): "biolink:GeneToGeneAssociation",
    ("disease", "gene"): "biolink:CorrelatedGeneToDiseaseAssociation",
}
CO_OCCURS = "biolink:occurs_together_in_literature_with"

_ARTICLES = "https://www.ncbi.nlm.nih.gov/pmc/articles"
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WPID = re.compile(r"WP\d+")
_DOI = re.compile(r"10\.\d{4,9}/\S+")


class _Terms(dict[str, NamedNode]):
    """Nodes by prefixed name, made when first asked for."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._namespaces = NAMESPACES | {"kg": f"{base}vocab#"}

    def __missing__(self, name: str) -> NamedNode:
        prefix, _, local = name.partition(":")
        node = self[name] = NamedNode(self._namespaces[prefix] + local)
        return node


class Writer:
    """Rows to triples. Predicates and classes are named as in docs/data-model.md."""

    def __init__(self, base: str, *, mentions: bool, terms: bool) -> None:
        self._base = base
        self._mentions = mentions
        self._with_terms = terms
        self._nodes: dict[str, NamedNode] = {}
        self._terms = _Terms(base)

    def _node(self, curie: str) -> NamedNode:
        node = self._nodes.get(curie)
        if node is None:
            node = self._nodes[curie] = NamedNode(expand(curie, self._base))
        return node

    def _about(self, subject: NamedNode, properties: list[tuple[str, Any]]) -> list[Triple]:
        """Give a triple a value: text, whole number, real number or node; None is left out, lists are unpacked."""
        found = []
        for name, value in properties:
            predicate = self._terms[name]
            if isinstance(value, (list, tuple)):
                found += [Triple(subject, predicate, self._value(each)) for each in value]
            elif value is not None:
                found.append(Triple(subject, predicate, self._value(value)))
        return found

    def _value(self, value: Any) -> NamedNode | Literal:
        if isinstance(value, (NamedNode, Literal)):
            return value
        if isinstance(value, float):
            text = repr(value)
            return Literal(text if "e" in text else f"{text}e0", datatype=self._terms["xsd:double"])
        return Literal(value)

    def _year(self, year: int | None) -> Literal | None:
        return None if year is None else Literal(f"{year:04d}", datatype=self._terms["xsd:gYear"])

    def figure(self, row: dict[str, Any]) -> list[Triple]:
        """Say what a figure is, where it is, and what it mentions."""
        figid = row["figure_id"].partition(":")[2]
        pmcid = row["paper_id"].partition(":")[2]
        paper = self._node(row["paper_id"])
        image = f"{_ARTICLES}/{pmcid}/bin/{encode(row['filename'])}" if row["filename"] else None
        return self._about(
            self._node(row["figure_id"]),
            [
                ("rdf:type", (self._terms["fabio:Figure"], self._terms["schema:ImageObject"])),
                ("dcterms:identifier", figid),
                ("dcterms:alternative", row["alias"]),
                ("dcterms:title", row["title"]),
                ("schema:caption", row["caption"]),
                ("fabio:hasSequenceIdentifier", row["number"]),
                ("kg:figureType", row["figure_type"]),
                ("schema:contentUrl", _iri(image)),
                ("schema:url", _iri(row["url"])),
                ("kg:pathwayScore", row["pathway_score"]),
                ("kg:searchRank", row["search_rank"]),
                ("kg:paperOrganism", sorted(set(row["organisms"] or ()))),
                ("kg:annotation", sorted(set(row["annotations"] or ()))),
                ("schema:about", [self._node(taxon) for taxon in row["taxa"] or ()]),
                ("rdfs:seeAlso", _links(row)),
                ("dcterms:isPartOf", paper),
                ("cito:citesAsSourceDocument", paper),
                ("cito:cites", paper),
                ("schema:mentions", [self._node(each) for each in row["entities"] or () if self._mentions]),
            ],
        )

    def paper(self, row: dict[str, Any]) -> list[Triple]:
        """Say what a paper is and which papers it cites."""
        prefix, _, identifier = row["paper_id"].partition(":")
        doi = row["doi"] if row["doi"] and _DOI.fullmatch(row["doi"]) else None
        return self._about(
            self._node(row["paper_id"]),
            [
                ("rdf:type", self._terms["fabio:JournalArticle"]),
                ("dcterms:identifier", identifier),
                ("fabio:hasPubMedCentralId", identifier if prefix == "pmc" else None),
                ("dcterms:title", row["title"]),
                ("dcterms:bibliographicCitation", row["reference"]),
                ("prism:doi", row["doi"]),
                ("owl:sameAs", self._node(curie("doi", doi)) if doi else None),
                ("prism:publicationName", row["journal"]),
                ("fabio:hasNLMJournalTitleAbbreviation", row["journal_abbreviation"]),
                ("dc:publisher", row["publisher"]),
                ("fabio:hasPublicationYear", self._year(row["year"])),
                ("schema:keywords", sorted(set(row["keywords"] or ()))),
                ("kg:figureCount", row["figures"]),
                ("cito:cites", [self._node(cited) for cited in row["cited"] or ()]),
            ],
        )

    def entity(self, row: dict[str, Any]) -> list[Triple]:
        """Say what an entity is called, what it is the same as, and what it co-occurs with."""
        return self._about(
            self._node(row["entity_id"]),
            [
                ("rdf:type", self._terms[CLASSES[row["category"]]]),
                ("rdfs:label", row["name"]),
                ("skos:altLabel", row["synonyms"]),
                ("biolink:in_taxon", self._node(row["taxon"]) if row["taxon"] else None),
                ("skos:exactMatch", [self._node(xref) for xref in row["xrefs"] or ()]),
                ("kg:identifierStatus", row["id_status"]),
                ("kg:figureCount", row["figures"]),
                ("kg:paperCount", row["papers"]),
                ("biolink:has_member", [self._node(member) for member in row["members"] or ()]),
                (CO_OCCURS, [self._node(other) for other in row["partners"] or ()]),
            ],
        )

    def association(self, row: dict[str, Any]) -> list[Triple]:
        """Say how often two entities are drawn together by different words."""
        kinds = sorted((row["subject_category"], row["object_category"]))
        properties = [
            ("rdf:type", self._terms[ASSOCIATIONS.get((kinds[0], kinds[1]), "biolink:Association")]),
            ("kg:allCount", row["figures_all"]),
            ("kg:synonymsCount", row["figures_synonyms"]),
            ("kg:strictCount", row["figures_strict"]),
            ("kg:weight", row["weight"]),
        ]
        return self._associated(row, properties)

    def association_of_terms(self, row: dict[str, Any]) -> list[Triple]:
        """Say how often two words are drawn together."""
        return self._associated(row, [("rdf:type", self._terms["kg:TermAssociation"])])

    def _associated(self, row: dict[str, Any], properties: list[tuple[str, Any]]) -> list[Triple]:
        subject, object_ = self._node(row["subject_id"]), self._node(row["object_id"])
        return self._about(
            NamedNode(association_iri(row["subject_id"], row["object_id"], self._base)),
            [
                *properties,
                ("biolink:subject", subject),
                ("biolink:predicate", self._terms[CO_OCCURS]),
                ("biolink:object", object_),
                ("sio:SIO_000628", (subject, object_)),
                ("biolink:concept_pair_count", row["figures"]),
                ("kg:paperCount", row["papers"]),
                ("kg:firstYear", self._year(row["first_year"])),
                ("kg:lastYear", self._year(row["last_year"])),
                ("biolink:expected_count", row["expected"]),
                ("kg:jaccard", row["jaccard"]),
                ("kg:npmi", row["npmi"]),
                ("kg:log10P", row["log10_p"]),
                ("biolink:adjusted_p_value", row["q"]),
            ],
        )

    def term(self, row: dict[str, Any]) -> list[Triple]:
        """Say what a word is, in all figures."""
        return self._about(
            self._node(row["word_id"]),
            [
                ("rdf:type", self._terms["kg:Word"]),
                ("rdfs:label", row["word"]),
                ("kg:wordStatus", row["word_status"]),
                ("kg:figureCount", row["figures"]),
                ("kg:paperCount", row["papers"]),
                ("kg:expansionSize", row["entities"]),
            ],
        )

    def word(self, row: dict[str, Any]) -> list[Triple]:
        """Say that a word was read in a figure, and what it expands to there."""
        figure = self._node(row["figure_id"])
        return self._about(
            NamedNode(f"{figure.value}#word-{encode(row['match'])}"),
            [
                ("rdf:type", self._terms["oa:Annotation"]),
                ("oa:motivatedBy", self._terms["oa:identifying"]),
                ("oa:hasTarget", figure),
                ("oa:hasBody", [self._node(entity) for entity in row["entities"]]),
                ("kg:word", row["words"]),
                ("kg:normalForm", row["match"]),
                ("kg:drawnWord", self._node(curie("word", row["match"])) if self._with_terms else None),
                ("kg:wordStatus", row["word_status"]),
                ("kg:lexicon", row["sources"]),
                ("kg:expansionSize", row["size"]),
            ],
        )


def _iri(url: str | None) -> NamedNode | None:
    """Give a web address as an IRI, encoding what stands bare in it, or None where it cannot be one."""
    if url is None or not url.startswith(("http://", "https://")):
        return None
    try:
        return NamedNode(encode(url, UNRESERVED + ":/?#[]@!$&'()*+,;=%"))
    except ValueError:
        return None


def _links(row: dict[str, Any]) -> list[NamedNode]:
    links = [f"ndex:{row['ndex']}"] if _UUID.fullmatch(row["ndex"] or "") else []
    links += [f"wikipathways:{row['wikipathways_id']}"] if _WPID.fullmatch(row["wikipathways_id"] or "") else []
    return [NamedNode(expand(link)) for link in links]
