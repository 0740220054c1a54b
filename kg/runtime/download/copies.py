"""Copies of files of the web in a folder: each verified, with its SHA-256, and asked for again only if it changed."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from kg.errors import SourceError
from kg.runtime.download.addresses import Address
from kg.runtime.download.answers import Client
from kg.runtime.download.transfer import MARKS, PART, Marks, Transfer, read_marks, transfer
from kg.runtime.files import atomic_path
from kg.runtime.paths import printable
from kg.runtime.progress import Progress, no_progress
from kg.runtime.temporary import locked

_RECORD = "copy.json"
_LOCK = "lock"


class Copy(NamedTuple):
    """A copy on disk of a file of the web."""

    path: Path
    address: str
    """Address as it may be shown."""
    bytes: int
    sha256: str


class Transferrer(Protocol):
    """Protocol of functions that bring a file into a folder, such as `kg.runtime.download.transfer.transfer`."""

    def __call__(
        self, address: Address, folder: Path, client: Client, progress: Progress, earlier: Marks | None = None
    ) -> Transfer | None:
        """Download into `folder`/part; return None where `earlier` marks are still those of the file."""
        ...


def fetch(
    address: Address,
    folder: Path,
    client: Client = Client(),
    progress: Progress = no_progress,
    bring: Transferrer = transfer,
) -> Copy:
    """Return the copy of a file in `folder`; download it where there is none, or where the server has another version.

    A copy of the SHA-256 that the address states needs no server. Raises SourceError where the file does not come, or
    has another SHA-256; the reason names no password and no query. `folder` may have copies of many addresses.
    `bring` downloads.
    """
    place = folder / hashlib.sha256(address.url.encode()).hexdigest()[:16]
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _only_one(place, address):
            return _fetch(address, place, client, progress, bring)
    except OSError as error:
        reason = f"{printable(place)}: {error.strerror or error}"
        way_out = "make room there, or set XDG_CACHE_HOME; then the download goes on"
        raise SourceError(f"{address.shown}: cannot be downloaded ({reason}); {way_out}") from None


def forget(copy: Copy) -> None:
    """Remove a copy, because it turned out damaged."""
    with suppress(OSError):
        (copy.path.parent.parent / _RECORD).unlink(missing_ok=True)
        shutil.rmtree(copy.path.parent)


def _fetch(address: Address, place: Path, client: Client, progress: Progress, bring: Transferrer) -> Copy:
    record, copy = _verified(place, address, progress)
    if copy and copy.sha256 == address.sha256:
        return copy
    try:
        done = bring(address, place, client, progress, record if copy else {})
    except SourceError as error:
        if copy is None or address.sha256:
            raise
        raise SourceError(f"{error}; the copy of last time is {printable(copy.path)}") from None
    if done is not None:
        sha256 = _sha256(place / PART, progress)
        if address.sha256 in (None, sha256):
            return _keep(place, address, sha256, done)
        (place / PART).unlink()
    else:
        assert copy is not None  # only marks of a copy are sent
        if address.sha256 is None:
            return copy
        sha256 = copy.sha256
    expected = f"not {address.sha256} as the address says; take the file from a source that you trust"
    raise SourceError(f"{address.shown}: its SHA-256 is {sha256}, {expected}")


def _keep(place: Path, address: Address, sha256: str, done: Transfer) -> Copy:
    """Make the part the copy. Without a stated length it may be cut short, so it is not used a second time."""
    for earlier in place.iterdir():
        if earlier.is_dir() and earlier.name != _version(sha256):
            shutil.rmtree(earlier, ignore_errors=True)
    (place / _RECORD).unlink(missing_ok=True)
    path = place / _version(sha256) / (done.marks["name"] or "download")
    path.parent.mkdir(exist_ok=True)
    (place / PART).replace(path)
    (place / MARKS).unlink(missing_ok=True)
    copy = Copy(path, address.shown, path.stat().st_size, sha256)
    if done.is_stated:
        record = done.marks | {"sha256": sha256, "bytes": copy.bytes, "status": _status(path)}
        with atomic_path(place / _RECORD) as aside:
            aside.write_text(json.dumps(record), encoding="utf-8")
    return copy


def _version(sha256: str) -> str:
    """Return the folder of a version, so that a build that reads one never meets another half-way."""
    return sha256[:16]


def _verified(place: Path, address: Address, progress: Progress) -> tuple[Marks, Copy | None]:
    """Return the record and the copy of an earlier run; no copy where its bytes are not those that were recorded."""
    record: dict[str, Any] = read_marks(place / _RECORD)
    try:
        path = place / _version(record["sha256"]) / (record["name"] or "download")
        if _status(path) != record["status"] and _sha256(path, progress) != record["sha256"]:
            return {}, None
        return record, Copy(path, address.shown, record["bytes"], record["sha256"])
    except (OSError, LookupError, TypeError):
        return {}, None


def _status(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _sha256(path: Path, progress: Progress) -> str:
    progress(f"checking {path.name}", 0, None)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _only_one(place: Path, address: Address) -> Iterator[None]:
    """Lock the folder of an address; raise SourceError where another process downloads it."""
    handle = os.open(place / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not locked(handle):
            raise SourceError(f"{address.shown}: another process is downloading it; wait for it")
        yield
    finally:
        os.close(handle)
