"""Genes by their identifiers in Ensembl, UniProt and HGNC."""

import gzip
import re
from pathlib import Path

import pytest
from helpers.hostile import FRAGMENTS
from hypothesis import example, given
from hypothesis import strategies as st

from kg.errors import LexiconError, ParameterError
from kg.lexicon import files
from kg.lexicon.gene_ids import genes_of_ids
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.update import compile as rules
from kg.lexicon.update.compile import Gene

CONTENTS = files.bundled()
RANKL, P53, CD99 = ("ncbigene:8600",), ("ncbigene:7157",), ("ncbigene:4267",)
SPELLED = {
    "ENSG00000120659": RANKL,
    "ensg00000120659": RANKL,
    " ENSG00000120659.15\n": RANKL,
    "ensembl:ENSG00000141510": P53,
    "ENSEMBL:ENSG00000141510.18": P53,
    "ensembl.gene:ENSG00000141510": P53,
    "ENSG00000002586.20_PAR_Y": CD99,
    "http://identifiers.org/ensembl/ENSG00000120659": RANKL,
    "https://identifiers.org/ensembl:ENSG00000120659": RANKL,
    "https://www.ensembl.org/Homo_sapiens/Gene/Summary?g=ENSG00000120659": RANKL,
    "O14788": RANKL,
    "o14788": RANKL,
    "O14788-2": RANKL,
    "uniprot:O14788": RANKL,
    "UniProtKB:P04637-9": P53,
    "sp|P04637|P53_HUMAN": P53,
    "http://purl.uniprot.org/uniprot/P04637": P53,
    "https://www.uniprot.org/uniprotkb/P04637/entry": P53,
    "P63092": ("ncbigene:2778",),  # GNAS has five entries
    "Q5JWF2": ("ncbigene:2778",),
    "HGNC:11998": P53,
    "hgnc:11926": RANKL,
    "hgnc:HGNC:11926": RANKL,
    "https://identifiers.org/hgnc/11926": RANKL,
    "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/HGNC:11926": RANKL,
    "ncbigene:7157": P53,
    "GeneID:7157": P53,
    "entrez:007157": P53,
    "ncbigene:22059": ("ncbigene:22059",),  # of the mouse
}
OTHERS = (
    "", ":", "RANKL", "TP53", "P53", "7157", "11926", "HGNC", "HGNC:", "HGNC:0", "HGNC:-1", "hgnc:TP53", "HGNC:9999999",
    "ENSG0000012065", "ENSG000001206591", "ENSG00000120659.", "ENSG00000120659.x", "ENSG00000000000", "TNF11_HUMAN",
    "ENSMUSG00000022015", "uniprot:ENSG00000120659", "ensembl:O14788", "O14788-", "O14788-x", "ENST00000398795",
    "O14788;P04637", "sp|O14788", "GeneID:", "GeneID:0", "ENSG\u0660\u0660\u0660\u0660\u0660120659", "mesh:D000255",
    "\u017fp|P04637|P53_HUMAN", "ENSG00000120659\x00", "http://", "\ud800",
)  # fmt: skip


@pytest.mark.parametrize("id_", SPELLED)
def test_an_identifier_in_any_spelling_is_its_gene(id_: str) -> None:
    assert genes_of_ids(CONTENTS, [id_]) == {id_: SPELLED[id_]}


@pytest.mark.parametrize("id_", OTHERS)
def test_another_text_is_no_identifier(id_: str) -> None:
    assert genes_of_ids(CONTENTS, [id_]) == {}


def test_a_protein_of_many_genes_is_all_of_them_by_number() -> None:
    genes = genes_of_ids(CONTENTS, ["P62805"])["P62805"]  # histone H4
    assert len(genes) == 14
    assert genes[:2] == ("ncbigene:8294", "ncbigene:8359")
    assert genes[-1] == "ncbigene:554313"


def test_a_list_is_what_its_identifiers_are_one_by_one() -> None:
    ids = [*SPELLED, *OTHERS, *SPELLED]
    found = genes_of_ids(CONTENTS, ids)
    assert found == SPELLED
    assert list(found) == list(SPELLED)
    assert Lexicon.bundled().genes_of_ids(iter(ids)) == found


def test_one_text_is_refused() -> None:
    with pytest.raises(ParameterError, match="ids"):
        Lexicon.bundled().genes_of_ids("O14788")


@example("http://" + ":/=" * 2000)
@example("HGNC:" + "0" * 5000)
@example("sp|" * 2000)
@given(
    st.lists(st.sampled_from([*FRAGMENTS, *SPELLED, "hgnc:", "|", "-", ".", "1", "\ud800", "\x00"]), max_size=4).map(
        "".join
    )
)
def test_hostile_text_gives_genes_of_ncbi_or_nothing(text: str) -> None:
    for genes in genes_of_ids(CONTENTS, [text]).values():
        assert all(re.fullmatch("ncbigene:[1-9][0-9]*", gene) for gene in genes)


def test_the_table_has_genes_of_the_lexicon_by_number() -> None:
    rows = list(files.rows(CONTENTS, files.GENE_IDS))
    numbers = [int(ncbigene) for ncbigene, *_ in rows]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == 40027
    in_hgnc = {int(ncbigene) for hgnc, _, ncbigene, *_ in files.rows(CONTENTS, files.GENES) if hgnc}
    assert in_hgnc.issuperset(numbers)
    ensembl = [id_ for _, cell, _ in rows for id_ in cell.split("|") if id_]
    assert len(ensembl) == len(set(ensembl)) == 39922
    assert len({id_ for _, _, cell in rows for id_ in cell.split("|") if id_}) == 20243
    assert ["8600", "ENSG00000120659", "O14788"] in rows


def test_the_order_of_the_genes_does_not_change_the_table() -> None:
    genes = [
        Gene("2", "B", "100", ensembl=("ENSG00000000002", "ENSG2"), uniprot=("O14788", "O14788", "A0A024R1Z8")),
        Gene("1", "A", "20", uniprot=("LRG_1",)),
        Gene("3", "C", "3", ensembl=("ENSG00000000003",)),
    ]
    rows = [("3", "ENSG00000000003", ""), ("100", "ENSG00000000002", "O14788|A0A024R1Z8")]
    assert rules.gene_id_rows(genes) == rules.gene_id_rows(reversed(genes)) == rows


def test_a_lexicon_of_an_older_version_has_the_bundled_table(tmp_path: Path) -> None:
    (tmp_path / files.NICKNAMES.file).write_text("word\tcurie\nX\tncbigene:1\n", encoding="utf-8")
    assert Lexicon.from_folder(tmp_path).genes_of_ids(["O14788"]) == {"O14788": RANKL}


@pytest.mark.parametrize("row", ["8600\tENSG1\t", "8600\t\tRANKL", "TNFSF11\t\tO14788", "8600\tENSG00000120659"])
def test_a_bad_row_is_named(tmp_path: Path, row: str) -> None:
    path = tmp_path / files.GENE_IDS.file
    path.write_bytes(gzip.compress(f"ncbigene\tensembl\tuniprot\n1\tENSG00000121410\tP04217\n{row}\n".encode()))
    with pytest.raises(LexiconError, match=r"gene_ids\.tsv\.gz:3: .* is not a row of ncbigene, ensembl, uniprot"):
        Lexicon.from_folder(tmp_path)


def test_a_word_that_looks_like_an_identifier_keeps_its_readings() -> None:
    # HGNC has an Ensembl id among its symbols, and NCBI a UniProt entry among its synonyms.
    lexicon = Lexicon.bundled()
    for word in ("ENSG00000226029", "L0R8F8"):
        assert lexicon.genes_of_ids([word])[word]
        assert [reading.source for reading in lexicon.readings([word])[word]]
    assert lexicon.readings(["ENSG00000120659", "O14788", "HGNC:11926"]) == {}
