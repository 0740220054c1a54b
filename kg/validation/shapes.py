"""SHACL: the shapes of `shapes.ttl` for the base of a build, and their faults that pySHACL finds in triples."""

import re
from collections.abc import Iterable
from importlib.resources import files
from typing import NamedTuple

from rdflib import RDF, SH, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kg.errors import UnknownPrefix
from kg.model.identifiers import DEFAULT_BASE, compress
from kg.model.records import Severity
from kg.validation.findings import DECLARE, MEND, RELEASE_OPTION, REWRITE, Check, Example

SEVERITIES: dict[Node | None, Severity] = {SH.Violation: "error", SH.Warning: "warning", SH.Info: "note"}

SHAPES = ("shapes.ttl", "description_shapes.ttl")
"""Files of shapes: of the data, and of what describes them."""

_SPECIAL = re.compile(r"[.^$*+?()\[\]{}|\\]")


class Fault(NamedTuple):
    """A validation result of pySHACL: the check that its shape makes, and the node."""

    check: Check
    example: Example


def load(base: str = DEFAULT_BASE) -> Graph:
    """Return the shapes for a base, which replaces the default base in IRIs and, escaped, in patterns."""
    default = Graph()
    for name in SHAPES:
        default.parse(data=(files("kg.validation") / name).read_text(encoding="utf-8"), format="turtle")
    shapes = Graph(bind_namespaces="none")
    for triple in default:
        shapes.add(tuple(_rebased(term, base) for term in triple))  # type: ignore[arg-type]
    return shapes


def _rebased(term: Node, base: str) -> Node:
    if isinstance(term, URIRef):
        return URIRef(base + term.removeprefix(DEFAULT_BASE)) if term.startswith(DEFAULT_BASE) else term
    if isinstance(term, Literal) and (default := _pattern(DEFAULT_BASE)) in term:
        return Literal(term.replace(default, _pattern(base)))
    return term


def _pattern(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def classes(shapes: Graph) -> list[str]:
    """Return the IRIs of the classes that have shapes, sorted."""
    return sorted({str(class_) for class_ in shapes.objects(None, SH.targetClass)})


def installed() -> bool:
    """Return whether pySHACL is installed; the extra `validate` installs it."""
    try:
        import pyshacl  # noqa: F401
    except ModuleNotFoundError:
        return False
    return True


def validate(triples: bytes, focus: Iterable[str], shapes: Graph, base: str) -> list[Fault]:
    """Validate nodes by the shapes; return the faults, sorted.

    `focus` has the IRIs of the nodes. `triples` are N-Triples: all that have these as subjects, and the classes of the
    nodes to which they refer.
    """
    from pyshacl import validate as run

    data = Graph(bind_namespaces="none").parse(data=triples, format="nt")
    results = run(data, shacl_graph=_targeted(shapes, data, {URIRef(iri) for iri in focus}), inplace=True)[1]
    if not isinstance(results, Graph):  # pySHACL has failed, and returns its message
        return [Fault(Check("rdf.shapes", "pySHACL can validate it"), Example({}, {"error": str(results)[:300]}))]
    faults = [_fault(results, result, shapes, base) for result in results.subjects(RDF.type, SH.ValidationResult)]
    return sorted(faults, key=lambda fault: (fault.check.name, str(fault.example)))


def _targeted(shapes: Graph, data: Graph, focus: set[URIRef]) -> Graph:
    """Return the shapes with nodes as targets: those in focus, in the place of all nodes of a class.

    pySHACL's own `focus_nodes` would accept any node outside the focus to which a node refers.
    """
    targeted = Graph(bind_namespaces="none")
    for shape, term, value in shapes:
        if term != SH.targetClass:
            targeted.add((shape, term, value))
            continue
        for node in data.subjects(RDF.type, value):
            if node in focus:
                targeted.add((shape, SH.targetNode, node))
    return targeted


def _fault(results: Graph, result: Node, shapes: Graph, base: str) -> Fault:
    source, path = results.value(result, SH.sourceShape), results.value(result, SH.resultPath)
    owner = source if isinstance(source, URIRef) else shapes.value(None, SH.property, source)
    kind = str(owner).rpartition("#")[2]
    subject = re.split(r"[/#]", str(path))[-1] if path is not None and not _is_closed(results, result) else "properties"
    name = f"rdf.{kind}" if path is None else f"rdf.{kind}.{subject}"
    message = " ".join(str(text) for text in results.objects(result, SH.resultMessage))
    severity = SEVERITIES.get(results.value(result, SH.resultSeverity), "error")
    place = {"node": _short(results.value(result, SH.focusNode), base)}
    value = {"constraint": str(results.value(result, SH.sourceConstraintComponent)).rpartition("#")[2]}
    value["constraint"] = value["constraint"].removesuffix("ConstraintComponent")
    if path is not None:
        place["property"] = str(path)
    if (node := results.value(result, SH.value)) is not None:
        value["value"] = _short(node, base)
    warned = DECLARE if subject == "properties" else RELEASE_OPTION if kind == "release" else MEND
    remedy = REWRITE if severity == "error" else warned
    return Fault(Check(name, message, severity, remedy), Example(place, value))


def _is_closed(results: Graph, result: Node) -> bool:
    return results.value(result, SH.sourceConstraintComponent) == Namespace(str(SH)).ClosedConstraintComponent


def _short(term: Node | None, base: str) -> str:
    if isinstance(term, URIRef):
        try:
            return compress(str(term), base)
        except UnknownPrefix:
            return str(term)
    return term.n3() if isinstance(term, Literal) else str(term)
