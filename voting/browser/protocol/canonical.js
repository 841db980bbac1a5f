/**
 * Compact JSON, SHA-256 and unpadded Base64, as every document of the board is written and named.
 * PROTOCOL, "Notation".
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { Refusal } from "./refusals.js";

/** The largest ballot that the service takes, in bytes; no other document that a phone reads is larger. */
export const LARGEST = 262144;

const HASH = /^[0-9a-f]{64}$/;
const TRACKER = /^[A-Za-z0-9+/]{43}$/;

/**
 * Write a value as compact JSON: no spaces, fields in the order of the object, no escapes of printable characters.
 * @param {unknown} value
 * @returns {string}
 */
export function toJson(value) {
  // The reference escapes DEL as well, which can stand inside texts only.
  return JSON.stringify(value).replace(/\x7f/g, "\\u007f");
}

/**
 * Give the UTF-8 bytes of a text.
 * @param {string} text
 * @returns {Uint8Array}
 */
export function toBytes(text) {
  return new TextEncoder().encode(text);
}

/**
 * Give the text of UTF-8 bytes. Refuses bytes that are not UTF-8 ("malformed-json"); a byte order mark is kept,
 * so that the parser refuses it too.
 * @param {Uint8Array} raw
 * @returns {string}
 */
export function toText(raw) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    throw new Refusal("malformed-json", "the bytes are not UTF-8");
  }
}

// The deepest document of the format (trustees) has eight levels. Deeper ones could end the stack of whoever writes them.
const DEEPEST = 12;

/**
 * Read one JSON document. The caller rebuilds it field by field and compares: what differs is not canonical.
 * Refuses ("malformed-json") what is not JSON, is nested too deeply, or is longer than `limit` characters.
 * @param {string} text
 * @param {number} [limit]
 * @returns {unknown}
 */
export function fromJson(text, limit = LARGEST) {
  if (text.length > limit) throw new Refusal("malformed-json", "the document is too large");
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal("malformed-json", "the document is not JSON");
  }
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) throw new Refusal("malformed-json", "the document is nested too deeply");
    level = level.flatMap((node) => (typeof node === "object" && node !== null ? Object.values(node) : []));
  }
  return value;
}

/**
 * Tell whether a value is a plain object with exactly these fields, in any order.
 * @param {unknown} value
 * @param {readonly string[]} fields
 * @returns {value is Record<string, unknown>}
 */
export function hasExactly(value, fields) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const present = Object.keys(value);
  return present.length === fields.length && fields.every((field) => present.includes(field));
}

/**
 * @param {string | Uint8Array} content a text stands for its UTF-8 bytes
 * @returns {Uint8Array} 32 bytes
 */
function digest(content) {
  return sha256(typeof content === "string" ? toBytes(content) : content);
}

/**
 * Give the SHA-256 of a text's UTF-8 bytes, or of bytes, as 64 hex digits.
 * @param {string | Uint8Array} content
 * @returns {string}
 */
export function sha256Hex(content) {
  return bytesToHex(digest(content));
}

/**
 * Give the SHA-256 of a text's UTF-8 bytes, or of bytes, in unpadded Base64: 43 characters.
 * @param {string | Uint8Array} content
 * @returns {string}
 */
export function sha256Base64(content) {
  return base64(digest(content));
}

/**
 * Tell whether a value is a hash as the board writes it: 64 lower-case hex digits.
 * @param {unknown} value
 * @returns {value is string}
 */
export function isHash(value) {
  return typeof value === "string" && HASH.test(value);
}

/**
 * Tell whether a value has the form of a point; whether it is one, group.js tells.
 * @param {unknown} value
 * @returns {value is string}
 */
export function isPointText(value) {
  return isHash(value);
}

/**
 * Tell whether a value is a tracker: 32 bytes in unpadded Base64, written in the one canonical way.
 * @param {unknown} value
 * @returns {value is string}
 */
export function isTracker(value) {
  return typeof value === "string" && TRACKER.test(value) && base64(fromBase64(value)) === value;
}

/**
 * Turn a tracker into the hex hash that the events carry. The caller has checked it with `isTracker`.
 * @param {string} tracker
 * @returns {string}
 */
export function trackerToHash(tracker) {
  return bytesToHex(fromBase64(tracker));
}

/**
 * Turn the hex hash that an event carries into the tracker that the voter keeps.
 * @param {string} hash
 * @returns {string}
 */
export function hashToTracker(hash) {
  return base64(hexToBytes(hash));
}

/**
 * @param {Uint8Array} raw
 * @returns {string}
 */
function base64(raw) {
  return btoa(String.fromCharCode(...raw)).replace(/=+$/, "");
}

/**
 * @param {string} text
 * @returns {Uint8Array}
 */
function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
