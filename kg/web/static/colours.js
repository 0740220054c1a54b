/** Colours of numbers, the same as those of the exports: people with any colour vision tell them apart. */

import { el, short } from "./dom.js";

const DIVERGING = ["#2166AC", "#F7F7F7", "#B2182B"]; // around 0, where there are numbers of both signs
const SEQUENTIAL = ["#FFFFD4", "#FE9929", "#993404"]; // from the least number to the greatest
const MISSING = "#CCCCCC";

const parts = (colour) => [1, 3, 5].map((place) => Number.parseInt(colour.slice(place, place + 2), 16));

function between(one, other, share) {
  const [start, end] = [parts(one), parts(other)];
  const mixed = start.map((part, place) => Math.round(part + share * (end[place] - part)));
  return `#${mixed.map((part) => part.toString(16).padStart(2, "0").toUpperCase()).join("")}`;
}

/** Return the scale of numbers: its three `points`, its `colours`, and `colour(number)`. */
export function scaleOfNumbers(numbers) {
  let [least, greatest] = [Math.min(...numbers), Math.max(...numbers)];
  // Of one number alone the distance to 0 counts.
  if (least === greatest) [least, greatest] = [Math.min(least, 0), Math.max(greatest, 0) || Number(least === 0)];
  const most = Math.max(Math.abs(least), Math.abs(greatest));
  const both = least < 0 && greatest > 0;
  const points = both ? [-most, 0, most] : [least, (least + greatest) / 2, greatest];
  const colours = both ? DIVERGING : SEQUENTIAL;
  const [low, middle, high] = points;
  const colour = (number) => {
    if (number === undefined || number === null) return MISSING;
    return number < middle
      ? between(colours[0], colours[1], (number - low) / (middle - low))
      : between(colours[1], colours[2], (number - middle) / (high - middle));
  };
  return { points, colours, colour, both };
}

/** Return the bar that explains a scale. */
export function colourBar(name, { points, colours }) {
  return el(
    "p",
    { class: "number-scale" },
    el("span", {}, name),
    el("span", { class: "number" }, short(points[0])),
    el("span", { class: "number-colours", "aria-hidden": "true", style: `background: linear-gradient(to right, ${colours.join(", ")})` }),
    el("span", { class: "number" }, short(points[2])),
    el("span", { class: "no-number", "aria-hidden": "true", style: `background: ${MISSING}` }),
    el("span", {}, "no number"),
  );
}

/** Return what the colours mean, in words. */
export const colourWords = (name, { points, both }) =>
  both
    ? `Colour: ${name}, blue ${short(points[0])}, white 0, red ${short(points[2])}; grey: no number.`
    : `Colour: ${name}, pale yellow ${short(points[0])}, brown ${short(points[2])}; grey: no number.`;
