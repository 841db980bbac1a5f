/**
 * The worker of a teller's page as the page calls it. The messages are those of
 * teller/service.js. All that is done with a key is done there, away from the page, so that the page stays quick.
 */
import { makeAsk } from "../asking.js";

/**
 * @typedef {import("./api.js").View} View
 * @typedef {import("../protocol/participation.js").Action | {kind: "wrong-key"}} Move
 *
 * @typedef {object} Summary of an archive that was verified
 * @property {number} ballots
 * @property {string} head 64 hex digits
 * @property {string} fingerprint of the tellers
 * @property {string} tally hash of the encrypted tally that was recomputed
 * @property {string} setup hash of the first event
 */

/** @param {() => import("../asking.js").Port} start makes a worker */
export function makeCalculator(start) {
  const asking = makeAsk(start);

  /**
   * @param {import("./service.js").Request} request
   * @param {import("../asking.js").Progress} [progress]
   * @returns {Promise<any>}
   */
  const ask = async (request, progress) => (await asking(request, progress)).answer;

  return {
    /** @returns {Promise<string>} a new key, 22 characters */
    draw: () => ask({ type: "draw" }),
    /**
     * Find out what a teller does next in the ceremony.
     * @param {string} key
     * @param {View} view
     * @param {import("../protocol/ceremony.js").Memory | null} revealed what the last move that had one gave to keep
     * @returns {Promise<Move>}
     */
    advance: (key, view, revealed) => ask({ type: "advance", key, view, revealed }),
    /**
     * Verify an archive and keep it for the decryption.
     * @param {Uint8Array<ArrayBuffer>} archive
     * @param {string} uuid of the session that it must be of
     * @param {(done: number, total: number) => void} progress
     * @returns {Promise<Summary>}
     */
    verify: (archive, uuid, progress) => ask({ type: "verify", archive, uuid }, progress),
    /**
     * Decrypt the sum that was verified last.
     * @param {string} key
     * @param {View} view
     * @param {string} tally the hash of the sum that was shown: it must be the one that was verified last
     * @param {string | null} before the hash of the sum that this device remembers to have decrypted
     * @returns {Promise<string>} the body that is posted
     */
    decrypt: (key, view, tally, before) => ask({ type: "decrypt", key, view, tally, before }),
    /**
     * Verify the beginning of an archive, before there are ballots.
     * @param {Uint8Array<ArrayBuffer>} beginning up to the first event
     * @param {string} uuid
     * @param {string | null} key when it is on this device
     * @returns {Promise<import("./board.js").Board>}
     */
    inspect: (beginning, uuid, key) => ask({ type: "inspect", beginning, uuid, key }),
  };
}

/** @typedef {ReturnType<typeof makeCalculator>} Calculator */
