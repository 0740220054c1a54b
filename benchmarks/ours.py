"""Run kg in a process of its own and print the times of its stages, for the rows of benchmarks/run.py.

    python benchmarks/ours.py tables|no-store|everything SOURCE OUT [--jobs N] [--cache FOLDER]
    python benchmarks/ours.py dump BUILD FILE.nt

`dump` writes the N-Triples of a build, without the words, from its tables. kgx and morph-kgc are timed at the same.
"""

import argparse
import json
from pathlib import Path

from measure import folder_size, stopwatch

from kg.building.options import BuildResources
from kg.building.pipeline import build_tables
from kg.building.release import release
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.rdf.dump import NTriples

PAIRS_STAGE = "counting pairs"


def main() -> None:
    """Run one job and print a line of JSON: its stages, and its output in bytes and triples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", choices=["tables", "no-store", "everything", "dump"])
    parser.add_argument("source")
    parser.add_argument("out", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--cache", type=Path, help="folder of the parse cache")
    arguments = parser.parse_args()
    mark, stages = stopwatch()

    def progress(stage: str, done: int, total: int | None) -> None:
        # The last call of the counting stage means that all pairs are counted; their statistics follow.
        mark("statistics, writing pairs" if stage == PAIRS_STAGE and done == total else stage)

    triples = None
    if arguments.job == "dump":
        with KnowledgeGraph(arguments.source) as graph, arguments.out.open("wb") as file:
            triples = NTriples().write(graph, None, file, ("mentions", "cooccurrences"))
    else:
        mark("reading records")
        resources = BuildResources(jobs=arguments.jobs, cache=arguments.cache)
        if arguments.job == "tables":
            arguments.out.mkdir()
            build_tables([arguments.source], arguments.out, resources=resources, progress=progress)
        else:
            store = arguments.job == "everything"
            result = release(
                [arguments.source], arguments.out, resources=resources, with_store=store, progress=progress
            )
            triples = result.manifest["outputs"]["turtle"]["triples"]
    print(json.dumps({"stages": stages(), "bytes": folder_size(arguments.out), "triples": triples}))


if __name__ == "__main__":
    main()
