"""`/api/enrich`: lists in the address and as the body of a request, on the toy corpus and against the command line."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from test_explorer_api import Client, client

from kg.cli.main import main


@pytest.fixture(scope="module")
def toy(record_build: Path) -> Iterator[Client]:
    with client(record_build) as made:
        yield made


def posted(of: Client, body: bytes, status: int = 200, **parameters: Any) -> Any:
    answer = of.post("enrich", body, **parameters)
    assert answer.status == status, answer.body
    return json.loads(answer.body)


def test_the_answer_is_that_of_the_command_line(toy: Client, record_build: Path) -> None:
    words = ["enrich", "--build", str(record_build), "--of", "AKT1", "--of", "p53", "--of", "nobody", "-f", "json"]
    typed = json.loads(CliRunner().invoke(main, words).stdout)
    asked = toy.get("enrich", genes="AKT1,p53,nobody")
    assert asked.pop("total") == len(typed["rows"]) == 1
    assert asked.pop("offset") == 0
    for answer in (asked, typed):
        assert answer["list"].pop("source") in ("the list", "--of")
        assert answer["list"].pop("report")[0].endswith(": 3 names read: 2 matched, 1 not drawn")
    assert asked == typed


def test_a_list_in_the_address_and_one_in_the_body_are_the_same(toy: Client) -> None:
    asked = toy.get("enrich", genes="AKT1 p53 MDM2", all="true")
    assert asked["total"] == 4
    assert posted(toy, b"symbol,logFC\nAKT1,1\np53,2\nMDM2,0\n", all="true") == asked
    assert toy.get("enrich", genes=["AKT1", "p53", "MDM2"], all="true")["rows"] == asked["rows"]


def test_genes_by_hand(toy: Client) -> None:
    # As in tests/cli/test_enrich.py: two among three of four genes, p = 1/2, q by BH over three figures.
    rows = toy.get("enrich", genes="AKT1,AKT2", by="genes", all="true")["rows"]
    assert [(row["figure_id"], row["hits"], row["p"], row["q"]) for row in rows] == [
        ("pfocr:PMC1__a", 2, 0.5, 0.75), ("pfocr:PMC2__c", 2, 0.5, 0.75), ("pfocr:PMC1__b", 2, 1, 1),
    ]  # fmt: skip


def test_rows_are_given_in_parts(toy: Client) -> None:
    whole = toy.get("enrich", genes="AKT1,p53,MDM2", all="true")["rows"]
    parts = [toy.get("enrich", genes="AKT1,p53,MDM2", all="true", top=3, offset=offset) for offset in (0, 3, 6)]
    assert [row for part in parts for row in part["rows"]] == whole
    assert [(part["total"], part["offset"], len(part["rows"])) for part in parts] == [(4, 0, 3), (4, 3, 1), (4, 6, 0)]


def test_entities_a_background_and_organisms(toy: Client) -> None:
    rows = toy.get("enrich", genes="AKT1,p53", target="entities", all="true")["rows"]
    assert {row["name"] for row in rows} == {"ATP", "osteoporosis"}
    known = toy.get("enrich", genes="AKT1,p53,MDM2", background="AKT1 TP53")
    assert (known["listed"], known["background"].partition(" drawn ")[0]) == (2, "2 genes of the background given")
    assert toy.refused("enrich", 400, genes="AKT1,p53", taxon="mouse").startswith("the list: none of its names is an")
    assert toy.refused("enrich", 400, genes="AKT1,p53", background="zzqqzz").startswith("background: none of its names")


def test_an_answer_by_address_is_kept_and_one_to_a_post_is_not(toy: Client) -> None:
    got = toy.http("/api/enrich", {"genes": "AKT1,p53"})
    tag = got.headers["etag"]
    assert toy.http("/api/enrich", {"genes": "AKT1,p53"}, if_none_match=tag).status == 304
    answer = toy.post("enrich", b"AKT1\np53\n")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in answer.headers


def test_requests_at_the_same_time_get_the_same(record_build: Path) -> None:
    with client(record_build) as made, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: made.get("enrich", genes="AKT1,p53"), range(16)))
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    ("status", "said", "parameters"),
    [
        (400, "genes is missing; add it: ?genes=TP53,MDM2, or send the list as the body of a POST", {}),
        (400, "no parameter is called 'gene' here; did you mean genes?", {"gene": "TP53"}),
        (400, "genes: 2,097,153 characters; at most 2,097,152", {"genes": "A" * 2_097_153}),
        (400, "the list: no names in it; give names or identifiers, one a line", {"genes": "# nothing"}),
        (400, "the list has 1 entity of this build; a test needs 2 or more", {"genes": "TP53"}),
        (400, "by='figures' is none of: words, genes", {"genes": "TP53,MDM2", "by": "figures"}),
        (400, "top='501' is not a whole number from 1 to 500", {"genes": "TP53,MDM2", "top": 501}),
        (400, "max_q='2' is not a number from 0 to 1", {"genes": "TP53,MDM2", "max_q": 2}),
        (
            400,
            "the list: none of its names is an entity of this build; TP35: did you mean TP53?; zzqqzz: no such name",
            {"genes": "TP35,zzqqzz"},
        ),
        (
            400,
            "background: none of its names is an entity of this build; zzqqzz: no such name",
            {"genes": "TP53,MDM2", "background": "zzqqzz"},
        ),
    ],
)
def test_errors_are_one_line(toy: Client, status: int, said: str, parameters: dict[str, Any]) -> None:
    assert toy.refused("enrich", status, **parameters) == said


def test_wrong_bodies(toy: Client) -> None:
    assert posted(toy, b"", 400)["error"].startswith("genes is missing")
    assert posted(toy, b"\x00\x01PNG", 400)["error"].startswith("the list: not a text")
    assert posted(toy, b"TP53\n", 400, genes="MDM2")["error"].startswith("the list is sent twice")
    many = b"TP53\n" * 200_001
    assert posted(toy, many, 400)["error"] == "the list: 200,001 names; at most 200,000"
