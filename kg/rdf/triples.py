"""Rows of the dump's statements to the text of their triples.

`kg/model/column_names.py` declares the predicate of each column, and docs/data-model.md specifies them. Our own
vocabulary is in `kg/rdf/vocabulary.py`. The head of `kg/rdf/syntax.py` follows one row to its lines.
"""

from typing import Any

from kg.model.biolink import AGENT_TYPE, KNOWLEDGE_LEVEL
from kg.model.column_names import predicates
from kg.model.identifiers import CLASSES, association_iri, curie, encode, expand
from kg.model.licences import licence_iri
from kg.model.records import reading
from kg.rdf.links import doi, figure_links, web_address
from kg.rdf.subject_writer import SubjectWriter
from kg.rdf.syntax import Serialized, Syntax

ASSOCIATIONS = {
    ("gene", "gene"): "biolink:GeneToGeneAssociation",
    ("disease", "gene"): "biolink:CorrelatedGeneToDiseaseAssociation",
}
"""Classes of pairs by the two categories, sorted; other pairs are biolink:Association."""

CO_OCCURS = "biolink:occurs_together_in_literature_with"
"""Joins the ends of a published pair."""

DRAWN_WITH = "kg:drawnWith"
"""Joins the ends of every pair."""

FLAVOURS = ("", "kg:strict", "kg:synonyms", "kg:all")

_FIGURE, _PAPER, _ENTITY, MENTION, READING, _WORD, PAIR = map(
    predicates, ("figures", "papers", "entities", "mentions", "word_readings", "words", "cooccurrences")
)


class TripleWriter(SubjectWriter):
    """Rows to the text of their triples, one method for each kind of row."""

    def __init__(
        self, base: str, syntax: Syntax, layers: tuple[str, ...], *, reify: bool = False, full: bool = False
    ) -> None:
        """Take the IRI under which our own terms lie, and the layers to write.

        With `reify`, an association refers to its triple by a triple term (RDF 1.2), not by subject, predicate, object.
        With `full`, pairs and annotations repeat facts that other triples imply.
        """
        super().__init__(base, syntax)
        self._with_mentions = "mentions" in layers
        self._reify = reify
        self._full = full
        self._dataset = syntax.serialize_iri(f"{base}dataset#rdf")

    def figure(self, row: dict[str, Any]) -> str:
        """Serialize a figure: its identifiers, texts and links, its paper, and the entities that it likely mentions."""
        figid = row["figure_id"].partition(":")[2]
        paper = self._iri(row["paper_id"])
        url, licence = web_address(row["url"]), licence_iri(row.get("license"))
        return self._serialize_subject(
            self._iri(row["figure_id"]),
            [
                ("rdf:type", (self._vocabulary["fabio:Figure"], self._vocabulary["schema:ImageObject"])),
                (_FIGURE["figure_id"], figid),
                ("rdfs:label", row["title"] or row["alias"] or figid),
                (_FIGURE["alias"], row["alias"]),
                (_FIGURE["title"], row["title"]),
                (_FIGURE["caption"], row["caption"]),
                (_FIGURE["number"], row["number"]),
                (_FIGURE["figure_type"], row["figure_type"]),
                (_FIGURE["filename"], row["filename"]),
                (_FIGURE["url"], self._syntax.serialize_iri(url) if url else None),
                (_FIGURE["pathway_score"], row["pathway_score"]),
                (_FIGURE["search_rank"], row["search_rank"]),
                (_FIGURE["organisms"], sorted(set(row["organisms"] or ()))),
                (_FIGURE["annotations"], sorted(set(row["annotations"] or ()))),
                ("schema:about", [self._iri(taxon) for taxon in row["taxa"] or ()]),
                ("rdfs:seeAlso", [self._iri(link) for link in figure_links(row)]),
                (_FIGURE["license"], self._syntax.serialize_iri(licence) if licence else None),
                ("dcterms:isPartOf", paper),
                ("cito:citesAsSourceDocument", paper),
                ("cito:cites", paper),
                ("schema:mentions", [self._iri(entity) for entity in row["entities"] or () if self._with_mentions]),
            ],
        )

    def paper(self, row: dict[str, Any]) -> str:
        """Serialize a paper, with the papers that it cites."""
        prefix, _, identifier = row["paper_id"].partition(":")
        valid = doi(row["doi"])
        return self._serialize_subject(
            self._iri(row["paper_id"]),
            [
                ("rdf:type", self._vocabulary["fabio:JournalArticle"]),
                (_PAPER["paper_id"], identifier),
                ("fabio:hasPubMedCentralId", identifier if prefix == "pmc" else None),
                (_PAPER["title"], row["title"]),
                (_PAPER["reference"], row["reference"]),
                (_PAPER["doi"], row["doi"]),
                ("schema:sameAs", self._iri(curie("doi", valid)) if valid else None),
                (_PAPER["journal"], row["journal"]),
                (_PAPER["journal_abbreviation"], row["journal_abbreviation"]),
                (_PAPER["publisher"], row["publisher"]),
                (_PAPER["year"], self._year(row["year"])),
                (_PAPER["keywords"], sorted(set(row["keywords"] or ()))),
                (_PAPER["figures"], row["figures"]),
                ("cito:cites", [self._iri(cited) for cited in row["cited"] or ()]),
            ],
        )

    def entity(self, row: dict[str, Any]) -> str:
        """Serialize an entity: names, matches elsewhere, members of a family, partners of co-occurrence."""
        return self._serialize_subject(
            self._iri(row["entity_id"]),
            [
                (_ENTITY["category"], self._vocabulary[CLASSES[row["category"]]]),
                (_ENTITY["name"], row["name"]),
                (_ENTITY["synonyms"], row["synonyms"]),
                (_ENTITY["taxon"], self._iri(row["taxon"]) if row["taxon"] else None),
                ("skos:exactMatch", [self._iri(xref) for xref in row["exact"] or ()]),
                ("skos:closeMatch", [self._iri(xref) for xref in row["close"] or ()]),
                (_ENTITY["id_status"], self._concept("identifier", row["id_status"])),
                (_ENTITY["figures"], row["figures"]),
                (_ENTITY["papers"], row["papers"]),
                ("biolink:has_member", [self._iri(member) for member in row["members"] or ()]),
                (DRAWN_WITH, [self._iri(other) for other in row["partners"] or ()]),
                (CO_OCCURS, [self._iri(other) for other in row["published"] or ()]),
                ("kg:strongestAssociation", self._pairs(row["strongest"])),
            ],
        )

    def outstanding(self, row: dict[str, Any]) -> str:
        """Serialize the pairs that queries over the whole graph list, as triples of the dataset."""
        return self._serialize_subject(
            self._dataset,
            [
                ("kg:specificAssociation", self._pairs(row["specific"])),
                ("kg:inflatedAssociation", self._pairs(row["inflated"])),
            ],
        )

    def _pairs(self, names: list[str] | None) -> list[Serialized]:
        return [self._syntax.serialize_iri(f"{self._base}co/{name}") for name in names or ()]

    def association(self, row: dict[str, Any]) -> str:
        """Serialize a pair of entities: how often different words draw them together, with the statistics."""
        kinds = sorted((row["subject_category"], row["object_category"]))
        properties = [
            ("rdf:type", self._vocabulary[ASSOCIATIONS.get((kinds[0], kinds[1]), "biolink:Association")]),
            (PAIR["figures_all"], row["figures_all"]),
            (PAIR["weight"], row["weight"]),
        ]
        if self._full:
            properties += [(PAIR[name], row[name]) for name in ("figures_synonyms", "figures_strict")]
        return self._serialize_pair(row, properties)

    def word_association(self, row: dict[str, Any]) -> str:
        """Serialize a pair of words: how often they are drawn together."""
        return self._serialize_pair(row, [("rdf:type", self._vocabulary["kg:TermAssociation"])])

    def _serialize_pair(self, row: dict[str, Any], properties: list[tuple[str, Any]]) -> str:
        subject, object_ = self._iri(row["subject_id"]), self._iri(row["object_id"])
        return self._serialize_subject(
            self._syntax.serialize_iri(association_iri(row["subject_id"], row["object_id"], self._base)),
            [
                *properties,
                ("rdfs:label", row["label"]),
                ("void:inDataset", self._dataset),
                *self._associated_triple(subject, object_, row["published"]),
                (PAIR["figures"], row["figures"]),
                (PAIR["papers"], row["papers"]),
                (PAIR["npmi"], row["npmi"]),
                (PAIR["q"], row["q"]),
                *(self._further(row, subject, object_) if self._full else ()),
            ],
            templates=True,
        )

    def _further(self, row: dict[str, Any], subject: Serialized, object_: Serialized) -> list[tuple[str, Any]]:
        """Return the properties of a pair that only the full form has."""
        return [
            ("sio:SIO_000628", (subject, object_)),
            (PAIR["first_year"], self._year(row["first_year"])),
            (PAIR["last_year"], self._year(row["last_year"])),
            *((PAIR[name], row[name]) for name in ("expected", "jaccard", "log10_p")),
            ("biolink:knowledge_level", KNOWLEDGE_LEVEL),
            ("biolink:agent_type", AGENT_TYPE),
        ]

    def _associated_triple(
        self, subject: Serialized, object_: Serialized, published: bool | None
    ) -> list[tuple[str, Any]]:
        """Return the properties that refer to the triple of an association."""
        predicate = self._vocabulary[CO_OCCURS if published else DRAWN_WITH]
        if self._reify:
            return [("rdf:reifies", self._syntax.serialize_triple_term(subject, predicate, object_))]
        stated = predicate if self._full and published is not None else None
        return [("biolink:subject", subject), ("biolink:predicate", stated), ("biolink:object", object_)]

    def word(self, row: dict[str, Any]) -> str:
        """Serialize a word of the build, with what holds for each annotation that does not state its own value."""
        return self._serialize_subject(
            self._iri(row["word_id"]),
            [
                ("rdf:type", self._vocabulary["kg:Word"]),
                ("rdf:type", self._vocabulary["oa:TextQuoteSelector"] if row["usual_word"] else None),
                (_WORD["word"], row["word"]),
                ("kg:normalForm", row["word"]),
                ("oa:exact", row["usual_word"]),
                (_WORD["word_status"], self._concept("", row["usual_status"])),
                (MENTION["n_candidates"], row["usual_size"]),
                (MENTION["source"], row["usual_sources"]),
                (MENTION["flavour"], self._vocabulary[FLAVOURS[row["usual_flavour"]]]),
                (_WORD["figures"], row["figures"]),
                (_WORD["papers"], row["papers"]),
                (_WORD["entities"], row["entities"]),
                ("kg:largestExpansionSize", row["largest_size"]),
                ("kg:unsureCount", row["unsure"]),
                ("kg:meanProbability", row["mean_probability"]),
            ],
            templates=True,
        )

    def annotation(self, row: dict[str, Any]) -> str:
        """Serialize a word as it was read in a figure, with the entities that it likely means there.

        `candidates` are the entities of its readings; a word without doubt has none, and no `probability`.
        """
        figure, probability = self._iri(row["figure_id"]), row["probability"]
        return self._serialize_subject(
            self._part(row, "word"),
            [
                ("rdf:type", self._vocabulary["oa:Annotation"]),
                ("oa:motivatedBy", self._vocabulary["oa:identifying"] if self._full else None),
                (MENTION["figure_id"], figure),
                ("oa:hasBody", [self._iri(entity) for entity in row["entities"] or ()]),
                (MENTION["word"], row["words"]),
                ("kg:normalForm", row["match"] if self._full else None),
                ("kg:drawnWord", self._iri(curie("word", row["match"]))),
                (MENTION["word_status"], self._concept("", row["word_status"])),
                (MENTION["source"], row["sources"]),
                (MENTION["n_candidates"], row["size"]),
                (MENTION["flavour"], self._vocabulary[FLAVOURS[row["flavour"]]] if row["flavour"] else None),
                (MENTION["origin"], row["origin"]),
                (MENTION["reading"], None if probability is None else self._concept("", reading(probability))),
                (MENTION["probability"], probability),
                (MENTION["share"], row["share"] if self._full else None),
                ("kg:candidate", [self._candidate_iri(row, entity) for entity in row["candidates"] or ()]),
            ],
            templates=True,
        )

    def candidate(self, row: dict[str, Any]) -> str:
        """Serialize a reading that a word in doubt may have in a figure."""
        class_ = "kg:RecordedCandidate" if row["recorded"] else "kg:LexiconCandidate"
        return self._serialize_subject(
            self._candidate_iri(row, row["entity_id"]),
            [
                ("rdf:type", self._vocabulary[class_]),
                (READING["name"], row["name"]),
                (READING["entity_id"], self._iri(row["entity_id"])),
                (READING["probability"], row["probability"]),
            ],
            templates=True,
        )

    def _candidate_iri(self, row: dict[str, Any], entity: str) -> Serialized:
        return self._part(row, "candidate", f"/{entity}")

    def _part(self, row: dict[str, Any], kind: str, end: str = "") -> Serialized:
        """Serialize the IRI of something that a figure has for one of its words."""
        figure = expand(row["figure_id"], self._base)
        return self._syntax.serialize_iri(f"{figure}#{kind}-{encode(row['match'])}{end}")
