/**
 * A teller's key outside the phone: the file that is downloaded, and the 22 characters as they are written down.
 */
import { codes } from "../typing.js";

/**
 * @typedef {object} Owner
 * @property {string} uuid
 * @property {number} index
 * @property {string} name
 *
 * @typedef {{key: string} | {problem: "unreadable" | "other-session" | "other-teller"}} Found
 */

/**
 * Write the file of a key.
 * @param {Owner} owner
 * @param {string} key 22 characters
 * @returns {string}
 */
export function keyFile({ uuid, index, name }, key) {
  return `${JSON.stringify({ uuid, index, name, key: bare(key) }, null, 2)}\n`;
}

/**
 * Give the name of the file of a key, in letters that every phone can save.
 * @param {string} name of the teller
 * @returns {string}
 */
export function keyFileName(name) {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D");
  const letters = plain.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return letters ? `teller-key-${letters}.json` : "teller-key.json";
}

/**
 * Read the file of a key, and say whose it is when it is not this teller's.
 * @param {string} text
 * @param {Owner} owner
 * @returns {Found}
 */
export function readKeyFile(text, { uuid, index }) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    return { problem: "unreadable" };
  }
  const { key } = file ?? {};
  if (typeof key !== "string" || codes.examine(key).problem !== "none") return { problem: "unreadable" };
  if (file.uuid !== uuid) return { problem: "other-session" };
  if (file.index !== index) return { problem: "other-teller" };
  return { key: bare(key) };
}

/**
 * Tell whether what was typed is the key; spaces and hyphens may stand anywhere.
 * @param {string} typed
 * @param {string} key
 * @returns {boolean}
 */
export function isKey(typed, key) {
  return bare(typed) === bare(key);
}

/**
 * Give the characters of a key alone.
 * @param {string} text
 * @returns {string}
 */
export function bare(text) {
  return codes.takeApart(text).bare;
}

/**
 * Give the groups in which a key is written down.
 * @param {string} key
 * @returns {string[]} 5, 6, 5 and 6 characters
 */
export function keyGroups(key) {
  return codes.inGroups(key).split("-");
}
