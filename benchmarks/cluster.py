"""Spark beside DuckDB: the same build with DuckDB, with Spark in one process, and on a cluster of two workers.

    python benchmarks/cluster.py [--figures 20000] [--profile 2020] [--page docs/scale.md]

Master and workers run on this machine, each worker with one core. A run includes their start and end, and the CPU
seconds are of all processes: driver, JVMs and Python workers. Spark writes tables and N-Triples, DuckDB the build
without the store. The numbers of rows must be equal. Needs Linux, Java and PySpark (the extra `spark`).
"""

import argparse
import ctypes
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from measure import folder_size, made_corpus, measured, megabytes, remove, script, seconds, table
from report import write
from run import machine
from world import PROFILES

from kg.model.build import Build

WORKERS = 2
ADOPT_ORPHANS = 36
"""PR_SET_CHILD_SUBREAPER of prctl(2): processes whose parent ended become our children, so that they are counted."""

WAYS = {"duckdb": "DuckDB, two processes", "local": "Spark, one JVM with two threads", "cluster": "Spark, two workers"}


def main() -> None:
    """Measure all ways, print the table, and write it to the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figures", type=int, default=20_000)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="2020")
    parser.add_argument("--work", type=Path, default=Path(gettempdir()) / "kg-bench", help="folder for all files")
    parser.add_argument("--page", type=Path, help="page whose table is replaced")
    parser.add_argument("--way", choices=sorted(WAYS), help="only build --corpus in this way")
    parser.add_argument("--corpus", type=Path, help="folder of the corpus of --way")
    arguments = parser.parse_args()
    if arguments.way:
        print(json.dumps(built(arguments.way, arguments.corpus, arguments.work / "cluster-out")))
        return
    corpus = made_corpus(arguments.work, arguments.profile, arguments.figures, os.cpu_count() or 1)
    rows, counts = [], {}
    for way, title in WAYS.items():
        run = measured(script("cluster.py", "--way", way, "--corpus", corpus, "--work", arguments.work))
        if run.failed:
            raise SystemExit(f"{title}: {run.failed}")
        counts[way] = run.output["counts"]
        row = [title, seconds(run.cpu), seconds(run.wall), megabytes(run.peak()), megabytes(run.output["bytes"])]
        rows.append(row)
        print(*row, file=sys.stderr, flush=True)
    if different := [way for way in WAYS if counts[way] != counts["duckdb"]]:
        raise SystemExit(f"other numbers of rows: {', '.join(different)}")
    text = table(["", "CPU s", "wall s", "peak MB", "output MB"], rows)
    head = f"{machine()}; {arguments.figures:,} figures of profile {arguments.profile}, one run; equal numbers of rows."
    print(f"{head}\n\n{text}")
    if arguments.page and not write(arguments.page, "cluster", f"{head}\n\n{text}"):
        raise SystemExit(f"there is no table `cluster` on {arguments.page}")


def built(way: str, corpus: Path, out: Path) -> dict[str, object]:
    """Build in one way; return the numbers of rows and the bytes written."""
    assert ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1, 0, 0, 0) == 0
    remove(out)
    command = [sys.executable, "-m", "kg", "build", str(corpus), "-o", str(out), "--no-store", "--no-cache", "-q"]
    with ExitStack() as stack:
        if way != "duckdb":
            command += ["--engine", "spark", "--jobs", str(WORKERS)]
        if way == "cluster":
            command += ["--master", stack.enter_context(cluster())]
        subprocess.run(command, check=True)
    wait_for_children()
    counts, size = Build(out).manifest["counts"], folder_size(out)
    remove(out)
    return {"counts": counts, "bytes": size}


@contextmanager
def cluster() -> Iterator[str]:
    """Run a master and its workers; yield the address of the master."""
    port, page = free_ports(2)
    address = f"spark://127.0.0.1:{port}"
    with TemporaryDirectory() as folder, ExitStack() as stack:
        host = ("--host", "127.0.0.1")
        stack.enter_context(daemon("master.Master", *host, "--port", str(port), "--webui-port", str(page)))
        wait_until(page, 0)
        for number in range(WORKERS):
            options = ("--webui-port", "0", "-c", "1", "-m", "4g", "-d", f"{folder}/{number}")
            stack.enter_context(daemon("worker.Worker", *host, *options, address))
        wait_until(page, WORKERS)
        yield address


@contextmanager
def daemon(role: str, *arguments: str) -> Iterator[None]:
    """Run a master or a worker, as a child whose CPU time is counted."""
    specification = find_spec("pyspark")
    assert specification is not None
    assert specification.origin is not None
    home = Path(specification.origin).parent
    process = subprocess.Popen(
        [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{role}", *arguments],
        env={**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def free_ports(number: int) -> list[int]:
    """Return ports of the loopback interface that nobody uses."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def wait_until(page: int, workers: int, limit: float = 120) -> None:
    """Ask the master until it has its workers; raise TimeoutError where it never does."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        with suppress(OSError), opener.open(f"http://127.0.0.1:{page}/json/", timeout=5) as answer:
            if int(json.load(answer)["aliveworkers"]) == workers:
                return
        time.sleep(0.2)
    raise TimeoutError(f"the master did not have {workers} workers after {limit:.0f} s")


def wait_for_children(limit: float = 30) -> None:
    """Wait for the processes that Spark left behind, so that their CPU seconds are counted."""
    deadline = time.monotonic() + limit
    with suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.1)


if __name__ == "__main__":
    main()
