"""Gene sets in GMT, one figure a line: `figid TAB title TAB member TAB member ...`, as PFOCR releases them.

There is one file for each flavour, kind of identifier and organism, and a table that describes the sets. GMT has no
quotes and no header. `kg.parsers.gmt` reads the files back.
"""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Any

from kg.engines.statements import Statements
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import View
from kg.model.identifiers import decode, encode, expand
from kg.model.records import FLAVOURS, LIKELY
from kg.model.text import collapse
from kg.parsers.gmt import NO_ORGANISM, ORGANISMS

METADATA = "metadata.tsv"

COLUMNS = (
    "set", "figure_id", "alias", "title", "paper_id", "paper_title", "doi", "year", "organisms",
    "genes_strict", "genes_synonyms", "genes_all", "chemicals", "diseases", "url", "iri",
)  # fmt: skip
"""Columns of METADATA: `set` is the name of the figure's sets, and genes are counted over all `organisms`."""

LEAST, LEAST_DISEASES = 3, 1
"""Least members of a set; lower for diseases, because figures draw few of them."""

_GENES = {"ncbigene": 1, "symbol": 2}
"""Part of a file name to `kind` of members."""
_OTHERS = {"chemicals-chebi-mesh": (3, LEAST), "diseases-doid-mesh": (4, LEAST_DISEASES)}
"""Part of a file name to `kind` of members and their least number."""
_ORGANISM_NAMES = {taxon: name for name, taxon in ORGANISMS.items()}

Row = dict[str, Any]

STATEMENTS = Statements("kg.exporters", "gmt")


class Gmt:
    """Exporter of a folder of GMT files and `metadata.tsv`."""

    suffixes: tuple[str, ...] = ()
    of_views = False
    counted = "sets"
    into_folder = True
    min_probability = LIKELY
    """Least probability of a member, from 0 to 1; with 0 all genes of the records are members."""

    def write(self, graph: KnowledgeGraph, view: View | None, folder: Path) -> int:
        """Write all sets into an existing folder; return their number, which counts a set in each flavour."""
        del view  # a set is a figure, and a view does not change figures
        STATEMENTS.run(graph.engine, least=self.min_probability)
        count = 0
        for number, flavour in enumerate(FLAVOURS, 1):
            for identifier, kind in _GENES.items():
                select = STATEMENTS.sql("gmt_sets", kind=kind, flavour=number, least=LEAST)
                count += _write_sets(graph, folder, f"pfocr-{flavour}-{identifier}", select)
        for name, (kind, least) in _OTHERS.items():
            select = STATEMENTS.sql("gmt_sets", kind=kind, flavour=len(FLAVOURS), least=least)
            count += _write_sets(graph, folder, f"pfocr-{name}", select)
        _write_metadata(graph, folder / METADATA)
        graph.engine.drop("gmt_members")
        return count


def organism(taxon: str) -> str:
    """Return the name of an organism in file names.

    >>> organism("ncbitaxon:9606"), organism("ncbitaxon:511145"), organism("")
    ('Homo_sapiens', 'taxon_511145', 'unknown')
    """
    number = taxon.partition(":")[2]
    return _ORGANISM_NAMES.get(number, f"taxon_{encode(number)}") if number else NO_ORGANISM


def _write_sets(graph: KnowledgeGraph, folder: Path, start: str, select: str) -> int:
    """Write the sets of a SELECT, one file for each organism; chemicals and diseases have no organism."""
    count = 0
    for taxon, rows in groupby(_rows(graph, select), key=lambda row: str(row["taxon"])):
        name = start if start.removeprefix("pfocr-") in _OTHERS else f"{start}-{organism(taxon)}"
        with (folder / f"{name}.gmt").open("w", encoding="utf-8", newline="\n") as file:
            for row in rows:
                figid = _figid(row["figure_id"])
                file.write(f"{figid}\t{collapse(row['title'] or '') or figid}\t{row['members']}\n")
                count += 1
    return count


def _write_metadata(graph: KnowledgeGraph, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_tsv(COLUMNS))
        for row in _rows(graph, STATEMENTS.sql("gmt_metadata", least=LEAST, least_diseases=LEAST_DISEASES)):
            row["set"] = _figid(row["figure_id"])
            row["organisms"] = "|".join(sorted({organism(taxon) for taxon in _taxa(row["taxa"])}))
            row["iri"] = expand(row["figure_id"], graph.build.base)
            file.write(_tsv(tuple("" if row[name] is None else collapse(str(row[name])) for name in COLUMNS)))


def _taxa(text: str | None) -> list[str]:
    return [] if text is None else text.split("|")


def _rows(graph: KnowledgeGraph, select: str) -> Iterator[Row]:
    for batch in graph.engine.stream(select):
        yield from batch.to_pylist()


def _figid(figure_id: str) -> str:
    return decode(figure_id.partition(":")[2])


def _tsv(cells: tuple[str, ...]) -> str:
    """Return a line; a cell with a quotation mark is quoted, because readers of tables would strip the mark."""
    text = StringIO(newline="")
    csv.writer(text, delimiter="\t", lineterminator="\n").writerow(cells)
    return text.getvalue()
