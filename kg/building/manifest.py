"""The manifest of a build, as plain values. It depends neither on the clock nor on how the build ran."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from kg import __version__
from kg.building import report
from kg.building.context import BuildContext
from kg.building.options import BuildParameters
from kg.cooccurrence import slices
from kg.cooccurrence.significance import PairStatistics
from kg.engines import Engine
from kg.errors import ParameterError, SourceError
from kg.ingest.sample import Sample
from kg.model.releases import default_release


def collect(
    engine: Engine,
    parameters: BuildParameters,
    statistics: Mapping[str, PairStatistics],
    counts: dict[str, int],
    sources: Mapping[str, Any],
    tables: Path,
) -> dict[str, Any]:
    """Return the manifest of a build whose tables are in `engine`; `report` and `outputs` are added later.

    `statistics` has the pairs of entities (`cooccurrences`) and of words (`word_cooccurrences`); `counts` has the rows
    of each table; `sources` describes the lexicon, the mapping files and the files of readings; `tables` is the folder
    of the published tables.
    """
    pairs, word_pairs = statistics["cooccurrences"], statistics["word_cooccurrences"]
    min_figures = parameters.min_figures or slices.threshold(pairs.supports)
    source = _input(engine)
    return {
        "program": "kg",
        "version": __version__,
        "release": _release(parameters, source["sha256"]),
        "created": created(),
        "parameters": _parameters(parameters),
        "input": source,
        **sources,
        "thresholds": {
            "min_figures": min_figures,
            "pairs_kept": _at_least(pairs, min_figures),
            "word_pairs_kept": _at_least(word_pairs, min_figures),
            "pairs_published": _published(tables, parameters, min_figures),
        },
        "counts": counts
        | {f"entities_by_{column}": _tally(engine, "entities", column) for column in ("category", "id_status")}
        | {
            f"mentions_by_{column}": _tally(engine, "mentions", column)
            for column in ("word_status", "flavour", "reading")
        },
        "pairs": {
            "distinct": _at_least(pairs, 1),
            "distinct_all": sum(pairs.supports.values()),
            "instances": pairs.totals["figures"],
            "instances_all": pairs.totals["figures_all"],
            "weight": round(pairs.totals["weights"] / slices.WEIGHTS, 6),
            "tests": pairs.tests(),
        },
        "word_pairs": {
            "distinct": sum(word_pairs.supports.values()),
            "instances": word_pairs.totals["figures"],
            "tests": word_pairs.tests(),
        },
    }


def _parameters(parameters: BuildParameters) -> dict[str, Any]:
    return {
        "min_figures": parameters.min_figures or "auto",
        "max_entities": parameters.max_entities,
        "base": parameters.base,
        "families": parameters.families,
        "taxa": list(parameters.taxa),
        "without_taxa": list(parameters.without_taxa),
        "readings": parameters.readings,
        "publish_q": float(parameters.publish_q),
        "publish_papers": parameters.publish_papers,
        "previous_release": parameters.previous_release,
        "publisher": parameters.publisher,
        "contact": parameters.contact,
        "rdf": parameters.rdf,
    }


def _release(parameters: BuildParameters, digest: str) -> str:
    """Return the name of the release; raise ParameterError where it is that of the release before."""
    name = parameters.release or default_release(digest)
    if name == parameters.previous_release:
        raise ParameterError(
            f"previous_release={name!r} is this release, because its input is the same; give this one another name"
            " with release (--release)"
        )
    return name


def _published(tables: Path, parameters: BuildParameters, min_figures: int) -> int:
    """Count the pairs of entities that RDF publishes, in the published table."""
    path = tables / "cooccurrences.parquet"
    return sum(map(partial(_published_of, parameters, min_figures), sorted(path.glob("*.parquet")) or [path]))


def _published_of(parameters: BuildParameters, min_figures: int, path: Path) -> int:
    """Count those of a file, batch by batch; a comparison with NULL, which is NaN here, is false."""
    published = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=["figures", "papers", "npmi", "q"]):
            figures, papers, npmi, q = (column.to_numpy(zero_copy_only=False) for column in batch.columns)
            enough = (figures >= min_figures) & (papers >= parameters.publish_papers)
            published += int(np.count_nonzero(enough & (npmi > 0) & (q <= parameters.publish_q)))
    return published


def _at_least(statistics: PairStatistics, min_figures: int) -> int:
    """Count the pairs with a support of at least `min_figures` figures."""
    return sum(pairs for figures, pairs in statistics.supports.items() if figures >= min_figures)


def _tally(engine: Engine, table: str, column: str) -> dict[str, int]:
    """Count the rows of a table by the values of a column."""
    counts = engine.fetch(f"SELECT {column}, COUNT(*) AS n FROM {table} GROUP BY {column} ORDER BY {column}")
    return dict(zip(*(values.to_pylist() for values in counts.columns), strict=True))


def created() -> str | None:
    """Return the date of the build, ISO 8601 in UTC, from SOURCE_DATE_EPOCH; None without it.

    The clock is not read, so that equal input gives equal bytes. Raises SourceError where it is not a number.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        raise SourceError(f"SOURCE_DATE_EPOCH={epoch[:40]!r} is not a number of seconds since 1970") from None


def _input(engine: Engine) -> dict[str, Any]:
    """Return the number of files, records and tables read, and a SHA-256 of all files by name and content.

    Files are taken in the order of their names, so that the order of the sources does not matter.
    """
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
    context: BuildContext,
    statistics: Mapping[str, PairStatistics],
    counts: dict[str, int],
    refused: int,
    tables: Path,
    sample: Sample | None = None,
) -> BuildResult:
    """Return the manifest and the report of a build whose tables are in its engine.

    `counts` has the rows of each table; `refused` is the number of pairs of mapping files that would merge entities of
    two kinds or organisms. `tables` is the folder of the published tables. `sample` says which figures were read.
    """
    engine, parameters = context.engine, context.parameters
    ungrounded = engine.fetch(report.STATEMENTS.sql("ungrounded_entities"))
    skipped = zip(parameters.mappings, [file.skipped for file in context.mappings], strict=True)
    organisms = report.gene_organisms(engine)
    lines = report.collect(engine, parameters.max_entities, ungrounded, skipped, refused, organisms)
    manifest = collect(engine, parameters, statistics, counts, _sources(context), tables)
    manifest["counts"] |= {"genes_by_taxon": report.genes_by_taxon(engine), "gene_organisms": organisms}
    manifest["input"] |= {"sample": sample.described()} if sample else {}
    manifest["report"] = report.count(lines)
    return BuildResult(manifest, lines, tuple(ungrounded["name"].to_pylist()))


def _sources(context: BuildContext) -> dict[str, Any]:
    """Describe the sources of a build beside its records; files are in the order of their digests."""
    mappings = sorted(context.mappings, key=lambda file: file.digest)
    return {
        "lexicon": context.lexicon.provenance(),
        "mappings": [{"sha256": file.digest, "pairs": len(file.pairs)} for file in mappings],
        "licences": None if context.licences is None else {"sha256": context.licences.digest},
        "readings_files": [{"sha256": file.digest, "rows": file.rows} for file in sorted(context.corrections.files)],
    }
