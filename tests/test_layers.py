"""The house is built in layers: a module imports only from rows above its own, and siblings not at all."""

import ast
from pathlib import Path

import pytest
from conftest import ROOT

LAYERS = (
    ("errors",),
    ("terms", "text", "plugins", "processes", "disk"),
    ("model", "frontmatter", "names"),
    ("lexicon.files",),
    ("lexicon.identity", "lexicon.expansions", "lexicon.compile"),
    ("lexicon.formats",),
    ("lexicon.downloads",),
    ("sources", "parsers", "parsers.figures", "parsers.sidecars", "parsers.citations", "lexicon", "tables"),
    ("cache",),
    ("ingest", "engines", "grounding", "inference", "mappings", "statistics", "lexicon.update"),
    ("engines.duckdb", "engines.spark", "cooccurrence"),
    ("judge",),
    ("report", "views", "assemble", "manifest", "pairs"),
    ("build", "graph"),
    ("exporters.syntax",),
    ("learn",),
    ("exporters", "exporters.layout", "exporters.triples", "vocabulary", "dataset", "store", "queries", "filling"),
    ("exporters.rdf",),
    (
        "exporters.duckdb",
        "exporters.graphs",
        "exporters.jsonld",
        "exporters.graphml",
        "exporters.neo4j",
        "exporters.sssom",
        "exporters.style",
    ),
    ("exporters.cx2",),
    ("exporters.cyjs",),
    ("cluster_pairs", "cluster_triples", "cluster_neo4j"),
    ("cluster",),
    ("previous",),
    ("release", "display"),
    ("answers", "console", "look"),
    ("web", "web.asked", "web.names"),
    ("web.coded",),
    ("web.network",),
    ("web.download", "web.evidence", "web.sparql"),
    ("web.api",),
    ("commands", "commands.shared"),
    ("commands.ask", "commands.build", "commands.lexicon", "commands.look"),
    ("cli",),
    ("__main__",),
)
ROW = {module: row for row, modules in enumerate(LAYERS) for module in modules}

ALLOWED = {
    "networkx": {"graph"},
    "rdflib": {"dataset", "vocabulary"},
    "pyoxigraph": {
        "exporters.rdf",
        "exporters.triples",
        "store",
        "filling",
        "queries",
        "display",
        "answers",
        "commands.build",
    },
    "yaml": {"frontmatter"},
    "click": {"cli", "console", "commands.shared"}
    | {f"commands.{name}" for name in ("ask", "build", "lexicon", "look")},
    "duckdb": {"engines.duckdb"},
    "py4j": {"engines.spark"},
    "pyspark": {"engines.spark", "cluster", "cluster_pairs"},
    "scipy": {"statistics"},
    "starlette": {"web.api"},
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
