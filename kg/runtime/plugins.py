"""Parsers, exporters and engines, found by name; and the command that installs an extra.

The built-in ones are declared in pyproject.toml under the same entry-point groups as other packages use,
so there is one way in. A plug-in is imported when it is first used.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import KgError, UnknownChoice

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUPS: dict[str, str] = {"parser": "kg.parsers", "exporter": "kg.exporters", "engine": "kg.engines"}
"""Entry-point groups, keyed by the kind of plug-in as messages name it."""

SOURCE = Path(__file__).parents[2]
"""Folder that holds the package `kg`: a source checkout if it has a pyproject.toml, otherwise site-packages."""


@cache
def _declared(kind: str) -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points  # which loads the parsers of mail and archives, too

    return {point.name: point for point in sorted(entry_points(group=GROUPS[kind]))}


def names(kind: str) -> list[str]:
    """Return the names of the installed plug-ins of a kind, sorted."""
    return sorted(_declared(kind))


def origin(kind: str, name: str) -> str:
    """Return the distribution of a plug-in, with its version."""
    dist = _declared(kind)[name].dist
    if not dist:
        return "unknown"
    version: str | None = None
    with suppress(KeyError):  # of the package importlib_metadata, which stands in for the module once it is imported
        version = dist.version
    return f"{dist.name} {version or 'without version'}"


def module(kind: str, name: str) -> str:
    """Return the name of the module that declares a plug-in."""
    return _declared(kind)[name].module


def load(kind: str, name: str) -> Any:
    """Import a plug-in and return the object that it declares.

    Raises UnknownChoice with the installed names; KgError where a plug-in of somebody else cannot be imported.
    """
    declared = _declared(kind)
    if name not in declared:
        raise UnknownChoice(kind, name, declared)
    try:
        return declared[name].load()
    except Exception as error:
        if module(kind, name).partition(".")[0] == "kg":  # a missing extra, which the caller explains
            raise
        reason = f"{type(error).__name__}: {error}"
        raise KgError(
            f"{kind} {name} of {origin(kind, name)}: cannot be imported: {reason}; mend or uninstall it"
        ) from error


def install_command(extra: str) -> str:
    """Return the shell command that installs an extra of kg into this Python, from a source checkout or an index."""
    python = Path(sys.executable or "python")
    here = Path.cwd()
    command = "pip"
    if shutil.which("pip") != str(python.with_name("pip")):
        command = f"{shlex.quote(str(python.relative_to(here) if python.is_relative_to(here) else python))} -m pip"
    if (SOURCE / "pyproject.toml").is_file():
        folder = "." if here == SOURCE else SOURCE
        return f"{command} install -e {shlex.quote(f'{folder}[{extra}]')}"
    return f"{command} install {shlex.quote(f'pfocr-kg[{extra}]')}"
