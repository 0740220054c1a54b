"""Tables of runs as Markdown, and a page that has them between markers.

A page has `<!-- measured: NAME -->` before each table and `<!-- end -->` after it. `write` replaces what is between
them. A table that was not measured stays as it is, with the line that says when and on which commit it was.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from measure import Run, Stage, measured, median, megabytes, ratio, remove, seconds, spread, table

Titled = tuple[str, Sequence[Run]]
"""The title of a row and its runs."""


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

    def run(self, out: Path, limit: float) -> str:
        """Run it once, delete its output unless `keeps` is set, and return a line about the run."""
        path = self.keeps or out.with_suffix(self.suffix)
        remove(path)
        run = measured(self.command(path), limit)
        if not run.output.get("bytes") and path.is_file():
            run = Run(run.wall, run.cpu, run.samples, run.own_peak, _size(path), run.failed)
        self.runs.append(run)
        if run.failed:
            self.missing = run.failed
        if path != self.keeps:
            remove(path)
        result = f"{seconds(run.cpu)} CPU s, {seconds(run.wall)} s wall, {megabytes(run.peak())} MB"
        return f"{self.name}, run {len(self.runs)}: {run.failed or result}"


def _size(path: Path) -> dict[str, int]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "triples": sum(1 for _ in file)}


# -- all programs


def of_all(everyone: Sequence[Contestant], reference: Contestant | None) -> str:
    """Return the table of all rows, with ratios to the runs of `reference` in the same turns."""
    rows = []
    for contestant in everyone:
        if contestant.missing:
            rows.append([contestant.name, contestant.missing.replace("|", "/"), *["-"] * 6])
            continue
        output = contestant.runs[-1].output
        rows.append([
            contestant.name,
            spread((run.cpu for run in contestant.runs), seconds),
            *(_ratio(contestant, reference, of) for of in TIMES),
            spread((run.wall for run in contestant.runs), seconds),
            megabytes(median(run.peak() for run in contestant.runs)),
            megabytes(output.get("bytes", 0)),
            f"{output['triples']:,}" if output.get("triples") else "-",
        ])  # fmt: skip
    header = ["", "CPU s", "CPU ratio", "wall ratio", "wall s", "peak MB", "output MB", "triples"]
    return table(header, rows)


def _cpu(run: Run) -> float:
    return run.cpu


def _wall(run: Run) -> float:
    return run.wall


TIMES = (_cpu, _wall)


def _ratio(one: Contestant, other: Contestant | None, of: Callable[[Run], float]) -> str:
    values = ratios(one, other, of)
    return spread(values, ratio) if values else "-"


def ratios(one: Contestant, other: Contestant | None, of: Callable[[Run], float]) -> list[float]:
    """Return the ratios of two rows, one for each turn that both were run in."""
    if other is None or one.missing or other.missing:
        return []
    return [of(mine) / of(its) for mine, its in zip(one.runs, other.runs, strict=False)]


def summary(everyone: Sequence[Contestant], pairs: Iterable[tuple[str, str]]) -> str:
    """Return a line for each two rows, by their keys: how many times the seconds of the second the first takes."""
    by_key = {contestant.key: contestant for contestant in everyone}
    lines = []
    for key, other in pairs:
        if key not in by_key or other not in by_key or by_key[other].missing:
            continue
        one, reference = by_key[key], by_key[other]
        if one.missing:
            lines.append(f"- *{one.name}*: {one.missing}")
            continue
        cpu, wall = (ratios(one, reference, of) for of in TIMES)
        verb = "slower" if min(cpu) > 1 else "**faster**" if max(cpu) < 1 else "as fast"
        lines.append(
            f"- *{one.name}* takes **{spread(cpu, ratio)} times** the CPU seconds of *{reference.name}* "
            f"and {spread(wall, ratio)} times the wall time: it is {verb}{_share(one, reference)}."
        )
    return "\n".join([*lines, ""])


def _share(one: Contestant, other: Contestant) -> str:
    """Return the part of a sentence that compares the numbers of triples, if both have one."""
    number, of = (contestant.runs[-1].output.get("triples") for contestant in (one, other))
    return f", and writes {100 * number / of:.0f} % of the triples" if number and of else ""


# -- stages


def of_stages(titled: Sequence[Titled]) -> str:
    """Return a table of stages: of each row CPU and wall seconds, and the peak of memory; medians over runs."""
    columns = [(title, _stages(runs)) for title, runs in titled]
    names = list(dict.fromkeys(name for _, stages in reversed(columns) for name in stages))
    header = ["", *(f"{title}: {what}" for title, _ in columns for what in ("CPU s", "wall s", "peak MB"))]
    rows = [[name, *(cell for _, stages in columns for cell in stages.get(name, ("-",) * 3))] for name in names]
    return table(header, rows)


def _stages(runs: Sequence[Run]) -> dict[str, tuple[str, str, str]]:
    names = dict.fromkeys(stage.name for run in runs for stage in run.stages())
    found = {}
    for name in names:
        of_name = [[stage for stage in run.stages() if stage.name == name] for run in runs]
        peaks = [
            max((run.peak(stage.start, stage.end) for stage in stages), default=0)
            for run, stages in zip(runs, of_name, strict=True)
        ]
        cpu, wall = (median(sum(map(of, stages)) for stages in of_name) for of in (_stage_cpu, _stage_wall))
        found[name] = (seconds(cpu), seconds(wall), megabytes(median(peaks)))
    rest = [
        median(of(run) - sum(map(of_stage, run.stages())) for run in runs)
        for of, of_stage in ((_cpu, _stage_cpu), (_wall, _stage_wall))
    ]
    return found | {"start and end": (seconds(rest[0]), seconds(rest[1]), "-")}


def _stage_cpu(stage: Stage) -> float:
    return stage.cpu


def _stage_wall(stage: Stage) -> float:
    return stage.end - stage.start


def of_parts(titled: Sequence[Titled]) -> str:
    """Return a table with a line for each stage of several programs, with its share of the program's CPU seconds."""
    rows = []
    for title, runs in titled:
        total = median(run.cpu for run in runs)
        for name in dict.fromkeys(stage.name for run in runs for stage in run.stages()):
            cpu = median(sum(stage.cpu for stage in run.stages() if stage.name == name) for run in runs)
            rows.append([title, name, seconds(cpu), f"{100 * cpu / total:.0f} %"])
            title = ""  # noqa: PLW2901 Only the first line of a program names it.
    return table(["", "stage", "CPU s", "of its CPU"], rows)


def of_repeated(title: str, repeated: Mapping[str, Sequence[Run]]) -> str:
    """Return the table of builds at one destination; each has its share of the first one's CPU seconds."""
    first = next(iter(repeated.values()))
    rows = []
    for name, runs in repeated.items():
        if failed := next((run.failed for run in [*first, *runs] if run.failed), None):
            rows.append([name, failed.replace("|", "/"), *["-"] * 3])
            continue
        shares = [100 * run.cpu / median(one.cpu for one in first) for run in runs]
        rows.append([
            name,
            spread((run.cpu for run in runs), seconds),
            f"{spread(shares, '{:.0f}'.format)} %",
            spread((run.wall for run in runs), seconds),
            megabytes(median(run.peak() for run in runs)),
        ])  # fmt: skip
    return table([title, "CPU s", "of a first build", "wall s", "peak MB"], rows)


# -- the page


def write(page: Path, name: str, content: str) -> bool:
    """Replace the table of a page by its name; return whether the page has it."""
    text = page.read_text(encoding="utf-8")
    match = re.search(rf"(<!-- measured: {re.escape(name)} -->\n).*?(<!-- end -->)", text, re.DOTALL)
    if match:
        new = f"{match[1]}{content.rstrip()}\n{match[2]}"
        page.write_text(text[: match.start()] + new + text[match.end() :], encoding="utf-8")
    return match is not None
