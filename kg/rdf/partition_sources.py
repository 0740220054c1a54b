"""The properties of each kind of subject as SQL over its rows, so that their triples can be counted, not written.

The methods of `kg.rdf.triples` write the same properties; a test compares the numbers with a dump for every partition.
"""

from kg.engines.statements import quote
from kg.model.biolink import AGENT_TYPE, KNOWLEDGE_LEVEL
from kg.model.column_names import predicates
from kg.model.identifiers import CLASSES
from kg.model.records import LIKELY, SURE
from kg.rdf.partition_properties import Columns, Kind, Property, case_of, class_property, iri_of
from kg.rdf.triples import ASSOCIATIONS, CO_OCCURS, DRAWN_WITH

FIGURE_CLASSES = ("fabio:Figure", "schema:ImageObject")
PAPER_CLASS = ("fabio:JournalArticle",)
THINGS, ENTITIES, PAIRS = "rdf_classes", "rdf_entity_classes", "rdf_pair_classes"
"""Tables of classes: of all things by identifier, of entities and of pairs of entities by number."""


def association_class() -> str:
    """Return the SQL of the class of a pair of entities."""
    kinds = "concat(least(subject_category, object_category), ' ', greatest(subject_category, object_category))"
    return case_of(kinds, {" ".join(pair): name for pair, name in ASSOCIATIONS.items()}, "biolink:Association")


def entity_class() -> str:
    """Return the SQL of the class of an entity."""
    return case_of("category", CLASSES, "")


def candidate_class() -> str:
    """Return the SQL of the class of a candidate."""
    return "CASE WHEN recorded THEN 'kg:RecordedCandidate' ELSE 'kg:LexiconCandidate' END"


def class_names() -> list[str]:
    """Return the names of all classes that subjects have."""
    of_entities = [*CLASSES.values(), *dict.fromkeys(ASSOCIATIONS.values()), "biolink:Association", ""]
    of_words = ["kg:Word", "oa:TextQuoteSelector", "kg:TermAssociation", "oa:Annotation"]
    return [*FIGURE_CLASSES, *PAPER_CLASS, *of_entities, *of_words, "kg:RecordedCandidate", "kg:LexiconCandidate"]


def kinds(layers: tuple[str, ...], *, full: bool) -> tuple[Kind, ...]:
    """Return all kinds of subjects with their properties in a dump of these layers, lean or full."""
    return (
        _figures(),
        _mentions(written="mentions" in layers),
        _papers(),
        _entities(),
        _partners(),
        _strongest(),
        _associations(full=full),
        _outstanding(),
        _annotations(full=full),
        _candidates(),
        _words(),
        _word_associations(full=full),
    )


# -- one function for each kind, in the order of kg.rdf.triples


def _figures() -> Kind:
    figid = "substr(figure_id, strpos(figure_id, ':') + 1)"
    columns = Columns("figures")
    links = f"list_filter([{iri_of('ndex')}, {iri_of('wikipathways_id')}], lambda link: link IS NOT NULL)"
    source = columns.predicates
    return Kind(
        "figures",
        quote(FIGURE_CLASSES[0]),
        (
            class_property(f"[{quote(*FIGURE_CLASSES)}]", many=True),
            Property(source["figure_id"], figid, ("xsd:string",)),
            Property("rdfs:label", f"coalesce(nullif(title, ''), nullif(alias, ''), {figid})", ("xsd:string",)),
            *map(columns, ("alias", "title", "caption", "number", "figure_type", "filename")),
            *map(columns, ("pathway_score", "search_rank")),
            Property(source["url"], iri_of("url"), lookup=THINGS),
            Property(source["license"], iri_of("license")),
            *map(columns, ("organisms", "annotations")),
            Property("rdfs:seeAlso", links, many=True, spaces=True),
            *(
                Property(name, "paper_id", PAPER_CLASS)
                for name in ("dcterms:isPartOf", "cito:citesAsSourceDocument", "cito:cites")
            ),
        ),
        ((FIGURE_CLASSES[1], ""),),
    )


def _mentions(*, written: bool) -> Kind:
    return Kind(
        "mentions",
        quote(FIGURE_CLASSES[0]),
        (
            Property("schema:about", "taxa", many=True, spaces=True),
            *([Property("schema:mentions", "entities", many=True, lookup=ENTITIES)] if written else []),
        ),
        ((FIGURE_CLASSES[1], ""),),
        again=True,
    )


def _papers() -> Kind:
    columns = Columns("papers")
    identifier = "substr(paper_id, strpos(paper_id, ':') + 1)"
    pmcid = f"CASE WHEN starts_with(paper_id, 'pmc:') THEN {identifier} END"
    return Kind(
        "papers",
        quote(*PAPER_CLASS),
        (
            class_property(quote(*PAPER_CLASS)),
            Property(columns.predicates["paper_id"], identifier, ("xsd:string",)),
            Property("fabio:hasPubMedCentralId", pmcid, ("xsd:string",)),
            *map(columns, ("title", "reference", "doi", "journal", "journal_abbreviation", "publisher", "year")),
            *map(columns, ("keywords", "figures")),
            Property("schema:sameAs", iri_of("doi"), spaces=True),
            Property("cito:cites", "cited", many=True, lookup=THINGS),
        ),
    )


def _entities() -> Kind:
    columns = Columns("entities")
    return Kind(
        "entities",
        entity_class(),
        (
            class_property(entity_class()),
            *map(columns, ("name", "synonyms", "figures", "papers")),
            Property(columns.predicates["id_status"], "id_status"),
            Property(columns.predicates["taxon"], "taxon", spaces=True),
            Property("skos:exactMatch", "exact", many=True, spaces=True),
            Property("skos:closeMatch", "close", many=True, spaces=True),
            Property("biolink:has_member", "members", many=True, lookup=THINGS),
        ),
    )


def _partners() -> Kind:
    names = {DRAWN_WITH: "partners", CO_OCCURS: "published"}
    properties = (Property(name, column, many=True, lookup=ENTITIES) for name, column in names.items())
    return Kind("partners", entity_class(), tuple(properties), again=True)


def _strongest() -> Kind:
    property_ = Property("kg:strongestAssociation", "strongest", many=True, lookup=PAIRS)
    return Kind("strongest", entity_class(), (property_,), again=True)


def _associations(*, full: bool) -> Kind:
    columns = Columns("cooccurrences")
    further = ("figures_synonyms", "figures_strict") if full else ()
    return Kind(
        "associations",
        association_class(),
        (
            class_property(association_class()),
            *map(columns, ("figures_all", "weight", *further)),
            *_pair(columns, "number", ENTITIES, full=full),
        ),
    )


def _outstanding() -> Kind:
    return Kind(
        "outstanding",
        "NULL",
        tuple(Property(f"kg:{name}Association", name, many=True, lookup=PAIRS) for name in ("specific", "inflated")),
    )


def _word_associations(*, full: bool) -> Kind:
    class_ = "'kg:TermAssociation'"
    columns = Columns("word_cooccurrences")
    return Kind(
        "term_associations",
        class_,
        (class_property(class_), *_pair(columns, "id", THINGS, full=full)),
    )


def _pair(columns: "Columns", key: str, ends: str, *, full: bool) -> tuple[Property, ...]:
    predicate = f"CASE WHEN published THEN {quote(CO_OCCURS)} ELSE {quote(DRAWN_WITH)} END"
    texts = {"biolink:knowledge_level": quote(KNOWLEDGE_LEVEL), "biolink:agent_type": quote(AGENT_TYPE)}
    further = (
        Property("biolink:predicate", predicate),
        Property("sio:SIO_000628", f"[subject_{key}, object_{key}]", many=True, lookup=ends),
        *map(columns, ("first_year", "last_year", "expected", "jaccard", "log10_p")),
        *(Property(name, text, ("xsd:string",)) for name, text in texts.items()),
    )
    return (
        Property("rdfs:label", "label", ("xsd:string",)),
        Property("void:inDataset", "'dataset'"),
        Property("biolink:subject", f"subject_{key}", lookup=ends),
        Property("biolink:object", f"object_{key}", lookup=ends),
        *map(columns, ("figures", "papers", "npmi", "q")),
        *(further if full else ()),
    )


def _annotations(*, full: bool) -> Kind:
    names = predicates("mentions")
    reading = f"""CASE WHEN probability >= {SURE} THEN 'sure' WHEN probability >= {LIKELY} THEN 'likely'
        WHEN probability IS NOT NULL THEN 'doubtful' END"""
    candidates = "list_transform(candidates, lambda entity: concat('candidate ', figure_id, ' ', match, ' ', entity))"
    further = (
        Property("oa:motivatedBy", "'identifying'"),
        Property("kg:normalForm", "match", ("xsd:string",)),
        Property(names["share"], "share", ("xsd:double",)),
    )
    return Kind(
        "words",
        "'oa:Annotation'",
        (
            class_property("'oa:Annotation'"),
            Property(names["figure_id"], "figure_id", FIGURE_CLASSES),
            Property("oa:hasBody", "entities", many=True, lookup=THINGS),
            Property(names["word"], "words", ("xsd:string",), many=True),
            Property("kg:drawnWord", "concat('word ', match)", lookup=THINGS),
            Property(names["word_status"], "word_status"),
            Property(names["source"], "sources", ("xsd:string",), many=True),
            Property(names["n_candidates"], "size", ("xsd:integer",)),
            Property(names["flavour"], "flavour"),
            Property(names["origin"], "origin", ("xsd:string",)),
            Property(names["reading"], reading),
            Property(names["probability"], "probability", ("xsd:double",)),
            Property("kg:candidate", candidates, many=True, lookup=THINGS),
            *(further if full else ()),
        ),
        read=True,
    )


def _candidates() -> Kind:
    columns = Columns("word_readings")
    return Kind(
        "candidates",
        candidate_class(),
        (
            class_property(candidate_class()),
            *map(columns, ("name", "probability")),
            Property(columns.predicates["entity_id"], "entity_id", lookup=THINGS),
        ),
        read=True,
    )


def _words() -> Kind:
    columns, usual = Columns("words"), predicates("mentions")
    types = "CASE WHEN usual_word IS NULL THEN ['kg:Word'] ELSE ['kg:Word', 'oa:TextQuoteSelector'] END"
    return Kind(
        "terms",
        "'kg:Word'",
        (
            class_property(types, many=True),
            *map(columns, ("word", "figures", "papers", "entities")),
            Property("kg:normalForm", "word", ("xsd:string",)),
            Property("oa:exact", "usual_word", ("xsd:string",)),
            Property(columns.predicates["word_status"], "usual_status"),
            Property(usual["n_candidates"], "usual_size", ("xsd:integer",)),
            Property(usual["source"], "usual_sources", ("xsd:string",), many=True),
            Property(usual["flavour"], "usual_flavour"),
            Property("kg:largestExpansionSize", "largest_size", ("xsd:integer",)),
            Property("kg:unsureCount", "unsure", ("xsd:integer",)),
            Property("kg:meanProbability", "mean_probability", ("xsd:double",)),
        ),
        (("oa:TextQuoteSelector", "usual_word IS NOT NULL"),),
    )
