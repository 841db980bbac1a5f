import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCode, privateCredential, publicCredential } from "../../../voting/browser/protocol/codes.js";
import { SINGLE, THRESHOLD, at, readVector } from "./fixtures.js";
import { refused } from "./refused.js";

const vectors = JSON.parse(readVector("codes.json"));
const CODE = at(SINGLE.codes, 0);

test("a code is read with or without hyphens and spaces", () => {
  for (const { typed, code } of vectors.read) assert.equal(parseCode(typed), code);
});

test("a code is found in the address, the fragment or the sentence that holds it", () => {
  for (const typed of [
    `https://vote.example/v/cyuzb8XAcr1FSj#${CODE}`,
    `http://192.0.2.7:8080/v/cyuzb8XAcr1FSj?lang=vi#${CODE.replaceAll("-", "")}`,
    `#${CODE}`,
    `Mã phiếu: ${CODE}.`,
    `https://vote.example/v/cyuzb8XAcr1FSj#${CODE} (slip 7)`,
    `${CODE}\u200b\u00a0`,
    CODE.replaceAll("-", "\u2011"),
    CODE.replaceAll("-", " – "),
  ]) {
    assert.equal(parseCode(typed), CODE, typed);
  }
});

for (const { name, typed } of vectors.refused) {
  test(`what is no code is refused: ${name}`, () => refused(() => parseCode(typed), "malformed-code"));
}

test("two codes in one text are refused, one code twice is not", () => {
  const other = at(SINGLE.codes, 1);
  refused(() => parseCode(`${CODE}, ${other}`), "malformed-code");
  assert.equal(parseCode(`${CODE}, ${CODE}`), CODE);
});

test("part of a longer run of characters is not a code", () => {
  refused(() => parseCode(`x${CODE}.`), "malformed-code");
  refused(() => parseCode(`${CODE}-abcde.`), "malformed-code");
});

test("a refusal does not repeat what was typed", () => {
  assert.throws(
    () => parseCode(CODE.slice(0, -1)),
    (/** @type {Error} */ error) => !error.message.includes(CODE.slice(0, 5)),
  );
});

test("credentials follow from code and session as the shared vectors say", () => {
  for (const { uuid, code, private: secret, public: credential } of vectors.credentials) {
    assert.equal(privateCredential(uuid, code).toString(), secret);
    assert.equal(publicCredential(uuid, code), credential);
  }
});

for (const { folder, archive, election, codes } of [SINGLE, THRESHOLD]) {
  test(`every code of the reference's session is on its list and cast its ballot: ${folder}`, () => {
    const derived = codes.map((code) => publicCredential(election.uuid, code)).sort();
    assert.deepEqual(archive.credentials.map((entry) => entry.split(",")[0]).sort(), derived);
    assert.deepEqual(archive.ballots.map((ballot) => JSON.parse(ballot).credential).sort(), derived);
  });
}

test("one code in two sessions gives two credentials", () => {
  assert.notEqual(publicCredential(SINGLE.election.uuid, CODE), publicCredential(THRESHOLD.election.uuid, CODE));
});
