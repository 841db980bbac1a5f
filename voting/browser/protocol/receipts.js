/**
 * The server's receipt: its signed word that a ballot stands on the board at a height. docs/architecture.md.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { isHash, isTracker, toBytes, toJson } from "./canonical.js";
import { Refusal } from "./refusals.js";

/**
 * @typedef {object} Receipt
 * @property {string} uuid
 * @property {string} election_hash the fingerprint of the election
 * @property {string} tracker
 * @property {number} height of the ballot's event on the board, 1 for the first ballot
 * @property {string} signature 128 hex digits
 */

/**
 * Check a receipt under the server's receipt key (64 hex digits, as RFC 8032 writes it). Refuses "bad-receipt".
 * Whoever holds a receipt that passes can show that a ballot was dropped from the board.
 * @param {Receipt} receipt
 * @param {string} key
 */
export function checkReceipt({ uuid, election_hash, tracker, height, signature }, key) {
  if (!isHash(key)) throw new Refusal("bad-receipt", "the key is not 64 hex digits");
  if (!isTracker(tracker) || !Number.isSafeInteger(height) || height < 1) {
    throw new Refusal("bad-receipt", "no tracker or no height");
  }
  if (typeof signature !== "string" || !/^[0-9a-f]{128}$/.test(signature)) {
    throw new Refusal("bad-receipt", "the signature is not 128 hex digits");
  }
  const signed = toBytes(toJson({ type: "receipt", uuid, election_hash, tracker, height }));
  // Strict as RFC 8032: no second encoding of a point, no key of small order, which would sign anything.
  if (!ed25519.verify(hexToBytes(signature), signed, hexToBytes(key), { zip215: false })) {
    throw new Refusal("bad-receipt", "the signature does not hold");
  }
}
