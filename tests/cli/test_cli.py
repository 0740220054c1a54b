"""The command line as people and scripts use it: answers on stdout, everything else on stderr, exit codes."""

import csv
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import click
import pandas as pd
import pytest
import rdflib
from click.testing import CliRunner, Result
from helpers.corpus import MDM2, TOY, TP53, genes, record, write_toy

from kg.building.manifest import BuildResult
from kg.cli import build_summary
from kg.cli.main import main
from kg.cli.query import QUERY_FORMATS
from kg.cli.query_answer import FORMATS
from kg.errors import REBUILD
from kg.runtime import plugins

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <http://purl.org/spar/fabio/Figure> }"
CONSTRUCT = "CONSTRUCT { ?s rdfs:label ?o } WHERE { ?s a biolink:Gene ; rdfs:label ?o }"
COMMANDS = ("build", "export", "lexicon", "lookup", "plugins", "query", "serve", "stats")


def run(*arguments: object, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments], input=given)


def answer(*arguments: object, given: bytes | None = None) -> str:
    result = run(*arguments, given=given)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def refusal(*arguments: object, given: bytes | None = None, code: int = 1) -> str:
    """Return the one line that a command ends with when it fails; click shows the usage before it."""
    result = run(*arguments, given=given)
    usage, mark, message = result.stderr.rpartition("\nError: ")
    assert (result.exit_code, result.stdout, message.count("\n")) == (code, "", 1)
    assert usage.startswith("Usage: ") or not mark
    return message


def shell(command: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a shell command in which $kg is the program, and $1, $2, ... are the arguments."""
    words = ["bash", "-c", command.replace("$kg", '"$0" -m kg'), sys.executable, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def copy(toy_build: Path, tmp_path: Path) -> Path:
    """A build that a test may damage."""
    shutil.copytree(toy_build, tmp_path / "copy")
    return tmp_path / "copy"


# -- help and usage


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_every_option(command: str) -> None:
    text = answer(command, "--help")
    assert text == answer(command, "-h")
    assert f"Example: kg {command}" in text
    for parameter in main.commands[command].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"kg {command}: {parameter.name} has no help"


def test_the_first_help_shows_examples_line_by_line_and_whole_summaries() -> None:
    lines = answer("--help").splitlines()
    assert "  kg query partners -p entity=TNFSF11" in lines
    assert "  kg export -f graphml --view ego --of TNFSF11 -o tnfsf11.graphml" in lines
    assert not [line for line in lines[1:] if line.endswith("...")]
    assert set(COMMANDS) <= set(main.commands)


HEAVY = ("duckdb", "pyarrow", "rdflib", "networkx", "numpy", "pyoxigraph", "yaml", "scipy", "tqdm", "pandas", "ssl")
"""Modules that take long to import."""


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (["--help"], ""),
        (["build", "--help"], ""),
        (["lookup", "p53"], "duckdb"),
        (["stats"], "duckdb"),
        (["query", "partners", "-p", "entity=TP53"], "pyoxigraph"),
        (["query", "partners", "-p", "entity=HDM2"], "duckdb pyoxigraph"),
    ],
)
def test_a_command_imports_only_the_libraries_that_its_answer_needs(
    toy_build: Path, arguments: list[str], needed: str
) -> None:
    build = [] if "--help" in arguments else ["--build", str(toy_build)]
    code = (
        f"import sys\nfrom kg.cli.main import main\ntry:\n    main({[*arguments, *build]})\nfinally:\n"
        f"    print(*sorted(name for name in {HEAVY} if name in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, needed)


def test_help_imports_no_command() -> None:
    code = (
        "import sys\nfrom kg.cli.main import main\ntry:\n    main(['--help'])\nfinally:\n"
        "    print(*sorted(name for name in sys.modules if name.startswith('kg.cli.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "kg.cli.main kg.cli.terminal"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["buidl"], "No such command 'buidl'"),
        (["build"], "Missing argument 'SOURCE...'"),
        (["build", "x", "--nope"], "No such option '--nope'"),
        (["build", "x", "--min-figures", "0"], "0 is not in the range x>=1"),
        (["build", "x", "-j", "many"], "'many' is not a valid integer range"),
        (["build", "x", "--base", "example.org/"], "'example.org/' is not an http(s) IRI that ends in /"),
        (["build", "x", "--base", "http://a b/"], "'http://a b/' is not an http(s) IRI that ends in /"),
        (["build", "x", "--base", "http://a/b"], "'http://a/b' is not an http(s) IRI that ends in /"),
        (["build", "x", "--base", "http://a/b#"], "'http://a/b#' is not an http(s) IRI that ends in /"),
        (["build", "x", "--base", ""], "'' is not an http(s) IRI that ends in /"),
        (["build", "x", "--master", "local"], "--master names a Spark cluster; add --engine spark"),
        (["validate", "a", "--build", "b"], "two builds, a and --build b; give one of them"),
        (
            ["validate", __file__],
            f"{__file__} is a file, and a build is a folder; check a file of RDF with: kg validate",
        ),
        (["serve", "a", "--build", "b"], "two builds, a and --build b; give one of them"),
        (["serve", "a", "--image-url", "https://x.org/{pmcid}"], "it has no {filename} or {figid}; placeholders:"),
        (["export"], "give a format with -f, or a file with -o"),
        (
            ["export", "-f", "turtle", "--view", "ego"],
            "turtle writes the whole graph; --view, --of, --genes and filters are",
        ),
        (
            ["export", "-f", "graphml", "--category", "protein"],
            "'protein' is not one of 'gene', 'family', 'chemical', 'disease'",
        ),
        (["query"], "give the name of a query, a file, a text or -; kg query --list shows the names"),
        (["query", "partners", "-p", "entity"], "'entity' is not NAME=VALUE"),
        (["query", "partners", "-f", "xlsx"], "'xlsx' is not one of 'table', 'tsv', 'csv', 'sparql-csv', "),
        (["stats", "--top", "0"], "0 is not in the range x>=1"),
        *(
            (command.split(), "'nan' is not a number")
            for command in (
                "validate --timeout nan",
                "serve --timeout nan",
                "plot network -o x.png --max-q nan",
                "export -f graphml --backbone nan",
            )
        ),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: Sequence[str], message: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in " ".join(result.stderr.split())


# -- build


def test_build_says_what_it_read_and_wrote_and_what_to_try_next(tmp_path: Path) -> None:
    source = write_toy(tmp_path / "toy")
    done = shell('cd "$1" && $kg build toy', tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("turtle", "store"))]
    assert lines == [
        "read        3 records and 5 tables in 9 files",
        "figures     4 in 4 papers",
        "entities    7 (1 chemical, 1 disease, 4 gene, 1 unknown)",
        "organisms   human 4 genes; the record names the organism for 0 of 12 genes in figures",
        "mentions    15",
        *[line for line in lines if line.startswith("pairs")],
        "ungrounded  1 name without identifier: no such thing",
        "report      exports/report.tsv: 0 errors, 0 warnings, 1 note",
        "",
        *[line for line in lines if line.startswith("graphml")],
        "tables      exports/tables/*.parquet",
        "",
        "next        kg stats",
    ]
    assert source.is_dir()


def test_a_build_of_a_figure_without_words_has_no_entities(tmp_path: Path) -> None:
    write_toy(tmp_path / "toy", {"PMC1__a.md": record("PMC1__a")})
    text = answer("build", tmp_path / "toy", "-o", tmp_path / "out", "--no-store")
    assert "entities    0\n" in text
    assert text.splitlines()[-1] == f"next        kg stats --build {tmp_path}/out"


def test_the_summary_of_a_build_on_a_cluster_names_its_folders(toy_build: Path) -> None:
    manifest = json.loads((toy_build / "manifest.json").read_text())
    outputs = {"ntriples": {"folder": "pfocr.nt", "triples": 1200}, "neo4j": {"folder": "neo4j", "rows": 3400}}
    text = build_summary.summary(BuildResult(manifest | {"outputs": outputs}, [], ()), "out")
    assert "ntriples    out/pfocr.nt: 1,200 triples\nneo4j       out/neo4j: 3,400 rows\n" in text


def test_a_quiet_build_says_nothing(tmp_path: Path) -> None:
    write_toy(tmp_path / "toy")
    assert answer("build", tmp_path / "toy", "-o", tmp_path / "exports", "--no-store", "-q") == ""


def test_build_reads_a_record_from_standard_input(tmp_path: Path) -> None:
    given = record("PMC1__a", keywords=("TP53", "MDM2")).encode()
    done = subprocess.run(
        [sys.executable, "-m", "kg", "build", "-", "-o", tmp_path / "exports", "--no-store"],
        input=given, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"read        1 record and 0 tables in 1 file\n")


def test_only_the_first_twenty_problems_are_shown(tmp_path: Path) -> None:
    bad = {f"PMC{number}__x.md": "no front matter\n" for number in range(10, 35)}
    write_toy(tmp_path / "toy", {"PMC1__a.md": TOY["_figures/PMC1__a.md"]} | bad)
    result = run("build", tmp_path / "toy", "-o", tmp_path / "exports", "--no-store")
    lines = result.stderr.splitlines()
    assert result.exit_code == 0
    assert lines[0] == "PMC10__x.md:1: error: no front matter: the first line must be ---"
    assert (len(lines), lines[-1]) == (21, f"... and 5 more in {tmp_path}/exports/report.tsv")


# -- export


@pytest.mark.parametrize(("name", "suffix"), [("turtle", ".ttl"), ("ntriples", ".nt"), ("graphml", ".graphml")])
def test_an_export_is_the_same_on_stdout_in_a_file_and_compressed(
    name: str, suffix: str, toy_build: Path, tmp_path: Path
) -> None:
    body = run("export", "--build", toy_build, "-f", name).stdout_bytes
    for target in (f"x{suffix}", f"x{suffix}.gz", f"again{suffix}.gz"):
        result = run("export", "--build", toy_build, "-o", tmp_path / target)
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr.startswith(f"{tmp_path / target}: ")
    assert (tmp_path / f"x{suffix}").read_bytes() == body
    packed = (tmp_path / f"x{suffix}.gz").read_bytes()
    assert gzip.decompress(packed) == body
    assert (tmp_path / f"again{suffix}.gz").read_bytes() == packed
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"again{suffix}.gz", f"x{suffix}", f"x{suffix}.gz"]


def test_the_dump_of_a_build_is_its_export(toy_build: Path) -> None:
    assert run("export", "--build", toy_build, "-f", "turtle").stdout_bytes == (toy_build / "pfocr.ttl").read_bytes()


def test_an_ego_view_holds_the_entity_and_its_partners(toy_build: Path) -> None:
    text = answer("export", "--build", toy_build, "-f", "graphml", "--of", "MDM2", "--min-figures", "1")
    space = "{http://graphml.graphdrawing.org/xmlns}"
    nodes = [node.get("id") for node in ET.fromstring(text).iter(f"{space}node")]
    assert "ncbigene:4193" in nodes
    assert "ncbigene:7157" in nodes


@pytest.mark.parametrize(
    ("code", "arguments", "message"),
    [
        (2, ["-f", "graphm"], "kg: no exporter is called 'graphm'; did you mean graphml?\n"),
        (2, ["-o", "x.graphml.bz2"], f"give one with -f: {', '.join(plugins.names('exporter'))}\n"),
        (2, ["-f", "graphml", "--view", "figures"], "kg: no view is called 'figures'; did you mean figure?\n"),
        (
            1,
            ["-f", "graphml", "--of", "MDM"],
            "kg: no entity or figure is called 'MDM'; MDM is SLURP1 in the lexicon, which this build does not draw;",
        ),
        (2, ["-f", "graphml", "--view", "ego"], "the ego view is of one entity; give it with --of\n"),
        (2, ["-f", "graphml", "--view", "full", "--of", "TP53"], "--of is for the ego and the figure view\n"),
    ],
)
def test_unknown_names_suggest_the_right_ones(
    code: int, arguments: Sequence[str], message: str, toy_build: Path
) -> None:
    assert message in refusal("export", "--build", toy_build, *arguments, code=code)


def test_genes_of_organisms_are_left_out_by_name_or_number(tmp_path: Path) -> None:
    row = "{}\tNA\tNA\t{}\t{}\t{}\t{}\tncbigene_symbol\t1\t1\t1\n"
    table = genes(TP53, MDM2) + row.format(10090, "P53", "P53", "Trp53", 22059)
    source = write_toy(tmp_path / "corpus", {"_data/PMC1__a-genes.tsv": table})
    said = answer("build", source, "-o", tmp_path / "all", "--no-store", "--no-cache")
    assert "organisms   human 2 genes, mouse 1; the record names the organism for 0 of 3 genes in figures\n" in said
    said = answer("build", source, "-o", tmp_path / "human", "--no-store", "--no-cache", "--without-taxon", "mouse")
    assert "left out    1 genes and families left out because of their organism: mouse 1\n" in said
    report = (tmp_path / "human" / "report.tsv").read_text(encoding="utf-8")
    assert "taxa-left-out\t\t\t1 genes and families left out because of their organism: mouse 1\n" in report
    export = ("export", "--build", tmp_path / "all", "-f", "graphml", "--view", "bipartite")
    assert answer(*export, "--taxon", "10090").count("<node ") == 2
    assert "'--taxon': 'martian' is no organism" in refusal(*export, "--taxon", "martian", code=2)


@pytest.mark.parametrize(
    "option", [["--flavour", "strict"], ["--taxon", "9606"], ["--without-taxon", "fly"], ["--min-probability", "0"]]
)
def test_the_words_view_knows_no_flavours_organisms_and_probabilities(option: Sequence[str], toy_build: Path) -> None:
    said = refusal("export", "--build", toy_build, "-f", "graphml", "--view", "words", *option, code=2)
    assert said == (
        "the words view has no flavours, organisms and probabilities, because words are not expanded; "
        "leave --flavour, --taxon, --without-taxon, --min-probability and --sure out\n"
    )


def test_the_full_view_of_a_flavour_has_only_entities_drawn_so(toy_build: Path) -> None:
    text = answer(
        "export", "--build", toy_build, "-f", "graphml", "--view", "full", "--flavour", "strict", "--min-figures", 1
    )
    nodes = {node.get("id") for node in ET.fromstring(text).iter("{http://graphml.graphdrawing.org/xmlns}node")}
    assert {"ncbigene:4193", "ncbigene:7157"} <= nodes
    assert {"ncbigene:207", "ncbigene:208"}.isdisjoint(nodes)  # of the family only


def test_an_export_that_fails_keeps_the_file_that_was_there(toy_build: Path, tmp_path: Path) -> None:
    (tmp_path / "x.graphml").write_text("before\n")
    refusal("export", "--build", toy_build, "-o", tmp_path / "x.graphml", "--of", "nobody")
    assert (tmp_path / "x.graphml").read_text() == "before\n"
    assert refusal("export", "--build", toy_build, "-f", "turtle", "-o", tmp_path) == (
        f"kg: {tmp_path}: cannot be written: Is a directory\n"
    )
    assert "cannot be written: No such file or directory" in refusal(
        "export", "--build", toy_build, "-o", tmp_path / "no" / "x.ttl"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["x.graphml"]


# A link to the device rather than the device: what would replace it hits the link.
@pytest.mark.parametrize("command", ["export -f ntriples", "query partners -f csv -p entity=MDM2"])
def test_a_device_is_written_into_and_not_replaced(command: str, toy_build: Path, tmp_path: Path) -> None:
    (tmp_path / "full").symlink_to("/dev/full")
    done = shell(f'$kg {command} --build "$1" -o "$2"', toy_build, tmp_path / "full")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"kg: {tmp_path}/full: cannot be written: No space left on device\n"
    assert (tmp_path / "full").is_char_device()
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


def test_a_named_pipe_gets_the_answer(toy_build: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.nt")
    done = shell('$kg export --build "$1" -f ntriples -o "$2" & cat "$2"; wait $!', toy_build, tmp_path / "pipe.nt")
    assert done.stdout == answer("export", "--build", toy_build, "-f", "ntriples")
    assert (tmp_path / "pipe.nt").is_fifo()


def test_a_link_to_a_file_stays_a_link(toy_build: Path, tmp_path: Path) -> None:
    (tmp_path / "link.nt").symlink_to("real.nt")
    run("export", "--build", toy_build, "-o", tmp_path / "link.nt")
    assert (tmp_path / "link.nt").is_symlink()
    assert (tmp_path / "real.nt").read_text() == answer("export", "--build", toy_build, "-f", "ntriples")


@pytest.mark.parametrize(
    "command", ["--help", "stats --build $1", "export -f turtle --build $1", "query --build $1 partners"]
)
def test_a_full_standard_output_is_one_line(command: str, toy_build: Path) -> None:
    done = shell(f"$kg {command} > /dev/full", toy_build)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("kg: ")
    assert done.stderr.endswith(": No space left on device\n")


@pytest.mark.parametrize("command", ["export -f ntriples", "query partners"])
def test_a_closed_standard_output_is_one_line(command: str, toy_build: Path) -> None:
    done = shell(f"$kg {command} --build $1 >&-", toy_build)
    assert (done.returncode, done.stderr) == (1, "kg: standard output is closed; give a file with -o\n")


def test_a_reader_that_goes_away_is_no_error(seeds_build: Path) -> None:
    done = shell("$kg export -f ntriples --build $1 | head -1", seeds_build)
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "")


# -- query


def test_a_canned_query_by_the_name_of_an_entity(toy_build: Path) -> None:
    text = answer("query", "--build", toy_build, "figures-of-genes", "-p", "gene=MDM2", "-p", "minimum=1", "-f", "csv")
    found = {row["figure"] for row in csv.DictReader(io.StringIO(text))}
    assert found == {"pfocr:PMC1__b", "pfocr:PMC2__c", "pfocr:PMC3__d"}


def test_a_table_says_what_a_parameter_holds_only_once(toy_build: Path) -> None:
    header = answer("query", "--build", toy_build, "partners", "-p", "entity=MDM2", "-f", "table").splitlines()[0]
    assert header.split() == ["partner", "name", "figures", "papers", "weight", "npmi", "q"]


def test_every_canned_query_is_listed(toy_build: Path) -> None:
    listed = {line.split()[0] for line in answer("query", "--list").splitlines()[2:]}
    assert {"partners", "figures-of-genes", "dataset"} <= listed
    for name in sorted(listed):
        result = run("query", "--build", toy_build, name)
        federated = "SERVICE" in answer("query", "--build", toy_build, name, "--show")
        expected = "kg: SERVICE asks another endpoint over the network; set KG_ALLOW_SERVICE=1 to allow it\n"
        lines = [line for line in result.stderr.splitlines(keepends=True) if "(the default); choose" not in line]
        said = "".join(line for line in lines if not line.startswith("no rows"))
        assert (result.exit_code, said) == ((1, expected) if federated else (0, "")), name


def test_a_query_says_its_default_and_that_it_has_no_rows(copy: Path) -> None:
    result = run("query", "--build", copy, "partners", "-f", "tsv", "-p", "entity=no such thing")
    assert (result.exit_code, result.stderr) == (
        0,
        "no rows; the store has pairs of 2 figures or more (--min-figures of kg build)\n",
    )
    assert "(the default); choose with -p entity=NAME\n" in run("query", "--build", copy, "partners").stderr


def test_show_prints_the_bound_query_and_does_not_run_it(toy_build: Path) -> None:
    text = answer("query", "--build", toy_build, "partners", "-p", "entity=MDM2", "--show")
    assert "VALUES ?entity { <https://identifiers.org/ncbigene/4193> }" in text
    assert answer("query", "--build", toy_build, "-", "-f", "csv", given=text.encode()).startswith("entity,partner,")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["partner"], "no query or file is called 'partner'; did you mean partners"),
        (["partners", "-p", "entiti=x"], "query partners has no parameter 'entiti'; it takes: entity"),
        (["partners", "-p", "entity=nothing"], "no entity or figure is called 'nothing'; "),
        (["partners", "-p", "entity=a", "-p", "entity=b"], "parameter entity takes one value, not 2: a, b"),
        (["specific-pairs", "-p", "minFigures=few"], "minFigures='few' is not of type integer"),
        (["-", "-p", "entity=x"], "-p is for canned queries; - is none (kg query --list)"),
        (["/"], "/: cannot be read: Is a directory"),
        (["partners", "-f", "turtle"], "turtle is for CONSTRUCT and DESCRIBE; take table, csv, tsv, json or xml"),
    ],
)
def test_a_wrong_query_or_parameter_is_one_line(arguments: Sequence[str], message: str, toy_build: Path) -> None:
    code = 2 if message.startswith("no query") else 1
    assert f"kg: {message}" in refusal("query", "--build", toy_build, *arguments, given=b"ASK {}", code=code)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"SELECT WHERE", "kg: "),
        (b"", "kg: "),
        (b"DROP ALL", "kg: "),
        (b"SELECT * WHERE { ?s ?p '\xff' }", "kg: standard input: not UTF-8 at byte 24; save it as UTF-8\n"),
        (b"SELECT * WHERE " + b"{" * 1000 + b"}" * 1000, "kg: standard input: nested 1000 levels deep; at most 100\n"),
        (
            b"SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "kg: standard input: SERVICE asks another",
        ),
        (b"SELECT * WHERE { service\tSILENT ?x { ?s ?p ?o } }", "kg: standard input: SERVICE asks another"),
        (CONSTRUCT.encode(), "kg: csv is for SELECT and ASK; take turtle or ntriples\n"),
    ],
)
def test_a_text_that_cannot_be_asked_is_one_line(text: bytes, message: str, toy_build: Path) -> None:
    assert refusal("query", "--build", toy_build, "-", "-f", "csv", given=text).startswith(message)


def test_an_answer_parses_in_every_format(toy_build: Path) -> None:
    def ask(format_: str) -> str:
        return answer("query", "--build", toy_build, "-", "-f", format_, given=COUNT.encode())

    assert list(csv.reader(io.StringIO(ask("csv")))) == [["n"], ["4"]]
    assert ask("tsv") == "n\n4\n"
    assert ask("sparql-csv") == "n\n4\n"
    assert ask("sparql-tsv") == "?n\n4\n"
    assert json.loads(ask("json"))["results"]["bindings"][0]["n"]["value"] == "4"
    literal = ET.fromstring(ask("xml")).find(".//{http://www.w3.org/2005/sparql-results#}literal")
    assert literal is not None
    assert literal.text == "4"
    assert ask("table") == "n\n-\n4\n"


def test_ask_answers_true_or_false(toy_build: Path) -> None:
    def ask(text: bytes, format_: str) -> str:
        return answer("query", "--build", toy_build, "-", "-f", format_, given=text)

    assert ask(b"ASK { ?s ?p ?o }", "table") == "true\n"
    assert ask(b"ASK { ?s ?p <http://no/> }", "table") == "false\n"
    assert json.loads(ask(b"ASK { ?s ?p ?o }", "json")) == {"head": {}, "boolean": True}
    assert "<boolean>true</boolean>" in ask(b"ASK { ?s ?p ?o }", "xml")


@pytest.mark.parametrize(("format_", "reader"), [("turtle", "turtle"), ("ntriples", "nt"), ("table", "turtle")])
def test_a_constructed_graph_is_the_same_each_time_and_parses(format_: str, reader: str, toy_build: Path) -> None:
    texts = {
        answer("query", "--build", toy_build, "-", "-f", format_, given=CONSTRUCT.encode()) for _ in range(3)
    }  # fmt: skip
    assert len(texts) == 1
    graph = rdflib.Graph().parse(data=texts.pop(), format=reader)
    assert sorted(str(label) for label in graph.objects()) == ["AKT1", "AKT2", "MDM2", "TP53"]


def test_a_query_from_a_file_into_a_file(toy_build: Path, tmp_path: Path) -> None:
    (tmp_path / "count.rq").write_text(COUNT)
    assert answer("query", "--build", toy_build, tmp_path / "count.rq", "-o", tmp_path / "n.tsv") == ""
    assert (tmp_path / "n.tsv").read_text() == "n\n4\n"


HOSTILE_TERMS = r"""
SELECT ?iri ?term ?other ?tiny ?small ?whole ?wrong ?text ?none ?last {
  BIND(<https://identifiers.org/ncbigene/8600> AS ?iri) BIND(biolink:Gene AS ?term) BIND(<https://a.org/b> AS ?other)
  BIND(1e-140 AS ?tiny) BIND(7.6E-4 AS ?small) BIND(2e0 AS ?whole) BIND("x"^^xsd:double AS ?wrong)
  BIND("\"a\tb\n\\c"@en AS ?text) BIND(true AS ?last)
}"""


def test_plain_rows_are_curies_bare_numbers_and_text_without_quotes(toy_build: Path) -> None:
    def ask(format_: str) -> str:
        return answer("query", "--build", toy_build, HOSTILE_TERMS, "-f", format_)

    start = ["ncbigene:8600", "biolink:Gene", "https://a.org/b", "1e-140", "0.00076", "2", "x"]
    assert ask("tsv").split("\n") == [
        "iri\tterm\tother\ttiny\tsmall\twhole\twrong\ttext\tnone\tlast",
        "\t".join([*start, r'"a\tb\n\\c', "", "true"]),
        "",
    ]
    assert [*csv.reader(io.StringIO(ask("csv"), newline=""))][1] == [*start, '"a\tb\n\\c', "", "true"]
    assert ask("table").splitlines()[-1].split()[:7] == start


def test_numbers_of_a_plain_query_are_numbers_to_pandas(seeds_build: Path) -> None:
    text = answer("query", "--build", seeds_build, "partners", "-p", "entity=TNFSF11", "-f", "tsv")
    frame = pd.read_csv(io.StringIO(text), sep="\t", quoting=csv.QUOTE_NONE)
    assert {column for column in frame if pd.api.types.is_numeric_dtype(frame[column])} == {
        *("figures", "papers", "weight", "npmi", "q")
    }
    assert frame["partner"][0] == "ncbigene:8792"


def test_the_argument_is_a_name_a_file_or_the_text_itself(
    toy_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert answer("query", "--build", toy_build, COUNT, "-f", "tsv") == "n\n4\n"
    assert answer("query", "--build", toy_build, "ASK {}") == "true\n"
    assert answer("query", "--build", toy_build, "ask{}", "--show") == "ask{}\n"
    (tmp_path / "SELECT all {x}").write_text("ASK { FILTER(false) }")
    assert answer("query", "--build", toy_build, "SELECT all {x}") == "false\n"
    (tmp_path / "dataset").write_text("ASK {}")
    assert answer("query", "--build", toy_build, "dataset", "-f", "tsv") != "true\n"
    message = "kg: no query or file is called 'select.rq'"
    assert refusal("query", "--build", toy_build, "select.rq", code=2).startswith(message)
    assert refusal("query", "--build", toy_build, "SELECT ?x").startswith("kg: line 1, column ")
    assert refusal("query", "--build", toy_build, "a" * 5000).count("a") < 200
    assert refusal("query", "--build", toy_build, "a\0b", code=2).startswith("kg: no query or file is called")
    assert refusal("query", "--build", toy_build, "", code=2).startswith("kg: no query or file is called ''")


def test_the_formats_of_the_command_are_those_of_its_answers() -> None:
    assert sorted(QUERY_FORMATS) == sorted(FORMATS)


# -- stats and plugins


def test_plugins_lists_what_is_declared() -> None:
    lines = [line.split()[:2] for line in answer("plugins").splitlines()[2:]]
    assert lines == [[kind, name] for kind in plugins.GROUPS for name in plugins.names(kind)]


# -- damaged builds


def _remove_store(folder: Path) -> None:
    shutil.rmtree(folder / "store")


def _cut_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes()[:100])


def _damage_store(folder: Path) -> None:
    (folder / "store" / "CURRENT").write_text("MANIFEST-999999\n")


def _remove_tables(folder: Path) -> None:
    shutil.rmtree(folder / "tables")


def _cut_table(folder: Path) -> None:
    table = folder / "tables" / "entities.parquet"
    table.write_bytes(table.read_bytes()[:50])


@pytest.mark.parametrize(
    ("damage", "command", "message"),
    [
        (shutil.rmtree, ["stats"], "kg: {0}: no build here; make one with: kg build SOURCE -o {0}\n"),
        (shutil.rmtree, ["query", "partners"], "kg: {0}: no build here; make one with: kg build SOURCE -o {0}\n"),
        (_remove_store, ["query", "partners"], "kg: {0}/store: this build has no store; make it with: kg build"),
        (_cut_manifest, ["query", "partners"], "kg: {0}/manifest.json: not a manifest of kg ("),
        (_cut_manifest, ["stats"], "kg: {0}/manifest.json: not a manifest of kg ("),
        (_damage_store, ["query", "partners"], "kg: {0}/store: cannot be opened ("),
        (_remove_tables, ["export", "-f", "turtle"], "kg: {0}/tables/"),
        (_remove_tables, ["stats"], "kg: {0}/tables/"),
    ],
)
def test_a_damaged_build_is_one_line(damage: Any, command: Sequence[str], message: str, copy: Path) -> None:
    damage(copy)
    assert refusal(command[0], "--build", copy, *command[1:]).startswith(message.format(copy))


@pytest.mark.parametrize("place", ["/dev/stdout", "/dev/fd/3"])
def test_a_log_that_standard_output_is_appended_to_stays(place: str, toy_build: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")
    done = shell(f'$kg export -f turtle --build "$1" -o {place} >> "$2" 3>> "$2"', toy_build, log)
    assert done.returncode == 0
    assert log.read_text().startswith("before\n@prefix")


@pytest.mark.parametrize("command", ["stats", "export -f turtle"])
def test_a_damaged_table_is_named(command: str, copy: Path) -> None:
    _cut_table(copy)
    done = shell(f'$kg {command} --build "$1"', copy)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"kg: {copy}/tables/entities.parquet: damaged or unreadable; {REBUILD}\n"


def test_a_table_with_damaged_rows_is_reported_in_one_line(copy: Path) -> None:
    table = copy / "tables" / "mentions.parquet"
    content = bytearray(table.read_bytes())
    content[4:200] = bytes(255 - byte for byte in content[4:200])  # the first pages; its description is at the end
    table.write_bytes(content)
    done = shell('$kg export -f turtle --build "$1"', copy)
    assert done.returncode == 1
    assert done.stderr.startswith("kg: a table of this build is damaged: ")
    assert done.stderr.endswith(f"; {REBUILD}\n")


def test_a_build_of_another_version_without_a_table_is_to_be_made_again(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps(manifest | {"version": "0.1.0"}))
    assert "drawn in" in answer("lookup", "P53", "--build", copy)
    (copy / "tables" / "words.parquet").unlink()
    said = refusal("stats", "--build", copy)
    assert said.startswith(f"kg: {copy}/tables/words.parquet: missing; made by kg 0.1.0; build again with this one")


def test_a_traceback_is_shown_only_when_asked_for(tmp_path: Path) -> None:
    assert "Traceback" not in refusal("stats", "--build", tmp_path)
    result = run("--debug", "stats", "--build", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith("Traceback (most recent call last):")
    assert result.stderr.splitlines()[-1].startswith(f"kg: {tmp_path}: no build here")


def test_a_name_that_no_figure_draws_says_how_to_take_the_drawn_word(seeds_build: Path) -> None:
    assert answer("lookup", "TRAP", "--build", seeds_build).splitlines()[1:3] == [
        "taken for TRAP (ncbigene:100187907), by its name, 0 figures",
        "no figure draws TRAP; for the drawn word, type word:TRAP",
    ]
    meant = answer("lookup", "word:TRAP", "--build", seeds_build).splitlines()[1]
    assert meant == "taken for TRAF2 (ncbigene:7186), by its drawn word, 1 figure"
