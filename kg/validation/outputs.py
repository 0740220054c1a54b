"""Checks of the manifest: counts and totals of the tables, the report, files and their checksums."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.building import report as reports
from kg.cooccurrence.slices import threshold
from kg.errors import KgError
from kg.model.build import Build
from kg.model.tables import TABLES
from kg.rdf.store import open_read_only
from kg.validation.findings import Check, Example, Report
from kg.validation.pairs import STATEMENTS as PAIR_STATEMENTS
from kg.validation.pairs import create_pairs_view
from kg.validation.tables import Tables

ENTRIES = Check("manifest.entries", "the manifest has the entries that the other checks need")
COUNTS = Check("manifest.counts", "the manifest has the counts, totals and thresholds of the tables")
FILES = Check("outputs.files", "the files of a build are there, with the sizes and SHA-256 that the manifest has")
LINES = Check("outputs.report", "report.tsv has as many lines of each code as the manifest says")
STORE = Check("outputs.store", "the store can be opened, and holds as many triples as the manifest says")

ROUNDING = 5e-7
"""Greatest difference between a sum of weights and its 6 digits in the manifest."""

_PUBLISHED = (
    "(SELECT 1 FROM pairs WHERE figures >= {build.min_figures} AND papers >= {build.publish_papers} AND npmi > 0"
    " AND q <= {build.publish_q!r})"
)
"""SELECT of the pairs that RDF publishes."""

_TALLIES = {"entities": ("category", "id_status"), "mentions": ("word_status", "flavour", "reading")}
_WRITTEN = ("report.tsv", "dataset.ttl", "vocab.ttl", "queries.ttl")
_REQUIRED_ENTRIES: dict[str, type] = {
    "parameters.base": str,
    "parameters.max_entities": int,
    "thresholds.min_figures": int,
    "thresholds.pairs_kept": int,
    "thresholds.word_pairs_kept": int,
    "counts.figures": int,
    "counts.papers": int,
    "counts.words": int,
    "counts.entities_by_category": dict,
    "outputs": dict,
}
_RELEASE_ENTRIES: dict[str, type] = {
    "release": str,
    "parameters.publish_q": float,
    "parameters.publish_papers": int,
    "parameters.rdf": str,
    "thresholds.pairs_published": int,
}
"""Entries of a build with any of them; older builds have none."""


def check_entries(build: Build, report: Report) -> bool:
    """Check that the manifest has the entries that all other checks need; return whether it has."""
    examples = []
    described = any(_entry(build.manifest, name) is not None for name in _RELEASE_ENTRIES)
    for name, kind in (_REQUIRED_ENTRIES | (_RELEASE_ENTRIES if described else {})).items():
        value = _entry(build.manifest, name)
        if not isinstance(value, kind) or (kind is dict and name == "outputs" and not _are_dicts(value)):
            examples.append(
                Example({"file": "manifest.json", "entry": name}, {"found": value, "expected": kind.__name__})
            )
    return report.add(ENTRIES, len(examples), examples)


def _entry(manifest: dict[str, Any], name: str) -> Any:
    """Return the value at a path such as `parameters.base`; None where there is none."""
    value: Any = manifest
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _are_dicts(outputs: Any) -> bool:
    return all(isinstance(output, dict) for output in outputs.values())


def check_counts(tables: Tables) -> None:
    """Compare the manifest's counts, pair totals and thresholds with the tables that have no errors."""
    examples = []
    for section, recounted, tolerance in _recounted(tables):
        stated = _leaves(tables.build.manifest.get(section, {}), section)
        counted = _leaves(recounted, section)
        # Entries of tables with errors could not be counted, so that nothing is said about them.
        comparable = [name for name in stated if name.split(".")[1] in recounted]
        for name in sorted({*comparable, *counted}):
            if not _same(stated.get(name), counted.get(name), tolerance):
                place = {"file": "manifest.json", "entry": name}
                examples.append(Example(place, {"manifest": stated.get(name), "counted": counted.get(name)}))
    tables.report.add(COUNTS, len(examples), examples)


def _recounted(tables: Tables) -> Iterator[tuple[str, dict[str, Any], float]]:
    """Yield sections of the manifest as counted from the tables, and the tolerance of their sums."""
    readable = [name for name in TABLES if name not in tables.wrong]
    counts: dict[str, Any] = {name: tables.engine.count(name) for name in readable}
    for name, columns in _TALLIES.items():
        if name in readable:
            counts |= {f"{name}_by_{column}": _tally(tables, name, column) for column in columns}
    yield "counts", counts, 0
    limits: dict[str, Any] = {}
    for name, section in (("cooccurrences", "pairs"), ("word_cooccurrences", "word_pairs")):
        if name in readable:
            create_pairs_view(tables.engine, name)
            tables.engine.create_view("tested", PAIR_STATEMENTS.sql("tested"))
            yield section, _totals(tables, section), 1e-9 * (counts[name] + 1) + ROUNDING
            limits |= _limits(tables, section)
    if "cooccurrences" in readable:
        yield "thresholds", limits, 0


def _tally(tables: Tables, table: str, column: str) -> dict[Any, int]:
    tally = tables.engine.fetch(f"SELECT {column}, COUNT(*) AS n FROM {table} GROUP BY {column}")
    return dict(zip(tally[column].to_pylist(), tally["n"].to_pylist(), strict=True))


def _totals(tables: Tables, section: str) -> dict[str, Any]:
    row = tables.engine.fetch(PAIR_STATEMENTS.sql("pair_totals")).to_pylist()[0]
    totals = row if section == "pairs" else {name: row[name] for name in ("distinct", "instances")}
    return {name: value if name == "weight" else int(value) for name, value in totals.items()} | {
        "tests": _tally(tables, "tested", "family")
    }


def _limits(tables: Tables, section: str) -> dict[str, Any]:
    """Return the threshold that the tables imply, and the number of pairs that it keeps."""
    number = tables.engine.count(f"(SELECT 1 FROM pairs WHERE figures >= {tables.build.min_figures})")
    limits: dict[str, Any] = {f"{section}_kept": number}
    parameter = tables.build.manifest["parameters"].get("min_figures")
    if section == "pairs":
        supports = _tally(tables, "pairs", "figures")
        limits["min_figures"] = threshold(Counter(supports)) if parameter == "auto" else parameter
        if "release" in tables.build.manifest:
            limits["pairs_published"] = tables.engine.count(_PUBLISHED.format(build=tables.build))
    return limits


def _leaves(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {name: value}
    return {path: leaf for key, below in value.items() for path, leaf in _leaves(below, f"{name}.{key}").items()}


def _same(stated: Any, counted: Any, tolerance: float) -> bool:
    if isinstance(counted, float) and isinstance(stated, (int, float)):
        return abs(stated - counted) <= tolerance
    return bool(stated == counted)


def check_files(build: Build, report: Report) -> None:
    """Compare the files with the manifest; each is read once, in pieces of bounded size."""
    outputs = build.manifest.get("outputs", {})
    written = {name: output for name, output in outputs.items() if name != "store"}  # which _check_store opens
    examples = [example for name, output in written.items() for example in _file_faults(build.folder, name, output)]
    examples += [
        Example({"file": name}, {"found": "nothing"}) for name in _WRITTEN if not (build.folder / name).is_file()
    ]
    report.add(FILES, len(examples), examples)
    report.scope.append(("files", ", ".join(sorted([*(output.get("file", output.get("folder", name))
                                                      for name, output in outputs.items()), *_WRITTEN]))))  # fmt: skip
    _check_report(build, report)
    if "store" in outputs:
        _check_store(build, report, outputs["store"].get("triples"))


def _file_faults(folder: Path, name: str, output: dict[str, Any]) -> Iterator[Example]:
    path = folder / str(output.get("file", output.get("folder", name)))
    if "file" in output:
        try:
            actual = {"bytes": path.stat().st_size, "sha256": _digest(path)}
        except OSError as error:
            actual = {"found": error.strerror or str(error)}
        for entry, value in actual.items():
            if output.get(entry) != value:
                yield Example({"file": path.name}, {entry: value, "manifest": output.get(entry)})
    elif not (path.is_dir() and any(path.iterdir())):
        yield Example({"file": path.name}, {"found": "nothing"})


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_report(build: Build, report: Report) -> None:
    stated: dict[str, int] = build.manifest.get("report", {})
    try:
        text = (build.folder / "report.tsv").read_text(encoding="utf-8")
        counts = reports.count(reports.from_tsv(text))
    except (OSError, ValueError, IndexError) as error:
        report.add(LINES, 1, [Example({"file": "report.tsv"}, {"error": " ".join(str(error).split())})])
        return
    wrong = [code for code in sorted({*stated, *counts}) if stated.get(code, 0) != counts.get(code, 0)]
    examples = [
        Example({"file": "report.tsv", "code": code}, {"manifest": stated.get(code, 0), "lines": counts.get(code, 0)})
        for code in wrong
    ]
    report.add(LINES, len(examples), examples)


def _check_store(build: Build, report: Report, stated: int | None) -> None:
    try:
        triples: int | str = len(open_read_only(build))
    except KgError as error:
        triples = str(error)
    examples = [Example({"file": "store"}, {"triples": triples, "manifest": stated})] if triples != stated else []
    report.add(STORE, len(examples), examples)
