/**
 * A code or a teller's link while it is typed: groups as they stand on paper, and which part is wrong. What a complete
 * code is, is said by protocol/codes.js; this helps on the way there.
 */

const BASE58 = "[1-9A-HJ-NP-Za-km-z]";
const CHARACTER = new RegExp(`^${BASE58}$`);
const AROUND = /[\s\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff-]/g;

/**
 * @typedef {{problem: "none"}
 *   | {problem: "empty"}
 *   | {problem: "character", character: string, group: number}
 *   | {problem: "short", missing: number}
 *   | {problem: "long", extra: number}
 *   | {problem: "group", group: number}} Finding groups are numbered from 1
 *
 * @typedef {object} Typing
 * @property {(text: string) => {bare: string, uuid: string}} takeApart what was typed or pasted: the address around it,
 *   spaces and hyphens go; `uuid` of the session that a pasted address names, or empty
 * @property {(text: string) => string} inGroups writes what was typed so far in its groups
 * @property {(text: string) => boolean} hasOwnGroups whether the hyphens so far stand where paper does not have them: then
 *   a character is missing or too many there, and writing the groups anew would move the fault to the end
 * @property {(text: string) => Finding} examine says what is wrong with what was typed, the first thing first
 */

/**
 * @param {readonly number[]} groups how many characters stand in each
 * @param {string} page the letter of the page whose address may be pasted with it
 * @returns {Typing}
 */
function makeTyping(groups, page) {
  const length = groups.reduce((sum, size) => sum + size, 0);
  const address = new RegExp(`/${page}/(${BASE58}{14})(?:\\?[^#]*)?#`);
  const behindHash = (/** @type {string} */ text) => text.slice(text.lastIndexOf("#") + 1);
  const bareOf = (/** @type {string} */ text) => behindHash(text).replace(AROUND, "");
  const isOther = (/** @type {string} */ part, /** @type {number} */ index) => bareOf(part).length !== groups[index];

  /** @param {number} at */
  function groupOf(at) {
    let end = 0;
    const index = groups.findIndex((size) => at < (end += size));
    return index < 0 ? groups.length : index + 1;
  }

  return {
    takeApart: (text) => ({ bare: bareOf(text), uuid: address.exec(text)?.[1] ?? "" }),
    inGroups(text) {
      const bare = bareOf(text);
      const parts = [];
      let at = 0;
      for (const size of groups) {
        if (at >= bare.length) break;
        parts.push(bare.slice(at, at + size));
        at += size;
      }
      if (at < bare.length) parts.push(bare.slice(at));
      return parts.join("-");
    },
    hasOwnGroups: (text) => behindHash(text).trim().split("-").slice(0, -1).some(isOther),
    examine(text) {
      const bare = bareOf(text);
      if (bare === "") return { problem: "empty" };
      for (const [at, character] of [...bare].entries()) {
        if (!CHARACTER.test(character)) return { problem: "character", character, group: groupOf(at) };
      }
      const typed = behindHash(text).trim().split("-");
      // Somebody who typed the hyphens can be told which group is short, not only how many characters are.
      // Of the last one that cannot be said: the hyphens may be ours, and the fault anywhere.
      if (bare.length !== length && typed.length === groups.length) {
        const wrong = typed.findIndex(isOther);
        if (wrong >= 0 && wrong < groups.length - 1) return { problem: "group", group: wrong + 1 };
      }
      if (bare.length < length) return { problem: "short", missing: length - bare.length };
      if (bare.length > length) return { problem: "long", extra: bare.length - length };
      return { problem: "none" };
    },
  };
}

/** The code of a slip; a teller's key has the same groups. */
export const codes = makeTyping([5, 6, 5, 6], "v");
/** The link of a teller. */
export const links = makeTyping([4, 4, 4], "t");
/** The link of the desk at the door. */
export const desks = makeTyping([4, 4, 4], "d");
/** The personal link of an attendee. */
export const claims = makeTyping([4, 4, 4], "c");
/** The personal link of somebody who was voted on, to the own result. */
export const notices = makeTyping([4, 4, 4, 4, 4, 4], "r");
