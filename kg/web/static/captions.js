/** What a picture of a view says about itself: title, what is drawn, and its source; the same input, the same text. */

import { some, whole } from "./dom.js";
import { NAMES } from "./legend.js";
import { percent } from "./readings.js";

const WORDS = { strict: "official symbols only", synonyms: "symbols and synonyms only" };

/** Return the filters of a view as texts. */
function conditions({ min_figures, max_q, min_probability, from, to, category, taxon, without_taxon, flavour }, build) {
  const organism = (id) => build.organisms?.find((each) => each.id === id || each.name === id)?.name ?? id;
  const least = min_figures ?? build.min_figures;
  return [
    least && `pairs in ${some(least, "figure")} or more`,
    max_q !== null && `q ≤ ${max_q}`,
    min_probability !== null && `readings of ${percent(min_probability)} or more`,
    (from || to) && (from && to ? `figures of ${from} to ${to}` : from ? `figures from ${from} on` : `figures until ${to}`),
    category?.length && `only ${category.map((each) => NAMES[each]?.[1] ?? each).join(", ")}`,
    taxon && `genes of ${organism(taxon)}`,
    without_taxon && `no genes of ${organism(without_taxon)}`,
    WORDS[flavour],
  ].filter(Boolean);
}

/**
 * Return title, notes and source of a picture. `network` is the answer of `api/network`, `drawn` the number of edges in
 * the picture, and `name` what the network is of.
 */
export function captions({ network, drawn, name, state, build }) {
  const { elements, of = [], left_out: leftOut = 0 } = network;
  const partners = elements.nodes.length - of.length;
  const all = elements.edges.length;
  const nodes = of.length
    ? leftOut
      ? `the strongest ${whole(partners)} of ${some(partners + leftOut, "partner")}`
      : some(partners, "partner")
    : some(elements.nodes.length, "node");
  const pairs = drawn < all ? `${whole(drawn)} of ${some(all, "pair")}` : some(all, "pair");
  const { figures, papers } = build.counts;
  const source = [
    `Source: ${some(figures, "pathway figure")}${papers ? ` of ${some(papers, "paper")}` : ""}`,
    `kg ${build.version}${build.input ? `, input ${build.input.slice(0, 12)}` : ""}`,
    "lines join what figures draw by different words",
  ];
  return {
    title: of.length ? `${name} in pathway figures` : name,
    notes: [sentence([`${nodes}, ${pairs}`, ...conditions(state, build)].join("; "))],
    source: `${source.join("; ")}.`,
  };
}

const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
