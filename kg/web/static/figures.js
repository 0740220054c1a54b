/** The list of the figures that draw an entity: paged, sorted by year, title or number of words. */

import { el, link, some, whole } from "./dom.js";
import { called, figureAddress } from "./figure.js";
import { sign } from "./legend.js";
import { ask } from "./source.js";
import { encode } from "./state.js";

const AT_ONCE = 50;
const SORTS = { title: "asc", year: "desc", words: "desc" };

export async function page(given, on) {
  const id = given.get("figures");
  const sort = given.get("sort") in SORTS ? given.get("sort") : "year";
  const order = ["asc", "desc"].includes(given.get("order")) ? given.get("order") : SORTS[sort];
  const number = Math.max(1, Number.parseInt(given.get("page"), 10) || 1);
  const doubtful = given.get("doubtful") === "1" ? 1 : 0;
  const asked = { id, sort, order, doubtful, limit: AT_ONCE, offset: (number - 1) * AT_ONCE };
  const found = await ask(`api/figures?${new URLSearchParams(asked)}`, on.signal);
  const shown = { sort, order, doubtful, number };
  const all = found.figures + (doubtful ? found.doubtful_figures : 0);
  const address = (part) => to(found.id, { ...shown, ...part });
  return {
    title: `Figures of ${found.name}`,
    parts: [
      head(found, shown, address, on),
      found.rows.length ? table(found, shown, address) : el("p", {}, all ? "This page has no more figures." : "None."),
      pages(all, number, address),
    ],
  };
}

/** Return the address of a list; what is usual is left out of it. */
function to(id, { sort, order, doubtful, number }) {
  const usual = sort === "year" && order === SORTS.year;
  return `?${encode({ figures: id, sort: usual ? "" : sort, order: order === SORTS[sort] ? "" : order, doubtful: doubtful || "", page: number > 1 ? number : "" })}`;
}

function head({ id, name, category, figures, doubtful_figures: doubts }, { doubtful }, address, on) {
  return el(
    "header",
    {},
    el("p", { class: "kind" }, sign(category), "Figures of"),
    el("h1", {}, el("a", { href: on.address(id) }, name)),
    el(
      "p",
      { class: "note" },
      `${some(figures, "figure")} ${figures === 1 ? "draws" : "draw"} it by a likely reading.`,
      doubts > 0 && [
        " ",
        el(
          "a",
          { id: "doubtful", href: address({ doubtful: 1 - doubtful, number: 1 }) },
          doubtful
            ? `Leave out the ${whole(doubts)} by a doubtful reading only`
            : `Add the ${whole(doubts)} by a doubtful reading only`,
        ),
      ],
    ),
  );
}

/** The table has roles, because a narrow page shows its rows as blocks. */
function table({ rows }, shown, address) {
  return el(
    "table",
    { class: "figure-table", role: "table" },
    el(
      "thead",
      { role: "rowgroup" },
      el(
        "tr",
        { role: "row" },
        column("title", "Figure", shown, address),
        column("year", "Year", shown, address),
        el("th", { scope: "col", role: "columnheader" }, "Paper"),
        el("th", { scope: "col", role: "columnheader" }, "Drawn as"),
        column("words", "Words", shown, address),
      ),
    ),
    el("tbody", { role: "rowgroup" }, rows.map(row)),
  );
}

function column(name, text, { sort, order }, address) {
  const sorted = sort === name;
  const turned = order === "asc" ? "desc" : "asc";
  const next = address({ sort: name, order: sorted ? turned : SORTS[name], number: 1 });
  return el(
    "th",
    {
      scope: "col",
      role: "columnheader",
      class: name === "title" ? null : "number",
      "aria-sort": sorted ? `${order}ending` : null,
      title: name === "words" ? "Number of all words drawn in the figure" : null,
    },
    el(
      "a",
      { id: `sort-${name}`, href: next },
      text,
      el("span", { class: "arrow", "aria-hidden": "true" }, sorted ? (order === "asc" ? "↑" : "↓") : ""),
    ),
  );
}

function row(figure) {
  const { paper, words, words_drawn: drawn } = figure;
  const cell = (label, attributes, ...children) =>
    el("td", { role: "cell", "data-label": label, ...attributes }, el("div", {}, children));
  return el(
    "tr",
    { role: "row" },
    el(
      "th",
      { scope: "row", role: "rowheader" },
      el("a", { href: figureAddress(figure.figid) }, called(figure)),
      figure.doubtful && el("span", { class: "note doubt" }, " doubtful reading"),
    ),
    cell("Year", { class: "number" }, figure.year ? String(figure.year) : "–"),
    cell("Paper", { class: "paper" }, link(paper.url, paper.title ?? paper.id.split(":")[1])),
    cell(
      "Drawn as",
      {},
      words.length ? el("span", { class: "read" }, words.join(", ")) : el("span", { class: "note" }, "word not recorded"),
    ),
    cell("Words", { class: "number" }, whole(drawn)),
  );
}

function pages(all, number, address) {
  const last = Math.max(1, Math.ceil(all / AT_ONCE));
  if (last === 1 && number === 1) return null;
  const step = (id, text, to, rel) =>
    to >= 1 && to <= last ? el("a", { class: "button", id, rel, href: address({ number: to }) }, text) : null;
  return el(
    "nav",
    { class: "pager", "aria-label": "Pages of the list" },
    step("first-page", "First", number > 2 ? 1 : 0),
    step("previous-page", "Previous", number - 1, "prev"),
    el("span", {}, `Page ${whole(number)} of ${whole(last)}`),
    step("next-page", "Next", number + 1, "next"),
    step("last-page", "Last", number < last - 1 ? last : 0),
  );
}
