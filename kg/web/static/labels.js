/** Names of nodes as boxes: broken into lines, and chosen so that no two of them overlap. */

export const LINE = 1.18; // height of a line, in font sizes
const WIDEST = 7; // width of a name from which it is broken, in font sizes
const GAP = 1; // pixels between two names
export const FOREMOST = 20; // names of the most important nodes, which may cover others
const BODY = 0.8; // part of a node's box that a name may not cover; the corners of a circle are free
const FAMILY = "system-ui, sans-serif";

const context = document.createElement("canvas").getContext("2d");
const widths = new Map();

/** Return the width of a text in font sizes. */
function width(text, bold) {
  const key = `${bold ? "b" : "n"}${text}`;
  if (!widths.has(key)) {
    context.font = `${bold ? "700 " : ""}100px ${FAMILY}`;
    widths.set(key, context.measureText(text).width / 100);
  }
  return widths.get(key);
}

/** Return the lines of a text, which is broken at spaces; a longer word stays whole. `widest` is in font sizes. */
export function lines(text, bold = false, widest = WIDEST) {
  const made = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = made.length ? `${made.at(-1)} ${word}` : word;
    if (made.length && width(longer, bold) <= widest) made[made.length - 1] = longer;
    else made.push(word);
  }
  return made;
}

/** Return the width and height of lines in pixels. */
export const extent = (rows, font, bold = false) => ({
  width: font * Math.max(0, ...rows.map((row) => width(row, bold))),
  height: font * LINE * rows.length,
});

/** Sides of a node where its name can stand, the best first, each with its box: left, top, right, bottom. */
const SIDES = {
  below: ({ x, y, radius }, wide, high) => [x - wide / 2, y + radius, x + wide / 2, y + radius + high],
  above: ({ x, y, radius }, wide, high) => [x - wide / 2, y - radius - high, x + wide / 2, y - radius],
  right: ({ x, y, radius }, wide, high) => [x + radius, y - high / 2, x + radius + wide, y + high / 2],
  left: ({ x, y, radius }, wide, high) => [x - radius - wide, y - high / 2, x - radius, y + high / 2],
};

/**
 * Return the side of each name that can stand, by the place in `nodes`: a name overlaps no other name and no other
 * node. Of two that need the same room, the first in `nodes` has it; a name without room has no side. The first
 * FOREMOST names may cover nodes that are not bold, and bold names always stand: they are what the picture is of.
 * A node has `x` and `y` of its middle, `radius` from there to a name, `font`, `bold` and `name`.
 */
export function apart(nodes) {
  const cell = 4 * Math.max(1, ...nodes.map(({ font }) => font));
  const [bodies, taken] = [new Boxes(cell), new Boxes(cell)];
  const body = ({ x, y, radius }) => [x - radius * BODY, y - radius * BODY, x + radius * BODY, y + radius * BODY];
  for (const node of nodes) bodies.add(body(node), node);
  const sides = new Map();
  nodes.forEach((node, place) => {
    const { width: wide, height } = extent(lines(node.name, node.bold), node.font, node.bold);
    const boxes = Object.entries(SIDES).map(([side, boxOf]) => [side, boxOf(node, wide + 2 * GAP, height)]);
    const beside = boxes.filter(([, box]) => taken.free(box));
    const free = beside.filter(([, box]) => bodies.free(box, node));
    const found = free[0] ?? (place < FOREMOST ? beside[0] : null) ?? (node.bold ? boxes[0] : null);
    if (!found) return;
    sides.set(place, found[0]);
    taken.add(found[1]);
    if (node.bold) taken.add(body(node));
  });
  return sides;
}

/** Boxes in the cells of a grid, so that a box is compared with those near it only. */
class Boxes {
  constructor(cell) {
    this.cell = cell;
    this.cells = new Map();
  }

  *keys(box) {
    const [left, top, right, bottom] = box.map((side) => Math.floor(side / this.cell));
    for (let x = left; x <= right; x++) for (let y = top; y <= bottom; y++) yield `${x} ${y}`;
  }

  add(box, owner = null) {
    for (const key of this.keys(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push([box, owner]);
    }
  }

  /** Return whether a box overlaps none that is there, but for those of `owner`. */
  free(box, owner) {
    for (const key of this.keys(box))
      for (const [other, whose] of this.cells.get(key) ?? [])
        if ((whose === null || whose !== owner) && overlap(other, box)) return false;
    return true;
  }
}

const overlap = ([left, top, right, bottom], [a, b, c, d]) => left < c && a < right && top < d && b < bottom;
