"""Canned queries: SPARQL files with a header that describes the query and its parameters.

A header is a block of comments, as WikiPathways heads its queries: title, category, description, and
`param: name | type | default | label`. Each file is valid SPARQL: a parameter is a line `VALUES ?name { default }`,
and a bound value replaces the text in the braces. A value of the type `word` is a drawn word in any spelling.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from math import isfinite
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg.errors import QueryError, UnknownChoice, UnknownName
from kg.model.identifiers import DEFAULT_BASE
from kg.model.text import normal_form
from kg.parsers.lists import LONGEST_NAME, parts

TYPES = ("uri", "uri-list", "string", "word", "integer", "decimal")
REQUIRED = ("title", "category", "description")

_FIELD = re.compile(r"# (\w+): (.+)")
_VALUES = re.compile(r"VALUES \?(\w+) \{[^}]*\}")
_IRI = re.compile(r"[a-z]+://")
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query; `default` is written as a person would type it."""

    name: str
    type: str
    default: str
    label: str


@dataclass(frozen=True, slots=True)
class Query:
    """A canned query."""

    name: str
    title: str
    category: str
    description: str
    parameters: tuple[Parameter, ...]
    text: str

    def bind(self, values: Mapping[str, Sequence[str]], resolve: Callable[[str], str], base: str = DEFAULT_BASE) -> str:
        """Return the SPARQL text with values for its parameters.

        `resolve` returns the IRI for a name that a person typed, or raises UnknownName. A text for a list is split at
        commas and blanks, but not within a name. Raises QueryError for an unknown parameter, a value of
        the wrong type, or several values where the type is no list.
        """
        text = self.text.replace(DEFAULT_BASE, base)
        parameters = {parameter.name: parameter for parameter in self.parameters}
        lines: dict[str, str] = {}
        resolve = cache(resolve)  # because a text for a list is resolved here and by its term
        for name, texts in values.items():
            if name not in parameters:
                takes = ", ".join(parameters) or "none"
                raise QueryError(f"query {self.name} has no parameter {name!r}; it takes: {takes}")
            parameter = parameters[name]
            terms = " ".join(_term(parameter, value, resolve) for value in _one_or_list(parameter, texts, resolve))
            lines[name] = f"VALUES ?{name} {{ {terms} }}"
        return _VALUES.sub(lambda line: lines.get(line[1], line[0]), text)


def _one_or_list(parameter: Parameter, texts: Sequence[str], resolve: Callable[[str], str]) -> Sequence[str]:
    if parameter.type == "uri-list":
        return [item for text in texts for item in _items(text.strip(), resolve)]
    if len(texts) > 1:
        raise QueryError(f"parameter {parameter.name} takes one value, not {len(texts)}: {', '.join(texts)}")
    return texts


def _items(text: str, resolve: Callable[[str], str]) -> list[str]:
    """Split a text as a list is, at commas and then at blanks, but no part that is a name, such as `2,4-D`."""
    items = parts(text)
    if len(items) > 1 and not _is_name(text, resolve):
        return [name for item in items for name in _items(item, resolve)]
    return items if len(items) < 2 else [text]


def _is_name(text: str, resolve: Callable[[str], str]) -> bool:
    """Return whether a text of several parts is one name; similar names are searched where it is not, which is slow."""
    if _IRI.match(text) or len(text) > LONGEST_NAME:
        return False
    try:
        resolve(text)
    except UnknownName:
        return False
    return True


def _term(parameter: Parameter, value: str, resolve: Callable[[str], str]) -> str:
    """Return a value as a SPARQL term; raise QueryError for a value of another type."""
    try:
        if parameter.type.startswith("uri"):
            return str(NamedNode(value if _IRI.match(value) else resolve(value)))
        if parameter.type == "integer":
            return str(Literal(str(int(value)), datatype=NamedNode(f"{_XSD}integer")))
        if parameter.type == "decimal":
            return str(Literal(repr(_finite(value)), datatype=NamedNode(f"{_XSD}double")))
        if parameter.type == "word":
            return str(Literal(normal_form(value)))
    except ValueError as error:
        raise QueryError(f"{parameter.name}={value!r} is not of type {parameter.type} ({error})") from None
    return str(Literal(value))


def _finite(value: str) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError("not a finite number")
    return number


def names() -> list[str]:
    """Return the names of the canned queries, sorted."""
    return sorted(path.name.removesuffix(".rq") for path in _folder().iterdir() if path.name.endswith(".rq"))


def load(name: str) -> Query:
    """Read a canned query; raise UnknownChoice, with the names of all, where there is none of this name."""
    if name not in names():
        raise UnknownChoice("query", name, names())
    return parse(name, (_folder() / f"{name}.rq").read_text(encoding="utf-8"))


def _folder() -> Traversable:
    """Return the folder of the queries: inside the package in a wheel, beside it in a checkout."""
    inside = files("kg") / "queries"
    return inside if inside.is_dir() else Path(str(files("kg"))).parent / "queries"


def parse(name: str, text: str) -> Query:
    """Parse a query with its header; raise QueryError with the line of a wrong header."""
    fields: dict[str, list[str]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            break
        match = _FIELD.fullmatch(line)
        if not match:
            raise QueryError(f"{name}.rq:{number}: {line!r} is no header line; write `# field: value`")
        fields.setdefault(match[1], []).append(match[2].strip())
    for field in REQUIRED:
        if field not in fields:
            raise QueryError(f"{name}.rq:1: the header has no {field}")
    parameters = tuple(_parameter(name, line) for line in fields.get("param", ()))
    return Query(name, fields["title"][0], fields["category"][0], " ".join(fields["description"]), parameters, text)


def _parameter(query: str, text: str) -> Parameter:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) != 4 or parts[1] not in TYPES:
        raise QueryError(f"{query}.rq: param {text!r} is not `name | type | default | label`, type {', '.join(TYPES)}")
    return Parameter(*parts)
