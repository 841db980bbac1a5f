/**
 * The group Ed25519, written multiplicatively, with generator g of prime order q. PROTOCOL, "Notation".
 *
 * Two ways to raise to a power, and they are not interchangeable:
 * - `fixedBase` and `secretPower` run the same operations whatever the exponent is: the only ways for secrets;
 * - `power` is quicker for a base that is met once and leaks its exponent through time: for public values alone.
 *   powers.js has more of that kind.
 */
import { normalizeZ } from "@noble/curves/abstract/curve.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { isPointText, sha256Hex } from "./canonical.js";
import { Refusal } from "./refusals.js";

/** @typedef {import("@noble/curves/abstract/edwards.js").EdwardsPoint} Point */
/** @typedef {(exponent: bigint) => Point} FixedBase */

const { Point } = ed25519;

/** The order of the group. */
export const Q = Point.Fn.ORDER;
/** @type {Point} */
export const GENERATOR = Point.BASE;
/** @type {Point} */
export const IDENTITY = Point.ZERO;

const IDENTITY_HEX = "1".padStart(64, "0");
// Bits per window of a table. 6 to 8 differ little: a wider one takes longer to build and makes each power quicker.
const WINDOW = 7;

/**
 * Read a point: 64 lower-case hex digits, the compressed encoding as one big-endian number. Refuses
 * ("malformed-point") what is not canonical, off the curve, outside the prime-order subgroup, or the identity.
 * @param {unknown} text
 * @param {string} [where]
 * @returns {Point}
 */
export function pointFromHex(text, where = "") {
  const point = pointOfCurve(text, where);
  if (!point.isTorsionFree()) throw new Refusal("malformed-point", "outside the prime-order subgroup", where);
  return point;
}

/**
 * Read a point that may be the identity, as those of a tally and its decryption; else as `pointFromHex`.
 * @param {unknown} text
 * @param {string} where
 * @returns {Point}
 */
export function pointOrIdentityFromHex(text, where) {
  return text === IDENTITY_HEX ? IDENTITY : pointFromHex(text, where);
}

/**
 * Read a point without checking its subgroup: for a caller who does that, or who wrote the text. Refuses as
 * `pointFromHex` otherwise.
 * @param {unknown} text
 * @param {string} [where]
 * @returns {Point}
 */
export function pointOfCurve(text, where = "") {
  if (!isPointText(text)) {
    throw new Refusal("malformed-point", "64 lower-case hex digits are needed", where);
  }
  let point;
  try {
    point = Point.fromBytes(hexToBytes(text).reverse(), false);
  } catch {
    throw new Refusal("malformed-point", "not a canonical point of the curve", where);
  }
  if (point.is0()) throw new Refusal("malformed-point", "the identity", where);
  return point;
}

/**
 * Read 32 bytes as the encoding of a point of the whole curve and raise it to the power 8, into the group.
 * @param {Uint8Array} digest
 * @returns {Point | undefined} nothing when they are no canonical encoding of a point, or of one of small order
 */
export function pointFromDigest(digest) {
  let power;
  try {
    power = Point.fromBytes(digest, false).clearCofactor();
  } catch {
    return undefined;
  }
  return power.is0() ? undefined : power;
}

/**
 * Write a point as 64 lower-case hex digits, big-endian.
 * @param {Point} point
 * @returns {string}
 */
export function pointToHex(point) {
  return bytesToHex(point.toBytes().reverse());
}

/**
 * Write several points: with one division for all, which is most of what writing one costs.
 * @param {readonly Point[]} points
 * @returns {string[]}
 */
export function pointsToHex(points) {
  return normalized(points).map(pointToHex);
}

/**
 * Give the same points with coordinates that are quicker to go on with, with one division for all.
 * @param {readonly Point[]} points
 * @returns {Point[]}
 */
export function normalized(points) {
  return normalizeZ(Point, [...points]);
}

/**
 * Read a scalar: a base-10 string, 0 <= x < q, no sign, no leading zero. Refuses ("malformed-scalar") all else.
 * @param {unknown} text
 * @param {string} [where]
 * @returns {bigint}
 */
export function scalarFromText(text, where = "") {
  if (typeof text === "string" && /^(0|[1-9][0-9]{0,75})$/.test(text)) {
    const scalar = BigInt(text);
    if (scalar < Q) return scalar;
  }
  throw new Refusal("malformed-scalar", "a decimal number below the group order is needed", where);
}

/**
 * Write a scalar as a base-10 string.
 * @param {bigint} scalar
 * @returns {string}
 */
export function scalarToText(scalar) {
  return scalar.toString();
}

/**
 * Reduce a number into 0 <= x < q.
 * @param {bigint} number
 * @returns {bigint}
 */
export function modQ(number) {
  const rest = number % Q;
  return rest < 0n ? rest + Q : rest;
}

/**
 * Invert a scalar that is not zero, modulo q.
 * @param {bigint} scalar
 * @returns {bigint}
 */
export function invertQ(scalar) {
  return Point.Fn.inv(scalar);
}

/**
 * Hash a text to a scalar: SHA-256 as one big-endian number, mod q. `H` of the specification.
 * @param {string} text
 * @returns {bigint}
 */
export function hashToScalar(text) {
  return BigInt(`0x${sha256Hex(text)}`) % Q;
}

/**
 * Build the table of one base and give the function that raises that base to a power, 0 <= exponent < q. The
 * operations are the same for every exponent. It costs some 10 ms once; each power then some 0.12 ms.
 * @param {Point} base
 * @returns {FixedBase}
 */
export function fixedBase(base) {
  // A copy of the generator, because the library blinds the powers of its own one, at half the cost again: a guard
  // against measuring one key over many runs, whereas every exponent here is used once.
  const table = (base === GENERATOR ? Point.fromAffine(base.toAffine()) : base).precompute(WINDOW, false);
  return (exponent) => {
    const power = table.multiply(exponent === 0n ? 1n : exponent);
    return exponent === 0n ? IDENTITY : power;
  };
}

/** @type {FixedBase | undefined} */
let generatorTable;

/**
 * Raise the generator to a power, with the same operations for every exponent. The first call builds the table.
 * @param {bigint} exponent
 * @returns {Point}
 */
export function powerOfGenerator(exponent) {
  generatorTable ??= fixedBase(GENERATOR);
  return generatorTable(exponent);
}

/**
 * Raise a point that is met once to a secret power, with the same operations for every exponent: no table to build,
 * and slower than one.
 * @param {Point} base
 * @param {bigint} exponent 0 <= exponent < q
 * @returns {Point}
 */
export function secretPower(base, exponent) {
  const power = base.multiply(exponent === 0n ? 1n : exponent);
  return exponent === 0n ? IDENTITY : power;
}

/**
 * Raise any point to a public power. Never for a secret exponent: the time taken tells its bits.
 * @param {Point} base
 * @param {bigint} exponent
 * @returns {Point}
 */
export function power(base, exponent) {
  return base.multiplyUnsafe(exponent);
}

/**
 * Multiply points together.
 * @param {readonly Point[]} points
 * @returns {Point}
 */
export function product(points) {
  return points.reduce((left, right) => left.add(right), IDENTITY);
}
