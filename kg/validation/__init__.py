"""Is a build what it says it is? Tables, manifest, files and RDF, checked in bounded memory.

docs/data-model.md says what has to hold; `kg/validation/rules.py`, `kg/sql/validate` and `kg/shapes.ttl` say it again
in a form that machines check.
"""

from contextlib import closing
from pathlib import Path

from kg.engines.duckdb import DuckDBEngine
from kg.model.tables import Build
from kg.validation import outputs, pairs, rdf
from kg.validation.findings import Report
from kg.validation.tables import Tables, counts, kinds, references

SAMPLE = 200
"""Things of each kind that are looked at one by one where there are too many to look at all."""


def validate_build(folder: Path | str, sample: int = SAMPLE) -> Report:
    """Check a build as a whole; raise SourceError where there is none. What is wrong is in the report."""
    build = Build(folder)
    report = Report(str(folder))
    if not outputs.check_entries(build, report):
        report.skip("all others", "the manifest comes first")
        return report
    check_tables(build, report, sample)
    outputs.check_files(build, report)
    rdf.check_build(build, report, sample)
    return report


def check_tables(build: Build, report: Report, sample: int = SAMPLE) -> None:
    """Check the tables of a build, and what its manifest says of them."""
    with closing(DuckDBEngine()) as engine:
        _in_stages(Tables(build, engine, report), sample)


def _in_stages(tables: Tables, sample: int) -> None:
    tables.open()
    tables.rows()
    for stage in (references(), kinds(), counts()):
        tables.run(stage)
        tables.settle()
    for name in ("cooccurrences", "word_cooccurrences"):
        pairs.check(tables, name, sample)
    outputs.check_counts(tables)


def validate_rdf(path: Path | str, sample: int = SAMPLE) -> Report:
    """Check a file of RDF by itself: any dump of a build, or a part of one; raise SourceError where there is none."""
    report = Report(str(path))
    rdf.check_file(Path(path), report, sample)
    return report
