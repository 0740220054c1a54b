"""The static explorer and the files of the pages: the same bytes, nothing from elsewhere, no markup of others."""

import base64
import hashlib
import json
import re
import tomllib
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from helpers.doubts import build_doubts
from helpers.markup import MARKUP, build_markup

from kg.errors import QueryError
from kg.exporters import html as exporter
from kg.exporters.cytoscape_style import stylesheet
from kg.exporters.html import Html
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.views import CYTOSCAPE_LIMIT, Filters
from kg.model.identifiers import expand, page

WEB = Path(exporter.__file__).parent.parent / "web"
SCRIPT = re.compile(r"<script(| type=\"module\")>(.*?)</script>", re.DOTALL)
EMBEDDED = re.compile(r'<script type="application/json" id="embedded">(.*?)</script>', re.DOTALL)


def written(build: Path, name: str = "co-occurrence", filters: Filters = Filters(), **more: Any) -> str:
    file = BytesIO()
    with KnowledgeGraph(build) as graph:
        Html().write(graph, graph.view(name, filters, **more), file)
    return file.getvalue().decode()


def embedded(text: str) -> dict[str, Any]:
    [found] = EMBEDDED.findall(text)
    kept: dict[str, Any] = json.loads(found)
    columns, *rows = kept["edges"]
    kept["edges"] = [dict(zip(columns, row, strict=False)) for row in rows]
    for edge in kept["edges"]:
        edge |= {end: kept["nodes"][edge[end]]["id"] for end in ("source", "target")}
        edge["evidence"] = [kept["figures"][place]["figid"] for place in edge.get("evidence") or ()]
    return kept


def test_the_toy_corpus_worked_by_hand(record_build: Path) -> None:
    kept = embedded(written(record_build, filters=Filters(min_figures=1), of=None))
    names = {node["id"]: node["name"] for node in kept["nodes"]}
    assert names["ncbigene:7157"] == "TP53"
    [edge] = [each for each in kept["edges"] if {each["source"], each["target"]} == {"ncbigene:4193", "ncbigene:7157"}]
    # MDM2 and TP53 are drawn together in b (2001) and d, whose table is all that is known of it.
    assert (edge["figures"], edge["papers"], edge["weight"]) == (2, 2, 2)
    assert edge["evidence"] == ["PMC1__b", "PMC3__d"]
    figures = {each["figid"]: each for each in kept["figures"]}
    assert figures["PMC1__b"]["year"] == 2001
    assert figures["PMC1__b"]["words"]["ncbigene:7157"] == ["p53"]
    assert figures["PMC3__d"]["words"]["ncbigene:7157"] == ["TP53"]
    tp53 = next(node for node in kept["nodes"] if node["id"] == "ncbigene:7157")
    assert tp53["years"] == [[2001, 2]]
    assert tp53["words"] == [
        {"word": "P53", "status": "given", "figures": 2, "probability": 1},
        {"word": "TP53", "status": "given", "figures": 1, "probability": 1},
    ]
    assert kept["build"]["min_figures"] == 1
    assert kept["of"] == []


def test_the_page_of_an_entity_says_whose_it_is(seeds_build: Path) -> None:
    text = written(seeds_build, "ego", of="TRAF6")
    kept = embedded(text)
    assert kept["of"] == ["ncbigene:7189"]
    assert "<title>TRAF6 in pathway figures</title>" in text
    assert len(kept["nodes"]) == 7
    assert len(kept["edges"]) == 20
    assert {figid for edge in kept["edges"] for figid in edge["evidence"]} == {
        each["figid"] for each in kept["figures"]
    }


def test_a_page_has_the_readings_of_its_figures_by_hand(tmp_path: Path) -> None:
    kept = embedded(written(build_doubts(tmp_path), "ego", Filters(min_figures=1), of="ncbigene:1387"))
    figures = {each["figid"]: each for each in kept["figures"]}
    (word,) = figures["PMC1__a"]["readings"]["ncbigene:1387"]
    assert (word["word"], word["probability"]) == ("CBP", 1)
    assert [(each["name"], each["source"], each["recorded"]) for each in word["candidates"]] == [
        ("CREBBP", "curated", False)
    ]
    crebbp = next(node for node in kept["nodes"] if node["id"] == "ncbigene:1387")
    assert crebbp["words"] == [{"word": "CBP", "status": "given", "figures": 3, "probability": 1}]
    assert crebbp["years"] == [[2001, 1], [2005, 1], [2010, 1]]
    opsin = embedded(written(tmp_path / "exports", "ego", Filters(min_figures=1), of="ncbigene:5956"))
    (node,) = [each for each in opsin["nodes"] if each["id"] == "ncbigene:5956"]
    assert (node["figures"], node["doubtful_figures"], node["probability"]) == (1, 3, 0.25)
    assert node["years"] == [[2010, 1]]  # CBP in a, b and c is not likely to mean it


@pytest.mark.parametrize("view", ["co-occurrence", "ego", "words", "figure", "bipartite", "full"])
def test_every_view_is_a_page(seeds_build: Path, view: str) -> None:
    of = {"ego": "TNFSF11", "figure": "PMC2374958__bcr1848-1"}.get(view)
    with KnowledgeGraph(seeds_build) as graph:
        made = graph.view(view, of=of, limit=CYTOSCAPE_LIMIT)
        file = BytesIO()
        assert Html().write(graph, made, file) == made.n_nodes + made.n_edges
        kept = embedded(file.getvalue().decode())
        assert (len(kept["nodes"]), len(kept["edges"])) == (made.n_nodes, made.n_edges)
    ids = {node["id"] for node in kept["nodes"]}
    assert {edge[end] for edge in kept["edges"] for end in ("source", "target")} <= ids


def test_the_seeds_are_a_small_file_and_the_same_bytes_twice(seeds_build: Path) -> None:
    everything = written(seeds_build, filters=Filters(min_figures=1))
    assert len(everything.encode()) < 2_000_000
    assert everything == written(seeds_build, filters=Filters(min_figures=1))


def test_the_page_loads_nothing_and_runs_its_own_scripts_only(seeds_build: Path) -> None:
    text = written(seeds_build, "ego", of="TNFSF11")
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy.startswith("default-src 'none'; ")
    digests = [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for _, code in SCRIPT.findall(text)]
    assert re.findall(r"'sha256-([^']*)'", policy) == digests
    assert len(digests) == 6  # theme, four libraries, the explorer
    outside = EMBEDDED.sub("", SCRIPT.sub("", text))
    assert not re.findall(r"<(?:script|link|img|iframe)\b", outside)
    assert "url(" not in outside
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]


def test_hostile_names_stay_names(tmp_path: Path) -> None:
    text = written(build_markup(tmp_path))
    kept = embedded(text)
    names = {node["name"] for node in kept["nodes"]}
    assert {MARKUP[0], MARKUP[1], unescape(MARKUP[3])} <= names
    # One end tag a script and one for the view; nothing of what the records say is markup or a line end.
    assert text.count("</script") == len(SCRIPT.findall(text)) + 1
    assert "<img" not in text
    assert not re.search("[\u2028\u2029]", text)


def test_what_no_browser_draws_is_refused(seeds_build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporter, "MOST", 26)
    with pytest.raises(QueryError, match="html: 27 nodes and edges, and a browser draws 26; narrow it: --of"):
        written(seeds_build)


# -- the files of the pages


def test_the_pages_have_the_look_of_the_exports() -> None:
    text = (WEB / "static" / "look.js").read_text(encoding="utf-8")
    found = text.partition("export const LOOK = ")[2].rstrip(";\n")
    wanted = "[\n" + ",\n".join(f"  {json.dumps(rule)}" for rule in stylesheet()) + ",\n]"
    assert found == wanted, f"write this into look.js:\n{wanted}"


def test_addresses_of_identifiers_are_those_of_the_library() -> None:
    text = (WEB / "static" / "links.js").read_text(encoding="utf-8")
    pages = re.findall(r'^  "?([\w.]+)"?: "(.*)",$', text, re.MULTILINE)
    assert len(pages) == 9
    for prefix, start in pages:
        assert start + "X" == (page(f"{prefix}:X") or expand(f"{prefix}:X"))
    [figure] = re.findall(r"figid\) => `(.*)`", text)
    assert figure.replace("${figid}", "PMC1__f") == expand("pfocr:PMC1__f")


def test_the_vendored_files_are_those_of_the_lock() -> None:
    folder = WEB / "vendor"
    locked = tomllib.loads((folder / "vendor.lock.toml").read_text(encoding="utf-8"))["library"]
    sums = {each["file"]: each["sha256"] for library in locked for each in library["files"]}
    there = {each.name for each in folder.iterdir()} - {"vendor.lock.toml"}
    assert set(sums) == there
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    for library in locked:
        assert library["version"]
        assert library["licence"]
        assert any("licen" in each["file"].lower() for each in library["files"])


def test_pages_name_their_files_relative_to_themselves() -> None:
    """A proxy may put them below any path."""
    for path in (WEB / "static").glob("*.html"):
        for address in re.findall(r'(?:href|src)="([^"#]*)"', path.read_text(encoding="utf-8")):
            assert not address.startswith(("/", "http")), f"{path.name}: {address}"
            folder, _, _ = address.partition("/")
            assert folder not in {"static", "vendor"} or (WEB / address).is_file(), f"{path.name}: {address}"


def test_modules_import_what_others_export() -> None:
    exports, imports = {}, []
    for path in (WEB / "static").glob("*.js"):
        code = path.read_text(encoding="utf-8")
        exports[path.stem] = set(re.findall(r"^export (?:async )?(?:function|class|const) (\w+)", code, re.MULTILINE))
        for names, other in re.findall(r'^import \{ ([^}]*) \} from "\./(\w+)\.js";', code, re.MULTILINE):
            imports += [(path.stem, other, name) for name in names.split(", ")]
    assert len(imports) > 40
    assert [each for each in imports if each[2] not in exports[each[1]]] == []
