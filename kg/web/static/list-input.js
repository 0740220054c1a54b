/** Ways to give a list: the field and the file of the start page, and several names in the search. */

import { byId } from "./dom.js";
import { ask } from "./source.js";
import { encode } from "./state.js";

const LONGEST = 4000; // characters of a list in the query of an address; a longer one stands in the fragment
const LINKED = 3000; // characters of a list that is asked for by its address, so that browsers keep the answer
const LARGEST = 2 << 20; // bytes that the server takes
const STORED = "kg-list-numbers";

/** Whether a text is several names: parted by lines, tabs, commas or semicolons, or else by blanks. */
export const isSeveral = (text) => /\S[\s,;]+\S/.test(text.trim());

/** Return the address of the page of a list: several names, or a text, which the server parts. */
export function listAddress(list, more = {}) {
  const genes = Array.isArray(list) ? list : list.trim().replace(/[;\t\r\n]+/g, ",");
  const text = encode({ genes, ...more });
  return text.length > LONGEST ? `./#${text}` : `?${text}`;
}

/** Return how a list is sent to the server: as a text, `posted` where it is too long for an address. */
export function about(ids) {
  const genes = ids.join(",");
  return { genes, posted: genes.length > LINKED };
}

/** Store the numbers of a list in this tab, so that they are there when it is loaded again. */
export function storeNumbers(ids, columns) {
  try {
    sessionStorage.setItem(STORED, JSON.stringify({ ids: [...ids].sort(), columns }));
  } catch {
    // A browser may forbid it, or the numbers may be too many; the page has them until it is left.
  }
  storeNumbers.last = { ids: [...ids].sort(), columns };
}

/** Return the columns of numbers that were given with the same entities; empty where there are none. */
export function storedNumbers(ids) {
  let stored = storeNumbers.last;
  try {
    stored ??= JSON.parse(sessionStorage.getItem(STORED));
  } catch {
    // as above
  }
  return stored?.ids.join() === [...ids].sort().join() ? stored.columns : [];
}

/** Read a list on the server, which forgets it; return the answer of `api/list`. */
export function readList(content, signal) {
  const size = content.size ?? new Blob([content]).size;
  if (size > LARGEST) throw new Error(`The list has ${Math.ceil(size / 2 ** 20)} MiB; at most 2 MiB here.`);
  // Without a type the body is read as a file.
  return ask("api/list", signal, new Blob([content], { type: "text/plain" }));
}

/** Go to the page of a list that is a text or a file, and keep its numbers. */
async function follow(content, visit) {
  const found = await readList(content);
  // A name with a comma would be two in the address, so that its identifier stands there.
  const texts = found.rows.map(({ text, matches }) => (/[,;\t]/.test(text) ? matches[0]?.id : text)).filter(Boolean);
  if (found.columns.length) storeNumbers(found.ids, found.columns);
  await visit(listAddress(texts));
}

/** Let the start page and the search take lists. */
export function giveList({ visit, search }) {
  const form = byId("give");
  const text = byId("give-text");
  const file = byId("give-file");
  const note = byId("give-note");
  const usual = note.textContent;
  form.hidden = false;

  async function take(content) {
    note.textContent = "…";
    note.classList.remove("doubt");
    try {
      await follow(content, visit);
      note.textContent = usual;
      text.value = "";
    } catch (error) {
      note.textContent = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}`;
      note.classList.add("doubt");
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (text.value.trim()) take(text.value);
    else text.focus();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  byId("give-choose").addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    if (file.files[0]) take(file.files[0]);
    file.value = "";
  });
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    take(event.dataTransfer.files[0] ?? event.dataTransfer.getData("text"));
  });
  const input = byId("search-input");
  input.addEventListener("paste", async (event) => {
    const pasted = event.clipboardData.getData("text");
    if (!isSeveral(pasted)) return;
    const lines = /[\t\r\n]/.test(pasted.trim());
    if (lines) event.preventDefault(); // a field of one line would join the names
    // One name may have blanks or a comma.
    const found = lines ? null : await search(pasted.trim()).catch(() => null);
    if (found && found.matches.length + found.words.length) return;
    input.value = "";
    input.blur();
    if (document.documentElement.dataset.page === "start") return take(pasted);
    await follow(pasted, visit).catch((error) => (input.value = error.message));
  });
}
