/**
 * The service's API as the page of claims calls it: `Unreachable` may be tried again as it is, `Answered` is a no.
 */
import { makeCall, readJson } from "../api.js";

/**
 * Make the calls for one session. The claim and the pass have nothing in common that this page sends.
 * @param {string} uuid
 * @param {typeof fetch} fetcher
 * @param {number} [patience] in milliseconds
 */
export function makeApi(uuid, fetcher, patience) {
  const call = makeCall(uuid, fetcher, patience);

  /**
   * @param {string} path
   * @param {Record<string, string>} value
   * @returns {Promise<any>}
   */
  const post = (path, value) =>
    call(path, readJson, { method: "POST", body: JSON.stringify(value), headers: { "Content-Type": "application/json" }, cache: "no-store" });

  return {
    /** @returns {Promise<import("../api.js").Session>} */
    session: () => call("", readJson),
    /** @returns {Promise<Uint8Array>} the exact bytes of election.json: the same for everybody */
    election: () => call("/election", async (response) => new Uint8Array(await response.arrayBuffer())),
    /**
     * @param {string} link
     * @param {string} blinded
     * @returns {Promise<unknown>} the blind signature, unchecked
     */
    claim: (link, blinded) => post("/claims", { link, blinded }),
    /**
     * @param {string} token
     * @param {string} signed
     * @returns {Promise<string>} the code
     */
    redeem: async (token, signed) => (await post("/passes", { token, signed })).code,
  };
}

/** @typedef {ReturnType<typeof makeApi>} Api */
