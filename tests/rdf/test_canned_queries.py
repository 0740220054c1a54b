"""The canned queries: their form, and their answers from Oxigraph and from rdflib.

`golden/queries` holds the answers on the seeds. After a change that is meant, write them anew and read the
difference before committing it:

    KG_REWRITE_GOLDEN=1 pytest tests/rdf/test_canned_queries.py
"""

import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import rdflib
from helpers.corpus import TOY, genes, write_toy
from pyoxigraph import Store
from rdflib.plugins.sparql import prepareQuery

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.cli import query_answer
from kg.exporters.duckdb import STATEMENTS, DuckDB
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.build import Build
from kg.model.identifiers import compress, expand, namespaces
from kg.rdf import store
from kg.rdf.canned_queries import Parameter, Query, load, names

GOLDEN = Path(__file__).parent / "golden" / "queries"
NAMES = names()
FEDERATED = [name for name in NAMES if "SERVICE" in load(name).text]
LOCAL = [name for name in NAMES if name not in FEDERATED]
_VIEWS = {statement.name for statement in STATEMENTS}
VIEWS = [name for name in LOCAL if name.replace("-", "_") in _VIEWS]
"""Queries that the exported DuckDB file has, too."""

DUMPS = ("pfocr.ttl", "dataset.ttl", "vocab.ttl", "queries.ttl")
VARIABLE = ("downloads", "vocabulary")
"""Queries without golden rows: the digests of a dump change with each triple, and vocab.ttl is compared as a file."""

SEEDS_VALUES: dict[str, dict[str, list[str]]] = {
    # Calcium, because no disease is drawn; an IRI is taken as it is, and this one is its identifier elsewhere.
    "genes-of-disease": {"disease": ["http://id.nlm.nih.gov/mesh/D002118"]},
    "partners": {"entity": ["TNFRSF11B"]},
    "specific-pairs": {"minFigures": ["2"], "maxQ": ["1"]},
    "triangles": {"gene": ["TNFRSF11B"]},
    "undrawn-partners": {"gene": ["TNFRSF11B"]},
}
"""What to ask of the seeds where the default has no answer or too long a one."""

TOY_VALUES: dict[str, dict[str, list[str]]] = {
    "chemicals-of-gene": {"gene": ["TP53"]},
    "figures-of-genes": {"gene": ["AKT1 AKT2 MDM2", "TP53"], "minimum": ["2"]},
    "genes-of-disease": {"disease": ["http://id.nlm.nih.gov/mesh/D010024"]},
    "pair-by-year": {"first": ["AKT1"], "second": ["MDM2"]},
    "partners": {"entity": ["AKT1"]},
    "shared-figures": {"first": ["AKT1"], "second": ["TP53"]},
    "specific-pairs": {"minFigures": ["1"], "maxQ": ["1"]},
    "triangles": {"gene": ["ATP"]},
    "undrawn-partners": {"gene": ["ATP"]},
    "word-readings": {"word": ["Akt"]},
    "words-of-entity": {"entity": ["AKT1"]},
    "words-of-figure": {"figure": ["PMC1__a"]},
}

CATEGORIES = {"General", "Chemistry", "Curation", "Entities", "Federated", "Literature", "Metadata", "Words"}

FOREIGN = {
    "rh": "http://rdf.rhea-db.org/",
    "spex": "https://purl.expasy.org/sparql-examples/ontology#",
    "up": "http://purl.uniprot.org/core/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "wp": "http://vocabularies.wikipathways.org/wp#",
}
"""Namespaces of other endpoints, and of example queries."""

pytestmark = pytest.mark.filterwarnings(r"ignore:Dataset\.\w+ is deprecated")  # rdflib itself uses them

Row = tuple[str, ...]


# -- form


def body(text: str) -> str:
    return text.partition("\n\n")[2]


@pytest.fixture(params=NAMES)
def query(request: pytest.FixtureRequest) -> Query:
    return load(request.param)


def test_the_header_is_complete_in_order_and_ends_in_one_empty_line(query: Query) -> None:
    head, gap, rest = query.text.partition("\n\n")
    assert gap
    assert not rest.startswith("\n")
    assert re.fullmatch(r"# title: .+\n# category: .+\n(# description: .+\n)+(# param: .+\n)*", head + "\n")
    assert query.category in CATEGORIES
    assert query.description.endswith(".")


def test_prefixes_stand_one_a_line_sorted_declared_and_used(query: Query) -> None:
    # rdflib fails to parse SERVICE where a prefix shares its line.
    declared = re.findall(r"^PREFIX (\S+): <(\S+)>$", query.text, re.MULTILINE)
    assert query.text.count("PREFIX") == len(declared)
    assert declared == sorted(declared)
    used = set(re.findall(r"(?<![\w<:/#])([a-z.]+):\w", re.sub(r"<[^>]*>|#.*", "", body(query.text))))
    assert used == {prefix for prefix, _ in declared}
    known = namespaces() | FOREIGN
    assert all(known[prefix] == iri for prefix, iri in declared)


def test_each_parameter_is_bound_once_and_shown_unless_it_is_a_list(query: Query) -> None:
    bound = re.findall(r"VALUES \?(\w+) \{ [^}]+ \}", query.text)
    assert sorted(bound) == sorted(parameter.name for parameter in query.parameters)
    assert query.text.count("VALUES") == len(bound)
    selected = re.search(r"^SELECT (.*)$", query.text, re.MULTILINE)
    assert selected is not None
    for parameter in query.parameters:
        assert (f"?{parameter.name} " in f"{selected[1]} ") == (parameter.type != "uri-list")
        assert parameter.label


def test_the_default_in_the_header_is_the_one_in_the_text(query: Query) -> None:
    values = {parameter.name: [parameter.default] for parameter in query.parameters}
    plain = re.sub(r'"([\d.]+)"\^\^<[^>]*>', r"\1", query.bind(values, lambda text: text))
    assert plain == query.text


def test_the_file_is_sparql_as_it_stands(query: Query) -> None:
    prepareQuery(query.text)
    # Nothing is asked of another endpoint: the port is closed, and that is no error.
    here = re.sub(r"SERVICE <[^>]+>", "SERVICE SILENT <http://127.0.0.1:1/>", query.text)
    assert Store().query(here) is not None


def test_lines_are_short_and_indented_by_two(query: Query) -> None:
    lines = query.text.splitlines()
    assert all(len(line) <= 120 for line in lines if not re.search(r"description|param|VALUES", line))
    assert all((len(line) - len(line.lstrip())) % 2 == 0 for line in lines)
    assert query.text.endswith("\n")
    assert not query.text.endswith("\n\n")


def test_each_key_of_a_group_has_a_value(query: Query) -> None:
    # Virtuoso splits a group that lacks one, and its sums are then too small.
    keys = set(re.findall(r"\?\w+", " ".join(re.findall(r"GROUP BY (.*)", query.text))))
    optional, coalesced = r"OPTIONAL \{[^{}]*\}", r"COALESCE\((?:[^()]|\([^()]*\))*\)"
    listed = r"SELECT .*?(?:WHERE|$)|(?:GROUP|ORDER) BY [^}\n]*"
    patterns = re.sub(f"{optional}|{coalesced}|{listed}", "", query.text, flags=re.MULTILINE)
    assert keys <= set(re.findall(r"\?\w+", patterns))


# -- answers


def canonical(term: Any) -> str:
    """Give a cell as text: both engines agree but for how they write a number."""
    if term is None:
        return ""
    value = str(term) if isinstance(term, rdflib.term.Identifier) else str(term.value)
    datatype = str(getattr(term, "datatype", None) or "").strip("<>").rpartition("#")[2]
    if datatype in {"double", "decimal", "integer"}:
        return f"{float(value):.6g}"
    return value


class Corpus:
    """One build, to be asked through both engines."""

    def __init__(self, folder: Path, values: dict[str, dict[str, list[str]]]) -> None:
        self.folder = folder
        self.values = values
        self.graph = rdflib.Graph()
        for name in DUMPS:
            self.graph.parse(folder / name)

    def text(self, name: str) -> str:
        return query_answer.prepare(self.folder, name, self.values.get(name, {})).text

    def oxigraph(self, name: str) -> tuple[Row, list[Row]]:
        results: Any = store.query(store.open_read_only(Build(self.folder)), self.text(name))
        head = tuple(variable.value for variable in results.variables)
        return head, [tuple(canonical(cell) for cell in row) for row in results]

    def rdflib(self, name: str) -> tuple[Row, list[Row]]:
        text = self.text(name)
        results: Any = (rdflib.Dataset() if "GRAPH" in text else self.graph).query(text)
        head = tuple(str(variable) for variable in results.vars)
        return head, [tuple(canonical(cell) for cell in row) for row in results]

    def duckdb(self, name: str) -> list[Row]:
        """Ask the exported DuckDB file, by the view or macro of that name."""
        query, text = load(name), self.text(name)
        given = [re.search(rf"VALUES \?{each.name} {{ (.*?) }}", text) for each in query.parameters]
        arguments = [
            _argument(each, found[1]) for each, found in zip(query.parameters, given, strict=True) if found is not None
        ]
        asked = name.replace("-", "_") + (f"({', '.join(arguments)})" if query.parameters else "")
        path = self.folder.parent / "kg.duckdb"
        if not path.exists():
            with KnowledgeGraph(self.folder) as graph, path.open("wb") as file:
                DuckDB().write(graph, None, file)
        with duckdb.connect(str(path), read_only=True) as connection:
            rows = connection.sql(f"FROM {asked}").fetchall()
        return [tuple(map(_plain, row)) for row in rows]


def _argument(parameter: Parameter, text: str) -> str:
    """Give what stands in SPARQL as it stands in SQL: identifiers as CURIEs."""
    if parameter.type == "word":
        return text.replace('"', "'")
    if not parameter.type.startswith("uri"):
        return text.split("^^", maxsplit=1)[0].strip('"')
    curies = [f"'{compress(iri)}'" for iri in re.findall("<(.*?)>", text)]
    if parameter.type == "uri-list":
        return f"[{', '.join(curies)}]"
    return curies[0]


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, (int, float, Decimal)):
        return f"{float(cell):.6g}"
    return (
        expand(cell) if re.match(r"(ncbigene|chebi|mesh|doid|pfocr|pmc|pubmed|keyword|ncbitaxon):", cell) else str(cell)
    )


@pytest.fixture(scope="module")
def seeds(seeds_build: Path) -> Corpus:
    return Corpus(seeds_build, SEEDS_VALUES)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The toy corpus with every pair in the store, whatever its support, and a figure with a word for each AKT.

    Its words mean what the records say; test_words_in_doubt.py has words in doubt.
    """
    own = [(symbol, symbol, symbol, number, "ncbigene_symbol") for symbol, number in (("AKT1", "207"), ("AKT2", "208"))]
    folder = write_toy(tmp_path_factory.mktemp("toy"), TOY | {"_data/PMC4__e-genes.tsv": genes(*own)})
    release(
        [str(folder), str(folder / "citations.tsv")],
        folder / "exports",
        BuildParameters(min_figures=1, readings="record"),
    )
    return Corpus(folder / "exports", TOY_VALUES)


@pytest.mark.parametrize("name", LOCAL)
def test_the_answer_on_the_seeds_is_the_golden_one(seeds: Corpus, name: str) -> None:
    head, rows = seeds.oxigraph(name)
    if name in VARIABLE:
        assert rows
        return
    found = "".join("\t".join(row) + "\n" for row in (head, *rows))
    path = GOLDEN / f"{name}.tsv"
    if os.environ.get("KG_REWRITE_GOLDEN"):
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_query() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*")) == [name for name in LOCAL if name not in VARIABLE]


@pytest.mark.parametrize("name", LOCAL)
def test_rdflib_gives_the_same_rows_on_the_seeds(seeds: Corpus, name: str) -> None:
    assert seeds.rdflib(name) == seeds.oxigraph(name)


@pytest.mark.parametrize("name", [*VIEWS, "dataset"])
def test_rdflib_gives_the_same_rows_on_the_toy_corpus_and_there_are_some(toy: Corpus, name: str) -> None:
    assert toy.oxigraph(name)[1]
    assert toy.rdflib(name) == toy.oxigraph(name)


GENE = "https://identifiers.org/ncbigene/"
FIGURE = "https://pfocr.wikipathways.org/figures/"
ATP, AKT1, AKT2, MDM2, TP53 = (
    "http://purl.obolibrary.org/obo/CHEBI_15422",
    *(f"{GENE}{number}" for number in (207, 208, 4193, 7157)),
)

BY_HAND: dict[str, list[Row]] = {
    "ambiguous-words": [("AKT", "0", "", "2", "3")],
    "chemicals-of-gene": [(TP53, ATP, "ATP", f"{FIGURE}PMC1__a.html", "Title of PMC1__a")],
    "citing-pairs": [("https://identifiers.org/pmc/PMC2", "https://identifiers.org/pmc/PMC1", "3")],
    # The word AKT was read as both in a and b, and inferred for both in c; only e has a word for each.
    "family-artefacts": [(AKT1, "AKT1", AKT2, "AKT2", "4", "1", "1")],
    # Figures a, b and c draw AKT1 and AKT2 by one word; figure e has a word for each.
    "figures-of-genes": [
        ("2", f"{FIGURE}PMC1__b.html", "Title of PMC1__b", "3", "4"),
        ("2", f"{FIGURE}PMC1__a.html", "Title of PMC1__a", "2", "3"),
        ("2", f"{FIGURE}PMC2__c.html", "Title of PMC2__c", "2", "3"),
        ("2", f"{FIGURE}PMC3__d.html", "", "2", "2"),
        ("2", f"{FIGURE}PMC4__e.html", "", "2", "2"),
    ],
    "genes-of-disease": [
        ("http://id.nlm.nih.gov/mesh/D010024", gene, name, "1", "1")
        for gene, name in ((AKT1, "AKT1"), (AKT2, "AKT2"), (MDM2, "MDM2"), (TP53, "TP53"))
    ],
    "organisms": [("http://purl.obolibrary.org/obo/NCBITaxon_9606", "5", "4")],
    "pair-by-year": [(AKT1, MDM2, "2001", "1", "1"), (AKT1, MDM2, "2010", "1", "1")],
    "shared-figures": [
        (
            AKT1,
            TP53,
            f"{FIGURE}PMC1__{letter}.html",
            f"Title of PMC1__{letter}",
            "https://identifiers.org/pmc/PMC1",
            "2001",
        )
        for letter in "ab"
    ],
    "triangles": [
        (ATP, AKT1, "AKT1", AKT2, "AKT2", "1"),
        *((ATP, gene, name, TP53, "TP53", "1") for gene, name in ((AKT1, "AKT1"), (AKT2, "AKT2"))),
    ],
    # No figure draws MDM2 with ATP, but all three genes of figure a are drawn with both.
    "undrawn-partners": [(ATP, MDM2, "MDM2", "3")],
    "word-readings": [("AKT", AKT1, "AKT1", "3", "3", "1"), ("AKT", AKT2, "AKT2", "3", "3", "1")],
    "words-of-entity": [
        (AKT1, "AKT", "given", "2", "2", "2"),
        (AKT1, "AKT", "inferred", "1", "2", "2"),
        (AKT1, "AKT1", "given", "1", "1", "1"),
    ],
    "words-of-figure": [
        (f"{FIGURE}PMC1__a.html", "AKT", "AKT", "given", "famplex_relations", "2", AKT1, "AKT1", "1"),
        (f"{FIGURE}PMC1__a.html", "AKT", "AKT", "given", "famplex_relations", "2", AKT2, "AKT2", "1"),
        (f"{FIGURE}PMC1__a.html", "ATP", "ATP", "given", "", "1", ATP, "ATP", "1"),
        (f"{FIGURE}PMC1__a.html", "P53", "p53", "given", "ncbigene_synonym", "1", TP53, "TP53", "1"),
    ],
}


@pytest.mark.parametrize("name", BY_HAND)
def test_answers_worked_by_hand(toy: Corpus, name: str) -> None:
    assert sorted(toy.oxigraph(name)[1]) == sorted(BY_HAND[name])


@pytest.mark.parametrize("name", [name for name in VIEWS if name != "dataset"])  # what that says is the table `build`
@pytest.mark.parametrize("corpus", ["seeds", "toy"])
def test_the_duckdb_file_gives_the_same_rows(corpus: str, name: str, request: pytest.FixtureRequest) -> None:
    asked: Corpus = request.getfixturevalue(corpus)
    assert asked.duckdb(name) == asked.oxigraph(name)[1]
