"""The text that `kg build` prints: problems of the records, and a summary."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from kg.building import report
from kg.building.manifest import BuildResult
from kg.model.organisms import organism_name
from kg.runtime.paths import shell_word

SHOWN = 20
"""Number of problems that a build prints; report.tsv has all of them."""


def problems(result: BuildResult, output: str) -> str:
    """Return the first errors and warnings of a build, one per line."""
    lines = [str(line) for line in result.report if line.severity != "note"]
    more = [f"... and {len(lines) - SHOWN} more in {output}/report.tsv"] if len(lines) > SHOWN else []
    return "".join(f"{line}\n" for line in [*lines[:SHOWN], *more])


def summary(result: BuildResult, output: str) -> str:
    """Return the summary of a build: its input, numbers and files, and a command to try next."""
    manifest = result.manifest
    counts, pairs, read, thresholds = (manifest[key] for key in ("counts", "pairs", "input", "thresholds"))
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in counts["entities_by_category"].items())
    severities = Counter[str](line.severity for line in result.report)
    tables = _many(read["sidecar_tables"], "table")
    rows = [
        *(("downloaded", _download(**copy)) for copy in read.get("downloads", ())),
        ("sample", _sample(**read["sample"]) if "sample" in read else ""),
        ("read", f"{_many(read['records'], 'record')} and {tables} in {_many(read['files'], 'file')}"),
        ("not read", "; ".join(line.message for line in result.report if line.code == "not-read")),
        ("figures", f"{counts['figures']:,} in {_many(counts['papers'], 'paper')}"),
        ("entities", f"{counts['entities']:,}" + (f" ({kinds})" if kinds else "")),
        ("organisms", _organisms(counts["genes_by_taxon"], counts["gene_organisms"])),
        ("left out", "; ".join(line.message for line in result.report if line.code == "taxa-left-out")),
        ("mentions", f"{counts['mentions']:,}"),
        ("readings", _readings(result.report)),
        ("pairs", _pairs(pairs, thresholds)),
        ("ungrounded", _ungrounded(result.ungrounded)),
        ("report", f"{output}/report.tsv: {', '.join(_many(severities[kind], kind) for kind in report.ORDER)}"),
        ("", ""),
        *((name, _output(output, written)) for name, written in manifest["outputs"].items()),
        ("tables", f"{output}/tables/*.parquet"),
        ("", ""),
        ("next", "kg stats" + ("" if output == "exports" else f" --build {shell_word(output)}")),
    ]  # fmt: skip
    return "".join(f"{name:<10}  {text}".rstrip() + "\n" for name, text in rows if text or not name)


def _many(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> _many(1, "note"), _many(1200, "note")
    ('1 note', '1,200 notes')
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _download(address: str, bytes: int, sha256: str) -> str:  # noqa: A002 it is the name in the manifest
    return f"{address}: {bytes:,} bytes, SHA-256 {sha256[:12]}..."


def _sample(figures: int, of: int) -> str:
    """Return what part of the sources a sample is.

    >>> _sample(100, 116972)
    'the first 100 of 116,972 figures by name; counts and statistics are those of the sample'
    """
    return f"the first {figures:,} of {of:,} figures by name; counts and statistics are those of the sample"


def _organisms(genes: dict[str, int], answers: dict[str, int], most: int = 5) -> str:
    """Return the organisms of the genes, those of most genes first, and how many records name them.

    >>> _organisms({"ncbitaxon:9606": 1200, "unknown": 1}, {"named": 1000, "none": 800})
    'human 1,200 genes, unknown 1; the record names the organism for 1,000 of 1,800 genes in figures'
    """
    if not genes:
        return ""
    first, *others = [(organism_name(taxon), number) for taxon, number in [*genes.items()][:most]]
    shown = [f"{first[0]} {_many(first[1], 'gene')}", *(f"{name} {number:,}" for name, number in others)]
    more = [f"{len(genes) - most:,} more"] if len(genes) > most else []
    figures = _many(sum(answers.values()), "gene")
    named = f"the record names the organism for {answers['named']:,} of {figures} in figures"
    return f"{', '.join([*shown, *more])}; {named}"


def _pairs(pairs: dict[str, int], thresholds: dict[str, int]) -> str:
    counted = f"{pairs['distinct']:,} by different words ({pairs['distinct_all']:,} by any)"
    least = _many(thresholds["min_figures"], "figure")
    return f"{counted}, {thresholds['pairs_kept']:,} of them in {least} or more"


def _readings(lines: Sequence[report.Line]) -> str:
    """Return how many words are in doubt and how many differ from their record, as the report counts them."""
    counted = [line.message for line in lines if line.code in ("readings-in-doubt", "readings-differ")]
    return "; ".join(message.partition(";")[0] for message in sorted(counted, key=lambda text: "otherwise" in text))


def _ungrounded(names: Sequence[str], most: int = 10) -> str:
    if not names:
        return ""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{_many(len(names), 'name')} without identifier: {', '.join(names[:most])}{more}"


def _output(folder: str, written: dict[str, Any]) -> str:
    path = f"{folder}/{written.get('file') or written.get('folder', 'store')}"
    if "triples" in written:
        return f"{path}: {written['triples']:,} triples"
    if "rows" in written:
        return f"{path}: {written['rows']:,} rows"
    left_out = written["left_out"]
    cut = f" ({left_out:,} pairs left out: the strongest of the two best of each node stay; kg export --all writes all)"
    return f"{path}: {written['nodes']:,} nodes, {written['edges']:,} edges{cut if left_out else ''}"
