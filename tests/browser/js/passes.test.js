import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Q, pointFromDigest, pointFromHex, pointToHex } from "../../../voting/browser/protocol/group.js";
import { blind, checkNamed, drawSecret, hashOfKey, signOfKey, tokenToPoint, unblind } from "../../../voting/browser/protocol/passes.js";
import { randomScalar } from "../../../voting/browser/protocol/randomness.js";
import { refused } from "./refused.js";

const vectors = JSON.parse(readFileSync(new URL("../../vectors/passes.json", import.meta.url), "utf8"));
const [first] = vectors.passes;

test("tokens are hashed to the points of the vectors, made by the service's own code", () => {
  for (const { uuid, token, point } of vectors.hashed) assert.equal(pointToHex(tokenToPoint(uuid, token)), point);
});

test("a claim becomes the pass of the vectors", () => {
  for (const { uuid, token, blinding, blinded, answer, pass_key: key, pass } of vectors.passes) {
    assert.equal(blind(uuid, { token, blinding }), blinded);
    assert.equal(unblind(uuid, key, { token, blinding }, answer), pass);
  }
});

test("people compare of a key what the vectors say, and the board names it so", () => {
  for (const { uuid, pass_key: key, sign, named } of vectors.passes) {
    assert.equal(signOfKey(uuid, key), sign);
    assert.equal(hashOfKey(uuid, key), named);
    checkNamed({ uuid, description: `A vote\nKhóa: SHA-256 ${named}` }, key);
    refused(() => checkNamed({ uuid, description: `Khóa: SHA-256 ${named}\nA vote` }, key), "bad-proof", "pass_key");
  }
});

test("an answer by which the service could know this phone again is refused", () => {
  for (const { fault, answer } of vectors.refused) {
    refused(() => unblind(first.uuid, first.pass_key, first, answer), "bad-proof", "pass");
    assert.ok(fault);
  }
  assert.equal(vectors.refused.length, 8);
});

test("an answer for another phone, another key or another session is refused", () => {
  const other = vectors.passes[1];
  refused(() => unblind(first.uuid, other.pass_key, first, first.answer), "bad-proof", "pass");
  refused(() => unblind(other.uuid, first.pass_key, other, first.answer), "bad-proof", "pass");
  refused(() => unblind(vectors.passes[3].uuid, first.pass_key, first, first.answer), "bad-proof", "pass");
});

test("points outside of the group are refused, as the answer and as the key", () => {
  for (const { fault, point } of vectors.points) {
    refused(() => unblind(first.uuid, first.pass_key, first, { ...first.answer, signed: point }), "malformed-point");
    refused(() => unblind(first.uuid, point, first, first.answer), "malformed-point");
    refused(() => pointFromHex(point, fault), "malformed-point");
  }
});

test("an answer of another shape is refused", () => {
  for (const answer of [null, {}, [], "", { signed: first.answer.signed }, { ...first.answer, more: 1 }]) {
    refused(() => unblind(first.uuid, first.pass_key, first, answer), "bad-proof");
  }
  refused(() => unblind(first.uuid, first.pass_key, first, { ...first.answer, proof: {} }), "malformed-scalar");
});

test("tokens and blindings of another form are refused, also one that would hide nothing", () => {
  for (const token of ["", "0".repeat(63), "A".repeat(64)]) {
    refused(() => tokenToPoint(first.uuid, token), "malformed-request");
  }
  for (const blinding of ["", "0".repeat(64), Q.toString(16).padStart(64, "0"), "f".repeat(64)]) {
    refused(() => blind(first.uuid, { token: first.token, blinding }), "malformed-scalar");
  }
});

test("what a phone draws is new each time, and no claim repeats", () => {
  const drawn = Array.from({ length: 20 }, () => drawSecret());
  assert.equal(new Set(drawn.flatMap(({ token, blinding }) => [token, blinding])).size, 40);
  assert.equal(new Set(drawn.map((secret) => blind(first.uuid, secret))).size, 20);
});

test("a phone whose random numbers fail draws nothing", () => {
  refused(() => drawSecret(() => randomScalar((block) => block.fill(7))), "bad-randomness");
});

test("digests that are no points, not canonical or of small order are passed over", () => {
  const bytes = (/** @type {bigint} */ value) =>
    Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
  for (let value = 2n ** 255n - 19n; value < 2n ** 255n; value += 1n) {
    assert.equal(pointFromDigest(bytes(value)), undefined);
    assert.equal(pointFromDigest(bytes(value | (1n << 255n))), undefined);
  }
  for (const { fault, point } of vectors.points) {
    if (fault === "mixed order" || point.length !== 64) continue;
    assert.equal(pointFromDigest(bytes(BigInt(`0x${point}`))), undefined, fault);
  }
});
