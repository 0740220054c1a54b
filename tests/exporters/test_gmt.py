"""GMT out and in: the toy corpus by hand, the five lines of other readers, hostile text, and there and back."""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers.builds import build_graph
from helpers.corpus import GENE_HEADER, MDM2, TP53, genes, record, write_toy

from kg.building.release import release
from kg.errors import NotARecord
from kg.exporters.gmt import Gmt
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.records import Element, Figure, Mention, Problem
from kg.parsers.gmt import GmtParser, flavour_of
from kg.runtime.folders import atomic_folder

HUMAN = "pfocr-20240101-gmt-Homo_sapiens.gmt"


def written(build: Path, folder: Path) -> tuple[int, dict[str, str]]:
    """Export a build; give the count and the files."""
    with KnowledgeGraph(build) as graph, atomic_folder(folder) as aside:
        count = Gmt().write(graph, None, aside)
    return count, {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def built(folder: Path, files: dict[str, str]) -> Path:
    build_graph([str(write_toy(folder / "corpus", files))], folder / "build")
    return folder / "build"


def as_others_read(path: Path) -> dict[str, tuple[str, list[str]]]:
    """Read sets as clusterProfiler's read.gmt and gseapy do: split by tab, then name, description and members."""
    sets = {}
    for line in path.read_text(encoding="utf-8").strip().split("\n"):
        name, description, *members = line.split("\t")
        sets[name] = (description, members)
    return sets


def table(build: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(build / "tables" / f"{name}.parquet").to_pylist()
    return rows


def read(text: str | bytes, name: str = HUMAN) -> list[Element]:
    return list(GmtParser().parse(name, text.encode() if isinstance(text, str) else text))


def problems(elements: Iterable[Element]) -> list[tuple[str, str, int | None]]:
    return [(each.severity, each.code, each.line) for each in elements if isinstance(each, Problem)]


def members(elements: Iterable[Element]) -> list[tuple[str, str, str | None, str | None]]:
    """Give figure, keyword, identifier and taxon of each mention."""
    found = [each for each in elements if isinstance(each, Mention)]
    return [(each.figure_id, each.keyword, each.entity_id, each.taxon) for each in found]


# -- out


def test_the_toy_corpus_by_hand(toy_build: Path, tmp_path: Path) -> None:
    """Figure a has AKT1, AKT2, TP53; b MDM2, too; c AKT1, AKT2, MDM2; d only two genes.

    AKT is a family word, p53 a synonym; so MDM2 alone is strict, and no figure has three strict genes. One chemical is
    no set; one disease is.
    """
    count, found = written(toy_build, tmp_path / "gmt")
    assert {name: text for name, text in found.items() if name != "metadata.tsv"} == {
        "pfocr-all-ncbigene-Homo_sapiens.gmt": (
            "PMC1__a\tTitle of PMC1__a\t207\t208\t7157\n"
            "PMC1__b\tTitle of PMC1__b\t207\t208\t4193\t7157\n"
            "PMC2__c\tTitle of PMC2__c\t207\t208\t4193\n"
        ),
        "pfocr-all-symbol-Homo_sapiens.gmt": (
            "PMC1__a\tTitle of PMC1__a\tAKT1\tAKT2\tTP53\n"
            "PMC1__b\tTitle of PMC1__b\tAKT1\tAKT2\tMDM2\tTP53\n"
            "PMC2__c\tTitle of PMC2__c\tAKT1\tAKT2\tMDM2\n"
        ),
        "pfocr-diseases-doid-mesh.gmt": "PMC1__b\tTitle of PMC1__b\tDOID:11476\n",
    }
    assert count == 7
    head, *rows = csv.reader(found["metadata.tsv"].splitlines(), delimiter="\t")
    told = [dict(zip(head, row, strict=True)) for row in rows]
    sizes = ("genes_strict", "genes_synonyms", "genes_all", "chemicals", "diseases")
    assert [(row["set"], row["organisms"], *(row[each] for each in sizes)) for row in told] == [
        ("PMC1__a", "Homo_sapiens", "0", "1", "3", "1", "0"),
        ("PMC1__b", "Homo_sapiens", "1", "2", "4", "0", "1"),
        ("PMC2__c", "Homo_sapiens", "0", "1", "3", "0", "0"),
    ]
    assert (told[2]["paper_id"], told[2]["doi"], told[2]["year"]) == ("pmc:PMC2", "10.1234/toy.c", "2010")
    assert told[0]["iri"] == "https://pfocr.wikipathways.org/figures/PMC1__a.html"


ORGANISMS = GENE_HEADER + "".join(
    f"{taxon}\t{name}\tgroup\t{word}\t{word.upper()}\t{word}\t{number}\tncbigene_symbol\t1\t1\t1\n"
    for taxon, name, word, number in (
        ("9606", "Homo sapiens", "TP53", 7157),
        ("9606", "Homo sapiens", "MDM2", 4193),
        ("10090", "Mus musculus", "Trp53", 22059),
        ("10090", "Mus musculus", "Mdm2", 17246),
        ("10090", "Mus musculus", "Akt1", 11651),
        ("511145", "Escherichia coli", "recA", 947170),
        ("511145", "Escherichia coli", "lexA", 948544),
        ("511145", "Escherichia coli", "umuD", 945746),
    )
)


def test_a_set_is_of_one_organism(tmp_path: Path) -> None:
    """Eight genes of three organisms in one figure: three of mouse and of E. coli are sets, two of human are none."""
    files = {"_figures/PMC1__a.md": record("PMC1__a"), "_data/PMC1__a-genes.tsv": ORGANISMS}
    _, found = written(built(tmp_path, files), tmp_path / "gmt")
    flavours = ("strict", "synonyms", "all")
    kinds = [f"{kind}-{name}" for kind in ("ncbigene", "symbol") for name in ("Mus_musculus", "taxon_511145")]
    assert set(found) == {f"pfocr-{flavour}-{kind}.gmt" for flavour in flavours for kind in kinds} | {"metadata.tsv"}
    # By number, and by symbol in the order of characters.
    assert found["pfocr-strict-ncbigene-Mus_musculus.gmt"] == "PMC1__a\tTitle of PMC1__a\t11651\t17246\t22059\n"
    assert found["pfocr-strict-symbol-taxon_511145.gmt"] == "PMC1__a\tTitle of PMC1__a\tlexA\trecA\tumuD\n"
    assert "\tHomo_sapiens|Mus_musculus|taxon_511145\t8\t8\t8\t" in found["metadata.tsv"]


def test_hostile_titles_stay_in_their_column(tmp_path: Path) -> None:
    files = {
        "_figures/PMC1__a.md": record("PMC1__a").replace(
            "figtitle: Title of PMC1__a", 'figtitle: "\\"a\\tb\\nc\\r\\n\\u2028d\\x85 e\\x1cf"'
        ),
        "_data/PMC1__a-genes.tsv": genes(TP53, MDM2, ("x", "X", "EGFR", "1956", "ncbigene_symbol")),
        # Without a record, and so without a title: the figid stands in its place.
        "_data/PMC2__b-genes.tsv": genes(TP53, MDM2, ("x", "X", "EGFR", "1956", "ncbigene_symbol")),
    }
    _, found = written(built(tmp_path, files), tmp_path / "gmt")
    sets = as_others_read(tmp_path / "gmt" / "pfocr-all-symbol-Homo_sapiens.gmt")
    assert sets["PMC1__a"] == ('"a b c d e\ufffdf', ["EGFR", "MDM2", "TP53"])
    assert sets["PMC2__b"] == ("PMC2__b", ["EGFR", "MDM2", "TP53"])
    (_, first, second) = csv.reader(found["metadata.tsv"].splitlines(), delimiter="\t")
    assert (first[3], second[3], len(first)) == ('"a b c d e\ufffdf', "", 16)


def test_a_build_without_sets_has_the_table_only(tmp_path: Path) -> None:
    count, found = written(built(tmp_path, {"_figures/PMC1__a.md": record("PMC1__a")}), tmp_path / "gmt")
    assert (count, list(found), found["metadata.tsv"].count("\n")) == (0, ["metadata.tsv"], 1)


# -- in


def test_a_release_by_hand() -> None:
    elements = read("PMC1__a\tThe  title\t7157\tNCBIGene:4193\t\tNA\t7157\n\nPMC22__F3\tNA\tTP53\n")
    figures = [each for each in elements if isinstance(each, Figure)]
    assert figures == [
        Figure("pfocr:PMC1__a", "pmc:PMC1", title="The title", organisms_ner=("Homo sapiens",)),
        Figure("pfocr:PMC22__F3", "pmc:PMC22", alias="PMC22__F3", organisms_ner=("Homo sapiens",)),
    ]
    assert members(elements) == [
        ("pfocr:PMC1__a", "ncbigene:7157", "ncbigene:7157", "ncbitaxon:9606"),
        ("pfocr:PMC1__a", "ncbigene:4193", "ncbigene:4193", "ncbitaxon:9606"),
        ("pfocr:PMC22__F3", "TP53", None, "ncbitaxon:9606"),
    ]
    mention = next(each for each in elements if isinstance(each, Mention))
    # No words: the origin goes behind whatever a record says.
    assert (mention.origin, mention.word, mention.match, mention.flavour) == ("set", None, None, None)
    assert problems(elements) == []


@pytest.mark.parametrize("figid", ["PMC1__g001.v2", "PMC1__g001.v2.jpg", " PMC1__g001.v2 "])
def test_names_of_sets(figid: str) -> None:
    (figure,) = [each for each in read(f"{figid}\t\t1\n") if isinstance(each, Figure)]
    assert (figure.figure_id, figure.title, figure.alias) == ("pfocr:PMC1__g001.v2", None, None)


def test_a_bad_line_costs_nothing_else() -> None:
    good = b"PMC1__a\tA\t1\t2\t3\n"
    bad = b"WP1\tno figure\t1\n\xff\tx\t1\nPMC2__b\tB\nPMC3__c\tC\t\tNA\t\nPMC1__a\tagain\t9\n"
    elements = read(good + bad + b"PMC4__d\tD\t4")
    assert problems(elements) == [("error", "bad-row", line) for line in (2, 3, 4, 5, 6)]
    assert [each[:2] for each in members(elements)] == [
        ("pfocr:PMC1__a", "ncbigene:1"),
        ("pfocr:PMC1__a", "ncbigene:2"),
        ("pfocr:PMC1__a", "ncbigene:3"),
        ("pfocr:PMC4__d", "ncbigene:4"),
    ]


def test_members_as_spreadsheets_save_them() -> None:
    line = 'PMC1__a\t"A ""title"""\t7157.0\t004193\t"207"\tTP53\u200b\t2-Sep\t1.0E+05\n'
    elements = read(line, HUMAN)
    assert [each[1] for each in members(elements)] == [
        "ncbigene:7157",
        "ncbigene:4193",
        "ncbigene:207",
        "TP53",
        "2-Sep",
        "1.0E+05",
    ]
    (figure,) = [each for each in elements if isinstance(each, Figure)]
    assert figure.title == 'A "title"'
    (problem,) = [each for each in elements if isinstance(each, Problem)]
    message = "2 members are no identifiers or names, as '2-Sep', a date, likely of SEPTIN2; read as names"
    assert (problem.code, problem.line, problem.message) == ("bad-identifier", 1, message)


def test_sets_of_anything_else_are_no_records() -> None:
    with pytest.raises(NotARecord, match="no line starts with PMC"):
        read(
            "Apoptosis%WikiPathways_20240101%WP254%Homo sapiens\thttp://x\t7157\n", "wikipathways-gmt-Homo_sapiens.gmt"
        )


@pytest.mark.parametrize(
    ("name", "taxon", "told"),
    [
        ("pfocr-20240101-gmt-Mus_musculus.gmt", "ncbitaxon:10090", []),
        ("a/pfocr-strict-ncbigene-taxon_511145.gmt", "ncbitaxon:511145", []),
        ("pfocr-all-ncbigene-unknown.gmt", None, []),
        ("pfocr-20240101-gmt-Danaus_plexippus.gmt", None, [("warning", "unknown-organism", None)]),
        ("sets.gmt", "ncbitaxon:9606", [("note", "no-organism", None)]),
    ],
)
def test_the_organism_is_in_the_file_name(name: str, taxon: str | None, told: list[object]) -> None:
    elements = read("PMC1__a\tA\t1\n", name)
    assert members(elements) == [("pfocr:PMC1__a", "ncbigene:1", "ncbigene:1", taxon)]
    assert problems(elements) == told


def test_symbols_of_other_organisms_are_no_human_genes() -> None:
    elements = read("PMC1__a\tA\t11651\tAkt1\tTrp53\n", "pfocr-20240101-gmt-Mus_musculus.gmt")
    assert [each[1] for each in members(elements)] == ["ncbigene:11651"]
    assert problems(elements) == [("warning", "symbol-without-gene", 1)]


def test_chemicals_and_diseases() -> None:
    found = read(
        "PMC1__a\tA\tCHEBI:15422\t15422\tMESH:D000255\tC1\tATP\n", "pfocr-20240101-chemical-gmt-Homo_sapiens.gmt"
    )
    expected = ["chebi:15422", "mesh:D000255", "mesh:C1", "ATP"]
    assert list(dict.fromkeys(each[1] for each in members(found))) == expected
    assert {each[3] for each in members(found)} == {None}
    found = read("PMC1__a\tA\tDOID:0050686\tMESH:D010024\n", "pfocr-diseases-doid-mesh.gmt")
    assert [each[2] for each in members(found)] == ["doid:0050686", "mesh:D010024"]
    assert problems(found) == []


def test_flavours_are_in_the_file_name() -> None:
    names = (
        "x/pfocr-strict-symbol-Homo_sapiens.gmt",
        "bte_synonyms.ndjson",
        "pfocr-ALL-x.gmt",
        "small.gmt",
        "all/x.gmt",
    )
    assert [flavour_of(name) for name in names] == ["strict", "synonyms", "all", None, None]


# -- there and back


def sets_of(build: Path) -> dict[tuple[str, str | None], set[str]]:
    """Give the likely genes of each figure and organism, where they are three or more."""
    taxa = {row["entity_id"]: row["taxon"] for row in table(build, "entities") if row["category"] == "gene"}
    found: dict[tuple[str, str | None], set[str]] = {}
    for row in table(build, "mentions"):
        if row["entity_id"] in taxa and row["probability"] >= 0.5:
            found.setdefault((row["figure_id"], taxa[row["entity_id"]]), set()).add(row["entity_id"])
    return {key: members for key, members in found.items() if len(members) > 2}


@pytest.mark.parametrize("kind", ["ncbigene", "symbol"])
def test_seeds_and_back(seeds_build: Path, tmp_path: Path, kind: str) -> None:
    """The same figures, titles, and genes a figure. Captions, words, chemicals and small figures are lost."""
    written(seeds_build, tmp_path / "gmt")
    path = tmp_path / "gmt" / f"pfocr-all-{kind}-Homo_sapiens.gmt"
    again = built(tmp_path / "again", {path.name: path.read_text(encoding="utf-8")})
    assert sets_of(again) == sets_of(seeds_build)
    titles = [(row["figure_id"], row["title"]) for row in table(seeds_build, "figures")]
    assert [(row["figure_id"], row["title"]) for row in table(again, "figures")] == titles
    assert [row["caption"] for row in table(again, "figures")] == [None] * 5
    assert "given" not in {row["word_status"] for row in table(again, "mentions")}
    # And once more: what was written is what is written.
    _, found = written(again, tmp_path / "twice")
    assert found[path.name] == path.read_text(encoding="utf-8")


def flavours(build: Path) -> dict[tuple[str, str], str]:
    """Give figure and gene to the narrowest flavour, where the organism has three genes or more in the flavour."""
    ranks = ("strict", "synonyms", "all")
    taxa = {row["entity_id"]: row["taxon"] for row in table(build, "entities") if row["category"] == "gene"}
    found: dict[tuple[str, str], int] = {}
    for row in table(build, "mentions"):
        if row["entity_id"] in taxa and row["probability"] >= 0.5:
            key = (row["figure_id"], row["entity_id"])
            found[key] = min(found.get(key, 2), ranks.index(row["flavour"]))
    told: dict[tuple[str, str], int] = {}
    for rank in (2, 1, 0):  # as the files have them: a narrower set of under three genes is not written
        sizes = Counter((figure, taxa[gene]) for (figure, gene), own in found.items() if own <= rank)
        told |= {key: rank for key, own in found.items() if own <= rank and sizes[key[0], taxa[key[1]]] > 2}
    return {key: ranks[rank] for key, rank in told.items()}


def test_real_figures_and_back(shared: Path, tmp_path: Path) -> None:
    """All organisms and flavours of a figure, and its chemicals, come together again."""
    release([str(shared / "pfocr-sample")], tmp_path / "build", with_store=False)
    written(tmp_path / "build", tmp_path / "gmt")
    files = [path for path in sorted((tmp_path / "gmt").glob("*.gmt")) if "-symbol-" not in path.name]
    release([str(path) for path in files], tmp_path / "again", with_store=False)
    expected = sets_of(tmp_path / "build")
    assert len({taxon for _, taxon in expected}) > 1
    assert sets_of(tmp_path / "again") == expected
    assert flavours(tmp_path / "again") == flavours(tmp_path / "build")
    assert "duplicate" not in (tmp_path / "again" / "report.tsv").read_text(encoding="utf-8")
    written(tmp_path / "again", tmp_path / "twice")
    for path in files:
        assert path.read_bytes() == (tmp_path / "twice" / path.name).read_bytes()


def test_a_record_goes_before_the_set_of_its_figure(tmp_path: Path) -> None:
    files = {
        "z/PMC1__a.md": record("PMC1__a", keywords=("TP53", "MDM2")),
        HUMAN: "PMC1__a\tAnother title\t1956\nPMC2__b\tB\t1956\n",
    }
    build = built(tmp_path, files)
    assert [row["title"] for row in table(build, "figures")] == ["Title of PMC1__a", "B"]
    drawn = [(row["figure_id"], row["entity_id"]) for row in table(build, "mentions")]
    assert drawn == [
        ("pfocr:PMC1__a", "ncbigene:4193"),
        ("pfocr:PMC1__a", "ncbigene:7157"),
        ("pfocr:PMC2__b", "ncbigene:1956"),
    ]


def test_a_number_is_taught_to_no_drawn_number(tmp_path: Path) -> None:
    """A set has gene 21; what another record draws as 21 is not that gene."""
    files = {HUMAN: "PMC1__a\tA\t21\n", "PMC2__b.md": record("PMC2__b", keywords=("21",))}
    names = {row["entity_id"]: row["figures"] for row in table(built(tmp_path, files), "entities")}
    assert names == {"keyword:21": 1, "ncbigene:21": 1}
