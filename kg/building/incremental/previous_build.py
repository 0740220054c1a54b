"""The previous build of a destination: whether it is what a new one would be, or one can be made from it."""

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

_OF_READERS = ("LOCK", "LOG")
"""Files of a store that say nothing of its content."""


class PreviousBuild:
    """The last build of a destination, as long as the same is asked of the same files and nothing changed there."""

    def __init__(self, inputs: Sequence[str], destination: Path, asked: str, folder: Path | None) -> None:
        """Take what was asked for, of which files, and the folder of the cache; without one nothing is remembered."""
        self._destination = destination
        self._state = self._made = None
        if folder is not None:
            self._file = folder / f"{hashlib.sha256(str(destination).encode()).hexdigest()}.json"
            self._state = fingerprint(inputs, f"{destination} {asked} {created()}")
            self._made = fingerprint((), asked)

    def result(self) -> BuildResult | None:
        """Give the result of that build."""
        if self._state is None:
            return None
        try:
            known = self._known()
            manifest = (self._destination / "manifest.json").read_bytes()
            lines = report.from_tsv((self._destination / "report.tsv").read_text(encoding="utf-8"))
            same = known["state"] == self._state and known["manifest"] == hashlib.sha256(manifest).hexdigest()
            if not same or not _whole(self._destination, json.loads(manifest)):
                return None
            return BuildResult(json.loads(manifest), lines, tuple(known["ungrounded"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def base(self) -> Path | None:
        """Give the destination, if all there is as a build of the same parameters by this program left it."""
        try:
            known = self._known()
            same = known["made"] == self._made and known["outputs"] == _left(self._destination)
        except (OSError, ValueError, LookupError, TypeError):
            return None
        return self._destination if same else None

    def _known(self) -> dict[str, Any]:
        if self._made is None:
            raise LookupError
        found: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        return found

    def keep(self, result: BuildResult) -> None:
        """Remember this build."""
        if self._made is None:
            return
        digest = hashlib.sha256((self._destination / "manifest.json").read_bytes()).hexdigest()
        kept = {"state": self._state, "manifest": digest, "ungrounded": result.ungrounded, "made": self._made}
        with suppress(OutputError, OSError):
            kept["outputs"] = _left(self._destination)
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(self._file) as file:
                file.write(json.dumps(kept).encode())


def _left(destination: Path) -> str:
    """Identify the files that a later build may begin with, unopened."""
    digest = hashlib.sha256()
    for path in sorted(each for folder in ("tables", "store") for each in (destination / folder).rglob("*")):
        if not path.name.startswith(_OF_READERS):
            found = path.stat()
            digest.update(f"{path} {found.st_ino} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _whole(destination: Path, manifest: dict[str, Any]) -> bool:
    """Say whether the outputs are there, as long as they were."""
    named = [each for each in manifest["outputs"].values() if "file" in each]
    there = all((destination / each["file"]).stat().st_size == each["bytes"] for each in named)
    tables = all((destination / "tables" / f"{name}.parquet").is_file() for name in TABLES)
    return there and tables and ("store" not in manifest["outputs"] or (destination / "store" / "CURRENT").is_file())
