"""Where the nodes of a drawn network go: near what they are tied to, and no label over another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from kg.exporters.plots.page import Reals

GAP, TIE = 0.16, 0.8
"""Inches between two labels, and of a tie."""

STEP = 0.03
"""Inches by which a label is moved off a tie at a time."""

FAR = 0.8
"""The power of distances: below 1 draws tails in and leaves room in the middle."""


def placed(ends: Sequence[tuple[int, int]], strengths: Reals, boxes: Reals) -> Reals:
    """Give the middle of each node, in inches; the lower left corner of all of them is at 0, 0.

    Nodes are numbers from 0 to len(boxes); `ends` and `strengths` (above 0) are of the edges, and `boxes` has the width
    and height of each label in inches. The same network is placed in the same way.
    """
    graph: nx.Graph[int] = nx.empty_graph(len(boxes))
    lengths = 1 + 0.8 * (1 - np.sqrt(strengths / strengths.max()))
    graph.add_edges_from((*pair, {"length": length}) for pair, length in zip(ends, lengths.tolist(), strict=True))
    parts = [sorted(part) for part in nx.connected_components(graph)]
    parts.sort(key=lambda part: (-len(part), part))
    points = np.zeros((len(boxes), 2))
    for part in parts:
        points[part] = _near(graph.subgraph(part), part, boxes[part])
        points = _clear(points, np.array([pair for pair in ends if pair[0] in part]), part, boxes)
        points[part] = _apart(points[part], boxes[part])
    sizes = [(points[part] + boxes[part] / 2).max(axis=0) + 2 * GAP for part in parts]
    for part, corner in zip(parts, _packed(sizes), strict=True):
        points[part] += corner
    return _at_zero(points, boxes)


def _near(graph: nx.Graph[int], nodes: list[int], boxes: Reals) -> Reals:
    """Lay connected nodes out by Kamada and Kawai (1989), from a circle in the order of their ties.

    Ties are of about the same length everywhere, and there is room for the labels; pages are wider than high.
    """
    known = dict(nx.all_pairs_dijkstra_path_length(graph, weight="length"))
    wanted = np.array([[known[one][other] for other in nodes] for one in nodes]) ** FAR
    start = nx.circular_layout(nx.dfs_tree(graph, nodes[0]))
    dist = {one: dict(zip(nodes, row, strict=True)) for one, row in zip(nodes, wanted.tolist(), strict=True)}
    found = nx.kamada_kawai_layout(graph, dist=dist, pos=start)
    points: Reals = np.array([found[node] for node in nodes])
    spans = np.linalg.norm(points[:, None] - points[None], axis=2)
    tie = TIE * wanted.sum() / spans.sum()
    side = max(tie, np.sqrt(np.prod(boxes + GAP, axis=1).sum()))
    points *= np.array([1.3, 1.0]) * side
    return points


def _clear(points: Reals, ends: NDArray[np.int64], nodes: list[int], boxes: Reals) -> Reals:
    """Move nodes a little off the ties of others, which would look like their own; in a dense network not all can."""
    room = boxes[nodes] / 2 + GAP / 2
    ours = (ends[:, :1] == nodes) | (ends[:, 1:] == nodes)
    for _ in range(60):
        start, along = points[ends[:, 0]], points[ends[:, 1]] - points[ends[:, 0]]
        offsets = points[nodes][None] - start[:, None]  # of a node from a tie
        part = np.einsum("end,ed->en", offsets, along) / np.maximum((along**2).sum(axis=1), 1e-9)[:, None]
        offsets -= np.clip(part, 0, 1)[..., None] * along[:, None]
        across = np.stack([-along[:, 1], along[:, 0]], axis=1)
        offsets += 1e-6 * across[:, None]  # for a node in the middle of a tie
        near = np.linalg.norm(offsets / room, axis=2)
        over = (near < 1) & ~ours
        if not over.any():
            break
        steps = np.where(over[..., None], offsets / np.maximum(np.linalg.norm(offsets, axis=2), 1e-9)[..., None], 0)
        total = steps.sum(axis=0)
        points[nodes] += STEP * total / np.maximum(np.linalg.norm(total, axis=1), 1)[:, None]
    return points


def _apart(points: Reals, boxes: Reals) -> Reals:
    """Push labels that overlap apart, each pair along the way that is shorter, and let the whole grow a little.

    The lower left corner of all of them is then at 0, 0.
    """
    need = (boxes[:, None] + boxes[None]) / 2 + GAP
    sides = np.sign(np.arange(len(boxes))[:, None] - np.arange(len(boxes)))  # for those at the same place
    for _ in range(1000):
        offsets = points[:, None] - points[None]
        missing = need - np.abs(offsets)
        over = (missing > 0).all(axis=2) & (sides != 0)
        if not over.any():
            break
        sideways = missing[..., 0] < missing[..., 1]
        push = np.where(np.stack([sideways, ~sideways], axis=2) & over[..., None], missing, 0)
        points = (points + (push * np.where(offsets == 0, sides[..., None], np.sign(offsets))).sum(axis=1) / 3) * 1.002
    return _at_zero(points, boxes)


def _at_zero(points: Reals, boxes: Reals) -> Reals:
    moved: Reals = points - (points - boxes / 2).min(axis=0)
    return moved


def _packed(sizes: Iterable[Reals]) -> list[Reals]:
    """Set rectangles, the largest first, in rows of a page that is wider than high; give their lower left corners."""
    rectangles = list(sizes)
    widest = max(1.6 * np.sqrt(sum(np.prod(size) for size in rectangles)), *(size[0] for size in rectangles))
    corners, x, y, row = [], 0.0, 0.0, 0.0
    for width, height in rectangles:
        if x + width > widest + 1e-9:
            x, y, row = 0.0, y - row, 0.0
        corners.append(np.array([x, y - height]))
        x, row = x + width, max(row, height)
    return corners
