"""The layout of Turtle that a library has serialized: reproducible, and readable by every parser."""

import re
from typing import IO

_PREFIX = re.compile(rb"^@prefix .*\n", re.MULTILINE)
_DOTTED = re.compile(rb"(?<![^\s])([a-z.]+):((?:[^\s\\]|\\.)*\\\.)(?= )")
_SUBJECT = re.compile(rb"^(?!\t)(?=.)", re.MULTILINE)  # the first line of a subject; its other lines are indented


class TurtleLayout:
    """A file that lays out the Turtle written to it, and passes it on to another file.

    Prefixes are sorted, because the serializer's order changes. An empty line goes before each subject. Names that end
    in an escaped dot are written in full, because rdflib cannot read them.
    """

    def __init__(self, file: IO[bytes], prefixes: dict[str, str]) -> None:
        self._file = file
        self._iris = {name.encode(): iri.encode() for name, iri in prefixes.items()}
        self._prefixes: list[bytes] = []
        self._waiting = b""

    def write(self, text: bytes) -> int:
        """Write the complete lines of the text so far; return its length."""
        lines, newline, self._waiting = (self._waiting + text).rpartition(b"\n")
        lines += newline
        self._prefixes += _PREFIX.findall(lines)
        if body := _PREFIX.sub(b"", lines):
            if b"\\. " in body:
                body = _DOTTED.sub(lambda name: b"<" + self._iris[name[1]] + name[2].replace(b"\\", b"") + b">", body)
            self._file.write(b"".join(sorted(self._prefixes)) + _SUBJECT.sub(b"\n", body))
            self._prefixes.clear()
        return len(text)

    def flush(self) -> None:
        """Flush the other file."""
        self._file.flush()
