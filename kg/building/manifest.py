"""The manifest: what a build is, as plain values. Nothing in it depends on the clock or on how the build ran."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from kg import __version__
from kg.building import report
from kg.building.options import BuildParameters
from kg.cooccurrence import slices
from kg.cooccurrence.significance import PairStatistics
from kg.engines import Engine
from kg.errors import SourceError
from kg.ingest import sssom
from kg.lexicon.lexicon import Lexicon


def collect(
    engine: Engine,
    parameters: BuildParameters,
    judges: Mapping[str, PairStatistics],
    counts: dict[str, int],
    lexicon: Mapping[str, Any],
    mappings: list[dict[str, Any]],
) -> dict[str, Any]:
    """Give the manifest of a build whose tables stand in `engine`; `report` and `outputs` are yet to come."""
    judge, words = judges["cooccurrences"], judges["word_cooccurrences"]
    chosen = parameters.min_figures or slices.threshold(judge.supports)
    return {
        "program": "kg",
        "version": __version__,
        "created": created(),
        "parameters": {
            "min_figures": parameters.min_figures or "auto",
            "max_entities": parameters.max_entities,
            "base": parameters.base,
            "families": parameters.families,
        },
        "input": _input(engine),
        "lexicon": dict(lexicon),
        "mappings": mappings,
        "thresholds": {
            "min_figures": chosen,
            "pairs_kept": _at_least(judge, chosen),
            "word_pairs_kept": _at_least(words, chosen),
        },
        "counts": counts
        | {f"entities_by_{column}": _tally(engine, "entities", column) for column in ("category", "id_status")}
        | {f"mentions_by_{column}": _tally(engine, "mentions", column) for column in ("word_status", "flavour")},
        "pairs": {
            "distinct": _at_least(judge, 1),
            "distinct_all": sum(judge.supports.values()),
            "instances": judge.totals["figures"],
            "instances_all": judge.totals["figures_all"],
            "weight": round(judge.totals["weights"] / slices.WEIGHTS, 6),
            "tests": judge.tests(),
        },
        "word_pairs": {
            "distinct": sum(words.supports.values()),
            "instances": words.totals["figures"],
            "tests": words.tests(),
        },
    }


def _at_least(judge: PairStatistics, least: int) -> int:
    return sum(pairs for figures, pairs in judge.supports.items() if figures >= least)


def _tally(engine: Engine, table: str, column: str) -> dict[str, int]:
    counted = engine.fetch(f"SELECT {column}, COUNT(*) AS n FROM {table} GROUP BY {column} ORDER BY {column}")
    return _as_dict(counted)


def _as_dict(counted: pa.Table) -> dict[str, int]:
    return dict(zip(*(column.to_pylist() for column in counted.columns), strict=True))


def created() -> str | None:
    """Give the build's date, ISO 8601 in UTC, from SOURCE_DATE_EPOCH; None without it: no wall clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        raise SourceError(f"SOURCE_DATE_EPOCH={epoch[:40]!r} is not a number of seconds since 1970") from None


def _input(engine: Engine) -> dict[str, Any]:
    """Digest the files read by name and content, in the order of names: the order they came in is no matter."""
    digest = hashlib.sha256()
    files = 0
    for batch in engine.stream("SELECT name, digest FROM raw_files ORDER BY name, digest"):
        for name, content in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            digest.update(f"{content}  {name}\n".encode())
            files += 1
    records = engine.fetch("SELECT COUNT(*) AS n FROM raw_figures")["n"][0].as_py()
    tables = engine.fetch("SELECT COUNT(*) AS n FROM raw_tables")["n"][0].as_py()
    return {"files": files, "records": records, "sidecar_tables": tables, "sha256": digest.hexdigest()}


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The result of a build: its manifest and its report, as they are written to the destination."""

    manifest: dict[str, Any]
    """The manifest: parameters, inputs, counts, thresholds and outputs, as in `manifest.json`."""
    report: list[report.Line]
    """The lines of `report.tsv`, each with `severity` (error, warning, note), `code`, `file`, `line`, `message`."""
    ungrounded: tuple[str, ...]
    """Names of entities without an identifier, the most drawn first."""


def conclude(
    engine: Engine, parameters: BuildParameters, judges: Mapping[str, PairStatistics], counts: dict[str, int],
    lexicon: Lexicon, given: Sequence[sssom.Mappings], refused: int,
) -> BuildResult:  # fmt: skip
    """Say what came of a build whose tables stand in `engine`; `counts` are their rows, `given` the mapping files."""
    ungrounded = engine.fetch(report.STATEMENTS.sql("ungrounded_entities"))
    skipped = zip(parameters.mappings, [each.skipped for each in given], strict=True)
    lines = report.collect(engine, parameters.max_entities, ungrounded, skipped, refused)
    used = [{"sha256": each.digest, "pairs": len(each.pairs)} for each in sorted(given, key=lambda each: each.digest)]
    found = collect(engine, parameters, judges, counts, lexicon.provenance(), used)
    found["report"] = report.count(lines)
    return BuildResult(found, lines, tuple(ungrounded["name"].to_pylist()))
