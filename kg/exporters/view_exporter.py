"""Shared parts of the exporters of views: streamed text, and nodes, edges and attributes as JSON has them."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import islice
from math import isfinite
from typing import Any
from unicodedata import normalize

from kg.engines.statements import Statements
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import Edge, Node, View
from kg.model.identifiers import expand, page
from kg.model.text import clean
from kg.runtime.files import BinaryWriter

LISTS = frozenset({"xrefs", "synonyms", "words", "lexicon", "evidence"})
"""Columns of nodes and edges that hold lists; the rows of a view join their members by bars."""

RIGHTS = "Waiver-No rights reserved (CC0)"
"""Licence of Pathway Figure OCR and of all counts from it, in the words of NDEx."""
METHODS = "Pathway Figure OCR, https://doi.org/10.1186/s13059-020-02181-2"

_CHUNK_TEXTS = 10_000
"""Texts written at once."""

STATEMENTS = Statements("kg.exporters", "view_exporter")


class ViewExporter(ABC):
    """Exporter of any view, in texts that are streamed."""

    suffixes: tuple[str, ...]
    of_views = True

    def write(self, graph: KnowledgeGraph, view: View | None, file: BinaryWriter) -> int:
        """Write a view (default: the whole graph); return the number of nodes and edges."""
        view = view or graph.view()
        texts = self.texts(graph, view)
        while chunk := list(islice(texts, _CHUNK_TEXTS)):
            file.write("".join(chunk).encode())
        return view.n_nodes + view.n_edges

    @abstractmethod
    def texts(self, graph: KnowledgeGraph, view: View) -> Iterator[str]:
        """Yield the file, piece by piece."""


def edge_name(source: str, interaction: str, target: str) -> str:
    """Return the name of an edge, as Cytoscape writes it.

    >>> edge_name("RANK", "co-occurs", "OPG")
    'RANK (co-occurs) OPG'
    """
    return f"{source} ({interaction}) {target}"


def composed(text: str) -> str:
    """Return a text in normal form C, as in GraphML, so that tables of several formats join by name."""
    return text if text.isascii() else normalize("NFC", clean(text))


def is_missing(value: Any) -> bool:
    """Return whether a value is None, NaN or infinite, which the formats cannot hold."""
    return value is None or (isinstance(value, float) and not isfinite(value))


# -- JSON


def nodes_with_lists(view: View, names: dict[str, str]) -> Iterator[Node]:
    """Yield the nodes of a view with real lists, and without `label`, which repeats `name`.

    Fills `names`, which `edges_with_lists` needs: node id to name.
    """
    lists = {row["id"]: row for row in view.fetch(STATEMENTS.sql("entity_lists")).to_pylist()}
    for id_, attributes in view.nodes():
        names[id_] = attributes.pop("label")
        yield Node(id_, _json_values(attributes, lists.get(id_, {})))


def edges_with_lists(view: View, names: Mapping[str, str]) -> Iterator[Edge]:
    """Yield the edges of a view with real lists, and with a `name` such as `RANK (co-occurs) OPG`."""
    rows = view.fetch(STATEMENTS.sql("mention_lists")).to_pylist()
    lists = {(row["figure_id"], row["entity_id"]): row for row in rows}
    for source, target, attributes in view.edges():
        interaction = attributes["interaction"]
        name = edge_name(names[source], interaction, names[target])
        lists_of_mention = lists.get((source, target), {}) if interaction == "mentions" else {}
        yield Edge(source, target, _json_values({"name": name} | attributes, lists_of_mention))


def network_attributes(graph: KnowledgeGraph, view: View) -> dict[str, Any]:
    """Return the attributes of the network; a figure has those of its network at NDEx, and its source.

    NDEx's attributes are from wikipathways/pfocr2ndex, code/update_pfocr.ipynb. Its `disease` is left out, because it
    comes from an enrichment test there.
    """
    program = {"methods": METHODS, "rights": RIGHTS, "prov:wasGeneratedBy": f"kg {graph.build.manifest['version']}"}
    attributes = {"name": view.title} | view.attributes
    if view.name == "figure":  # it has no co-occurrences, which the other attributes count
        attributes = {name: attributes[name] for name in ("name", "description")} | _figure_attributes(view)
    return _json_values(attributes | program, {})


def _figure_attributes(view: View) -> dict[str, str]:
    """Return the attributes of the one figure of a view, without missing ones."""
    [row] = view.fetch(STATEMENTS.sql("figure_of_view")).to_pylist()
    figid, pmcid = (row[key].partition(":")[2] for key in ("figure_id", "paper_id"))
    link = page(row["paper_id"])
    attributes = {
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
        "reference": _html_reference(row["reference"], row["paper_title"], link),
        "prov:wasDerivedFrom": expand(row["figure_id"]),
    }
    return {name: value for name, value in attributes.items() if value}


def _html_reference(printed: str | None, title: str | None, link: str | None) -> str:
    """Return a citation in HTML, which NDEx shows."""
    parts = {"{}": printed, "<b>{}</b>": title, '<a href="{0}" target="_blank">{0}</a>': link}
    return " ".join(form.format(escape(part)) for form, part in parts.items() if part)


def _json_values(attributes: dict[str, Any], lists: dict[str, Any]) -> dict[str, Any]:
    """Return attributes for JSON: joined lists split or, where a member has a bar, taken from `lists`."""
    return {
        name: [composed(member) for member in lists.get(name) or value.split("|")] if name in LISTS else _value(value)
        for name, value in attributes.items()
        if not is_missing(value)
    }


def _value(value: Any) -> Any:
    return composed(value) if isinstance(value, str) else value


encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
"""Encoder of values as compact JSON that every reader accepts."""


def array_lines(elements: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the inside of a JSON array, one element a line."""
    comma = ""
    for element in elements:
        yield f"{comma}\n{encode(element)}"
        comma = ","
