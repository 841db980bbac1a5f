/**
 * A device that is lent to several people, one after another: how long what one of them left on it may stay. The page
 * asks with the time it has.
 *
 * @typedef {import("./flow.js").Screen} Screen
 * @typedef {{left: number, through: boolean, shown: boolean}} Look `left` in seconds until the page must be cleared;
 *   `through`: whether the person is; `shown`: whether what is left is to be told
 */

/** Who is through has so long to write the receipt down, in seconds, and is told from the beginning. */
const THROUGH = 60;
/** Who stopped in the middle is waited for so long, in seconds, */
const IDLE = 180;
/** and is warned for the last of them. */
const WARNED = 60;

/** Nothing that one person has to do here is left. @type {ReadonlySet<Screen>} */
const DONE = new Set(/** @type {Screen[]} */ (["voted", "used", "void", "unknown"]));
/** Here nothing is of one person, or it must still arrive. @type {ReadonlySet<Screen>} */
const KEPT = new Set(/** @type {Screen[]} */ (["sending", "closed", "cancelled"]));

/** Watch over one device. Times are in seconds since any moment. */
export function makeLease() {
  /** @type {Screen} */
  let screen = "connecting";
  let since = 0;
  return {
    /**
     * @param {Screen} next
     * @param {number} now
     */
    enter(next, now) {
      if (next !== screen) since = now;
      screen = next;
    },
    /**
     * Note a sign of life. Who is through is not kept by it: the next person may be touching already.
     * @param {number} now
     */
    touch(now) {
      if (!DONE.has(screen)) since = now;
    },
    /**
     * Give all of the time once more: it was asked for.
     * @param {number} now
     */
    renew(now) {
      since = now;
    },
    /**
     * @param {number} now
     * @returns {Look}
     */
    look(now) {
      const through = DONE.has(screen);
      const left = KEPT.has(screen) ? Infinity : since + (through ? THROUGH : IDLE) - now;
      return { left, through, shown: through || left <= WARNED };
    },
  };
}
