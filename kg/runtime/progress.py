"""Progress callbacks: how a step reports its work."""

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Callback that takes the stage, the work done in it so far, and the total (None: unknown)."""


def no_progress(_stage: str, _done: int, _total: int | None) -> None:
    """Discard progress reports."""
