"""`/metrics`: what Prometheus reads there, with few values of every label, and only where it was asked for."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.serving import Server, serving

from kg import __version__

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
parser = pytest.importorskip("prometheus_client.parser", reason="the extra `serve` is not installed")

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def server(toy_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("metrics") / "log"
    with serving(toy_build, "--workers", "1", "--metrics", "--root-path", "/pfocr", log=log) as running:
        yield running


def samples(server: Server) -> Samples:
    reply = server.ask("GET", "/metrics")
    assert (reply.status, reply.kind) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert reply.headers["cache-control"] == "no-store"
    families = parser.text_string_to_metric_families(reply.body.decode())
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value for each in families for sample in each.samples
    }


def value(found: Samples, name: str, **labels: str) -> float:
    return found.get((name, frozenset(labels.items())), 0)


def requests(found: Samples) -> dict[tuple[str, str, str], float]:
    return {
        (named["method"], named["route"], named["status"]): count
        for (name, labels), count in found.items()
        if name == "kg_http_requests_total" and (named := dict(labels))
    }


def test_requests_count_by_the_template_of_their_route(server: Server) -> None:
    assert server.ask("GET", "/api/build").status == 200  # from here on the routes of the API are known
    before = requests(samples(server))
    for method, path, status in (
        ("GET", "/", 200),
        ("GET", "/static/style.css", 200),
        ("GET", "/static/none.css", 404),
        ("GET", "/sparql?query=ASK%7B%7D", 200),
        ("GET", "/sparql?query=ASK", 400),
        ("GET", "/api/search?q=x", 200),
        ("GET", "/api/queries/partners", 200),
        ("GET", "/api/queries/organisms", 200),
        ("GET", "/api/none", 404),
        ("GET", "/none/at/all", 404),
        ("GET", "/none-either", 404),
        ("BREW", "/", 405),
    ):
        assert server.ask(method, path).status == status, path
    after = requests(samples(server))
    assert {key: count - before.get(key, 0) for key, count in after.items() if count > before.get(key, 0)} == {
        ("GET", "/", "200"): 1,
        ("GET", "/static/{path}", "200"): 1,
        ("GET", "/static/{path}", "404"): 1,
        ("GET", "/sparql", "200"): 1,
        ("GET", "/sparql", "400"): 1,
        ("GET", "/api/search", "200"): 1,
        ("GET", "/api/queries/{name}", "200"): 2,
        ("GET", "/api/{path}", "404"): 1,
        ("GET", "other", "404"): 2,
        ("other", "/", "405"): 1,
        ("GET", "/metrics", "200"): 1,
    }


def test_latencies_are_a_histogram_of_all_requests(server: Server) -> None:
    before = samples(server)
    assert server.query("ASK {}").status == 200
    after = samples(server)
    for name in ("kg_http_request_seconds_count", "kg_http_request_seconds_sum"):
        assert value(after, name, route="/sparql") > value(before, name, route="/sparql")
    counted = value(after, "kg_http_request_seconds_count", route="/sparql")
    assert value(after, "kg_http_request_seconds_bucket", route="/sparql", le="+Inf") == counted
    assert value(after, "kg_http_requests_running") == 1  # the one that asks


def test_queue_workers_and_memory_are_there(server: Server) -> None:
    before = value(samples(server), "kg_queries_total", course="short")
    assert server.query("ASK {}").status == 200
    found = samples(server)
    assert value(found, "kg_queries_total", course="short") == before + 1
    assert 1 <= value(found, "kg_workers") <= value(found, "kg_workers_started_total")
    for name in ("running", "waiting"):
        for share in ("short", "long"):
            assert found[f"kg_queries_{name}", frozenset({("share", share)})] == 0
    assert found["kg_queries_refused_total", frozenset({("reason", "busy")})] == 0
    for name in ("kg_workers_resident_memory_bytes", "process_resident_memory_bytes"):
        assert 10 << 20 < value(found, name) < 4 << 30
    assert value(found, "process_open_fds") > 3


def test_the_build_is_named(server: Server, toy_build: Path) -> None:
    found = samples(server)
    digest = hashlib.sha256((toy_build / "manifest.json").read_bytes()).hexdigest()[:16]
    assert value(found, "kg_build_present") == 1
    assert value(found, "kg_build_info", manifest=digest, version=__version__, server=__version__) == 1


def test_names_and_labels_are_as_prometheus_wants_them(server: Server) -> None:
    text = server.ask("GET", "/metrics").body.decode()
    for family in parser.text_string_to_metric_families(text):
        assert family.documentation
        assert family.name.startswith(("kg_", "process_"))
        for sample in family.samples:
            assert not sample.name.endswith("_created")
            assert len(sample.labels) <= 3


def test_without_the_option_there_are_none(toy_build: Path, tmp_path: Path) -> None:
    with serving(toy_build, "--workers", "1", log=tmp_path / "log") as running:
        assert running.ask("GET", "/metrics").status == 404
    assert "warning" not in (tmp_path / "log").read_text()


def test_a_server_that_others_can_reach_says_so(toy_build: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(toy_build, "--workers", "1", "--host", "0.0.0.0", "--metrics", log=log) as running:
        assert running.ask("GET", "/metrics").status == 200
    assert log.read_text().startswith(
        "kg: warning: --host 0.0.0.0: every machine that reaches this one can use the explorer, its API, /sparql and "
        "/metrics, without a password, without encryption and as often as it likes; put a proxy in front"
    )
