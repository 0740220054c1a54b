"""Lists and comparisons of the API: answers worked by hand on the toy corpus.

Pairs of two figures or more, with their weights: TP53 and MDM2 2 (figures b, d), TP53 and AKT1 1 (a, b: the word AKT
stands for two genes), MDM2 and AKT1 1 (b, c), and the same with AKT2. In one figure: ATP with TP53, osteoporosis with
TP53 and MDM2, the keyword with MDM2 1 each, and with AKT1 and AKT2 a half each.
"""

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from test_explorer_api import AKT1, AKT2, ATP, KEYWORD, MDM2, OSTEOPOROSIS, TP53, Answer, Client, client

from kg.web.explorer.parameters import MOST_BYTES
from kg.web.explorer.reloading import ReloadingBuild

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def toy(record_build: Path) -> Iterator[Client]:
    with client(record_build) as made:
        yield made


async def send(app: Any, path: str, body: bytes, query: str = "", *, kind: str = "text/plain") -> Answer:
    """POST a body to an ASGI application, in two parts."""
    sent: list[dict[str, Any]] = []
    parts = [body[: len(body) // 2], body[len(body) // 2 :]]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def answered(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"content-type", kind.encode())]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": query.encode(), "headers": headers}
    await app(scope, receive, answered)
    got = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], got, b"".join(message.get("body", b"") for message in sent[1:]))


def post(toy: Client, path: str, body: str, query: str = "", *, kind: str = "text/plain") -> Answer:
    return asyncio.run(send(toy.app, f"/api/{path}", body.encode(), query, kind=kind))


def outcome(answer: dict[str, Any]) -> list[tuple[str, str, str | None, list[str]]]:
    return [
        (row["text"], row["status"], row["how"], [match["id"] for match in row["matches"]]) for row in answer["rows"]
    ]


# -- the names of a list


def test_each_name_says_what_it_means_and_by_what(toy: Client) -> None:
    answer = toy.get("list", genes="TP53, p53, mdm2, AKT, MDM4, TP54, zzqqzz, TP53")
    assert outcome(answer) == [
        ("TP53", "matched", "name", [TP53]),
        ("p53", "matched", "drawn word", [TP53]),
        ("mdm2", "matched", "name in another case", [MDM2]),
        ("AKT", "ambiguous", "drawn word", [AKT1, AKT2]),
        ("MDM4", "not drawn", None, []),
        ("TP54", "unmatched", None, []),
        ("zzqqzz", "unmatched", None, []),
    ]
    assert answer["ids"] == [TP53, MDM2]
    assert answer["repeated"] == 1
    assert answer["columns"] == []
    assert answer["rows"][5]["suggestions"] == ["TP53"]
    assert answer["rows"][6]["suggestions"] == []
    assert answer["rows"][0]["matches"] == [
        {"id": TP53, "name": "TP53", "category": "gene", "taxon": "ncbitaxon:9606", "figures": 3}
    ]


def test_a_file_has_its_numbers_by_entity(toy: Client) -> None:
    table = "gene,logFC,p\np53,-1.5,0.01\nMDM2,NA,0.2\nnothing,3,0.5\n"
    answer = json.loads(post(toy, "list", table).body)
    assert answer["columns"] == [
        {"name": "logFC", "values": {TP53: -1.5}},
        {"name": "p", "values": {TP53: 0.01, MDM2: 0.2}},
    ]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("TP53\nMDM2\n", "text/plain"),
        ("TP53\nMDM2\n", FORM),  # what `curl --data-binary @FILE` says
        ("TP53 MDM2", "application/octet-stream"),
        (urlencode({"genes": "TP53;MDM2"}), FORM),
        ('c("TP53", "MDM2")', "text/plain"),
    ],
)
def test_a_list_is_sent_as_text_or_as_a_form(toy: Client, body: str, kind: str) -> None:
    answer = post(toy, "list", body, kind=kind)
    assert json.loads(answer.body)["ids"] == [TP53, MDM2]
    assert answer.headers["cache-control"] == "no-store"  # lists of people are in no cache
    assert "etag" not in answer.headers


def test_every_endpoint_of_lists_takes_the_same_forms(toy: Client) -> None:
    form = urlencode({"genes": "TP53,MDM2", "top": 1, "all": "true"})
    tested = json.loads(post(toy, "enrich", form, kind=FORM).body)
    assert (tested["total"], len(tested["rows"])) == (2, 1)
    assert tested == toy.get("enrich", genes="TP53,MDM2", top=1, all="true")
    typed = post(toy, "enrich", "TP53\nMDM2\n", "top=1&all=true", kind=FORM)  # what `curl --data-binary @FILE` says
    assert json.loads(typed.body) == tested


@pytest.mark.parametrize("path", ["list", "enrich"])
def test_a_list_that_is_sent_twice_or_among_files_is_refused(toy: Client, path: str) -> None:
    twice = post(toy, path, "TP53", "genes=MDM2")
    assert (twice.status, json.loads(twice.body)["error"]) == (
        400, "the list is sent twice, as body and as genes; send it once",
    )  # fmt: skip
    part = '--x\r\nContent-Disposition: form-data; name="genes"\r\n\r\nTP53\r\nMDM2\r\n--x--\r\n'
    file = post(toy, path, part, kind="multipart/form-data; boundary=x")
    assert (file.status, json.loads(file.body)["error"]) == (
        400, "the list is in a form with files; send it as the body: curl --data-binary @FILE",
    )  # fmt: skip


def test_a_client_that_breaks_a_list_off_gets_no_answer_and_is_no_error(record_build: Path) -> None:
    parts: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"TP53", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return parts.pop(0)

    async def answered(message: Any) -> None:
        sent.append(message)

    async def asked() -> None:
        api = ReloadingBuild(record_build, lambda: (1,))
        scope = {"type": "http", "method": "POST", "path": "/api/list", "query_string": b"", "headers": []}
        try:
            await api(scope, receive, answered)
        finally:
            await api.close()

    asyncio.run(asked())
    assert (parts, sent) == ([], [])


def test_a_list_in_an_address_has_the_etag_of_the_build(toy: Client) -> None:
    answer = toy.http("/api/list", {"genes": "TP53"})
    assert toy.http("/api/list", {"genes": "TP53"}, if_none_match=answer.headers["etag"]).status == 304


@pytest.mark.parametrize(
    ("path", "parameters", "message"),
    [
        ("list", {}, "genes is missing"),
        ("list", {"gene": "TP53"}, "genes"),
        ("network", {"genes": "zzqqzz"}, "none of its names is an entity of this build"),
        ("network", {"genes": "TP53", "of": "MDM2"}, "of is not for a list"),
        ("network", {"genes": "TP53", "top": 3}, "partners=N"),
        ("network", {"genes": "TP53", "partners": 501}, "partners='501' is not a whole number from 0 to 500"),
        ("compare", {"a": "TP53", "b": "p53"}, f"a and b are both {TP53}"),
        ("compare", {"a": "TP53"}, "b is missing"),
    ],
)
def test_what_cannot_be_answered_says_why(toy: Client, path: str, parameters: dict[str, Any], message: str) -> None:
    assert message in toy.refused(path, 400, **parameters)


def test_a_binary_file_is_refused_in_one_line(toy: Client) -> None:
    answer = asyncio.run(send(toy.app, "/api/list", b"PK\x03\x04\x00\x00"))
    assert answer.status == 400
    assert "not a text" in json.loads(answer.body)["error"]


def test_a_longer_body_is_refused_before_it_takes_a_turn(record_build: Path) -> None:
    async def asked() -> Answer:
        api = ReloadingBuild(record_build, lambda: (1,))
        try:
            return await send(api, "/api/list", b"A" * (MOST_BYTES + 1))
        finally:
            await api.close()

    answer = asyncio.run(asked())
    assert answer.status == 413
    assert "the list is 2,097,153 bytes long; at most 2,097,152 here" in json.loads(answer.body)["detail"]


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_text_is_a_list_or_refused(toy: Client, text: str) -> None:
    answer = post(toy, "list", text.encode(errors="replace").decode())
    assert answer.status in (200, 400)
    assert "error" in json.loads(answer.body) or answer.status == 200


# -- the network of a list


def test_the_network_of_a_list_has_its_pairs_only(toy: Client) -> None:
    answer = toy.get("network", genes="TP53,MDM2,AKT1")
    nodes = [(node["data"]["name"], node["data"]["query"]) for node in answer["elements"]["nodes"]]
    assert nodes == [("TP53", True), ("MDM2", True), ("AKT1", True)]
    pairs = {(edge["data"]["source"], edge["data"]["target"]): edge["data"] for edge in answer["elements"]["edges"]}
    assert {ends: (pair["figures"], pair["weight"]) for ends, pair in pairs.items()} == {
        (MDM2, TP53): (2, 2.0),
        (AKT1, TP53): (2, 1.0),
        (AKT1, MDM2): (2, 1.0),
    }
    assert (answer["left_out"], answer["pairs_left_out"], answer["members_left_out"]) == (0, 0, 0)


def test_partners_of_most_members_come_first_then_those_of_most_weight(toy: Client) -> None:
    """Osteoporosis is drawn with all three; AKT2 with two, by weights of 1 and 1; ATP and the keyword by 1 and 1/2."""
    one = toy.get("network", genes="TP53,MDM2,AKT1", partners=1, min_figures=1)
    assert [node["data"]["id"] for node in one["elements"]["nodes"]] == [TP53, MDM2, AKT1, OSTEOPOROSIS]
    assert [node["data"]["query"] for node in one["elements"]["nodes"]] == [True, True, True, False]
    assert one["left_out"] == 3
    two = toy.get("network", genes="TP53,MDM2,AKT1", partners=2, min_figures=1)
    assert [node["data"]["id"] for node in two["elements"]["nodes"]][3:] == [OSTEOPOROSIS, AKT2]


def test_of_a_long_list_the_members_of_the_strongest_pairs_are_shown(toy: Client) -> None:
    """The weights of TP53 and of MDM2 sum up to 4, those of AKT1 and AKT2 to 2; ATP has no pair of two figures."""
    answer = toy.get("network", genes="ATP,AKT1,AKT2,MDM2,TP53", nodes=2)
    assert [node["data"]["id"] for node in answer["elements"]["nodes"]] == [MDM2, TP53]
    assert answer["members_left_out"] == 3
    four = toy.get("network", genes="ATP,AKT1,AKT2,MDM2,TP53", nodes=4, pairs=1)
    assert [node["data"]["id"] for node in four["elements"]["nodes"]] == [AKT1, AKT2, MDM2, TP53]
    assert [edge["data"]["weight"] for edge in four["elements"]["edges"]] == [2.0]
    assert four["pairs_left_out"] == 4


def test_a_network_by_post_is_that_of_the_address(toy: Client) -> None:
    values: dict[str, Any] = {"genes": "TP53,MDM2,AKT1", "partners": "2", "min_figures": "1"}
    posted = post(toy, "network", urlencode(values), kind=FORM)
    assert json.loads(posted.body) == toy.get("network", **values)
    assert json.loads(post(toy, "network", urlencode({"genez": "TP53"}), kind=FORM).body)["status"] == 400


def test_the_file_of_a_list_has_all_its_pairs(toy: Client) -> None:
    answer = post(toy, "download", urlencode({"genes": "TP53,MDM2,AKT1,AKT2", "format": "tsv"}), kind=FORM)
    rows = list(csv.DictReader(io.StringIO(answer.body.decode()), delimiter="\t"))
    assert {(row["source_name"], row["target_name"]) for row in rows} == {
        ("MDM2", "TP53"), ("AKT1", "TP53"), ("AKT2", "TP53"), ("AKT1", "MDM2"), ("AKT2", "MDM2"),
    }  # fmt: skip
    assert 'filename="list-of-4.tsv"' in answer.headers["content-disposition"]
    graphml = toy.http("/api/download", {"genes": "TP53,MDM2", "format": "graphml"})
    assert 'filename="TP53-MDM2.graphml"' in graphml.headers["content-disposition"]
    assert b"TP53" in graphml.body


def test_a_file_of_a_table_has_its_numbers(toy: Client) -> None:
    table = f"gene\tlogFC\tfigures\n{TP53}\t-1.5\t7\n{MDM2}\tNA\t8\n"
    answer = post(toy, "download", urlencode({"genes": table, "partners": 1, "format": "graphml"}), kind=FORM)
    network = nx.parse_graphml(answer.body.decode())
    assert {id_: (of["query"], of.get("logFC"), of.get("list_figures")) for id_, of in network.nodes(data=True)} == {
        TP53: (True, -1.5, 7), MDM2: (True, None, 8), AKT1: (False, None, None),
    }  # fmt: skip
    assert post(toy, "download", table, urlencode({"partners": 1, "format": "graphml"})).body == answer.body
    cx2 = json.loads(toy.http("/api/download", {"genes": f"gene,logFC\n{TP53},2\n", "format": "cx2"}).body)
    assert [node["v"]["logFC"] for part in cx2 for node in part.get("nodes", ())] == [2]


# -- two names compared


def test_two_names_compared(toy: Client) -> None:
    answer = toy.get("compare", a="TP53", b="MDM2", min_figures=1)
    assert answer["a"] == {"id": TP53, "name": "TP53", "category": "gene", "figures": 3}
    both = answer["shared"]
    # Each has a weight of 1 with either; AKT1 and AKT2 are in two figures.
    assert [(row["id"], row["a_figures"], row["b_figures"]) for row in both["rows"]] == [
        (AKT1, 2, 2),
        (AKT2, 2, 2),
        (OSTEOPOROSIS, 1, 1),
    ]
    assert {(row["a_weight"], row["b_weight"]) for row in both["rows"]} == {(1.0, 1.0)}
    assert answer["only_a"] == {
        "partners": 1,
        "rows": [
            {"id": ATP, "name": "ATP", "category": "chemical"}
            | {"a_figures": 1, "a_weight": 1.0, "b_figures": 0, "b_weight": 0.0}
        ],
    }
    assert [row["id"] for row in answer["only_b"]["rows"]] == [KEYWORD]
    # TP53 is in a and b, MDM2 in b and c; d has no year.
    assert answer["years"] == [[2001, 2, 1, 1], [2010, 0, 1, 0]]


def test_a_comparison_says_how_many_there_are(toy: Client) -> None:
    answer = toy.get("compare", a="TP53", b="MDM2", limit=1)
    assert answer["min_figures"] == 2
    assert (answer["shared"]["partners"], len(answer["shared"]["rows"])) == (2, 1)
    assert answer["only_a"] == {"partners": 0, "rows": []}
    diseases = toy.get("compare", a="TP53", b="MDM2", min_figures=1, category="disease")
    assert [row["id"] for row in diseases["shared"]["rows"]] == [OSTEOPOROSIS]
