"""One DuckDB file: all tables of a build, the build's own numbers, and the canned queries as views and macros."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.engines.duckdb import database
from kg.engines.statements import quote, sql
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model.tables import TABLES
from kg.runtime.files import BinaryWriter

_BUILD = "CREATE TABLE build AS SELECT {version} AS version, {base} AS base, {least} AS min_figures"


class DuckDB:
    """A database file for DuckDB's shell, Python, R and whatever else opens one."""

    suffixes = (".duckdb",)
    of_views = False
    counted = "rows"

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write all tables; return the number of their rows. The rows are always the same, the bytes are DuckDB's."""
        del view  # everything
        version, base = quote(str(graph.build.manifest["version"])), quote(graph.build.base)
        with TemporaryDirectory(prefix="kg-") as folder:
            path = Path(folder) / "kg.duckdb"
            with database(path) as made:
                for name in TABLES:
                    place = graph.build.table(name)
                    files = place / "*.parquet" if place.is_dir() else place
                    made.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet({quote(str(files))})")
                made.execute(_BUILD.format(version=version, base=base, least=graph.build.min_figures))
                made.execute(f"CREATE VIEW annotations AS {sql('rdf/words')}")
                made.execute(sql("duckdb/views"))
            with path.open("rb") as source:
                shutil.copyfileobj(source, file, 1 << 20)
        return sum(graph.engine.count(name) for name in TABLES)
