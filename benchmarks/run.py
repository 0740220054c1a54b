"""Measure kg beside its peers, in one run, and print the tables of docs/performance.md.

    python benchmarks/run.py [--figures 5000] [--profile 2020] [--repeat 3] [--peers kgx,morph-kgc] [--work FOLDER]

Makes the corpus (benchmarks/corpus.py), runs every program `--repeat` times as a process of its own, in turns, so that
what else the machine does meets all of them, and prints medians as Markdown. What cannot run is in the table with
the reason. Peers are installed into environments of their own under the work folder, which needs a package index, once.
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

from kg.tables import Build

HERE = Path(__file__).parent
REFERENCE = "kg, without the store"
EXPORTER = "kg, its tables to N-Triples"


@dataclass
class Contestant:
    """A row of the table: how it is run, and its runs so far."""

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
    everything = Contestant("kg, everything", ours("everything"), keeps=kept)
    everything.run(kept, float("inf"))
    if everything.missing:
        raise SystemExit(f"kg failed: {everything.missing}")
    outputs, least = Build(kept).manifest["outputs"], Build(kept).min_figures
    without = [path for path in kept.rglob("*") if path.is_file() and "store" not in path.relative_to(kept).parts]
    size = sum(path.stat().st_size for path in without)
    chosen = ["--min-figures", least, "--edges", outputs["graphml"]["edges"]]

    def floor(out: Path) -> list[str]:
        return script("floor.py", corpus, out, size, "--jobs", jobs)

    return [
        Contestant("floor: read the input, write as much", floor),
        Contestant("kg, tables only", ours("tables")),
        Contestant(REFERENCE, ours("no-store")),
        everything,
        Contestant("naive stack", lambda out: script("naive.py", corpus, out, *chosen)),
        Contestant(EXPORTER, lambda out: script("ours.py", "dump", kept, out)),
        *(peer(name, kept, work, jobs) for name in wanted),
    ]  # fmt: skip


def peer(name: str, build: Path, work: Path, jobs: int) -> Contestant:
    """Install a peer and make its input; a reason where that fails."""
    known = peers.PEERS[name]
    label = f"{name}, the same tables to N-Triples"
    python, reason = peers.install(known.package, work / "environments")
    if reason:
        return Contestant(label, lambda _: [], missing=reason)
    folder = work / f"input-{name}"
    remove(folder)
    folder.mkdir()
    known.prepare(build, folder)
    label = f"{name} {peers.version(python, known.package)}, the same tables to N-Triples"
    return Contestant(label, lambda out: known.command(python, folder, out, jobs), suffix=".nt")


# -- what is printed


def of_all(everyone: list[Contestant]) -> str:
    """Give the table of all rows, with ratios to the run of kg that writes everything but the store."""
    reference = next(each for each in everyone if each.name == REFERENCE)
    wall, cpu = (median(getattr(run, name) for run in reference.runs) for name in ("wall", "cpu"))
    rows = []
    for each in everyone:
        if each.missing:
            rows.append([each.name, each.missing.replace("|", "/"), *["-"] * 7])
            continue
        walls, cpus = [run.wall for run in each.runs], [run.cpu for run in each.runs]
        told = each.runs[-1].told
        rows.append([
            each.name,
            seconds(median(walls)),
            f"{seconds(min(walls))} - {seconds(max(walls))}",
            seconds(median(cpus)),
            f"{median(walls) / wall:.2f}",
            f"{median(cpus) / cpu:.2f}",
            megabytes(median(run.peak() for run in each.runs)),
            megabytes(told.get("bytes", 0)),
            f"{told['triples']:,}" if told.get("triples") else "-",
        ])  # fmt: skip
    header = ["", "wall s", "from - to", "CPU s", "wall ratio", "CPU ratio", "peak MB", "output MB", "triples"]
    return table(header, rows)


def of_exporters(everyone: list[Contestant]) -> str:
    """Compare what starts from the same tables."""
    ours = next(each for each in everyone if each.name == EXPORTER)
    others = [each for each in everyone if each.name.endswith("the same tables to N-Triples") and not each.missing]
    if ours.missing or not others:
        return ""
    lines = []
    for each in others:
        wall, cpu = (
            median(getattr(run, name) for run in each.runs) / median(getattr(run, name) for run in ours.runs)
            for name in ("wall", "cpu")
        )
        lines.append(f"- {each.name}: {wall:.1f} times the wall time and {cpu:.1f} times the CPU time of *{EXPORTER}*")
    return "\n".join([*lines, ""])


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


def of_again(corpus: Path, work: Path, jobs: int, repeat: int) -> str:
    """Build with a cache, build again, and build with ten records changed; all into one place, as people do."""
    out, cache = work / "again", work / "cache"
    command = script("ours.py", "everything", corpus, out, "--jobs", jobs, "--cache", cache)
    for folder in (out, cache):
        remove(folder)
    runs = {"a first build, with a cache to fill": [measured(command)]}
    runs["the same again"] = [measured(command) for _ in range(repeat)]
    records = sorted(corpus.rglob("*.md"))
    runs["ten records changed"] = []
    for turn in range(repeat):
        for path in records[turn :: max(1, len(records) // 10)][:10]:
            with path.open("a", encoding="utf-8") as file:
                file.write(f"changed {turn}\n")
        runs["ten records changed"].append(measured(command))
    rows = []
    for name, each in runs.items():
        if failed := next((run.failed for run in each if run.failed), None):
            rows.append([name, failed.replace("|", "/"), "-", "-"])
        else:
            figures = [seconds(median(getattr(run, kind) for run in each)) for kind in ("wall", "cpu")]
            rows.append([name, *figures, megabytes(median(run.peak() for run in each))])
    return table(["kg, everything", "wall s", "CPU s", "peak MB"], rows)


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
    parser.add_argument("--peers", default=",".join(peers.PEERS), help="separated by commas; - for none")
    parser.add_argument(
        "--leave-out", default="", help="rows by the start of their names, and `again`, separated by commas"
    )
    parser.add_argument("--limit", type=float, default=3600, help="seconds for one run of one program")
    parser.add_argument("--query-limit", type=float, default=60, help="seconds for one SPARQL query")
    parser.add_argument("--rdflib-triples", type=int, default=2_000_000, help="most triples that rdflib is asked about")
    parser.add_argument(
        "--work", type=Path, default=Path(gettempdir()) / "kg-bench", help="folder for corpus, environments and outputs"
    )
    asked = parser.parse_args()
    work = asked.work.resolve()
    corpus = work / f"corpus-{asked.profile}-{asked.figures}"
    if not corpus.exists():
        options = ("--profile", asked.profile, "--figures", asked.figures, "--jobs", asked.jobs)
        made = measured(script("corpus.py", corpus.with_suffix(".new"), *options))
        if made.failed:
            raise SystemExit(f"no corpus: {made.failed}")
        corpus.with_suffix(".new").rename(corpus)
    wanted = [name for name in asked.peers.split(",") if name != "-"]
    everyone = contestants(corpus, work, asked.jobs, wanted)
    for start in filter(None, asked.leave_out.split(",")):
        for each in everyone:
            each.missing = "left out, as asked" if each.name.startswith(start) else each.missing
    for turn in range(asked.repeat):
        for each in everyone:
            if not each.missing and len(each.runs) <= turn:
                print(f"run {turn + 1} of {asked.repeat}: {each.name}", file=sys.stderr, flush=True)
                each.run(work / "out", asked.limit)
    print(f"{asked.figures:,} figures of profile {asked.profile}; medians of {asked.repeat}; {machine()}\n")
    print(of_all(everyone))
    print(of_exporters(everyone))
    for each in everyone:
        if each.runs and len(each.runs[0].stages()) > 1 and each.name != "kg, tables only":
            print(of_stages(each))
    if "again" not in asked.leave_out.split(","):
        print(of_again(corpus, work, asked.jobs, asked.repeat))
    print(sparql.report(work / "build", asked.repeat, asked.query_limit, asked.rdflib_triples))


if __name__ == "__main__":
    main()
