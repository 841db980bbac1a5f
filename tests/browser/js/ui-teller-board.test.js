import assert from "node:assert/strict";
import { test } from "node:test";
import { Unreachable } from "../../../voting/browser/api.js";
import { sha256Hex } from "../../../voting/browser/protocol/canonical.js";
import { Refusal } from "../../../voting/browser/protocol/refusals.js";
import { makeApi } from "../../../voting/browser/teller/api.js";
import { Beginning, NoBeginning } from "../../../voting/browser/teller/beginning.js";
import { makeVerifier } from "../../../voting/browser/teller/verifier.js";
import { UUID } from "./meeting.js";
import { CEREMONY, examineOnce, makeSession, writeArchive } from "./session.js";

const SESSION = makeSession();
const WHOLE = writeArchive(SESSION.records);
const SETUP = writeArchive(SESSION.records.slice(0, 1));
const [OWN, OTHER] = [String(CEREMONY.seeds[0]), "aB3dEfGhJk2mNpQrsTuVw9"];

/** @param {Uint8Array} archive @param {number} size */
function cut(archive, size) {
  const beginning = new Beginning();
  for (let at = 0; at < archive.length; at += size) {
    const whole = beginning.add(archive.subarray(at, at + size));
    if (whole !== undefined) return whole;
  }
  return undefined;
}

test("the beginning of an archive ends with its first event, however it comes down", () => {
  for (const size of [7, 511, 512, 4096, WHOLE.length]) assert.deepEqual(cut(WHOLE, size), new Uint8Array(SETUP));
  assert.equal(cut(SETUP.subarray(0, SETUP.length - 1), 999), undefined);
});

test("what is no archive, or has no event for too long, is not read to its end", () => {
  assert.throws(() => cut(new TextEncoder().encode("<html>".repeat(200)), 100), NoBeginning);
  const endless = WHOLE.slice(0, 512);
  endless.set(new TextEncoder().encode("00400000000"), 124);
  assert.throws(() => cut(endless, 512), NoBeginning);
  const small = new Uint8Array(1024);
  small.set(WHOLE.subarray(0, 512));
  const beginning = new Beginning();
  let taken = 0;
  assert.throws(() => {
    for (; taken < 20_000_000; taken += small.length) beginning.add(small);
  }, NoBeginning);
  assert.ok(taken <= 8_000_000);
});

test("the page downloads the beginning alone and lets go of the rest", async () => {
  let [given, cancelled] = [0, false];
  const body = new ReadableStream({
    pull(control) {
      control.enqueue(new Uint8Array(WHOLE.subarray(given, given + 512)));
      given += 512;
    },
    cancel: () => void (cancelled = true),
  });
  const found = await makeApi(UUID, async () => new Response(body)).beginning();
  assert.deepEqual(found, new Uint8Array(SETUP));
  assert.ok(cancelled && given < SETUP.length + 2048);
  const served = (/** @type {any} */ content) => makeApi(UUID, async () => new Response(content)).beginning();
  assert.equal(await served("<html>".repeat(200)), null);
  await assert.rejects(served(SETUP.slice(0, 2000)), Unreachable);
  await assert.rejects(served(""), Unreachable);
});

test("the beginning is verified: whose election, which digits, and whether one's own key is there", async () => {
  const verifier = makeVerifier(examineOnce);
  const found = await verifier.inspect(SETUP, UUID, OWN);
  assert.deepEqual([found.size, found.threshold, found.own], [3, 2, true]);
  assert.match(found.fingerprint, /^\d{4} \d{4} \d{4} \d{4}$/);
  assert.equal((await verifier.inspect(SETUP, UUID, OTHER)).own, false);
  assert.equal((await verifier.inspect(SETUP, UUID, null)).own, null);
  const after = await verifier.verify(WHOLE, UUID, () => {});
  assert.deepEqual([after.setup, after.fingerprint], [found.setup, found.fingerprint]);
  await assert.rejects(verifier.inspect(SETUP, "WB7CXHC6p9Vx7B", OWN), (error) => error instanceof Refusal && error.where === "election");
});

test("a setup without tellers is refused, although it holds as a quick one", async () => {
  const [written = "", trustees = "", credentials = ""] = SESSION.records[0]?.documents ?? [];
  const [single] = JSON.parse(trustees);
  const changed = [written.replace(/"public_key":"[^"]*"/, `"public_key":"${single[1].public_key}"`), JSON.stringify([single]), credentials];
  const [election, server, list] = changed.map((text) => sha256Hex(text));
  const documents = [...changed, JSON.stringify({ election, trustees: server, credentials: list })];
  const quick = writeArchive([{ type: "Setup", documents }]);
  await assert.rejects(makeVerifier(examineOnce).inspect(quick, UUID, null), (error) => error instanceof Refusal && `${error.code} ${error.where}` === "not-a-teller trustees");
});

test("a sum that is not the one that was shown is not decrypted", async () => {
  const verifier = makeVerifier(examineOnce);
  const { tally } = await verifier.verify(WHOLE, UUID, () => {});
  const place = { uuid: UUID, round: CEREMONY.round, index: 1, box: String(CEREMONY.view(1).box) };
  assert.throws(() => verifier.decrypt(OWN, place, null, "0".repeat(64)), (error) => error instanceof Refusal && error.code === "other-tally");
  assert.ok(verifier.decrypt(OWN, place, null, tally));
});
