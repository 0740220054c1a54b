/** The names of a list: what each means, what can be chosen, and what has no meaning here. */

import { el, some, whole } from "./dom.js";
import { saveTable } from "./downloads.js";
import { NAMES, sign } from "./legend.js";

const FIRST_ROWS = 100;
const FIRST_CHOICES = 12;

/** Return the part of a page; `on.replace(text, other)` puts another name into the list. */
export function listed({ rows }, columns, on) {
  const of = (status) => rows.filter((row) => row.status === status);
  const matched = of("matched");
  return el(
    "section",
    { id: "list-names" },
    el("h2", {}, "Names"),
    group("Ambiguous: choose what is meant", of("ambiguous"), (row) => ambiguous(row, on)),
    group("Without a meaning here", of("unmatched"), (row) => unmatched(row, on)),
    group("Not drawn in these figures", of("not drawn"), (row) => [name(row), el("span", { class: "choices" }, hint(row), leave(row, on))]),
    matched.length > 0 && matches(matched, columns, on, rows.length === matched.length),
    el(
      "p",
      {},
      el(
        "button",
        { type: "button", class: "button", id: "save-names", onclick: () => saveTable(table(rows, columns), "names.tsv") },
        "Download the names, TSV",
      ),
    ),
  );
}

const name = ({ text }) => el("span", { class: "read" }, text);
const hint = (row) => row.hint && el("span", { class: "note" }, row.hint);
const choice = (said, label, onclick) => el("button", { type: "button", class: "button choose", "aria-label": label, onclick }, said);
const leave = ({ text }, on) => choice("Leave it out", `Leave out ${text}`, () => on.replace(text, null));

function group(title, rows, cells) {
  if (!rows.length) return null;
  const list = el("ul", { class: "list-choices" });
  const items = rows.map((row) => el("li", {}, cells(row)));
  const more = filled(list, items, FIRST_ROWS);
  return el("div", { class: "list-group" }, el("h3", {}, `${title} (${whole(rows.length)})`), list, more);
}

/** Fill a list, or the body of a table; return the button for what is behind its beginning, null where that is all. */
function filled(place, items, first) {
  place.append(...items.slice(0, first));
  if (items.length <= first) return null;
  const rest = () => (place.append(...items.slice(first)), button.remove());
  const button = el("button", { type: "button", class: "button more", onclick: rest }, `Show ${whole(items.length - first)} more`);
  return button;
}

function ambiguous({ text, matches, how }, on) {
  const shown = matches.slice(0, FIRST_CHOICES);
  const each = shown.map((match) =>
    choice(
      [sign(match.category), match.name, el("span", { class: "note" }, some(match.figures ?? 0, "figure"))],
      `${text} is ${match.name}, ${match.id}`,
      () => on.replace(text, match.id),
    ),
  );
  const all =
    how === "drawn word" &&
    choice(`all ${whole(matches.length)} of the word`, `${text} is all of the word`, () => on.replace(text, `word:${encodeURIComponent(text)}`));
  const left = matches.length - shown.length;
  return [name({ text }), el("span", { class: "choices" }, each, left > 0 && `and ${whole(left)} more`, all, leave({ text }, on))];
}

function unmatched(row, on) {
  const each = (row.suggestions ?? []).map((other) => choice(other, `${row.text} is ${other}`, () => on.replace(row.text, other)));
  const said = each.length ? el("span", { class: "note" }, "did you mean") : hint(row) || el("span", { class: "note" }, "no such name");
  return [name(row), el("span", { class: "choices" }, said, each, leave(row, on))];
}

/** Return the table of the names that mean something. */
function matches(rows, columns, on, open) {
  const body = el("tbody", {});
  const head = (text, number) => el("th", { scope: "col", class: number ? "number" : null }, text);
  const drawn = el(
    "table",
    { class: "plain-table" },
    el("thead", {}, el("tr", {}, head("Name"), head("Means"), head("By"), head("Figures", true), columns.map((column) => head(column.name, true)))),
    body,
  );
  const items = rows.map((row) => matchRow(row, columns, on));
  const more = filled(body, items, FIRST_ROWS);
  return el(
    "details",
    { open: open && rows.length <= 12, class: "list-matched" },
    el("summary", {}, `Matched (${whole(rows.length)})`),
    el("div", { class: "scroll" }, drawn),
    more,
  );
}

function matchRow({ text, matches: found, how }, columns, on) {
  const [first] = found;
  const link = ({ id, name: called, category }) => el("a", { href: on.address(id), class: "end" }, sign(category), el("span", {}, called));
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, text),
    el("td", {}, found.slice(0, FIRST_CHOICES).map((match) => [link(match), " "]), found.length > FIRST_CHOICES && ` and ${whole(found.length - FIRST_CHOICES)} more`),
    el("td", {}, how, first.category !== "gene" && ` (${NAMES[first.category]?.[0] ?? first.category})`),
    el("td", { class: "number" }, whole(first.figures ?? 0)),
    columns.map(({ values }) => el("td", { class: "number" }, values[first.id] === undefined ? "–" : String(values[first.id]))),
  );
}

function table(rows, columns) {
  const head = ["name", "status", "by", "id", "means", "category", "figures", "hint", ...columns.map((column) => column.name)];
  const lines = rows.flatMap(({ text, status, how, matches: found, hint: said }) =>
    (found.length ? found : [{}]).map(({ id, name: called, category, figures }) => [
      text, status, how, id, called, category, figures, said, ...columns.map(({ values }) => values[id]),
    ]),
  );
  return [head, ...lines];
}
