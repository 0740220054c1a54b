"""Lists of names as people paste and export them."""

from typing import Any

import pytest
from helpers.hostile import FRAGMENTS
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.parsers.lists import MOST_NAMES, parts, read_list

HOSTILE = st.lists(st.one_of(st.text(max_size=20), st.sampled_from(FRAGMENTS)), max_size=8).map("".join)

READ: list[tuple[str, bytes, tuple[str, ...], dict[str, list[Any]]]] = [
    # what it is, content, names, columns of numbers
    ("one a line", b"TP53\nAKT1\n\n  MTOR \n", ("TP53", "AKT1", "MTOR"), {}),
    ("comments", b"# my genes\nTP53\n#AKT1\n", ("TP53",), {}),
    ("lines of Windows, mark of order", b"\xef\xbb\xbfTP53\r\nAKT1\r\n", ("TP53", "AKT1"), {}),
    ("UTF-16 of a spreadsheet", "TP53\nTNF\u03b1\n".encode("utf-16"), ("TP53", "TNF\u03b1"), {}),
    ("Windows-1252", b"TP53\nCaf\xe9\n", ("TP53", "Caf\xe9"), {}),
    ("quotes", b"\"TP53\"\n'AKT1'\n", ("TP53", "AKT1"), {}),
    ("a vector of R", b'genes <- c("TP53", "AKT1",\n"MTOR")\n', ('"TP53", "AKT1",', "MTOR"), {}),
    ("a vector of R in one line", b'c("TP53", "AKT1")', ('"TP53", "AKT1"',), {}),
    ("a title and one column", b"Gene symbol\nTP53\nAKT1\n", ("TP53", "AKT1"), {}),
    ("a pasted line", b"TP53, AKT1 MTOR", ("TP53, AKT1 MTOR",), {}),
    ("pasted lines of as many names", b"TP53,AKT1\nMTOR,PTEN\n", ("TP53,AKT1", "MTOR,PTEN"), {}),
    ("no header", b"TP53\t1\nAKT1\t-2\n", ("TP53", "AKT1"), {"value": [1, -2]}),
    (
        "two columns without a title",
        b"TP53;1;x;2.5\nAKT1;-2;y;.5\n",
        ("TP53", "AKT1"),
        {"value": [1, -2], "value 2": [2.5, 0.5]},
    ),
    (
        "DESeq2 by write.csv",
        b'"","baseMean","log2FoldChange","padj"\n"TP53",10.5,-1.5,1e-9\n"AKT1",7,NA,NA\n',
        ("TP53", "AKT1"),
        {"baseMean": [10.5, 7.0], "log2FoldChange": [-1.5, None], "padj": [1e-9, None]},
    ),
    (
        "names of rows without a title, by write.table",
        b"logFC\tFDR\nTP53\t2\t0.01\nAKT1\t-1\t0.5\n",
        ("TP53", "AKT1"),
        {"logFC": [2, -1], "FDR": [0.01, 0.5]},
    ),
    (
        "names not in the first column, an empty name, infinity",
        b"row,Gene Symbol,score,note\n1,TP53,inf,a\n2,,3,b\n3,AKT1,4,c\n",
        ("TP53", "AKT1"),
        {"row": [1, 3], "score": [None, 4.0]},
    ),
    ("identifiers as names", b"entrez,lfc\n7157,1.5\n207,2.5\n", ("7157", "207"), {"lfc": [1.5, 2.5]}),
    ("two columns of one title", b"gene,x,x\nTP53,1,2\n", ("TP53",), {"x": [1], "x 2": [2]}),
    ("a column called text", b"gene,text\nTP53,1\n", ("TP53",), {"text 2": [1]}),
    ("a cell with the separator", b'gene,note,x\nTP53,"a, b",1\n', ("TP53",), {"x": [1]}),
    ("no numbers", b"gene\tdescription\nTP53\ttumour protein\n", ("TP53",), {}),
]


@pytest.mark.parametrize(("content", "names", "columns"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_a_list_is_read_as_people_mean_it(content: bytes, names: tuple[str, ...], columns: dict[str, Any]) -> None:
    given = read_list(content, "genes.txt")
    assert given.names == names
    assert (given.columns.to_pydict() if given.columns else {}) == ({"text": list(names)} | columns if columns else {})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "genes.txt: no names in it"),
        (b" \n\n# nothing\n", "genes.txt: no names in it"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "genes.txt: not a text"),
        (b"PK\x03\x04sheet", "genes.txt: not a text"),
        (b"\xff\xfeT", "genes.txt: not a text"),
        (b"TP53\n" * (MOST_NAMES + 1), "genes.txt: 200,001 names; at most 200,000"),
        (b"TP53," * (MOST_NAMES + 1), "genes.txt: 200,001 names; at most 200,000"),
        (b"TP53 " * (MOST_NAMES + 1), "genes.txt: 200,001 names; at most 200,000"),
    ],
)
def test_another_file_is_refused_in_one_line(content: bytes, message: str) -> None:
    with pytest.raises(SourceError) as raised:
        read_list(content, "genes.txt")
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


def test_each_of_many_columns_of_one_title_has_a_name_of_its_own() -> None:
    # Counting from 2 for each column takes 5e9 steps, which is longer than any test may run.
    number = 100_000
    given = read_list(f"gene{',x' * number}\nTP53{',1' * number}\n")
    assert given.columns is not None
    assert given.columns.column_names == ["text", "x", *(f"x {count}" for count in range(2, number + 1))]


@given(st.one_of(HOSTILE, st.binary(max_size=200)))
def test_any_content_is_a_list_or_refused(content: str | bytes) -> None:
    try:
        given = read_list(content)
    except SourceError:
        return
    assert all(name.strip() == name and name for name in given.names)
    if given.columns is not None:
        assert given.columns["text"].to_pylist() == list(given.names)


@given(HOSTILE)
def test_parts_are_names_without_separators(text: str) -> None:
    assert all(part and not set(part) & set(",;\t\n") for part in parts(text))
