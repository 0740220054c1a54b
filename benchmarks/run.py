"""Measure kg and its peers in one run, and write the tables of docs/performance.md.

    python benchmarks/run.py [--page docs/performance.md]                    5,000 figures of profile 2020
    python benchmarks/run.py --profile 2020|2025 [--page ...]                as many figures as the database had
    python benchmarks/run.py [--figures N] [--repeat N] [--rows one,no-store,...] [--work FOLDER]

Makes the corpus (benchmarks/corpus.py), runs every program `--repeat` times as a process of its own, and prints medians
with their range as Markdown. With `--page` it also replaces the tables of that page. The programs take turns, so that
other load on the machine affects all of them. A program that takes over `--once-over` seconds runs once. One that
cannot run is in the table with the reason. Peers are installed once, into environments under the work folder, from a
package index; `KG_KGX` may name the Python of an environment with kgx. Every run is reported on standard error.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import gettempdir

import paired
import peers
import sparql
import triple_sets
from measure import Run, made_corpus, measured, remove, script
from report import Contestant, of_all, of_parts, of_repeated, of_stages, summary, write
from world import PROFILES

from kg.ingest.cache import SETTLED
from kg.model.build import Build

OURS = {
    "floor": "floor: read the input, write as much",
    "tables": "kg, tables only",
    "one": "kg, without the store, one process",
    "no-store": "kg, without the store",
    "everything": "kg, everything",
    "literal": "naive: the stack taken literally, Turtle by rdflib",
    "ntriples": "naive: N-Triples by rdflib",
    "good": "script: CSafeLoader, DuckDB, pyoxigraph",
    "dump": "kg, its tables to N-Triples",
}
"""Rows that `--rows` may name besides the peers, with their titles in the table."""

NAIVE = {"literal": ("literal", "naive.ttl"), "ntriples": ("N-Triples", "naive.nt"), "good": ("script", "naive.nt")}
"""Rows of `naive.py`, with short titles and the names of the files of RDF that they write."""

MORE = ("again", "changed", "new", "paired", "sparql")
"""Further values of `--rows`, each with a table or lines of its own."""

LARGE = {
    "2020": ("floor", "tables", "one", "no-store", "everything", "good", "dump", "again", "changed", "new", "paired"),
    "2025": ("floor", "tables", "one", "no-store", "everything", "paired"),
}
"""Rows that are run at the size of the database where `--rows` names none, by profile."""

PAIRS = (("good", "one"), ("ntriples", "one"), ("literal", "one"), ("kgx", "dump"), ("morph-kgc", "dump"),
         ("no-store", "floor"))  # fmt: skip
"""Rows of the summary, each beside another one."""


@dataclass(frozen=True)
class Setting:
    """What is measured: the corpus, the folder for all files, and the options."""

    corpus: Path
    work: Path
    jobs: int
    repeat: int
    limit: float
    once_over: float


# -- contestants


def contestants(setting: Setting, wanted: Sequence[str]) -> list[Contestant]:
    """Return the contestants. A build is made first, because the others get its thresholds and the peers its tables."""
    corpus, work = setting.corpus, setting.work
    build = work / "build"

    def ours(job: str, jobs: int = setting.jobs) -> Callable[[Path], list[str]]:
        return lambda out: script("ours.py", job, corpus, out, "--jobs", jobs)

    everything = Contestant("everything", OURS["everything"], ours("everything"), keeps=build)
    say(everything.run(build, float("inf")))
    if everything.missing:
        raise SystemExit(f"kg failed: {everything.missing}")
    outputs, least = Build(build).manifest["outputs"], Build(build).min_figures
    without = [path for path in build.rglob("*") if path.is_file() and "store" not in path.relative_to(build).parts]
    size = sum(path.stat().st_size for path in without)

    def naive(way: str) -> Callable[[Path], list[str]]:
        return lambda out: script(
            "naive.py", way, corpus, out, "--min-figures", least, "--edges", outputs["graphml"]["edges"]
        )

    commands: dict[str, Callable[[Path], Sequence[str]]] = {
        "floor": lambda out: script("floor.py", corpus, out, size, "--jobs", setting.jobs),
        "tables": ours("tables"),
        "one": ours("no-store", 1),
        "no-store": ours("no-store"),
        **{way: naive(way) for way in NAIVE},
        "dump": lambda out: script("ours.py", "dump", build, out),
    }
    kept = {way: work / f"kept-{way}" for way in NAIVE}
    return [
        *(
            Contestant(key, OURS[key], commands[key], keeps=kept.get(key)) if key in commands else everything
            for key in OURS
            if key in wanted
        ),
        *(peer(name, build, setting) for name in peers.PEERS if name in wanted),
    ]


def peer(name: str, build: Path, setting: Setting) -> Contestant:
    """Install a peer and make its input; `missing` has the reason where that fails."""
    program = peers.PEERS[name]
    label = f"{name}, the same tables to N-Triples"
    python, reason = peers.environment(name, setting.work / "environments")
    if reason:
        return Contestant(name, label, lambda _: [], missing=reason)
    folder = setting.work / f"input-{name}"
    remove(folder)
    folder.mkdir()
    program.prepare(build, folder)
    label = f"{name} {peers.version(python, name)}, the same tables to N-Triples"
    return Contestant(name, label, lambda out: program.command(python, folder, out, setting.jobs), suffix=".nt")


def run_all(everyone: Sequence[Contestant], setting: Setting) -> None:
    """Run the contestants in turns."""
    for turn in range(setting.repeat):
        for contestant in everyone:
            slow = any(run.wall > setting.once_over for run in contestant.runs)
            if not contestant.missing and len(contestant.runs) <= turn and not slow:
                say(contestant.run(setting.work / "out", setting.limit))


def say(line: str) -> None:
    """Print a line on standard error."""
    print(line, file=sys.stderr, flush=True)


# -- builds at one destination


def rebuilt(job: str, setting: Setting, wanted: Sequence[str]) -> dict[str, list[Run]]:
    """Build with a cache, build again, with a row less in each of 10 gene tables, and with a figure more."""
    out, cache = setting.work / "again", setting.work / "cache"
    command = script("ours.py", job, setting.corpus, out, "--jobs", setting.jobs, "--cache", cache)
    remove(out)
    remove(cache)
    time.sleep(SETTLED)  # because a build of files that have just changed has no fingerprint
    runs: dict[str, list[Run]] = {"a first build, with a cache to fill": [measured(command)]}
    if "again" in wanted:
        runs["the same again"] = [measured(command) for _ in range(setting.repeat)]
    before: dict[Path, bytes | None] = {}
    try:
        for key, name, change in (("changed", "ten records changed", shorten), ("new", "one new figure", add)):
            if key in wanted:
                runs[name] = []
                for turn in range(setting.repeat):
                    for path, content in change(setting.corpus, turn).items():
                        before.setdefault(path, content)
                    runs[name].append(measured(command))
    finally:
        for path, content in before.items():
            path.unlink() if content is None else path.write_bytes(content)
        remove(out)
        remove(cache)
    return runs


def shorten(corpus: Path, turn: int) -> dict[Path, bytes | None]:
    """Leave out the last row of ten gene tables, others in each turn; return the former contents of the files."""
    tables = sorted(corpus.rglob("*-genes.tsv"))
    before: dict[Path, bytes | None] = {}
    for path in tables[turn :: max(1, len(tables) // 10)][:10]:
        content = path.read_bytes()
        before[path] = content
        path.write_bytes(content[: content.rstrip(b"\n").rindex(b"\n") + 1])
    return before


def add(corpus: Path, turn: int) -> dict[Path, bytes | None]:
    """Add a figure to a corpus, a copy of one that it has; return its files."""
    record = sorted((corpus / "_figures").glob("*.md"))[turn]
    figid = f"PMC9{turn:07d}__new"
    files = [record, *sorted((corpus / "_data").glob(f"{record.stem}-*.tsv"))]
    before: dict[Path, bytes | None] = {}
    for path in files:
        new = path.with_name(path.name.replace(record.stem, figid))
        new.write_bytes(
            path.read_bytes()
            .replace(record.stem.encode(), figid.encode())
            .replace(record.stem.partition("__")[0].encode(), figid.partition("__")[0].encode())
        )
        before[new] = None
    return before


# -- all tables


def machine() -> str:
    """Return the commit, the day, the machine and the versions of libraries."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    names = ("duckdb", "pyoxigraph", "pyarrow", "rdflib", "networkx")
    used = ", ".join(f"{name} {version(name)}" for name in names)
    try:
        changed = " with changes" if paired.git("status", "--porcelain", "kg", "benchmarks") else ""
        commit = f"Commit {paired.found('HEAD')}{changed}"
    except paired.NotComparable:
        commit = "No commit"
    return (
        f"{commit}, {time.strftime('%Y-%m-%d')}; {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()} {platform.release().partition('-')[0]}, Python {platform.python_version()}; {used}"
    )


def tables_of(everyone: Sequence[Contestant], setting: Setting) -> dict[str, str]:
    """Return the tables of all programs: times, summary, stages, and triples compared as sets."""
    by_key = {contestant.key: contestant for contestant in everyone if contestant.runs and not contestant.missing}
    reference = by_key.get("one") or by_key.get("no-store")
    ours = [(OURS[key], by_key[key].runs) for key in ("one", "everything") if key in by_key]
    others = [(OURS[key], by_key[key].runs) for key in NAIVE if key in by_key]
    files = {title: setting.work / f"kept-{key}" / name for key, (title, name) in NAIVE.items() if key in by_key}
    sets = triple_sets.report(setting.work / "build", files) if files else ""
    for key in NAIVE:
        remove(setting.work / f"kept-{key}")
    return {
        "summary": summary(everyone, PAIRS),
        "programs": of_all(everyone, reference),
        "stages": of_stages(ours) if ours else "",
        "parts": of_parts(others) if others else "",
        "triples": sets,
    }


def table_of_pairs(against: str, setting: Setting) -> str:
    """Return the tables of the paired run, or the reason why there are none."""
    try:
        commit, deadline = paired.found(against), paired.Deadline(float("inf"))
        sides = paired.compare(commit, setting.corpus, setting.work, 1, setting.repeat, deadline, paired.JOBS)
    except paired.NotComparable as reason:
        return f"Not compared with {against}: {reason}\n"
    return f"{paired.of_sides(sides, commit)}\n{paired.of_stages(sides, commit)}"


def all_tables(setting: Setting, wanted: Sequence[str], arguments: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Run everything; yield the name and text of each table when it is measured."""
    of_programs = [name for name in wanted if name not in MORE]
    if of_programs or "sparql" in wanted:
        everyone = contestants(setting, wanted)
    if of_programs:
        run_all(everyone, setting)
        yield from tables_of(everyone, setting).items()
    if not {"again", "changed", "new"}.isdisjoint(wanted):
        yield (
            "again",
            "\n".join(of_repeated(OURS[job], rebuilt(job, setting, wanted)) for job in ("no-store", "everything")),
        )
    if "paired" in wanted:
        yield "paired", table_of_pairs(arguments.against or paired.BASE, setting)
    if "sparql" in wanted:
        limits = (arguments.query_limit, arguments.rdflib_triples)
        yield "sparql", sparql.report(setting.work / "build", setting.repeat, *limits, sparql.SHOWN)


def main() -> None:
    """Make the corpus, measure, print the tables, and write them to the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figures", type=int, help="default: 5000, or all of the profile where one is named")
    parser.add_argument("--profile", choices=sorted(PROFILES))
    parser.add_argument("--repeat", type=int, help="default: 3, but 1 for all figures of profile 2025")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    names = [*OURS, *peers.PEERS, *MORE]
    parser.add_argument("--rows", help=f"separated by commas, of {', '.join(names)}; default: all; fewer if large")
    parser.add_argument("--against", help=f"commit of the paired run; default: {paired.BASE}")
    parser.add_argument("--limit", type=float, default=3600, help="seconds for one run of one program")
    parser.add_argument("--once-over", type=float, help="seconds of a run after which its program is not run again")
    parser.add_argument("--query-limit", type=float, default=60, help="seconds for one SPARQL query")
    parser.add_argument("--rdflib-triples", type=int, default=2_000_000, help="largest number of triples for rdflib")
    parser.add_argument("--page", type=Path, help="page whose tables are replaced")
    parser.add_argument(
        "--work", type=Path, default=Path(gettempdir()) / "kg-bench", help="folder for corpus, environments and outputs"
    )
    arguments = parser.parse_args()
    profile = arguments.profile or "2020"
    figures = arguments.figures or (PROFILES[profile].figures if arguments.profile else 5000)
    large = figures > 20_000
    wanted = arguments.rows.split(",") if arguments.rows else LARGE[profile] if large else names
    if unknown := [name for name in wanted if name not in names]:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(names)}")
    if arguments.page and not arguments.page.is_file():
        parser.error(f"no such page: {arguments.page}")
    repeat = arguments.repeat or (1 if large and profile == "2025" else 3)
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    setting = Setting(
        made_corpus(work, profile, figures, arguments.jobs), work, arguments.jobs, repeat, arguments.limit,
        arguments.once_over or (float("inf") if large else 60),
    )  # fmt: skip
    of_runs = f"medians of {repeat} runs, with their range" if repeat > 1 else "one run"
    head = f"{machine()}; {figures:,} figures of profile {profile}, {of_runs}."
    for name, text in all_tables(setting, wanted, arguments):
        title = f"{profile}-{figures}-{name}"
        print(f"{title}\n\n{text}", flush=True)
        if text and arguments.page and not write(arguments.page, title, f"{head}\n\n{text}"):
            say(f"{title} is not on {arguments.page}")
    print(f"{head} It took {(time.monotonic() - start) / 60:.0f} minutes.")


if __name__ == "__main__":
    main()
