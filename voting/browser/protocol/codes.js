/**
 * Ballot codes: read what a person typed or scanned, derive the credential. PROTOCOL, "Codes".
 */
import { sha256Hex } from "./canonical.js";
import { Q, pointToHex, powerOfGenerator } from "./group.js";
import { Refusal } from "./refusals.js";

export const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BARE = new RegExp(`^[${BASE58}]{22}$`);
// A code inside another text. No look-behind: browsers that are still in use cannot read it.
const GROUPED = new RegExp(
  `(?:^|[^A-Za-z0-9-])([${BASE58}]{5}-[${BASE58}]{6}-[${BASE58}]{5}-[${BASE58}]{6})(?![A-Za-z0-9-])`,
  "g",
);
// Spaces of every kind, hyphens and dashes, the soft hyphen, and the invisible characters that copying brings along.
export const BETWEEN = /[\s\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff-]/g;

/**
 * Read a code from what was typed, pasted or scanned: the code alone with or without hyphens and spaces, or a text
 * that holds one, such as the address of the phone page. Capitals matter. Refuses ("malformed-code") all else.
 * @param {string} text
 * @returns {string} in its groups, `XXXXX-XXXXXX-XXXXX-XXXXXX` with X for any character
 */
export function parseCode(text) {
  const fragment = text.slice(text.lastIndexOf("#") + 1);
  const bare = fragment.replace(BETWEEN, "");
  if (BARE.test(bare)) return group(bare);
  const [code, ...others] = new Set([...text.matchAll(GROUPED)].map((match) => match[1]));
  if (code !== undefined && others.length === 0) return code;
  throw new Refusal("malformed-code", "a code has 22 letters and digits, without 0, O, I and l");
}

/**
 * @param {string} bare 22 characters
 * @returns {string}
 */
function group(bare) {
  return [bare.slice(0, 5), bare.slice(5, 11), bare.slice(11, 16), bare.slice(16)].join("-");
}

/**
 * Derive the secret scalar of a code in one session.
 * @param {string} uuid
 * @param {string} code as `parseCode` gives it
 * @returns {bigint}
 */
export function privateCredential(uuid, code) {
  const half = (/** @type {number} */ i) => sha256Hex(`derive_credential|${uuid}|${i}|${code}`);
  return BigInt(`0x${half(0)}${half(1)}`) % Q;
}

/**
 * Derive the public credential of a code in one session: what the server and the board know of it.
 * @param {string} uuid
 * @param {string} code as `parseCode` gives it
 * @returns {string} 64 hex digits
 */
export function publicCredential(uuid, code) {
  return pointToHex(powerOfGenerator(privateCredential(uuid, code)));
}
