"""Progress callbacks: how a step reports what it has done."""

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, the work done in it so far, and the total where it is known."""


def no_progress(_stage: str, _done: int, _total: int | None) -> None:
    """Tell nobody."""
