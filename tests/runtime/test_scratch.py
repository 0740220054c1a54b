"""Scratch folders: removed at the end, and by the next run where a process was killed; those in use are left alone."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kg.runtime.temporary import scratch_folder

HOLD = """
import sys
from kg.runtime.temporary import scratch_folder
with scratch_folder() as folder:
    (folder / "large").write_bytes(b"x" * 100)
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def holder() -> tuple[subprocess.Popen[str], Path]:
    """Start a process with a scratch folder, which ends with its standard input."""
    process = subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


def test_a_scratch_folder_is_removed_at_the_end_of_its_block(parent: Path) -> None:
    with scratch_folder() as folder:
        (folder / "deep").mkdir()
        (folder / "deep" / "file").write_text("x")
        assert [*parent.iterdir()] == [folder]
        assert folder.stat().st_mode & 0o077 == 0
    assert [*parent.iterdir()] == []


def test_the_next_run_removes_that_of_a_killed_process(parent: Path) -> None:
    process, folder = holder()
    process.kill()
    assert process.wait() == -signal.SIGKILL
    process.communicate()
    assert [path.name for path in folder.iterdir()] == ["large"]
    with scratch_folder() as own:
        assert [*parent.iterdir()] == [own]


def test_one_that_another_process_uses_is_left_alone(parent: Path) -> None:
    process, folder = holder()
    with scratch_folder() as own:
        assert sorted(parent.iterdir()) == sorted([own, folder])
    process.communicate()
    assert [*parent.iterdir()] == []


def test_other_names_are_left_alone(parent: Path) -> None:
    for name in ("kg-scratch", "kg-abcd1234", ".kg-0123-4567.kg-new"):
        (parent / name).mkdir()
    before = sorted(parent.iterdir())
    with scratch_folder():
        pass
    assert sorted(parent.iterdir()) == before
