/**
 * The service's API as a teller's device calls it: `Unreachable` may be tried again as it is, `Answered` is a no.
 */
import { Unreachable, makeCall, readJson } from "../api.js";
import { Beginning, NoBeginning } from "./beginning.js";

/**
 * @typedef {"certificate" | "commitment" | "reveal" | "key"} Step
 *
 * @typedef {object} Fellow a teller as the others see it
 * @property {string} name
 * @property {"head" | "secretary" | "member"} role
 * @property {boolean} joined whether a device has claimed the link
 * @property {number} steps of the ceremony that are done, 0 to 4
 * @property {boolean} decrypted
 *
 * @typedef {object} Fault
 * @property {Step} step
 * @property {number} against index of the teller whose message is bad
 * @property {number} by who says so: 0 is the service
 * @property {string} reason
 *
 * @typedef {object} View what a teller's device reads of its session
 * @property {string} uuid
 * @property {string} title
 * @property {string} language
 * @property {import("../api.js").State} state
 * @property {number} round
 * @property {number} size
 * @property {number} threshold
 * @property {number} index
 * @property {string} name
 * @property {"head" | "secretary" | "member"} role
 * @property {Fellow[]} tellers
 * @property {Step | "done"} step
 * @property {Fault | null} fault
 * @property {string[]} certificates
 * @property {string[]} commitments
 * @property {string[]} reveals
 * @property {string[]} parcels
 * @property {string[]} keys
 * @property {Step[]} posted
 * @property {string | null} box
 * @property {boolean} tallied whether the encrypted tally stands on the board
 *
 * @typedef {{present: number, needed: number}} Count
 */

/** @type {RequestInit} */
const FRESH = { cache: "no-store" };

/**
 * Make the calls of a teller's device for one session.
 * @param {string} uuid
 * @param {typeof fetch} fetcher
 * @param {number} [patience] in milliseconds
 */
export function makeApi(uuid, fetcher, patience) {
  const call = makeCall(uuid, fetcher, patience);

  /**
   * @param {string} path
   * @param {string} body
   * @param {Record<string, string>} [headers]
   * @returns {Promise<any>}
   */
  const post = (path, body, headers = {}) =>
    call(path, readJson, { method: "POST", body, headers: { "Content-Type": "application/json", ...headers }, ...FRESH });
  const as = (/** @type {string} */ device) => ({ Authorization: `Bearer ${device}` });

  return {
    /** @returns {Promise<import("../api.js").Session>} */
    session: () => call("", readJson),
    /**
     * Bind this device to the teller whose link this is.
     * @param {string} link
     * @param {string} device
     * @returns {Promise<number>} the index
     */
    claim: async (link, device) => (await post("/tellers", JSON.stringify({ link, device }))).index,
    /**
     * @param {string} device
     * @returns {Promise<View>}
     */
    view: (device) => call("/tellers/me", readJson, { headers: as(device), ...FRESH }),
    /**
     * @param {string} device
     * @param {string} step
     * @param {number} round
     * @param {string} body
     */
    post: (device, step, round, body) => post(`/tellers/me/${step}?round=${round}`, body, as(device)),
    /**
     * @param {string} device
     * @param {number} round
     * @param {number} against
     */
    accuse: (device, round, against) => post("/tellers/me/accusation", JSON.stringify({ round, against }), as(device)),
    /**
     * @param {string} device
     * @param {string} body
     * @returns {Promise<Count>}
     */
    decryption: (device, body) => post("/tellers/me/decryption", body, as(device)),
    /**
     * Download the public archive.
     * @param {(received: number) => void} progress in bytes
     * @returns {Promise<Uint8Array<ArrayBuffer>>}
     */
    archive: (progress) => call("/archive.bel", (response, alive) => readAll(response, alive, progress), { cache: "no-cache" }),
    /**
     * Download the public archive up to its first event; the rest is not asked for.
     * @returns {Promise<Uint8Array<ArrayBuffer> | null>} null when what comes is not the beginning of an archive
     */
    beginning: () => call("/archive.bel", readBeginning, FRESH),
  };
}

/** @typedef {ReturnType<typeof makeApi>} Api */

/**
 * @param {Response} response
 * @param {() => void} alive
 * @param {(received: number) => void} progress
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function readAll(response, alive, progress) {
  /** @type {Uint8Array[]} */
  const parts = [];
  let received = 0;
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array(await response.arrayBuffer());
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    alive();
    parts.push(value);
    received += value.length;
    progress(received);
  }
  const whole = new Uint8Array(received);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * @param {Response} response
 * @param {() => void} alive
 * @returns {Promise<Uint8Array<ArrayBuffer> | null>}
 */
async function readBeginning(response, alive) {
  const reader = response.body?.getReader();
  const beginning = new Beginning();
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) throw new Unreachable("it ended before the first event");
      alive();
      const whole = beginning.add(value);
      if (whole !== undefined) return whole;
    }
  } catch (error) {
    if (error instanceof NoBeginning) return null;
    throw error;
  } finally {
    // Nothing after it is downloaded.
    void reader?.cancel().catch(() => {});
  }
}
