/** Downloads of the view. */

import { announce, el } from "./dom.js";
import { pngOf, svgOf } from "./picture.js";

const NAMES = { graphml: "GraphML", cx2: "CX2, for NDEx and Cytoscape Web", cyjs: "Cytoscape.js", tsv: "Table, TSV" };

/**
 * Fill the menu with the formats that the server writes, and with those that the page writes. `source.file(format)`
 * returns a file for what does not fit into an address.
 */
export function showDownloads(menu, { source, parameters, table, graph, name, texts }) {
  const save = (blob, ending) => {
    keep(blob, `${name.replace(/[^\w.-]+/g, "-").slice(0, 80)}.${ending}`);
    menu.open = false;
    menu.querySelector("summary").focus();
  };
  const saveFile = async (format) => {
    try {
      save(await source.file(format), format);
    } catch (error) {
      announce(error.message);
    }
  };
  const files = source.can.formats.map((format) =>
    source.file
      ? el("button", { type: "button", onclick: () => saveFile(format) }, NAMES[format])
      : el("a", { href: source.download(format, parameters), download: "" }, NAMES[format]),
  );
  const saveTable = () => save(new Blob([table.text()], { type: "text/tab-separated-values" }), "tsv");
  const drawing = () => svgOf(graph.network(), texts());
  const saveSvg = () => save(new Blob([drawing()], { type: "image/svg+xml" }), "svg");
  const savePng = async () => save(await pngOf(drawing()), "png");
  const own = source.inFile ? [el("button", { type: "button", onclick: saveTable }, NAMES.tsv)] : [];
  own.push(el("button", { type: "button", onclick: savePng }, "Picture, PNG"));
  own.push(el("button", { type: "button", onclick: saveSvg }, "Picture, SVG, for editing"));
  menu.querySelector("ul").replaceChildren(...[...files, ...own].map((each) => el("li", {}, each)));
}

export function keep(blob, name) {
  const url = URL.createObjectURL(blob);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Return a table as tab-separated text. */
export const tsv = (rows) =>
  rows.map((row) => `${row.map((cell) => String(cell ?? "").replace(/[\t\r\n]+/g, " ")).join("\t")}\n`).join("");

export const saveTable = (rows, name) => keep(new Blob([tsv(rows)], { type: "text/tab-separated-values" }), name);
