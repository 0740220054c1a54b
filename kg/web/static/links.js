/** Web pages of identifiers, with the addresses of `kg.model.identifiers.page` and `expand`. */

import { el, link } from "./dom.js";

export const PAGES = {
  ncbigene: "https://www.ncbi.nlm.nih.gov/gene/",
  mesh: "https://meshb.nlm.nih.gov/record/ui?ui=",
  chebi: "https://www.ebi.ac.uk/chebi/searchId.do?chebiId=CHEBI:",
  doid: "https://disease-ontology.org/?id=DOID:",
  pmc: "https://www.ncbi.nlm.nih.gov/pmc/articles/",
  pubmed: "https://identifiers.org/pubmed/",
  doi: "https://doi.org/",
  "hgnc.symbol": "https://identifiers.org/hgnc.symbol/",
  fplx: "https://identifiers.org/fplx/",
};

/** Return a link from a CURIE to its page, or only the text where it has no page. */
export function curie(id, url) {
  const [prefix, ...rest] = id.split(":");
  const page = url ?? (PAGES[prefix] && PAGES[prefix] + rest.join(":"));
  return page ? link(page, id, { class: "curie" }) : el("span", { class: "curie" }, id);
}

export const figurePage = (figid) => `https://pfocr.wikipathways.org/figures/${figid}.html`;
