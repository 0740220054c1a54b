/** What the words in doubt were read as, in words. */

import { el, some, whole } from "./dom.js";

/** Least probability of a likely and of a sure reading: LIKELY and SURE of `kg.model.records`. */
export const LIKELY = 0.5;
export const SURE = 0.95;

/** Return a probability as a text; only what is certain has 100 %, and only what is impossible 0 %. */
export function percent(probability) {
  const rounded = Math.round(100 * probability);
  if (rounded >= 100) return "over 99 %";
  return rounded <= 0 ? "under 1 %" : `${rounded} %`;
}

export const isSure = (probability) => probability >= SURE;

/** Whether a node is drawn in fewer figures by a likely reading than by doubtful ones. */
export const isDoubtful = (node) => (node.doubtful_figures ?? 0) > (node.figures ?? 0);

/** Whether half of the figures of an edge, or more, show it by no two sure readings; or its own reading is not likely. */
export const isUnsure = (edge) => (edge.doubt ?? 0) >= 0.5 || (edge.probability ?? 1) < LIKELY;

/** Return the sentence of an entity that words mean in some figures by doubtful readings only. */
export function doubtNote(node) {
  const number = node.doubtful_figures ?? 0;
  if (!number) return null;
  const more = `${some(number, "figure")} ${number === 1 ? "has" : "have"} it by a doubtful reading only, which does not count`;
  if (isDoubtful(node)) return el("p", { class: "note doubt" }, `Mostly a doubtful reading: ${more}.`);
  return el("p", { class: "note" }, `${more}.`);
}

/** Return the readings of the words in doubt of one end of a pair: a line for each, with its candidates on demand. */
export function readings(words, entity) {
  return words.map(({ word, probability, candidates }) => {
    const own = candidates.find((each) => each.id === entity.id);
    const meant = probability >= LIKELY ? { ...entity, ...own, probability } : candidates[0];
    const recorded = candidates.filter((each) => each.recorded);
    const agreed = recorded.some((each) => each.id === meant.id) || (probability >= LIKELY && !own);
    const line = [
      el("span", { class: "read" }, word),
      ` read as ${name(meant)}, ${percent(meant.probability)}`,
      probability < LIKELY && `, hardly as ${entity.name}, ${percent(probability)}`,
      !agreed && recorded.length > 0 && `; the record says ${listed(recorded.map(name))}`,
    ];
    return el(
      "details",
      { class: probability < SURE ? "reading doubt" : "reading" },
      el("summary", {}, line),
      el("ul", {}, candidates.map(candidate)),
    );
  });
}

export function candidate(each) {
  return el(
    "li",
    {},
    el("span", { class: "number" }, percent(each.probability)),
    ` ${name(each)}`,
    el("span", { class: "note" }, ` ${SOURCES[each.source] ?? each.source}`, each.recorded && ", in the record"),
  );
}

/** How the lexicon knows a reading, by the column `source` of the table `word_readings`. */
const SOURCES = {
  hgnc_symbol: "approved symbol",
  hgnc_prev_symbol: "previous symbol",
  hgnc_alias_symbol: "alias (HGNC)",
  ncbigene_symbol: "symbol (NCBI)",
  ncbigene_synonym: "synonym (NCBI)",
  famplex: "family (FamPlex)",
  nickname: "usual name",
  record: "only the record says so",
  curated: "corrected by hand",
};

const name = ({ name: text, category, members }) =>
  category === "family" && members ? `the family ${text} (${some(members, "gene")})` : text;

export const candidateName = name;

function listed(names) {
  const first = names.slice(0, 3);
  const more = names.length - first.length;
  return first.join(", ") + (more ? ` and ${whole(more)} more` : "");
}
