"""The same job as anyone would write it first: yaml.safe_load, csv, Counter, networkx, rdflib, networkx's GraphML.

    python benchmarks/naive.py SOURCE OUT [--min-figures N] [--edges N]

It writes a Turtle file with the figures, papers, entities, words and pairs that `kg build` writes, and a GraphML file
with as many of the strongest pairs. It does less: no statistics, no inference of words, no joining of identifiers, no
report; a pair is what a figure mentions, whatever the word. Threshold and number of pairs are those that `kg build`
chose.
"""

import argparse
import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import rdflib
import yaml
from measure import folder_size, stopwatch
from rdflib import RDF, RDFS, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, XSD

from kg.model.identifiers import DEFAULT_BASE, NAMESPACES, encode

BIOLINK, CITO, FABIO, OA, SCHEMA, SIO = (
    Namespace(NAMESPACES[prefix]) for prefix in ("biolink", "cito", "fabio", "oa", "schema", "sio")
)
KG = Namespace(f"{DEFAULT_BASE}vocab#")
CLASSES = {"gene": BIOLINK.Gene, "chemical": BIOLINK.ChemicalEntity, "disease": BIOLINK.Disease}
LISTS = {"chemicals": ("chemical", "chebi"), "diseases": ("disease", "doid")}
IRIS = {
    "ncbigene": "https://identifiers.org/ncbigene/",
    "chebi": "http://purl.obolibrary.org/obo/CHEBI_",
    "doid": "http://purl.obolibrary.org/obo/DOID_",
    "mesh": "http://id.nlm.nih.gov/mesh/",
    "name": f"{DEFAULT_BASE}name/",
    "ncbitaxon": "http://purl.obolibrary.org/obo/NCBITaxon_",
    "pmc": "https://identifiers.org/pmc/",
}


class Entity(NamedTuple):
    """A gene, chemical or disease."""

    id: str
    kind: str
    name: str
    taxon: str


class Figure(NamedTuple):
    """A record with its words and the entities that they stand for."""

    fields: dict[str, Any]
    words: dict[str, set[Entity]]


def iri(curie: str) -> URIRef:
    """Expand a CURIE."""
    prefix, _, local = curie.partition(":")
    return URIRef(IRIS[prefix] + encode(local))


# -- read


def read(source: Path) -> Iterator[Figure]:
    """Read every record, with its tables where there are any, else with its inline lists."""
    for path in sorted((source / "_figures").glob("*.md")):
        fields = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
        words: dict[str, set[Entity]] = defaultdict(set)
        for kind in ("genes", *LISTS):
            table = source / "_data" / f"{fields['figid']}-{kind}.tsv"
            rows = list(_table(table)) if table.exists() else fields.get(kind) or []
            for row in rows:
                entity = _gene(row) if kind == "genes" else _term(row, *LISTS[kind])
                if entity:
                    words[row.get("match") or row.get("symbol") or row.get("word", entity.name)].add(entity)
        yield Figure(fields, words)


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield {column: cell for column, cell in row.items() if cell not in ("NA", "NaN")}


def _gene(row: dict[str, str]) -> Entity | None:
    number = row.get("ncbigene_id") or row.get("entrez")
    name = row.get("ncbigene_symbol") or row.get("hgnc_symbol") or ""
    return Entity(f"ncbigene:{number}", "gene", name, row.get("organism_id", "9606")) if number else None


def _term(row: dict[str, str], kind: str, prefix: str) -> Entity:
    mesh = row.get("mesh") or (f"mesh:{row['identifier']}" if row.get("identifier") else None)
    return Entity(row.get(prefix) or mesh or f"name:{row['word']}", kind, row.get("name") or row["word"], "")


# -- count and assemble


def pairs(figures: list[Figure]) -> Counter[tuple[Entity, Entity]]:
    """Count the figures that mention both: any two, but not genes of different organisms."""
    counts: Counter[tuple[Entity, Entity]] = Counter()
    for figure in figures:
        entities = sorted(set().union(*figure.words.values()))
        if len({entity.taxon for entity in entities if entity.taxon}) < 2:
            counts.update(combinations(entities, 2))
        else:
            counts.update(
                (a, b) for a, b in combinations(entities, 2) if a.taxon == b.taxon or "" in (a.taxon, b.taxon)
            )
    return counts


def assemble(figures: list[Figure], counted: Counter[tuple[Entity, Entity]], least: int) -> "nx.DiGraph[Any]":
    """Put figures, papers, entities, words and pairs into one graph."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    for figure in figures:
        figid, pmcid = figure.fields["figid"], f"pmc:{figure.fields['pmcid']}"
        graph.add_node(figid, kind="figure", fields=figure.fields, words=figure.words)
        graph.add_node(pmcid, kind="paper", fields=figure.fields)
        graph.add_edge(figid, pmcid, kind="cites")
        for entity in set().union(*figure.words.values()):
            graph.add_node(entity.id, kind=entity.kind, name=entity.name, taxon=entity.taxon)
            graph.add_edge(figid, entity.id, kind="mentions")
    for (first, second), count in counted.items():
        if count >= least:
            graph.add_edge(first.id, second.id, kind="co-occurs", figures=count)
    return graph


# -- write


def to_rdf(graph: "nx.DiGraph[Any]") -> rdflib.Graph:
    """Convert the graph to triples."""
    rdf = rdflib.Graph()
    for name in ("biolink", "cito", "fabio", "oa", "schema", "sio"):
        rdf.bind(name, NAMESPACES[name])
    rdf.bind("kg", KG)
    for node, data in graph.nodes(data=True):
        if data["kind"] == "figure":
            _figure(rdf, node, data)
        elif data["kind"] == "paper":
            _paper(rdf, node, data["fields"])
        else:
            rdf.add((iri(node), RDF.type, CLASSES[data["kind"]]))
            rdf.add((iri(node), RDFS.label, Literal(data["name"])))
            if data["taxon"]:
                rdf.add((iri(node), BIOLINK.in_taxon, iri(f"ncbitaxon:{data['taxon']}")))
    for start, end, data in graph.edges(data=True):
        if data["kind"] == "mentions":
            rdf.add((_of_figure(start), SCHEMA.mentions, iri(end)))
        elif data["kind"] == "cites":
            for predicate in (DCTERMS.isPartOf, CITO.citesAsSourceDocument, CITO.cites):
                rdf.add((_of_figure(start), predicate, iri(end)))
        else:
            _association(rdf, start, end, data["figures"])
    return rdf


def _of_figure(figid: str) -> URIRef:
    return URIRef(f"https://pfocr.wikipathways.org/figures/{figid}.html")


def _figure(rdf: rdflib.Graph, figid: str, data: dict[str, Any]) -> None:
    figure, fields = _of_figure(figid), data["fields"]
    rdf.add((figure, RDF.type, FABIO.Figure))
    rdf.add((figure, RDF.type, SCHEMA.ImageObject))
    rdf.add((figure, DCTERMS.identifier, Literal(figid)))
    rdf.add((figure, DCTERMS.alternative, Literal(fields.get("figid_alias"))))
    rdf.add((figure, DCTERMS.title, Literal(fields["figtitle"])))
    rdf.add((figure, SCHEMA.caption, Literal(fields["caption"])))
    rdf.add((figure, FABIO.hasSequenceIdentifier, Literal(fields["number"])))
    rdf.add((figure, SCHEMA.url, URIRef(f"https://www.ncbi.nlm.nih.gov{fields['figlink']}")))
    for word, entities in data["words"].items():
        annotation = URIRef(f"{figure}#word-{encode(word)}")
        rdf.add((annotation, RDF.type, OA.Annotation))
        rdf.add((annotation, OA.motivatedBy, OA.identifying))
        rdf.add((annotation, OA.hasTarget, figure))
        rdf.add((annotation, KG.normalForm, Literal(word)))
        rdf.add((annotation, KG.expansionSize, Literal(len(entities))))
        for entity in entities:
            rdf.add((annotation, OA.hasBody, iri(entity.id)))


def _paper(rdf: rdflib.Graph, curie: str, fields: dict[str, Any]) -> None:
    paper = iri(curie)
    rdf.add((paper, RDF.type, FABIO.JournalArticle))
    rdf.add((paper, DCTERMS.identifier, Literal(fields["pmcid"])))
    rdf.add((paper, DCTERMS.title, Literal(fields["papertitle"])))
    rdf.add((paper, DCTERMS.bibliographicCitation, Literal(fields["reftext"])))
    rdf.add((paper, FABIO.hasPublicationYear, Literal(fields["year"], datatype=XSD.gYear)))
    if str(fields.get("doi", ".na")) != ".na.character":
        rdf.add((paper, SCHEMA.sameAs, URIRef(f"https://doi.org/{fields.get('doi')}")))


def _association(rdf: rdflib.Graph, start: str, end: str, count: int) -> None:
    first, second = iri(start), iri(end)
    association = URIRef(f"{DEFAULT_BASE}co/{encode(start)}--{encode(end)}")
    rdf.add((first, KG.drawnWith, second))
    rdf.add((second, KG.drawnWith, first))
    rdf.add((association, RDF.type, BIOLINK.Association))
    rdf.add((association, BIOLINK.subject, first))
    rdf.add((association, BIOLINK.predicate, KG.drawnWith))
    rdf.add((association, BIOLINK.object, second))
    rdf.add((association, SIO.SIO_000628, first))
    rdf.add((association, SIO.SIO_000628, second))
    rdf.add((association, BIOLINK.concept_pair_count, Literal(count)))


def strongest(counted: Counter[tuple[Entity, Entity]], edges: int) -> "nx.Graph[str]":
    """Return the network of the most frequent pairs."""
    graph: nx.Graph[str] = nx.Graph()
    for (first, second), count in counted.most_common(edges):
        graph.add_node(first.id, name=first.name, kind=first.kind)
        graph.add_node(second.id, name=second.name, kind=second.kind)
        graph.add_edge(first.id, second.id, interaction="co-occurs", figures=count)
    return graph


def main() -> None:
    """Run all stages and print a line of JSON: the stages, and the output in bytes and triples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--min-figures", type=int, default=2)
    parser.add_argument("--edges", type=int, default=3000)
    arguments = parser.parse_args()
    arguments.out.mkdir()
    mark, stages = stopwatch()
    mark("yaml.safe_load, csv")
    figures = list(read(arguments.source))
    mark("Counter")
    counted = pairs(figures)
    mark("networkx")
    graph = assemble(figures, counted, arguments.min_figures)
    mark("rdflib, add")
    rdf = to_rdf(graph)
    mark("rdflib, Turtle")
    rdf.serialize(arguments.out / "naive.ttl", format="turtle")
    mark("networkx, GraphML")
    nx.write_graphml(strongest(counted, arguments.edges), arguments.out / "naive.graphml")
    print(json.dumps({"stages": stages(), "bytes": folder_size(arguments.out), "triples": len(rdf)}))


if __name__ == "__main__":
    main()
