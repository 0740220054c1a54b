/** The colour and shape of each type of node, as the exports for Cytoscape have them. */

import { svg } from "./dom.js";
import { LOOK } from "./look.js";

const TYPED = /^node\[type = "([\w-]+)"\]$/;

const LOOKS = new Map(
  LOOK.filter((rule) => TYPED.test(rule.selector)).map((rule) => [TYPED.exec(rule.selector)[1], rule.style]),
);

const corners = (number, turn) =>
  Array.from({ length: number }, (_, place) => {
    const angle = (2 * Math.PI * place) / number + turn;
    return `${(8 + 6.5 * Math.cos(angle)).toFixed(2)},${(8 + 6.5 * Math.sin(angle)).toFixed(2)}`;
  }).join(" ");

const SHAPES = {
  ellipse: () => svg("circle", { cx: 8, cy: 8, r: 6 }),
  hexagon: () => svg("polygon", { points: corners(6, 0) }),
  octagon: () => svg("polygon", { points: corners(8, Math.PI / 8) }),
  diamond: () => svg("polygon", { points: corners(4, 0) }),
  triangle: () => svg("polygon", { points: "8,1.5 14.5,14 1.5,14" }),
  rectangle: () => svg("rect", { x: 2, y: 2, width: 12, height: 12 }),
  "round-rectangle": () => svg("rect", { x: 2, y: 2, width: 12, height: 12, rx: 3 }),
};

export const NAMES = {
  gene: ["gene", "genes"],
  family: ["gene family", "families"],
  chemical: ["chemical", "chemicals"],
  disease: ["disease", "diseases"],
  unknown: ["keyword", "keywords"],
  word: ["drawn word", "words"],
  figure: ["figure", "figures"],
  paper: ["paper", "papers"],
};

/** What the mark of a doubtful node and of a doubtful edge means. */
export const DOUBTS = {
  node: "Mostly a doubtful reading",
  edge: "Half of its figures, or more, by readings that are not sure",
};

/** Draw the mark of a doubtful node or edge, as the picture has it; its meaning has to stand beside it. */
export function doubtSign(kind) {
  const dashed = { fill: "none", "stroke-dasharray": "3 2", "stroke-width": 1.6 };
  const shape =
    kind === "node" ? svg("circle", { cx: 8, cy: 8, r: 6, ...dashed }) : svg("path", { d: "M1 8h14", ...dashed });
  return svg("svg", { class: "doubt-sign", viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" }, shape);
}

/** Draw the symbol of a type, 16 by 16 pixels; it needs its name beside it, because screen readers skip it. */
export function sign(type) {
  const look = LOOKS.get(type) ?? { "background-color": "#FFFFFF", shape: "ellipse" };
  const shape = (SHAPES[look.shape] ?? SHAPES.ellipse)();
  shape.setAttribute("fill", look["background-color"]);
  return svg("svg", { class: "sign", viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" }, shape);
}
