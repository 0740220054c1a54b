/** The pairs as a table, also for screen readers. */

import { el, short, some, whole } from "./dom.js";
import { DOUBTS, doubtSign, sign } from "./legend.js";
import { isDoubtful, isUnsure } from "./readings.js";

const FIRST_ROWS = 200;
/** Least figures of a pair that is sorted by NPMI, because pairs of fewer reach the top by chance. */
const NPMI_FLOOR = 5;
const COLUMNS = [
  ["weight", "Weight", (edge) => short(edge.weight)],
  ["figures", "Figures", (edge) => whole(edge.figures)],
  ["papers", "Papers", (edge) => whole(edge.papers ?? 0)],
  ["npmi", "NPMI", (edge) => short(edge.npmi)],
  ["q", "q", (edge) => short(edge.q)],
  ["first_year", "Years", years],
];
const TITLES = {
  weight: "Sum of shares: a word that stands for ten genes counts a tenth for each",
  figures: "Figures that draw the two by different words",
  npmi: `Normalised pointwise mutual information, −1 to 1; sorted, pairs in fewer than ${NPMI_FLOOR} figures come last`,
  q: "False discovery rate",
};

/** Return the mark of a doubtful node or edge with its meaning as text for screen readers. */
const mark = (kind) =>
  el("span", { class: "doubt-mark", title: DOUBTS[kind] }, doubtSign(kind), el("span", { class: "hidden" }, DOUBTS[kind]));

function years({ first_year: first, last_year: last }) {
  if (!first) return "–";
  return first === last ? String(first) : `${first}–${last}`;
}

export class Table {
  constructor(container, { pick, center }) {
    this.container = container;
    this.on = { pick, center };
    this.sorted = ["weight", -1];
    this.all = false;
    this.edges = [];
  }

  show({ nodes, edges }, of) {
    this.names = new Map(nodes.map(({ data }) => [data.id, data]));
    const centers = new Set(of);
    // The centre comes first, also where it is the second entity of the pair.
    const turned = edges.map(({ data }) =>
      centers.has(data.target) && !centers.has(data.source)
        ? { ...data, source: data.target, target: data.source }
        : data,
    );
    this.own = new Set(turned.filter((edge) => centers.has(edge.source)));
    this.edges = [...this.own, ...turned.filter((edge) => !this.own.has(edge))];
    this.all = false;
    this.draw();
  }

  /** Allow or forbid the focus on the buttons; a table that is hidden, and only read out, must not take it. */
  reachable(yes) {
    this.seen = yes;
    for (const button of this.container.querySelectorAll("button")) button.tabIndex = yes ? 0 : -1;
  }

  draw() {
    const [column, direction] = this.sorted;
    const rank = ([one, other]) =>
      one === other
        ? 0
        : one === null || one === undefined
          ? 1
          : other === null || other === undefined
            ? -1
            : (one < other ? -1 : 1) * direction;
    const value = (edge) => {
      if (column === "npmi" && edge.figures < NPMI_FLOOR) return null;
      return column === "source" || column === "target" ? this.names.get(edge[column])?.name.toLowerCase() : edge[column];
    };
    // The pairs of the centres come first, however the table is sorted, because they were asked for.
    const rows = [...this.edges].sort(
      (one, other) =>
        this.own.has(other) - this.own.has(one) ||
        rank([value(one), value(other)]) ||
        other.weight - one.weight ||
        (one.id < other.id ? -1 : 1),
    );
    const shown = this.all ? rows : rows.slice(0, FIRST_ROWS);
    const more = rows.length - shown.length;
    const columns = this.edges.some((edge) => edge.weight !== undefined) ? COLUMNS : [];
    this.container.replaceChildren(
      el(
        "table",
        {},
        el("caption", { class: "hidden" }, `${some(rows.length, "pair")}; choose one to see its figures`),
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            this.head("source", "One"),
            this.head("target", "Other"),
            columns.map(([name, title]) => this.head(name, title)),
          ),
        ),
        this.bodies(shown, columns),
      ),
      more
        ? el(
            "button",
            { type: "button", class: "button more", onclick: () => this.everything() },
            `Show ${some(more, "more pair")}`,
          )
        : "",
    );
    this.reachable(this.seen);
  }

  /** Return the rows: the pairs of the centres, and below a heading those among their partners. */
  bodies(shown, columns) {
    const own = shown.filter((edge) => this.own.has(edge));
    const others = shown.filter((edge) => !this.own.has(edge));
    const body = (edges) => edges.map((edge) => this.row(edge, columns));
    if (!own.length || !others.length) return el("tbody", {}, body(shown));
    const title = el("th", { colspan: 2 + columns.length, scope: "rowgroup" }, "Pairs among the partners");
    return [el("tbody", {}, body(own)), el("tbody", {}, el("tr", { class: "group" }, title), body(others))];
  }

  everything() {
    this.all = true;
    this.draw();
  }

  head(name, title) {
    const [column, direction] = this.sorted;
    const sorted = column === name ? (direction < 0 ? "descending" : "ascending") : null;
    const text = name === "source" || name === "target";
    const turn = () => {
      this.sorted = [name, column === name ? -direction : text || name === "q" || name === "first_year" ? 1 : -1];
      this.draw();
      this.container.querySelector(`[data-column=${name}]`).focus();
    };
    const button = el(
      "button",
      { type: "button", "data-column": name, title: TITLES[name], onclick: turn },
      title,
      el("span", { class: "arrow", "aria-hidden": "true" }, sorted ? (direction < 0 ? "↓" : "↑") : ""),
    );
    return el("th", { scope: "col", class: text ? null : "number", "aria-sort": sorted }, button);
  }

  row(edge, columns) {
    const [one, other] = [edge.source, edge.target].map((id) => this.names.get(id) ?? { name: id });
    const pick = () => this.on.pick([edge.source, edge.target]);
    const end = (node) =>
      el("span", { class: "end" }, sign(node.type), el("span", {}, node.name), isDoubtful(node) && mark("node"));
    return el(
      "tr",
      { onclick: pick, "data-pair": `${edge.source} ${edge.target}` },
      el(
        "th",
        { scope: "row" },
        el(
          "button",
          {
            type: "button",
            class: "end",
            "aria-label": `${one.name} and ${other.name}: figures`,
            onclick: (event) => (event.stopPropagation(), pick()),
          },
          sign(one.type),
          el("span", {}, one.name),
          isDoubtful(one) && mark("node"),
        ),
        isUnsure(edge) && mark("edge"),
      ),
      el("td", {}, end(other)),
      columns.map(([, , said]) => el("td", { class: "number" }, said(edge))),
    );
  }

  /** Mark the row of the picked pair. */
  pick(ids) {
    const wanted = new Set([ids.join(" "), [...ids].reverse().join(" ")]);
    for (const row of this.container.querySelectorAll("tbody tr"))
      row.toggleAttribute("data-picked", ids.length === 2 && wanted.has(row.dataset.pair));
  }

  /** Return the table as tab-separated text. */
  text() {
    const names = ["subject_id", "subject", "object_id", "object", ...COLUMNS.map(([name]) => name), "last_year"];
    const clean = (value) => String(value ?? "").replace(/[\t\r\n]+/g, " ");
    const rows = this.edges.map((edge) =>
      [
        edge.source,
        this.names.get(edge.source)?.name,
        edge.target,
        this.names.get(edge.target)?.name,
        ...COLUMNS.map(([name]) => edge[name]),
        edge.last_year,
      ].map(clean),
    );
    return [names, ...rows].map((row) => `${row.join("\t")}\n`).join("");
  }
}
