/**
 * The worker as the page calls it: every request a promise. The messages are those of protocol/service.js.
 */

/**
 * @typedef {import("../protocol/service.js").Reply} Reply
 * @typedef {import("../protocol/service.js").Request} Request
 * @typedef {Extract<Reply, {type: "ready"}>} Prepared
 * @typedef {Extract<Reply, {type: "ballot"}>} Encrypted
 * @typedef {object} Port what this needs of a Worker
 * @property {(message: any) => void} postMessage
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onerror
 */

/** The worker said no; `code` is that of protocol/refusals.js. */
export class WorkerRefusal extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * @typedef {object} Pending
 * @property {(reply: Reply) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {(done: number, total: number) => void} [progress]
 */

/**
 * @param {() => Port} start makes a worker: at once, and again when one broke, for instance because it did not load
 */
export function makeEncryptor(start) {
  let next = 1;
  /** @type {Map<number, Pending>} */
  const pending = new Map();
  /** @type {Port | undefined} */
  let port = begin();

  /** @returns {Port} */
  function begin() {
    const started = start();
    started.onmessage = ({ data }) => {
      const reply = /** @type {Reply} */ (data);
      const id = reply.id ?? 0;
      const waiting = pending.get(id);
      if (waiting === undefined) return;
      if (reply.type === "progress") return waiting.progress?.(reply.done, reply.total);
      pending.delete(id);
      if (reply.type === "error") waiting.reject(new WorkerRefusal(reply.code));
      else waiting.resolve(reply);
    };
    started.onerror = () => {
      port = undefined;
      for (const { reject } of pending.values()) reject(new WorkerRefusal("internal"));
      pending.clear();
    };
    return started;
  }

  /**
   * @param {Request} request
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
