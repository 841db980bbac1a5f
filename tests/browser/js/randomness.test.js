import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { makeBallot } from "../../../voting/browser/protocol/ballots.js";
import { Q } from "../../../voting/browser/protocol/group.js";
import { randomScalar } from "../../../voting/browser/protocol/randomness.js";
import { SINGLE, at } from "./fixtures.js";
import { refused } from "./refused.js";

const real = Object.getOwnPropertyDescriptor(globalThis, "crypto");
afterEach(() => {
  if (real) Object.defineProperty(globalThis, "crypto", real);
});

/** @param {unknown} crypto */
function replaceGenerator(crypto) {
  Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
}

const vote = () => makeBallot(SINGLE.election, at(SINGLE.codes, 0), at(SINGLE.votes, 0));

/** @type {Record<string, unknown>} */
const BROKEN = {
  "no generator": undefined,
  "no such function": {},
  "a generator that throws": {
    getRandomValues: () => {
      throw new Error("quota");
    },
  },
  "a generator that does nothing": { getRandomValues: (/** @type {Uint8Array} */ block) => block },
  "a generator stuck at one value": { getRandomValues: (/** @type {Uint8Array} */ block) => block.fill(7) },
  "a generator with a period of 32 bytes": { getRandomValues: (/** @type {Uint8Array} */ block) => block.forEach((_, i) => (block[i] = i % 32)) },
  "a generator that gives one block for ever": { getRandomValues: (/** @type {Uint8Array} */ block) => block.forEach((_, i) => (block[i] = i * 3)) },
};

for (const [name, crypto] of Object.entries(BROKEN)) {
  test(`no ballot is made with ${name} (fault C13)`, () => {
    replaceGenerator(crypto);
    refused(vote, "bad-randomness");
  });
}

test("a block that nothing was written to, or that repeats within itself, is refused at the first draw (fault C13)", () => {
  refused(() => randomScalar(() => {}), "bad-randomness");
  refused(() => randomScalar((block) => block.fill(9)), "bad-randomness");
  refused(() => randomScalar((block) => block.forEach((_, i) => (block[i] = (i % 32) * 7))), "bad-randomness");
});

test("a generator that starts again for the next ballot is found at once (fault C13)", () => {
  const replay = () => {
    let count = 0;
    return { getRandomValues: (/** @type {Uint8Array} */ block) => block.forEach((_, i) => (block[i] = (i * 5 + (i < 9 ? count++ : 0)) & 255)) };
  };
  replaceGenerator(replay());
  randomScalar();
  randomScalar();
  replaceGenerator(replay());
  refused(vote, "bad-randomness");
});

test("with a sound generator no alpha repeats, in one ballot or across ballots of one vote (fault C13)", (t) => {
  const alphas = Array.from({ length: 20 }, vote).flatMap(({ json }) => [...json.matchAll(/"alpha":"(\w+)"/g)].map((match) => match[1]));
  t.diagnostic(`${alphas.length - new Set(alphas).size} of ${alphas.length} alphas repeat`);
  assert.equal(new Set(alphas).size, alphas.length);
});

test("scalars are below the group order and fill its whole range", () => {
  const drawn = Array.from({ length: 2000 }, () => randomScalar());
  assert.ok(drawn.every((scalar) => 0n <= scalar && scalar < Q));
  const upper = drawn.filter((scalar) => scalar > Q / 2n).length;
  assert.ok(upper > 850 && upper < 1150, `${upper} of 2000 are in the upper half`);
});
