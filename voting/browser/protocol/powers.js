/**
 * Public powers, quickly. Whoever verifies a ballot raises each of its points to two exponents that everybody can read,
 * and once more to see that the point is in the group. All three share the squarings of the point, which are most of
 * the work. Never for a secret exponent: which operations are made tells it.
 *
 * For odd digits d of at most five bits, with `exponent = sum d_i 2^i`, the power is the product of the squarings
 * `P^(2^i)` to the d_i. Those of equal |d| are multiplied first, and each product raised once (Yao's method).
 */
import { GENERATOR, IDENTITY, Q, normalized, pointOfCurve } from "./group.js";
import { Refusal } from "./refusals.js";

/** @typedef {import("./group.js").Point} Point */
/** @typedef {readonly Point[]} Squarings P^(2^i) for i from 0 to 253 */
/** @typedef {readonly Squarings[]} Base the factors of a product: one point has one */
/** @typedef {readonly {position: number, digit: number}[]} Digits of an exponent, all odd, -15 to 15 */
/** @typedef {(exponent: bigint) => Point} PublicTable */

const WIDTH = 5;
const HALF = 2 ** (WIDTH - 1);
// One more than an exponent has bits: the last digit may carry.
const LENGTH = 254;

/**
 * Square a point again and again.
 * @param {Point} point
 * @returns {Squarings}
 */
export function squaringsOf(point) {
  const squarings = [point];
  for (let last = point; squarings.length < LENGTH; ) squarings.push((last = last.double()));
  return squarings;
}

/**
 * Write an exponent, 0 <= exponent <= q, in odd signed digits: few are not zero, and one writing serves several bases.
 * @param {bigint} exponent
 * @returns {Digits}
 */
export function digitsOf(exponent) {
  const bits = [...exponent.toString(2)].reverse().map(Number);
  const digits = [];
  let carry = 0;
  for (let position = 0; position < bits.length || carry === 1; ) {
    if (((bits[position] ?? 0) + carry) % 2 === 0) {
      position += 1;
      continue;
    }
    let digit = carry;
    for (let i = 0; i < WIDTH; i++) digit += (bits[position + i] ?? 0) << i;
    carry = digit > HALF ? 1 : 0;
    digits.push({ position, digit: digit - carry * 2 * HALF });
    position += WIDTH;
  }
  return digits;
}

/**
 * Raise a product of points to an exponent.
 * @param {Base} base
 * @param {Digits} digits
 * @returns {Point}
 */
export function publicPower(base, digits) {
  /** @type {(Point | undefined)[]} */
  const equal = Array.from({ length: HALF / 2 }, () => undefined);
  for (const { position, digit } of digits) {
    const at = (Math.abs(digit) - 1) / 2;
    for (const squarings of base) {
      const squaring = /** @type {Point} */ (squarings[position]);
      const factor = digit < 0 ? squaring.negate() : squaring;
      equal[at] = equal[at]?.add(factor) ?? factor;
    }
  }
  // With B_k the product for |d| = 2k+1, the power is the product of all B_k^(2k+1).
  let running = IDENTITY;
  let weighted = IDENTITY;
  for (let k = equal.length - 1; k > 0; k--) {
    running = running.add(equal[k] ?? IDENTITY);
    weighted = weighted.add(running);
  }
  return weighted.double().add(running).add(equal[0] ?? IDENTITY);
}

const DIGITS_OF_Q = /* @__PURE__ */ digitsOf(Q);

/**
 * Read a point as `pointFromHex` does and keep its squarings, of which the check of the subgroup is made too.
 *
 * That check is exact. `publicPower` adds and doubles in the group of the whole curve, where `sum d_i (2^i P) = q P`
 * holds for every P, also outside the subgroup, because the formulas of addition have no exceptions on this curve (its
 * a is a square, its d is none). The curve has 8q points and its group is cyclic, so `q P` is the identity for exactly
 * the q points of the subgroup, and for none of the 7q others.
 * @param {unknown} text
 * @param {string} where
 * @returns {Squarings}
 */
export function squaringsFromHex(text, where) {
  const squarings = squaringsOf(pointOfCurve(text, where));
  if (!publicPower([squarings], DIGITS_OF_Q).is0()) {
    throw new Refusal("malformed-point", "outside the prime-order subgroup", where);
  }
  return squarings;
}

// Bits of one row of a table: with 8, building it costs as much as some 150 powers of a point without one.
const ROW = 8;

/**
 * Build a table of one point for many public exponents, 0 <= exponent < q: all powers of each row are there, so a
 * power is one multiplication for each row.
 * @param {Point} base
 * @returns {PublicTable}
 */
export function publicTable(base) {
  const width = BigInt(ROW);
  const half = 2 ** (ROW - 1);
  /** @type {Point[]} */
  const listed = [];
  let first = base;
  for (let bit = 0; bit < LENGTH; bit += ROW) {
    let power = first;
    for (let i = 0; i < half; i++, power = power.add(first)) listed.push(power);
    first = /** @type {Point} */ (listed.at(-1)).double();
  }
  const table = normalized(listed);
  return (exponent) => {
    let power = IDENTITY;
    let rest = exponent;
    for (let start = 0; rest !== 0n; start += half) {
      let digit = Number(BigInt.asUintN(ROW, rest));
      rest >>= width;
      if (digit > half) {
        digit -= 2 * half;
        rest += 1n;
      }
      if (digit === 0) continue;
      const entry = /** @type {Point} */ (table[start + Math.abs(digit) - 1]);
      power = power.add(digit < 0 ? entry.negate() : entry);
    }
    return power;
  };
}

/** @type {PublicTable | undefined} */
let generatorTable;

/**
 * Raise the generator to a public power. The first call builds the table.
 * @type {PublicTable}
 */
export function publicPowerOfGenerator(exponent) {
  generatorTable ??= publicTable(GENERATOR);
  return generatorTable(exponent);
}
