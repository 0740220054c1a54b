"""One page of a view that needs no server and no network: the explorer of `kg serve` with a view inside.

The page is the explorer's own (`kg/web/static`), with style, scripts and the view inlined. Its security policy allows
its own scripts only, by their digests, and loads nothing, so that a name that looks like markup stays a name.
"""

import re
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any, NamedTuple

from kg.engines.statements import Statements
from kg.errors import QueryError
from kg.exporters.colour_scale import MISSING, ColourScale, colour_scale
from kg.exporters.notebook import frame
from kg.exporters.plots.view_picture import picture
from kg.exporters.view_exporter import ViewExporter, edges_with_lists, encode, network_attributes, nodes_with_lists
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import VIEWS_OF_PAIRS, Edge, Node, View
from kg.graph.word_doubts import by_word
from kg.model.organisms import UNKNOWN, organism_name
from kg.model.records import LIKELY
from kg.runtime.files import BinaryWriter

MOST = 20_000
"""Greatest number of nodes and edges; no browser opens a page with more."""

WORDS = 40
"""Greatest number of words listed for an entity, the most used ones."""

_EDGE_COLUMNS = (
    "interaction", "weight", "figures", "papers", "first_year", "last_year", "npmi", "q", "evidence", "doubt", "kind",
    "words", "word_status", "flavour", "probability",
)  # fmt: skip
_NOT_SHOWN = frozenset({"label", "iri"})

STATEMENTS = Statements("kg.exporters", "html")


class Html(ViewExporter):
    """Exporter of one page of any view of a size that browsers draw."""

    suffixes: tuple[str, ...] = (".html", ".htm")

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write a view (default: the whole graph); return the number of nodes and edges.

        Raises QueryError for more than MOST of them.
        """
        view = view or graph.view()
        size = view.n_nodes + view.n_edges
        if size > MOST:
            raise QueryError(
                f"html: {size:,} nodes and edges, and a browser draws {MOST:,}; narrow it: --of, --min-figures, --top"
            )
        return super().write(graph, view, file)

    def in_notebook(self, graph: KnowledgeGraph, view: View) -> str:
        """Return a view as HTML for a notebook."""
        return frame(self, graph, view)

    def figure(self, view: View, top: int) -> Any:
        """Return a picture of a view as a figure of matplotlib; raise errors as `View.plot` does."""
        return picture(view, top)

    def texts(self, graph: KnowledgeGraph, view: View) -> Iterator[str]:
        """Yield the page, with the view as JSON in its last script."""
        names: dict[str, str] = {}
        scale = colour_scale(view)
        nodes = [_node(node, scale) for node in _with_drawing(view, nodes_with_lists(view, names))]
        head, body, tail = page_parts()
        title = _title(view, names)
        yield head.replace("<title>Pathway Figures</title>", f"<title>{escape(title)}</title>")
        yield body
        yield '<script type="application/json" id="embedded">{"title":' + _safe(title)
        yield f',\n"about":{_safe(network_attributes(graph, view))}'
        yield f',\n"of":{_safe([view.center] if view.center else [])}'
        yield f',\n"build":{_safe(_build(graph, view, nodes) | _of_list(view, scale))}'
        figures = list(_figures(view)) if view.name in VIEWS_OF_PAIRS else []
        yield from _array("nodes", nodes)
        yield from _array("figures", figures)
        yield from _array("edges", _edges(edges_with_lists(view, names), nodes, figures))
        yield f"}}</script>\n{tail}"


def _array(name: str, rows: Iterable[Any]) -> Iterator[str]:
    """Yield a member of the JSON object, one row a line."""
    yield f',\n"{name}":['
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n{_safe(row)}"
    yield "\n]"


def _title(view: View, names: dict[str, str]) -> str:
    if view.center is None:
        return view.title
    return f"{names.get(view.center, view.center)} in pathway figures"


def _build(graph: KnowledgeGraph, view: View, nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the members of the explorer's `api/build` that describe this view."""
    types = Counter(node["type"] for node in nodes)
    manifest = graph.build.manifest
    counts = {"figures": manifest["counts"]["figures"], "entities": len(nodes)}
    return {
        "version": manifest["version"],
        "input": manifest["input"]["sha256"],
        "counts": counts,
        "years": [],
        "min_figures": view.attributes["min_figures"],
        "categories": {type_: number for type_, number in types.items() if type_ not in {"figure", "paper", "word"}},
        "organisms": _organisms(nodes),
        "examples": [],
    }


def _of_list(view: View, scale: ColourScale | None) -> dict[str, Any]:
    """Return members on the list of a network: the names of its columns of numbers, and the colours of one of them."""
    if view.listed is None:
        return {}
    colours = {"column": scale.column, "points": scale.points, "missing": MISSING} if scale else None
    return {"list": {"columns": [column.name for column in view.listed.columns], "colours": colours}}


def _organisms(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the organisms of the genes and families shown, those of most first, in the form of the explorer."""
    genes = Counter(node.get("taxon", UNKNOWN) for node in nodes if node["type"] in {"gene", "family"})
    by_number = sorted(genes.items(), key=lambda item: (-item[1], item[0]))
    return [{"id": taxon, "name": organism_name(taxon), "genes": number} for taxon, number in by_number]


def _with_drawing(view: View, nodes: Iterator[Node]) -> Iterator[Node]:
    """Add to each entity the words that draw it, its figures by year, and the number of those by doubtful readings."""
    words: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in view.fetch(STATEMENTS.sql("html_entity_words", most=WORDS, likely=LIKELY)).to_pylist():
        words[row.pop("entity_id")].append(row)
    years: defaultdict[str, list[list[int]]] = defaultdict(list)
    for row in view.fetch(STATEMENTS.sql("html_entity_years", likely=LIKELY)).to_pylist():
        years[row["entity_id"]].append([row["year"], row["figures"]])
    doubts = view.fetch(STATEMENTS.sql("html_entity_doubts", likely=LIKELY)).to_pylist()
    doubtful = {row["entity_id"]: row["doubtful_figures"] for row in doubts}
    for id_, attributes in nodes:
        drawing = {"words": words.get(id_), "years": years.get(id_), "doubtful_figures": doubtful.get(id_)}
        yield Node(id_, attributes | {name: value for name, value in drawing.items() if value})


def _node(node: Node, scale: ColourScale | None) -> dict[str, Any]:
    """Return the members of a node; `colour` is that of its joined number."""
    colour = {"colour": scale.colour(node.attributes.get(scale.column))} if scale else {}
    shown = {name: value for name, value in node.attributes.items() if name not in _NOT_SHOWN}
    return {"id": node.id} | shown | colour


def _edges(edges: Iterator[Edge], nodes: list[dict[str, Any]], figures: list[dict[str, Any]]) -> Iterator[list[Any]]:
    """Yield the names of the columns, then the values of each edge; nodes and figures by their index in the lists."""
    node_index = {node["id"]: index for index, node in enumerate(nodes)}
    figure_index = {figure["figid"]: index for index, figure in enumerate(figures)}
    yield ["source", "target", *_EDGE_COLUMNS]
    for source, target, attributes in edges:
        if "evidence" in attributes:
            attributes["evidence"] = [figure_index[figid] for figid in attributes["evidence"]]
        values = [node_index[source], node_index[target], *(attributes.get(name) for name in _EDGE_COLUMNS)]
        while values[-1] is None:
            values.pop()
        yield values


def _figures(view: View) -> Iterator[dict[str, Any]]:
    """Yield the figures that the pairs name as evidence, with the words that draw each entity, and their readings."""
    words: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for row in view.fetch(STATEMENTS.sql("html_figure_words")).to_pylist():
        words[row["figid"]][row["entity_id"]] = row["words"]
    rows = view.fetch(STATEMENTS.sql("html_figure_readings")).to_pylist()
    readings: defaultdict[str, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
    for (figid, entity_id), doubts in by_word(rows, ("figid", "entity_id")).items():
        readings[figid][entity_id] = doubts
    for row in view.fetch(STATEMENTS.sql("html_figures")).to_pylist():
        figure = {name: value for name, value in row.items() if value is not None}
        yield figure | {"words": words[row["figid"]], "readings": readings.get(row["figid"], {})}


_ESCAPED = str.maketrans({"<": r"\u003c", ">": r"\u003e", "&": r"\u0026", "\u2028": r"\u2028", "\u2029": r"\u2029"})


def _safe(value: Any) -> str:
    r"""Return a value as JSON that is safe inside a page.

    >>> _safe("</script>")
    '"\\u003c/script\\u003e"'
    """
    return encode(value).translate(_ESCAPED)


# -- the page


class PageParts(NamedTuple):
    """Head and body of the page, which precede the view, and its end."""

    head: str
    body: str
    tail: str


_STYLE = re.compile(r'<link rel="stylesheet" href="([\w./-]+)">\n')
_SCRIPT = re.compile(r'<script( type="module")?(?: defer)?(?: type="module")? src="([\w./-]+)"></script>\n')
_IMPORT = re.compile(r'^import (\{[^}]*\}|\* as \w+) from "\./([\w-]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)


@cache
def page_parts() -> PageParts:
    """Return the explorer's page with its style and scripts inside."""
    text = _read("static/index.html").replace('<html lang="en">', '<html lang="en" data-page="view" data-file>')
    text = re.sub(r'<link rel="icon".*\n', "", text)
    text = _STYLE.sub(lambda link: f"<style>\n{_read(link[1])}</style>\n", text)
    digests: list[str] = []

    def inline(script: re.Match[str]) -> str:
        module, path = script.groups()
        code = "\n" + (_bundle(path) if module else _read(path).strip() + "\n").replace("</script", r"<\/script")
        digests.append(f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'")
        return f"<script{module or ''}>{code}</script>\n"

    text = _SCRIPT.sub(inline, text)
    policy = f"default-src 'none'; script-src {' '.join(digests)}; style-src 'unsafe-inline'; img-src data: blob:"
    policy += "; base-uri 'none'; form-action 'none'"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    text = text.replace('<meta charset="utf-8">\n', f'<meta charset="utf-8">\n{meta}')
    head, _, body = text.partition("</head>\n")
    return PageParts(f"{head}</head>\n", body.removesuffix("</body>\n</html>\n"), "</body>\n</html>\n")


def _read(path: str) -> str:
    return (files("kg") / "web" / path).read_text(encoding="utf-8")


def _bundle(path: str) -> str:
    """Return a module and its imports as one script: one function for each module, imports before importers."""
    functions: dict[str, str] = {}
    _add_module(path.removeprefix("static/").removesuffix(".js"), functions)
    return "const modules = {};\n" + "".join(functions.values())


def _add_module(name: str, functions: dict[str, str]) -> None:
    """Add the function of a module, after those of its imports."""
    if name in functions:
        return
    functions[name] = ""  # ends the recursion where modules import each other
    code = _read(f"static/{name}.js")
    for _, other in _IMPORT.findall(code):
        _add_module(other, functions)
    del functions[name]
    code = _IMPORT.sub(lambda line: f"const {line[1].removeprefix('* as ')} = modules['{line[2]}'];\n", code)
    exported = ", ".join(line[2] for line in _EXPORT.finditer(code))
    code = _EXPORT.sub(r"\1", code)
    functions[name] = f"modules['{name}'] = (() => {{\n{code}return {{ {exported} }};\n}})();\n"
