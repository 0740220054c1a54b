"""The house is built in layers: a module imports only from rows above its own, and siblings not at all."""

import ast
from pathlib import Path

import pytest
from conftest import ROOT

LAYERS = (
    ("errors",),
    ("terms", "text", "plugins", "processes", "disk"),
    ("model", "frontmatter", "names"),
    ("biolink",),
    ("lexicon.files",),
    ("lexicon.identity", "lexicon.expansions", "lexicon.compile"),
    ("lexicon.formats",),
    ("lexicon.downloads",),
    ("parsers.gmt",),
    (
        "sources",
        "parsers",
        "parsers.biothings",
        "parsers.citations",
        "parsers.figures",
        "parsers.kgx",
        "parsers.sidecars",
        "lexicon",
        "tables",
    ),
    ("cache",),
    ("ingest", "engines", "grounding", "inference", "mappings", "statistics", "lexicon.update"),
    ("engines.duckdb", "engines.spark", "cooccurrence"),
    ("judge",),
    ("report", "views", "assemble", "kept", "manifest", "pairs"),
    ("build", "graph"),
    ("exporters.syntax",),
    ("learn",),
    ("exporters", "exporters.triples", "layout", "vocabulary", "dataset", "store", "queries", "filling"),
    ("exporters.rdf", "testing"),
    (
        "exporters.duckdb",
        "exporters.gmt",
        "exporters.graphs",
        "exporters.jsonld",
        "exporters.graphml",
        "exporters.kgx",
        "exporters.neo4j",
        "exporters.sssom",
        "exporters.style",
    ),
    ("exporters.cx2",),
    ("exporters.cyjs", "exporters.html"),
    ("diff",),
    ("diff.triples",),
    ("plots.paper",),
    ("plots.placing",),
    ("plots.drawing",),
    ("plots",),
    ("cluster_pairs", "cluster_triples", "cluster_neo4j"),
    ("cluster",),
    ("validation.findings",),
    ("validation.rules", "validation.shapes"),
    ("validation.tables",),
    ("validation.outputs", "validation.pairs", "validation.rdf"),
    ("validation",),
    ("patched", "previous"),
    ("release", "display"),
    ("answers", "console", "look"),
    ("web", "web.asked", "web.names", "web.negotiation", "web.problems", "web.server", "web.worker"),
    ("web.coded",),
    ("web.network",),
    ("web.download", "web.evidence", "web.sparql"),
    ("web.api",),
    ("web.description", "web.guards", "web.protocol", "web.workers"),
    ("web.pool", "web.renewed"),
    ("web.endpoint",),
    ("web.app",),
    ("commands", "commands.shared"),
    (
        "commands.ask",
        "commands.build",
        "commands.diff",
        "commands.lexicon",
        "commands.look",
        "commands.plot",
        "commands.serve",
        "commands.validate",
    ),
    ("cli",),
    ("__main__",),
)
ROW = {module: row for row, modules in enumerate(LAYERS) for module in modules}

ALLOWED = {
    "networkx": {"graph", "plots.placing"},
    "rdflib": {"dataset", "validation.rdf", "validation.shapes", "vocabulary"},
    "matplotlib": {"plots.drawing", "plots.paper"},
    "pyshacl": {"validation.shapes"},
    "pyoxigraph": {
        "exporters.rdf",
        "exporters.triples",
        "store",
        "filling",
        "patched",
        "queries",
        "display",
        "answers",
        "commands.build",
        "validation.rdf",
        "web.description",
        "web.worker",
    },
    "starlette": {
        f"web.{name}" for name in ("api", "app", "endpoint", "guards", "problems", "protocol", "renewed", "server")
    },
    "uvicorn": {"web.server"},
    "h11": {"web.server"},
    "yaml": {"frontmatter"},
    "click": {"cli", "console", "commands.shared"}
    | {f"commands.{name}" for name in ("ask", "build", "diff", "lexicon", "look", "plot", "serve", "validate")},
    "duckdb": {"engines.duckdb", "validation.tables"},
    "py4j": {"engines.spark"},
    "pyspark": {"engines.spark", "cluster", "cluster_pairs"},
    "scipy": {"plots.drawing", "statistics"},
    "tqdm": {"console"},
    "platformdirs": {"lexicon.update", "commands.shared"},
    "obonet": {"lexicon.formats"},
}
"""Which modules may import which library."""


def modules() -> dict[str, Path]:
    package = ROOT / "kg"
    found = {}
    for path in sorted(package.rglob("*.py")):
        name = ".".join(path.relative_to(package).with_suffix("").parts).removesuffix(".__init__")
        if name != "__init__":
            found[name] = path
    return found


def imports(path: Path) -> set[str]:
    """Give what a file imports: our modules without `kg.`, libraries by their first name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            ours = {name for name in inside if name.removeprefix("kg.") in ROW}
            found |= ours or {node.module}
    return {name.removeprefix("kg.") if name.startswith("kg.") else name.partition(".")[0] for name in found}


def test_every_module_has_a_row() -> None:
    assert set(modules()) == set(ROW)


@pytest.mark.parametrize("module", sorted(ROW))
def test_a_module_imports_only_from_rows_above(module: str) -> None:
    below = {name for name in imports(modules()[module]) if name in ROW and ROW[name] >= ROW[module]}
    assert below == set()


@pytest.mark.parametrize("module", sorted(ROW))
def test_a_library_is_imported_only_where_it_has_its_job(module: str) -> None:
    found = imports(modules()[module])
    assert {library for library, homes in ALLOWED.items() if library in found and module not in homes} == set()


def test_files_and_functions_stay_short() -> None:
    for name, path in modules().items():
        source = path.read_text(encoding="utf-8")
        assert source.count("\n") <= 300, name
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 60, f"{name}.{node.name}"
