/** Elements made without markup, so that text from records never becomes HTML. */

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** Create an element. `on...` are listeners; null and false leave an attribute out; children are nodes or texts. */
export function el(name, attributes = {}, ...children) {
  return dress(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return dress(document.createElementNS(SVG, name), attributes, children);
}

function dress(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Return a link to a page of another site, or only the text where the address is no web address. */
export function link(url, text, attributes = {}) {
  if (!/^https?:\/\//i.test(url ?? "")) return el("span", attributes, text);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", ...attributes }, text);
}

const WHOLE = new Intl.NumberFormat("en");

export const whole = (number) => WHOLE.format(number);

/** Return a number with its noun: `some(1, "figure")` is `1 figure`, `some(2, "figure")` is `2 figures`. */
export function some(number, noun) {
  const plural = noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${whole(number)} ${number === 1 ? noun : plural}`;
}

/** Return a statistic with at most three significant digits. */
export function short(number) {
  if (number === null || number === undefined || Number.isNaN(number)) return "–";
  if (number === 0) return "0";
  const size = Math.abs(number);
  if (size < 0.001) return number.toExponential(0).replace("e-", "e−");
  return size >= 100 ? whole(Math.round(number)) : String(Number(number.toPrecision(3))).replace("-", "−");
}

/** Return a function that runs `task` once its calls have paused for a time; `cancel` drops the last call. */
export function paused(task, milliseconds) {
  let timer;
  const wait = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => task(...given), milliseconds);
  };
  wait.cancel = () => clearTimeout(timer);
  return wait;
}

/** Announce a text to screen readers. */
export function announce(text) {
  byId("live").textContent = text;
}
