import assert from "node:assert/strict";
import { test } from "node:test";
import { ED25519_TORSION_SUBGROUP, ed25519 } from "@noble/curves/ed25519.js";
import { GENERATOR, IDENTITY, Q, pointFromHex, pointToHex, pointsToHex, power, product, secretPower } from "../../../voting/browser/protocol/group.js";
import { digitsOf, publicPower, publicPowerOfGenerator, publicTable, squaringsFromHex, squaringsOf } from "../../../voting/browser/protocol/powers.js";
import { at, readVector, seededScalars } from "./fixtures.js";
import { refusalOf, refused } from "./refused.js";

const random = seededScalars("powers");
const EXPONENTS = [0n, 1n, 2n, 15n, 16n, 17n, 31n, 2n ** 126n - 1n, 2n ** 252n - 1n, 2n ** 252n, Q - 1n, Q - 2n, ...Array.from({ length: 20 }, random)];

test("an exponent is written in odd digits that sum up to it, five places apart", () => {
  for (const exponent of [...EXPONENTS, Q]) {
    const digits = digitsOf(exponent);
    assert.equal(digits.reduce((sum, { position, digit }) => sum + BigInt(digit) * 2n ** BigInt(position), 0n), exponent);
    digits.forEach(({ position, digit }, i) => {
      assert.ok(digit % 2 !== 0 && Math.abs(digit) < 16 && position < 254);
      assert.ok(i === 0 || position - at(digits, i - 1).position >= 5);
    });
  }
});

test("the quick powers are those that plain multiplication gives", () => {
  const points = [GENERATOR, power(GENERATOR, random()), power(GENERATOR, random())];
  const squarings = points.map(squaringsOf);
  const table = publicTable(at(points, 1));
  for (const exponent of EXPONENTS) {
    const [first, second, third] = points.map((point) => power(point, exponent));
    const digits = digitsOf(exponent);
    assert.ok(publicPower([at(squarings, 1)], digits).equals(/** @type {any} */ (second)));
    assert.ok(publicPower(squarings, digits).equals(product(/** @type {any} */ ([first, second, third]))));
    assert.ok(table(exponent).equals(/** @type {any} */ (second)));
    assert.ok(publicPowerOfGenerator(exponent).equals(/** @type {any} */ (first)));
    assert.ok(secretPower(at(points, 1), exponent).equals(/** @type {any} */ (second)));
  }
});

test("the quick check of the subgroup is the exact one: of all cosets, for many points (fault C3)", (t) => {
  const torsion = ED25519_TORSION_SUBGROUP.map((hex) => ed25519.Point.fromHex(hex)).find((point) => !point.double().double().is0());
  assert.ok(torsion, "a point of order 8");
  let refusals = 0;
  for (let i = 0; i < 12; i++) {
    let point = power(GENERATOR, random());
    for (let coset = 0; coset < 8; coset++, point = point.add(torsion)) {
      const hex = pointToHex(point);
      const refusal = refusalOf(() => squaringsFromHex(hex, "here"));
      assert.equal(refusal, coset === 0 ? undefined : "malformed-point");
      assert.equal(refusal, refusalOf(() => pointFromHex(hex, "here")));
      refusals += refusal === undefined ? 0 : 1;
    }
  }
  t.diagnostic(`${refusals} of 84 points outside the group refused, 12 of 12 inside read`);
});

test("bad points of the vectors are refused by the quick reading as by the plain one (fault C3)", () => {
  for (const { name, hex, valid } of JSON.parse(readVector("points.json")).vectors) {
    if (valid) assert.equal(pointToHex(at(squaringsFromHex(hex, ""), 0)), hex, name);
    else refused(() => squaringsFromHex(hex, "here"), "malformed-point", "here");
  }
});

test("several points are written as each one alone, the identity too", () => {
  const points = [IDENTITY, GENERATOR, GENERATOR.double(), power(GENERATOR, random()).add(GENERATOR), IDENTITY];
  assert.deepEqual(pointsToHex(points), points.map(pointToHex));
  assert.deepEqual(pointsToHex([]), []);
});
