/** Where answers come from: the API of the server that sent this page. */

/** The server's own words for what went wrong. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function ask(path, signal) {
  let response;
  try {
    response = await fetch(path, { signal, headers: { Accept: "application/json" } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, "The server does not answer. Is it still running?");
  }
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null)
    throw new Refused(response.status, body?.error ?? `The server says ${response.status}.`);
  return body;
}

const given = (values) =>
  new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== "")).toString();

/** Answers over HTTP. `can` says what the page may offer. */
export function serverSource(top) {
  const entities = new Map();
  return {
    inFile: false,
    can: {
      pairs: true,
      years: true,
      flavour: true,
      single: true,
      top,
      formats: ["graphml", "cx2", "cyjs", "tsv"],
      sparql: true,
    },
    build: (signal) => ask("api/build", signal),
    search: (q, signal) => ask(`api/search?${given({ q, limit: 12 })}`, signal),
    entity(id) {
      // The same thing is asked for by the panel, the examples and the way there.
      if (!entities.has(id)) entities.set(id, ask(`api/entity?${given({ id })}`));
      entities.get(id).catch(() => entities.delete(id));
      return entities.get(id);
    },
    network: (parameters, signal) => ask(`api/network?${parameters}`, signal),
    evidence: (pair, signal) => ask(`api/evidence?${given(pair)}`, signal),
    download: (format, parameters) => `api/download?format=${format}&${parameters}`,
  };
}
