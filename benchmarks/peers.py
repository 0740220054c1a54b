"""The programs that kg is compared with: an environment for each, and its input, made from the tables of a build.

kgx and morph-kgc start from tables and are timed from there; making their input is not counted. Each gets figures,
papers, entities, mentions and the pairs that a build writes to RDF with their numbers, not the words.
"""

import csv
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.biolink import RELATED_TO
from kg.model.identifiers import CLASSES, NAMESPACES, association_iri, expand
from kg.rdf.triples import ASSOCIATIONS, DRAWN_WITH

NUMBERS = {
    "figures": "kg:figureCount", "figures_all": "biolink:concept_pair_count", "figures_synonyms": "kg:synonymsCount",
    "figures_strict": "kg:strictCount", "papers": "kg:paperCount", "weight": "kg:weight",
    "first_year": "kg:firstYear", "last_year": "kg:lastYear", "expected": "biolink:expected_count",
    "jaccard": "kg:jaccard", "npmi": "kg:npmi", "log10_p": "kg:log10P", "q": "biolink:adjusted_p_value",
}  # fmt: skip
"""Columns of a pair, with their predicates in RDF."""

FIGURE = {
    "alias": "dcterms:alternative", "title": "dcterms:title", "caption": "schema:caption",
    "number": "fabio:hasSequenceIdentifier", "figure_type": "kg:figureType", "url": "schema:url",
}  # fmt: skip
PAPER = {
    "title": "dcterms:title", "reference": "dcterms:bibliographicCitation", "doi": "prism:doi",
    "journal": "prism:publicationName", "year": "fabio:hasPublicationYear",
}  # fmt: skip

Row = dict[str, Any]


class Peer(NamedTuple):
    """The packages to install, and the functions that make its input and its command."""

    packages: tuple[str, ...]
    prepare: Callable[[Path, Path], None]  # build, folder
    command: Callable[[Path, Path, Path, int], list[str]]  # python, folder of the input, output, processes


def environment(name: str, folder: Path) -> tuple[Path, str | None]:
    """Return the Python of an environment with a peer, and None or the reason why there is none."""
    if given := os.environ.get(f"KG_{name.upper().replace('-', '_')}"):
        return Path(given), None
    python = folder / name / "bin" / "python"
    try:
        if not python.exists():
            _run([sys.executable, "-m", "venv", str(folder / name)])
        _run([str(python), "-m", "pip", "install", "-q", *PEERS[name].packages])
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip() or "no reason given").splitlines()[-1]
        return python, f"not installed: {reason[:150]}"
    return python, None


def _run(command: list[str]) -> None:
    subprocess.run(command, capture_output=True, text=True, check=True)


def version(python: Path, package: str) -> str:
    """Return the version of a package that an environment has."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


# -- rows of a build


def _select(graph: KnowledgeGraph, select: str) -> Iterator[Row]:
    for batch in graph.engine.stream(select):
        yield from batch.to_pylist()


def _pairs(graph: KnowledgeGraph) -> Iterator[Row]:
    return _select(graph, f"SELECT * FROM cooccurrences WHERE figures >= {graph.build.min_figures}")


def _write(path: Path, delimiter: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=delimiter, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


# -- kgx


def prepare_kgx(build: Path, folder: Path) -> None:
    """Write KGX nodes and edges."""
    with KnowledgeGraph(build) as graph:
        nodes = ["id", "category", "name", *FIGURE, *(name for name in PAPER if name not in FIGURE), "in_taxon"]
        _write(folder / "graph_nodes.tsv", "\t", nodes, _kgx_nodes(graph))
        edges = ["id", "subject", "predicate", "object", "category", *NUMBERS]
        _write(folder / "graph_edges.tsv", "\t", edges, _kgx_edges(graph))


def _kgx_nodes(graph: KnowledgeGraph) -> Iterator[Row]:
    for row in _select(graph, "SELECT * FROM figures"):
        yield row | {"id": row["figure_id"], "category": "biolink:Publication", "name": row["title"]}
    for row in _select(graph, "SELECT * FROM papers"):
        yield row | {"id": row["paper_id"], "category": "biolink:JournalArticle", "name": row["title"]}
    for row in _select(graph, "SELECT * FROM entities"):
        yield row | {"id": row["entity_id"], "category": CLASSES[row["category"]], "in_taxon": row["taxon"]}


def _kgx_edges(graph: KnowledgeGraph) -> Iterator[Row]:
    related = {"category": "biolink:Association"}
    for row in _select(graph, "SELECT DISTINCT figure_id, entity_id FROM mentions"):
        ends = {"subject": row["figure_id"], "predicate": "biolink:mentions", "object": row["entity_id"]}
        yield related | ends | {"id": "-".join(row.values())}
    for row in _select(graph, "SELECT figure_id, paper_id FROM figures"):
        ends = {"subject": row["figure_id"], "predicate": "biolink:part_of", "object": row["paper_id"]}
        yield related | ends | {"id": "-".join(row.values())}
    for row in _pairs(graph):
        kinds = sorted((row["subject_category"], row["object_category"]))
        yield row | {
            "id": f"{row['subject_id']}-{row['object_id']}",
            "subject": row["subject_id"],
            "predicate": RELATED_TO,
            "object": row["object_id"],
            "category": ASSOCIATIONS.get((kinds[0], kinds[1]), "biolink:Association"),
        }


def command_kgx(python: Path, folder: Path, out: Path, processes: int) -> list[str]:
    """Return the command of kgx, which has one process and is a little faster with --stream."""
    del processes
    script = Path(__file__).with_name("kgx_transform.py")
    return [
        str(python),
        str(script),
        str(folder / "graph_nodes.tsv"),
        str(folder / "graph_edges.tsv"),
        str(out),
        "--stream",
    ]


# -- morph-kgc


def prepare_morph(build: Path, folder: Path) -> None:
    """Write one CSV file per kind of row, with full IRIs, and the RML mapping of all."""
    with KnowledgeGraph(build) as graph:
        base = graph.build.base
        terms = NAMESPACES | {"kg": f"{base}vocab#"}
        entity_names = {
            "name": "rdfs:label",
            "id_status": "kg:identifierStatus",
            "figures": "kg:figureCount",
            "papers": "kg:paperCount",
        }
        # morph-kgc loses columns that are named `subject` and `object`.
        ends = {"first": "biolink:subject, sio:SIO_000628", "second": "biolink:object, sio:SIO_000628"}
        ends |= {"says": "biolink:predicate", "type": "rdf:type"}
        of_paper = {"paper": "dcterms:isPartOf, cito:citesAsSourceDocument, cito:cites", "type": "rdf:type"}
        maps = [
            ("figures", {**FIGURE, "identifier": "dcterms:identifier"}, of_paper),
            ("papers", {**PAPER, "identifier": "dcterms:identifier"}, {"type": "rdf:type"}),
            ("entities", entity_names, {"type": "rdf:type", "taxon": "biolink:in_taxon"}),
            ("mentions", {}, {"entity": "schema:mentions"}),
            ("partners", {}, {"partner": DRAWN_WITH}),
            ("pairs", NUMBERS, ends),
        ]
        rows = {name: _morph_rows(graph, name, base) for name, _, _ in maps}
        mapping = [f"@prefix {name}: <{iri}> ." for name, iri in terms.items()]
        mapping += ["@prefix rr: <http://www.w3.org/ns/r2rml#> .", "@prefix rml: <http://semweb.mmlab.be/ns/rml#> ."]
        mapping.append("@prefix ql: <http://semweb.mmlab.be/ns/ql#> .")
        for name, texts, links in maps:
            path = folder / f"{name}.csv"
            _write(path, ",", ["iri", *texts, *links], rows[name])
            mapping.append(_triples_map(name, path, texts, links))
    (folder / "mapping.ttl").write_text("\n".join(mapping) + "\n", encoding="utf-8")


def _morph_rows(graph: KnowledgeGraph, name: str, base: str) -> Iterator[Row]:
    """Yield the rows of one kind, with full IRIs."""
    if name == "figures":
        for row in _select(graph, "SELECT * FROM figures"):
            paper = expand(row["paper_id"], base)
            own = {"iri": expand(row["figure_id"], base), "identifier": row["figure_id"].partition(":")[2]}
            yield row | own | {"paper": paper, "type": f"{NAMESPACES['fabio']}Figure"}
    elif name == "papers":
        for row in _select(graph, "SELECT * FROM papers"):
            own = {"iri": expand(row["paper_id"], base), "type": f"{NAMESPACES['fabio']}JournalArticle"}
            yield row | own | {"identifier": row["paper_id"].partition(":")[2]}
    elif name == "entities":
        for row in _select(graph, "SELECT * FROM entities"):
            prefix, _, local = CLASSES[row["category"]].partition(":")
            own = {"iri": expand(row["entity_id"], base), "type": NAMESPACES[prefix] + local}
            yield row | own | {"taxon": expand(row["taxon"], base) if row["taxon"] else None}
    elif name == "mentions":
        for row in _select(graph, "SELECT DISTINCT figure_id, entity_id FROM mentions"):
            yield {"iri": expand(row["figure_id"], base), "entity": expand(row["entity_id"], base)}
    else:
        says = f"{base}vocab#{DRAWN_WITH.removeprefix('kg:')}"
        for row in _pairs(graph):
            subject, object_ = expand(row["subject_id"], base), expand(row["object_id"], base)
            if name == "partners":
                yield {"iri": subject, "partner": object_}
                yield {"iri": object_, "partner": subject}
            else:
                own = {"iri": association_iri(row["subject_id"], row["object_id"], base)}
                yield row | own | {
                    "type": f"{NAMESPACES['biolink']}Association", "first": subject, "second": object_, "says": says
                }  # fmt: skip


def _triples_map(name: str, path: Path, texts: dict[str, str], links: dict[str, str]) -> str:
    source = f'rml:source "{path}" ; rml:referenceFormulation ql:CSV'
    maps = [(predicate, column, "rr:Literal") for column, predicate in texts.items()]
    maps += [(predicate, column, "rr:IRI") for column, predicate in links.items()]
    lines = [
        f'  rr:predicateObjectMap [ rr:predicate {predicate} ; rr:objectMap [ rml:reference "{column}" ; '
        f"rr:termType {kind} ] ] ;"
        for predicate, column, kind in maps
    ]
    subject = '  rr:subjectMap [ rml:reference "iri" ; rr:termType rr:IRI ] .'
    return "\n".join([f"<#{name}> a rr:TriplesMap ;", f"  rml:logicalSource [ {source} ] ;", *lines, subject])


def command_morph(python: Path, folder: Path, out: Path, processes: int) -> list[str]:
    """Write the configuration of morph-kgc; return its command."""
    config = folder / "config.ini"
    config.write_text(
        f"[CONFIGURATION]\noutput_file={out}\noutput_format=N-TRIPLES\nnumber_of_processes={processes}\n"
        f"logging_level=ERROR\n[tables]\nmappings={folder / 'mapping.ttl'}\n",
        encoding="utf-8",
    )
    return [str(python), "-m", "morph_kgc", str(config)]


PEERS = {
    "kgx": Peer(("kgx==2.6.0", "biolink-model==4.4.6"), prepare_kgx, command_kgx),
    "morph-kgc": Peer(("morph-kgc",), prepare_morph, command_morph),
}
