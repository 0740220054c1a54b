"""Find and load parsers, exporters and engines by name.

The built-in ones are declared in pyproject.toml under the same entry-point groups as a stranger's,
so there is one way in. Nothing is imported until it is asked for.
"""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from kg.errors import UnknownName

GROUPS: dict[str, str] = {"parser": "kg.parsers", "exporter": "kg.exporters", "engine": "kg.engines"}
"""Kind of plug-in, as a person names it, to entry-point group."""


@cache
def _declared(kind: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in sorted(entry_points(group=GROUPS[kind]))}


def names(kind: str) -> list[str]:
    """List the installed plug-ins of a kind, sorted."""
    return sorted(_declared(kind))


def origin(kind: str, name: str) -> str:
    """Give the distribution that a plug-in comes from, with its version."""
    dist = _declared(kind)[name].dist
    return f"{dist.name} {dist.version}" if dist else "unknown"


def module(kind: str, name: str) -> str:
    """Return the name of the module that declares a plug-in."""
    return _declared(kind)[name].module


def load(kind: str, name: str) -> Any:
    """Import a plug-in and give the object it declares; raise UnknownName with the known ones."""
    declared = _declared(kind)
    if name not in declared:
        raise UnknownName(kind, name, declared)
    return declared[name].load()
