"""One page of a view that needs no server and no network: the explorer of `kg serve` with its answers inside.

The page is the explorer's own (`kg/web/static`), with style, scripts and the view inlined. Its policy lets it run its
own scripts only, known by their digests, and load nothing: a name that looks like markup stays a name.
"""

import re
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any, NamedTuple

from kg.engines.statements import sql
from kg.errors import QueryError
from kg.exporters.cx2 import about, edges, encode, nodes, write_all
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import VIEWS_OF_PAIRS, Edge, Node, View
from kg.runtime.files import BinaryWriter

MOST = 20_000
"""Nodes and edges that a browser still draws; a page of more would open in none."""

WORDS = 40
"""Words that are listed of an entity, the most used."""

_EDGE_COLUMNS = (
    "interaction", "weight", "figures", "papers", "first_year", "last_year", "npmi", "q", "evidence", "kind", "words",
    "word_status", "flavour",
)  # fmt: skip
_LEFT_OUT = frozenset({"label", "iri"})


class Html:
    """One page of any view of a size that browsers draw."""

    suffixes: tuple[str, ...] = (".html", ".htm")
    of_views = True

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write a view (default: the whole graph); return the number of nodes and edges.

        Raises QueryError where it has more than MOST of them.
        """
        view = view or graph.view()
        size = view.n_nodes + view.n_edges
        if size > MOST:
            raise QueryError(
                f"html: {size:,} nodes and edges, and a browser draws {MOST:,}; narrow it: --of, --min-figures, --top"
            )
        write_all(_lines(graph, view), file)
        return size


def _lines(graph: KnowledgeGraph, view: View) -> Iterator[str]:
    names: dict[str, str] = {}
    kept = [_node(node) for node in _with_drawing(graph, nodes(graph, view, names))]
    head, body, tail = page()
    title = _title(view, names)
    yield head.replace("<title>Pathway Figures</title>", f"<title>{escape(title)}</title>")
    yield body
    yield '<script type="application/json" id="embedded">{"title":' + _safe(title)
    yield f',\n"about":{_safe(about(graph, view))},\n"of":{_safe([view.center] if view.center else [])}'
    yield f',\n"build":{_safe(_build(graph, view, kept))}'
    figures = list(_figures(graph)) if view.name in VIEWS_OF_PAIRS else []
    for name, rows in {
        "nodes": iter(kept),
        "figures": iter(figures),
        "edges": _edges(edges(graph, view, names), kept, figures),
    }.items():
        yield f',\n"{name}":['
        for number, row in enumerate(rows):
            yield f"{',' if number else ''}\n{_safe(row)}"
        yield "\n]"
    yield f"}}</script>\n{tail}"


def _title(view: View, names: dict[str, str]) -> str:
    if view.center is None:
        return view.title
    return f"{names.get(view.center, view.center)} in pathway figures"


def _build(graph: KnowledgeGraph, view: View, kept: list[dict[str, Any]]) -> dict[str, Any]:
    """Give what `api/build` gives, of this view."""
    types = Counter(node["type"] for node in kept)
    counted = {"figures": graph.build.manifest["counts"]["figures"], "entities": len(kept)}
    return {
        "version": graph.build.manifest["version"],
        "counts": counted,
        "years": [],
        "min_figures": view.attributes["min_figures"],
        "categories": {type_: number for type_, number in types.items() if type_ not in {"figure", "paper", "word"}},
        "examples": [],
    }


def _with_drawing(graph: KnowledgeGraph, found: Iterator[Node]) -> Iterator[Node]:
    """Add to each entity the words that draw it, and its figures by year."""
    words: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in graph.engine.fetch(sql("html/entity_words", most=WORDS)).to_pylist():
        words[row.pop("entity_id")].append(row)
    years: defaultdict[str, list[list[int]]] = defaultdict(list)
    for row in graph.engine.fetch(sql("html/entity_years")).to_pylist():
        years[row["entity_id"]].append([row["year"], row["figures"]])
    for id_, attributes in found:
        drawing = {"words": words.get(id_), "years": years.get(id_)}
        yield Node(id_, attributes | {name: value for name, value in drawing.items() if value})


def _node(node: Node) -> dict[str, Any]:
    return {"id": node.id} | {name: value for name, value in node.attributes.items() if name not in _LEFT_OUT}


def _edges(found: Iterator[Edge], kept: list[dict[str, Any]], figures: list[dict[str, Any]]) -> Iterator[list[Any]]:
    """Yield the names of the columns, then the values of each edge; nodes and figures by their places in the lists."""
    node_places = {node["id"]: place for place, node in enumerate(kept)}
    figure_places = {figure["figid"]: place for place, figure in enumerate(figures)}
    yield ["source", "target", *_EDGE_COLUMNS]
    for source, target, attributes in found:
        if "evidence" in attributes:
            attributes["evidence"] = [figure_places[figid] for figid in attributes["evidence"]]
        values = [node_places[source], node_places[target], *(attributes.get(name) for name in _EDGE_COLUMNS)]
        while values[-1] is None:
            values.pop()
        yield values


def _figures(graph: KnowledgeGraph) -> Iterator[dict[str, Any]]:
    """Yield the figures that the pairs name as evidence, with what each draws its entities by."""
    words: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for row in graph.engine.fetch(sql("html/figure_words")).to_pylist():
        words[row["figid"]][row["entity_id"]] = row["words"]
    for row in graph.engine.fetch(sql("html/figures")).to_pylist():
        found = {name: value for name, value in row.items() if value is not None}
        yield found | {"words": words[row["figid"]]}


_ESCAPED = str.maketrans({"<": r"\u003c", ">": r"\u003e", "&": r"\u0026", "\u2028": r"\u2028", "\u2029": r"\u2029"})


def _safe(value: Any) -> str:
    r"""Give a value as JSON that may stand inside a page.

    >>> _safe("</script>")
    '"\\u003c/script\\u003e"'
    """
    return encode(value).translate(_ESCAPED)


# -- the page


class Page(NamedTuple):
    """What stands before the view: head and body; and what closes the page."""

    head: str
    body: str
    tail: str


_STYLE = re.compile(r'<link rel="stylesheet" href="([\w./-]+)">\n')
_SCRIPT = re.compile(r'<script( type="module")?(?: defer)?(?: type="module")? src="([\w./-]+)"></script>\n')
_IMPORT = re.compile(r'^import (\{[^}]*\}|\* as \w+) from "\./([\w-]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)


@cache
def page() -> Page:
    """Give the explorer's page with its style and scripts inside, in the three parts of `Page`."""
    text = _read("static/index.html").replace('<html lang="en">', '<html lang="en" data-page="view" data-file>')
    text = re.sub(r'<link rel="icon".*\n', "", text)
    text = _STYLE.sub(lambda found: f"<style>\n{_read(found[1])}</style>\n", text)
    digests: list[str] = []

    def inline(found: re.Match[str]) -> str:
        module, path = found.groups()
        code = "\n" + (_bundle(path) if module else _read(path).strip() + "\n").replace("</script", r"<\/script")
        digests.append(f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'")
        return f"<script{module or ''}>{code}</script>\n"

    text = _SCRIPT.sub(inline, text)
    policy = f"default-src 'none'; script-src {' '.join(digests)}; style-src 'unsafe-inline'; img-src data: blob:"
    policy += "; base-uri 'none'; form-action 'none'"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    text = text.replace('<meta charset="utf-8">\n', f'<meta charset="utf-8">\n{meta}')
    head, _, body = text.partition("</head>\n")
    return Page(f"{head}</head>\n", body.removesuffix("</body>\n</html>\n"), "</body>\n</html>\n")


def _read(path: str) -> str:
    return (files("kg") / "web" / path).read_text(encoding="utf-8")


def _bundle(path: str) -> str:
    """Give a module with those that it imports as one: each in a function of its own, imports before importers."""
    done: dict[str, str] = {}
    _gather(path.removeprefix("static/").removesuffix(".js"), done)
    return "const modules = {};\n" + "".join(done.values())


def _gather(name: str, done: dict[str, str]) -> None:
    if name in done:
        return
    done[name] = ""  # modules that import each other would go round in circles
    code = _read(f"static/{name}.js")
    for _, other in _IMPORT.findall(code):
        _gather(other, done)
    del done[name]
    code = _IMPORT.sub(lambda found: f"const {found[1].removeprefix('* as ')} = modules.{found[2]};\n", code)
    given = ", ".join(found[2] for found in _EXPORT.finditer(code))
    code = _EXPORT.sub(r"\1", code)
    done[name] = f"modules.{name} = (() => {{\n{code}return {{ {given} }};\n}})();\n"
