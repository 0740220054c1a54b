"""The citations of a build: those of citation tables in which its papers take part.

The tables are read after all records, because these say which papers are of the build.
"""

from pathlib import Path

from kg.building.options import BuildResources
from kg.engines import Engine
from kg.engines.duckdb import DuckDBEngine
from kg.engines.statements import Statements
from kg.ingest import citations
from kg.ingest.selection import Selection
from kg.model.identifiers import curie
from kg.model.paper_ids import doi
from kg.model.records import PaperIds
from kg.model.tables import RAW, to_arrow
from kg.runtime.progress import Progress

READ = Statements("kg.building", "read")


def read_citations(
    engine: Engine, selection: Selection, folder: Path, resources: BuildResources, progress: Progress
) -> None:
    """Append the citations, the identifiers of papers and the problems of citation tables to the raw tables.

    `selection` has passed all other files on already; `folder` is for scratch. Whatever the engine of the build is,
    DuckDB reads the tables in this process.
    """
    for name, table in selection.notes().items():
        engine.append(name, table)
    if not selection.candidates and not engine.fetch(READ.sql("any_citation")).num_rows:
        return
    _append_dois(engine)
    papers = engine.fetch(READ.sql("paper_names"))
    reader = DuckDBEngine(folder, resources.database_memory, resources.jobs, as_written=True)
    try:
        for tables in citations.read(selection.numbered(), papers, reader, progress):
            for name, table in tables.items():
                engine.append(name, table)
    finally:
        reader.close()


def _append_dois(engine: Engine) -> None:
    """Append the DOIs of records to the other identifiers of their papers, as CURIEs, which SQL cannot make."""
    name, schema = RAW[PaperIds]
    records = engine.fetch(READ.sql("record_dois"))
    pairs = zip(records["paper_id"].to_pylist(), map(doi, records["doi"].to_pylist()), strict=True)
    rows = [(0, paper, curie("doi", text)) for paper, text in pairs if text]
    engine.append(name, to_arrow(schema, rows))
