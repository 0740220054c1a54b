"""What each figure of a build adds to each pair of genes, so that figures can be drawn anew and pairs ranked again."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from curated_truth import Floats, Genes, Ints
from scipy.sparse import csr_array

from kg.cooccurrence import statistics
from kg.model.build import NPMI_FLOOR

RANKINGS = (
    "raw counts (`figures_all`)",
    "`figures`",
    "`weight`",
    "`weight` / (words - 1)",
    "`weight` / log2(words)",
    "`npmi`",
    f"`npmi`, {NPMI_FLOOR} figures or more",
)

LAST = -2.0
"""The score of a pair without NPMI, below every NPMI."""

MENTIONS = """
CREATE TABLE drawn AS
SELECT
    figure_id, entity_id, COALESCE(match, '=' || entity_id) AS word,
    MAX({share}) AS share, MAX({probability}) AS probability, BOOL_OR(origin <> 'reread') AS recorded
FROM {mentions}
WHERE figure_id IN (
    SELECT figure_id FROM {mentions} GROUP BY figure_id HAVING COUNT(DISTINCT entity_id) <= {max_entities}
)
GROUP BY ALL
"""
"""One row for each figure, entity and word. A mention without a known word is a word of its own."""

GENES = """
CREATE TABLE shown AS
SELECT
    p.figure, g.gene,
    MAX(CASE WHEN d.place = 1 THEN d.word END) AS word1,
    MAX(CASE WHEN d.place = 1 THEN d.share END) AS share1,
    MAX(CASE WHEN d.place = 2 THEN d.share END) AS share2,
    MIN(CASE WHEN d.probability >= 0.5 THEN d.word END) AS sure1,
    COUNT(CASE WHEN d.probability >= 0.5 THEN 1 END) AS sures,
    BOOL_OR(d.recorded) AS recorded,
    ANY_VALUE(w.words) AS words
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY figure_id, entity_id ORDER BY share DESC, word) AS place FROM drawn
) AS d
JOIN genes AS g USING (entity_id)
JOIN places AS p USING (figure_id)
JOIN (SELECT figure_id, COUNT(DISTINCT word) AS words FROM drawn GROUP BY figure_id) AS w USING (figure_id)
GROUP BY p.figure, g.gene
"""
"""One row for each figure and gene of the truth, with its two words of greatest share, as in kg/cooccurrence/sql."""

PAIRS = """
SELECT
    figure, one, other, CAST(raw AS DOUBLE) AS raw, CAST(figures AS DOUBLE) AS figures,
    COALESCE(product, 0) AS weight,
    COALESCE(product / NULLIF(words - 1, 0), 0) AS newman,
    COALESCE(product / NULLIF(LOG2(words), 0), 0) AS log2
FROM (
    SELECT
        a.figure, a.gene AS one, b.gene AS other, a.words, a.recorded AND b.recorded AS raw,
        CASE WHEN a.word1 <> b.word1 THEN a.share1 * b.share1
            ELSE GREATEST(a.share1 * b.share2, a.share2 * b.share1) END AS product,
        COALESCE(a.sure1 <> b.sure1, FALSE) OR (a.sures > 1 AND b.sures > 0) OR (a.sures > 0 AND b.sures > 1) AS figures
    FROM shown AS a JOIN shown AS b ON a.figure = b.figure AND a.gene < b.gene
)
ORDER BY one, other, figure
"""
"""One row for each figure and pair of genes: what the figure adds to the counts and weights of the pair."""

UNIVERSE = """
SELECT p.figure
FROM drawn AS d
JOIN {entities} AS e USING (entity_id)
JOIN places AS p USING (figure_id)
WHERE (e.taxon IS NULL OR e.taxon = 'ncbitaxon:9606') AND d.probability >= 0.5
GROUP BY p.figure
HAVING COUNT(DISTINCT d.word) > 1
"""
"""Figures that could show a pair of human genes, the N of NPMI."""


class Drawn(NamedTuple):
    """A build as sparse matrices. Rows of `added` are pairs, those of `genes` genes; columns are figures."""

    label: str
    corpus: str  # the digest of its input
    figures: pa.Table  # figure_id and paper_id, of all figures of the input
    keys: Ints  # pairs of genes that some figure shows, sorted
    added: tuple[csr_array, ...]  # raw counts, figures and the three weights
    genes: csr_array  # 1 where a figure of the universe shows a gene
    universe: Floats  # 1 for each figure of the universe

    def onto(self, keys: Ints) -> "Drawn":
        """Return the same with rows for further pairs, which no figure of this build shows."""
        places = np.searchsorted(keys, self.keys)
        return self._replace(keys=keys, added=tuple(_spread(matrix, places, len(keys)) for matrix in self.added))

    def scores(self, genes: Genes, times: Floats) -> list[Floats]:
        """Return the score of each pair by each of `RANKINGS`, where each figure counts so many times."""
        raw, figures, *weights = (matrix @ times for matrix in self.added)
        one, other = np.divmod(self.keys, len(genes.numbers))
        alone = self.genes @ times
        shown = np.flatnonzero(figures)
        npmi = np.full(len(self.keys), LAST)
        npmi[shown] = statistics.npmi(
            _whole(figures[shown]),
            _whole(alone[one[shown]]),
            _whole(alone[other[shown]]),
            _whole(np.array([self.universe @ times])),
        )
        floored = np.where(figures >= NPMI_FLOOR, npmi, LAST)
        # Sums of the same shares in another order are one score, not two.
        return [raw, figures, *(np.round(weight, 9) for weight in weights), np.round(npmi, 9), np.round(floored, 9)]


def _whole(numbers: Floats) -> Ints:
    return np.rint(numbers).astype(np.int64)


def _spread(matrix: csr_array, places: Ints, rows: int) -> csr_array:
    lengths = np.zeros(rows + 1, dtype=matrix.indptr.dtype)
    lengths[places + 1] = np.diff(matrix.indptr)
    return csr_array((matrix.data, matrix.indices, np.cumsum(lengths)), shape=(rows, matrix.shape[1]))


def read(build: Path, genes: Genes) -> Drawn:
    """Read the figures and pairs of a build, and check their sums against its table of pairs.

    Raises:
        ValueError: The sums differ from what the build publishes.

    """
    manifest = json.loads((build / "manifest.json").read_text(encoding="utf-8"))
    connection = duckdb.connect()
    mentions, entities, figures = (_table(build, name) for name in ("mentions", "entities", "figures"))
    of_input = connection.sql(f"SELECT figure_id, paper_id FROM {figures} ORDER BY figure_id").to_arrow_table()
    places = of_input.append_column("figure", pa.array(range(len(of_input)), pa.int32()))
    connection.register("places", places)
    numbers = {"entity_id": list(genes.numbers), "gene": pa.array(genes.numbers.values(), pa.int32())}
    connection.register("genes", pa.table(numbers))
    columns = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {mentions}").fetchall()}
    share = "share" if "share" in columns else "1 / n_candidates"
    probability = "probability" if "probability" in columns else "1"
    limit = manifest["parameters"]["max_entities"]
    connection.execute(MENTIONS.format(mentions=mentions, share=share, probability=probability, max_entities=limit))
    connection.execute(GENES)
    rows = connection.execute(PAIRS).fetchnumpy()
    inside = np.zeros(len(of_input))
    inside[connection.execute(UNIVERSE.format(entities=entities)).fetchnumpy()["figure"]] = 1
    shown = connection.execute("SELECT figure, gene FROM shown WHERE sures > 0").fetchnumpy()
    marginal = csr_array(
        (inside[shown["figure"]], (shown["gene"], shown["figure"])), shape=(len(genes.numbers), len(of_input))
    )
    label = f"{build.name}, readings: {manifest['parameters'].get('readings', 'record')}"
    keys, added = _matrices(rows, genes, len(of_input))
    drawn = Drawn(label, manifest["input"]["sha256"], of_input, keys, added, marginal, inside)
    _check(build, drawn, genes, connection)
    return drawn


def _table(build: Path, name: str) -> str:
    path = str(build / "tables" / f"{name}.parquet").replace("'", "''")
    return f"read_parquet('{path}')"


def _matrices(rows: dict[str, Any], genes: Genes, figures: int) -> tuple[Ints, tuple[csr_array, ...]]:
    keys, counts = np.unique(genes.key(rows["one"], rows["other"]), return_counts=True)
    ends = np.concatenate(([0], np.cumsum(counts)))
    places = rows["figure"].astype(np.int32)
    return keys, tuple(
        csr_array((np.asarray(rows[name], dtype=np.float64), places, ends), shape=(len(keys), figures))
        for name in ("raw", "figures", "weight", "newman", "log2")
    )


def _check(build: Path, drawn: Drawn, genes: Genes, connection: duckdb.DuckDBPyConnection) -> None:
    """Raise an error if the sums over figures are not the numbers that the build publishes."""
    published = connection.execute(
        "SELECT a.gene AS one, b.gene AS other, c.figures_all, c.figures, c.weight, c.npmi "
        f"FROM {_table(build, 'cooccurrences')} AS c "
        "JOIN genes AS a ON a.entity_id = c.subject_id JOIN genes AS b ON b.entity_id = c.object_id"
    ).fetchnumpy()
    keys = genes.key(published["one"], published["other"])
    unknown = int((~np.isin(keys, drawn.keys)).sum())
    if unknown:
        raise ValueError(f"{build}: no figure shows {unknown:,} pairs of the table cooccurrences")
    places = np.searchsorted(drawn.keys, keys)
    scores = drawn.scores(genes, np.ones(len(drawn.figures)))
    for name, values in zip(("figures_all", "figures", "weight", "npmi"), [*scores[:3], scores[5]], strict=True):
        lowest = LAST if name == "npmi" else 0.0
        # A gene that is reread with little probability makes no published pair, but has a share.
        expected = values.copy() if name == "weight" else np.full(len(values), lowest)
        expected[places] = np.ma.filled(published[name].astype(np.float64), lowest)
        wrong = int((~np.isclose(values, expected, rtol=1e-5, atol=1e-5)).sum())
        if wrong:
            raise ValueError(f"{build}: {wrong:,} pairs have another {name} in the table cooccurrences")


def pairs_of(builds: list[Drawn]) -> Ints:
    """Return the pairs that any of the builds shows, sorted."""
    keys: npt.NDArray[np.int64] = np.unique(np.concatenate([build.keys for build in builds]))
    return keys
