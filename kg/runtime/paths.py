"""Paths as text: in messages, in commands that a message shows, and for libraries that need UTF-8."""

import re
import shlex
from pathlib import Path


def is_utf8(path: Path | str) -> bool:
    r"""Return whether a path is UTF-8; Linux allows any bytes, and Python has a lone surrogate for each other byte.

    >>> is_utf8("exports"), is_utf8("exports\udcff")
    (True, False)
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def printable(path: Path | str) -> str:
    r"""Return a path as a message shows it, with U+FFFD for each byte that is not UTF-8.

    >>> printable("exports"), ascii(printable("exports\udce9"))
    ('exports', "'exports\\ufffd'")
    """
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def shell_word(path: Path | str) -> str:
    r"""Return a path as a word of a command that a person copies into a shell; line ends are escaped, too.

    >>> print(shell_word("exports"), shell_word("my exports"), shell_word("two\nlines"))
    exports 'my exports' $'two\nlines'
    """
    text = str(path)
    if text.isprintable():
        return shlex.quote(text)
    return "$'" + re.sub(r"[\\']|[^ -~]", _escaped, text) + "'"


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character in "\\'":
        return f"\\{character}"
    if character == "\n":
        return r"\n"
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))
