"""The fingerprint of a build: a digest of its inputs, the program and the request."""

import hashlib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

import pyarrow as pa

from kg.ingest.cache import code_digest, file_status
from kg.ingest.sources import inside


def fingerprint(inputs: Sequence[str], request: str) -> str | None:
    """Return the fingerprint of a build; None where an input has none: standard input, or a file that is changing.

    Inputs are identified by path, size and times, without opening them; the program by every *.py and *.sql of kg.
    """
    digest = hashlib.sha256(f"{code_digest(files('kg'))} {pa.__version__} {request}".encode("utf-8", "surrogateescape"))
    for file in sorted(_program(files("kg"))):
        digest.update(file.encode())
    for path in inside(inputs):
        status = file_status(path) if path is not None else None
        if status is None:
            return None
        digest.update(f"{path}\0{status}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _program(folder: Traversable) -> Iterator[str]:
    for path in folder.iterdir():
        if path.is_dir():
            yield from _program(path)
        elif path.name.endswith((".py", ".sql")):
            yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"
