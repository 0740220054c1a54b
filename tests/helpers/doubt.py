"""A corpus with words in doubt, whose readings are given by hand, so that all numbers can be computed by hand."""

import json
from collections.abc import Sequence
from pathlib import Path

from helpers.corpus import genes, record, write_toy
from kg.building.manifest import BuildResult
from kg.building.options import BuildParameters, BuildResources
from kg.building.pipeline import build_tables
from kg.building.readings import READ_GENES
from kg.engines import Engine
from kg.ingest.readings_file import Corrections
from kg.lexicon.lexicon import Lexicon
from kg.model.records import HUMAN
from kg.model.tables import TABLES, to_arrow

NFKB1, CD40, RELA, TP53 = "ncbigene:4790", "ncbigene:958", "ncbigene:5970", "ncbigene:7157"
CREBBP, OPN1LW, GSK3A, GSK3B = "ncbigene:1387", "ncbigene:5956", "ncbigene:2931", "ncbigene:2932"
MAP3K7, NR2C2 = "ncbigene:6885", "ncbigene:7182"

_RELA = ("RELA", "RELA", "RELA", "5970", "hgnc_symbol")
_TP53 = ("TP53", "TP53", "TP53", "7157", "hgnc_symbol")

FILES = {
    "_figures/PMC1__a.md": record("PMC1__a", year="2001"),
    "_data/PMC1__a-genes.tsv": genes(
        ("p50", "P50", "NFKB1", "4790", "hgnc_alias_symbol"), ("p50", "P50", "CD40", "958", "hgnc_alias_symbol"),
        _RELA,
    ),
    # CBP is drawn in two spellings; the record has another gene than the one that is meant.
    "_figures/PMC2__b.md": record("PMC2__b", year="2002"),
    "_data/PMC2__b-genes.tsv": genes(
        ("CBP", "CBP", "OPN1LW", "5956", "hgnc_alias_symbol"), ("Cbp", "CBP", "OPN1LW", "5956", "hgnc_alias_symbol"),
        _TP53,
    ),
    "_figures/PMC3__c.md": record("PMC3__c", year="2003"),
    "_data/PMC3__c-genes.tsv": genes(
        ("GSK3", "GSK3", "GSK3A", "2931", "famplex_relations"), ("GSK3", "GSK3", "GSK3B", "2932", "famplex_relations"),
        _TP53,
    ),
    "_figures/PMC4__d.md": record("PMC4__d", year="2004"),
    "_data/PMC4__d-genes.tsv": genes(("TAK1", "TAK1", "NR2C2", "7182", "hgnc_alias_symbol"), _TP53),
}  # fmt: skip
"""A figure for each kind of doubt: `p50` is one of two genes, `CBP` a gene that the record lacks, `GSK3` a family or
one of its genes, `TAK1` for certain another gene than the record has."""

READINGS = [
    ("pfocr:PMC1__a", "P50", NFKB1, "gene", "NFKB1", 1, "hgnc_alias_symbol", True, 0.7),
    ("pfocr:PMC1__a", "P50", CD40, "gene", "CD40", 1, "hgnc_alias_symbol", True, 0.2),
    ("pfocr:PMC1__a", "P50", "ncbigene:6857", "gene", "SYT1", 1, "ncbigene_synonym", False, 0.1),
    ("pfocr:PMC2__b", "CBP", CREBBP, "gene", "CREBBP", 1, "hgnc_alias_symbol", False, 0.94),
    ("pfocr:PMC2__b", "CBP", OPN1LW, "gene", "OPN1LW", 1, "hgnc_alias_symbol", True, 0.06),
    ("pfocr:PMC3__c", "GSK3", "fplx:GSK3", "family", "GSK3", 2, "famplex", True, 0.6),
    ("pfocr:PMC3__c", "GSK3", GSK3B, "gene", "GSK3B", 1, "nickname", True, 0.4),
    ("pfocr:PMC4__d", "TAK1", MAP3K7, "gene", "MAP3K7", 1, "curated", False, 1.0),
]
"""Rows of `word_readings`."""

_ALIAS = (HUMAN, "hgnc_alias_symbol", "synonyms")
_FAMILY = (HUMAN, "famplex", "all")
GENES = [
    ("pfocr:PMC1__a", "P50", NFKB1, "NFKB1", *_ALIAS, True, True, 0.7, 0.7),
    ("pfocr:PMC1__a", "P50", CD40, "CD40", *_ALIAS, True, False, 0.2, 0.2),
    ("pfocr:PMC1__a", "P50", "ncbigene:6857", "SYT1", HUMAN, "ncbigene_synonym", "synonyms", False, False, 0.1, 0.1),
    ("pfocr:PMC2__b", "CBP", CREBBP, "CREBBP", *_ALIAS, False, True, 0.94, 0.94),
    ("pfocr:PMC2__b", "CBP", OPN1LW, "OPN1LW", *_ALIAS, True, False, 0.06, 0.06),
    ("pfocr:PMC3__c", "GSK3", GSK3A, "GSK3A", *_FAMILY, True, True, 0.6, 0.3),
    ("pfocr:PMC3__c", "GSK3", GSK3B, "GSK3B", *_FAMILY, True, True, 1.0, 0.7),
    ("pfocr:PMC4__d", "TAK1", MAP3K7, "MAP3K7", HUMAN, "curated", "synonyms", False, True, 1.0, 1.0),
]
"""Rows of `read_genes`."""

GENES_WITH_FAMILIES = [
    *GENES, ("pfocr:PMC3__c", "GSK3", "fplx:GSK3", "GSK3", *_FAMILY, True, True, 0.6, 0.6)
]  # fmt: skip
"""Rows of `read_genes` in a build with families."""


class Given:
    """Readings given by hand, in place of the inference."""

    def __init__(self, readings: Sequence[tuple[object, ...]], genes: Sequence[tuple[object, ...]]) -> None:
        self._tables = {
            "word_readings": to_arrow(TABLES["word_readings"], readings),
            "read_genes": to_arrow(READ_GENES, genes),
        }

    def __call__(self, engine: Engine, lexicon: Lexicon, corrections: Corrections, families: bool) -> None:
        """Append the readings."""
        del lexicon, corrections, families
        for name, table in self._tables.items():
            engine.append(name, table)


GIVEN = Given(READINGS, GENES)


def build_with(
    folder: Path,
    given: Given = GIVEN,
    parameters: BuildParameters = BuildParameters(),
    resources: BuildResources = BuildResources(),
    files: dict[str, str] = FILES,
) -> BuildResult:
    """Build a corpus into `folder`/tables, with the manifest beside, so that the tables can be validated."""
    tables = folder / "tables"
    tables.mkdir(parents=True)
    corpus = write_toy(folder.parent / f"{folder.name}-corpus", files)
    result = build_tables([str(corpus)], tables, parameters, resources, read_words=given)
    (folder / "manifest.json").write_text(json.dumps(result.manifest))
    return result
