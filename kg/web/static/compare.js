/** Two names compared: the partners that both have, those of one only, the figures that show both, and years. */

import { el, short, some, svg, whole } from "./dom.js";
import { saveTable } from "./downloads.js";
import { sign } from "./legend.js";
import { pair } from "./pair.js";
import { ask } from "./source.js";
import { encode } from "./state.js";

const FIRST_ROWS = 15;
const MOST = 500;
const FIGURES_AT_ONCE = 10;
const [WIDTH, HEIGHT, FOOT] = [640, 120, 18];

export async function page(given, on) {
  const names = given.get("compare").split(",").map((name) => name.trim()).filter(Boolean);
  if (names.length !== 2) throw new Error("give two names to compare: ?compare=TP53,MDM2");
  const found = await ask(`api/compare?${new URLSearchParams({ a: names[0], b: names[1], limit: MOST })}`, on.signal);
  const { a, b } = found;
  const asked = { subject: a.id, object: b.id, limit: FIGURES_AT_ONCE };
  const figures = el("section", { id: "compare-figures" }, el("h2", {}, "Figures that show both"), el("p", { class: "note" }, "…"));
  const least = some(found.min_figures, "figure");
  return {
    title: `${a.name} and ${b.name}`,
    parts: [
      el(
        "header",
        {},
        el("p", { class: "kind" }, "Compared"),
        el("h1", {}, end(a, on), el("span", { class: "note" }, " and "), end(b, on)),
        el("p", { class: "note" }, `${a.name}: ${some(a.figures, "figure")}. ${b.name}: ${some(b.figures, "figure")}. Partners are drawn with one of them in ${least} or more, by different words.`),
      ),
      years(found),
      el(
        "div",
        { class: "compared" },
        partners("shared", "Partners of both", "by the lesser of the two weights", found.shared, found, on),
        partners("only-a", `Partners of ${a.name} only`, `not with ${b.name} in ${least} or more`, found.only_a, found, on),
        partners("only-b", `Partners of ${b.name} only`, `not with ${a.name} in ${least} or more`, found.only_b, found, on),
      ),
      figures,
    ],
    async shown() {
      try {
        const evidence = await on.source.evidence({ ...asked, offset: 0 }, on.signal);
        const [, , ...parts] = pair(null, evidence, {
          go: on.center,
          hash: on.address,
          images: on.build.images,
          figure: (id) => `?${encode({ figure: id })}`,
          next: (offset) => on.source.evidence({ ...asked, offset }),
        });
        figures.firstChild.textContent = `Figures that show both (${whole(evidence.figures)})`;
        figures.replaceChildren(figures.firstChild, ...parts.flat().filter(Boolean));
        figures.append(el("p", {}, el("a", { class: "button", href: `${on.address(a.id)}&pick=${a.id},${b.id}` }, "The pair in its network")));
      } catch (error) {
        if (error.name !== "AbortError") figures.replaceChildren(figures.firstChild, el("p", { class: "note" }, error.message));
      }
    },
  };
}

const end = ({ id, name, category }, on) => el("a", { href: on.address(id), class: "end" }, sign(category), el("span", {}, name));

/** Return the partners of one kind: their figures and weights with the two. */
function partners(name, title, order, { partners: all, rows }, { a, b }, on) {
  const ends = name === "only-a" ? [["a", a]] : name === "only-b" ? [["b", b]] : [["a", a], ["b", b]];
  const head = (text, number = true) => el("th", { scope: "col", class: number ? "number" : null }, text);
  const row = (each) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, end(each, on)),
      ends.map(([key, { name: called }]) => [
        el("td", { class: "number", "data-label": `${called}, figures` }, whole(each[`${key}_figures`])),
        el("td", { class: "number", "data-label": `${called}, weight` }, short(each[`${key}_weight`])),
      ]),
    );
  const body = el("tbody", {}, rows.slice(0, FIRST_ROWS).map(row));
  const rest = rows.slice(FIRST_ROWS);
  const more = rest.length > 0 && el("button", { type: "button", class: "button more" }, `Show ${whole(rest.length)} more`);
  if (more) more.addEventListener("click", () => (body.append(...rest.map(row)), more.remove()));
  const save = () =>
    saveTable(
      [["id", "name", "category", "a_figures", "a_weight", "b_figures", "b_weight"], ...rows.map((each) => [each.id, each.name, each.category, each.a_figures, each.a_weight, each.b_figures, each.b_weight])],
      `${a.name}-${b.name}-${name}.tsv`.replace(/[^\w.-]+/g, "-"),
    );
  const cut = all > rows.length ? ` The first ${whole(rows.length)} are here.` : "";
  return el(
    "section",
    { id: `compare-${name}` },
    el("h2", {}, `${title} (${whole(all)})`),
    el("p", { class: "note" }, `Sorted ${name === "shared" ? order : "by weight"}${name === "shared" ? "" : `; ${order}`}.${cut}`),
    rows.length > 0 &&
      el(
        "div",
        { class: "scroll" },
        el(
          "table",
          { class: "plain-table stacked" },
          el(
            "thead",
            {},
            el("tr", {}, head("Partner", false), ends.map(([, { name: called }]) => [head(ends.length > 1 ? `Figures, ${called}` : "Figures"), head("Weight")])),
          ),
          body,
        ),
      ),
    rows.length > 0 && el("p", { class: "list-tools" }, more, el("button", { type: "button", class: "button", onclick: save }, "TSV")),
  );
}

/** Return the figures by year: two bars a year, of which the dark part shows both. */
function years({ a, b, years: all }) {
  if (!all.length) return null;
  const [first, last] = [all[0][0], all.at(-1)[0]];
  const most = Math.max(...all.flatMap(([, one, other]) => [one, other]));
  const step = WIDTH / Math.max(last - first + 1, 10);
  const width = Math.min(step * 0.4, 14);
  const bar = (x, figures, name) => {
    const height = (figures / most) * (HEIGHT - 12);
    return svg("rect", { x, y: HEIGHT - height, width, height, class: name });
  };
  const bars = all.map(([year, one, other, both]) => {
    const middle = (year - first + 0.5) * step;
    const said = `${year}: ${a.name} ${whole(one)}, ${b.name} ${whole(other)}, both ${whole(both)}`;
    return svg(
      "g",
      {},
      svg("title", {}, said),
      bar(middle - width, one, "one"),
      bar(middle, other, "other"),
      bar(middle - width, both, "both"),
      bar(middle, both, "both"),
    );
  });
  const labels = [...new Set([first, Math.round((first + last) / 2), last])].map((year) =>
    svg("text", { x: Math.min(Math.max((year - first + 0.5) * step, 16), WIDTH - 16), y: HEIGHT + 14, "text-anchor": "middle" }, String(year)),
  );
  const together = all.reduce((sum, [, , , both]) => sum + both, 0);
  const label = `Figures by year, ${first} to ${last}: ${a.name} at most ${whole(Math.max(...all.map(([, one]) => one)))} a year, ${b.name} at most ${whole(Math.max(...all.map(([, , other]) => other)))}, both in ${some(together, "figure")} with a year`;
  const key = (name, text) => el("span", { class: "chart-key" }, el("span", { class: `key-swatch ${name}`, "aria-hidden": "true" }), text);
  return el(
    "section",
    { id: "compare-years" },
    el("h2", {}, "Figures by year"),
    el("p", { class: "chart-keys" }, key("one", a.name), key("other", b.name), key("both", "both in one figure, by different words")),
    svg(
      "svg",
      { class: "chart two-series", viewBox: `0 0 ${WIDTH} ${HEIGHT + FOOT}`, role: "img", "aria-label": label },
      svg("line", { x1: 0, x2: WIDTH, y1: HEIGHT + 0.5, y2: HEIGHT + 0.5, class: "axis" }),
      svg("text", { x: 0, y: 10 }, whole(most)),
      bars,
      labels,
    ),
  );
}
