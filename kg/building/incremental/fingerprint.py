"""The fingerprint of a build: a digest of its inputs, the program with its plug-ins, and the request."""

import hashlib
from collections.abc import Sequence
from importlib.resources import files

import pyarrow as pa

from kg.ingest.cache import code_digest, code_files, digest_lines, file_status
from kg.ingest.sources import inside
from kg.ingest.unread import Unread
from kg.runtime import plugins


def fingerprint(inputs: Sequence[str], request: str) -> str | None:
    """Return the fingerprint of a build; None where an input has none: standard input, or a file that is changing.

    Inputs are identified by name inside the source, inode, size and times, without opening them. So another spelling of
    the same path makes no difference. Files that are not read count as far as the report names them. The program is
    identified by every *.py and *.sql of kg, and by versions and files of all plug-ins.
    """
    code = code_digest(files("kg"), kinds=plugins.GROUPS)
    digest = hashlib.sha256(f"{code} {pa.__version__} {request}".encode("utf-8", "surrogateescape"))
    digest.update(digest_lines(code_files(files("kg"), endings=(".py", ".sql"))))
    beside = Unread()
    for name, path in inside(inputs, beside):
        status = file_status(path) if path is not None else None
        if status is None:
            return None
        digest.update(f"{name}\0{status}\n".encode("utf-8", "surrogateescape"))
    digest.update(beside.listed().encode("utf-8", "surrogateescape"))  # because the report has a note of them
    return digest.hexdigest()
