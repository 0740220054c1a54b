/** The panel of a pair: its numbers, and the figures behind the edge. */

import { el, link, short, some, whole } from "./dom.js";
import { picture, pictureButton } from "./images.js";
import { figurePage } from "./links.js";
import { facts, plainClick, section } from "./panel.js";
import { isUnsure, percent, readings, SURE } from "./readings.js";

/** Return the parts of the panel; `next(offset)` fetches further figures. */
export function pair(edge, evidence, { go, hash, next, figure: address, images }) {
  const ends = [evidence.subject, evidence.object].map((end) =>
    el(
      "a",
      { href: hash(end.id), onclick: (event) => plainClick(event) && (event.preventDefault(), go(end.id)) },
      end.name,
    ),
  );
  const shownRow = (figure) => row(figure, evidence.subject, evidence.object, address);
  const list = el("ol", { class: "evidence" }, evidence.rows.map(shownRow));
  let shown = evidence.rows.length;
  const left = () => (evidence.figures_mentioned ?? evidence.figures_all) - shown;
  const more = el("button", { type: "button", class: "button more", id: "more-figures" }, "");
  const label = () => (left() > 0 ? (more.textContent = `More figures (${whole(left())} left)`) : more.remove());
  more.addEventListener("click", async () => {
    more.disabled = true;
    try {
      const found = await next(shown);
      list.append(...found.rows.map(shownRow));
      shown += found.rows.length;
      if (found.rows.length) label();
      else more.remove();
      list.children[shown - found.rows.length]?.querySelector("a")?.focus({ preventScroll: true });
    } catch (error) {
      more.replaceWith(el("p", { class: "note" }, error.message));
    }
    more.disabled = false;
  });
  const others = (evidence.figures_mentioned ?? evidence.figures_all) - evidence.figures;
  const left_out =
    others > 0 &&
    el(
      "p",
      { class: "note" },
      `${some(others, "more figure")} ${others === 1 ? "mentions" : "mention"} both from one and the same word, or by a doubtful reading; ${others === 1 ? "it does" : "they do"} not count.`,
    );
  const parts = [
    el(
      "header",
      {},
      el("p", { class: "kind" }, "Drawn together"),
      el("h2", { class: "pair" }, ends[0], el("span", { class: "with" }, "with"), ends[1]),
    ),
    facts([
      ["Figures", whole(evidence.figures), "by different words"],
      edge?.papers !== undefined && ["Papers", whole(edge.papers)],
      edge?.weight !== undefined && [
        "Weight",
        short(edge.weight),
        "sum of shares: a word that stands for ten genes counts a tenth for each",
      ],
      edge?.npmi !== undefined && ["NPMI", short(edge.npmi), "normalised pointwise mutual information, −1 to 1"],
      edge?.q !== undefined && ["q", short(edge.q), "false discovery rate"],
    ]),
    edge?.doubt > 0 &&
      el(
        "p",
        { class: isUnsure(edge) ? "note doubt" : "note" },
        `In ${percent(edge.doubt)} of the figures one of the readings is not sure (its probability is under ${percent(SURE)}).`,
      ),
    left_out,
    el(
      "section",
      {},
      el("h3", {}, "Figures, the likeliest pathways first"),
      evidence.rows.length > 0 && pictureButton(images),
      evidence.rows.length ? list : el("p", { class: "note" }, "None in this choice of years and words."),
      more,
    ),
    evidence.partly && el("p", { class: "note" }, evidence.partly),
  ];
  label();
  return parts;
}

function row(figure, subject, object, address) {
  const page = figure.page ?? figurePage(figure.figid);
  const words = el("p", { class: "words-read" }, wordsRead(figure, subject.name, object.name));
  const doubts = [
    ...readings(figure.subject_readings ?? [], subject),
    ...readings(figure.object_readings ?? [], object),
  ];
  return el(
    "li",
    { class: figure.different ? null : "same-word" },
    el(
      "p",
      { class: "title" },
      address
        ? el("a", { href: address(figure.figid) }, figure.title || figure.alias || figure.figid)
        : link(page, figure.title || figure.figid),
    ),
    words,
    picture({
      image: figure.image,
      title: figure.title || figure.figid,
      at: figure.url ?? page,
      article: figure.paper_url,
    }),
    doubts,
    figure.paper_title && figure.paper_title !== figure.title && el("p", { class: "paper" }, figure.paper_title),
    el(
      "p",
      { class: "links" },
      figure.year && el("span", { class: "year" }, String(figure.year)),
      link(page, address ? "At PFOCR" : "Figure"),
      figure.paper_url && link(figure.paper_url, "Paper"),
      figure.url && link(figure.url, "At PMC"),
    ),
  );
}

/** Return the words by which a figure draws the two; a bare keyword has none. */
function wordsRead({ different, doubtful, subject_words: ones, object_words: others }, subject, object) {
  const read = (words) => el("span", { class: "read" }, words.join(", "));
  if (!different && !doubtful) return ["both from ", read(ones), ", so it does not count"];
  if (!ones.length && !others.length) return "words not recorded";
  const end = (words, name) => (words.length ? read(words) : `${name} (word not recorded)`);
  return [end(ones, subject), " with ", end(others, object), doubtful && ", a reading that does not count"];
}
