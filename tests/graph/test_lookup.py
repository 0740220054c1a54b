"""What people ask of a build and of the lexicon: `kg stats`, `kg lookup`, `kg lexicon ...`, whole answers by hand."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from helpers.corpus import FAMILY, MDM2, TP53, genes, record, write_toy

from kg.cli.main import main
from kg.errors import LexiconError
from kg.lexicon.files import user_folder
from kg.lexicon.lexicon import Lexicon


def answer(*arguments: object) -> str:
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def refusal(*arguments: object) -> str:
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    return result.stderr


def stats(toy_build: Path) -> Any:
    return json.loads(answer("stats", "--build", toy_build, "-f", "json", "--top", 2))


# -- stats


def test_stats_show_grounding_by_category_and_identifier(toy_build: Path) -> None:
    assert stats(toy_build)["grounding"] == [
        {"category": "chemical", "identifier": "given", "entities": 1, "mentions": 1},
        {"category": "disease", "identifier": "given", "entities": 1, "mentions": 1},
        {"category": "gene", "identifier": "given", "entities": 4, "mentions": 12},
        {"category": "unknown", "identifier": "none", "entities": 1, "mentions": 1},
    ]


def test_stats_name_the_words_without_identifier_and_the_most_ambiguous(toy_build: Path) -> None:
    found = stats(toy_build)
    assert found["ungrounded_words"] == [{"word": "no such thing", "category": "unknown", "figures": 1}]
    assert found["ambiguous_words"] == [
        {"word": "AKT", "category": "gene", "status": "given", "entities": 2, "figures": 3}
    ]
    assert found["counts"]["mentions_by_word_status"] == {"given": 11, "inferred": 2, "unknown": 2}


def test_stats_of_the_toy_build_as_people_read_them(toy_build: Path) -> None:
    assert answer("stats", "--build", toy_build, "--top", 1) == STATS


STATS = """\
table               rows
------------------  ----
figures                4
papers                 4
mentions              15
word_readings          0
citations              6
members                0
words                  6
entities               7
cooccurrences         16
word_cooccurrences     9

grounding: entities and mentions by category and identifier
category  identifier  entities  mentions
--------  ----------  --------  --------
chemical  given              1         1
disease   given              1         1
gene      given              4        12
unknown   none               1         1

drawn word  mentions
----------  --------
given             11
inferred           2
unknown            2

drawn words                       words  figures
--------------------------------  -----  -------
may mean several things               0        0
read otherwise than their record      0        0

words without an identifier, the most drawn
word           category  figures
-------------  --------  -------
no such thing  unknown         1

words that expand to most
word  category  status  entities  figures
----  --------  ------  --------  -------
AKT   gene      given          2        3

words whose reading is not sure, the most frequent: none

words whose reading is not what the records say, the most frequent: none

most drawn entities
entity_id      name  category  figures  papers
-------------  ----  --------  -------  ------
ncbigene:4193  MDM2  gene            3       3

strongest pairs, by different words
subject  object  weight  figures  figures_all  papers     npmi  q
-------  ------  ------  -------  -----------  ------  -------  -
MDM2     TP53         2        2            2       2  -0.1699  1

strongest pairs of words
subject  object  figures  papers  npmi  q
-------  ------  -------  ------  ----  -
AKT      P53           2       1     1  1
"""


# -- what a word means, and where it is drawn


def test_lookup_of_a_word_of_two_genes(toy_build: Path) -> None:
    found = json.loads(answer("lookup", "akt", "--build", toy_build, "-f", "json"))
    assert found["word"] == "akt"
    assert [(each["id"], each["category"], each["source"]) for each in found["readings"]] == [
        ("ncbigene:207", "gene", "hgnc_alias_symbol"),
        ("fplx:AKT", "family", "famplex"),
    ]
    assert found["drawn"] == [
        {"word": "AKT", "status": "given", "figures": 2, "entities": 2, "names": ["AKT1", "AKT2"]},
        {"word": "AKT", "status": "inferred", "figures": 1, "entities": 2, "names": ["AKT1", "AKT2"]},
    ]
    assert [each["figure"] for each in found["where"]] == ["PMC1__a", "PMC1__b", "PMC2__c"]


def test_lookup_of_a_symbol_shows_the_words_it_is_drawn_by(toy_build: Path) -> None:
    found = json.loads(answer("lookup", "TP53", "--build", toy_build, "-f", "json"))
    assert found["names"] == [
        {"entity_id": "ncbigene:7157", "name": "TP53", "word": "P53", "flavour": "synonyms", "figures": 2, "of": 1}
        | {"probability": 1.0},
        {"entity_id": "ncbigene:7157", "name": "TP53", "word": "TP53", "flavour": "strict", "figures": 1, "of": 1}
        | {"probability": 1.0},
    ]


def test_lookup_takes_a_curie_and_another_spelling(toy_build: Path) -> None:
    by_id = json.loads(answer("lookup", "ncbigene:7157", "--build", toy_build, "-f", "json"))
    assert {each["word"] for each in by_id["names"]} == {"P53", "TP53"}
    spelled = json.loads(answer("lookup", "p-53", "--build", toy_build, "-f", "json"))
    assert [each["word"] for each in spelled["drawn"]] == ["P53"]


def test_lookup_fits_one_screen(toy_build: Path) -> None:
    text = answer("lookup", "P53", "--build", toy_build)
    assert text.startswith("P53: ")
    assert text.splitlines()[0].endswith("drawn in 2 figures as a word of its own")
    assert len(text.splitlines()) < 40


@pytest.mark.parametrize("word", ["no meaning at all", "'; DROP TABLE mentions; --", "%", "ΔΨ", "\\", '"'])
def test_lookup_of_a_word_without_meaning_fails_in_one_line(toy_build: Path, word: str) -> None:
    assert "kg: no entity or figure is called " in refusal("lookup", "--build", toy_build, "--", word)


@pytest.mark.parametrize("id_", ["NCBIGene:7157", "https://identifiers.org/ncbigene/7157", "hgnc.symbol:TP53"])
def test_lookup_shows_the_same_for_every_spelling_of_an_identifier(toy_build: Path, id_: str) -> None:
    text = answer("lookup", id_, "--build", toy_build)
    assert text == answer("lookup", "ncbigene:7157", "--build", toy_build)
    assert text.startswith("ncbigene:7157: an identifier; ")
    assert "TP53" in text


def test_lookup_of_a_figure_shows_its_words(toy_build: Path) -> None:
    text = answer("lookup", "PMC1__a", "--build", toy_build)
    assert text.startswith("PMC1__a: a figure, ")
    assert "AKT   ncbigene:207  " in text


@pytest.mark.parametrize("word", ["", " ", "\t\n", "word:", "word: ", "word:%20"])
def test_lookup_of_nothing_is_wrong_usage(word: str) -> None:
    result = CliRunner().invoke(main, ["lookup", "--", word])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Invalid value for WORD: blank; give a drawn word, a symbol, a name or a CURIE" in result.stderr


@pytest.fixture(scope="module")
def spelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a build in which figure a draws NF-kB in two spellings, b in one, and both draw TNFSF11."""
    tnf, dashed = ("TNFSF11", "TNFSF11", "TNFSF11", "8600", "hgnc_symbol"), ("NF-kB", "NF-KB", "NFKB1", "4790", "x")
    corpus = {
        "_figures/PMC1__a.md": record("PMC1__a"),
        "_data/PMC1__a-genes.tsv": genes(tnf, dashed, ("NFkB", "NFKB", "NFKB1", "4790", "x")),
        "_figures/PMC2__b.md": record("PMC2__b"),
        "_data/PMC2__b-genes.tsv": genes(tnf, dashed),
    }
    folder = write_toy(tmp_path_factory.mktemp("spelled"), corpus)
    answer("build", folder, "-o", folder / "out", "--no-store", "--min-figures", 1, "-q", "--lexicon", "bundled")
    return folder / "out"


def looked_up(word: str, folder: Path) -> Any:
    return json.loads(answer("lookup", word, "--build", folder, "-f", "json"))


@pytest.mark.parametrize(("figures", "partners"), [(4, ["ATM", "MDM2"]), (5, ["MDM2", "ATM"])])
def test_npmi_orders_words_of_equal_figures_from_five_figures_on(
    tmp_path: Path, figures: int, partners: list[str]
) -> None:
    # P53 is with either in as many figures, but ATM is in one more without P53, so that MDM2 has the higher NPMI.
    atm, egfr = ("ATM", "ATM", "ATM", "472", "hgnc_symbol"), ("EGFR", "EGFR", "EGFR", "1956", "hgnc_symbol")
    drawn = [(TP53, atm)] * figures + [(TP53, MDM2)] * figures + [(atm, egfr)]
    corpus = {f"_figures/PMC{number}__a.md": record(f"PMC{number}__a") for number in range(len(drawn))}
    corpus |= {f"_data/PMC{number}__a-genes.tsv": genes(*pair) for number, pair in enumerate(drawn)}
    build = tmp_path / "out"
    answer("build", write_toy(tmp_path, corpus), "-o", build, "--no-store", "-q", "--lexicon", "bundled")
    found = looked_up("P53", build)["together"]
    assert [(row["word"], row["figures"]) for row in found] == [(partner, figures) for partner in partners]
    pairs = [(row["subject"], row["object"]) for row in stats(build)["word_pairs"]]
    assert pairs == [{"ATM": ("ATM", "P53"), "MDM2": ("MDM2", "P53")}[partner] for partner in partners]


@pytest.mark.parametrize("word", ["NF-kB", "nfkb", "NF kB"])
def test_lookup_counts_each_figure_once_over_all_spellings(spelled: Path, word: str) -> None:
    found = looked_up(word, spelled)
    assert [(row["word"], row["figures"]) for row in found["drawn"]] == [("NF-KB", 2), ("NFKB", 1)]
    assert found["figures"]["word"] == 2
    assert "drawn in 2 figures as a word of its own" in answer("lookup", word, "--build", spelled).splitlines()[0]


def test_lookup_gives_each_partner_once_and_no_spelling_of_the_word(spelled: Path) -> None:
    found = looked_up("NFKB", spelled)
    assert [(row["word"], row["figures"]) for row in found["together"]] == [("TNFSF11", 2)]
    partners = looked_up("TNFSF11", spelled)["together"]
    assert [(row["word"], row["figures"]) for row in partners] == [("NF-KB", 2), ("NFKB", 1)]


@pytest.mark.parametrize("word", ["OPGL", "opgl", "tnfsf11", "hgnc.symbol:TNFSF11", "ncbigene:8600"])
def test_lookup_finds_the_thing_that_a_word_means(spelled: Path, word: str) -> None:
    found = looked_up(word, spelled)
    assert found["names"] == [
        {"entity_id": "ncbigene:8600", "name": "TNFSF11", "word": "TNFSF11"}
        | {"flavour": "strict", "figures": 2, "of": 1, "probability": 1.0}
    ]
    assert [each["figure"] for each in found["where"]] == ["PMC1__a", "PMC2__b"]


def test_lookup_of_a_word_that_is_not_drawn_says_whether_the_thing_is(spelled: Path) -> None:
    head = answer("lookup", "OPGL", "--build", spelled).splitlines()[0]
    assert head == "OPGL: 1 meaning in the lexicon; not drawn as a word; the entity is drawn in 2 figures"
    assert answer("lookup", "PARK2", "--build", spelled) == (
        "PARK2: 1 meaning in the lexicon; not drawn here\n"
        "no entity or figure is called 'PARK2'; PARK2 is PRKN in the lexicon, which this build does not draw\n\n"
        "id             name  category  how\n"
        "-------------  ----  --------  ----------------\n"
        "ncbigene:5071  PRKN  gene      hgnc_prev_symbol\n"
    )


def test_lookup_takes_the_meaning_of_another_drawn_spelling(spelled: Path) -> None:
    assert [each["id"] for each in looked_up("TNF-SF11", spelled)["readings"]] == ["ncbigene:8600"]
    assert [each["id"] for each in looked_up("NFKB", spelled)["readings"]] == ["fplx:NFkappaB"]


def test_lookup_takes_another_identifier_and_the_identifier_of_a_word(toy_build: Path) -> None:
    assert [each["entity_id"] for each in looked_up("mesh:D000255", toy_build)["names"]] == ["chebi:15422"]
    assert looked_up("word:P53", toy_build) == looked_up("P53", toy_build)
    assert looked_up("word:no%20such%20thing", toy_build)["word"] == "no such thing"


def test_lookup_of_a_family_is_of_the_family_and_not_of_its_members(full_build: Path) -> None:
    found = looked_up("AKT family", full_build)
    assert [each["id"] for each in found["readings"]] == ["fplx:AKT"]
    assert [(each["entity_id"], each["word"], each["figures"]) for each in found["names"]] == [("fplx:AKT", "AKT", 3)]
    assert [each["figure"] for each in found["where"]] == ["PMC1__a", "PMC1__b", "PMC2__c"]


def test_lookup_without_a_build_says_how_to_make_one(tmp_path: Path) -> None:
    assert "make one with: kg build" in refusal("lookup", "AKT", "--build", tmp_path)


# -- the lexicon


def test_lexicon_lookup_gives_every_reading_and_the_verdict() -> None:
    assert answer("lexicon", "lookup", "JNK", "RANKL", "PARK2", "Ca2+", "zzz") == READINGS


READINGS = """\
word   id             name         category  how                genes  alone
-----  -------------  -----------  --------  -----------------  -----  -----
JNK    ncbigene:5599  MAPK8        gene      hgnc_alias_symbol
JNK    fplx:JNK       JNK          family    famplex                3      1
RANKL  ncbigene:8600  TNFSF11      gene      hgnc_alias_symbol             1
PARK2  ncbigene:5071  PRKN         gene      hgnc_prev_symbol              1
Ca2+   chebi:29108    calcium(2+)  chemical  small_molecules

JNK: as a keyword of a record it gets no identifier from here, because none of these meanings is certain
RANKL: as a keyword of a record it means ncbigene:8600 (TNFSF11)
PARK2: as a keyword of a record it means ncbigene:5071 (PRKN)
Ca2+: as a keyword of a record it means chebi:29108 (calcium(2+))
zzz: not in the lexicon; as a keyword of a record it keeps its name only
"""


def test_lexicon_lookup_for_programs() -> None:
    found = json.loads(answer("lexicon", "lookup", "JNK", "zzz", "-f", "json"))
    assert found["zzz"] == []
    family = found["JNK"][1]
    assert family == {
        "id": "fplx:JNK", "name": "JNK", "category": "family", "source": "famplex", "xrefs": [],
        "taxon": "ncbitaxon:9606", "members": ["ncbigene:5599", "ncbigene:5601", "ncbigene:5602"], "certain": False,
        "alone": 1.0,
    }  # fmt: skip


def test_lexicon_sources_say_what_is_bundled_and_what_is_not(tmp_path: Path) -> None:
    lines = answer("lexicon", "sources").splitlines()
    assert [line.split()[0] for line in lines[2:-1]] == [
        "genes.tsv.gz", "gene_ids.tsv.gz", "families.tsv.gz", "small_molecules.tsv", "chemicals.tsv.gz",
        "rare_chemicals.tsv.gz", "diseases.tsv.gz", "nicknames.tsv", "context.tsv.gz", "genes.10090.tsv.gz",
        "genes.7227.tsv.gz",
    ]  # fmt: skip
    assert all(line.split()[2] == "bundled" for line in lines[2:-1])
    assert lines[-1] == f"version {Lexicon.bundled().version}"
    (tmp_path / "small_molecules.tsv").write_text("curie\txrefs\tname\tsynonyms\nchebi:1\t\tone\tuno\n")
    row = answer("lexicon", "sources", "--lexicon", tmp_path).splitlines()[5].split()
    assert row[:4] == ["small_molecules.tsv", "1", "this", "folder"]


# -- learning


CORPUS = {
    "_figures/PMC1__a.md": record("PMC1__a"),
    "_data/PMC1__a-genes.tsv": genes(*FAMILY, ("Blimey", "BLIMEY", "TP53", "7157", "ncbigene_synonym")),
    "_data/PMC1__a-chemicals.tsv": "word\tmesh\tmatch\tname\tchebi\nMirth\tmesh:D000255\tNA\tNA\tNA\n",
}
KEYWORDS = {"_figures/PMC2__b.md": record("PMC2__b", keywords=("AKT1", "AKT2", "MDM2", "blimey", "mirth"))}


def learned(tmp_path: Path) -> Path:
    corpus = write_toy(tmp_path / "corpus", CORPUS)
    folder = tmp_path / "lexicon"
    assert answer("lexicon", "learn", corpus, "--folder", folder, "-j", 1) == (
        f"{folder}/words.tsv.gz: 3 words, 4 meanings\ncontext.tsv.gz is unchanged: 1 figure is fewer than 1,000\n"
    )
    return folder


def test_learn_writes_the_words_of_a_corpus(tmp_path: Path) -> None:
    content = (learned(tmp_path) / "words.tsv.gz").read_bytes()
    assert gzip.decompress(content).decode().splitlines() == [
        "word\tcategory\tcurie\tname\ttaxon\tflavour\tfigures",
        "AKT\tgene\tncbigene:207\tAKT1\tncbitaxon:9606\tall\t1",
        "AKT\tgene\tncbigene:208\tAKT2\tncbitaxon:9606\tall\t1",
        "BLIMEY\tgene\tncbigene:7157\tTP53\tncbitaxon:9606\tsynonyms\t1",
        "MIRTH\tchemical\tchebi:15422\tATP\t\tstrict\t1",
    ]


def test_a_build_uses_what_was_learned(tmp_path: Path) -> None:
    folder, source, out = learned(tmp_path), write_toy(tmp_path / "source", KEYWORDS), tmp_path / "out"
    answer("build", source, "-o", out, "--lexicon", folder, "--no-store", "--min-figures", 1, "-q")
    found = json.loads(answer("stats", "--build", out, "-f", "json"))
    assert found["ungrounded_words"] == []
    assert [(each["entity_id"], each["name"]) for each in found["entities"]] == [
        ("chebi:15422", "ATP"), ("ncbigene:207", "AKT1"), ("ncbigene:208", "AKT2"), ("ncbigene:4193", "MDM2"),
        ("ncbigene:7157", "TP53"),
    ]  # fmt: skip
    assert found["ambiguous_words"][0]["word"] == "AKT"
    manifest = json.loads((out / "manifest.json").read_text())
    assert set(manifest["lexicon"]["files"]) == {"words.tsv.gz"}
    assert manifest["lexicon"]["version"] == Lexicon.from_folder(folder).version != Lexicon.bundled().version


def test_the_users_own_lexicon_is_used_unless_told_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = learned(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    user_folder().parent.mkdir(parents=True)
    folder.rename(user_folder())
    assert "(TP53)" in answer("lexicon", "lookup", "blimey")
    assert "not in the lexicon" in answer("lexicon", "lookup", "blimey", "--lexicon", "bundled")


def test_nothing_to_learn_and_no_such_folder_are_said(tmp_path: Path) -> None:
    source = write_toy(tmp_path / "source", KEYWORDS)
    assert "no words to learn" in refusal("lexicon", "learn", source, "--folder", tmp_path / "x")
    assert not (tmp_path / "x").exists()
    assert "no such folder" in refusal("lexicon", "lookup", "AKT", "--lexicon", tmp_path / "x")


def test_a_folder_without_a_lexicon_and_a_file_are_no_lexicon(tmp_path: Path) -> None:
    (tmp_path / "genes.tsv").write_text("")
    said = refusal("lexicon", "lookup", "AKT", "--lexicon", tmp_path)
    said_files = "none of genes.tsv.gz, gene_ids.tsv.gz, families.tsv.gz, small_molecules.tsv, "
    assert f"{tmp_path}: no lexicon here, that is {said_files}" in said
    said = refusal("lexicon", "lookup", "AKT", "--lexicon", tmp_path / "genes.tsv")
    assert f"{tmp_path}/genes.tsv: not a folder; give the folder that holds the lexicon's files" in said


@pytest.mark.parametrize(
    "row",
    [
        "AKT\tunknown\tncbigene:207\tAKT1\t\tall\t1",
        "AKT\tfamily\tfplx:AKT\tAKT\t\tall\t1",
        "AKT\tgene\tuniprot:P31749\tAKT1\t\tall\t1",
        "AKT\tgene\tncbigene:\tAKT1\t\tall\t1",
        "AKT\tgene\tncbigene:2> <07\tAKT1\t\tall\t1",
        "AKT\tgene\tncbigene:207\tAKT1\thuman\tall\t1",
        "AKT\tgene\tncbigene:207\tAKT1\tncbitaxon:x\tall\t1",
    ],
)
def test_a_learned_word_of_another_shape_is_refused(tmp_path: Path, row: str) -> None:
    header = "word\tcategory\tcurie\tname\ttaxon\tflavour\tfigures"
    good = "P53\tgene\thgnc.symbol:TP53\tTP53\tncbitaxon:9606\tsynonyms\t1"
    (tmp_path / "words.tsv.gz").write_bytes(gzip.compress(f"{header}\n{good}\n{row}\n".encode()))
    assert "words.tsv.gz:3: " in refusal("lexicon", "lookup", "AKT", "--lexicon", tmp_path)


def test_a_damaged_file_of_the_lexicon_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "words.tsv.gz").write_bytes(b"plain")
    said = refusal("lexicon", "lookup", "AKT", "--lexicon", tmp_path)
    assert said.endswith("; remove it, or make it again with: kg lexicon learn\n")
    (tmp_path / "words.tsv.gz").rename(tmp_path / "genes.tsv.gz")
    said = refusal("lexicon", "lookup", "AKT", "--lexicon", tmp_path)
    assert said.endswith("; remove it, or make it again with: kg lexicon update\n")


def test_update_from_a_file_says_what_was_written_and_what_was_left(tmp_path: Path) -> None:
    relations, groundings, folder = tmp_path / "relations.csv", tmp_path / "grounding_map.csv", tmp_path / "lexicon"
    relations.write_text("HGNC,AKT1,isa,FPLX,AKT\nHGNC,AKT2,isa,FPLX,AKT\n")
    groundings.write_text("Protein kinase B,FPLX,AKT\n")
    hgnc = tmp_path / "hgnc_complete_set.txt"
    hgnc.write_text(
        "hgnc_id\tsymbol\tname\tstatus\talias_symbol\tprev_symbol\tentrez_id\tdate_modified"
        "\tensembl_gene_id\tuniprot_ids\n"
        "HGNC:391\tAKT1\t\tApproved\tPKB\t\t207\t2026-01-01\tENSG00000142208\tP31749\n"
        "HGNC:392\tAKT2\t\tApproved\t\t\t208\t2026-01-02\tENSG00000105221\tP31751\n"
    )
    arguments = [word for path in (relations, groundings, hgnc) for word in ("--from", path)]
    text = answer("lexicon", "update", *arguments, "--folder", folder)
    assert f"{folder}/families.tsv.gz: 1 rows" in text
    assert f"{folder}/gene_ids.tsv.gz: 2 rows" in text
    assert "chemicals.tsv.gz is unchanged: no " in text
    assert "fplx:AKT" in answer("lexicon", "lookup", "Protein kinase B", "--lexicon", folder)


def test_update_refuses_a_file_it_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("nothing of the kind\n")
    assert "x.txt" in refusal("lexicon", "update", "--from", tmp_path / "x.txt", "--folder", tmp_path / "lexicon")


def test_an_update_that_makes_nothing_fails_with_what_is_missing(tmp_path: Path) -> None:
    relations, folder = tmp_path / "relations.csv", tmp_path / "lexicon"
    relations.write_text("HGNC,AKT1,isa,FPLX,AKT\n")
    said = refusal("lexicon", "update", "--from", relations, "--folder", folder)
    assert "families.tsv.gz: no FamPlex grounding_map.csv, no HGNC complete set" in said
    assert not folder.exists()


def test_a_failed_download_leaves_no_downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(folder: Path, _: object, **__: object) -> list[Path]:
        folder.mkdir(parents=True)
        (folder / "doid.obo").write_text("")
        raise LexiconError("https://nowhere: cannot be downloaded")

    monkeypatch.setattr("kg.lexicon.update.update.fetch", half)
    assert "cannot be downloaded" in refusal("lexicon", "update", "--folder", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_was_learned_never_unsettles_what_the_lexicon_is_sure_of(tmp_path: Path) -> None:
    mouse = "10090\tMus musculus\tRodents\tp53\tP53\tTrp53\t22059\tncbigene_synonym\t1\t1\t1\n"
    table = genes(("p53", "P53", "TP53", "7157", "ncbigene_synonym"), ("PARK2", "PARK2", "MYC", "4609", "x")) + mouse
    corpus = write_toy(tmp_path / "corpus", {"_data/PMC1__a-genes.tsv": table})
    answer("lexicon", "learn", corpus, "--folder", tmp_path / "lexicon", "-j", 1)
    text = answer("lexicon", "lookup", "p53", "PARK2", "--lexicon", tmp_path / "lexicon")
    assert "p53: as a keyword of a record it means ncbigene:7157 (TP53)" in text
    assert "PARK2: as a keyword of a record it means ncbigene:5071 (PRKN)" in text
