"""Views in notebooks: the explorer inside a frame, pictures, and the notebook of the docs, which a kernel runs."""

import re
import sys
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest

import kg
from kg.exporters import exporter
from kg.graph.views import CYTOSCAPE_LIMIT

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


def test_a_picture_that_cannot_be_drawn_is_an_error_of_the_family(
    seeds_build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kg.open(seeds_build) as graph:
        for name in ("full", "bipartite", "words"):
            with pytest.raises(kg.QueryError, match=f"the {name} view has no picture; take one of pairs of entities"):
                graph.view(name).plot()
        view = graph.view("ego", of="TNFSF11")
        with pytest.raises(kg.ParameterError, match="top=0 is not a whole number"):
            view.plot(top=0)
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        monkeypatch.delitem(sys.modules, "kg.exporters.plots.drawing", raising=False)
        with pytest.raises(
            kg.KgError, match=r"a picture needs matplotlib\S*, which is not installed; install it with: "
        ):
            view.plot()
    with pytest.raises(kg.KgError, match="is closed"):
        view.plot()
