"""The previous build of a destination: whether it is up to date, and whether a new build may start from it."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.building import report
from kg.building.incremental.fingerprint import fingerprint
from kg.building.manifest import BuildResult, created
from kg.errors import OutputError
from kg.model.tables import TABLES
from kg.runtime.files import atomic_write

_READER_FILES = ("LOCK", "LOG")
"""Prefixes of store files that change when the store is only read."""

_UNREADABLE = (OSError, ValueError, LookupError, TypeError)
"""Errors of a missing or damaged record, or of missing outputs; then there is no previous build."""


class PreviousBuild:
    """The last build of a destination, and the record of it in the cache folder.

    The record holds the fingerprint of the build (`state`), that of its program and parameters (`made`), digests of its
    manifest and outputs, and its ungrounded names.
    """

    def __init__(self, inputs: Sequence[str], destination: Path, request: str, cache: Path | None) -> None:
        """Compute the fingerprints of the new build; without a cache folder there is no previous build."""
        self._destination = destination
        self._state = self._made = None
        if cache is not None:
            self._file = cache / f"{hashlib.sha256(bytes(destination)).hexdigest()}.json"
            self._state = fingerprint(inputs, f"{destination} {request} {created()}")
            self._made = fingerprint((), request)

    def if_unchanged(self) -> BuildResult | None:
        """Return the result of the previous build if it is up to date: same inputs, request, program and outputs."""
        if self._state is None:
            return None
        try:
            record = self._read()
            manifest = (self._destination / "manifest.json").read_bytes()
            lines = report.from_tsv((self._destination / "report.tsv").read_text(encoding="utf-8"))
            same = record["state"] == self._state and record["manifest"] == hashlib.sha256(manifest).hexdigest()
            if not same or not _complete(self._destination, json.loads(manifest)):
                return None
            return BuildResult(json.loads(manifest), lines, tuple(record["ungrounded"]))
        except _UNREADABLE:
            return None

    def reusable(self) -> Path | None:
        """Return the destination if its tables and store are as a build of equal parameters and program left them."""
        try:
            record = self._read()
            same = record["made"] == self._made and record["outputs"] == _status(self._destination)
        except _UNREADABLE:
            return None
        return self._destination if same else None

    def _read(self) -> dict[str, Any]:
        if self._made is None:
            raise LookupError
        record: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        return record

    def record(self, result: BuildResult) -> None:
        """Record the new build, which is in place now. An I/O error must not fail the build."""
        if self._made is None:
            return
        digest = hashlib.sha256((self._destination / "manifest.json").read_bytes()).hexdigest()
        record = {"state": self._state, "manifest": digest, "ungrounded": result.ungrounded, "made": self._made}
        with suppress(OutputError, OSError):
            record["outputs"] = _status(self._destination)
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(self._file) as file:
                file.write(json.dumps(record).encode())


def _status(destination: Path) -> str:
    """Return a digest of the status of the files in tables and store, without opening them."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in ("tables", "store") for path in (destination / folder).rglob("*")):
        if not path.name.startswith(_READER_FILES):
            status = path.stat()
            digest.update(f"{path} {status.st_ino} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _complete(destination: Path, manifest: dict[str, Any]) -> bool:
    """Return whether all outputs exist and the listed files have their size."""
    files = [output for output in manifest["outputs"].values() if "file" in output]
    same_size = all((destination / file["file"]).stat().st_size == file["bytes"] for file in files)
    tables = all((destination / "tables" / f"{name}.parquet").is_file() for name in TABLES)
    store = "store" not in manifest["outputs"] or (destination / "store" / "CURRENT").is_file()
    return same_size and tables and store
