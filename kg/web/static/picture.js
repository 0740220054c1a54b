/** The picture of a network as a file: SVG of our own, and PNG made from it, with title, legend and source. */

import { some, short } from "./dom.js";
import { DOUBTS, NAMES } from "./legend.js";
import { apart, extent, LINE, lines } from "./labels.js";

// The colours of the light page, because pictures end up on white paper and slides.
const [INK, MUTED, GROUND, BORDER, ACCENT] = ["#1c2530", "#59646f", "#ffffff", "#333333", "#0a67a3"];
const FAMILY = "system-ui, Helvetica, Arial, sans-serif";
const MARGIN = 40;
const [TITLE, NOTE, NAME, CENTRE, KEY, SOURCE] = [24, 15, 13, 16, 13, 12]; // font sizes
const LEAST = 1200; // pixels of width
const EACH = 60; // pixels of width for the square root of the number of nodes
const CLOSEST = 1.6; // pixels of the file for one of the layout
const ASCENT = 0.95; // of a line from its top to its baseline, in font sizes
const SMALLEST = 7; // pixels of a node
const SHARPNESS = 2;
const WIDEST = 8000; // pixels of a PNG, because browsers cannot draw much wider ones

// -- text

// XML forbids most control characters and halves of surrogate pairs, even escaped.
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

export const escaped = (text) =>
  String(text)
    .replace(FORBIDDEN, "\u{FFFD}")
    .replace(/[&<>"']/g, (character) => ENTITIES[character]);

const round = (number) => Number(number.toFixed(1));

/** Return an element as text; attributes that are null or undefined are left out, and `inside` is markup. */
function tag(name, attributes, inside = null) {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === "number" ? round(value) : value)}"`)
    .join("");
  return inside === null ? `<${name}${given}/>` : `<${name}${given}>${inside}</${name}>`;
}

function text(x, y, said, size, more = {}) {
  return tag("text", { x, y, "font-size": size, fill: INK, ...more }, escaped(said));
}

/** Return lines of text below each other; the first stands with its baseline at `y`. */
const rows = (said, x, y, size, more) =>
  said.map((line, place) => text(x, y + place * size * LINE, line, size, more)).join("");

// -- nodes and edges

function corners(number, turn, x, y, half) {
  const points = Array.from({ length: number }, (_, place) => {
    const angle = (2 * Math.PI * place) / number + turn;
    return [Math.cos(angle), Math.sin(angle)];
  });
  // The corners fill the square, as in Cytoscape.js.
  const fit = (axis) => {
    const all = points.map((point) => point[axis]);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    return points.map((point) => (2 * (point[axis] - low)) / (high - low) - 1);
  };
  const [across, down] = [fit(0), fit(1)];
  return across.map((each, place) => `${round(x + half * each)},${round(y + half * down[place])}`).join(" ");
}

const POLYGONS = { hexagon: [6, 0], octagon: [8, Math.PI / 8], diamond: [4, 0], triangle: [3, -Math.PI / 2] };

/** Draw the shape of a node around a point. */
function shape({ kind, fill, opacity, border = BORDER, bold = 1, dashes = null }, x, y, half) {
  const look = {
    fill,
    "fill-opacity": opacity < 1 ? opacity.toFixed(2) : null,
    stroke: border,
    "stroke-width": bold,
    "stroke-dasharray": dashes,
  };
  if (POLYGONS[kind]) return tag("polygon", { points: corners(...POLYGONS[kind], x, y, half), ...look });
  if (!kind.endsWith("rectangle")) return tag("circle", { cx: x, cy: y, r: half, ...look });
  const rounded = kind === "round-rectangle" ? half / 4 : null;
  return tag("rect", { x: x - half, y: y - half, width: 2 * half, height: 2 * half, rx: rounded, ...look });
}

function look(node) {
  const border = node.center ? ACCENT : node.doubtful ? INK : BORDER;
  const bold = node.center ? 3 : node.doubtful ? 2 : 1;
  return { ...node, border, bold, dashes: node.doubtful ? DASHED : null };
}

const DASHED = "4 3"; // border of a doubtful node
const DASHES = { dashed: "6 4", dotted: "1.5 3" };

function edge({ from, to, width, colour, opacity, style, arrow }) {
  const [x, y] = [to.x - from.x, to.y - from.y];
  const long = Math.hypot(x, y) || 1;
  const [right, down] = [x / long, y / long];
  const tip = arrow ? to.half + 1 : 0;
  const back = arrow ? tip + 8 : 0;
  const at = (away, aside) => [to.x - right * away - down * aside, to.y - down * away + right * aside];
  const [x2, y2] = at(back, 0);
  const line = tag("line", {
    x1: from.x,
    y1: from.y,
    x2,
    y2,
    stroke: colour,
    "stroke-width": width,
    "stroke-opacity": opacity.toFixed(2),
    "stroke-dasharray": DASHES[style],
  });
  if (!arrow) return line;
  const points = [at(tip, 0), at(back, 4), at(back, -4)].map((point) => point.map(round).join(",")).join(" ");
  return line + tag("polygon", { points, fill: colour, "fill-opacity": opacity.toFixed(2) });
}

const ANCHORS = { below: "middle", above: "middle", right: "start", left: "end" };

function label(node, side) {
  const said = lines(node.name, node.bold);
  const { height } = extent(said, node.font);
  const x = node.x + ({ right: node.radius, left: -node.radius }[side] ?? 0);
  const top = { below: node.radius, above: -node.radius - height }[side] ?? -height / 2;
  const baseline = node.y + top + node.font * ASCENT;
  const more = { "text-anchor": ANCHORS[side], "font-weight": node.bold ? 700 : null };
  // Two texts rather than one with `paint-order`, which programs that edit pictures do not know.
  const halo = { fill: GROUND, stroke: GROUND, "stroke-width": 3.5, "stroke-linejoin": "round", "aria-hidden": "true" };
  return rows(said, x, baseline, node.font, { ...more, ...halo }) + rows(said, x, baseline, node.font, more);
}

// -- the legend

/** Return a key of the legend: its sign, which is a node of a width in pixels, and its text. */
const nodeKey = (node, wide, said) => ({
  wide,
  tall: wide,
  said,
  draw: (x, y) => shape({ kind: "ellipse", fill: "none", opacity: 1, ...node }, x + wide / 2, y, wide / 2),
});

const lineKey = (line, said) => ({
  wide: 28,
  tall: 16,
  said,
  draw: (x, y) => tag("line", { x1: x, x2: x + 28, y1: y, y2: y, stroke: "#7F7F7F", "stroke-width": 2, ...line }),
});

/** Return the keys of the legend; `pixels` returns the width of a node in so many figures, `widthOf` of a line. */
function keys({ nodes, edges, most, heaviest, widthOf }, pixels) {
  const kinds = Object.keys(NAMES).flatMap((type) => {
    const node = nodes.find((each) => each.type === type);
    return node ? nodeKey({ kind: node.kind, fill: node.fill }, 15, NAMES[type][1]) : [];
  });
  const sizes = most > 1 ? new Set([most, Math.ceil(most / 10)]) : [];
  const circles = [...sizes].map((figures) => nodeKey({}, pixels(figures), `in ${some(figures, "figure")}`));
  const weights = heaviest > 0 ? [heaviest, heaviest / 4] : [];
  const widths = weights.map((weight) => lineKey({ "stroke-width": widthOf(weight) }, `weight ${short(weight)}`));
  const doubts = [
    nodes.some((node) => node.doubtful) && nodeKey({ border: INK, bold: 2, dashes: DASHED }, 15, DOUBTS.node),
    edges.some((each) => each.unsure) && lineKey({ "stroke-dasharray": DASHES.dashed }, DOUBTS.edge),
  ];
  return [...kinds, ...circles, ...widths, ...doubts.filter(Boolean)];
}

/** Draw the keys in rows; return the markup and the height. */
function legend(all, top, width) {
  const tall = 8 + Math.max(0, ...all.map((key) => key.tall));
  let [x, y] = [MARGIN, top];
  const made = all.map(({ wide, said, draw }) => {
    const long = wide + 8 + extent([said], KEY).width;
    if (x > MARGIN && x + long > width - MARGIN) [x, y] = [MARGIN, y + tall];
    const [at, middle] = [x, y + tall / 2];
    x += long + 26;
    return draw(at, middle) + text(at + wide + 8, middle + KEY * 0.36, said, KEY);
  });
  return [made.join("\n"), y + tall - top];
}

// -- the whole

/**
 * Return a network as SVG. `network` is what `Graph.network` returns: nodes, the most important first, and edges.
 * `title`, `notes` and `source` are texts.
 */
export function svgOf(network, { title, notes, source }) {
  const { nodes, edges } = network;
  const width = Math.max(LEAST, Math.round(EACH * Math.sqrt(nodes.length)));
  const bounds = (axis) => [Math.min(...nodes.map((node) => node[axis])), Math.max(...nodes.map((node) => node[axis]))];
  const [[left, right], [high, low]] = [bounds("x"), bounds("y")];
  const room = MARGIN + 60; // for names at the side
  const scale = Math.min(CLOSEST, (width - 2 * room) / Math.max(right - left, 1));
  const heading = lines(title, true, (width - 2 * MARGIN) / TITLE).slice(0, 3);
  const below = notes.flatMap((note) => lines(note, false, (width - 2 * MARGIN) / NOTE)).slice(0, 4);
  const top = MARGIN + heading.length * TITLE * LINE + below.length * NOTE * LINE;
  const first = top + 20 + (Math.max(...nodes.map(({ size }) => size)) * scale) / 2;
  const spare = (width - (right - left) * scale) / 2;
  const size = (pixels) => Math.max(SMALLEST, pixels * scale);
  const placed = nodes.map((node) => {
    const half = size(node.size) / 2;
    const [x, y] = [spare + (node.x - left) * scale, first + (node.y - high) * scale];
    return { ...node, x, y, half, radius: half + 2, font: node.center ? CENTRE : NAME, bold: node.center };
  });
  const byId = new Map(placed.map((node) => [node.id, node]));
  const sides = apart(placed);
  const drawn = edges.map((each) => edge({ ...each, from: byId.get(each.source), to: byId.get(each.target) }));
  const bottom = first + (low - high) * scale + 70;
  const [key, tall] = legend(
    keys(network, (figures) => size(network.sizeOf(figures))),
    bottom,
    width,
  );
  const end = lines(source, false, (width - 2 * MARGIN) / SOURCE);
  const height = Math.ceil(bottom + tall + 24 + end.length * SOURCE * LINE + MARGIN / 2);
  const parts = [
    tag("title", {}, escaped(title)),
    tag("desc", {}, escaped([...notes, source].join(" "))),
    tag("rect", { width, height, fill: GROUND }),
    rows(heading, MARGIN, MARGIN + TITLE * 0.6, TITLE, { "font-weight": 700 }),
    rows(below, MARGIN, MARGIN + heading.length * TITLE * LINE + NOTE * 0.6, NOTE, { fill: MUTED }),
    tag("g", { id: "edges", "stroke-linecap": "round" }, drawn.join("\n")),
    tag("g", { id: "nodes" }, [...placed].reverse().map((node) => shape(look(node), node.x, node.y, node.half)).join("\n")),
    tag("g", { id: "names" }, placed.map((node, place) => (sides.has(place) ? label(node, sides.get(place)) : "")).join("\n")),
    tag("g", { id: "legend" }, key),
    rows(end, MARGIN, bottom + tall + 24, SOURCE, { fill: MUTED }),
  ];
  const root = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "font-family": FAMILY,
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${tag("svg", root, `\n${parts.join("\n")}\n`)}\n`;
}

/** Return an SVG as PNG, two pixels for each of its own where the browser can. */
export async function pngOf(drawing) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing)}`;
  await image.decode();
  const { width, height } = image;
  const by = Math.min(SHARPNESS, WIDEST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * by), Math.round(height * by)];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
