/**
 * What this tab keeps of a visit, so that a reload costs nothing: the code and the choices until the ballot is cast,
 * the encrypted ballot until its receipt came, the receipt after. Nothing is kept outside the tab.
 *
 * @typedef {object} Ballot
 * @property {string} json as it was encrypted
 * @property {string} tracker that the phone computed
 * @property {string} credential the public one that stands in it: it tells a slip by which nothing else is known
 *
 * @typedef {object} Receipt
 * @property {string} tracker
 * @property {number} height
 * @property {string} signature
 * @property {boolean} genuine whether tracker and signature held when it came
 * @property {string} [credential] of its ballot: the same slip shows its receipt again
 * @property {string} [head] the head of the board that was seen with it, and its height
 * @property {number} [seen]
 *
 * @typedef {import("../stores.js").Store} Store
 */

const NAMES = ["code", "choices", "ballot", "receipt", "deferred"];

/**
 * @param {string} uuid
 * @param {Store} store the tab's sessionStorage, or what stands for it
 */
export function makeMemory(uuid, store) {
  const key = (/** @type {string} */ name) => `voting:${uuid}:${name}`;

  /**
   * @param {string} name
   * @returns {any} undefined when absent or not readable
   */
  function read(name) {
    const text = store.getItem(key(name));
    if (text === null) return undefined;
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  function write(name, value) {
    store.setItem(key(name), JSON.stringify(value));
  }

  /** @param {...string} names */
  function wipe(...names) {
    for (const name of names) store.removeItem(key(name));
  }

  return {
    /** @returns {string | undefined} */
    code: () => read("code"),
    /** @returns {number[][] | undefined} */
    choices: () => read("choices"),
    /** @returns {Ballot | undefined} */
    ballot: () => read("ballot"),
    /** @returns {Receipt | undefined} */
    receipt: () => read("receipt"),
    /** @returns {boolean} whether a slip was opened that must wait for the ballot of another one */
    deferred: () => read("deferred") === true,
    /**
     * Begin a visit with the code of a slip: another slip's choices end here. A ballot on its way does not: until it
     * has arrived, another slip is deferred, and its code is not kept. A receipt stays until it is known whose it is.
     * @param {string | undefined} code nothing when it cannot be read
     */
    begin(code) {
      if (code === undefined || read("code") !== code) {
        if (read("ballot") !== undefined) return write("deferred", true);
        wipe("code", "choices");
      }
      wipe("deferred");
      if (code !== undefined) write("code", code);
    },
    /** Note that another slip was opened while a ballot is being made or sent. */
    defer: () => write("deferred", true),
    /** @param {number[][]} choices */
    keepChoices: (choices) => write("choices", choices),
    /** @param {Ballot} ballot */
    keepBallot: (ballot) => write("ballot", ballot),
    /**
     * Keep the receipt; the ballot is cast and what made it is forgotten.
     * @param {Receipt} receipt
     */
    keepReceipt(receipt) {
      write("receipt", receipt);
      wipe("code", "choices", "ballot");
    },
    forgetReceipt: () => wipe("receipt"),
    /** Forget a ballot that the server could not read, so that it can be made again. */
    forgetBallot: () => wipe("ballot"),
    /** Forget the code, the choices and the ballot. */
    forgetSecrets: () => wipe("code", "choices", "ballot"),
    /** Forget everything. */
    forgetAll: () => wipe(...NAMES),
  };
}

/** @typedef {ReturnType<typeof makeMemory>} Memory */
