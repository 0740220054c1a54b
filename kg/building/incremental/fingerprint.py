"""The fingerprint of a build: its inputs, the program and what was asked for."""

import hashlib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

import pyarrow as pa

from kg.ingest.cache import code_digest, file_status
from kg.ingest.sources import inside


def fingerprint(inputs: Sequence[str], asked: str) -> str | None:
    """Give what identifies a whole build: its inputs, unopened, the program to the byte, and what was asked for.

    None where that cannot be told: standard input, or a file that is changing.
    """
    digest = hashlib.sha256(f"{code_digest(files('kg'))} {pa.__version__} {asked}".encode())  # plug-ins, too
    for file in sorted(_program(files("kg"))):
        digest.update(file.encode())
    for path in inside(inputs):
        known = file_status(path) if path is not None else None
        if known is None:
            return None
        digest.update(f"{path}\0{known}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _program(folder: Traversable) -> Iterator[str]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _program(each)
        elif each.name.endswith((".py", ".sql")):
            yield f"{each.name} {hashlib.sha256(each.read_bytes()).hexdigest()}"
