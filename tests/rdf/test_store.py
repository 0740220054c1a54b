"""The store: what is in it, that nobody writes to it, and which queries it does not answer."""

import io
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from helpers.corpus import write_toy
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from kg.building.release import release
from kg.errors import OutputError, QueryError, SourceError
from kg.model.build import Build
from kg.model.identifiers import DEFAULT_BASE
from kg.rdf import store
from kg.rdf.bulk_load import pieces
from kg.rdf.store_loader import StoreLoader

DUMPS = ("pfocr.ttl", "dataset.ttl", "vocab.ttl", "queries.ttl")
ELSEWHERE = "<http://127.0.0.1:1/sparql>"


RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.fixture
def opened(toy_build: Path) -> Store:
    return store.open_read_only(Build(toy_build))


@pytest.fixture
def copy(toy_build: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(toy_build, tmp_path / "exports"))


# -- what is in it


@pytest.mark.parametrize("name", ["seeds_build", "toy_build"])
def test_it_holds_the_distinct_triples_of_the_dumps(name: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(name)
    distinct = {triple.triple for dump in DUMPS for triple in parse(path=str(folder / dump), format=RdfFormat.TURTLE)}
    opened = store.open_read_only(Build(folder))
    # Numbers are kept by value, not by spelling.
    assert {(quad.subject, quad.predicate) for quad in opened} == {(each.subject, each.predicate) for each in distinct}
    assert len(opened) == len(distinct) == Build(folder).manifest["outputs"]["store"]["triples"]


def test_it_fills_as_it_is_written_to_and_says_how_many_triples_it_has(tmp_path: Path) -> None:
    more = tmp_path / "a.ttl"
    more.write_text("<a:a> <a:b> 1, 3 .", encoding="utf-8")
    with StoreLoader(tmp_path / "store", [more, more]) as filling:
        for part in (b"<a:a> <a:", b"b> 1, ", b"2, 2 ."):
            filling.write(part)
        assert filling.finish() == 3


@pytest.mark.parametrize("size", [1, 2_000, 1_000_000])
def test_pieces_of_any_size_are_turtle_by_themselves_and_make_up_the_dump(toy_build: Path, size: int) -> None:
    text = (toy_build / DUMPS[0]).read_bytes()
    parts = [[*parse(part, format=RdfFormat.TURTLE)] for part in pieces(io.BytesIO(text), size)]
    assert [triple for part in parts for triple in part] == [*parse(text, format=RdfFormat.TURTLE)]
    assert (len(parts) == 1) == (size > len(text))


def test_a_store_that_cannot_be_filled_is_an_error_of_one_line(tmp_path: Path) -> None:
    with StoreLoader(tmp_path / "store") as filling:
        filling.write(b"this is no Turtle")
        with pytest.raises(OutputError, match=r"the process that loads the store ended: .*; try --no-store"):
            filling.finish()


def test_a_dump_that_breaks_off_the_load_says_why(tmp_path: Path) -> None:
    reason = r"the process that loads the store ended: SyntaxError: .*; try --no-store"
    with StoreLoader(tmp_path / "store") as filling, pytest.raises(OutputError, match=reason):
        filling.write(b"this is no Turtle .\n" * 1_000_000)


def test_a_build_that_fails_takes_the_filling_with_it(tmp_path: Path) -> None:
    filling = StoreLoader(tmp_path / "store")
    with suppress(ZeroDivisionError), filling:
        filling.write(b"<a:a> <a:b> 1 .")
        raise ZeroDivisionError
    assert filling._process.returncode is not None


# -- opening


def test_it_is_read_only(opened: Store) -> None:
    with pytest.raises(RuntimeError, match="only possible on read-write"):
        opened.add(Quad(NamedNode("a:a"), NamedNode("a:b"), Literal("c")))


def test_many_read_it_at_once(toy_build: Path) -> None:
    several = [store.open_read_only(Build(toy_build)) for _ in range(3)]
    assert len({len(each) for each in several}) == 1


def test_a_build_without_a_store_says_how_to_make_one(tmp_path: Path) -> None:
    release([str(write_toy(tmp_path))], tmp_path / "exports", with_store=False)
    with pytest.raises(SourceError, match="this build has no store; make it with: kg build SOURCE"):
        store.open_read_only(Build(tmp_path / "exports"))


def test_a_folder_beside_the_build_is_not_taken_for_its_store(tmp_path: Path) -> None:
    release([str(write_toy(tmp_path))], tmp_path / "exports", with_store=False)
    (tmp_path / "exports" / "store").mkdir()
    with pytest.raises(SourceError, match="this build has no store"):
        store.open_read_only(Build(tmp_path / "exports"))


def _remove_data(folder: Path) -> None:
    for path in folder.glob("*.sst"):
        path.unlink()


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def _garble(folder: Path) -> None:
    for path in folder.glob("MANIFEST-*"):
        path.write_bytes(b"\0" * 100)


@pytest.mark.parametrize("damage", [_remove_data, _empty, _garble])
def test_a_damaged_store_is_named(damage: Callable[[Path], None], copy: Path) -> None:
    damage(copy / "store")
    with pytest.raises(SourceError, match=r"exports/store: cannot be opened \(.*\); build again"):
        store.open_read_only(Build(copy))


# -- names


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        *((text, "https://identifiers.org/ncbigene/7157") for text in ("TP53", "ncbigene:7157", "NCBIGene:7157")),
        ("PMC1__a", "https://pfocr.wikipathways.org/figures/PMC1__a.html"),
        # The others take the resolver: none, another identifier, a word, a paper, a text that is no identifier.
        *((text, None) for text in ("TP5", "tp53", "mesh:D000255", "word:AKT", "pmc:PMC1", "ncbigene:1 2", "a:b", "")),
    ],
)
def test_an_entity_is_found_by_identifier_or_exact_name(opened: Store, text: str, iri: str | None) -> None:
    assert store.find(opened, text) == iri


def test_a_label_of_several_entities_is_left_to_the_resolver() -> None:
    both = Store()
    label, class_ = NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), NamedNode(f"{RDF}type")
    for name in "ab":
        both.add(Quad(NamedNode(f"x:{name}"), label, Literal("N")))
        assert store.find(both, "N") == (None if name == "a" else "x:a")  # what has no class is no entity
        both.add(Quad(NamedNode(f"x:{name}"), class_, NamedNode("https://w3id.org/biolink/vocab/Gene")))
        assert store.find(both, "N") == ("x:a" if name == "a" else None)


# -- queries


def test_the_usual_prefixes_may_be_left_out(opened: Store) -> None:
    results: Any = store.query(opened, "SELECT ?name { ncbigene:7157 rdfs:label ?name }")
    assert [row["name"].value for row in results] == ["TP53"]


@pytest.mark.parametrize(
    ("curie", "iri"),
    [
        ("chebi:15422", "http://purl.obolibrary.org/obo/CHEBI_15422"),
        ("doid:11476", "http://purl.obolibrary.org/obo/DOID_11476"),
        ("ncbitaxon:9606", "http://purl.obolibrary.org/obo/NCBITaxon_9606"),
        ("disease.name:x", f"{DEFAULT_BASE}disease/x"),
    ],
)
def test_a_query_takes_the_identifiers_that_answers_give(opened: Store, curie: str, iri: str) -> None:
    results: Any = store.query(opened, f"SELECT ?x {{ VALUES ?x {{ {curie} }} }}")
    assert [row["x"].value for row in results] == [iri]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ASK { ?s a foo:Bar }", r"^line 1, column \d+: the prefix of foo:Bar is not known here; [^\n]*$"),
        ("PREFIX a: <x:> SELECT * { foo:1 rdfs:label a:b }", ": the prefix of foo:1 is not known here"),
        ("ASK {\r\n?s a\r\nfoo:Bar }", r"^line 3, column \d+: the prefix of foo:Bar is not known here"),
        ("SELECT ?x\nWHERE { ?x a }", "^line 2, column 15: expected one of"),
        ("ASK { ?s ?p <a b> }", "^line 1, column 18: expected IRI parsing failed"),
        ("ASK {", "^line 1, column 6: [^\n]*$"),
        ("", "^line 1, column 1: [^\n]*$"),
        ("DROP ALL", "^DROP is an update, and a build is only read; ask with SELECT, ASK, CONSTRUCT or DESCRIBE$"),
        ("PREFIX a: <x:>\n# as\ndelete where { ?s ?p ?o }", "^DELETE is an update"),
        ("DESCRIBE delete", "^line 1, column "),
        ("ASK { FILTER(<x:nothing>(1)) }", "x:nothing"),
    ],
)
def test_a_wrong_query_is_one_line_with_its_place(opened: Store, text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message) as raised:
        list(store.query(opened, text))  # type: ignore[arg-type]
    assert "\n" not in str(raised.value)


HIDDEN_SERVICE = {
    "plain": f"ASK {{ SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
    "lower case": f"ASK {{ service silent {ELSEWHERE} {{ ?s ?p ?o }} }}",
    "of a variable": f"ASK {{ VALUES ?x {{ {ELSEWHERE} }} SERVICE ?x {{ ?s ?p ?o }} }}",
    "between comparisons": f"ASK{{VALUES?x{{{ELSEWHERE}}}FILTER(1<2){{SERVICE?x{{?s?p?o}}FILTER(3>2)}}}}",
    "after an escaped #": f"ASK {{ OPTIONAL {{ ?s kg:a\\#b ?o }} SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
    "between escaped '": f"ASK {{ ?s kg:a\\'b ?o . SERVICE {ELSEWHERE} {{ ?s ?p ?o }} ?s kg:a\\'b ?o }}",
    "after a long text": f'ASK {{ BIND("""a\\"""" AS ?x) SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }} #"',
    "after a comment": f"ASK {{ # '\n SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }} # '",
    "after a carriage return": f"ASK {{ # '\r SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }} # '",
}


@pytest.mark.parametrize("case", HIDDEN_SERVICE)
def test_service_is_refused_however_it_is_written(opened: Store, case: str) -> None:
    with pytest.raises(QueryError, match="set KG_ALLOW_SERVICE=1 to allow it"):
        store.query(opened, HIDDEN_SERVICE[case])


@pytest.mark.parametrize(
    "text",
    [
        'ASK { ?s ?p "SERVICE" }',
        "ASK { ?s ?p '''SERVICE ' ''' }",
        "ASK { ?s <x:SERVICE> ?o } # SERVICE",
        "ASK { ?SERVICES ?p ?o FILTER(1<2 && 3>2) }",
    ],
)
def test_the_word_service_may_stand_where_it_asks_nobody(opened: Store, text: str) -> None:
    assert bool(store.query(opened, text)) in {True, False}


def test_service_is_allowed_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_ALLOW_SERVICE", "1")
    store.check(HIDDEN_SERVICE["plain"])


@pytest.mark.parametrize(("opening", "closing"), ["{}", "()", "[]"])
def test_deep_nesting_is_refused_before_it_is_parsed(opened: Store, opening: str, closing: str) -> None:
    with pytest.raises(QueryError, match="nested 100001 levels deep; at most 100"):
        store.query(opened, "ASK {" + opening * 100_000 + closing * 100_000 + "}")


def test_nesting_of_a_hundred_levels_is_answered(opened: Store) -> None:
    assert store.query(opened, "ASK {" + "{" * 99 + "?s ?p ?o" + "}" * 99 + "}")


@pytest.mark.parametrize(
    "text",
    [
        f"ASK {{ FILTER({'!' * 20_000}true) }}",
        f"ASK {{ FILTER(1{'+1' * 20_000}) }}",
        f"ASK {{ {{}} {'UNION {} ' * 20_000} }}",
        f"ASK {{ ?s <a:b>{'/<a:b>' * 20_000} ?o }}",
    ],
)
def test_a_chain_that_would_overflow_the_stack_is_refused(opened: Store, text: str) -> None:
    with pytest.raises(QueryError, match=r"\d+ words and signs long; at most 5000"):
        store.query(opened, text)


def test_a_long_list_of_values_is_no_chain(opened: Store) -> None:
    named = " ".join(f"ncbigene:{number}" for number in range(20_000))
    full = " ".join(f"(<https://identifiers.org/ncbigene/{number}>)" for number in range(20_000))
    for values in (f"VALUES ?gene {{ {named} }}", f"VALUES (?gene) {{ {full} }}"):
        results: Any = store.query(opened, f"SELECT ?gene {{ {values} ?gene a biolink:Gene }}")
        assert len(list(results)) == 4
