"""Sends networks with their style to a running Cytoscape, by its interface CyREST.

CyREST is plain HTTP with JSON on this machine, and seven requests are enough. So there is no further library:
py4cytoscape would bring pandas, igraph and requests to send the same.
"""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, Request, build_opener

from kg.errors import KgError, cut
from kg.exporters.cytoscape_style import EDGE_PROPERTIES, NETWORK_PROPERTIES
from kg.exporters.style_values import Continuous, Discrete, Passthrough, Property

PORT = 1234
"""The port at which Cytoscape listens unless it was started with another one."""

COLLECTION = "PFOCR"
"""The collection of networks in Cytoscape to which a network is added."""

TIMEOUT = 120
"""Seconds that Cytoscape has to answer one request; drawing 3,000 nodes and edges takes it a few."""

_TYPES = {"string": "String", "boolean": "Boolean", "double": "Double", "integer": "Double"}
"""Types of columns, as Cytoscape reads them from JSON."""

_LOCKS = ("nodeSizeLocked", "arrowColorMatchesEdge")
"""Dependencies of visual properties that are off in the style."""


class Sent(NamedTuple):
    """What Cytoscape says of a network that it has taken."""

    network: int
    """Its number in Cytoscape."""
    style: str
    """The name of its style in Cytoscape."""
    version: str
    """The version of Cytoscape."""


class CyRest:
    """A running Cytoscape on this machine.

    The address is always that of this machine, because CyREST has neither passwords nor encryption.
    """

    def __init__(self, port: int = PORT, timeout: float = TIMEOUT) -> None:
        """Use the Cytoscape at a port of 127.0.0.1; nothing is asked yet."""
        self.address = f"http://127.0.0.1:{port}"
        self._timeout = timeout
        self._opener = build_opener(ProxyHandler({}))  # a proxy would not reach this machine's Cytoscape

    def send(self, network: bytes, title: str, style: str, nodes: tuple[Property, ...]) -> Sent:
        """Send a network in Cytoscape.js JSON, with its places, and show it in a style of these properties of nodes.

        A style of this name in Cytoscape is used as it is there, because the person may have changed it. Raises
        KgError where Cytoscape is not running or refuses the network.
        """
        version = self._version()
        made = self._ask("POST", f"networks?{urlencode({'title': title, 'collection': COLLECTION})}", network)
        number = _member(made, "networkSUID", int)
        if style not in self._ask("GET", "styles"):
            made = self._ask("POST", "styles", json.dumps(cyrest_style(style, nodes)).encode())
            style = _member(made, "title", str)
            locks = [{"visualPropertyDependency": name, "enabled": False} for name in _LOCKS]
            self._ask("PUT", f"styles/{quote(style, safe='')}/dependencies", json.dumps(locks).encode())
        self._ask("GET", f"apply/styles/{quote(style, safe='')}/{number}")
        self._ask("GET", f"apply/fit/{number}")
        return Sent(number, style, version)

    def _version(self) -> str:
        version: str = _member(self._ask("GET", "version"), "cytoscapeVersion", str)
        return version

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        """Return the answer to a request; None where it is empty."""
        request = Request(f"{self.address}/v1/{path}", body, {"Content-Type": "application/json"}, method=method)  # noqa: S310
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                text = answer.read()
            return json.loads(text) if text.strip() else None
        except HTTPError as error:
            with error:
                said = cut(error.read(2000).decode(errors="replace").strip()) or error.reason
            raise KgError(f"Cytoscape at {self.address} refuses {method} /v1/{path}: {error.code} {said}") from None
        except ValueError:
            raise KgError(f"{self.address}: the answer is not of Cytoscape; give its port with --port") from None
        except TimeoutError:
            raise KgError(f"Cytoscape at {self.address} did not answer in {self._timeout:g} seconds") from None
        except (URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            raise KgError(
                f"no Cytoscape at {self.address} ({reason}); start Cytoscape 3 and try again, give its port with "
                "--port, or open a file: kg export -o network.cx2"
            ) from None


def _member(answer: Any, name: str, kind: type[Any]) -> Any:
    """Return a member of an answer; raise KgError where the answer has none of this type."""
    value = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(value, kind):
        raise KgError(f"Cytoscape answers without `{name}`: {cut(str(answer))}; update it to 3.8 or newer")
    return value


def cyrest_style(title: str, nodes: tuple[Property, ...]) -> dict[str, Any]:
    """Return a style as CyREST takes it: its title, defaults and mappings."""
    properties = (*NETWORK_PROPERTIES, *nodes, *EDGE_PROPERTIES)
    return {
        "title": title,
        "defaults": [{"visualProperty": item.desktop, "value": item.default.desktop} for item in properties],
        "mappings": [_mapping(item.desktop, item.mapping) for item in properties if item.mapping],
    }


def _mapping(name: str, mapping: Passthrough | Discrete | Continuous) -> dict[str, Any]:
    dtype = "string" if isinstance(mapping, Passthrough) else mapping.dtype
    head = {"mappingColumn": mapping.column, "mappingColumnType": _TYPES[dtype], "visualProperty": name}
    match mapping:
        case Passthrough():
            return {"mappingType": "passthrough", **head}
        case Discrete(values=values):
            pairs = [{"key": text, "value": value.desktop} for text, value in values.items()]
            return {"mappingType": "discrete", **head, "map": pairs}
    at = [(place, mapping.desktop(value)) for place, value in mapping.points]
    points = [{"value": place, "lesser": value, "equal": value, "greater": value} for place, value in at]
    return {"mappingType": "continuous", **head, "points": points}
