/** The filters: sliders and choices beside the picture. */

import { el, short, whole } from "./dom.js";
import { DOUBTS, doubtSign, NAMES, sign } from "./legend.js";
import { listLegend } from "./numbers.js";
import { LIKELY, percent, SURE } from "./readings.js";

const FIGURES = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000];
const PARTNERS = [5, 10, 15, 20, 30, 40, 60, 80, 100];
const Q = [1, 0.5, 0.2, 0.1, 0.05, 0.01, 1e-3, 1e-6, 1e-12];
const PROBABILITIES = [LIKELY, 0.6, 0.7, 0.8, 0.9, SURE, 0.99];
const TITLES = {
  max_q: "False discovery rate of a pair",
  min_figures: "Figures that draw the two by different words",
  min_probability: "Least probability that a word means the gene it was read as, to count for a pair",
};
const LINES = { "": "The strongest", all: "All", none: "None" };
const LINES_OF_ALL = { "": "The strongest", all: "All" };
const ORGANISM_LIMIT = 30;
const FLAVOURS = { "": "Any", synonyms: "Symbols, synonyms", strict: "Symbols only" };

/** Return the steps of a slider with the value among them, in order. */
function among(steps, value) {
  if (steps.includes(value)) return steps;
  const rising = steps[0] < steps.at(-1);
  return [...steps, value].sort((one, other) => (rising ? one - other : other - one));
}

export class Filters {
  /** `changed(part, settled)` gets the changed part of the state; `settled` is true once the thumb is released. */
  constructor(form, build, can, changed) {
    this.form = form;
    this.build = build;
    this.can = can;
    this.changed = changed;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("pointerup", () => delete form.dataset.held);
  }

  /** Show the state, except while a person drags a slider. */
  show(state) {
    if (this.form.contains(document.activeElement) && this.form.childElementCount && this.form.dataset.held) return;
    const focused = document.activeElement?.id;
    this.form.replaceChildren(...this.parts(state));
    if (focused && this.form.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused).focus();
  }

  parts(state) {
    const { build, can } = this;
    const least = build.min_figures;
    const most = build.counts.figures;
    const figures = FIGURES.filter((number) => number <= Math.max(most, least) && (can.single || number >= least));
    const [first, last] = build.years;
    const tail = el(
      "button",
      { type: "button", class: "plain reset", id: "reset", onclick: () => this.changed(NOTHING, true) },
      "Reset filters",
    );
    return [
      can.pairs
        ? this.slider(
            "min_figures",
            "Figures, at least",
            among(among(figures, least), state.min_figures ?? least),
            state.min_figures ?? least,
            least,
            whole,
          )
        : null,
      can.pairs
        ? this.slider("max_q", "FDR, at most", among(Q, state.max_q ?? 1), state.max_q ?? 1, 1, (value) =>
            value === 1 ? "any" : short(value),
          )
        : null,
      can.readings
        ? this.slider(
            "min_probability",
            "Reading, at least",
            among(PROBABILITIES, state.min_probability ?? LIKELY),
            state.min_probability ?? LIKELY,
            LIKELY,
            reading,
          )
        : null,
      can.years && first && first < last ? this.years(state, first, last) : null,
      can.top
        ? this.slider(
            "top",
            "Strongest partners",
            among(
              among(
                PARTNERS.filter((number) => number <= build.counts.entities),
                can.top,
              ),
              state.top ?? can.top,
            ),
            state.top ?? can.top,
            can.top,
            whole,
          )
        : null,
      this.categories(state),
      build.list ? listLegend(build.list) : null,
      can.pairs ? doubts() : null,
      this.organisms(state),
      can.pairs
        ? this.choice("lines", can.top ? "Lines between partners" : "Lines", can.top ? LINES : LINES_OF_ALL, state)
        : null,
      can.flavour ? this.choice("flavour", "Words that count", FLAVOURS, state) : null,
      tail,
    ].filter(Boolean);
  }

  slider(name, label, steps, value, usual, said) {
    const id = `filter-${name}`;
    const output = el("output", { for: id }, said(value));
    const input = el("input", {
      id,
      name,
      type: "range",
      min: 0,
      max: steps.length - 1,
      step: 1,
      value: steps.indexOf(value),
      "aria-valuetext": said(value),
    });
    const give = (settled) => {
      const chosen = steps[input.value];
      output.textContent = said(chosen);
      input.setAttribute("aria-valuetext", said(chosen));
      fill(input);
      this.give({ [name]: chosen === usual ? null : chosen }, settled);
    };
    input.addEventListener("input", () => give(false));
    input.addEventListener("change", () => give(true));
    fill(input);
    return el("div", { class: "field", title: TITLES[name] }, el("label", { for: id }, label), output, input);
  }

  /** Return the slider of years, which has two thumbs. */
  years(state, first, last) {
    const output = el("output", { for: "filter-from filter-to" });
    const ends = [
      ["from", "From year", first],
      ["to", "To year", last],
    ].map(([name, label, usual]) =>
      el("input", {
        id: `filter-${name}`,
        name,
        type: "range",
        min: first,
        max: last,
        step: 1,
        value: state[name] ?? usual,
        "aria-label": label,
      }),
    );
    const [from, to] = ends;
    const box = el("div", { class: "two" }, ends);
    const say = () => {
      output.textContent = from.value === to.value ? from.value : `${from.value} – ${to.value}`;
      box.style.setProperty("--low", `${((from.value - first) / (last - first)) * 100}%`);
      box.style.setProperty("--high", `${((to.value - first) / (last - first)) * 100}%`);
    };
    const give = (held, settled) => {
      if (Number(from.value) > Number(to.value)) held.value = held === from ? to.value : from.value;
      say();
      const [low, high] = [Number(from.value), Number(to.value)];
      this.give({ from: low === first ? null : low, to: high === last ? null : high }, settled);
    };
    for (const end of ends) {
      end.addEventListener("input", () => give(end, false));
      end.addEventListener("change", () => give(end, true));
    }
    say();
    return el(
      "div",
      { class: "field", role: "group", "aria-label": "Years" },
      el("span", { class: "label" }, "Years"),
      output,
      box,
    );
  }

  categories(state) {
    const known = Object.keys(NAMES)
      .filter((each) => this.build.categories[each])
      .map((each) => [each, this.build.categories[each]]);
    if (known.length < 2)
      return known.length ? el("p", { class: "key" }, sign(known[0][0]), NAMES[known[0][0]][1]) : null;
    const boxes = known.map(([category, number]) => {
      const checked = !state.category.length || state.category.includes(category);
      const input = el("input", {
        type: "checkbox",
        name: "category",
        value: category,
        id: `category-${category}`,
        checked,
      });
      input.addEventListener("change", () => {
        const chosen = [...this.form.querySelectorAll("[name=category]:checked")].map((each) => each.value);
        this.give({ category: chosen.length === known.length ? [] : chosen }, true);
      });
      return el(
        "label",
        { class: "choice" },
        input,
        sign(category),
        el("span", {}, NAMES[category]?.[1] ?? category),
        el("span", { class: "number" }, whole(number)),
      );
    });
    return el("fieldset", { class: "field" }, el("legend", {}, "Show"), boxes);
  }

  /** Return the choice of the organism whose genes are shown; an address may name several, or some to leave out. */
  organisms(state) {
    const known = this.build.organisms ?? [];
    if (known.length < 2 && !state.taxon && !state.without_taxon) return null;
    const named = ORGANISM_LIMIT < known.length ? known.slice(0, ORGANISM_LIMIT) : known;
    const texts = { "": "Any organism" };
    for (const { id, name, genes } of named) texts[id] = `${name} (${whole(genes)})`;
    const given = [state.taxon, state.without_taxon && `not ${state.without_taxon}`].filter(Boolean).join(", ");
    const chosen = state.taxon in texts && !state.without_taxon ? state.taxon : given;
    if (given && !(chosen in texts)) texts[chosen] = given;
    return this.choice("taxon", "Genes of", texts, { taxon: chosen }, (taxon) => ({ taxon, without_taxon: null }));
  }

  /** Return a choice of texts; the first is the default, which is not in the address. */
  choice(name, label, texts, state, part = (value) => ({ [name]: value })) {
    const id = `filter-${name}`;
    const select = el(
      "select",
      { id, name },
      Object.entries(texts).map(([value, text]) =>
        el("option", { value, selected: value === (state[name] ?? "") }, text),
      ),
    );
    select.addEventListener("change", () => this.give(part(select.value || null), true));
    return el("div", { class: "field" }, el("label", { for: id }, label), select);
  }

  give(part, settled) {
    // A slider that is drawn again would lose the thumb that a person holds.
    if (settled) delete this.form.dataset.held;
    else this.form.dataset.held = "true";
    this.changed(part, settled);
  }
}

export const NOTHING = {
  min_figures: null,
  max_q: null,
  min_probability: null,
  from: null,
  to: null,
  top: null,
  category: [],
  taxon: null,
  without_taxon: null,
  flavour: null,
  lines: null,
};

/** Return the number of filters that are not at their default, or an empty text. */
export function active(state) {
  const names = Object.keys(NOTHING).filter((name) =>
    Array.isArray(state[name]) ? state[name].length : state[name] !== null,
  );
  return names.length ? String(names.length) : "";
}

/** Return how sure a reading of a least probability is. */
function reading(probability) {
  if (probability === LIKELY) return "likely";
  return probability === SURE ? "sure" : percent(probability);
}

/** Return the legend of doubtful nodes and edges. */
function doubts() {
  const keys = Object.entries(DOUBTS).map(([kind, text]) => el("p", { class: "key" }, doubtSign(kind), text));
  return el("div", { class: "field doubts", role: "group", "aria-label": "Doubtful readings" }, keys);
}

/** Colour the track of a slider up to its thumb. */
function fill(input) {
  input.style.setProperty("--share", `${(input.value / (input.max - input.min || 1)) * 100}%`);
}
