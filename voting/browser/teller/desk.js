/**
 * The worker of a teller's page as the page calls it: every request a promise. The messages are those of
 * teller/service.js. All that is done with a key is done there, away from the page, so that the page stays quick.
 */
import { WorkerRefusal } from "../phone/encryptor.js";

/**
 * @typedef {import("./api.js").View} View
 * @typedef {import("../protocol/ceremony.js").Action | {kind: "wrong-key"}} Move
 *
 * @typedef {object} Summary of an archive that was verified
 * @property {number} ballots
 * @property {string} head 64 hex digits
 * @property {string} fingerprint of the tellers
 * @property {string} tally hash of the encrypted tally that was recomputed
 * @property {string} setup hash of the first event
 *
 * @typedef {object} Pending
 * @property {(reply: any) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {(done: number, total: number) => void} [progress]
 */

/** The worker said no; `where` names the part that is refused. */
export class DeskRefusal extends WorkerRefusal {
  /**
   * @param {string} code
   * @param {string} where
   */
  constructor(code, where) {
    super(code);
    this.where = where;
  }
}

/** @param {() => import("../phone/encryptor.js").Port} start makes a worker: at once, and again when one broke */
export function makeDesk(start) {
  let next = 1;
  /** @type {Map<number, Pending>} */
  const pending = new Map();
  /** @type {import("../phone/encryptor.js").Port | undefined} */
  let port = begin();

  function begin() {
    const started = start();
    started.onmessage = ({ data }) => {
      const waiting = pending.get(data.id);
      if (waiting === undefined) return;
      if (data.type === "progress") return waiting.progress?.(data.done, data.total);
      pending.delete(data.id);
      if (data.type === "error") waiting.reject(new DeskRefusal(data.code, data.where));
      else waiting.resolve(data.answer);
    };
    started.onerror = () => {
      port = undefined;
      for (const { reject } of pending.values()) reject(new DeskRefusal("internal", ""));
      pending.clear();
    };
    return started;
  }

  /**
   * @param {import("./service.js").Request} request
   * @param {(done: number, total: number) => void} [progress]
   * @returns {Promise<any>}
   */
  function ask(request, progress) {
    return new Promise((resolve, reject) => {
      const id = next++;
      pending.set(id, { resolve, reject, ...(progress ? { progress } : {}) });
      port ??= begin();
      port.postMessage({ ...request, id });
    });
  }

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

/** @typedef {ReturnType<typeof makeDesk>} Desk */
