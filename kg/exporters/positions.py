"""Positions of the nodes of a network for programs that draw it, in whole pixels, equal on every machine.

The layout lessens the stress of Gansner, Koren and North (2004). On the plane, nodes
shall be as far apart as they are in the graph. An edge between two communities counts as two edges. Only sums,
products, quotients and square roots are used, in a fixed order. IEEE 754 fixes the result of each, so that neither the
processor nor a library of linear algebra changes a pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from kg.exporters.plots.layout import Reals, place_side_by_side

PIXELS = 100
"""Pixels of an inch of `kg.exporters.plots.layout`."""

NODE, LETTER = (0.36, 0.52), 0.072
"""Inches of a node with its label below, and of one letter of the label."""

WIDEST = 2.0
"""Inches of the widest label that others make way for."""

EDGE = 0.95
"""Inches of an edge within a community, before labels are moved apart."""

SPACE = 3.0
"""Area of a layout as a multiple of that of its labels."""

ACROSS = 2.0
"""Edges within a community that one between two communities is as long as."""

PART_GAP = 0.3
"""Inches between two connected parts."""

GAP, GROWTH = 0.08, 1.002
"""Inches between two labels, and the factor by which a layout grows while they are moved apart."""

WORK = 30_000_000
"""Pairs of nodes in all steps that lessen the stress of one connected part, which bounds the time."""

MOST_STEPS, LEAST_STEPS, STEPS_APART = 100, 12, 200
"""Steps that lessen the stress, as WORK allows, and steps that move labels apart."""

Pairs = NDArray[np.int64]


def positions(ends: Sequence[tuple[int, int]], communities: Sequence[int], names: Sequence[str]) -> list[list[int]]:
    """Return x and y of each node, in pixels; y grows downwards.

    Nodes are numbers from 0 to `len(names) - 1`, and `ends` has the edges. Connected parts are set side by side, the
    largest first; nodes without an edge are in rows below. Equal networks have equal positions.

    >>> positions([(0, 1)], [1, 1], ["A", "B"])
    [[153, 74], [18, 26]]
    """
    boxes = np.array([(min(max(NODE[0], LETTER * len(name)), WIDEST), NODE[1]) for name in names]).reshape(-1, 2)
    edges: Pairs = np.array([pair for pair in ends if pair[0] != pair[1]], dtype=np.int64).reshape(-1, 2)
    lengths = np.where(np.array(communities)[edges[:, 0]] == np.array(communities)[edges[:, 1]], 1.0, ACROSS)
    graph = coo_array((lengths, (edges[:, 0], edges[:, 1])), shape=(len(names), len(names))).tocsr()
    graph.data = np.minimum(graph.data, ACROSS)  # several edges of the same ends are one
    points = np.zeros((len(names), 2))
    _, labels = connected_components(graph, directed=False)
    parts = [np.flatnonzero(labels == label) for label in range(int(labels.max(initial=-1)) + 1)]
    parts.sort(key=lambda part: (-len(part), int(part[0])))
    for part in parts:
        if len(part) == 1:
            points[part] = boxes[part] / 2
            continue
        spread = _spread(_stressed(dijkstra(_inside(graph, part), directed=False)), boxes[part])
        points[part] = _apart(spread, boxes[part])
    return _packed(points, parts, boxes)


def _inside(graph: csr_array, part: NDArray[np.intp]) -> csr_array:
    """Return the graph of some nodes, with indices of 32 bits, because older versions of scipy read no others."""
    chosen = graph[part][:, part]
    indices, starts = (numbers.astype(np.int32) for numbers in (chosen.indices, chosen.indptr))
    return csr_array((chosen.data, indices, starts), shape=chosen.shape)


def _spread(points: Reals, boxes: Reals) -> Reals:
    """Return points on an area of SPACE times that of the boxes at least; edges have at least the length EDGE."""
    far = points - points.mean(axis=0)
    radius = np.sqrt((far * far).sum(axis=1).mean() * 2)  # that of a disc with points everywhere
    least = np.sqrt(SPACE * (boxes[:, 0] * boxes[:, 1]).sum() / 3) / max(radius, 1e-9)
    spread: Reals = points * max(EDGE, least)
    return spread


def _apart(points: Reals, boxes: Reals) -> Reals:
    """Move overlapping labels apart, each pair in the direction that is shorter, while the layout grows a little.

    The lower left corner of all labels is then at 0, 0.
    """
    for _ in range(STEPS_APART):
        one, other = _overlapping(points, boxes)
        if not len(one):
            break
        offsets = points[one] - points[other]
        missing = (boxes[one] + boxes[other]) / 2 + GAP - np.abs(offsets)
        sideways = missing[:, 0] < missing[:, 1]
        pushes = np.where(np.stack([sideways, ~sideways], axis=1), missing, 0) * np.where(offsets < 0, -1, 1) / 3
        for axis in (0, 1):
            moved = np.bincount(one, pushes[:, axis], len(points)) - np.bincount(other, pushes[:, axis], len(points))
            points[:, axis] = (points[:, axis] + moved) * GROWTH
    shifted: Reals = points - (points - boxes / 2).min(axis=0)
    return shifted


def _overlapping(points: Reals, boxes: Reals) -> tuple[Pairs, Pairs]:
    """Return the lesser and the greater number of each two labels that overlap, by the greater one, then the lesser.

    Labels are low, so that few others begin within the height of one.
    """
    order = np.argsort(points[:, 1])
    (xs, ys), widths = points[order].T.copy(), boxes[order, 0] / 2
    # A little more than the height and the width, because a rounded sum may miss a pair.
    more = GAP + 1e-6
    counts = np.searchsorted(ys, ys + boxes[:, 1].max() + more) - np.arange(1, len(ys) + 1)
    lower = np.repeat(np.arange(len(ys)), counts)
    upper = np.arange(len(lower)) + np.repeat(np.arange(1, len(ys) + 1) - np.cumsum(counts) + counts, counts)
    near = np.abs(xs[lower] - xs[upper]) < widths[lower] + widths[upper] + more
    one, other = np.sort(order[np.stack([lower[near], upper[near]])], axis=0)
    over = ((boxes[one] + boxes[other]) / 2 + GAP - np.abs(points[one] - points[other]) > 0).all(axis=1)
    one, other = one[over], other[over]
    in_order = np.lexsort((one, other))
    return one[in_order], other[in_order]


def _packed(points: Reals, parts: list[Pairs], boxes: Reals) -> list[list[int]]:
    """Return the points in pixels, with the parts side by side."""
    place_side_by_side(points, parts, boxes, PART_GAP)
    if not len(points):
        return []
    points[:, 1] *= -1  # the first rectangle is the uppermost one
    points -= (points - boxes / 2).min(axis=0)
    pixels: list[list[int]] = np.rint(points * PIXELS).astype(np.int64).tolist()
    return pixels


def _stressed(distances: Reals) -> Reals:
    """Return points of small stress: all are moved, again and again, to where their distances place them on average."""
    size = len(distances)
    points = _first_points(distances).astype(np.float32)
    # Numbers of 32 bits halve the time.
    weights = (1 / np.maximum(distances, 1) ** 2).astype(np.float32)
    np.fill_diagonal(weights, 0)
    wanted, total = weights * distances.astype(np.float32), weights.sum(axis=1)
    spans, part, *offsets = (np.empty((size, size), np.float32) for _ in range(4))
    for _ in range(max(LEAST_STEPS, min(MOST_STEPS, WORK // size**2))):
        for axis, offset in enumerate(offsets):
            np.subtract.outer(points[:, axis], points[:, axis], out=offset)
        np.multiply(offsets[0], offsets[0], out=spans)
        np.multiply(offsets[1], offsets[1], out=part)
        np.sqrt(np.add(spans, part, out=spans), out=spans)
        np.divide(wanted, np.maximum(spans, np.float32(1e-3), out=spans), out=spans)
        np.subtract(spans, weights, out=spans)
        moves = [np.multiply(spans, offset, out=part).sum(axis=1) / total for offset in offsets]
        points = points + np.stack(moves, axis=1)
    return points.astype(np.float64)


def _first_points(distances: Reals) -> Reals:
    """Return points on two axes, each between two nodes far apart, a little off, so that no two are the same."""
    first = int(distances[0].argmax())
    second = int(distances[first].argmax())
    third = int(np.minimum(distances[first], distances[second]).argmax())
    fourth = int(distances[third].argmax())
    random = Random(0)  # noqa: S311 it only moves points a little
    off = np.array([(random.random(), random.random()) for _ in range(len(distances))]) - 0.5
    return np.stack([_axis(distances, first, second), _axis(distances, third, fourth)], axis=1) + off


def _axis(distances: Reals, one: int, other: int) -> Reals:
    """Return the place of each node on the line between two."""
    length = max(distances[one, other], 1.0)
    place: Reals = (distances[one] ** 2 - distances[other] ** 2) / (2 * length)
    return place
