"""Sources on the web: each is downloaded into a folder of the user, verified, and read from there as a file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, NamedTuple

from kg.errors import DamagedSource, SourceError
from kg.ingest.archives import GZIP, ZIP
from kg.ingest.entries import TABLES
from kg.ingest.sources import ARCHIVES
from kg.parsers import parser_for
from kg.runtime.download import addresses, objects
from kg.runtime.download.answers import Client
from kg.runtime.download.copies import Copy, fetch, forget
from kg.runtime.progress import Progress, no_progress
from kg.runtime.temporary import scratch_folder


class LocalSources(NamedTuple):
    """Sources as paths on this machine, in the order given, and the copies of those of the web among them."""

    paths: list[str]
    copies: list[Copy]

    @property
    def own(self) -> list[str]:
        """The paths that the user gave, without those of copies."""
        copied = {str(copy.path) for copy in self.copies}
        return [path for path in self.paths if path not in copied]

    def described(self) -> list[dict[str, str | int]]:
        """Return address, bytes and SHA-256 of each copy, sorted, as the manifest lists them."""
        rows: list[dict[str, str | int]] = [
            {"address": copy.address, "bytes": copy.bytes, "sha256": copy.sha256} for copy in self.copies
        ]
        return sorted(rows, key=lambda row: (row["address"], row["sha256"]))


@contextmanager
def local(
    sources: Sequence[str], folder: Path | None, client: Client = Client(), progress: Progress = no_progress
) -> Iterator[LocalSources]:
    """Download the sources that are addresses into `folder`; without one they are removed at the end.

    Raises SourceError where one cannot be downloaded, or is no file that is read. A copy that is damaged when it is
    read is removed, so that the next build downloads it again.
    """
    wanted = any(addresses.is_address(source) for source in sources)
    with scratch_folder() if wanted and folder is None else nullcontext(folder) as place:
        paths, copies = [], []
        for source in sources:
            if place is None or not addresses.is_address(source) or _is_object_folder(source):
                paths.append(source)
                continue
            copies.append(_copied(source, place, client, progress))
            paths.append(str(copies[-1].path))
        try:
            yield LocalSources(paths, copies)
        except SourceError as error:
            raise type(error)(_shown(str(error), copies, damaged=isinstance(error, DamagedSource))) from None


def _copied(source: str, folder: Path, client: Client, progress: Progress) -> Copy:
    """Return the copy of an address, under a name by which its kind is recognised."""
    if objects.is_object(source):
        address = objects.address(source)
        copy = fetch(address, folder, client, progress, objects.transfer)
    else:
        address = addresses.read(source)
        copy = fetch(address, folder, client, progress)
    name = copy.path.name
    if name.lower().endswith((*ARCHIVES, *TABLES)) or parser_for(name):
        return copy
    with copy.path.open("rb") as file:
        ending = _archive_ending(file)
    if ending is None:
        kinds = ".tar.gz, .tgz, .tar, .zip, .gmt, .ndjson, .jsonl, .md, .tsv and .csv files are read"
        raise SourceError(f"{address.shown}: {name or 'a file without a name'} is none that kg reads; {kinds}")
    link = copy.path.with_name(f"{name}{ending}")
    if not link.exists():
        link.symlink_to(name)
    return copy._replace(path=link)


def _is_object_folder(source: str) -> bool:
    """Return whether a source is a folder of an object store, whose objects are read where they are."""
    if not objects.is_object(source):
        return False
    objects.address(source)
    return objects.is_folder(source)


def _archive_ending(file: IO[bytes]) -> str | None:
    """Return the usual ending of the name of an archive, by its first bytes; None where it is no archive."""
    head = file.read(512)
    if head.startswith(ZIP):
        return ".zip"
    if head.startswith(GZIP):
        return ".tar.gz"
    return ".tar" if head[257:262] == b"ustar" else None


def _shown(message: str, copies: Sequence[Copy], *, damaged: bool) -> str:
    """Return a message with addresses in place of the paths of copies; forget the one that is damaged."""
    for copy in copies:
        if str(copy.path) in message:
            message = message.replace(str(copy.path), copy.address)
            if damaged:
                forget(copy)
                message += "; the next build downloads it again"
    return message
