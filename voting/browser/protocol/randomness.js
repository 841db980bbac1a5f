/**
 * Secret scalars from the browser's generator. Fails closed: a ballot made with guessable or repeated numbers
 * would show its vote, so no ballot at all is made then (FAULTS C13).
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { sha256Hex } from "./canonical.js";
import { Q } from "./group.js";
import { Refusal } from "./refusals.js";

/** @typedef {() => bigint} RandomScalars */
/** @typedef {(block: Uint8Array<ArrayBuffer>) => unknown} Fill */

// 512 bits mod q: the distance from uniform is below 2^-256.
const BLOCK = 64;

// Half a hash of every block drawn so far in this thread. Enough to know a block again; too little to learn one,
// even for somebody who reads the memory afterwards.
/** @type {Set<string>} */
const drawn = new Set();

/**
 * Draw a uniform secret scalar, 0 <= x < q. Refuses ("bad-randomness") when the generator is missing, fails,
 * leaves the block as it was, or gives a block that it gave before.
 * @param {Fill} [fill] fills a block with random bytes
 * @returns {bigint}
 */
export function randomScalar(fill = systemFill) {
  const block = new Uint8Array(BLOCK);
  try {
    fill(block);
  } catch {
    throw new Refusal("bad-randomness", "this browser gives no random numbers");
  }
  const hex = bytesToHex(block);
  const mark = sha256Hex(block).slice(0, 32);
  block.fill(0);
  // Equal halves: nothing was written, one value was written throughout, or the period is shorter than the block.
  if (hex.slice(0, BLOCK) === hex.slice(BLOCK) || drawn.has(mark)) {
    throw new Refusal("bad-randomness", "the random numbers of this browser repeat");
  }
  drawn.add(mark);
  return BigInt(`0x${hex}`) % Q;
}

/** @type {Fill} */
function systemFill(block) {
  return globalThis.crypto.getRandomValues(block);
}
