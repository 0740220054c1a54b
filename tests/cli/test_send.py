"""`kg cytoscape` and `kg ndex`, against servers that record what they are asked."""

import base64
import json
import re
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from helpers.recording import Answer, Asked, recording
from ndex2.cx2 import RawCX2NetworkFactory

from kg.cli.main import main


def run(*arguments: str, **environment: str | None) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


def cytoscape(asked: Asked) -> Answer:
    """Answer as CyREST of Cytoscape 3.10 does."""
    known = {
        "GET /v1/version": Answer(body={"apiVersion": "v1", "cytoscapeVersion": "3.10.3"}),
        "POST /v1/networks": Answer(body={"networkSUID": 52}),
        "GET /v1/styles": Answer(body=["default"]),
        "PUT /v1/styles": Answer(204),
        "GET /v1/apply": Answer(body={"message": "done"}),
    }
    path = "/".join(asked.path.partition("?")[0].split("/")[:3])
    if (asked.method, path) == ("POST", "/v1/styles"):
        return Answer(201, {"title": asked.json["title"]})
    return known.get(f"{asked.method} {path}", Answer(404, {"message": "no such path"}))


def test_a_network_with_its_places_and_its_style_goes_to_cytoscape(seeds_build: Path) -> None:
    with recording(cytoscape) as server:
        said = run("cytoscape", "--build", str(seeds_build), "--of", "TNFSF11", "--port", str(server.port))
    assert said.exit_code == 0
    assert said.stderr == "Cytoscape 3.10.3: PFOCR ego of ncbigene:8600, 7 nodes, 20 edges, style PFOCR communities\n"
    assert server.lines == [
        "GET /v1/version",
        "POST /v1/networks?title=PFOCR+ego+of+ncbigene%3A8600&collection=PFOCR",
        "GET /v1/styles",
        "POST /v1/styles",
        "PUT /v1/styles/PFOCR%20communities/dependencies",
        "GET /v1/apply/styles/PFOCR%20communities/52",
        "GET /v1/apply/fit/52",
    ]
    network, style, locks = (server.asked[number].json for number in (1, 3, 4))
    places = [(node["position"]["x"], node["position"]["y"]) for node in network["elements"]["nodes"]]
    assert len(places) == len(set(places)) == 7
    assert style["title"] == "PFOCR communities"
    mappings = {mapping["visualProperty"]: mapping for mapping in style["mappings"]}
    assert mappings["NODE_LABEL"] == {
        "mappingType": "passthrough", "mappingColumn": "name", "mappingColumnType": "String",
        "visualProperty": "NODE_LABEL",
    }  # fmt: skip
    assert (
        {"key": "true", "value": "3"} in mappings["NODE_BORDER_WIDTH"]["map"]
        if "NODE_BORDER_WIDTH" in mappings
        else True
    )
    first = mappings["NODE_FILL_COLOR"]["points"][0]
    assert first == {"value": 1, "lesser": "#56B4E9", "equal": "#56B4E9", "greater": "#56B4E9"}
    assert {"visualProperty": "NODE_SHAPE", "value": "ELLIPSE"} in style["defaults"]
    assert locks == [
        {"visualPropertyDependency": "nodeSizeLocked", "enabled": False},
        {"visualPropertyDependency": "arrowColorMatchesEdge", "enabled": False},
    ]


def test_joined_numbers_are_a_style_of_their_own(seeds_build: Path, tmp_path: Path) -> None:
    table = tmp_path / "genes.csv"
    table.write_text("gene,change\nTNFSF11,-2\nRELA,1\n")
    with recording(cytoscape) as server:
        said = run("cytoscape", "--build", str(seeds_build), "--genes", str(table), "--port", str(server.port))
    assert "style PFOCR PFOCR network of 2 entities\n" in said.stderr
    [fill] = [each for each in server.asked[3].json["mappings"] if each["visualProperty"] == "NODE_FILL_COLOR"]
    assert [fill["mappingColumn"], *(point["value"] for point in fill["points"])] == ["change", -2.0, 0.0, 2.0]


def test_a_style_that_is_there_already_stays_as_it_is(seeds_build: Path) -> None:
    def with_style(asked: Asked) -> Answer:
        return Answer(body=["PFOCR"]) if asked.path == "/v1/styles" else cytoscape(asked)

    with recording(with_style) as server:
        run("cytoscape", "--build", str(seeds_build), "--style", "type", "--port", str(server.port))
    assert server.lines[2:] == ["GET /v1/styles", "GET /v1/apply/styles/PFOCR/52", "GET /v1/apply/fit/52"]


def test_without_cytoscape_the_error_says_what_to_do(seeds_build: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        port = str(taken.getsockname()[1])
        said = run("cytoscape", "--build", str(seeds_build), "--of", "TNFSF11", "--port", port)
    assert said.exit_code == 1
    assert said.stderr.startswith(f"kg: no Cytoscape at http://127.0.0.1:{port} (")
    assert "; start Cytoscape 3 and try again, give its port with --port, or open a file: kg export -o" in said.stderr


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(500, {"message": "broken"}), 'refuses GET /v1/version: 500 {"message": "broken"}'),
        (Answer(200, "<html>"), "the answer is not of Cytoscape; give its port with --port"),
        (Answer(200, {}), "Cytoscape answers without `cytoscapeVersion`: {}; update it to 3.8 or newer"),
    ],
)
def test_answers_of_other_programs_are_errors_of_one_line(seeds_build: Path, answer: Answer, said: str) -> None:
    with recording(lambda _: answer) as server:
        result = run("cytoscape", "--build", str(seeds_build), "--port", str(server.port))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert said in result.stderr


def test_numbers_as_colours_need_numbers(seeds_build: Path) -> None:
    said = run("cytoscape", "--build", str(seeds_build), "--style", "numbers")
    assert said.exit_code == 2
    assert "--style numbers shows joined numbers; give some with --genes FILE or --join TABLE" in said.stderr


# -- NDEx

ACCOUNT = {"NDEX_USER": "ada", "NDEX_PASSWORD": "s3cret:pass"}


def ndex(asked: Asked) -> Answer:
    """Answer as NDEx does: with the address of the new network."""
    host = asked.headers["Host"]
    return Answer(201, "", {"Location": f"http://{host}/v3/networks/0001"})


def test_nothing_is_sent_without_being_asked_for(seeds_build: Path) -> None:
    with recording(ndex) as server:
        address = f"http://127.0.0.1:{server.port}"
        said = run("ndex", "--build", str(seeds_build), "--of", "TNFSF11", "--server", address, **ACCOUNT)
    assert server.lines == []
    assert (said.exit_code, said.stdout) == (0, "")
    assert re.fullmatch(
        rf"PFOCR ego of ncbigene:8600, 7 nodes, 20 edges, [0-9,]+ bytes of CX2, to {address} as private, account ada\n"
        "nothing was sent; --upload sends it\n",
        said.stderr,
    )


@pytest.mark.parametrize(("options", "visibility"), [((), "PRIVATE"), (("--public",), "PUBLIC")])
def test_a_network_is_uploaded(seeds_build: Path, tmp_path: Path, options: tuple[str, ...], visibility: str) -> None:
    with recording(ndex) as server:
        address = f"http://127.0.0.1:{server.port}"
        said = run(
            "ndex", "--build", str(seeds_build), "--of", "TNFSF11", "--upload", "--server", address, *options, **ACCOUNT
        )
    assert (said.exit_code, said.stdout) == (0, f"{address}/v3/networks/0001\n")
    assert "s3cret" not in said.output
    [asked] = server.asked
    assert f"{asked.method} {asked.path}" == f"POST /v3/networks?visibility={visibility}"
    assert base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")) == b"ada:s3cret:pass"
    start, end = asked.body.index(b"[\n{"), asked.body.rindex(b"]") + 1
    (tmp_path / "sent.cx2").write_bytes(asked.body[start:end])
    network = RawCX2NetworkFactory().get_cx2network(str(tmp_path / "sent.cx2"))
    assert len(network.get_nodes()) == 7
    assert {type(node["x"]) for node in network.get_nodes().values()} <= {int, float}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            Answer(401, {"message": "s3cret:pass is wrong"}),
            "refuses the account ada; check NDEX_USER and NDEX_PASSWORD",
        ),
        (Answer(500, {"message": "s3cret:pass is broken"}), "did not take the network: "),
        (Answer(201, ""), "Unable to get URL"),
    ],
)
def test_errors_of_the_server_are_ours_and_have_no_password(seeds_build: Path, answer: Answer, said: str) -> None:
    with recording(lambda _: answer) as server:
        address = f"http://127.0.0.1:{server.port}"
        result = run("ndex", "--build", str(seeds_build), "--of", "TNFSF11", "--upload", "--server", address, **ACCOUNT)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "s3cret" not in result.output
    assert json.dumps(result.output).count("Traceback") == 0


def test_an_account_is_needed_and_its_password_never_goes_unencrypted(seeds_build: Path) -> None:
    nobody = run("ndex", "--build", str(seeds_build), "--upload", NDEX_USER=None, NDEX_PASSWORD=None)
    assert nobody.exit_code == 1
    assert "no account: set NDEX_USER and NDEX_PASSWORD in the environment; nothing was sent" in nobody.stderr
    for server in ("http://example.org", "ftp://127.0.0.1", "https://ada:x@example.org", "example.org", "https://[x"):
        plain = run("ndex", "--build", str(seeds_build), "--server", server, **ACCOUNT)
        assert plain.exit_code == 2
        assert "give an address such as https://www.ndexbio.org; http is for 127.0.0.1 only" in plain.stderr
