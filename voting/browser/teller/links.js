/**
 * A teller's link while it is typed, and the secret of the device that claims it.
 */

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const CHARACTER = new RegExp(`^[${BASE58}]$`);
const ADDRESS = new RegExp(`/t/([${BASE58}]{14})(?:\\?[^#]*)?#`);
/** How many characters stand in each group of a link. */
const GROUP = 4;
const LENGTH = 12;
/** 24 characters are 140 bits. */
const DEVICE_LENGTH = 24;

/**
 * @typedef {{problem: "none", link: string}
 *   | {problem: "empty"}
 *   | {problem: "character", character: string}
 *   | {problem: "short", missing: number}
 *   | {problem: "long", extra: number}} Finding
 */

/**
 * Take what was typed or pasted apart: the address around the link, spaces and hyphens go.
 * @param {string} text
 * @returns {{bare: string, uuid: string}} uuid: of the session that a pasted address names, or empty
 */
export function takeApart(text) {
  const bare = text.slice(text.lastIndexOf("#") + 1).replace(/[\s\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff-]/g, "");
  return { bare, uuid: ADDRESS.exec(text)?.[1] ?? "" };
}

/**
 * Write what was typed so far in the groups of a link.
 * @param {string} text
 * @returns {string}
 */
export function inGroups(text) {
  const { bare } = takeApart(text);
  const parts = [];
  for (let at = 0; at < bare.length; at += GROUP) parts.push(bare.slice(at, at + GROUP));
  return parts.join("-");
}

/**
 * Read a link, or say what is wrong with it, the first thing first.
 * @param {string} text
 * @returns {Finding}
 */
export function examine(text) {
  const { bare } = takeApart(text);
  if (bare === "") return { problem: "empty" };
  const character = [...bare].find((one) => !CHARACTER.test(one));
  if (character !== undefined) return { problem: "character", character };
  if (bare.length < LENGTH) return { problem: "short", missing: LENGTH - bare.length };
  if (bare.length > LENGTH) return { problem: "long", extra: bare.length - LENGTH };
  return { problem: "none", link: inGroups(bare) };
}

/**
 * Draw the secret of a device.
 * @param {(bytes: Uint8Array<ArrayBuffer>) => unknown} fill fills an array with random bytes
 * @returns {string} 24 Base58 characters
 */
export function drawDevice(fill) {
  let drawn = "";
  while (drawn.length < DEVICE_LENGTH) {
    const bytes = new Uint8Array(64);
    fill(bytes);
    // Bytes from 232 on would make the first characters likelier.
    for (const byte of bytes) if (byte < 232 && drawn.length < DEVICE_LENGTH) drawn += BASE58[byte % 58];
    if (/^(.)\1*$/.test(drawn)) throw new Error("this browser gives no random numbers");
  }
  return drawn;
}
