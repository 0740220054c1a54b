/** The network of a list: its members alone, or with their best partners; numbers as colours. */

import { captions } from "./captions.js";
import { colourBar, colourWords, scaleOfNumbers } from "./colours.js";
import { announce, el, some, whole } from "./dom.js";
import { showDownloads, tsv } from "./downloads.js";
import { about, listAddress } from "./list-input.js";
import { Graph } from "./graph.js";
import { ask, askFile } from "./source.js";

const MOST_NODES = 150; // members that are drawn, so that names can be read
const MOST_ON_NARROW = 50;
const MOST_PAIRS = 1500;
const PARTNERS = [5, 10, 20, 50, 100];
const USUAL = 20;

// Made once, because the picture listens to the theme as long as the document lives.
let graph = null;
const ground = el("div", { id: "list-graph", tabindex: 0, role: "application", "aria-roledescription": "network" });

/** Return `part`, `shown()` and `gone()`; `columns` are the numbers of the list, and `texts` its names. */
export function listNetwork({ ids, columns, title, given, on, texts }) {
  const wanted = Number.parseInt(given.get("partners"), 10);
  let partners = Math.min(Math.max(wanted || 0, 0), 500);
  let column = columns[0] ?? null;
  let network = null;
  const few = matchMedia("(max-width: 700px)").matches ? MOST_ON_NARROW : MOST_NODES;
  const note = el("p", { class: "note", id: "list-drawn" });
  const picked = el("p", { class: "picked", role: "status" });
  const bar = el("div", {});
  const menu = el("details", { class: "menu" }, el("summary", {}, "Download"), el("ul", {}));
  const only = el("button", { type: "button", id: "list-only", onclick: () => change(0) }, "Only mine");
  const more = el("button", { type: "button", id: "list-partners", onclick: () => change(Number(number.value)) }, "With partners");
  const number = el(
    "select",
    { "aria-label": "Number of partners", id: "list-number", onchange: () => change(Number(number.value)) },
    [...new Set([...PARTNERS, partners || USUAL])].sort((one, other) => one - other).map((each) => el("option", { value: each }, whole(each))),
  );
  number.value = partners || USUAL;
  const colour =
    columns.length > 0 &&
    el(
      "label",
      { class: "list-colour" },
      "Colour ",
      el(
        "select",
        { id: "list-column", onchange: (event) => ((column = columns[Number(event.target.value)] ?? null), paint()) },
        columns.map(({ name }, place) => el("option", { value: place }, name)),
        el("option", { value: "-1" }, "kind of node"),
      ),
    );

  /** Return a file of the network. Numbers are sent with the list, so that the nodes of the file have them. */
  function file(format) {
    if (!columns.length) return askFile("api/download", form({ format }));
    // Programs show the first column as colour.
    const chosen = column ? [column, ...columns.filter((each) => each !== column)] : columns;
    const table = new Blob([tableOfNumbers(ids, chosen)], { type: "text/plain" });
    return askFile(`api/download?${new URLSearchParams({ partners, format })}`, table);
  }

  /** Return the form of a request for the network. */
  const form = (values) => new URLSearchParams({ genes: ids.join(","), partners, ...values });

  function change(next) {
    if (next === partners && network) return;
    partners = next;
    history.replaceState(history.state, "", listAddress(texts, partners ? { partners } : {}));
    draw();
  }

  async function draw() {
    only.setAttribute("aria-pressed", String(!partners));
    more.setAttribute("aria-pressed", String(partners > 0));
    ground.setAttribute("aria-busy", "true");
    try {
      const asked = form({ nodes: few, pairs: MOST_PAIRS });
      const found = about(ids).posted
        ? await ask("api/network", on.signal, asked)
        : await ask(`api/network?${asked}`, on.signal);
      // Where all nodes are of the list, none is marked.
      for (const { data } of found.elements.nodes) {
        data.listed = data.query;
        if (!partners) delete data.query;
      }
      network = found;
      if (ground.isConnected) show();
    } catch (error) {
      if (error.name !== "AbortError") note.textContent = error.message;
    }
    ground.removeAttribute("aria-busy");
  }

  function show() {
    const { elements } = network;
    graph ??= new Graph(ground, {});
    Object.assign(graph.on, { pick, center: on.center, hint: () => {} });
    graph.cy.resize();
    const drawn = graph.show(elements, [], null);
    graph.cy.nodes().forEach((node) => node.toggleClass("center", node.data("query") === true));
    graph.names();
    paint();
    note.textContent = said(drawn);
    ground.setAttribute("aria-label", `Network of the list: ${note.textContent}`);
    announce(note.textContent);
    pick([]);
    const source = { inFile: false, can: on.source.can, download: (format) => `api/download?${form({ format })}` };
    if (columns.length || about(ids).posted) source.file = file;
    const state = { max_q: null, min_probability: null };
    const shown = { elements, of: elements.nodes.filter(({ data }) => data.listed).map(({ data }) => data.id), left_out: network.left_out };
    const titles = () => described(captions({ network: shown, drawn, name: title, state, build: on.build }));
    showDownloads(menu, { source, table: null, graph, name: title, texts: titles });
  }

  /** Add to the captions of a picture what the list is of, and what the colours mean. */
  function described(captioned) {
    const notes = [...captioned.notes, note.textContent];
    if (column) notes.push(colourWords(column.name, scaleOfNumbers(Object.values(column.values))));
    return { ...captioned, notes };
  }

  function said(drawn) {
    const { elements, left_out: leftOut, members_left_out: membersLeft, pairs_left_out: pairsLeft } = network;
    const members = elements.nodes.filter(({ data }) => data.listed).length;
    const others = elements.nodes.length - members;
    const all = elements.edges.length + pairsLeft;
    const linked = new Set(elements.edges.flatMap(({ data }) => [data.source, data.target]));
    const alone = elements.nodes.filter(({ data }) => data.listed && !linked.has(data.id)).length;
    return [
      membersLeft
        ? `The ${whole(members)} of ${whole(members + membersLeft)} members with the strongest pairs are drawn.`
        : `${some(members, "member")} of the list.`,
      others > 0 &&
        (leftOut
          ? `With the best ${whole(others)} of ${some(others + leftOut, "partner")}: those of most members first.`
          : `With ${some(others, "partner")}, all there are.`),
      others > 0 && "Members have bold names and a thick border.",
      drawn < all ? `${whole(drawn)} of ${some(all, "pair")} are drawn, the strongest; a download has all.` : `${some(all, "pair")}.`,
      alone > 0 &&
        `${some(alone, "member")} ${alone === 1 ? "has" : "have"} no pair ${pairsLeft ? `among the ${whole(elements.edges.length)} strongest` : `with these in ${some(on.build.min_figures, "figure")} or more`}.`,
    ]
      .filter(Boolean)
      .join(" ");
  }

  /** Colour the nodes by the chosen column. */
  function paint() {
    bar.replaceChildren();
    const scale = column && scaleOfNumbers(Object.values(column.values));
    if (scale) bar.append(colourBar(column.name, scale));
    graph?.cy.batch(() =>
      graph.cy.nodes().forEach((node) => {
        if (scale) node.data("colour", scale.colour(column.values[node.id()]));
        else node.removeData("colour");
      }),
    );
  }

  function pick(chosen, text) {
    graph.pick(chosen);
    const called = (id) => graph.cy.getElementById(id).data("name") ?? id;
    const [one, other] = chosen;
    const value = column && one && !other ? column.values[one] : undefined;
    picked.replaceChildren(
      ...(one
        ? [
            el("a", { href: other ? `${on.address(one)}&pick=${one},${other}` : on.address(one) }, other ? `Figures of ${called(one)} with ${called(other)}` : (text ?? called(one))),
            value === undefined ? "" : ` ${column.name} ${value}`,
          ]
        : ["Click a line for its figures, a node for what is known of it."]),
    );
  }

  const part = el(
    "section",
    { id: "list-network" },
    el("h2", {}, "Network"),
    el(
      "div",
      { class: "list-tools" },
      el("div", { class: "tabs", role: "group", "aria-label": "Nodes" }, only, more),
      number,
      colour,
      menu,
    ),
    bar,
    ground,
    note,
    picked,
  );
  const close = (event) => menu.contains(event.target) || (menu.open = false);
  menu.addEventListener("keydown", (event) => event.key === "Escape" && ((menu.open = false), menu.querySelector("summary").focus()));
  return {
    part,
    shown() {
      document.addEventListener("click", close);
      requestAnimationFrame(draw);
    },
    gone() {
      document.removeEventListener("click", close);
      graph?.cy.elements().remove();
    },
  };
}

/** Return a table of a list with its numbers, as the server reads it: a title of names, and quotes around the others. */
function tableOfNumbers(ids, columns) {
  const titles = columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`);
  const rows = ids.map((id) => [id, ...columns.map(({ values }) => values[id] ?? "")]);
  return tsv([["symbol", ...titles], ...rows]);
}
