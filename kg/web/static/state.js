/** What the page shows, as its address says it: links can be shared, back and forward work. */

const WHOLE_NUMBERS = ["top", "min_figures", "from", "to"];
const LISTS = ["of", "category", "pick"];
const TEXTS = ["flavour", "view", "lines"];

export const TOP = 40;
const MOST = 200;

/** A page in a file has no server that could read a query, and browsers let only its fragment change. */
function written(inFile) {
  return new URLSearchParams(inFile ? location.hash.slice(1) : location.search);
}

/** Give the state; what the address leaves out, or says in a way that makes no sense, is null or an empty list. */
export function read(inFile) {
  const given = written(inFile);
  const state = {};
  for (const name of WHOLE_NUMBERS) state[name] = wholeNumber(given.get(name));
  for (const name of LISTS) state[name] = (given.get(name) ?? "").split(",").filter(Boolean);
  for (const name of TEXTS) state[name] = given.get(name) || null;
  const q = Number.parseFloat(given.get("max_q"));
  state.max_q = q >= 0 && q <= 1 ? q : null;
  if (state.top) state.top = Math.min(state.top, MOST);
  return state;
}

function wholeNumber(text) {
  return /^\d{1,6}$/.test(text ?? "") && Number(text) > 0 ? Number(text) : null;
}

/** Give the part of the state that names a network, as parameters of the API and of the query page. */
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
  // Colons, commas and slashes may stand in a query as they are, and links are read by people.
  return given.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
}

/** Put the state into the address: a step to come back to, or in place of the present one. */
export function write(state, inFile, push) {
  const text = encode(state);
  const url = (inFile ? "#" : `${location.pathname}${text ? "?" : ""}`) + text;
  if (url === (inFile ? location.hash || "#" : location.pathname + location.search)) return;
  history[push ? "pushState" : "replaceState"](null, "", url);
}
