"""Positions of the nodes of a drawn network: near their neighbours, without overlapping labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx
import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

GAP, EDGE_LENGTH = 0.16, 0.8
"""Inches between two labels, and of an edge on average."""

STEP = 0.03
"""Inches by which one step moves a label off an edge."""

DISTANCE_POWER = 0.8
"""Power of distances in the graph; below 1, tails are shorter and the middle is wider."""


def node_positions(ends: Sequence[tuple[int, int]], strengths: Reals, boxes: Reals) -> Reals:
    """Return the middle of each node, in inches, shape (nodes, 2); the lower left corner of all labels is at 0, 0.

    Nodes are numbers from 0 to `len(boxes) - 1`. `ends` and `strengths` (above 0) have one row for each edge. `boxes`
    has the width and height of each label in inches. Equal networks have equal positions.
    """
    graph: nx.Graph[int] = nx.empty_graph(len(boxes))
    lengths = 1 + 0.8 * (1 - np.sqrt(strengths / strengths.max(initial=1e-300)))
    graph.add_edges_from((*pair, {"length": length}) for pair, length in zip(ends, lengths.tolist(), strict=True))
    parts = [sorted(part) for part in nx.connected_components(graph)]
    parts.sort(key=lambda part: (-len(part), part))
    points = np.zeros((len(boxes), 2))
    for part in parts:
        if len(part) == 1:
            points[part] = boxes[part] / 2
            continue
        points[part] = _kamada_kawai(graph.subgraph(part), part, boxes[part])
        points = _moved_off_edges(points, np.array([pair for pair in ends if pair[0] in part]), part, boxes)
        points[part] = _without_overlaps(points[part], boxes[part])
    place_side_by_side(points, parts, boxes, 2 * GAP)
    return _shifted_to_origin(points, boxes)


def place_side_by_side(
    points: Reals, parts: Sequence[Sequence[int] | NDArray[np.int64]], boxes: Reals, gap: float
) -> None:
    """Move the points of each part, whose lower left corner is at 0, 0, to a place of its own, in inches.

    Parts of several nodes come first, and are packed; below them, single nodes are set in rows.
    """
    sizes = [(points[part] + boxes[part] / 2).max(axis=0) + gap for part in parts]
    joined = sum(len(part) > 1 for part in parts)
    corners = _packed_corners(sizes[:joined])
    ends_at = [(corner[0] + size[0], corner[1]) for corner, size in zip(corners, sizes[:joined], strict=True)]
    corners += _grid_corners(sizes[joined:], *np.array(ends_at).reshape(-1, 2).T)
    for part, corner in zip(parts, corners, strict=True):
        points[part] += corner


def _kamada_kawai(graph: nx.Graph[int], nodes: list[int], boxes: Reals) -> Reals:
    """Return the layout of connected nodes by Kamada and Kawai (1989), which starts from a circle in depth-first order.

    Edges have about the same length everywhere. There is space for the labels, and the layout is wider than high.
    """
    lengths = dict(nx.all_pairs_dijkstra_path_length(graph, weight="length"))
    distances = np.array([[lengths[one][other] for other in nodes] for one in nodes]) ** DISTANCE_POWER
    start = nx.circular_layout(nx.dfs_tree(graph, nodes[0]))
    dist = {one: dict(zip(nodes, row, strict=True)) for one, row in zip(nodes, distances.tolist(), strict=True)}
    positions = nx.kamada_kawai_layout(graph, dist=dist, pos=start)
    points: Reals = np.array([positions[node] for node in nodes])
    spans = np.linalg.norm(points[:, None] - points[None], axis=2)
    scale = EDGE_LENGTH * distances.sum() / spans.sum()
    side = max(scale, np.sqrt(np.prod(boxes + GAP, axis=1).sum()))
    points *= np.array([1.3, 1.0]) * side
    return points


def _moved_off_edges(points: Reals, ends: NDArray[np.int64], nodes: list[int], boxes: Reals) -> Reals:
    """Move nodes a little off the edges of others, which would look like their own; in a dense network some stay."""
    reach = boxes[nodes] / 2 + GAP / 2
    own = (ends[:, :1] == nodes) | (ends[:, 1:] == nodes)
    for _ in range(60):
        start, along = points[ends[:, 0]], points[ends[:, 1]] - points[ends[:, 0]]
        offsets = points[nodes][None] - start[:, None]  # of a node from an edge
        part = np.einsum("end,ed->en", offsets, along) / np.maximum((along**2).sum(axis=1), 1e-9)[:, None]
        offsets -= np.clip(part, 0, 1)[..., None] * along[:, None]
        across = np.stack([-along[:, 1], along[:, 0]], axis=1)
        offsets += 1e-6 * across[:, None]  # so that a node on the edge has a direction
        distance = np.linalg.norm(offsets / reach, axis=2)
        over = (distance < 1) & ~own
        if not over.any():
            break
        steps = np.where(over[..., None], offsets / np.maximum(np.linalg.norm(offsets, axis=2), 1e-9)[..., None], 0)
        total = steps.sum(axis=0)
        points[nodes] += STEP * total / np.maximum(np.linalg.norm(total, axis=1), 1)[:, None]
    return points


def _without_overlaps(points: Reals, boxes: Reals) -> Reals:
    """Move overlapping labels apart, each pair in the direction that is shorter, while the layout grows a little.

    The lower left corner of all labels is then at 0, 0.
    """
    need = (boxes[:, None] + boxes[None]) / 2 + GAP
    sides = np.sign(np.arange(len(boxes))[:, None] - np.arange(len(boxes)))  # for labels at the same point
    for _ in range(1000):
        offsets = points[:, None] - points[None]
        missing = need - np.abs(offsets)
        over = (missing > 0).all(axis=2) & (sides != 0)
        if not over.any():
            break
        sideways = missing[..., 0] < missing[..., 1]
        push = np.where(np.stack([sideways, ~sideways], axis=2) & over[..., None], missing, 0)
        points = (points + (push * np.where(offsets == 0, sides[..., None], np.sign(offsets))).sum(axis=1) / 3) * 1.002
    return _shifted_to_origin(points, boxes)


def _shifted_to_origin(points: Reals, boxes: Reals) -> Reals:
    shifted: Reals = points - (points - boxes / 2).min(axis=0)
    return shifted


def _packed_corners(sizes: Iterable[Reals]) -> list[Reals]:
    """Return the lower left corners of rectangles that are set, in order, in rows of a page wider than high."""
    rectangles = list(sizes)
    if not rectangles:
        return []
    widest = max(1.6 * np.sqrt(sum(np.prod(size) for size in rectangles)), *(size[0] for size in rectangles))
    corners, x, y, row = [], 0.0, 0.0, 0.0
    for width, height in rectangles:
        if x + width > widest + 1e-9:
            x, y, row = 0.0, y - row, 0.0
        corners.append(np.array([x, y - height]))
        x, row = x + width, max(row, height)
    return corners


def _grid_corners(sizes: Sequence[Reals], rights: Reals, bottoms: Reals) -> list[Reals]:
    """Return the lower left corners of nodes without a line, in rows of equal cells below everything else.

    `rights` and `bottoms` are the right and the lower borders of the packed rectangles.
    """
    if not sizes:
        return []
    cell = np.max(sizes, axis=0) - GAP
    width = rights.max(initial=1.6 * np.sqrt(len(sizes) * np.prod(cell)))
    columns = max(1, min(len(sizes), int(width / cell[0] + 1e-9)))
    top, left = bottoms.min(initial=0.0), (width - columns * cell[0]) / 2
    middle = [(cell[0] - size[0]) / 2 for size in sizes]
    return [
        np.array([left + number % columns * cell[0] + middle[number], top - (number // columns + 1) * cell[1]])
        for number in range(len(sizes))
    ]
