"""Requests for a full address, which proxies send and servers have to accept (RFC 9112, section 3.2.2)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.serving import Server, serving

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

ASK = "/sparql?query=ASK%7B%7D"


@pytest.fixture(scope="module", params=["", "/pfocr"])
def server(
    request: pytest.FixtureRequest, toy_build: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    options = ("--root-path", request.param) if request.param else ()
    with serving(toy_build, "--workers", "1", *options, log=tmp_path_factory.mktemp("absolute") / "log") as running:
        yield running


@pytest.mark.parametrize(
    "path", [ASK, "/api/search?q=TP53", "/api/queries/partners", "/static/style.css", "/", "/none"]
)
def test_a_full_address_is_answered_as_its_path(server: Server, path: str) -> None:
    plain = server.ask("GET", path)
    for scheme in ("http", "HTTP", "https"):
        full = server.ask("GET", f"{scheme}://127.0.0.1:{server.port}{path}", Host="elsewhere.example")
        assert (full.status, full.body) == (plain.status, plain.body), scheme


def test_a_full_address_without_a_path_is_that_of_the_page(server: Server) -> None:
    for end in ("", "?of=TP53"):
        assert server.ask("GET", f"http://localhost:{server.port}{end}").body == server.ask("GET", "/").body


def test_a_query_may_be_posted_to_a_full_address(server: Server) -> None:
    reply = server.ask("POST", f"{server.address}/sparql", b"ASK {}", Content_Type="application/sparql-query")
    assert reply.status == 200


@pytest.mark.parametrize("host", ["evil.example", "user@localhost", "evil.example:80", "localhost.evil.example"])
def test_the_host_of_a_full_address_is_checked_and_not_the_header(server: Server, host: str) -> None:
    reply = server.ask("GET", f"http://{host}{ASK}", Host="localhost")
    assert (reply.status, reply.detail.split(":")[0]) == (421, f"Host '{host}'".split(":")[0])


@pytest.mark.parametrize("target", ["http://", "http:///sparql", "ftp://localhost/sparql", "x"])
def test_what_is_no_address_is_no_page(server: Server, target: str) -> None:
    assert server.ask("GET", target, Host="localhost").status == 404
