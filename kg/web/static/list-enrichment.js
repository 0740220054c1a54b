/** The figures, or chemicals and diseases, that a list is enriched in. */

import { el, link, short, some, whole } from "./dom.js";
import { about } from "./list-input.js";
import { picture, pictureButton } from "./images.js";
import { NAMES, sign } from "./legend.js";
import { saveTable } from "./downloads.js";
import { ask } from "./source.js";

const AT_ONCE = 20;
const FIRST_WORDS = 12;
const MOST = 500; // rows of an answer
const TITLES = { figures: "Enriched figures", entities: "Chemicals and diseases drawn with the list" };

const NOUNS = { figures: ["figure", "figures"], entities: ["chemical or disease", "chemicals and diseases"] };

const request = (target, ids, values, signal) => {
  const { posted, genes } = about(ids);
  const given = new URLSearchParams({ target, ...values });
  if (!posted) return ask(`api/enrich?${new URLSearchParams({ genes })}&${given}`, signal);
  return ask(`api/enrich?${given}`, signal, new Blob([ids.join("\n")], { type: "text/plain" }));
};

/** Return `part`, and `shown()`, which asks for the rows. */
export function enriched(target, ids, on) {
  const place = el("div", { "aria-busy": "true" }, el("p", { class: "note" }, "…"));
  const part = el("section", { id: `enriched-${target}`, class: "enriched" }, el("h2", {}, TITLES[target]), place);
  async function shown() {
    try {
      const found = await request(target, ids, { top: AT_ONCE }, on.signal);
      place.replaceChildren(...result(target, found, ids, on));
    } catch (error) {
      if (error.name === "AbortError") return;
      place.replaceChildren(el("p", { class: "note" }, `${error.message}.`));
    }
    place.removeAttribute("aria-busy");
  }
  return { part, shown };
}

function result(target, found, ids, on) {
  const [noun, nouns] = NOUNS[target];
  const background = el("p", { class: "note" }, `Tested: ${whole(found.tested)} ${nouns}, by drawn words. Background: ${found.background}.`);
  if (!found.tested) return [el("p", {}, `This build draws no ${noun} beside two words or more.`)];
  if (!found.rows.length) return [el("p", {}, `No ${noun} of this build is drawn with two different words of this list.`), background];
  const groups = target === "figures" ? "groups of near-identical figures" : "groups of the same words";
  const said = `${whole(found.significant_clusters)} of ${whole(found.clusters)} ${groups} with two words or more of the list have q ≤ 0.05.`;
  const body = el("tbody", {}, found.rows.map((row) => (target === "figures" ? figureRow(row) : entityRow(row, on))));
  const head = (text, title, number = true) => el("th", { scope: "col", class: number ? "number" : null, title }, text);
  const table = el(
    "table",
    { class: "plain-table stacked" },
    el("caption", { class: "hidden" }, `${TITLES[target]}, the most surprising first`),
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        head(target === "figures" ? "Figure" : "Name", null, false),
        head("Drawn words of the list", "Words that hit, with the genes of the list behind them", false),
        head("Hits", "Words of the list, of all words that are drawn"),
        head("Expected", "Hits of a list like this by chance"),
        head("p", "Probability of as many hits by chance"),
        head("q", "False discovery rate"),
      ),
    ),
    body,
  );
  return [
    el("p", {}, said),
    background,
    target === "figures" && pictureButton(on.build.images),
    el("div", { class: "scroll" }, table),
    el("p", { class: "list-tools" }, moreButton(target, found, ids, on, body), saveButton(target, ids, on)),
  ];
}

function moreButton(target, found, ids, on, body) {
  let { length: shown } = found.rows;
  const left = () => found.total - shown;
  if (!left()) return null;
  const label = () => (left() > 5 * AT_ONCE ? `Show ${whole(5 * AT_ONCE)} more of ${whole(left())}` : `Show ${whole(left())} more`);
  const button = el("button", { type: "button", class: "button more" }, label());
  button.addEventListener("click", async () => {
    button.disabled = true;
    const next = await request(target, ids, { top: 5 * AT_ONCE, offset: shown }, on.signal);
    const rows = next.rows.map((row) => (target === "figures" ? figureRow(row) : entityRow(row, on)));
    body.append(...rows);
    shown += rows.length;
    rows[0]?.querySelector("a")?.focus({ preventScroll: true });
    if (!rows.length || !left()) return button.remove();
    button.textContent = label();
    button.disabled = false;
  });
  return button;
}

/** Return the button that saves all rows, those of each group too. */
function saveButton(target, ids, on) {
  const button = el("button", { type: "button", class: "button", id: `save-${target}` }, "Download all, TSV");
  button.addEventListener("click", async () => {
    button.disabled = true;
    const rows = [];
    for (let total = 1; rows.length < total; ) {
      const found = await request(target, ids, { all: "true", top: MOST, offset: rows.length }, on.signal);
      total = found.rows.length ? found.total : 0;
      rows.push(...found.rows);
    }
    const names = Object.keys(rows[0] ?? {});
    const cell = (value) => (Array.isArray(value) ? value.join("; ") : value);
    saveTable([names, ...rows.map((row) => names.map((name) => cell(row[name])))], `enriched-${target}.tsv`);
    button.disabled = false;
  });
  return button;
}

const cells = (row) => [
  el("td", { "data-label": "Words" }, words(row)),
  el("td", { class: "number", "data-label": "Hits" }, `${whole(row.hits)} of ${whole(row.words_drawn)}`),
  el("td", { class: "number", "data-label": "Expected" }, short(row.expected)),
  el("td", { class: "number", "data-label": "p" }, short(row.p)),
  el("td", { class: "number", "data-label": "q" }, short(row.q)),
];

/** Return the words that hit, each with its genes where they have other names. */
function words({ words: drawn, genes }) {
  const each = drawn.map((word, place) => [
    place > 0 && ", ",
    el("span", { class: "read" }, word),
    genes[place] && genes[place].toUpperCase().replaceAll(", ", "/") !== word.toUpperCase() && el("span", { class: "note" }, ` ${genes[place]}`),
  ]);
  if (each.length <= FIRST_WORDS + 2) return el("div", {}, each);
  const rest = el("span", { hidden: true }, each.slice(FIRST_WORDS));
  const more = el("button", { type: "button", class: "plain", onclick: () => ((rest.hidden = false), more.remove()) }, `and ${whole(each.length - FIRST_WORDS)} more`);
  return el("div", {}, each.slice(0, FIRST_WORDS), rest, " ", more);
}

function figureRow(row) {
  const figid = row.figure_id.replace("pfocr:", "");
  const near = row.cluster_size > 1 ? `and ${some(row.cluster_size - 1, "near-identical figure")}` : null;
  return el(
    "tr",
    {},
    el(
      "th",
      { scope: "row" },
      el("a", { href: `?figure=${encodeURIComponent(figid)}` }, row.title || figid),
      el("p", { class: "note" }, [row.year, near].filter(Boolean).join(" · "), row.paper_page && [" · ", link(row.paper_page, "Paper")]),
      picture({ image: row.image, title: row.title || figid, at: row.page, article: row.paper_page }),
    ),
    cells(row),
  );
}

function entityRow(row, on) {
  return el(
    "tr",
    {},
    el(
      "th",
      { scope: "row" },
      el("a", { href: on.address(row.entity_id), class: "end" }, sign(row.category), el("span", {}, row.name)),
      el("p", { class: "note" }, NAMES[row.category]?.[0] ?? row.category),
    ),
    cells(row),
  );
}
