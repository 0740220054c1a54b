"""Objects of an S3 store: files that are copied, and folders whose objects are read where they are.

The library takes credentials, region and endpoint from the environment (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL ...). An
address has none.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from kg.errors import SourceError, cut
from kg.runtime.download.addresses import Address, file_name, redacted
from kg.runtime.download.answers import Client
from kg.runtime.download.transfer import MARKS, PART, Marks, Transfer, read_marks
from kg.runtime.files import atomic_path
from kg.runtime.plugins import install_command
from kg.runtime.progress import Progress

SCHEME = "s3://"

BATCH_OBJECTS, BATCH_BYTES = 256, 16 * 1024 * 1024
"""Objects, and bytes, that are requested at once; a record has some kilobytes, and an answer takes some 50 ms."""

_CHUNK = 8 * 1024 * 1024


class Object(NamedTuple):
    """An object of a folder: its path in the store, its name in the folder, its bytes."""

    path: str
    name: str
    size: int


def is_object(source: str) -> bool:
    """Return whether a source is the address of an object, or of a folder of objects."""
    return source.startswith(SCHEME)


def is_folder(source: str) -> bool:
    """Return whether an address names a folder; raise SourceError where there is nothing."""
    with _errors(source):
        return bool(_store().isdir(_path(source)))


def listed(source: str) -> list[Object]:
    """Return the objects below a folder, in the order of their names."""
    root = _path(source).rstrip("/") + "/"
    with _errors(source):
        listing = _store().find(root, detail=True)
    objects = (Object(path, path.removeprefix(root), int(info["size"])) for path, info in listing.items())
    return sorted((item for item in objects if item.name and not item.name.endswith("/")), key=lambda item: item.name)


def bodies(source: str, objects: Sequence[Object]) -> Iterator[bytes]:
    """Yield the bytes of objects in their order, requested in batches."""
    batch: list[Object] = []
    for number, item in enumerate(objects, 1):
        batch.append(item)
        if number == len(objects) or len(batch) >= BATCH_OBJECTS or sum(item.size for item in batch) >= BATCH_BYTES:
            with _errors(source):
                contents = _store().cat([item.path for item in batch])
            yield from (contents[item.path] for item in batch)
            batch = []


def address(source: str) -> Address:
    """Return the address of an object; raise SourceError for one with a user or password."""
    bucket = source.removeprefix(SCHEME).partition("/")[0]
    if "@" in bucket or not bucket:
        raise SourceError(f"{redacted(source)}: write it as s3://BUCKET/PATH; the environment has the credentials")
    return Address(source, None, None, source)


def transfer(
    address: Address, folder: Path, client: Client, progress: Progress, earlier: Marks | None = None
) -> Transfer | None:
    """Copy an object into `folder`/part, as `kg.runtime.download.transfer.transfer` does with a file of the web."""
    part, marks_file = folder / PART, folder / MARKS
    with _errors(address.shown):
        store, path = _store(), _path(address.url)
        info = store.info(path)
    marks = {"etag": info["ETag"], "modified": None, "total": info["size"], "name": file_name(path)}
    if earlier and earlier["etag"] == marks["etag"]:
        return None
    if marks["total"] > client.most:
        reason = f"it has {marks['total']:,} bytes, more than {client.most:,}; --max-download SIZE allows more"
        raise SourceError(f"{address.shown}: cannot be downloaded ({reason})")
    if read_marks(marks_file) != marks:
        part.unlink(missing_ok=True)
        with atomic_path(marks_file) as aside:
            aside.write_text(json.dumps(marks), encoding="utf-8")
    with part.open("ab") as file:
        while (start := file.tell()) < marks["total"]:
            with _errors(address.shown):
                chunk = store.cat_file(path, start=start, end=min(start + _CHUNK, marks["total"]))
            file.write(chunk)
            progress(f"downloading {marks['name']}", start + len(chunk), marks["total"])
            if not chunk:
                raise SourceError(f"{address.shown}: became shorter while it was read; try again")
    with _errors(address.shown):
        same = store.info(path)["ETag"] == marks["etag"]
    if not same:
        part.unlink()
        raise SourceError(f"{address.shown}: changed while it was read; try again")
    return Transfer(marks, is_stated=True)


def _path(source: str) -> str:
    return source.removeprefix(SCHEME)


def _store() -> Any:
    """Return the library's file system; it holds its connections."""
    try:
        import s3fs
    except ModuleNotFoundError as error:
        command = install_command("s3")
        raise SourceError(f"s3:// needs {error.name}, which is not installed; install it with: {command}") from None
    return s3fs.S3FileSystem(use_listings_cache=False)


@contextmanager
def _errors(source: str) -> Iterator[None]:
    """Raise the errors of the store as SourceError."""
    try:
        yield
    except SourceError:
        raise
    except FileNotFoundError:
        raise SourceError(f"{source}: no such object; give s3://BUCKET/PATH of a file or folder") from None
    except PermissionError as error:
        way_out = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY name who asks"
        raise SourceError(f"{source}: access is denied ({cut(str(error))}); {way_out}") from None
    except Exception as error:  # noqa: BLE001 the library raises those of three others
        raise SourceError(f"{source}: cannot be read ({type(error).__name__}: {cut(str(error))})") from None
