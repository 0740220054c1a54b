"""The properties of figures, papers, entities and words as SQL that makes their text."""

from kg.engines import Engine
from kg.engines.statements import quote
from kg.model.column_names import predicates
from kg.model.identifiers import CLASSES
from kg.rdf.text_sql import Kind, Objects, TextSql, case
from kg.rdf.triples import CO_OCCURS, DRAWN_WITH, MENTION

_FIGURE, _PAPER, _ENTITY, _WORD = map(predicates, ("figures", "papers", "entities", "words"))


class RecordText(TextSql):
    """The kinds that are no pairs and no annotations."""

    def _figure(self) -> Kind:
        column = self._columns("figures", _FIGURE)
        figid = self._literal("substr(figure_id, strpos(figure_id, ':') + 1)")
        texts = [self._literal(f"nullif({name}, '')") for name in ("title", "alias")]
        label = f"coalesce({', '.join(texts)}, {figid})"
        types = self._name("fabio:Figure"), self._name("schema:ImageObject")
        return "subject", [
            Objects("rdf:type", f"[{', '.join(types)}]", always=True, many=True),
            Objects(_FIGURE["figure_id"], figid, always=True),
            Objects("rdfs:label", label, always=True),
            *(
                self._text_of(_FIGURE[name], name)
                for name in ("alias", "title", "caption", "number", "figure_type", "filename")
            ),
            Objects(_FIGURE["url"], "url_term"),
            *map(column, ("pathway_score", "search_rank")),
            *(
                self._texts_of(_FIGURE[name], f"list_sort(list_distinct({name}))")
                for name in ("organisms", "annotations")
            ),
            Objects("schema:about", "taxa", many=True),
            Objects("rdfs:seeAlso", "links", many=True),
            Objects(_FIGURE["license"], "license_term"),
            *(
                Objects(name, "paper_term", always=True)
                for name in ("dcterms:isPartOf", "cito:citesAsSourceDocument", "cito:cites")
            ),
            *([Objects("schema:mentions", "entities", many=True)] if self._with_mentions else []),
        ]

    def _paper(self) -> Kind:
        identifier = self._literal("substr(paper_id, strpos(paper_id, ':') + 1)")
        return "subject", [
            Objects("rdf:type", self._name("fabio:JournalArticle"), always=True),
            Objects(_PAPER["paper_id"], identifier, always=True),
            Objects("fabio:hasPubMedCentralId", f"CASE WHEN starts_with(paper_id, 'pmc:') THEN {identifier} END"),
            *(self._text_of(_PAPER[name], name) for name in ("title", "reference", "doi")),
            Objects("schema:sameAs", "doi_term"),
            *(self._text_of(_PAPER[name], name) for name in ("journal", "journal_abbreviation", "publisher")),
            Objects(_PAPER["year"], self._year_of("year"), source="year"),
            self._texts_of(_PAPER["keywords"], "list_sort(list_distinct(keywords))"),
            self._columns("papers", _PAPER)("figures"),
            Objects("cito:cites", "cited", many=True),
        ]

    def _entity(self, engine: Engine) -> Kind:
        classes = {quote(category): self._name(name) for category, name in CLASSES.items()}
        return "subject", [
            Objects(_ENTITY["category"], case("category", classes, "NULL"), always=True),
            self._text_of(_ENTITY["name"], "name"),
            self._texts_of(_ENTITY["synonyms"], "synonyms"),
            Objects(_ENTITY["taxon"], "taxon_term"),
            Objects("skos:exactMatch", "exact", many=True),
            Objects("skos:closeMatch", "close", many=True),
            Objects(_ENTITY["id_status"], self._concepts(engine, "id_status", "identifier")),
            *map(self._columns("entities", _ENTITY), ("figures", "papers")),
            Objects("biolink:has_member", "members", many=True),
            Objects(DRAWN_WITH, "partners", many=True),
            Objects(CO_OCCURS, "published", many=True),
            Objects("kg:strongestAssociation", "strongest", many=True),
        ]

    def _word(self, engine: Engine) -> Kind:
        word, quoted = self._name("kg:Word"), self._name("oa:TextQuoteSelector")
        column = self._columns("words", _WORD)
        return "subject", [
            Objects(
                "rdf:type",
                f"CASE WHEN usual_word <> '' THEN [{word}, {quoted}] ELSE [{word}] END",
                always=True,
                many=True,
            ),
            Objects(_WORD["word"], self._literal("word"), always=True),
            Objects("kg:normalForm", self._literal("word"), always=True),
            self._text_of("oa:exact", "usual_word"),
            Objects(_WORD["word_status"], self._concepts(engine, "usual_status")),
            Objects(
                MENTION["n_candidates"], self._typed("CAST(usual_size AS VARCHAR)", "integer"), source="usual_size"
            ),
            self._texts_of(MENTION["source"], "usual_sources"),
            Objects(MENTION["flavour"], self._flavours("usual_flavour"), always=True),
            *map(column, ("figures", "papers", "entities")),
            Objects(
                "kg:largestExpansionSize",
                self._typed("CAST(largest_size AS VARCHAR)", "integer"),
                source="largest_size",
            ),
            Objects("kg:unsureCount", self._typed("CAST(unsure AS VARCHAR)", "integer"), source="unsure"),
            Objects("kg:meanProbability", self._double("mean_probability"), source="mean_probability"),
        ]
