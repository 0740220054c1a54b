"""A finished build on disk: its manifest, its tables, and the order of their rows.

This module does without Arrow, whose import takes longer than most answers.
"""

import json
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from kg import __version__
from kg.errors import REBUILD, SourceError, UnknownChoice
from kg.model.releases import PUBLISH_PAPERS, PUBLISH_Q, default_release
from kg.runtime.paths import is_utf8, printable, shell_word

SORT_KEYS: dict[str, tuple[str, ...]] = {
    "figures": ("figure_id",),
    "papers": ("paper_id",),
    "entities": ("entity_id",),
    "mentions": ("figure_id", "entity_id", "match", "word"),
    "word_readings": ("figure_id", "match", "entity_id"),
    "citations": ("citing_id", "cited_id", "kind"),
    "members": ("family_id", "entity_id"),
    "words": ("word_id",),
    "cooccurrences": ("subject_id", "object_id"),
    "word_cooccurrences": ("subject_id", "object_id"),
}
"""Sort key of each published table; no two rows have the same key."""

NPMI_FLOOR = 5
"""Least figures of a pair that is ordered by NPMI, because pairs of fewer reach the top by chance: docs/evidence.md."""


class Build:
    """A finished build on disk: its manifest and the paths of its tables."""

    def __init__(self, folder: Path | str) -> None:
        """Read the manifest; raise SourceError where the folder holds no build."""
        self.folder = Path(folder)
        if not is_utf8(self.folder):
            raise SourceError(f"{printable(folder)}: the database reads only names in UTF-8; rename the folder")
        path = self.folder / "manifest.json"
        try:
            with path.open("rb") as file:
                self._status = os.fstat(file.fileno())
                text = file.read()
            self.digest = sha256(text).digest()
            self.manifest: dict[str, Any] = json.loads(text)
        except FileNotFoundError:
            command = f"kg build SOURCE -o {shell_word(folder)}"
            raise SourceError(f"{self.folder}: no build here; make one with: {command}") from None
        except NotADirectoryError:
            raise SourceError(f"{self.folder}: is a file; give the folder of a build, which kg build made") from None
        except (OSError, ValueError) as error:
            raise SourceError(f"{path}: not a manifest of kg ({error}); {REBUILD}") from None

    def check_current(self) -> None:
        """Raise SourceError where another build has taken the place of this one; call it when its tables are open."""
        with suppress(OSError):
            if os.path.samestat(self._status, (self.folder / "manifest.json").stat()):
                return
        raise SourceError(f"{self.folder}: was replaced while it was opened; try again")

    def table(self, name: str) -> Path:
        """Return the path of a table; raise UnknownChoice or SourceError where there is none."""
        if name not in SORT_KEYS:
            raise UnknownChoice("table", name, SORT_KEYS)
        path = self.folder / "tables" / f"{name}.parquet"  # a file; a build on a cluster has a folder of files
        if not path.exists():
            version = self.manifest.get("version", "of another version")
            if version != __version__:  # other versions may have other tables
                raise SourceError(f"{path}: missing; made by kg {version}; build again with this one ({__version__})")
            raise SourceError(f"{path}: missing; the tables are not committed, make them with: kg build SOURCE")
        return path

    @property
    def min_figures(self) -> int:
        """Smallest `figures` of a pair that this build writes to RDF and shows in graphs."""
        return int(self.manifest["thresholds"]["min_figures"])

    @property
    def release(self) -> str:
        """Name of the release; that of an older build, which has none, is from its input."""
        return str(self.manifest.get("release") or default_release(self.manifest["input"]["sha256"]))

    @property
    def publish_papers(self) -> int:
        """Least papers of a pair that RDF publishes; an older build has the usual number."""
        return int(self.manifest["parameters"].get("publish_papers", PUBLISH_PAPERS))

    @property
    def publish_q(self) -> float:
        """Greatest q of a pair that RDF publishes; an older build has the usual one."""
        return float(self.manifest["parameters"].get("publish_q", PUBLISH_Q))

    @property
    def base(self) -> str:
        """IRI that the build's own terms start with."""
        return str(self.manifest["parameters"]["base"])
