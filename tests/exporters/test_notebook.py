"""Views in notebooks: the explorer inside a frame, pictures, and the notebook of the docs, which a kernel runs."""

import json
import re
import subprocess
import sys
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from helpers.corpus import ROOT

import kg
from kg.exporters import exporter
from kg.graph.views import CYTOSCAPE_LIMIT
from kg.runtime.plugins import install_command

NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
SOURCE = re.compile(r'<iframe srcdoc="([^"]*)" sandbox="allow-scripts allow-downloads allow-popups" ')


def test_a_view_is_the_explorer_inside_a_frame(seeds_build: Path) -> None:
    with kg.open(seeds_build) as graph, graph.view("ego", of="TNFSF11") as view:
        html = view._repr_html_()
        file = BytesIO()
        exporter("html").write(graph, view, file)
    assert html is not None
    [page] = SOURCE.findall(html)
    assert unescape(page) == file.getvalue().decode()
    assert html.endswith("</iframe><p><b>PFOCR ego of ncbigene:8600</b>: 7 nodes, 20 edges, 1.0 MB</p>")
    assert view.closed
    assert view._repr_html_() is None


def test_a_view_that_is_too_large_says_how_to_make_it_smaller(seeds_build: Path) -> None:
    with kg.open(seeds_build) as graph:
        html = graph.view("co-occurrence", kg.Filters(min_figures=1))._repr_html_() or ""
        smaller = graph.view("co-occurrence", kg.Filters(min_figures=1), limit=CYTOSCAPE_LIMIT)._repr_html_() or ""
    assert "iframe" not in html
    assert "A notebook shows fewer than 3,000; make the view smaller with limit= or with kg.Filters(top=...)" in html
    assert SOURCE.search(smaller)


def test_a_picture_shows_the_strongest_pairs(seeds_build: Path, tmp_path: Path) -> None:
    with kg.open(seeds_build) as graph, graph.view("ego", of="TNFSF11") as view:
        figure = view.plot(top=3)
        texts = {text.get_text() for text in [*figure.texts, *figure.axes[0].texts]}
        assert {"The neighbourhood of TNFSF11", "TNFSF11", "TNFRSF11A", "NFATC1"} <= texts
        assert "the strongest 3 of 20 pairs; least figures of a pair: 2" in texts
        assert len(figure.axes[0].texts) == 3 + 1
        figure.savefig(tmp_path / "picture.svg")
        assert (tmp_path / "picture.svg").read_text().startswith("<?xml")
        pictures = {bytes(view.plot()._repr_png_()) for _ in range(2)}  # type: ignore[attr-defined]
        assert len(pictures) == 1
        assert pictures.pop().startswith(b"\x89PNG")
        nothing = graph.view("co-occurrence", kg.Filters(min_figures=100)).plot()
        assert any("Nothing to draw" in text.get_text() for text in nothing.texts)


def test_the_network_of_a_list_is_shown_as_any_view(seeds_build: Path) -> None:
    numbers = {"gene": ["OPG", "RANKL"], "fold change": [-1.5, 2.0]}
    with kg.open(seeds_build) as graph, graph.network(["RANKL", "OPG", "TRAF6"], columns=numbers) as view:
        assert SOURCE.search(view._repr_html_() or "")
        figure = view.plot()
        texts = {text.get_text() for text in [*figure.texts, *figure.axes[0].texts]}
    assert {"Drawn together: 3 entities", "TNFSF11", "TNFRSF11B", "TRAF6"} <= texts


def test_a_picture_that_cannot_be_drawn_is_an_error_of_the_family(seeds_build: Path) -> None:
    with kg.open(seeds_build) as graph:
        for name in ("full", "bipartite", "words"):
            with pytest.raises(kg.QueryError, match=f"the {name} view has no picture; take one of pairs of entities"):
                graph.view(name).plot()
        view = graph.view("ego", of="TNFSF11")
        with pytest.raises(kg.ParameterError, match="top=0 is not a whole number"):
            view.plot(top=0)
    with pytest.raises(kg.KgError, match="is closed"):
        view.plot()


def test_without_matplotlib_a_picture_says_how_to_install_it(seeds_build: Path) -> None:
    script = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import kg\n"
        "view = kg.open(sys.argv[1]).view('ego', of='TNFSF11')\n"
        "print(len(view._repr_html_()) > 900_000)\n"
        "try: view.plot()\n"
        "except kg.KgError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(seeds_build)], capture_output=True, text=True, check=True)
    message = f"a picture needs matplotlib, which is not installed; install it with: {install_command('plot')}"
    assert done.stdout == f"True\n{message}\n"


# -- the notebook of the docs


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_the_notebook_is_stored_without_outputs() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    notebook = json.loads(text)
    assert text == json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    assert [cell["outputs"] for cell in code_cells(notebook)] == [[]] * len(code_cells(notebook))
    assert {cell["execution_count"] for cell in code_cells(notebook)} == {None}


@pytest.mark.slow
def test_the_notebook_runs_on_the_seeds(seeds_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    nbformat = pytest.importorskip("nbformat")
    # The kernel is this Python, whatever kernels the machine has.
    kernel = {"argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], "language": "python"}
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps(kernel | {"display_name": "Python 3"}), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    place = tmp_path / "place"
    place.mkdir()
    (place / "exports").symlink_to(seeds_build)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(place)}}).execute()

    shown = [[output.get("data", {}) for output in cell["outputs"]] for cell in code_cells(notebook)]
    texts = [output["text"] for cell in code_cells(notebook) for output in cell["outputs"] if "text" in output]
    assert shown[0][0]["text/plain"] == "3"
    assert "unmatched: no such gene" in texts[0]
    assert "<b>partners of TNFSF11</b>: 6 rows" in shown[1][0]["text/html"]
    assert any(SOURCE.search(data.get("text/html", "")) for outputs in shown for data in outputs)
    assert any("image/png" in data for outputs in shown for data in outputs)
