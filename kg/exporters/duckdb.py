"""One DuckDB file: all tables of a build, facts about the build, and the canned queries as views and macros."""

import shutil

from kg.engines.duckdb import database
from kg.engines.duckdb_header import HEADS, with_identifier
from kg.engines.statements import Statement, Statements, Value
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model.build import NPMI_FLOOR
from kg.model.records import LIKELY, SURE
from kg.model.tables import TABLES
from kg.runtime.files import BinaryWriter
from kg.runtime.temporary import scratch_folder

STATEMENTS = Statements("kg.exporters", "duckdb")

ARGUMENTS = {
    "chemicals_of_gene": "of_gene := 'ncbigene:8600'",
    "figures_of_genes": "of_genes := ['ncbigene:8600', 'ncbigene:8792', 'ncbigene:7189'], at_least := 2",
    "genes_of_disease": "of_disease := 'mesh:D010024'",
    "pair_by_year": "first_one := 'ncbigene:8600', second_one := 'ncbigene:8792'",
    "partners": "of_entity := 'ncbigene:8600'",
    "shared_figures": "first_one := 'ncbigene:8600', second_one := 'ncbigene:8792'",
    "specific_pairs": f"at_least := {NPMI_FLOOR}, at_most_q := 0.05",
    "triangles": "of_gene := 'ncbigene:8600'",
    "undrawn_partners": "of_gene := 'ncbigene:8600'",
    "readings_of": "of_word := 'P50'",
    "word_readings": "of_word := 'P50'",
    "words_of_entity": "of_entity := 'ncbigene:8600'",
    "words_of_figure": "of_figure := 'pfocr:PMC4168338__10-1055-s-0031-1298276-i430gf01'",
}
"""Statements with arguments, in SQL; the defaults are those of the canned queries. The other statements have none."""


class DuckDB:
    """Exporter of a database file for DuckDB's shell, Python, R and every other program that opens one."""

    suffixes = (".duckdb",)
    of_views = False
    counted = "rows"
    binary = True

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write all tables; return the number of rows. Equal builds give equal bytes from DuckDB 2.0.1 on."""
        del view  # the database holds the whole graph
        with scratch_folder() as folder:
            path = folder / "kg.duckdb"
            with database(path, reproducible=True) as connection:
                for statement in [*_tables(graph), *_queries(graph)]:
                    connection.execute(statement)
            with path.open("rb") as source:
                file.write(with_identifier(source.read(HEADS), graph.build.digest))
                shutil.copyfileobj(source, file, 1 << 20)
        return sum(graph.engine.count(name) for name in TABLES)


def _tables(graph: KnowledgeGraph) -> list[str]:
    """Return the statements that copy the published tables."""
    return [f"CREATE TABLE {name} AS {graph.engine.select_parquet(graph.build.table(name))}" for name in TABLES]


def _queries(graph: KnowledgeGraph) -> list[str]:
    """Return the statements that create the table, the views and the macros of `sql/duckdb.sql`."""
    facts: dict[str, Value] = {
        "version": str(graph.build.manifest["version"]),
        "base": graph.build.base,
        "min_figures": graph.build.min_figures,
        "sure": SURE,
        "likely": LIKELY,
        "annotations": Statements("kg.rdf", "dump").sql("rdf_annotations", layers=("words",)),
    }
    return [f"CREATE {_signature(statement)} {statement.sql(**facts)}" for statement in STATEMENTS]


def _signature(statement: Statement) -> str:
    if statement.name in ARGUMENTS:
        return f"MACRO {statement.name}({ARGUMENTS[statement.name]}) AS TABLE"
    return f"{'TABLE' if statement.kind == 'table' else 'VIEW'} {statement.name} AS"
