"""CPU seconds of a build, beside those of another commit: turn by turn, on one corpus, with one set of libraries.

    python benchmarks/paired.py [--against COMMIT] [--figures 5000] [--profile 2020] [--rounds 3] [--jobs 1]
    python benchmarks/paired.py --report --figures 2000 --seconds 52

The other commit is taken from the history of this checkout and installed into an environment below `--work`, which uses
the libraries of the running Python. So both sides differ in their own code only. Without `--against` it is the last
release: the newest tag `v...` before this commit or, without one, `BASE`. Both sides build the same corpus in turns,
after one build of the seeds, which is not counted. A ratio is taken within each round.

With `--report` it builds without the store only. It says so where the CPU seconds grew by 10 %, or why it could not
compare. It ends with 0 in any case and takes at most `--seconds`.
"""

import argparse
import os
import subprocess
import sys
import sysconfig
import tarfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir

from measure import HERE, Run, made_corpus, measured, median, megabytes, ratio, remove, script, seconds, spread, table

BASE = "1ba6e58"
"""Commit to compare with where no release has a tag: the last of version 0.2."""

GROWTH = 1.1
"""Ratio of CPU seconds from which a report warns."""

RENAMED = {"judging and writing pairs": "statistics, writing pairs"}
"""Stages of earlier versions, by the names of today."""

JOBS = {"no-store": "without the store", "everything": "with the store"}


class NotComparable(Exception):  # noqa: N818 It is no fault: the reason why there is nothing to compare with.
    """The reason why the other commit cannot be measured."""


INSTALLATION = 600
"""Most seconds of an installation; a limit of infinity is an error for the system."""


@dataclass
class Deadline:
    """A point in time after which nothing more may run."""

    limit: float
    start: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """Return the seconds that are left; raise NotComparable without any."""
        left = self.limit - (time.monotonic() - self.start)
        if left <= 0:
            raise NotComparable(f"{self.limit:.0f} s did not suffice")
        return left


@dataclass
class Sides:
    """Runs of both sides by round: of the other commit first, then of this checkout."""

    name: str
    rounds: list[tuple[Run, Run]] = field(default_factory=list)

    def ratios(self, of: Callable[[Run], float]) -> list[float]:
        """Return the ratio of each round: this checkout by the other commit."""
        return [of(now) / of(before) for before, now in self.rounds]

    def values(self, of: Callable[[Run], float]) -> tuple[list[float], list[float]]:
        """Return the values of both sides."""
        return [of(before) for before, _ in self.rounds], [of(now) for _, now in self.rounds]


def cpu(run: Run) -> float:
    """Return the CPU seconds of a run."""
    return run.cpu


# -- the other commit


def git(*arguments: str) -> str:
    """Return the output of git in this checkout; raise NotComparable where it fails."""
    command = ["git", "-C", str(HERE.parent), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except OSError as error:
        raise NotComparable(f"git does not run: {error}") from None
    except subprocess.CalledProcessError as error:
        raise NotComparable(f"git {arguments[0]}: {(error.stderr.strip() or 'failed').splitlines()[-1]}") from None


def last_release() -> str:
    """Return the newest tag of a release before this commit, or `BASE`."""
    try:
        return git("describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "HEAD^")
    except NotComparable:
        return BASE


def found(name: str) -> str:
    """Return the commit of a name, seven digits long; raise NotComparable where the history does not have it."""
    try:
        return git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")[:7]
    except NotComparable:
        shallow = git("rev-parse", "--is-shallow-repository") == "true"
        raise NotComparable(f"the history {'is shallow and ' if shallow else ''}has no commit {name}") from None


def installed(commit: str, work: Path, deadline: Deadline) -> Path:
    """Return the folder of a commit, with its environment in `.venv`; both are made unless they exist."""
    folder = work / f"at-{commit}"
    if folder.exists():
        return folder
    new = folder.with_suffix(".new")
    remove(new)
    new.mkdir(parents=True)
    archive = new / "commit.tar"
    git("archive", "--output", str(archive), commit)
    with tarfile.open(archive) as file:
        file.extractall(new, filter="data")
    archive.unlink()
    python = new / ".venv" / "bin" / "python"
    _run([sys.executable, "-m", "venv", str(new / ".venv")], deadline)
    own = Path(sysconfig.get_path("purelib", vars={"base": str(new / ".venv")}))
    libraries = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    (own / "libraries.pth").write_text("\n".join(libraries) + "\n", encoding="utf-8")
    _run([str(python), "-m", "pip", "install", "--quiet", "--no-deps", str(new)], deadline)
    where = _run([str(python), "-c", "import kg; print(kg.__file__)"], deadline)
    if not Path(where).is_relative_to(new):
        raise NotComparable(f"{commit} imports {where}")
    new.rename(folder)
    return folder


def _run(command: Sequence[str], deadline: Deadline) -> str:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=True,
            cwd=gettempdir(),
            timeout=min(deadline.left(), INSTALLATION),
        )
    except subprocess.TimeoutExpired as error:
        raise NotComparable(f"{error.timeout:.0f} s did not suffice to install it") from None
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip() or "no reason given").splitlines()[-1]
        raise NotComparable(f"it cannot be installed: {reason[:200]}") from None
    return done.stdout.strip()


# -- the runs


def compare(
    commit: str, source: Path, work: Path, jobs: int, rounds: int, deadline: Deadline, names: Iterable[str]
) -> list[Sides]:
    """Build in turns with both sides; raise NotComparable where no round ends in time, or a build fails."""
    folder = installed(commit, work, deadline)
    other = [str(folder / ".venv" / "bin" / "python"), str(folder / "benchmarks" / "ours.py")]
    commands = (other, script("ours.py"))
    out = work / "paired"

    def build(command: list[str], job: str, of: Path) -> Run:
        remove(out)
        # In a folder without `kg`, because Python looks for modules of `-c` in the current folder first.
        # A PYTHONPATH with this checkout would hide the other commit.
        run = measured(
            [*command, job, str(of), str(out), "--jobs", str(jobs)], deadline.left(), {"PYTHONPATH": ""}, folder=work
        )
        remove(out)
        if run.failed:
            deadline.left()
            raise NotComparable(f"{'this checkout' if command is commands[1] else commit}: {run.failed}")
        return run

    for command in commands:
        build(command, "no-store", HERE.parent / "seeds")
    sides = [Sides(name) for name in names]
    took = 0.0
    for turn in range(rounds):
        if turn and deadline.left() < took:
            break
        start = time.monotonic()
        for side in sides:
            before, now = (build(command, side.name, source) for command in commands)
            side.rounds.append((before, now))
            print(f"round {turn + 1}, {JOBS[side.name]}: {seconds(before.cpu)} and {seconds(now.cpu)} CPU s",
                  file=sys.stderr, flush=True)  # fmt: skip
        took = time.monotonic() - start
    return sides


# -- what it shows


def of_sides(sides: list[Sides], commit: str) -> str:
    """Return the table of CPU seconds, wall seconds and memory of both sides."""
    rows = []
    for side in sides:
        for title, of, show in (
            ("CPU s", cpu, seconds), ("wall s", lambda run: run.wall, seconds), ("peak MB", Run.peak, megabytes)
        ):  # fmt: skip
            before, now = side.values(of)
            rows.append([f"{JOBS[side.name]}, {title}", spread(before, show), spread(now, show),
                         spread(side.ratios(of), ratio)])  # fmt: skip
    return table(["kg build", commit, "now", "ratio"], rows)


def of_stages(sides: list[Sides], commit: str) -> str:
    """Return the table of the CPU seconds of each stage, medians over rounds."""
    totals = {side.name: [_stages(one) for one in zip(*side.rounds, strict=True)] for side in sides}
    names = list(dict.fromkeys(name for both in totals.values() for stages in reversed(both) for name in stages))
    header = ["CPU s of a stage", *(f"{JOBS[name]}, {which}" for name in totals for which in (commit, "now"))]
    shown = [
        [name, *(seconds(stages[name]) if name in stages else "-" for both in totals.values() for stages in both)]
        for name in names
    ]
    return table(header, shown)


def _stages(runs: Sequence[Run]) -> dict[str, float]:
    sums: dict[str, list[float]] = {}
    for run in runs:
        of_run: dict[str, float] = {}
        for stage in run.stages():
            name = RENAMED.get(stage.name, stage.name)
            of_run[name] = of_run.get(name, 0) + stage.cpu
        of_run["start and end"] = run.cpu - sum(of_run.values())
        for name, value in of_run.items():
            sums.setdefault(name, []).append(value)
    return {name: median(values) for name, values in sums.items()}


def verdict(side: Sides, commit: str, figures: int) -> str:
    """Return the lines of a report: CPU seconds of both sides, and a warning where they grew."""
    before, now = side.values(cpu)
    grown = median(side.ratios(cpu))
    line = (
        f"CPU of kg build {JOBS[side.name]}, {figures:,} figures, {len(side.rounds)} rounds: {commit} "
        f"{spread(before, seconds)} s, this commit {spread(now, seconds)} s, ratio {spread(side.ratios(cpu), ratio)}"
    )
    return f"{line}\nWARNING: it grew by {100 * (grown - 1):.0f} %" if grown >= GROWTH else line


def main() -> None:
    """Compare, and print tables or a report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", help="commit or tag to compare with; default: the last release")
    parser.add_argument("--figures", type=int, default=5000)
    parser.add_argument("--profile", default="2020")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=1, help="processes that read")
    parser.add_argument("--without-store", action="store_true", help="build without the store only")
    parser.add_argument("--report", action="store_true", help="print lines for a log, and end with 0")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="most seconds that all of it may take")
    parser.add_argument("--work", type=Path, default=Path(gettempdir()) / "kg-bench", help="folder for all files")
    arguments = parser.parse_args()
    work, deadline = arguments.work.resolve(), Deadline(arguments.seconds)
    work.mkdir(parents=True, exist_ok=True)
    names = ["no-store"] if arguments.report or arguments.without_store else list(JOBS)
    name = arguments.against or last_release()
    try:
        commit = found(name)
        source = made_corpus(work, arguments.profile, arguments.figures, os.cpu_count() or 1, deadline.left())
        sides = compare(commit, source, work, arguments.jobs, arguments.rounds, deadline, names)
    except NotComparable as reason:
        message = f"CPU of a build beside {name}: not compared, because {reason}"
        if not arguments.report:
            raise SystemExit(message) from None
        print(message)
        return
    if arguments.report:
        print(verdict(sides[0], name if name == commit else f"{name} ({commit})", arguments.figures))
    else:
        print(of_sides(sides, commit))
        print(of_stages(sides, commit))


if __name__ == "__main__":
    main()
