/**
 * The service's API as a browser calls it. Two kinds of failure: `Unreachable` may be tried again as it is,
 * `Answered` is the server's considered no.
 */

/**
 * @typedef {"draft" | "ready" | "open" | "closed" | "counted" | "published" | "cancelled"} State
 * @typedef {object} Session
 * @property {string} uuid
 * @property {string} title
 * @property {State} state
 * @property {number} ballots
 * @property {number} codes
 * @property {number} [closes_at] seconds since 1970; 0 or absent = no planned end
 * @property {string} [scale]
 * @property {string | null} [head] of the board: 64 hex digits; nothing before the setup
 * @property {number | null} [height] of the head
 * @property {string | null} [receipt_key] 64 hex digits
 * @typedef {object} Cell
 * @property {string} label
 * @property {number} votes
 * @property {number} hundredths of a percent of the ballots
 * @typedef {object} Row
 * @property {string} title
 * @property {number | null} [blank] lines left blank
 * @property {Cell[]} cells
 * @typedef {object} Result
 * @property {number} ballots
 * @property {Row[]} rows
 * @typedef {"unused" | "used" | "void" | "unknown"} Status
 */

/** The server did not answer, or said that it cannot right now: trying the same again is safe. */
export class Unreachable extends Error {}

/** The server answered no. */
export class Answered extends Error {
  /**
   * @param {number} status
   * @param {string} code the stable code of the API, empty when there was none
   */
  constructor(status, code) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

/** How long an answer may take, in milliseconds. */
const PATIENCE = 15000;

/**
 * Make the calls for one session.
 * @param {string} uuid
 * @param {typeof fetch} fetcher
 */
export function makeApi(uuid, fetcher) {
  const root = `/api/sessions/${uuid}`;

  /**
   * @param {string} path
   * @param {RequestInit} [init]
   * @returns {Promise<Response>}
   */
  async function call(path, init = {}) {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), PATIENCE);
    let response;
    try {
      response = await fetcher(root + path, {
        credentials: "omit",
        referrerPolicy: "no-referrer",
        redirect: "error",
        signal: control.signal,
        ...init,
      });
    } catch {
      throw new Unreachable("no answer");
    } finally {
      clearTimeout(timer);
    }
    if (response.ok) return response;
    if (response.status >= 500 || response.status === 429 || response.status === 408) {
      throw new Unreachable(`status ${response.status}`);
    }
    throw new Answered(response.status, await errorCode(response));
  }

  /**
   * @template T
   * @param {() => Promise<T>} read
   * @returns {Promise<T>}
   */
  async function body(read) {
    try {
      return await read();
    } catch {
      throw new Unreachable("the answer broke off");
    }
  }

  return {
    /** @returns {Promise<Session>} */
    async session() {
      const response = await call("");
      return body(() => response.json());
    },
    /** @returns {Promise<Uint8Array>} the exact bytes of election.json */
    async election() {
      const response = await call("/election");
      return body(async () => new Uint8Array(await response.arrayBuffer()));
    },
    /**
     * @param {string} credential the public one: the code itself never leaves the phone
     * @returns {Promise<Status>}
     */
    async status(credential) {
      try {
        const response = await call(`/credentials/${credential}`, { cache: "no-store" });
        return (await body(() => response.json())).status;
      } catch (error) {
        if (error instanceof Answered && error.status === 404) return "unknown";
        throw error;
      }
    },
    /**
     * @param {string} ballot
     * @returns {Promise<unknown>} the receipt, unchecked
     */
    async cast(ballot) {
      const response = await call("/ballots", {
        method: "POST",
        body: ballot,
        headers: { "Content-Type": "application/json" },
        cache: "no-store",
      });
      return body(() => response.json());
    },
    /** @returns {Promise<Result>} */
    async result() {
      const response = await call("/result");
      return body(() => response.json());
    },
    /** @returns {Promise<string>} every event, one JSON a line */
    async events() {
      const response = await call("/events", { cache: "no-cache" });
      return body(() => response.text());
    },
  };
}

/** @typedef {ReturnType<typeof makeApi>} Api */

/**
 * @param {Response} response
 * @returns {Promise<string>}
 */
async function errorCode(response) {
  try {
    const { error } = await response.json();
    return typeof error === "string" ? error : "";
  } catch {
    return "";
  }
}
