"""Scratch folders: removed at the end, and by the next run where a process was killed; those in use are left alone."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kg.runtime import scratch
from kg.runtime.scratch import Scratch

HOLD = """
import sys
from kg.runtime.scratch import Scratch
scratch = Scratch()
(scratch.path / "large").write_bytes(b"x" * 100)
print(scratch.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    scratch.remove_abandoned.cache_clear()
    return tmp_path


def holder() -> tuple[subprocess.Popen[str], Path]:
    """Start a process with a scratch folder, which ends with its standard input."""
    process = subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


def end(process: subprocess.Popen[str]) -> None:
    process.communicate()


def test_a_scratch_folder_is_removed_at_the_end_of_its_block(parent: Path) -> None:
    with Scratch() as folder:
        (folder / "deep").mkdir()
        (folder / "deep" / "file").write_text("x")
        assert [*parent.iterdir()] == [folder]
        assert folder.stat().st_mode & 0o077 == 0
    assert [*parent.iterdir()] == []


def test_one_that_is_not_closed_is_removed_with_its_process(parent: Path) -> None:
    process, folder = holder()
    assert folder.parent == parent
    end(process)
    assert [*parent.iterdir()] == []


def test_the_next_run_removes_that_of_a_killed_process(parent: Path) -> None:
    process, folder = holder()
    process.kill()
    assert process.wait() == -signal.SIGKILL
    end(process)
    assert [path.name for path in folder.iterdir()] == ["large"]
    with Scratch() as own:
        assert [*parent.iterdir()] == [own]


def test_one_that_another_process_uses_is_left_alone(parent: Path) -> None:
    process, folder = holder()
    with Scratch() as own:
        assert sorted(parent.iterdir()) == sorted([own, folder])
    end(process)


def test_only_scratch_folders_of_this_machine_are_removed(parent: Path) -> None:
    for name in ("kg-scratch", "kg-abcd1234", "kg-scratch-000000-abcd1234", f"kg-scratch-{scratch._HOST}-abcd123"):
        (parent / name).mkdir()
    (parent / f"kg-scratch-{scratch._HOST}-filefile").write_text("a file")
    (parent / "target").mkdir()
    (parent / f"kg-scratch-{scratch._HOST}-linklink").symlink_to(parent / "target")
    before = sorted(parent.iterdir())
    Scratch().close()
    assert sorted(parent.iterdir()) == before


def test_a_folder_that_another_process_removes_before_it_is_locked_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def make_and_lose(prefix: str, dir: Path) -> str:  # noqa: A002 the name that mkdtemp has
        made.append(tempfile.mkdtemp(prefix=prefix, dir=dir))
        if len(made) == 1:
            Path(made[0]).rmdir()
        return made[-1]

    monkeypatch.setattr(scratch, "mkdtemp", make_and_lose)
    with Scratch() as folder:
        assert [str(folder)] == made[1:]
        assert folder.is_dir()


def test_a_folder_of_ones_own_choice_is_possible(parent: Path) -> None:
    (parent / "elsewhere").mkdir()
    with Scratch(parent / "elsewhere") as folder:
        assert folder.parent == parent / "elsewhere"
