/** The state of the page, which is in its address, so that links can be shared and back and forward work. */

const WHOLE_NUMBERS = ["top", "min_figures", "from", "to"];
const LISTS = ["of", "category", "pick"];
const TEXTS = ["taxon", "without_taxon", "flavour", "view", "lines"];

export const TOP = 40;
const MOST = 200;

/** Return the parameters of the address; a page in a file has them in its fragment, the only part it can change. */
function written(inFile) {
  return new URLSearchParams(inFile ? location.hash.slice(1) : location.search);
}

/** Return the state in the address; a missing or invalid value is null or an empty list. */
export function read(inFile) {
  const given = written(inFile);
  const state = {};
  for (const name of WHOLE_NUMBERS) state[name] = wholeNumber(given.get(name));
  for (const name of LISTS) state[name] = (given.get(name) ?? "").split(",").filter(Boolean);
  for (const name of TEXTS) state[name] = given.get(name) || null;
  const q = Number.parseFloat(given.get("max_q"));
  state.max_q = q >= 0 && q <= 1 ? q : null;
  const probability = Number.parseFloat(given.get("min_probability"));
  state.min_probability = probability > 0 && probability <= 1 ? probability : null;
  if (state.top) state.top = Math.min(state.top, MOST);
  return state;
}

function wholeNumber(text) {
  return /^\d{1,6}$/.test(text ?? "") && Number(text) > 0 ? Number(text) : null;
}

/** Return the part of the state that selects a network, as parameters of the API and of the query page. */
export function parameters(state) {
  const { view, pick, lines, ...network } = state;
  return encode(network);
}

export function encode(state) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    const text = Array.isArray(value) ? value.join(",") : (value ?? "");
    if (text !== "") given.set(name, text);
  }
  // People read links, and a query string may have plain colons, commas and slashes.
  return given.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
}

/** Put the state into the address, as a new entry of the history (`push`) or in place of the current one. */
export function write(state, inFile, push) {
  if (location.protocol === "about:") return; // the frame of a notebook has no address of its own
  const text = encode(state);
  const url = (inFile ? "#" : `${location.pathname}${text ? "?" : ""}`) + text;
  if (url === (inFile ? location.hash || "#" : location.pathname + location.search + location.hash)) return;
  history[push ? "pushState" : "replaceState"](null, "", url);
}
