/**
 * A worker as a page asks it: every request a promise. Requests and replies carry an `id`; a reply is the answer, tells
 * of progress ("progress": done, total) or refuses ("error": code, where).
 *
 * @typedef {object} Port what this needs of a Worker
 * @property {(message: any) => void} postMessage
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onerror
 *
 * @typedef {(done: number, total: number) => void} Progress
 * @typedef {(request: any, progress?: Progress) => Promise<any>} Ask gives the whole reply
 *
 * @typedef {object} Pending
 * @property {(reply: any) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {Progress} [progress]
 */

/** The worker said no; `code` is that of protocol/refusals.js, `where` names the part that is refused. */
export class WorkerRefusal extends Error {
  /**
   * @param {string} code
   * @param {string} [where]
   */
  constructor(code, where = "") {
    super(code);
    this.code = code;
    this.where = where;
  }
}

/**
 * @param {() => Port} start makes a worker: at once, and again when one broke, for instance because it did not load
 * @returns {Ask}
 */
export function makeAsk(start) {
  let next = 1;
  /** @type {Map<number, Pending>} */
  const pending = new Map();
  /** @type {Port | undefined} */
  let port = begin();

  function begin() {
    const started = start();
    started.onmessage = ({ data }) => {
      const waiting = pending.get(data.id);
      if (waiting === undefined) return;
      if (data.type === "progress") return waiting.progress?.(data.done, data.total);
      pending.delete(data.id);
      if (data.type === "error") waiting.reject(new WorkerRefusal(data.code, data.where));
      else waiting.resolve(data);
    };
    started.onerror = () => {
      port = undefined;
      for (const { reject } of pending.values()) reject(new WorkerRefusal("internal"));
      pending.clear();
    };
    return started;
  }

  return (request, progress) =>
    new Promise((resolve, reject) => {
      const id = next++;
      pending.set(id, { resolve, reject, ...(progress ? { progress } : {}) });
      port ??= begin();
      port.postMessage({ ...request, id });
    });
}
