"""Folders of an object store, read like archives: the objects of the database's folders, in the order of names."""

from collections.abc import Iterator

from kg.ingest.archives import unread
from kg.ingest.entries import Entry
from kg.ingest.layout import arranged, included, member_name
from kg.ingest.unread import Unread
from kg.runtime.download import objects


def object_folder(source: str, beside: Unread, *, names_only: bool = False) -> Iterator[Entry]:
    """Yield the objects of a folder in the order of names; with `names_only` without their bytes.

    `beside` gets the objects in folders of the database's web site, which are not read, by folder. Raises SourceError
    where the store does not answer.
    """
    yield from arranged(_objects(source, beside, names_only=names_only), beside)


def _objects(source: str, beside: Unread, *, names_only: bool) -> Iterator[Entry]:
    wanted = []
    for item in objects.listed(source):
        if included(item.name, beside):
            refusal = unread(member_name(item.name), item.size)
            if refusal or names_only:
                yield refusal or Entry(member_name(item.name), body=b"")
            else:
                wanted.append(item)
    for item, body in zip(wanted, objects.bodies(source, wanted), strict=True):
        yield Entry(member_name(item.name), body=body)
