"""A bench that runs a command under a fault, and tells whether its output is the old or the new one, whole.

A clean run gives the numbers of the calls that change files below the bench. Then one of them fails, or kills.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, zip_longest
from pathlib import Path

import duckdb
from commands import OTHER, Command, arguments
from pyoxigraph import Store
from tracing import END, KILL, calls, changed, counting, error_of, strace_works, striking, struck

State = dict[str, str]
"""Digests of all files by their path below the place; empty where there is nothing."""

DEADLINE = 120
"""Seconds after which a command counts as hanging."""


@dataclass(frozen=True)
class Point:
    """A system call of a run: the `when`th of its name in its thread."""

    call: str
    when: int
    path: str


PROBE = re.compile(r"tmp/\w{8}")
"""The file by which Python's `tempfile` tries whether it can write."""

AT_EXIT = Point(END, 1, "")


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    code: int
    said: str
    """Standard error."""
    hit: bool = False
    """The fault came."""


@dataclass
class Report:
    """What a sweep of faults found."""

    seen: Counter[str] = field(default_factory=Counter)
    """Number of faults after which the old output and the new one stood there."""
    tried: int = 0
    hits: int = 0
    faults: list[str] = field(default_factory=list)
    """What was wrong, one line a fault."""


class Bench:
    """A folder of its own for a command, with a cache and a folder for temporary files."""

    def __init__(
        self, root: Path, given: Path, command: Command, program: Sequence[str] = (), *, strace: bool = True
    ) -> None:
        self.root = root
        self.command = command
        self._given = given
        self._program = [*(program or (sys.executable, "-m", "kg"))]
        self._with_strace = strace and strace_works()
        self.place = root / "place"
        self._log = root.parent / f"{root.name}.strace"
        self.clear()
        self.whole: dict[str, State] = {}
        """The complete output of each state."""
        self._points: dict[str, list[Point]] = {}
        self._usual: dict[str, set[str]] = {}
        """The names of the output, and the shapes of names in the cache, after clean runs."""
        for state in ("a", "b"):
            self.clear()
            self.expect_success(state)
            self.whole[state] = self.state()
            self._usual = {key: names | self._usual.get(key, set()) for key, names in self._names().items()}
        self._usual["tmp"] = set()
        self._usual["place"] = {name for name in self._usual["place"] if not name.startswith(".")}

    def clear(self) -> None:
        """Remove all output, the cache and the temporary files."""
        for name in ("place", "cache", "data", "tmp"):
            shutil.rmtree(self.root / name, ignore_errors=True)
            (self.root / name).mkdir(parents=True)

    # -- runs

    def argv(self, state: str) -> list[str]:
        return [*self._program, *arguments(self.command, self._given, self.place, state)]

    def start(self, state: str, before: Sequence[str] = (), **options: Callable[[], None]) -> "subprocess.Popen[str]":
        """Start the command that makes the output of a state."""
        env = os.environ | {
            "XDG_CACHE_HOME": str(self.root / "cache"),
            "XDG_DATA_HOME": str(self.root / "data"),
            "TMPDIR": str(self.root / "tmp"),
            "MPLCONFIGDIR": str(self._given / "matplotlib"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [*before, *self.argv(state)]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, env=env, cwd="/", text=True, **pipes, **options)  # type: ignore[call-overload,no-any-return]

    def run(self, state: str, before: Sequence[str] = (), **options: Callable[[], None]) -> Ended:
        with self.start(state, before, **options) as process:
            said = process.communicate(timeout=DEADLINE)[1]
        return Ended(process.returncode, said)

    def expect_success(self, state: str) -> None:
        ended = self.run(state)
        assert ended.code == 0, ended.said

    def strike(self, state: str, point: Point, how: str) -> Ended:
        """Run the command; at a call it is killed or gets an error."""
        before = striking(self._log, self.root, point.call, point.when, how, strace=self._with_strace)
        ended = self.run(state, before)
        return Ended(ended.code, ended.said, struck(self._log))

    def run_both(self) -> list[Ended]:
        """Run the command for both states at once."""
        rivals = [self.start(state) for state in OTHER]
        return [Ended(rival.wait(DEADLINE), rival.communicate()[1]) for rival in rivals]

    def points(self, state: str) -> list[Point]:
        """Return the system calls that change files below the bench, in the order of a clean run, and its end.

        The end is left out where the command starts a process, because that one comes to its end first. Of many equal
        calls in one folder in a row, the first and the last stay. Calls are counted by thread, and the first thread
        that comes to a number is struck; other calls with the number are left out.
        """
        if state not in self._points:
            self._points[state] = self.find_points(state)
        return self._points[state]

    def find_points(self, state: str) -> list[Point]:
        """Return the points of a run that begins with what is there now."""
        ended = self.run(state, counting(self._log, self.root, strace=self._with_strace))
        assert ended.code == 0, ended.said
        counts: Counter[tuple[str, str]] = Counter()
        reached: set[tuple[str, int]] = set()
        found: list[Point] = []
        for thread, call, rest in calls(self._log):
            counts[thread, call] += 1
            key = (call, counts[thread, call])
            first = key not in reached
            reached.add(key)
            path = changed(call, rest, self.root) if first else None
            if path is not None and not PROBE.fullmatch(path):
                found.append(Point(*key, path))
        if sum(count for (_, call), count in counts.items() if call == AT_EXIT.call) == 1:
            found.append(AT_EXIT)
        runs = [[*group] for _, group in groupby(found, key=lambda point: (point.call, point.path.rpartition("/")[0]))]
        return [point for run in runs for point in (run[:1] if len(run) == 1 else [run[0], run[-1]])]

    # -- what is there

    def state(self) -> State:
        """Return the digests of all output; names that begin with a dot are not of it."""
        found = {}
        for path in _files(self.place):
            name = path.relative_to(self.place).as_posix()
            if not name.startswith(".") and "/store/" not in name:
                found[name] = _digest(path)
        for store in self.place.glob("*/store"):
            if not store.parent.name.startswith("."):
                found[store.relative_to(self.place).as_posix()] = _digest_of_store(store)
        return found

    def is_whole(self) -> bool:
        """Return whether the output of one state is there; of a command that writes pieces, each is."""
        now = self.state()
        return now in self.whole.values() or (self.command.pieces and _each_whole(now, *self.whole.values()))

    def _names(self) -> dict[str, set[str]]:
        names = {"place": {path.name for path in self.place.iterdir()}}
        for folder in ("cache", "data", "tmp"):
            paths = (path.relative_to(self.root / folder).as_posix() for path in (self.root / folder).rglob("*"))
            names[folder] = {re.sub(r"\b[0-9a-f]{2,}\b", "#", path) for path in paths}
        return names

    def leftovers(self) -> list[str]:
        """Return hidden names beside the output, unusual ones in the cache, and all temporary files."""
        return sorted(f"{key}/{name}" for key, names in self._names().items() for name in names - self._usual[key])

    # -- trials

    def prepare(self, state: str) -> State:
        """Make the state before a trial that makes the output of `state`; return it."""
        old = {} if self.command.first else self.whole[OTHER[state]]
        if self.state() != old or self.command.first:
            self.clear()
            if not self.command.first:
                self.expect_success(OTHER[state])
        return old

    def judge(self, state: str, old: State, ended: Ended, report: Report, fault: str) -> None:
        """Add to the report what is wrong after a trial, and after the run that follows it."""
        wrong = [*self._wrong_now(old, self.whole[state], ended, report)]
        after = self.run(state)
        if after.code != 0:
            wrong.append(f"the next run ends with {after.code}: {after.said.strip()}")
        elif self.state() != self.whole[state]:
            wrong.append("the next run does not give the new output")
        if leftovers := self.leftovers():
            wrong.append(f"left behind after the next run: {', '.join(leftovers)}")
        report.tried += 1
        report.hits += ended.hit
        if wrong:
            report.faults += [f"{self.command.name}, {fault}: {line}" for line in wrong]
            self.clear()

    def _wrong_now(self, old: State, new: State, ended: Ended, report: Report) -> Iterator[str]:
        now = self.state()
        known = "new" if now == new else "old" if now == old else "mixed"
        report.seen[known] += 1
        if known == "mixed" and not (self.command.pieces and _each_whole(now, old, new)):
            yield f"the output is neither the old nor the new one: {_difference(now, old, new)}"
        lines = ended.said.strip().splitlines()
        if ended.code == 0 and known != "new":
            yield "the exit code is 0 without the new output"
        elif ended.code == 1:
            if [line.startswith("kg: ") for line in lines].count(True) != 1 or "internal error" in ended.said:
                yield f"not one clear line: {ended.said.strip()}"
            if known == "new" and old != new and "is written, but" not in ended.said:
                yield f"the new output is there, but: {ended.said.strip()}"
        elif ended.code not in (0, -signal.SIGKILL):
            yield f"the exit code is {ended.code}: {ended.said.strip()}"
        if "Traceback" in ended.said:
            yield f"a traceback: {lines[-1]}"


def sweep(bench: Bench, *, kill: bool, most: int | None) -> Report:
    """Strike at up to `most` points, or at all, in turns of both directions, so that each trial begins at the last."""
    report = Report()
    for state, point in _trials(bench, kill=kill, most=most):
        old = bench.prepare(state)
        how = KILL if kill else error_of(point.call)
        ended = bench.strike(state, point, how)
        bench.judge(state, old, ended, report, f"{how} at {point.call} {point.when} ({point.path})")
    return report


def _trials(bench: Bench, *, kill: bool, most: int | None) -> list[tuple[str, Point]]:
    """Return the points to strike with their directions."""
    points = {}
    for state in ("a",) if bench.command.first else ("a", "b"):
        bench.prepare(state)
        points[state] = [point for point in bench.points(state) if kill or point != AT_EXIT]
    if most is None:
        pairs = [[(state, point) for point in all_points] for state, all_points in points.items()]
        return [pair for turn in zip_longest(*pairs) for pair in turn if pair]
    found = []
    for number, share in enumerate(_sample(points["a"], most)):
        state = [*points][number % len(points)]
        found.append((state, points[state][round(share * (len(points[state]) - 1))]))
    return found


def _sample(points: list[Point], most: int) -> list[float]:
    """Return an even sample as numbers from 0 to 1; of four and more, half are the renames and the calls after them."""
    renames = [index for index, point in enumerate(points) if point.call.startswith("rename")]
    turns = [index + step for index in renames for step in (0, 1)]
    turns = _even(sorted({index for index in turns if index < len(points)}), most // 2 if most >= 4 else 0)
    return [
        index / max(len(points) - 1, 1) for index in sorted({*turns, *_even(range(len(points)), most - len(turns))})
    ]


def _even(items: Sequence[int], most: int) -> list[int]:
    if len(items) <= most:
        return [*items]
    return [items[round(number * (len(items) - 1) / max(most - 1, 1))] for number in range(most)]


def _each_whole(now: State, old: State, new: State) -> bool:
    return all(now.get(name) in (old.get(name), new.get(name)) for name in {*now, *old, *new})


def _difference(now: State, old: State, new: State) -> str:
    """Return the first names of each kind."""
    kinds: dict[str, list[str]] = {}
    for name in sorted({*now, *old, *new}):
        digest = now.get(name)
        kind = "missing" if digest is None else "new" if digest == new.get(name) else "old"
        kind = kind if digest in (None, new.get(name), old.get(name)) else "neither"
        if old.get(name) != new.get(name):
            kinds.setdefault(kind, []).append(name)
    return "; ".join(f"{kind}: {', '.join(names[:3])}" for kind, names in kinds.items())


# -- digests


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    content = path.read_bytes()
    if content[8:12] == b"DUCK":  # Two files of one content differ in their bytes.
        content = _content_of_database(path)
    return hashlib.sha256(content).hexdigest()


def _content_of_database(path: Path) -> bytes:
    try:
        with duckdb.connect(str(path), read_only=True) as database:
            tables = [name for (name,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
            rows = {name: sorted(map(repr, database.table(name).fetchall())) for name in tables}
    except duckdb.Error as error:
        return f"unreadable: {error}".encode()
    return repr(sorted(rows.items())).encode()


def _digest_of_store(path: Path) -> str:
    try:
        quads = sorted(map(str, Store.read_only(str(path))))
    except (OSError, RuntimeError) as error:
        return f"unreadable: {error}"
    return hashlib.sha256("\n".join(quads).encode()).hexdigest()
