"""docs/api.md, written from the signatures and docstrings of the public names of `kg`."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any

import kg

HEAD = """# Python

Written from the docstrings of the public names by `python tests/test_docs.py`. The examples run in a folder with
`seeds` and, built from them, `exports`; a test runs them all.

Import these names from `kg` itself. Other modules may change; [plugins.md](plugins.md) says which of them parsers and
exporters of your own may use.
"""

ERRORS = """## Errors

All are a `kg.KgError`, so that one `except` catches them all. Every message names the value, the place and the way out.

| error | raised where |
|---|---|
"""


METHODS: dict[str, list[str]] = {
    "Filters": [],
    "Lexicon": ["bundled", "from_folder", "readings", "ground", "terms", "genes_of_ids"],
}
"""Methods that the page shows, of classes with others that are for the package itself."""

HIDDEN = {"support", "strongest", "best", "flavours", "primaries", "identity"}
"""Attributes that are for the package itself."""

LONGEST_LINE = 100


def api_page() -> str:
    """Write the page: functions, then classes, then errors."""
    names = [name for name in kg.__all__ if not _is_error(name)]
    sections = [_section(name) for name in names]
    errors = [f"| `kg.{name}` | {_first_line(getattr(kg, name))} |" for name in kg.__all__ if _is_error(name)]
    return "\n".join([HEAD, _example(kg), *sections, ERRORS + "\n".join(errors), ""])


def _is_error(name: str) -> bool:
    value = getattr(kg, name)
    return inspect.isclass(value) and issubclass(value, Exception)


def _first_line(value: Any) -> str:
    return (inspect.getdoc(value) or "").partition("\n\n")[0].replace("\n", " ")


def _example(value: Any) -> str:
    """Return the examples of a docstring."""
    return "\n".join(part for part in _markdown(value).split("\n\n") if part.startswith("```")) + "\n"


def _section(name: str) -> str:
    value = getattr(kg, name)
    assert name == "Lexicon" or ">>>" in (inspect.getdoc(value) or "") or inspect.isclass(value), f"{name}: no example"
    if not inspect.isclass(value):
        return f"## kg.{name}\n\n{_signature(f'kg.{name}', value)}\n\n{_markdown(value)}\n"
    parts = [f"## kg.{name}", _markdown(value)]
    family = [class_ for class_ in value.__mro__ if class_.__module__.startswith("kg.")]
    fields = {key: text for class_ in family for key, text in _fields(class_) if key not in HIDDEN}
    if fields:
        parts.append(
            "\n".join(["| attribute | |", "|---|---|", *(f"| `{key}` | {text} |" for key, text in fields.items())])
        )
    members = {method: function for class_ in reversed(family) for method, function in vars(class_).items()}
    for method, function in {**vars(value), **members}.items():
        function_ = inspect.unwrap(getattr(function, "__func__", function))
        shown = method in METHODS.get(name, [method]) and not method.startswith("_")
        if shown and inspect.isfunction(function_) and inspect.getdoc(function_):
            title = method if name[0].islower() else f"{name}.{method}"
            parts += [f"### {title}", _signature(title, function_), _markdown(function_)]
    return "\n\n".join(parts) + "\n"


def _signature(title: str, function: Any) -> str:
    """Write a signature as the source has it, one parameter a line where it is long."""
    node = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(node, ast.FunctionDef)
    parameters = [parameter for parameter in _parameters(node.args) if parameter not in {"self", "cls"}]
    returned = ast.unparse(node.returns) if node.returns else "None"
    line = f"{title}({', '.join(parameters)}) -> {returned}"
    if len(line) > LONGEST_LINE:
        line = f"{title}(\n    " + ",\n    ".join(parameters) + f",\n) -> {returned}"
    return f"```python\n{line}\n```".replace("'", '"')


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    required = len(arguments.args) - len(arguments.defaults)
    for number, argument in enumerate(arguments.args):
        default = arguments.defaults[number - required] if number >= required else None
        yield _parameter(argument, default)
    if arguments.kwonlyargs:
        yield "*"
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(argument, default)


def _parameter(argument: ast.arg, default: ast.expr | None) -> str:
    return ast.unparse(argument) + (f" = {ast.unparse(default)}" if default else "")


def _fields(class_: type) -> Iterator[tuple[str, str]]:
    """Yield the public attributes of a class that have a docstring, and the properties."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(class_))).body[0]
    assert isinstance(tree, ast.ClassDef)
    bodies = [tree.body]
    bodies += [node.body for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
    for body in bodies:
        for node, after in pairwise(body):
            text = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else None
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            name = getattr(target, "attr", getattr(target, "id", ""))
            if isinstance(text, str) and name and not name.startswith("_"):
                yield name, _one_line(text)
    for name, value in vars(class_).items():
        if isinstance(value, property | cached_property) and not name.startswith("_"):
            yield name, _one_line(inspect.getdoc(value) or "")


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _markdown(value: Any) -> str:
    """Return a docstring with its examples as code."""
    parts = re.split(r"\n\n", inspect.getdoc(value) or "")
    return "\n\n".join(_code(part) for part in parts)


def _code(part: str) -> str:
    plain = textwrap.dedent(part)
    return f"```pycon\n{plain}\n```" if plain.startswith(">>>") else part
