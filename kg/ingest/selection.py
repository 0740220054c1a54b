"""Which files of the sources are parsed, which may be citation tables, and which are not read at all."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import pyarrow as pa

from kg.errors import SourceError
from kg.ingest.citations import Candidate
from kg.ingest.entries import TABLES, Entry, check_regular
from kg.ingest.sample import Sample, choose
from kg.ingest.sources import scan
from kg.ingest.unread import Unread
from kg.model.records import Problem
from kg.model.tables import RAW, to_arrow
from kg.parsers import parser_for


class Selection:
    """The entries of sources that parsers read. Iterate once; then `candidates` and `notes` are complete.

    Files that may be citation tables are put into `folder`: links to them, or the bytes of members of archives.
    With a `limit`, only the first figures in the order of names are read, and `sample` says which.
    """

    def __init__(
        self, sources: Sequence[str], folder: Path, max_archive: int | None = None, limit: int | None = None
    ) -> None:
        self.candidates: list[Candidate] = []
        self.sample: Sample | None = None
        self._limit = limit
        self._max_archive = max_archive
        self._sources = sources
        self._folder = folder
        self._count = 0
        self._beside = Unread()
        self._unread = Unread()

    def __iter__(self) -> Iterator[Entry]:
        """Yield the entries for which there is a parser, and those that cannot be read."""
        if self._limit is not None:
            self.sample = self._chosen(self._limit)
        for entry in scan(self._sources, self._max_archive, self._beside):
            if self.sample and not self.sample.has(entry.name):
                continue
            if entry.refused is None and parser_for(entry.name) is None:
                refused = self._set_aside(entry)
                if refused is None:
                    continue
                entry = Entry(entry.name, refused=refused)  # noqa: PLW2901 the parsers report it
            self._count += 1
            yield entry

    def _chosen(self, limit: int) -> Sample:
        """Return the sample; raise SourceError for standard input, whose names cannot be read first."""
        if "-" in self._sources:
            raise SourceError("-: standard input can be read only once, and --limit reads names first; give a file")
        return choose(scan(self._sources, self._max_archive, names_only=True), limit)

    def _set_aside(self, entry: Entry) -> str | None:
        """Keep a table for later, or count a file that nothing reads; return why a table cannot be read, or None."""
        if not entry.name.lower().endswith(TABLES):
            self._unread.add(PurePosixPath(entry.name).suffix or "without an ending", entry.name)
            return None
        path = self._folder / f"table-{len(self.candidates):07}"
        self._folder.mkdir(exist_ok=True)
        if entry.path is None:
            path.write_bytes(entry.read())
        else:
            try:
                check_regular(entry.path)
            except OSError as error:
                return f"cannot be read: {error.strerror or error}"
            path.symlink_to(Path(entry.path).absolute())
        self.candidates.append(Candidate(0, entry.name, path))
        return None

    def numbered(self) -> list[Candidate]:
        """Return the candidates with numbers after those of the entries that were parsed."""
        return [table._replace(number=number) for number, table in enumerate(self.candidates, self._count)]

    def notes(self) -> dict[str, pa.Table]:
        """Return the raw table of problems with a note for each reason why files were not read, and of the sample."""
        reasons = {
            "beside the folders of records only citation tables are read": self._beside,
            "no parser accepts these files": self._unread,
        }
        messages = [f"{listed}: {reason}" for reason, unread in reasons.items() if (listed := unread.listed())]
        rows = [(0, "note", "not-read", "", None, message) for message in messages]
        rows += [(0, "note", "sample", "", None, self.sample.note())] if self.sample else []
        return {RAW[Problem][0]: to_arrow(RAW[Problem][1], rows)}
