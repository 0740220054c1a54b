"""The house is built in layers: a package imports only from the rows above its own, and no modules form a cycle."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from helpers.corpus import ROOT

LAYERS = (
    ("errors",),
    ("model", "runtime", "engines"),
    ("parsers", "lexicon", "cooccurrence", "enrichment"),
    ("ingest", "graph"),
    ("exporters", "rdf"),
    ("diff", "web", "testing"),
    ("building", "publishing"),
    ("validation",),
    ("cli",),
    ("__main__",),
)
"""Packages and modules of `kg`, from the ground up. Packages of one row may import each other, without cycles."""

ROW = {package: row for row, packages in enumerate(LAYERS) for package in packages}

HOMES = {
    "click": ("cli",),
    "duckdb": ("engines.duckdb", "engines.duckdb_errors", "validation.tables"),
    "h11": ("web.server",),
    "matplotlib": ("exporters.plots", "graph.notebook"),
    "mcp": ("web.mcp",),
    "mcp_types": ("web.mcp",),
    "ndex2": ("exporters.ndex",),
    "networkx": ("exporters.network_columns", "exporters.plots.layout", "graph.knowledge_graph"),
    "obonet": ("lexicon.update.source_formats",),
    "pandas": ("graph.result",),
    "platformdirs": ("cli.options", "lexicon.files", "lexicon.folder"),
    "polars": ("graph.result",),
    "prometheus_client": ("web.metrics",),
    "py4j": ("engines.spark",),
    "pydantic": ("web.mcp",),
    "pyoxigraph": (
        "building.incremental.update_store",
        "building.options",
        "cli",
        "model.agents",
        "rdf",
        "validation.adjacency",
        "validation.class_counts",
        "validation.rdf",
        "web.linked_data",
        "web.mcp",
        "web.sparql",
    ),
    "pyshacl": ("validation.shapes",),
    "pyspark": ("building.spark", "engines.spark"),
    "rdflib": (
        "publishing.description",
        "rdf.description_turtle",
        "rdf.query_rdf",
        "rdf.releases",
        "rdf.vocabulary_rdf",
        "rdf.void",
        "rdf.void_partitions",
        "validation.rdf",
        "validation.shapes",
    ),
    "requests": ("exporters.ndex",),
    "s3fs": ("runtime.download.objects",),
    "scipy": (
        "cooccurrence.statistics",
        "enrichment",
        "exporters.plots.drawing",
        "exporters.positions",
        "lexicon.context",
    ),
    "starlette": ("web",),
    "tqdm": ("cli.terminal",),
    "uvicorn": ("web.server",),
    "yaml": ("parsers.frontmatter",),
}
"""Third-party library to the packages and modules that may import it."""


@cache
def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of every module, by its name without `kg.`."""
    package = ROOT / "kg"
    return {
        name: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(package.rglob("*.py"))
        if (name := _name(path.relative_to(package))) != "__init__"
    }


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


@cache
def imports(module: str) -> frozenset[str]:
    """Return what a module imports: our modules without `kg.`, libraries by their first name."""
    return frozenset(_imports(modules()[module]))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module:
            package = node.module.removeprefix("kg").removeprefix(".")
            if node.module.partition(".")[0] != "kg":
                yield node.module.partition(".")[0]
                continue
            for alias in node.names:
                inside = f"{package}.{alias.name}".removeprefix(".")
                yield inside if inside in modules() else package


def at_import(module: str) -> set[str]:
    """Return the modules of ours that are imported as soon as a module is, not inside its functions."""
    tree = modules()[module]
    inside = {id(child) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for child in ast.walk(node)}
    typing = {
        id(child) for node in tree.body if isinstance(node, ast.If) for child in ast.walk(node)
    }  # `if TYPE_CHECKING:`
    nodes = [node for node in ast.walk(tree) if id(node) not in inside | typing and isinstance(node, ast.ImportFrom)]
    return {name for name in _imports(ast.Module(list(nodes), [])) if name in modules()}


def top(module: str) -> str:
    return module.partition(".")[0]


def test_every_package_has_a_row() -> None:
    assert {top(module) for module in modules()} == set(ROW)


@pytest.mark.parametrize("package", sorted(ROW))
def test_a_package_imports_only_from_rows_above(package: str) -> None:
    below = {
        (module, imported)
        for module in modules()
        if top(module) == package
        for imported in imports(module)
        if top(imported) in ROW and top(imported) != package and ROW[top(imported)] > ROW[package]
    }
    assert below == set()


def test_no_modules_form_a_cycle() -> None:
    try:
        TopologicalSorter({module: at_import(module) for module in modules()}).prepare()
    except CycleError as error:
        pytest.fail(f"a cycle: {' -> '.join(error.args[1])}")


def test_no_packages_form_a_cycle() -> None:
    packages: dict[str, set[str]] = {package: set() for package in ROW}
    for module in modules():
        packages[top(module)] |= {top(name) for name in imports(module) if top(name) in ROW} - {top(module)}
    try:
        TopologicalSorter(packages).prepare()
    except CycleError as error:
        pytest.fail(f"a cycle: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_is_imported_only_where_it_has_its_job(library: str) -> None:
    homes = HOMES[library]
    strays = {
        module
        for module in modules()
        if library in imports(module) and not any(f"{module}.".startswith(f"{home}.") for home in homes)
    }
    assert strays == set()


def test_files_and_functions_stay_short() -> None:
    for name, tree in modules().items():
        for node in ast.walk(tree):
            length = (getattr(node, "end_lineno", None) or 0) - getattr(node, "lineno", 0)
            if isinstance(node, ast.FunctionDef):
                assert length < 60, f"{name}.{node.name}"
        assert max(getattr(node, "end_lineno", 0) for node in [*tree.body, ast.Pass(end_lineno=0)]) <= 300, name
