/** The API of the server that sent this page. */

/** An error with the message of the server; `name` is an unknown name, and `suggestions` what it may mean. */
export class Refused extends Error {
  constructor(status, message, { name = "", suggestions = [] } = {}) {
    super(message);
    this.status = status;
    this.unknown = name;
    this.suggestions = suggestions;
  }
}

async function fetched(path, signal, posted) {
  const headers = { Accept: "application/json" };
  try {
    return await fetch(path, { signal, headers, ...(posted === undefined ? {} : { method: "POST", body: posted }) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, "The server does not answer. Is it still running?");
  }
}

/** Return the answer of the server; `posted` is the body of a POST: a form (URLSearchParams), a file or a text. */
export async function ask(path, signal, posted) {
  const response = await fetched(path, signal, posted);
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null)
    throw new Refused(response.status, body?.error ?? body?.detail ?? `The server says ${response.status}.`, body ?? {});
  return body;
}

/** Return a file that the server makes of a form. */
export async function askFile(path, form) {
  const response = await fetched(path, undefined, form);
  if (response.ok) return response.blob();
  const body = await response.json().catch(() => null);
  throw new Refused(response.status, body?.error ?? body?.detail ?? `The server says ${response.status}.`);
}

const given = (values) =>
  new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== "")).toString();

/** Return a source that asks over HTTP; `can` has the features that the page offers. */
export function serverSource(top) {
  const entities = new Map();
  return {
    inFile: false,
    can: {
      pairs: true,
      years: true,
      flavour: true,
      readings: true,
      single: true,
      top,
      formats: ["graphml", "cx2", "cyjs", "tsv"],
      sparql: true,
    },
    build: (signal) => ask("api/build", signal),
    search: (q, signal) => ask(`api/search?${given({ q, limit: 12 })}`, signal),
    entity(id) {
      // The panel, the examples and the links ask for the same entities.
      if (!entities.has(id)) entities.set(id, ask(`api/entity?${given({ id })}`));
      entities.get(id).catch(() => entities.delete(id));
      return entities.get(id);
    },
    network: (parameters, signal) => ask(`api/network?${parameters}`, signal),
    evidence: (pair, signal) => ask(`api/evidence?${given(pair)}`, signal),
    download: (format, parameters) => `api/download?format=${format}&${parameters}`,
  };
}
