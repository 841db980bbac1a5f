/**
 * What a lying service, or a teller in league with it, can make an honest device do: nothing but say so (fault C6).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { advance } from "../../../voting/browser/protocol/participation.js";
import { sha256Hex } from "../../../voting/browser/protocol/canonical.js";
import { encrypt, send, sign, signature } from "../../../voting/browser/protocol/envelopes.js";
import { pointToHex, powerOfGenerator } from "../../../voting/browser/protocol/group.js";
import { groupMessage, readCertificate } from "../../../voting/browser/protocol/pedersen.js";
import { keysOf } from "../../../voting/browser/protocol/seeds.js";
import { at } from "./fixtures.js";
import { Relay, seedsOf } from "./meeting.js";

/** @typedef {import("../../../voting/browser/protocol/ceremony.js").View} View */
/** @typedef {import("../../../voting/browser/protocol/ceremony.js").Step} Step */

/** @param {Step | "done"} step @param {number} [round] */
const heldUntil = (step, round = 1) => new Relay(seedsOf(3), 2, round).run(step);
const [COMMITTING, REVEALING, SHARING, DONE] = [heldUntil("commitment"), heldUntil("reveal"), heldUntil("key"), heldUntil("done")];
/** The same tellers, who had to begin again. */
const LATER = heldUntil("done", 2);
/** Tellers of the service's own making beside the first one. */
const INTRUDERS = new Relay([at(seedsOf(3), 0), "TestTestTestTestTest8x", "TestTestTestTestTest9x"], 2).run();

/** @param {Relay} relay @param {Partial<View>} changes @param {string} [where] */
function lies(relay, changes, where) {
  const action = relay.ask(1, changes);
  assert.equal(action.kind, "lying", JSON.stringify(changes).slice(0, 200));
  if (where !== undefined) assert.equal(action.kind === "lying" && action.where, where);
}

/** @template T @param {readonly T[]} list @param {number} i @param {T} value */
const put = (list, i, value) => list.map((other, j) => (j === i ? value : other));
/** @template T @param {readonly T[]} list */
const turned = ([first, second, ...rest]) => [second, first, ...rest];

test("nothing is revealed before all commitments are here, whatever step the service calls (fault C6)", (t) => {
  let tried = 0;
  const all = REVEALING.all("commitment");
  for (const commitments of [[], all.slice(1), all.slice(0, 2), [...all, at(all, 0)], put(all, 1, ""), put(all, 1, "null"), put(all, 2, at(all, 1))]) {
    for (const step of /** @type {const} */ (["reveal", "key", "done"])) {
      lies(REVEALING, { commitments, step, posted: [] });
      tried += 1;
    }
  }
  lies(COMMITTING, { step: "reveal" }, "commitments");
  lies(heldUntil("certificate"), { step: "reveal" }, "certificates");
  t.diagnostic(`${tried + 2} early calls, 0 reveals`);
});

test("a service that withholds, doubles or reorders messages is seen at every step", () => {
  /** @type {[Relay, "certificates" | "commitments" | "reveals" | "parcels" | "keys"][]} */
  const steps = [
    [COMMITTING, "certificates"],
    [REVEALING, "certificates"],
    [REVEALING, "commitments"],
    [SHARING, "reveals"],
    [SHARING, "parcels"],
    [DONE, "keys"],
  ];
  for (const [relay, part] of steps) {
    const texts = relay.view(1)[part];
    for (const changed of [[], texts.slice(1), turned(texts), [...texts, at(texts, 0)], put(texts, 2, at(texts, 1)), put(texts, 1, `${texts[1]} `)]) {
      lies(relay, { [part]: changed });
    }
  }
});

test("certificates that are exchanged after a teller has committed are refused, its own and those of others", () => {
  const [others, own] = [INTRUDERS.all("certificate"), REVEALING.all("certificate")];
  lies(REVEALING, { certificates: others }, "commitments[0].message.certificates");
  lies(REVEALING, { certificates: others, commitments: INTRUDERS.all("commitment").map((text, i) => (i === 0 ? at(REVEALING.all("commitment"), 0) : text)) });
  lies(COMMITTING, { certificates: put(own, 0, at(others, 1)) });
  lies(COMMITTING, { certificates: [at(others, 1), at(own, 1), at(own, 2)] });
});

test("a second list run beside the first gets another polynomial, and a device that revealed does not reveal again", () => {
  const first = REVEALING.ask(1);
  const second = INTRUDERS.ask(1, { step: "reveal", posted: [] });
  assert.ok(first.kind === "post" && second.kind === "post" && first.memory && second.memory);
  const coefficients = (/** @type {string} */ body) => JSON.parse(JSON.parse(body).coefexps.message).coefexps;
  assert.equal(new Set([...coefficients(first.body), ...coefficients(second.body)]).size, 4);
  const again = (/** @type {Relay} */ relay, /** @type {any} */ memory) => advance(String(relay.seeds[0]), relay.view(1, { step: "reveal", posted: [] }), memory);
  assert.deepEqual(again(INTRUDERS, first.memory), { kind: "lying", where: "commitments" });
  assert.equal(again(REVEALING, first.memory).kind, "post");
  assert.deepEqual(again(REVEALING, { ...first.memory, round: 2 }), { kind: "lying", where: "round" });
  assert.equal(again(LATER, first.memory).kind, "post");
});

test("a commitment that is exchanged once the others have revealed is seen by all who did", () => {
  const first = REVEALING.ask(1);
  assert.ok(first.kind === "post" && first.memory);
  const keys = keysOf(String(SHARING.seeds[2]));
  const said = JSON.parse(JSON.parse(at(SHARING.all("commitment"), 2)).message);
  const other = JSON.stringify(sign(keys.signing, JSON.stringify({ ...said, coefexps: sha256Hex("chosen afterwards") })));
  const view = SHARING.view(1, { commitments: put(SHARING.all("commitment"), 2, other) });
  assert.deepEqual(advance(String(SHARING.seeds[0]), view, first.memory), { kind: "lying", where: "commitments" });
  // Without that memory, as after typing the seed elsewhere: no reveal fits, and the parcels name the first list.
  assert.deepEqual(advance(String(SHARING.seeds[0]), view), { kind: "lying", where: "reveals[2].coefexps" });
});

test("a commitment of one's own that one's own device would not make is refused", () => {
  const said = JSON.parse(JSON.parse(at(REVEALING.all("commitment"), 0)).message);
  const other = sign(keysOf(String(REVEALING.seeds[0])).signing, JSON.stringify({ ...said, coefexps: sha256Hex("made elsewhere") }));
  lies(REVEALING, { commitments: put(REVEALING.all("commitment"), 0, JSON.stringify(other)) }, "commitments[0]");
});

test("the last to speak cannot choose its coefficients by those of the others (fault C6)", (t) => {
  const keys = keysOf(String(SHARING.seeds[2]));
  let seen = 0;
  for (let tries = 0; tries < 5; tries++) {
    const coefexps = [1n, 2n].map((k) => pointToHex(powerOfGenerator(k + BigInt(3 * tries))));
    const certificates = SHARING.all("certificate").map((text, i) => readCertificate(JSON.parse(text), { size: 3, threshold: 2, index: i + 1 }, ""));
    const biased = JSON.stringify({
      coefexps: sign(keys.signing, JSON.stringify({ coefexps })),
      signature: signature(keys.signing, groupMessage(certificates, coefexps)),
    });
    lies(SHARING, { reveals: put(SHARING.view(1).reveals, 2, biased) }, "reveals[2].coefexps");
    seen += 1;
  }
  t.diagnostic(`${seen} of 5 biased keys seen`);
});

test("messages of another round, session or size are worth nothing", () => {
  for (const part of /** @type {const} */ (["commitments", "reveals", "parcels", "keys"])) {
    const relay = part === "keys" ? DONE : part === "commitments" ? REVEALING : SHARING;
    const [now, before] = [relay.view(1)[part], LATER.view(1, { step: relay.step })[part]];
    const old = part === "parcels" ? LATER.all("reveal").map((text) => JSON.stringify(JSON.parse(text).parcels[0])) : before;
    assert.notDeepEqual(now, old);
    lies(relay, { [part]: old });
    lies(relay, { [part]: put(now, 1, at(old, 1)) });
  }
  for (const change of [{ round: 2 }, { uuid: "WB7CXHC6p9Vx7B" }]) lies(REVEALING, change);
  for (const change of [{ size: 2 }, { size: 4 }, { threshold: 1 }, { threshold: 3 }, { index: 2 }]) lies(COMMITTING, change);
  for (const change of [{ round: 0 }, { round: 1.5 }, { index: 0 }, { index: 4 }, { threshold: 4 }, { step: "ready" }, { uuid: "a|b" }]) {
    lies(COMMITTING, /** @type {any} */ (change));
  }
});

/**
 * A parcel for the first teller.
 * @param {string} share what is sealed
 * @param {{sealer?: number, signer?: number, changes?: object, relay?: Relay}} [options] indices from 0
 */
function parcel(share, { sealer = 1, signer = 1, changes = {} } = {}) {
  const [sealing, signing] = [sealer, signer].map((i) => keysOf(String(SHARING.seeds[i])).signing);
  const first = keysOf(String(SHARING.seeds[0])).encryption;
  const said = JSON.parse(JSON.parse(at(SHARING.view(1).parcels, 1)).message);
  return JSON.stringify(sign(/** @type {bigint} */ (signing), JSON.stringify({ ...said, share: send(/** @type {bigint} */ (sealing), first, share), ...changes })));
}

test("a bad share accuses its sender only when the sender signed the parcel around it (fault C6)", (t) => {
  const { parcels } = SHARING.view(1);
  const ask = (/** @type {string} */ text) => SHARING.ask(1, { parcels: put(parcels, 1, text) });
  const bad = ["1", "0", "-1", "01", "1.0", "", "x", "9".repeat(80)];
  for (const share of bad) assert.deepEqual(ask(parcel(share)), { kind: "accuse", against: 2 }, share);
  assert.deepEqual(ask(parcel("1", { sealer: 2 })), { kind: "accuse", against: 2 });
  // Sealed and signed outside as it must be; inside it would end the stack of a reader that follows it down.
  const first = keysOf(String(SHARING.seeds[0])).encryption;
  for (const depth of [13, 5000]) {
    const share = encrypt(first, "[".repeat(depth) + "]".repeat(depth));
    assert.deepEqual(ask(parcel("1", { changes: { share } })), { kind: "accuse", against: 2 }, String(depth));
  }
  const mine = [parcel("1", { signer: 2 }), parcel("1", { changes: { round: 2 } }), parcel("1", { changes: { recipient: 2 } }), parcel("1", { changes: { commitments: "0".repeat(64) } }), parcel("1", { changes: { note: 1 } })];
  for (const text of mine) assert.equal(ask(text).kind, "lying");
  const good = at(parcels, 1);
  let garbled = 0;
  for (let i = 5; i < good.length; i += 149) {
    const text = good.slice(0, i) + (good[i] === "1" ? "2" : "1") + good.slice(i + 1);
    assert.equal(ask(text).kind, "lying", text.slice(i - 5, i + 5));
    garbled += 1;
  }
  t.diagnostic(`${bad.length + 1} bad shares blamed on their sender, ${mine.length + garbled} parcels garbled on the way on nobody`);
});

test("parcels that are swapped on the way accuse nobody", () => {
  const { parcels } = SHARING.view(1);
  lies(SHARING, { parcels: turned(parcels) });
  lies(SHARING, { parcels: SHARING.all("reveal").map((text) => JSON.stringify(JSON.parse(text).parcels[1])) });
});

test("a teller is not made to accuse itself: its own parcel is not what it sent", () => {
  const { parcels } = SHARING.view(1);
  const own = keysOf(String(SHARING.seeds[0]));
  const said = JSON.parse(JSON.parse(at(parcels, 0)).message);
  const other = JSON.stringify(sign(own.signing, JSON.stringify({ ...said, share: send(own.signing, own.encryption, "5") })));
  lies(SHARING, { parcels: put(parcels, 0, other) }, "parcels[0]");
});

test("at the end every key is checked, and that the box is one's own", () => {
  const { keys, box } = DONE.view(1);
  assert.equal(DONE.ask(1).kind, "done");
  lies(DONE, { box: null }, "box");
  lies(DONE, { keys: put(keys, 1, at(keys, 2)) }, "keys[1].public_key");
  lies(DONE, { box: DONE.view(2).box }, "box");
  lies(DONE, { box: LATER.view(1).box }, "box.round");
  lies(DONE, { box: `${box} ` }, "box");
  const key = JSON.parse(at(keys, 1));
  lies(DONE, { keys: put(keys, 1, JSON.stringify({ ...key, pok: JSON.parse(at(keys, 2)).pok })) }, "keys[1].pok");
  lies(DONE, { keys: put(keys, 1, JSON.stringify({ ...key, signature: JSON.parse(at(keys, 2)).signature })) }, "keys[1].signature");
});

test("a key made of those of the others, to cancel them out, has no proof (fault C6)", () => {
  const stranger = "TestTestTestTestTest7x";
  const copied = new Relay([at(seedsOf(3), 0), at(seedsOf(3), 1), stranger], 2).run("commitment").all("certificate");
  const message = JSON.parse(JSON.parse(at(copied, 2)).message);
  const forged = { ...message, verification: JSON.parse(JSON.parse(at(copied, 1)).message).verification };
  const text = JSON.stringify(sign(keysOf(stranger).signing, JSON.stringify(forged)));
  lies(COMMITTING, { certificates: put(COMMITTING.all("certificate"), 2, text) }, "certificates[2].signature");
});
