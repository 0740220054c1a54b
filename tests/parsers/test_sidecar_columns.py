"""Sidecar tables as columns: the same rows as row by row, or left to the parser of rows."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from helpers.corpus import FAMILY, GENE_HEADER, MDM2, TP53, genes
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import RecordError
from kg.ingest.columns import read_columns
from kg.model.records import Mention, Problem, Table
from kg.model.tables import RAW
from kg.parsers import File
from kg.parsers.cell_columns import FEW
from kg.parsers.sidecars import SidecarParser

PARSER = SidecarParser()
GENES, CHEMICALS, DISEASES = (f"_data/PMC1__a-{kind}.tsv" for kind in ("genes", "chemicals", "diseases"))
CONCEPT_HEADERS = {
    CHEMICALS: ("word\tmesh\tmatch\tname\tchebi\n", "word\tsource\tidentifier\n", "word\ttype\tidentifier\n"),
    DISEASES: ("word\tmesh\tmatch\tname\tdoid\n", "word\tsource\tidentifier\n"),
}
ATP = "ATP\tmesh:D000255\tATP\tATP\tchebi:15422\n"


def by_rows(files: Iterable[File]) -> list[tuple[object, ...]]:
    """Return the rows of `parse`: number of the file, class, fields; of a refused file the number alone."""
    rows: list[tuple[object, ...]] = []
    for file in files:
        try:
            rows += [(file.record, type(row), *row) for row in PARSER.parse(file.name, file.body)]
        except RecordError:
            rows.append((file.record,))
    return sorted(rows, key=lambda row: row[0])  # type: ignore[arg-type, return-value]


def as_columns(files: list[File]) -> tuple[set[int], list[tuple[object, ...]]]:
    """Return the files that are read as columns, and their rows."""
    read, tables = read_columns(PARSER, files)
    rows = [(row[0], kind, *row[1:]) for kind in (Table, Mention) for row in _tuples(tables[kind])]
    assert not any(tables[kind].num_rows for kind in RAW.keys() - {Table, Mention})
    return read, sorted(rows, key=lambda row: row[0])  # type: ignore[arg-type, return-value]


def _tuples(table: object) -> Iterable[tuple[object, ...]]:
    return (tuple(row.values()) for row in table.to_pylist())  # type: ignore[attr-defined]


def understood(*tables: tuple[str, str | bytes]) -> set[int]:
    """Check that the rows of both ways are equal; return the numbers of the files that are read as columns."""
    bodies = [(name, text if isinstance(text, bytes) else text.encode()) for name, text in tables]
    files = [File(10 + number, name, body) for number, (name, body) in enumerate(bodies)]
    read, rows = as_columns(files)
    expected = by_rows(file for file in files if file.record in read)
    assert rows == expected
    assert not any(len(row) == 1 or row[1] is Problem for row in expected)
    return {number - 10 for number in read}


# -- plain tables


def test_rows_of_many_tables_keep_their_file_and_their_order() -> None:
    short = "ncbigene_id\tword\torganism_id\tncbigene_symbol\n4193\tHDM2\t9606\tMDM2\n"
    files = [
        File(3, GENES, genes(*FAMILY, TP53).encode()),
        File(5, "PMC2__b.jpg-genes.tsv", short.encode()),
        File(6, CHEMICALS, CONCEPT_HEADERS[CHEMICALS][0].encode() + ATP.encode()),
        File(8, "PMC3__c-genes.tsv", genes(MDM2).encode()),
    ]
    read, rows = as_columns(files)
    assert read == {3, 5, 6, 8}
    of_a, of_b, of_c = (("pfocr:PMC1__a", "sidecar"), ("pfocr:PMC2__b", "sidecar"), ("pfocr:PMC3__c", "sidecar"))
    end = ("ncbitaxon:9606",)
    assert rows == [
        (3, Table, of_a[0], "gene"),
        (
            3,
            *(Mention, *of_a, "gene", 0, "AKT1", "AKT1", "AKT", "AKT", "ncbigene:207"),
            None,
            FAMILY[0][4],
            "all",
            *end,
        ),
        (
            3,
            *(Mention, *of_a, "gene", 1, "AKT2", "AKT2", "AKT", "AKT", "ncbigene:208"),
            None,
            FAMILY[0][4],
            "all",
            *end,
        ),
        (
            3,
            *(Mention, *of_a, "gene", 2, "TP53", "TP53", "p53", "P53", "ncbigene:7157"),
            None,
            TP53[4],
            "synonyms",
            *end,
        ),
        (5, Table, of_b[0], "gene"),
        (
            5,
            *(Mention, *of_b, "gene", 0, "MDM2", "MDM2", "HDM2", "HDM2", "ncbigene:4193"),
            None,
            None,
            "synonyms",
            *end,
        ),
        (6, Table, of_a[0], "chemical"),
        (
            6,
            *(Mention, *of_a, "chemical", 0, "ATP", "ATP", "ATP", "ATP", "chebi:15422", "mesh:D000255"),
            None,
            "strict",
            None,
        ),
        (8, Table, of_c[0], "gene"),
        (
            8,
            *(Mention, *of_c, "gene", 0, "MDM2", "MDM2", "MDM2", "MDM2", "ncbigene:4193"),
            None,
            MDM2[4],
            "strict",
            *end,
        ),
    ]


ONE_MEANING = [
    "9606\t\t\tTNF\u03b1\tTNFA\tTNF\t7124\tNA\t1\t1\t1",
    "9606\t\t\tA\u00df\tASS\tASS1\t445\thgnc_prev_symbol\t\t\t",
    "NA\t\t\t NF  kB \tNA\t  \t4790\t\t1\t1\t1",  # the number stands for a symbol
    "\t\t\tNA\tNA\tNA\t4790.0\tncbigene_symbol\t\t\t",
    "9606\t\t\t\t\t NA\t000207\tx\t\t\t",  # a symbol NA with a space around it is text
    "taxon:9606\t\t\tNAT\tNA \tNAT1\tgene:9\tx\t\t\t5' \u2011 R&amp;D",
]


@pytest.mark.parametrize("row", ONE_MEANING)
def test_rows_of_genes_with_one_meaning_are_read(row: str) -> None:
    assert understood((GENES, GENE_HEADER + row + "\n"), (GENES, GENE_HEADER + row)) == {0, 1}


@pytest.mark.parametrize("name", CONCEPT_HEADERS)
def test_every_layout_of_concepts_is_read(name: str) -> None:
    texts = ("ATP", "NA", "MESH:D000255", "x")
    tables = [(name, header + "\t".join(texts[: header.count("\t") + 1])) for header in CONCEPT_HEADERS[name][1:]]
    assert understood(*tables, (name, CONCEPT_HEADERS[name][0] + ATP.replace("chebi:15422", "NA"))) == {
        *range(len(tables) + 1)
    } - {number for number, (_, text) in enumerate(tables) if text.endswith("\tx")}


def test_tables_of_many_texts_are_read_with_the_unusual_ones_among_them() -> None:
    names = (
        "a  b",
        " a",
        "a ",
        "R&amp;D",
        "&alpha;",
        "NA",
        "NA ",
        "",
        " ",
        "\u212b",
        "caffe\u0301",
        "x\u200by",
        "A\u00df SS",
        "~!",
    )
    of_genes = [f"9606\t\t\tw{n}\tm-{n}\tS {n}\t{n}\ts{n}\t\t\t" for n in range(1, 2 * FEW)]
    of_names = [f"9606\t\t\t{a}\t{b}\t{c}\t4193\tx\t\t\t" for a in names for b in ("SS", "NA", a) for c in names]
    of_numbers = [f"NA\t\t\tNA\tNA\tNA\t{text}\tNA\t\t\t" for text in ("9" * 12, "0207", " 4790", "207.00")]
    plain = GENE_HEADER + "\n".join([*of_genes, *ONE_MEANING, *of_names, *of_numbers])
    rows = [f"{name}\tNA\tx\t{other}\tNA" for name in {*names} - {"", " ", "NA"} for other in names]
    concepts = CONCEPT_HEADERS[CHEMICALS][0] + "\n".join(
        [*rows, *(f"w{n}\tD{n}\tm\tn{n}\t{n}" for n in range(1, 2 * FEW))]
    )
    dates = plain + "\n9606\t\t\tp53\tP53\t2-Sep\t7157\tx\t\t\t"
    too_long = plain + f"\n9606\t\t\tp53\tP53\tTP53\t{'9' * 13}\tx\t\t\t"
    assert understood((GENES, plain), (CHEMICALS, concepts), (GENES, dates), (GENES, too_long)) == {0, 1}


def test_a_table_without_rows_is_a_table() -> None:
    assert understood((GENES, GENE_HEADER), (GENES, GENE_HEADER.strip()), (GENES, genes(TP53))) == {0, 1, 2}


# -- tables that are left to the parser of rows

LINE = "9606\tHomo sapiens\tPrimates\tp53\tP53\tTP53\t7157\tx\t1\t1\t1"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n",
        GENE_HEADER.replace("word", " word") + LINE,
        GENE_HEADER.replace("organism_name", "word") + LINE,
        GENE_HEADER.replace("ncbigene_id", "gene_id") + LINE,
        GENE_HEADER.replace("organism_name", "n\u00e4me") + LINE,
        "sep=\t\n" + GENE_HEADER + LINE,
        "\ufeff" + GENE_HEADER + LINE,
        GENE_HEADER + "\ufeff" + LINE,
        GENE_HEADER + LINE + "\ufffe",
        (GENE_HEADER + LINE).replace("\n", "\r\n"),
        GENE_HEADER + LINE + "\r",
        GENE_HEADER + LINE.replace("p53", '"p53"'),
        GENE_HEADER + LINE.replace("p53", '5" end'),
        GENE_HEADER + LINE.replace("p53", "p\x0053"),
        GENE_HEADER + LINE.replace("p53", "p\x1f53"),
        (GENE_HEADER + LINE).encode() + b"\xff\n",
        (GENE_HEADER + LINE).encode() + b"\xed\xa0\x80\n",  # half a surrogate pair
        GENE_HEADER + LINE + "\n\n",
        GENE_HEADER + "\n" + LINE,
        GENE_HEADER + LINE + "\t",
        GENE_HEADER + LINE + "\t\n" + LINE.removesuffix("\t1"),  # as many tabs as two rows have
        GENE_HEADER + LINE.replace("7157", "NA"),
        GENE_HEADER + LINE.replace("7157", "7157|4193"),
        GENE_HEADER + LINE.replace("7157", "7157; x"),
        GENE_HEADER + LINE.replace("7157", "1.0E+05"),
        GENE_HEADER + LINE.replace("9606", "9606|10090"),
        GENE_HEADER + LINE.replace("9606", "human"),
        GENE_HEADER + LINE.replace("TP53", " 2-Sep"),
    ],
)
def test_a_gene_table_with_anything_odd_is_left_out_and_no_other(body: str | bytes) -> None:
    assert understood((GENES, genes(TP53)), (GENES, body), (GENES, genes(*FAMILY)), ("x-genes.tsv", genes(TP53))) == {
        0,
        2,
    }


@pytest.mark.parametrize(
    "row",
    [
        "\tmesh:D000255\tATP\tATP\tchebi:15422",
        "NA\tmesh:D000255\tATP\tATP\tchebi:15422",
        "ATP\tmesh:D000255|mesh:D000256\tATP\tATP\tchebi:15422",
        "ATP\tmesh:D000255\tATP\tATP\tchebi:15422,chebi:1",
        "ATP\tchebi:1\tATP\tATP\tchebi:15422",
        "ATP\tmesh:D000255\tATP\tATP\tMESH:D000256",
        "ATP\t15422\tATP\tATP\tchebi:15422",
        "ATP\tmesh:D000255\tATP\tATP\tchebi:x",
    ],
)
def test_a_concept_without_one_meaning_is_left_out(row: str) -> None:
    header = CONCEPT_HEADERS[CHEMICALS][0]
    assert understood((CHEMICALS, header + ATP), (CHEMICALS, header + row), (CHEMICALS, header + ATP * 2)) == {0, 2}


# -- any text

NASTY = (
    *("", "NA", " NA", "NaN", "207", "207.0", "0207", "0", "207|208", "207, 208", "1e5", "9606", "9606|10090", "2-Sep"),
    *("TP53", "p53", " p  53 ", "TNF\u03b1", "\u00df", "caffe\u0301ine", "a\u200bb", "R&amp;D", "&alpha;", "&", "'"),
    *('"', '"a"', 'a"b', "\r", "\x00", "\x0b", "\x1c", "\x85", "\u2028", "\ufeff", "\ufffd", "\ufffe", "\udce4", "-"),
    *("mesh:D000255", "MESH:D1|mesh:D2", "D000255", "chebi:1", "CHEBI_1", "doid:0050156", "DOID:14330", "x:1", "\t"),
    *("ncbigene_symbol", "hgnc_prev_symbol", "famplex_relations", "http://purl.obolibrary.org/obo/CHEBI_15422", "\n"),
)
CELL = st.one_of(st.sampled_from(NASTY), st.sampled_from(NASTY), st.text(max_size=4))
COLUMNS = (
    "organism_id word match ncbigene_symbol ncbigene_id source type mesh chebi doid name identifier count n\u00e4me"
)
COLUMN = st.sampled_from([*COLUMNS.split(), " word", ""])
HEADER = st.one_of(
    st.sampled_from([GENE_HEADER.strip(), "organism_id\tword\tncbigene_symbol\tncbigene_id\tmatch\tsource"]),
    st.sampled_from([header.strip() for headers in CONCEPT_HEADERS.values() for header in headers]),
    st.lists(COLUMN, min_size=1, max_size=7, unique=True).map("\t".join),
)
USUAL = {"organism_id": "9606", "ncbigene_id": "7157", "word": "p53", "mesh": "NA", "chebi": "NA", "doid": "NA"}


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a table whose cells are usual, but for a few; rows may lack a cell or have one more."""
    header = draw(HEADER)
    names = header.split("\t")
    lines = [header]
    for _ in range(draw(st.integers(0, 4))):
        row = [USUAL.get(name, "NA") for name in names]
        for place in draw(st.sets(st.integers(0, len(row) - 1), max_size=3)):
            row[place] = draw(CELL)
        lines.append("\t".join(row + draw(st.sampled_from([[]] * 8 + [["NA"]]))))
    text = draw(st.sampled_from(["\n"] * 8 + ["\r\n", "\n\n"])).join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))
    return draw(st.sampled_from([GENES, CHEMICALS, DISEASES, "a-genes.tsv"])), text.encode("utf-8", "surrogateescape")


@given(st.lists(tables(), max_size=5))
def test_hostile_tables_have_the_same_rows_both_ways(files: list[tuple[str, bytes]]) -> None:
    understood(*files)


@given(st.lists(st.lists(CELL, min_size=1, max_size=3), min_size=1, max_size=3), st.sampled_from(sorted(USUAL)))
def test_hostile_cells_among_usual_ones(columns: list[list[str]], name: str) -> None:
    header = (
        "organism_id\tword\tncbigene_symbol\tncbigene_id" if "gene" in name or "organ" in name else "word\tmesh\tdoid"
    )
    kind = GENES if "gene" in header else DISEASES
    bodies = []
    for cells in columns:
        rows = [
            "\t".join(cell if column == name else USUAL.get(column, "x") for column in header.split("\t"))
            for cell in cells
        ]
        bodies.append((kind, "\n".join([header, *rows, ""]).encode("utf-8", "surrogateescape")))
    understood(*bodies)


# -- real tables


def test_real_tables_have_the_same_rows_both_ways(shared: Path) -> None:
    paths = sorted((shared / "pfocr-sample/_data").glob("*.tsv")) + sorted(
        (shared / "seed-sidecars/_data").glob("*.tsv")
    )
    assert len(paths) == 38
    left = {*range(38)} - understood(*((path.name, path.read_bytes()) for path in paths))
    assert len(left) < 4
