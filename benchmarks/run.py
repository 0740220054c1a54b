"""Measure kg beside its peers, in one run, and print the tables of docs/performance.md.

    python benchmarks/run.py [--figures 5000] [--profile 2020] [--repeat 3] [--rows floor,no-store,...] [--work FOLDER]

Makes the corpus (benchmarks/corpus.py), runs every program `--repeat` times as a process of its own, in turns, so that
what else the machine does meets all of them, and prints medians as Markdown. What cannot run is in the table with
the reason. Peers are installed into environments of their own under the work folder, which needs a package index, once.
Every run is told on standard error as it ends.
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

from kg.model.tables import Build

HERE = Path(__file__).parent
OURS = {
    "floor": "floor: read the input, write as much",
    "tables": "kg, tables only",
    "no-store": "kg, without the store",
    "everything": "kg, everything",
    "naive": "naive stack",
    "dump": "kg, its tables to N-Triples",
}
"""What `--rows` may name beside the peers, and how the table calls it."""
AGAIN = ("again", "changed", "sparql")
"""What else it may name, which is no row of the first table."""


@dataclass
class Contestant:
    """A row of the table: how `--rows` calls it and how the table, how it is run, and its runs so far."""

    key: str
    name: str
    command: Callable[[Path], Sequence[str]]  # of the place of its output, which does not exist yet
    runs: list[Run] = field(default_factory=list)
    missing: str | None = None  # why it cannot be run
    keeps: Path | None = None  # where its output stays
    suffix: str = ""  # of its output

    def run(self, out: Path, limit: float) -> None:
        """Run it once; what it wrote is deleted unless it is kept."""
        place = self.keeps or out.with_suffix(self.suffix)
        remove(place)
        run = measured(self.command(place), limit)
        if not run.told.get("bytes") and place.exists():
            run = Run(run.wall, run.cpu, run.samples, run.own_peak, _weighed(place), run.failed)
        self.runs.append(run)
        if run.failed:
            self.missing = run.failed
        told = f"{seconds(run.wall)} s wall, {seconds(run.cpu)} s CPU, {megabytes(run.peak())} MB"
        print(f"{self.name}, run {len(self.runs)}: {run.failed or told}", file=sys.stderr, flush=True)
        if place != self.keeps:
            remove(place)


def _weighed(place: Path) -> dict[str, int]:
    with place.open("rb") as file:
        return {"bytes": place.stat().st_size, "triples": sum(1 for _ in file)}


def remove(place: Path) -> None:
    """Delete a file or a folder."""
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def script(name: str, *arguments: object) -> list[str]:
    """Give the command of a script beside this one."""
    return [sys.executable, str(HERE / name), *map(str, arguments)]


# -- who runs


def contestants(corpus: Path, work: Path, jobs: int, wanted: list[str]) -> list[Contestant]:
    """Give everyone who runs; makes a build first, which tells the others what to write and gives peers their input."""
    kept = work / "build"

    def ours(job: str) -> Callable[[Path], list[str]]:
        return lambda out: script("ours.py", job, corpus, out, "--jobs", jobs)

    for path in corpus.rglob("*"):  # nobody is to meet a cold disk
        if path.is_file():
            path.read_bytes()
    everything = Contestant("everything", OURS["everything"], ours("everything"), keeps=kept)
    everything.run(kept, float("inf"))
    if everything.missing:
        raise SystemExit(f"kg failed: {everything.missing}")
    outputs, least = Build(kept).manifest["outputs"], Build(kept).min_figures
    without = [path for path in kept.rglob("*") if path.is_file() and "store" not in path.relative_to(kept).parts]
    size = sum(path.stat().st_size for path in without)
    chosen = ["--min-figures", least, "--edges", outputs["graphml"]["edges"]]
    commands: dict[str, Callable[[Path], Sequence[str]]] = {
        "floor": lambda out: script("floor.py", corpus, out, size, "--jobs", jobs),
        "tables": ours("tables"),
        "no-store": ours("no-store"),
        "naive": lambda out: script("naive.py", corpus, out, *chosen),
        "dump": lambda out: script("ours.py", "dump", kept, out),
    }
    return [
        *(
            Contestant(key, OURS[key], commands[key]) if key in commands else everything
            for key in OURS
            if key in wanted
        ),
        *(peer(name, kept, work, jobs) for name in peers.PEERS if name in wanted),
    ]


def peer(name: str, build: Path, work: Path, jobs: int) -> Contestant:
    """Install a peer and make its input; a reason where that fails."""
    known = peers.PEERS[name]
    label = f"{name}, the same tables to N-Triples"
    python, reason = peers.install(known.package, work / "environments")
    if reason:
        return Contestant(name, label, lambda _: [], missing=reason)
    folder = work / f"input-{name}"
    remove(folder)
    folder.mkdir()
    known.prepare(build, folder)
    label = f"{name} {peers.version(python, known.package)}, the same tables to N-Triples"
    return Contestant(name, label, lambda out: known.command(python, folder, out, jobs), suffix=".nt")


# -- what is printed


def of_all(everyone: list[Contestant]) -> str:
    """Give the table of all rows, with ratios to the run of kg that writes everything but the store."""
    reference = _of(everyone, "no-store")
    rows = []
    for each in everyone:
        if each.missing:
            rows.append([each.name, each.missing.replace("|", "/"), *["-"] * 7])
            continue
        walls = [run.wall for run in each.runs]
        told = each.runs[-1].told
        rows.append([
            each.name,
            seconds(median(walls)),
            f"{seconds(min(walls))} - {seconds(max(walls))}",
            seconds(median(run.cpu for run in each.runs)),
            *_ratios_shown(each, reference),
            megabytes(median(run.peak() for run in each.runs)),
            megabytes(told.get("bytes", 0)),
            f"{told['triples']:,}" if told.get("triples") else "-",
        ])  # fmt: skip
    header = ["", "wall s", "from - to", "CPU s", "wall ratio", "CPU ratio", "peak MB", "output MB", "triples"]
    return table(header, rows)


def _of(everyone: list[Contestant], key: str) -> Contestant | None:
    return next((each for each in everyone if each.key == key and not each.missing), None)


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
    """Compare what starts from the same tables."""
    ours = _of(everyone, "dump")
    lines = []
    for each in everyone:
        if each.key in peers.PEERS and not each.missing and (ratios := _ratios(each, ours)):
            wall, cpu = ratios
            lines.append(
                f"- {each.name}: {wall:.1f} times the wall time and {cpu:.1f} times the CPU time of *{OURS['dump']}*"
            )
    return "\n".join([*lines, ""]) if lines else ""


def of_stages(contestant: Contestant) -> str:
    """Give the stages of a row: medians over its runs, and shares of the wall time."""
    if contestant.missing:
        return f"{contestant.name}: {contestant.missing}\n"
    names = list(dict.fromkeys(stage.name for run in contestant.runs for stage in run.stages()))
    walls = {
        name: median(_total(run, name, lambda stage: stage.end - stage.start) for run in contestant.runs)
        for name in names
    }
    whole = median(run.wall for run in contestant.runs)
    rows = []
    for name in names:
        cpu = median(_total(run, name, lambda stage: stage.cpu) for run in contestant.runs)
        peak = median(
            max(run.peak(stage.start, stage.end) for stage in run.stages() if stage.name == name)
            for run in contestant.runs
        )
        rows.append([name, seconds(walls[name]), seconds(cpu), f"{100 * walls[name] / whole:.0f} %", megabytes(peak)])
    rest = whole - sum(walls.values())
    rows.append(["start and end", seconds(rest), "-", f"{100 * rest / whole:.0f} %", "-"])
    return table([contestant.name, "wall s", "CPU s", "of the wall time", "peak MB"], rows)


def _total(run: Run, name: str, of: Callable[[Stage], float]) -> float:
    return sum(of(stage) for stage in run.stages() if stage.name == name)


def of_again(corpus: Path, work: Path, jobs: int, repeat: int, changed: bool) -> str:
    """Build with a cache, again, and with a row less in each of ten gene tables; all into one place, as people do."""
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
    for name, each in runs.items():
        if failed := next((run.failed for run in each if run.failed), None):
            rows.append([name, failed.replace("|", "/"), "-", "-"])
        else:
            figures = [seconds(median(getattr(run, kind) for run in each)) for kind in ("wall", "cpu")]
            rows.append([name, *figures, megabytes(median(run.peak() for run in each))])
    return table([OURS["everything"], "wall s", "CPU s", "peak MB"], rows)


def machine() -> str:
    """Say where this was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    names = ("pfocr-kg", "duckdb", "pyoxigraph", "pyarrow", "rdflib", "networkx")
    used = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}; {used}"


def main() -> None:
    """Make the corpus, run everyone in turns, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figures", type=int, default=5000)
    parser.add_argument("--profile", default="2020")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    known = [*OURS, *peers.PEERS, *AGAIN]
    parser.add_argument("--rows", default=",".join(known), help=f"separated by commas, of {', '.join(known)}")
    parser.add_argument("--limit", type=float, default=3600, help="seconds for one run of one program")
    parser.add_argument("--query-limit", type=float, default=60, help="seconds for one SPARQL query")
    parser.add_argument("--rdflib-triples", type=int, default=2_000_000, help="most triples that rdflib is asked about")
    parser.add_argument(
        "--work", type=Path, default=Path(gettempdir()) / "kg-bench", help="folder for corpus, environments and outputs"
    )
    asked = parser.parse_args()
    wanted = asked.rows.split(",")
    if unknown := [name for name in wanted if name not in known]:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(known)}")
    work = asked.work.resolve()
    corpus = work / f"corpus-{asked.profile}-{asked.figures}"
    if not corpus.exists():
        options = ("--profile", asked.profile, "--figures", asked.figures, "--jobs", asked.jobs)
        made = measured(script("corpus.py", corpus.with_suffix(".new"), *options))
        if made.failed:
            raise SystemExit(f"no corpus: {made.failed}")
        corpus.with_suffix(".new").rename(corpus)
    everyone = contestants(corpus, work, asked.jobs, wanted)
    for turn in range(asked.repeat):
        for each in everyone:
            if not each.missing and len(each.runs) <= turn:
                each.run(work / "out", asked.limit)
    print(f"{asked.figures:,} figures of profile {asked.profile}; medians of {asked.repeat}; {machine()}\n")
    print(of_all(everyone))
    print(of_exporters(everyone))
    for each in everyone:
        if each.runs and len(each.runs[0].stages()) > 1 and each.key != "tables":
            print(of_stages(each))
    if "again" in wanted or "changed" in wanted:
        print(of_again(corpus, work, asked.jobs, asked.repeat, "changed" in wanted))
    if "sparql" in wanted:
        print(sparql.report(work / "build", asked.repeat, asked.query_limit, asked.rdflib_triples))


if __name__ == "__main__":
    main()
