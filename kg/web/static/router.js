/** The pages beside the network and the start: which one an address names, and how it is shown. */

import { announce, byId, el } from "./dom.js";

/**
 * Modules of pages by the parameter of the address that names one, such as `?figure=PMC1__F1`; each is loaded when it
 * is first shown, so that a page in a file does not have them. A module exports `page(given, on)`: `given` are the
 * parameters of the address, `on` has `source`, `build`, `signal`, `visit(address)`, `center(id)` and `address(id)`. It
 * returns (as a promise) `title`, `parts` (elements or null), and if needed `shown()`, which runs once the parts are in
 * the document, and `gone()`, which runs when another page is shown.
 */
const PAGES = {
  figure: () => import("./figure.js"),
  figures: () => import("./figures.js"),
  genes: () => import("./list.js"),
  compare: () => import("./compare.js"),
};

let leave = null;

/**
 * Return the parameters of the address. A long list stands in the fragment, `#genes=A,B,C`, because servers and proxies
 * refuse long addresses, and browsers do not send the fragment.
 */
export const addressed = () =>
  new URLSearchParams(location.hash.startsWith("#genes=") ? location.hash.slice(1) : location.search);

/** Return the name of the page that an address names; null for the network and the start. */
export const named = (given) => Object.keys(PAGES).find((name) => given.get(name)) ?? null;

/** Free what the shown page holds, such as a network. */
export function leavePage() {
  leave?.();
  leave = null;
}

/** Load a page and put it into the document; an error is the caller's. */
export async function showPage(name, given, on) {
  const { page } = await PAGES[name]();
  const { title, parts, shown, gone } = await page(given, on);
  if (on.signal.aborted) return;
  leavePage();
  put(title, parts);
  leave = gone;
  shown?.();
}

/** Show an error in place of a page. */
export function showFault(title, text, buttons) {
  leavePage();
  put(title, [el("div", { class: "message" }, el("h1", {}, title), el("p", {}, text), el("p", {}, buttons))]);
}

function put(title, parts) {
  document.title = `${title} – Pathway Figures`;
  byId("page").replaceChildren(...parts.flat(Infinity).filter(Boolean));
  announce(title);
}
