import assert from "node:assert/strict";
import { test } from "node:test";
import { openBallot } from "../../../voting/browser/protocol/ballots.js";
import { sha256Base64, sha256Hex } from "../../../voting/browser/protocol/canonical.js";
import { publicCredential } from "../../../voting/browser/protocol/codes.js";
import { createService } from "../../../voting/browser/protocol/service.js";
import { SINGLE, at, readVector } from "./fixtures.js";

const { archive, election, codes, votes } = SINGLE;
const CODE = at(codes, 0);
const VOTE = at(votes, 0);
const PREPARE = /** @type {const} */ ({ type: "prepare", election: archive.election });

/** @param {unknown[]} requests */
function ask(...requests) {
  /** @type {any[]} */
  const replies = [];
  const handle = createService((reply) => void replies.push(reply));
  for (const request of requests) handle(/** @type {any} */ (request));
  return replies;
}

test("an election is prepared, then a ballot is made with progress in between", () => {
  const [ready, ...rest] = ask(PREPARE, { type: "encrypt", id: 7, code: CODE, choices: VOTE });
  assert.equal(ready.type, "ready");
  assert.equal(ready.fingerprint, election.fingerprint);
  assert.deepEqual(ready.questions, election.questions);
  assert.deepEqual(rest.map(({ type, id }) => [type, id]), [["progress", 7], ["progress", 7], ["progress", 7], ["ballot", 7]]);
  const ballot = rest.at(-1);
  const { credential, tracker } = openBallot(ballot.json, election);
  assert.deepEqual([credential, tracker], [ballot.credential, ballot.tracker]);
});

test("what the page hears can be posted to it, and holds neither code nor secret scalars", () => {
  const replies = ask(PREPARE, { type: "credential", code: CODE }, { type: "encrypt", code: CODE, choices: VOTE });
  assert.deepEqual(structuredClone(replies), replies);
  const ballot = replies.at(-1);
  assert.deepEqual(Object.keys(ballot).sort(), ["credential", "json", "tracker", "type"]);
  assert.ok(!JSON.stringify(ballot).includes(CODE));
});

test("the public credential of a typed code is given, for asking its status", () => {
  const [, reply] = ask(PREPARE, { type: "credential", code: ` ${CODE.replaceAll("-", "")} ` });
  assert.deepEqual(reply, { type: "credential", code: CODE, credential: publicCredential(election.uuid, CODE) });
});

test("a receipt is checked for the prepared election and no other", () => {
  const { key, receipt, signature } = JSON.parse(readVector("receipts.json")).vectors[0];
  const { tracker, height } = receipt;
  const [, reply] = ask(PREPARE, { type: "check-receipt", receipt: { tracker, height, signature }, key });
  assert.equal(reply.code, "bad-receipt");
});

test("a board is checked for the ballot, the height and what was seen of it before", () => {
  const events = archive.events.join("\n");
  const tracker = sha256Base64(at(archive.ballots, 1));
  const seen = { head: sha256Hex(at(archive.events, 2)), seen: 2 };
  const [holds, continues, elsewhere, other] = ask(
    { type: "check-board", events, tracker, height: 2 },
    { type: "check-board", events, tracker, height: 2, ...seen },
    { type: "check-board", events, tracker, height: 3 },
    { type: "check-board", events, tracker, height: 2, head: sha256Hex("other"), seen: 2 },
  );
  const head = sha256Hex(at(archive.events, archive.events.length - 1));
  const expected = { type: "board-holds", head, length: archive.events.length, ballots: archive.ballots.length, last: "Result" };
  assert.deepEqual([holds, continues], [expected, expected]);
  assert.equal(elsewhere.code, "ballot-missing");
  assert.equal(other.code, "broken-chain");
});

test("refusals come back with their code and the id of the request, never as an exception", () => {
  const replies = ask(
    { type: "encrypt", id: 1, code: CODE, choices: VOTE },
    { type: "prepare", id: 2, election: "{}" },
    { ...PREPARE, id: 3 },
    { type: "encrypt", id: 4, code: "wrong", choices: VOTE },
    { type: "encrypt", id: 5, code: CODE, choices: [] },
    { type: "encrypt", id: 6, code: undefined, choices: VOTE },
    { type: "nothing", id: 7 },
  );
  // The text of an exception that is no refusal may quote what it was given.
  assert.equal(replies[5].message, "the worker failed");
  assert.deepEqual(
    replies.map(({ type, id, code }) => [type, id, code]),
    [
      ["error", 1, "not-prepared"],
      ["error", 2, "unsupported-election"],
      ["ready", 3, undefined],
      ["error", 4, "malformed-code"],
      ["error", 5, "malformed-choices"],
      ["error", 6, "internal"],
      ["error", 7, "malformed-request"],
    ],
  );
});

test("a second election that cannot be read leaves nothing prepared", () => {
  const replies = ask(PREPARE, { type: "prepare", election: "{}" }, { type: "encrypt", code: CODE, choices: VOTE });
  assert.equal(replies.at(-1).code, "not-prepared");
});
