"""The tools of assistants: twelve questions of a biologist, pages, limits, and bad input, over both transports."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.corpus import ROOT, SEEDS
from helpers.serving import Server, serving, until, until_busy

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

from helpers.assistant import Said, asked, connected, refused, said, stdio
from mcp import Client

from kg.building.release import release
from kg.graph.filters import Filters
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model.build import Build
from kg.web.mcp.answers import CAUTION, NOTICE
from kg.web.mcp.paging import as_json

ROW = re.compile(r"^\| (\d+) \| [^|]+ \| `(\w+)` `(\{.+\})` \| [^|]+ \|$", re.MULTILINE)
QUESTIONS = {
    int(number): (tool, json.loads(arguments))
    for number, tool, arguments in ROW.findall((ROOT / "docs" / "mcp.md").read_text(encoding="utf-8"))
}

OPG = "pfocr:PMC4168338__10-1055-s-0031-1298276-i430gf01"
BREAST = "pfocr:PMC2374958__bcr1848-1"
BAICALIN = "pfocr:PMC6970258__DDDT-14-195-g0006"
ZOLEDRONIC = "pfocr:PMC8719043__10.1177_15353702211011052-fig1"
STRESS = "pfocr:PMC10377020__biomolecules-13-01050-g002"

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
TOOLS = ["search", "partners", "evidence", "enrich", "figure", "describe_schema", "sparql"]


@pytest.fixture(scope="module")
def server(seeds_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("serve") / "log"
    with serving(seeds_build, "--mcp", "--no-cache", "--workers", "1", "--timeout", "60", log=log) as running:
        yield running


@pytest.fixture(scope="module", params=["stdio", "http"])
def answers(
    request: pytest.FixtureRequest, seeds_build: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, Said]:
    calls = list(QUESTIONS.values())
    if request.param == "stdio":
        heard = asked(stdio(seeds_build, tmp_path_factory.mktemp("cache")), calls, mode="legacy")
    else:
        heard = asked(f"{request.getfixturevalue('server').address}/mcp", calls)
    return dict(zip(QUESTIONS, heard, strict=True))


def ids(said: Said, name: str = "figure_id") -> list[str]:
    return [row[name] for row in said.rows]


def quoted(said: Said, name: str) -> list[Any]:
    return [row["quoted"].get(name) for row in said.rows]


def test_every_answer_has_its_release_and_what_limits_it(answers: dict[int, Said], seeds_build: Path) -> None:
    assert len(answers) == 12
    for number, heard in answers.items():
        assert not heard.is_error, number
        head = [heard.answer[name] for name in ("release", "caution", "notice")]
        assert head == [Build(seeds_build).release, CAUTION, NOTICE], number
        assert heard.size <= 4096, number


def test_the_questions_about_pairs(answers: dict[int, Said]) -> None:
    rank = answers[1]
    assert rank.answer["figures"] == 5
    assert set(ids(rank)) == {OPG, BREAST, BAICALIN, ZOLEDRONIC, STRESS}
    assert rank.rows[0]["alias"] == "PMC4168338__F1"
    assert (rank.rows[0]["quoted"]["subject_words"], rank.rows[0]["quoted"]["object_words"]) == (["RANKL"], ["RANK"])
    first = answers[2].rows[0]
    assert (first["id"], first["figures"], first["papers"], first["figure_ids"][0]) == ("ncbigene:8792", 5, 5, OPG)
    assert (answers[2].answer["total"], answers[2].answer["next_offset"]) == (6, 1)
    chemicals = {row["quoted"]["name"]: (row["figures"], row["figure_ids"]) for row in answers[4].rows}
    assert chemicals == {"ATP": (1, [STRESS]), "calcium(2+)": (1, [STRESS]), "baicalin": (1, [BAICALIN])}
    recent = {row["quoted"]["name"]: row["figure_ids"] for row in answers[7].rows}
    assert recent["RELA"] == [ZOLEDRONIC, STRESS]
    assert set(recent) == {"TNFRSF11A", "NFATC1", "TRAF6", "NFKB1", "RELA"}
    words = answers[10]
    assert (ids(words), words.answer["figures"]) == ([ZOLEDRONIC, STRESS], 2)
    assert quoted(words, "subject_words") == [["P50"], ["P50"]]
    assert quoted(words, "object_words") == [["P65"], ["P65"]]


def test_the_questions_about_names_and_figures(answers: dict[int, Said]) -> None:
    p50 = answers[3].rows[0]
    assert (p50["kind"], p50["figures"]) == ("word", 2)
    meanings = [(each["id"], each["quoted"]["name"], each["probability"]) for each in p50["meanings"][:2]]
    assert meanings == [("ncbigene:4790", "NFKB1", 0.99), ("ncbigene:958", "CD40", 0.01)]
    assert [(row["id"], row["figures"], row["figure_ids"]) for row in answers[5].rows] == [
        ("chebi:2981", 1, [BAICALIN])
    ]
    shown = answers[6]
    assert [shown.answer[name] for name in ("figure_id", "year", "paper_id")] == [OPG, 2012, "pmc:PMC4168338"]
    drawn = {row["quoted"]["word"]: row["meanings"][0]["quoted"]["name"] for row in shown.rows}
    assert drawn == {"OPG": "TNFRSF11B", "RANK": "TNFRSF11A", "RANKL": "TNFSF11"}
    assert ids(answers[9], "id") == [OPG, ZOLEDRONIC, STRESS]


def test_the_questions_about_lists_and_numbers(answers: dict[int, Said]) -> None:
    enriched = answers[8]
    assert [enriched.answer[name] for name in ("read", "matched", "tested")] == [5, 4, 5]
    assert enriched.answer["quoted"] == {"unmatched": ["nosuch"]}
    best = enriched.rows[0]
    assert (best["figure_id"], best["hits"], best["words_drawn"], round(best["q"], 2)) == (ZOLEDRONIC, 4, 6, 0.99)
    assert quoted(answers[11], "cells") == [[str(year), "1"] for year in (2008, 2012, 2020, 2021, 2023)]
    assert quoted(answers[12], "cells") == [["false"]]


def test_each_tool_says_that_it_only_reads_and_what_it_takes_and_answers(server: Server) -> None:
    async def work(client: Client) -> None:
        listed = (await client.list_tools()).tools
        assert [tool.name for tool in listed] == TOOLS
        read = [{"name": tool.name, "description": tool.description, "arguments": tool.input_schema} for tool in listed]
        assert len(as_json(read)) < 9_500  # docs/mcp.md says 9 kB
        for tool in listed:
            assert tool.annotations
            assert tool.annotations.read_only_hint
            assert tool.description
            assert CAUTION in tool.description
            assert tool.input_schema["additionalProperties"] is False
            for name, argument in tool.input_schema["properties"].items():
                assert "description" in argument, (tool.name, name)
                bounds = {"enum", "maximum", "maxLength", "maxItems"} & argument.keys()
                assert bounds or argument["type"] == "boolean", (tool.name, name)
            assert tool.output_schema
            assert "rows" in tool.output_schema["required"]

    connected(f"{server.address}/mcp", work)


def test_pages_give_all_rows_once(server: Server) -> None:
    async def work(client: Client) -> list[str]:
        offset: int | None = 0
        found: list[str] = []
        while offset is not None:
            page = await said(
                client, "partners", {"of": "RANKL", "min_figures": 1, "limit": 50, "offset": offset, "max_bytes": 8192}
            )
            assert page.size <= 8192
            assert page.answer["total"] == 128
            found += ids(page, "id")
            offset = page.answer.get("next_offset")
        return found

    partners = connected(f"{server.address}/mcp", work)
    assert len(set(partners)) == len(partners) == 128


def test_an_answer_without_rows_says_what_to_ask_instead(server: Server) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("search", {"text": "RANKLL"}),
        ("search", {"text": "Which figures are about osteoclasts?"}),
        ("partners", {"of": "RANKL", "category": "chemical"}),
        ("partners", {"of": "RANKL", "offset": 7}),
    ]
    similar, sentence, none, beyond = asked(f"{server.address}/mcp", calls)
    assert [row["id"] for row in similar.answer["suggestions"]] == ["ncbigene:8600", "ncbigene:8792"]
    assert "the beginning of a word is enough" in sentence.answer["hint"]
    assert none.answer["hint"].startswith("no pair of 2 figures or more passes")
    assert beyond.answer["hint"] == "offset 7 is beyond the last of 6 rows"
    assert [said.rows for said in (similar, sentence, none, beyond)] == [[], [], [], []]


def test_a_word_has_figures_to_cite(server: Server) -> None:
    (word,) = asked(f"{server.address}/mcp", [("search", {"text": "p50", "kind": "word"})])
    assert word.rows[0]["figure_ids"] == [STRESS, ZOLEDRONIC]


def test_the_numbers_of_partners_are_those_of_the_library(server: Server, seeds_build: Path) -> None:
    (heard,) = asked(f"{server.address}/mcp", [("partners", {"of": "RANKL"})])
    with KnowledgeGraph(seeds_build) as graph:
        rows = graph.partners("RANKL", Filters(min_figures=2)).to_pylist()
    assert [(row["id"], row["figures"]) for row in heard.rows] == [(row["partner_id"], row["figures"]) for row in rows]


@pytest.mark.parametrize(
    ("tool", "arguments", "message", "suggested"),
    [
        ("partners", {"of": "RANKLL"}, "no entity or figure is called 'RANKLL'; did you mean RANKL, RANK?",
         ["ncbigene:8600", "ncbigene:8792"]),
        ("evidence", {"subject": "RANKL", "object": "TNFSF11"}, "subject and object are both ncbigene:8600", []),
        ("figure", {"figure": "PMC4168338"}, "no figure is called 'PMC4168338'", [OPG]),
        ("enrich", {"genes": ["nosuch", "neither"]}, "", []),
        ("partners", {"of": "RANKL", "taxon": "martian"}, "martian", []),
        ("partners", {"of": "RANKL", "first_year": 2020, "last_year": 2010}, "first_year 2020 is after last_year", []),
        ("describe_schema", {"part": "examples", "of": "partner"}, "did you mean partners", []),
        ("describe_schema", {"part": "properties", "of": "x"}, "no class is called 'x'; classes: ", []),
        ("sparql", {"query": "SELECT nonsense"}, "line 1, column 16: expected DISTINCT", []),
        ("sparql", {"query": "DELETE WHERE { ?s ?p ?o }"}, "DELETE is an update", []),
        ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"}, "SERVICE", []),
        ("search", {}, "text: field required", []),
        ("search", {"text": "x", "limit": 51}, "limit: input should be less than or equal to 50", []),
        ("search", {"text": "x" * 201}, "text: string should have at most 200 characters", []),
        ("search", {"text": "x", "nosuch": 1}, "nosuch: extra inputs are not permitted; known: ", []),
        ("partners", {"of": "RANKL", "offset": 500}, "offset: input should be less than or equal to 499", []),
        ("partners", {"of": "RANKL", "max_q": float(2)}, "max_q: input should be less than or equal to 1", []),
        ("enrich", {"genes": ["x"] * 2001}, "genes: list should have at most 2000 items", []),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_with_the_way_out(
    server: Server, tool: str, arguments: dict[str, Any], message: str, suggested: list[str]
) -> None:
    (heard,) = asked(f"{server.address}/mcp", [(tool, arguments)])
    assert heard.is_error
    assert message in heard.answer["error"]
    assert "\n" not in heard.answer["error"]
    assert [row["id"] for row in heard.answer.get("suggestions", [])] == suggested


def test_an_unknown_tool_is_refused_with_the_known_ones(server: Server) -> None:
    message = connected(f"{server.address}/mcp", lambda client: refused(client, "drop_table", {}))
    assert message == f"no tool is called 'drop_table'; known: {', '.join(TOOLS)}"


@pytest.mark.parametrize(
    "text", ["\x00", "' OR 1=1 --", "../../etc/passwd", "%00%0a", "\u202egnp", "<b>", "a,b\nc", "{}"]
)
def test_hostile_names_are_names(server: Server, text: str) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("search", {"text": f"x{text}"}),
        ("partners", {"of": f"x{text}"}),
        ("figure", {"figure": f"x{text}"}),
        ("enrich", {"genes": ["RANKL", "RANK", f"x{text}"]}),
    ]
    found, partners, figure, enriched = asked(f"{server.address}/mcp", calls)
    assert (found.rows, found.is_error) == ([], False)
    assert partners.is_error
    assert figure.is_error
    assert enriched.answer["matched"] == 2


def test_a_runaway_query_stops_when_its_call_is_cancelled(server: Server) -> None:
    async def work(client: Client) -> None:
        await said(client, "sparql", {"query": "ASK { ?s ?p ?o }"})
        workers = server.workers()
        call = asyncio.create_task(client.call_tool("sparql", {"query": ENDLESS}))
        await asyncio.to_thread(until_busy, *workers)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        await asyncio.to_thread(until, lambda: len(workers & server.workers()) < len(workers))

    connected(f"{server.address}/mcp", work)
    until(lambda: len(server.workers()) >= 2)


def test_a_runaway_query_meets_the_limit_of_time(seeds_build: Path, tmp_path: Path) -> None:
    async def work(client: Client) -> Said:
        while (await said(client, "sparql", {"query": "ASK { ?s ?p ?o }"})).is_error:
            pass  # the workers are being started
        return await said(client, "sparql", {"query": ENDLESS})

    heard = connected(stdio(seeds_build, tmp_path, "--timeout", "2"), work)
    assert heard.is_error
    assert "the query was stopped after 2 s" in heard.answer["error"]


def test_a_long_answer_is_read_in_part(server: Server) -> None:
    query = "SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d ?e ?f }"
    calls = [("sparql", {"query": query, "limit": 1}), ("sparql", {"query": query, "offset": 100_000})]
    first, beyond = asked(f"{server.address}/mcp", calls)
    assert (first.answer["complete"], first.answer["next_offset"], "total" in first.answer) == (False, 1, False)
    assert beyond.is_error
    assert "use OFFSET in the query" in beyond.answer["error"]


def test_a_build_without_a_store_has_all_but_sparql(tmp_path: Path) -> None:
    release([str(SEEDS)], tmp_path / "b", with_store=False)
    calls: list[tuple[str, dict[str, Any]]] = [("partners", {"of": "RANKL"}), ("sparql", {"query": "ASK { ?s ?p ?o }"})]
    partners, sparql = asked(stdio(tmp_path / "b", tmp_path), calls)
    assert len(partners.rows) == 6
    assert sparql.answer == {"error": "this build has no store, so that no SPARQL query can be answered"}


# -- the description


def test_examples_run_and_traps_measure_what_they_say(server: Server) -> None:
    async def work(client: Client) -> dict[str, list[list[str]]]:
        measured: dict[str, list[list[str]]] = {}
        for part in ("examples", "traps"):
            arguments = {"part": part, "max_bytes": 65_536, "limit": 50}
            for row in (await said(client, "describe_schema", arguments)).rows:
                heard = await said(client, "sparql", {"query": row["sparql"]})
                assert not heard.is_error, row["name"]
                measured[row["name"]] = quoted(heard, "cells")
        return measured

    measured = connected(f"{server.address}/mcp", work)
    assert len(measured) == 10 + 8
    assert {name: rows for name, rows in measured.items() if "-" in name and len(rows) == 1 and len(rows[0]) < 3} == {
        "one-word-many-genes": measured["one-word-many-genes"],
        "two-counts-of-a-pair": [["0"]],
        "pairs-below-the-threshold": [["20", "2"]],
        "a-pair-has-one-direction": [["0"]],
        "years-are-gyear": [["xsd:gYear", "5"]],
        "figures-end-in-html": [["5", "5"]],
        "published-is-not-all": [["0"]],
        "npmi-of-few-figures": measured["npmi-of-few-figures"],
    }


def test_classes_and_properties_are_those_of_the_dataset(server: Server) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("describe_schema", {"part": "classes", "limit": 50}),
        ("describe_schema", {"part": "properties", "of": "biolink:Gene", "limit": 50}),
        ("sparql", {"query": "SELECT (COUNT(*) AS ?n) { ?gene a biolink:Gene }"}),
    ]
    classes, properties, genes = asked(f"{server.address}/mcp", calls)
    members = {row["name"]: row["members"] for row in classes.rows}
    assert (members["biolink:Gene"], members["fabio:Figure"]) == (150, 5)
    assert quoted(genes, "cells") == [["150"]]
    triples = {row["name"]: row["triples"] for row in properties.rows}
    assert (triples["rdfs:label"], triples["kg:drawnWith"]) == (150, 40)


# -- HTTP

CALL = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                   "params": {"name": "search", "arguments": {"text": "RANKL"}}}).encode()  # fmt: skip
HEADERS = {"Accept": "application/json, text/event-stream", "Content_Type": "application/json"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Host": "evil.example"}, 421),
        ({"Content_Type": "text/plain"}, 400),
    ],
)
def test_pages_of_other_sites_are_refused(server: Server, headers: dict[str, str], status: int) -> None:
    assert server.ask("POST", "/mcp", CALL, **HEADERS | headers).status == status


def test_a_page_of_this_server_may_ask(server: Server) -> None:
    assert server.ask("POST", "/mcp", CALL, **HEADERS, Origin=server.address).status == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"jsonrpc":"2.0","id":1}', b"[" * 100_000])
def test_broken_messages_are_refused(server: Server, body: bytes) -> None:
    assert server.ask("POST", "/mcp", body, **HEADERS).status == 400
    assert server.ask("POST", "/mcp", CALL, **HEADERS).status == 200


def test_other_methods_and_long_messages_are_refused(server: Server) -> None:
    assert server.ask("GET", "/mcp", Accept="text/event-stream").status == 405
    assert server.ask("DELETE", "/mcp").status == 405
    reply = server.ask("POST", "/mcp", b" " * (1 << 21), **HEADERS)
    assert (reply.status, reply.detail) == (413, "the message is 2,097,152 bytes long; at most 1,048,576 here")


def test_the_server_says_where_the_tools_are(server: Server) -> None:
    assert server.said.endswith(f"assistants  {server.address}/mcp\n")


def test_a_server_that_others_can_reach_says_that_its_tools_are_open(seeds_build: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(seeds_build, "--workers", "1", "--host", "0.0.0.0", "--mcp", log=log):
        pass
    assert "can use the explorer, its API, /sparql and /mcp, without a password" in log.read_text()


def test_without_the_option_there_is_no_endpoint(seeds_build: Path, tmp_path: Path) -> None:
    with serving(seeds_build, "--no-cache", log=tmp_path / "log") as plain:
        assert plain.ask("POST", "/mcp", CALL, **HEADERS).status == 404
