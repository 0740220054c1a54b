/** The part of a network that is drawn, and its style. */

import { some } from "./dom.js";
import { NAMES } from "./legend.js";
import { LOOK } from "./look.js";
import { isDoubtful, isUnsure } from "./readings.js";

export const FONT = 12;
const ROPES = 15;
const FEW = 60;
const FEW_OF_ALL = 250;
const STRONGEST = 2;

/** Return the style of the exports with additions of the page: colours, order of layers, and readable names. */
export function rules(font, heaviest) {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const [ink, ground, accent] = ["--ink", "--canvas", "--accent"].map(colour);
  return [
    ...LOOK,
    // Widths of heavy pairs are relative to the heaviest, because the style of the exports would make them too wide.
    ...(heaviest > ROPES
      ? [{ selector: "edge[weight >= 0]", style: { width: `mapData(weight, 0, ${heaviest}, 0.8, 7)` } }]
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
        "text-wrap": "wrap",
        "text-max-width": 7 * font,
      },
    },
    { selector: "node[?query]", style: { "border-color": ink } },
    { selector: "edge", style: { opacity: 0.6, "overlay-opacity": 0 } },
    { selector: "node.doubtful", style: { "border-style": "dashed", "border-width": 2.5, "border-color": ink } },
    { selector: "edge.unsure", style: { "line-style": "dashed", "line-dash-pattern": [6, 4] } },
    { selector: "edge.aside", style: { opacity: 0.22 } },
    { selector: "node.center", style: { "border-width": 3, "border-color": accent, "font-weight": 700, "z-index": 5 } },
    { selector: "node.center.alone", style: { width: 44, height: 44, "font-size": font * 1.25 } },
    { selector: ".far", style: { opacity: 0.1 } },
    { selector: "edge.near", style: { opacity: 0.95, "z-index": 4 } },
    { selector: "node.near", style: { "z-index": 6 } },
    { selector: "node.picked", style: { "border-width": 4, "border-color": accent, "font-weight": 700 } },
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
