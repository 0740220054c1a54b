"""What Cytoscape Desktop makes of a GraphML file, as far as its reader's source and runs of it show.

Read: cytoscape-impl, graphml-impl, `GraphMLParser.java`. It ignores `key/@for`, `<default>` and edge ids; a key
declared twice is the last one; column names do not care for case; what it cannot place it writes on the
element before.
"""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

NAMESPACE = "{http://graphml.graphdrawing.org/xmlns}"
VIEW_THRESHOLD = 3000
"""Networks of so many nodes and edges or more are not drawn unasked."""

Columns = dict[str, Any]


@dataclass
class Network:
    table: Columns = field(default_factory=dict)
    nodes: dict[str, Columns] = field(default_factory=dict)
    edges: list[tuple[str, str, Columns]] = field(default_factory=list)
    directed: bool = False

    @property
    def drawn(self) -> bool:
        return len(self.nodes) + len(self.edges) < VIEW_THRESHOLD


def read(path: Path) -> Network:
    with path.open("rb") as file:
        head = b"".join(file.readline() for _ in range(20))
    if path.suffix not in {".graphml", ".xml"} or NAMESPACE[1:-1].encode() not in head:
        raise ValueError(f"{path}: not taken for GraphML")
    reader = _Reader()
    for element in ET.parse(path).getroot().iter():
        reader.take(element)
    return reader.network


class _Reader:
    def __init__(self) -> None:
        self.network = Network()
        self.keys: dict[str, tuple[str, str]] = {}
        self.current: Columns = {}

    def take(self, element: ET.Element) -> None:
        of = element.attrib
        match element.tag.removeprefix(NAMESPACE):
            case "key":
                self.keys[of["id"]] = (of["attr.name"], of.get("attr.type", ""))
            case "graph":
                self.network.directed = of["edgedefault"] == "directed"
                self.current = self.network.table
                self.current["name"] = of.get("id")
            case "node":
                id_ = of["id"]
                self.current = self.network.nodes.setdefault(id_, {"name": id_, "shared name": id_})
            case "edge" if of["source"] in self.network.nodes and of["target"] in self.network.nodes:
                source, target = of["source"], of["target"]
                self.current = {"name": f"{source} (-) {target}", "interaction": "-"}
                self.network.edges.append((source, target, self.current))
            case "desc":
                self.current["name"] = element.text
            case "data" if of["key"] in self.keys:
                self._set(*self.keys[of["key"]], element.text or "")

    def _set(self, name: str, type_: str, text: str) -> None:
        column = next((known for known in self.current if known.lower() == name.lower()), name)
        value = _value(type_, text)
        if value is not None and name != "SUID":
            self.current[column] = value


def _value(type_: str, text: str) -> Any:
    """Give the value; None where the reader leaves the cell empty or knows no such type."""
    if type_ in {"int", "long"}:
        limit = 2**31 if type_ == "int" else 2**63
        return int(text) if text.lstrip("-").isdigit() and -limit <= int(text) < limit else None
    if type_ in {"float", "double"}:
        return None if text in {"nan", "inf", "-inf"} else _real(text)
    if type_ == "boolean":
        return text.lower() == "true"
    return text if type_ == "string" else None


def _real(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return math.nan if text == "NaN" else None
