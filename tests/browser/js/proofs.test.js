import assert from "node:assert/strict";
import { test } from "node:test";
import { pointFromHex } from "../../../voting/browser/protocol/group.js";
import { publicTable, squaringsFromHex } from "../../../voting/browser/protocol/powers.js";
import { checkBlank, checkBlankOrInterval, checkInterval, checkSignature, readProof } from "../../../voting/browser/protocol/proofs.js";
import { at, readVector } from "./fixtures.js";
import { makeVectors } from "./make_vectors.mjs";
import { refused } from "./refused.js";

const { key: hex, vectors } = JSON.parse(readVector("proofs.json"));
const key = publicTable(pointFromHex(hex));

/** @param {any} vector */
function check({ kind, context, encryptions = [], from, to, credential, hash, proofs: written }) {
  const proofs = written.map((/** @type {unknown} */ proof) => readProof(proof, "proof"));
  const [first, second] = encryptions.map((/** @type {any} */ encryption) => ({
    alpha: [squaringsFromHex(encryption.alpha, "alpha")],
    beta: [squaringsFromHex(encryption.beta, "beta")],
  }));
  if (kind === "interval") return checkInterval(key, context, encryptions[0], first, proofs, from, to, "proof");
  if (kind === "blank") return checkBlank(key, context, first, second, proofs, "proof");
  if (kind === "blank-or-interval") return checkBlankOrInterval(key, context, first, second, proofs, from, to, "proof");
  if (kind === "signature") return checkSignature(pointFromHex(credential), hash, proofs[0], "proof");
  throw new Error(`the kind ${kind} is not known`);
}

for (const vector of vectors) {
  test(`the proof "${vector.name}" ${vector.holds ? "holds" : "is refused"}`, () => {
    if (vector.holds) check(vector);
    else refused(() => check(vector), "bad-proof", "proof");
  });
}

test("a proof has two scalars and nothing else", () => {
  const good = at(vectors, 0).proofs[0];
  for (const bad of [null, [], {}, { ...good, extra: "1" }, { challenge: good.challenge }, { ...good, response: 1 }, { response: good.response, challenge: good.challenge }]) {
    refused(() => readProof(bad, "proof"), "malformed-scalar");
  }
});

test("the shared vectors are what their script makes", () => {
  for (const { name, text } of makeVectors()) assert.equal(readVector(name), text, name);
});
