/** The explorer: connects the address, the search, the filters, the picture, the table and the panel. */

import { captions } from "./captions.js";
import { announce, byId, el, paused, some, whole } from "./dom.js";
import { showDownloads } from "./downloads.js";
import { embeddedSource } from "./embedded.js";
import { active, Filters, NOTHING } from "./filters.js";
import { Graph } from "./graph.js";
import { NAMES, sign } from "./legend.js";
import { pair } from "./pair.js";
import * as panel from "./panel.js";
import { giveList, isSeveral, listAddress } from "./list-input.js";
import { addressed, leavePage, named, showFault, showPage } from "./router.js";
import { combobox } from "./search.js";
import { serverSource } from "./source.js";
import { encode, parameters, read, TOP, write } from "./state.js";
import { Table } from "./table.js";

const FIGURES_AT_ONCE = 20;
const FEWER = 18; // partners on a narrow page
const MOST_CENTERS = 10; // as many as the API takes

const embedded = byId("embedded");
const NARROW = matchMedia("(max-width: 980px)");
const source = embedded
  ? embeddedSource(JSON.parse(embedded.textContent))
  : serverSource(matchMedia("(max-width: 600px)").matches ? FEWER : TOP);
let state = read(source.inFile);
let build = null;
let shown = null; // the network that is on the page
let asked = null; // aborts a request whose answer is not needed any more
let panelAsked = null;
let graph = null;
let few = false; // whether only some of the pairs are drawn
let filters = null;

const table = new Table(byId("table"), { pick: (ids) => pick(ids), center: (id) => center(id) });

// -- actions of a person

function center(id) {
  byId("search-input").value = "";
  go({ of: [].concat(id), pick: [] }, true);
}

function pick(ids, said) {
  if (said) announce(said);
  if (ids.join() === state.pick.join()) return;
  const push = state.pick.length === 0 && ids.length > 0;
  state = { ...state, pick: ids };
  write(state, source.inFile, push);
  showPick();
  if (ids.length && NARROW.matches && !said) byId("panel").scrollIntoView({ block: "start", behavior: "smooth" });
}

/** Change the state; with `push` the back button returns to the old one. */
function go(part, push) {
  state = { ...state, ...part };
  write(state, source.inFile, push);
  return show();
}

/** Go to an address of this page, such as `?figure=PMC1__F1`. */
function visit(url) {
  history.replaceState({ scroll: scrollY }, "");
  history.pushState(null, "", url);
  byId("search-input").value = "";
  return arrive(0);
}

/**
 * Show what the address names, and scroll there. The focus stays on its link if the new page has that, too, and goes to
 * the page otherwise; who has begun to type meanwhile keeps it.
 */
async function arrive(scroll) {
  const focused = document.activeElement;
  const id = focused?.closest("#page") ? focused.id : "";
  focused?.blur();
  state = read(source.inFile);
  await show();
  scrollTo({ top: scroll, behavior: "instant" });
  const free = !document.activeElement || document.activeElement === document.body;
  if (document.documentElement.dataset.page !== "page" || !free) return;
  (byId(id || "page") ?? byId("page")).focus({ preventScroll: true });
}

const goSoon = paused((part) => go(part, false), 140);

function changeFilters(part, settled) {
  if (!settled) return goSoon(part);
  goSoon.cancel();
  return go(part, false);
}

const address = (id) => {
  const of = [].concat(id);
  return source.inFile ? `#${encode({ of })}` : `?${encode({ ...state, of, pick: [] })}`;
};

/** Return the parameters of the network that is shown; on a narrow page it has fewer partners. */
const networkOf = (given) =>
  parameters({ ...given, top: given.top ?? (source.can.top === TOP || source.inFile ? null : source.can.top) });

// -- the picture, the table and the panel

async function show() {
  asked?.abort();
  const given = addressed();
  const page = source.inFile ? null : named(given);
  const start = !page && !state.of.length && !source.whole;
  document.documentElement.dataset.page = page ? "page" : start ? "start" : "view";
  if (page) return showNamed(page, given);
  leavePage();
  showAs(state.view === "table");
  if (start) return showStart();
  asked = new AbortController();
  busy(true);
  try {
    if (state.of.length === 1) source.entity(state.of[0]).catch(() => {}); // the panel needs it, too
    const network = await source.network(networkOf(state), asked.signal);
    showNetwork(network);
  } catch (error) {
    if (error.name !== "AbortError") showError(error);
    else return;
  }
  busy(false);
}

/** Show a page of its own, such as that of a figure. */
async function showNamed(name, given) {
  const { signal } = (asked = new AbortController());
  busy(true);
  try {
    await showPage(name, given, { source, build, signal, visit, center, address: (id) => `?${encode({ of: [id] })}` });
  } catch (error) {
    if (signal.aborted) return;
    const missing = error.status === 404;
    const again = el("button", { type: "button", class: "button", onclick: () => show() }, "Try again");
    showFault(missing ? "Not found" : "That did not work", sentence(error.message), missing ? [] : [again]);
  }
  if (!signal.aborted) busy(false);
}

function showStart() {
  document.title = "Pathway Figures";
  shown = null;
  showExamples(build.examples ?? []);
  if (!NARROW.matches) byId("search-input").focus({ preventScroll: true });
}

function showNetwork(network) {
  const { elements } = network;
  const before = shown;
  shown = network;
  const of = network.of ?? [];
  if (of.length && state.of.length && of.join() !== state.of.join()) {
    state = { ...state, of };
    write(state, source.inFile, false);
  }
  byId("message").hidden = true;
  byId("picture").hidden = false;
  graph ??= new Graph(byId("graph"), { pick, center, hint });
  few = graph.show(elements, of, state.lines) < elements.edges.length;
  table.show(elements, of);
  filters.show(state);
  showTitle(network);
  hint("");
  tools(true);
  if (!elements.edges.length) showEmpty(network);
  showPick(before?.of?.join() === of.join());
}

function showTitle({ elements, of = [], left_out: leftOut }) {
  const names = new Map(elements.nodes.map(({ data }) => [data.id, data.name]));
  const name = of.map((id) => names.get(id) ?? id).join(", ");
  const partners = elements.nodes.length - of.length;
  const entity = elements.nodes.some(({ data }) => of.includes(data.id) && data.type in build.categories);
  const noun = entity ? "partner" : "neighbour";
  const said = leftOut ? `${whole(partners)} of ${some(partners + leftOut, noun)}` : some(partners, noun);
  document.title = name ? `${name} – Pathway Figures` : (source.title ?? "Pathway Figures");
  byId("view-title").replaceChildren(
    el("span", { class: "of" }, name || source.title || "All"),
    el(
      "span",
      { class: "note" },
      of.length ? said : `${some(elements.nodes.length, "node")}, ${some(elements.edges.length, "edge")}`,
    ),
  );
  byId("filters-box").querySelector("summary").textContent = active(state)
    ? `Filters · ${active(state)} set`
    : "Filters";
  byId("graph").setAttribute(
    "aria-label",
    `Network of ${name || "this view"}: ${some(elements.nodes.length, "node")}, ${some(elements.edges.length, "edge")}`,
  );
  announce(name ? `${name}: ${said}` : `${some(elements.nodes.length, "node")}`);
}

function showEmpty({ elements, of = [] }) {
  const name = elements.nodes.find(({ data }) => of.includes(data.id))?.data.name ?? "It";
  const reset = el(
    "button",
    { type: "button", class: "button primary", onclick: () => go(NOTHING, true) },
    "Reset the filters",
  );
  const all =
    source.can.single &&
    state.min_figures !== 1 &&
    el(
      "button",
      { type: "button", class: "button", onclick: () => go({ min_figures: 1 }, true) },
      "Count pairs of a single figure",
    );
  message("Nothing to draw here", `${name} has no partner that passes these filters.`, [active(state) && reset, all]);
}

function showError(error) {
  filters?.show(state);
  tools(false);
  byId("panel").replaceChildren();
  document.title = "Pathway Figures";
  byId("view-title").replaceChildren();
  const missing = error.status === 404;
  const again = el("button", { type: "button", class: "button", onclick: () => show() }, "Try again");
  const offered = missing ? (error.suggestions ?? []).map((each) => suggestion(each, error.unknown)) : [again];
  message(missing ? "Not found" : "That did not work", sentence(error.message), offered);
  announce(error.message);
}

/** Return a link to what an unknown name may mean; it takes the place of the name among the centres. */
function suggestion({ id, name, category, figures }, unknown) {
  const of = state.of.includes(unknown) ? state.of.map((each) => (each === unknown ? id : each)) : [id];
  const figure = category === "figure";
  const href = figure ? `?figure=${encodeURIComponent(id.replace("pfocr:", ""))}` : address(of);
  const follow = (event) => panel.plainClick(event) && (event.preventDefault(), center(of));
  const said = figures === undefined ? null : el("span", { class: "note" }, some(figures, "figure"));
  return el("a", { class: "button suggestion", href, onclick: figure ? null : follow }, sign(category), name, said);
}

/** Return an error as a sentence; messages have a small first letter and no full stop, as on the command line. */
const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? "" : "."}`;

function message(title, text, buttons) {
  byId("picture").hidden = true;
  byId("message").hidden = false;
  byId("message").replaceChildren(el("h3", {}, title), el("p", {}, text), el("p", {}, buttons.filter(Boolean)));
}

function hint(text) {
  const usual = matchMedia("(hover: hover)").matches
    ? "Click a line for its figures. Double-click a node to go there."
    : "Tap a line for its figures, a node for what is known of it.";
  byId("hint").textContent =
    text ||
    usual +
      (few
        ? ` ${whole(graph.cy.edges().length)} of ${whole(shown.elements.edges.length)} pairs are drawn, the table has all.`
        : "");
}

/** Fill the panel with the picked node or edge, otherwise with the centre. */
async function showPick(same) {
  graph?.pick(state.pick);
  table.pick(state.pick);
  if (!shown) return;
  const ids = state.pick.length ? state.pick : (shown.of ?? []);
  const key = `${ids.join()} ${parameters(state)}`;
  if (same && key === byId("panel").dataset.of) return;
  panelAsked?.abort();
  panelAsked = new AbortController();
  try {
    const parts = await panelOf(ids, panelAsked.signal);
    fill(parts, key);
  } catch (error) {
    if (error.name !== "AbortError") fill([el("p", { class: "note" }, sentence(error.message))], "");
  }
}

function fill(parts, key) {
  const aside = byId("panel");
  const other = aside.dataset.of !== key;
  aside.dataset.of = key;
  aside.replaceChildren(...parts.flat().filter(Boolean));
  if (other) aside.scrollTop = 0;
}

async function panelOf(ids, signal) {
  const { nodes, edges } = shown.elements;
  const node = (id) => nodes.find(({ data }) => data.id === id)?.data;
  const pages = source.inFile ? {} : { figure: (id) => `?${encode({ figure: id })}`, figures: (id) => `?${encode({ figures: id })}` };
  const on = { go: center, hash: address, here: shown.of?.includes(ids[0]) && shown.of.length === 1, ...pages };
  if (!ids.length) return source.about ? panel.plain(source.title, source.about) : [];
  if (state.pick.length === 2) return panelOfPair(ids, edges, node, on, signal);
  if (ids.length > 1)
    return panel.several(
      ids.map((id) => node(id) ?? { id, name: id }),
      on,
    );
  const found = node(ids[0]);
  if (found && !(found.type in build.categories)) return panel.plain(found.name, found, found.type);
  return panel.entity(await source.entity(ids[0]), on);
}

async function panelOfPair([subject, object], edges, node, on, signal) {
  const ends = [subject, object];
  const edge = edges.find(({ data }) => ends.includes(data.source) && ends.includes(data.target))?.data;
  if (edge?.interaction && edge.interaction !== "co-occurs") {
    return panel.plain(ends.map((id) => node(id)?.name ?? id).join(" – "), edge);
  }
  const { from, to, flavour, min_probability } = state;
  const asked = { subject, object, from, to, flavour, min_probability, limit: FIGURES_AT_ONCE };
  const evidence = await source.evidence({ ...asked, offset: 0 }, signal);
  return pair(edge, evidence, { ...on, images: build.images, next: (offset) => source.evidence({ ...asked, offset }) });
}

// -- the frame of the page

function busy(yes) {
  byId("progress").hidden = !yes;
  byId("stage").setAttribute("aria-busy", String(yes));
}

function tools(yes) {
  for (const id of ["downloads", "sparql"]) byId(id).hidden = !yes || (id === "sparql" && !source.can.sparql);
  if (!yes) return;
  byId("sparql").href = `query?${networkOf(state)}`;
  const name = byId("view-title").querySelector(".of").textContent;
  const texts = () => captions({ network: shown, drawn: graph.cy.edges().length, name, state, build });
  showDownloads(byId("downloads"), { source, parameters: networkOf(state), table, graph, name, texts });
}

function showAs(asTable) {
  byId("as-table").setAttribute("aria-pressed", String(asTable));
  byId("as-graph").setAttribute("aria-pressed", String(!asTable));
  byId("stage").classList.toggle("tabular", asTable);
  byId("table-box").classList.toggle("hidden", !asTable);
  table.reachable(asTable);
  graph?.resized();
}

function face(view) {
  state = { ...state, view };
  write(state, source.inFile, false);
  showAs(view === "table");
}

function listen() {
  addEventListener("popstate", (event) => arrive(event.state?.scroll ?? 0));
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="?"]');
    if (!link || source.inFile || event.defaultPrevented || !panel.plainClick(event)) return;
    event.preventDefault();
    visit(link.getAttribute("href"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest?.("input, textarea, select")) return;
    event.preventDefault();
    byId("search-input").focus();
    byId("search-input").select();
  });
  byId("theme").addEventListener("click", () => document.dispatchEvent(new Event("themeswitch")));
  if (source.inFile) byId("home").href = "#";
  byId("home").addEventListener("click", (event) => {
    if (!panel.plainClick(event)) return;
    event.preventDefault();
    byId("search-input").value = "";
    go({ ...NOTHING, of: [], pick: [], view: null }, true);
  });
  byId("as-graph").addEventListener("click", () => face(null));
  byId("as-table").addEventListener("click", () => face("table"));
  document.querySelector(".skip").addEventListener("click", () => face("table"));
  byId("zoom-in").addEventListener("click", () => graph.zoom(1.25));
  byId("zoom-out").addEventListener("click", () => graph.zoom(0.8));
  byId("zoom-fit").addEventListener("click", () => graph.fit());
  const menu = byId("downloads");
  document.addEventListener("click", (event) => menu.contains(event.target) || (menu.open = false));
  menu.addEventListener(
    "keydown",
    (event) => event.key === "Escape" && ((menu.open = false), menu.querySelector("summary").focus()),
  );
  const fold = () => (byId("filters-box").open = !NARROW.matches);
  NARROW.addEventListener("change", fold);
  fold();
  byId("search").addEventListener("submit", (event) => event.preventDefault());
  combobox(byId("search-input"), byId("search-list"), {
    find: (text, signal) => source.search(text, signal),
    choose: (choice) =>
      choice.figid ? visit(`?${encode({ figure: choice.figid })}`) : center(choice.word === undefined ? choice.id : (choice.ids ?? choice.names.slice(0, MOST_CENTERS))),
    enter: (text) => (isSeveral(text) && !source.inFile ? visit(listAddress(text)) : center(text)),
    none: "Press Enter for similar names.",
  });
}

function showBuild() {
  const { counts } = build;
  const said = { figures: "figures", papers: "papers", entities: "genes, chemicals, diseases", pairs: "pairs" };
  byId("counts").replaceChildren(
    ...Object.entries(said)
      .filter(([name]) => counts[name] !== undefined)
      .map(([name, text]) => el("div", {}, el("dt", {}, text), el("dd", {}, whole(counts[name])))),
  );
}

async function showExamples(ids) {
  const link = ({ id, name }) =>
    el(
      "a",
      {
        class: "button",
        href: address(id),
        onclick: (event) => panel.plainClick(event) && (event.preventDefault(), center(id)),
      },
      name,
    );
  const found = await Promise.all(ids.map((id) => source.entity(id).catch(() => ({ id, name: id }))));
  byId("examples").replaceChildren(...(found.length ? ["Try ", ...found.map(link)] : []));
}

async function start() {
  listen();
  try {
    build = await source.build();
  } catch (error) {
    document.documentElement.dataset.page = "view";
    return showError(error);
  }
  filters = new Filters(byId("filters"), build, source.can, changeFilters);
  showBuild();
  filters.show(state);
  if (!source.inFile) giveList({ visit, search: source.search });
  await show();
  document.documentElement.dataset.ready = "true"; // tests wait for this
}

start();
