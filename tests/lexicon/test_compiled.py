"""The compiled form of a lexicon: the answers of the tables, whatever happens to its file."""

import gzip
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.lexicon import compiled, files, folder
from kg.lexicon.compiled import Index
from kg.lexicon.folder import FEW, FolderLexicon, cache, open_folder
from kg.lexicon.lexicon import Lexicon
from kg.model.text import spellings

BUNDLED = Path(str(files.BUNDLED))

HEADERS = {
    "chemicals.tsv.gz": "curie\txrefs\tname\tsynonyms",
    "diseases.tsv.gz": "curie\txrefs\tname\tsynonyms",
    "small_molecules.tsv": "curie\txrefs\tname\tsynonyms",
    "genes.tsv.gz": "hgnc\tsymbol\tncbigene\taliases\tprevious\tsynonyms",
    "families.tsv.gz": "famplex\tsynonyms\tmembers",
    "rare_chemicals.tsv.gz": "text\tcurie\tname",
}
"""Files of a small lexicon, without rows."""

ROWS = {
    "chemicals.tsv.gz": "chebi:1\tmesh:D1\tglucose 6-phosphate\tG6P|Robison ester\nchebi:2\t\tpyruvic acid\t",
    "genes.tsv.gz": "11926\tTNFSF11\t8600\tRANKL|OPGL\t\tODF",
    "families.tsv.gz": "AKT\tPKB\t207|208",
    "rare_chemicals.tsv.gz": "abcine\tmesh:C1\tAbcine",
}
"""Rows of a small lexicon, by file."""

WORDS = ["RANKL", "rankl", "G6P", "Glucose-6-phosphates", "pyruvate", "PKB", "abcine", "mesh:D1", "no such word"]


def write_small(path: Path, genes: str = "") -> Path:
    """Write a small lexicon whose files were changed an hour ago."""
    path.mkdir(exist_ok=True)
    for name, header in HEADERS.items():
        text = "\n".join(filter(None, (header, ROWS.get(name, ""), genes if name == "genes.tsv.gz" else ""))) + "\n"
        content = text.encode()
        (path / name).write_bytes(gzip.compress(content, mtime=0) if name.endswith(".gz") else content)
        hour_ago = time.time() - 3600 + len(genes)
        os.utime(path / name, (hour_ago, hour_ago))
    return path


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small lexicon, with an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return write_small(tmp_path / "small")


@pytest.fixture(scope="module")
def tables() -> Lexicon:
    return Lexicon.bundled()


@pytest.fixture(scope="module")
def index() -> Lexicon:
    return with_index(BUNDLED)


@pytest.fixture(scope="module")
def small_pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lexicon, Lexicon]:
    """A small lexicon without an index and with one."""
    path = write_small(tmp_path_factory.mktemp("small"))
    return Lexicon.from_folder(path), with_index(path)


def with_index(path: Path) -> Lexicon:
    """Open a lexicon, and check that it has an index."""
    lexicon = open_folder(path)
    assert isinstance(lexicon._tables(1), Index)
    return lexicon


def answers(lexicon: Lexicon) -> object:
    """Return all that a lexicon says about WORDS."""
    ids = ["chebi:1", "mesh:D1", "mesh:C1", "ncbigene:8600", "fplx:AKT", "doid:1"]
    return lexicon.readings(WORDS), lexicon.meanings(WORDS), lexicon.ground(WORDS), lexicon.terms(ids)


def some_texts(contents: dict[str, bytes]) -> Iterator[str]:
    """Yield some texts of each table, and other spellings of them."""
    for shape in (
        files.GENES,
        files.FAMILIES,
        files.SMALL_MOLECULES,
        files.CHEMICALS,
        files.DISEASES,
        files.RARE_CHEMICALS,
    ):
        cells = sorted({cell for row in files.rows(contents, shape) for text in row for cell in text.split("|")})
        for text in cells[:: 1 + len(cells) // 120]:
            yield from (text, text.lower(), text.replace("-", " "), f"{text}s")


def test_the_bundled_lexicon_answers_the_same_with_and_without_an_index(tables: Lexicon, index: Lexicon) -> None:
    words = sorted({word for text in some_texts(tables.contents) for word in (text, *spellings(text))})
    expected = tables.readings(words)
    assert len(words) > 1500
    assert len(expected) > 700
    starts = range(0, len(words), FEW)
    found = {word: row for at in starts for word, row in index.readings(words[at : at + FEW]).items()}
    assert found == expected
    ids = sorted({reading.entity_id for readings in expected.values() for reading in readings})
    terms = {id_: term for at in range(0, len(ids), FEW) for id_, term in index.terms(ids[at : at + FEW]).items()}
    assert terms == tables.terms(ids)


@given(st.lists(st.text(max_size=12) | st.sampled_from(WORDS).map(lambda word: f"{word}\u03b1"), max_size=5))
def test_hostile_words_are_read_the_same(small_pair: tuple[Lexicon, Lexicon], words: list[str]) -> None:
    tables, index = small_pair
    assert index.meanings(words) == tables.meanings(words)


def test_equal_lexicons_are_compiled_to_equal_bytes(small: Path) -> None:
    lexicon, same = Lexicon.from_folder(small), Lexicon.from_folder(small)
    content = compiled.compiled(lexicon.contents, lexicon.primaries)
    assert content == compiled.compiled(dict(reversed(same.contents.items())), same.primaries)


def test_no_file_is_read_when_they_have_not_changed(small: Path) -> None:
    expected = answers(Lexicon.from_folder(small))
    assert answers(open_folder(small)) == expected
    [path] = cache().iterdir()
    again = FolderLexicon(small, path)
    assert answers(again) == expected
    assert "contents" not in vars(again)
    assert open_folder(small) is open_folder(small)


def test_another_file_makes_another_index(small: Path) -> None:
    assert open_folder(small).ground(["XYZZY"]) == {}
    write_small(small, genes="1\tXYZZY\t1\t\t\t")
    assert open_folder(small).ground(["XYZZY"])["XYZZY"].entity_id == "ncbigene:1"
    assert len(list(cache().iterdir())) == 2


def test_a_file_that_may_be_changing_is_read(small: Path) -> None:
    (small / "genes.tsv.gz").touch()
    assert answers(open_folder(small)) == answers(Lexicon.from_folder(small))
    assert not cache().exists()


@pytest.mark.parametrize("damage", ["empty", "cut off", "flipped", "longer", "folder", "missing"])
def test_a_damaged_index_changes_no_answer(small: Path, damage: str) -> None:
    expected = answers(open_folder(small))
    [path] = cache().iterdir()
    content = bytearray(path.read_bytes())
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage != "missing":
        content[len(content) // 2] ^= damage == "flipped"
        content += b"x" * (damage == "longer")
        path.write_bytes(content[: {"empty": 0, "cut off": len(content) - 9}.get(damage)])
    assert answers(FolderLexicon(small, path)) == expected
    again = FolderLexicon(small, path)
    assert ("contents" in vars(again)) == (damage == "folder")  # otherwise the index was written anew


def test_without_a_cache_the_tables_answer(small: Path) -> None:
    cache().parent.parent.write_text("a file in place of the cache folder")
    assert answers(open_folder(small)) == answers(Lexicon.from_folder(small))


def test_a_cache_keeps_the_indexes_used_last(small: Path) -> None:
    names = [f"{number}.index" for number in range(folder.KEPT + 2)]
    cache().mkdir(parents=True)
    for number, name in enumerate(names):
        shutil.copy(small / "genes.tsv.gz", cache() / name)
        os.utime(cache() / name, (1000 + number, 1000 + number))
    open_folder(small).readings(["RANKL"])
    kept = {path.name for path in cache().iterdir()}
    assert len(kept) == folder.KEPT
    assert kept > set(names[-folder.KEPT + 1 :])


def test_many_words_are_searched_in_the_tables(small: Path) -> None:
    words = [f"word {number}" for number in range(FEW)]
    lexicon = open_folder(small)
    assert lexicon.readings([*words, "RANKL"]).keys() == {"RANKL"}
    assert not cache().exists()


def test_files_that_change_after_they_were_opened_are_not_mixed(small: Path) -> None:
    open_folder(small).readings(["RANKL"])
    [path] = cache().iterdir()
    lexicon = FolderLexicon(small, path)
    write_small(small, genes="1\tXYZZY\t1\t\t\t")
    assert b"XYZZY" in gzip.decompress(lexicon.contents["genes.tsv.gz"])
    assert lexicon.ground(["XYZZY"])["XYZZY"].entity_id == "ncbigene:1"
