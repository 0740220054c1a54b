"""Checks of the values that functions and options take; messages name the argument, the value and the way out."""

from collections.abc import Iterable
from numbers import Integral, Real
from typing import TypeVar

from kg.errors import ParameterError, shown

Item = TypeVar("Item")


def check_whole(name: str, value: object, least: int, most: int | None = None) -> None:
    """Raise ParameterError unless a value is a whole number between two bounds, both allowed; None is no upper bound.

    >>> check_whole("radius", 3, 1, 5)
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or not least <= value or (most is not None and value > most):  # type: ignore[operator]
        bounds = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ParameterError(f"{name}={shown(value)} is not a whole number {bounds}")


def check_fraction(name: str, value: object) -> None:
    """Raise ParameterError unless a value is a number from 0 to 1.

    >>> check_fraction("max_q", 0.05)
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= float(value) <= 1:
        raise ParameterError(f"{name}={shown(value)} is not a number from 0 to 1")


def check_text(name: str, value: object) -> None:
    """Raise ParameterError unless a value is a text.

    >>> check_text("of", "TNFSF11")
    """
    if not isinstance(value, str):
        raise ParameterError(f"{name}={shown(value)} is not a text; give a name or an identifier in quotes")


def check_several(name: str, values: Iterable[Item]) -> list[Item]:
    """Return the items of a list; raise ParameterError for one text in place of it, and for a value without items.

    >>> check_several("categories", ("gene",))
    ['gene']
    """
    if isinstance(values, str | bytes):
        raise ParameterError(f"{name}={shown(values)} is one text; give a list: {name}=[{shown(values)}]")
    if not isinstance(values, Iterable):
        raise ParameterError(f"{name}={shown(values)} is not a list")
    return list(values)
