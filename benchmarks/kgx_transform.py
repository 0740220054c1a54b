"""Run kgx transform without a network: TSV nodes and edges to N-Triples. Needs an environment with kgx, not ours.

    python benchmarks/kgx_transform.py NODES EDGES FILE.nt [--stream]

kgx downloads the Biolink model and three lists of prefixes at its start. Here it reads them from the package
biolink-model, which is installed with it. kgx does no more work than usual: it reads and parses the same model.
"""

import argparse
import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

CONTEXTS = ("biolink", "monarch_context", "obo_context")


def main() -> None:
    """Replace the addresses by local copies, then transform."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nodes")
    parser.add_argument("edges")
    parser.add_argument("out")
    parser.add_argument("--stream", action="store_true")
    arguments = parser.parse_args()
    spec = find_spec("biolink_model")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    model = Path(next(iter(spec.submodule_search_locations)))
    toolkit = import_module("bmt.toolkit").Toolkit
    toolkit.__init__.__defaults__ = (str(model / "schema" / "biolink_model.yaml"), {"predicate mappings": []})
    prefixes = json.loads((model / "prefixmaps" / "biolink-model-prefix-map.json").read_text(encoding="utf-8"))
    import_module("kgx.config").jsonld_context_map.update(dict.fromkeys(CONTEXTS, prefixes))
    import_module("kgx.cli.cli_utils").transform(
        inputs=[arguments.nodes, arguments.edges],
        input_format="tsv",
        output=arguments.out,
        output_format="nt",
        stream=arguments.stream,
    )
    with Path(arguments.out).open("rb") as file:
        print(json.dumps({"bytes": Path(arguments.out).stat().st_size, "triples": sum(1 for _ in file)}))


if __name__ == "__main__":
    main()
