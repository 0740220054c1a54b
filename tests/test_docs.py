"""What is written is checked: columns, commands, queries, formats, and every example with its output.

python tests/test_docs.py      rewrites docs/api.md, docs/cli.md, docs/queries.md and the outputs in README.md and docs/
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from itertools import pairwise
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from helpers.api_page import api_page
from helpers.corpus import ROOT, SEEDS, write_toy

from kg.cli.main import main
from kg.graph.views import EDGE_COLUMNS, NODE_COLUMNS
from kg.model.build import SORT_KEYS
from kg.model.column_names import COLUMN_NAMES
from kg.model.tables import TABLES
from kg.rdf import canned_queries
from kg.rdf.vocabulary import TERMS
from kg.runtime import plugins

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
IDS = [str(page.relative_to(ROOT)) for page in PAGES]
TUTORIALS = sorted((DOCS / "tutorials").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


# -- the data model


def sections() -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """Give each table of the data model with its columns: name to (type, remarks)."""
    for part in re.split(r"^### ", text("data-model.md"), flags=re.MULTILINE)[1:]:
        name = part.split("\n", 1)[0]
        rows = re.findall(r"^\| `(\w+)` \| ([\w ]+) \| ([\w, ]*) ?\|", part, flags=re.MULTILINE)
        if name in TABLES:
            yield name, {column: (kind, remarks) for column, kind, remarks in rows}


def test_the_data_model_has_every_column_with_its_type_and_nothing_else() -> None:
    arrow = {"string": "string", "double": "double", "int32": "int32", "bool": "boolean"}
    declared = {
        name: {field.name: arrow.get(str(field.type), "list of string") for field in schema}
        for name, schema in TABLES.items()
    }
    assert {name: {column: kind for column, (kind, _) in columns.items()} for name, columns in sections()} == declared


def test_the_data_model_says_which_columns_are_keys_and_required() -> None:
    for name, columns in sections():
        keys = tuple(column for column, (_, remarks) in columns.items() if "key" in remarks)
        assert set(keys) == set(SORT_KEYS[name]), name
        required = {column for column, (_, remarks) in columns.items() if "required" in remarks}
        assert required == {field.name for field in TABLES[name] if not field.nullable}, name


@pytest.mark.parametrize("attribute", [*NODE_COLUMNS, *EDGE_COLUMNS])
def test_the_data_model_has_every_attribute_of_nodes_and_edges(attribute: str) -> None:
    assert f"`{attribute}`" in text("data-model.md").partition("## GraphML")[2]


def test_the_data_model_has_every_term_of_the_vocabulary() -> None:
    page = text("data-model.md")
    described = {"TestFamily", "tests", "inputDigest", "inputFiles", "lexiconVersion", "mappingDigest"}
    described |= {"maxEntities", "minFigures"}
    missing = [term.name for term in TERMS if f"kg:{term.name}" not in page and term.name not in described]
    assert missing == []


# -- formats and plug-ins


def test_every_exporter_and_plugin_is_in_the_docs() -> None:
    assert [name for name in plugins.names("exporter") if f"`{name}`" not in text("formats.md")] == []
    assert [
        name for kind in plugins.GROUPS for name in plugins.names(kind) if f"`{name}`" not in text("plugins.md")
    ] == []


def test_the_parser_and_the_exporter_of_the_docs_work(tmp_path: Path, seeds_build: Path) -> None:
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model.records import Figure, Mention
    from kg.testing import check_parser

    space: dict[str, type] = {}
    for kind, code in BLOCK.findall(text("plugins.md")):
        if kind == "python":
            exec(compile(code, "plugins.md", "exec"), space)
    parser, exporter = space["LinesParser"](), space["EdgeList"]()
    assert list(parser.parse("x.figs", b"PMC1__a\tTP53")) == [
        Figure("pfocr:PMC1__a", "pmc:PMC1"),
        Mention("pfocr:PMC1__a", "keyword", "unknown", 0, "TP53", "TP53"),
    ]
    title = b"RANKL and its receptor\n"
    assert check_parser(space["TitleParser"](), "PMC1__a.title", title) == [
        Figure("pfocr:PMC1__a", "pmc:PMC1", title="RANKL and its receptor")
    ]
    with KnowledgeGraph(seeds_build) as graph, (tmp_path / "x.edges").open("wb") as file:
        assert exporter.write(graph, graph.view("co-occurrence"), file) == 20
    assert (tmp_path / "x.edges").read_text().startswith("ncbigene:4772\tco-occurs\tncbigene:4790\n")


# -- commands and queries


def commands(group: click.Group = main, name: str = "kg") -> Iterator[tuple[str, click.Command]]:
    yield name, group
    for below, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {below}")
        else:
            yield f"{name} {below}", command


def cli_page() -> str:
    lines = ["# Commands", "", "Written from the program's own help by `python tests/test_docs.py`.", ""]
    for name, command in commands():
        # The group hands its help options on to its commands; a context made by hand has to be told.
        help_options = main.context_settings["help_option_names"]
        context = click.Context(command, info_name=name, terminal_width=100, help_option_names=help_options)
        lines += [f"## {name}", "", "```text", command.get_help(context), "```", ""]
    lines += [
        "Exit codes: 0 done (skipped records are listed); 1 failed, and nothing at the destination changed;",
        "2 wrong usage.",
        "",
    ]
    lines += ["Every option can be given as an environment variable: `KG_BUILD_JOBS=2` is `kg build --jobs 2`."]
    return "\n".join(lines) + "\n"


def queries_page() -> str:
    lines = [
        "# Canned queries",
        "",
        "Written from the headers of `queries/*.rq` by `python tests/test_docs.py`. Each file is valid SPARQL as it",
        "stands and can be pasted elsewhere; `kg query NAME -p parameter=value` fills a parameter in. Where an IRI is",
        "wanted, an identifier (CURIE or figid), a name, a synonym, a drawn word or an alias in the lexicon will do:",
        "[api.md](api.md#knowledgegraphresolve) has the order.",
        "",
        "The argument of `kg query` is the first of these that it can be: `-` for standard input, the name of a query",
        "below, a file, or the text of a query. A text has SELECT, ASK, CONSTRUCT or DESCRIBE with a blank or a brace",
        "behind it: `kg query 'SELECT (COUNT(*) AS ?n) { ?s a biolink:Gene }'`. Usual prefixes may be left out.",
        "",
        "| `-f` | answer |",
        "|---|---|",
        "| `table` | aligned columns for reading, the default on a terminal; numbers are short |",
        "| `tsv` | plain rows, the default for pipes and files |",
        "| `csv` | the same with commas; a text with a comma, a quote or a line end is quoted as RFC 4180 says |",
        "| `sparql-tsv`, `sparql-csv`, `json`, `xml` | the formats of SPARQL 1.1, as endpoints send them |",
        "| `turtle`, `ntriples` | answers of CONSTRUCT and DESCRIBE; `table` and `tsv` are Turtle for them |",
        "",
        "Plain rows begin with the names of the variables. An IRI is written by its prefix (`ncbigene:8600`,",
        "`biolink:Gene`) where it has one, and in full otherwise. A number is bare and as short as it can be without",
        "being another number (`0.00076`, `1e-140`), a text is without quotes and language, and a missing value is an",
        "empty cell. In `tsv` a tab, a line end or a backslash in a text is written as `\\t`, `\\n`, `\\r` or `\\\\`,",
        "so that each row is one line; [formats.md](formats.md#tables-for-pandas-polars-and-r) shows how to read it.",
        "",
        "A build writes the queries as RDF, too: `queries.ttl`, which its store holds, in the form of the example",
        "queries of the SIB: `sh:SPARQLExecutable` with `sh:select`, `sh:prefixes`, a comment, and",
        "`spex:federatesWith` for queries that ask other endpoints. `kg query --list -f turtle` prints the same. The",
        "answers of all queries that ask no other endpoint are equal in Oxigraph, rdflib, Jena and Virtuoso; tests",
        "compare their rows.",
        "",
    ]
    queries = [canned_queries.load(name) for name in canned_queries.names()]
    for category in sorted({query.category for query in queries}):
        links = [f"[{query.name}](#{query.name})" for query in queries if query.category == category]
        lines += [f"**{category}**: {', '.join(links)}.", ""]
    for query in queries:
        lines += [f"## {query.name}", "", f"**{query.title}** ({query.category}). {query.description}", ""]
        if query.parameters:
            lines += ["| parameter | type | default | |", "|---|---|---|---|"]
            lines += [f"| `{each.name}` | {each.type} | `{each.default}` | {each.label} |" for each in query.parameters]
            lines += [""]
    return "\n".join(lines)


def columns_page() -> str:
    lines = [
        "# What each column is called",
        "",
        "Written from `kg/model/column_names.py` by `python tests/test_docs.py`: all formats take their names from",
        "there. An empty cell is a column that the format leaves out. Parquet, DuckDB and Neo4j have every column",
        "under its own name.",
        "",
        "- **RDF**: Turtle, N-Triples, N-Quads, TriG, JSON-LD; [data-model.md](data-model.md) says what they mean.",
        "- **Networks**: GraphML, CX2, Cytoscape.js and networkx; `id`, `source`, `target` are the node and the ends",
        "  of the edge.",
        "- **KGX**: slots of the Biolink model, and names of ours where it has none.",
        "",
    ]
    for table, columns in COLUMN_NAMES.items():
        lines += [f"## {table}", "", "| column | RDF | networks | KGX |", "|---|---|---|---|"]
        for column, names in columns.items():
            cells = [", ".join(f"`{each}`" for each in of if each) for of in (names.rdf, (names.view,), (names.kgx,))]
            lines += [f"| `{column}` | {' | '.join(cells)} |"]
        lines += [""]
    return "\n".join(lines)


def test_the_page_of_columns_is_fresh() -> None:
    assert text("columns.md") == columns_page()


def test_the_page_of_the_library_is_fresh() -> None:
    assert text("api.md") == api_page()


def test_the_command_page_is_fresh() -> None:
    # In a process of its own, because click remembers the help option of a command that a test has called alone.
    program = "import test_docs; print(test_docs.cli_page(), end='')"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    assert text("cli.md") == done.stdout


def test_the_query_page_is_fresh() -> None:
    assert text("queries.md") == queries_page()


def test_every_command_has_an_example_in_its_help() -> None:
    for name, command in commands():
        assert isinstance(command, click.Group) or "Example: kg" in (command.help or ""), name


# -- examples


def run(command: str, folder: Path, *, fails: bool = False) -> str:
    """Run `kg ...` in a folder with seeds, docs and exports, as on a terminal of 120 columns."""
    environment = {"KG_QUERY_FORMAT_": "table", "COLUMNS": "120", "XDG_DATA_HOME": str(folder / "none")}
    if command.startswith("python "):
        arguments = [sys.executable, *command.split()[1:]]
        done = subprocess.run(
            arguments, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr
    with chdir(folder):
        result = CliRunner().invoke(main, shlex.split(command)[1:], prog_name="kg", env=environment)
    assert bool(result.exit_code) == fails, result.output
    return result.stdout + result.stderr


def workplace(folder: Path) -> Path:
    (folder / "seeds").symlink_to(SEEDS)
    (folder / "pathways.gmt").symlink_to(DOCS / "example-pathways.gmt")
    (folder / "docs").symlink_to(DOCS)
    write_toy(folder / "toy")
    run("kg build seeds", folder)
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workplace(tmp_path_factory.mktemp("docs"))


def examples(page: Path) -> list[tuple[str, str]]:
    """Give the commands of a page with the outputs it shows."""
    found = []
    for kind, body in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "console":
            command, _, output = body.partition("\n")
            found.append((command.removeprefix("$ "), output))
    return found


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_examples_print_what_the_page_shows(page: Path, place: Path) -> None:
    for command, output in examples(page):
        assert run(command, place) == output, command


def failures(page: Path) -> list[tuple[str, str]]:
    """Give the commands of a page that fail, with the messages it shows."""
    blocks = [body.partition("\n") for kind, body in BLOCK.findall(page.read_text(encoding="utf-8")) if kind == "text"]
    return [(command.removeprefix("$ "), output) for command, _, output in blocks if command.startswith("$ kg ")]


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_commands_fail_as_a_tutorial_shows(page: Path, place: Path) -> None:
    assert "\n## What can go wrong\n" in page.read_text(encoding="utf-8")
    for command, output in failures(page):
        assert run(command, place, fails=True) == output, command


MEASURED = re.compile(r"^<!-- run: (python .+?) -->\n(.*?)^<!-- end -->$", re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_measurements_are_what_their_commands_print(page: Path, request: pytest.FixtureRequest) -> None:
    for command, output in MEASURED.findall(page.read_text(encoding="utf-8")):
        request.getfixturevalue("shared")
        assert run(command, ROOT) == output, command


def library_examples(page: Path) -> list[tuple[str, str]]:
    """Give each block of Python with the output that follows it; a later block goes on where an earlier ends."""
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [
        (code, output)
        for (kind, code), (kind_after, output) in pairwise(blocks)
        if kind == "python" and kind_after == "text"
    ]


def run_library(codes: list[str], folder: Path) -> list[str]:
    """Run blocks of one page in one process; give the output of each."""
    mark = "-- end of a block"
    program = f"\nprint({mark!r})\n".join(codes)
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.split(f"{mark}\n")


@pytest.mark.parametrize("page", [ROOT / "README.md", *TUTORIALS], ids=lambda page: page.stem)
def test_the_library_prints_what_a_page_shows(page: Path, place: Path) -> None:
    if shown := library_examples(page):
        assert run_library([code for code, _ in shown], place) == [output for _, output in shown]


def test_every_command_is_in_the_readme_or_the_command_page() -> None:
    shown = " ".join(command for page in PAGES for command, _ in examples(page))
    missing = [name for name, command in commands() if not isinstance(command, click.Group) and name not in shown]
    assert missing == [
        "kg completion", "kg cytoscape", "kg lexicon update", "kg mcp", "kg plugins", "kg serve",
    ]  # fmt: skip


def rewrite() -> None:
    """Bring the pages up to what the program does now; read the difference before you commit it."""
    from tempfile import TemporaryDirectory

    (DOCS / "api.md").write_text(api_page(), encoding="utf-8")
    (DOCS / "cli.md").write_text(cli_page(), encoding="utf-8")
    (DOCS / "columns.md").write_text(columns_page(), encoding="utf-8")
    (DOCS / "queries.md").write_text(queries_page(), encoding="utf-8")
    with TemporaryDirectory() as name:
        folder = workplace(Path(name))
        for page in PAGES:
            old = page.read_text(encoding="utf-8")
            for command, output in examples(page):
                old = old.replace(f"$ {command}\n{output}```", f"$ {command}\n{run(command, folder)}```")
            for command, output in MEASURED.findall(old):
                old = old.replace(f"{command} -->\n{output}<!-- end", f"{command} -->\n{run(command, ROOT)}<!-- end")
            if page in TUTORIALS:
                for command, output in failures(page):
                    old = old.replace(
                        f"$ {command}\n{output}```", f"$ {command}\n{run(command, folder, fails=True)}```"
                    )
            if page in {PAGES[0], *TUTORIALS}:
                codes = [code for code, _ in library_examples(page)]
                for (code, output), new in zip(library_examples(page), run_library(codes, folder), strict=bool(codes)):
                    old = old.replace(f"{code}```\n\n```text\n{output}```", f"{code}```\n\n```text\n{new}```")
            page.write_text(old, encoding="utf-8")


if __name__ == "__main__":
    rewrite()
