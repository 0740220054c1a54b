"""DuckDB makes the same bytes as the writer that goes row by row."""

import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.engines import Engine
from kg.engines.duckdb import DuckDBEngine
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.identifiers import curie
from kg.model.tables import TABLES
from kg.rdf import dump
from kg.rdf.dump import LAYERS, TEXT_KINDS, NTriples, Turtle, create_pair_tables, prefixes, row_kinds, row_writers
from kg.rdf.syntax import NTriplesSyntax, Syntax, TurtleSyntax
from kg.rdf.text_select import TextSelects
from kg.rdf.text_terms import TermTables
from kg.rdf.triples import TripleWriter

BASE = "https://example.org/kg/"

EXAMPLES = settings().max_examples // 25
"""Number of examples of whole tables: each takes half a second."""

DOUBLES = (1e-7, 1e22, 5e-324, -0.0, 0.0, 1.0, 1e15, 1e16, 1e17, 1e-4, 1e-5, 9.999e-5, 2.0**53, 0.1 + 0.2, 0.95, 0.5)
"""Reals at which the digits or the exponent of a text change."""

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ('"', "\\", "\\n", "\n\r\t\b\f", "\0", "\x7f\x1f", "'", "a with b", "\u2028\ufeff\U0001f9ec", "$text", "{}", "%")
)
REALS = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(DOUBLES)
WHOLE = st.integers(0, 2**31 - 1)
PROBABILITIES = st.integers(0, 100).map(lambda hundredths: hundredths / 100)
FORMS = st.lists(
    TEXTS.filter(bool) | st.sampled_from((" A", "A B", "A-", "A.B_C", ".")), min_size=1, max_size=4, unique=True
)
PREFIXES = ("ncbigene", "mesh", "chebi", "doid", "keyword", "chemical.name")
ENTITIES = st.lists(
    st.builds(
        curie,
        st.sampled_from(PREFIXES),
        TEXTS.filter(bool) | st.sampled_from(("1", "D1", "1_", "1_2", ".", "a.", "-a", "a.-_b", "~")),
    ),
    min_size=2,
    max_size=5,
    unique=True,
)
ADDRESSES = ("https://example.org/a b?c=<d>", "ftp://example.org", "http://", f"{BASE}word/A", 'https://a/"\u2028')
FIGURES = ("pfocr:PMC1__f.1", "pfocr:PMC2__-x.")
PAPERS = ("pmc:PMC1", "pubmed:2", "doi:10.1000/a.")
DOIS = ("10.1234/toy.c", "10.1234/(a)<b>%", '10.12345/\U0001f9ec"\\', "10.1234/a b", "toy", "")


def rows(name: str, made: list[dict[str, Any]]) -> pa.Table:
    """Return a published table of rows, each with only some of its columns; the others are NULL."""
    return pa.Table.from_pylist(made, pa.schema([pa.field(field.name, field.type) for field in TABLES[name]]))


@st.composite
def tables(draw: st.DrawFn) -> dict[str, pa.Table]:
    """Return tables of every row that the SELECTs read, with hostile values wherever a value can be."""
    ids, forms = draw(ENTITIES), draw(FORMS)
    words = [curie("word", form) for form in forms]
    categories = st.sampled_from(("gene", "family", "chemical", "disease", "unknown"))
    real = st.none() | REALS

    def pair(ends: list[str]) -> dict[str, Any]:
        numbers = {
            name: draw(WHOLE) for name in ("figures", "figures_all", "figures_synonyms", "figures_strict", "papers")
        }
        years = {name: draw(st.none() | st.integers(1, 2027)) for name in ("first_year", "last_year")}
        reals = {name: draw(real) for name in ("expected", "jaccard", "npmi", "log10_p", "q")}
        kinds = {"subject_category": draw(categories), "object_category": draw(categories)}
        return {"subject_id": ends[0], "object_id": ends[-1], "weight": draw(REALS)} | kinds | numbers | years | reals

    def mention(figure: str, entity: str, form: str) -> dict[str, Any]:
        return {
            "figure_id": figure, "entity_id": entity, "match": form, "word": draw(st.none() | TEXTS),
            "origin": draw(st.sampled_from(("sidecar", "reread"))), "n_candidates": 1,
            "word_status": draw(st.sampled_from(("given", "inferred", "not known"))),
            "flavour": draw(st.sampled_from(("strict", "synonyms", "all"))), "source": draw(st.none() | TEXTS),
            "reading": draw(st.sampled_from(("sure", "doubtful"))), "probability": draw(PROBABILITIES),
            "share": draw(PROBABILITIES),
        }  # fmt: skip

    def reading(figure: str, entity: str, form: str) -> dict[str, Any]:
        return {
            "figure_id": figure, "entity_id": entity, "match": form, "name": draw(st.none() | TEXTS),
            "recorded": draw(st.booleans()), "probability": draw(PROBABILITIES), "members": draw(st.integers(1, 9)),
        }  # fmt: skip

    lists = st.none() | st.lists(TEXTS, max_size=3)
    whole = st.none() | WHOLE

    def figure(figure_id: str) -> dict[str, Any]:
        texts = ("alias", "title", "caption", "number", "figure_type", "filename")
        return {
            "figure_id": figure_id, "paper_id": "pmc:PMC1", "url": draw(st.none() | st.sampled_from(ADDRESSES)),
            "license": draw(st.none() | st.sampled_from(("CC BY", "NO-CC CODE", "none"))),
            "ndex": draw(st.sampled_from((None, "no network", "0a1b2c3d-0000-1111-2222-333344445555"))),
            "wikipathways_id": draw(st.sampled_from((None, "WP1", "WP"))), "pathway_score": draw(real),
            "search_rank": draw(whole), "organisms": draw(lists), "annotations": draw(lists),
        } | {name: draw(st.none() | TEXTS) for name in texts}  # fmt: skip

    def paper(paper_id: str) -> dict[str, Any]:
        names = ("title", "reference", "journal", "journal_abbreviation", "publisher")
        return {
            "paper_id": paper_id, "doi": draw(st.none() | st.sampled_from(DOIS)), "figures": draw(WHOLE),
            "year": draw(st.none() | st.integers(1, 2027)), "keywords": draw(lists),
        } | {name: draw(st.none() | TEXTS) for name in names}  # fmt: skip

    def citation() -> dict[str, Any]:
        ends = {end: draw(st.sampled_from(PAPERS)) for end in ("citing_id", "cited_id")}
        return ends | {"kind": draw(st.sampled_from(("reference", "figure")))}

    def entity(entity_id: str) -> dict[str, Any]:
        return {
            "entity_id": entity_id, "name": texts[entity_id], "category": draw(categories), "synonyms": draw(lists),
            "taxon": draw(st.sampled_from((None, "ncbitaxon:9606", "ncbitaxon:10090"))), "figures": draw(WHOLE),
            "xrefs": draw(st.none() | st.lists(st.sampled_from([*ids, "mesh:D1", "chebi:1", "doid:-"]), max_size=4)),
            "id_status": draw(st.sampled_from((None, "given", "none", "a b-c_d"))), "papers": draw(WHOLE),
        }  # fmt: skip

    def word(form: str) -> dict[str, Any]:
        counts = {name: draw(WHOLE) for name in ("figures", "papers", "entities")}
        return {"word_id": curie("word", form), "word": form} | counts

    members = {(draw(st.sampled_from(ids)), draw(st.sampled_from(ids))) for _ in range(3)}
    places = st.lists(st.tuples(st.sampled_from(FIGURES), st.sampled_from(ids), st.sampled_from(forms)), unique=True)
    texts = {entity: draw(TEXTS) for entity in ids}
    return {
        "figures": rows("figures", list(map(figure, FIGURES))),
        "papers": rows("papers", list(map(paper, PAPERS))),
        "citations": rows("citations", [citation() for _ in range(4)]),
        "members": rows("members", [{"family_id": family, "entity_id": gene} for family, gene in members]),
        "entities": rows("entities", list(map(entity, ids))),
        "words": rows("words", list(map(word, forms))),
        "cooccurrences": rows("cooccurrences", [pair(ids), pair(ids[::-1])]),
        "word_cooccurrences": rows("word_cooccurrences", [pair(words)]),
        "mentions": rows("mentions", [mention(*place) for place in draw(places)]),
        "word_readings": rows("word_readings", [reading(*place) for place in draw(places)]),
    }


@pytest.mark.parametrize("syntax", [TurtleSyntax(prefixes(BASE)), NTriplesSyntax()], ids=["Turtle", "N-Triples"])
@pytest.mark.parametrize("form", ["lean", "full"])
@given(made=tables())
@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_hostile_values_have_the_same_text(syntax: Syntax, form: str, made: dict[str, pa.Table]) -> None:
    engine = DuckDBEngine(threads=1)
    for name, table in made.items():
        engine.append(name, table)
    create_pair_tables(engine, LAYERS, {"parameters": {"rdf": form}, "thresholds": {"min_figures": 0}})
    selects = TextSelects(BASE, syntax, LAYERS, full=form == "full")
    with TermTables(engine, BASE, syntax, LAYERS).created():
        for name in TEXT_KINDS:
            fast = list(selects.texts(engine, name))
            text, count = row_by_row(engine, syntax, name, full=form == "full")
            assert b"".join(text for text, _ in fast).decode() == text
            assert sum(number for _, number in fast) == count
    engine.close()


def row_by_row(engine: Engine, syntax: Syntax, name: str, *, full: bool) -> tuple[str, int]:
    """Return the text of a statement's rows as the writer makes it, with the number of triples."""
    writer = TripleWriter(BASE, syntax, LAYERS, full=full)
    made = (row for batch in engine.stream(dump.STATEMENTS.sql(name)) for row in batch.to_pylist())
    return "".join(map(row_writers(writer)[name], made)), writer.count


def random_doubles(random: Random) -> Iterator[float]:
    """Yield doubles of every size, and such as statistics are."""
    yield from DOUBLES
    for _ in range(20_000):
        number = struct.unpack("<d", random.randbytes(8))[0]
        if number - number == 0:  # neither infinite nor no number
            yield number
        yield random.random() * 10.0 ** random.randint(-12, 20)
        yield round(random.random(), random.randint(1, 9))
        yield float(random.randint(-(10**7), 10**7))


def test_a_double_has_the_digits_that_python_gives_it() -> None:
    numbers = list(random_doubles(Random(17)))
    table = pa.table({"number": numbers})
    with duckdb.connect() as connection:
        connection.register("numbers", table)
        texts = (
            connection.sql("SELECT CAST(number AS VARCHAR) AS text FROM numbers").to_arrow_table()["text"].to_pylist()
        )
    assert texts == list(map(repr, numbers))


def dumps(
    build: Path, monkeypatch: pytest.MonkeyPatch, exporter: type[Turtle], parameters: dict[str, str]
) -> list[tuple[int, bytes]]:
    """Write a build with other parameters, by text from DuckDB and by rows; give the triples and the bytes of each."""
    written = []
    for _ in range(2):
        file = BytesIO()
        with KnowledgeGraph(build) as graph:
            graph.build.manifest["parameters"] |= parameters
            written.append((exporter(jobs=1).write(graph, None, file, LAYERS), file.getvalue()))
        monkeypatch.setattr(dump, "TEXT_KINDS", frozenset())
    return written


@pytest.mark.parametrize("exporter", [Turtle, NTriples])
@pytest.mark.parametrize("form", ["lean", "full"])
def test_a_build_has_the_same_dump(
    full_build: Path, monkeypatch: pytest.MonkeyPatch, exporter: type[Turtle], form: str
) -> None:
    fast, by_rows = dumps(full_build, monkeypatch, exporter, {"rdf": form})
    assert fast == by_rows


def engine_of(pairs: list[dict[str, Any]]) -> DuckDBEngine:
    """Return an engine with the tables of a build that has these pairs and their ends."""
    ends = {pair[end] for pair in pairs for end in ("subject_id", "object_id")}
    made = {"cooccurrences": pairs, "entities": [{"entity_id": end, "category": "gene"} for end in sorted(ends)]}
    engine = DuckDBEngine(threads=1)
    for name in TABLES:
        engine.append(name, rows(name, made.get(name, [])))
    return engine


@pytest.mark.parametrize(("figures", "inflated"), [(2**30 - 1, ["a:1_a:2"]), (2**30, None)])
def test_twice_a_count_of_32_bits_is_a_number(figures: int, inflated: list[str] | None) -> None:
    pair = {
        "subject_id": "a:1", "object_id": "a:2", "figures": figures, "figures_all": 2**31 - 1, "papers": 1,
        "weight": 1.0, "npmi": 0.5, "q": 0.5,
    }  # fmt: skip
    engine = engine_of([pair])
    create_pair_tables(engine, LAYERS, {"parameters": {}, "thresholds": {"min_figures": 0}})
    (row,) = engine.fetch(dump.STATEMENTS.sql("outstanding")).to_pylist()
    engine.close()
    assert row == {"form": "rdf", "specific": ["a:1_a:2"], "inflated": inflated}


def test_the_most_specific_pairs_are_listed_whatever_a_release_publishes() -> None:
    doubtful = [{"subject_id": f"a:{n:03}", "object_id": "b:1", "npmi": 0.9, "q": 0.5} for n in range(100)]
    sure = {"subject_id": "a:999", "object_id": "b:1", "npmi": 0.1, "q": 0.01}
    numbers = {"figures": 5, "figures_all": 5, "papers": 5, "weight": 5.0}
    engine = engine_of([numbers | pair for pair in (*doubtful, sure)])
    create_pair_tables(engine, LAYERS, {"parameters": {"publish_q": 1.0}, "thresholds": {"min_figures": 1}})
    (row,) = engine.fetch(dump.STATEMENTS.sql("outstanding")).to_pylist()
    engine.close()
    assert len(row["specific"]) == 101
    assert "a:999_b:1" in row["specific"]


@pytest.mark.parametrize("base", ["https://example.org/data_base/", "https://example.org/a_b/a'b/$text/"])
@pytest.mark.parametrize("exporter", [Turtle, NTriples])
def test_any_base_has_the_same_dump(
    full_build: Path, monkeypatch: pytest.MonkeyPatch, exporter: type[Turtle], base: str
) -> None:
    fast, by_rows = dumps(full_build, monkeypatch, exporter, {"base": base})
    assert fast == by_rows


def test_every_fast_kind_is_a_statement_of_the_dump() -> None:
    assert set(row_kinds(LAYERS)) > TEXT_KINDS
