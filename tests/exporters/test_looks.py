"""What fills mean in files of networks: types, communities or joined numbers, as a person chooses."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from helpers.recording import Answer, Asked, recording
from ndex2.cx2 import RawCX2NetworkFactory

from kg.cli.main import main
from kg.exporters import network_columns
from kg.exporters.community_style import COMMUNITIES, OTHER

FILLS = {1: COMMUNITIES[0], 2: COMMUNITIES[1], 7: COMMUNITIES[6]}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


def mapping(path: Path) -> dict[str, Any]:
    """Return the mapping of fills, as NDEx reads it."""
    network = RawCX2NetworkFactory().get_cx2network(str(path))
    fill: dict[str, Any] = network.get_visual_properties()["nodeMapping"]["NODE_BACKGROUND_COLOR"]
    assert fill["definition"]["attribute"] in network.get_attribute_declarations()["nodes"]
    return fill


@pytest.mark.parametrize(
    ("style", "column"), [(None, "change"), ("numbers", "change"), ("type", "type"), ("community", "community")]
)
def test_cx2_has_the_fills_that_are_asked_for(
    seeds_build: Path, tmp_path: Path, style: str | None, column: str
) -> None:
    table, path = tmp_path / "genes.csv", tmp_path / "a.cx2"
    table.write_text("gene,change\nTNFSF11,-2\nRELA,1\n")
    chosen = ("--style", style) if style else ()
    assert run("export", "--build", seeds_build, "--genes", table, *chosen, "-o", path).exit_code == 0
    assert mapping(path)["definition"]["attribute"] == column


def test_communities_of_cx2_and_cytoscape_js_have_their_colours(seeds_build: Path, tmp_path: Path) -> None:
    for name in ("a.cx2", "a.cyjs"):
        assert run("export", "--build", seeds_build, "--style", "community", "-o", tmp_path / name).exit_code == 0
    ranges = mapping(tmp_path / "a.cx2")["definition"]["map"]
    fills = {part["min"]: part["minVPValue"] for part in ranges if "min" in part}
    assert {number: fills[number] for number in FILLS} == FILLS
    assert (ranges[-1]["min"], ranges[-1]["minVPValue"]) == (8, OTHER)
    rules = {rule["selector"]: rule["style"] for rule in json.loads((tmp_path / "a.cyjs").read_text())["style"]}
    assert rules["node[community >= 1]"]["background-color"] == "mapData(community, 1, 2, #56B4E9, #E69F00)"
    assert rules["node[community >= 7]"]["background-color"] == "mapData(community, 7, 8, #CC79A7, #DDDDDD)"


def test_a_network_without_communities_has_types_in_cytoscape(
    seeds_build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_columns, "MOST_EDGES", 3)

    def cytoscape(asked: Asked) -> Answer:
        known = {"version": {"cytoscapeVersion": "3.10.3"}, "networks": {"networkSUID": 1}, "styles": ["PFOCR"]}
        return Answer(body=known.get(asked.path.partition("?")[0].rpartition("/")[2], {}))

    with recording(cytoscape) as server:
        said = run("cytoscape", "--build", seeds_build, "--port", server.port)
    assert said.stderr.endswith("style PFOCR\n")
    said = run("ndex", "--build", seeds_build, "--style", "community")
    assert (said.exit_code, "have no communities; --top takes fewer" in said.stderr) == (2, True)


def test_formats_without_a_look_refuse_one(seeds_build: Path, tmp_path: Path) -> None:
    said = run("export", "--build", seeds_build, "--style", "type", "-o", tmp_path / "a.graphml")
    assert (said.exit_code, "graphml has no look to choose; --style is for cx2 and cyjs" in said.stderr) == (2, True)
