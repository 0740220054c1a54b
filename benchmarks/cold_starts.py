"""CPU and wall time of commands that start anew: `python benchmarks/cold_starts.py BUILD [--repeat N]`.

Each command runs in processes of its own, and all commands take turns, so that what else the machine does meets all of
them. A first round is not counted: after it, files are in the page cache and the compiled lexicon in the user's cache.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("-c", "import kg"),
    ("-m", "kg", "--help"),
    ("-m", "kg", "lookup", "RANKL"),
    ("-m", "kg", "query", "partners", "-p", "entity=TNFSF11"),
    ("-m", "kg", "query", "partners", "-p", "entity=RANKL"),
)
"""Arguments of Python."""


def seconds(arguments: list[str]) -> tuple[float, float]:
    """Run Python and return the CPU and the wall seconds of the process."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def main() -> None:
    """Print a row for each command, with medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    times: dict[tuple[str, ...], list[tuple[float, float]]] = defaultdict(list)
    for _ in range(options.repeat + 1):
        for command in COMMANDS:
            build = ["--build", str(options.build)] if len(command) > 3 else []
            times[command].append(seconds([*command, *build]))
    print("| command | CPU s | wall s |\n|---|---:|---:|")
    for command, runs in times.items():
        cpu, wall = (median(values) for values in zip(*runs[1:], strict=True))
        print(f"| `{' '.join(command[1:])}` | {cpu:.2f} | {wall:.2f} |")


if __name__ == "__main__":
    main()
