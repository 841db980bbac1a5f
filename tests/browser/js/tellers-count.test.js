import assert from "node:assert/strict";
import { test } from "node:test";
import { openBox } from "../../../voting/browser/protocol/ceremony.js";
import { pointToHex, powerOfGenerator } from "../../../voting/browser/protocol/group.js";
import { Refusal } from "../../../voting/browser/protocol/refusals.js";
import { decryptTally } from "../../../voting/browser/protocol/tally.js";
import * as verification from "../../../voting/browser/protocol/verification.js";
import { makeVerifier } from "../../../voting/browser/teller/verifier.js";
import { at } from "./fixtures.js";
import { Relay, UUID, seedsOf } from "./meeting.js";
import { refused } from "./refused.js";
import { CEREMONY, COUNTS, counted, decryptAsServer, examineOnce, makeSession, writeArchive } from "./session.js";

/** @param {Uint8Array} archive */
const verifyArchive = (archive) => verification.verifyArchive(archive, { examine: examineOnce });
const SESSION = makeSession();
const CLOSED = await verifyArchive(writeArchive(SESSION.records));
const SERVER = /** @type {const} */ ([1, decryptAsServer(SESSION)]);

/** @param {number} index @param {Relay} [relay] */
function placeOf(index, relay = CEREMONY) {
  return { uuid: UUID, round: relay.round, index, box: String(relay.view(index).box) };
}

/** @param {number} index */
const seedOf = (index) => at(CEREMONY.seeds, index - 1);
/** @param {number} index */
const decrypt = (index) => /** @type {const} */ ([index + 1, decryptTally(seedOf(index), placeOf(index), CLOSED)]);

/** @param {() => Promise<unknown>} act @param {string} code @param {string} [where] */
async function refusedLater(act, code, where) {
  await assert.rejects(act, (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.code, code, error.message);
    if (where !== undefined) assert.equal(error.where, where);
    return true;
  });
}

test("a box opens with the seed alone, to the key that stands on the board", () => {
  for (const index of [1, 2, 3]) {
    const key = openBox(` ${seedOf(index).replace(/(.{5})/g, "$1-")} `, placeOf(index), placeOf(index).box);
    assert.equal(pointToHex(powerOfGenerator(key)), CLOSED.tellers[index - 1]?.publicKey);
  }
});

test("a box does not open with another seed, nor as that of another round, place or session", () => {
  const { box } = placeOf(1);
  refused(() => openBox(seedOf(2), placeOf(1), box), "bad-envelope", "box");
  refused(() => openBox(seedOf(1), { ...placeOf(1), round: 2 }, box), "malformed-document", "box.round");
  refused(() => openBox(seedOf(1), { ...placeOf(1), index: 2 }, box), "malformed-document", "box.index");
  refused(() => openBox(seedOf(1), { ...placeOf(1), uuid: "WB7CXHC6p9Vx7B" }, box), "malformed-document", "box.uuid");
  refused(() => openBox("too short", placeOf(1), box), "malformed-seed");
});

test("every two of three tellers count with the server, to one result (fault C7)", async (t) => {
  for (const pair of [[1, 2], [1, 3], [2, 3]]) {
    const report = await verifyArchive(writeArchive([...SESSION.records, ...counted([SERVER, ...pair.map(decrypt)])]));
    assert.deepEqual(report.result, COUNTS);
    assert.deepEqual(report.decrypted, [1, ...pair.map((index) => index + 1)]);
  }
  t.diagnostic("3 of 3 pairs give the same result");
});

test("fewer tellers than the threshold, or no server, give no result (fault C7)", async () => {
  const wrong = [[SERVER, decrypt(1)], [decrypt(1), decrypt(2)], [SERVER]];
  for (const decryptions of wrong) {
    await refusedLater(() => verifyArchive(writeArchive([...SESSION.records, ...counted(decryptions)])), "broken-archive", "enough-decryptions");
  }
});

test("a decryption under the name of another, twice, or of nobody is found", async () => {
  const [, body] = decrypt(1);
  const verified = (/** @type {(readonly [number, string])[]} */ ...decryptions) => verifyArchive(writeArchive([...SESSION.records, ...counted(decryptions)]));
  for (const decryptions of [[SERVER, [3, body]], [SERVER, decrypt(1), decrypt(1)], [SERVER, [5, body]]]) {
    await refusedLater(() => verified(.../** @type {any} */ (decryptions)), "broken-archive", "partial-decryptions");
  }
});

test("a decryption is read to the letter: no proof in another order, no field too many, no point outside the group (fault C3)", async () => {
  const [owner, body] = decrypt(1);
  const outside = "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f".replace(/(..)/g, "$1 ").trim().split(" ").reverse().join("");
  /** @type {((body: any) => void)[]} */
  const changes = [
    (body) => (body.decryption_proofs[0][0] = { response: body.decryption_proofs[0][0].response, challenge: body.decryption_proofs[0][0].challenge }),
    (body) => (body.decryption_proofs[0][0].note = 1),
    (body) => (body.note = 1),
    (body) => body.decryption_factors[0].push(body.decryption_factors[0][0]),
    (body) => body.decryption_proofs.pop(),
    (body) => (body.decryption_factors[0][0] = outside),
    (body) => (body.decryption_factors[0][0] = body.decryption_factors[0][1]),
  ];
  for (const change of changes) {
    const changed = JSON.parse(body);
    change(changed);
    const records = [...SESSION.records, ...counted([SERVER, decrypt(2), [owner, JSON.stringify(changed)]])];
    await refusedLater(() => verifyArchive(writeArchive(records)), "broken-archive", "partial-decryptions");
  }
});

test("a result that is not what was decrypted is found", async () => {
  for (const counts of [[[1, 2], [1, 1, 1]], [[2, 1], [1, 1, 2]], [[2, 1], [1, 1]], [[2, 1], [1, 1, 4]]]) {
    const records = [...SESSION.records, ...counted([SERVER, decrypt(1), decrypt(2)], counts)];
    await refusedLater(() => verifyArchive(writeArchive(records)), "broken-archive", "result");
  }
});

test("nothing is decrypted before the ballots are closed and tallied (fault P2)", async (t) => {
  let tried = 0;
  for (let length = 1; length < SESSION.records.length; length++) {
    const early = await verifyArchive(writeArchive(SESSION.records.slice(0, length)));
    assert.equal(early.tally, null);
    refused(() => decryptTally(seedOf(1), placeOf(1), early), "not-closed");
    const verifier = makeVerifier(examineOnce);
    await refusedLater(() => verifier.verify(writeArchive(SESSION.records.slice(0, length)), UUID, () => {}), "not-closed");
    refused(() => verifier.decrypt(seedOf(1), placeOf(1)), "not-closed");
    tried += 2;
  }
  t.diagnostic(`${tried} early requests, 0 answers`);
});

test("another tally than the one that was decrypted before is refused, also with two ballots of three (fault P2)", async () => {
  const shorter = writeArchive(makeSession({ ballots: 2 }).records);
  refused(() => decryptTally(seedOf(1), placeOf(1), CLOSED, "0".repeat(64)), "other-tally");
  const hash = String(CLOSED.tally?.hash);
  assert.ok(decryptTally(seedOf(1), placeOf(1), CLOSED, hash));

  const verifier = makeVerifier(examineOnce);
  const whole = writeArchive(SESSION.records);
  assert.equal((await verifier.verify(whole, UUID, () => {})).tally, hash);
  verifier.decrypt(seedOf(1), placeOf(1));
  await verifier.verify(shorter, UUID, () => {});
  refused(() => verifier.decrypt(seedOf(1), placeOf(1)), "other-tally");
  await verifier.verify(whole, UUID, () => {});
  verifier.decrypt(seedOf(1), placeOf(1), hash);
});

test("a tally that is not the product of the ballots, as one ballot alone is, is refused (fault P2)", async () => {
  const alone = makeSession({ ballots: 1 }).records.at(-1);
  const records = [...SESSION.records.slice(0, -1), /** @type {any} */ (alone)];
  const verifier = makeVerifier(examineOnce);
  await verifier.verify(writeArchive(SESSION.records), UUID, () => {});
  await refusedLater(() => verifier.verify(writeArchive(records), UUID, () => {}), "broken-archive", "tally");
  refused(() => verifier.decrypt(seedOf(1), placeOf(1)), "not-closed");
  const swapped = { ...CLOSED, tally: { hash: String(CLOSED.tally?.hash), cells: JSON.parse(String(alone?.documents[0])) } };
  refused(() => decryptTally(seedOf(1), placeOf(1), swapped), "malformed-document", "tally");
});

test("a board on which somebody has decrypted already is not one that a teller is asked to count", async () => {
  const report = await verifyArchive(writeArchive([...SESSION.records, ...counted([SERVER, decrypt(2), decrypt(3)])]));
  refused(() => decryptTally(seedOf(1), placeOf(1), report), "other-tally");
});

test("a key that is not the one on the board, or an archive of another session, is refused", async () => {
  const other = new Relay(seedsOf(3), 2, 2).run();
  refused(() => decryptTally(seedOf(1), placeOf(1, other), CLOSED), "not-a-teller");
  refused(() => decryptTally(seedOf(2), { ...placeOf(2), index: 1 }, CLOSED), "malformed-document", "box.index");
  const renamed = CLOSED.tellers.map((teller) => ({ ...teller, verification: String(CLOSED.tellers[1]?.verification) }));
  refused(() => decryptTally(seedOf(1), placeOf(1), { ...CLOSED, tellers: renamed }), "not-a-teller");
  refused(() => decryptTally(seedOf(1), { ...placeOf(1), uuid: "WB7CXHC6p9Vx7B" }, CLOSED), "not-a-teller");
  await refusedLater(() => makeVerifier(examineOnce).verify(writeArchive(SESSION.records), "WB7CXHC6p9Vx7B", () => {}), "broken-archive", "election");
});

test("what is sent holds neither the seed nor the key", () => {
  const [, body] = decrypt(1);
  assert.deepEqual(Object.keys(JSON.parse(body)), ["decryption_factors", "decryption_proofs"]);
  assert.ok(!body.includes(seedOf(1)));
  assert.ok(!body.includes(openBox(seedOf(1), placeOf(1), placeOf(1).box).toString()));
  assert.ok(!JSON.stringify(CLOSED).includes(seedOf(1)));
});

test("the report says what a teller compares, and can be sent between threads", () => {
  assert.deepEqual(structuredClone(CLOSED), CLOSED);
  assert.deepEqual([CLOSED.uuid, CLOSED.ballots, CLOSED.last, CLOSED.threshold, CLOSED.height], [UUID, 3, "EncryptedTally", 2, 5]);
  const done = CEREMONY.ask(1);
  assert.equal(done.kind === "done" && done.fingerprint, CLOSED.fingerprint);
  assert.deepEqual(CLOSED.checks.filter(({ ok }) => ok === null).map(({ name }) => name), ["partial-decryptions", "enough-decryptions", "result"]);
});
