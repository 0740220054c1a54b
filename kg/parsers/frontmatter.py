"""Front matter to plain values, through libyaml's events.

Events rather than a loader: every scalar stays text (a loader makes `NO` a boolean and `017` a 15),
line numbers are known, duplicate keys are seen, no nesting can overflow the stack, and it is faster.
What a record never needs (aliases, tags, depth, megabytes) is refused by name.

PyYAML's two parsers differ on some text that is hardly YAML. So that a record reads the same with both:

- raw tabs, U+0085, U+2028 and U+2029 become spaces, raw U+FEFF goes; a line that begins with a tab, a `?`
  inside `[...]` or `{...}` but outside quotes, half a surrogate pair as an escape, and `|#` or `>#` at the
  head of a block refuse the record
- `---` with more text in its line, and directives, count as a second document
"""

import re
from collections.abc import Callable
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from kg.errors import RecordError
from kg.model.text import clean

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 12

Node = str | list[Any] | dict[str, Any] | None
"""Text, a list, a Mapping, or None for an empty or null scalar."""

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's C parser where it was built with libyaml, the pure one elsewhere; the results are equal."""

NULLS = dict.fromkeys(("", "~", "null", "Null", "NULL"))
"""Plain (unquoted) scalars that YAML reads as null."""

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_TAB_INDENT = re.compile(r"^ *\t[ \t]*[^ \t\n]", re.MULTILINE)
_HEADER_COMMENT = re.compile(r"[|>][-+0-9]*#")
_SURROGATE = re.compile("[\ud800-\udfff]")


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
    text = _readable(text, first_line)
    try:
        root = _compose(LOADER(text).get_event, text, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise RecordError(f"bad YAML: {error.problem or error.context}", line=line) from None
    except (yaml.YAMLError, ValueError) as error:
        raise RecordError(f"bad YAML: {' '.join(str(error).split())[:200]}", line=first_line) from None
    if not isinstance(root, Mapping):
        raise RecordError("the front matter is not a mapping of field names to values", line=first_line)
    return root


def _readable(text: str, first_line: int) -> str:
    """Give the text without what the parsers refuse or take differently."""
    if len(text) > MAX_BYTES // 4 and len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise RecordError(f"front matter of over {MAX_BYTES // 1024**2} MiB; a record is a few kilobytes")
    if unreadable := _UNREADABLE.search(text):
        line = first_line + text.count("\n", 0, unreadable.start())
        raise RecordError(f"control character U+{ord(unreadable.group()):04X}; remove it or escape it", line=line)
    if "\t" in text and (tab := _TAB_INDENT.search(text)):
        line = first_line + text.count("\n", 0, tab.start())
        raise RecordError("a tab at the beginning of the line; indent with spaces", line=line)
    for space in "\t\x85\u2028\u2029":
        text = text.replace(space, " ")
    return text.replace("\ufeff", "")


def _compose(next_event: Callable[[], Any], text: str, first_line: int) -> Node:
    """Build the value that the events describe; one loop without calls, for a record has a thousand events."""
    root: list[Node] = []
    container: Mapping | list[Node] = root
    key: str | None = None  # it waits for its value; None where a key, or the member of a list, comes next
    outer: list[tuple[Mapping | list[Node], str | None]] = []  # the open containers around this one
    flow = _Flow(text)
    value: Node
    while (kind := type(event := next_event())) is not StreamEndEvent:
        if kind is ScalarEvent:
            value = _quoted(event, flow, first_line) if event.style else NULLS.get(event.value, event.value)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            value = Mapping() if kind is MappingStartEvent else []
            flow.enter(event)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            flow.leave(event, first_line)
            container, key = outer.pop()
            continue
        elif kind is AliasEvent or (kind is DocumentStartEvent and (root or event.explicit)):
            raise _refusal(event, first_line)
        else:
            continue
        if event.anchor is not None or event.tag is not None or (kind is not ScalarEvent and len(outer) == MAX_DEPTH):
            raise _refusal(event, first_line)
        if isinstance(container, list):
            container.append(value)
        elif key is None:
            key = _new_key(container, value, first_line + event.start_mark.line)
        else:
            container[key] = value
            key = None
        if kind is not ScalarEvent:
            outer.append((container, key))
            container, key = value, None  # type: ignore[assignment]
    return root[0] if root else None


def _refusal(event: Any, first_line: int) -> RecordError:
    line = first_line + event.start_mark.line
    if isinstance(event, DocumentStartEvent):
        return RecordError("a second YAML document; one record a file", line=line)
    if isinstance(event, AliasEvent):
        return RecordError(f"alias *{event.anchor}; write the value out", line=line)
    if event.anchor is not None:
        return RecordError(f"anchor &{event.anchor}; write the value out", line=line)
    if event.tag is not None:
        return RecordError(f"tag {event.tag}; records hold plain text only", line=line)
    return RecordError(f"nested deeper than {MAX_DEPTH} levels", line=line)


def _quoted(event: Any, flow: "_Flow", first_line: int) -> str:
    text: str = event.value
    if flow.depth:
        flow.pass_over(event)
    if event.style == '"':
        if _SURROGATE.search(text):
            raise RecordError("an escape for half a surrogate pair", line=first_line + event.start_mark.line)
        return clean(text)
    if event.style != "'" and _HEADER_COMMENT.match(flow.text, event.start_mark.index):
        raise RecordError("a comment right after | or >; put a space between", line=first_line + event.start_mark.line)
    return text


class _Flow:
    """Finds a `?` inside `[...]` or `{...}` and outside quotes: where it is a mark, the parsers disagree."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.depth = 0
        self.start = 0
        self.quoted = 0

    def enter(self, event: Any) -> None:
        if event.flow_style:
            if not self.depth:
                self.start, self.quoted = event.start_mark.index, 0
            self.depth += 1

    def pass_over(self, event: Any) -> None:
        self.quoted += self.text.count("?", event.start_mark.index, event.end_mark.index)

    def leave(self, event: Any, first_line: int) -> None:
        if self.depth:
            self.depth -= 1
            if not self.depth and self.text.count("?", self.start, event.end_mark.index) > self.quoted:
                line = first_line + event.start_mark.line
                raise RecordError("a ? inside [...] or {...}; put the text in quotes", line=line)


def _new_key(mapping: Mapping, key: Node, line: int) -> str:
    if isinstance(key, (list, dict)):
        raise RecordError("a list or mapping as a field name", line=line)
    name = key or ""
    if name in mapping.lines:
        raise RecordError(f"field {name!r} twice, first in line {mapping.lines[name]}", line=line)
    mapping.lines[name] = line
    return name
