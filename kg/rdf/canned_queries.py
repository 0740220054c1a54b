"""The canned queries: found by name, with a header that says what they do and what they take.

A header is a block of comments, as WikiPathways heads its queries: title, category, description, and
`param: name | type | default | label`. Each file is valid SPARQL as it stands: a parameter is a
`VALUES ?name { default }` line, and binding one replaces what stands in the braces.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from math import isfinite
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg.errors import QueryError, UnknownName
from kg.model.identifiers import DEFAULT_BASE

TYPES = ("uri", "uri-list", "string", "integer", "decimal")
REQUIRED = ("title", "category", "description")

_FIELD = re.compile(r"# (\w+): (.+)")
_VALUES = re.compile(r"VALUES \?(\w+) \{[^}]*\}")
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `default` as a person would type it."""

    name: str
    type: str
    default: str
    label: str


@dataclass(frozen=True, slots=True)
class Query:
    """One canned query."""

    name: str
    title: str
    category: str
    description: str
    parameters: tuple[Parameter, ...]
    text: str

    def bind(self, values: Mapping[str, Sequence[str]], resolve: Callable[[str], str], base: str = DEFAULT_BASE) -> str:
        """Give the SPARQL text with parameters filled in.

        `resolve` turns what a person typed for a `uri` into an IRI. Raises QueryError for a parameter the
        query does not take, a value of the wrong type, or several values where one is wanted.
        """
        text = self.text.replace(f"<{DEFAULT_BASE}", f"<{base}")
        known = {parameter.name: parameter for parameter in self.parameters}
        bound: dict[str, str] = {}
        for name, given in values.items():
            if name not in known:
                takes = ", ".join(known) or "none"
                raise QueryError(f"query {self.name} has no parameter {name!r}; it takes: {takes}")
            terms = " ".join(_term(known[name], value, resolve) for value in _one_or_list(known[name], given))
            bound[name] = f"VALUES ?{name} {{ {terms} }}"
        return _VALUES.sub(lambda found: bound.get(found[1], found[0]), text)


def _one_or_list(parameter: Parameter, given: Sequence[str]) -> Sequence[str]:
    if parameter.type == "uri-list":
        return [each for value in given for each in re.split(r"[,\s]+", value.strip()) if each]
    if len(given) > 1:
        raise QueryError(f"parameter {parameter.name} takes one value, not {len(given)}: {', '.join(given)}")
    return given


def _term(parameter: Parameter, value: str, resolve: Callable[[str], str]) -> str:
    """Give a value as a SPARQL term; pyoxigraph refuses what cannot be one."""
    try:
        if parameter.type.startswith("uri"):
            return str(NamedNode(value if re.match(r"[a-z]+://", value) else resolve(value)))
        if parameter.type == "integer":
            return str(Literal(str(int(value)), datatype=NamedNode(f"{_XSD}integer")))
        if parameter.type == "decimal":
            return str(Literal(repr(_finite(value)), datatype=NamedNode(f"{_XSD}double")))
    except ValueError as error:
        raise QueryError(f"{parameter.name}={value!r} is not of type {parameter.type} ({error})") from None
    return str(Literal(value))


def _finite(value: str) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError("not a finite number")
    return number


def names() -> list[str]:
    """List the canned queries, sorted."""
    return sorted(path.name.removesuffix(".rq") for path in _folder().iterdir() if path.name.endswith(".rq"))


def load(name: str) -> Query:
    """Read a canned query; raise UnknownName with the known ones."""
    known = names()
    if name not in known:
        raise UnknownName("query", name, known)
    return parse(name, (_folder() / f"{name}.rq").read_text(encoding="utf-8"))


def _folder() -> Traversable:
    """In the wheel the queries lie inside the package, in a checkout beside it."""
    inside = files("kg") / "queries"
    return inside if inside.is_dir() else Path(str(files("kg"))).parent / "queries"


def parse(name: str, text: str) -> Query:
    """Read the header of a query; raise QueryError with the line where it is wrong."""
    fields: dict[str, list[str]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            break
        found = _FIELD.fullmatch(line)
        if not found:
            raise QueryError(f"{name}.rq:{number}: {line!r} is no header line; write `# field: value`")
        fields.setdefault(found[1], []).append(found[2].strip())
    for field in REQUIRED:
        if field not in fields:
            raise QueryError(f"{name}.rq:1: the header has no {field}")
    parameters = tuple(_parameter(name, each) for each in fields.get("param", ()))
    return Query(name, fields["title"][0], fields["category"][0], " ".join(fields["description"]), parameters, text)


def _parameter(query: str, text: str) -> Parameter:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) != 4 or parts[1] not in TYPES:
        raise QueryError(f"{query}.rq: param {text!r} is not `name | type | default | label`, type {', '.join(TYPES)}")
    return Parameter(*parts)
