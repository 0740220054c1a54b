/** The picture of a figure, which another server has. Nothing is asked of it before a person has asked for pictures. */

import { announce, el, link } from "./dom.js";

const KEY = "kg-figures";
let wanted = false;
try {
  wanted = localStorage.getItem(KEY) === "shown";
} catch {
  // The browser stores nothing, so the pictures have to be asked for on each visit.
}

function want(yes) {
  wanted = yes;
  try {
    if (yes) localStorage.setItem(KEY, "shown");
    else localStorage.removeItem(KEY);
  } catch {
    // The choice is lost when the page is closed.
  }
  for (const place of document.querySelectorAll("[data-picture], [data-pictures]"))
    place.dispatchEvent(new Event("pictures"));
  announce(yes ? "Figures are shown" : "Figures are hidden");
}

/** Return the button that shows and hides all pictures; null where the server knows no host that has them. */
export function pictureButton(host) {
  if (!host) return null;
  const button = el("button", { type: "button", class: "button" });
  const note = el("span", { class: "note" });
  const say = () => {
    button.textContent = wanted ? "Hide figures" : "Show figures";
    note.textContent = wanted ? `Pictures come from ${host}.` : `Loads the pictures from ${host}; nothing is loaded from there before.`;
  };
  button.addEventListener("click", () => want(!wanted));
  const place = el("p", { class: "show-figures", "data-pictures": true }, button, note);
  place.addEventListener("pictures", say);
  say();
  return place;
}

/**
 * Return the place of a picture, which is empty until pictures are asked for; null for a figure without an address.
 * `at` is a page that shows the figure, `article` that of its paper, and `citation` names the paper.
 */
export function picture({ image, title, at, article, citation }) {
  if (!image) return null;
  const place = el("figure", { class: "picture", "data-picture": true });
  const show = () => {
    place.hidden = !wanted;
    if (!wanted) place.replaceChildren();
    else if (!place.firstChild) place.append(...shown({ image, title, at, article, citation }));
  };
  place.addEventListener("pictures", show);
  show();
  return place;
}

function shown({ image, title, at, article, citation }) {
  const host = new URL(image).host;
  const drawing = el("img", { alt: `The figure: ${title}`, loading: "lazy", referrerpolicy: "no-referrer" });
  const frame = link(image, drawing, { class: "frame", title: "Open the picture alone" });
  const origin = el("span", {}, `From ${host}.`);
  drawing.addEventListener("error", () => {
    frame.replaceWith(missing(host, at ?? article));
    origin.remove();
  });
  drawing.src = image;
  const licence = article ? link(article, "as the article") : "as the article";
  return [
    frame,
    el("figcaption", {}, citation && el("span", {}, citation), el("span", {}, "Licence: ", licence, "."), origin),
  ];
}

function missing(host, at) {
  return el(
    "div",
    { class: "no-picture" },
    el("p", {}, `${host} does not send this picture.`),
    at && el("p", {}, link(at, "See the figure in its article")),
  );
}
