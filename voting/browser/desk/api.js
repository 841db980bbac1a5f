/**
 * The service's API as the desk calls it: `Unreachable` may mean that the answer alone was lost, `Answered` is a no.
 */
import { makeCall, readJson } from "../api.js";

/**
 * @typedef {object} Standing
 * @property {import("../api.js").State} state
 * @property {number} left codes in the pool
 *
 * @typedef {object} Outline of a QR code: one unit per module
 * @property {number} size
 * @property {string} path
 *
 * @typedef {{code: string, left: number, qr: Outline}} Drawn
 */

/**
 * Make the calls of the desk of one session.
 * @param {string} uuid
 * @param {typeof fetch} fetcher
 * @param {number} [patience] in milliseconds
 */
export function makeApi(uuid, fetcher, patience) {
  const call = makeCall(uuid, fetcher, patience);
  const as = (/** @type {string} */ device) => ({ Authorization: `Bearer ${device}` });

  /**
   * @param {string} path
   * @param {Record<string, string>} headers
   * @param {object} [value]
   * @returns {Promise<any>}
   */
  const post = (path, headers, value = {}) => {
    const body = JSON.stringify(value);
    return call(path, readJson, { method: "POST", body, headers: { "Content-Type": "application/json", ...headers }, cache: "no-store" });
  };

  return {
    /**
     * Bind this device to the desk whose link this is.
     * @param {string} link
     * @param {string} device
     */
    claim: (link, device) => post("/desk", {}, { link, device }),
    /**
     * @param {string} device
     * @returns {Promise<Standing>}
     */
    view: (device) => call("/desk", readJson, { headers: as(device), cache: "no-store" }),
    /**
     * Draw a code. Asking again draws another one.
     * @param {string} device
     * @returns {Promise<Drawn>}
     */
    next: (device) => post("/desk/next", as(device)),
    /**
     * Void a code that nobody took.
     * @param {string} device
     * @param {string} code
     */
    untaken: (device, code) => post("/desk/untaken", as(device), { code }),
  };
}

/** @typedef {ReturnType<typeof makeApi>} Api */
