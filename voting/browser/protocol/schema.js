/**
 * Closed shapes of documents: exactly these fields, in this order, of these types, in canonical bytes. Every function
 * takes `where`, the path in the readDocument, and refuses with "malformed-document".
 */
import { fromJson, hasExactly, isHash, toJson } from "./canonical.js";
import { Refusal } from "./refusals.js";

// A lone surrogate has no UTF-8, so two programs would hash two documents. The writer escapes it; an odd number of
// backslashes tells such an escape from a text that speaks of one.
const LONE_SURROGATE = /(?:^|[^\\])(?:\\\\)*\\ud[89a-f]/;

/**
 * Read one document in canonical JSON: what is not written as `toJson` writes it is refused.
 * @param {unknown} text
 * @param {string} where
 * @param {number} [limit] in characters
 * @returns {unknown}
 */
export function readDocument(text, where, limit) {
  if (typeof text !== "string") throw malformed("a text is needed", where);
  let value;
  try {
    value = fromJson(text, limit);
  } catch (error) {
    throw malformed(error instanceof Refusal ? error.message : "not JSON", where);
  }
  if (toJson(value) !== text || LONE_SURROGATE.test(text)) throw malformed("not in canonical form", where);
  return value;
}

/**
 * Check an object: these fields, in this order, and no others.
 * @param {unknown} value
 * @param {string} where
 * @param {readonly string[]} names
 * @returns {Record<string, unknown>}
 */
export function fields(value, where, names) {
  if (!hasExactly(value, names) || !Object.keys(value).every((name, i) => name === names[i])) {
    throw malformed(`the fields ${names.join(", ")} are needed, in this order`, where);
  }
  return value;
}

/**
 * Check a list, of exactly `length` entries if given.
 * @param {unknown} value
 * @param {string} where
 * @param {number} [length]
 * @returns {unknown[]}
 */
export function list(value, where, length) {
  if (!Array.isArray(value)) throw malformed("a list is needed", where);
  if (length !== undefined && value.length !== length) throw malformed(`${length} entries are needed`, where);
  return value;
}

/**
 * Check a text.
 * @param {unknown} value
 * @param {string} where
 * @returns {string}
 */
export function text(value, where) {
  if (typeof value !== "string") throw malformed("a text is needed", where);
  return value;
}

/**
 * Check a whole number from `least` on.
 * @param {unknown} value
 * @param {string} where
 * @param {number} [least]
 * @returns {number}
 */
export function integer(value, where, least = 0) {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least) {
    throw malformed(`a whole number from ${least} on is needed`, where);
  }
  return value;
}

/**
 * Check the one value that can stand here.
 * @param {unknown} value
 * @param {string} where
 * @param {string | number} only
 */
export function literal(value, where, only) {
  if (value !== only) throw malformed("another value than the only one that can stand here", where);
}

/**
 * Check a hash: 64 lower-case hex digits.
 * @param {unknown} value
 * @param {string} where
 * @returns {string}
 */
export function hash(value, where) {
  if (!isHash(value)) throw malformed("a hash of 64 hex digits is needed", where);
  return value;
}

/**
 * @param {string} message
 * @param {string} where
 */
export function malformed(message, where) {
  return new Refusal("malformed-document", message, where);
}
