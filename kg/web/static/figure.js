/** The page of a figure: its picture, caption, words, entities, paper, network and near-identical figures. */

import { el, link, some, whole } from "./dom.js";
import { Graph } from "./graph.js";
import { picture, pictureButton } from "./images.js";
import { NAMES, sign } from "./legend.js";
import { candidate, candidateName, isSure, LIKELY, percent } from "./readings.js";
import { ask } from "./source.js";

const FLAT = 6; // entities of one word that are listed at once
const FLAT_OF_KIND = 30;
const CATEGORIES = ["gene", "family", "chemical", "disease", "unknown"];
const DATABASES = { "ndexbio.org": "NDEx network", wikipathways: "WikiPathways" };

// Made once, because the picture listens to the theme as long as the document lives.
let graph = null;
const ground = el("div", {
  id: "figure-graph",
  tabindex: 0,
  role: "application",
  "aria-roledescription": "network",
});

export const figureAddress = (figid) => `?figure=${encodeURIComponent(figid)}`;

const section = (title, ...children) => el("section", {}, el("h2", {}, title), children);

/** Return the usual name of a figure: its title, otherwise its short id. */
export const called = ({ title, alias, figid }) => title || alias || figid;

export async function page(given, on) {
  const id = given.get("figure");
  const figure = await ask(`api/figure?${new URLSearchParams({ id })}`, on.signal);
  const more = new URLSearchParams({ id: figure.figid });
  const drawn = el("div", { class: "figure-network" });
  const near = el("div", {});
  return {
    title: called(figure),
    parts: [
      head(figure),
      el(
        "div",
        { class: "columns-of-page" },
        el("div", {}, seen(figure, on), caption(figure), words(figure, on)),
        el("div", {}, paper(figure), entities(figure, on)),
      ),
      section("Its network", drawn),
      section("Near-identical figures", near),
    ],
    shown() {
      fill(drawn, ask(`api/figure-network?${more}`, on.signal), (found) => network(found, figure, on));
      fill(near, ask(`api/similar-figures?${more}`, on.signal), similar);
    },
  };
}

/** Put a part into its place once its answer is there; an error is said there. */
async function fill(place, answer, make) {
  place.append(el("p", { class: "note" }, "…"));
  try {
    const found = await answer;
    place.replaceChildren();
    place.append(...[make(found)].flat(Infinity).filter(Boolean));
    place.dispatchEvent(new Event("filled"));
  } catch (error) {
    if (error.name !== "AbortError") place.replaceChildren(el("p", { class: "note" }, error.message));
  }
}

function head(figure) {
  const kind = [figure.figure_type ?? "Figure", figure.number, figure.year].filter(Boolean).join(" · ");
  return el(
    "header",
    {},
    el("p", { class: "kind" }, sign("figure"), kind),
    el("h1", {}, called(figure)),
    el("p", { class: "ids curie" }, [figure.figid, figure.alias].filter((id) => id && id !== called(figure)).join(" · ")),
  );
}

function seen(figure, on) {
  const { paper: of } = figure;
  const place = picture({
    image: figure.image,
    title: called(figure),
    at: figure.url ?? figure.page,
    article: of.url,
    citation: of.reference ?? of.title,
  });
  return place && el("section", { class: "seen" }, pictureButton(on.build.images), place);
}

function caption({ caption_parts: parts }) {
  if (!parts.length) return null;
  const marked = parts.some(([, form]) => form);
  return section(
    "Caption",
    el(
      "p",
      { class: "caption" },
      parts.map(([text, form]) => (form ? el("mark", { title: `drawn in the figure: ${form}` }, text) : text)),
    ),
    marked && el("p", { class: "note" }, "Marked words are drawn in the figure, too."),
  );
}

function words({ words: all }, on) {
  if (!all.length) return section("Drawn words", el("p", { class: "note" }, "No word of this figure was read."));
  const known = all.filter(({ word }) => word);
  const unknown = all.filter(({ word }) => !word);
  const likely = (word) => word.entities.filter(({ probability }) => probability >= LIKELY);
  return section(
    `Drawn words (${whole(known.length)})`,
    el(
      "ul",
      { class: "meanings" },
      known.map((word) =>
        el(
          "li",
          {},
          el("div", { class: "read" }, word.word, word.status === "inferred" && el("p", { class: "note" }, "inferred")),
          el(
            "div",
            {},
            likely(word).length ? links(likely(word), on) : el("span", { class: "note doubt" }, "no likely reading"),
            doubts(word),
          ),
        ),
      ),
    ),
    unknown.length > 0 &&
      el(
        "p",
        {},
        el("span", { class: "note" }, "By words that the record does not say: "),
        links(unknown.flatMap(({ entities: meant }) => meant), on),
      ),
  );
}

/** Return the candidates of a word in doubt, on demand. */
function doubts({ candidates }) {
  if (!candidates.length) return null;
  const [best] = candidates;
  return el(
    "details",
    { class: isSure(best.probability) ? "reading" : "reading doubt" },
    el(
      "summary",
      {},
      `${some(candidates.length, "reading")}; the likeliest: ${candidateName(best)}, ${percent(best.probability)}`,
    ),
    el("ul", {}, candidates.map(candidate)),
  );
}

/** Return links to entities; those of a long list after the first come on demand. */
function links(all, on, flat = FLAT) {
  const shown = (each) => entity(each, on);
  if (all.length <= flat + 1) return el("span", { class: "entities" }, all.map(shown));
  const list = el("span", { class: "entities" }, all.slice(0, flat).map(shown));
  const rest = () => {
    more.replaceWith(...all.slice(flat).map(shown));
    list.children[flat].focus();
  };
  const more = el("button", { type: "button", class: "plain", onclick: rest }, `and ${whole(all.length - flat)} more`);
  list.append(more);
  return list;
}

function entity({ id, name, category, probability = 1 }, on) {
  return el(
    "a",
    { href: on.address(id), class: probability < LIKELY ? "doubt" : null },
    sign(category),
    el("span", {}, name, probability < 1 && el("span", { class: "note" }, ` ${percent(probability)}`)),
  );
}

function entities({ entities: all }, on) {
  const likely = all.filter(({ probability }) => probability >= LIKELY);
  const doubtful = all.filter(({ probability }) => probability < LIKELY);
  const plain = ({ probability, ...each }) => each;
  return [
    CATEGORIES.map((category) => {
      const kind = likely.filter((each) => each.category === category);
      const [first, ...rest] = NAMES[category][1];
      return kind.length
        ? section(`${first.toUpperCase()}${rest.join("")} (${whole(kind.length)})`, links(kind.map(plain), on, FLAT_OF_KIND))
        : null;
    }),
    doubtful.length ? section(`By a doubtful reading only (${whole(doubtful.length)})`, links(doubtful, on)) : null,
  ];
}

function paper(figure) {
  const { paper: of } = figure;
  const item = (name, value) => value && [el("dt", {}, name), el("dd", {}, value)];
  return section(
    "Paper",
    of.title && el("p", { class: "paper-title" }, link(of.url, of.title)),
    of.reference && el("p", { class: "reference" }, of.reference),
    el(
      "dl",
      { class: "columns" },
      item("Article", link(of.url, of.pmcid ?? of.id)),
      item("DOI", of.doi && link(`https://doi.org/${of.doi}`, of.doi)),
      item("This figure", [
        figure.url && [link(figure.url, "at PMC"), ", "],
        link(figure.page, "at PFOCR"),
        figure.links.map((address) => [", ", link(address, database(address))]),
      ]),
      item("Licence", [figure.license ?? "as the article", of.url && [": ", link(of.url, "see there")]]),
      item("Organisms", (figure.organisms.length ? figure.organisms : figure.organisms_ner).join(", ")),
    ),
    of.others.length > 0 && [
      el("h3", {}, `Other figures of this paper (${whole(of.figures - 1)})`),
      el("ul", {}, of.others.map((other) => el("li", {}, el("a", { href: figureAddress(other.figid) }, called(other))))),
    ],
  );
}

const database = (address) => Object.entries(DATABASES).find(([part]) => address.includes(part))?.[1] ?? address;

/** Return the picture of the network; it needs the document, so that it is drawn a moment later. */
function network({ elements, left_out: leftOut }, figure, on) {
  const { nodes, edges } = elements;
  if (!nodes.length) return el("p", { class: "note" }, "No entity of this figure has a likely reading.");
  const picked = el("p", { class: "note picked", role: "status" });
  const ids = nodes.map(({ data }) => data.id);
  const name = (id) => nodes.find(({ data }) => data.id === id).data.name;
  const size = `${some(nodes.length, "node")}, ${some(edges.length, "pair")} that this figure shows by two words`;
  let usual = "";
  const pick = (chosen, said) => {
    graph.pick(chosen);
    const [one, other] = chosen;
    const to = other ? `${on.address(one)}&pick=${one},${other}` : on.address(one);
    const text = other ? `Figures of ${name(one)} with ${name(other)}` : one && (said ?? name(one));
    picked.replaceChildren(...(one ? [el("a", { href: to }, text)] : [usual]));
  };
  ground.setAttribute("aria-label", `Network of the figure: ${size}`);
  requestAnimationFrame(() => {
    if (!ground.isConnected) return;
    graph ??= new Graph(ground, {});
    // Its listeners read this object at each event.
    const hint = (text) => (text ? picked.replaceChildren(text) : pick(graph.picked ?? []));
    Object.assign(graph.on, { pick, center: on.center, hint });
    graph.cy.resize();
    graph.picked = [];
    const shown = graph.show(elements, [], null);
    const few = shown < edges.length ? `; the ${whole(shown)} strongest are drawn` : "";
    usual = `${size}${few}. The wider a line, the greater the weight of the pair in all figures.`;
    pick([]);
  });
  return [
    ground,
    picked,
    leftOut > 0 && el("p", { class: "note" }, `${some(leftOut, "more entity")} of the figure ${leftOut === 1 ? "is" : "are"} left out, those in the fewest figures.`),
    el("p", {}, el("a", { class: "button", href: `?genes=${ids.join(",")}` }, "Open these in the explorer")),
  ];
}

function similar({ measure, rows, words: own, found }) {
  const note = el("p", { class: "note" }, `${measure}.`);
  if (!rows.length) return [el("p", {}, "None."), note];
  return [
    el(
      "ol",
      { class: "figure-list" },
      rows.map((row) =>
        el(
          "li",
          {},
          el("a", { href: figureAddress(row.figid) }, called(row)),
          el(
            "p",
            { class: "note" },
            [
              row.year,
              `${Math.round(100 * row.jaccard)} % alike: ${whole(row.shared)} of ${some(own + row.words - row.shared, "word")} shared`,
              row.paper.title,
            ]
              .filter(Boolean)
              .join(" · "),
          ),
        ),
      ),
    ),
    found > rows.length && el("p", { class: "note" }, `The ${whole(rows.length)} most alike of ${whole(found)}.`),
    note,
  ];
}
