"""A Virtuoso server of our own, on loopback, with a database in a folder of its own (Debian: virtuoso-opensource)."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure import resident

GRAPH = "https://w3id.org/pfocr-kg/"
PROGRAM, CLIENT = "virtuoso-t", "isql-vt"
TICK = os.sysconf("SC_CLK_TCK")

CONFIGURATION = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{port}
DirsAllowed = {data}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 4
[SPARQL]
ResultSetMaxRows = 1000000
"""


@dataclass(frozen=True)
class Virtuoso:
    """A running server, with data."""

    http: int
    load_wall: float
    load_cpu: float
    memory: int

    def ask(self, query: str) -> int:
        """Return the number of rows of an answer; raise OSError with the message of the server."""
        fields = {"query": query, "default-graph-uri": GRAPH, "format": "application/sparql-results+json"}
        address = f"http://127.0.0.1:{self.http}/sparql"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(address, urllib.parse.urlencode(fields).encode()) as answer:
                result: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            raise OSError(error.read().decode(errors="replace").splitlines()[0]) from None
        return len(result["results"]["bindings"])


def missing() -> str | None:
    """Return the reason why there is no Virtuoso; None where there is one."""
    lacks = [program for program in (PROGRAM, CLIENT) if shutil.which(program) is None]
    return f"not installed: no {' and no '.join(lacks)} (Debian: virtuoso-opensource-7-bin)" if lacks else None


@contextmanager
def serving(folder: Path, dumps: list[Path]) -> Iterator[Virtuoso]:
    """Start a server, load Turtle files, and stop it at the end; raises OSError where it does not start."""
    folder.mkdir()
    port, http = free_port(), free_port()
    configuration = folder / "virtuoso.ini"
    data = ", ".join(sorted({str(dump.parent) for dump in dumps}))
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port, http=http, data=data), encoding="utf-8")
    command = [PROGRAM, "+foreground", "+configfile", str(configuration)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(port, server)
            start, before = time.monotonic(), _cpu(server.pid)
            script = [f"ld_dir('{dump.parent}', '{dump.name}', '{GRAPH}');" for dump in dumps]
            _run(port, "\n".join([*script, "rdf_loader_run();", "checkpoint;"]))
            yield Virtuoso(http, time.monotonic() - start, _cpu(server.pid) - before, resident(server.pid))
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    """Return an unused port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise OSError("Virtuoso did not start")


def _run(port: int, script: str) -> None:
    done = subprocess.run(
        [CLIENT, f"127.0.0.1:{port}", "dba", "dba", "ERRORS=STDOUT"],
        input=script, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "*** Error" in done.stdout:
        raise OSError(done.stdout[done.stdout.index("*** Error") :].splitlines()[0])


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK
