"""Parse front matter into plain values, from the events of libyaml.

`plain_frontmatter` reads most texts faster, and `outlines` those of many records at once.

Events have five advantages over a loader. Every scalar stays text, where a loader reads `NO` as a boolean and `017`
as 15. Line numbers are known. Duplicate keys are detected. Deep nesting cannot overflow the stack. Parsing is faster.
Aliases, tags, deep nesting and megabytes, which no record needs, are refused with a message of their own. The tag `!`,
which R writes before some texts, says nothing and is passed over.

PyYAML's two parsers differ on some unusual text. These rules make the results equal:

- Raw tabs, U+0085, U+2028 and U+2029 become spaces, and raw U+FEFF is removed.
- A record is refused for a line that begins with a tab, or a `?` inside `[...]` or `{...}` but outside quotes.
- It is also refused for an escape of half a surrogate pair, and for `|#` or `>#` at the head of a block.
- `---` with more text in its line, and a directive, count as a second document.
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
from kg.parsers import plain_frontmatter
from kg.parsers.nodes import NULLS, MappingNode, Node

MAX_BYTES = 2 * 1024 * 1024
"""Most bytes of front matter; records have a few kilobytes."""

MAX_DEPTH = 12
"""Most levels of nesting."""

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's C parser where it was built with libyaml, otherwise the pure one; the results are equal."""

_OPENING = re.compile(r"^---[ \t]*$", re.MULTILINE)
_CLOSING = re.compile(r"\n(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_TAB_INDENT = re.compile(r"^ *\t[ \t]*[^ \t\n]", re.MULTILINE)
_HEADER_COMMENT = re.compile(r"[|>][-+0-9]*#")
_NO_TAG = (None, "!")
_SURROGATE = re.compile("[\ud800-\udfff]")
_STARTS = (MappingStartEvent, SequenceStartEvent)
_ENDS = (MappingEndEvent, SequenceEndEvent)


def split(text: str) -> tuple[str, int]:
    """Return the front matter of a file and the number of its first line.

    A second `---` line closes it, or a line `...`, as in Jekyll. Raises RecordError where the file does not begin with
    a `---` line or nothing closes it.
    """
    opening = _OPENING.match(text)
    if not opening:
        raise RecordError("no front matter: the first line must be ---", line=1)
    closing = _CLOSING.search(text, opening.end())
    if not closing:
        raise RecordError("the front matter is not closed: no second --- line and no ... line", line=1)
    return text[opening.end() + 1 : closing.start() + 1], 2


def parse(text: str, first_line: int = 1) -> MappingNode:
    r"""Parse front matter, a YAML mapping, and keep every scalar as text.

    `first_line` is the line of the file where `text` starts. Raises RecordError for anything but one plain mapping: bad
    syntax, duplicate keys, aliases, anchors, tags, more than 12 levels of nesting, more than 2 MiB.

    >>> parse("figid: PMC1__a\nyear: 017\nkeywords: [NO, ~]")
    {'figid': 'PMC1__a', 'year': '017', 'keywords': ['NO', None]}
    """
    text = readable(text, first_line)
    return plain_frontmatter.read(text, first_line) or composed(text, first_line)


def composed(text: str, first_line: int) -> MappingNode:
    """Return the fields of front matter of any form; raise RecordError as `parse` does.

    The characters that the two parsers read differently are replaced in `text`.
    """
    try:
        root = _compose(LOADER(text).get_event, text, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise RecordError(f"bad YAML: {error.problem or error.context}", line=line) from None
    except (yaml.YAMLError, ValueError) as error:
        raise RecordError(f"bad YAML: {' '.join(str(error).split())[:200]}", line=first_line) from None
    if not isinstance(root, MappingNode):
        raise RecordError("the front matter is not a mapping of field names to values", line=first_line)
    return root


def readable(text: str, first_line: int) -> str:
    """Return the text with the characters replaced that the two parsers read differently.

    Raises RecordError for a text that is too long or that a parser cannot read.
    """
    if len(text) > MAX_BYTES // 4 and len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise RecordError(f"front matter of over {MAX_BYTES // 1024**2} MiB; a record is a few kilobytes")
    if text.replace("\n", " ").isprintable():  # as most are, and this is the fastest way to know
        return text
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
    """Build the value that the events describe; a scalar costs no call, because a record has 1,000 events."""
    root: list[Node] = []
    container: MappingNode | list[Node] = root
    key: str | None = None  # the key whose value comes next; None where a key or the member of a list does
    outer: list[tuple[MappingNode | list[Node], str | None]] = []  # the open containers around this one
    flow = _FlowCheck(text)
    value: Node
    while (kind := type(event := next_event())) is not StreamEndEvent:
        if kind is ScalarEvent:
            value = _quoted(event, flow, first_line) if event.style else NULLS.get(event.value, event.value)
        elif kind in _STARTS:
            value = _opened(event, flow, len(outer), first_line)
        elif kind in _ENDS:
            flow.leave(event, first_line)
            container, key = outer.pop()
            continue
        else:
            _check_document(event, first_line, is_second=bool(root))
            continue
        if event.anchor is not None or event.tag not in _NO_TAG:
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


def _opened(event: Any, flow: "_FlowCheck", depth: int, first_line: int) -> Node:
    """Return the empty container that an event starts; raise RecordError where the nesting is too deep."""
    if depth == MAX_DEPTH:
        raise _refusal(event, first_line)
    flow.enter(event)
    return MappingNode() if isinstance(event, MappingStartEvent) else []


def _check_document(event: Any, first_line: int, *, is_second: bool) -> None:
    """Raise RecordError for an alias or the start of another document; the other events of a stream have no value."""
    if isinstance(event, AliasEvent) or (isinstance(event, DocumentStartEvent) and (is_second or event.explicit)):
        raise _refusal(event, first_line)


def _refusal(event: Any, first_line: int) -> RecordError:
    line = first_line + event.start_mark.line
    if isinstance(event, DocumentStartEvent):
        return RecordError("a second YAML document; one record a file", line=line)
    if isinstance(event, AliasEvent):
        return RecordError(f"alias *{event.anchor}; write the value out", line=line)
    if event.anchor is not None:
        return RecordError(f"anchor &{event.anchor}; write the value out", line=line)
    if event.tag not in _NO_TAG:
        return RecordError(f"tag {event.tag}; records hold plain text only", line=line)
    return RecordError(f"nested deeper than {MAX_DEPTH} levels", line=line)


def _quoted(event: Any, flow: "_FlowCheck", first_line: int) -> str:
    """Return the text of a scalar in quotes or in a block."""
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


class _FlowCheck:
    """Refuses a `?` inside `[...]` or `{...}` and outside quotes, because the parsers disagree whether it is a mark."""

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


def _new_key(mapping: MappingNode, key: Node, line: int) -> str:
    """Return the name of a field and record its line; raise RecordError for one that is there already."""
    if isinstance(key, (list, dict)):
        raise RecordError("a list or mapping as a field name", line=line)
    name = key or ""
    if name in mapping.lines:
        raise RecordError(f"field {name!r} twice, first in line {mapping.lines[name]}", line=line)
    mapping.lines[name] = line
    return name
