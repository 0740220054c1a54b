"""What a person reads after a build: problems and a summary."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from kg.building import report
from kg.building.manifest import BuildResult

SHOWN = 20
"""Lines of the report that a build shows; the rest is in the file."""


def problems(result: BuildResult, output: str) -> str:
    """Give the errors and warnings of a build, a line each, the first of them."""
    lines = [str(line) for line in result.report if line.severity != "note"]
    more = [f"... and {len(lines) - SHOWN} more in {output}/report.tsv"] if len(lines) > SHOWN else []
    return "".join(f"{line}\n" for line in [*lines[:SHOWN], *more])


def summary(result: BuildResult, output: str) -> str:
    """Say what a build read and wrote, where it is, and what to try next."""
    manifest = result.manifest
    counts, pairs, read, least = (manifest[key] for key in ("counts", "pairs", "input", "thresholds"))
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in counts["entities_by_category"].items())
    found = Counter[str](line.severity for line in result.report)
    rows = [
        ("read", f"{read['records']:,} records and {read['sidecar_tables']:,} tables in {read['files']:,} files"),
        ("figures", f"{counts['figures']:,} in {counts['papers']:,} papers"),
        ("entities", f"{counts['entities']:,}" + (f" ({kinds})" if kinds else "")),
        ("mentions", f"{counts['mentions']:,}"),
        ("pairs", _pairs(pairs, least)),
        ("ungrounded", _some(result.ungrounded)),
        ("report", f"{output}/report.tsv: {', '.join(f'{found[kind]} {kind}s' for kind in report.ORDER)}"),
        ("", ""),
        *((name, _output(output, written)) for name, written in manifest["outputs"].items()),
        ("tables", f"{output}/tables/*.parquet"),
        ("", ""),
        ("next", "kg stats" + ("" if output == "exports" else f" --build {output}")),
    ]  # fmt: skip
    return "".join(f"{name:<10}  {text}".rstrip() + "\n" for name, text in rows if text or not name)


def _pairs(pairs: dict[str, int], least: dict[str, int]) -> str:
    counted = f"{pairs['distinct']:,} by different words ({pairs['distinct_all']:,} by any)"
    return f"{counted}, {least['pairs_kept']:,} of them in {least['min_figures']} figures or more"


def _some(names: Sequence[str], most: int = 10) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def _output(folder: str, written: dict[str, Any]) -> str:
    path = f"{folder}/{written.get('file') or written.get('folder', 'store')}"
    if "triples" in written:
        return f"{path}: {written['triples']:,} triples"
    if "rows" in written:
        return f"{path}: {written['rows']:,} rows"
    left_out = written["left_out"]
    cut = f" ({left_out:,} weaker pairs left out; kg export --all keeps them)" if left_out else ""
    return f"{path}: {written['nodes']:,} nodes, {written['edges']:,} edges{cut}"
