"""The triples of other programs, compared as sets with those of a build.

    python benchmarks/triple_sets.py BUILD FILE...

Prints a Markdown table: of each file (Turtle, or N-Triples) and layer, how many triples the build has as well, how many
it does not have, and how many only the build has. Compared are the terms that `benchmarks/naive.py` writes (`TERMS`).
The build has further terms, which this leaves out: keywords, journals, scores, cross-references, statistics, words.
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
from measure import table
from naive import TERMS, named

from kg.model.identifiers import DEFAULT_BASE

LAYER = re.compile(
    rf"https://pfocr\.wikipathways\.org/figures/[^#]*(?:(?P<figures>\.html)|(?P<words>\.html#word-.*))|"
    rf"https://identifiers\.org/(?P<papers>pmc/).*|{DEFAULT_BASE}(?:(?P<pairs>co/)|(?P<other>word/|vocab#|dataset)).*|"
    r".*(?P<candidates>#candidate-).*"
)
"""Layer of a subject, by its IRI; all others are entities."""

ELSEWHERE = {named("schema:mentions"): "mentions", named("kg:drawnWith"): "pairs"}
"""Layer of a triple by its predicate, where the subject is of another one."""

Triples = dict[str, set[int]]
"""Hashes of triples, by layer; 64 bits each, because millions of texts would not fit into memory."""


def triples(path: Path) -> Triples:
    """Return the triples of a file in the terms of `TERMS`, by layer."""
    format_ = ox.RdfFormat.N_TRIPLES if path.suffix == ".nt" else ox.RdfFormat.TURTLE
    found: Triples = {layer: set() for layer in TERMS}
    terms = {layer: {named(term) for term in listed.split()} for layer, listed in TERMS.items()}
    for triple in ox.parse(path=path, format=format_):
        predicate = triple.predicate.value
        layer = ELSEWHERE.get(predicate) or _layer(triple.subject.value)
        if predicate in terms.get(layer, ()):
            found[layer].add(hash(str(triple)))
    return found


def _layer(subject: str) -> str:
    match = LAYER.fullmatch(subject)
    return (match.lastgroup or "") if match else "entities"


def compared(ours: Triples, theirs: Triples) -> Iterator[tuple[str, int, int, int]]:
    """Yield each layer with the numbers of triples that both have, that only they have, and that only we have."""
    for layer in TERMS:
        both = len(ours[layer] & theirs[layer])
        yield layer, both, len(theirs[layer]) - both, len(ours[layer]) - both


def report(build: Path, files: dict[str, Path]) -> str:
    """Return the table of files by their titles; files with equal sets share their columns, as `A = B`."""
    ours = triples(build / "pfocr.ttl")
    different: dict[str, Triples] = {}
    for title, path in files.items():
        found = triples(path)
        same = next((name for name, others in different.items() if others == found), None)
        if same:
            different[f"{same} = {title}"] = different.pop(same)
        else:
            different[title] = found
    columns = [[counts[1:3] for counts in compared(ours, found)] for found in different.values()]
    header = ["", "in kg", *(f"{title}: {where}" for title in different for where in ("in kg, too", "only there"))]
    rows = [
        [layer, f"{len(ours[layer]):,}", *(f"{number:,}" for column in columns for number in column[place])]
        for place, layer in enumerate(TERMS)
    ]
    sums = [sum(counts) for column in columns for counts in zip(*column, strict=True)]
    rows.append(["all", f"{sum(map(len, ours.values())):,}", *(f"{number:,}" for number in sums)])
    return table(header, rows)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    arguments = parser.parse_args()
    print(report(arguments.build, {str(path): path for path in arguments.files}))


if __name__ == "__main__":
    main()
