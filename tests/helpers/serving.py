"""A server as users run it, and a client that can say anything."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode

JSON = "application/sparql-results+json"
WAIT = 30.0


@dataclass(frozen=True)
class Reply:
    """What came back; `headers` by lower-case name, `broken` if the connection ended before the answer did."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    broken: bool = False

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def detail(self) -> str:
        """The sentence of a problem; the rest of it is checked."""
        told = json.loads(self.body)
        assert (self.kind, told["status"], told["type"]) == ("application/problem+json", self.status, "about:blank")
        return str(told["detail"])

    def rows(self) -> list[dict[str, str]]:
        bindings = json.loads(self.body)["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in bindings]


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
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            with connection.getresponse() as found:
                told = {name.lower(): value for name, value in found.getheaders()}
                try:
                    return Reply(found.status, told, found.read())
                except http.client.IncompleteRead as broken:
                    return Reply(found.status, told, broken.partial, broken=True)
        finally:
            connection.close()

    def query(self, text: str, accept: str = JSON, **headers: str) -> Reply:
        """Ask by GET."""
        return self.ask("GET", "/sparql?" + urlencode({"query": text}, quote_via=quote), Accept=accept, **headers)

    def post(self, text: str, accept: str = JSON, **headers: str) -> Reply:
        """Ask by POST, directly."""
        sent = {"Content_Type": "application/sparql-query", "Accept": accept} | headers
        return self.ask("POST", "/sparql", text.encode(), **sent)

    def workers(self) -> set[int]:
        """Give the processes of the server, without its own."""
        found = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return {int(child) for path in found for child in path.read_text().split()}

    def memory(self) -> int:
        """Give the resident memory of the server and its workers, in bytes."""
        pids = [self.process.pid, *self.workers()]
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def serving(build: Path, *options: str, log: Path, code: int = 0, first: str = "") -> Iterator[Server]:
    """Run `kg serve` on a free port, after the Python statement `first`; it has to end in good order."""
    program = f"{first}\nfrom kg.cli.main import main\nmain(prog_name='kg')"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", program, "serve", str(build), "--port", "0", *options],
            stdout=subprocess.PIPE, stderr=errors,
        )  # fmt: skip
    try:
        said = _first_lines(process.stdout, 3)
        found = re.search(r":(\d+)\S*/sparql", said)
        assert found, log.read_text()
        server = Server(process, int(found[1]), log, said)
        until(lambda: server.ask("GET", "/health").status == 200)
        yield server
        process.terminate()
        assert process.wait(10) == code, log.read_text()
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def _first_lines(file: IO[bytes] | None, number: int) -> str:
    assert file
    return b"".join(file.readline() for _ in range(number)).decode()


def until(true: Callable[[], Any], seconds: float = WAIT) -> None:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)
