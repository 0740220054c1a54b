"""Visual properties of networks: their names in three programs, their defaults, and how columns set them."""

from typing import Any, NamedTuple


class StyleValue(NamedTuple):
    """One value as the three programs write it."""

    cx2: Any
    desktop: str
    js: str | float


class Passthrough(NamedTuple):
    """The value is that of the column."""

    column: str


class Discrete(NamedTuple):
    """Each text of the column has a value, or true has one."""

    column: str
    values: dict[str, StyleValue]
    dtype: str = "string"
    """string or boolean; the only text of a boolean one is `true`."""


class Continuous(NamedTuple):
    """Rising numbers of the column and their values: linear between the points, constant beyond the ends."""

    column: str
    points: tuple[tuple[float, float | str], ...]
    """Numbers of the column with numbers or colours."""
    desktop_unit: float | None = None
    """The whole number that stands for 1 in Cytoscape Desktop; None if Cytoscape Desktop has the same values."""
    dtype: str = "double"
    """double or integer, as CX2 declares the column."""

    def desktop(self, value: float | str) -> str:
        """Return a value as Cytoscape Desktop has it."""
        if self.desktop_unit is None or isinstance(value, str):
            return str(value)
        return str(round(value * self.desktop_unit))


class Property(NamedTuple):
    """A visual property by its three names; the default applies without a mapping or a value in its column."""

    cx2: str
    desktop: str
    js: str
    default: StyleValue
    mapping: Passthrough | Discrete | Continuous | None = None
