"""A server as users run it, and a client that can send any request."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode

JSON = "application/sparql-results+json"
WAIT = 120.0
"""Seconds to wait for a condition or an answer; only a fault takes as long, however busy the machine is."""


@dataclass(frozen=True)
class Reply:
    """A response; `headers` by lower-case name, `broken` if the connection ended before the answer did."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    broken: bool = False

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def detail(self) -> str:
        """The sentence of a problem; the other members are checked."""
        problem = json.loads(self.body)
        assert (self.kind, problem["status"], problem["type"]) == (
            "application/problem+json",
            self.status,
            "about:blank",
        )
        return str(problem["detail"])

    def rows(self) -> list[dict[str, str]]:
        bindings = json.loads(self.body)["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in bindings]


def reply_on(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
) -> Reply:
    """Send one request, read its reply and close the connection; `_` in the name of a header stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(connection):
        connection.request(method, path, body, named)
        with connection.getresponse() as response:
            received = {name.lower(): value for name, value in response.getheaders()}
            try:
                return Reply(response.status, received, response.read())
            except http.client.IncompleteRead as broken:
                return Reply(response.status, received, broken.partial, broken=True)


@dataclass
class Server:
    """A running `kg serve`."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    said: str = ""
    patience: float = WAIT

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: bytes | None = None, /, **headers: str) -> Reply:
        """Send one request; `_` in the name of a header stands for `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        return reply_on(connection, method, path, body, headers)

    def query(self, text: str, accept: str = JSON, **headers: str) -> Reply:
        """Send a query by GET."""
        return self.ask("GET", "/sparql?" + urlencode({"query": text}, quote_via=quote), Accept=accept, **headers)

    def post(self, text: str, accept: str = JSON, **headers: str) -> Reply:
        """Send a query as the body of a POST."""
        sent = {"Content_Type": "application/sparql-query", "Accept": accept} | headers
        return self.ask("POST", "/sparql", text.encode(), **sent)

    def workers(self) -> set[int]:
        """Return the processes that the server has started."""
        lists = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return {int(child) for path in lists for child in _read_if_alive(path).split()}

    def memory(self) -> int:
        """Return the resident memory of the server and its workers, in bytes."""
        return sum(resident(pid) for pid in (self.process.pid, *self.workers()))


@contextmanager
def serving(build: Path, *options: str, log: Path, code: int = 0, first: str = "") -> Iterator[Server]:
    """Run `kg serve` on a free port, after the Python statement `first`; check that it ends with `code`."""
    program = f"{first}\nfrom kg.cli.main import main\nmain(prog_name='kg')"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", program, "serve", str(build), "--port", "0", *options],
            stdout=subprocess.PIPE, stderr=errors,
        )  # fmt: skip
    try:
        said = _first_lines(process.stdout, 3)
        address = re.search(r":(\d+)\S*/sparql", said)
        assert address, log.read_text()
        server = Server(process, int(address[1]), log, said)
        until(lambda: server.ask("GET", "/health").status == 200)
        yield server
        process.terminate()
        assert process.wait(WAIT) == code, log.read_text()
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def _first_lines(file: IO[bytes] | None, number: int) -> str:
    assert file
    return b"".join(file.readline() for _ in range(number)).decode()


def until(condition: Callable[[], Any], seconds: float = WAIT) -> None:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"the condition did not come true in {seconds:g} s"
        time.sleep(0.02)


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _read_if_alive(path: Path) -> str:
    # A process that was in a list of processes may have ended by now.
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def resident(pid: int) -> int:
    """Return the resident memory of a process in bytes, 0 if it has ended."""
    pages = _read_if_alive(Path(f"/proc/{pid}/statm")).split()
    return int(pages[1]) * os.sysconf("SC_PAGE_SIZE") if pages else 0


def niceness(pid: int) -> int:
    """Return the niceness of a process, 0 if it has ended."""
    status = _read_if_alive(Path(f"/proc/{pid}/stat"))
    return int(status.rpartition(")")[2].split()[16]) if status else 0


def until_busy(*pids: int) -> None:
    """Wait until one of the processes has worked for 0.3 s from now on, so that it is in the midst of a query."""
    before = {pid: cpu_seconds(pid) for pid in pids}
    until(lambda: any(cpu_seconds(pid) > before[pid] + 0.3 for pid in pids))
