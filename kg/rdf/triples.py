"""Rows of tables to triples.

Which predicate says what column is declared in kg/names.py and specified in docs/data-model.md; our own terms are
in kg/vocabulary.py.
"""

import re
from collections.abc import Sequence
from typing import Any

from pyoxigraph import NamedNode

from kg.model.column_names import predicates
from kg.model.identifiers import CLASSES, NAMESPACES, UNRESERVED, association_iri, curie, encode, expand
from kg.rdf.syntax import LineTemplate, Serialized, Syntax, serializers

ASSOCIATIONS = {
    ("gene", "gene"): "biolink:GeneToGeneAssociation",
    ("disease", "gene"): "biolink:CorrelatedGeneToDiseaseAssociation",
}
_FIGURE, _PAPER, _ENTITY, _MENTION, _WORD, _PAIR = map(
    predicates, ("figures", "papers", "entities", "mentions", "words", "cooccurrences")
)
CO_OCCURS = "biolink:occurs_together_in_literature_with"

_ARTICLES = "https://www.ncbi.nlm.nih.gov/pmc/articles"
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WPID = re.compile(r"WP\d+")
_DOI = re.compile(r"10\.\d{4,9}/\S+")

_MOST_TEMPLATES = 4096
"""Words and pairs have a few hundred shapes; figures and entities have nearly as many as there are."""


class _Terms(dict[str, Serialized]):
    """Terms of vocabularies by prefixed name, spelled when first asked for."""

    def __init__(self, base: str, syntax: Syntax) -> None:
        super().__init__()
        self._namespaces = NAMESPACES | {"kg": f"{base}vocab#"}
        self._syntax = syntax

    def __missing__(self, name: str) -> Serialized:
        prefix, _, local = name.partition(":")
        term = self[name] = self._syntax.name(self._namespaces[prefix] + local)
        return term


class TripleWriter:
    """Rows to the text of their triples. Predicates and classes are named as in docs/data-model.md."""

    def __init__(self, base: str, syntax: Syntax, *, mentions: bool, terms: bool, reify: bool = False) -> None:
        self._base = base
        self._syntax = syntax
        self._mentions = mentions
        self._with_terms = terms
        self._reify = reify
        self._nodes: dict[str, Serialized] = {}
        self._spell = serializers(syntax)
        self._templates: dict[tuple[str | int, ...], LineTemplate] = {}
        self._terms = _Terms(base, syntax)
        self.count = 0
        """Triples written so far."""

    def _node(self, curie: str) -> Serialized:
        node = self._nodes.get(curie)
        if node is None:
            node = self._nodes[curie] = self._syntax.name(expand(curie, self._base))
        return node

    def _about(self, subject: Serialized, properties: list[tuple[str, Any]], *, alike: bool = False) -> str:
        """Give a triple a value: text, whole number, real number or term; None is left out, lists are unpacked.

        `alike`: many subjects differ in the terms only.
        """
        shape: list[str | int] = [self._syntax.layer]
        terms = [subject]
        for name, value in properties:
            spell = self._spell.get(type(value))
            if spell:
                shape.append(name)
                terms.append(spell(value))
            elif value:  # several
                shape += name, len(value)
                terms += [self._spell[type(each)](each) for each in value]
        self.count += len(terms) - 1
        key = tuple(shape)
        if not alike or not self._syntax.by_place:
            return self._spelled(key, terms)
        template = self._templates.get(key)
        if template is None:
            if len(self._templates) >= _MOST_TEMPLATES:
                return self._spelled(key, terms)
            template = self._templates[key] = LineTemplate(self._spelled(key, LineTemplate.marks(len(terms))))
        return template.fill(terms)

    def _spelled(self, shape: Sequence[str | int], terms: Sequence[Serialized]) -> str:
        """Spell what is said about the first term: the names of predicates, each with how many of the others follow."""
        found: list[tuple[str, Sequence[Serialized]]] = []
        start = 1
        for name, many in zip(shape[1:], [*shape[2:], ""], strict=True):
            if isinstance(name, str):
                end = start + (many if isinstance(many, int) else 1)
                found.append((self._terms[name], terms[start:end]))
                start = end
        return self._syntax.about(terms[0], found)

    def _year(self, year: int | None) -> Serialized | None:
        return None if year is None else self._syntax.typed(f"{year:04d}", "gYear")

    def figure(self, row: dict[str, Any]) -> str:
        """Say what a figure is, where it is, and what it mentions."""
        figid = row["figure_id"].partition(":")[2]
        pmcid = row["paper_id"].partition(":")[2]
        paper = self._node(row["paper_id"])
        image = f"{_ARTICLES}/{pmcid}/bin/{encode(row['filename'])}" if row["filename"] else None
        return self._about(
            self._node(row["figure_id"]),
            [
                ("rdf:type", (self._terms["fabio:Figure"], self._terms["schema:ImageObject"])),
                (_FIGURE["figure_id"], figid),
                (_FIGURE["alias"], row["alias"]),
                (_FIGURE["title"], row["title"]),
                (_FIGURE["caption"], row["caption"]),
                (_FIGURE["number"], row["number"]),
                (_FIGURE["figure_type"], row["figure_type"]),
                (_FIGURE["filename"], self._link(image)),
                (_FIGURE["url"], self._link(row["url"])),
                (_FIGURE["pathway_score"], row["pathway_score"]),
                (_FIGURE["search_rank"], row["search_rank"]),
                (_FIGURE["organisms"], sorted(set(row["organisms"] or ()))),
                (_FIGURE["annotations"], sorted(set(row["annotations"] or ()))),
                ("schema:about", [self._node(taxon) for taxon in row["taxa"] or ()]),
                ("rdfs:seeAlso", [self._node(each) for each in _links(row)]),
                ("dcterms:isPartOf", paper),
                ("cito:citesAsSourceDocument", paper),
                ("cito:cites", paper),
                ("schema:mentions", [self._node(each) for each in row["entities"] or () if self._mentions]),
            ],
        )

    def paper(self, row: dict[str, Any]) -> str:
        """Say what a paper is and which papers it cites."""
        prefix, _, identifier = row["paper_id"].partition(":")
        doi = row["doi"] if row["doi"] and _DOI.fullmatch(row["doi"]) else None
        return self._about(
            self._node(row["paper_id"]),
            [
                ("rdf:type", self._terms["fabio:JournalArticle"]),
                (_PAPER["paper_id"], identifier),
                ("fabio:hasPubMedCentralId", identifier if prefix == "pmc" else None),
                (_PAPER["title"], row["title"]),
                (_PAPER["reference"], row["reference"]),
                (_PAPER["doi"], row["doi"]),
                ("owl:sameAs", self._node(curie("doi", doi)) if doi else None),
                (_PAPER["journal"], row["journal"]),
                (_PAPER["journal_abbreviation"], row["journal_abbreviation"]),
                (_PAPER["publisher"], row["publisher"]),
                (_PAPER["year"], self._year(row["year"])),
                (_PAPER["keywords"], sorted(set(row["keywords"] or ()))),
                (_PAPER["figures"], row["figures"]),
                ("cito:cites", [self._node(cited) for cited in row["cited"] or ()]),
            ],
        )

    def entity(self, row: dict[str, Any]) -> str:
        """Say what an entity is called, what it is the same as, and what it co-occurs with."""
        return self._about(
            self._node(row["entity_id"]),
            [
                (_ENTITY["category"], self._terms[CLASSES[row["category"]]]),
                (_ENTITY["name"], row["name"]),
                (_ENTITY["synonyms"], row["synonyms"]),
                (_ENTITY["taxon"], self._node(row["taxon"]) if row["taxon"] else None),
                ("skos:exactMatch", [self._node(xref) for xref in row["exact"] or ()]),
                ("skos:closeMatch", [self._node(xref) for xref in row["close"] or ()]),
                (_ENTITY["id_status"], row["id_status"]),
                (_ENTITY["figures"], row["figures"]),
                (_ENTITY["papers"], row["papers"]),
                ("biolink:has_member", [self._node(member) for member in row["members"] or ()]),
                (CO_OCCURS, [self._node(other) for other in row["partners"] or ()]),
            ],
        )

    def association(self, row: dict[str, Any]) -> str:
        """Say how often two entities are drawn together by different words."""
        kinds = sorted((row["subject_category"], row["object_category"]))
        properties = [
            ("rdf:type", self._terms[ASSOCIATIONS.get((kinds[0], kinds[1]), "biolink:Association")]),
            (_PAIR["figures_all"], row["figures_all"]),
            (_PAIR["figures_synonyms"], row["figures_synonyms"]),
            (_PAIR["figures_strict"], row["figures_strict"]),
            (_PAIR["weight"], row["weight"]),
        ]
        return self._associated(row, properties)

    def association_of_terms(self, row: dict[str, Any]) -> str:
        """Say how often two words are drawn together."""
        return self._associated(row, [("rdf:type", self._terms["kg:TermAssociation"])])

    def _associated(self, row: dict[str, Any], properties: list[tuple[str, Any]]) -> str:
        subject, object_ = self._node(row["subject_id"]), self._node(row["object_id"])
        return self._about(
            self._syntax.name(association_iri(row["subject_id"], row["object_id"], self._base)),
            [
                *properties,
                *self._said(subject, object_),
                ("sio:SIO_000628", (subject, object_)),
                (_PAIR["figures"], row["figures"]),
                (_PAIR["papers"], row["papers"]),
                (_PAIR["first_year"], self._year(row["first_year"])),
                (_PAIR["last_year"], self._year(row["last_year"])),
                (_PAIR["expected"], row["expected"]),
                (_PAIR["jaccard"], row["jaccard"]),
                (_PAIR["npmi"], row["npmi"]),
                (_PAIR["log10_p"], row["log10_p"]),
                (_PAIR["q"], row["q"]),
            ],
            alike=True,
        )

    def _said(self, subject: Serialized, object_: Serialized) -> list[tuple[str, Any]]:
        """Say which triple an association is about."""
        co_occurs = self._terms[CO_OCCURS]
        if self._reify:
            return [("rdf:reifies", self._syntax.triple(subject, co_occurs, object_))]
        return [("biolink:subject", subject), ("biolink:predicate", co_occurs), ("biolink:object", object_)]

    def term(self, row: dict[str, Any]) -> str:
        """Say what a word is, in all figures."""
        return self._about(
            self._node(row["word_id"]),
            [
                ("rdf:type", self._terms["kg:Word"]),
                (_WORD["word"], row["word"]),
                (_WORD["word_status"], row["word_status"]),
                (_WORD["figures"], row["figures"]),
                (_WORD["papers"], row["papers"]),
                (_WORD["entities"], row["entities"]),
            ],
            alike=True,
        )

    def word(self, row: dict[str, Any]) -> str:
        """Say that a word was read in a figure, and what it expands to there."""
        figure = self._node(row["figure_id"])
        return self._about(
            self._syntax.name(f"{expand(row['figure_id'], self._base)}#word-{encode(row['match'])}"),
            [
                ("rdf:type", self._terms["oa:Annotation"]),
                ("oa:motivatedBy", self._terms["oa:identifying"]),
                (_MENTION["figure_id"], figure),
                ("oa:hasBody", [self._node(entity) for entity in row["entities"]]),
                (_MENTION["word"], row["words"]),
                ("kg:normalForm", row["match"]),
                ("kg:drawnWord", self._node(curie("word", row["match"])) if self._with_terms else None),
                (_MENTION["word_status"], row["word_status"]),
                (_MENTION["source"], row["sources"]),
                (_MENTION["n_candidates"], row["size"]),
            ],
            alike=True,
        )

    def _link(self, url: str | None) -> Serialized | None:
        """Spell a web address, encoding what stands bare in it; None where it cannot be an IRI."""
        if url is None or not url.startswith(("http://", "https://")):
            return None
        iri = encode(url, UNRESERVED + ":/?#[]@!$&'()*+,;=%")
        try:
            NamedNode(iri)
        except ValueError:
            return None
        return self._syntax.name(iri)


def _links(row: dict[str, Any]) -> list[str]:
    links = [f"ndex:{row['ndex']}"] if _UUID.fullmatch(row["ndex"] or "") else []
    return links + ([f"wikipathways:{row['wikipathways_id']}"] if _WPID.fullmatch(row["wikipathways_id"] or "") else [])
