"""SSSOM, the Simple Standard for Sharing Ontology Mappings, as TSV: what our entities are called elsewhere.

In the standard's canonical form: metadata first, prefixes and rows sorted, nothing quoted without need,
and no date, so the same build gives the same bytes. `kg.mappings` reads it back.
"""

import csv
from io import StringIO

from kg.engines.statements import sql
from kg.errors import UnknownPrefix
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model.identifiers import OWN_PREFIXES, PREFIXES
from kg.runtime.files import BinaryWriter

COLUMNS = ("subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification")
LICENSE = "https://creativecommons.org/publicdomain/zero/1.0/"

_PREDICATES = ("skos:exactMatch", "skos:closeMatch")
_JUSTIFICATION = "semapv:UnspecifiedMatching"
"""Records and lexicon say that two identifiers are of one thing, and not how anybody found out."""

_PREFIXES = """
    SELECT DISTINCT split_part(id, ':', 1) AS prefix
    FROM (SELECT subject_id AS id FROM mappings UNION ALL SELECT object_id AS id FROM mappings) AS ids
    ORDER BY prefix
"""


class Sssom:
    """SSSOM/TSV of the whole graph: a row an entity and xref."""

    suffixes = (".sssom.tsv",)
    of_views = False
    counted = "mappings"

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write every mapping; return their number."""
        del view  # a mapping holds wherever its entity is drawn
        graph.engine.create_table("mappings", sql("view/mappings"))
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
    prefixes = graph.engine.fetch(_PREFIXES)["prefix"].to_pylist()
    named = [f"#  {prefix}: {_home(prefix, build.base)}" for prefix in prefixes]
    lines = ["#curie_map:", *named] if named else ["#curie_map: {}"]
    lines += [f"#mapping_set_id: {build.base}mappings", f"#license: {LICENSE}"]
    lines += [f"#mapping_tool: {build.manifest['program']}", f"#mapping_tool_version: {build.manifest['version']}"]
    return "\n".join(lines) + "\n"


def _home(prefix: str, base: str) -> str:
    """Give what a prefix stands for; an IRI cannot have an end there, and those of entities have none."""
    if prefix in OWN_PREFIXES:
        return base + OWN_PREFIXES[prefix]
    if prefix not in PREFIXES or PREFIXES[prefix].end:
        known = [name for name, iri in PREFIXES.items() if not iri.end]
        raise UnknownPrefix(f"no SSSOM prefix for {prefix!r}; an entity and its xrefs have one of: {', '.join(known)}")
    return PREFIXES[prefix].start


def _rows(rows: list[tuple[str, ...]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
