"""Checks of the values that functions and options take; messages name the argument, the value and the way out."""

import re
from collections.abc import Iterable
from numbers import Integral, Real
from typing import TypeVar

from kg.errors import ParameterError, shown

Item = TypeVar("Item")

MOST_WHOLE = 2**62
"""Greatest whole number where a value has no other bound, because engines count in 64 bits."""

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12} | {
    "KI": 1 << 10, "MI": 1 << 20, "GI": 1 << 30, "TI": 1 << 40,
}  # fmt: skip
"""Bytes of each unit of size, without the B that may follow."""


def check_whole(name: str, value: object, least: int, most: int | None = None) -> None:
    """Raise ParameterError unless a value is a whole number between two bounds, both allowed.

    None is the upper bound MOST_WHOLE.

    >>> check_whole("radius", 3, 1, 5)
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    bound = MOST_WHOLE if most is None else most
    if not whole or not least <= value <= bound:  # type: ignore[operator]
        bounded = most is not None or (whole and value > bound)  # type: ignore[operator]
        bounds = f"from {least} to {bound}" if bounded else f"of at least {least}"
        raise ParameterError(f"{name}={shown(value)} is not a whole number {bounds}")


def check_fraction(name: str, value: object) -> None:
    """Raise ParameterError unless a value is a number from 0 to 1.

    >>> check_fraction("max_q", 0.05)
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= float(value) <= 1:
        raise ParameterError(f"{name}={shown(value)} is not a number from 0 to 1")


def size_in_bytes(name: str, value: object) -> int:
    """Return the bytes of a size such as 500MB or 2GiB; raise ParameterError for any other text, and for no bytes.

    >>> size_in_bytes("memory_limit", "64KiB"), size_in_bytes("memory_limit", "1.5 gb")
    (65536, 1500000000)
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?I?)B?", value.strip().upper()) if isinstance(value, str) else None
    size = int(float(match[1]) * _UNITS.get(match[2], 0)) if match else 0
    if not 0 < size < 1 << 60:
        raise ParameterError(f"{name}={shown(value)} is not a size; give one such as 64KiB, 500MB or 2GiB")
    return size


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
