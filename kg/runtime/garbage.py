"""The garbage collector of Python: work that makes millions of rows runs it rarely."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = 100_000, 50, 100
"""Thresholds of the collector. Rows are freed without it, because they are hardly ever part of a reference cycle."""


def collect_rarely() -> None:
    """Run the collector rarely in this process from now on."""
    gc.set_threshold(*_THRESHOLDS)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Run the collector rarely in a `with` statement or in a decorated function, because it reads all objects again."""
    before = gc.get_threshold()
    collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)
