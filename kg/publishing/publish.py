"""One folder ready to publish: the parts of a release, then its metadata, then its checksums."""

from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

from kg.errors import OutputError
from kg.model.checks import size_in_bytes
from kg.publishing.card import dataset_card
from kg.publishing.changes import changes
from kg.publishing.citation import citation
from kg.publishing.croissant import croissant
from kg.publishing.description import description
from kg.publishing.facts import Facts, write_text
from kg.publishing.files import ReleaseFile, read_file, release_files
from kg.publishing.parts import PARTS, write_part
from kg.publishing.qleverfile import qleverfile
from kg.publishing.redirects import redirects
from kg.publishing.ro_crate import NAME as RO_CRATE
from kg.publishing.ro_crate import ro_crate
from kg.runtime.folders import atomic_folder
from kg.runtime.processes import Workers
from kg.runtime.progress import Progress, no_progress

SUMS = "SHA256SUMS"
"""The file by which a folder is known as a release: the digests of all others, as sha256sum writes them."""

COPIED = ("vocab.ttl", "queries.ttl", "manifest.json", "report.tsv")
"""Files of the build that a release has as they are; older builds lack some."""


@dataclass(frozen=True, slots=True)
class Resources:
    """How much of the machine to use; the bytes of a release do not depend on it."""

    jobs: int = 1
    """Processes that write parts."""
    memory_limit: str = "4GiB"
    """Memory of the database engines of all processes."""


def publish(
    facts: Facts,
    destination: Path,
    previous: Path | None = None,
    resources: Resources = Resources(),
    progress: Progress = no_progress,
) -> list[ReleaseFile]:
    """Write a release into a new folder, or in the place of an earlier one; return its files.

    `previous` is the build of the release before, with which CHANGES.md compares. Raises OutputError, with nothing
    changed there, where the folder is no release or cannot be written; SourceError where a build cannot be read.
    """
    owned = _owned(destination)
    with atomic_folder(destination, owned) as folder:
        if previous is not None:
            write_text(folder / "CHANGES.md", changes(previous, facts.build.folder, resources.memory_limit))
        _write_parts(facts.build.folder, folder, resources, progress)
        for name in COPIED:
            if (facts.build.folder / name).exists():
                copyfile(facts.build.folder / name, folder / name)
        facts.build.check_current()
        progress("writing metadata", 0, None)
        return _write_metadata(facts, folder)


def _owned(destination: Path) -> set[str]:
    """Return the names that an earlier release left in a folder; raise OutputError where anything else is there.

    That is checked before the work, which may take long.
    """
    if not destination.is_dir() or not any(destination.iterdir()):
        return set()
    sums = destination / SUMS
    if not sums.is_file():
        raise OutputError(f"{destination}: holds files, but no {SUMS}, so it is no release; give a new folder")
    listed = {line.partition("  ")[2] for line in sums.read_text(encoding="utf-8", errors="replace").splitlines()}
    there = {path.relative_to(destination).as_posix() for path in destination.rglob("*") if not path.is_dir()}
    if others := there - listed - {SUMS}:
        raise OutputError(f"{destination}: holds {min(others)}, which is not in its {SUMS}; give a new folder")
    return {path.name for path in destination.iterdir()}


def _write_parts(build: Path, folder: Path, resources: Resources, progress: Progress) -> None:
    jobs = min(resources.jobs, len(PARTS))
    memory = f"{size_in_bytes('memory_limit', resources.memory_limit) // jobs}B"
    stage = "writing the release"
    progress(stage, 0, len(PARTS))
    if jobs == 1:
        for done, name in enumerate(PARTS, 1):
            write_part(name, build, folder, resources.jobs, memory)
            progress(stage, done, len(PARTS))
        return
    try:
        with Workers(jobs) as workers:
            parts = [workers.submit(write_part, name, build, folder, resources.jobs, memory) for name in PARTS]
            for done, part in enumerate(as_completed(parts), 1):
                part.result()
                progress(stage, done, len(PARTS))
    except BrokenProcessPool:
        raise OutputError(
            "a process that wrote the release was killed, perhaps for want of memory; try --jobs 1"
        ) from None


def _write_metadata(facts: Facts, folder: Path) -> list[ReleaseFile]:
    """Write what describes the files: a file is described by one that is written after it."""
    for path, text in redirects(facts).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_text(folder / path, text)
    files = list(release_files(folder))
    write_text(folder / "dataset.ttl", description(facts.build, [file for file in files if file.is_data], facts.day))
    files = _with(files, folder, "dataset.ttl")
    data = [file for file in files if file.is_data]
    texts = {
        "croissant.json": croissant(facts, data),
        "CITATION.cff": citation(facts),
        "Qleverfile": qleverfile(facts, data),
    }
    for name, text in texts.items():
        write_text(folder / name, text)
    files = _with(files, folder, *texts)
    write_text(folder / "README.md", dataset_card(facts, files))
    files = _with(files, folder, "README.md")
    write_text(folder / RO_CRATE, ro_crate(facts, files))
    files = _with(files, folder, RO_CRATE)
    write_text(folder / SUMS, "".join(f"{file.sha256}  {file.path}\n" for file in files))
    return files


def _with(files: list[ReleaseFile], folder: Path, *names: str) -> list[ReleaseFile]:
    """Return the files with further ones at the top of the folder, in the order of their paths."""
    return sorted([*files, *(read_file(folder, folder / name) for name in names)])
