"""The resolver: what a text means, the same for the command line, canned queries, the page and Python."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from helpers.builds import build_graph
from helpers.corpus import GENE_HEADER, genes, record, write_toy

import kg
from kg.building.options import BuildParameters
from kg.building.release import release
from kg.cli import query_answer
from kg.cli.main import main
from kg.errors import KgError, UnknownName
from kg.model.build import Build
from kg.model.identifiers import expand
from kg.rdf import store

TNF, OPG, ATP, AKT1, NAMED = "ncbigene:8600", "ncbigene:4982", "chebi:15422", "ncbigene:207", "ncbigene:990000009"
FIGURE = "pfocr:PMC1__a"
CHEMICALS = "word\tmesh\tmatch\tname\tchebi\nATP\tmesh:D000255\tATP\tATP\tchebi:15422\n"
FILES = {
    "_figures/PMC1__a.md": record("PMC1__a", "figid_alias: PMC1__F1"),
    "_data/PMC1__a-genes.tsv": genes(
        ("RANKL", "RANKL", "TNFSF11", "8600", "hgnc_alias_symbol"),
        ("OPG", "OPG", "TNFRSF11B", "4982", "hgnc_alias_symbol"),
        ("OPG", "OPG", "BTF3P11", "690", "hgnc_alias_symbol"),
        ("AKT", "AKT", "AKT1", "207", "famplex_relations"),
        ("AKT", "AKT", "AKT2", "208", "famplex_relations"),
        # An entity with the name of another one's drawn word: names come first.
        ("ODD", "ODD", "RANKX", "990000009", "ncbigene_symbol"),
        ("RANKX", "RANKX", "TNFRSF11A", "8792", "hgnc_alias_symbol"),
    ),
    "_data/PMC1__a-chemicals.tsv": CHEMICALS,
    "_figures/PMC2__b.md": record("PMC2__b"),
    "_data/PMC2__b-genes.tsv": genes(
        ("RANKL", "RANKL", "TNFSF11", "8600", "hgnc_alias_symbol"),
        ("OPG", "OPG", "TNFRSF11B", "4982", "hgnc_alias_symbol"),
    ),
}

MEANT = [
    # text, id, kind of meaning
    (TNF, TNF, "identifier"),
    ("NCBIGene:8600", TNF, "identifier"),
    ("CHEBI:15422", ATP, "identifier"),
    ("https://identifiers.org/ncbigene/8600", TNF, "identifier"),
    ("PMC1__a", FIGURE, "identifier"),
    ("pfocr:PMC1__a", FIGURE, "identifier"),
    ("PMC1__F1", FIGURE, "identifier"),
    ("mesh:D000255", ATP, "other identifier"),
    ("hgnc.symbol:TNFSF11", TNF, "other identifier"),
    ("ENSG00000120659", TNF, "other identifier"),
    ("ensembl:ENSG00000120659.15", TNF, "other identifier"),
    ("uniprot:O14788", TNF, "other identifier"),
    ("HGNC:11926", TNF, "other identifier"),
    ("https://identifiers.org/hgnc/11926", TNF, "other identifier"),
    ("GeneID:8600", TNF, "other identifier"),
    ("TNFSF11", TNF, "name"),
    (" TNFSF11\n", TNF, "name"),
    ("RANKX", NAMED, "name"),
    ("tnfsf11", TNF, "name in another case"),
    ("atp", ATP, "name in another case"),
    ("TNFSF\u200b11", TNF, "name in another case"),
    ("RANK\u00adL", TNF, "drawn word"),
    ("TNFSF-11", TNF, "name in another case"),
    ("rank-l", TNF, "drawn word"),
    ("RANK L", TNF, "drawn word"),
    ("PKB-\u03b1", AKT1, "lexicon"),
    ("RANKL", TNF, "drawn word"),
    ("rankl", TNF, "drawn word"),
    ("word:RANKL", TNF, "drawn word"),
    ("OPGL", TNF, "lexicon"),
    # The record lists BTF3P11 for this word, too, but no figure means it.
    ("OPG", OPG, "drawn word"),
    ("word:OPG", OPG, "drawn word"),
    ("Adenosine  triphosphate", ATP, "lexicon"),
]

REFUSED = [
    # text, message
    ("word:AKT", "no single entity is called 'word:AKT'; it is the drawn word of 2: "),
    ("akt", "no single entity is called 'akt'; it is the drawn word of 2: AKT1 (ncbigene:207, 1 figure), AKT2"),
    (
        "AKT",
        "AKT2 (ncbigene:208, 1 figure); give the identifier of one",
    ),
    ("p53", "no entity or figure is called 'p53'; p53 is TP53 in the lexicon, which this build does not draw"),
    ("TP53", "no entity or figure is called 'TP53'; the lexicon knows it, but this build does not draw it"),
    ("fplx:AKT", "fplx:AKT is AKT in the lexicon, a family; this build draws 2 of its genes: AKT1, AKT2"),
    ("8600", "no entity or figure is called '8600'; did you mean ncbigene:8600?"),
    ("P04637", "'P04637'; P04637 is TP53 in the lexicon, which this build does not draw"),
    ("ENSG00000999999", "no entity or figure is called 'ENSG00000999999'; give a name"),
    ("PMC1", "no entity or figure is called 'PMC1'; it is a paper; its figures: pfocr:PMC1__a"),
    ("Z" * 450, f"no entity or figure is called '{'Z' * 100}…'; give a name"),
    ("ncbigene:7157", "ncbigene:7157 is TP53 in the lexicon, which this build does not draw"),
    (
        "ncbigene:1234567",
        "no entity or figure is called 'ncbigene:1234567'; give a name, a drawn word, or an identifier",
    ),
    ("PMC9__a", "no entity or figure is called 'PMC9__a'"),
    ("pmc:PMC1", "no entity or figure is called 'pmc:PMC1'"),
    ("TNFSF1I", "no entity or figure is called 'TNFSF1I'; did you mean TNFSF11"),
    ("RANKLL", "no entity or figure is called 'RANKLL'; did you mean RANKL"),
    ("%", "no entity or figure is called '%'"),
    ("'; DROP TABLE entities; --", "no entity or figure is called"),
]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_toy(tmp_path_factory.mktemp("names"), FILES)
    release([str(folder)], folder / "exports", BuildParameters(min_figures=1))
    return folder / "exports"


def command(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [*arguments])
    return result.exit_code, result.stdout, result.stderr


def by_python(build: Path, text: str) -> str:
    with kg.open(build) as graph:
        return graph.find(text)


def by_export(build: Path, text: str) -> str:
    code, out, err = command("export", "--build", str(build), "-f", "cyjs", "--of", text)
    if code:
        raise UnknownName("", "", hint=err)
    of = json.loads(out)["data"]["name"]
    return str(of.partition(" of ")[2])


def by_lookup(build: Path, text: str) -> str:
    code, out, err = command("lookup", "--build", str(build), "-f", "json", "--", text)
    if code:
        raise UnknownName("", "", hint=err)
    found = json.loads(out)
    if found.get("category") == "figure":
        return str(found["id"])
    if found["entity"] is None:
        raise UnknownName("", "", hint=found["reason"])
    return str(found["entity"]["id"])


def by_query(build: Path, text: str) -> str:
    if "://" in text:
        pytest.skip("an IRI is taken as it is")
    code, out, err = command("query", "--build", str(build), "words-of-entity", "-p", f"entity={text}", "--show")
    if code:
        raise UnknownName("", "", hint=err)
    return out.rpartition("VALUES ?entity { <")[2].partition(">")[0]


def by_page(build: Path, text: str) -> str:
    return str(asked(build, "entity", id=text)["id"])


def by_query_of_the_page(build: Path, text: str) -> str:
    if "://" in text:
        pytest.skip("an IRI is taken as it is")
    body = asked(build, "queries/words-of-entity", entity=text)["text"]
    return str(body.rpartition("VALUES ?entity { <")[2].partition(">")[0])


def asked(build: Path, path: str, **parameters: str) -> Any:
    """Ask the API of the page; raise UnknownName with the message of a refusal."""
    starlette = pytest.importorskip("starlette.applications", reason="the extra `serve` is not installed")
    from kg.web.explorer.api import Api

    api = Api(Build(build))
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": f"/api/{path}", "query_string": urlencode(parameters).encode()}
    asyncio.run(starlette.Starlette(routes=api.routes())(scope | {"headers": []}, receive, send))
    api.close()
    answer = json.loads(b"".join(message.get("body", b"") for message in sent[1:]))
    if sent[0]["status"] != 200:
        assert sent[0]["status"] == 404
        raise UnknownName("", "", hint=answer["error"])
    return answer


Face = Callable[[Path, str], str]
FACES: list[Face] = [by_python, by_export, by_lookup, by_query, by_page, by_query_of_the_page]
SWEEP = (pytest.mark.slow, pytest.mark.sweep)


def with_each_face(cases: list[Any], texts: frozenset[str]) -> list[Any]:
    """Give each case with each face: all with Python, with other faces those of `texts`, the rest in the sweep."""
    return [
        pytest.param(
            face,
            *case,
            id=f"{face.__name__}-{case[0].strip()[:40]}",
            marks=() if face is by_python or case[0] in texts else SWEEP,
        )
        for case in cases
        for face in FACES
    ]


# All faces ask one resolver: a case of each kind, and of each spelling that a face has to hand on, shows it.
TAKEN_BY_ALL = frozenset([
    TNF, "https://identifiers.org/ncbigene/8600", "PMC1__a", "PMC1__F1", "ensembl:ENSG00000120659.15", " TNFSF11\n",
    "TNFSF\u200b11", "word:RANKL", "rank-l", "PKB-\u03b1", "Adenosine  triphosphate",
])  # fmt: skip
REFUSED_BY_ALL = frozenset([
    "word:AKT", "akt", "p53", "fplx:AKT", "8600", "Z" * 450, "TNFSF1I", "%", "'; DROP TABLE entities; --",
])  # fmt: skip


@pytest.mark.parametrize(("face", "text", "id_"), with_each_face([case[:2] for case in MEANT], TAKEN_BY_ALL))
def test_every_face_takes_the_same(face: Face, text: str, id_: str, build: Path) -> None:
    if face is by_page and id_ == FIGURE:
        with pytest.raises(UnknownName, match="is a figure"):
            face(build, text)
        return
    found = face(build, text)
    if face is by_export and id_ == FIGURE:
        found = f"pfocr:{found}"  # the network of a figure has its figid as name
    assert found == (expand(id_) if face in (by_query, by_query_of_the_page) else id_)


@pytest.mark.parametrize(("face", "text", "message"), with_each_face(REFUSED, REFUSED_BY_ALL))
def test_every_face_refuses_the_same(face: Face, text: str, message: str, build: Path) -> None:
    with pytest.raises(UnknownName) as raised:
        face(build, text)
    assert message in str(raised.value)


@pytest.mark.parametrize(("text", "id_", "how"), MEANT, ids=[text.strip() for text, _, _ in MEANT])
def test_a_match_says_what_decided(text: str, id_: str, how: str, build: Path) -> None:
    with kg.open(build) as graph:
        match = graph.resolve(text)
    assert (match.id, match.how, match.exact) == (id_, how, how in ("identifier", "name"))


def test_a_synonym_counts_before_a_drawn_word(tmp_path: Path) -> None:
    # A record calls ATP so, and another one draws the word for TNFSF11.
    chemicals = "word\tmesh\tmatch\tname\tchebi\nA\tmesh:D000255\tA\tRankl\tchebi:15422\n"
    files = {
        "_figures/PMC1__a.md": record("PMC1__a"),
        "_data/PMC1__a-chemicals.tsv": chemicals,
        "_data/PMC1__a-genes.tsv": genes(("RANKL", "RANKL", "TNFSF11", "8600", "hgnc_alias_symbol")),
    }
    build_graph([str(write_toy(tmp_path, files))], tmp_path / "exports")
    with kg.open(tmp_path / "exports") as graph:
        matches = [graph.resolve(text) for text in ("Rankl", "RANKL", "word:RANKL")]
    assert [(match.id, match.how) for match in matches] == [
        (ATP, "synonym"), (ATP, "synonym in another case"), (TNF, "drawn word"),
    ]  # fmt: skip


def test_a_name_with_greek_letters_is_found_by_its_plain_spelling(tmp_path: Path) -> None:
    texts = ["IL6XY-BETA", "il6xy\u2011\u03b2", "IL6XY\u2013&beta;", "IL6\u200bXY-\u03b2", "IL6XY-beta"]
    (tmp_path / "PMC1__g.md").write_text(record("PMC1__g", keywords=("IL6XY-\u03b2", "TNF")), encoding="utf-8")
    build_graph([str(tmp_path)], tmp_path / "out")
    with kg.open(tmp_path / "out") as graph:
        assert {graph.resolve(text).id for text in texts} == {"keyword:IL6XY-%CE%B2"}


def test_what_was_taken_is_said_on_stderr_unless_it_is_exact(build: Path, tmp_path: Path) -> None:
    note = "RANKL: TNFSF11, by its drawn word, 2 figures\n"
    code, _, err = command("export", "--build", str(build), "-f", "graphml", "--of", "RANKL")
    assert (code, err) == (0, note)
    code, _, err = command("query", "--build", str(build), "partners", "-p", "entity=RANKL")
    assert (code, err) == (0, note)
    picture = str(tmp_path / "x.svg")
    code, _, err = command("plot", "neighbourhood", "--build", str(build), "--of", "RANKL", "-o", picture)
    assert (code, err.startswith(note)) == (0, True), err
    for exact in ("TNFSF11", TNF):
        assert command("query", "--build", str(build), "partners", "-p", f"entity={exact}")[2] == ""


@pytest.fixture(scope="module")
def orthologs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a build in which one word stands for genes of human, mouse and rat; the last two have one name."""
    rows = (("9606", "NFKB1", "4790"), ("10090", "Nfkb1", "18033"), ("10116", "Nfkb1", "81736"))
    table = "".join(f"{taxon}\tNA\tNA\tP105\tP105\t{name}\t{id_}\tx\t1\t1\t1\n" for taxon, name, id_ in rows)
    files = {"_figures/PMC1__a.md": record("PMC1__a"), "_data/PMC1__a-genes.tsv": GENE_HEADER + table}
    folder = write_toy(tmp_path_factory.mktemp("orthologs"), files)
    release([str(folder)], folder / "exports", BuildParameters(min_figures=1))
    return folder / "exports"


LISTED = (
    "no single entity is called 'P105'; it is the drawn word of 3: Nfkb1, mouse (ncbigene:18033, 1 figure), "
    "NFKB1, human (ncbigene:4790, 1 figure), Nfkb1, rat (ncbigene:81736, 1 figure); give the identifier of one"
)


@pytest.mark.parametrize("face", FACES)
def test_genes_of_one_name_are_listed_with_their_organisms(face: Callable[[Path, str], str], orthologs: Path) -> None:
    with pytest.raises(UnknownName) as raised:
        face(orthologs, "P105")
    assert LISTED in str(raised.value)


def test_only_the_command_line_names_a_command(orthologs: Path) -> None:
    for face in (by_python, by_page, by_query_of_the_page, by_lookup):
        with pytest.raises(UnknownName) as raised:
            face(orthologs, "P105")
        assert "kg lookup" not in str(raised.value)
    for text, typed in (("P105", "P105"), ("word:P105 ", "word:P105"), ("p'105", "")):
        code, _, err = command("export", "--build", str(orthologs), "-f", "cyjs", "--of", text)
        assert code == 1
        assert err.endswith(f" (kg lookup {typed} lists them)\n") is bool(typed), err


@pytest.mark.parametrize(
    ("filters", "id_"),
    [({"taxa": ("human",)}, "ncbigene:4790"), ({"without_taxa": ("9606", "rat")}, "ncbigene:18033"), ({}, "")],
)
def test_filters_of_organisms_choose_one_of_several_meanings(
    filters: dict[str, Any], id_: str, orthologs: Path
) -> None:
    with kg.open(orthologs) as graph:
        if not id_:
            with pytest.raises(UnknownName, match="P105"):
                graph.resolve("P105", taxa=("mouse", "rat"))
            return
        match = graph.resolve("P105", **filters)
        with graph.view("ego", kg.Filters(min_figures=1, **filters), of="P105") as view:
            assert view.title.endswith(f" of {id_}")
    assert (match.id, match.among) == (id_, 3)
    assert match.by == "its drawn word, 1 figure; the only one of 3 meanings that the filter of organisms keeps"


def test_the_option_taxon_chooses_the_entity_of_a_network_and_of_a_picture(orthologs: Path, tmp_path: Path) -> None:
    chosen = "P105: NFKB1, by its drawn word, 1 figure; the only one of 3 meanings that the filter of organisms keeps\n"
    of = ("--build", str(orthologs), "--of", "P105", "--taxon", "human")
    code, out, err = command("export", *of, "-f", "cyjs")
    assert (code, json.loads(out)["data"]["name"].partition(" of ")[2]) == (0, "ncbigene:4790")
    assert err.startswith(chosen)
    code, _, err = command("plot", "neighbourhood", *of, "-o", str(tmp_path / "x.svg"))
    assert (code, err.startswith(chosen)) == (0, True), err


def test_the_store_and_the_resolver_agree_on_every_name_and_identifier(build: Path) -> None:
    opened = store.open_read_only(Build(build))
    with kg.open(build) as graph:
        rows = graph.engine.fetch("SELECT entity_id, name FROM entities").to_pylist()
        for text in [text for row in rows for text in row.values()]:
            assert store.find(opened, text) == expand(graph.find(text)), text


def test_an_exact_name_does_not_open_the_tables(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("kg.graph.knowledge_graph.KnowledgeGraph.__init__", refuse)
    prepared = query_answer.prepare(build, "figures-of-genes", {"gene": ["TNFSF11", TNF]})
    assert prepared.text.count("ncbigene/8600>") == 2


def test_a_list_of_names_opens_the_tables_once(build: Path) -> None:
    notes: list[str] = []
    query_answer.prepare(build, "figures-of-genes", {"gene": ["RANKL opgl TNFSF11"]}, None, notes.append)
    assert notes == [
        "RANKL: TNFSF11, by its drawn word, 2 figures",
        "opgl: TNFSF11, by its alias in the lexicon, 2 figures",
    ]


def test_an_own_lexicon_reads_words_that_are_not_drawn(build: Path) -> None:
    class Reader:
        """A lexicon that reads everything as ATP."""

        def genes_of_ids(self, _: list[str]) -> dict[str, tuple[str, ...]]:
            return {}

        def meanings(self, words: list[str]) -> dict[str, Any]:
            return {word: (type("Reading", (), {"entity_id": ATP, "name": "ATP"}),) for word in words}

    lexicon: Any = Reader()
    with kg.open(build, lexicon) as graph:
        assert graph.resolve("the currency of the cell").id == ATP
        with pytest.raises(KgError):
            kg.open(build / "nowhere")


def test_names_are_the_identifiers_of_all_meanings(build: Path) -> None:
    with kg.open(build) as graph, pytest.raises(UnknownName) as raised:
        graph.find("AKT")
    assert raised.value.names == (AKT1, "ncbigene:208")


@pytest.mark.parametrize("value", [None, 8600])
def test_a_value_that_is_no_text_is_named(build: Path, value: Any) -> None:
    with kg.open(build) as graph:
        for ask in (graph.find, graph.view_for if value else graph.resolve):
            with pytest.raises(kg.ParameterError, match=f"{value} is not a text"):
                ask(value)
