"""The lean and the full form of RDF, the pairs that are published, and what annotations leave to their words."""

import shutil
from collections import Counter, defaultdict
from math import inf, nextafter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers.corpus import FAMILY, TOY, genes, record, write_toy
from helpers.doubt import build_with
from helpers.dumps import write_dump
from helpers.readers import oxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.model.identifiers import compress, namespaces
from kg.model.tables import TABLES

NAMES = namespaces() | {"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
CO = f"{NAMES['kg'].removesuffix('vocab#')}co/"
TOGETHER, DRAWN = "biolink:occurs_together_in_literature_with", "kg:drawnWith"


def named(text: str) -> NamedNode:
    prefix, _, local = text.partition(":")
    return NamedNode(NAMES[prefix] + local)


def subject_of(triple: Triple) -> str:
    assert isinstance(triple.subject, NamedNode)
    return triple.subject.value


def by_subject(triples: list[Triple]) -> dict[str, list[Triple]]:
    found: dict[str, list[Triple]] = defaultdict(list)
    for triple in triples:
        found[subject_of(triple)].append(triple)
    return found


@pytest.fixture(scope="module")
def doubt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a build with words in doubt."""
    folder = tmp_path_factory.mktemp("doubt") / "exports"
    build_with(folder, parameters=BuildParameters(min_figures=1))
    return folder


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the toy corpus and three more figures: in e AKT is one gene by a synonym and p53 is spelled P53."""
    rows = (("AKT", "AKT", "AKT1", "207", "ncbigene_synonym"), ("P53", "P53", "TP53", "7157", "hgnc_alias_symbol"))
    further = {"_figures/PMC4__e.md": record("PMC4__e"), "_data/PMC4__e-genes.tsv": genes(*rows)}
    further |= {f"_data/PMC{number}__f-genes.tsv": genes(*FAMILY) for number in (5, 6)}
    folder = write_toy(tmp_path_factory.mktemp("varied"), TOY | further)
    release([str(folder)], folder / "exports", BuildParameters(readings="record"), with_store=False)
    return folder / "exports"


BUILDS = ("seeds_build", "full_build", "doubt")


# -- lean and full

ADDED = {
    "pair": {
        "biolink:predicate", "sio:SIO_000628", "kg:synonymsCount", "kg:strictCount", "kg:firstYear", "kg:lastYear",
        "biolink:expected_count", "kg:jaccard", "kg:log10P", "biolink:knowledge_level", "biolink:agent_type",
    },
    "annotation": {"oa:motivatedBy", "kg:normalForm", "kg:share"},
}  # fmt: skip
"""What the full form adds, as docs/data-model.md lists it. Pairs of words have no flavour, so neither of its counts."""


@pytest.mark.parametrize("name", BUILDS)
def test_the_full_form_adds_to_the_lean_one_what_is_documented(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    build = request.getfixturevalue(name)
    lean, full = (set(oxigraph(write_dump(build, tmp_path / f"{form}.ttl", form))) for form in ("lean", "full"))
    assert lean < full
    added: dict[str, set[str]] = defaultdict(set)
    for triple in full - lean:
        subject = subject_of(triple)
        kind = "pair" if subject.startswith(CO) else "annotation" if "#word-" in subject else subject
        added[kind].add(triple.predicate.value)
    missing = {"kg:share"} if name == "full_build" else set()  # no word of the toy corpus is in doubt
    assert added == {kind: {named(each).value for each in names - missing} for kind, names in ADDED.items()}


@pytest.mark.parametrize("name", BUILDS)
def test_a_lean_pair_has_eleven_triples_and_a_usual_word_five(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    build = request.getfixturevalue(name)
    found = by_subject(oxigraph(write_dump(build, tmp_path / "lean.ttl", "lean")))
    pairs = {subject: len(told) for subject, told in found.items() if subject.startswith(CO)}
    assert {number for subject, number in pairs.items() if "/co/word:" not in subject} == {11}
    assert {number for subject, number in pairs.items() if "/co/word:" in subject} == {9}
    body, own = named("oa:hasBody"), {named(f"kg:{each}") for each in ("probability", "origin", "word")}
    own |= {named(f"kg:{each}") for each in ("wordStatus", "lexicon", "expansionSize", "flavour")}
    usual = [
        told
        for subject, told in found.items()
        if "#word-" in subject and not own & {triple.predicate for triple in told}
    ]
    assert usual
    assert all(len(told) - sum(triple.predicate == body for triple in told) <= 3 for told in usual)


# -- published pairs: two papers or more, npmi above 0, q of 0.05 at most

EDGES = [
    ({"papers": 2, "npmi": nextafter(0, 1), "q": 0.05}, True),
    ({"papers": 3, "npmi": 0.5, "q": 0.0}, True),
    ({"papers": 1, "npmi": 0.5, "q": 0.01}, False),
    ({"papers": 2, "npmi": 0.0, "q": 0.01}, False),
    ({"papers": 2, "npmi": -0.5, "q": 0.01}, False),
    ({"papers": 2, "npmi": 0.5, "q": nextafter(0.05, inf)}, False),
    ({"papers": 2, "npmi": None, "q": 0.01}, False),
    ({"papers": 2, "npmi": 0.5, "q": None}, False),
]
"""The statistics of a pair, and whether it is published."""


def test_a_pair_is_published_at_its_bounds_and_not_beyond(full_build: Path, tmp_path: Path) -> None:
    build = Path(shutil.copytree(full_build, tmp_path / "exports"))
    path = build / "tables" / "cooccurrences.parquet"
    unpublished: dict[str, Any] = {"papers": 1, "npmi": 0.5, "q": 0.01}
    rows = [row | unpublished for row in pq.read_table(path).to_pylist() if row["figures"] > 0]
    expected = {}
    for number, (values, published) in enumerate(EDGES):
        rows[number] |= values
        expected[rows[number]["subject_id"], rows[number]["object_id"]] = published
    assert len(expected) == len(EDGES)
    schema = pa.schema([field.with_nullable(True) for field in TABLES["cooccurrences"]])
    pq.write_table(pa.Table.from_pylist(rows, schema), path)

    triples = oxigraph(write_dump(build, tmp_path / "full.ttl", "full"))

    def directed(predicate: str) -> set[tuple[str, str]]:
        return {
            (compress(subject_of(triple)), compress(triple.object.value))
            for triple in triples
            if triple.predicate == named(predicate) and isinstance(triple.object, NamedNode)
        }

    written = {(row["subject_id"], row["object_id"]) for row in rows}
    both = {*expected} & {pair for pair, published in expected.items() if published}
    assert directed(TOGETHER) == both | {pair[::-1] for pair in both}
    assert directed(DRAWN) == written | {pair[::-1] for pair in written}
    stated = {
        tuple(subject_of(triple).removeprefix(CO).split("_", 1)): triple.object
        for triple in triples
        if triple.predicate == named("biolink:predicate") and "/co/word:" not in subject_of(triple)
    }
    assert stated == {pair: named(TOGETHER if pair in both else DRAWN) for pair in written}


# -- words and their annotations

FLAVOURS = ("strict", "synonyms", "all")

SINGLE = """SELECT ?figure ?form (COALESCE(?ownStatus, ?usualStatus) AS ?status)
    (COALESCE(?ownSize, ?usualSize) AS ?size) (COALESCE(?ownFlavour, ?usualFlavour) AS ?flavour)
    ?ownStatus ?ownSize ?ownFlavour
WHERE {
    ?word a oa:Annotation ; oa:hasTarget/dcterms:identifier ?figure ; kg:drawnWord ?drawn .
    ?drawn kg:normalForm ?form ; kg:wordStatus ?usualStatus ; kg:expansionSize ?usualSize ; kg:flavour ?usualFlavour .
    OPTIONAL { ?word kg:wordStatus ?ownStatus }
    OPTIONAL { ?word kg:expansionSize ?ownSize }
    OPTIONAL { ?word kg:flavour ?ownFlavour }
}"""

SEVERAL = """SELECT ?figure ?form ?value (BOUND(?mark) AS ?own)
WHERE {
    ?word a oa:Annotation ; oa:hasTarget/dcterms:identifier ?figure ; kg:drawnWord ?drawn .
    ?drawn kg:normalForm ?form .
    { ?word %(own)s ?value BIND(1 AS ?mark) }
    UNION { ?word kg:drawnWord ?drawn . ?drawn %(usual)s ?value FILTER NOT EXISTS { ?word %(own)s ?other } }
}"""


def recorded(build: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the columns of each word of each figure, made of the tables without SQL."""
    category = {
        row["entity_id"]: row["category"] for row in pq.read_table(build / "tables/entities.parquet").to_pylist()
    }
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in pq.read_table(build / "tables/mentions.parquet").to_pylist():
        if row["match"] is not None:
            groups[row["figure_id"].partition(":")[2], row["match"]].append(row)
    found = {}
    for key, rows in groups.items():
        listed = [row for row in rows if row["origin"] != "reread"]
        likely = [row for row in rows if row["reading"] != "doubtful"] or rows
        found[key] = {
            "status": min(row["word_status"] for row in rows),
            "size": len({row["entity_id"] for row in listed if category[row["entity_id"]] != "family"}),
            "flavour": min((row["flavour"] for row in likely), key=FLAVOURS.index),
            "lexicons": frozenset(row["source"] for row in listed if row["source"] is not None),
            "spellings": frozenset(row["word"] for row in rows if row["word"] is not None),
        }
    return found


def most_usual(values: list[Any], key: Any = None) -> Any:
    """Return the most frequent value, the least of several."""
    counts = Counter(values)
    return max(sorted(counts, key=key), key=counts.__getitem__)


def asked(build: Path, folder: Path) -> tuple[dict[tuple[str, str], dict[str, Any]], dict[str, set[tuple[str, str]]]]:
    """Return the columns of each word of each figure as queries give them, and by column who states its own value."""
    store = Store()
    store.load(path=str(write_dump(build, folder / "lean.ttl", "lean")), format=RdfFormat.TURTLE)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    own: dict[str, set[tuple[str, str]]] = defaultdict(set)
    rows: Any = store.query(SINGLE, prefixes=NAMES)
    for row in rows:
        key = (row["figure"].value, row["form"].value)
        status, flavour = (row[name].value.removeprefix(NAMES["kg"]) for name in ("status", "flavour"))
        found[key] = {"status": status, "size": int(row["size"].value), "flavour": flavour}
        for column in ("Status", "Size", "Flavour"):
            if row[f"own{column}"] is not None:
                own[column.lower()].add(key)
    for column, stated, usual in (("lexicons", "kg:lexicon", "kg:lexicon"), ("spellings", "kg:word", "oa:exact")):
        values: dict[tuple[str, str], set[str]] = defaultdict(set)
        rows = store.query(SEVERAL % {"own": stated, "usual": usual}, prefixes=NAMES)
        for row in rows:
            key = (row["figure"].value, row["form"].value)
            values[key].add(row["value"].value)
            if row["own"] == Literal(True):
                own[column].add(key)
        for key, columns in found.items():
            columns[column] = frozenset(values[key])
    return found, own


@pytest.mark.parametrize("name", ["seeds_build", "toy_build", "full_build", "doubt", "varied"])
def test_a_word_and_its_annotations_give_the_columns_back_and_state_only_what_differs(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    build = request.getfixturevalue(name)
    expected = recorded(build)
    found, own = asked(build, tmp_path)
    assert found == expected
    assert expected
    for form in {form for _, form in expected}:
        of_form = {key: columns for key, columns in expected.items() if key[1] == form}
        for column, order in (("status", None), ("size", None), ("flavour", FLAVOURS.index)):
            usual = most_usual([columns[column] for columns in of_form.values()], order)
            differing = {key for key, columns in of_form.items() if columns[column] != usual}
            assert own[column] & of_form.keys() == differing, (form, column)
        for column in ("lexicons", "spellings"):
            several = {key: columns[column] for key, columns in of_form.items()}
            assert own[column] & of_form.keys() == stating(several, alone=column == "spellings"), (form, column)


def stating(several: dict[tuple[str, str], frozenset[str]], *, alone: bool) -> set[tuple[str, str]]:
    """Return who states its own values: where some have none, the word has none, and all others state theirs.

    With `alone`, the word has the one most usual value, otherwise the most usual set.
    """
    if not all(several.values()):
        return {key for key, values in several.items() if values}
    if alone:
        usual = frozenset({most_usual([value for values in several.values() for value in values])})
    else:
        usual = frozenset(most_usual([tuple(sorted(values)) for values in several.values()]))
    return {key for key, values in several.items() if values != usual}
