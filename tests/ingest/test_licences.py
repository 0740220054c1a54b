"""Licences of articles: PMC's list, plain tables, bad lines, and what figures get."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers.corpus import write_toy
from rdflib import DCTERMS, Graph

import kg
from kg.cli.main import main
from kg.errors import SourceError
from kg.ingest.licences import LONGEST, BadLine, LicenceFile

HEADER = "File,Article Citation,Accession ID,Last Updated (YYYY-MM-DD HH:MM:SS),PMID,License\n"
LIST = HEADER + (
    'oa_package/08/e0/PMC1.tar.gz,"J. Test, Part B. 2001; 3(1):55",PMC1,2019-11-05 11:56:12,11250745,CC BY\n'
    "oa_package/b0/ac/PMC2.tar.gz,J Test. 2001; 3(1):61,PMC2,2019-11-05 11:56:12,11250746,NO-CC CODE\n"
    "oa_package/b0/ac/PMC9.tar.gz,J Test. 2001; 3(1):61,PMC9,2019-11-05 11:56:12,,CC0\n"
)
TEXT_LIST = (
    "2019-11-05 11:56:12\n"
    'oa_package/08/e0/PMC1.tar.gz\tJ. "Test", Part B. 2001; 3(1):55\tPMC1\tPMID:11250745\tCC BY\n'
    "oa_package/b0/ac/PMC2.tar.gz\tJ Test. 2001; 3(1):61\tPMC2\tPMID:11250746\tNO-CC CODE\n"
    "oa_package/b0/ac/PMC9.tar.gz\tJ Test. 2001; 3(1):61\tPMC9\t\tCC0\n"
)


def read(folder: Path, text: str, name: str = "list.csv") -> LicenceFile:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return LicenceFile(path)


@pytest.mark.parametrize(
    ("name", "text"), [("oa_file_list.csv", LIST), ("oa_file_list.csv.gz", LIST), ("oa_file_list.txt", TEXT_LIST)]
)
def test_the_list_of_pmc(tmp_path: Path, name: str, text: str) -> None:
    found = read(tmp_path, text, name).of({"pmc:PMC1", "pmc:PMC2", "pmc:PMC3"})
    assert found == ({"pmc:PMC1": "CC BY", "pmc:PMC2": "NO-CC CODE"}, (), 3)


@pytest.mark.parametrize(
    "text",
    [
        "PMCID,licence\nPMC1,CC BY\n",
        "licence\tPMCID\tnote\nCC BY\tPMC1\tx\n",
        "PMC1,CC BY\n",
        "\ufeffpmcid\tlicense\r\nPMCID: PMC1.2\t CC BY \r\n\r\n",
        "Key,ETag,Article Citation,AccessionID,Last Updated UTC,PMID,License,Retracted\nk,e,c,PMC1,d,1,CC BY,no\n",
    ],
)
def test_plain_tables(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).of({"pmc:PMC1"}) == ({"pmc:PMC1": "CC BY"}, (), 1)


@pytest.mark.parametrize("length", [LONGEST + 1, 3 * LONGEST - 5, 5_000_000])
def test_a_line_without_an_end_is_no_row(tmp_path: Path, length: int) -> None:
    long = "PMC1," + (length - 6) * "x"
    found = read(tmp_path, f"PMCID,licence\n{long}\nPMC2,CC BY\n{long}", "list.csv.gz").of({"pmc:PMC1", "pmc:PMC2"})
    told = "a line of 65,536 bytes or more is no row; the line is skipped"
    assert found == ({"pmc:PMC2": "CC BY"}, (BadLine(2, told), BadLine(4, told)), 1)
    with pytest.raises(SourceError, match="'' names no columns"):
        read(tmp_path, long + "\nPMC1,CC BY\n")


def test_a_bad_line_is_told_and_spoils_no_other(tmp_path: Path) -> None:
    lines = ["PMCID,licence", '"PMC1,CC BY', "12345,CC BY", "PMC2,", "PMC3", "PMC4,CC0", "PMC4,CC BY", "PMC4,CC0"]
    found = read(tmp_path, "\n".join(lines)).of({"pmc:PMC4"})
    assert found.codes == {"pmc:PMC4": "CC0"}
    assert found.bad == (
        BadLine(2, "'\"PMC1,CC BY' has no cells for PMCID and licence; the line is skipped"),
        BadLine(3, "'12345' is no PMCID such as PMC4168338; the line is skipped"),
        BadLine(4, "PMC2 has no licence; the line is skipped"),
        BadLine(5, "'PMC3' has no cells for PMCID and licence; the line is skipped"),
        BadLine(7, "pmc:PMC4 has 'CC BY' here and 'CC0' above, which counts"),
    )


def test_ten_bad_lines_are_named_and_the_others_counted(tmp_path: Path) -> None:
    found = read(tmp_path, "PMCID,licence\n" + "x,CC0\n" * 1_212).of(set())
    assert [bad.line for bad in found.bad] == [*range(2, 12), None]
    assert found.bad[-1].message == "1,202 more lines give no licence"


def test_what_is_no_list_is_refused(tmp_path: Path) -> None:
    for name, text in (("a.csv", ""), ("b.csv", "gene,score\nTP53,1\n")):
        with pytest.raises(SourceError, match=f"{name}:1: .* names no columns of PMCID and licence; give PMC's list"):
            read(tmp_path, text, name)
    with pytest.raises(SourceError, match="cannot be read: "):
        LicenceFile(tmp_path)
    (tmp_path / "cut.gz").write_bytes(gzip.compress(LIST.encode())[:-20])
    with pytest.raises(SourceError, match="damaged, cannot be read to its end"):
        LicenceFile(tmp_path / "cut.gz").of(set())


def test_figures_get_the_licence_of_their_article(tmp_path: Path) -> None:
    corpus = write_toy(tmp_path / "in")
    (tmp_path / "list.csv").write_text(LIST + "bad line\n")
    arguments = ["build", str(corpus), "-o", str(tmp_path / "out"), "--licences", str(tmp_path / "list.csv"), "-q"]
    answer = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    with kg.open(tmp_path / "out") as graph:
        rows = graph.engine.fetch("SELECT DISTINCT paper_id, license FROM figures ORDER BY paper_id").to_pylist()
        found = {row["paper_id"]: row["license"] for row in rows}
        assert found["pmc:PMC1"] == "CC BY"
        assert found["pmc:PMC2"] == "NO-CC CODE"
        assert {code for paper, code in found.items() if paper not in ("pmc:PMC1", "pmc:PMC2")} <= {None}
        digest = graph.build.manifest["licences"]["sha256"]
    assert digest == LicenceFile(tmp_path / "list.csv").digest
    report = (tmp_path / "out" / "report.tsv").read_text()
    assert "warning\tbad-licence\tlist.csv\t5\t'bad line' has no cells" in report
    dump = Graph().parse(tmp_path / "out" / "pfocr.ttl")
    licensed = {(str(figure), str(licence)) for figure, licence in dump.subject_objects(DCTERMS.license)}
    assert {licence for _, licence in licensed} == {"https://creativecommons.org/licenses/by/"}
    assert all("PMC1__" in figure for figure, _ in licensed)


def test_a_changed_list_makes_a_build_again(tmp_path: Path) -> None:
    corpus, cache = str(write_toy(tmp_path / "in")), tmp_path / "cache"
    for code in ("CC0", "CC BY-SA"):
        (tmp_path / "list.csv").write_text(f"PMC1,{code}\n")
        kg.build(corpus, tmp_path / "out", licences=tmp_path / "list.csv", cache=cache)
        with kg.open(tmp_path / "out") as graph:
            rows = graph.engine.fetch("SELECT DISTINCT license FROM figures WHERE paper_id = 'pmc:PMC1'").to_pylist()
        assert rows == [{"license": code}]


def test_enrich_shows_figures_of_a_licence(tmp_path: Path) -> None:
    corpus = str(write_toy(tmp_path / "in"))
    (tmp_path / "list.csv").write_text("PMC1,CC BY\nPMC2,CC0\n")
    kg.build(corpus, tmp_path / "out", licences=tmp_path / "list.csv", store=False)
    with kg.open(tmp_path / "out") as graph:
        names = graph.engine.fetch("SELECT name FROM entities WHERE category = 'gene'")["name"].to_pylist()
        for licences in ({"CC BY"}, {"CC BY", "CC0"}):
            papers = {figure.partition("__")[0] for figure in graph.licensed(licences)}
            assert papers == {"pfocr:PMC1", "pfocr:PMC2"} if "CC0" in licences else {"pfocr:PMC1"}
    run, shown = CliRunner(), {}
    command = ["enrich", "--build", str(tmp_path / "out"), "-f", "json", "--all", "--min-words", "1"]
    command += [part for name in names for part in ("--of", name)]
    for licence in ("CC BY", "CC0"):
        answer = run.invoke(main, [*command, "--license", licence], catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        shown[licence] = {row["figure_id"].partition("__")[0] for row in json.loads(answer.stdout)["rows"]}
    assert shown == {"CC BY": {"pfocr:PMC1"}, "CC0": {"pfocr:PMC2"}}
    wrong = run.invoke(main, [*command, "--license", "GPL"])
    assert "no licence of a figure is called 'GPL'; known: CC BY, CC0" in wrong.output
