"""The properties of each kind of subject as SQL over its rows, so that their triples can be counted, not written.

The methods of `kg.rdf.triples` write the same properties; a test compares the numbers with a dump for every partition.
"""

from typing import NamedTuple

import pyarrow as pa

from kg.engines.statements import quote
from kg.model.biolink import AGENT_TYPE, KNOWLEDGE_LEVEL
from kg.model.column_names import predicates
from kg.model.identifiers import CLASSES
from kg.model.records import LIKELY, SURE
from kg.model.tables import TABLES
from kg.rdf.triples import ASSOCIATIONS, CO_OCCURS, DRAWN_WITH

YEARS = ("year", "first_year", "last_year")
FIGURE_CLASSES = ("fabio:Figure", "schema:ImageObject")
PAPER_CLASS = ("fabio:JournalArticle",)
THINGS, ENTITIES, PAIRS = "rdf_classes", "rdf_entity_classes", "rdf_pair_classes"
"""Tables of classes: of all things by identifier, of entities and of pairs of entities by number."""


class Property(NamedTuple):
    """A property of a kind of subject, with the SQL of its values in a row."""

    predicate: str
    sql: str
    """A value, NULL for none; of a property with `many`, a list."""
    targets: tuple[str, ...] = ()
    """The datatype, or the classes that all values have; none for other IRIs."""
    many: bool = False
    lookup: str = ""
    """The table with the classes of the values, whose `id` the SQL then has."""
    spaces: bool = False
    """True if the values are CURIEs of other databases, so that they are counted by prefix as well."""


class Kind(NamedTuple):
    """Subjects whose rows one statement of the dump has."""

    rows: str
    """Name of the statement, of which `sql/partitions.sql` may have one of the same name with the same rows."""
    class_: str
    """SQL of the class of a row."""
    properties: tuple[Property, ...]
    also: tuple[tuple[str, str], ...] = ()
    """Further classes, each with the condition of the rows that have it; an empty one holds for all."""
    again: bool = False
    """True if these subjects are those of another kind, with further properties."""


def association_class() -> str:
    """Return the SQL of the class of a pair of entities."""
    kinds = "concat(least(subject_category, object_category), ' ', greatest(subject_category, object_category))"
    return _case(kinds, {" ".join(pair): name for pair, name in ASSOCIATIONS.items()}, "biolink:Association")


def entity_class() -> str:
    """Return the SQL of the class of an entity."""
    return _case("category", CLASSES, "")


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
    columns = _Columns("figures")
    links = f"list_filter([{_iri('ndex')}, {_iri('wikipathways_id')}], lambda link: link IS NOT NULL)"
    source = columns.predicates
    return Kind(
        "figures",
        quote(FIGURE_CLASSES[0]),
        (
            _type(f"[{quote(*FIGURE_CLASSES)}]", many=True),
            Property(source["figure_id"], figid, ("xsd:string",)),
            Property("rdfs:label", f"coalesce(nullif(title, ''), nullif(alias, ''), {figid})", ("xsd:string",)),
            *map(columns, ("alias", "title", "caption", "number", "figure_type", "filename")),
            *map(columns, ("pathway_score", "search_rank")),
            Property(source["url"], _iri("url"), lookup=THINGS),
            Property(source["license"], _iri("license")),
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
    columns = _Columns("papers")
    identifier = "substr(paper_id, strpos(paper_id, ':') + 1)"
    pmcid = f"CASE WHEN starts_with(paper_id, 'pmc:') THEN {identifier} END"
    return Kind(
        "papers",
        quote(*PAPER_CLASS),
        (
            _type(quote(*PAPER_CLASS)),
            Property(columns.predicates["paper_id"], identifier, ("xsd:string",)),
            Property("fabio:hasPubMedCentralId", pmcid, ("xsd:string",)),
            *map(columns, ("title", "reference", "doi", "journal", "journal_abbreviation", "publisher", "year")),
            *map(columns, ("keywords", "figures")),
            Property("schema:sameAs", _iri("doi"), spaces=True),
            Property("cito:cites", "cited", many=True, lookup=THINGS),
        ),
    )


def _entities() -> Kind:
    columns = _Columns("entities")
    return Kind(
        "entities",
        entity_class(),
        (
            _type(entity_class()),
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
    columns = _Columns("cooccurrences")
    further = ("figures_synonyms", "figures_strict") if full else ()
    return Kind(
        "associations",
        association_class(),
        (
            _type(association_class()),
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
    columns = _Columns("word_cooccurrences")
    return Kind(
        "term_associations",
        class_,
        (_type(class_), *_pair(columns, "id", THINGS, full=full)),
    )


def _pair(columns: "_Columns", key: str, ends: str, *, full: bool) -> tuple[Property, ...]:
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
            _type("'oa:Annotation'"),
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
    )


def _candidates() -> Kind:
    columns = _Columns("word_readings")
    return Kind(
        "candidates",
        candidate_class(),
        (
            _type(candidate_class()),
            *map(columns, ("name", "probability")),
            Property(columns.predicates["entity_id"], "entity_id", lookup=THINGS),
        ),
    )


def _words() -> Kind:
    columns, usual = _Columns("words"), predicates("mentions")
    types = "CASE WHEN usual_word IS NULL THEN ['kg:Word'] ELSE ['kg:Word', 'oa:TextQuoteSelector'] END"
    return Kind(
        "terms",
        "'kg:Word'",
        (
            _type(types, many=True),
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


# -- properties


class _Columns:
    """The properties that write a column of a table unchanged."""

    def __init__(self, table: str) -> None:
        self._schema = TABLES[table]
        self.predicates = predicates(table)

    def __call__(self, name: str) -> Property:
        field = self._schema.field(name).type
        if pa.types.is_list(field):
            return Property(self.predicates[name], f"list_distinct({name})", ("xsd:string",), many=True)
        datatypes = {pa.string(): "xsd:string", pa.int32(): "xsd:integer", pa.float64(): "xsd:double"}
        return Property(self.predicates[name], name, ("xsd:gYear" if name in YEARS else datatypes[field],))


def _type(sql: str, *, many: bool = False) -> Property:
    return Property("rdf:type", sql, many=many)


def _iri(column: str) -> str:
    """Return the SQL of the IRI that a text becomes, NULL where it cannot be one."""
    return f"(SELECT iri FROM rdf_iris AS i WHERE i.field = {quote(column)} AND i.text = {column})"


def _case(sql: str, values: dict[str, str], other: str) -> str:
    whens = " ".join(f"WHEN {quote(key)} THEN {quote(value)}" for key, value in values.items())
    return f"CASE {sql} {whens} ELSE {quote(other)} END"
