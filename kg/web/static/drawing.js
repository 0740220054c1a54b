/** The part of a network that is drawn, and its style. */

import { some } from "./dom.js";
import { NAMES } from "./legend.js";
import { LOOK } from "./look.js";
import { isDoubtful, isUnsure } from "./readings.js";

export const FONT = 12;
const PLAIN = 30; // width of a node without a number of figures
const [SMALLEST, LARGEST] = [18, 50];
const [THINNEST, THICKEST] = [0.8, 8];
const CROWD = 110; // nodes from which on they are drawn smaller
const BESIDE = { "text-valign": "center", "text-margin-y": 0 };
const FEW = 60;
const FEW_OF_ALL = 250;
const STRONGEST = 2;

/** Return what sizes are relative to: the heaviest edge and the node in most figures among those shown. */
export function scaleOf(nodes, edges) {
  const most = (all, name) => all.reduce((sofar, { data }) => Math.max(sofar, data[name] ?? 0), 0);
  const share = Math.min(1, Math.sqrt(CROWD / nodes.length));
  return { heaviest: most(edges, "weight"), most: most(nodes, "figures"), share };
}

/** Return the width of a node; its area grows with its figures. */
export function sizeOf({ figures }, { most, share }) {
  if (figures === undefined || !most) return PLAIN * share;
  return (SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(figures / most)) * share;
}

/** Return the width of an edge, relative to the heaviest; edges without a weight keep the one of the exports. */
export const widthOf = (weight, { heaviest }) => THINNEST + ((THICKEST - THINNEST) * weight) / heaviest;

/** Return the style of the exports with additions of the page: colours, sizes, order of layers, and readable names. */
export function rules(font, scale) {
  const size = (node) => sizeOf(node.data(), scale);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const [ink, ground, accent] = ["--ink", "--canvas", "--accent"].map(colour);
  return [
    ...LOOK,
    ...(scale.heaviest > 0
      ? [{ selector: "edge[weight >= 0]", style: { width: (edge) => widthOf(edge.data("weight"), scale) } }]
      : []),
    {
      selector: "node",
      style: {
        color: ink,
        "text-outline-color": ground,
        "text-outline-width": 2.5,
        "border-color": colour("--node-line"),
        "min-zoomed-font-size": 5,
        "font-family": "system-ui, sans-serif",
        "overlay-opacity": 0,
        "font-size": font,
        width: size,
        height: size,
        "text-wrap": "wrap",
        "text-max-width": 7 * font,
      },
    },
    { selector: "node[?query]", style: { "border-color": ink } },
    { selector: "edge", style: { opacity: 0.6, "overlay-opacity": 0 } },
    { selector: "node.doubtful", style: { "border-style": "dashed", "border-width": 2.5, "border-color": ink } },
    { selector: "edge.unsure", style: { "line-style": "dashed", "line-dash-pattern": [6, 4] } },
    { selector: "edge.aside", style: { opacity: 0.22 } },
    { selector: "node.foremost", style: { "z-index": 3 } },
    { selector: "node.center", style: { "border-width": 3, "border-color": accent, "font-weight": 700, "z-index": 5 } },
    // The accent is near the blue of genes on a dark page.
    { selector: "node.center[?query]", style: { "border-color": ink } },
    { selector: "node.center.alone", style: { "font-size": font * 1.25 } },
    { selector: "node.unnamed", style: { label: "" } },
    { selector: "node.above", style: { "text-valign": "top", "text-margin-y": -2 } },
    { selector: "node.right", style: { "text-halign": "right", ...BESIDE, "text-margin-x": 2 } },
    { selector: "node.left", style: { "text-halign": "left", ...BESIDE, "text-margin-x": -2 } },
    { selector: ".far", style: { opacity: 0.1 } },
    { selector: "edge.near", style: { opacity: 0.95, "z-index": 4 } },
    { selector: "node.near", style: { "z-index": 6 } },
    { selector: "node.said", style: { label: "data(name)", "z-index": 8 } },
    {
      selector: "node.picked",
      style: { "border-width": 4, "border-color": accent, "font-weight": 700, label: "data(name)", "z-index": 7 },
    },
    { selector: "edge.picked", style: { opacity: 1, "line-color": accent, "z-index": 7 } },
  ];
}

/**
 * Return the edges to draw: those of the centres, and the strongest of each partner if there are many others. Without
 * a centre, the strongest of each node. Drawing all would hide the picture; the table and the downloads have all.
 */
export function drawn(edges, of, lines) {
  const centers = new Set(of);
  const owned = ({ data }) => data.weight === undefined || centers.has(data.source) || centers.has(data.target);
  const own = edges.filter(owned);
  const others = edges.filter((edge) => !owned(edge));
  if (lines === "all" || (!lines && others.length <= (of.length ? FEW : FEW_OF_ALL))) return edges;
  if (lines === "none") return own;
  const taken = new Map();
  const kept = [...others]
    .sort((one, other) => (other.data.weight ?? 0) - (one.data.weight ?? 0))
    .filter(({ data }) => {
      const ends = [data.source, data.target];
      const wanted = ends.some((end) => (taken.get(end) ?? 0) < STRONGEST);
      if (wanted) for (const end of ends) taken.set(end, (taken.get(end) ?? 0) + 1);
      return wanted;
    });
  return [...own, ...kept];
}

/** Return the length of an edge in pixels: strong partners are near the centre, other pairs hardly count. */
export function length(edge) {
  if (edge.hasClass("aside")) return 150;
  const centers = edge.connectedNodes(".center").length;
  return (centers > 1 ? 160 : 85) + 110 / (1 + (edge.data("weight") ?? 1));
}

export const pull = (edge) => (edge.hasClass("aside") ? 0.06 : 0.45);

/** Describe a node or an edge in words. */
export function say(element) {
  const of = (node) => node.data("name");
  if (element.isNode()) {
    const figures = element.data("figures");
    const doubt = isDoubtful(element.data()) ? ", mostly a doubtful reading" : "";
    return `${of(element)}, ${NAMES[element.data("type")]?.[0] ?? "node"}${figures ? `, in ${some(figures, "figure")}` : ""}${doubt}`;
  }
  const figures = element.data("figures");
  const doubt = isUnsure(element.data()) ? ", half of them or more by readings that are not sure" : "";
  return `${of(element.source())} and ${of(element.target())}${figures === undefined ? "" : `: ${some(figures, "figure")} by different words${doubt}`}`;
}
