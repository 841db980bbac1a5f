import assert from "node:assert/strict";
import { test } from "node:test";
import {
  GENERATOR,
  IDENTITY,
  Q,
  fixedBase,
  pointFromHex,
  pointToHex,
  power,
  powerOfGenerator,
  scalarFromText,
} from "../../../voting/browser/protocol/group.js";
import { readVector, seededScalars } from "./fixtures.js";
import { refusalOf, refused } from "./refused.js";

for (const { name, hex, valid } of JSON.parse(readVector("points.json")).vectors) {
  test(`the point "${name}" is ${valid ? "read and written back" : "refused"}`, () => {
    if (valid) assert.equal(pointToHex(pointFromHex(hex)), hex);
    else refused(() => pointFromHex(hex, "here"), "malformed-point", "here");
  });
}

test("a scalar is a plain decimal number below the group order", () => {
  for (const good of ["0", "1", (Q - 1n).toString()]) assert.equal(scalarFromText(good).toString(), good);
  const wrong = ["", "-1", "+1", "01", "1 ", " 1", "1\n", "1_0", "0x1", "1e3", "1.0", "１２", Q.toString(), "9".repeat(5000), 1, 1n, null, ["1"]];
  for (const bad of wrong) assert.equal(refusalOf(() => scalarFromText(bad)), "malformed-scalar", String(bad).slice(0, 20));
});

test("the tables give the powers that plain multiplication gives, the ends included", () => {
  const random = seededScalars("tables");
  const base = power(GENERATOR, random());
  const table = fixedBase(base);
  for (const exponent of [1n, 2n, 127n, 128n, Q - 1n, random(), random(), random()]) {
    assert.ok(table(exponent).equals(power(base, exponent)));
    assert.ok(powerOfGenerator(exponent).equals(power(GENERATOR, exponent)));
  }
  assert.ok(table(0n).equals(IDENTITY));
});
