"""The database's layout: which files beside its folders are read, and how files are named in folders and archives."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from kg.ingest.entries import MAX_FILE_BYTES, TABLES, Entry
from kg.ingest.unread import Unread
from kg.parsers import parser_for
from kg.runtime.paths import printable

LAYOUT = ("_figures", "_data")
"""Folders of the database that hold records; its other folders belong to the web site."""

MOST_HELD = 1024
"""Files of an archive that wait for the first one in `LAYOUT`; in the database's archives, seven stand before it."""


def included(name: str, beside: Unread) -> bool:
    """Return whether a member is to be read: not if hidden, nor in a folder of the web site, which is counted."""
    parts = PurePosixPath(name).parts
    if any(part.startswith(".") and part != ".." for part in parts):
        return False
    folders = enumerate(parts[:-1])
    site = next((place for place, part in folders if part.startswith("_") and part not in LAYOUT), None)
    if site is not None:
        beside.add(f"in {printable(parts[site])}", printable("/".join(parts[site:])))
    return site is None


def member_name(name: str) -> str:
    """Return the name of a member as a path that does not climb.

    >>> member_name("/top/./_figures/../a.md")
    'top/_figures/a.md'
    """
    return "/".join(part for part in PurePosixPath(printable(name)).parts if part not in ("/", "..", "."))


def is_read_beside(name: str, beside: Unread) -> bool:
    """Return whether a file beside the database's folders is a table, which is read; `beside` counts the others."""
    top = name.rpartition("/")[0].partition("/")[0]
    if name.lower().endswith(TABLES) and not top.startswith("_") and parser_for(name) is None:
        return True
    beside.add(f"in {top}" if top else "in the folder itself", name)
    return False


def arranged(members: Iterable[Entry], beside: Unread) -> Iterator[Entry]:
    """Yield the members of an archive under the names that a folder with the same files gives them.

    A member in `LAYOUT` is named from there on. Others are named from the folder that holds `LAYOUT`, and only tables
    are read of them. Where no folder of `LAYOUT` comes, all are read. Members that come before it have to wait for it:
    at most `MOST_HELD`, with as many bytes as the largest file.
    """
    top: str | None = None
    held: list[Entry] | None = []
    size = 0
    for member in members:
        place = _layout_place(member.name)
        if place is not None:
            if held is not None:
                top = member.name[:place]
                yield from _beside(held, top, beside)
                held = None
            yield member._replace(name=member.name[place:])
        elif held is None:
            yield from [member] if top is None else _beside([member], top, beside)
        else:
            held.append(member)
            size += len(member.body or b"")
            if len(held) > MOST_HELD or size > MAX_FILE_BYTES:
                yield from held
                held = None
    yield from held or ()


def _layout_place(name: str) -> int | None:
    """Return where the folder of `LAYOUT` begins in a name; None where there is none.

    >>> _layout_place("top/_figures/a.md"), _layout_place("_data/a.tsv"), _layout_place("top/_figures")
    (4, 0, None)
    """
    places = [f"/{name}".find(f"/{folder}/") for folder in LAYOUT]
    return min((place for place in places if place >= 0), default=None)


def _beside(members: Iterable[Entry], top: str, beside: Unread) -> Iterator[Entry]:
    for member in members:
        name = member.name.removeprefix(top)
        if is_read_beside(name, beside):
            yield member._replace(name=name)
