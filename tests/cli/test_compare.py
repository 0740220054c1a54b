"""`kg compare`: files of several databases, bad input and every format, on the figures of tests/helpers/pathways.py."""

import csv
import gzip
import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from helpers.pathways import GMT, write_pathway_build

from kg.cli.main import main
from kg.runtime import plugins

VALUES = ("--max-q", "0.25", "--min-coverage", "0.8")


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pathway_build(tmp_path_factory.mktemp("pathways"))


@pytest.fixture
def gmt(tmp_path: Path) -> Path:
    path = tmp_path / "some.gmt"
    path.write_text(GMT, encoding="utf-8")
    return path


def run(build: Path, *arguments: object, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["compare", "--build", str(build), *map(str, arguments)], input=given)


def tsv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


# -- values


def test_tables_by_hand(build: Path, gmt: Path) -> None:
    result = run(build, gmt, *VALUES, "-f", "tsv")
    assert result.exit_code == 0, result.output
    rows = {row["figure_id"].rpartition("_")[2]: row for row in tsv(result.stdout)}
    assert [rows["f2"][name] for name in ("words_drawn", "pathway_id", "pathway", "hits", "coverage", "status")] == [
        "4", "R-HSA-2", "MAPK cascade", "3", "0.75", "partial",
    ]  # fmt: skip
    assert rows["f2"]["words"] == "BRAF|EGFR|KRAS"
    assert rows["f2"]["novel_words"] == "MAP2K1"
    assert rows["f2"]["page"] == "https://pfocr.wikipathways.org/figures/PMC2__f2.html"
    result = run(build, gmt, *VALUES, "--table", "pathways", "-f", "tsv")
    pathways = {row["pathway_id"]: row for row in tsv(result.stdout)}
    assert [pathways["WP1"][name] for name in ("pathway", "genes", "genes_known", "words_drawn", "never_drawn")] == [
        "P53 signalling", "5", "4", "4", "ABCD2",
    ]  # fmt: skip
    assert pathways["WP1"]["page"] == "https://identifiers.org/wikipathways/WP1"
    assert pathways["R-HSA-2"]["page"] == "https://reactome.org/PathwayBrowser/#/R-HSA-2"
    assert {name: row["status"] for name, row in pathways.items()} == {
        "mine": "no figure", "R-HSA-2": "partial", "WP1": "matched", "WP3": "too few",
    }  # fmt: skip
    assert pathways["WP3"]["never_drawn"] == "EGR1|G6PD|GGT1"


def test_a_number_is_a_gene_of_ncbi_and_no_synonym(build: Path, tmp_path: Path) -> None:
    # 1958 is EGR1, and "225" one of its synonyms; ABCD2, the gene 225, must not be taken as EGR1.
    (tmp_path / "a.gmt").write_text("one\t\t225\t7157\n")
    answer = json.loads(run(build, tmp_path / "a.gmt", "-f", "json").stdout)
    assert [row["never_drawn"] for row in answer["pathways"]] == [["ABCD2"]]


def test_the_notes_say_what_was_compared(build: Path, gmt: Path) -> None:
    assert run(build, gmt, *VALUES).stderr.splitlines()[-5:] == [
        "compared: 7 figures with 4 pathways by 24 words; q is adjusted over 18 pairs",
        "match: q at most 0.25, and 80% of the figure's words or more; 3 shared words or more",
        "figures: 1 matched, 1 partial, 4 no pathway, 1 too few",
        "pathways: 1 matched, 1 partial, 1 no figure, 1 too few",
        "in no pathway: 14 words, in most figures: DLL1 (1), FOXO1 (1), HES1 (1), IRS1 (1), JAG1 (1)",
    ]


def test_status_and_top_choose_rows(build: Path, gmt: Path) -> None:
    chosen = tsv(run(build, gmt, *VALUES, "-f", "tsv", "--status", "no pathway", "--top", 2).stdout)
    assert [row["figure_id"] for row in chosen] == ["pfocr:PMC3__f3", "pfocr:PMC4__f4"]
    assert run(build, gmt, "--max-q", 1, "--status", "partial", "--min-words", 99).stdout == "no rows\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--status", "no figure"], "--status 'no figure': figures have none; it is for --table pathways"),
        (
            ["--table", "pathways", "--status", "no pathway", "-f", "tsv"],
            "pathways have none; it is for --table figures",
        ),
        (["--table", "novel-words", "--status", "matched"], "--status: novel words have none; it is for --table"),
        (["--top", "3", "-f", "html"], "html shows the whole comparison; --status and --top are for tables"),
    ],
)
def test_rows_that_an_answer_does_not_have_are_refused(build: Path, gmt: Path, arguments: list[str], said: str) -> None:
    result = run(build, gmt, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


# -- files


def test_the_same_file_compressed_or_piped_gives_the_same(build: Path, gmt: Path, tmp_path: Path) -> None:
    plain = run(build, gmt, "-f", "tsv").stdout
    packed = tmp_path / "some.gmt.gz"
    packed.write_bytes(gzip.compress(GMT.encode()))
    assert run(build, packed, "-f", "tsv").stdout == plain
    assert run(build, "-", "-f", "tsv", given=b"\xef\xbb\xbf" + GMT.replace("\n", "\r\n").encode()).stdout == plain


def test_bad_lines_are_reported_and_the_others_read(build: Path, gmt: Path) -> None:
    gmt.write_bytes(GMT.encode() + b"no members\nWP1\tagain\t7157\n\nbad\t\t\xff\nlast\t\tTP53\n")
    result = run(build, gmt, "--table", "pathways", "-f", "tsv")
    assert result.exit_code == 0
    assert [line.replace(str(gmt), "F") for line in result.stderr.splitlines()[:3]] == [
        "F:5: no pathway; a line of GMT is: name, tab, description, tab, members; line skipped",
        "F:6: 'WP1' is the name of a pathway above; line skipped",
        "F:8: not UTF-8 at byte 5 of the line; line skipped",
    ]
    assert {row["pathway_id"] for row in tsv(result.stdout)} == {"WP1", "R-HSA-2", "WP3", "mine", "last"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty; a line of GMT is"),
        (b" \n\n", "empty; a line of GMT is"),
        (b"gene,value\nTP53,1\n", ":1: no pathway; a line of GMT is"),
        (b"\x89PNG\x00", "not a text"),
        (b"\x1f\x8bbroken", "damaged gzip"),
        (gzip.compress(GMT.encode())[:-12], "damaged gzip"),
        (b"one\t\tNOSUCHGENE1\tNOSUCHGENE2\n", "none of its names is an entity of this build"),
    ],
)
def test_files_that_are_refused(build: Path, tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "bad.gmt").write_bytes(content)
    result = run(build, tmp_path / "bad.gmt", "-o", tmp_path / "out.tsv")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert message in result.stderr
    assert not (tmp_path / "out.tsv").exists()


def test_a_small_file_of_many_bytes_is_refused(build: Path, tmp_path: Path) -> None:
    (tmp_path / "bomb.gmt.gz").write_bytes(gzip.compress(b"\n" * (64 * 2**20 + 1)))
    result = run(build, tmp_path / "bomb.gmt.gz")
    assert (result.exit_code, "over 64 MiB unpacked" in result.stderr) == (1, True)


def test_a_build_in_place_of_a_file_names_the_other_command(build: Path) -> None:
    result = run(build, build)
    assert (result.exit_code, "kg diff compares two builds" in result.stderr) == (1, True)


def test_another_species_is_named(build: Path, gmt: Path, tmp_path: Path) -> None:
    gmt.write_text(GMT + "Apoptosis%WikiPathways_2024%WP9%Mus musculus\t\tTrp53\tBax\n")
    assert (
        "of another organism than Homo sapiens, of which the genes are: 1 pathway, WP9 (Mus musculus)"
        in run(build, gmt).stderr
    )
    (tmp_path / "mouse.gmt").write_text("Apoptosis%WikiPathways_2024%WP9%Mus musculus\t\t22059\t12028\n")
    result = run(build, tmp_path / "mouse.gmt")
    assert (result.exit_code, "none of its names is an entity of this build" in result.stderr) == (1, True)


def test_the_list_is_not_replaced(build: Path, gmt: Path) -> None:
    assert run(build, gmt, "-f", "tsv", "-o", gmt).exit_code == 2
    assert gmt.read_text() == GMT


# -- formats


class Balanced(HTMLParser):
    """Reads a page strictly: every element is closed in its turn, and every link leads somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.targets: set[str] = set()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        values = dict(attrs)
        self.ids.add(values.get("id") or "")
        self.targets.add((values.get("href") or "#").removeprefix("#"))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_page_is_whole_and_names_are_no_markup(build: Path, gmt: Path, tmp_path: Path) -> None:
    gmt.write_text(GMT.replace("MAPK cascade", "<script>alert(1)</script>"))
    assert run(build, gmt, *VALUES, "-o", tmp_path / "page.html").exit_code == 0
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    page = Balanced()
    page.feed(text)
    assert page.open == []
    assert "script" not in page.names
    assert {target for target in page.targets if not target.startswith("http")} - {""} <= page.ids
    assert "&lt;script&gt;" in text


def test_a_folder_has_everything_and_the_same_bytes(build: Path, gmt: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    contents = []
    for _ in range(2):
        assert run(build, gmt, *VALUES, "-f", "parquet", "-o", tmp_path / "out").exit_code == 0
        contents.append({path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()})
    assert contents[0] == contents[1]
    assert set(contents[0]) == {
        "figures.parquet", "pathways.parquet", "novel-words.parquet", "summary.json", "index.html", "comparison.svg",
    }  # fmt: skip
    assert pq.read_table(tmp_path / "out" / "figures.parquet").num_rows == 7
    assert json.loads(contents[0]["summary.json"])["figures"] == {
        "matched": 1, "partial": 1, "no pathway": 4, "too few": 1,
    }  # fmt: skip


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_picture_of_any_rows(build: Path, gmt: Path, tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    gmt.write_text("one\t\tTP53\tMDM2\n")  # nothing is tested, so that both halves are empty
    assert run(build, gmt, "-o", tmp_path / f"a.{suffix}").exit_code == 0
    assert (tmp_path / f"a.{suffix}").stat().st_size > 5_000


def test_formats_that_do_not_go_together(build: Path, gmt: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for arguments in (("-o", tmp_path / "a.docx"), ("-f", "json", "-o", tmp_path / "folder")):
        assert run(build, gmt, *arguments).exit_code == 2
    (tmp_path / "folder" / "mine.txt").write_text("mine")
    result = run(build, gmt, "-o", tmp_path / "folder")
    assert (result.exit_code, "holds mine.txt" in result.stderr) == (1, True)


def test_without_matplotlib_the_folder_has_no_picture(
    build: Path, gmt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "kg.exporters.plots.comparison", None)
    result = run(build, gmt, "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert plugins.install_command("plot") in result.stderr
    assert run(build, gmt, "-o", tmp_path / "a.png").exit_code == 1


# -- real data


def test_wikipathways_against_real_figures(shared: Path, tmp_path: Path) -> None:
    if not (shared / "wikipathways" / "pathways.gmt").is_file():
        pytest.skip("../shared/data/wikipathways is absent")
    from kg.building.release import release

    release([str(shared / "pfocr-sample")], tmp_path / "exports")
    result = run(tmp_path / "exports", shared / "wikipathways" / "pathways.gmt", "-f", "json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    assert len(answer["figures"]) == sum(answer["comparison"]["figures"].values())
    assert len(answer["pathways"]) == 994
    for row in answer["figures"]:
        assert len(row["words"]) == (row["hits"] or 0)
        assert len(row["words"]) + len(row["novel_words"]) <= row["words_drawn"]
        assert (row["status"] in ("matched", "partial")) == ((row["q"] or 1.0) <= 0.05)
