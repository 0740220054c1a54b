"""Genes of other organisms: what words mean, in which figures, and how their tables are brought."""

import gzip
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers.corpus import record, write_toy

from kg.building.pipeline import build_tables
from kg.errors import ParameterError
from kg.lexicon import files
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.organism_genes import organism_readings
from kg.lexicon.update import organisms, update

HEADER = "hgnc\tsymbol\tncbigene\taliases\tprevious\tsynonyms\n"
FLY = files.organism_genes(7227)


@pytest.fixture
def contents() -> dict[str, bytes]:
    rows = "\tN\t31293\t\t\tNotch|fa\n\tn\t1\t\t\t\n\twg\t34009\t\t\tint|x\n"
    rows += "\tarm\t31151\t\t\tshared\n\tdsh\t32078\t\t\tshared\n"
    return {FLY.file: gzip.compress((HEADER + rows).encode())}


@pytest.mark.parametrize(
    ("word", "symbol", "priority"),
    [("N", "N", 1), ("n", "n", 1), ("Notch", "N", 4), ("NOTCH", "N", 4), ("wg", "wg", 1), ("int", "wg", 4)],
)
def test_a_word_is_a_gene(contents: dict[str, bytes], word: str, symbol: str, priority: int) -> None:
    reading = organism_readings(contents, 7227, [word])[word]
    assert (reading.name, reading.priority, reading.taxon) == (symbol, priority, "ncbitaxon:7227")


@pytest.mark.parametrize("word", ["shared", "x", "INT", "Akt1"])
def test_a_word_of_two_genes_or_of_one_letter_is_none(contents: dict[str, bytes], word: str) -> None:
    assert organism_readings(contents, 7227, [word]) == {}


def test_the_bundled_tables() -> None:
    bundled = Lexicon.bundled().contents
    mouse = organism_readings(bundled, 10090, ["Trp53", "TRP53", "Opg"])
    assert {word: reading.entity_id for word, reading in mouse.items()} == {
        "Trp53": "ncbigene:22059",
        "TRP53": "ncbigene:22059",
        "Opg": "ncbigene:18383",
    }
    assert organism_readings(bundled, 7227, ["N"])["N"].entity_id == "ncbigene:31293"
    assert organism_readings(bundled, 3702, ["FLC"]) == {}


# -- builds


def built(folder: Path, files: dict[str, str], lexicon: Lexicon | None = None) -> dict[str, dict[str, Any]]:
    """Build the files; give the entities by id."""
    (folder / "tables").mkdir(parents=True)
    build_tables([str(write_toy(folder / "corpus", files))], folder / "tables", lexicon=lexicon)
    rows = pq.read_table(folder / "tables" / "entities.parquet").to_pylist()
    return {row["entity_id"]: row for row in rows}


def figure(figid: str, organisms: list[str], *keywords: str) -> tuple[str, str]:
    named = ("organisms_ner:", *(f"- {name}" for name in organisms)) if organisms else ()
    return f"_figures/{figid}.md", record(figid, *named, keywords=keywords)


@pytest.mark.parametrize(
    ("named", "entities"),
    [
        (["Mus musculus"], {"ncbigene:11651", "chebi:15422", "keyword:XYZZY"}),
        (["Drosophila melanogaster"], {"ncbigene:41957", "chebi:15422", "keyword:XYZZY"}),
        # The first organism that has the symbol; a symbol goes before an alias.
        (["Drosophila melanogaster", "Mus musculus"], {"ncbigene:41957", "chebi:15422", "keyword:XYZZY"}),
        (["Homo sapiens", "Mus musculus"], {"ncbigene:207", "chebi:15422", "keyword:XYZZY"}),
        ([], {"ncbigene:207", "chebi:15422", "keyword:XYZZY"}),
        # No table of its genes is here, and no human gene is meant.
        (["Zea mays"], {"keyword:AKT1", "chebi:15422", "keyword:XYZZY"}),
    ],
)
def test_a_keyword_is_a_gene_of_the_organism(tmp_path: Path, named: list[str], entities: set[str]) -> None:
    assert set(built(tmp_path, dict([figure("PMC1__a", named, "AKT1", "ATP", "XYZZY")]))) == entities


def test_a_gene_has_its_organism_and_symbol(tmp_path: Path) -> None:
    mouse = built(tmp_path, dict([figure("PMC1__a", ["Mus musculus"], "AKT1")]))["ncbigene:11651"]
    assert (mouse["name"], mouse["taxon"], mouse["category"]) == ("Akt1", "ncbitaxon:10090", "gene")


def test_inline_words_without_an_identifier_are_no_human_genes(tmp_path: Path) -> None:
    inline = ("genes:", "- word: AKT1", "  symbol: AKT1", "  source: hgnc_symbol", "  hgnc_symbol: AKT1")
    files = {
        "_figures/PMC1__a.md": record("PMC1__a", "organisms_ner:", "- Zea mays", *inline),
        "_figures/PMC2__b.md": record("PMC2__b", *(line.replace("AKT1", "PTEN") for line in inline)),
    }
    found = built(tmp_path, files)
    assert set(found) == {"keyword:AKT1", "ncbigene:5728"}
    assert found["keyword:AKT1"]["taxon"] is None


# -- update


GENE_INFO = (
    "#tax_id\tGeneID\tSymbol\tLocusTag\tSynonyms\tdbXrefs\ttype_of_gene\tModification_date\tFeature_type\n"
    "3702\t830878\tFLC\tAT5G10140\tAGL25|FLF\tTAIR:AT5G10140\tprotein-coding\t20250607\t-\n"
    "3702\t3770456\tNEWENTRY\t-\t-\t-\tother\t20250607\t-\n"
)


def test_gene_info_of_an_organism_makes_its_table(tmp_path: Path) -> None:
    (tmp_path / "gene_info").write_text(GENE_INFO, encoding="utf-8")
    made = update.update([tmp_path / "gene_info"], tmp_path / "lexicon")
    assert made.written == {"genes.3702.tsv.gz": 1}
    opened = Lexicon.from_folder(tmp_path / "lexicon")
    assert opened.provenance()["files"].keys() == {"genes.3702.tsv.gz"}
    assert organism_readings(opened.contents, 3702, ["FLF"])["FLF"].entity_id == "ncbigene:830878"
    entities = built(tmp_path / "build", dict([figure("PMC1__a", ["Arabidopsis thaliana"], "FLC")]), opened)
    assert {entity: row["name"] for entity, row in entities.items()} == {"ncbigene:830878": "FLC"}


def test_organisms_by_name_and_number() -> None:
    assert list(organisms.urls(["Mouse", "7227", "yeast"])) == [
        "Mus_musculus.gene_info.gz",
        "Drosophila_melanogaster.gene_info.gz",
        "Saccharomyces_cerevisiae.gene_info.gz",
    ]
    assert organisms.urls(["559292"]) == organisms.urls(["yeast"])
    assert all(url.startswith("https://ftp.ncbi.nlm.nih.gov/gene/") for url in organisms.URLS.values())
    assert tuple(organisms.URLS) == files.TAXA
    with pytest.raises(ParameterError, match="no table of genes of pig; it has those of mouse, rat, fly"):
        organisms.urls(["pig"])
