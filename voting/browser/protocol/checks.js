/**
 * Named checks of an archive, one after the other. The first that does not hold ends it.
 */
import { Refusal } from "./refusals.js";

/** @typedef {{name: string, ok: true | null, detail: string}} Check `ok` is null when there is nothing to check yet */

/** The archive has not come so far yet. */
export class NothingToCheck extends Error {}

export class Checks {
  constructor() {
    /** @type {Check[]} */
    this.made = [];
  }

  /**
   * Run one check: `act` gives its detail. Refuses "broken-archive", naming the check, for every refusal of what is
   * read or checked inside.
   * @param {string} name
   * @param {() => string} act
   */
  check(name, act) {
    try {
      this.made.push({ name, ok: true, detail: act() });
    } catch (error) {
      if (error instanceof Refusal) throw new Refusal("broken-archive", error.message, name);
      if (!(error instanceof NothingToCheck)) throw error;
      this.made.push({ name, ok: null, detail: error.message });
    }
  }
}

/**
 * Refuse in a check: it does not hold at a record.
 * @param {string} reason
 * @param {string} record by its height on the board or by its file
 * @returns {Refusal}
 */
export function failed(reason, record) {
  return new Refusal("malformed-document", reason, record);
}
