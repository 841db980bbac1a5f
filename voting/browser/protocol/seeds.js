/**
 * A teller's seed: the one secret of a teller, and all that follows from it (docs/adr/0008). Whoever holds the seed is
 * the teller, so it is never sent, kept by the service or written into a message.
 */
import { sha256Hex } from "./canonical.js";
import { BASE58, BETWEEN } from "./codes.js";
import { Q, hashToScalar, pointToHex, powerOfGenerator } from "./group.js";
import { randomScalar } from "./randomness.js";
import { Refusal } from "./refusals.js";

/** @typedef {import("./group.js").Point} Point */
/** @typedef {{signing: bigint, decryption: bigint, verification: Point, encryption: Point}} TellerKeys */

const LENGTH = 22;
const SEED = new RegExp(`^[${BASE58}]{${LENGTH}}$`);

/**
 * Draw a seed: 22 Base58 characters, some 128 bits. Refuses "bad-randomness".
 * @returns {string}
 */
export function drawSeed() {
  // A scalar has 123 bits more than the seed needs: the characters are as good as uniform.
  let rest = randomScalar();
  let seed = "";
  for (let i = 0; i < LENGTH; i++) {
    seed += BASE58[Number(rest % 58n)];
    rest /= 58n;
  }
  return seed;
}

/**
 * Read a seed as it was typed or stands in a file: spaces and hyphens may stand anywhere, capitals matter. Refuses
 * ("malformed-seed") all else; the refusal does not repeat it.
 * @param {string} text
 * @returns {string}
 */
export function parseSeed(text) {
  const bare = text.replace(BETWEEN, "");
  if (!SEED.test(bare)) throw new Refusal("malformed-seed", "a key has 22 letters and digits, without 0, O, I and l");
  return bare;
}

/**
 * Derive a teller's key pairs.
 * @param {string} seed as `parseSeed` gives it
 * @returns {TellerKeys}
 */
export function keysOf(seed) {
  const [signing, decryption] = [hashToScalar(`sk|${seed}`), hashToScalar(`dk|${seed}`)];
  return { signing, decryption, verification: powerOfGenerator(signing), encryption: powerOfGenerator(decryption) };
}

/**
 * Derive the coefficients of a teller's polynomial in one round. The list of certificates is in the derivation: under
 * other certificates it is another polynomial, so shares shown to somebody else say nothing about these.
 * @param {string} seed
 * @param {{uuid: string, round: number, threshold: number}} round
 * @param {string} certificates the hash of the list
 * @returns {bigint[]} as many as the threshold
 */
export function coefficientsOf(seed, { uuid, round, threshold }, certificates) {
  return Array.from({ length: threshold }, (_, k) => {
    const half = (/** @type {number} */ i) => sha256Hex(`coefficient|${uuid}|${round}|${certificates}|${k}|${i}|${seed}`);
    return BigInt(`0x${half(0)}${half(1)}`) % Q;
  });
}

/**
 * Tell whether a seed is that of a teller whose certificate, or verification key in hex, is given.
 * @param {string} seed
 * @param {string} certificateOrKey
 * @returns {boolean}
 */
export function seedBelongs(seed, certificateOrKey) {
  const own = pointToHex(keysOf(seed).verification);
  if (certificateOrKey === own) return true;
  try {
    return JSON.parse(JSON.parse(certificateOrKey).message).verification === own;
  } catch {
    return false;
  }
}
