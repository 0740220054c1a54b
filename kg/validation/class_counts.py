"""Check of the numbers of things of each class against the manifest."""

from typing import Any, cast

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg.model.build import Build
from kg.model.identifiers import CLASSES, NAMESPACES
from kg.rdf.store import query
from kg.validation.findings import REWRITE, Check, Example, Report

CLASS_COUNTS = Check("rdf.classes", "there are as many things of each class as the manifest says", remedy=REWRITE)

ASSOCIATIONS = ("GeneToGeneAssociation", "CorrelatedGeneToDiseaseAssociation", "Association")

_COUNTS = "SELECT ?class (COUNT(*) AS ?count) WHERE { ?thing a ?class } GROUP BY ?class"


def check_classes(build: Build, store: Store, report: Report) -> None:
    """Check that a build's RDF has as many things of each class as its manifest states."""
    counts: dict[str, int] = {}
    for row in cast("QuerySolutions", query(store, _COUNTS)):
        counts[cast("NamedNode", row["class"]).value] = int(cast("Literal", row["count"]).value)
    examples = []
    namespaces = NAMESPACES | {"kg": f"{build.base}vocab#"}
    for names, stated in _expected(build.manifest).items():
        iris = [namespaces[name.partition(":")[0]] + name.partition(":")[2] for name in names]
        if (number := sum(counts.get(iri, 0) for iri in iris)) != stated:
            examples.append(Example({"class": ", ".join(names)}, {"things": number, "manifest": stated}))
    report.add(CLASS_COUNTS, len(examples), examples)


def _expected(manifest: dict[str, Any]) -> dict[tuple[str, ...], int]:
    """Return the number of things that the manifest states for each class, or group of classes."""
    counts, limits = manifest["counts"], manifest["thresholds"]
    layers = manifest["parameters"].get("layers", ())
    expected: dict[tuple[str, ...], int] = {("fabio:Figure",): counts["figures"]}
    expected[("fabio:JournalArticle",)] = counts["papers"]
    expected |= {(CLASSES[category],): number for category, number in counts["entities_by_category"].items()}
    if "words" in layers and "word_readings" in counts:  # which builds of older versions lack
        expected["kg:LexiconCandidate", "kg:RecordedCandidate"] = counts["word_readings"]
    if "words" in layers:
        expected["kg:Word",] = counts["words"]
    if "cooccurrences" in layers:
        expected[tuple(f"biolink:{name}" for name in ASSOCIATIONS)] = limits["pairs_kept"]
    if "terms" in layers:
        expected["kg:TermAssociation",] = limits["word_pairs_kept"]
    return expected
