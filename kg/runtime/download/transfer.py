"""One file from a server into a folder, with as many requests as it takes.

The bytes that came are in `part`, and beside it stands the server's mark of the version that they are of. A later
request asks for the rest of that version only (RFC 9110: Range with If-Range). Where the server has another version by
then, or sends no rest, the download starts anew.
"""

import json
from contextlib import suppress
from email.message import Message
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from kg.errors import SourceError
from kg.runtime.download.addresses import Address, file_name
from kg.runtime.download.answers import LONGEST_WAIT, Client, Failure, PassingFailure, answer, network_errors
from kg.runtime.files import atomic_path
from kg.runtime.paths import printable
from kg.runtime.progress import Progress

PART, MARKS = "part", "part.json"
"""Names of the bytes that came so far, and of the server's marks of their version."""

LEAST_GAIN = 1 << 20
"""Bytes after which a try counts as one that brought something."""

PACKED = (".gz", ".tgz", ".zip")
"""Endings of names of packed files. Some servers state such a file's own packing as one of the transport."""

_CHUNK = 1 << 20
_LONGEST_PAUSE = 60.0

Marks = dict[str, Any]
"""`etag` and `modified`, as the server stated them; `total` bytes or None; `name` of the file."""


class Transfer(NamedTuple):
    """A file that came whole, and whether the server stated its length in any way."""

    marks: Marks
    is_stated: bool


class _Download:
    """The state of one download: its folder, and the marks of the version in `part`."""

    def __init__(self, address: Address, folder: Path, client: Client, progress: Progress) -> None:
        self.part = folder / PART
        self._file = folder / MARKS
        self._address, self._client, self._progress = address, client, progress
        self.marks = read_marks(self._file)

    @property
    def size(self) -> int:
        """Number of bytes that came."""
        return self.part.stat().st_size if self.part.exists() else 0

    def drop(self) -> None:
        """Remove the bytes that came, so that the next try starts anew."""
        self.part.unlink(missing_ok=True)
        self._file.unlink(missing_ok=True)
        self.marks = {}

    def try_once(self, earlier: Marks) -> Transfer | None:
        """Ask for the file, or for its rest; return None where the `earlier` version is still the server's."""
        mark = strong_mark(self.marks)
        if not mark or not self.size:
            self.drop()
        start = self.size
        headers = {"Range": f"bytes={start}-", "If-Range": str(mark)} if start else _conditions(earlier)
        with answer(self._address, headers, self._client.timeout) as response:
            if response.status == 304 and not start and headers:
                return None
            if response.status not in (200, 206) or (response.status == 206 and not self._goes_on(response, start)):
                self.drop()
                raise PassingFailure("the rest does not fit the part that came", 0.0)
            total = self._total(response)
            if response.status == 200:
                self._begin(response, total)
            self._receive(response, total)
            return Transfer(self.marks, total is not None or bool(response.chunked))

    def _goes_on(self, response: HTTPResponse, start: int) -> bool:
        """Return whether an answer with a part is the rest of the version that is here."""
        if not start:
            return False
        first, _, total = response.headers.get("Content-Range", "").replace("bytes ", "").partition("/")
        fits = first.partition("-")[0] == str(start)
        fits &= total == "*" or self.marks["total"] in (None, int(total) if total.isdecimal() else -1)
        marks = (("ETag", "etag"), ("Last-Modified", "modified"))
        same = all(response.headers.get(header, self.marks[mark]) == self.marks[mark] for header, mark in marks)
        return fits and same

    def _total(self, response: HTTPResponse) -> int | None:
        """Return the bytes of the whole file as stated; raise Failure where they are too many."""
        total = response.length if response.status == 200 else self.marks["total"]
        if total is not None and total > self._client.most:
            raise Failure(f"it has {total:,} bytes, more than {self._client.most:,}; --max-download SIZE allows more")
        return total

    def _name(self, response: HTTPResponse) -> str:
        """Return the name of the file; raise Failure where its bytes are not those of a file of this name."""
        names = (stated_name(response.headers), self._address.name, file_name(urlsplit(response.url).path))
        name = next((name for name in names if "." in name), names[0] or names[1])
        packed = response.headers.get("Content-Encoding", "identity").lower()
        if packed != "identity" and not name.endswith(PACKED):
            raise Failure(f"the server packs the file on its way ({printable(packed)}), although it was asked not to")
        return name

    def _begin(self, response: HTTPResponse, total: int | None) -> None:
        """Start anew with the version of an answer."""
        name, headers = self._name(response), response.headers
        self.drop()
        self.marks = {"etag": headers.get("ETag"), "modified": headers.get("Last-Modified"), "total": total}
        self.marks |= {"name": name}
        with atomic_path(self._file) as aside:
            aside.write_text(json.dumps(self.marks), encoding="utf-8")

    def _receive(self, response: HTTPResponse, total: int | None) -> None:
        """Append the body of an answer to the part; raise PassingFailure where it ends too early."""
        stage = f"downloading {self.marks['name'] or self._address.shown}"
        with self.part.open("ab") as file:
            done = file.tell()
            while True:
                with network_errors():
                    chunk = response.read1(_CHUNK)
                if not chunk:
                    break
                done += len(chunk)
                if done > self._client.most:
                    self.drop()
                    raise Failure(f"it has more than {self._client.most:,} bytes; --max-download SIZE allows more")
                file.write(chunk)
                self._progress(stage, done, total)
        if total is not None and done != total:
            raise PassingFailure(f"{done:,} of {total:,} bytes came")


def transfer(
    address: Address, folder: Path, client: Client, progress: Progress, earlier: Marks | None = None
) -> Transfer | None:
    """Download into `folder`/part; return None where `earlier` marks are still those of the server's version.

    Raises SourceError with the reason where the file does not come. The part that came stays, but one that no later
    request can go on with.
    """
    download = _Download(address, folder, client, progress)
    failures = 0
    while True:
        before = download.size
        try:
            return download.try_once(earlier or {})
        except PassingFailure as failure:
            failures = 1 if download.size - before >= LEAST_GAIN else failures + 1
            pause = min(2.0 ** (failures - 1), _LONGEST_PAUSE) if failure.wait is None else failure.wait
            if failures >= client.tries or pause > LONGEST_WAIT:
                raise SourceError(_message(address, download, failure, pause)) from None
            progress(f"{failure}; trying again in {pause:.0f} s", 0, None)
            client.wait(pause)
        except Failure as failure:
            raise SourceError(f"{address.shown}: cannot be downloaded ({failure})") from None


def _message(address: Address, download: _Download, failure: PassingFailure, pause: float) -> str:
    """Return the message of a download that is given up."""
    reason = f"{failure}, and asks to wait {pause:,.0f} seconds" if pause > LONGEST_WAIT else str(failure)
    goes_on = download.size and strong_mark(download.marks)
    way_out = f"the same command goes on after {download.size:,} bytes" if goes_on else "try again later"
    return f"{address.shown}: cannot be downloaded ({reason}); {way_out}"


def read_marks(path: Path) -> Marks:
    """Return the marks in a file; none where it is missing or damaged."""
    with suppress(OSError, ValueError):
        marks = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(marks, dict) and {"etag", "modified", "name", "total"} <= marks.keys():
            return marks
    return {}


def strong_mark(marks: Marks) -> str | None:
    """Return the mark by which a server can tell that the rest is of the same version; None without one.

    A weak ETag (W/"...") only says that two versions mean the same, not that their bytes are equal.
    """
    etag = marks.get("etag")
    if etag:
        return None if etag.startswith("W/") else str(etag)
    return marks.get("modified")


def stated_name(headers: Message) -> str:
    """Return the name of the file in the header Content-Disposition; empty where there is none."""
    return file_name(headers.get_filename("") or "") if headers.get("Content-Disposition") else ""


def _conditions(marks: Marks) -> dict[str, str]:
    """Return the headers that ask for the file only if it is another version."""
    if etag := marks.get("etag"):
        return {"If-None-Match": etag}
    return {"If-Modified-Since": marks["modified"]} if marks.get("modified") else {}
