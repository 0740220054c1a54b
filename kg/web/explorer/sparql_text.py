"""The SPARQL of a network: on the store it gives the same pairs, from the build's threshold on."""

from string import Template

from kg.errors import QueryError
from kg.model.build import Build
from kg.model.identifiers import NAMESPACES, expand
from kg.model.text import collapse
from kg.rdf.dump import is_full
from kg.web.explorer.database import STATEMENTS, ExplorerDatabase
from kg.web.explorer.network import Network, NetworkQuery

_EVERY_YEAR = """
SELECT ?subject ?subjectName ?object ?objectName ?figures ?figuresAll ?weight ?papers ?npmi ?q$years
WHERE {
$pairs
  ?association $support ?figures ;
    biolink:concept_pair_count ?figuresAll ;
    kg:weight ?weight ;
    kg:paperCount ?papers ;
    kg:npmi ?npmi ;
    biolink:adjusted_p_value ?q .
  FILTER($condition)
  ?subject rdfs:label ?subjectName .
  ?object rdfs:label ?objectName .$of_years
}
ORDER BY DESC(?weight) DESC(?figures) ?subject ?object
"""

_OF_YEARS = """
  OPTIONAL { ?association kg:firstYear ?firstYear }
  OPTIONAL { ?association kg:lastYear ?lastYear }"""

_WITHIN_YEARS = """
SELECT ?subject ?subjectName ?object ?objectName ?figures ?papers ?npmi ?q ?firstYear ?lastYear
WHERE {
  {
    SELECT ?subject ?object (COUNT(DISTINCT ?figure) AS ?figures) (COUNT(DISTINCT ?paper) AS ?papers)
      (MIN(?year) AS ?firstYear) (MAX(?year) AS ?lastYear)
    WHERE {
      {
        SELECT ?figure ?paper ?year
        WHERE {
          ?paper fabio:hasPublicationYear ?published .
          ?figure dcterms:isPartOf ?paper .
          BIND(xsd:integer(STR(?published)) AS ?year)
          FILTER(?year >= $first && ?year <= $last)$uncounted
        }
      }
      { SELECT ?figure ?subject ?word WHERE { VALUES ?subject { $nodes } $subject_words } }
      { SELECT ?figure ?object ?otherWord WHERE { VALUES ?object { $nodes } $object_words } }
      FILTER(?word != ?otherWord)
    }
    GROUP BY ?subject ?object
    LIMIT $both_ways
  }
$pairs
  ?association kg:npmi ?npmi ;
    biolink:adjusted_p_value ?q .
  FILTER($condition)
  ?subject rdfs:label ?subjectName .
  ?object rdfs:label ?objectName .
}
ORDER BY DESC(?figures) ?subject ?object
"""

_PAIRS = """  {
    SELECT ?association ?subject ?object
    WHERE {
      # Two lists that are joined; with the limit, which cuts nothing, the store then looks up each pair.
      { SELECT ?association ?subject WHERE { VALUES ?subject { $nodes } ?association biolink:subject ?subject } }
      { SELECT ?association ?object WHERE { VALUES ?object { $nodes } ?association biolink:object ?object } }
    }
    LIMIT $most
  }"""

_WORDS = "$word oa:hasBody $entity ; oa:hasTarget ?figure"

# A mention whose word is unknown has no annotation, so the entity stands for its word.
_UNKNOWN_WORDS = (
    "{ $annotated } UNION { ?figure schema:mentions $entity "
    "FILTER NOT EXISTS { ?any oa:hasTarget ?figure ; oa:hasBody $entity } BIND($entity AS $word) }"
)

_UNCOUNTED = """
          # Figures with more entities than pairs are counted for.
          MINUS { VALUES ?figure { $figures } }"""

_SUPPORT = {"all": "kg:figureCount", "synonyms": "kg:synonymsCount", "strict": "kg:strictCount"}


def network_sparql(database: ExplorerDatabase, network: Network, build: Build) -> str:
    """Return the SELECT that gives the pairs of a network of a build; it has the years of pairs where the store does.

    Raises QueryError for a flavour within years, because RDF does not have the flavour of a mention, and for any
    flavour in the lean form. Raises it for a least probability, because RDF has the pairs of likely mentions only.
    """
    query = network.query
    filters, years, base, full = query.filters, query.years, build.base, is_full(build.manifest)
    _check(query, full=full)
    condition = f"?figures >= {filters.min_figures}"
    nodes = _iris([entity.id for entity in network.nodes], base)
    most = len(network.nodes) * (len(network.nodes) - 1) // 2
    values = {
        "condition": condition if filters.max_q is None else f"{condition} && ?q <= {filters.max_q!r}",
        "support": _SUPPORT[filters.flavour],
        "years": " ?firstYear ?lastYear" if full else "",
        "of_years": _OF_YEARS if full else "",
        "pairs": _fill(_PAIRS, nodes=nodes, most=str(most)),
        "nodes": nodes,
        "both_ways": str(2 * most),
        "first": str(years.first),
        "last": str(years.last),
    }
    if not years.unbounded:
        values |= {"uncounted": _uncounted(database, base), "subject_words": _words(database, "?subject", "?word")}
        values |= {"object_words": _words(database, "?object", "?otherWord")}
    body = _EVERY_YEAR if years.unbounded else _WITHIN_YEARS
    return _head(network, base, build.min_figures) + _fill(body, **values)


def _check(query: NetworkQuery, *, full: bool) -> None:
    """Raise QueryError for a filter by numbers that the store does not have."""
    if query.filters.flavour != "all":
        if not query.years.unbounded:
            raise QueryError("RDF does not say of which flavour a mention is; leave out flavour, or from and to")
        if not full:
            raise QueryError(
                "RDF of the lean form counts the figures of all flavours only;"
                " leave out flavour, or build with --rdf full"
            )
    if query.filters.min_probability is not None:
        raise QueryError("the store has the pairs of likely readings only; leave out min_probability")


def _head(network: Network, base: str, threshold: int) -> str:
    """Return title and prefixes; line breaks are taken out of names, because they would end the comment."""
    query = network.query
    lines = [f"# title: Network of {', '.join(collapse(entity.name) for entity in query.centers)}"]
    if query.min_figures < threshold:
        lines.append(f"# description: The store has pairs of {threshold} figures or more.")
    all_years = ["biolink", "rdfs"]
    names = all_years if query.years.unbounded else [*all_years, "dcterms", "fabio", "oa", "schema", "xsd"]
    prefixes = {name: NAMESPACES[name] for name in names} | {"kg": f"{base}vocab#"}
    return "\n".join([*lines, "", *(f"PREFIX {name}: <{iri}>" for name, iri in sorted(prefixes.items()))]) + "\n"


def _uncounted(database: ExplorerDatabase, base: str) -> str:
    """Return the pattern that leaves out figures that pairs are not counted in."""
    rows = database.fetch(STATEMENTS.sql("uncounted_figures"), "numbered_mentions")
    figures = _iris(rows["figure_id"].to_pylist(), base)
    return _fill(_UNCOUNTED, figures=figures) if figures else ""


def _words(database: ExplorerDatabase, entity: str, word: str) -> str:
    """Return the pattern of the words that an entity was read from; the arguments are variables."""
    annotated = _fill(_WORDS, entity=entity, word=word)
    return (
        _fill(_UNKNOWN_WORDS, annotated=annotated, entity=entity, word=word)
        if database.has_unknown_words
        else annotated
    )


def _fill(text: str, **values: str) -> str:
    return Template(text).substitute(values)


def _iris(curies: list[str], base: str) -> str:
    return " ".join(f"<{expand(curie, base)}>" for curie in curies)
