/** The picture: cytoscape.js, the look of the exports, and a layout that stays where it was when little changes. */

/* global cytoscape */

import { some } from "./dom.js";
import { NAMES } from "./legend.js";
import { LOOK } from "./look.js";

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
const MOVES = { quality: "proof", randomize: false, nodeDimensionsIncludeLabels: true, packComponents: false };
const FONT = 12;
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** What the page adds to the look of the exports: its colours, who stands in front, and names that stay readable. */
function rules(font, heaviest) {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const [ink, ground, accent] = ["--ink", "--canvas", "--accent"].map(colour);
  return [
    ...LOOK,
    // Where all weigh more than the look tells apart, or lines would be ropes, they are compared with the heaviest.
    ...(heaviest > ROPES ? [{ selector: "edge[weight >= 0]", style: { width: `mapData(weight, 0, ${heaviest}, 0.8, 7)` } }] : []),
    { selector: "node", style: { color: ink, "text-outline-color": ground, "text-outline-width": 2.5, "border-color": colour("--node-line"), "min-zoomed-font-size": 5, "font-family": "system-ui, sans-serif", "overlay-opacity": 0, "font-size": font } },
    { selector: "node[type = 'figure'], node[type = 'paper']", style: { "text-wrap": "ellipsis", "text-max-width": 120 } },
    { selector: "edge", style: { opacity: 0.6, "overlay-opacity": 0 } },
    { selector: "edge.aside", style: { opacity: 0.22 } },
    { selector: "node.center", style: { "border-width": 3, "border-color": accent, "font-weight": 700, "z-index": 5 } },
    { selector: "node.center.alone", style: { width: 44, height: 44, "font-size": font * 1.25 } },
    { selector: ".far", style: { opacity: 0.1 } },
    { selector: "edge.near", style: { opacity: 0.95, "z-index": 4 } },
    { selector: "node.near", style: { "z-index": 6 } },
    { selector: "node.picked", style: { "border-width": 4, "border-color": accent, "font-weight": 700 } },
    { selector: "edge.picked", style: { opacity: 1, "line-color": accent, "z-index": 7 } },
  ];
}

const ROPES = 15;
const FEW = 60;
const STRONGEST = 2;

/**
 * Choose the edges to draw: those of the centres, and of many among the partners the strongest of each partner.
 * The rest would be a grey disc; the table and the downloads have them.
 */
export function drawn(edges, of, lines) {
  const centers = new Set(of);
  const own = edges.filter(({ data }) => centers.has(data.source) || centers.has(data.target));
  const others = edges.filter(({ data }) => !centers.has(data.source) && !centers.has(data.target));
  if (!of.length || lines === "all" || (!lines && others.length <= FEW)) return edges;
  if (lines === "none") return own;
  const taken = new Map();
  const kept = [...others].sort((one, other) => (other.data.weight ?? 0) - (one.data.weight ?? 0)).filter(({ data }) => {
    const ends = [data.source, data.target];
    const wanted = ends.some((end) => (taken.get(end) ?? 0) < STRONGEST);
    if (wanted) for (const end of ends) taken.set(end, (taken.get(end) ?? 0) + 1);
    return wanted;
  });
  return [...own, ...kept];
}

/** Pixels between the ends of an edge: strong partners stand near the centre, pairs among partners pull little. */
function length(edge) {
  if (edge.hasClass("aside")) return 150;
  const centers = edge.connectedNodes(".center").length;
  return (centers > 1 ? 160 : 85) + 110 / (1 + (edge.data("weight") ?? 1));
}

const pull = (edge) => (edge.hasClass("aside") ? 0.06 : 0.45);

export class Graph {
  /** `on` has `pick(ids)`, of a node, an edge or nothing, `center(id)` and `hint(text)`. */
  constructor(container, on) {
    this.on = on;
    this.container = container;
    this.cy = cytoscape({ container, style: rules(FONT, 0), minZoom: 0.15, maxZoom: 3, boxSelectionEnabled: false, autounselectify: true });
    this.moved = false;
    this.doubled = 0;
    this.font = FONT;
    this.heaviest = 0;
    this.listen();
    document.addEventListener("themechange", () => this.cy.style(rules(this.font, this.heaviest)));
    new ResizeObserver(() => this.resized()).observe(container);
  }

  listen() {
    const { cy, on } = this;
    cy.on("tap", (event) => event.target === cy && on.pick([]));
    // The second click of two is told as one, too.
    cy.on("tap", "node", (event) => performance.now() - this.doubled > 100 && on.pick([event.target.id()]));
    cy.on("tap", "edge", (event) => on.pick([event.target.source().id(), event.target.target().id()]));
    cy.on("dbltap", "node", (event) => {
      this.doubled = performance.now();
      on.center(event.target.id());
    });
    cy.on("mouseover", "node, edge", (event) => this.near(event.target));
    cy.on("mouseout", "node, edge", () => this.near(null));
    cy.on("dragpan scrollzoom pinchzoom", () => (this.moved = true));
    this.container.addEventListener("keydown", (event) => this.key(event));
  }

  /** Show elements as `api/network` gives them. Nodes that stay keep their places, unless the centre is another. */
  show({ nodes, edges: all }, of, lines) {
    const { cy } = this;
    const edges = drawn(all, of, lines);
    this.heaviest = Math.max(0, ...edges.map(({ data }) => data.weight ?? 0));
    cy.style(rules(this.font, this.heaviest));
    const same = of.join() === this.of;
    this.of = of.join();
    const kept = new Set([...nodes, ...edges].map((each) => each.data.id));
    const before = cy.nodes().length;
    cy.batch(() => {
      cy.elements().filter((each) => !kept.has(each.id())).remove();
      for (const each of [...nodes, ...edges]) {
        const there = cy.getElementById(each.data.id);
        if (there.length) there.data(each.data);
        else cy.add({ data: each.data });
      }
      const centers = new Set(of);
      cy.nodes().forEach((node) => node.toggleClass("center", centers.has(node.id())).toggleClass("alone", centers.size === 1));
      cy.edges().forEach((edge) => edge.toggleClass("aside", centers.size > 0 && !edge.connectedNodes(".center").length));
    });
    this.place(of, same && before > 1);
  }

  /** Lay it out, from a start that is the same each time: the strongest partners around the centre. */
  place(of, again) {
    const { cy } = this;
    const strength = (node) => node.connectedEdges().reduce((sum, edge) => sum + (edge.data("weight") ?? 1) * (edge.hasClass("aside") ? 0.01 : 1), 0);
    const order = cy.nodes().sort((one, other) => other.hasClass("center") - one.hasClass("center") || strength(other) - strength(one) || (one.id() < other.id() ? -1 : 1));
    order.forEach((node, place) => {
      if (again && node.scratch("placed")) return;
      const away = 62 * Math.sqrt(place);
      node.position({ x: away * Math.cos(place * GOLDEN_ANGLE), y: away * Math.sin(place * GOLDEN_ANGLE) });
      node.scratch("placed", true);
    });
    if (cy.nodes().length < 2) return this.fit();
    const room = { nodeRepulsion: 9000, idealEdgeLength: length, edgeElasticity: (edge) => pull(edge) / Math.max(of.length, 1), gravity: 0.3, numIter: 2500 };
    const before = new Map(cy.nodes().map((node) => [node.id(), { ...node.position() }]));
    const from = { zoom: cy.zoom(), pan: { ...cy.pan() } };
    cy.layout({ name: "fcose", ...MOVES, ...room, animate: false, fit: false }).run();
    this.stretch();
    this.fit();
    if (again && !STILL.matches) this.glide(before, from);
  }

  /** Layouts are round, and screens are not. */
  stretch() {
    const { clientWidth: width, clientHeight: height } = this.container;
    if (!width || !height) return;
    const share = Math.sqrt(Math.min(Math.max(height / width, 0.6), 1.7));
    this.cy.nodes().positions((node) => ({ x: node.position("x") / share, y: node.position("y") * share }));
  }

  /** Move from where nodes and window were to where they are. */
  glide(before, from) {
    const { cy } = this;
    const to = { zoom: cy.zoom(), pan: { ...cy.pan() } };
    cy.stop().viewport(from);
    cy.nodes().forEach((node) => {
      const position = { ...node.position() };
      node.stop().position(before.get(node.id())).animate({ position }, { duration: 300, easing: "ease-in-out" });
    });
    cy.animate({ ...to, duration: 300, easing: "ease-in-out" });
  }

  fit() {
    const { cy } = this;
    this.moved = false;
    cy.fit(undefined, 30);
    const font = Math.round(Math.min(Math.max(FONT, 11.5 / cy.zoom()), 19));
    if (font !== this.font) {
      this.font = font;
      cy.style(rules(font, this.heaviest));
      cy.fit(undefined, 30);
    }
    if (cy.zoom() > 1.4) {
      cy.zoom(1.4);
      cy.center();
    }
  }

  resized() {
    this.cy.resize();
    if (!this.moved && this.container.clientWidth) this.fit();
  }

  zoom(by) {
    this.moved = true;
    const { container } = this;
    this.cy.zoom({ level: this.cy.zoom() * by, renderedPosition: { x: container.clientWidth / 2, y: container.clientHeight / 2 } });
  }

  /** Bring out a node with its neighbours, or an edge with its ends; null: all alike. */
  near(element) {
    const { cy } = this;
    const shown = element ? (element.isNode() ? element.closedNeighborhood() : element.union(element.connectedNodes())) : cy.collection();
    cy.batch(() => {
      cy.elements().removeClass("near far");
      if (!element) return;
      cy.elements().not(shown).addClass("far");
      shown.addClass("near");
    });
    this.container.style.cursor = element ? "pointer" : "";
    this.on.hint(element ? say(element) : "");
  }

  /** Mark what was picked: one id, or the two ends of an edge. */
  pick(ids) {
    const { cy } = this;
    cy.elements().removeClass("picked");
    if (ids.length === 1) cy.getElementById(ids[0]).addClass("picked");
    if (ids.length === 2) cy.getElementById(ids[0]).edgesWith(cy.getElementById(ids[1])).addClass("picked");
    this.picked = ids;
  }

  key(event) {
    const here = this.cy.getElementById(this.picked?.length === 1 ? this.picked[0] : "");
    if (event.key in ARROWS) {
      const next = here.length ? this.beside(here, ARROWS[event.key]) : (this.cy.nodes(".center")[0] ?? this.cy.nodes()[0]);
      if (next) this.on.pick([next.id()], say(next));
    } else if (event.key === "Enter" && here.length) this.on.center(here.id());
    else if (event.key === "Escape") this.on.pick([]);
    else if (event.key === "+" || event.key === "=") this.zoom(1.25);
    else if (event.key === "-") this.zoom(0.8);
    else if (event.key === "0") this.fit();
    else return;
    event.preventDefault();
  }

  /** Give the nearest node in a direction; one that lies straight ahead is nearer than one aside. */
  beside(node, [right, down]) {
    const from = node.position();
    let best = null;
    let least = Infinity;
    this.cy.nodes().forEach((other) => {
      const { x, y } = other.position();
      const ahead = (x - from.x) * right + (y - from.y) * down;
      const aside = Math.abs((x - from.x) * down) + Math.abs((y - from.y) * right);
      const far = ahead + 2 * aside;
      if (other !== node && ahead > 1 && aside < 2 * ahead && far < least) [best, least] = [other, far];
    });
    return best;
  }

  picture() {
    const ground = getComputedStyle(document.documentElement).getPropertyValue("--canvas").trim();
    return this.cy.png({ output: "blob-promise", full: true, scale: 2, maxWidth: 6000, maxHeight: 6000, bg: ground });
  }
}

/** Say in words what an element is. */
function say(element) {
  const of = (node) => node.data("name");
  if (element.isNode()) {
    const figures = element.data("figures");
    return `${of(element)}, ${NAMES[element.data("type")]?.[0] ?? "node"}${figures ? `, in ${some(figures, "figure")}` : ""}`;
  }
  const figures = element.data("figures");
  return `${of(element.source())} and ${of(element.target())}${figures === undefined ? "" : `: ${some(figures, "figure")} by different words`}`;
}
