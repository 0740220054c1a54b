"""The tables of the explorer that a server keeps for the next one: reused, made anew, never those of another build."""

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from helpers.builds import build_graph
from helpers.corpus import TOY, write_toy

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from kg.errors import SourceError
from kg.model.build import Build
from kg.web.explorer.cached_files import CachedFiles
from kg.web.explorer.database import ExplorerDatabase

GROUPS = ["codes", "counted", "drawn", "names", "numbered", "pairs", "rare", "reversed", "texts", "titles"]
PAIRS = "SELECT subject, object, figures, weight FROM numbered_pairs ORDER BY subject, object"
MENTIONS = "SELECT * FROM numbered_mentions ORDER BY ALL"


def answers(build: Path, cache: Path | None) -> dict[str, Any]:
    """Return what a database of a build answers."""
    with ExplorerDatabase(Build(build), cache) as database:
        database.wait()
        return {
            "pairs": database.rows(PAIRS),
            "mentions": database.rows(MENTIONS, "numbered_mentions"),
            "search": database.search_index.search("TP5", 5),
            "words": database.search_index.words("P"),
            "figures": database.figure_index.search("pathway", 5),
            "drawn": database.rows("SELECT * FROM figure_sizes ORDER BY ALL", "drawn_words"),
            "counted": database.rows("SELECT * FROM entity_figures ORDER BY ALL", "entity_figures"),
            "texts": database.rows("SELECT * FROM known_texts ORDER BY ALL", "known_texts"),
        }


def cached(cache: Path) -> dict[str, tuple[int, int]]:
    """Return the files in a cache, each with its inode and time of change."""
    files = [file for file in cache.rglob("*") if file.is_file()]
    return {str(file.relative_to(cache)): (file.stat().st_ino, file.stat().st_mtime_ns) for file in files}


@pytest.fixture(scope="module")
def sound(toy_build: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """Give the answers about the toy corpus and the cache that a server of it has left, to be copied."""
    cache = tmp_path_factory.mktemp("sound") / "cache"
    return answers(toy_build, cache), cache


def test_the_next_server_reads_the_files_of_the_first(toy_build: Path, tmp_path: Path) -> None:
    first = answers(toy_build, tmp_path / "cache")
    files = cached(tmp_path / "cache")
    assert sorted(Path(name).stem for name in files) == GROUPS
    assert len({Path(name).parent for name in files}) == 1
    assert answers(toy_build, tmp_path / "cache") == first == answers(toy_build, None)
    assert cached(tmp_path / "cache") == files


def test_a_build_never_gets_the_tables_of_another(tmp_path: Path) -> None:
    record_c = "_figures/PMC2__c.md"
    write_toy(tmp_path / "toy", {name: text for name, text in TOY.items() if "PMC2__c" not in name})
    build_graph([str(tmp_path / "toy")], tmp_path / "exports")
    before = answers(tmp_path / "exports", tmp_path / "cache")
    assert record_c in TOY
    write_toy(tmp_path / "toy")
    shutil.rmtree(tmp_path / "exports")
    build_graph([str(tmp_path / "toy")], tmp_path / "exports")
    after = answers(tmp_path / "exports", tmp_path / "cache")
    assert before != after == answers(tmp_path / "exports", None)
    assert len(before["pairs"]) < len(after["pairs"])
    assert len([*(tmp_path / "cache").iterdir()]) == 2


def test_a_table_that_was_put_in_place_by_hand_is_another_build(toy_build: Path, tmp_path: Path) -> None:
    build = Path(shutil.copytree(toy_build, tmp_path / "exports"))
    answers(build, tmp_path / "cache")
    os.utime(build / "tables" / "mentions.parquet")
    answers(build, tmp_path / "cache")
    assert len([*(tmp_path / "cache").iterdir()]) == 2


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def overwrite_the_head(path: Path) -> None:
    path.write_bytes(b"\0" * 4096 + path.read_bytes()[4096:])


DAMAGES = (cut, empty, overwrite_the_head, Path.unlink)
OTHERS = [
    pytest.param(group, damage, marks=() if damage is cut else (pytest.mark.slow, pytest.mark.sweep))
    for group in ("codes", "names", "rare")
    for damage in DAMAGES
]
"""Files that are read as `numbered` is; one kind of damage stands for all of these."""


@pytest.mark.parametrize(("group", "damage"), [*(("numbered", damage) for damage in DAMAGES), *OTHERS])
def test_a_damaged_file_is_made_anew(
    toy_build: Path,
    tmp_path: Path,
    sound: tuple[dict[str, Any], Path],
    group: str,
    damage: Callable[[Path], None],
) -> None:
    first, cache = sound
    shutil.copytree(cache, tmp_path / "cache")
    (file,) = (tmp_path / "cache").rglob(f"{group}.duckdb")
    damage(file)
    assert answers(toy_build, tmp_path / "cache") == first
    made = cached(tmp_path / "cache")
    assert any(Path(name).stem == group for name in made)
    answers(toy_build, tmp_path / "cache")
    assert cached(tmp_path / "cache").items() >= {name: made[name] for name in made if group in name}.items()


def test_a_block_that_changed_on_the_disk_gives_no_answer_and_is_made_anew(toy_build: Path, tmp_path: Path) -> None:
    first = answers(toy_build, tmp_path / "cache")
    (file,) = (tmp_path / "cache").rglob("numbered.duckdb")
    sound = file.read_bytes()
    messages = set()
    for place in range(13_000, len(sound), 262_144):  # one in each block; some are free
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(sound[:place] + bytes([sound[place] ^ 255]) + sound[place + 1 :])
        with ExplorerDatabase(Build(toy_build), tmp_path / "cache") as database:
            try:
                assert database.rows(MENTIONS, "numbered_mentions") == first["mentions"]
            except SourceError as error:
                messages.add(str(error))
            assert database.damaged != file.exists()
    assert messages == {
        "a cached table of an earlier start of kg serve is damaged; it is being made anew, so try again"
    }
    assert answers(toy_build, tmp_path / "cache") == first


def test_servers_that_start_at_once_share_a_cache(toy_build: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        given = [*threads.map(lambda _: answers(toy_build, tmp_path / "cache"), range(4))]
    assert given == [answers(toy_build, None)] * 4
    assert sorted(Path(name).stem for name in cached(tmp_path / "cache")) == GROUPS


def test_a_cache_that_cannot_be_written_is_done_without(toy_build: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    assert answers(toy_build, tmp_path / "cache") == answers(toy_build, None)
    assert (tmp_path / "cache").read_text() == "a file"


def test_builds_that_were_not_served_for_long_are_dropped(tmp_path: Path) -> None:
    folders = [tmp_path / (letter * 64) for letter in "abc"]
    for age, folder in enumerate(folders):
        folder.mkdir()
        (folder / "names.duckdb").write_bytes(b"0" * 1000)
        os.utime(folder, (10**9 - age, 10**9 - age))
    (tmp_path / "notes").mkdir()
    CachedFiles(tmp_path, folders[2]).prune(2500)
    assert sorted(folder.name[:5] for folder in tmp_path.iterdir()) == ["aaaaa", "ccccc", "notes"]
    CachedFiles(tmp_path, folders[2]).prune(0)  # the files that are read stay
    assert sorted(folder.name[:5] for folder in tmp_path.iterdir()) == ["ccccc", "notes"]


def test_pairs_of_one_figure_are_there_before_and_after_they_are_copied(toy_build: Path) -> None:
    with ExplorerDatabase(Build(toy_build)) as database:
        published = database.rows(
            "SELECT s.entity AS subject, o.entity AS object, c.figures, c.weight FROM cooccurrences AS c "
            "JOIN entity_codes AS s ON s.entity_id = c.subject_id JOIN entity_codes AS o ON o.entity_id = c.object_id "
            "WHERE c.figures > 0 ORDER BY subject, object"
        )
        assert database.rows(PAIRS) == published
        database.wait()
        assert database.rows(PAIRS) == published
        assert {row["figures"] for row in published} > {1}
        for least in (1, 2, database.threshold):
            tables = database.pair_tables(least)
            select = (
                f"SELECT subject, object, figures, weight FROM ({tables.pairs}) WHERE figures >= {least} ORDER BY ALL"
            )
            assert database.rows(select) == [row for row in published if row["figures"] >= least]
            other = select.replace(str(tables.pairs), str(tables.by_object))
            assert database.rows(other) == [row for row in published if row["figures"] >= least]
