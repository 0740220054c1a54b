"""Files of readings: every spelling that people use is read, and each fault names its file, its line and a way out."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.ingest.readings_file import COLUMNS, Corrections, read
from kg.lexicon.lexicon import Lexicon

LEXICON = Lexicon.bundled()


def read_text(folder: Path, *texts: str) -> Corrections:
    """Read files of these texts, `0.tsv` and so on."""
    paths = [folder / f"{number}.tsv" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8", newline="")
    return read(paths, LEXICON)


def test_words_figures_and_entities_in_every_spelling(tmp_path: Path) -> None:
    text = (
        "examples\tword\tfigure\tentity\tprobability\n"
        "x\tp50\t\tNFKB1\t0.7\n"
        "x\tNF\u2011\u03baB \t\tNFKB1|ncbigene:5970\t\n"
        "x\tcbp\tPMC1__a\thgnc.symbol:CREBBP\t\n"
        "x\tCBP\tpfocr:PMC1__b.jpg\tNCBIGene:1387\t\n"
        "x\tCBP\thttps://pfocr.wikipathways.org/figures/PMC1__c.html\thttps://identifiers.org/ncbigene/1387\t\n"
        "x\takt\t\tfplx:AKT\t\n"
        "x\tnobody knows\t\t\t\n"
    )
    assert read_text(tmp_path, text).entities == {
        (None, "P50"): ("ncbigene:4790",),
        (None, "NF-KAPPAB"): ("ncbigene:4790", "ncbigene:5970"),
        ("pfocr:PMC1__a", "CBP"): ("ncbigene:1387",),
        ("pfocr:PMC1__b", "CBP"): ("ncbigene:1387",),
        ("pfocr:PMC1__c", "CBP"): ("ncbigene:1387",),
        (None, "AKT"): ("fplx:AKT",),
    }


def test_a_correction_of_one_figure_goes_before_one_of_all(tmp_path: Path) -> None:
    corrections = read_text(tmp_path, "word\tfigure\tentity\nPDK1\t\tPDPK1\nPDK1\tPMC1__a\tPDK1\n")
    assert corrections.of("pfocr:PMC1__a", "PDK1") == ("ncbigene:5163",)
    assert corrections.of("pfocr:PMC1__b", "PDK1") == ("ncbigene:5170",)
    assert corrections.of("pfocr:PMC1__b", "P50") is None


def test_tables_as_spreadsheets_save_them(tmp_path: Path) -> None:
    text = '\ufeff"word"\t"entity"\r\n"p50"\t"NFKB1"\r\n\r\n'
    assert read_text(tmp_path, text).entities == {(None, "P50"): ("ncbigene:4790",)}


def test_several_files_with_digests_and_numbers_of_rows(tmp_path: Path) -> None:
    texts = ("word\tentity\np50\tNFKB1\nP50\tNFKB1\n", "entity\tword\nCREBBP\tCBP\n\tTAK1\n")
    corrections = read_text(tmp_path, *texts)
    assert [file.rows for file in corrections.files] == [2, 1]
    assert [file.digest for file in corrections.files] == [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    assert len(corrections.entities) == 2


FAULTS = {
    "no column": ("wort\tentity\np50\tNFKB1\n", "0.tsv:1: the header lacks word; it must be tab-separated"),
    "commas": ("word,entity\np50,NFKB1\n", "0.tsv:1: the header lacks word and entity"),
    "nothing": ("", "0.tsv:1: the header lacks word and entity"),
    "a column twice": ("word\tentity\tword\n", "0.tsv:1: the header has the column word twice; leave one out"),
    "no word": ("word\tentity\n \tNFKB1\n", "0.tsv:2: a row with an entity and no word; give the drawn word"),
    "a figure": (
        "word\tfigure\tentity\np50\tPMC1\tNFKB1\n",
        "0.tsv:2: figure 'PMC1' is no figure; give its figid, such as PMC1__fig1, or leave it empty for all figures",
    ),
    "no gene": (
        "word\tentity\np50\tNFKB1\np65\tRELAX\n",
        "0.tsv:3: entity 'RELAX' is not a human gene or family that the lexicon has; give a gene symbol such as TP53",
    ),
    "another kind": ("word\tentity\nCAT\tchebi:15422\n", "0.tsv:2: entity 'chebi:15422' is not a human gene or family"),
    "no number of a gene": ("word\tentity\np50\tncbigene:x\n", "0.tsv:2: entity 'ncbigene:x' is not a human gene"),
    "a family beside a gene": (
        "word\tentity\nAKT\tfplx:AKT|TP53\n", "0.tsv:2: entity 'fplx:AKT' is a family beside others; give",
    ),
    "two answers": (
        "word\tentity\np50\tNFKB1\nP50\tCD40\n", "0.tsv:3: 'P50' is 'CD40' here and 'NFKB1' at ",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_its_place_and_a_way_out(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_text(tmp_path, text)
    assert f"{tmp_path}/{message}" in str(caught.value)


def test_two_files_that_disagree_are_both_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"1\.tsv:2: 'P50' is 'CD40' here and 'NFKB1' at .*0\.tsv:2; keep one"):
        read_text(tmp_path, "word\tentity\np50\tNFKB1\n", "word\tentity\np50\tCD40\n")


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.tsv").write_bytes(b"word\tentity\np50\tNF\xe9\n")
    with pytest.raises(SourceError, match=r"latin\.tsv:2: not UTF-8"):
        read([tmp_path / "latin.tsv"], LEXICON)
    with pytest.raises(SourceError, match=r"cannot be read: .*give a table of words and entities"):
        read([tmp_path / "missing.tsv"], LEXICON)
    with pytest.raises(SourceError, match="cannot be read"):
        read([tmp_path], LEXICON)


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["p50", "NFKB1", "PMC1__a", "fplx:AKT", "|", '"', "ncbigene:1", ":", "hgnc.symbol:%"]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=4))
def test_any_text_is_read_or_refused_with_its_line(tmp_path: Path, table: list[tuple[str, ...]]) -> None:
    text = "\n".join("\t".join(row) for row in [COLUMNS, *table])
    try:
        corrections = read_text(tmp_path, text)
    except SourceError as error:
        message = str(error)
    else:
        assert all(entities for entities in corrections.entities.values())
        return
    assert "0.tsv:" in message
