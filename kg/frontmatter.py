"""Front matter to plain values, through libyaml's events.

Events rather than a loader: every scalar stays text (a loader makes `NO` a boolean and `017` a 15),
line numbers are known, duplicate keys are seen, no nesting can overflow the stack, and it is faster.
What a record never needs (aliases, tags, depth, megabytes) is refused by name.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from kg.errors import RecordError
from kg.text import clean

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 12

Node = str | list[Any] | dict[str, Any] | None
"""Text, a list, a Mapping, or None for an empty or null scalar."""

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's C parser where it was built with libyaml, the pure one elsewhere; the results are equal."""

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""Plain (unquoted) scalars that YAML reads as null."""

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_SEPARATORS = re.compile("[\x85\u2028\u2029]")


class Mapping(dict[str, Node]):
    """A mapping that remembers the line of each key, counted from 1 in the file."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


def split(text: str) -> tuple[str, int]:
    """Cut the front matter out of a file; give it with the number of its first line.

    Raises RecordError where the file does not open with a `---` line or the second one is missing.
    """
    opening = _FENCE.match(text)
    if not opening:
        raise RecordError("no front matter: the first line must be ---", line=1)
    closing = _FENCE.search(text, opening.end())
    if not closing:
        raise RecordError("the front matter is not closed: no second --- line", line=1)
    return text[opening.end() + 1 : closing.start()], 2


def parse(text: str, first_line: int = 1) -> Mapping:
    """Parse front matter, a YAML mapping, with every scalar kept as text.

    `first_line` is where `text` starts in its file. Raises RecordError on anything but one plain
    mapping: bad syntax, duplicate keys, aliases, anchors, tags, nesting deeper than 12, over 2 MiB.
    """
    if len(text) > MAX_BYTES // 4 and len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise RecordError(f"front matter of over {MAX_BYTES // 1024**2} MiB; a record is a few kilobytes")
    unreadable = _UNREADABLE.search(text)
    if unreadable:
        line = first_line + text.count("\n", 0, unreadable.start())
        raise RecordError(f"control character U+{ord(unreadable.group()):04X}; remove it or escape it", line=line)
    root = _compose(_events(_LINE_SEPARATORS.sub(" ", text), first_line), first_line)
    if not isinstance(root, Mapping):
        raise RecordError("the front matter is not a mapping of field names to values", line=first_line)
    return root


def _events(text: str, first_line: int) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise RecordError(f"bad YAML: {error.problem or error.context}", line=line) from None
    except (yaml.YAMLError, ValueError) as error:
        raise RecordError(f"bad YAML: {' '.join(str(error).split())[:200]}", line=first_line) from None


def _compose(events: Iterator[Any], first_line: int) -> Node:
    root: list[Node] = []
    stack: list[_Open] = [_Open(root)]
    documents = 0
    for event in events:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            _refuse(event, first_line)
            stack[-1].add(_scalar(event), event, first_line)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            _refuse(event, first_line)
            if len(stack) > MAX_DEPTH:
                raise RecordError(f"nested deeper than {MAX_DEPTH} levels", line=_line(event, first_line))
            container: Mapping | list[Node] = Mapping() if kind is yaml.MappingStartEvent else []
            stack[-1].add(container, event, first_line)
            stack.append(_Open(container))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            stack.pop()
        elif kind is yaml.AliasEvent:
            raise RecordError(f"alias *{event.anchor}; write the value out", line=_line(event, first_line))
        elif kind is yaml.DocumentStartEvent:
            documents += 1
            if documents > 1:
                raise RecordError("a second YAML document; one record a file", line=_line(event, first_line))
    return root[0] if root else None


def _line(event: Any, first_line: int) -> int:
    return first_line + int(event.start_mark.line)


def _refuse(event: Any, first_line: int) -> None:
    if event.anchor is not None:
        raise RecordError(f"anchor &{event.anchor}; write the value out", line=_line(event, first_line))
    if event.tag is not None:
        raise RecordError(f"tag {event.tag}; records hold plain text only", line=_line(event, first_line))


def _scalar(event: Any) -> str | None:
    text: str = event.value
    if not event.style and text in NULLS:
        return None
    return clean(text) if event.style == '"' else text


class _Open:
    """A container that is being filled; a mapping remembers the key that waits for its value."""

    __slots__ = ("container", "key")

    def __init__(self, container: Mapping | list[Node]) -> None:
        self.container = container
        self.key: str | None = None

    def add(self, value: Node, event: Any, first_line: int) -> None:
        if isinstance(self.container, list):
            self.container.append(value)
        elif self.key is not None:
            self.container[self.key] = value
            self.key = None
        else:
            self.key = _new_key(self.container, value, _line(event, first_line))


def _new_key(mapping: Mapping, key: Node, line: int) -> str:
    if isinstance(key, (list, dict)):
        raise RecordError("a list or mapping as a field name", line=line)
    name = key or ""
    if name in mapping.lines:
        raise RecordError(f"field {name!r} twice, first in line {mapping.lines[name]}", line=line)
    mapping.lines[name] = line
    return name
