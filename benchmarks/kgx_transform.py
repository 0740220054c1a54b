"""Run kgx transform without a network: TSV nodes and edges to N-Triples. Needs an environment with kgx, not ours.

    python benchmarks/kgx_transform.py NODES EDGES FILE.nt [--stream]

kgx fetches the Biolink model and three lists of prefixes as it starts. They are handed to it here from the package
biolink-model, which it brings along. That costs kgx nothing it would not do: the model is read and parsed as ever.
"""

import argparse
import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

CONTEXTS = ("biolink", "monarch_context", "obo_context")


def main() -> None:
    """Set the local copies in place of the addresses, then transform."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nodes")
    parser.add_argument("edges")
    parser.add_argument("out")
    parser.add_argument("--stream", action="store_true")
    asked = parser.parse_args()
    found = find_spec("biolink_model")
    assert found is not None
    assert found.submodule_search_locations is not None
    model = Path(next(iter(found.submodule_search_locations)))
    toolkit = import_module("bmt.toolkit").Toolkit
    toolkit.__init__.__defaults__ = (str(model / "schema" / "biolink_model.yaml"), {"predicate mappings": []})
    prefixes = json.loads((model / "prefixmaps" / "biolink-model-prefix-map.json").read_text(encoding="utf-8"))
    import_module("kgx.config").jsonld_context_map.update(dict.fromkeys(CONTEXTS, prefixes))
    import_module("kgx.cli.cli_utils").transform(
        inputs=[asked.nodes, asked.edges],
        input_format="tsv",
        output=asked.out,
        output_format="nt",
        stream=asked.stream,
    )
    with Path(asked.out).open("rb") as file:
        print(json.dumps({"bytes": Path(asked.out).stat().st_size, "triples": sum(1 for _ in file)}))


if __name__ == "__main__":
    main()
