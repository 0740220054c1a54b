"""Outputs appear whole: a failure, a kill, or a second writer leaves the old file or folder, or a new one."""

import fcntl
import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from kg.errors import OutputError
from kg.runtime import folders, temporary
from kg.runtime.files import atomic_path, atomic_write
from kg.runtime.folders import atomic_folder, change_folder
from kg.runtime.temporary import remove_leftovers, scratch_folder, temporary_file

AWKWARD = ["a b", "it's [1]*?", 'quo"te%20#;', "line\nfeed", "é" * 125, "x" * 250, os.fsdecode(b"\xff\xfe")]
"""File names that are hard to quote, too long for an ending, or no UTF-8."""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(path: Path, content: bytes) -> None:
    with atomic_write(path) as file:
        file.write(content)


def write_folder(path: Path, contents: dict[str, str]) -> None:
    with atomic_folder(path) as aside:
        for name, content in contents.items():
            (aside / name).write_text(content)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.fixture(params=["exchange", "renames"])
def each_system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Exchange folders in one step, or by renames as systems without exchange need."""
    if request.param == "renames":
        monkeypatch.setattr(folders, "exchange", lambda *_: False)
    return str(request.param)


# -- files


@pytest.mark.parametrize("name", AWKWARD)
def test_names_are_data(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, b"old")
    write(tmp_path / name, b"new")
    write_folder(tmp_path / f"{name[:-1]}_", {"a": "old"})
    write_folder(tmp_path / f"{name[:-1]}_", {"a": "new"})
    assert (tmp_path / name).read_bytes() == b"new"
    assert contents(tmp_path / f"{name[:-1]}_") == {"a": "new"}
    assert names(tmp_path) == sorted([name, f"{name[:-1]}_"])


def test_of_two_writers_the_last_wins_whole(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with atomic_write(path) as first:
        first.write(b"first " * 3)
        with atomic_write(path) as second:
            second.write(b"second")
            first.write(b"first")
        assert path.read_bytes() == b"second"
    assert path.read_bytes() == b"first first first first"
    assert names(tmp_path) == ["out"]


def test_a_new_file_has_the_usual_mode_and_a_replaced_one_keeps_its_own(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path / "new", b"")
        (tmp_path / "private").touch(0o600)
        write(tmp_path / "private", b"secret")
        write_folder(tmp_path / "folder", {"a": ""})
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"new": 0o640, "private": 0o600, "folder": 0o750}


def test_a_link_stays_and_its_name_decides_whether_to_compress(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "object").write_bytes(b"old")
    (tmp_path / "out.gz").symlink_to("data/object")
    (tmp_path / "dangling").symlink_to("data/later")
    write(tmp_path / "out.gz", b"new")
    write(tmp_path / "dangling", b"made")
    assert (tmp_path / "out.gz").is_symlink()
    assert gzip.decompress((tmp_path / "data" / "object").read_bytes()) == b"new"
    assert (tmp_path / "data" / "later").read_bytes() == b"made"
    assert names(tmp_path / "data") == ["later", "object"]


def test_what_is_no_file_is_refused_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="pipe: is no regular file"):
        write(tmp_path / "pipe", b"")
    with pytest.raises(OutputError, match="folder: is a folder; give a file"):
        write(tmp_path / "folder", b"")
    with pytest.raises(OutputError, match="file: is a file; give a folder"):
        write_folder(tmp_path / "file", {})
    with pytest.raises(OutputError, match="a mount point"):
        write_folder(Path("/proc"), {})
    assert names(tmp_path) == ["file", "folder", "pipe"]


@pytest.mark.usefixtures("each_system")
@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "os.chmod", "os.fchmod"])
def test_a_failing_step_leaves_the_old_output(tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    write(tmp_path / "file", b"old")
    write_folder(tmp_path / "folder", {"a": "old"})
    monkeypatch.setattr(step, fail)
    outputs: dict[str, Callable[[], None]] = {
        "file": lambda: write(tmp_path / "file", b"new"),
        "folder": lambda: write_folder(tmp_path / "folder", {"a": "new"}),
    }
    failed = set()
    for name, output in outputs.items():
        try:
            output()
        except OutputError:
            failed.add(name)
    assert failed  # every step belongs to one of them
    assert (tmp_path / "file").read_bytes() == (b"old" if "file" in failed else b"new")
    assert contents(tmp_path / "folder") == {"a": "old" if "folder" in failed else "new"}
    assert names(tmp_path) == ["file", "folder"]


@pytest.mark.parametrize("failing", [1, 2])
def test_without_exchange_a_failing_rename_leaves_the_old_folder(
    tmp_path: Path, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_rename = Path.rename
    renamed: list[Path] = []

    def rename(self: Path, target: Path) -> Path:
        renamed.append(self)
        if len(renamed) == failing:
            raise OSError(5, "Input/output error")
        return real_rename(self, target)

    write_folder(tmp_path / "folder", {"a": "old"})
    monkeypatch.setattr(folders, "exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OutputError, match="folder: cannot be written: Input/output error"):
        write_folder(tmp_path / "folder", {"a": "new"})
    assert (contents(tmp_path / "folder"), names(tmp_path)) == ({"a": "old"}, ["folder"])


def test_a_part_replaces_its_path_at_the_end(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "part") as aside:
        aside.write_bytes(b"rows")
        assert not (tmp_path / "part").exists()
    with pytest.raises(ZeroDivisionError), atomic_path(tmp_path / "part") as aside:
        aside.write_bytes(b"half"[: 1 // 0])
    assert (names(tmp_path), (tmp_path / "part").read_bytes()) == (["part"], b"rows")


# -- folders


@pytest.mark.usefixtures("each_system")
def test_of_two_writers_of_a_folder_the_last_wins_whole(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with atomic_folder(path) as first:
        (first / "a").write_text("first")
        write_folder(path, {"a": "second"})
        assert contents(path) == {"a": "second"}
    assert (contents(path), names(tmp_path)) == ({"a": "first"}, ["out"])


@pytest.mark.usefixtures("each_system")
def test_a_folder_with_other_files_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter").write_text("1")
    with pytest.raises(OutputError, match=r"thesis: holds chapter, which is not part of this export"):
        write_folder(tmp_path / "thesis", {"a": "new"})
    assert contents(tmp_path / "thesis") == {"chapter": "1"}
    assert names(tmp_path) == ["thesis"]


@pytest.mark.usefixtures("each_system")
def test_a_link_to_a_folder_stays(tmp_path: Path) -> None:
    write_folder(tmp_path / "disk", {"a": "old"})
    (tmp_path / "out").symlink_to("disk")
    write_folder(tmp_path / "out", {"a": "new"})
    assert (tmp_path / "out").is_symlink()
    assert contents(tmp_path / "disk") == {"a": "new"}


def test_killed_between_two_renames_the_old_folder_comes_back(tmp_path: Path) -> None:
    write_folder(tmp_path / ".out.kg-before", {"a": "old"})
    with pytest.raises(ZeroDivisionError), atomic_folder(tmp_path / "out"):
        raise ZeroDivisionError
    assert (contents(tmp_path / "out"), names(tmp_path)) == ({"a": "old"}, ["out"])


@pytest.mark.usefixtures("each_system")
def test_changes_of_a_folder_at_once_are_all_made(tmp_path: Path) -> None:
    path, count = tmp_path / "lexicon", 8
    start = Barrier(count)

    def change(number: int) -> None:
        start.wait()
        change_folder(path, lambda copy: {f"{number}": b"x", "all": (",".join(names(copy))).encode()})

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(change, range(count)))
    assert names(tmp_path) == ["lexicon"]
    assert names(path) == [*map(str, range(count)), "all"]
    assert len((path / "all").read_text().split(",")) == count  # seven others and `all` were there before the last


def test_a_change_leaves_other_files_and_folders_and_never_writes_into_the_old_ones(tmp_path: Path) -> None:
    path = tmp_path / "lexicon"
    (path / "mine").mkdir(parents=True)
    (path / "mine" / "notes").write_text("mine")
    (path / "words").write_text("old")
    os.link(path / "words", tmp_path / "backup")
    change_folder(path, lambda _: {"words": b"new"})
    assert (path / "words").read_text() == "new"
    assert (path / "mine" / "notes").read_text() == "mine"
    assert (tmp_path / "backup").read_text() == "old"


# -- leftovers

KILLED = """
import os, signal, sys
from pathlib import Path
from kg.runtime.files import atomic_write
from kg.runtime.folders import atomic_folder
with atomic_write(Path(sys.argv[1]) / "file") as file, atomic_folder(Path(sys.argv[1]) / "folder") as folder:
    file.write(b"half")
    (folder / "a").write_text("half")
    if sys.argv[2] == "wait":
        print("ready", flush=True)
        sys.stdin.read()
    else:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def process(folder: Path, how: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", KILLED, str(folder), how]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("next_run", ["file", "folder"])
def test_the_next_run_removes_what_a_killed_one_left(tmp_path: Path, next_run: str) -> None:
    write(tmp_path / "file", b"old")
    write_folder(tmp_path / "folder", {"a": "old"})
    killed = process(tmp_path, "die")
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    assert len(names(tmp_path)) == 4
    assert ((tmp_path / "file").read_bytes(), contents(tmp_path / "folder")) == (b"old", {"a": "old"})
    if next_run == "file":
        write(tmp_path / "file", b"new")
    else:
        write_folder(tmp_path / "folder", {"a": "new"})
    assert names(tmp_path) == ["file", "folder"]


def test_what_a_running_process_writes_is_no_leftover(tmp_path: Path) -> None:
    running = process(tmp_path, "wait")
    assert running.stdout is not None
    running.stdout.readline()
    write(tmp_path / "file", b"mine")
    write_folder(tmp_path / "folder", {"a": "mine"})
    running.communicate("")
    assert running.returncode == 0
    assert ((tmp_path / "file").read_bytes(), contents(tmp_path / "folder")) == (b"half", {"a": "half"})
    assert names(tmp_path) == ["file", "folder"]


def test_leftovers_of_another_machine_wait_for_a_day(tmp_path: Path) -> None:
    made = tmp_path / f".kg-00000000-{1:016x}{temporary.ENDING}"
    made.touch()
    (tmp_path / ".notes.kg-new").touch()  # of somebody else
    remove_leftovers(tmp_path)
    assert made.exists()
    os.utime(made, (0, 0))
    remove_leftovers(tmp_path)
    assert names(tmp_path) == [".notes.kg-new"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no procfs")
def test_a_folder_in_which_nothing_can_be_made_is_an_error_at_once() -> None:
    with pytest.raises(OutputError, match=r"^/proc/x: cannot be written: No such file or directory$"):
        write_folder(Path("/proc/x"), {})
    with pytest.raises(OutputError, match=r"^/proc/x: cannot be written: No such file or directory$"):
        write(Path("/proc/x"), b"")


def test_a_new_file_that_is_taken_for_a_leftover_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_flock = fcntl.flock
    removed: list[str] = []

    def flock(handle: int, how: int) -> None:
        if not removed:  # another process removes it between its creation and its lock
            (path,) = tmp_path.iterdir()
            removed.append(path.name)
            path.unlink()
        real_flock(handle, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with temporary_file(tmp_path) as (path, file):
        file.write(b"whole")
        file.flush()
        assert path.read_bytes() == b"whole"
        assert path.name not in removed


def test_scratch_is_private_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch_folder() as folder:
        (folder / "spill").mkdir()
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o777 == 0o700
    assert names(tmp_path) == []
