/**
 * The server's clock as a device follows it: the device's own may be wrong by hours, and may be set at any moment. Every
 * answer says when it was made (the header `Date`, whole seconds); between two answers the time that passes is measured.
 */

/** An answer may be cached for a second, and took its way: by so many seconds it may seem older than the one before. */
const STALE = 3;

/**
 * @param {() => number} elapsed milliseconds since some moment, never set
 */
export function makeServerClock(elapsed) {
  /** @type {number | undefined} */
  let start;
  return {
    /** @param {string | null | undefined} date of an answer that has just come */
    hear(date) {
      const told = Date.parse(date ?? "") / 1000;
      if (Number.isNaN(told)) return;
      const heard = told - elapsed() / 1000;
      // The least stale of several answers is right; one that differs by more tells that the server's clock was set.
      if (start === undefined || heard > start || start - heard > STALE) start = heard;
    },
    /** @returns {number} seconds since 1970; by the device's clock as long as no answer came */
    now: () => (start === undefined ? Date.now() / 1000 : start + elapsed() / 1000),
  };
}
