/**
 * The life of a session, as far as a page must know it. An answer may be a second old, and another process of the
 * service may give an older one than the page itself was made from: what is shown never goes back.
 */

/** It may be cancelled at any point. @type {readonly string[]} */
const LIFE = ["draft", "ready", "open", "closed", "counted", "published", "cancelled"];

/**
 * Tell whether a session has gone on from one state to another.
 * @param {string} state
 * @param {string | undefined} before
 */
export function isLater(state, before) {
  return before !== undefined && LIFE.indexOf(state) > LIFE.indexOf(before);
}
