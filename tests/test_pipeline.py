"""docs/pipeline.md lists every SQL statement in the order in which they run; docs/pipeline.svg draws those of a build.

python tests/test_pipeline.py      rewrites both pages from the SQL files
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

import networkx as nx
from helpers.corpus import ROOT

from kg.engines.statements import Statement, Statements
from kg.model.tables import RAW, RAW_FILES, TABLES

PAGE, PICTURE = ROOT / "docs" / "pipeline.md", ROOT / "docs" / "pipeline.svg"

BUILD = (
    ("building", "read"),
    ("ingest", "citations"),
    ("building", "precedence"),
    ("building", "resolve"),
    ("building", "words"),
    ("building", "readings"),
    ("building", "publish"),
    ("cooccurrence", "prepare"),
    ("cooccurrence", "count"),
    ("building", "report"),
)
"""Package and step of every SQL file that `kg build` runs, in order."""

READERS = {
    "building": "Learn words from a corpus",
    "graph": "Read a build: views, lookups and names",
    "enrichment": "Test a list against all figures",
    "rdf": "Write RDF",
    "exporters": "Write other formats",
    "exporters.plots": "Draw plots",
    "publishing": "Publish a release",
    "diff": "Compare two builds",
    "validation": "Validate a build",
    "web.explorer": "Serve the explorer",
}
"""Packages that read the published tables, and what for."""

RAW_TABLES = [name for name, _ in (*RAW.values(), RAW_FILES)]


class Step(NamedTuple):
    """A SQL file: its package without `kg.`, its name, its introduction and its statements."""

    package: str
    name: str
    introduction: str
    statements: tuple[Statement, ...]

    @property
    def path(self) -> str:
        return f"kg/{self.package.replace('.', '/')}/sql/{self.name}.sql"


def step(package: str, name: str) -> Step:
    path = ROOT / "kg" / package.replace(".", "/") / "sql" / f"{name}.sql"
    head = path.read_text(encoding="utf-8").partition("-- name: ")[0]
    introduction = " ".join(line.removeprefix("--").strip() for line in head.splitlines())
    return Step(package, name, introduction.strip(), Statements(f"kg.{package}", name).all())


def steps() -> tuple[list[Step], list[Step]]:
    """Return the steps of a build, in order, and those that read one."""
    files = sorted((ROOT / "kg").rglob("sql/*.sql"))
    every = [(".".join(path.parent.parent.relative_to(ROOT / "kg").parts), path.stem) for path in files]
    readers = [step(package, name) for package in READERS for package_, name in every if package_ == package]
    return [step(*names) for names in BUILD], [each for each in readers if (each.package, each.name) not in BUILD]


# -- the page


def page() -> str:
    build, readers = steps()
    lines = [
        "# Pipeline",
        "",
        "Written from the heads of the SQL files by `python tests/test_pipeline.py`: every table between the files",
        "that are read and the tables that are published, in the order in which they are made. The columns of the",
        "published tables, which stand in bold here, are defined in [data-model.md](data-model.md).",
        "",
        "A statement makes a *table* or a *view* under its name, or gives *rows* that Python reads; *Python* marks a",
        "table that Python appends at that point. A statement with a twin for another engine is listed once.",
        "",
        "![What reads what in a build](pipeline.svg)",
        "",
        "## Build",
        "",
    ]
    for part in build:
        lines += _section(part)
    for package, title in READERS.items():
        if parts := [part for part in readers if part.package == package]:
            lines += [f"## {title}", ""]
            for part in parts:
                lines += _section(part)
    return "\n".join(lines)


def _section(part: Step) -> list[str]:
    lines = [f"### {part.name}", "", f"[`{part.path}`](../{part.path})", ""]
    lines += [part.introduction, ""] if part.introduction else []
    lines += ["| name | kind | reads | meaning |", "|---|---|---|---|"]
    for statement in part.statements:
        if not statement.dialect:
            name = f"**{statement.name}**" if statement.name in TABLES else statement.name
            kind = "Python" if statement.kind == "python" else statement.kind
            meaning = statement.comment.replace("\n", " ").replace("|", "\\|")
            lines.append(f"| {name} | {kind} | {', '.join(statement.reads)} | {meaning} |")
    return [*lines, ""]


# -- the picture

WIDTH, LEFT, NODE, HEIGHT, GAP, ROW, HEAD = 1480, 18, 172, 24, 10, 58, 30
"""Pixels: the sheet, its margin, a node's width and height, the gap between nodes, a row, and a band's head."""

STYLE = """
text { font: 11.5px system-ui, sans-serif; fill: #1c2733 }
.step { font-weight: 600; font-size: 13px; fill: #51606f }
.band { fill: #f5f7f9 }
.edge { fill: none; stroke: #7b8ea1; stroke-opacity: .45 }
.node rect { fill: #fff; stroke: #8797a8; rx: 4 }
.view rect { stroke-dasharray: 4 3 }
.python rect { fill: #fff4d6; stroke: #d2a93c }
.published rect { fill: #d9efe3; stroke: #2f8f61 }
.published text { font-weight: 600 }
.rows rect { fill: #eceff7; stroke: #7c8cc2 }
"""


class Node(NamedTuple):
    """A table in the picture: its name, its class, its row and its left edge."""

    name: str
    kind: str
    top: float
    left: float


def picture() -> str:
    """Draw what reads what: a band a step, in it a row a generation, each node below what it reads."""
    build, _ = steps()
    nodes: dict[str, Node] = {}
    bands: list[tuple[str, float, float]] = []
    edges: list[tuple[str, str]] = []
    top = 44.0
    for part in build:
        start = top
        top += HEAD
        statements = [one for one in part.statements if not one.dialect and one.name not in nodes]
        for row in _rows(statements):
            nodes |= {node.name: node for node in _placed(row, top, nodes)}
            top += ROW
        edges += [(source, one.name) for one in statements for source in one.reads if source != one.name]
        bands.append((part.name, start, top - 10))
        top += 10
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top:.0f}" role="img">',
        "<title>What reads what in a build</title>",
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{top:.0f}" fill="#fff"/>',
        *_legend(),
    ]
    for name, start, end in bands:
        lines.append(
            f'<rect class="band" x="8" y="{start:.0f}" width="{WIDTH - 16}" height="{end - start:.0f}" rx="6"/>'
        )
        lines.append(f'<text class="step" x="{LEFT}" y="{start + 20:.0f}">{escape(name)}</text>')
    lines += [_edge(nodes[source], nodes[target]) for source, target in edges if source in nodes]
    lines += [_node(node) for node in nodes.values()]
    return "\n".join([*lines, "</svg>", ""])


def _rows(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Yield the statements of a step by generation: first those that read nothing of the same step."""
    inside = {statement.name: statement for statement in statements}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(inside)
    graph.add_edges_from((source, one.name) for one in statements for source in one.reads if source in inside)
    graph.remove_edges_from([*nx.selfloop_edges(graph)])
    most = (WIDTH - 2 * LEFT) // (NODE + GAP)
    for generation in nx.topological_generations(graph):
        names = [name for name in inside if name in set(generation)]
        for first in range(0, len(names), most):
            yield [inside[name] for name in names[first : first + most]]


def _placed(row: Sequence[Statement], top: float, nodes: dict[str, Node]) -> Iterator[Node]:
    """Place each node below the middle of what it reads, and no two on top of each other."""
    wanted: dict[str, float] = {}
    step_width = (WIDTH - 2 * LEFT - NODE) / max(len(row) - 1, 1)
    for number, statement in enumerate(row):
        sources = [nodes[source].left for source in statement.reads if source in nodes]
        wanted[statement.name] = sum(sources) / len(sources) if sources else LEFT + number * step_width
    order = sorted(row, key=lambda statement: (wanted[statement.name], statement.name))
    lefts: list[float] = []
    for number, statement in enumerate(order):
        least = lefts[-1] + NODE + GAP if lefts else LEFT
        most = WIDTH - LEFT - (len(order) - number) * (NODE + GAP) + GAP
        lefts.append(min(max(wanted[statement.name], least), most))
    for statement, left in zip(order, lefts, strict=True):
        kind = "published" if statement.name in TABLES else statement.kind
        yield Node(statement.name, kind, top, round(left))


def _node(node: Node) -> str:
    box = f'<rect x="{node.left:.0f}" y="{node.top:.0f}" width="{NODE}" height="{HEIGHT}"/>'
    middle, base = node.left + NODE / 2, node.top + 16
    text = f'<text x="{middle:.0f}" y="{base:.0f}" text-anchor="middle">{escape(node.name)}</text>'
    return f'<g class="node {node.kind}">{box}{text}</g>'


def _edge(source: Node, target: Node) -> str:
    x1, y1, x2, y2 = source.left + NODE / 2, source.top + HEIGHT, target.left + NODE / 2, target.top
    bend = max(20, (y2 - y1) / 2)
    curve = f"C{x1:.0f},{y1 + bend:.0f} {x2:.0f},{y2 - bend:.0f} {x2:.0f},{y2:.0f}"
    return f'<path class="edge" d="M{x1:.0f},{y1:.0f} {curve}"/>'


def _legend() -> Iterator[str]:
    kinds = ("table", "view", "python", "rows", "published")
    for number, kind in enumerate(kinds):
        label = {"python": "appended by Python", "rows": "rows that Python reads"}.get(kind, kind)
        yield _node(Node(label, kind, 10, LEFT + number * (NODE + GAP)))


# -- tests


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_picture_is_fresh() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture()


def test_every_sql_file_is_on_the_page() -> None:
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "kg").rglob("sql/*.sql")}
    build, readers = steps()
    assert {part.path for part in [*build, *readers]} == files


def test_a_statement_of_a_build_reads_what_was_made_before_it() -> None:
    made = defaultdict[str, bool](bool)
    outside: set[str] = set()
    for statement in _statements(steps()[0]):
        outside |= {name for name in statement.reads if not made[name]}
        made[statement.name] = True
    assert {name for name in outside if not re.match(r"previous_", name)} == set()


def _statements(parts: Iterable[Step]) -> Iterator[Statement]:
    return (statement for part in parts for statement in part.statements if not statement.dialect)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    PICTURE.write_text(picture(), encoding="utf-8")
