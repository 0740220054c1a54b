"""The manifest against what it describes: counts and totals of the tables, the report, files and their checksums."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.building import report as reports
from kg.cooccurrence.slices import threshold
from kg.engines.statements import sql
from kg.errors import KgError
from kg.model.tables import TABLES, Build
from kg.rdf.store import open_read_only
from kg.validation.findings import Check, Example, Report
from kg.validation.tables import Tables

ENTRIES = Check("manifest.entries", "the manifest has what the other checks rest on")
COUNTS = Check("manifest.counts", "what the manifest says of the tables is what they hold")
FILES = Check("outputs.files", "the files of a build are there, with the sizes and SHA-256 that the manifest has")
LINES = Check("outputs.report", "report.tsv has as many lines of each code as the manifest says")
STORE = Check("outputs.store", "the store can be opened, and holds as many triples as the manifest says")

_TALLIES = {"entities": ("category", "id_status"), "mentions": ("word_status", "flavour")}
_WRITTEN = ("report.tsv", "dataset.ttl", "vocab.ttl")


_NEEDED: dict[str, type] = {
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


def check_entries(build: Build, report: Report) -> bool:
    """Check that the manifest has the entries that everything else needs; say whether it has."""
    examples = []
    for name, kind in _NEEDED.items():
        value: Any = build.manifest
        for step in name.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if not isinstance(value, kind) or (kind is dict and name == "outputs" and not _are_dicts(value)):
            examples.append(
                Example({"file": "manifest.json", "entry": name}, {"found": value, "expected": kind.__name__})
            )
    return report.add(ENTRIES, len(examples), examples)


def _are_dicts(outputs: Any) -> bool:
    return all(isinstance(each, dict) for each in outputs.values())


def check_counts(tables: Tables) -> None:
    """Compare the manifest's counts, pair totals and thresholds with the tables; those with errors are left out."""
    examples = []
    for section, recounted, exact in _recounted(tables):
        stated = _leaves(tables.build.manifest.get(section, {}), section)
        found = _leaves(recounted, section)
        # Of what could not be counted nothing is said; of what could, every name.
        known = [name for name in stated if name.split(".")[1] in recounted]
        for name in sorted({*known, *found}):
            if not _same(stated.get(name), found.get(name), exact):
                place = {"file": "manifest.json", "entry": name}
                examples.append(Example(place, {"manifest": stated.get(name), "counted": found.get(name)}))
    tables.report.add(COUNTS, len(examples), examples)


def _recounted(tables: Tables) -> Iterator[tuple[str, dict[str, Any], float]]:
    """Give sections of the manifest as the tables have them, and how far a sum may be off."""
    readable = [name for name in TABLES if name not in tables.wrong]
    counts: dict[str, Any] = {name: tables.engine.count(name) for name in readable}
    for name, columns in _TALLIES.items():
        if name in readable:
            counts |= {f"{name}_by_{column}": _tally(tables, name, column) for column in columns}
    yield "counts", counts, 0
    limits: dict[str, Any] = {}
    for name, section in (("cooccurrences", "pairs"), ("word_cooccurrences", "word_pairs")):
        if name in readable:
            tables.engine.create_view(
                "pairs", sql("validate/word_pairs") if section == "word_pairs" else f"FROM {name}"
            )
            tables.engine.create_view("tested", sql("validate/tested"))
            yield section, _totals(tables, section), 1e-9 * (counts[name] + 1)
            limits |= _limits(tables, section)
    if "cooccurrences" in readable:
        yield "thresholds", limits, 0


def _tally(tables: Tables, table: str, column: str) -> dict[Any, int]:
    found = tables.engine.fetch(f"SELECT {column}, COUNT(*) AS n FROM {table} GROUP BY {column}")
    return dict(zip(found[column].to_pylist(), found["n"].to_pylist(), strict=True))


def _totals(tables: Tables, section: str) -> dict[str, Any]:
    row = tables.engine.fetch(
        "SELECT COUNT(CASE WHEN figures > 0 THEN 1 END) AS distinct, COUNT(*) AS distinct_all, "
        "COALESCE(SUM(figures), 0) AS instances, COALESCE(SUM(figures_all), 0) AS instances_all, "
        "COALESCE(SUM(weight), 0) AS weight FROM pairs"
    ).to_pylist()[0]
    kept = row if section == "pairs" else {name: row[name] for name in ("distinct", "instances")}
    return {name: value if name == "weight" else int(value) for name, value in kept.items()} | {
        "tests": _tally(tables, "tested", "family")
    }


def _limits(tables: Tables, section: str) -> dict[str, Any]:
    """Give the threshold that is to be, and how many pairs it keeps."""
    least = tables.build.min_figures
    row = tables.engine.fetch(f"SELECT COUNT(*) AS n FROM pairs WHERE figures >= {least}").to_pylist()[0]
    limits: dict[str, Any] = {f"{section}_kept": row["n"]}
    asked = tables.build.manifest["parameters"].get("min_figures")
    if section == "pairs":
        supports = _tally(tables, "pairs", "figures")
        limits["min_figures"] = threshold(Counter(supports)) if asked == "auto" else asked
    return limits


def _leaves(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {name: value}
    return {path: leaf for key, below in value.items() for path, leaf in _leaves(below, f"{name}.{key}").items()}


def _same(stated: Any, found: Any, off: float) -> bool:
    if isinstance(found, float) and isinstance(stated, (int, float)):
        return abs(stated - found) <= off
    return bool(stated == found)


def check_files(build: Build, report: Report) -> None:
    """Compare the files with the manifest; each is read once, in pieces."""
    outputs = build.manifest.get("outputs", {})
    written = {name: output for name, output in outputs.items() if name != "store"}  # which a check of its own opens
    examples = [each for name, output in written.items() for each in _wrong_file(build.folder, name, output)]
    examples += [
        Example({"file": name}, {"found": "nothing"}) for name in _WRITTEN if not (build.folder / name).is_file()
    ]
    report.add(FILES, len(examples), examples)
    report.scope.append(("files", ", ".join(sorted([*(each.get("file", each.get("folder", name))
                                                      for name, each in outputs.items()), *_WRITTEN]))))  # fmt: skip
    _check_report(build, report)
    if "store" in outputs:
        _check_store(build, report, outputs["store"].get("triples"))


def _wrong_file(folder: Path, name: str, output: dict[str, Any]) -> Iterator[Example]:
    place = folder / str(output.get("file", output.get("folder", name)))
    if "file" in output:
        try:
            found = {"bytes": place.stat().st_size, "sha256": _digest(place)}
        except OSError as error:
            found = {"found": error.strerror or str(error)}
        differing = {name: value for name, value in found.items() if output.get(name) != value}
        for entry, value in differing.items():
            yield Example({"file": place.name}, {entry: value, "manifest": output.get(entry)})
    elif not (place.is_dir() and any(place.iterdir())):
        yield Example({"file": place.name}, {"found": "nothing"})


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_report(build: Build, report: Report) -> None:
    stated: dict[str, int] = build.manifest.get("report", {})
    try:
        text = (build.folder / "report.tsv").read_text(encoding="utf-8")
        found = reports.count(reports.from_tsv(text))
    except (OSError, ValueError, IndexError) as error:
        report.add(LINES, 1, [Example({"file": "report.tsv"}, {"error": " ".join(str(error).split())})])
        return
    wrong = [code for code in sorted({*stated, *found}) if stated.get(code, 0) != found.get(code, 0)]
    examples = [
        Example({"file": "report.tsv", "code": code}, {"manifest": stated.get(code, 0), "lines": found.get(code, 0)})
        for code in wrong
    ]
    report.add(LINES, len(examples), examples)


def _check_store(build: Build, report: Report, stated: int | None) -> None:
    try:
        found: int | str = len(open_read_only(build))
    except KgError as error:
        found = str(error)
    examples = [Example({"file": "store"}, {"triples": found, "manifest": stated})] if found != stated else []
    report.add(STORE, len(examples), examples)
