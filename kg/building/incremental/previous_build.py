"""The previous build of a destination: whether it is up to date, and whether a new build may start from it."""

import hashlib
import json
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.building import report
from kg.building.incremental.fingerprint import fingerprint
from kg.building.manifest import BuildResult, created
from kg.building.staging import OUTPUTS
from kg.errors import OutputError
from kg.runtime.files import atomic_write

_READER_FILES = ("LOCK", "LOG")
"""Prefixes of store files that change when the store is only read."""

_READ_BY_UPDATES = ("tables", "store", "manifest.json", "dataset.ttl", "vocab.ttl")
"""Outputs of the previous build from which a new build may start."""

_WITHOUT_DIGESTS = ("store", "pfocr.nt", "neo4j")
"""Outputs whose files get no digests, because reading gigabytes again would take seconds."""

_UNREADABLE = (OSError, ValueError, LookupError, TypeError)
"""Errors of a missing or damaged record, or of missing outputs; then there is no previous build."""


class PreviousBuild:
    """The last build of a destination, and the record of it in the cache folder.

    The record holds the fingerprint of the build (`state`), that of its program and the parameters of its tables
    (`made`), status and digests of all files of its outputs, and its ungrounded names.
    """

    def __init__(
        self, inputs: Sequence[str], destination: Path, request: str, counted: str, cache: Path | None
    ) -> None:
        """Compute the fingerprints of the new build; without a cache folder there is no previous build.

        `request` has all that the build depends on; `counted` lacks what only describes a release, so that a build of
        another release may start from this one.
        """
        self._destination = destination
        self._state = self._made = None
        if cache is not None:
            self._file = cache / f"{hashlib.sha256(os.fsencode(destination)).hexdigest()}.json"
            self._state = fingerprint(inputs, f"{destination} {request} {created()}")
            self._made = fingerprint((), counted)

    def if_unchanged(self) -> BuildResult | None:
        """Return the result of the previous build if it is up to date: same inputs, request and program, and outputs.

        Every file of the outputs must be as that build wrote it.
        """
        if self._state is None:
            return None
        try:
            record = self._read()
            if record["state"] != self._state or not self._as_written(record["files"], OUTPUTS):
                return None
            lines = report.from_tsv((self._destination / "report.tsv").read_text(encoding="utf-8"))
            return BuildResult(self._manifest(), lines, tuple(record["ungrounded"]))
        except _UNREADABLE:
            return None

    def reusable(self) -> Path | None:
        """Return the destination if the inputs of an update are as a build of equal parameters and program wrote it."""
        try:
            record = self._read()
            same = record["made"] == self._made and self._as_written(record["files"], _READ_BY_UPDATES)
        except _UNREADABLE:
            return None
        return self._destination if same else None

    def record(self, result: BuildResult) -> None:
        """Record the new build, which is in place now, under its lock. An I/O error must not fail the build."""
        if self._made is None:
            return
        with suppress(OutputError, OSError):
            files = described(self._destination)
            record = {"state": self._state, "made": self._made, "ungrounded": result.ungrounded, "files": files}
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(self._file) as file:
                file.write(json.dumps(record).encode())

    def _read(self) -> dict[str, Any]:
        if self._made is None:
            raise LookupError
        record: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        return record

    def _manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((self._destination / "manifest.json").read_bytes())
        return manifest

    def _as_written(self, files: dict[str, dict[str, Any]], outputs: Collection[str]) -> bool:
        """Return whether these outputs consist of the recorded files, with equal status or equal content."""
        files = {name: file for name, file in files.items() if name.partition("/")[0] in outputs}
        there = dict(_files(self._destination, outputs))
        return there.keys() == files.keys() and all(_same(path, files[name]) for name, path in there.items())


def described(destination: Path) -> dict[str, dict[str, Any]]:
    """Return status and SHA-256 of every file of the outputs, by its path below the destination.

    The store and the outputs of a cluster have no digests; there a table is a folder of files, too.
    """
    manifest = json.loads((destination / "manifest.json").read_bytes())
    known = {output["file"]: output["sha256"] for output in manifest["outputs"].values() if "file" in output}
    files: dict[str, dict[str, Any]] = {}
    for name, path in _files(destination, OUTPUTS):
        files[name] = {"status": _status(path)}
        if name.partition("/")[0] not in _WITHOUT_DIGESTS and name.count("/") < 2:
            files[name]["sha256"] = known.get(name) or _sha256(path)
    return files


def _files(destination: Path, outputs: Collection[str]) -> Iterator[tuple[str, Path]]:
    """Yield path below the destination and full path of every file, except for those that change by reading."""
    for output in outputs:
        top = destination / output
        for path in [top] if top.is_file() else top.rglob("*"):
            if path.is_file() and not (output == "store" and path.name.startswith(_READER_FILES)):
                yield path.relative_to(destination).as_posix(), path


def _status(path: Path) -> list[int]:
    """Return size, times of change of content and of status in nanoseconds, and inode, without opening the file.

    A program can set back the time of its content, but not that of its status.
    """
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _same(path: Path, recorded: dict[str, Any]) -> bool:
    status = _status(path)
    if status == recorded["status"]:
        return True
    return status[0] == recorded["status"][0] and "sha256" in recorded and recorded["sha256"] == _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
