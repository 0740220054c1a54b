/** Autocomplete: suggestions by name, synonym, identifier or drawn word. */

import { el, paused, some } from "./dom.js";
import { NAMES, sign } from "./legend.js";
import { isDoubtful, percent } from "./readings.js";

const NO_MATCH = "Try a gene symbol, or part of a name.";
const MOST_FIGURES = 6;

/**
 * Add autocomplete to an input, with a list of suggestions (the combobox pattern of WAI-ARIA).
 * `find(text, signal)` returns `{matches, words}`; `choose(choice)` gets one of these, `enter(text)` any other text.
 * `none` is the advice where nothing is found.
 */
export function combobox(input, list, { find, choose, enter, none: advice = NO_MATCH }) {
  let options = [];
  let active = -1;
  let asked = null;
  let settled = "";

  const soon = paused(look, 60);

  function close() {
    soon.cancel();
    asked?.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function mark(place) {
    active = place;
    options.forEach(({ element }, each) => element.setAttribute("aria-selected", String(each === place)));
    const element = options[place]?.element;
    element?.scrollIntoView({ block: "nearest" });
    if (element) input.setAttribute("aria-activedescendant", element.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function take(place) {
    const { choice } = options[place];
    close();
    choose(choice);
  }

  function open(found, text) {
    const given = [...found.matches, ...found.words, ...(found.figures?.figures ?? []).slice(0, MOST_FIGURES)];
    options = given.map((choice, place) => {
      const element = choice.figid ? figure(choice) : choice.word === undefined ? match(choice, text) : word(choice);
      element.id = `${list.id}-${place}`;
      element.addEventListener("mousedown", (event) => event.preventDefault());
      element.addEventListener("click", () => take(place));
      element.addEventListener("mousemove", () => active !== place && mark(place));
      return { choice, element };
    });
    const none = el("p", { class: "none" }, `Nothing here is called “${text}”. ${advice}`);
    list.replaceChildren(...(options.length ? options.map(({ element }) => element) : [none]));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(-1);
    settled = text;
  }

  async function look() {
    const text = input.value.trim();
    asked?.abort();
    if (!text) return close();
    asked = new AbortController();
    try {
      open(await find(text, asked.signal), text);
    } catch (error) {
      if (error.name === "AbortError") return;
      options = [];
      list.replaceChildren(el("p", { class: "none" }, error.message));
      list.hidden = false;
    }
  }

  /** A drawn word of several entities is no choice of one of them. */
  const isAmbiguous = () => options.length > 1 && options[0].choice.how === "word";

  input.addEventListener("input", soon);
  input.addEventListener("focus", () => input.value.trim() && input.value !== input.defaultValue && soon());
  input.addEventListener("blur", () => setTimeout(() => document.activeElement !== input && close(), 120));
  input.addEventListener("keydown", async (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return look();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((((active + step + (active < 0 && step < 0 ? 1 : 0)) % options.length) + options.length) % options.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const text = input.value.trim();
      if (!text) return;
      // Enter takes the first suggestion for the text, and waits for it if its answer has not come yet.
      if (active < 0 && (list.hidden || settled !== text)) await look();
      if (active >= 0) take(active);
      else if (options.length && settled === text && !isAmbiguous()) take(0);
      else enter?.(text);
    } else if (event.key === "Escape") {
      if (list.hidden) input.value = "";
      else event.preventDefault();
      close();
    } else if (event.key === "Tab") close();
  });
  return { close };
}

/** Why an entity is suggested, where that is not its name. */
const OTHER = { identifier: (matched) => matched, word: (matched) => `drawn as ${matched}` };

function match({ name, category, figures, doubtful_figures, matched, how, id }, text) {
  const doubt = isDoubtful({ figures, doubtful_figures });
  const said = doubt ? `mostly doubtful, in ${some(figures + doubtful_figures, "figure")}` : some(figures, "figure");
  const other =
    how === "name" || matched === name
      ? null
      : el("span", { class: "matched" }, OTHER[how]?.(matched) ?? `also ${matched}`);
  return el(
    "div",
    {
      role: "option",
      class: "option",
      "aria-selected": "false",
      "aria-label": `${name}, ${NAMES[category]?.[0] ?? category}, ${doubt ? "" : "in "}${said}`,
    },
    sign(category),
    el("span", { class: "name" }, bold(name, text)),
    other,
    el("span", { class: "id" }, id),
    el("span", { class: doubt ? "figures doubt" : "figures" }, said),
  );
}

function word({ word: drawn, figures, entities, names, probabilities = [] }) {
  const more = entities > names.length ? " …" : "";
  const each = names.map((name, place) => ((probabilities[place] ?? 1) < 1 ? `${name} ${percent(probabilities[place])}` : name));
  const means =
    names.length === 1 ? `a drawn word that means ${each[0]}` : `a drawn word that means ${some(entities, "thing")}`;
  return el(
    "div",
    {
      role: "option",
      class: "option word",
      "aria-selected": "false",
      "aria-label": `${drawn}: ${means}, in ${some(figures, "figure")}`,
    },
    sign("word"),
    el("span", { class: "name" }, drawn),
    el("span", { class: "matched" }, means),
    el("span", { class: "figures" }, some(figures, "figure")),
    names.length > 1 && el("span", { class: "names" }, each.join(", ") + more),
  );
}

function figure({ figid, alias, title, year }) {
  const name = title || alias || figid;
  return el(
    "div",
    { role: "option", class: "option drawing", "aria-selected": "false", "aria-label": `${name}, figure, ${year ?? ""}` },
    sign("figure"),
    el("span", { class: "name" }, name),
    el("span", { class: "id" }, alias ?? figid),
    el("span", { class: "figures" }, year ? String(year) : ""),
  );
}

/** Emphasise the typed text at the beginning of a name. */
function bold(name, text) {
  if (!name.toLowerCase().startsWith(text.toLowerCase())) return name;
  return [el("b", {}, name.slice(0, text.length)), name.slice(text.length)];
}
