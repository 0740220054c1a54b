"""`kg enrich`: lists from files, standard input and options, and results worked by hand on the toy corpus.

Figure a draws AKT1 and AKT2 by the word AKT, and TP53 by P53. Figure b draws these and MDM2, c has the keywords AKT1,
AKT2 (the word AKT) and MDM2, and d draws TP53 and MDM2.
"""

import csv
import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from kg.cli.main import main

pd: Any = pytest.importorskip("pandas", reason="a foreign reader of the files")

AKT1, TP53 = "ncbigene:207", "ncbigene:7157"
COLUMNS = [
    "figure_id", "title", "year", "hits", "words_drawn", "words", "genes", "expected", "p", "q", "score", "cluster",
    "cluster_size", "page", "paper_page",
]  # fmt: skip


def run(*arguments: object, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["enrich", *map(str, arguments)], input=given)


def notes(*arguments: object, given: bytes | None = None) -> list[str]:
    result = run(*arguments, given=given)
    assert result.exit_code == 0, result.output
    return result.stderr.splitlines()


def found(build: Path, *arguments: object, given: bytes | None = None) -> dict[str, Any]:
    result = run("--build", build, "-f", "json", *arguments, given=given)
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def named(*names: str) -> list[str]:
    return [argument for name in names for argument in ("--of", name)]


# -- values


def test_genes_by_hand(record_build: Path) -> None:
    # Figures a, b and c draw three genes or more, and four in all. Of the list's two, a and c draw two among three:
    # p = C(3, 2) / C(4, 2) = 1/2, expected 2 * 3/4. Figure b draws all four, so p = 1. q of 1/2, 1/2, 1 by BH: 3/4.
    answer = found(record_build, *named("AKT1", "AKT2"), "--by", "genes", "--all")
    assert [
        (row["figure_id"], row["hits"], row["words_drawn"], row["expected"], row["p"], row["q"])
        for row in answer["rows"]
    ] == [
        ("pfocr:PMC1__a", 2, 3, 1.5, 0.5, 0.75),
        ("pfocr:PMC2__c", 2, 3, 1.5, 0.5, 0.75),
        ("pfocr:PMC1__b", 2, 4, 2, 1, 1),
    ]
    assert (answer["tested"], answer["listed"], answer["units"], answer["by"]) == (3, 2, 4, "genes")


def test_two_genes_of_one_word_are_one_hit(record_build: Path) -> None:
    assert found(record_build, *named("AKT1", "AKT2"))["rows"] == []
    said = notes("--build", record_build, *named("AKT1", "AKT2"))
    assert said == [
        "--of: 2 names read: 2 matched",
        "background: 4 genes drawn in the 4 figures of this build that draw 2 families or more",
        "list: 2 entities of the background, 1 of its 3 families of words",
        "tested: 4 figures, by families of words",
        "hit: 0 with 2 or more families of words, in 0 clusters; q is 0.05 or less in 0",
        "no rows with 2 hits; --min-words 1 shows those with one",
    ]
    rows = found(record_build, *named("AKT1", "AKT2"), "--min-words", 1, "--all")["rows"]
    assert {row["figure_id"]: (row["hits"], row["words"], row["genes"]) for row in rows} == {
        f"pfocr:{figure}": (1, ["AKT"], ["AKT1, AKT2"]) for figure in ("PMC1__a", "PMC1__b", "PMC2__c")
    }


def test_a_list_of_every_gene_is_no_surprise_anywhere(record_build: Path) -> None:
    answer = found(record_build, *named("AKT1", "akt2", "p53", "MDM2"), "--all")
    assert {(row["figure_id"], row["hits"], row["p"], row["q"]) for row in answer["rows"]} == {
        ("pfocr:PMC1__a", 2, 1, 1), ("pfocr:PMC1__b", 3, 1, 1), ("pfocr:PMC2__c", 2, 1, 1), ("pfocr:PMC3__d", 2, 1, 1),
    }  # fmt: skip
    assert answer["rows"][0]["page"] == "https://pfocr.wikipathways.org/figures/PMC1__a.html"
    assert answer["rows"][0]["paper_page"] == "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1"


def test_similar_figures_are_one_line(record_build: Path) -> None:
    # Figures a and b are hit by AKT and P53; both draw these, and a alone draws no other word.
    listed = named("AKT1", "TP53")
    few, every = found(record_build, *listed)["rows"], found(record_build, *listed, "--all")["rows"]
    assert [(row["figure_id"], row["cluster_size"]) for row in few] == [("pfocr:PMC1__a", 2)]
    assert [(row["figure_id"], row["cluster"]) for row in every] == [
        ("pfocr:PMC1__a", "pfocr:PMC1__a"), ("pfocr:PMC1__b", "pfocr:PMC1__a"),
    ]  # fmt: skip


def test_a_background_leaves_genes_out(record_build: Path, tmp_path: Path) -> None:
    # Of AKT1 and TP53, figures a and b draw both, and no figure draws one of them with another word.
    known = tmp_path / "measured.txt"
    known.write_text("AKT1\nTP53\n")
    answer = found(record_build, *named("AKT1", "TP53", "MDM2"), "--background", known, "--all")
    assert answer["background"].startswith("2 genes of the background given drawn in the 2 figures")
    assert (answer["listed"], [(row["figure_id"], row["words_drawn"], row["p"]) for row in answer["rows"]]) == (
        2, [("pfocr:PMC1__a", 2, 1), ("pfocr:PMC1__b", 2, 1)],
    )  # fmt: skip


def test_chemicals_and_diseases_drawn_with_the_list(record_build: Path) -> None:
    answer = found(record_build, *named("AKT1", "TP53"), "--target", "entities", "--all")
    assert answer["target"] == "entities"
    assert {
        (row["entity_id"], row["name"], row["category"], row["hits"], row["words_drawn"]) for row in answer["rows"]
    } == {
        ("chebi:15422", "ATP", "chemical", 2, 2),
        ("doid:11476", "osteoporosis", "disease", 2, 3),
    }


def test_max_q_and_top_bound_the_rows(record_build: Path) -> None:
    listed = (*named("AKT1", "AKT2"), "--by", "genes", "--all")
    assert [row["q"] for row in found(record_build, *listed, "--max-q", 0.8)["rows"]] == [0.75, 0.75]
    assert [row["figure_id"] for row in found(record_build, *listed, "--top", 1)["rows"]] == ["pfocr:PMC1__a"]


# -- lists


def test_a_list_says_what_became_of_each_name(record_build: Path, tmp_path: Path) -> None:
    listed = tmp_path / "genes.csv"
    listed.write_text("symbol,logFC\nakt1,2\np53,-1\nAKT,0\nno such gene,1\nTNFSF11,3\n")
    answer = found(record_build, listed)
    assert {row["text"]: (row["status"], row["ids"]) for row in answer["list"]["names"]} == {
        "akt1": ("matched", [AKT1]),
        "p53": ("matched", [TP53]),
        "AKT": ("ambiguous", [AKT1, "ncbigene:208"]),
        "no such gene": ("unmatched", []),
        "TNFSF11": ("not drawn", []),
    }
    said = notes("--build", record_build, listed)
    assert said[0] == f"{listed}: 5 names read: 2 matched, 1 ambiguous, 1 not drawn, 1 unmatched"
    assert any(line.startswith("by another name: ") and "p53 = TP53 (drawn word)" in line for line in said)
    assert any(line.startswith("ambiguous: AKT (it is the drawn word of 2: ") for line in said)


def test_a_file_standard_input_and_names_give_the_same_rows(record_build: Path, tmp_path: Path) -> None:
    listed = tmp_path / "genes.txt"
    listed.write_text("AKT1, TP53\n")
    of_file = found(record_build, listed)["rows"]
    assert of_file
    assert found(record_build, "-", given=b"AKT1\nTP53\n")["rows"] == of_file
    assert found(record_build, *named("AKT1", "TP53"))["rows"] == of_file


def test_organisms_are_left_out(record_build: Path) -> None:
    result = run("--build", record_build, *named("AKT1", "TP53"), "--taxon", "mouse")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "AKT1, which the filter of organisms leaves out" in result.stderr


def test_several_lists_at_once(record_build: Path, tmp_path: Path) -> None:
    sets = tmp_path / "own.gmt"
    sets.write_text("first\tfrom 2020\tAKT1\tTP53\nshort\t\tMDM2\tno such gene\nsecond\t\tp53\tMDM2\tAKT2\n")
    result = run("--build", record_build, "--sets", sets, "-f", "tsv", "--all")
    assert result.exit_code == 0, result.output
    table = pd.read_csv(io.StringIO(result.stdout), sep="\t")
    assert list(table.columns) == ["list", *COLUMNS]
    assert {name: set(rows["figure_id"]) for name, rows in table.groupby("list")} == {
        "first": {"pfocr:PMC1__a", "pfocr:PMC1__b"},
        "second": {"pfocr:PMC1__a", "pfocr:PMC1__b", "pfocr:PMC2__c", "pfocr:PMC3__d"},
    }
    alone = found(record_build, *named("AKT1", "TP53"), "--all")["rows"]
    assert table[table["list"] == "first"]["p"].tolist() == [row["p"] for row in alone]
    said = result.stderr.splitlines()
    assert said[0] == f"{sets}: 6 names read: 5 matched, 1 unmatched"
    assert said[-2:] == [
        "left out, with fewer than 2 entities of this build: short",
        f"{sets}: 2 of 3 lists are tested",
    ]
    both = found(record_build, "--sets", sets)["lists"]
    assert [(each["list"]["source"], each["listed"]) for each in both] == [("first", 2), ("second", 3)]


# -- formats


def test_parquet_tsv_and_json_hold_the_same(record_build: Path, tmp_path: Path) -> None:
    listed = (*named("AKT1", "TP53"), "--build", record_build, "--all")
    for name in ("e.parquet", "e.tsv", "e.json"):
        assert run(*listed, "-o", tmp_path / name).stdout == ""
    rows = json.loads((tmp_path / "e.json").read_text())["rows"]
    table = pq.read_table(tmp_path / "e.parquet")
    assert table.to_pylist() == rows
    assert table.schema.metadata[b"background"].decode() == json.loads((tmp_path / "e.json").read_text())["background"]
    assert list(rows[0]) == COLUMNS
    table = pd.read_csv(tmp_path / "e.tsv", sep="\t")
    assert table["words"].tolist() == ["|".join(row["words"]) for row in rows]
    for number in ("year", "hits", "words_drawn", "expected", "p", "q", "score", "cluster_size"):
        assert table[number].tolist() == [row[number] for row in rows]


def test_a_table_to_read(record_build: Path) -> None:
    lines = run("--build", record_build, *named("AKT1", "TP53"), "--by", "genes", "--all").stdout.splitlines()
    assert lines[0].split() == [
        "figure",
        "title",
        "year",
        "hits",
        "expected",
        "p",
        "q",
        "score",
        "similar",
        "words:",
        "genes",
    ]
    assert lines[2].split()[:6] == ["PMC1__a", "Title", "of", "PMC1__a", "2001", "2/3"]
    assert lines[2].endswith("AKT (AKT1), P53 (TP53)")


# -- what cannot be tested is one line


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no names in it; give names or identifiers, one a line"),
        (b"\n# nothing\n", "no names in it; give names or identifiers, one a line"),
        (b"\x00\x01\x02PNG", "not a text; give a list of names, one a line, or a table in CSV or TSV"),
        (b"TP53\n", "1 of its names is an entity to test; a list needs 2 or more, and kg lookup NAME shows"),
        (b"no one\nnobody at all\n", "none of its names is an entity of this build; "),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_tested_is_one_line(
    record_build: Path, tmp_path: Path, content: bytes, message: str
) -> None:
    listed = tmp_path / "genes.txt"
    listed.write_bytes(content)
    result = run("--build", record_build, listed)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1].startswith(f"kg: {listed}: {message}")
    assert run("--build", record_build, *named("AKT1", "TP53"), "--background", listed).exit_code == (
        content != b"TP53\n"
    )


def test_fifty_thousand_identifiers_are_read(record_build: Path) -> None:
    numbers = "\n".join(str(number) for number in range(1, 50_001)).encode()
    answer = found(record_build, "-", "--all", given=numbers)
    assert answer["list"]["report"][0].startswith("standard input: 50,000 names read: 4 matched")
    assert len(answer["rows"]) == 4


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "give one list: a file (- for standard input), names with --of, or --sets FILE.gmt"),
        (("x.txt", "--of", "TP53"), 2, "give one list"),
        (("TP53",), 1, "kg: TP53: no such file; names are given with --of, as in --of TP53"),
        (("--sets", "x.gmt"), 1, "kg: x.gmt: cannot be read: No such file or directory"),
        (("--of", "AKT1", "--of", "TP53", "-o", "x.doc"), 2, "x.doc: no format ends like this"),
        (("--of", "AKT1", "--of", "TP53", "--max-q", "nan"), 2, "'nan' is not a number"),
    ],
)
def test_wrong_usage(
    record_build: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("--build", record_build, *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "own.gmt: empty; a line of GMT is: name, tab, description, tab, members"),
        ("only a name\n", "own.gmt:1: no list; a line of GMT is: name, tab, description, tab, members; no line of"),
        ("a\t\tTP53\tno such gene\n", "own.gmt: no list in it has 2 entities of this build or more"),
    ],
)
def test_wrong_sets(
    record_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.gmt").write_text(content)
    result = run("--build", record_build, "--sets", "own.gmt")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1].startswith(f"kg: {message}")


def test_bad_lines_of_sets_are_reported_and_headers_are_read_as_those_of_databases(
    record_build: Path, tmp_path: Path
) -> None:
    content = "a\t\tTP53\tMDM2\nbad\na\t\tTP53\tAKT1\nApoptosis%WikiPathways_2024%WP254%Homo sapiens\t\t7157\t207\n"
    (tmp_path / "own.gmt.gz").write_bytes(gzip.compress(content.encode() + b"\xff\t\tTP53\tAKT1\n"))
    answer = found(record_build, "--sets", tmp_path / "own.gmt.gz")
    assert [each["list"]["source"] for each in answer["lists"]] == ["a", "Apoptosis (WP254)"]
    assert answer["lists"][1]["rows"][0]["genes"] == ["AKT1", "TP53"]
    said = run("--build", record_build, "--sets", tmp_path / "own.gmt.gz").stderr
    for line in (
        ":2: no list; a line of GMT is: name, tab, description, tab, members; line skipped",
        ":3: 'a' is the name of a list above; line skipped",
        ":5: not UTF-8 at byte 0 of the line; line skipped",
    ):
        assert f"own.gmt.gz{line}\n" in said


def test_a_number_in_a_set_is_a_gene_of_ncbi_and_no_synonym(record_build: Path, tmp_path: Path) -> None:
    (tmp_path / "own.gmt").write_text("numbers\t\t0207\t7157\t225\n")  # 225 is ABCD2, and a synonym of EGR1
    [answer] = found(record_build, "--sets", tmp_path / "own.gmt")["lists"]
    assert answer["listed"] == 2


def test_members_with_a_weight_or_a_separator_are_read_as_in_a_list(record_build: Path, tmp_path: Path) -> None:
    (tmp_path / "own.gmt").write_text("weighted\tof Enrichr\tAKT1,1.0\tTP53,0.5\nplain\t\tAKT1\tTP53\n")
    weighted, plain = found(record_build, "--sets", tmp_path / "own.gmt")["lists"]
    assert weighted["rows"] == plain["rows"] != []


@pytest.mark.parametrize("option", ["genes", "--genes", "--background", "--sets"])
def test_the_output_never_replaces_the_list(record_build: Path, tmp_path: Path, option: str) -> None:
    listed = tmp_path / "genes.txt"
    listed.write_text("own\t\tAKT1\tTP53\n" if option == "--sets" else "AKT1\nTP53\n")
    before = listed.read_text()
    given: dict[str, list[object]] = {
        "genes": [listed],
        "--genes": ["--genes", listed],
        "--sets": ["--sets", listed],
        "--background": [*named("AKT1", "TP53"), option, listed],
    }
    result = run("--build", record_build, *given[option], "-o", listed)
    assert (result.exit_code, listed.read_text()) == (2, before)
    assert result.stderr == f"kg: {listed}: the output would replace the list; give -o another name\n"


def test_more_rows_than_any_table_has_are_all_rows(record_build: Path) -> None:
    asked = [*named("AKT1", "TP53"), "--all"]
    assert found(record_build, *asked, "--top", 10**20) == found(record_build, *asked)


def test_an_empty_name_is_no_list(record_build: Path) -> None:
    result = run("--build", record_build, "--of", " ")
    assert result.stderr == "kg: --of: no names in it; give names or identifiers\n"


def test_pandas_is_not_imported_because_it_takes_as_long_as_a_test(record_build: Path) -> None:
    script = (
        "import sys; from kg.cli.main import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "assert 'pandas' not in sys.modules"
    )
    words = [sys.executable, "-c", script, "enrich", "--build", str(record_build), "--of", "AKT1", "--of", "TP53"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_list_may_be_given_as_other_commands_take_it_and_read_as_csv(record_build: Path, tmp_path: Path) -> None:
    (listed := tmp_path / "genes.csv").write_text("gene,FC\nAKT1,1.5\np53,-2\n")
    words = ["enrich", "--build", str(record_build)]
    for name in ("one.csv", "two.csv"):
        given = ["--genes", str(listed)] if name == "two.csv" else [str(listed)]
        assert CliRunner().invoke(main, [*words, *given, "--all", "-o", str(tmp_path / name)]).exit_code == 0
    text = (tmp_path / "one.csv").read_text()
    assert (tmp_path / "two.csv").read_text() == text
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["figure_id"], row["words"], row["genes"]) for row in rows] == [
        ("pfocr:PMC1__a", "AKT|P53", "AKT1|TP53"), ("pfocr:PMC1__b", "AKT|P53", "AKT1|TP53"),
    ]  # fmt: skip
