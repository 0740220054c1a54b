"""Validation of a build: tables, manifest, files and RDF, checked in bounded memory.

docs/data-model.md specifies a valid build. `rules.py` has its rules for single rows, `sql/` those between tables, and
`shapes.ttl` those of RDF.
"""

from contextlib import closing
from pathlib import Path

from kg.engines.duckdb import DuckDBEngine
from kg.model.build import Build
from kg.validation import outputs, pairs, rdf
from kg.validation.apart import Limits, check_apart
from kg.validation.findings import Report
from kg.validation.tables import Tables, counts, kinds, references, weights

__all__ = ["SAMPLE", "Limits", "Report", "check_tables", "validate_build", "validate_rdf"]

SAMPLE = 200
"""Nodes of each class, or entities, that are checked where there are too many to check all."""


def validate_build(folder: Path | str, sample: int = SAMPLE, limits: Limits = Limits()) -> Report:
    """Check a build as a whole; return the report with every fault. Raises SourceError where there is no build.

    `limits` are those of the process that reads its RDF.
    """
    build = Build(folder)
    report = Report(str(folder))
    if not outputs.check_entries(build, report):
        report.skip("all others", "the manifest comes first")
        return report
    check_tables(build, report, sample)
    outputs.check_files(build, report)
    check_apart(rdf.check_build, build, "the RDF", report, sample, limits)
    return report


def check_tables(build: Build, report: Report, sample: int = SAMPLE) -> None:
    """Check the tables of a build and their numbers in its manifest."""
    with closing(DuckDBEngine()) as engine:
        _run_stages(Tables(build, engine, report), sample)


def _run_stages(tables: Tables, sample: int) -> None:
    tables.open()
    tables.rows()
    for stage in (references(), kinds(), counts(), weights()):
        tables.run(stage)
        tables.settle()
    for name in ("cooccurrences", "word_cooccurrences"):
        pairs.check(tables, name, sample)
    outputs.check_counts(tables)


def validate_rdf(path: Path | str, sample: int = SAMPLE, limits: Limits = Limits()) -> Report:
    """Check a file of RDF by itself: a dump of a build or a part of one. Raises SourceError where there is no file.

    `limits` are those of the process that reads it.
    """
    report = Report(str(path))
    check_apart(rdf.check_file, Path(path), Path(path).name, report, sample, limits)
    return report
