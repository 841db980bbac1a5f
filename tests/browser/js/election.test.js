import assert from "node:assert/strict";
import { test } from "node:test";
import { toBytes } from "../../../voting/browser/protocol/canonical.js";
import { parseElection } from "../../../voting/browser/protocol/election.js";
import { SINGLE, THRESHOLD, at } from "./fixtures.js";
import { refused } from "./refused.js";

const TEXT = SINGLE.archive.election;

/** @param {(document: any) => void} change */
function altered(change) {
  const document = JSON.parse(TEXT);
  change(document);
  return JSON.stringify(document);
}

test("the reference's elections are read, and their fingerprint is what their ballots commit to", () => {
  for (const { archive, election } of [SINGLE, THRESHOLD]) {
    assert.equal(election.fingerprint, JSON.parse(at(archive.ballots, 0)).election_hash);
    assert.equal(parseElection(toBytes(archive.election)).fingerprint, election.fingerprint);
  }
  assert.deepEqual(
    THRESHOLD.election.questions.map(({ answers, min, max, blank }) => [answers.length, min, max, blank]),
    JSON.parse(THRESHOLD.archive.election).questions.map((/** @type {any} */ q) => [q.answers.length, q.min, q.max, q.blank === true]),
  );
});

test("another version, group or kind of question is refused as unsupported", () => {
  refused(() => parseElection(altered((e) => (e.version = 2))), "unsupported-election", "version");
  refused(() => parseElection(altered((e) => (e.group = "BELENIOS-2048"))), "unsupported-election", "group");
  const other = altered((e) => (e.questions[1] = { type: "NonHomomorphic", value: { answers: ["a"], question: "b" } }));
  refused(() => parseElection(other), "unsupported-election", "questions[1]");
});

test("an election that is not canonical is refused: two readers could see two documents", () => {
  for (const text of [
    ` ${TEXT}`,
    `${TEXT}\n`,
    `\ufeff${TEXT}`,
    TEXT.replace('"version":1', '"version":1.0'),
    TEXT.replace('"version":1', '"version":1,"version":1'),
    TEXT.replace('"name":', '"name":"x","name":'),
    TEXT.replace('"min":1', '"min":1e0'),
    TEXT.replace('"min":1', '"min":-0'),
    TEXT.replace("Nguy", "\\u004eguy"),
    altered((e) => (e.extra = 1)),
    altered((e) => delete e.name),
    altered((e) => (e.questions[0].blank = false)),
    altered((e) => (e.questions[0].extra = 1)),
    altered((e) => (e.questions[0].max = 4)),
    altered((e) => (e.questions[0].min = 2)),
    altered((e) => (e.questions[0].min = "1")),
    altered((e) => (e.questions[0].answers = [])),
    altered((e) => (e.questions[0].answers[0] = 1)),
    altered((e) => (e.questions[0].answers[0] = "\ud800")),
    altered((e) => (e.questions = [])),
    altered((e) => (e.uuid = "short")),
    altered((e) => (e.name = "\udc00")),
    "[]",
    "null",
    "1",
  ]) {
    assert.throws(() => parseElection(text), { name: "Refusal" }, text.slice(0, 80));
  }
});

test("an election under a key that is no key is refused", () => {
  refused(() => parseElection(altered((e) => (e.public_key = `${"0".repeat(63)}1`))), "malformed-point", "public_key");
  refused(() => parseElection(altered((e) => (e.public_key = e.public_key.toUpperCase()))), "malformed-point", "public_key");
});

test("bytes that are not UTF-8, or nested without end, are refused and nothing breaks", () => {
  refused(() => parseElection(Uint8Array.of(0x7b, 0xff, 0x7d)), "malformed-json");
  assert.throws(() => parseElection("[".repeat(200_000)), { name: "Refusal" });
  assert.throws(() => parseElection(`{"a":`.repeat(20_000)), { name: "Refusal" });
  refused(() => parseElection(`"${"x".repeat(1_100_000)}"`), "malformed-json");
});
