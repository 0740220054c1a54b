"""Identifiers of papers: every usual spelling, and that SQL reads a cell as Python does."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.engines.duckdb import DuckDBEngine
from kg.ingest.citation_tables import PaperTable
from kg.ingest.citations import cells
from kg.model.paper_ids import doi, paper_id, paper_ids


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            (text, "pmc:PMC123")
            for text in ("PMC123", "pmc123", " PMC:PMC123 ", "PMC123.2", "PMCID: PMC123", '"PMC123"')
        ),
        *(
            (text, "pmc:PMC123")
            for text in (
                "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC123/",
                "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC123/pdf/x.pdf",
                "https://pmc.ncbi.nlm.nih.gov/articles/PMC123/?report=reader#s1",
                "http://europepmc.org/articles/pmc123",
                "https://europepmc.org/article/PMC/PMC123",
                "https://identifiers.org/pmc/PMC123",
                "http://identifiers.org/pmc:PMC123",
            )
        ),
        *(
            (text, "pubmed:194")
            for text in ("194", "PMID:194", "pmid: 194", "pubmed:194", "000194", "MED:194", "194.0")
        ),
        *(
            (text, "pubmed:194")
            for text in (
                "https://pubmed.ncbi.nlm.nih.gov/194/",
                "https://www.ncbi.nlm.nih.gov/pubmed/194",
                "https://www.ncbi.nlm.nih.gov/pubmed/?term=194",
                "https://europepmc.org/abstract/MED/194",
                "https://identifiers.org/pubmed/194",
                "https://identifiers.org/pubmed:194",
            )
        ),
        *((text, "doi:10.1177/abc%28d%29") for text in ("10.1177/ABC(d)", "doi:10.1177/abc(d)", "DOI: 10.1177/abc(d)")),
        *((text, "doi:10.1177/x") for text in ("https://doi.org/10.1177/X", "http://dx.doi.org/10.1177/x;")),
        *((text, "doi:10.1177/x") for text in ("https://identifiers.org/doi:10.1177/x", "info:doi/10.1177/x")),
        ("https://doi.org/10.1002/%28SICI%291", "doi:10.1002/%28sici%291"),
        *((text, None) for text in ("", "PMC", "0", "10.1/x", "10.1177/", "x", "NA", "٣", "1234567890", "10.1177/a b")),
        *((text, None) for text in ("PMC1x", "https://example.org/PMC1", "194 195", "https://doi.org/10.1177/%ff")),
    ],
)
def test_one_identifier_in_every_spelling(text: str, expected: str | None) -> None:
    assert paper_id(text) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("omid:br/0602 doi:10.1000/AAA.2 openalex:W1 pmid:2 pmcid:PMC3", ["pmc:PMC3", "pubmed:2", "doi:10.1000/aaa.2"]),
        ("doi:10.1000/a; pmid:5", ["pubmed:5", "doi:10.1000/a"]),
        ("PMID: 5 | PMCID: PMC6", ["pmc:PMC6", "pubmed:5"]),
        ("coci => 10.1000/a", ["doi:10.1000/a"]),
        ("[index] coci => 10.1000/a; croci => 10.1000/b", ["doi:10.1000/a", "doi:10.1000/b"]),
        ("omid:br/0602", []),
        ("doi:10.1000/a see there", None),
        ("pmid:5 6", None),
    ],
)
def test_several_identifiers_of_one_paper(cell: str, expected: list[str] | None) -> None:
    assert paper_ids(cell) == expected


def test_a_doi_is_lower_case_without_resolver() -> None:
    assert [doi(text) for text in ("https://doi.org/10.1000/A", "doi: 10.1000/A", "10.1000/A", "x")] == [
        *["10.1000/a"] * 3,
        None,
    ]


PARTS = [
    "PMC1", "pmc12", "PMCID: PMC3", "PMID:4", "pmid: 05", "5", "0007", "1234567890", "0", "7.0", "PMC1.2", "NA", "x",
    "10.1000/A(b)", "doi:10.1000/a<1>", "DOI: 10.1000/q;", "10.1000/é", "https://doi.org/10.1002/%28SICI%29x",
    "https://doi.org/10.1000/a+b%zz%ff", "omid:br/1", "openalex:W2", "arxiv:1", "coci => ", "[index] coci => 10.1000/z",
    "https://pubmed.ncbi.nlm.nih.gov/33/", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC9/pdf/x.pdf", "=>", ": ",
    "http://identifiers.org/pmc:PMC1", "https://europepmc.org/article/MED/12", " ", "; ", "|", ",", "  ", "\xa0", "'",
    "\t", " | ",
]  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("".join), min_size=1, max_size=200))
def test_sql_reads_a_cell_as_python_does(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("cells") / "a[1]*.csv"
    _write(path, texts)
    table = PaperTable("x.csv", path, False, "citations", ",", True, 2, (0, 1))
    engine = DuckDBEngine(None, "1GiB", 1)
    try:
        select = cells(table, engine.file_name(path), parallel=True)
        found = engine.fetch(f"SELECT ids[1] AS ids FROM ({select}) AS c")["ids"].to_pylist()
    finally:
        engine.close()
    assert found == [paper_ids(text) for text in texts]


def _write(path: Path, texts: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([["citing", "cited"], *([text, text] for text in texts)])
