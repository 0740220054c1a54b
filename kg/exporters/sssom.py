"""SSSOM, the Simple Standard for Sharing Ontology Mappings, as TSV: the identifiers of our entities elsewhere.

The file has the standard's canonical form: metadata first, prefixes and rows sorted, no needless quotes. It has no
date, so that the same build gives the same bytes. `kg.ingest.sssom` reads it back.
"""

import csv
from io import StringIO

from kg.engines.statements import Statements
from kg.errors import UnknownPrefix
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model.identifiers import OWN_PREFIXES, PREFIXES
from kg.runtime.files import BinaryWriter

COLUMNS = ("subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification")
LICENSE = "https://creativecommons.org/publicdomain/zero/1.0/"

_PREDICATES = ("skos:exactMatch", "skos:closeMatch")
_JUSTIFICATION = "semapv:UnspecifiedMatching"
"""Justification of every mapping: records and lexicon do not say how a match was found."""

STATEMENTS = Statements("kg.exporters", "sssom")


class Sssom:
    """Exporter of SSSOM/TSV of the whole graph: one row for each entity and xref."""

    suffixes = (".sssom.tsv",)
    of_views = False
    counted = "mappings"

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write every mapping; return their number."""
        del view  # a mapping is true in every view
        STATEMENTS.run(graph.engine)
        file.write(_metadata(graph).encode())
        file.write(_rows([COLUMNS]))
        count = 0
        for batch in graph.engine.stream("SELECT * FROM mappings ORDER BY subject_id, object_id"):
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            file.write(
                _rows([(id_, name, _PREDICATES[shared], xref, _JUSTIFICATION) for id_, name, xref, shared in rows])
            )
            count += batch.num_rows
        return count


def _metadata(graph: KnowledgeGraph) -> str:
    build = graph.build
    prefixes = graph.engine.fetch(STATEMENTS.sql("sssom_prefixes"))["prefix"].to_pylist()
    curie_map = [f"#  {prefix}: {_namespace(prefix, build.base)}" for prefix in prefixes]
    lines = ["#curie_map:", *curie_map] if curie_map else ["#curie_map: {}"]
    lines += [f"#mapping_set_id: {build.base}mappings", f"#license: {LICENSE}"]
    lines += [f"#mapping_tool: {build.manifest['program']}", f"#mapping_tool_version: {build.manifest['version']}"]
    return "\n".join(lines) + "\n"


def _namespace(prefix: str, base: str) -> str:
    """Return the start of the IRIs of a prefix.

    Raises UnknownPrefix for a prefix whose IRIs have an end, too, because SSSOM has no form for it. Entities have none.
    """
    if prefix in OWN_PREFIXES:
        return base + OWN_PREFIXES[prefix]
    if prefix not in PREFIXES or PREFIXES[prefix].end:
        prefixes = ", ".join(name for name, iri in PREFIXES.items() if not iri.end)
        raise UnknownPrefix(f"no SSSOM prefix for {prefix!r}; entities and their xrefs have one of: {prefixes}")
    return PREFIXES[prefix].start


def _rows(rows: list[tuple[str, ...]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
