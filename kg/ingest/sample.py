"""A sample of sources: the first figures in the order of their names, with their tables.

It is chosen by names alone, so that the same figures come first in a folder, a tar and a zip.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple

from kg.errors import SourceError
from kg.ingest.entries import TABLES, Entry
from kg.parsers import parser_for
from kg.parsers.figures import FigureParser
from kg.parsers.sidecar_kinds import figid_and_kind
from kg.parsers.sidecars import MapParser, SidecarParser


class Sample(NamedTuple):
    """The names of the figures that are read, and the number of all figures."""

    figures: frozenset[str]
    total: int

    def has(self, name: str) -> bool:
        """Return whether a file is read: the record or a table of a figure of the sample, or a file of no figure."""
        figure = figure_of(name)
        return figure is None or figure in self.figures

    def described(self) -> dict[str, int]:
        """Return the numbers of figures, as the manifest has them."""
        return {"figures": len(self.figures), "of": self.total}

    def note(self) -> str:
        """Return the line of the report."""
        return f"a sample: the first {len(self.figures):,} of {self.total:,} figures, in the order of their names"


def choose(entries: Iterable[Entry], limit: int) -> Sample:
    """Return the sample of `limit` figures; raise SourceError for a file that holds many figures."""
    figures = {_record(entry.name) for entry in entries if entry.refused is None} - {None}
    names = sorted(name for name in figures if name is not None)
    return Sample(frozenset(names[:limit]), len(names))


def figure_of(name: str) -> str | None:
    """Return the name of the figure whose record or table a file is; None for a file of no single figure.

    >>> figure_of("_figures/PMC1__a.b.md"), figure_of("_data/PMC1__a.b-genes.tsv"), figure_of("_data/wpid_map.tsv")
    ('PMC1__a.b', 'PMC1__a.b', None)
    """
    parser = parser_for(name)
    if isinstance(parser, SidecarParser):
        owner = figid_and_kind(name)
        return owner[0] if owner else None
    return PurePosixPath(name).stem if isinstance(parser, FigureParser) else None


def _record(name: str) -> str | None:
    """Return the name of the figure whose record a file is; None for another file."""
    parser = parser_for(name)
    if isinstance(parser, FigureParser):
        return figure_of(name)
    if parser is None or isinstance(parser, SidecarParser | MapParser) or name.lower().endswith(TABLES):
        return None
    way_out = "cut it, such as by head -n 100, and build that"
    raise SourceError(f"{name}: holds many figures, and --limit counts records of one figure a file; {way_out}")
