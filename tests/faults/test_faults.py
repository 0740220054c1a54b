"""Every command that writes, under kills, failing calls, full disks and rivals: its output is old or new, and whole."""

import os
import resource
import subprocess
import sys
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path

import pytest
from commands import COMMANDS, OTHER, Command, write_input
from harness import Bench, Point, Report, sweep
from helpers.hostile import thorough
from tracing import KILL

SEVERAL = ("rebuild", "release", "compare", "diff", "plot", "plot all", "learn", "update")
"""Commands that write in different ways."""


def of(*quick: str, slow: Collection[str] = ()) -> pytest.MarkDecorator:
    """Give a test some commands, and slowly some more."""
    marks: dict[bool, tuple[pytest.MarkDecorator, ...]] = {True: (), False: (pytest.mark.slow, pytest.mark.sweep)}
    chosen = [command for command in COMMANDS if command.name in (*quick, *slow)]
    return pytest.mark.parametrize(
        "command", [pytest.param(each, id=each.name, marks=marks[each.name in quick]) for each in chosen]
    )


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_input(tmp_path_factory.mktemp("given"))


@pytest.fixture
def most(request: pytest.FixtureRequest) -> int | None:
    """Give the number of faults of a sweep; None for all."""
    return None if thorough(request.config) else 2


def expect_none(report: Report, least: int) -> None:
    """Fail where the sweep found faults, or struck too seldom to find any."""
    assert not report.faults, "\n".join(report.faults)
    assert report.tried >= least
    assert report.hits >= report.tried * 3 // 4


# -- kills and failing calls


@of("rebuild patched", "export turtle", "export neo4j", slow=[command.name for command in COMMANDS])
def test_a_fault_anywhere(command: Command, given: Path, tmp_path: Path, most: int | None) -> None:
    bench = Bench(tmp_path / "bench", given, command)
    expect_none(sweep(bench, kill=False, most=most), 2)
    report = sweep(bench, kill=True, most=most)
    expect_none(report, 2)
    if command.name == "export cytoscape-style":  # It is the same for each build.
        return
    assert bench.whole["a"] != bench.whole["b"]
    assert report.seen["old"], "no kill came before the new output"
    assert report.seen["new"], "no kill came after it"


@of("export turtle", slow=(*SEVERAL, "export neo4j"))
def test_killed_where_python_changes_a_file(command: Command, given: Path, tmp_path: Path, most: int | None) -> None:
    """This is what runs where strace does not."""
    bench = Bench(tmp_path / "bench", given, command, strace=False)
    expect_none(sweep(bench, kill=True, most=most), 2)
    expect_none(sweep(bench, kill=False, most=most), 2)


@of("rebuild")
def test_an_unchanged_build_stays(command: Command, given: Path, tmp_path: Path, most: int | None) -> None:
    bench = Bench(tmp_path / "bench", given, command)
    there = bench.prepare("b")
    points = bench.find_points("a")
    assert not [point for point in points if point.path.startswith("place/out")]
    report = Report()
    for point in points[:most]:
        bench.judge("a", there, bench.strike("a", point, KILL), report, f"killed at {point.call} ({point.path})")
    assert not report.faults, "\n".join(report.faults)


@of("export neo4j", slow=SEVERAL)
def test_a_system_that_cannot_exchange_folders(command: Command, given: Path, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "bench", given, command)
    report = Report()
    for state in ("a", "b"):
        old = bench.prepare(state)
        bench.judge(state, old, bench.strike(state, Point("renameat2", 0, ""), "EINVAL"), report, "without an exchange")
    assert not report.faults, "\n".join(report.faults)


@of("export turtle", "export neo4j")
def test_a_disk_that_does_not_confirm_a_name(command: Command, given: Path, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "bench", given, command)
    bench.prepare("a")
    fsyncs = [point for point in bench.points("a") if point.call == "fsync"]
    bench.prepare("a")
    ended = bench.strike("a", fsyncs[-1], "EIO")
    assert ended.said.count(": is written, but the disk did not confirm it: Input/output error; ") == 1
    assert (ended.code, bench.state()) == (1, bench.whole["a"])


@of("rebuild patched")
def test_the_store_of_a_rebuild_comes_from_the_one_before(command: Command, given: Path, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "bench", given, command)
    bench.prepare("a")
    links = [point.path for point in bench.points("a") if point.call.startswith("link")]
    assert any(path.endswith(".sst") for path in links)


# -- no room


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "kg-test", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no right to mount a small file system")
    yield place
    subprocess.run(["umount", place], check=True)


@of("export neo4j", slow=SEVERAL)
def test_a_full_disk(command: Command, given: Path, small_disk: Path, most: int | None) -> None:
    bench = Bench(small_disk, given, command)
    report = Report()
    for number, room in enumerate((0, 16, 2, 64, 1, 32, 4, 128, 8, 256, 512, 1024)[:most]):
        state = "ab"[number % 2]
        old = bench.prepare(state)
        filler = small_disk / "filler"
        status = os.statvfs(small_disk)
        filler.write_bytes(bytes((status.f_bavail - room) * status.f_frsize))
        ended = bench.run(state)
        filler.unlink()
        bench.judge(state, old, ended, report, f"{room} blocks left")
    assert not report.faults, "\n".join(report.faults)
    assert report.seen["old"], "the disk was never full"


@of("export turtle", slow=SEVERAL)
def test_files_that_cannot_grow(command: Command, given: Path, tmp_path: Path, most: int | None) -> None:
    bench = Bench(tmp_path / "bench", given, command)
    report = Report()
    for number, size in enumerate((0, 300, 30_000, 4096, 10, 1000, 2000, 8192, 16_384, 65_536, 131_072)[:most]):
        state = "ab"[number % 2]
        old = bench.prepare(state)
        ended = bench.run(state, preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size)))
        bench.judge(state, old, ended, report, f"files of {size} bytes")
    assert not report.faults, "\n".join(report.faults)
    assert report.seen["old"] or command.first, "no file was too large"


# -- two at once


@of("export turtle", "export neo4j", slow=SEVERAL)  # tests/building/test_release.py has builds at once
def test_two_at_once(command: Command, given: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    bench = Bench(tmp_path / "bench", given, command)
    for number in range(20 if thorough(request.config) else 2):
        bench.prepare("ab"[number % 2])
        ends = bench.run_both()
        refused = [ended.said for ended in ends if ended.code]
        assert all(" is building here; " in said and said.count("\n") == 1 for said in refused), refused
        assert len(refused) <= command.locks
        assert bench.is_whole(), "\n".join(ended.said for ended in ends)
        assert not bench.leftovers()


# -- the judge is judged


IN_PLACE = """
import os, sys
state, path = sys.argv[1:]
if os.path.exists(path):
    os.rename(path, path + ".old")
with open(path, "w") as file:
    file.write("first half of " + state)
    file.flush()
    file.write("second half of " + state)
"""
LEAVING = """
import os, sys
state, path = sys.argv[1:]
with open(path + ".new", "w") as file:
    file.write(state)
os.replace(path + ".new", path)
open(os.path.join(os.environ["TMPDIR"], str(os.getpid())), "w").close()
raise SystemExit(0)
"""
WRITING = ("{state}", "{place}/out")


def test_a_program_that_writes_in_place_is_found_out(given: Path, tmp_path: Path) -> None:
    program = [sys.executable, "-c", IN_PLACE]
    bench = Bench(tmp_path / "bench", given, Command("in place", WRITING), program)
    report = sweep(bench, kill=True, most=None)
    assert report.seen["mixed"] >= 2
    assert any("neither the old nor the new" in fault for fault in report.faults)
    report = sweep(bench, kill=False, most=None)
    assert any("a traceback" in fault for fault in report.faults)


def test_a_program_that_leaves_files_is_found_out(given: Path, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "bench", given, Command("leaving", WRITING), [sys.executable, "-c", LEAVING])
    report = sweep(bench, kill=True, most=None)
    assert any("left behind after the next run: tmp/" in fault for fault in report.faults)


def test_a_sweep_without_hits_is_no_success(given: Path, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "bench", given, Command("idle", WRITING), [sys.executable, "-c", "pass"])
    report = sweep(bench, kill=False, most=None)
    with pytest.raises(AssertionError):
        expect_none(report, 1)


def test_the_states_differ_in_each_output(given: Path) -> None:
    assert OTHER == {"a": "b", "b": "a"}
    for kind in ("source", "patch", "build", "downloads"):
        first, second = (given / kind / state for state in OTHER)
        assert {path.name: path.read_bytes() for path in first.rglob("*.*")} != {
            path.name: path.read_bytes() for path in second.rglob("*.*")
        }
