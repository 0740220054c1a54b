"""One declaration of what columns are called: complete, and the one that the writers follow."""

from pathlib import Path

import pyarrow as pa
import pytest
from helpers.doubt import build_with
from helpers.dumps import write_dump
from helpers.readers import oxigraph
from helpers.rich import release_rich

from kg.graph.views import EDGE_COLUMNS, NODE_COLUMNS
from kg.model.column_names import COLUMN_NAMES
from kg.model.identifiers import namespaces
from kg.model.tables import TABLES

NODES = ("figures", "papers", "entities", "words")
ENDS = {"id", "source", "target"}
OWN_OF_VIEWS = {"label", "iri", "url", "interaction", "doubt", "evidence", "query"}
"""Columns of views that no table holds."""

OWN_OF_RDF = {
    "rdf:type",
    "schema:about",
    "rdfs:seeAlso",
    "fabio:hasPubMedCentralId",
    "schema:sameAs",
    "rdfs:label",
    "oa:exact",
    "void:inDataset",
    "kg:drawnWith",
    "biolink:knowledge_level",
    "biolink:agent_type",
    "oa:motivatedBy",
    "biolink:predicate",
    "biolink:occurs_together_in_literature_with",
    "kg:candidate",
    "kg:strongestAssociation",
    "kg:specificAssociation",
    "kg:inflatedAssociation",
    "kg:largestExpansionSize",
    "kg:unsureCount",
    "kg:meanProbability",
}
"""Predicates that say what follows from a row as a whole."""

TYPES = {pa.string(): str, pa.int32(): int, pa.float64(): float, pa.bool_(): bool, pa.list_(pa.string()): str}


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_declared(table: str) -> None:
    assert sorted(COLUMN_NAMES[table]) == sorted(TABLES[table].names)


def test_there_is_no_other_table() -> None:
    assert set(COLUMN_NAMES) == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_the_columns_of_views_are_those_declared_and_of_their_type(table: str) -> None:
    known = NODE_COLUMNS if table in NODES else EDGE_COLUMNS
    declared = {names.view: TYPES[TABLES[table].field(column).type] for column, names in COLUMN_NAMES[table].items()}
    assert {
        name: dtype for name, dtype in declared.items() if name and name not in ENDS and known.get(name) != dtype
    } == {}


def test_views_have_no_column_that_is_not_declared() -> None:
    declared = {names.view for columns in COLUMN_NAMES.values() for names in columns.values()}
    assert {*NODE_COLUMNS, *EDGE_COLUMNS} - declared == OWN_OF_VIEWS


def test_every_predicate_of_a_dump_is_declared_and_the_other_way_round(full_build: Path, tmp_path: Path) -> None:
    known = namespaces()
    declared = {
        each for columns in COLUMN_NAMES.values() for names in columns.values() for each in names.rdf
    } | OWN_OF_RDF
    iris = {known[name.partition(":")[0]] + name.partition(":")[2] for name in declared}
    (tmp_path / "doubt").mkdir()
    build_with(tmp_path / "doubt" / "exports")
    builds = (full_build, release_rich(tmp_path), tmp_path / "doubt" / "exports")
    dumps = [write_dump(build, tmp_path / f"{number}.ttl", "full") for number, build in enumerate(builds)]
    used = {triple.predicate.value for dump in dumps for triple in oxigraph(dump)}
    # Two things with one identifier: tests/lexicon/test_identity.py has such. Published and inflated pairs, licences:
    # tests/rdf/test_triples.py.
    rare = {
        known[prefix] + name
        for prefix, name in (
            ("skos", "closeMatch"),
            ("biolink", "occurs_together_in_literature_with"),
            ("kg", "inflatedAssociation"),
            ("dcterms", "license"),
        )
    }
    assert used | rare == iris
