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
 * @property {boolean} [closes_itself] whether the service closes it then
 * @property {string | null} [date] when the answer was made, as its header says
 * @property {string} [scale]
 * @property {Person[]} [people] in the order of the sheet
 * @property {string | null} [head] of the board: 64 hex digits; nothing before the setup
 * @property {number | null} [height] of the head
 * @property {string | null} [receipt_key] 64 hex digits
 * @typedef {object} Outcome
 * @property {Record<import("./words.js").Language, string>} words
 * @property {Record<import("./words.js").Language, string>} article
 * @property {string} tone
 * @typedef {{name: string, position: string, group?: string}} Person `group`: the heading of the sheet the line stands on
 * @typedef {object} Cell
 * @property {string} label
 * @property {number} votes
 * @property {number} paper of these, on paper
 * @property {number | null} hundredths of a percent of the denominator, nothing while that is missing or for what is no part of it
 * @property {Outcome | null} outcome of a candidate
 * @typedef {object} Row
 * @property {string} title
 * @property {string} name
 * @property {string} position
 * @property {string} group the heading that the line stands under
 * @property {number} blank lines left blank
 * @property {number} invalid lines spoiled on paper
 * @property {number | null} denominator what percentages are of, nothing while a figure of the meeting is missing
 * @property {Outcome | null} outcome
 * @property {Cell[]} cells
 * @typedef {object} Result
 * @property {number} ballots from phones
 * @property {number} collected from phones and on paper
 * @property {{id: string, names: Record<import("./words.js").Language, string>, denominator: string, quorum: object | null}} rule
 * @property {boolean | null} quorum
 * @property {{collected: number, signers: string[]} | null} paper
 * @property {("attendance" | "slips" | "paper")[]} [late] the figures that were entered, changed or removed when the count was known
 * @property {Row[]} rows
 * @typedef {"unused" | "used" | "void" | "unknown"} Status
 */

/** The server did not answer, or said that it cannot right now: trying the same again is safe. */
export class Unreachable extends Error {}

/** The server answered no. */
export class Answered extends Error {
  /**
   * @param {number} status
   * @param {string} code the stable code of the API: `voting/web/refusals.py`
   */
  constructor(status, code) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

/** How long an answer may take up to its last byte, in milliseconds. */
const PATIENCE = 15000;
/** The same for an answer that grows with the board. */
const LONG_PATIENCE = 120000;

/**
 * Make the function that asks the service about one session and tells the two kinds of failure apart.
 * @param {string} uuid
 * @param {typeof fetch} fetcher
 * @param {number} [patience] in milliseconds
 */
export function makeCall(uuid, fetcher, patience = PATIENCE) {
  const root = `/api/sessions/${uuid}`;

  /**
   * @template T
   * @param {string} path
   * @param {(response: Response, alive: () => void) => Promise<T>} read the body: an answer that stalls half-way is none;
   *   who reads it in parts calls `alive` for each, and the waiting begins anew
   * @param {RequestInit} [init]
   * @param {number} [longest] in milliseconds
   * @returns {Promise<T>}
   */
  return async (path, read, init = {}, longest = patience) => {
    const control = new AbortController();
    let timer = setTimeout(() => control.abort(), longest);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => control.abort(), longest);
    };
    try {
      const response = await fetcher(root + path, {
        credentials: "omit",
        referrerPolicy: "no-referrer",
        redirect: "error",
        signal: control.signal,
        ...init,
      });
      if (response.ok) return await read(response, alive);
      const again = response.status >= 500 || response.status === 429 || response.status === 408;
      if (!again) throw new Answered(response.status, await errorCode(response));
    } catch (error) {
      if (error instanceof Answered) throw error;
    } finally {
      clearTimeout(timer);
    }
    throw new Unreachable("no answer that can be used");
  };
}

/**
 * Make the calls for one session.
 * @param {string} uuid
 * @param {typeof fetch} fetcher
 * @param {number} [patience] in milliseconds
 */
export function makeApi(uuid, fetcher, patience = PATIENCE) {
  const call = makeCall(uuid, fetcher, patience);

  return {
    /** @returns {Promise<Session>} */
    session: () => call("", async (response) => ({ ...(await response.json()), date: response.headers?.get("date") })),
    /** @returns {Promise<Uint8Array>} the exact bytes of election.json */
    election: () => call("/election", async (response) => new Uint8Array(await response.arrayBuffer())),
    /**
     * @param {string} credential the public one: the code itself never leaves the phone
     * @returns {Promise<Status>}
     */
    async status(credential) {
      try {
        return (await call(`/credentials/${credential}`, readJson, { cache: "no-store" })).status;
      } catch (error) {
        if (error instanceof Answered && error.code === "unknown-code") return "unknown";
        throw error;
      }
    },
    /**
     * @param {string} ballot
     * @returns {Promise<unknown>} the receipt, unchecked
     */
    cast: (ballot) =>
      call("/ballots", readJson, {
        method: "POST",
        body: ballot,
        headers: { "Content-Type": "application/json" },
        cache: "no-store",
      }),
    /** @returns {Promise<Result>} */
    result: () => call("/result", readJson),
    /** @returns {Promise<string>} every event, one JSON a line */
    events: () => call("/events", (response) => response.text(), { cache: "no-cache" }, LONG_PATIENCE),
  };
}

/** @typedef {ReturnType<typeof makeApi>} Api */

/**
 * @param {Response} response
 * @returns {Promise<any>}
 */
export function readJson(response) {
  return response.json();
}

/**
 * Read the stable code of a refusal. Throws when there is none: it is not the service that answered then, but something
 * on the way to it.
 * @param {Response} response
 * @returns {Promise<string>}
 */
async function errorCode(response) {
  const { error } = await response.json();
  if (typeof error !== "string") throw new TypeError("no stable code");
  return error;
}
