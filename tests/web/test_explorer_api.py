"""The API of the page: answers worked by hand on the toy corpus, checked against the tables and the store.

Figures a and b are of 2001, c is of 2010, and d has no year.
"""

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import networkx as nx
import pyarrow.parquet as pq
import pytest
import rdflib
from helpers.builds import build_graph
from helpers.corpus import MDM2 as MDM2_ROW
from helpers.corpus import TP53 as TP53_ROW
from helpers.corpus import genes, record, write_toy

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from starlette.applications import Starlette

from kg import __version__
from kg.building.options import BuildParameters
from kg.building.release import release
from kg.model.build import Build
from kg.model.identifiers import compress
from kg.rdf import canned_queries, store
from kg.web.explorer.api import Api

AKT1, AKT2, MDM2, TP53 = "ncbigene:207", "ncbigene:208", "ncbigene:4193", "ncbigene:7157"
ATP, OSTEOPOROSIS, KEYWORD = "chebi:15422", "doid:11476", "keyword:no%20such%20thing"
TNFSF11, TNFRSF11A = "ncbigene:8600", "ncbigene:8792"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


async def ask(app: Any, method: str, path: str, query: str, headers: dict[str, str], body: bytes = b"") -> Answer:
    """Call an ASGI application, without a client's ideas of what a request may be."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": given}
    await app(scope, receive, send)
    got = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], got, b"".join(message.get("body", b"") for message in sent[1:]))


class Client:
    """The API of a build, asked over HTTP."""

    def __init__(self, build: Path) -> None:
        self.build = Build(build)
        self.api = Api(self.build)
        self.app = Starlette(routes=self.api.routes())

    def http(self, path: str, parameters: dict[str, Any] | str = "", method: str = "GET", **headers: str) -> Answer:
        """Ask as a server asks an application; headers have `_` for `-`."""
        if isinstance(parameters, dict):
            given = [(name, value if isinstance(value, list) else [value]) for name, value in parameters.items()]
            parameters = urlencode([(name, one) for name, values in given for one in values])
        return asyncio.run(ask(self.app, method, path, parameters, headers))

    def post(self, path: str, body: bytes, **parameters: Any) -> Answer:
        return asyncio.run(ask(self.app, "POST", f"/api/{path}", urlencode(parameters), {}, body))

    def get(self, path: str, status: int = 200, **parameters: Any) -> Any:
        answer = self.http(f"/api/{path}", parameters)
        assert answer.status == status, answer.body
        return json.loads(answer.body)

    def refused(self, path: str, status: int, **parameters: Any) -> str:
        answer: dict[str, Any] = self.get(path, status, **parameters)
        assert answer.keys() - {"name", "suggestions"} == {"error", "status"}
        assert answer["status"] == status
        assert "\n" not in answer["error"]
        return str(answer["error"])

    def network(self, of: str, **parameters: Any) -> tuple[list[str], dict[tuple[str, str], dict[str, Any]]]:
        """Give the ids of the nodes and the edges by their ends."""
        elements = self.get("network", of=of, **parameters)["elements"]
        edges = [each["data"] for each in elements["edges"]]
        return [each["data"]["id"] for each in elements["nodes"]], {
            (each["source"], each["target"]): each for each in edges
        }


@contextmanager
def client(build: Path) -> Iterator[Client]:
    made = Client(build)
    yield made
    made.api.close()


@pytest.fixture(scope="module")
def toy(record_build: Path) -> Iterator[Client]:
    with client(record_build) as made:
        yield made


@pytest.fixture(scope="module")
def seeds(seeds_build: Path) -> Iterator[Client]:
    with client(seeds_build) as made:
        yield made


@pytest.fixture(scope="module")
def full(full_build: Path) -> Iterator[Client]:
    with client(full_build) as made:
        yield made


@pytest.fixture(scope="module", params=["toy", "seeds", "full"])
def each(request: pytest.FixtureRequest) -> Client:
    made: Client = request.getfixturevalue(request.param)
    return made


@pytest.fixture(scope="module")
def full_rdf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = write_toy(tmp_path_factory.mktemp("full-rdf"))
    inputs = [str(folder), str(folder / "citations.tsv")]
    release(inputs, folder / "exports", BuildParameters(readings="record", rdf="full"))
    with client(folder / "exports") as made:
        yield made


def cooccurrences(of: Client) -> dict[tuple[str, str], dict[str, Any]]:
    rows = pq.read_table(of.build.table("cooccurrences")).to_pylist()
    return {(row["subject_id"], row["object_id"]): row for row in rows}


# -- the build


def test_what_a_build_is(toy: Client) -> None:
    about = toy.get("build")
    assert about.pop("namespaces")["kg"] == "https://w3id.org/pfocr-kg/vocab#"
    prefixes = about.pop("prefixes")
    assert prefixes["word"] == ["https://w3id.org/pfocr-kg/word/", ""]
    assert prefixes["pfocr"] == ["https://pfocr.wikipathways.org/figures/", ".html"]
    assert about == {
        "version": __version__,
        "release": toy.build.manifest["input"]["sha256"][:12],
        "input": toy.build.manifest["input"]["sha256"],
        # Of the 16 pairs, AKT1 and AKT2 are one word wherever they are drawn together.
        "counts": {"figures": 4, "papers": 4, "entities": 7, "mentions": 15, "cooccurrences": 16, "pairs": 15},
        "years": [2001, 2010],
        "min_figures": 2,
        "base": "https://w3id.org/pfocr-kg/",
        "categories": {"chemical": 1, "disease": 1, "gene": 4, "unknown": 1},
        "organisms": [{"id": "ncbitaxon:9606", "name": "human", "genes": 4}],
        "images": None,
        "examples": [AKT1, AKT2, MDM2],  # each is in three figures
    }


def test_answers_are_json_that_is_asked_for_again_by_its_etag(toy: Client) -> None:
    answer = toy.http("/api/build")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-cache"
    again = toy.http("/api/build", if_none_match=answer.headers["etag"])
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    assert toy.http("/api/build", if_none_match='W/"other"').status == 200


def test_builds_differ_in_their_etag(toy: Client, full: Client) -> None:
    assert toy.http("/api/build").headers["etag"] != full.http("/api/build").headers["etag"]


def test_only_get(toy: Client) -> None:
    assert toy.http("/api/build", method="POST").status == 405
    assert toy.http("/api/build", method="HEAD").status == 200


# -- search


def found(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(match["id"], match["matched"], match["how"]) for match in answer["matches"]]


def test_a_search_gives_entities_and_what_the_drawn_word_means(toy: Client) -> None:
    answer = toy.get("search", q="akt")
    human = {"category": "gene", "taxon": "ncbitaxon:9606", "figures": 3, "doubtful_figures": 0}
    assert answer["matches"] == [
        {"id": AKT1, "name": "AKT1", "matched": "AKT1", "how": "name"} | human,
        {"id": AKT2, "name": "AKT2", "matched": "AKT2", "how": "name"} | human,
    ]
    assert answer["words"] == [
        {"word": "AKT", "figures": 3, "entities": 2, "names": ["AKT1", "AKT2"], "ids": [AKT1, AKT2]}
        | {"probabilities": [1.0, 1.0]}
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mdm", [(MDM2, "MDM2", "name")]),
        ("  MDM2 ", [(MDM2, "MDM2", "name")]),
        ("ncbigene:4193", [(MDM2, MDM2, "identifier")]),
        ("4193", [(MDM2, "4193", "identifier")]),
        ("HGNC.Symbol:mdm2", [(MDM2, "hgnc.symbol:MDM2", "identifier")]),
        ("d000255", [(ATP, "D000255", "identifier")]),
        ("no such", [(KEYWORD, "no such thing", "name")]),
        ("p53", []),
        ("dm2", []),
        (" ", []),
    ],
)
def test_a_text_is_found_where_something_begins_with_it(
    toy: Client, text: str, expected: list[tuple[str, str, str]]
) -> None:
    if text.strip():
        assert found(toy.get("search", q=text)) == expected
    else:
        assert toy.refused("search", 400, q=text) == "q is missing; add it: ?q=..."


def test_a_word_is_found_that_is_no_name(toy: Client) -> None:
    assert toy.get("search", q="p53")["words"] == [
        {"word": "P53", "figures": 2, "entities": 1, "names": ["TP53"], "ids": [TP53], "probabilities": [1.0]}
    ]


def test_p38_means_the_genes_of_its_family(seeds: Client) -> None:
    (word,) = seeds.get("search", q="p38")["words"]
    # The record lists AHSA1, CRK and others that have the alias, too; no reading of the word is one of these.
    assert (word["word"], word["figures"], word["entities"]) == ("P38", 1, len(word["names"]))
    assert {"MAPK11"} < set(word["names"]) <= {"MAPK11", "MAPK12", "MAPK13", "MAPK14"}


def test_what_a_text_is_in_full_comes_first_then_the_most_drawn(tmp_path: Path) -> None:
    # QQX is drawn in one figure, QQXA in two, QQXB in three.
    names = ["QQXB", "QQXA", "QQX"]
    files = {}
    for number in (1, 2, 3):
        rows = [(each, each, each, f"99000000{names.index(each)}", "ncbigene_symbol") for each in names[: 4 - number]]
        files[f"_data/PMC{number}__a-genes.tsv"] = genes(*rows)
    build_graph([str(write_toy(tmp_path, files))], tmp_path / "exports")
    with client(tmp_path / "exports") as made:
        assert [match["matched"] for match in made.get("search", q="qqx")["matches"]] == ["QQX", "QQXB", "QQXA"]
        assert [word["word"] for word in made.get("search", q="qqx")["words"]] == ["QQX", "QQXB", "QQXA"]
        assert len(made.get("search", q="qqx", limit=2)["matches"]) == 2


HOSTILE = ["'", "''; DROP TABLE entities; --", '"', "%", "_", "*", ".*", "(a+)+$", "\\", "\x01", "\x7f", "\u202e",
           "\N{FACE WITH TEARS OF JOY}", "\0", "\ufffe", "<script>alert(1)</script>", "\U0010ffff",
           "a" * 500]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_finds_nothing_and_harms_nothing(toy: Client, text: str) -> None:
    assert toy.get("search", q=text) == {"matches": [], "words": [], "figures": {"figures": [], "found": 0}}
    assert toy.refused("entity", 404, id=text).startswith("no entity or figure is called ")
    assert toy.refused("network", 404, of=text).startswith("no entity or figure is called ")
    assert toy.refused("network", 400, of="TP53", **{"from": text})
    assert toy.http("/api/queries/partners", {text: "1"}).status == 400
    assert toy.get("search", q="tp53")["matches"]


def test_ten_kilobytes_are_refused(toy: Client) -> None:
    for path, name in (("search", "q"), ("entity", "id"), ("network", "of"), ("evidence", "subject")):
        assert toy.refused(path, 400, **{name: "x" * 10_240}) == f"{name}: 10,240 characters; at most 500"


def test_bytes_that_are_no_text_find_nothing(toy: Client) -> None:
    answer = toy.http("/api/search", "q=%ff%fe%c3")
    assert (answer.status, json.loads(answer.body)) == (
        200,
        {"matches": [], "words": [], "figures": {"figures": [], "found": 0}},
    )


# -- an entity


def test_an_entity_in_full(toy: Client) -> None:
    answer = toy.get("entity", id=MDM2)
    top = answer.pop("top")
    assert answer == {
        "id": MDM2,
        "name": "MDM2",
        "category": "gene",
        "taxon": "ncbitaxon:9606",
        "organism": "human",
        "iri": "https://identifiers.org/ncbigene/4193",
        "url": "https://www.ncbi.nlm.nih.gov/gene/4193",
        "figures": 3,
        "papers": 3,
        "doubtful_figures": 0,
        "synonyms": [],
        "xrefs": ["hgnc.symbol:MDM2"],
        "id_status": "given",
        "years": [[2001, 1], [2010, 1]],
        "partners": {"disease": 1, "gene": 3, "unknown": 1},
        # In c it is a keyword that shares its word with no other.
        "words": [
            {"word": "MDM2", "figures": 2, "status": "given", "likely": 2, "probability": 1.0},
            {"word": None, "figures": 1, "status": "unknown", "likely": 1, "probability": 1.0},
        ],
    }
    assert top == {
        "disease": [{"id": OSTEOPOROSIS, "name": "osteoporosis", "figures": 1}],
        # With TP53 two whole words in two figures, with each AKT half a word.
        "gene": [
            {"id": TP53, "name": "TP53", "figures": 2},
            {"id": AKT1, "name": "AKT1", "figures": 2},
            {"id": AKT2, "name": "AKT2", "figures": 2},
        ],
        "unknown": [{"id": KEYWORD, "name": "no such thing", "figures": 1}],
    }


@pytest.mark.parametrize("text", ["chebi:15422", "ATP", " atp ", "mesh:D000255"])
def test_an_entity_is_named_as_the_graph_finds_it(toy: Client, text: str) -> None:
    assert toy.get("entity", id=text)["id"] == ATP


def test_an_unknown_entity_is_named_with_what_is_like_it(toy: Client) -> None:
    assert toy.refused("entity", 404, id="TP35") == "no entity or figure is called 'TP35'; did you mean TP53?"
    assert toy.refused("network", 404, of="TP53,TP35") == "no entity or figure is called 'TP35'; did you mean TP53?"
    assert toy.refused("entity", 404, id="ncbigene:1") == (
        "no entity or figure is called 'ncbigene:1'; ncbigene:1 is A1BG in the lexicon, which this build does not draw"
    )
    assert toy.refused("entity", 404, id="PMC1__a").startswith("no entity is called 'PMC1__a'")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("TP35", [{"id": TP53, "name": "TP53", "category": "gene", "figures": 3}]),
        ("PMC1", [{"id": f"pfocr:PMC1__{name}", "name": f"PMC1__{name}", "category": "figure"} for name in "ab"]),
        ("207", [{"id": AKT1, "name": "AKT1", "category": "gene", "figures": 3}]),
        ("\u2603 nothing like it", []),
    ],
)
def test_what_a_name_may_mean_can_be_followed(toy: Client, text: str, names: list[dict[str, Any]]) -> None:
    answer = toy.get("network", 404, of=f"{MDM2},{text}")
    assert (answer["name"], answer["suggestions"]) == (text, names)


def test_a_similar_drawn_word_offers_each_of_its_meanings(seeds: Client) -> None:
    answer = seeds.get("network", 404, of="P39")
    offered = [row["name"] for row in answer["suggestions"]]
    assert {"MAPK11", "MAPK12", "MAPK13", "MAPK14"} <= set(offered)
    assert len(offered) <= 10
    answer = seeds.get("queries/partners", 404, entity="P38")
    assert answer["name"] == "P38"
    assert {"MAPK11", "MAPK12", "MAPK13", "MAPK14"} <= {row["name"] for row in answer["suggestions"]}
    drawn = [row["figures"] for row in answer["suggestions"]]
    assert drawn == sorted(drawn, reverse=True)


def test_a_name_of_two_things_says_which(tmp_path: Path) -> None:
    rows = [
        ("p53q", "P53Q", "P53X", "990000001", "ncbigene_synonym"),
        ("p53q", "P53Q", "P53X", "990000002", "ncbigene_synonym"),
    ]
    build_graph([str(write_toy(tmp_path, {"_data/PMC1__a-genes.tsv": genes(*rows)}))], tmp_path / "exports")
    with client(tmp_path / "exports") as made:
        said = made.refused("entity", 404, id="P53X")
        assert said.startswith(
            "no single entity is called 'P53X'; it is the name of 2: P53X (ncbigene:990000001, 1 figure), P53X"
        )
        assert [(row["id"], row["figures"]) for row in made.get("entity", 404, id="P53X")["suggestions"]] == [
            ("ncbigene:990000001", 1),
            ("ncbigene:990000002", 1),
        ]


# -- the network


def test_a_network_is_the_partners_of_an_entity_and_their_pairs(toy: Client) -> None:
    answer = toy.get("network", of="TP53")
    assert (answer["of"], answer["left_out"], answer["pairs_left_out"]) == ([TP53], 0, 0)
    human = {"type": "gene", "figures": 3, "taxon": "ncbitaxon:9606"}
    assert [node["data"] for node in answer["elements"]["nodes"]] == [
        {"id": TP53, "name": "TP53", "center": True} | human,
        {"id": MDM2, "name": "MDM2", "center": False} | human,
        {"id": AKT1, "name": "AKT1", "center": False} | human,
        {"id": AKT2, "name": "AKT2", "center": False} | human,
    ]
    edges = {(edge["data"]["source"], edge["data"]["target"]): edge["data"] for edge in answer["elements"]["edges"]}
    # The centre's own pairs first, the strongest of them first.
    assert [*edges] == [(MDM2, TP53), (AKT1, TP53), (AKT2, TP53), (AKT1, MDM2), (AKT2, MDM2)]
    assert edges[AKT1, MDM2] == {
        "id": f"{AKT1}_{MDM2}", "source": AKT1, "target": MDM2, "figures": 2, "figures_all": 2, "figures_synonyms": 0,
        "figures_strict": 0, "weight": 1.0, "npmi": -0.169925, "q": 1.0, "papers": 2, "doubt": 0, "first_year": 2001,
        "last_year": 2010,
    }  # fmt: skip


def test_the_strongest_partners_are_kept_and_the_others_counted(toy: Client) -> None:
    answer = toy.get("network", of=TP53, top=1)
    assert [node["data"]["id"] for node in answer["elements"]["nodes"]] == [TP53, MDM2]
    assert answer["left_out"] == 2


def test_a_network_of_two_centres_has_the_partners_of_both(toy: Client) -> None:
    for of in (f"{ATP},MDM2", "ATP, MDM2"):
        nodes, edges = toy.network(of, min_figures=1)
        # With MDM2 two whole words in TP53; the AKTs half a word twice; the others one word once.
        assert nodes == [ATP, MDM2, TP53, AKT1, AKT2, OSTEOPOROSIS, KEYWORD]
        assert len(edges) == 15


def test_a_name_may_have_a_comma(tmp_path: Path) -> None:
    chemicals = "word\tmesh\tmatch\tname\tchebi\n2,4-D\tmesh:D015084\t2,4-D\t2,4-D\tNA\n"
    files = {"_data/PMC1__a-genes.tsv": genes(TP53_ROW), "_data/PMC1__a-chemicals.tsv": chemicals}
    build_graph([str(write_toy(tmp_path, files))], tmp_path / "exports")
    with client(tmp_path / "exports") as made:
        name = made.get("search", q="2,4")["matches"][0]["name"]
        assert "," in name
        assert len(made.get("network", of=name)["of"]) == 1
        assert len(made.get("network", of=[name, "TP53"])["of"]) == 2


def test_categories_are_those_of_partners(toy: Client) -> None:
    assert toy.network("TP53", category="chemical", min_figures=1)[0] == [TP53, ATP]
    assert toy.network("TP53", category="chemical,disease", min_figures=1)[0] == [TP53, ATP, OSTEOPOROSIS]


def test_an_entity_without_partners_is_alone(toy: Client) -> None:
    assert toy.network("ATP") == ([ATP], {})
    assert toy.network("TP53", max_q=0.5) == ([TP53], {})


def test_flavours_are_counted_by_their_own_figures(toy: Client) -> None:
    # TP53 and MDM2: p53 is a synonym in b, TP53 a symbol in d. No AKT is of these flavours.
    nodes, edges = toy.network("TP53", flavour="synonyms", min_figures=1)
    assert (MDM2, TP53) in edges
    assert not {AKT1, AKT2} & {*nodes}
    assert edges[MDM2, TP53]["figures"] == 2
    assert toy.network("TP53", flavour="strict", min_figures=1)[1][MDM2, TP53]["figures"] == 1


def test_years_count_figures_papers_and_weight_anew(toy: Client) -> None:
    nodes, edges = toy.network("TP53", min_figures=1, **{"from": 2001, "to": 2001})
    # Each AKT is half a word in a and in b; the others are one word in one figure.
    assert nodes == [TP53, AKT1, AKT2, ATP, OSTEOPOROSIS, MDM2]
    edge = edges[MDM2, TP53]
    assert (edge["figures"], edge["figures_all"], edge["papers"], edge["weight"]) == (1, 1, 1, 1.0)
    assert (edge["first_year"], edge["last_year"]) == (2001, 2001)
    assert edge["q"] == cooccurrences(toy)[MDM2, TP53]["q"]
    assert {ends: edge["figures"] for ends, edge in toy.network("TP53", to=2001)[1].items()} == {
        (AKT1, TP53): 2,
        (AKT2, TP53): 2,
    }
    assert toy.network("TP53", **{"from": 2010}) == ([TP53], {})
    assert toy.network("MDM2", min_figures=1, **{"from": 2002})[0] == [MDM2, KEYWORD, AKT1, AKT2]


@pytest.mark.parametrize("each", ["toy", pytest.param("seeds", marks=pytest.mark.slow), "full"], indirect=True)
def test_every_pair_of_an_entity_is_that_of_the_table(each: Client) -> None:
    rows = {ends: row for ends, row in cooccurrences(each).items() if row["figures"] > 0}
    names = ("figures", "figures_all", "figures_synonyms", "figures_strict", "weight", "npmi", "q", "papers",
             "first_year", "last_year")  # fmt: skip
    for entity in {end for ends in rows for end in ends}:
        _, edges = each.network(entity, top=500, min_figures=1)
        mine = {ends for ends in rows if entity in ends}
        assert {ends for ends in edges if entity in ends} == mine
        for ends in mine:
            assert {name: edges[ends][name] for name in names} == {name: rows[ends][name] for name in names}


def test_counting_within_all_years_gives_the_numbers_of_the_table(seeds: Client) -> None:
    rows = {ends: row for ends, row in cooccurrences(seeds).items() if row["figures"] > 0}
    names = ("figures", "figures_all", "figures_synonyms", "figures_strict", "weight", "npmi", "q", "papers",
             "first_year", "last_year")  # fmt: skip
    for entity in sorted({end for ends in rows for end in ends})[::10]:
        plain, within = (seeds.get("network", of=entity, top=200, min_figures=1, **more) for more in ({}, {"from": 1}))
        assert plain == within
        for edge in (each["data"] for each in within["elements"]["edges"]):
            row = rows[edge["source"], edge["target"]]
            assert {name: edge[name] for name in names} == {name: row[name] for name in names}


def test_too_many_pairs_are_cut_to_those_of_the_centre_and_the_strongest(
    seeds: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.web.explorer.network_endpoints.MOST_EDGES", 5)
    answer = seeds.get("network", of=TNFSF11, top=4, min_figures=2)
    edges = [each["data"] for each in answer["elements"]["edges"]]
    assert all(TNFSF11 in (edge["source"], edge["target"]) for edge in edges[:4])
    assert len(edges) == 5
    assert answer["pairs_left_out"] == 5 * 4 / 2 - 5


# -- evidence


def test_the_figures_behind_a_pair(toy: Client) -> None:
    answer = toy.get("evidence", subject=TP53, object="MDM2")
    assert {key: answer[key] for key in ("subject", "object", "figures", "figures_all", "figures_mentioned")} == {
        "subject": {"id": TP53, "name": "TP53"},
        "object": {"id": MDM2, "name": "MDM2"},
        "figures": 2,
        "figures_all": 2,
        "figures_mentioned": 2,
    }
    first, second = answer["rows"]
    assert first == {
        "figure_id": "pfocr:PMC1__b", "figid": "PMC1__b", "alias": None, "title": "Title of PMC1__b", "year": 2001,
        "url": None, "page": "https://pfocr.wikipathways.org/figures/PMC1__b.html", "paper_id": "pmc:PMC1",
        "paper_url": "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1", "paper_title": None, "score": None,
        "different": True, "doubtful": False, "subject_words": ["p53"], "object_words": ["MDM2"], "image": None,
        "subject_readings": [], "object_readings": [],
    }  # fmt: skip
    assert (second["figid"], second["year"], second["subject_words"]) == ("PMC3__d", None, ["TP53"])


def test_figures_of_one_word_are_shown_and_prove_nothing(toy: Client) -> None:
    answer = toy.get("evidence", subject=AKT1, object=AKT2)
    assert (answer["figures"], answer["figures_all"]) == (0, 3)
    assert [(row["figid"], row["different"], row["subject_words"]) for row in answer["rows"]] == [
        ("PMC1__a", False, ["AKT"]),
        ("PMC1__b", False, ["AKT"]),
        ("PMC2__c", False, ["AKT"]),
    ]
    words = toy.get("evidence", subject=AKT1, object=MDM2, to=2010, **{"from": 2010})["rows"][0]
    assert (words["subject_words"], words["object_words"]) == (["AKT"], [])  # the keyword's word is not known


def test_evidence_by_years_flavours_and_pages(toy: Client) -> None:
    def figures(**more: Any) -> tuple[int, list[str]]:
        answer = toy.get("evidence", subject=MDM2, object=TP53, **more)
        return answer["figures"], [row["figid"] for row in answer["rows"]]

    assert figures(**{"from": 2001}) == (1, ["PMC1__b"])
    assert figures(to=2000) == (0, [])
    assert figures(flavour="strict") == (1, ["PMC3__d"])
    assert figures(limit=1) == (2, ["PMC1__b"])
    assert figures(limit=1, offset=1) == (2, ["PMC3__d"])
    assert figures(offset=999_999_999) == (2, [])


@pytest.mark.parametrize("each", ["toy", pytest.param("seeds", marks=pytest.mark.slow), "full"], indirect=True)
def test_the_evidence_of_every_pair_has_the_numbers_of_the_table(each: Client) -> None:
    rows = [*cooccurrences(each).items()]
    for (subject, object_), row in rows[:: max(1, len(rows) // 100)]:
        for flavour, column in (("all", "figures"), ("synonyms", "figures_synonyms"), ("strict", "figures_strict")):
            answer = each.get("evidence", subject=subject, object=object_, flavour=flavour)
            assert answer["figures"] == row[column]
            assert answer["figures"] == sum(figure["different"] for figure in answer["rows"])
        assert each.get("evidence", subject=subject, object=object_)["figures_all"] == row["figures_all"]


def test_the_likeliest_pathways_come_first_after_what_proves_the_pair(tmp_path: Path) -> None:
    def table(words: tuple[str, str]) -> str:
        rows = ((word, word, name, number, "x") for word, (name, number) in zip(words, _TWO, strict=True))
        return genes(*rows)

    files = {
        "_figures/PMC1__a.md": record("PMC1__a", "automl_pathway: 0.5"),
        "_figures/PMC2__b.md": record("PMC2__b", "automl_pathway: 0.9", "figlink: javascript:alert(1)"),
        "_figures/PMC3__c.md": record("PMC3__c", "automl_pathway: 0.99"),
        "_data/PMC1__a-genes.tsv": table(("A", "B")),
        "_data/PMC2__b-genes.tsv": table(("A", "B")),
        "_data/PMC3__c-genes.tsv": table(("AB", "AB")),
        "_data/PMC4__d-genes.tsv": table(("A", "B")),
    }
    build_graph([str(write_toy(tmp_path, files))], tmp_path / "exports")
    with client(tmp_path / "exports") as made:
        rows = made.get("evidence", subject="ncbigene:1", object="ncbigene:2")["rows"]
        assert [row["figid"] for row in rows] == ["PMC2__b", "PMC1__a", "PMC4__d", "PMC3__c"]
        assert not any(str(row["url"]).startswith("javascript") for row in rows)


_TWO = (("A1BG", "1"), ("A2M", "2"))


def test_genes_of_two_organisms_are_no_pair(tmp_path: Path) -> None:
    mouse = "10090\tMus musculus\tRodents\tTrp53\tTRP53\tTrp53\t22059\tncbigene_symbol\t1\t1\t1\n"
    files = {"_data/PMC1__a-genes.tsv": genes(TP53_ROW) + mouse}
    build_graph([str(write_toy(tmp_path, files))], tmp_path / "exports")
    with client(tmp_path / "exports") as made:
        answer = made.get("evidence", subject=TP53, object="ncbigene:22059")
        assert (answer["figures"], answer["figures_all"], answer["rows"]) == (0, 0, [])


def test_organisms_are_those_of_partners_too(tmp_path: Path) -> None:
    mouse = "10090\tMus musculus\tRodents\tTrp53\tTRP53\tTrp53\t22059\tncbigene_symbol\t1\t1\t1\n"
    files = {
        "_data/PMC1__a-genes.tsv": genes(TP53_ROW) + mouse,
        "_data/PMC1__a-chemicals.tsv": "word\tmesh\tmatch\tname\tchebi\nATP\tNA\tATP\tATP\tchebi:15422\n",
    }
    release([str(write_toy(tmp_path, files))], tmp_path / "exports", BuildParameters(min_figures=1))
    with client(tmp_path / "exports") as made:
        assert made.get("build")["organisms"] == [
            {"id": "ncbitaxon:10090", "name": "mouse", "genes": 1},
            {"id": "ncbitaxon:9606", "name": "human", "genes": 1},
        ]
        assert made.network("ATP")[0] == [ATP, "ncbigene:22059", TP53]
        for chosen in ({"taxon": "human"}, {"without_taxon": "fly,mouse"}, {"taxon": ["9606", "7227"]}):
            assert made.network("ATP", **chosen)[0] == [ATP, TP53]
            assert len(answered(made, of="ATP", **chosen)) == 1
        assert made.network("ncbigene:22059", taxon="human")[0] == ["ncbigene:22059", ATP]  # centres stay


# -- what is wrong with an address


@pytest.mark.parametrize(
    ("path", "parameters", "said"),
    [
        ("network", {"of": TP53, "taxon": "martian"},
         ("taxon: 'martian' is no organism; give its NCBI taxon id, such as 9606, or a name: "
          "human, mouse, rat, fruit fly, zebrafish ...; unknown is for genes without one")),
        ("network", {"of": TP53, "without_taxon": "pluto"},
         ("without_taxon: 'pluto' is no organism; give its NCBI taxon id, such as 9606, or a name: "
          "human, mouse, rat, fruit fly, zebrafish ...; unknown is for genes without one")),
        ("network", {"of": TP53, "taxon": "human", "without_taxon": "9606,mouse"},
         "taxon and without_taxon both have human; leave it out of one of them"),
        ("search", {}, "q is missing; add it: ?q=..."),
        ("search", {"q": "a", "limit": 501}, "limit='501' is not a whole number from 1 to 500"),
        ("search", {"q": "a", "limit": "1e2"}, "limit='1e2' is not a whole number from 1 to 500"),
        ("search", {"q": ["a", "b"]}, "q is given 2 times; give it once"),
        ("search", {"q": "a", "limt": 5}, "no parameter is called 'limt' here; did you mean limit?"),
        ("build", {"x": 1}, "no parameter is called 'x' here; it takes none"),
        ("network", {}, "of is missing; say around what the network is: ?of=TNFSF11"),
        ("network", {"of": TP53, "top": 0}, "top='0' is not a whole number from 1 to 500"),
        ("network", {"of": TP53, "top": "-1"}, "top='-1' is not a whole number from 1 to 500"),
        ("network", {"of": TP53, "top": "\u0663"}, "top='\u0663' is not a whole number from 1 to 500"),
        ("network", {"of": TP53, "min_figures": 0}, "min_figures='0' is not a whole number from 1 to 999999999"),
        ("network", {"of": TP53, "max_q": 1.5}, "max_q='1.5' is not a number from 0 to 1"),
        ("network", {"of": TP53, "max_q": "nan"}, "max_q='nan' is not a number from 0 to 1"),
        ("network", {"of": TP53, "from": 2010, "to": 2001}, "from=2010 is after to=2001"),
        ("network", {"of": TP53, "to": 10_000}, "to='10000' is not a whole number from 0 to 9999"),
        ("network", {"of": TP53, "category": "gene,genes"},
         "category='genes' is none of: gene, family, chemical, disease, unknown"),
        ("network", {"of": TP53, "flavour": "x"}, "flavour='x' is none of: strict, synonyms, all"),
        ("evidence", {"subject": TP53}, "object is missing; add it: ?object=..."),
        ("evidence", {"subject": TP53, "object": "TP53"},
         "subject and object are both ncbigene:7157; give two entities"),
        ("download", {"of": TP53}, "format is missing; add it: ?format=..."),
        ("download", {"of": TP53, "format": "exe"}, "format='exe' is none of: graphml, cx2, cyjs, tsv"),
        ("sparql", {"of": TP53, "flavour": "strict", "to": 2001},
         "RDF does not say of which flavour a mention is; leave out flavour, or from and to"),
        ("sparql", {"of": TP53, "flavour": "strict"},
         "RDF of the lean form counts the figures of all flavours only; leave out flavour, or build with --rdf full"),
        ("queries/partners", {"entity": ["TP53", "ATP"]}, "parameter entity takes one value, not 2: TP53, ATP"),
        ("queries/specific-pairs", {"minFigures": "x"},
         "minFigures='x' is not of type integer (invalid literal for int() with base 10: 'x')"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(toy: Client, path: str, parameters: dict[str, Any], said: str) -> None:
    assert toy.refused(path, 400, **parameters) == said


def test_an_empty_value_is_none(toy: Client) -> None:
    empty: dict[str, Any] = {
        "max_q": "",
        "from": "",
        "to": "",
        "category": "",
        "flavour": "",
        "top": "",
        "min_figures": "",
    }
    assert toy.get("network", of=TP53, **empty) == toy.get("network", of=TP53)


def test_too_many_centres(seeds: Client) -> None:
    some = [match["id"] for match in seeds.get("search", q="ncbigene:", limit=11)["matches"]]
    assert seeds.refused("network", 400, of=",".join(some)) == "of names 11 entities; at most 10"


# -- queries


def test_the_canned_queries_with_their_parameters(toy: Client) -> None:
    answer = {query["name"]: query for query in toy.get("queries")}
    assert [*answer] == canned_queries.names()
    partners = answer["partners"]
    assert partners["title"] == "Partners of an Entity"
    assert partners["parameters"] == [
        {"name": "entity", "type": "uri", "default": "https://identifiers.org/ncbigene/8600",
         "label": "Gene, chemical or disease"}
    ]  # fmt: skip
    assert partners["text"] == canned_queries.load("partners").text


@pytest.mark.parametrize("given", ["TP53", TP53, "https://identifiers.org/ncbigene/7157"])
def test_a_query_is_bound_to_what_a_person_typed(toy: Client, given: str) -> None:
    text = toy.get("queries/partners", entity=given)["text"]
    assert "VALUES ?entity { <https://identifiers.org/ncbigene/7157> }" in text


def test_a_query_takes_a_list_and_a_figure(toy: Client) -> None:
    text = toy.get("queries/figures-of-genes", gene=["AKT1, MDM2", TP53], minimum=3)["text"]
    for number in (207, 4193, 7157):
        assert f"<https://identifiers.org/ncbigene/{number}>" in text
    assert (
        "<https://pfocr.wikipathways.org/figures/PMC1__a.html>"
        in toy.get("queries/words-of-figure", figure="PMC1__a")["text"]
    )
    long = " ".join([TP53] * 1000)
    assert toy.get("queries/figures-of-genes", gene=long)["text"].count("7157") == 1000


def test_names_that_are_spelled_alike(seeds: Client) -> None:
    answer = seeds.get("similar", q="TNFSF1")
    assert answer["texts"][0] == "TNFSF11"
    assert answer["suggestions"][0] == {"id": "ncbigene:8600", "name": "TNFSF11", "category": "gene", "figures": 5}
    assert seeds.get("similar", q="ncbigene:1") == {"texts": [], "suggestions": []}
    assert seeds.refused("similar", 400) == "q is missing; add it: ?q=..."


def test_an_unknown_query_or_name_in_one(toy: Client) -> None:
    assert (
        toy.refused("queries/partner", 404)
        == "no query is called 'partner'; did you mean partners, new-partners, common-partners?"
    )
    assert toy.refused("queries/partners", 404, entity="TP35").startswith("no entity or figure is called 'TP35'")


# -- the SPARQL of a view


def answered(api: Client, /, **parameters: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Run the SPARQL of a network on the store."""
    text = api.get("sparql", **parameters)["text"]
    results: Any = store.query(store.open_read_only(api.build), text, api.build.base)
    names = [variable.value for variable in results.variables]
    rows: list[dict[str, Any]] = [{name: row[name].value if row[name] else None for name in names} for row in results]
    return {(compress(row["subject"]), compress(row["object"])): row for row in rows}


def numbers(row: dict[str, Any], names: dict[str, str]) -> list[Any]:
    return [None if row[name] is None else pytest.approx(float(row[name]), rel=1e-9) for name in names]


_EVERY_YEAR = {"figures": "figures", "figuresAll": "figures_all", "weight": "weight", "papers": "papers",
               "npmi": "npmi", "q": "q"}  # fmt: skip
_YEARS = {"firstYear": "first_year", "lastYear": "last_year"}
_WITHIN = {name: column for name, column in _EVERY_YEAR.items() if name not in {"figuresAll", "weight"}} | _YEARS


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"top": 3},
        {"max_q": 0.5},
        {"max_q": 1},
        {"category": "gene"},
        {"min_figures": 3},
        {"from": 2001},
        {"to": 2012},
        {"from": 2008, "to": 2021, "min_figures": 2},
        {"from": 2010, "max_q": 0.9},
    ],
)
@pytest.mark.parametrize("centres", [1, 2])
def test_the_sparql_of_a_network_gives_its_pairs_and_numbers(
    each: Client, centres: int, filters: dict[str, Any]
) -> None:
    least = each.build.min_figures
    chosen = {"of": each.get("build")["examples"][:centres], "min_figures": least} | filters
    elements = each.get("network", **chosen)["elements"]
    edges = {(edge["data"]["source"], edge["data"]["target"]): edge["data"] for edge in elements["edges"]}
    found = answered(each, **chosen)
    assert found.keys() == edges.keys()
    names = _WITHIN if {"from", "to"} & filters.keys() else _EVERY_YEAR
    for ends, row in found.items():
        assert row.keys() >= names.keys()
        assert names is _WITHIN or not row.keys() & _YEARS.keys()
        assert [edges[ends][column] for column in names.values()] == numbers(row, names)


@pytest.mark.parametrize("filters", [{}, {"flavour": "synonyms"}, {"flavour": "strict"}])
def test_full_rdf_has_the_years_and_flavours_of_a_network(full_rdf: Client, filters: dict[str, Any]) -> None:
    edges = full_rdf.network(TP53, min_figures=2, **filters)[1]
    found = answered(full_rdf, of=TP53, min_figures=2, **filters)
    assert found.keys() == edges.keys()
    names = _EVERY_YEAR | _YEARS
    for ends, row in found.items():
        assert [edges[ends][column] for column in names.values()] == numbers(row, names)


def test_the_sparql_of_some_networks_finds_something(each: Client) -> None:
    first = each.get("build")["examples"][0]
    assert answered(each, of=first)
    assert answered(each, of=first, **{"from": 1990})


@pytest.mark.parametrize("years", [{}, {"from": 2001, "to": 2001}])
def test_rdflib_gives_the_same_pairs(toy: Client, years: dict[str, int]) -> None:
    text = toy.get("sparql", of=TP53, **years)["text"]
    graph = rdflib.Graph().parse(toy.build.folder / "pfocr.ttl")
    rows: Any = graph.query(text)
    found = {(compress(str(row.subject)), compress(str(row.object))): int(row.figures) for row in rows}
    assert found == {ends: edge["figures"] for ends, edge in toy.network(TP53, **years)[1].items()}


def test_sparql_says_what_the_store_does_not_have(toy: Client) -> None:
    head = toy.get("sparql", of="TP53", min_figures=1)["text"].splitlines()[:2]
    assert head == ["# title: Network of TP53", "# description: The store has pairs of 2 figures or more."]


def test_a_name_does_not_end_the_comment_it_stands_in(tmp_path: Path) -> None:
    files = {"_figures/PMC1__a.md": record("PMC1__a", keywords=("TP53",), year="2001")}
    files["_figures/PMC1__a.md"] = files["_figures/PMC1__a.md"].replace("'TP53'", '"a\\nSELECT\\r* } $nodes"')
    release([str(write_toy(tmp_path, files))], tmp_path / "exports")
    with client(tmp_path / "exports") as made:
        (entity,) = made.get("build")["examples"]
        text = made.get("sparql", of=entity)["text"]
        assert text.startswith("# title: Network of a SELECT * } $nodes\n\nPREFIX ")
        assert answered(made, of=entity) == {}


def test_figures_that_are_too_large_count_nowhere(tmp_path: Path) -> None:
    files = {f"_data/PMC{number}__a-genes.tsv": genes(TP53_ROW, MDM2_ROW) for number in (1, 2, 3)}
    files |= {f"_figures/PMC{number}__a.md": record(f"PMC{number}__a") for number in (1, 2, 3)}
    more = ("A1BG", "A1BG", "A1BG", "1", "ncbigene_symbol")
    files["_data/PMC3__a-genes.tsv"] = genes(TP53_ROW, MDM2_ROW, more)
    release([str(write_toy(tmp_path, files))], tmp_path / "exports", BuildParameters(max_entities=2))
    with client(tmp_path / "exports") as made:
        answer = made.get("evidence", subject=TP53, object=MDM2)
        assert (answer["figures"], answer["figures_all"], len(answer["rows"])) == (2, 2, 2)
        for years in ({}, {"from": 2020}):
            assert made.network(TP53, **years)[1][MDM2, TP53]["figures"] == 2
            assert answered(made, of=TP53, **years)[MDM2, TP53]["figures"] == "2"
        assert made.get("entity", id=TP53)["years"] == [[2020, 3]]  # it is drawn there all the same


# -- downloads


def download(api: Client, /, **parameters: Any) -> tuple[bytes, str, str]:
    answer = api.http("/api/download", parameters)
    assert answer.status == 200, answer.body
    return answer.body, answer.headers["content-type"], answer.headers["content-disposition"]


@pytest.mark.parametrize("years", [{}, {"from": 2001, "to": 2009}])
def test_a_download_as_graphml_is_the_network(toy: Client, years: dict[str, int]) -> None:
    body, media_type, saved_as = download(toy, of="TP53", format="graphml", min_figures=1, **years)
    assert (media_type, saved_as) == ("application/graphml+xml", 'attachment; filename="TP53.graphml"')
    graph: Any = nx.parse_graphml(body.decode())
    nodes, edges = toy.network("TP53", min_figures=1, **years)
    assert {*graph} == {*nodes}
    assert {frozenset(ends) for ends in graph.edges()} == {frozenset(ends) for ends in edges}
    for (source, target), edge in edges.items():
        attributes = graph.edges[source, target]
        for name in ("figures", "figures_all", "papers", "weight", "npmi", "q", "first_year", "last_year"):
            assert attributes.get(name) == edge[name]
    evidence = {"PMC1__b", "PMC3__d"} if not years else {"PMC1__b"}
    assert {*graph.edges[MDM2, TP53]["evidence"].split("|")} == evidence


def test_a_download_for_cytoscape(toy: Client) -> None:
    body, media_type, saved_as = download(toy, of=f"{TP53},{ATP}", format="cyjs", min_figures=1)
    assert (media_type, saved_as) == ("application/json", 'attachment; filename="TP53-ATP.cyjs"')
    elements = json.loads(body)["elements"]
    nodes, edges = toy.network(f"{TP53},{ATP}", min_figures=1)
    assert {node["data"]["id"] for node in elements["nodes"]} == {*nodes}
    assert {(edge["data"]["source"], edge["data"]["target"]) for edge in elements["edges"]} == {*edges}


def test_a_download_for_ndex_has_an_entity_without_partners(toy: Client) -> None:
    body, _, saved_as = download(toy, of="ATP", format="cx2")
    assert saved_as == 'attachment; filename="ATP.cx2"'
    nodes = next(aspect["nodes"] for aspect in json.loads(body) if "nodes" in aspect)
    assert len(nodes) == 1


def test_a_download_as_a_table(toy: Client) -> None:
    body, media_type, _ = download(toy, of="TP53", format="tsv")
    assert media_type == "text/tab-separated-values; charset=utf-8"
    first, *others = csv.DictReader(io.StringIO(body.decode()), delimiter="\t")
    assert len(others) == 4
    assert first == {
        "source": MDM2, "source_name": "MDM2", "target": TP53, "target_name": "TP53", "figures": "2",
        "figures_all": "2", "figures_synonyms": "2", "figures_strict": "1", "papers": "2", "first_year": "2001",
        "last_year": "2001", "weight": "2", "npmi": first["npmi"], "q": first["q"],
    }  # fmt: skip


def test_a_hostile_name_makes_a_plain_file_name(tmp_path: Path) -> None:
    files = {"_figures/PMC1__a.md": record("PMC1__a", keywords=('../a"; x=1',))}
    build_graph([str(write_toy(tmp_path, files))], tmp_path / "exports")
    with client(tmp_path / "exports") as made:
        (entity,) = made.get("build")["examples"]
        assert download(made, of=entity, format="tsv")[2] == 'attachment; filename="a-x-1.tsv"'


# -- many at once, and the end


def test_requests_at_once_get_the_answers_they_get_alone(seeds_build: Path) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [
        ("search", {"q": "TNF"}),
        ("network", {"of": TNFSF11, "top": 30}),
        ("network", {"of": TNFSF11, "from": 2010, "min_figures": 1}),
        ("evidence", {"subject": TNFSF11, "object": TNFRSF11A}),
        ("entity", {"id": TNFSF11}),
        ("sparql", {"of": TNFRSF11A}),
        ("download", {"of": TNFSF11, "format": "graphml"}),
        ("download", {"of": TNFRSF11A, "format": "cyjs"}),
    ]

    def asked_for(one: tuple[str, dict[str, Any]]) -> bytes:
        answer = made.http(f"/api/{one[0]}", one[1])
        assert answer.status == 200, answer.body
        return answer.body

    with client(seeds_build) as made:  # asked while its tables are being made
        with ThreadPoolExecutor(8) as threads:
            at_once = [*threads.map(asked_for, asked * 5)]
        assert at_once == [asked_for(one) for one in asked] * 5


def test_nothing_is_left_behind(toy_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # where no other server has a folder
    made = Client(toy_build)
    (folder,) = tmp_path.glob(".kg-*")
    assert made.get("network", of=TP53)["of"] == [TP53]
    made.api.close()
    assert not folder.exists()
