/** Figures by year, as a small bar chart with its numbers in words for screen readers. */

import { some, svg } from "./dom.js";

const WIDTH = 320;
const HEIGHT = 72;
const FOOT = 16;

/** Draw bars from `[[year, figures], ...]`; return null if no year is known. */
export function chart(years) {
  const counts = new Map(years.filter(([year]) => year));
  if (!counts.size) return null;
  let first = Math.min(...counts.keys());
  let last = Math.max(...counts.keys());
  const span = `${first}${first === last ? "" : ` to ${last}`}`;
  // The axis has at least ten years, because a single year would fill the whole chart.
  const spare = Math.max(0, Math.ceil((10 - (last - first + 1)) / 2));
  [first, last] = [first - spare, last + spare];
  const most = Math.max(...counts.values());
  const [peak] = [...counts].find(([, figures]) => figures === most);
  const step = WIDTH / (last - first + 1);
  const bars = [...counts].map(([year, figures]) => bar(year, figures, (year - first) * step, step, figures / most));
  const label = `Figures by year, ${span}; the most in ${peak}: ${some(most, "figure")}`;
  return svg(
    "svg",
    { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT + FOOT}`, role: "img", "aria-label": label },
    svg("line", { x1: 0, x2: WIDTH, y1: HEIGHT + 0.5, y2: HEIGHT + 0.5, class: "axis" }),
    bars,
    marks(counts, first, step).map(([x, year]) =>
      svg("text", { x, y: HEIGHT + 13, "text-anchor": "middle" }, String(year)),
    ),
  );
}

function bar(year, figures, x, step, share) {
  const height = Math.max(2, share * (HEIGHT - 6));
  const width = Math.max(1.5, Math.min(step * 0.78, 22));
  const at = { x: x + (step - width) / 2, y: HEIGHT - height, width, height, rx: Math.min(2, width / 3) };
  return svg("rect", { ...at, class: "bar" }, svg("title", {}, `${year}: ${some(figures, "figure")}`));
}

/** Return the labels below the bars: the first year, the last year, and those between them that fit. */
function marks(counts, first, step) {
  const years = [...counts.keys()].sort((one, other) => one - other);
  const wanted = [years[0], years.at(-1), ...years];
  const placed = [];
  for (const year of wanted) {
    const x = Math.min(Math.max((year - first + 0.5) * step, 16), WIDTH - 16);
    if (placed.every(([other]) => Math.abs(other - x) >= 40)) placed.push([x, year]);
  }
  return placed;
}
