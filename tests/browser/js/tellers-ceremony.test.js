import assert from "node:assert/strict";
import { test } from "node:test";
import { openBox } from "../../../voting/browser/protocol/ceremony.js";
import { advance } from "../../../voting/browser/protocol/participation.js";
import { drawSeed, parseSeed, seedBelongs } from "../../../voting/browser/protocol/seeds.js";
import { decrypt, encrypt, receive } from "../../../voting/browser/protocol/envelopes.js";
import { Q, modQ, pointToHex, powerOfGenerator, scalarToText } from "../../../voting/browser/protocol/group.js";
import { PEDERSEN_CHECKS, groupKey, readPedersen } from "../../../voting/browser/protocol/pedersen.js";
import { keysOf } from "../../../voting/browser/protocol/seeds.js";
import { readVector } from "./fixtures.js";
import { Relay, STEPS, UUID, seedsOf } from "./meeting.js";
import { refused } from "./refused.js";

/** @typedef {import("../../../voting/browser/protocol/ceremony.js").View} View */

const indices = [1, 2, 3];

for (let size = 1; size <= 4; size++) {
  for (let threshold = 1; threshold <= size; threshold++) {
    test(`${threshold} of ${size} tellers make a key by themselves, and all read the same digits`, () => {
      const relay = new Relay(seedsOf(size), threshold).run();
      const pedersen = readPedersen(relay.pedersen(), "tellers");
      for (const [, , check] of PEDERSEN_CHECKS) check(pedersen, "tellers");
      const said = relay.seeds.map((_, i) => relay.ask(i + 1));
      assert.equal(said[0]?.kind, "done");
      for (const action of said) assert.deepEqual(action, said[0]);
      assert.match(said[0]?.kind === "done" ? said[0].fingerprint : "", /^\d{4}( \d{4}){3}$/);
      const shares = relay.seeds.map((seed, i) => openBox(seed, { uuid: UUID, round: 1, index: i + 1 }, String(relay.view(i + 1).box)));
      const joined = interpolated(shares.slice(size - threshold), size - threshold + 1);
      assert.ok(powerOfGenerator(joined).equals(groupKey(pedersen)));
    });
  }
}

/**
 * The secret at 0 of the polynomial through shares with the indices `first`, `first + 1`, …
 * @param {readonly bigint[]} shares @param {number} first
 */
function interpolated(shares, first) {
  const inverse = (/** @type {bigint} */ number) => {
    let [power, base] = [1n, modQ(number)];
    for (let e = Q - 2n; e > 0n; e >>= 1n, base = modQ(base * base)) if (e & 1n) power = modQ(power * base);
    return power;
  };
  const at = shares.map((_, i) => BigInt(first + i));
  return shares.reduce((sum, share, i) => {
    const others = at.filter((_, j) => j !== i);
    return modQ(sum + others.reduce((weight, k) => modQ(weight * k * inverse(k - /** @type {bigint} */ (at[i]))), share));
  }, 0n);
}

test("who comes back with the typed seed goes on where it stopped", () => {
  const relay = new Relay(seedsOf(3), 2).run("reveal");
  relay.seeds = relay.seeds.map((seed) => ` ${seed.slice(0, 7)} ${seed.slice(7, 15)}-${seed.slice(15)}\n`);
  relay.run();
  assert.equal(relay.ask(2).kind, "done");
});

test("what was posted is not posted again, and nothing is done while others are missing or the round has stopped", () => {
  const relay = new Relay(seedsOf(3), 2);
  for (const step of STEPS) {
    relay.run(step);
    const first = relay.ask(1);
    assert.equal(first.kind === "post" && first.step, step);
    assert.deepEqual(relay.ask(1, { fault: { step, against: 2, by: 0, reason: "" } }), { kind: "wait" });
    relay.messages[step][0] = first.kind === "post" ? first.body : "";
    assert.deepEqual(relay.ask(1), { kind: "wait" });
  }
});

test("commitments and polynomials follow from the seed and the certificates, so that another list gives another one", () => {
  const relay = new Relay(seedsOf(3), 2).run("reveal");
  const [first, again] = [relay.ask(1), relay.ask(1)].map((action) => JSON.parse(action.kind === "post" ? action.body : ""));
  assert.equal(first.coefexps.message, again.coefexps.message);
  const other = new Relay([String(relay.seeds[0]), "TestTestTestTestTest9x", String(relay.seeds[2])], 2).run("reveal").ask(1);
  assert.notEqual(JSON.parse(other.kind === "post" ? other.body : "").coefexps.message, first.coefexps.message);
  const later = new Relay(relay.seeds, 2, 2).run("reveal").ask(1);
  assert.notEqual(JSON.parse(later.kind === "post" ? later.body : "").coefexps.message, first.coefexps.message);
});

test("no message holds a seed, a share or a key in clear", () => {
  const relay = new Relay(seedsOf(3), 2).run();
  const said = JSON.stringify(relay.messages);
  const secrets = relay.seeds.flatMap((seed, i) => {
    const { signing, decryption } = keysOf(seed);
    return [seed, String(signing), String(decryption), String(openBox(seed, { uuid: UUID, round: 1, index: i + 1 }, String(relay.view(i + 1).box)))];
  });
  for (const secret of secrets) assert.ok(!said.includes(secret));
});

test("a seed is read with spaces and hyphens anywhere, and nothing else is", () => {
  assert.match(drawSeed(), /^[1-9A-HJ-NP-Za-km-z]{22}$/);
  assert.notEqual(drawSeed(), drawSeed());
  const { seeds, refused_seeds } = JSON.parse(readVector("tellers.json"));
  for (const { typed, seed } of seeds) assert.equal(parseSeed(typed), seed);
  for (const text of refused_seeds) refused(() => parseSeed(text), "malformed-seed");
  refused(() => advance("short", new Relay(seedsOf(1), 1).view(1)), "malformed-seed");
});

test("a seed is told to belong to its certificate or key alone", () => {
  const relay = new Relay(seedsOf(2), 1).run("commitment");
  const [own, other] = relay.all("certificate");
  const seed = String(relay.seeds[0]);
  assert.ok(seedBelongs(seed, String(own)));
  assert.ok(seedBelongs(seed, pointToHex(keysOf(seed).verification)));
  for (const wrong of [String(other), "", "{}", "null", pointToHex(keysOf(seed).encryption)]) assert.ok(!seedBelongs(seed, wrong), wrong);
});

// ---- one set of vectors for two languages

const VECTORS = JSON.parse(readVector("tellers.json"));

/**
 * What the service of a ceremony of the vectors shows to a teller.
 * @param {any} ceremony
 * @param {number} index
 * @param {View["step"]} step
 * @param {Partial<View>} [changes]
 * @returns {View}
 */
function viewOf(ceremony, index, step, changes) {
  const reached = (/** @type {View["step"]} */ from, /** @type {string[]} */ texts) => ([...STEPS, "done"].indexOf(step) >= [...STEPS, "done"].indexOf(from) ? texts : []);
  const { uuid, round, size, threshold } = ceremony;
  return {
    ...{ uuid, round, size, threshold, index, step, fault: null, posted: STEPS.slice(0, [...STEPS, "done"].indexOf(step)) },
    certificates: reached("commitment", ceremony.certificates),
    commitments: reached("reveal", ceremony.commitments),
    reveals: reached("key", ceremony.reveals),
    parcels: step === "key" ? ceremony.parcels.map((/** @type {string[]} */ row) => row[index - 1]) : [],
    keys: reached("done", ceremony.verification_keys),
    box: step === "done" ? ceremony.boxes[index - 1] : null,
    ...changes,
  };
}

for (const ceremony of VECTORS.ceremonies) {
  test(`a device goes along with what the other language says, step by step: ${ceremony.name}`, () => {
    ceremony.seeds.forEach((/** @type {string} */ seed, /** @type {number} */ i) => {
      const said = (/** @type {import("../../../voting/browser/protocol/ceremony.js").Step} */ step) => {
        const action = advance(seed, viewOf(ceremony, i + 1, step));
        assert.equal(action.kind, "post", JSON.stringify(action));
        return JSON.parse(action.kind === "post" ? action.body : "");
      };
      assert.equal(said("certificate").message, JSON.parse(ceremony.certificates[i]).message);
      assert.equal(said("commitment").message, JSON.parse(ceremony.commitments[i]).message);
      const reveal = said("reveal");
      assert.equal(reveal.coefexps.message, JSON.parse(ceremony.reveals[i]).coefexps.message);
      assert.equal(reveal.parcels.length, ceremony.size);
      assert.equal(said("key").verification_key.public_key, JSON.parse(ceremony.verification_keys[i]).public_key);
      assert.deepEqual(advance(seed, viewOf(ceremony, i + 1, "done")), { kind: "done", fingerprint: ceremony.fingerprint });
      assert.equal(scalarToText(openBox(seed, { uuid: ceremony.uuid, round: ceremony.round, index: i + 1 }, ceremony.boxes[i])), ceremony.shares[i]);
      const { signing, decryption, verification, encryption } = keysOf(seed);
      const keys = { signing: String(signing), decryption: String(decryption), verification: pointToHex(verification), encryption: pointToHex(encryption) };
      assert.deepEqual(keys, ceremony.keys[i]);
    });
    const [, value] = JSON.parse(ceremony.pedersen);
    const pedersen = readPedersen(value, "tellers");
    for (const [, , check] of PEDERSEN_CHECKS) check(pedersen, "tellers");
    assert.equal(pointToHex(groupKey(pedersen)), ceremony.public_key);
  });
}

test("envelopes of the other language open, and those that were tampered with do not", () => {
  for (const { reader, text, raw } of VECTORS.envelopes) assert.equal(decrypt(keysOf(reader).decryption, JSON.parse(raw), "raw"), text);
  for (const { sender, reader, text, value } of VECTORS.sent) {
    assert.equal(receive(keysOf(reader).decryption, keysOf(sender).verification, value, "value"), text);
    assert.throws(() => receive(keysOf(reader).decryption, keysOf(reader).verification, value, "value"));
  }
  for (const { name, reader, raw } of VECTORS.refused_envelopes) {
    assert.throws(() => decrypt(keysOf(reader).decryption, JSON.parse(raw), "raw"), { name: "Refusal" }, name);
  }
  const { decryption, encryption } = keysOf(drawSeed());
  for (const text of ["", "Tổ kiểm phiếu 🗳"]) assert.equal(decrypt(decryption, encrypt(encryption, text), "own"), text);
});

test("boxes that are not those of the teller, the round or the session do not open", () => {
  for (const { name, ceremony, index, box } of VECTORS.refused_boxes) {
    const { seeds, uuid, round } = VECTORS.ceremonies[ceremony];
    assert.throws(() => openBox(seeds[index - 1], { uuid, round, index }, box), { name: "Refusal" }, name);
  }
});

test("every bad message is seen by the devices: blamed on its sender when only the reader can see it (fault C6)", (t) => {
  let seen = 0;
  for (const { ceremony: number, name, step, index, message, seen_by } of VECTORS.refused) {
    // Of a box the others see nothing: the service looks at its form, its owner opens it.
    if (name.startsWith("key-box")) continue;
    const found = indices.filter((reader) => reader !== index).map((reader) => {
      const whole = viewWith(VECTORS.ceremonies[number], reader, step, index, message);
      const action = advance(VECTORS.ceremonies[number].seeds[reader - 1], whole);
      if (action.kind === "accuse") assert.deepEqual([action.against, reader], [index, seen_by], name);
      if (action.kind === "lying") assert.equal(seen_by, null, name);
      if (step !== "reveal") assert.equal(action.kind, "lying", name);
      return action.kind;
    });
    assert.ok(found.includes(seen_by === null ? "lying" : "accuse"), `${name}: ${found}`);
    seen += 1;
  }
  t.diagnostic(`${seen} of ${seen} bad messages seen`);
});

/**
 * What a service shows that passes a bad message on.
 * @param {any} ceremony @param {number} reader @param {string} step @param {number} sender @param {any} message
 */
function viewWith(ceremony, reader, step, sender, message) {
  const put = (/** @type {readonly string[]} */ texts, /** @type {string} */ text) => texts.map((other, i) => (i === sender - 1 ? text : other));
  if (step === "certificate") return viewOf(ceremony, reader, "commitment", { certificates: put(ceremony.certificates, message) });
  if (step === "commitment") return viewOf(ceremony, reader, "reveal", { commitments: put(ceremony.commitments, message) });
  if (step === "key") return viewOf(ceremony, reader, "done", { keys: put(ceremony.verification_keys, message.verification_key) });
  const whole = viewOf(ceremony, reader, "key");
  return { ...whole, reveals: put(whole.reveals, message.public), parcels: put(whole.parcels, message.parcels[reader - 1] ?? "") };
}
