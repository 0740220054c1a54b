"""docs/data-model-tables.svg and docs/data-model-rdf.svg draw the data model; builds say whether the lines are right.

python tests/test_data_model_pictures.py      rewrites both pictures
"""

from html import escape
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyoxigraph
import pytest
from helpers.corpus import ROOT, write_toy
from helpers.rich import release_rich

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.model.build import SORT_KEYS
from kg.model.tables import TABLES

TABLES_PICTURE, RDF_PICTURE = (ROOT / "docs" / f"data-model-{name}.svg" for name in ("tables", "rdf"))

WIDTH, LINE, HEAD = 200, 20, 26
"""Pixels: the width of a box, the height of a line of text, and that of the name of a box."""

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1c2733 }
.name { font-weight: 600 }
.key { font-weight: 600; fill: #1d6b47 }
.rest, .label { fill: #51606f; font-size: 12px }
.label { paint-order: stroke; stroke: #fff; stroke-width: 4px }
.box { fill: #fff; stroke: #2f8f61; rx: 5 }
.head { fill: #d9efe3; stroke: #2f8f61; rx: 5 }
.line { fill: none; stroke: #51606f; stroke-width: 1.4 }
.maybe { stroke-dasharray: 5 4 }
"""


class Box(NamedTuple):
    """A box: its name, its left and top edge, its lines of class and text, and its width."""

    name: str
    left: int
    top: int
    lines: tuple[tuple[str, str], ...]
    width: int = WIDTH

    @property
    def height(self) -> int:
        return HEAD + LINE * len(self.lines) + 6

    def middle(self, text: str) -> int:
        """Return the height of the middle of a line of text, or of the name."""
        rows = [line for _, line in self.lines]
        return self.top + (HEAD + LINE * rows.index(text) + LINE // 2 + 3 if text in rows else HEAD // 2)


# -- tables

PLACES = {
    "citations": (20, 60),
    "papers": (320, 60),
    "figures": (620, 60),
    "members": (20, 230),
    "entities": (320, 230),
    "mentions": (620, 230),
    "words": (920, 230),
    "cooccurrences": (320, 420),
    "word_readings": (620, 420),
    "word_cooccurrences": (920, 420),
}
"""Left and top edge of each table."""

REFERENCES = {
    ("citations", "citing_id"): "papers",
    ("citations", "cited_id"): "papers",
    ("figures", "paper_id"): "papers",
    ("members", "family_id"): "entities",
    ("members", "entity_id"): "entities",
    ("mentions", "figure_id"): "figures",
    ("mentions", "entity_id"): "entities",
    ("mentions", "match"): "words",
    ("word_readings", "figure_id"): "figures",
    ("word_readings", "match"): "words",
    ("word_readings", "entity_id"): "entities",
    ("cooccurrences", "subject_id"): "entities",
    ("cooccurrences", "object_id"): "entities",
    ("word_cooccurrences", "subject_id"): "words",
    ("word_cooccurrences", "object_id"): "words",
}
"""Column of a table to the table whose key it holds."""

NOT_ALWAYS = {("word_readings", "entity_id"), ("citations", "citing_id")}
"""References that may lead elsewhere: no figure need mention what a word could have meant, and figures cite, too."""

WORD_OF = "concat('word:', url_encode({}))"
"""The key of a word, from its normal form."""


def tables_picture() -> str:
    boxes = {name: _table(name) for name in PLACES}
    lines = []
    for (name, column), target in REFERENCES.items():
        maybe = " maybe" if (name, column) in NOT_ALWAYS else ""
        path = _between(boxes[name], column, boxes[target], SORT_KEYS[target][0])
        lines.append(f'<path class="line{maybe}" d="{path}" marker-end="url(#end)"/>')
    legend = [
        '<text class="key" x="20" y="30">key</text>',
        '<path class="line" d="M70,26 H130" marker-end="url(#end)"/><text x="140" y="30">holds the key of</text>',
        '<path class="line maybe" d="M270,26 H330" marker-end="url(#end)"/>',
        '<text x="340" y="30">may hold the key of. A match is the key of its word without the prefix.</text>',
    ]
    title = "The ten tables with their keys, and which column holds the key of which table"
    return _svg(1190, 560, title, [*legend, *map(_box, boxes.values()), *lines])


def _table(name: str) -> Box:
    keys = SORT_KEYS[name]
    references = [column for table, column in REFERENCES if table == name and column not in keys]
    others = len(TABLES[name]) - len(keys) - len(references)
    rest = (("rest", f"and {others} columns"),) if others else ()
    return Box(name, *PLACES[name], (*(("key", key) for key in keys), *(("", one) for one in references), *rest))


def _between(source: Box, line: str, target: Box, target_line: str) -> str:
    """Draw a curve from a line of a box to one of another, beside it or above it."""
    y1, y2 = source.middle(line), target.middle(target_line)
    if source.left == target.left:
        side = source.left if source.name == "cooccurrences" else source.left + WIDTH
        bend = -45 if side == source.left else 45
        return f"M{side},{y1} C{side + bend},{y1} {side + bend},{y2} {side},{y2}"
    right = source.left < target.left
    x1, x2 = (source.left + WIDTH, target.left) if right else (source.left, target.left + WIDTH)
    bend = 45 if right else -45
    return f"M{x1},{y1} C{x1 + bend},{y1} {x2 - bend},{y2} {x2},{y2}"


# -- RDF

CLASSES = {
    "paper": ((20, 60), ("fabio:JournalArticle",)),
    "figure": ((20, 260), ("fabio:Figure", "schema:ImageObject")),
    "drawn word": ((20, 470), ("oa:Annotation",)),
    "association": (
        (640, 60),
        ("biolink:Association", "biolink:GeneToGeneAssociation", "biolink:CorrelatedGeneToDiseaseAssociation"),
    ),
    "entity": (
        (640, 250),
        ("biolink:Gene", "biolink:GeneFamily", "biolink:ChemicalEntity", "biolink:Disease", "kg:Keyword"),
    ),
    "candidate": ((640, 470), ("kg:RecordedCandidate", "kg:LexiconCandidate")),
    "word": ((300, 560), ("kg:Word", "oa:TextQuoteSelector")),
}
"""Box to its place and its classes."""

RIGHT, WIDE = 640, 300
"""The left edge and the width of the boxes on the right, whose names are long."""

IRIS = {
    "paper": ("http://purl.org/spar/fabio/JournalArticle",),
    "figure": ("http://purl.org/spar/fabio/Figure",),
    "drawn word": ("http://www.w3.org/ns/oa#Annotation",),
    "association": tuple(
        f"https://w3id.org/biolink/vocab/{name}"
        for name in ("Association", "GeneToGeneAssociation", "CorrelatedGeneToDiseaseAssociation")
    ),
    "entity": (
        *(f"https://w3id.org/biolink/vocab/{name}" for name in ("Gene", "GeneFamily", "ChemicalEntity", "Disease")),
        "https://w3id.org/pfocr-kg/vocab#Keyword",
    ),
    "candidate": tuple(f"https://w3id.org/pfocr-kg/vocab#{name}Candidate" for name in ("Recorded", "Lexicon")),
    "word": ("https://w3id.org/pfocr-kg/vocab#Word",),
}
"""Box to the IRIs of its classes."""

PROPERTIES = (
    ("paper", "cito:cites", "paper", "M220,72 C300,40 300,110 220,92", (286, 80)),
    ("figure", "dcterms:isPartOf", "paper", "M110,260 V114", (118, 180)),
    ("figure", "cito:cites", "paper", "M110,260 V114", (118, 198)),
    ("figure", "cito:citesAsSourceDocument", "paper", "M110,260 V114", (118, 216)),
    ("figure", "schema:mentions", "entity", "M220,290 H640", (380, 282)),
    ("drawn word", "oa:hasTarget", "figure", "M110,470 V334", (118, 410)),
    ("drawn word", "oa:hasBody", "entity", "M220,480 C420,480 420,340 640,340", (340, 400)),
    ("drawn word", "kg:candidate", "candidate", "M220,500 H640", (400, 492)),
    ("drawn word", "kg:drawnWord", "word", "M110,524 C110,600 200,600 300,600", (160, 572)),
    ("candidate", "kg:means", "entity", "M800,470 V384", (808, 432)),
    ("association", "biolink:subject", "entity", "M690,154 V250", (594, 210)),
    ("association", "biolink:object", "entity", "M720,154 V250", (728, 190)),
    ("entity", "kg:strongestAssociation", "association", "M860,250 V154", (868, 216)),
    ("entity", "kg:drawnWith", "entity", "M940,272 C1020,262 1020,302 940,292", (1008, 286)),
    (
        "entity",
        "biolink:occurs_together_in_literature_with",
        "entity",
        "M940,312 C1020,302 1020,342 940,332",
        (1008, 326),
    ),
    ("entity", "biolink:has_member", "entity", "M940,352 C1020,342 1020,382 940,372", (1008, 366)),
)
"""The property from one box to another, its line and the place of its name."""


def rdf_picture() -> str:
    boxes = [
        Box(name, *place, tuple(("", one) for one in classes), WIDE if place[0] == RIGHT else WIDTH)
        for name, (place, classes) in CLASSES.items()
    ]
    lines = [f'<path class="line" d="{path}" marker-end="url(#end)"/>' for _, _, _, path, _ in PROPERTIES]
    labels = [f'<text class="label" x="{x}" y="{y}">{name}</text>' for _, name, _, _, (x, y) in PROPERTIES]
    legend = (
        '<text x="20" y="30">A box: resources of one kind and their classes. A line: a property between them.</text>'
    )
    title = "The classes of the RDF and the properties between them"
    return _svg(1290, 650, title, [legend, *map(_box, boxes), *lines, *labels])


# -- drawing

ARROW = """<marker id="end" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">
<path d="M0,0 L10,5 L0,10 z" fill="#51606f"/></marker>"""
"""The end of a line."""


def _box(box: Box) -> str:
    parts = [
        f'<rect class="box" x="{box.left}" y="{box.top}" width="{box.width}" height="{box.height}"/>',
        f'<rect class="head" x="{box.left}" y="{box.top}" width="{box.width}" height="{HEAD}"/>',
        f'<text class="name" x="{box.left + 10}" y="{box.top + 18}">{escape(box.name)}</text>',
    ]
    parts += [
        f'<text class="{kind}" x="{box.left + 10}" y="{box.middle(line) + 5}">{escape(line)}</text>'
        for kind, line in box.lines
    ]
    return "".join(parts)


def _svg(width: int, height: int, title: str, parts: list[str]) -> str:
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{title}</title>",
        f"<style>{STYLE}</style>",
        ARROW,
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    return "\n".join([*lines, *parts, "</svg>", ""])


# -- tests


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory, seeds_build: Path, full_build: Path) -> list[Path]:
    """Give builds that together have every kind of row."""
    published = tmp_path_factory.mktemp("published")
    write_toy(published)
    release([str(published)], published / "exports", BuildParameters(min_figures=1, publish_q=1.0, publish_papers=1))
    return [seeds_build, full_build, release_rich(tmp_path_factory.mktemp("rich")), published / "exports"]


def test_the_pictures_are_fresh() -> None:
    assert TABLES_PICTURE.read_text(encoding="utf-8") == tables_picture()
    assert RDF_PICTURE.read_text(encoding="utf-8") == rdf_picture()


def test_every_table_is_drawn() -> None:
    assert set(PLACES) == set(TABLES)


@pytest.mark.parametrize(("name", "column", "target"), [(*line, target) for line, target in REFERENCES.items()])
def test_a_line_leads_to_a_row(builds: list[Path], name: str, column: str, target: str) -> None:
    rows = missing = 0
    for build in builds:
        value = WORD_OF.format(column) if column == "match" else column
        table, other = (f"read_parquet('{build}/tables/{one}.parquet')" for one in (name, target))
        unknown = f"{value} NOT IN (SELECT {SORT_KEYS[target][0]} FROM {other})"
        counts = duckdb.execute(f"SELECT count({column}), count(*) FILTER ({column} <> '' AND {unknown}) FROM {table}")
        rows, missing = (sum(pair) for pair in zip((rows, missing), counts.fetchall()[0], strict=True))
    assert rows > 0
    assert (name, column) in NOT_ALWAYS or missing == 0


def test_the_lines_between_classes_are_those_of_stores(builds: list[Path]) -> None:
    box = {iri: name for name, iris in IRIS.items() for iri in iris}
    seen = set()
    for build in builds:
        store = pyoxigraph.Store.read_only(str(build / "store"))
        query = "SELECT DISTINCT ?c ?p ?d { ?s ?p ?o ; a ?c . ?o a ?d }"
        for solution in store.query(query, use_default_graph_as_union=True):  # type: ignore[union-attr]
            one, name, other = (solution[key].value for key in ("c", "p", "d"))
            if one in box and other in box:
                seen.add((box[one], name.replace("#", "/").rsplit("/", 1)[-1], box[other]))
    drawn = {(one, name.partition(":")[2], other) for one, name, other, _, _ in PROPERTIES}
    assert seen == drawn


if __name__ == "__main__":
    TABLES_PICTURE.write_text(tables_picture(), encoding="utf-8")
    RDF_PICTURE.write_text(rdf_picture(), encoding="utf-8")
