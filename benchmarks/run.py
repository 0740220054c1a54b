"""Measure kg and its peers in one run, and print the tables of docs/performance.md.

    python benchmarks/run.py [--figures 5000] [--profile 2020] [--repeat 3] [--rows floor,no-store,...] [--work FOLDER]

Makes the corpus (benchmarks/corpus.py), runs every program `--repeat` times as a process of its own, and prints
medians as Markdown. The programs take turns, so that other load on the machine affects all of them. A program that
cannot run is in the table with the reason. Peers are installed once, into environments under the work folder, from a
package index. Every run is reported on standard error when it ends.
"""

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import gettempdir

import peers
import sparql
from measure import Run, Stage, measured, median, megabytes, seconds, table

from kg.model.build import Build

HERE = Path(__file__).parent
OURS = {
    "floor": "floor: read the input, write as much",
    "tables": "kg, tables only",
    "no-store": "kg, without the store",
    "everything": "kg, everything",
    "naive": "naive stack",
    "dump": "kg, its tables to N-Triples",
}
"""Rows that `--rows` may name besides the peers, with their titles in the table."""
AGAIN = ("again", "changed", "sparql")
"""Further values of `--rows`, each with a table of its own."""


@dataclass
class Contestant:
    """A row of the table: its name in `--rows` and in the table, its command, and its runs."""

    key: str
    name: str
    command: Callable[[Path], Sequence[str]]  # Takes the path of the output, which does not exist yet.
    runs: list[Run] = field(default_factory=list)
    missing: str | None = None  # Reason why it cannot be run.
    keeps: Path | None = None  # Path of the output, if it is not deleted.
    suffix: str = ""  # Suffix of the output.

    def run(self, out: Path, limit: float) -> None:
        """Run it once, and delete its output unless `keeps` is set."""
        path = self.keeps or out.with_suffix(self.suffix)
        remove(path)
        run = measured(self.command(path), limit)
        if not run.output.get("bytes") and path.exists():
            run = Run(run.wall, run.cpu, run.samples, run.own_peak, _size(path), run.failed)
        self.runs.append(run)
        if run.failed:
            self.missing = run.failed
        result = f"{seconds(run.wall)} s wall, {seconds(run.cpu)} s CPU, {megabytes(run.peak())} MB"
        print(f"{self.name}, run {len(self.runs)}: {run.failed or result}", file=sys.stderr, flush=True)
        if path != self.keeps:
            remove(path)


def _size(path: Path) -> dict[str, int]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "triples": sum(1 for _ in file)}


def remove(path: Path) -> None:
    """Delete a file or a folder."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def script(name: str, *arguments: object) -> list[str]:
    """Return the command of a script beside this one."""
    return [sys.executable, str(HERE / name), *map(str, arguments)]


# -- contestants


def contestants(corpus: Path, work: Path, jobs: int, wanted: list[str]) -> list[Contestant]:
    """Return the contestants. A build is made first, because the others get its thresholds and the peers its tables."""
    build = work / "build"

    def ours(job: str) -> Callable[[Path], list[str]]:
        return lambda out: script("ours.py", job, corpus, out, "--jobs", jobs)

    for path in corpus.rglob("*"):  # Fills the file cache, so that the first program is not slower than the others.
        if path.is_file():
            path.read_bytes()
    everything = Contestant("everything", OURS["everything"], ours("everything"), keeps=build)
    everything.run(build, float("inf"))
    if everything.missing:
        raise SystemExit(f"kg failed: {everything.missing}")
    outputs, least = Build(build).manifest["outputs"], Build(build).min_figures
    without = [path for path in build.rglob("*") if path.is_file() and "store" not in path.relative_to(build).parts]
    size = sum(path.stat().st_size for path in without)
    chosen = ["--min-figures", least, "--edges", outputs["graphml"]["edges"]]
    commands: dict[str, Callable[[Path], Sequence[str]]] = {
        "floor": lambda out: script("floor.py", corpus, out, size, "--jobs", jobs),
        "tables": ours("tables"),
        "no-store": ours("no-store"),
        "naive": lambda out: script("naive.py", corpus, out, *chosen),
        "dump": lambda out: script("ours.py", "dump", build, out),
    }
    return [
        *(
            Contestant(key, OURS[key], commands[key]) if key in commands else everything
            for key in OURS
            if key in wanted
        ),
        *(peer(name, build, work, jobs) for name in peers.PEERS if name in wanted),
    ]


def peer(name: str, build: Path, work: Path, jobs: int) -> Contestant:
    """Install a peer and make its input; `missing` has the reason where that fails."""
    program = peers.PEERS[name]
    label = f"{name}, the same tables to N-Triples"
    python, reason = peers.install(program.package, work / "environments")
    if reason:
        return Contestant(name, label, lambda _: [], missing=reason)
    folder = work / f"input-{name}"
    remove(folder)
    folder.mkdir()
    program.prepare(build, folder)
    label = f"{name} {peers.version(python, program.package)}, the same tables to N-Triples"
    return Contestant(name, label, lambda out: program.command(python, folder, out, jobs), suffix=".nt")


# -- tables


def of_all(everyone: list[Contestant]) -> str:
    """Return the table of all rows, with ratios to the run of kg that writes everything but the store."""
    reference = _of(everyone, "no-store")
    rows = []
    for contestant in everyone:
        if contestant.missing:
            rows.append([contestant.name, contestant.missing.replace("|", "/"), *["-"] * 7])
            continue
        walls = [run.wall for run in contestant.runs]
        output = contestant.runs[-1].output
        rows.append([
            contestant.name,
            seconds(median(walls)),
            f"{seconds(min(walls))} - {seconds(max(walls))}",
            seconds(median(run.cpu for run in contestant.runs)),
            *_ratios_shown(contestant, reference),
            megabytes(median(run.peak() for run in contestant.runs)),
            megabytes(output.get("bytes", 0)),
            f"{output['triples']:,}" if output.get("triples") else "-",
        ])  # fmt: skip
    header = ["", "wall s", "from - to", "CPU s", "wall ratio", "CPU ratio", "peak MB", "output MB", "triples"]
    return table(header, rows)


def _of(everyone: list[Contestant], key: str) -> Contestant | None:
    return next((contestant for contestant in everyone if contestant.key == key and not contestant.missing), None)


def _ratios(one: Contestant, other: Contestant | None) -> tuple[float, float] | None:
    if other is None:
        return None
    wall, cpu = (
        median(getattr(run, name) for run in one.runs) / median(getattr(run, name) for run in other.runs)
        for name in ("wall", "cpu")
    )
    return wall, cpu


def _ratios_shown(one: Contestant, other: Contestant | None) -> list[str]:
    ratios = _ratios(one, other)
    return [f"{ratio:.2f}" for ratio in ratios] if ratios else ["-", "-"]


def of_exporters(everyone: list[Contestant]) -> str:
    """Compare the exporters that start from the same tables."""
    ours = _of(everyone, "dump")
    lines = []
    for contestant in everyone:
        if contestant.key in peers.PEERS and not contestant.missing and (ratios := _ratios(contestant, ours)):
            wall, cpu = ratios
            times = f"{wall:.1f} times the wall time and {cpu:.1f} times the CPU time"
            lines.append(f"- {contestant.name}: {times} of *{OURS['dump']}*")
    return "\n".join([*lines, ""]) if lines else ""


def of_stages(contestant: Contestant) -> str:
    """Return the stages of a row: medians over its runs, and shares of the wall time."""
    if contestant.missing:
        return f"{contestant.name}: {contestant.missing}\n"
    names = list(dict.fromkeys(stage.name for run in contestant.runs for stage in run.stages()))
    walls = {
        name: median(_total(run, name, lambda stage: stage.end - stage.start) for run in contestant.runs)
        for name in names
    }
    total = median(run.wall for run in contestant.runs)
    rows = []
    for name in names:
        cpu = median(_total(run, name, lambda stage: stage.cpu) for run in contestant.runs)
        peak = median(
            max(run.peak(stage.start, stage.end) for stage in run.stages() if stage.name == name)
            for run in contestant.runs
        )
        rows.append([name, seconds(walls[name]), seconds(cpu), f"{100 * walls[name] / total:.0f} %", megabytes(peak)])
    rest = total - sum(walls.values())
    rows.append(["start and end", seconds(rest), "-", f"{100 * rest / total:.0f} %", "-"])
    return table([contestant.name, "wall s", "CPU s", "of the wall time", "peak MB"], rows)


def _total(run: Run, name: str, of: Callable[[Stage], float]) -> float:
    return sum(of(stage) for stage in run.stages() if stage.name == name)


def of_again(corpus: Path, work: Path, jobs: int, repeat: int, changed: bool) -> str:
    """Build with a cache, build again, and build with a row less in each of 10 gene tables; all at one destination."""
    out, cache = work / "again", work / "cache"
    command = script("ours.py", "everything", corpus, out, "--jobs", jobs, "--cache", cache)
    for folder in (out, cache):
        remove(folder)
    runs = {"a first build, with a cache to fill": [measured(command)]}
    runs["the same again"] = [measured(command) for _ in range(repeat)]
    if changed:
        tables = sorted(corpus.rglob("*-genes.tsv"))
        before = {}
        runs["ten records changed"] = []
        for turn in range(repeat):
            for path in tables[turn :: max(1, len(tables) // 10)][:10]:
                before[path] = path.read_bytes()
                path.write_bytes(before[path][: before[path].rstrip(b"\n").rindex(b"\n") + 1])
            runs["ten records changed"].append(measured(command))
        for path, content in before.items():
            path.write_bytes(content)
    rows = []
    for name, repeated in runs.items():
        if failed := next((run.failed for run in repeated if run.failed), None):
            rows.append([name, failed.replace("|", "/"), "-", "-"])
        else:
            figures = [seconds(median(getattr(run, kind) for run in repeated)) for kind in ("wall", "cpu")]
            rows.append([name, *figures, megabytes(median(run.peak() for run in repeated))])
    return table([OURS["everything"], "wall s", "CPU s", "peak MB"], rows)


def machine() -> str:
    """Return a description of the machine and the versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    names = ("pfocr-kg", "duckdb", "pyoxigraph", "pyarrow", "rdflib", "networkx")
    used = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}; {used}"


def main() -> None:
    """Make the corpus, run the contestants in turns, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figures", type=int, default=5000)
    parser.add_argument("--profile", default="2020")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    names = [*OURS, *peers.PEERS, *AGAIN]
    parser.add_argument("--rows", default=",".join(names), help=f"separated by commas, of {', '.join(names)}")
    parser.add_argument("--limit", type=float, default=3600, help="seconds for one run of one program")
    parser.add_argument("--query-limit", type=float, default=60, help="seconds for one SPARQL query")
    parser.add_argument("--rdflib-triples", type=int, default=2_000_000, help="largest number of triples for rdflib")
    parser.add_argument(
        "--work", type=Path, default=Path(gettempdir()) / "kg-bench", help="folder for corpus, environments and outputs"
    )
    arguments = parser.parse_args()
    wanted = arguments.rows.split(",")
    if unknown := [name for name in wanted if name not in names]:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(names)}")
    work = arguments.work.resolve()
    corpus = work / f"corpus-{arguments.profile}-{arguments.figures}"
    if not corpus.exists():
        options = ("--profile", arguments.profile, "--figures", arguments.figures, "--jobs", arguments.jobs)
        run = measured(script("corpus.py", corpus.with_suffix(".new"), *options))
        if run.failed:
            raise SystemExit(f"no corpus: {run.failed}")
        corpus.with_suffix(".new").rename(corpus)
    everyone = contestants(corpus, work, arguments.jobs, wanted)
    for turn in range(arguments.repeat):
        for contestant in everyone:
            if not contestant.missing and len(contestant.runs) <= turn:
                contestant.run(work / "out", arguments.limit)
    print(f"{arguments.figures:,} figures of profile {arguments.profile}; medians of {arguments.repeat}; {machine()}\n")
    print(of_all(everyone))
    print(of_exporters(everyone))
    for contestant in everyone:
        if contestant.runs and len(contestant.runs[0].stages()) > 1 and contestant.key != "tables":
            print(of_stages(contestant))
    if "again" in wanted or "changed" in wanted:
        print(of_again(corpus, work, arguments.jobs, arguments.repeat, "changed" in wanted))
    if "sparql" in wanted:
        print(sparql.report(work / "build", arguments.repeat, arguments.query_limit, arguments.rdflib_triples))


if __name__ == "__main__":
    main()
