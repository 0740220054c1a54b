/** Answers from the page itself: a view that was saved as one file works without a server. */

import { whole } from "./dom.js";
import { PAGES } from "./links.js";
import { numbersOf } from "./numbers.js";
import { Refused } from "./source.js";

/** Return a source for the data in `kept`, which `kg export -f html` writes; its answers have the form of the API. */
export function embeddedSource(kept) {
  const nodes = new Map(kept.nodes.map((node) => [node.id, node]));
  const [columns, ...rows] = kept.edges;
  const edges = rows.map((values, place) => ({ id: `e${place}`, ...edgeOf(columns, values, kept.nodes) }));
  const listed = kept.nodes.filter((node) => node.query).map((node) => node.id);
  const byEnds = new Map(edges.map((edge) => [ends(edge.source, edge.target), edge]));

  function resolve(text) {
    if (nodes.has(text)) return text;
    const wanted = text.toLowerCase();
    for (const node of nodes.values()) if (node.name.toLowerCase() === wanted) return node.id;
    const said = `“${text}” is not in this page, which holds ${whole(nodes.size)} things`;
    throw new Refused(404, said, { name: text, suggestions: similar(wanted, nodes.values()) });
  }

  function network(parameters) {
    const given = new URLSearchParams(parameters);
    const of = given.has("of") ? list(given, "of").map(resolve) : kept.of;
    const passing = edges.filter((edge) => passes(edge, given, nodes, of));
    const cut = of.length && (given.has("of") || given.has("top"));
    const near = cut ? strongest(passing, of, Number(given.get("top") ?? nodes.size)) : null;
    const among = near ? passing.filter((edge) => near.kept.has(edge.source) && near.kept.has(edge.target)) : passing;
    const held =
      near?.kept ??
      new Set(
        given.toString() ? [...of, ...listed, ...among.flatMap((edge) => [edge.source, edge.target])] : nodes.keys(),
      );
    const data = (each) => ({ data: each });
    const shown = [...nodes.values()].filter((node) => held.has(node.id));
    return { elements: { nodes: shown.map(data), edges: among.map(data) }, of, left_out: near?.left_out ?? 0 };
  }

  function evidence({ subject, object }) {
    const edge = byEnds.get(ends(subject, object));
    const end = (id) => ({ id, name: nodes.get(id)?.name ?? id });
    const rows = (edge?.evidence ?? []).map((place) => {
      const figure = kept.figures[place];
      const [prefix, identifier] = figure.paper_id.split(":");
      const words = (id) => (nodes.get(id)?.type === "word" ? [nodes.get(id).name] : (figure.words[id] ?? []));
      const paper_url = PAGES[prefix] && PAGES[prefix] + identifier;
      const readings = (id) => figure.readings?.[id] ?? [];
      const ofSubject = { subject_words: words(subject), subject_readings: readings(subject) };
      const ofObject = { object_words: words(object), object_readings: readings(object) };
      return { ...figure, paper_url, different: true, ...ofSubject, ...ofObject };
    });
    const total = edge?.figures ?? 0;
    const partly = rows.length < total ? `This page holds ${whole(rows.length)} of the ${whole(total)} figures.` : null;
    return { subject: end(subject), object: end(object), figures: total, figures_all: rows.length, rows, partly };
  }

  function entity(id) {
    const { type, ...node } = nodes.get(id);
    const top = { chemical: [], disease: [] };
    const around = edges.filter((edge) => edge.source === id || edge.target === id);
    for (const edge of around.sort((one, other) => (other.figures ?? 0) - (one.figures ?? 0))) {
      const { id: partner, name, type: kind } = nodes.get(edge.source === id ? edge.target : edge.source);
      if (edge.figures !== undefined) top[kind]?.push({ id: partner, name, figures: edge.figures });
    }
    const organism = kept.build.organisms.find((each) => each.id === node.taxon)?.name;
    const numbers = numbersOf(node, kept.build.list?.columns);
    return { category: type, organism, ...node, numbers, top };
  }

  function search(text) {
    const wanted = text.toLowerCase();
    const matches = [];
    for (const { id, name, type, figures: drawn = 0, doubtful_figures, synonyms = [] } of nodes.values()) {
      const found = [
        [name, "name"],
        ...synonyms.map((each) => [each, "synonym"]),
        [id, "identifier"],
        [id.split(":")[1], "identifier"],
      ];
      const [matched, how] = found.find(([each]) => each.toLowerCase().startsWith(wanted)) ?? [];
      if (matched)
        matches.push({
          id,
          name,
          category: type,
          figures: drawn,
          doubtful_figures,
          matched,
          how,
          exact: matched.toLowerCase() === wanted,
        });
    }
    matches.sort(
      (one, other) => other.exact - one.exact || other.figures - one.figures || (one.name < other.name ? -1 : 1),
    );
    return { matches: matches.slice(0, 12), words: [] };
  }

  const pairs = edges.some((edge) => edge.figures !== undefined);
  return {
    inFile: true,
    whole: true,
    title: kept.title,
    about: kept.about,
    can: {
      pairs,
      single: false,
      years: false,
      flavour: false,
      readings: false,
      top: pairs && kept.of.length ? kept.nodes.length - 1 : 0,
      formats: [],
      sparql: false,
    },
    build: async () => kept.build,
    search: async (text) => search(text),
    entity: async (id) => entity(resolve(id)),
    network: async (parameters) => network(parameters),
    evidence: async (pair) => evidence(pair),
  };
}

/** Return an edge with its columns by name; its ends are indices of nodes, and missing values are left out. */
function edgeOf(columns, values, nodes) {
  const edge = Object.fromEntries(
    columns.map((name, place) => [name, values[place]]).filter(([, value]) => value !== null && value !== undefined),
  );
  return { ...edge, source: nodes[edge.source].id, target: nodes[edge.target].id };
}

/** Return up to three nodes whose names share most pairs of letters with a text, and half of them at least. */
function similar(wanted, nodes) {
  const pairs = (text) => new Set([...text.slice(1)].map((letter, place) => text[place] + letter));
  const own = pairs(wanted);
  const alike = (name) => {
    const others = pairs(name.toLowerCase());
    const shared = [...own].filter((pair) => others.has(pair)).length;
    return (2 * shared) / (own.size + others.size || 1);
  };
  return [...nodes]
    .map(({ id, name, type, figures }) => ({ id, name, category: type, figures, score: alike(name) }))
    .filter(({ score, category }) => score >= 0.5 && category !== "figure")
    .sort((one, other) => other.score - one.score || (one.id < other.id ? -1 : 1))
    .slice(0, 3);
}

const ends = (one, other) => (one < other ? `${one} ${other}` : `${other} ${one}`);
const list = (given, name) => (given.get(name) ?? "").split(",").filter(Boolean);

function passes(edge, given, nodes, of) {
  if (edge.figures !== undefined && edge.figures < Number(given.get("min_figures") ?? 0)) return false;
  if (given.has("max_q") && (edge.q ?? 1) > Number(given.get("max_q"))) return false;
  const categories = list(given, "category");
  const [taxa, left] = [list(given, "taxon"), list(given, "without_taxon")];
  const organism = ({ type, taxon = "unknown" }) =>
    !["gene", "family"].includes(type) || ((!taxa.length || taxa.includes(taxon)) && !left.includes(taxon));
  const wanted = (id) =>
    of.includes(id) ||
    ((!categories.length || categories.includes(nodes.get(id).type)) && organism(nodes.get(id)));
  return wanted(edge.source) && wanted(edge.target);
}

/** Return the centres with their strongest partners, and the number of partners left out. */
function strongest(edges, of, top) {
  const weights = new Map();
  for (const { source, target, weight = 1 } of edges) {
    for (const [one, other] of [
      [source, target],
      [target, source],
    ]) {
      if (of.includes(one) && !of.includes(other)) weights.set(other, (weights.get(other) ?? 0) + weight);
    }
  }
  const best = [...weights].sort(([one, more], [other, less]) => less - more || (one < other ? -1 : 1)).slice(0, top);
  return { kept: new Set([...of, ...best.map(([id]) => id)]), left_out: weights.size - best.length };
}
