"""The same job as others would write it, in three ways, for the rows of benchmarks/run.py.

    python benchmarks/naive.py literal|ntriples|good SOURCE OUT [--min-figures N] [--edges N]

| way | reads with | counts with | writes with |
|---|---|---|---|
| `literal` | yaml.safe_load, csv | Counter over combinations, any that a figure mentions | networkx, rdflib: Turtle |
| `ntriples` | yaml.safe_load, csv | Counter, pairs that different words show, as in `kg build` | rdflib: N-Triples |
| `good` | yaml's CSafeLoader, csv | DuckDB, the same pairs | pyoxigraph: N-Triples, one after the other |

Each writes triples in the terms of `kg build` (`TERMS`) and, with networkx, a GraphML file with as many of the
strongest pairs. `ntriples` and `good` write the same triples and the same GraphML. `literal` writes other pairs.
All do less than `kg build`: no inference of words, no readings of doubtful words, no joining of identifiers, no
statistics, no report, no tables. Threshold and number of pairs are those that `kg build` chose.
"""

import argparse
import csv
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations, count
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import networkx as nx
import pyarrow as pa
import pyoxigraph as ox
import rdflib
import yaml
from measure import folder_size, stopwatch
from rdflib.namespace import XSD

from kg.model.identifiers import CLASSES, DEFAULT_BASE, NAMESPACES, encode
from kg.rdf.triples import ASSOCIATIONS

KG = f"{DEFAULT_BASE}vocab#"
LISTS = {"chemicals": ("chemical", "chebi"), "diseases": ("disease", "doid")}
IRIS = {
    "ncbigene": "https://identifiers.org/ncbigene/",
    "chebi": "http://purl.obolibrary.org/obo/CHEBI_",
    "doid": "http://purl.obolibrary.org/obo/DOID_",
    "mesh": "http://id.nlm.nih.gov/mesh/",
    "chemical.name": f"{DEFAULT_BASE}chemical/",
    "disease.name": f"{DEFAULT_BASE}disease/",
    "ncbitaxon": "http://purl.obolibrary.org/obo/NCBITaxon_",
    "pmc": "https://identifiers.org/pmc/",
    "word": f"{DEFAULT_BASE}word/",
}
TERMS = {
    "figures": (
        "rdf:type dcterms:identifier dcterms:alternative dcterms:title schema:caption fabio:hasSequenceIdentifier "
        "schema:url dcterms:isPartOf cito:citesAsSourceDocument cito:cites"
    ),
    "papers": (
        "rdf:type dcterms:identifier dcterms:title dcterms:bibliographicCitation fabio:hasPublicationYear schema:sameAs"
    ),
    "entities": "rdf:type rdfs:label biolink:in_taxon",
    "mentions": "schema:mentions",
    "words": "rdf:type oa:hasTarget oa:hasBody kg:drawnWord",
    "pairs": (
        "kg:drawnWith rdf:type void:inDataset biolink:subject biolink:object kg:figureCount biolink:concept_pair_count"
    ),
}
"""Predicates of the triples that are written and compared, by layer. A layer has the triples of its subjects only, but
for `kg:drawnWith`, which joins the ends of a pair."""


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

    def entities(self) -> dict[Entity, set[str]]:
        """Return the words of each entity."""
        words: dict[Entity, set[str]] = defaultdict(set)
        for word, entities in self.words.items():
            for entity in entities:
                words[entity].add(word)
        return words


class Pair(NamedTuple):
    """Two entities, and the numbers of figures: drawn by different words, and by any words."""

    first: Entity
    second: Entity
    figures: int
    figures_all: int


# -- read


def read(source: Path, loader: Any) -> Iterator[Figure]:
    """Read every record, with its tables where there are any, else with its inline lists."""
    for path in sorted((source / "_figures").glob("*.md")):
        fields = yaml.load(path.read_text(encoding="utf-8").split("---\n")[1], loader)
        words: dict[str, set[Entity]] = defaultdict(set)
        for kind in ("genes", *LISTS):
            table = source / "_data" / f"{fields['figid']}-{kind}.tsv"
            rows = list(_table(table)) if table.exists() else fields.get(kind) or []
            for row in rows:
                entity = _gene(row) if kind == "genes" else _term(row, *LISTS[kind])
                if entity:
                    word = row.get("match") or row.get("symbol") or row.get("word", entity.name)
                    words[" ".join(word.upper().split())].add(entity)
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
    return Entity(row.get(prefix) or mesh or f"{kind}.name:{row['word']}", kind, row.get("name") or row["word"], "")


# -- count


def count_mentioned(figures: list[Figure], least: int) -> list[Pair]:
    """Count the figures that mention both: any two, but not genes of different organisms."""
    counts: Counter[tuple[Entity, Entity]] = Counter()
    for figure in figures:
        entities = sorted(set().union(*figure.words.values()))
        if len({entity.taxon for entity in entities if entity.taxon}) < 2:
            counts.update(combinations(entities, 2))
        else:
            counts.update((a, b) for a, b in combinations(entities, 2) if _same_organism(a, b))
    return [Pair(*ends, number, number) for ends, number in counts.items() if number >= least]


def count_drawn(figures: list[Figure], least: int) -> list[Pair]:
    """Count the figures that show both by different words, and those that mention both."""
    drawn: Counter[tuple[Entity, Entity]] = Counter()
    mentioned: Counter[tuple[Entity, Entity]] = Counter()
    for figure in figures:
        words = figure.entities()
        for ends in combinations(sorted(words), 2):
            if _same_organism(*ends):
                first, second = words[ends[0]], words[ends[1]]
                mentioned[ends] += 1
                if first != second or len(first) > 1:
                    drawn[ends] += 1
    return [Pair(*ends, number, mentioned[ends]) for ends, number in drawn.items() if number >= least]


def _same_organism(first: Entity, second: Entity) -> bool:
    return first.taxon == second.taxon or "" in (first.taxon, second.taxon)


def count_in_duckdb(figures: list[Figure], least: int) -> list[Pair]:
    """Count the same as `count_drawn`, over columns of numbers."""
    entities = sorted(set().union(*(entities for figure in figures for entities in figure.words.values())))
    codes = {entity: code for code, entity in enumerate(entities)}
    taxa = {taxon: code for code, taxon in enumerate(sorted({"", *(entity.taxon for entity in entities)}))}
    rows = [
        (number, place, codes[entity], taxa[entity.taxon])
        for number, figure in enumerate(figures)
        for place, word in enumerate(figure.words)
        for entity in figure.words[word]
    ]
    columns = zip(*rows, strict=True) if rows else [()] * 4
    mentions = pa.table([pa.array(column, pa.int32()) for column in columns], ["figure", "word", "entity", "taxon"])
    with duckdb.connect() as database:
        database.execute("SET threads = 1")
        database.register("mentions", mentions)
        counted = database.execute(
            """
            WITH drawn AS (
                SELECT figure, entity, taxon, min(word) AS word, count(DISTINCT word) AS words
                FROM mentions GROUP BY ALL
            )
            SELECT a.entity, b.entity, count(*) FILTER (a.word <> b.word OR a.words > 1 OR b.words > 1) AS figures,
                count(*) AS mentioned
            FROM drawn AS a JOIN drawn AS b
                ON a.figure = b.figure AND a.entity < b.entity AND (a.taxon = b.taxon OR a.taxon = 0 OR b.taxon = 0)
            GROUP BY ALL HAVING figures >= ?
            """,
            [least],
        ).fetchall()
    return [Pair(entities[first], entities[second], *counts) for first, second, *counts in counted]


# -- write


def named(name: str) -> str:
    """Return the IRI of a CURIE or of a term in a public vocabulary or ours."""
    prefix, _, local = name.partition(":")
    if prefix == "kg":
        return KG + local
    return NAMESPACES[prefix] + local if prefix in NAMESPACES else IRIS[prefix] + encode(local)


class Terms(NamedTuple):
    """What makes the terms of a library."""

    iri: Callable[[str], Any]
    text: Callable[[str], Any]
    integer: Callable[[int], Any]
    year: Callable[[str], Any]


RDFLIB = Terms(rdflib.URIRef, rdflib.Literal, rdflib.Literal, lambda year: rdflib.Literal(year, datatype=XSD.gYear))
OXIGRAPH = Terms(
    ox.NamedNode, ox.Literal, ox.Literal, lambda year: ox.Literal(year, datatype=ox.NamedNode(str(XSD.gYear)))
)
Statement = tuple[Any, Any, Any]


class Writer:
    """Figures and pairs to triples of a library's terms."""

    def __init__(self, terms: Terms, pairs: list[Pair], *, literal: bool) -> None:
        self._terms, self._pairs, self._literal = terms, pairs, literal
        self._name = cache(lambda name: terms.iri(named(name)))
        self._papers: set[str] = set()
        self._entities: set[str] = set()

    def triples(self, figures: list[Figure]) -> Iterator[Statement]:
        """Yield every triple once."""
        for figure in figures:
            yield from self._figure(figure)
            yield from self._paper(figure.fields)
            for entity in figure.entities():
                yield from self._entity(entity)
        for pair in self._pairs:
            yield from self._pair(pair)

    def _figure(self, figure: Figure) -> Iterator[Statement]:
        name, (iri, text, *_) = self._name, self._terms
        fields, address = figure.fields, f"https://pfocr.wikipathways.org/figures/{figure.fields['figid']}.html"
        subject, paper = iri(address), name(f"pmc:{fields['pmcid']}")
        alias = fields.get("figid_alias") or f"{fields['pmcid']}__{fields['number']}"
        link = "/" + fields["figlink"].lstrip("/")
        yield subject, name("rdf:type"), name("fabio:Figure")
        yield subject, name("rdf:type"), name("schema:ImageObject")
        yield subject, name("dcterms:identifier"), text(fields["figid"])
        yield subject, name("dcterms:alternative"), text(alias)
        yield subject, name("dcterms:title"), text(fields["figtitle"])
        yield subject, name("schema:caption"), text(fields["caption"])
        yield subject, name("fabio:hasSequenceIdentifier"), text(fields["number"])
        yield subject, name("schema:url"), iri(f"https://www.ncbi.nlm.nih.gov{link}")
        for predicate in ("dcterms:isPartOf", "cito:citesAsSourceDocument", "cito:cites"):
            yield subject, name(predicate), paper
        for entity in {entity.id for entity in figure.entities()}:
            yield subject, name("schema:mentions"), name(entity)
        for word, entities in figure.words.items():
            annotation = iri(f"{address}#word-{encode(word)}")
            yield annotation, name("rdf:type"), name("oa:Annotation")
            yield annotation, name("oa:hasTarget"), subject
            yield annotation, name("kg:drawnWord"), name(f"word:{word}")
            for body in {entity.id for entity in entities}:
                yield annotation, name("oa:hasBody"), name(body)

    def _paper(self, fields: dict[str, Any]) -> Iterator[Statement]:
        if fields["pmcid"] in self._papers:
            return
        self._papers.add(fields["pmcid"])
        name, (_, text, _, year) = self._name, self._terms
        paper = name(f"pmc:{fields['pmcid']}")
        yield paper, name("rdf:type"), name("fabio:JournalArticle")
        yield paper, name("dcterms:identifier"), text(fields["pmcid"])
        yield paper, name("dcterms:title"), text(fields["papertitle"])
        yield paper, name("dcterms:bibliographicCitation"), text(fields["reftext"])
        yield paper, name("fabio:hasPublicationYear"), year(fields["year"])
        doi = fields.get("doi")
        if doi and doi != ".na.character":
            yield paper, name("schema:sameAs"), self._terms.iri(f"https://doi.org/{doi.lower()}")

    def _entity(self, entity: Entity) -> Iterator[Statement]:
        if entity.id in self._entities:
            return
        self._entities.add(entity.id)
        name = self._name
        yield name(entity.id), name("rdf:type"), name(CLASSES[entity.kind])
        yield name(entity.id), name("rdfs:label"), self._terms.text(entity.name)
        if entity.taxon:
            yield name(entity.id), name("biolink:in_taxon"), name(f"ncbitaxon:{entity.taxon}")

    def _pair(self, pair: Pair) -> Iterator[Statement]:
        name, (iri, _, integer, _) = self._name, self._terms
        first, second = name(pair.first.id), name(pair.second.id)
        kinds = sorted((pair.first.kind, pair.second.kind))
        association = iri(f"{DEFAULT_BASE}co/{_local(pair.first.id)}_{_local(pair.second.id)}")
        yield first, name("kg:drawnWith"), second
        yield second, name("kg:drawnWith"), first
        yield association, name("rdf:type"), name(ASSOCIATIONS.get((kinds[0], kinds[1]), "biolink:Association"))
        yield association, name("void:inDataset"), iri(f"{DEFAULT_BASE}dataset#rdf")
        yield association, name("biolink:subject"), first
        yield association, name("biolink:object"), second
        yield association, name("biolink:concept_pair_count"), integer(pair.figures_all)
        if not self._literal:
            yield association, name("kg:figureCount"), integer(pair.figures)


def _local(curie: str) -> str:
    prefix, _, local = curie.partition(":")
    return f"{prefix}:{encode(local)}"


def network(figures: list[Figure], pairs: list[Pair]) -> "nx.DiGraph[Any]":
    """Put figures, papers, entities and pairs into one graph, as a literal reader of the task would."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    for figure in figures:
        figid, paper = figure.fields["figid"], f"pmc:{figure.fields['pmcid']}"
        graph.add_node(figid, kind="figure", figure=figure)
        graph.add_edge(figid, paper, kind="cites")
        for entity in figure.entities():
            graph.add_node(entity.id, kind=entity.kind, name=entity.name, taxon=entity.taxon)
            graph.add_edge(figid, entity.id, kind="mentions")
    for pair in pairs:
        graph.add_edge(pair.first.id, pair.second.id, kind="co-occurs", pair=pair)
    return graph


def strongest(pairs: list[Pair], edges: int) -> "nx.Graph[str]":
    """Return the network of the most frequent pairs."""
    graph: nx.Graph[str] = nx.Graph()
    ranked = sorted(pairs, key=lambda pair: (-pair.figures, pair.first, pair.second))
    for first, second, figures, _ in ranked[:edges]:
        graph.add_node(first.id, name=first.name, kind=first.kind)
        graph.add_node(second.id, name=second.name, kind=second.kind)
        graph.add_edge(first.id, second.id, interaction="co-occurs", figures=figures)
    return graph


# -- the three ways


def literal(source: Path, out: Path, least: int, mark: Callable[[str], None]) -> tuple[list[Pair], int]:
    """Build with the stack that the task names, taken literally; return the pairs and the number of triples."""
    mark("yaml.safe_load, csv")
    figures = list(read(source, yaml.SafeLoader))
    mark("Counter")
    pairs = count_mentioned(figures, least)
    mark("networkx")
    graph = network(figures, pairs)
    mark("rdflib, add")
    nodes = [data["figure"] for _, data in graph.nodes(data=True) if data.get("kind") == "figure"]
    edges = [data["pair"] for _, _, data in graph.edges(data=True) if data["kind"] == "co-occurs"]
    rdf = _rdflib_graph(nodes, edges, literal=True)
    mark("rdflib, Turtle")
    rdf.serialize(out / "naive.ttl", format="turtle")
    return pairs, len(rdf)


def ntriples(source: Path, out: Path, least: int, mark: Callable[[str], None]) -> tuple[list[Pair], int]:
    """Build with N-Triples, and pairs that different words show; return the pairs and the number of triples."""
    mark("yaml.safe_load, csv")
    figures = list(read(source, yaml.SafeLoader))
    mark("Counter")
    pairs = count_drawn(figures, least)
    mark("rdflib, add")
    rdf = _rdflib_graph(figures, pairs, literal=False)
    mark("rdflib, N-Triples")
    rdf.serialize(out / "naive.nt", format="nt", encoding="utf-8")
    return pairs, len(rdf)


def good(source: Path, out: Path, least: int, mark: Callable[[str], None]) -> tuple[list[Pair], int]:
    """Build as a good programmer would with such libraries; return the pairs and the number of triples."""
    mark("yaml's CSafeLoader, csv")
    figures = list(read(source, yaml.CSafeLoader))
    mark("DuckDB, counting")
    pairs = count_in_duckdb(figures, least)
    mark("pyoxigraph, N-Triples")
    written = count()
    triples = (
        ox.Triple(*triple)
        for triple, _ in zip(Writer(OXIGRAPH, pairs, literal=False).triples(figures), written, strict=False)
    )
    ox.serialize(triples, str(out / "naive.nt"), ox.RdfFormat.N_TRIPLES)
    return pairs, next(written)


def _rdflib_graph(figures: list[Figure], pairs: list[Pair], *, literal: bool) -> rdflib.Graph:
    rdf = rdflib.Graph()
    for prefix in ("biolink", "cito", "fabio", "oa", "schema", "void"):
        rdf.bind(prefix, NAMESPACES[prefix])
    rdf.bind("kg", KG)
    for triple in Writer(RDFLIB, pairs, literal=literal).triples(figures):
        rdf.add(triple)
    return rdf


WAYS = {"literal": literal, "ntriples": ntriples, "good": good}


def main() -> None:
    """Run all stages and print a line of JSON: the stages, and the output in bytes and triples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=sorted(WAYS))
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--min-figures", type=int, default=2)
    parser.add_argument("--edges", type=int, default=3000)
    arguments = parser.parse_args()
    arguments.out.mkdir()
    mark, stages = stopwatch()
    pairs, triples = WAYS[arguments.way](arguments.source, arguments.out, arguments.min_figures, mark)
    mark("networkx, GraphML")
    nx.write_graphml(strongest(pairs, arguments.edges), arguments.out / "naive.graphml")
    print(json.dumps({"stages": stages(), "bytes": folder_size(arguments.out), "triples": triples}))


if __name__ == "__main__":
    main()
