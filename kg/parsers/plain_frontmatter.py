"""Read front matter of a plain form, the form that programs write: the same values as libyaml reads, but faster.

Front matter is plain where every line belongs to one of these items:

- `key: value`, also as the first field of a mapping in a list: `- key: value`. A key has only letters, digits,
  underscores and hyphens, or it is `'@letters'`;
- `- value`, a member of a list.

A value is missing, `[]`, `{}`, or a scalar: plain, in single quotes, or in double quotes without a backslash. Further
lines of a scalar are indented deeper than its key or hyphen. Empty lines, comments, blocks, tags, anchors, filled flow
lists, spaces after a plain scalar, and fields that occur twice are not plain.

`kg.parsers.frontmatter` defines the meaning of front matter, and reads all other forms.
"""

import re
from typing import TypeVar

from kg.parsers.nodes import NULLS, MappingNode, Node

Container = TypeVar("Container", MappingNode, list[Node])

MAX_DEPTH = 8
"""Most levels of nesting, fewer than `kg.parsers.frontmatter` reads."""

# Quantifiers with a second `+` never give back a match. With `_REST`, which takes all text after an item that
# is not plain, this makes the time proportional to the length of any text.
_TEXT = r"[^\n:#]*+(?:(?::(?![ \n])|(?<! )#)[^\n:#]*+)*+(?<! )(?=\n)"
_PLAIN = rf"(?>(?:[-?:](?![ \n])|[^-?:,\[\]{{}}#&*!|>'\"%@` \n]){_TEXT})"
_PLAIN_LINES = rf"{_PLAIN}(?:\n\1 ++(?![#\n]){_TEXT})*+"
_SINGLE = r"'[^'\n]*+(?:(?:''|\n\1 ++(?!\n))[^'\n]*+)*+'"
_DOUBLE = r'"[^"\\\n]*+(?:\n\1 ++(?!\n)[^"\\\n]*+)*+"'
_SCALAR = rf"{_PLAIN_LINES}|{_SINGLE}|{_DOUBLE}"
_KEY = r"(?![Nn]ull:|NULL:)[A-Za-z_][A-Za-z0-9_-]{0,99}+|'@[A-Za-z]{1,99}+'"
_FIELD = rf"(- )?({_KEY}):(?: ++({_SCALAR}|\[\]|\{{\}}))? *+\n"
_MEMBERS = rf"- ({_PLAIN}(?:\n\1- {_PLAIN})*)\n(?!\1 )"
_MEMBER = rf"- ({_SCALAR}) *+\n"
_REST = r"([\s\S]++)"
_ITEM = re.compile(rf"( *+)(?:{_MEMBERS}|{_FIELD}|{_MEMBER})|{_REST}")


def read(text: str, first_line: int) -> MappingNode | None:
    r"""Return the fields of plain front matter, with their lines in the file; None where it is not plain.

    The text has no tab and no character that YAML refuses.

    >>> read("year: '2020'\nkeywords:\n- TNF\n- IL6\n", 2)
    {'year': '2020', 'keywords': ['TNF', 'IL6']}
    >>> read("year: 2020 # a comment\n", 2)
    """
    try:
        return None if "\r" in text else _fields(text, first_line) or None
    except _NotPlainError:
        return None


class _NotPlainError(Exception):
    """The text is not plain."""


def _fields(text: str, first_line: int) -> MappingNode:
    nesting = _Nesting()
    fields = nesting.root
    column = 0  # of the fields of the innermost container; -1 where `nesting` decides which one that is
    line = first_line
    for indent, members, hyphen, key, value, member, rest in _ITEM.findall(text):
        if rest:
            raise _NotPlainError
        if not key:
            texts = _members(members, indent) if members else [_scalar(member)]
            nesting.extend(len(indent), texts)
            line += len(texts) + member.count("\n")
            column = -1
            continue
        if hyphen or len(indent) != column:
            column = len(indent) + len(hyphen)
            fields = nesting.member(column) if hyphen else nesting.fields(column)
        name = key.strip("'")
        if name in fields:
            raise _NotPlainError
        fields.lines[name] = line
        line += 1
        if not value:
            fields[name] = None
            nesting.waiting = name
            column = -1
        elif "\n" in value:
            lines = value.count("\n")
            if hyphen and value.count(f"\n{indent}   ") != lines:
                raise _NotPlainError
            fields[name] = _scalar(value)
            line += lines
        else:
            fields[name] = _quoted(value) if value[0] in "'\"[{" else NULLS.get(value, value)
    return nesting.root


def _members(lines: str, indent: str) -> list[Node]:
    """Return the plain scalars of lines that begin with a hyphen."""
    texts: list[Node] = [*lines.split(f"\n{indent}- ")]
    return texts if NULLS.keys().isdisjoint(texts) else [None if text in NULLS else text for text in texts]


def _scalar(text: str) -> Node:
    """Return the value of a scalar; the white space around its line ends is one space."""
    if "\n" in text:
        first, *middle, last = text.split("\n")
        text = " ".join([first.rstrip(" "), *(line.strip(" ") for line in middle), last.lstrip(" ")])
        return _quoted(text) if text[0] in "'\"" else text
    return _quoted(text) if text[0] in "'\"" else NULLS.get(text, text)


def _quoted(text: str) -> Node:
    """Return the text in quotes, or the empty container of `[]` and `{}`."""
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    return text[1:-1] if text[0] == '"' else [] if text[0] == "[" else MappingNode()


class _Nesting:
    """The containers that are open, from the outermost, each with the column of its fields or hyphens.

    The methods raise _NotPlainError where no container can have the next item.
    """

    def __init__(self) -> None:
        self.root = MappingNode()
        self.waiting = ""  # field of the innermost mapping whose value may be the next item; empty where there is none
        self._open: list[tuple[int, MappingNode | list[Node]]] = [(0, self.root)]

    def fields(self, column: int) -> MappingNode:
        """Return the mapping whose next field is at a column."""
        outer, container = self._open[-1]
        if self.waiting and isinstance(container, MappingNode) and column > outer:
            fields = MappingNode()
            container[self.waiting] = fields
            self._enter(column, fields)
            return fields
        return self._innermost(column, MappingNode)

    def member(self, column: int) -> MappingNode:
        """Return a new mapping, the next member of a list, with fields at a column."""
        fields = MappingNode()
        self.extend(column - 2, [fields])
        self._enter(column, fields)
        return fields

    def extend(self, column: int, members: list[Node]) -> None:
        """Add members to the list with hyphens at a column."""
        outer, container = self._open[-1]
        if self.waiting and isinstance(container, MappingNode) and column >= outer:
            container[self.waiting] = members
            self._enter(column, members)
        else:
            containing: list[Node] = self._innermost(column, list)
            containing += members

    def _enter(self, column: int, container: MappingNode | list[Node]) -> None:
        self.waiting = ""
        self._open.append((column, container))
        if len(self._open) > MAX_DEPTH:
            raise _NotPlainError

    def _innermost(self, column: int, kind: type[Container]) -> Container:
        """Close containers up to the one of this kind at this column; return it."""
        self.waiting = ""
        while self._open:
            outer, container = self._open[-1]
            if outer == column and isinstance(container, kind):
                return container
            self._open.pop()
        raise _NotPlainError
