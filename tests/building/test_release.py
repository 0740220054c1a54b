"""Builds that meet bad input, full disks, kills and each other: what is at the destination stays whole."""

import fcntl
import hashlib
import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import IO, Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from helpers.corpus import SEEDS, TOY, record, write_toy

from kg.building import release, staging
from kg.building.options import BuildParameters, BuildResources
from kg.cli.main import main
from kg.cooccurrence import slices
from kg.errors import LexiconError, OutputError, ParameterError, SourceError, UnknownName
from kg.ingest import parse
from kg.model.tables import TABLES
from kg.rdf import dump
from kg.runtime import files as disk

Digests = dict[str, str]

SWEEP = (pytest.mark.slow, pytest.mark.sweep)

DEADLINE = 300
"""Seconds after which a condition that is waited for counts as never coming."""


def kg(*arguments: object) -> Result:
    """Run the command in this process, which takes half the time of one of its own."""
    return CliRunner().invoke(main, [*map(str, arguments)], prog_name="kg")


def apart(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    with start(*arguments, stdout=subprocess.PIPE, **options) as process:
        stdout, stderr = process.communicate(timeout=DEADLINE)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def start(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kg", *map(str, arguments)]
    return subprocess.Popen(command, text=True, **({"stderr": subprocess.PIPE} | options))


def digests(folder: Path) -> Digests:
    """Give what lies below a folder; Oxigraph's own files are named anew each time, and are not compared."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "store" not in path.parts)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def rows(build: Path, table: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(build / "tables" / f"{table}.parquet").to_pylist()
    return found


def figures(build: Path) -> list[object]:
    return [row["figure_id"] for row in rows(build, "figures")]


def until(condition: Callable[[], bool]) -> None:
    """Poll for a condition; fail where it does not come."""
    end = monotonic() + DEADLINE
    while not condition():
        assert monotonic() < end, "the condition never came"


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return write_toy(tmp_path / "toy")


@pytest.fixture(scope="module")
def of_one_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Finished exports of one record."""
    folder = tmp_path_factory.mktemp("before")
    source = write_toy(folder / "before", {"PMC9__z.md": record("PMC9__z", keywords=("TP53", "MDM2"))})
    release.release([str(source)], folder / "exports", with_store=False)
    return folder / "exports"


@pytest.fixture
def exports(of_one_record: Path, tmp_path: Path) -> Path:
    """A copy of these exports, with a file among them that is not ours."""
    shutil.copytree(of_one_record, tmp_path / "here" / "exports")
    (tmp_path / "here" / "exports" / "notes.txt").write_text("mine\n")
    return tmp_path / "here" / "exports"


# -- bad input


BIG = b"x" * 2 * 1024**2
BAD: dict[str, tuple[bytes, str]] = {
    "PMC1__yaml.md": (b"---\nfigid: PMC1__yaml\ntitle: 'open\n---\n", "PMC1__yaml.md:4: error: bad YAML: found"),
    "PMC1__latin.md": (b"---\nfigid: PMC1__latin\nfigtitle: caf\xe9\n---\n", "PMC1__latin.md:3: error: not UTF-8 at"),
    "PMC1__large.md": (b"---\nfigid: PMC1__large\ncaption: " + BIG + b"\n---\n", "PMC1__large.md: error: front"),
    "PMC1__empty.md": (b"", "PMC1__empty.md:1: error: no front matter: the first line must be ---"),
    "PMC1__nofigid.md": (b"---\npmcid: PMC1\n---\n", "PMC1__nofigid.md:1: error: no figid; add the line `figid: PMC"),
    "PMC1__control.md": (b"---\nfigid: PMC1__control\nfigtitle: a\x01b\n---\n", "PMC1__control.md:3: error: control"),
    "PMC1__twice.md": (b"---\nfigid: PMC1__twice\nfigid: x\n---\n", "PMC1__twice.md:3: error: field 'figid' twice"),
    "PMC1__deep.md": (b"---\nfigid: PMC1__deep\nx: " + b"[" * 100_000 + b"\n---\n", "PMC1__deep.md:3: error: nested"),
}  # fmt: skip
GOOD = ("PMC2__a.md", "PMC2__b.md", "PMC2__types.md", "PMC3__same.md", "PMC4__first.md")


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A folder of good records, and one of every kind of bad one among them."""
    folder = tmp_path / "mixed"
    folder.mkdir()
    for name in GOOD:
        (folder / name).write_text(record(name.removesuffix(".md"), keywords=("TP53", name)))
    wrong_types = ("organisms: {a: b}", "caption: [a]", "genes: text", "schema-jsonld: text")
    (folder / "PMC2__types.md").write_text(record("PMC2__types", *wrong_types))
    (folder / "copy-of-same.md").write_bytes((folder / "PMC3__same.md").read_bytes())
    (folder / "PMC4__second.md").write_text(record("PMC4__first", "caption: another"))
    for name, (body, _) in BAD.items():
        (folder / name).write_bytes(body)
    (folder / "PMC1__dangling.md").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "PMC1__pipe.md")
    return folder


def test_a_bad_record_costs_no_good_one_and_is_named_with_its_line(mixed: Path, tmp_path: Path) -> None:
    done = apart("build", mixed, "-o", tmp_path / "exports")
    assert done.returncode == 0
    assert figures(tmp_path / "exports") == [f"pfocr:{name.removesuffix('.md')}" for name in GOOD]
    lines = done.stderr.splitlines()
    for name, (_, start) in BAD.items():
        assert [line.startswith(start) for line in lines if line.startswith(f"{name}:")] == [True], (name, lines)
    assert "PMC1__dangling.md: error: cannot be read: No such file or directory" in lines
    assert "PMC1__pipe.md: error: cannot be read: not a regular file" in lines
    assert "Traceback" not in done.stderr
    assert "report      " + str(tmp_path / "exports" / "report.tsv") + ": 10 errors, " in done.stdout


def test_every_bad_record_is_in_the_report(mixed: Path, tmp_path: Path) -> None:
    release.release([str(mixed)], tmp_path / "exports")
    report = (tmp_path / "exports" / "report.tsv").read_text()
    header, *lines = [line.split("\t") for line in report.splitlines()]
    assert header == ["severity", "code", "file", "line", "message"]
    assert sorted(line[2] for line in lines if line[0] == "error") == sorted(
        [*BAD, "PMC1__dangling.md", "PMC1__pipe.md"]
    )
    assert all(len(line) == 5 and line[4] for line in lines)
    wrong_types = sorted(line[4].partition(",")[0] for line in lines if line[1] == "wrong-type")
    assert wrong_types == ["caption is a list", "genes is a text", "organisms is a mapping", "schema-jsonld is a text"]


def test_the_same_record_twice_is_a_note_and_another_one_of_the_same_figid_a_warning(
    mixed: Path, tmp_path: Path
) -> None:
    done = kg("build", mixed, "-o", tmp_path / "exports")
    report = (tmp_path / "exports" / "report.tsv").read_text()
    same = "note\tduplicate-same\tcopy-of-same.md\t\tthe same record of pfocr:PMC3__same as PMC3__same.md; counted once"
    swapped = (
        "note\tduplicate-same\tPMC3__same.md\t\tthe same record of pfocr:PMC3__same as copy-of-same.md; counted once"
    )
    assert [line for line in report.splitlines() if "duplicate-same" in line] in ([same], [swapped])
    differs = "PMC4__second.md: warning: another record of pfocr:PMC4__first; kept PMC4__first.md, skipped this"
    assert differs in done.stderr.splitlines()
    assert [row["caption"] for row in rows(tmp_path / "exports", "figures") if "PMC4" in str(row["figure_id"])] == [
        None
    ]


def test_strict_refuses_bad_records_in_one_line_and_keeps_the_previous_exports(mixed: Path, exports: Path) -> None:
    before = digests(exports)
    done = kg("build", mixed, "-o", exports, "--strict")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "kg: PMC1__control.md:3: error: control character U+0001; remove it or escape it (and 9 more)"
    )
    assert done.stderr.count("\n") == 1
    assert (digests(exports), names(exports.parent)) == (before, ["exports"])


def test_strict_takes_a_folder_of_good_records(toy: Path, exports: Path) -> None:
    assert kg("build", toy, "-o", exports, "--strict").exit_code == 0
    assert len(figures(exports)) == 4


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that other users can reach, as pytest's own is not."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def as_nobody() -> Iterator[None]:
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_an_unreadable_record_and_folder_are_named(public: Path, seeds_build: Path) -> None:
    assert seeds_build.is_dir()  # by now all is imported, which nobody may have no right to do
    source = write_toy(public / "source", {f"PMC1__{name}.md": record(f"PMC1__{name}") for name in "ab"})
    (source / "PMC1__a.md").chmod(0)
    (source / "closed").mkdir(mode=0)
    (public / "here").mkdir()
    (public / "here").chmod(0o777)
    with as_nobody():
        try:
            result = release.release([str(source)], public / "here" / "exports", with_store=False)
        except LexiconError:
            pytest.skip("nobody may not read this checkout")
    assert [str(line) for line in result.report] == [
        "PMC1__a.md: error: cannot be read: Permission denied",
        "closed: error: cannot be listed: Permission denied",
    ]


def _corrupt_tar(folder: Path) -> str:
    (folder / "x.tar.gz").write_bytes(b"\x1f\x8b no archive")
    return "x.tar.gz"


def _cut_zip(folder: Path) -> str:
    with zipfile.ZipFile(folder / "x.zip", "w") as archive:
        archive.writestr("PMC1__a.md", record("PMC1__a"))
    (folder / "x.zip").write_bytes((folder / "x.zip").read_bytes()[:-30])
    return "x.zip"


def _empty(folder: Path) -> str:
    (folder / "empty").mkdir()
    return "empty"


def _no_records(folder: Path) -> str:
    write_toy(folder / "other", {"README.md": "# Nothing\n", "data.csv": "a,b\n"})
    return "other"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_empty, "empty: no figure records here; a record is a .md or .txt file that starts with --- and has a figid"),
        (_no_records, "other: no figure records here; a record is a .md or .txt file that starts with ---"),
        (
            lambda _: "missing",
            "missing: No such file or directory; give a folder of records, an archive",
        ),
        (lambda _: "*.none", "*.none: no file matches this pattern; quote it only if kg is to expand it"),
        (_corrupt_tar, "x.tar.gz: damaged or not an archive ("),
        (_cut_zip, "x.zip: damaged or not an archive ("),
    ],
)
def test_a_source_without_records_is_one_line_and_keeps_the_previous_exports(
    make: Callable[[Path], str], message: str, exports: Path, tmp_path: Path
) -> None:
    before = digests(exports)
    with chdir(tmp_path):
        done = kg("build", make(tmp_path), "-o", exports)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"kg: {message}")
    assert done.stderr.count("\n") == 1
    assert (digests(exports), names(exports.parent)) == (before, ["exports"])


def test_a_figure_of_ten_thousand_keywords_keeps_its_mentions_but_counts_no_pairs(tmp_path: Path) -> None:
    crowd = record("PMC1__crowd", keywords=tuple(f"word {number}" for number in range(10_000)))
    source = write_toy(
        tmp_path / "source", {"PMC1__crowd.md": crowd, "PMC1__a.md": record("PMC1__a", keywords=("A", "B"))}
    )
    # The process tells its own peak: the one its parent could ask for counts the parent's memory at the fork.
    report_peak = "atexit.register(lambda: print(open('/proc/self/status').read()))"
    program = f"import atexit\nfrom kg.cli.main import main\n{report_peak}\nmain()"
    command = [sys.executable, "-c", program, "build", str(source), "-q", "-o", str(tmp_path / "exports")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    peak = next(int(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("VmHWM:"))
    assert done.returncode == 0
    assert peak < 800 * 1024  # kB; its 50 million pairs would take gigabytes
    report = (tmp_path / "exports" / "report.tsv").read_text()
    assert report.count("too-many-entities") == 1
    assert "pfocr:PMC1__crowd has 10000 entities: mentions kept, pairs not counted (--max-entities 1000)" in report
    manifest = json.loads((tmp_path / "exports" / "manifest.json").read_text())
    assert (manifest["counts"]["mentions"], manifest["counts"]["cooccurrences"]) == (10_002, 1)


# -- the destination


def test_a_build_replaces_all_that_is_its_own_and_nothing_else(toy: Path, exports: Path) -> None:
    (exports / "mine").mkdir()
    (exports / "mine" / "file").write_text("kept\n")
    (exports / "store").mkdir()
    (exports / "store" / "stale").write_text("of the previous store\n")
    release.release([str(toy)], exports, with_store=False)
    assert names(exports) == sorted({*staging.OUTPUTS, "mine", "notes.txt"} - {"store", "pfocr.nt", "neo4j"})
    assert (exports / "mine" / "file").read_text() == "kept\n"
    assert names(exports.parent) == ["exports"]


def test_a_link_to_a_folder_stays_a_link(toy: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    release.release([str(toy)], tmp_path / "link", with_store=False)
    assert (tmp_path / "link").is_symlink()
    assert len(figures(tmp_path / "real")) == 4


def test_folders_above_the_destination_are_made(toy: Path, tmp_path: Path) -> None:
    release.release([str(toy)], tmp_path / "a" / "b" / "exports", with_store=False)
    assert names(tmp_path / "a" / "b") == ["exports"]


def test_a_destination_that_is_a_file_is_refused(toy: Path, tmp_path: Path) -> None:
    (tmp_path / "exports").write_text("precious\n")
    done = kg("build", toy, "-o", tmp_path / "exports")
    assert (done.exit_code, done.stderr) == (1, f"kg: {tmp_path}/exports: is a file; give a folder with -o\n")
    assert (tmp_path / "exports").read_text() == "precious\n"


def test_a_destination_below_a_file_is_refused(toy: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious\n")
    with pytest.raises(OutputError, match=r"file/exports: cannot be written: (File exists|Not a directory)"):
        release.release([str(toy)], tmp_path / "file" / "exports")


def test_a_mount_point_is_refused_with_a_way_out(toy: Path) -> None:
    with pytest.raises(OutputError, match=r"/proc: is a mount point, .*; give a folder in it"):
        release.release([str(toy)], Path("/proc"))


def test_a_read_only_destination_is_one_line(public: Path, toy: Path, seeds_build: Path) -> None:
    assert seeds_build.is_dir()
    destination = public / "exports"
    expected = rf"{destination}: cannot be written: Permission denied; what was there is unchanged"
    with pytest.raises(OutputError, match=expected), as_nobody():
        release.release([str(toy)], destination)
    assert names(public) == []


def test_an_unknown_layer_is_refused_before_anything_is_read(exports: Path) -> None:
    with pytest.raises(UnknownName, match="no layer is called 'mention'; did you mean mentions"):
        release.release(["missing"], exports, layers=("mention",))


def test_the_database_gets_two_thirds_of_the_memory() -> None:
    assert BuildResources(memory_limit="4GiB").database_memory == "2863311530B"


def test_an_unknown_engine_and_a_wrong_memory_limit_keep_the_previous_exports(toy: Path, exports: Path) -> None:
    before = digests(exports)
    with pytest.raises(UnknownName, match="no engine is called 'duckdv'; did you mean duckdb"):
        release.release([str(toy)], exports, resources=BuildResources(engine="duckdv"))
    limit = "memory_limit='much' is not a size; give one such as 64KiB, 500MB or 2GiB"
    with pytest.raises(ParameterError, match=limit):
        release.release([str(toy)], exports, resources=BuildResources(memory_limit="much"))
    assert (digests(exports), names(exports.parent)) == (before, ["exports"])


# -- full disks


def limited(size: int) -> Callable[[], None]:
    """Give what makes every write past so many bytes of a file fail, as a quota does."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("size", [0, 20_000, *(pytest.param(size, marks=SWEEP) for size in (4096, 70_000))])
def test_a_file_that_cannot_grow_ends_the_build_and_keeps_the_previous_exports(size: int, exports: Path) -> None:
    before = digests(exports)
    done = apart("build", SEEDS, "-o", exports, preexec_fn=limited(size))
    assert done.returncode == 1
    assert "cannot be written: " in done.stderr
    assert done.stderr.lower().count("file too large") == 1
    assert done.stderr.count("\n") == 1
    assert (digests(exports), names(exports.parent)) == (before, ["exports"])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 700 kB; fewer than the exports of the seeds take."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=700k", "kg-test", place], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small file system")
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="no right to mount a small file system")
def test_a_full_disk_ends_the_build_and_keeps_the_previous_exports(small_disk: Path, tmp_path: Path) -> None:
    source = write_toy(tmp_path / "source", {"PMC9__z.md": record("PMC9__z", keywords=("TP53", "MDM2"))})
    release.release([str(source)], small_disk / "exports", with_store=False)
    before = digests(small_disk / "exports")
    done = apart("build", SEEDS, "-o", small_disk / "exports")
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (digests(small_disk / "exports"), names(small_disk)) == (before, ["exports"])


# -- two builds at once


def test_a_second_build_is_told_who_holds_the_destination(toy: Path, exports: Path) -> None:
    before = digests(exports)
    with staging._lock(exports):
        done = kg("build", toy, "-o", exports)
    expected = f"kg: {exports}: process {os.getpid()} is building here; wait for it or give another -o\n"
    assert (done.exit_code, done.stderr) == (1, expected)
    assert (digests(exports), names(exports.parent)) == (before, ["exports"])


def test_a_lock_file_without_a_process_is_no_lock(toy: Path, exports: Path) -> None:
    (exports.parent / ".exports.kg-lock").write_text("process 1")
    release.release([str(toy)], exports, with_store=False)
    assert names(exports.parent) == ["exports"]


def test_a_lock_on_a_file_that_its_holder_just_removed_is_no_lock(
    exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = exports.parent / ".exports.kg-lock"
    real_flock = fcntl.flock
    held: list[int] = []

    def flock(file: IO[str], how: int) -> None:
        held.append(how)
        if len(held) == 1:
            path.unlink()  # the holder, done at this very moment
        real_flock(file, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with staging._lock(exports):
        assert path.read_text() == f"process {os.getpid()}"
    assert (len(held), path.exists()) == (2, False)


def test_of_builds_started_together_one_succeeds_and_the_exports_are_whole(toy: Path, tmp_path: Path) -> None:
    racers = [start("build", toy, "-q", "-o", tmp_path / "exports") for _ in range(3)]
    ends = [(racer.communicate()[1], racer.returncode) for racer in racers]
    assert {code for _, code in ends} <= {0, 1}
    assert 0 in {code for _, code in ends}
    assert all(" is building here; " in said for said, code in ends if code)
    release.release([str(toy)], tmp_path / "alone")
    assert digests(tmp_path / "exports") == digests(tmp_path / "alone")
    assert names(tmp_path) == ["alone", "exports", "toy"]


# -- kills

STAGES = ("tables/.scratch", "tables/cooccurrences.parquet", "cooccurrence.graphml", "store/CURRENT")


def stop_at(stage: str, number: signal.Signals, source: Path, exports: Path) -> tuple[int, str]:
    """Start a build and send it a signal as soon as a file appears in its staging folder."""
    process = start("build", source, "-q", "-o", exports)
    there = exports.parent / ".exports.kg-new" / stage
    until(lambda: os.path.lexists(there) or process.poll() is not None)
    process.send_signal(number)
    said = process.communicate(timeout=DEADLINE)[1]
    return process.returncode, said


@pytest.mark.parametrize("stage", [*(pytest.param(stage, marks=pytest.mark.slow) for stage in STAGES[:-1]), STAGES[-1]])
def test_a_build_stopped_anywhere_leaves_whole_exports_and_the_next_one_succeeds(
    stage: str, exports: Path, seeds_build: Path
) -> None:
    mine = {"notes.txt": digests(exports)["notes.txt"]}
    whole = [digests(exports), digests(seeds_build) | mine]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        code, said = stop_at(stage, number, SEEDS, exports)
        if number is signal.SIGKILL:
            assert (code, said) in ((-signal.SIGKILL, ""), (0, ""))
            # Files that are not ours may wait beside the exports until the next build.
            assert digests(exports) | mine in whole
        else:
            assert (code, said) in ((1, "kg: interrupted; nothing was left half-written\n"), (0, ""))
            assert digests(exports) in whole
            assert names(exports.parent) == ["exports"]
    release.release([str(SEEDS)], exports, with_store=True)
    assert digests(exports) == whole[1]
    assert names(exports.parent) == ["exports"]


def children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else []


def alive(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="children are looked up in /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_stopped_build_leaves_no_worker(number: signal.Signals, tmp_path: Path) -> None:
    source = many_records(tmp_path / "source", 3 * parse.CHUNK_FILES)
    process = start("build", source, "-q", "-j", 2, "-o", tmp_path / "exports", stderr=subprocess.DEVNULL)
    until(lambda: len(children(process.pid)) == 3 or process.poll() is not None)
    workers = children(process.pid)
    process.send_signal(number)
    code = process.wait(DEADLINE)
    assert workers
    assert code in (1, -signal.SIGKILL)
    until(lambda: not any(alive(worker) for worker in workers))
    assert not (tmp_path / "exports").exists()


def many_records(folder: Path, count: int) -> Path:
    words = [f"G{number}" for number in range(7)]
    named = {f"PMC{number}__x.md": (f"PMC{number}__x", tuple(words[: 2 + number % 5])) for number in range(count)}
    return write_toy(folder, {name: record(figid, keywords=kept) for name, (figid, kept) in named.items()})


# -- states that a kill can leave, laid out by hand


NEW = {"manifest.json": "new", "tables/figures.parquet": "new"}
OLD = {
    "manifest.json": "old",
    "tables/figures.parquet": "old",
    "store/CURRENT": "old",
    "notes.txt": "mine",
    "d/e": "mine",
}
MINE = {"notes.txt": "mine", "d/e": "mine"}


def contents(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def recovered(parent: Path) -> dict[str, str]:
    staging._recover(parent / "exports", parent / ".exports.kg-new")
    assert names(parent) == ["exports"]
    return contents(parent / "exports")


def test_killed_after_the_exchange_the_new_exports_stay_and_foreign_files_come_back(tmp_path: Path) -> None:
    write_toy(tmp_path / "exports", NEW)
    write_toy(tmp_path / ".exports.kg-new", OLD)
    assert recovered(tmp_path) == NEW | MINE


def test_killed_between_two_renames_the_old_exports_come_back(tmp_path: Path) -> None:
    write_toy(tmp_path / ".exports.kg-old", OLD)
    write_toy(tmp_path / ".exports.kg-new", NEW)
    assert recovered(tmp_path) == OLD


def test_killed_before_the_old_exports_were_removed_the_new_ones_stay(tmp_path: Path) -> None:
    write_toy(tmp_path / "exports", NEW)
    write_toy(tmp_path / ".exports.kg-old", OLD)
    assert recovered(tmp_path) == NEW | MINE


def test_killed_while_it_wrote_nothing_of_a_build_stays(tmp_path: Path) -> None:
    write_toy(tmp_path / "exports", OLD)
    write_toy(tmp_path / ".exports.kg-new", {"tables/.scratch/x": "", ".pfocr.ttl.kg-new": "", "vocab.ttl": ""})
    assert recovered(tmp_path) == OLD


def test_of_two_foreign_files_of_one_name_both_are_kept(tmp_path: Path) -> None:
    write_toy(tmp_path / "exports", NEW | {"notes.txt": "later"})
    write_toy(tmp_path / ".exports.kg-new", {"manifest.json": "old", "notes.txt": "first"})
    assert recovered(tmp_path) == NEW | {"notes.txt": "later", "notes.txt.1": "first"}


def test_foreign_files_outlive_exports_that_someone_removed(tmp_path: Path) -> None:
    write_toy(tmp_path / ".exports.kg-new", OLD)
    assert recovered(tmp_path) == MINE


@pytest.mark.parametrize("can_exchange", [True, False])
def test_putting_in_place_takes_the_folder_as_a_whole(
    can_exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not can_exchange:
        monkeypatch.setattr(sys, "platform", "darwin")  # where there is no exchange in one step
    write_toy(tmp_path / "exports", OLD)
    write_toy(tmp_path / ".exports.kg-new", NEW)
    staging.put_in_place(tmp_path / ".exports.kg-new", tmp_path / "exports")
    assert contents(tmp_path / "exports") == NEW | MINE
    assert names(tmp_path) == ["exports"]


@pytest.mark.parametrize("can_exchange", [True, False])
@pytest.mark.parametrize("moment", ["rename", "fsync"])
def test_interrupted_while_putting_in_place_the_exports_are_whole(
    moment: str, can_exchange: bool, toy: Path, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digests(exports)
    if not can_exchange:
        monkeypatch.setattr(sys, "platform", "darwin")
    interrupted = interrupt_in(monkeypatch, moment)
    with pytest.raises(KeyboardInterrupt):
        release.release([str(toy)], exports, with_store=False)
    assert interrupted == [True]
    found = digests(exports)
    assert found == before or (found["notes.txt"] == before["notes.txt"] and len(figures(exports)) == 4)
    assert names(exports.parent) == ["exports"]


def interrupt_in(monkeypatch: pytest.MonkeyPatch, moment: str) -> list[bool]:
    """Stop at the first step of putting in place (the second rename), or at its last."""
    done: list[bool] = []
    real_rename, real_fsync = Path.rename, disk.fsync_folder

    def rename(self: Path, target: Path) -> Path:
        if self.name == ".exports.kg-new" and not done:
            done.append(True)
            raise KeyboardInterrupt
        return real_rename(self, target)

    def fsync(folder: Path) -> None:
        if folder.name == "here" and not done:
            done.append(True)
            raise KeyboardInterrupt
        real_fsync(folder)

    monkeypatch.setattr(disk, "fsync_folder", fsync)
    if moment == "rename":
        monkeypatch.setattr(Path, "rename", rename)
    return done


# -- determinism


def test_the_order_of_the_input_does_not_matter(tmp_path: Path) -> None:
    files = [str(path) for path in sorted(write_toy(tmp_path / "toy").rglob("*.*"))]
    release.release(files, tmp_path / "forward", with_store=False)
    release.release(files[::-1], tmp_path / "backward", with_store=False)
    assert digests(tmp_path / "forward") == digests(tmp_path / "backward")


def test_a_folder_a_tar_and_a_zip_of_it_give_the_same_bytes(toy: Path, tmp_path: Path) -> None:
    site = {
        "README.md": "# A site\n",
        "help.txt": "Help",
        "cites.csv": "citing,cited\nPMC2,PMC1\n",
        "json/a.json": "{}",
    }
    inside = sorted(TOY | site)
    write_toy(toy, site)
    with tarfile.open(tmp_path / "toy.tar.gz", "w:gz") as tar:
        for name in reversed(inside):
            tar.add(toy / name, f"top-1.0/{name}")  # as GitHub packs a repository
    with zipfile.ZipFile(tmp_path / "toy.zip", "w") as archive:
        for name in inside:
            archive.write(toy / name, name)
    for source in ("toy", "toy.tar.gz", "toy.zip"):
        release.release([str(tmp_path / source)], tmp_path / f"of-{source}", with_store=False)
    assert digests(tmp_path / "of-toy") == digests(tmp_path / "of-toy.tar.gz") == digests(tmp_path / "of-toy.zip")


def test_processes_hash_seed_time_zone_and_locale_do_not_matter(tmp_path: Path) -> None:
    source = many_records(tmp_path / "source", parse.CHUNK_FILES + 1)
    write_toy(source / "seeds", {path.name: path.read_text() for path in (SEEDS / "_figures").iterdir()})
    plain = {name: value for name, value in os.environ.items() if name not in ("TZ", "LANG", "LC_ALL")}
    one = {"PYTHONHASHSEED": "1", "TZ": "UTC", "LANG": "C", "PYTHONUTF8": "0"}
    two = {"PYTHONHASHSEED": "4242", "TZ": "Pacific/Kiritimati", "LANG": "C.UTF-8"}
    assert apart("build", source, "-j", 1, "-o", tmp_path / "one", env=plain | one).returncode == 0
    assert apart("build", source, "-j", 2, "-o", tmp_path / "two", env=plain | two).returncode == 0
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert len(digests(tmp_path / "one")) == len(release.TEXT_OUTPUTS) + len(TABLES)


def test_a_second_build_of_the_same_gives_the_same_bytes(toy: Path, exports: Path) -> None:
    release.release([str(toy)], exports, with_store=False)
    before = digests(exports)
    release.release([str(toy)], exports, with_store=False)
    assert digests(exports) == before


def test_the_date_of_a_build_comes_from_the_environment_only(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert release.release([str(toy)], tmp_path / "exports", with_store=False).manifest["created"] is None
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    again = release.release([str(toy)], tmp_path / "exports", with_store=False)
    assert again.manifest["created"] == "2023-11-14T22:13:20Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
    with pytest.raises(SourceError, match="SOURCE_DATE_EPOCH='today' is not a number of seconds since 1970"):
        release.release([str(toy)], tmp_path / "exports", with_store=False)


# -- what is written


def test_the_manifest_names_every_file_with_its_digest(seeds_build: Path) -> None:
    manifest = json.loads((seeds_build / "manifest.json").read_text())
    for written in (manifest["outputs"]["turtle"], manifest["outputs"]["graphml"]):
        body = (seeds_build / written["file"]).read_bytes()
        assert (written["bytes"], written["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    assert manifest["outputs"]["store"]["triples"] > manifest["outputs"]["turtle"]["triples"]


def test_every_text_output_is_utf8_with_line_feeds_and_ends_in_one(seeds_build: Path) -> None:
    for name in release.TEXT_OUTPUTS:
        text = (seeds_build / name).read_bytes().decode("utf-8")
        assert "\r" not in text
        assert not text.startswith("\ufeff")
        assert text.endswith("\n")
        assert not text.endswith("\n\n")


def test_parameters_are_kept_and_resources_are_not(toy: Path, tmp_path: Path) -> None:
    parameters = BuildParameters(min_figures=1, max_entities=3, base="https://example.org/kg/")
    result = release.release([str(toy)], tmp_path / "exports", parameters, layers=("mentions",), with_store=False)
    assert result.manifest["parameters"] == {
        "min_figures": 1,
        "max_entities": 3,
        "base": "https://example.org/kg/",
        "families": False,
        "taxa": [],
        "without_taxa": [],
        "readings": "likely",
        "layers": ["mentions"],
        "publish_q": 0.05,
        "publish_papers": 2,
        "publisher": None,
        "contact": None,
        "previous_release": None,
        "rdf": "lean",
    }
    assert "jobs" not in json.dumps(result.manifest)


def test_a_folder_of_other_files_is_no_destination(tmp_path: Path) -> None:
    (tmp_path / "home" / "letters").mkdir(parents=True)
    with pytest.raises(OutputError, match="holds other files but no build; give a new or an empty folder with -o"):
        release.release([str(SEEDS)], tmp_path / "home")
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["letters"]


def test_the_mode_of_the_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir(mode=0o750)
    release.release([str(SEEDS)], tmp_path / "exports", with_store=False)
    assert stat.S_IMODE((tmp_path / "exports").stat().st_mode) == 0o750


def test_the_number_of_jobs_makes_no_difference(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump, "PARALLEL_TRIPLES", 0)
    for each in (1, 2, 3):
        monkeypatch.setattr(slices.slices, "__defaults__", (2_000 * each,))
        release.release(
            [str(shared / "pfocr-sample")], tmp_path / str(each), resources=BuildResources(jobs=each), with_store=False
        )
    names = sorted(path.relative_to(tmp_path / "1") for path in (tmp_path / "1").rglob("*") if path.is_file())
    assert len(names) > len(TABLES)
    for name in names:
        first = (tmp_path / "1" / name).read_bytes()
        assert first == (tmp_path / "2" / name).read_bytes() == (tmp_path / "3" / name).read_bytes(), name
