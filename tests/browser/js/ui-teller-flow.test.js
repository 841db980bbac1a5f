import assert from "node:assert/strict";
import { test } from "node:test";
import { NEXT, stageOf, step, WATCHED } from "../../../voting/browser/teller/flow.js";

/** @typedef {import("../../../voting/browser/teller/flow.js").Screen} Screen */
/** @typedef {import("../../../voting/browser/teller/flow.js").Event} Event */

const screens = /** @type {Screen[]} */ (Object.keys(NEXT));

/**
 * @param {Screen} from
 * @param {...Event} events
 */
const walk = (from, ...events) => events.reduce((screen, event) => step(screen, event), from);

/** @param {any} [changes] */
const view = (changes) => ({
  uuid: "U", title: "T", language: "vi", state: "draft", round: 1, size: 2, threshold: 2, index: 1, name: "A", role: "head",
  tellers: [{ name: "A", decrypted: false }, { name: "B", decrypted: true }],
  step: "certificate", fault: null, certificates: [], commitments: [], reveals: [], parcels: [], keys: [], posted: [], box: null, tallied: true,
  ...changes,
});
const KEPT = { hasKey: true, saved: true, doubted: false, alarmed: false, agreed: 0 };
const NONE = { hasKey: false, saved: false, doubted: false, alarmed: false, agreed: 0 };

test("a teller gets from the link to the count", () => {
  const way = walk("connecting", "no-link", "link", "join", "make", "write-down", "back", "write-down", "saved", "agreed");
  assert.equal(way, "agreed");
  assert.equal(walk(way, "waiting", "count", "verify", "verified", "decrypt", "tallied", "counted"), "counted");
});

test("every way in the table leads to a screen of the table, and every screen can be reached", () => {
  const reached = new Set(["connecting"]);
  for (const ways of Object.values(NEXT)) {
    for (const to of Object.values(ways)) {
      assert.ok(to in NEXT, to);
      reached.add(to);
    }
  }
  assert.deepEqual(screens.filter((screen) => !reached.has(screen)), []);
});

test("only a verified board leads to the decryption", () => {
  for (const screen of screens) {
    for (const [event, to] of Object.entries(NEXT[screen])) {
      if (to === "decrypting") assert.equal(`${screen} ${event}`, "comparing decrypt");
      if (to === "comparing") assert.ok(["verifying verified", "decrypting wrong-key", "decrypting interrupted"].includes(`${screen} ${event}`));
      if (to === "verifying") assert.ok(event === "verify" && ["closed", "broken"].includes(screen));
    }
  }
});

test("from the words that the digits are void only a tap leads on", () => {
  for (const ceremony of [{ round: 2 }, { round: 2, state: "ready" }, { round: 2, state: "open" }, { round: 2, state: "closed" }, { round: 2, step: "done" }, { round: 3, posted: ["certificate"] }]) {
    for (const standing of [KEPT, NONE]) {
      assert.equal(step("anew", stageOf(view(ceremony), { ...standing, agreed: 1 })), "anew");
    }
  }
});

test("nothing of the session interrupts a key that is being saved, but its end", () => {
  for (const screen of /** @type {Screen[]} */ (["saving", "retyping"])) {
    for (const event of /** @type {Event[]} */ (["join", "keyless", "ceremony", "stopped", "agreed", "waiting", "count", "alarm"])) {
      assert.equal(step(screen, event), screen, event);
    }
    assert.equal(step(screen, "cancelled"), "cancelled");
  }
});

test("after an alarm, and after another sum, nothing goes on", () => {
  for (const event of /** @type {Event[]} */ (["ceremony", "agreed", "waiting", "count", "counted", "verify", "decrypt", "tallied"])) {
    assert.equal(step("alarm", event), "alarm", event);
    if (event !== "counted") assert.equal(step("othertally", event), "othertally", event);
  }
});

test("nothing that the service says opens the count before the close", () => {
  for (const state of ["draft", "ready", "open"]) {
    for (const standing of [KEPT, NONE]) {
      for (const ceremony of [{}, { step: "done", posted: ["certificate"] }]) {
        const stage = stageOf(view({ state, ...ceremony }), standing);
        assert.notEqual(stage, "count");
        for (const screen of screens) {
          if (!["closed", "verifying", "comparing", "decrypting", "broken"].includes(screen)) {
            assert.ok(!["closed", "verifying", "comparing", "decrypting"].includes(step(screen, stage)));
          }
        }
      }
    }
  }
});

test("the stage of a teller follows from the session and from what this device has", () => {
  assert.equal(stageOf(view(), NONE), "join");
  assert.equal(stageOf(view(), { ...KEPT, saved: false }), "join");
  assert.equal(stageOf(view(), KEPT), "ceremony");
  assert.equal(stageOf(view({ posted: ["certificate"] }), NONE), "keyless");
  assert.equal(stageOf(view({ step: "done" }), KEPT), "agreed");
  assert.equal(stageOf(view({ fault: { step: "key", against: 1, by: 2, reason: "" } }), KEPT), "stopped");
  assert.equal(stageOf(view({ round: 2, step: "done" }), { ...KEPT, agreed: 1 }), "anew");
  assert.equal(stageOf(view({ round: 2, fault: { step: "key", against: 1, by: 2, reason: "" } }), { ...KEPT, agreed: 1 }), "anew");
  assert.equal(stageOf(view({ state: "open" }), { ...KEPT, agreed: 1 }), "waiting");
  assert.equal(stageOf(view({ step: "done" }), { ...KEPT, agreed: 1 }), "agreed");
  assert.equal(stageOf(view({ state: "open" }), NONE), "waiting");
  assert.equal(stageOf(view({ state: "closed" }), NONE), "count");
  assert.equal(stageOf(view({ state: "closed", tallied: false }), KEPT), "waiting");
  assert.equal(stageOf(view({ state: "closed", index: 2, round: 2 }), { ...KEPT, agreed: 1 }), "tallied");
  assert.equal(stageOf(view({ state: "ready" }), { ...KEPT, doubted: true }), "keyless");
  assert.equal(stageOf(view({ state: "closed", index: 2 }), NONE), "tallied");
  assert.equal(stageOf(view({ state: "closed" }), { ...KEPT, alarmed: true }), "alarm");
  assert.equal(stageOf(view({ state: "published" }), { ...KEPT, alarmed: true }), "counted");
  assert.equal(stageOf(view({ state: "cancelled" }), KEPT), "cancelled");
});

test("the ceremony is looked at about every second and a half", () => {
  assert.equal(WATCHED.ceremony, 1500);
});

test("every screen that the session can lead away from is looked at", () => {
  const acts = ["link", "no-link", "make", "have", "back", "later", "write-down", "saved", "provided", "renewed", "verify", "decrypt"];
  const outcomes = ["tallied", "wrong-key", "interrupted", "other-tally"];
  for (const screen of screens) {
    if (["taken", "unknown", "released", "decrypting"].includes(screen) || WATCHED[screen] !== undefined) continue;
    assert.deepEqual(Object.keys(NEXT[screen]).filter((event) => !acts.includes(event)), [], screen);
  }
  assert.deepEqual(Object.keys(NEXT.decrypting).sort(), outcomes.sort());
});
