/** What stands in a cell of a result: IRIs as CURIEs that are links, and numbers that can be read. */

const XSD = "http://www.w3.org/2001/XMLSchema#";
const REAL = new Set(["double", "decimal", "float"].map((name) => XSD + name));
const DIGITS = 6; // significant digits of a number; its title has all
const TINY = 1e-4; // numbers below have an exponent

/** Return a function that shortens IRIs: to the CURIEs of the explorer, or with a prefix that queries may leave out. */
export function shortener({ prefixes = {}, namespaces = {} }) {
  const known = [
    ...Object.entries(prefixes),
    ...Object.entries(namespaces).map(([prefix, start]) => [prefix, [start, ""]]),
  ];
  return (iri) => {
    for (const [prefix, [start, end]] of known)
      if (iri.startsWith(start) && iri.endsWith(end) && iri.length > start.length + end.length)
        return `${prefix}:${iri.slice(start.length, iri.length - end.length)}`;
    return iri;
  };
}

/** Return a number as people write it: `0.00076`, and `7.6e-140` in place of 140 zeros; other text as it is. */
export function readable(text, datatype) {
  const number = Number(text);
  if (!REAL.has(datatype) || !text.trim() || !Number.isFinite(number)) return text;
  if (number !== 0 && Math.abs(number) < TINY) return number.toExponential(2).replace(/\.?0*e/, "e");
  return String(Number(number.toPrecision(Math.max(DIGITS, String(Math.trunc(Math.abs(number))).length))));
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text) => text.replace(/[&<>"']/g, (character) => ENTITIES[character]);

/** Return the result table of YASGUI with our cells; `base` is its class. */
export function tableOf(base, short) {
  return class extends base {
    getUriLinkFromBinding({ value }) {
      const said = escaped(short(value));
      // Text that is no web address becomes no link, because a result may hold any IRI.
      if (!/^https?:\/\//i.test(value)) return `<span class="iri">${said}</span>`;
      const opened = 'target="_blank" rel="noopener noreferrer"';
      return `<a class="iri" ${opened} href="${escaped(value)}" title="${escaped(value)}">${said}</a>`;
    }

    formatLiteral(literal, prefixes) {
      const said = readable(literal.value, literal.datatype);
      if (said === literal.value) return super.formatLiteral(literal, prefixes);
      return `<span title="${escaped(literal.value)}">${escaped(said)}</span>`;
    }
  };
}
