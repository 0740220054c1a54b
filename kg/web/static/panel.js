/** The panel of an entity, a figure, a paper or a word. */

import { chart } from "./chart.js";
import { el, link, short, some, whole } from "./dom.js";
import { NAMES, sign } from "./legend.js";
import { curie } from "./links.js";
import { doubtNote, LIKELY, percent } from "./readings.js";

const FLAT = 24;

export const section = (title, ...children) => el("section", {}, el("h3", {}, title), children);

/** Return a list of numbers from `[name, number, explanation]`. */
export function facts(pairs) {
  return el(
    "dl",
    { class: "facts" },
    pairs.filter(Boolean).map(([name, value, title]) => el("div", { title }, el("dt", {}, name), el("dd", {}, value))),
  );
}

function kind(node) {
  const organism = node.organism ?? node.taxon;
  return el(
    "p",
    { class: "kind" },
    sign(node.category),
    NAMES[node.category]?.[0] ?? node.category,
    organism && ` · ${organism}`,
  );
}

/** Return the panel of an entity; `go(id)` makes it the centre, and `here` is true if it is the centre. */
export function entity(node, { go, here, hash, figures }) {
  const words = node.words ?? [];
  const top = Object.entries(node.top ?? {}).filter(([, found]) => found.length);
  const bars = node.years && chart(node.years);
  return [
    el(
      "header",
      {},
      kind(node),
      el("h2", {}, node.name),
      ids(node),
      !here &&
        el(
          "button",
          { type: "button", class: "button primary", id: "center-here", onclick: () => go(node.id) },
          "Show its neighbours",
        ),
    ),
    facts([["Figures", whole(node.figures)], node.papers !== undefined && ["Papers", whole(node.papers)], ...(node.numbers ?? [])]),
    figures &&
      node.figures + (node.doubtful_figures ?? 0) > 0 &&
      el("p", {}, el("a", { class: "button", id: "its-figures", href: figures(node.id) }, "See its figures")),
    doubtNote(node),
    around(node.partners),
    bars && section("Figures by year", bars),
    words.length ? section("Drawn as", wordList(words)) : null,
    ...top.map(([category, found]) =>
      section(`Drawn with these ${NAMES[category]?.[1] ?? category}`, partners(found, category, go, hash)),
    ),
    node.synonyms?.length
      ? section(
          "Also called",
          long(
            node.synonyms.map((name) => el("li", {}, name)),
            "plain-list",
          ),
        )
      : null,
    node.xrefs?.length
      ? section(
          "Elsewhere",
          long(
            node.xrefs.map((id) => el("li", {}, curie(id))),
            "plain-list",
          ),
        )
      : null,
  ];
}

/** Return the sentence with the number of partners in each category. */
function around(partners = {}) {
  const said = Object.entries(partners)
    .sort(([, one], [, other]) => other - one)
    .map(([category, number]) => `${whole(number)} ${NAMES[category]?.[number === 1 ? 0 : 1] ?? category}`);
  if (!said.length) return null;
  const last = said.pop();
  return el(
    "p",
    { class: "note" },
    `Drawn with ${said.length ? `${said.join(", ")} and ` : ""}${last}, by different words.`,
  );
}

function ids(node) {
  return el(
    "p",
    { class: "ids" },
    curie(node.id, node.url),
    node.id_status &&
      node.id_status !== "given" &&
      el(
        "span",
        { class: "note" },
        {
          learned: "identifier learned from other records",
          lexicon: "identifier from the lexicon",
          none: "no identifier",
        }[node.id_status] ?? "",
      ),
  );
}

function wordList(words) {
  const said = {
    given: "the record has the word",
    inferred: "inferred from the words beside it",
    unknown: "the record does not say the word",
  };
  const rows = words.map(({ word, figures, status, probability = 1 }) =>
    el(
      "li",
      { title: said[status] },
      el("span", { class: word ? "read" : "note" }, word ?? "word not recorded"),
      " ",
      el("span", { class: "number" }, some(figures, "figure")),
      status === "inferred" && el("span", { class: "note" }, " inferred"),
      probability < 1 &&
        el(
          "span",
          { class: probability < LIKELY ? "note doubt" : "note", title: "mean probability that it means this one" },
          ` ${percent(probability)}`,
        ),
    ),
  );
  return long(rows, "words");
}

function partners(found, category, go, hash) {
  return el(
    "ul",
    { class: "partners" },
    found.map(({ id, name, figures }) =>
      el(
        "li",
        {},
        el(
          "a",
          { href: hash(id), onclick: (event) => plainClick(event) && (event.preventDefault(), go(id)) },
          sign(category),
          el("span", {}, name),
        ),
        el("span", { class: "number" }, some(figures, "figure")),
      ),
    ),
  );
}

export const plainClick = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);

/** Return a list that is cut to its beginning until a button is clicked. */
function long(rows, name) {
  const list = el("ul", { class: name }, rows.slice(0, FLAT));
  if (rows.length <= FLAT) return list;
  const more = el(
    "button",
    { type: "button", class: "plain", onclick: () => (list.append(...rows.slice(FLAT)), more.remove()) },
    `and ${whole(rows.length - FLAT)} more`,
  );
  return [list, more];
}

/** Return the panel of several centres, such as the entities that one drawn word stands for. */
export function several(nodes, { go, hash }) {
  return [
    el(
      "header",
      {},
      el("p", { class: "kind" }, some(nodes.length, "thing")),
      el("h2", {}, nodes.map((node) => node.name).join(", ")),
    ),
    el("p", { class: "note" }, "Their partners are shown together. Choose one to see it alone."),
    el(
      "section",
      {},
      el("h3", {}, "These are"),
      el(
        "ul",
        { class: "partners" },
        [...nodes].sort((one, other) => (other.figures ?? 0) - (one.figures ?? 0)).map((node) =>
          el(
            "li",
            {},
            el(
              "a",
              { href: hash(node.id), onclick: (event) => plainClick(event) && (event.preventDefault(), go(node.id)) },
              sign(node.type),
              el("span", {}, node.name),
            ),
            el("span", { class: "number" }, some(node.figures ?? 0, "figure")),
          ),
        ),
      ),
    ),
  ];
}

/** Return the columns of a figure, a paper, a drawn word, or an edge that is no co-occurrence. */
export function plain(title, columns, type) {
  const shown = Object.entries(columns).filter(([name]) => !HIDDEN.has(name));
  return [
    el(
      "header",
      {},
      el("p", { class: "kind" }, type && sign(type), NAMES[type]?.[0] ?? columns.interaction),
      el("h2", {}, title),
      columns.title && columns.title !== title && el("p", {}, columns.title),
    ),
    el(
      "dl",
      { class: "columns" },
      shown.map(([name, value]) => [el("dt", {}, name.replaceAll("_", " ")), el("dd", {}, address(value))]),
    ),
  ];
}

const HIDDEN = new Set(["id", "source", "target", "name", "type", "title", "center", "interaction"]);

function address(value) {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : short(value);
  return /^https?:/.test(value) ? link(value, value) : String(value);
}
