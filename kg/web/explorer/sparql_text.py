"""The SPARQL of a network: asked of the store, it gives the same pairs, as far as the store has them."""

from string import Template

from kg.errors import QueryError
from kg.model.identifiers import NAMESPACES, expand
from kg.model.text import collapse
from kg.web.explorer.database import ExplorerDatabase
from kg.web.explorer.network import Network

_EVERY_YEAR = """
SELECT ?subject ?subjectName ?object ?objectName ?figures ?figuresAll ?weight ?papers ?npmi ?q ?firstYear ?lastYear
WHERE {
$pairs
  ?association $support ?figures ;
    kg:allCount ?figuresAll ;
    kg:weight ?weight ;
    kg:paperCount ?papers ;
    kg:npmi ?npmi ;
    biolink:adjusted_p_value ?q .
  FILTER($passing)
  ?subject rdfs:label ?subjectName .
  ?object rdfs:label ?objectName .
  OPTIONAL { ?association kg:firstYear ?firstYear }
  OPTIONAL { ?association kg:lastYear ?lastYear }
}
ORDER BY DESC(?weight) DESC(?figures) ?subject ?object
"""

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
          FILTER(?year >= $first && ?year <= $last)$oversized
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
  FILTER($passing)
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

_WORDS = "$word oa:hasBody $end ; oa:hasTarget ?figure"
_UNKNOWN = (
    "{ $known } UNION { ?figure schema:mentions $end "
    "FILTER NOT EXISTS { ?any oa:hasTarget ?figure ; oa:hasBody $end } BIND($end AS $word) }"
)
"""Where some words are not known: each of these is a word of its own."""

_OVERSIZED = """
          # Figures with more entities than pairs are counted for.
          MINUS { VALUES ?figure { $figures } }"""

_SUPPORT = {"all": "biolink:concept_pair_count", "synonyms": "kg:synonymsCount", "strict": "kg:strictCount"}


def sparql(coded: ExplorerDatabase, network: Network, base: str, threshold: int) -> str:
    """Give the SELECT; `threshold` is the least number of figures of a pair that the store has.

    Raises QueryError for a flavour within years: RDF does not say of which flavour a mention is.
    """
    around = network.around
    filters, years = around.filters, around.years
    if not years.every and filters.flavour != "all":
        raise QueryError("RDF does not say of which flavour a mention is; leave out flavour, or from and to")
    passing = f"?figures >= {filters.min_figures}"
    nodes = _iris([entity.id for entity in network.nodes], base)
    most = len(network.nodes) * (len(network.nodes) - 1) // 2
    values = {
        "passing": passing if filters.max_q is None else f"{passing} && ?q <= {filters.max_q!r}",
        "support": _SUPPORT[filters.flavour],
        "pairs": _filled(_PAIRS, nodes=nodes, most=str(most)),
        "nodes": nodes,
        "both_ways": str(2 * most),
        "first": str(years.first),
        "last": str(years.last),
    }
    if not years.every:
        values |= {"oversized": _oversized(coded, base), "subject_words": _words(coded, "?subject", "?word")}
        values |= {"object_words": _words(coded, "?object", "?otherWord")}
    body = _EVERY_YEAR if years.every else _WITHIN_YEARS
    return _head(network, base, threshold) + _filled(body, **values)


def _head(network: Network, base: str, threshold: int) -> str:
    """Give title and prefixes; a name must not end the comment it stands in."""
    around = network.around
    lines = [f"# title: Network of {', '.join(collapse(entity.name) for entity in around.centers)}"]
    if (around.filters.min_figures or 0) < threshold:
        lines.append(f"# description: The store has pairs of {threshold} figures or more.")
    used = ["biolink", "rdfs"] if around.years.every else ["biolink", "dcterms", "fabio", "oa", "rdfs", "schema", "xsd"]
    prefixes = {name: NAMESPACES[name] for name in used} | {"kg": f"{base}vocab#"}
    return "\n".join([*lines, "", *(f"PREFIX {name}: <{iri}>" for name, iri in sorted(prefixes.items()))]) + "\n"


def _oversized(coded: ExplorerDatabase, base: str) -> str:
    found = coded.fetch("SELECT figure_id FROM cards WHERE NOT counted ORDER BY figure_id", "readings")
    figures = _iris(found["figure_id"].to_pylist(), base)
    return _filled(_OVERSIZED, figures=figures) if figures else ""


def _words(coded: ExplorerDatabase, end: str, word: str) -> str:
    """Give the pattern of the words that an entity was read from."""
    known = _filled(_WORDS, end=end, word=word)
    return _filled(_UNKNOWN, known=known, end=end, word=word) if coded.has_unknown_words else known


def _filled(text: str, **values: str) -> str:
    return Template(text).substitute(values)


def _iris(curies: list[str], base: str) -> str:
    return " ".join(f"<{expand(curie, base)}>" for curie in curies)
