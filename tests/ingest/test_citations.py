"""Citation tables in every published form: what is cited in a build, and what the report says of the rest."""

import gzip
import io
import os
import shutil
import tarfile
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from helpers.corpus import record, write_toy

from kg.building.pipeline import build_tables
from kg.lexicon.lexicon import Lexicon

FIGURES = {
    "_figures/PMC1__a.md": record("PMC1__a", "doi: 10.1234/A(1)"),
    "_figures/PMC2__b.md": record("PMC2__b", "doi: 10.1234/b"),
}
"""Two papers. No record has a PMID, so that a map has to say that 11 and 12 are theirs."""

MAP = """Journal Title,ISSN,DOI,PMCID,PMID,Manuscript Id
"Cell, the",1,10.1234/a(1),PMC1,11,
"Cell",1,,PMC2,12,
Cell,1,10.1234/c,PMC3,13,
Cell,1,,PMC4,0,
Cell,1,x.y,,14
"""

ONE_CITES_TWO = {("pmc:PMC1", "pmc:PMC2")}


def built(folder: Path, *inputs: str) -> tuple[set[tuple[str, str]], list[tuple[str, str, int | None, str]]]:
    """Build a folder; return the references and the lines of the report, without the notes of records."""
    out = folder.parent / f"{folder.name}-out"
    out.mkdir()
    result = build_tables([str(folder), *inputs], out, lexicon=Lexicon({}))  # no word is drawn, so none is looked up
    rows = pq.read_table(out / "citations.parquet").to_pylist()
    lines = [(line.code, line.file, line.line, line.message) for line in result.report]
    return {(row["citing_id"], row["cited_id"]) for row in rows if row["kind"] == "reference"}, lines


def references(folder: Path, table: str | bytes, name: str = "citations.csv") -> set[tuple[str, str]]:
    """Build the two papers with their map and one citation table, of which the report must have nothing to say."""
    write_toy(folder, FIGURES | {"PMC-ids.csv": MAP})
    (folder / name).write_bytes(table if isinstance(table, bytes) else table.encode())
    found, lines = built(folder)
    assert lines == []
    return found


# -- forms


@pytest.mark.parametrize(
    "table",
    [
        "citing,cited\nPMC1,PMC2\n",
        "citing\tcited\nPMC1\tPMC2\n",
        '\ufeffsource,target\r\n"PMC1","PMC2"\r\n\r\n',
        "from\tto\tmore\nPMC1\tPMC2\tx\n\n\t\t\n",
        'cited\tnote\tCiting \nPMC2\tx "y\tPMC1\n',
        "citing_id,cited_id\nPMC1,PMC2",
        "PMC1\tPMC2\n",
        "PMC1,PMC2\n",
        "PMC1;PMC2\n",
        "citing;cited\n10.1234/a(1);10.1234/B\n",
        "citing,referenced\n11,12\n",  # NIH Open Citation Collection
        "source,cited\n11,pmid:12\n",
        "Citing PMID,Cited PMID\n11,12\n",
        "oci,citing,cited,creation,timespan\n0-1,10.1234/a(1),10.1234/b,2020,P1Y\n",  # OpenCitations Index, version 1
        "oci,citing,cited\n0-1,coci => 10.1234/a(1),coci => 10.1234/b\n",
        # version 2
        "oci,citing,cited\n0-1,omid:br/1 doi:10.1234/A(1) openalex:W1,omid:br/2 pmid:12 doi:10.9999/other\n",
        "citing,cited\nPMCID: PMC1,https://europepmc.org/article/MED/12\n",
        "citing,cited\nhttps://doi.org/10.1234/A%281%29,https://www.ncbi.nlm.nih.gov/pmc/articles/PMC2/\n",
        'citing,cited,title\nPMC1,PMC2,"two\nlines, and ""quotes"""\n',
        "citing,cited,title,year\nPMC1,PMC2\n",
        "citing,cited\nPMC1,PMC2,more,cells\n",
        "citing,cited\rPMC1,PMC2\r",
    ],
)  # fmt: skip
def test_a_citation_in_every_form(tmp_path: Path, table: str) -> None:
    assert references(tmp_path / "in", table) == ONE_CITES_TWO


@pytest.mark.parametrize("name", ["citations.csv.gz", "Citations.CSV", "a[1]b*?'.tsv", "x y;#%.csv"])
def test_a_table_of_any_name(tmp_path: Path, name: str) -> None:
    text = b"citing,cited\nPMC1,PMC2\n"
    assert references(tmp_path / "in[1]", gzip.compress(text) if name.endswith("gz") else text, name) == ONE_CITES_TWO


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    folder = write_toy(tmp_path / "in", FIGURES)
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.csv")).write_text("citing,cited\nPMC1,PMC2\n", encoding="utf-8")
    assert built(folder) == (ONE_CITES_TWO, [])


@pytest.mark.parametrize("name", ["c.csv", "_figures/c.csv", "_data/c.tsv", "citations/below/c.csv"])
def test_a_table_beside_the_figures_in_their_folders_or_below(tmp_path: Path, name: str) -> None:
    folder = write_toy(tmp_path / "in", FIGURES | {name: "citing,cited\nPMC1,PMC2\n"})
    assert built(folder) == (ONE_CITES_TWO, [])


def test_a_table_in_an_archive(tmp_path: Path) -> None:
    files = FIGURES | {"citations.csv": "citing,cited\nPMC1,PMC2\n", "_data/PMC-ids.csv": MAP}
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    with tarfile.open(tmp_path / "in.tar.gz", "w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(f"top/{name}")
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    assert built(tmp_path / "in.zip") == built(tmp_path / "in.tar.gz") == (ONE_CITES_TWO, [])


# -- the papers of the build


def test_a_reference_needs_one_paper_of_the_build(tmp_path: Path) -> None:
    table = "citing,cited\n11,999\nPMC8,10.1234/b\n998,999\nomid:br/1,PMC1\nPMC7,omid:br/2\n"
    folder = write_toy(tmp_path / "in", FIGURES | {"PMC-ids.csv": MAP, "c.csv": table, "d.csv": "citing,cited\n5,6\n"})
    found, lines = built(folder)
    assert found == {("pmc:PMC1", "pubmed:999"), ("pmc:PMC8", "pmc:PMC2")}
    message = "4 of 6 citations name no paper of the build and were left out; 2 of them have no PMCID, PMID or DOI"
    assert lines == [("papers-not-in-build", "", None, message)]


def test_papers_outside_the_build_have_their_pmcid_from_the_map(tmp_path: Path) -> None:
    table = "citing,cited\n11,13\n12,10.1234/C\nPMC1,10.1234/unknown\n"
    assert references(tmp_path / "in", table) == {
        ("pmc:PMC1", "pmc:PMC3"),
        ("pmc:PMC2", "pmc:PMC3"),
        ("pmc:PMC1", "doi:10.1234/unknown"),
    }


def test_the_map_of_europe_pmc(tmp_path: Path) -> None:
    ids = "PMID,PMCID,DOI\n11,PMC1,https://doi.org/10.1234/A(1)\n12,PMC2,\n13,,https://doi.org/10.1234/c\n"
    folder = write_toy(tmp_path / "in", FIGURES | {"PMID_PMCID_DOI.csv": ids, "c.csv": "citing,referenced\n11,12\n"})
    assert built(folder) == (ONE_CITES_TWO, [])


# -- what is not understood is said


def test_bad_rows_are_listed_with_their_lines(tmp_path: Path) -> None:
    table = b'citing,cited,title\nPMC1,PMC2,"a\nb"\nPMC1,some book\n\nPMC1\nPMC1,PMC1\nPMC1,\xff\n'
    folder = write_toy(tmp_path / "in", FIGURES)
    (folder / "c.csv").write_bytes(table)
    found, lines = built(folder)
    assert found == ONE_CITES_TWO
    assert sorted(lines, key=lambda line: line[2] or 0) == [
        ("bad-row", "c.csv", 4, "'PMC1 | some book' is not two different papers; row skipped"),
        ("bad-row", "c.csv", 6, "'PMC1' is not two different papers; row skipped"),
        ("bad-row", "c.csv", 7, "'PMC1 | PMC1' is not two different papers; row skipped"),
        ("bad-row", "c.csv", 8, "'PMC1 | \ufffd' is not UTF-8; row skipped"),
    ]


def test_many_bad_rows_are_counted(tmp_path: Path) -> None:
    folder = write_toy(tmp_path / "in", FIGURES | {"c.csv": "citing,cited\n" + "PMC1,x\n" * 5000 + "PMC1,PMC2\n"})
    found, lines = built(folder)
    assert found == ONE_CITES_TWO
    assert len(lines) == 11
    assert lines[0] == ("bad-row", "c.csv", None, "4,990 more rows like those are not understood")
    assert [line for _, _, line, _ in lines[1:]] == list(range(2, 12))


def test_a_row_with_an_open_quotation_mark(tmp_path: Path) -> None:
    folder = write_toy(
        tmp_path / "in", FIGURES | {"c.csv": 'citing,cited\nPMC1,PMC2\nPMC1,"PMC3\nPMC1,PMC4\n"PMC5,x\n'}
    )
    found, lines = built(folder)
    assert found == ONE_CITES_TWO
    message = r"1 row is not understood, such as 'PMC1 | PMC3\nPMC1,PMC4\nPMC'; is a quotation mark open?"
    assert lines == [("bad-row", "c.csv", None, message)]


@pytest.mark.parametrize("size", [3_000_000, 33_000_000])  # DuckDB's buffer has 32,000,000 bytes
@pytest.mark.parametrize("name", ["c.csv", "c.csv.gz"])
@pytest.mark.parametrize("end", ["\n", "\nPMC1,PMC2\n"])
def test_a_row_of_megabytes(tmp_path: Path, size: int, name: str, end: str) -> None:
    table = f"citing,cited\nPMC1,PMC2\nPMC1,{'x' * size}{end}".encode()
    message = "1 row is not understood: not UTF-8, or longer than 2,000,000 bytes"
    folder = write_toy(tmp_path / "in", FIGURES)
    (folder / name).write_bytes(gzip.compress(table, 1) if name.endswith("gz") else table)
    assert built(folder) == (ONE_CITES_TWO, [("bad-row", name, None, message)])


@pytest.mark.parametrize("rows", ['PMC1,"PMC3\n', 'PMC1,"PMC3\nPMC1,PMC4\n', '"PMC3",PMC1",PMC3\n'])
def test_rows_that_an_open_quotation_mark_may_cost_are_said(tmp_path: Path, rows: str) -> None:
    folder = write_toy(tmp_path / "in", FIGURES | {"c.csv": "citing,cited\nPMC1,PMC2\n" + rows})
    message = "an odd number of quotation marks: rows from the open one on may be missing; close it"
    found, lines = built(folder)
    assert found >= ONE_CITES_TWO
    assert ("bad-row", "c.csv", None, message) in lines
    folder = write_toy(tmp_path / "tabs", FIGURES | {"c.tsv": 'citing\tcited\tsize\nPMC1\tPMC2\t5"\n'})
    assert built(folder) == (ONE_CITES_TWO, [])  # tables with tabs have no quoted cells


def test_a_long_row_without_a_line_end_is_counted(tmp_path: Path) -> None:
    folder = write_toy(tmp_path / "in", FIGURES | {"c.csv": "citing,cited\nPMC1,PMC2\nPMC1," + "x" * 33_000_000})
    found, [(code, file, line, message)] = built(folder)
    assert (found, code, file, line) == (ONE_CITES_TWO, "bad-row", "c.csv", None)
    assert message.startswith("1 row is not understood, such as 'PMC1 | xxx")


def test_a_table_in_utf_16(tmp_path: Path) -> None:
    folder = write_toy(tmp_path / "in", FIGURES)
    (folder / "c.csv").write_bytes("citing,cited\nPMC1,PMC2\n".encode("utf-16"))
    message = "no citation table: is UTF-16; save it as UTF-8"
    assert built(folder) == (set(), [("not-a-record", "c.csv", 1, message)])


def test_a_cell_of_a_map_that_is_no_identifier(tmp_path: Path) -> None:
    folder = write_toy(tmp_path / "in", FIGURES | {"ids.tsv": "pmcid\tpmid\nPMC1\t11\nPMC2\tnone yet\n\t12\nPMC3\t\n"})
    assert built(folder)[1] == [("bad-row", "ids.tsv", 3, "'PMC2 | none yet' has a cell that is no identifier")]


@pytest.mark.parametrize("table", ["", "\nPMC1\tPMC2\n", "a\tb\nPMC1\tPMC2\n", "1\ttext\n", "PMC1\n"])
def test_a_table_of_something_else_is_one_note(tmp_path: Path, table: str) -> None:
    folder = write_toy(tmp_path / "in", FIGURES | {"c.tsv": table, "d.tsv": table})
    first = table.partition("\n")[0]
    message = f"no citation table (nor is 1 other table): no columns citing and cited, and {first!r}"
    assert built(folder) == (set(), [("not-a-record", "c.tsv", 1, f"{message} is no PMCID, PMID or DOI")])


def test_a_damaged_table_costs_only_itself(tmp_path: Path) -> None:
    folder = write_toy(tmp_path / "in", FIGURES | {"good.csv": "citing,cited\nPMC1,PMC2\n"})
    (folder / "cut.csv.gz").write_bytes(gzip.compress(b"citing,cited\n" + os.urandom(200_000))[:-9000])
    os.mkfifo(folder / "pipe.csv")
    found, lines = built(folder)
    assert found == ONE_CITES_TWO
    assert [(code, file) for code, file, *_ in lines] == [("bad-record", "cut.csv.gz"), ("bad-record", "pipe.csv")]


def test_what_is_not_read_is_one_line(tmp_path: Path) -> None:
    site = {
        "_layouts/figure-page.html": "<p>",
        "_organisms/human.md": "---\nlatin: Homo sapiens\n---\n",
        "_organisms/cites.csv": "citing,cited\nPMC2,PMC1\n",
        "assets/a.js": "",
        "assets/b.css": "",
        "assets/PMC1__a-genes.tsv": "no table of a figure\n",
        "README.md": "# Site",
        ".git/config": "",
    }
    folder = write_toy(tmp_path / "in", FIGURES | site | {f"_data/{number}.json": "" for number in range(1200)})
    beside = (
        "3 in assets (such as assets/PMC1__a-genes.tsv), 2 in _organisms (such as _organisms/cites.csv), "
        "1 in _layouts (_layouts/figure-page.html), 1 in the folder itself (README.md)"
    )
    assert built(folder)[1] == [
        ("not-read", "", None, "1,200 .json (such as _data/0.json): no parser accepts these files"),
        ("not-read", "", None, f"{beside}: beside the folders of records only citation tables are read"),
    ]


@pytest.mark.parametrize("kind", ["tar", "gztar", "zip"])
def test_what_is_not_read_in_an_archive_is_one_line(tmp_path: Path, kind: str) -> None:
    site = {"_layouts/a.html": "<p>", "_organisms/cites.csv": "citing,cited\nPMC2,PMC1\n", "_organisms/.b": ""}
    folder = write_toy(tmp_path / "in" / "top", FIGURES | site)
    archive = Path(shutil.make_archive(str(tmp_path / "top"), kind, folder.parent))
    beside = "1 in _layouts (_layouts/a.html), 1 in _organisms (_organisms/cites.csv)"
    message = f"{beside}: beside the folders of records only citation tables are read"
    assert built(archive) == (set(), [("not-read", "", None, message)])
