"""The dumps as files: every reader understands the same of them, whatever the records held."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from unicodedata import category, normalize
from urllib.parse import unquote

import pytest
import rdflib
from helpers.corpus import record, write_toy
from helpers.readers import oxigraph, rapper, with_rdflib
from helpers.rich import EVERYTHING, release_rich
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.errors import UnknownName
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.identifiers import DEFAULT_BASE, OWN_PREFIXES, PREFIXES, compress, curie, decode, expand, namespaces
from kg.model.text import MARKERS
from kg.rdf import dump, subject_writer
from kg.rdf.dump import LAYERS, USUAL_LAYERS, NTriples, Turtle, Turtle12
from kg.rdf.jsonld import JsonLd
from kg.rdf.quads import NQuads, TriG

HOSTILE = (
    "a<b>c", 'a"b', "a{b}c", "a|b", "a\\b", "a^b", "a`b", "%zz", "%41", "a#b", "a?b", "a/../b", "..", ".", "a:b",
    "@prefix x: <y> .", '" . <a:a> <a:b> "', "\u00e9", "e\u0301", "\U0001f9ec", "\u202eab", "\ufeffa", "\x01a", "\x7f",
    "\u0085a", "\u2028a", "a\nb", "a\tb", "a\rb", "'" * 3, '"' * 3, "\\u0041", "_:b0", "[]", "TNF.", "a kg:b\\. c",
    "\ufffe", "\U0010ffff",
)  # fmt: skip
"""Texts meant to break out of an IRI or a literal, or to change on the way."""

SWEEP = (pytest.mark.slow, pytest.mark.sweep)

HOSTILE_FIELDS = ("caption", "filename", "papertitle", "reftext", "journal_title", "number", "publisher_name")


def quoted(text: str) -> str:
    """Give a text as YAML, every character escaped."""
    return '"' + "".join(f"\\U{ord(character):08X}" for character in text) + '"'


def plain(text: str) -> str:
    """Give a keyword as a build keeps it: white space folded, no character that XML forbids."""
    return " ".join(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text).split())


def shown(text: str) -> str:
    """Return a keyword as a build has it: letters composed, no invisible characters, otherwise plain."""
    return normalize("NFC", plain("".join(character for character in text if category(character) != "Cf")))


@pytest.fixture(scope="module")
def rich_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_rich(tmp_path_factory.mktemp("rich"))


@pytest.fixture(scope="module")
def hostile_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    files = {}
    for number, text in enumerate(HOSTILE, 1):
        figid = f"PMC{number}__a"
        fields = [f"{name}: {quoted(text)}" for name in HOSTILE_FIELDS]
        fields += [f"doi: {quoted('10.1234/' + text)}", f"figlink: {quoted('https://x.org/' + text)}"]
        fields += [f"schema-jsonld: {{keywords: [{quoted(text)}, TP53]}}"]
        files[f"_figures/{figid}.md"] = record(figid, *fields)
    write_toy(folder, files)
    release([str(folder)], folder / "exports", BuildParameters(min_figures=1))
    return folder / "exports"


@pytest.fixture(params=["seeds_build", "toy_build", "rich_build", "hostile_build"])
def build(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue(request.param)
    return folder


def quads(path: Path) -> list[Quad]:
    """Give what Oxigraph reads, graphs and all."""
    formats = {".nq": RdfFormat.N_QUADS, ".trig": RdfFormat.TRIG, ".jsonld": RdfFormat.JSON_LD}
    return list(parse(path=str(path), format=formats[path.suffix]))


def term(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(namespaces()[prefix] + local)


# -- form


def test_every_reader_counts_the_same_triples_and_each_only_once(build: Path, tmp_path: Path) -> None:
    with KnowledgeGraph(build) as graph, (tmp_path / "dump.nt").open("wb") as file:
        count = NTriples().write(graph, None, file)
    for path in (build / "pfocr.ttl", tmp_path / "dump.nt"):
        triples = oxigraph(path)
        assert len(triples) == len(set(triples)) == count
        assert len(with_rdflib(path)) == count
        assert rapper(path) == count
    assert oxigraph(build / "pfocr.ttl") == oxigraph(tmp_path / "dump.nt")


def test_triples_are_grouped_by_subject_and_none_is_blank(build: Path) -> None:
    triples = oxigraph(build / "pfocr.ttl")
    subjects = [subject for subject, _ in groupby(triple.subject for triple in triples)]
    assert len(subjects) == len(set(subjects))
    assert not any(isinstance(end, BlankNode) for triple in triples for end in (triple.subject, triple.object))


def test_turtle_has_its_prefixes_sorted_and_an_empty_line_between_subjects(build: Path) -> None:
    text = (build / "pfocr.ttl").read_text(encoding="utf-8")
    head, *subjects = text.split("\n\n")
    prefixes = head.splitlines()
    assert prefixes == sorted(prefixes)
    assert all(re.fullmatch(r"@prefix [a-z.]+: <\S+> \.", line) for line in prefixes)
    assert all(re.fullmatch(r"\S.*( ;\n\t.*)* \.\n?", subject) for subject in subjects)
    assert text.endswith(" .\n")
    counted = Counter(triple.subject for triple in oxigraph(build / "pfocr.ttl"))
    assert len(subjects) == len(counted)


def test_the_same_build_gives_the_same_bytes(build: Path, tmp_path: Path) -> None:
    for number in (1, 2):
        with KnowledgeGraph(build) as graph, (tmp_path / str(number)).open("wb") as file:
            Turtle().write(graph, None, file)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes() == (build / "pfocr.ttl").read_bytes()


@pytest.mark.parametrize("rows", [1, pytest.param(8192, marks=SWEEP)])  # A piece a row is most of what can go wrong.
def test_processes_and_pieces_make_no_difference(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(dump, "PARALLEL_TRIPLES", 0)
    monkeypatch.setattr(dump, "BATCH_ROWS", rows)
    monkeypatch.setattr(dump, "TEXT_KINDS", frozenset())  # because only the writer that goes row by row has processes
    with KnowledgeGraph(build) as graph, (tmp_path / "dump.ttl").open("wb") as file:
        count = Turtle(jobs=2).write(graph, None, file)
    assert (tmp_path / "dump.ttl").read_bytes() == (build / "pfocr.ttl").read_bytes()
    assert count == len(oxigraph(build / "pfocr.ttl"))


@pytest.mark.parametrize(
    "exporter",
    # Lines of N-Triples are written as those of N-Quads, subjects of TriG as those of Turtle.
    [Turtle, Turtle12, NQuads, *(pytest.param(each, marks=SWEEP) for each in (NTriples, TriG))],
)
def test_templates_make_no_difference(
    full_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exporter: type[Turtle]
) -> None:
    counts = []
    for most in (1_000_000, 0, 2):
        monkeypatch.setattr(subject_writer, "MAX_TEMPLATES", most)
        with KnowledgeGraph(full_build) as graph, (tmp_path / str(most)).open("wb") as file:
            counts.append(exporter(jobs=1).write(graph, None, file, LAYERS))
    assert (tmp_path / "1000000").read_bytes() == (tmp_path / "0").read_bytes() == (tmp_path / "2").read_bytes()
    assert len(set(counts)) == 1


# -- the same triples in other formats


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # its parsers use what it has deprecated
@pytest.mark.parametrize("exporter", [NQuads, TriG, JsonLd])
def test_another_format_has_the_same_triples_to_two_readers(
    build: Path, tmp_path: Path, exporter: type[Turtle]
) -> None:
    formats = {NQuads: "nquads", TriG: "trig", JsonLd: "json-ld"}
    path = tmp_path / f"dump{exporter.suffixes[0]}"
    with KnowledgeGraph(build) as graph, path.open("wb") as file:
        count = exporter().write(graph, None, file)
    expected = oxigraph(build / "pfocr.ttl")
    found = quads(path)
    assert sorted(map(str, (quad.triple for quad in found))) == sorted(map(str, expected))
    assert count == len(found) == len(expected)
    known = rdflib.Dataset()
    known.parse(data=path.read_text(encoding="utf-8"), format=formats[exporter])
    assert sum(1 for _ in known.quads()) == count


def test_each_layer_has_a_graph_of_its_own(full_build: Path, tmp_path: Path) -> None:
    for exporter in (NQuads, TriG):
        path = tmp_path / f"dump{exporter.suffixes[0]}"
        for layers in ((), *((layer,) for layer in LAYERS), LAYERS):
            with KnowledgeGraph(full_build) as graph, path.open("wb") as file:
                exporter().write(graph, None, file, layers)
            named = Counter(str(quad.graph_name).rpartition("/")[2].rstrip(">") for quad in quads(path))
            assert set(named) == {"records", *layers}
    with KnowledgeGraph(full_build) as graph, (tmp_path / "dump.nq").open("wb") as file:
        NQuads().write(graph, None, file, LAYERS)
    named = Counter(str(quad.graph_name).rpartition("/")[2].rstrip(">") for quad in quads(tmp_path / "dump.nq"))
    with KnowledgeGraph(full_build) as graph, (tmp_path / "dump.nt").open("wb") as file:
        assert NTriples().write(graph, None, file, ()) == named["records"]
        # Each figure and what it mentions, each once.
        counted = graph.engine.count("(SELECT DISTINCT figure_id, entity_id FROM mentions)")
    assert named["mentions"] == counted


def test_an_association_reifies_its_triple_in_rdf_1_2(toy_build: Path, tmp_path: Path) -> None:
    with KnowledgeGraph(toy_build) as graph, (tmp_path / "dump.ttl").open("wb") as file:
        count = Turtle12().write(graph, None, file)
    found = oxigraph(tmp_path / "dump.ttl")
    assert count == len(set(found))
    plain_ones = oxigraph(toy_build / "pfocr.ttl")
    ends = {term(f"biolink:{name}") for name in ("subject", "predicate", "object")}
    assert {each for each in plain_ones if each.predicate not in ends} == {
        each for each in found if each.predicate != term("rdf:reifies")
    }
    said = {each.object for each in found if each.predicate == term("rdf:reifies")}
    assert said <= set(plain_ones), "each reified triple is in the graph, too"
    assert len(said) == sum(each.predicate == term("biolink:subject") for each in plain_ones) > 0


# -- layers, base and what is missing


def predicates(triples: Iterable[Triple]) -> set[NamedNode]:
    return {triple.predicate for triple in triples}


@pytest.mark.parametrize(
    ("layer", "terms", "lines"),
    [
        ("mentions", {"schema:mentions"}, 15),
        # AKT in a, b and c; seven words of one entity; nodes of AKT, of two words without lexicon, of three with one.
        ("words", {"oa:hasBody", "oa:hasTarget", "kg:word", "kg:wordStatus"}, 2 * 7 + 6 + 7 * 4 + 11 + 2 * 11 + 3 * 12),
        # Five pairs, all among the most specific, each from both ends twice: as adjacency and among the strongest.
        ("cooccurrences", {"kg:drawnWith", "kg:weight", "biolink:subject"}, 5 * 11 + 5 + 2 * 10),
    ],
)
def test_a_layer_can_be_left_out(record_build: Path, tmp_path: Path, layer: str, terms: set[str], lines: int) -> None:
    others = tuple(each for each in USUAL_LAYERS if each != layer)
    with KnowledgeGraph(record_build) as graph, (tmp_path / "dump.ttl").open("wb") as file:
        count = Turtle().write(graph, None, file, others)
    whole = oxigraph(record_build / "pfocr.ttl")
    assert predicates(oxigraph(tmp_path / "dump.ttl")).isdisjoint(term(name) for name in terms)
    assert {term(name) for name in terms} <= predicates(whole)
    assert len(whole) - count == lines


def test_a_layer_that_does_not_exist_is_refused(toy_build: Path, tmp_path: Path) -> None:
    unknown = pytest.raises(UnknownName, match="no layer is called 'word'; did you mean words")
    with KnowledgeGraph(toy_build) as graph, (tmp_path / "x").open("wb") as file, unknown:
        Turtle().write(graph, None, file, ("word",))


def test_another_base_is_used_everywhere(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    release([str(folder)], tmp_path / "exports", BuildParameters(base="https://example.org/me/"))
    for name in ("pfocr.ttl", "dataset.ttl", "vocab.ttl", "cooccurrence.graphml"):
        text = (tmp_path / "exports" / name).read_text(encoding="utf-8")
        assert DEFAULT_BASE not in text
    text = (tmp_path / "exports" / "pfocr.ttl").read_text(encoding="utf-8")
    assert "@prefix kg: <https://example.org/me/vocab#> ." in text
    assert "@prefix keyword: <https://example.org/me/keyword/> ." in text


def test_what_stands_for_nothing_is_never_said(tmp_path: Path) -> None:
    fields = [line.partition(":")[0] for line in EVERYTHING]
    files = {}
    for number, marker in enumerate(["NA", ".na.character", "''", "' NA '", "[NA]", "['']", "~", "null", ""], 1):
        figid = f"PMC{number}__a"
        files[f"_figures/{figid}.md"] = record(figid, *(f"{name}: {marker}" for name in fields), keywords=("NA", ""))
    write_toy(tmp_path, files)
    release([str(tmp_path)], tmp_path / "exports", with_store=False)
    literals = {t.object.value for t in oxigraph(tmp_path / "exports" / "pfocr.ttl") if isinstance(t.object, Literal)}
    assert {text.strip() for text in literals}.isdisjoint({*MARKERS, "['NA']", "[NA]", "null", "None", "nan", "~"})
    iris = {t.object.value for t in oxigraph(tmp_path / "exports" / "pfocr.ttl") if isinstance(t.object, NamedNode)}
    assert not any(re.search(r"/(NA|\.na\.character|null|None)?$", iri) for iri in iris)


# -- hostile text


def objects(folder: Path, predicate: str) -> list[str]:
    triples = oxigraph(folder / "pfocr.ttl")
    return [t.object.value for t in triples if t.predicate == term(predicate)]  # type: ignore[union-attr]


def test_hostile_keywords_come_back_from_literals_and_from_iris(hostile_build: Path) -> None:
    expected = {shown(text) for text in HOSTILE}
    triples = oxigraph(hostile_build / "pfocr.ttl")
    labels = {str(t.subject)[1:-1]: t.object for t in triples if t.predicate == term("rdfs:label")}
    own = {iri: label.value for iri, label in labels.items() if iri.startswith(f"{DEFAULT_BASE}keyword/")}  # type: ignore[union-attr]
    assert set(own.values()) == expected
    assert all(decode(compress(iri).removeprefix("keyword:")) == label for iri, label in own.items())
    read = with_rdflib(hostile_build / "pfocr.ttl")
    assert expected <= {str(label) for label in read.objects()}


def test_hostile_dois_come_back_from_iris_and_file_names_from_literals(hostile_build: Path) -> None:
    dois = {unquote(iri.removeprefix("https://doi.org/")) for iri in objects(hostile_build, "schema:sameAs")}
    assert dois == {doi for doi in objects(hostile_build, "prism:doi") if not re.search(r"\s", doi)}
    assert {plain(name) for name in objects(hostile_build, "kg:imageFile")} == {plain(text) for text in HOSTILE}


def test_a_page_address_that_can_be_no_iri_is_left_out_and_others_are_kept(hostile_build: Path) -> None:
    found = set(objects(hostile_build, "schema:url"))
    assert {"https://x.org/a%3Cb%3Ec", "https://x.org/%41", "https://x.org/a#b", "https://x.org/%C3%A9"} <= found
    assert "https://x.org/%zz" not in found


@pytest.mark.parametrize("prefix", [*PREFIXES, *OWN_PREFIXES])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_identifier_makes_a_valid_iri_and_comes_back(prefix: str, text: str) -> None:
    short = curie(prefix, text)
    iri = expand(short)
    assert NamedNode(iri).value == iri
    assert compress(iri) == short
    assert decode(short.removeprefix(f"{prefix}:")) == text
