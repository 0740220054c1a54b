"""CX2, the format of NDEx and Cytoscape Web: typed columns, real lists, and the look of `kg.exporters.style`.

Streamed, one node or edge a line. In memory are the numbers and names of the nodes, and the lists of those few that
have a `|` in a member. Cytoscape.js JSON (`kg.exporters.cyjs`) has the same columns and network attributes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import islice
from math import isfinite
from typing import Any
from unicodedata import normalize

from kg.engines.statements import sql
from kg.exporters.cytoscape_style import visual_editor_properties, visual_properties
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import EDGE_COLUMNS, NODE_COLUMNS, Edge, Node, View
from kg.model.identifiers import expand, page
from kg.model.text import clean
from kg.runtime.files import BinaryWriter

LISTS = frozenset({"xrefs", "synonyms", "words", "lexicon", "evidence"})
"""Columns of nodes and edges that are lists."""

RIGHTS = "Waiver-No rights reserved (CC0)"
"""The licence of Pathway Figure OCR and of what is counted from it, in NDEx's words."""
METHODS = "Pathway Figure OCR, https://doi.org/10.1186/s13059-020-02181-2"

_TYPES = {str: "string", int: "integer", float: "double", bool: "boolean", list: "list_of_string"}
_LINES = 10_000

_ENTITIES = """
    SELECT entity_id AS id, xrefs, synonyms FROM kept_entities
    WHERE contains(array_to_string(list_concat(xrefs, synonyms), ''), '|')
"""
_MENTIONS = """
    SELECT
        figure_id, entity_id,
        list(DISTINCT COALESCE(word, match) ORDER BY COALESCE(word, match))
            FILTER (COALESCE(word, match) IS NOT NULL) AS words,
        list(DISTINCT source ORDER BY source) FILTER (source IS NOT NULL) AS lexicon
    FROM kept_mentions
    GROUP BY figure_id, entity_id
    HAVING bool_or(contains(CONCAT(word, match, source), '|'))
"""
_FIGURE = """
    SELECT f.*, p.title AS paper_title, p.reference
    FROM kept_figures AS f LEFT JOIN papers AS p ON p.paper_id = f.paper_id
"""


class Cx2:
    """CX2 of any view."""

    suffixes: tuple[str, ...] = (".cx2",)
    of_views = True

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write a view (default: the whole graph); return the number of nodes and edges."""
        view = view or graph.view()
        write_all(_lines(graph, view), file)
        return view.n_nodes + view.n_edges


def _lines(graph: KnowledgeGraph, view: View) -> Iterator[str]:
    network = about(graph, view)
    names: dict[str, str] = {}
    numbers: dict[str, int] = {}
    aspects: dict[str, Iterable[Mapping[str, Any]]] = {
        "attributeDeclarations": [_declarations(graph, network)],
        "networkAttributes": [network],
        "nodes": _nodes(nodes(graph, view, names), numbers),
        "edges": _edges(edges(graph, view, names), numbers),
        "visualProperties": [visual_properties()],
        "visualEditorProperties": [visual_editor_properties()],
    }
    counts = dict.fromkeys(aspects, 1) | {"nodes": view.n_nodes, "edges": view.n_edges}
    metadata = {"metaData": [{"name": name, "elementCount": count} for name, count in counts.items()]}
    yield '[\n{"CXVersion":"2.0","hasFragments":false}'
    for name, elements in (metadata | aspects).items():
        yield f',\n{{"{name}":['
        yield from lines(elements)
        yield "\n]}"
    yield ',\n{"status":[{"error":"","success":true}]}\n]\n'


def _nodes(found: Iterable[Node], numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Give the nodes as CX2 has them; fill in their numbers, from 0."""
    for number, (id_, attributes) in enumerate(found):
        numbers[id_] = number
        yield {"id": number, "v": {"name": attributes.pop("name"), "represents": id_} | attributes}


def _edges(found: Iterable[Edge], numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    for number, (source, target, attributes) in enumerate(found):
        yield {"id": number, "s": numbers[source], "t": numbers[target], "v": attributes}


def _declarations(graph: KnowledgeGraph, network: dict[str, Any]) -> dict[str, Any]:
    """Give the types of all columns that hold something."""
    # What the view works out is not in its rows; the style reads the others, and NDEx wants what it reads declared.
    of_nodes = {"name", "represents", "type", "iri", "url"}
    of_nodes |= _used(graph, "view/nodes", NODE_COLUMNS.keys() - {"label", "iri", "url"})
    of_edges = {"name", "interaction", "weight"} | _used(graph, "view/edges", EDGE_COLUMNS.keys())
    node_types, edge_types = ({"name": str, "represents": str} | NODE_COLUMNS), ({"name": str} | EDGE_COLUMNS)
    return {
        "networkAttributes": {name: {"d": _TYPES[type(value)]} for name, value in network.items()},
        "nodes": _typed({name: node_types[name] for name in node_types if name in of_nodes}),
        "edges": _typed({name: edge_types[name] for name in edge_types if name in of_edges}),
    }


def _typed(columns: dict[str, type]) -> dict[str, dict[str, str]]:
    return {name: {"d": _TYPES[list if name in LISTS else dtype]} for name, dtype in columns.items()}


def _used(graph: KnowledgeGraph, rows: str, columns: Iterable[str]) -> set[str]:
    counts = ", ".join(f"COUNT({name}) AS {name}" for name in sorted(columns))
    [found] = graph.engine.fetch(f"SELECT {counts} FROM (\n{sql(rows)}\n)").to_pylist()
    return {name for name, count in found.items() if count}


# -- what Cytoscape.js JSON has, too


def nodes(graph: KnowledgeGraph, view: View, names: dict[str, str]) -> Iterator[Node]:
    """Yield the nodes of a view with their lists as lists, and without `label`, which says what `name` says.

    Fills `names`: id to name, for `edges`.
    """
    whole = {row["id"]: row for row in graph.engine.fetch(_ENTITIES).to_pylist()}
    for id_, attributes in view.nodes():
        names[id_] = attributes.pop("label")
        yield Node(id_, _tidy(attributes, whole.get(id_, {})))


def edges(graph: KnowledgeGraph, view: View, names: Mapping[str, str]) -> Iterator[Edge]:
    """Yield the edges of a view with their lists as lists, and with a `name` such as `RANK (co-occurs) OPG`."""
    whole = {(row["figure_id"], row["entity_id"]): row for row in graph.engine.fetch(_MENTIONS).to_pylist()}
    for source, target, attributes in view.edges():
        name = f"{names[source]} ({attributes['interaction']}) {names[target]}"
        of_mention = whole.get((source, target), {}) if attributes["interaction"] == "mentions" else {}
        yield Edge(source, target, _tidy({"name": name} | attributes, of_mention))


def about(graph: KnowledgeGraph, view: View) -> dict[str, Any]:
    """Give the attributes of the network; of a figure, those that its network at NDEx has, and what it came from.

    Read: wikipathways/pfocr2ndex, code/update_pfocr.ipynb. `disease`, which comes of an enrichment test there, is not
    known to a build.
    """
    made_by = {"methods": METHODS, "rights": RIGHTS, "prov:wasGeneratedBy": f"kg {graph.build.manifest['version']}"}
    of_view = {"name": view.title} | view.attributes
    if view.name == "figure":  # it has no co-occurrences, which the other attributes count
        of_view = {name: of_view[name] for name in ("name", "description")} | _figure(graph)
    return _tidy(of_view | made_by, {})


def _figure(graph: KnowledgeGraph) -> dict[str, str]:
    """Give the attributes of the one figure that is kept; those it has."""
    [row] = graph.engine.fetch(_FIGURE).to_pylist()
    figid, pmcid = (row[key].partition(":")[2] for key in ("figure_id", "paper_id"))
    link = page(row["paper_id"])
    found = {
        "name": row["title"] or figid,
        "description": row["caption"],
        "figureLink": row["url"],
        "figureNumber": row["number"],
        "figureTitle": row["title"],
        "networkType": "pathway",
        "organism": ", ".join(row["organisms_ner"] or row["organisms"] or ()),
        "paperLink": link,
        "paperTitle": row["paper_title"],
        "pfocrId": figid,
        "pmcId": pmcid,
        "publicationYear": row["year"] and str(row["year"]),
        "reference": _reference(row["reference"], row["paper_title"], link),
        "prov:wasDerivedFrom": expand(row["figure_id"]),
    }
    return {name: value for name, value in found.items() if value}


def _reference(printed: str | None, title: str | None, link: str | None) -> str:
    """Give a citation in HTML, which NDEx shows."""
    parts = {"{}": printed, "<b>{}</b>": title, '<a href="{0}" target="_blank">{0}</a>': link}
    return " ".join(form.format(escape(part)) for form, part in parts.items() if part)


def _tidy(attributes: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """Make lists of joined texts, taken from `whole` where a member has the separator in it; no NaN, texts composed."""
    return {
        name: [_text(member) for member in whole.get(name) or value.split("|")] if name in LISTS else _value(value)
        for name, value in attributes.items()
        if not isinstance(value, float) or isfinite(value)
    }


def _value(value: Any) -> Any:
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    # As in GraphML, so that tables of either join by name; JSON itself takes any ASCII.
    return text if text.isascii() else normalize("NFC", clean(text))


encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
"""Write a value as JSON that any reader takes."""


def lines(elements: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the inside of a JSON array, one element a line."""
    comma = ""
    for element in elements:
        yield f"{comma}\n{encode(element)}"
        comma = ","


def write_all(texts: Iterator[str], file: BinaryWriter) -> None:
    """Write texts, many at a time."""
    while chunk := list(islice(texts, _LINES)):
        file.write("".join(chunk).encode())
