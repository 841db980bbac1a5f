import assert from "node:assert/strict";
import { test } from "node:test";
import { passingStore } from "../../../voting/browser/stores.js";
import { decrypt } from "../../../voting/browser/teller/counting.js";
import { makeMemory } from "../../../voting/browser/teller/memory.js";
import { makeRound } from "../../../voting/browser/teller/round.js";
import { Relay } from "./meeting.js";
import { begin, linkOf, room, until } from "./teller-room.js";

const newMemory = () => makeMemory("u", passingStore(), passingStore());

/** The certificate of another key for the first of two tellers. @param {string} seed */
const certificateOf = (seed) => new Relay([seed, seed], 2).run("commitment", [1, 2]).messages.certificate[0];

test("the tap on the same digits is kept, and a second device in the same browser knows it", async () => {
  const { agreed } = room(2, 2);
  const [one] = await agreed();
  assert.equal(one.model().compared, false);
  one.visit.confirmSame();
  assert.equal(one.model().compared, true);
  const again = one.phone.open();
  await until(() => again.visit.screen === "agreed");
  assert.equal(again.model().compared, true);
});

test("of two tabs that are shown other commitments, one reveals and the other raises the alarm", async () => {
  for (const first of ["x", "y"]) {
    const memory = newMemory();
    /** @type {string[]} */
    const posted = [];
    const api = { accuse: async () => {}, post: async (/** @type {any[]} */ ...[, , , body]) => void posted.push(body) };
    const tab = (/** @type {string} */ commitments) =>
      makeRound(/** @type {any} */ (api), { advance: async () => ({ kind: "post", step: "reveal", body: commitments, memory: { round: 1, commitments } }) }, memory, (act) => act());
    const view = /** @type {any} */ (room().server.relay.view(1));
    // Both have looked before either has written.
    const outcomes = await Promise.all([first, "z"].map((commitments) => tab(commitments).act("device", "key", view)));
    assert.deepEqual(outcomes, [{ kind: "again" }, { kind: "lying", where: "commitments" }]);
    assert.deepEqual(posted, [first]);
    assert.equal(memory.revealed()?.commitments, first);
  }
});

test("of two tabs that were shown other sums, one alone decrypts", async () => {
  const memory = newMemory();
  /** @type {string[]} */
  const sent = [];
  /** @type {any} */
  const ports = {
    api: { decryption: async (/** @type {string} */ _, /** @type {string} */ body) => (sent.push(body), { present: 1, needed: 2 }) },
    calculator: { decrypt: async (/** @type {any[]} */ ...[, , tally]) => tally },
    memory,
    exclusively: (/** @type {() => Promise<any>} */ act) => act(),
  };
  const kinds = await Promise.all(["a", "b"].map(async (tally) => (await decrypt(ports, /** @type {any} */ ({ tally }), "d", "k", /** @type {any} */ ({}))).kind));
  assert.deepEqual(kinds, ["tallied", "other-tally"]);
  assert.deepEqual([sent, memory.tally()], [["a"], "a"]);
});

test("a reveal and a decryption run while no other tab runs one", async () => {
  let inside = 0;
  /** @type {import("../../../voting/browser/teller/round.js").Exclusively} */
  const exclusively = async (act) => {
    inside += 1;
    const outcome = await act();
    inside -= 1;
    return outcome;
  };
  /** @type {[string, number][]} */
  const seen = [];
  for (const memory of [undefined, { round: 1, commitments: "c" }]) {
    /** @type {any} */
    const api = { post: async () => void seen.push([memory ? "reveal" : "other", inside]) };
    const round = makeRound(api, { advance: async () => ({ kind: "post", step: "reveal", body: "", ...(memory ? { memory } : {}) }) }, newMemory(), exclusively);
    await round.act("device", "key", /** @type {any} */ (room().server.relay.view(1)));
  }
  /** @type {any} */
  const ports = { api: { decryption: async () => void seen.push(["decryption", inside]) }, calculator: { decrypt: async () => "" }, memory: newMemory(), exclusively };
  await decrypt(ports, /** @type {any} */ ({ tally: "t" }), "d", "k", /** @type {any} */ ({}));
  assert.deepEqual(seen, [["other", 0], ["reveal", 1], ["decryption", 1]]);
});

test("a slow answer is compared with what was known when it was asked for, not with what another tab kept since", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  server.meanwhile.set(String(one.memory.device()?.device), () => {
    begin(server, 2);
    one.memory.keepTerms({ round: 2, size: 2, threshold: 2 });
    one.memory.keepAgreed({ round: 2, fingerprint: one.model().fingerprint, compared: false });
  });
  await until(() => server.heard.includes("1 certificate 2"));
  assert.notEqual(one.visit.screen, "alarm");
  assert.equal(one.memory.alarm(), undefined);
});

test("an answer for the link before is let go when another teller's was opened in another tab meanwhile", async () => {
  for (const gone of [false, true]) {
    const { server, agreed } = room(2, 2);
    const [{ visit, memory, model }, two] = await agreed();
    const [first, second] = [/** @type {any} */ (memory.device()), { device: "second", index: 2, link: linkOf(8) }];
    // They share a laptop: both keys are on it.
    memory.keepDevice(second);
    memory.keepKey(two.key, true, { name: "Bình", round: 1 });
    memory.keepSaved();
    memory.keepDevice(first);
    server.devices.set("second", 2);
    if (gone) server.devices.delete(first.device);
    else server.changes = { posted: [] };
    server.meanwhile.set(first.device, () => memory.keepDevice(second));
    await until(() => memory.device()?.device !== first.device);
    await until(() => model().view?.index === 2);
    assert.deepEqual([memory.device(), memory.key(), memory.alarm(), memory.doubted(), visit.screen], [second, two.key, undefined, false, "agreed"]);
  }
});

test("a tab that comes with its reveal after another one revealed in a later round lies nobody", async () => {
  const memory = newMemory();
  memory.keepRevealed({ round: 2, commitments: "later" });
  /** @type {any} */
  const api = { post: async () => assert.fail("nothing to post") };
  const { act } = makeRound(api, { advance: async () => ({ kind: "post", step: "reveal", body: "", memory: { round: 1, commitments: "c" } }) }, memory, (act) => act());
  assert.deepEqual(await act("device", "key", /** @type {any} */ (room().server.relay.view(1))), { kind: "ceremony" });
  assert.equal(memory.revealed()?.round, 2);
});

test("another teller on the same laptop does not get the key of the one before", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  begin(server, 2);
  server.names.set(1, "Dung");
  server.devices.delete(String(one.memory.device()?.device));
  server.links.set(linkOf(7), 1);
  const next = one.phone.open(7);
  await until(() => next.visit.screen === "intro");
  const { memory } = next;
  assert.deepEqual([memory.key(), memory.made(), memory.agreed(), memory.revealed(), memory.file()], [undefined, false, undefined, undefined, ""]);
  assert.deepEqual(server.heard.filter((message) => message.endsWith(" 2")), []);
  await next.visit.make();
  assert.notEqual(next.model().key, one.key);
});

test("another teller on the same laptop whose key was made on a phone is asked for it, without an alarm", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  begin(server, 1);
  server.names.set(1, "Dung");
  server.relay.messages.certificate = [certificateOf("aB3dEfGhJk2mNpQrsTuVw9")];
  server.devices.delete(String(one.memory.device()?.device));
  server.links.set(linkOf(7), 1);
  server.changes = { certificates: [certificateOf("aB3dEfGhJk2mNpQrsTuVw9"), "{}"], step: "commitment" };
  one.memory.forgetAgreed();
  const next = one.phone.open(7);
  await until(() => next.visit.screen === "providing");
  assert.equal(next.memory.alarm(), undefined);
});

for (const state of ["ready", "open", "closed"]) {
  test(`a phone that saw the digits of an earlier round goes on after a tap when the vote is ${state}`, async () => {
    const { server, agreed } = room(2, 2);
    const [one] = await agreed();
    one.visit.confirmSame();
    server.relay.round = 2;
    server.state = state;
    server.summary.fingerprint = "1111 2222 3333 4444";
    await until(() => one.visit.screen === "anew");
    assert.equal(one.memory.agreed()?.compared, true);
    one.visit.renew();
    if (state === "closed") return void (await until(() => one.visit.screen === "closed"));
    await until(() => one.visit.screen === "waiting" && one.model().board !== undefined);
    assert.deepEqual([one.model().agreed, one.model().compared, one.model().fingerprint], [false, false, "1111 2222 3333 4444"]);
    one.visit.confirmSame();
    assert.equal(one.memory.agreed()?.round, 2);
  });
}
