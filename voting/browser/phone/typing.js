/**
 * A code while it is typed: groups as they stand on the slip, and which part is wrong. What a complete code is, is said
 * by protocol/codes.js; this helps on the way there.
 */

/** How many characters stand in each group of a slip. */
export const GROUPS = Object.freeze([5, 6, 5, 6]);
const LENGTH = 22;
const BASE58 = /^[1-9A-HJ-NP-Za-km-z]$/;
const ADDRESS = /\/v\/([1-9A-HJ-NP-Za-km-z]{14})(?:\?[^#]*)?#/;

/**
 * @typedef {{problem: "none"}
 *   | {problem: "empty"}
 *   | {problem: "character", character: string, group: number}
 *   | {problem: "short", missing: number}
 *   | {problem: "long", extra: number}
 *   | {problem: "group", group: number}} Finding groups are numbered from 1
 */

/**
 * Take what was typed or pasted apart: the address around the code, spaces and hyphens go.
 * @param {string} text
 * @returns {{bare: string, uuid: string}} uuid: of the session that a pasted address names, or empty
 */
export function takeApart(text) {
  const uuid = ADDRESS.exec(text)?.[1] ?? "";
  const code = text.slice(text.lastIndexOf("#") + 1);
  return { bare: code.replace(/[\s\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff-]/g, ""), uuid };
}

/**
 * Write what was typed so far in the groups of the slip.
 * @param {string} text
 * @returns {string}
 */
export function inGroups(text) {
  const { bare } = takeApart(text);
  const parts = [];
  let at = 0;
  for (const size of GROUPS) {
    if (at >= bare.length) break;
    parts.push(bare.slice(at, at + size));
    at += size;
  }
  if (at < bare.length) parts.push(bare.slice(at));
  return parts.join("-");
}

/**
 * Tell whether the hyphens so far stand where a slip does not have them: then a character is missing or too many there,
 * and writing the groups anew would move the fault to the end.
 * @param {string} text
 * @returns {boolean}
 */
export function hasOwnGroups(text) {
  const finished = text.slice(text.lastIndexOf("#") + 1).trim().split("-").slice(0, -1);
  return finished.some((part, index) => takeApart(part).bare.length !== GROUPS[index]);
}

/**
 * Say what is wrong with what was typed, the first thing first.
 * @param {string} text
 * @returns {Finding}
 */
export function examine(text) {
  const { bare } = takeApart(text);
  if (bare === "") return { problem: "empty" };
  for (const [at, character] of [...bare].entries()) {
    if (!BASE58.test(character)) return { problem: "character", character, group: groupOf(at) };
  }
  const typed = text.slice(text.lastIndexOf("#") + 1).trim().split("-");
  // Somebody who typed the hyphens can be told which group is short, not only how many characters are.
  // Of the last one that cannot be said: the hyphens may be ours, and the fault anywhere.
  if (bare.length !== LENGTH && typed.length === GROUPS.length) {
    const wrong = typed.findIndex((part, index) => takeApart(part).bare.length !== GROUPS[index]);
    if (wrong >= 0 && wrong < GROUPS.length - 1) return { problem: "group", group: wrong + 1 };
  }
  if (bare.length < LENGTH) return { problem: "short", missing: LENGTH - bare.length };
  if (bare.length > LENGTH) return { problem: "long", extra: bare.length - LENGTH };
  return { problem: "none" };
}

/**
 * @param {number} at
 * @returns {number}
 */
function groupOf(at) {
  let end = 0;
  for (const [index, size] of GROUPS.entries()) {
    end += size;
    if (at < end) return index + 1;
  }
  return GROUPS.length;
}
