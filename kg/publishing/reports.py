"""`qc/node_report.parquet` and `qc/edge_report.parquet`, with the columns that Monarch's reports have."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kg.engines.statements import Statements
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model import biolink
from kg.parsers.gmt import ORGANISMS

STATEMENTS = Statements("kg.publishing", "reports")

NODE_COLUMNS = ("namespace", "category", "in_taxon", "in_taxon_label", "provided_by")
EDGE_COLUMNS = (
    "subject_category", "subject_namespace", "subject_taxon", "predicate", "object_category", "object_namespace",
    "object_taxon", "primary_knowledge_source", "species_context_qualifier", "provided_by",
)  # fmt: skip
"""Text columns of the two reports; both have `count`, a whole number, as the last column."""

ORGANISM_NAMES = {f"ncbitaxon:{taxon}": name.replace("_", " ") for name, taxon in ORGANISMS.items()}
"""Organism to its scientific name."""

_CATEGORIES = biolink.CATEGORIES | {"figure": biolink.FIGURE, "paper": biolink.PAPER}
_PREDICATES = {
    "part": biolink.PART_OF,
    "mentions": biolink.MENTIONS,
    "cites": biolink.CITES,
    "member": biolink.MEMBER_OF,
    "published": biolink.CO_OCCURS,
    "pair": biolink.RELATED_TO,
}
_UNSOURCED = ("cites", "member")
"""Edges from tables that have no identifier in the registry of sources, as in KGX."""


def write_reports(graph: KnowledgeGraph, folder: Path) -> None:
    """Write both reports into an existing folder."""
    build = graph.build
    nodes = graph.engine.rows(STATEMENTS.sql("node_report"))
    edges = graph.engine.rows(
        STATEMENTS.sql("edge_report", least=build.min_figures, papers=build.publish_papers, q=build.publish_q)
    )
    _write(folder / "node_report.parquet", NODE_COLUMNS, [_node(row) for row in nodes])
    _write(folder / "edge_report.parquet", EDGE_COLUMNS, [_edge(row) for row in edges])


def _node(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "namespace": _prefix(row["namespace"]),
        "category": _CATEGORIES[row["category"]],
        "in_taxon": _curie(row["in_taxon"]),
        "in_taxon_label": ORGANISM_NAMES.get(row["in_taxon"] or ""),
        "provided_by": "pfocr_nodes",
        "count": row["count"],
    }


def _edge(row: dict[str, Any]) -> dict[str, Any]:
    ends = {f"{end}_category": _CATEGORIES[row[f"{end}_category"]] for end in ("subject", "object")}
    ends |= {f"{end}_namespace": _prefix(row[f"{end}_namespace"]) for end in ("subject", "object")}
    taxa = {f"{end}_taxon": _curie(row[f"{end}_taxon"]) for end in ("subject", "object")}
    return (
        ends
        | taxa
        | {
            "predicate": _PREDICATES[row["predicate"]],
            "primary_knowledge_source": None if row["predicate"] in _UNSOURCED else biolink.SOURCE,
            "species_context_qualifier": _curie(row["species"]),
            "provided_by": "pfocr_edges",
            "count": row["count"],
        }
    )


def _prefix(prefix: str) -> str:
    return biolink.PREFIXES.get(prefix, prefix)


def _curie(curie: str | None) -> str | None:
    return biolink.to_biolink(curie) if curie else None


def _write(path: Path, texts: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    schema = pa.schema([*((name, pa.string()) for name in texts), ("count", pa.int64())])
    pq.write_table(pa.Table.from_pylist(rows, schema), path, compression="zstd")
