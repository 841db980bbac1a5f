/**
 * The worker as the phone's page calls it. The messages are those of protocol/service.js.
 */
import { makeAsk } from "../asking.js";

/**
 * @typedef {import("../protocol/service.js").Reply} Reply
 * @typedef {Extract<Reply, {type: "ready"}>} Prepared
 * @typedef {Extract<Reply, {type: "ballot"}>} Encrypted
 */

/** @param {() => import("../asking.js").Port} start makes a worker */
export function makeEncryptor(start) {
  const ask = makeAsk(start);
  return {
    /**
     * Read the election and make its tables ready.
     * @param {Uint8Array} election
     * @returns {Promise<Prepared>}
     */
    prepare: (election) => ask({ type: "prepare", election }),
    /**
     * @param {string} code
     * @returns {Promise<string>} the public credential
     */
    credential: async (code) => (await ask({ type: "credential", code })).credential,
    /**
     * @param {string} code
     * @param {number[][]} choices
     * @param {(done: number, total: number) => void} progress
     * @returns {Promise<Encrypted>}
     */
    encrypt: (code, choices, progress) => ask({ type: "encrypt", code, choices }, progress),
    /**
     * @param {{tracker: string, height: number, signature: string}} receipt
     * @param {string} key
     * @returns {Promise<void>}
     */
    checkReceipt: (receipt, key) => ask({ type: "check-receipt", receipt, key }),
    /**
     * @param {{events: string, tracker: string, height: number, head?: string, seen?: number}} board
     * @returns {Promise<{head: string, ballots: number}>}
     */
    checkBoard: (board) => ask({ type: "check-board", ...board }),
  };
}

/** @typedef {ReturnType<typeof makeEncryptor>} Encryptor */
