"""The time that a test of 500 genes takes, as a Markdown table: the one of docs/enrichment.md.

    python benchmarks/enrichment_speed.py BUILD

The genes are drawn by how often figures have them, because such lists hit most figures. A first test prepares the
trials, which further tests reuse. CPU seconds add up all cores.
"""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kg.enrichment.enrich import EnrichmentOptions, enrich
from kg.enrichment.universe import Universe
from kg.graph.knowledge_graph import KnowledgeGraph

SEED, GENES = 3, 500


def main(folder: Path) -> None:
    """Print the table of one build."""
    rows: list[tuple[str, float, float]] = []

    def timed(name: str, run: Callable[[], object]) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        rows.append((name, time.perf_counter() - wall, time.process_time() - cpu))

    with KnowledgeGraph(folder) as graph:
        timed("read the build", lambda: Universe(graph.engine))
        universe = Universe(graph.engine)
    genes = np.flatnonzero(universe.entities["category"].to_numpy(zero_copy_only=False) == "gene")
    weights = np.bincount(universe.mentions.entity, minlength=len(universe.entities))[genes].astype(np.float64)
    chosen = np.random.default_rng(SEED).choice(genes, GENES, replace=False, p=weights / weights.sum())
    ids = universe.entities["entity_id"].take(chosen).to_pylist()
    half = universe.entities["entity_id"].take(genes[::2]).to_pylist()
    for name, options in (
        ("by words", EnrichmentOptions()),
        ("by genes", EnrichmentOptions(by="genes")),
        ("chemicals and diseases", EnrichmentOptions(of="entities")),
    ):
        for time_ in ("first", "further"):
            timed(f"{name}, {time_} list", lambda options=options: enrich(universe, ids, options))  # type: ignore[misc]
    timed("by words, within half of the genes", lambda: enrich(universe, ids, EnrichmentOptions(background=half)))
    print("| step | wall s | CPU s |\n|---|---:|---:|")
    print("\n".join(f"| {name} | {wall:.2f} | {cpu:.2f} |" for name, wall, cpu in rows))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows_of = enrich(universe, ids).table.num_rows
    print(f"\n{len(universe.figures):,} figures, {len(universe.mentions.figure):,} likely mentions; ", end="")
    print(f"{rows_of:,} figures are hit twice or more; {memory:,.0f} MB at most.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
