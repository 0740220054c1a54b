"""How the contract tests say that a plug-in has a fault."""

from typing import NoReturn


def fail(message: str) -> NoReturn:
    """Raise AssertionError with a message for the author of the plug-in."""
    raise AssertionError(message)
