"""The tool `describe_schema`: the RDF of a build from its own description, example queries, and traps."""

from collections import defaultdict
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from kg.model.identifiers import namespaces, short_iri
from kg.web.mcp.arguments import SchemaArguments
from kg.web.mcp.asking import Asker, ToolProblem
from kg.web.mcp.entity_tools import head
from kg.web.mcp.paging import Page
from kg.web.mcp.traps import EXAMPLES, PREFIXES, TRAPS
from kg.web.problems import HttpProblem
from kg.web.sparql.documents import Documents

_VOID = "http://rdfs.org/ns/void#"

_ABOUT = {
    "classes": "Classes with the number of their members.",
    "properties": "Properties of each class with the number of their triples; `of` chooses a class.",
    "examples": f"Tested queries, which run as they are; `of` chooses one by its name: {', '.join(EXAMPLES)}.",
    "traps": "What goes wrong in queries, each with a query that measures it.",
}

Rows = list[dict[str, Any]]


class SchemaTool:
    """Describes the graph that the documents of a build describe."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def __call__(self, asker: Asker, given: SchemaArguments) -> dict[str, Any]:
        """Return a part of the description."""
        build = await asker.get("/api/build")
        queries = (await asker.get("/api/queries"))["rows"]
        parts: dict[str, Callable[[], Rows]] = {
            "classes": lambda: self._classes(build["base"]),
            "properties": lambda: self._properties(build["base"], given.of),
            "examples": lambda: _examples(queries, given.of),
            "traps": lambda: traps(build["base"]),
        }
        about: dict[str, Any] = {}
        if given.part == "overview":
            rows = [{"name": part, "about": _ABOUT[part]} for part in parts]
            names = {name: iri for name, iri in namespaces(build["base"]).items() if name in PREFIXES}
            about = {"counts": build["counts"], "min_figures": build["min_figures"], "years": build["years"],
                     "prefixes": names}  # fmt: skip
        else:
            rows = parts[given.part]()
        page = Page(await head(asker) | about, given.offset, given.max_bytes)
        page.fill(rows[given.offset :][: given.limit])
        return page.answer(len(rows))

    def _classes(self, base: str) -> Rows:
        labels, comments = self._documents.texts()
        rows = [
            {
                "name": short_iri(iri, base),
                "about": comments.get(iri) or labels.get(iri),
                "members": _number(values, "entities"),
            }
            for iri, values in self._partitions("classPartition", "class").items()
        ]
        return sorted(rows, key=lambda row: (-(row["members"] or 0), row["name"]))

    def _properties(self, base: str, of: str | None) -> Rows:
        _, comments = self._documents.texts()
        rows: Rows = []
        classes = self._partitions("classPartition", "class")
        for class_, values in classes.items():
            for part in values["propertyPartition"]:
                described = self._described()[part]
                for iri in described["property"]:
                    rows.append(
                        {
                            "name": short_iri(iri, base),
                            "about": comments.get(iri),
                            "of": short_iri(class_, base),
                            "triples": _number(described, "triples"),
                        }
                    )
        names = sorted({row["of"] for row in rows})
        if of is not None and of not in names:
            raise ToolProblem(f"no class is called {of[:80]!r}; classes: {', '.join(names)}")
        return sorted((row for row in rows if of in (None, row["of"])), key=lambda row: (row["of"], row["name"]))

    def _described(self) -> dict[str, dict[str, list[str]]]:
        """Return the values of the VoID properties of each subject of the description, by local name."""
        subjects: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        try:
            triples = self._documents.triples("dataset.ttl")
        except HttpProblem as problem:
            raise ToolProblem(str(problem)) from None
        for triple in triples:
            if triple.predicate.value.startswith(_VOID):
                subject, value = _value(triple.subject), _value(triple.object)
                subjects[subject][triple.predicate.value.removeprefix(_VOID)].append(value)
        return subjects

    def _partitions(self, kind: str, of: str) -> dict[str, dict[str, list[str]]]:
        """Return the partitions by class of the datasets that are no partitions themselves."""
        subjects = self._described()
        wholes = [values for values in subjects.values() if kind in values and "property" not in values]
        parts = [subjects[part] for values in wholes for part in values[kind]]
        return {part[of][0]: part for part in parts if part[of]}


def traps(base: str) -> Rows:
    """Return the traps with their queries, whose prefixes are those of a build."""
    names = namespaces(base)
    rows: Rows = []
    for trap in TRAPS:
        used = [name for name in PREFIXES if f"{name}:" in trap.select]
        lines = [f"PREFIX {name}: <{names[name]}>" for name in used]
        rows.append({"name": trap.name, "about": trap.about, "sparql": "\n".join([*lines, trap.select])})
    return rows


def _examples(queries: Rows, of: str | None) -> Rows:
    """Return the example queries; any canned query by its name."""
    by_name = {query["name"]: query for query in queries}
    if of is not None and of not in by_name:
        close = get_close_matches(of, by_name, n=3)
        hint = f"did you mean {', '.join(close)}?" if close else f"examples: {', '.join(EXAMPLES)}"
        raise ToolProblem(f"no query is called {of[:80]!r}; {hint}")
    names = EXAMPLES if of is None else (of,)
    return [
        {"name": name, "about": by_name[name]["description"], "sparql": _without_header(by_name[name]["text"])}
        for name in names
    ]


def _without_header(text: str) -> str:
    """Return a query without the comments that it begins with, which the row has as members."""
    lines = text.splitlines()
    while lines and (lines[0].startswith("#") or not lines[0].strip()):
        lines.pop(0)
    return "\n".join(lines)


def _number(values: dict[str, list[str]], name: str) -> int | None:
    return int(values[name][0]) if values.get(name) else None


def _value(term: Any) -> str:
    return str(term.value)
