"""One program run as a process of its own: wall time, CPU time and peak memory of it and all its children (Linux)."""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

SAMPLE = 0.05
"""Seconds between two measurements of memory."""

PAGE = os.sysconf("SC_PAGE_SIZE")

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Stage:
    """A part of a run; `start` and `end` by the system's monotonic clock."""

    name: str
    start: float
    end: float
    cpu: float


@dataclass(frozen=True)
class Run:
    """Times and memory of one run. `output` is the JSON object that a benchmark prints as its last line, or empty."""

    wall: float
    cpu: float
    samples: list[tuple[float, int]]
    own_peak: int  # Peak of the started process alone, as the kernel counts it.
    output: Mapping[str, Any] = field(default_factory=dict)
    failed: str | None = None

    def peak(self, start: float = 0, end: float = float("inf")) -> int:
        """Return the largest sum of resident memory over all processes, in bytes; shared pages count for each."""
        sizes = [size for when, size in self.samples if start <= when <= end]
        return max(sizes, default=0) if start else max([*sizes, self.own_peak])

    def stages(self) -> list[Stage]:
        """Return the stages that the program printed."""
        return [Stage(*stage) for stage in self.output.get("stages", ())]


def measured(
    command: Sequence[str],
    limit: float = float("inf"),
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Run:
    """Run a command in a folder to its end, or for `limit` seconds; it gets no input and its output is kept."""
    start = time.monotonic()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, **(environment or {})}, text=True, errors="replace", start_new_session=True,
        cwd=folder,
    )  # fmt: skip
    samples: list[tuple[float, int]] = []
    own_peak = 0
    late = False
    lines: list[str] = []
    assert process.stdout is not None
    reader = threading.Thread(target=_collect, args=(process.stdout, lines), daemon=True)
    reader.start()
    ended = False
    try:
        while True:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            now = time.monotonic()
            if ended := bool(pid):
                break
            samples.append((now, resident(process.pid)))
            own_peak = max(own_peak, high_water(process.pid))
            if now - start > limit and not late:
                late = True
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(SAMPLE)
    finally:
        if not ended:  # Ctrl-C does not reach it, because it has a session of its own.
            os.killpg(process.pid, signal.SIGKILL)
    process.returncode = os.waitstatus_to_exitcode(status)
    reader.join(5)
    failed = f"over {limit:.0f} s" if late else None if process.returncode == 0 else _reason(lines, process.returncode)
    output = _json(lines[-1]) if lines and not failed else {}
    return Run(now - start, used.ru_utime + used.ru_stime, samples, own_peak, output, failed)


def _collect(stream: IO[str], lines: list[str]) -> None:
    with stream:
        lines.extend(stream)


def _reason(lines: list[str], code: int) -> str:
    last = next((line.strip() for line in reversed(lines) if line.strip()), "it printed nothing")
    return f"exit {code}: {last[:150]}"


def _json(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def resident(pid: int) -> int:
    """Return the resident memory of a process and its descendants, in bytes; those that end meanwhile count nothing."""
    try:
        size = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return size + sum(resident(int(child)) for task in tasks for child in (task / "children").read_text().split())
    except (OSError, IndexError):
        return 0


def high_water(pid: int) -> int:
    """Return the largest resident memory that a process ever had, in bytes; 0 where it has ended.

    `ru_maxrss` is no substitute: it starts at the memory of the process that started this one.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def stopwatch() -> tuple[Callable[[str], None], Callable[[], list[tuple[str, float, float, float]]]]:
    """Return two functions: one to call when a stage starts, and one that ends the last stage and returns all."""
    marks: list[tuple[str, float, float]] = []

    def mark(name: str) -> None:
        if not marks or marks[-1][0] != name:
            marks.append((name, time.monotonic(), sum(os.times()[:4])))

    def stages() -> list[tuple[str, float, float, float]]:
        mark("")
        return [(name, start, end, after - before) for (name, start, before), (_, end, after) in pairwise(marks)]

    return mark, stages


def median(values: Iterable[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def spread(values: Iterable[float], show: Callable[[float], str]) -> str:
    """Show the median of values, with the least and the greatest if there are several: `1.5 (1.4 - 1.7)`."""
    ordered = sorted(values)
    ends = f" ({show(ordered[0])} - {show(ordered[-1])})" if len(ordered) > 1 else ""
    return f"{show(median(ordered))}{ends}"


def ratio(value: float) -> str:
    """Show a ratio to two decimals, one above 10."""
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def megabytes(size: float) -> str:
    """Show bytes in millions."""
    return f"{size / 1e6:,.0f}"


def seconds(value: float) -> str:
    """Show seconds to three figures, tens of milliseconds at most."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are right-aligned."""
    lines = [f"| {' | '.join(header)} |", "|---|" + "---:|" * (len(header) - 1)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def folder_size(path: Path) -> int:
    """Return the bytes of all files below a folder, or of one file."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def remove(path: Path) -> None:
    """Delete a file or a folder."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def script(name: str, *arguments: object) -> list[str]:
    """Return the command of a script of this folder."""
    return [sys.executable, str(HERE / name), *map(str, arguments)]


def made_corpus(work: Path, profile: str, figures: int, jobs: int, limit: float = float("inf")) -> Path:
    """Return the folder of a made-up corpus, which is made unless it exists; its files are in the page cache then."""
    folder = work / f"corpus-{profile}-{figures}"
    if not folder.exists():
        new = folder.with_suffix(".new")
        remove(new)
        run = measured(script("corpus.py", new, "--profile", profile, "--figures", figures, "--jobs", jobs), limit)
        if run.failed:
            raise SystemExit(f"no corpus: {run.failed}")
        new.rename(folder)
    for path in folder.rglob("*"):
        if path.is_file():
            path.read_bytes()
    return folder
