"""What was parsed before is not parsed again, whatever happens to the cache, and never changes a byte of a build."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.corpus import genes, record, write_toy

from kg.building.options import BuildResources
from kg.building.release import TEXT_OUTPUTS, release
from kg.ingest import parse, sources
from kg.ingest.cache import ParseCache

LONG_AGO = 1_600_000_000


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The toy corpus as files that have not changed for years."""
    folder = write_toy(tmp_path / "corpus")
    age(folder)
    return folder


def age(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time of the last change of a file's status, which cannot be set, count as settled."""
    monkeypatch.setattr("kg.ingest.cache.SETTLED", -3600.0)


def counted(corpus: Path, folder: Path, jobs: int = 1) -> tuple[int, int]:
    """Read a corpus through a cache; give hits and misses, and check that the tables are those without one."""
    cache = ParseCache(folder)
    with_cache = list(parse.read(sources.scan([str(corpus)]), jobs, cache))
    without = list(parse.read(sources.scan([str(corpus)])))
    assert [{name: table.to_pylist() for name, table in tables.items()} for tables in with_cache] == [
        {name: table.to_pylist() for name, table in tables.items()} for tables in without
    ]
    return cache.hits, cache.misses


def test_a_second_reading_parses_nothing(corpus: Path, tmp_path: Path) -> None:
    assert counted(corpus, tmp_path / "cache") == (0, 1)
    assert counted(corpus, tmp_path / "cache") == (1, 0)


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda corpus: (corpus / "_figures/PMC1__a.md").write_text(record("PMC1__a", year="1999")),
    "a new file": lambda corpus: (corpus / "_figures/PMC9__z.md").write_text(record("PMC9__z")),
    "a file less": lambda corpus: (corpus / "_figures/PMC2__c.md").unlink(),
    "a name": lambda corpus: (corpus / "_figures/PMC2__c.md").rename(corpus / "_figures/PMC2__d.md"),
    "content of the same length": lambda corpus: (corpus / "_figures/PMC1__a.md").write_text(
        record("PMC1__a", year="2002")
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_parsed_again(corpus: Path, tmp_path: Path, change: str) -> None:
    counted(corpus, tmp_path / "cache")
    CHANGES[change](corpus)
    assert counted(corpus, tmp_path / "cache") == (0, 1)


def test_times_set_back_by_hand_do_not_hide_a_change(corpus: Path, tmp_path: Path) -> None:
    counted(corpus, tmp_path / "cache")
    CHANGES["content of the same length"](corpus)
    age(corpus)
    assert counted(corpus, tmp_path / "cache") == (0, 1)


def test_a_file_that_is_changing_is_not_kept(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.ingest.cache.SETTLED", 3600.0)
    assert counted(corpus, tmp_path / "cache") == (0, 1)
    assert counted(corpus, tmp_path / "cache") == (0, 1)
    assert not list((tmp_path / "cache").rglob("*.tables"))


@pytest.mark.parametrize("keep", [0, 10, 70, -1])
def test_a_damaged_entry_is_no_entry(corpus: Path, tmp_path: Path, keep: int) -> None:
    counted(corpus, tmp_path / "cache")
    (entry,) = (tmp_path / "cache").rglob("*.tables")
    entry.write_bytes(entry.read_bytes()[:keep])
    assert counted(corpus, tmp_path / "cache") == (0, 1)
    assert counted(corpus, tmp_path / "cache") == (1, 0)


def test_a_cache_that_cannot_be_written_is_none(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert counted(corpus, tmp_path / "cache") == (0, 1)


def test_of_many_chunks_only_those_with_a_change_are_parsed(tmp_path: Path) -> None:
    files = {f"_figures/PMC{number}__a.md": record(f"PMC{number}__a") for number in range(1500)}
    corpus = write_toy(tmp_path / "corpus", files)
    hits, misses = counted(corpus, tmp_path / "cache", jobs=2)
    assert (hits, misses > 3) == (0, True)
    (corpus / "_figures/PMC700__a.md").unlink()
    assert counted(corpus, tmp_path / "cache", jobs=2) == (misses - 1, 1)


def test_members_of_archives_are_known_by_content(corpus: Path, tmp_path: Path) -> None:
    shutil.make_archive(str(tmp_path / "one"), "tar", corpus)
    shutil.copy(tmp_path / "one.tar", tmp_path / "two.tar")
    assert counted(tmp_path / "one.tar", tmp_path / "cache") == (0, 1)
    assert counted(tmp_path / "two.tar", tmp_path / "cache") == (1, 0)


def test_what_was_not_used_for_longest_is_dropped(tmp_path: Path) -> None:
    cache = ParseCache(tmp_path / "cache")
    for number, key in enumerate(("aa", "bb", "cc")):
        cache.put(key, {})
        (entry,) = (tmp_path / "cache").rglob(f"{key}.tables")
        os.utime(entry, (LONG_AGO + number, LONG_AGO + number))
    cache.prune(2 * entry.stat().st_size)
    assert sorted(path.stem for path in (tmp_path / "cache").rglob("*.tables")) == ["bb", "cc"]


# -- a whole build that need not be made


def built(corpus: Path, destination: Path, cache: Path | None) -> tuple[dict[str, bytes], int]:
    """Build; give the text outputs, and the inode of the folder, which changes when it is replaced."""
    release([str(corpus)], destination, resources=BuildResources(cache=cache), with_store=False)
    outputs = {name: (destination / name).read_bytes() for name in TEXT_OUTPUTS}
    return outputs, destination.stat().st_ino


def test_an_unchanged_build_is_left_as_it_is(corpus: Path, tmp_path: Path) -> None:
    first, second = (built(corpus, tmp_path / "out", tmp_path / "cache") for _ in range(2))
    assert second == first
    third = built(corpus, tmp_path / "out", None)
    assert third[0] == first[0]
    assert third[1] != first[1]


def test_a_changed_record_changes_the_build_as_if_there_were_no_cache(corpus: Path, tmp_path: Path) -> None:
    built(corpus, tmp_path / "out", tmp_path / "cache")
    (corpus / "_data/PMC1__a-genes.tsv").write_text(genes(("MYC", "MYC", "MYC", "4609", "ncbigene_symbol")))
    changed, _ = built(corpus, tmp_path / "out", tmp_path / "cache")
    assert changed == built(corpus, tmp_path / "other", None)[0]
    assert b"4609" in changed["pfocr.ttl"]


@pytest.mark.parametrize("name", ["pfocr.ttl", "manifest.json", "tables/words.parquet", "report.tsv"])
def test_a_build_whose_outputs_were_touched_is_made_again(corpus: Path, tmp_path: Path, name: str) -> None:
    first, inode = built(corpus, tmp_path / "out", tmp_path / "cache")
    if name == "manifest.json":
        (tmp_path / "out" / name).write_text((tmp_path / "out" / name).read_text() + " ")
    else:
        (tmp_path / "out" / name).unlink()
    second, other = built(corpus, tmp_path / "out", tmp_path / "cache")
    assert (second, other != inode) == (first, True)


def test_another_question_is_another_build(corpus: Path, tmp_path: Path) -> None:
    built(corpus, tmp_path / "out", tmp_path / "cache")
    resources = BuildResources(cache=tmp_path / "cache")
    release([str(corpus)], tmp_path / "out", resources=resources, with_store=False, layers=("mentions",))
    assert b"oa:Annotation" not in (tmp_path / "out" / "pfocr.ttl").read_bytes()
