/** The page of a list: its names, its network, and what it is enriched in. */

import { announce, el, some, whole } from "./dom.js";
import { storedNumbers, listAddress, readList } from "./list-input.js";
import { listed } from "./list-names.js";
import { enriched } from "./list-enrichment.js";
import { listNetwork } from "./list-network.js";

export async function page(given, on) {
  const found = await readList(given.get("genes"), on.signal);
  const { rows, ids } = found;
  const columns = storedNumbers(ids);
  const texts = rows.map(({ text }) => text);
  /** Go to the list with another name in place of one; null leaves it out. */
  const replace = (text, other) => {
    const next = texts.map((each) => (each === text ? other : each)).filter(Boolean);
    return next.length ? on.visit(listAddress(next)) : on.visit("./");
  };
  const count = (status) => rows.filter((row) => row.status === status).length;
  const said = ["matched", "ambiguous", "not drawn", "unmatched"]
    .map((status) => [count(status), status])
    .filter(([number]) => number)
    .map(([number, status]) => `${whole(number)} ${status}`);
  const title = texts.length > 3 ? `List of ${some(texts.length, "name")}` : texts.join(", ");
  const network = ids.length ? listNetwork({ ids, columns, title, given, on, texts }) : null;
  const tests = ids.length > 1 ? [enriched("figures", ids, on), enriched("entities", ids, on)] : [];
  announce(`${title}: ${said.join(", ")}`);
  return {
    title,
    parts: [
      el(
        "header",
        {},
        el("p", { class: "kind" }, "A list"),
        el("h1", {}, title),
        el("p", { class: "list-counts" }, said.join(", "), found.repeated ? `; ${whole(found.repeated)} repeated` : ""),
        columns.length > 0 &&
          el(
            "p",
            { class: "note" },
            `${columns.map(({ name }) => name).join(", ")}: these numbers are in this tab only. The address does not have them, so that a shared link shows the list without them.`,
          ),
      ),
      edit(texts, on),
      listed(found, columns, { ...on, replace }),
      network?.part,
      tests.map(({ part }) => part),
      ids.length === 1 && el("p", { class: "note" }, "One name alone has no enrichment. Give two or more."),
      ids.length === 2 && el("p", {}, el("a", { class: "button", href: `?compare=${ids.join(",")}` }, "Compare the two")),
    ],
    shown() {
      network?.shown();
      for (const test of tests) test.shown();
    },
    gone: () => network?.gone(),
  };
}

/** Return the form that changes the list. */
function edit(texts, on) {
  const field = el("textarea", { id: "list-text", rows: 5, spellcheck: "false", autocapitalize: "off" });
  field.value = texts.join("\n");
  const show = (event) => {
    event.preventDefault();
    if (field.value.trim()) on.visit(listAddress(field.value));
  };
  return el(
    "details",
    { class: "list-edit" },
    el("summary", {}, "Change the list"),
    el(
      "form",
      { onsubmit: show },
      el("label", { for: "list-text" }, "Names, one a line or with commas"),
      field,
      el("button", { type: "submit", class: "button primary" }, "Show this list"),
    ),
  );
}
