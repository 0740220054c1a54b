/** The legend of a list: its mark, and the colours of the numbers that were joined to its nodes. */

import { el, short, svg } from "./dom.js";

/** Return the legend; `colours` has the column, rising `points` of number and colour, and the colour of `missing`. */
export function listLegend({ colours }) {
  return el(
    "div",
    { class: "field numbers", role: "group", "aria-label": "Your list" },
    el("p", { class: "key" }, mark(), "In your list"),
    ...(colours ? scale(colours) : []),
  );
}

function mark() {
  const shape = svg("circle", { cx: 8, cy: 8, r: 5.5, fill: "none", stroke: "currentColor", "stroke-width": 3 });
  return svg("svg", { class: "sign", viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" }, shape);
}

function scale({ column, points, missing }) {
  const bar = el("div", { class: "colour-bar", "aria-hidden": "true" });
  bar.style.background = `linear-gradient(to right, ${points.map(([, colour]) => colour).join(", ")})`;
  const none = el("span", { class: "swatch", "aria-hidden": "true" });
  none.style.background = missing;
  return [
    el("p", { class: "label" }, column),
    bar,
    el("p", { class: "colour-ends" }, ...points.map(([number]) => el("span", {}, short(number)))),
    el("p", { class: "key" }, none, "No number"),
  ];
}

/** Return the joined numbers of a node as `[name, number]`, without missing ones. */
export function numbersOf(node, columns = []) {
  return columns.filter((name) => node[name] !== undefined).map((name) => [name, short(node[name])]);
}
