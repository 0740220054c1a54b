"""The files of `deploy/`: shown whole in docs/serve.md, and tried with nginx and systemd where these are installed."""

import gzip
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from helpers.corpus import ROOT
from helpers.serving import JSON, WAIT, Reply, Server, reply_on, serving, until

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

DEPLOY = ROOT / "deploy"
EVERYTHING = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.mark.parametrize(("name", "language"), [("nginx.conf", "nginx"), ("kg.service", "ini")])
def test_the_page_shows_the_files_that_are_tried_here(name: str, language: str) -> None:
    page = (ROOT / "docs" / "serve.md").read_text(encoding="utf-8")
    assert f"```{language}\n{(DEPLOY / name).read_text(encoding='utf-8')}```\n" in page


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")
    text = (DEPLOY / "kg.service").read_text(encoding="utf-8")
    program = "/opt/kg/bin/kg"
    assert text.count(program) == 1
    unit = tmp_path / "kg.service"
    unit.write_text(text.replace(program, sys.executable))  # a program that exists here
    result = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, timeout=WAIT, check=False)
    assert (result.returncode, [line for line in result.stderr.splitlines() if "kg.service" in line]) == (0, [])
    unit.write_text(text.replace(program, sys.executable).replace("ProtectHome=yes", "ProtectHome=often"))
    wrong = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, timeout=WAIT, check=False)
    assert "Failed to parse" in wrong.stderr  # so that the check above checks something


# -- nginx


class Proxy:
    """A running nginx; its clients know it as kg.example.org."""

    def __init__(self, port: int, kg: Server) -> None:
        self.port = port
        self.kg = kg

    def ask(self, method: str, path: str, body: bytes | None = None, /, **headers: str) -> Reply:
        """Send one request; `_` in the name of a header stands for `-`."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the certificate is made by the test
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=WAIT, context=context)
        return reply_on(connection, method, path, body, {"Host": "kg.example.org"} | headers)

    def query(self, text: str, **headers: str) -> Reply:
        return self.ask("GET", "/pfocr/sparql?" + urlencode({"query": text}), **({"Accept": JSON} | headers))


@pytest.fixture(scope="module")
def proxy(toy_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    nginx, openssl = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin"), shutil.which("openssl")
    if not nginx or not openssl:
        pytest.skip("nginx or openssl is not installed: apt-get install nginx-light openssl")
    folder = tmp_path_factory.mktemp("nginx")
    options = ("--root-path", "/pfocr", "--allow-host", "kg.example.org", "--metrics", "--max-results", "3MB")
    with serving(toy_build, *options, log=folder / "log") as kg, running(nginx, openssl, folder, kg) as port:
        yield Proxy(port, kg)


@contextmanager
def running(nginx: str, openssl: str, folder: Path, kg: Server) -> Iterator[int]:
    """Run nginx with the documented file, with other ports and the test's own certificate."""
    certificate, key, port, plain = folder / "cert.pem", folder / "key.pem", free_port(), free_port()
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=kg.example.org",
         "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )  # fmt: skip
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for ours, theirs in {
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{kg.port};",
        "rate=10r/s": "rate=1r/m",  # so that the test reaches the limit on a slow machine, too
        "/etc/ssl/certs/kg.example.org.pem": str(certificate),
        "/etc/ssl/private/kg.example.org.key": str(key),
    }.items():
        assert text.count(ours) == 1, ours
        text = text.replace(ours, theirs)
    (folder / "kg.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""  # because other users cannot enter the folders of tests
    temporary = "".join(f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy"))
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; {temporary} include {folder}/kg.conf; }}\n"
    )
    command = [nginx, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
    process = subprocess.Popen(command)
    try:
        until(lambda: listens(port) or process.poll() is not None)
        assert process.poll() is None, (folder / "error.log").read_text()
        yield port
    finally:
        process.terminate()
        process.wait(WAIT)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_pages_api_and_queries_pass_below_the_root_path(proxy: Proxy) -> None:
    for path in ("/pfocr/", "/pfocr/query", "/pfocr/static/app.js", "/pfocr/api/build", "/pfocr/sparql"):
        assert proxy.ask("GET", path).status == 200, path
    assert proxy.ask("GET", "/pfocr").headers["location"].endswith("/pfocr/")
    assert proxy.ask("GET", "/elsewhere").status == 404
    missing = proxy.ask("GET", "/pfocr/none", Accept="text/html")
    assert (missing.status, b'href="/pfocr/"' in missing.body) == (404, True)


@pytest.mark.parametrize("name", ["void", "sparql-examples"])
def test_what_clients_look_for_at_the_root_of_a_host_is_there(proxy: Proxy, name: str) -> None:
    reply = proxy.ask("GET", f"/.well-known/{name}", Accept="text/turtle")
    assert (reply.status, reply.kind.partition(";")[0]) == (200, "text/turtle")
    assert reply.body == proxy.ask("GET", f"/pfocr/.well-known/{name}", Accept="text/turtle").body
    page = proxy.ask("GET", f"/.well-known/{name}", Accept="text/html").body.decode()
    assert f'href="/pfocr/.well-known/{name}?format=ttl"' in page
    assert proxy.ask("GET", "/.well-known/other").status == 404


def test_the_server_sees_address_scheme_and_host_of_the_client(proxy: Proxy) -> None:
    reply = proxy.query("SELECT ?x { VALUES ?x { <#x> } }", X_Forwarded_For="203.0.113.7")
    assert reply.rows() == [{"x": "https://kg.example.org/pfocr/sparql#x"}]
    assert b"https://kg.example.org/pfocr/sparql" in proxy.ask("GET", "/pfocr/sparql", Accept="text/turtle").body
    assert "203.0.113.7" not in proxy.kg.log.read_text()  # a client cannot choose the address that it counts by


def test_long_queries_pass_and_answers_are_compressed(proxy: Proxy) -> None:
    text = "SELECT * { ?s ?p ?o } # " + "é{}" * 15_000
    reply = proxy.query(text, Accept_Encoding="gzip")
    assert (reply.status, reply.headers["content-encoding"]) == (200, "gzip")
    assert json.loads(gzip.decompress(reply.body))["results"]["bindings"]
    form = urlencode({"query": text}).encode()
    assert proxy.ask("POST", "/pfocr/sparql", form, Content_Type="application/x-www-form-urlencoded").status == 200


def test_a_long_answer_that_breaks_off_is_broken_for_the_client(proxy: Proxy) -> None:
    reply = proxy.query(EVERYTHING)
    assert (reply.status, reply.broken) == (200, True)


def test_metrics_are_for_this_machine_only(proxy: Proxy) -> None:
    assert proxy.ask("GET", "/pfocr/metrics").status == 200
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert "deny all;" in text.partition("location = /pfocr/metrics")[2].partition("}")[0]


def test_too_many_queries_of_one_address_are_refused_and_pages_still_come(proxy: Proxy) -> None:
    seen = {proxy.query("ASK {}").status for _ in range(60)}
    assert seen == {200, 429}
    assert proxy.ask("GET", "/pfocr/").status == 200
