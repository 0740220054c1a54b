/** The query page: YASGUI's editor and results, and the canned queries as forms; the address holds the state. */

/* global Yasgui */

import { shortener, tableOf } from "./cells.js";
import { byId, el, paused, some } from "./dom.js";
import { sign } from "./legend.js";
import { combobox } from "./search.js";
import { ask } from "./source.js";

const { Yasqe, Yasr } = Yasgui;
const endpoint = new URL("sparql", location.href).href;
const NARROW = matchMedia("(max-width: 980px)");
const FRESH =
  "SELECT ?gene ?name ?figures\nWHERE {\n  ?gene a biolink:Gene ;\n    rdfs:label ?name ;\n    kg:figureCount ?figures .\n}\nORDER BY DESC(?figures)\nLIMIT 20\n";

/** The build: `prefixes` of CURIEs, and the `namespaces` that queries may use without saying so. */
const build = await ask("api/build").catch(() => ({}));
const short = shortener(build);

/** The comments at the head of a canned query; the page shows them as title, description and form. */
const HEAD = /^(?:# \w+: .*\n)+\n*/;

// The default of the editor sends what is typed to another site. These two complete without a request.
Yasqe.defaults.autocompleters = ["prefixes", "variables"];

const editor = new Yasqe(byId("editor"), {
  value: "",
  persistenceId: null,
  consumeShareLink: null,
  createShareableLink: null,
  createShortLink: null,
  showQueryButton: false,
  resizeable: false,
  editorHeight: "auto",
  collapsePrefixesOnLoad: true,
  requestConfig: {
    endpoint,
    method: "POST",
    acceptHeaderGraph: "text/turtle",
    acceptHeaderSelect: "application/sparql-results+json",
  },
});

// The server knows the usual prefixes, so that the editor must not call them undefined.
const syntax = editor.getMode();
const begin = syntax.startState;
syntax.startState = (...given) => {
  const state = begin(...given);
  return { ...state, prefixes: { ...build.namespaces, ...state.prefixes } };
};
editor.setValue(FRESH);

// The Tab key leads on, as everywhere on the page; the parts of the editor have names for screen readers.
editor.setOption("extraKeys", { ...editor.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
name(editor.getInputField(), "SPARQL query");
name(editor.getScrollerElement(), "Text of the query");
editor.getScrollerElement().setAttribute("role", "group");
editor.getScrollerElement().tabIndex = 0; // so that the arrow keys scroll it

Yasr.registerPlugin("table", tableOf(Yasr.plugins.table, short));
const results = new Yasr(byId("results"), {
  persistenceId: null,
  prefixes: () => editor.getPrefixesFromQuery(),
  plugins: { table: { dynamicConfig: { compact: true, isEllipsed: false } } },
  errorRenderers: [refused],
});

/** Name the controls of YASGUI, which draws them anew with each result. */
results.on("drawn", nameControls);
nameControls();

function nameControls() {
  const box = byId("results");
  name(box.querySelector(".tableSizer"), "Rows on a page");
  name(box.querySelector(".tableFilter"), "Filter the rows");
  name(box.querySelector(".yasr_external_ref_btn"), "Manual of YASGUI, on another site");
}

function name(element, text) {
  element?.setAttribute("aria-label", text);
}

let queries = [];
let chosen = null;
let asked = null;
let latest = 0;

// -- errors, in the words of the server

async function refused({ text, status, statusText }) {
  let said = text || statusText;
  let title = status === 503 ? "That was too much" : "The query was refused";
  let offered = [];
  try {
    const problem = JSON.parse(text);
    if (problem.status === 503) title = "That was too much";
    title = problem.heading ?? title;
    said = problem.detail ?? problem.error ?? problem.title ?? said;
    offered = problem.offered ?? [];
  } catch {
    // The answer is plain text.
  }
  return el(
    "div",
    { class: "refused", role: "alert" },
    el("h2", {}, title),
    el("p", {}, said || "The server does not answer. Is it still running?"),
    offered.length ? el("p", { class: "offered" }, offered.map(suggestion)) : null,
  );
}

// -- running

editor.on("query", (_, __, controller) => {
  asked = controller;
  running(true);
});
editor.on("queryResponse", (_, response, milliseconds) => {
  running(false);
  results.setResponse(response, milliseconds);
  const rows = results.results?.getBindings()?.length;
  const seconds = `${(milliseconds / 1000).toPrecision(2)} s`;
  byId("status").textContent =
    response instanceof Error ? "" : rows === undefined ? `Done in ${seconds}` : `${some(rows, "row")} in ${seconds}`;
});
editor.on("queryAbort", () => running(false));

function running(yes) {
  byId("run").disabled = yes;
  byId("stop").hidden = !yes;
  if (yes) byId("status").textContent = "Running …";
}

/** Show why the form cannot be filled in, and what an unknown name may mean; nothing runs. */
function refuse({ message, unknown, suggestions = [] }) {
  byId("status").textContent = "";
  const offered = suggestions.map((each) => ({ ...each, unknown }));
  const said = { heading: "The form needs another value", detail: message, offered };
  results.setResponse(new Error(JSON.stringify(said)), 0);
}

/** Return a button that puts a suggestion into the form, in place of the unknown name, and runs the query. */
function suggestion({ id, name, category, unknown }) {
  const take = () => {
    const fields = [...byId("parameters").elements];
    const field = fields.find((each) => each.value.includes(unknown));
    if (!field) return;
    field.value = field.value.replace(unknown, id);
    field.dispatchEvent(new Event("input"));
    field.focus();
    start();
  };
  const note = name === id ? null : el("span", { class: "note" }, id);
  return el("button", { type: "button", class: "button suggestion", onclick: take }, sign(category), name, note);
}

/** Run what the editor has; the query of a form is filled in first, because a value may have just been typed. */
async function start() {
  if (!chosen?.query || editor.getValue() !== chosen.bound) return run();
  if (await bind()) return run();
  if (chosen.problem) refuse(chosen.problem);
}

function run() {
  keepText();
  return editor.query().catch(() => {}); // the error is shown among the results
}

// -- the address

function address(parameters, push) {
  const text = new URLSearchParams(parameters)
    .toString()
    .replaceAll("%3A", ":")
    .replaceAll("%2F", "/")
    .replaceAll("%2C", ",");
  const url = location.pathname + (text ? `?${text}` : "");
  if (url !== location.pathname + location.search) history[push ? "pushState" : "replaceState"](null, "", url);
}

/** Put a query into the address, unless it is a canned query as it was filled in. */
function keepText() {
  const text = editor.getValue();
  if (chosen && text === chosen.bound) return;
  address({ text }, false);
}

async function fromAddress() {
  const given = new URLSearchParams(location.search);
  const name = given.get("name");
  if (name) {
    const query = queries.find((each) => each.name === name);
    if (!query) return say("Not found", `No query is called “${name}”. Choose one from the list.`);
    const values = Object.fromEntries(
      query.parameters.filter((each) => given.has(each.name)).map((each) => [each.name, given.get(each.name)]),
    );
    if (await choose(query, values, false)) return run();
    return chosen.problem && refuse(chosen.problem);
  }
  mark(null);
  if (given.has("of")) {
    const { text } = await ask(`api/sparql?${given}`);
    say("SPARQL of this view", "The pairs that the picture shows, asked of the store. Change what you like.");
    editor.setValue(text);
    chosen = { bound: text };
    return run();
  }
  if (given.has("text")) editor.setValue(given.get("text"));
  else say("SPARQL", "Ask the graph in SPARQL. The usual prefixes may be left out. Ctrl+Enter runs the query.");
}

// -- canned queries

function say(title, description) {
  byId("title").textContent = title;
  byId("description").textContent = description;
  byId("parameters").replaceChildren();
  document.title = `${title} – Pathway Figures`;
}

function mark(query) {
  for (const each of byId("queries").querySelectorAll("a")) {
    if (each.dataset.name === query?.name) each.setAttribute("aria-current", "page");
    else each.removeAttribute("aria-current");
  }
}

function list() {
  const groups = new Map([["General", []]]);
  for (const query of queries) groups.set(query.category, [...(groups.get(query.category) ?? []), query]);
  const entry = (query) =>
    el(
      "li",
      {},
      el(
        "a",
        {
          href: `?name=${encodeURIComponent(query.name)}`,
          "data-name": query.name,
          onclick: (event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            choose(query, {}, true);
          },
        },
        query.title,
      ),
    );
  byId("queries").replaceChildren(
    ...[...groups]
      .filter(([, found]) => found.length)
      .map(([category, found]) => el("section", {}, el("h2", {}, category), el("ul", {}, found.map(entry)))),
  );
}

async function choose(query, values, push) {
  say(query.title, query.description);
  mark(query);
  chosen = { query, values: { ...values }, bound: editor.getValue(), filled: false, problem: null };
  const fields = query.parameters.map((parameter) => field(parameter, values[parameter.name] ?? parameter.default));
  byId("parameters").replaceChildren(...fields);
  if (NARROW.matches) byId("queries-box").open = false;
  address({ name: query.name, ...values }, push);
  return bind();
}

function field(parameter, value) {
  const id = `parameter-${parameter.name}`;
  const number = parameter.type === "integer" || parameter.type === "decimal";
  const several = parameter.type === "uri-list";
  const usual = shown(parameter, parameter.default);
  const attributes = { id, name: parameter.name, spellcheck: "false", autocapitalize: "off" };
  const input = several
    ? el("textarea", { ...attributes, rows: 1 })
    : el("input", { ...attributes, type: "text", inputmode: number ? "decimal" : null });
  input.value = shown(parameter, value);
  const change = () => {
    if (several) grow(input);
    chosen.values[parameter.name] = input.value.trim();
    if (!chosen.values[parameter.name] || chosen.values[parameter.name] === usual)
      delete chosen.values[parameter.name];
    address({ name: chosen.query.name, ...chosen.values }, false);
    bindSoon();
  };
  input.addEventListener("input", change);
  if (several) {
    requestAnimationFrame(() => grow(input)); // once it is on the page
    input.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && start());
  }
  if (parameter.type !== "uri")
    return el(
      "label",
      { class: "parameter", for: id },
      el("span", {}, parameter.label),
      input,
      el("span", { class: "problem", id: `${id}-problem` }),
    );
  const suggestions = el("div", {
    class: "suggestions",
    id: `${id}-list`,
    role: "listbox",
    "aria-label": "Suggestions",
    hidden: true,
  });
  for (const [name, given] of Object.entries({
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
    "aria-autocomplete": "list",
  }))
    input.setAttribute(name, given);
  combobox(input, suggestions, {
    find: suggest,
    choose: (choice) => {
      input.value = choice.id;
      change();
    },
    enter: start,
  });
  return el("div", { class: "parameter" }, el("label", { for: id }, parameter.label), input, suggestions);
}

/** Return a value as the form shows it: identifiers as CURIEs, each of a list on its own line. */
function shown({ type }, value) {
  if (!type.startsWith("uri")) return value;
  const isList = type === "uri-list" && value.split(/\s+/).every((each) => /^https?:/.test(each));
  return isList ? value.split(/\s+/).map(short).join("\n") : short(value);
}

/** Make a field as high as its text, up to the height that its style gives. */
function grow(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
}

const bindSoon = paused(bind, 200);

/** Return the entities for a text; a drawn word gives those it stands for, because a form takes an identifier. */
async function suggest(text, signal) {
  if (/^https?:/.test(text)) return { matches: [], words: [] };
  const { matches, words } = await ask(`api/search?${new URLSearchParams({ q: text, limit: 8 })}`, signal);
  const drawn = words.flatMap(({ word, figures, ids, names }) =>
    ids.map((id, place) => ({ id, name: names[place], category: "word", figures, matched: word, how: "word" })),
  );
  const known = new Set(matches.map(({ id }) => id));
  return { matches: [...matches, ...drawn.filter(({ id }) => !known.has(id) && known.add(id))], words: [] };
}

/**
 * Let the server fill the parameters in, because it resolves names and identifiers; return whether it did.
 * An answer that comes after that to a later change is dropped.
 */
async function bind() {
  bindSoon.cancel();
  const mine = chosen;
  const turn = ++latest;
  let text = null;
  let problem = null;
  try {
    const path = `api/queries/${encodeURIComponent(mine.query.name)}?${new URLSearchParams(mine.values)}`;
    ({ text } = await ask(path));
  } catch (error) {
    problem = error;
  }
  if (mine !== chosen || turn !== latest) return false;
  mine.problem = problem;
  byId("status").textContent = problem?.message ?? "";
  if (problem && mine.filled) return false;
  mine.filled = !problem;
  mine.bound = problem ? "" : text.replace(HEAD, ""); // not the query that stood there before
  editor.setValue(mine.bound);
  return mine.filled;
}

// -- start

byId("run").addEventListener("click", start);
byId("stop").addEventListener("click", () => {
  asked?.abort();
  running(false);
  byId("status").textContent = "Stopped.";
});
byId("parameters").addEventListener("submit", (event) => {
  event.preventDefault();
  start();
});
byId("theme").addEventListener("click", () => document.dispatchEvent(new Event("themeswitch")));
addEventListener("popstate", () => fromAddress().catch(failed));
const fold = () => (byId("queries-box").open = !NARROW.matches);
NARROW.addEventListener("change", fold);
fold();

function failed(error) {
  byId("status").textContent = error.message;
}

try {
  queries = await ask("api/queries");
  list();
  await fromAddress();
} catch (error) {
  failed(error);
}
document.documentElement.dataset.ready = "true";
