"""Draws a build's network as Cytoscape shows it after several cuts, side by side: docs/cuts.png.

python benchmarks/cuts.py BUILD -o docs/cuts.png
"""

import argparse
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

import kg
from kg.exporters.community_style import COMMUNITIES, OTHER
from kg.exporters.network_columns import network_columns
from kg.graph.views import CYTOSCAPE_LIMIT, Cut, View

CUTS: tuple[tuple[str, Cut, kg.Filters], ...] = (
    ("the two best of each node (default)", "nodes", kg.Filters()),
    ("--cut weight", "weight", kg.Filters()),
)
"""Title, cut and filters of each panel."""

NAMED = len(COMMUNITIES)
"""Communities of which the node with the most pairs has a name."""


def draw(axes: Axes, view: View, title: str) -> None:
    """Draw a view at the places and in the colours that its files have."""
    columns = network_columns(view)
    places = {node.id: (columns.of(node.id)["x"], -columns.of(node.id)["y"]) for node in view.nodes()}
    lines = [(places[edge.source], places[edge.target]) for edge in view.edges()]
    axes.add_collection(LineCollection(lines, colors="#7F7F7F", linewidths=0.35, alpha=0.5))
    numbers = [int(columns.of(id_)["community"]) for id_ in places]
    fills = [COMMUNITIES[number - 1] if number <= len(COMMUNITIES) else OTHER for number in numbers]
    across, down = zip(*places.values(), strict=True)
    axes.scatter(across, down, s=9, c=fills, edgecolors="#333333", linewidths=0.2, zorder=2)
    names = {node.id: node.attributes["name"] for node in view.nodes()}
    hubs: dict[int, str] = {}
    for id_ in sorted(places, key=lambda id_: (-columns.of(id_)["degree"], id_)):
        hubs.setdefault(int(columns.of(id_)["community"]), id_)
    for id_ in (hubs[number] for number in sorted(hubs)[:NAMED]):
        box = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
        axes.text(*places[id_], names[id_], fontsize=6, ha="center", va="center", bbox=box, zorder=3)
    axes.set_title(f"{title}\n{view.n_nodes:,} nodes, {view.n_edges:,} pairs", fontsize=9)
    axes.set_aspect("equal")
    axes.axis("off")


def main() -> None:
    """Draw the cuts of a build into a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    mpl.rcParams["font.family"] = "DejaVu Sans"
    figure = Figure(figsize=(11, 5.2), layout="constrained")
    with kg.open(options.build) as graph:
        for axes, (title, cut, filters) in zip(figure.subplots(1, len(CUTS)), CUTS, strict=True):
            with graph.view("co-occurrence", filters, limit=CYTOSCAPE_LIMIT, cut=cut) as view:
                draw(axes, view, title)
    figure.savefig(options.output, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()
