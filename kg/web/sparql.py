"""The SPARQL of a network: asked of the store, it gives the same pairs, as far as the store has them."""

from string import Template

from kg.errors import QueryError
from kg.terms import NAMESPACES, expand
from kg.text import collapse
from kg.web.coded import Coded
from kg.web.network import Network

_EVERY_YEAR = """
SELECT ?subject ?subjectName ?object ?objectName ?figures ?figuresAll ?weight ?papers ?npmi ?q ?firstYear ?lastYear
WHERE {
  VALUES ?subject { $nodes }
  VALUES ?object { $nodes }
  ?association biolink:subject ?subject ;
    biolink:object ?object ;
    $support ?figures ;
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
    SELECT ?association ?subject ?object (COUNT(DISTINCT ?figure) AS ?figures) (COUNT(DISTINCT ?paper) AS ?papers)
      (MIN(?year) AS ?firstYear) (MAX(?year) AS ?lastYear)
    WHERE {
      VALUES ?subject { $nodes }
      VALUES ?object { $nodes }
      ?association biolink:subject ?subject ;
        biolink:object ?object .
      ?figure schema:mentions ?subject, ?object ;
        dcterms:isPartOf ?paper .
      ?paper fabio:hasPublicationYear ?published .
      BIND(xsd:integer(STR(?published)) AS ?year)
      FILTER(?year >= $first && ?year <= $last)
      # One word that was read as both proves nothing, unless one of them was read from another word, too.
      FILTER NOT EXISTS {
        ?word oa:hasTarget ?figure ;
          oa:hasBody ?subject, ?object .
        FILTER NOT EXISTS {
          ?otherWord oa:hasTarget ?figure ;
            oa:hasBody ?end .
          FILTER(?otherWord != ?word && (?end = ?subject || ?end = ?object))
        }
      }$oversized
    }
    GROUP BY ?association ?subject ?object
  }
  ?association kg:npmi ?npmi ;
    biolink:adjusted_p_value ?q .
  FILTER($passing)
  ?subject rdfs:label ?subjectName .
  ?object rdfs:label ?objectName .
}
ORDER BY DESC(?figures) ?subject ?object
"""

_OVERSIZED = """
      # Figures with more entities than pairs are counted for.
      MINUS { VALUES ?figure { $figures } }"""

_SUPPORT = {"all": "biolink:concept_pair_count", "synonyms": "kg:synonymsCount", "strict": "kg:strictCount"}


def sparql(coded: Coded, network: Network, base: str, threshold: int) -> str:
    """Give the SELECT; `threshold` is the least number of figures of a pair that the store has.

    Raises QueryError for a flavour within years: RDF does not say of which flavour a mention is.
    """
    around = network.around
    filters, years = around.filters, around.years
    if not years.every and filters.flavour != "all":
        raise QueryError("RDF does not say of which flavour a mention is; leave out flavour, or from and to")
    passing = f"?figures >= {filters.min_figures}"
    values = {
        "passing": passing if filters.max_q is None else f"{passing} && ?q <= {filters.max_q!r}",
        "support": _SUPPORT[filters.flavour],
        "first": str(years.first),
        "last": str(years.last),
        "oversized": "" if years.every else _oversized(coded, base),
        "nodes": _iris([entity.id for entity in network.nodes], base),
    }
    body = _EVERY_YEAR if years.every else _WITHIN_YEARS
    return _head(network, base, threshold) + Template(body).substitute(values)


def _head(network: Network, base: str, threshold: int) -> str:
    """Give title and prefixes; a name must not end the comment it stands in."""
    around = network.around
    lines = [f"# title: Network of {', '.join(collapse(entity.name) for entity in around.centers)}"]
    if (around.filters.min_figures or 0) < threshold:
        lines.append(f"# description: The store has pairs of {threshold} figures or more.")
    used = ["biolink", "rdfs"] if around.years.every else ["biolink", "dcterms", "fabio", "oa", "rdfs", "schema", "xsd"]
    prefixes = {name: NAMESPACES[name] for name in used} | {"kg": f"{base}vocab#"}
    return "\n".join([*lines, "", *(f"PREFIX {name}: <{iri}>" for name, iri in sorted(prefixes.items()))]) + "\n"


def _oversized(coded: Coded, base: str) -> str:
    found = coded.fetch("SELECT figure_id FROM cards WHERE NOT counted ORDER BY figure_id", "readings")
    figures = _iris(found["figure_id"].to_pylist(), base)
    return Template(_OVERSIZED).substitute(figures=figures) if figures else ""


def _iris(curies: list[str], base: str) -> str:
    return " ".join(f"<{expand(curie, base)}>" for curie in curies)
