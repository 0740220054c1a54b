/** The picture: Cytoscape.js with the style of the exports, and a layout that changes little when the network does. */

/* global cytoscape */

import { paused } from "./dom.js";
import { drawn, FONT, length, pull, rules, say, scaleOf, sizeOf, widthOf } from "./drawing.js";
import { apart, FOREMOST } from "./labels.js";
import { isDoubtful, isUnsure } from "./readings.js";

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
const MOVES = { quality: "proof", randomize: false, nodeDimensionsIncludeLabels: true, packComponents: false };
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const MANY = 110; // nodes from which on a full layout takes too long
const LARGEST_FONT = 19; // of names that the layout makes room for
const NO_SCALE = { heaviest: 0, most: 0, share: 1 };
const READABLE = 11.5; // pixels of a name on the screen, at least

export class Graph {
  /** `on` has `pick(ids)` for one id, the two ends of an edge or none, `center(id)` and `hint(text)`. */
  constructor(container, on) {
    this.on = on;
    this.container = container;
    this.cy = cytoscape({
      container,
      style: rules(FONT, NO_SCALE),
      minZoom: 0.15,
      maxZoom: 3,
      boxSelectionEnabled: false,
      autounselectify: true,
    });
    this.moved = false;
    this.doubled = -Infinity;
    this.font = FONT;
    this.nameFont = FONT;
    this.scale = NO_SCALE;
    this.listen();
    document.addEventListener("themechange", () => this.dress());
    new ResizeObserver(() => this.resized()).observe(container);
  }

  listen() {
    const { cy, on } = this;
    cy.on("tap", (event) => event.target === cy && on.pick([]));
    // Cytoscape.js reports the second click of a double click as a tap, too. Timestamps are those of the clicks, so a
    // busy page does not matter.
    const when = (event) => event.originalEvent.timeStamp;
    cy.on("tap", "node", (event) => when(event) - this.doubled > 100 && on.pick([event.target.id()]));
    cy.on("tap", "edge", (event) => on.pick([event.target.source().id(), event.target.target().id()]));
    cy.on("dbltap", "node", (event) => {
      this.doubled = when(event);
      on.center(event.target.id());
    });
    cy.on("mouseover", "node, edge", (event) => this.near(event.target));
    cy.on("mouseout", "node, edge", () => this.near(null));
    cy.on("dragpan scrollzoom pinchzoom", () => (this.moved = true));
    cy.on("zoom", paused(() => this.names(), 50));
    cy.on("dragfree", "node", () => this.names());
    this.container.addEventListener("mouseleave", () => this.near(null)); // Cytoscape.js does not report it
    this.container.addEventListener("keydown", (event) => this.key(event));
  }

  /** Show the elements of `api/network`. Nodes that stay keep their positions unless the centre changes. */
  show({ nodes, edges: all }, of, lines) {
    const { cy } = this;
    const edges = drawn(all, of, lines);
    this.scale = scaleOf(nodes, edges);
    this.dress();
    const same = of.join() === this.of;
    this.of = of.join();
    this.near(null);
    const kept = new Set([...nodes, ...edges].map((each) => each.data.id));
    const before = cy.nodes().length;
    cy.batch(() => {
      cy.elements()
        .filter((each) => !kept.has(each.id()))
        .remove();
      for (const each of [...nodes, ...edges]) {
        const there = cy.getElementById(each.data.id);
        if (there.length) there.data(each.data);
        else cy.add({ data: each.data });
      }
      const centers = new Set(of);
      cy.nodes().forEach((node) =>
        node
          .toggleClass("center", centers.has(node.id()))
          .toggleClass("alone", centers.size === 1)
          .toggleClass("doubtful", isDoubtful(node.data())),
      );
      cy.edges().forEach((edge) =>
        edge
          .toggleClass("aside", centers.size > 0 && !edge.connectedNodes(".center").length)
          .toggleClass("unsure", isUnsure(edge.data())),
      );
    });
    this.ranked = null;
    this.place(of, same && before > 1);
    return edges.length;
  }

  dress() {
    this.cy.style(rules(this.nameFont, this.scale));
  }

  /** Return the nodes, the most important first: the centres, then those with the strongest edges. */
  order() {
    if (this.ranked) return this.ranked;
    const strength = (node) =>
      node
        .connectedEdges()
        .reduce((sum, edge) => sum + (edge.data("weight") ?? 1) * (edge.hasClass("aside") ? 0.01 : 1), 0);
    const strengths = new Map(this.cy.nodes().map((node) => [node.id(), strength(node)]));
    this.ranked = this.cy
      .nodes()
      .sort(
        (one, other) =>
          other.hasClass("center") - one.hasClass("center") ||
          strengths.get(other.id()) - strengths.get(one.id()) ||
          (one.id() < other.id() ? -1 : 1),
      );
    return this.ranked;
  }

  /** Lay the network out from a deterministic start: a spiral with the strongest partners around the centre. */
  place(of, again) {
    const { cy } = this;
    this.order().forEach((node, place) => {
      if (again && node.scratch("placed")) return;
      const away = 62 * Math.sqrt(place);
      node.position({ x: away * Math.cos(place * GOLDEN_ANGLE), y: away * Math.sin(place * GOLDEN_ANGLE) });
      node.scratch("placed", true);
    });
    if (cy.nodes().length < 2) return this.fit();
    const many = cy.nodes().length > MANY;
    const room = {
      nodeRepulsion: 9000,
      idealEdgeLength: length,
      edgeElasticity: (edge) => pull(edge) / Math.max(of.length, 1),
      gravity: 0.3,
      numIter: many ? 300 : 2500,
    };
    const before = new Map(cy.nodes().map((node) => [node.id(), { ...node.position() }]));
    const from = { zoom: cy.zoom(), pan: { ...cy.pan() } };
    const layout = () => {
      cy.nodes().removeClass("unnamed above right left"); // all names need room
      cy.layout({ name: "fcose", ...MOVES, ...room, animate: false, fit: false }).run();
    };
    layout();
    this.fit();
    // Larger names need more space.
    if (this.font > FONT && !many) layout();
    this.stretch();
    this.fit();
    if (again && !STILL.matches) this.glide(before, from);
  }

  /** Stretch the layout, which is round, to the shape of the screen. */
  stretch() {
    const { clientWidth: width, clientHeight: height } = this.container;
    if (!width || !height) return;
    const share = Math.sqrt(Math.min(Math.max(height / width, 0.6), 1.7));
    this.cy.nodes().positions((node) => ({ x: node.position("x") / share, y: node.position("y") * share }));
  }

  /** Animate nodes and viewport from their old positions to the new ones. */
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
    this.font = Math.round(Math.min(Math.max(FONT, READABLE / cy.zoom()), LARGEST_FONT));
    this.names();
    cy.fit(undefined, 30);
    if (cy.zoom() > 1.4) {
      cy.zoom(1.4);
      cy.center();
    }
  }

  /** Show the names that have room at this zoom, of the most important nodes first; others appear on hover. */
  names() {
    const { cy } = this;
    const font = Math.max(FONT, Math.round(READABLE / cy.zoom()));
    if (font !== this.nameFont) {
      this.nameFont = font;
      this.dress();
    }
    const order = this.order();
    const sides = apart(
      order.map((node) => {
        const bold = node.hasClass("center");
        const large = node.hasClass("alone") ? 1.25 * font : font;
        const radius = node.height() / 2 + 2;
        return { ...node.position(), radius, font: large, bold, name: node.data("name") ?? "" };
      }),
    );
    cy.batch(() =>
      order.forEach((node, place) => {
        node.toggleClass("unnamed", !sides.has(place)).toggleClass("foremost", place < FOREMOST);
        for (const side of ["above", "right", "left"]) node.toggleClass(side, sides.get(place) === side);
      }),
    );
  }

  resized() {
    this.cy.resize();
    if (!this.moved && this.container.clientWidth) this.fit();
  }

  zoom(by) {
    this.moved = true;
    const { container } = this;
    this.cy.zoom({
      level: this.cy.zoom() * by,
      renderedPosition: { x: container.clientWidth / 2, y: container.clientHeight / 2 },
    });
  }

  /** Emphasise a node with its neighbours, or an edge with its ends; null ends the emphasis. */
  near(element) {
    const { cy } = this;
    const shown = element
      ? element.isNode()
        ? element.closedNeighborhood()
        : element.union(element.connectedNodes())
      : cy.collection();
    cy.batch(() => {
      cy.elements().removeClass("near far said");
      if (!element) return;
      cy.elements().not(shown).addClass("far");
      shown.addClass("near");
      (element.isNode() ? element : element.connectedNodes()).addClass("said");
    });
    this.container.style.cursor = element ? "pointer" : "";
    this.on.hint(element ? say(element) : "");
  }

  /** Mark the picked node or edge: one id, or the two ends of an edge. */
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
      const next = here.length
        ? this.beside(here, ARROWS[event.key])
        : (this.cy.nodes(".center")[0] ?? this.cy.nodes()[0]);
      if (next) this.on.pick([next.id()], say(next));
    } else if (event.key === "Enter" && here.length) this.on.center(here.id());
    else if (event.key === "Escape") this.on.pick([]);
    else if (event.key === "+" || event.key === "=") this.zoom(1.25);
    else if (event.key === "-") this.zoom(0.8);
    else if (event.key === "0") this.fit();
    else return;
    event.preventDefault();
  }

  /** Return the nearest node in a direction; a distance aside counts twice. */
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

  /** Return what is drawn as `svgOf` takes it: without hover and choice, and where an animation is going. */
  network() {
    const { cy, scale } = this;
    cy.nodes().stop(false, true);
    const marked = cy.elements(".near, .far, .said, .picked");
    const before = marked.map((each) => each.classes());
    marked.removeClass("near far said picked");
    const nodes = this.order().map((node) => ({
      id: node.id(),
      name: node.data("name") ?? "",
      type: node.data("type"),
      ...node.position(),
      size: node.width(),
      kind: node.style("shape"),
      fill: node.style("background-color"),
      opacity: Number(node.style("background-opacity")),
      center: node.hasClass("center"),
      doubtful: node.hasClass("doubtful"),
    }));
    const edges = cy
      .edges()
      .sort((one, other) => other.hasClass("aside") - one.hasClass("aside") || (one.id() < other.id() ? -1 : 1))
      .map((edge) => ({
        source: edge.source().id(),
        target: edge.target().id(),
        width: edge.numericStyle("width"),
        colour: edge.style("line-color"),
        opacity: Number(edge.style("opacity")),
        style: edge.style("line-style"),
        arrow: edge.style("target-arrow-shape") !== "none",
        unsure: edge.hasClass("unsure"),
      }));
    marked.forEach((each, place) => void each.classes(before[place]));
    const size = (figures) => sizeOf({ figures }, scale);
    return { nodes, edges, ...scale, sizeOf: size, widthOf: (weight) => widthOf(weight, scale) };
  }
}
