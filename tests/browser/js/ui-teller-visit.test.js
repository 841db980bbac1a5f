import assert from "node:assert/strict";
import { test } from "node:test";
import { passingStore } from "../../../voting/browser/stores.js";
import { makeMemory } from "../../../voting/browser/teller/memory.js";
import { makeRound } from "../../../voting/browser/teller/round.js";
import { Relay } from "./meeting.js";
import { begin, linkOf, room, until } from "./teller-room.js";

const newMemory = () => makeMemory("u", passingStore(), passingStore());

/** The certificate of another key for the first of two tellers. @param {string} seed */
const certificateOf = (seed) => new Relay([seed, seed], 2).run("commitment", [1, 2]).messages.certificate[0];

test("three tellers make a key, see the same digits, and the service hears each step once", async () => {
  const { server, agreed } = room();
  const tellers = await agreed();
  const digits = tellers.map(({ model }) => model().fingerprint);
  assert.match(digits[0] ?? "", /^\d{4} \d{4} \d{4} \d{4}$/);
  assert.equal(new Set(digits).size, 1);
  assert.equal(server.heard.length, 12);
  assert.equal(new Set(server.heard).size, 12);
});

test("nothing goes out before the key is saved", async () => {
  const { server, device } = room(2, 2);
  const { visit, model } = device().open(1);
  await until(() => visit.screen === "intro");
  await visit.make();
  visit.turn("write-down");
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.deepEqual(server.heard, []);
  const { key } = model();
  assert.equal(visit.retype(`${key.slice(1)}x`), false);
  assert.equal(visit.screen, "retyping");
  assert.equal(visit.retype(`${key.slice(0, 5)} ${key.slice(5)}`), true);
  await until(() => server.heard.length === 1);
  assert.equal(model().key, "");
});

test("a reload before the key is saved offers the same key, and a second tap makes no second one", async () => {
  const { device } = room(2, 2);
  const phone = device();
  const first = phone.open(1);
  await until(() => first.visit.screen === "intro");
  await Promise.all([first.visit.make(), first.visit.make()]);
  const { key } = first.model();
  const again = phone.open();
  await until(() => again.visit.screen === "intro");
  await again.visit.make();
  assert.equal(again.model().key, key);
});

test("a returning device needs no link, and the same link again needs no claim", async () => {
  const { server, joined } = room(2, 2);
  const { phone } = await joined(1);
  for (const link of [undefined, 1]) {
    const again = phone.open(link);
    await until(() => again.visit.screen === "ceremony");
  }
  assert.equal(server.devices.size, 1);
});

test("a link is claimed by one device: another one is told so, and a wrong link too", async () => {
  const { joined, device } = room(2, 2);
  await joined(1);
  const second = device().open(1);
  await until(() => second.visit.screen === "taken");
  const third = device().open(5);
  await until(() => third.visit.screen === "unknown");
  third.visit.relink();
  third.visit.open(linkOf(2));
  await until(() => third.visit.screen === "intro");
});

test("a claim whose answer was lost is made again with the same secret", async () => {
  const { server, device } = room(2, 2);
  const phone = device();
  server.down = true;
  const first = phone.open(1);
  const again = phone.open(1);
  assert.equal(again.memory.pending()?.device, first.memory.pending()?.device);
  server.down = false;
  await until(() => first.visit.screen === "intro" && again.visit.screen === "intro");
  assert.equal(server.devices.size, 1);
});

test("a device that the chair let go of asks for the new link and keeps the key", async () => {
  const { server, joined } = room(2, 2);
  const { visit, memory, key } = await joined(1);
  await until(() => server.heard.length === 1);
  server.devices.clear();
  await until(() => visit.screen === "released");
  server.links.set(linkOf(7), 1);
  visit.open(linkOf(7));
  await until(() => visit.screen === "ceremony");
  assert.equal(memory.key(), key);
});

test("whoever lost the phone goes on with the typed key, and a key of another vote is told as that", async () => {
  const { server, joined, device } = room();
  const tellers = [await joined(1), await joined(2)];
  await until(() => server.heard.length === 2);
  server.devices.clear();
  for (const index of [1, 2]) server.links.set(linkOf(index + 6), index);
  const other = device();
  const { visit, model } = other.open(7);
  await until(() => visit.screen === "providing");
  visit.provide("aB3dEfGhJk2mNpQrsTuVw9");
  const last = await joined(3);
  await until(() => visit.screen === "providing" && model().problem === "wrong-key");
  visit.provide(tellers[0]?.key ?? "");
  const second = device().open(8);
  await until(() => second.visit.screen === "providing");
  second.visit.provide(tellers[1]?.key ?? "");
  await until(() => visit.screen === "agreed" && second.visit.screen === "agreed");
  last.visit.hurry();
  assert.equal(model().fingerprint, second.model().fingerprint);
});

test("a stopped round shows its fault, and a new round begins only after a tap, with the same keys", async () => {
  const { server, agreed } = room(2, 2);
  const [one, two] = await agreed();
  const before = one.memory.agreed();
  one.visit.confirmSame();
  server.fault = { step: "key", against: 2, by: 0, reason: "" };
  for (const { visit } of [one, two]) await until(() => visit.screen === "stopped");
  assert.equal(one.model().view?.fault?.against, 2);
  begin(server, 2);
  for (const { visit } of [one, two]) await until(() => visit.screen === "anew");
  const again = one.phone.open();
  await until(() => again.visit.screen === "anew");
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.deepEqual(server.heard.filter((message) => message.endsWith(" 2")), []);
  assert.deepEqual(again.memory.agreed(), { ...before, compared: true });
  for (const { visit } of [one, two]) visit.renew();
  for (const { visit } of [one, two]) await until(() => visit.screen === "agreed" && one.memory.agreed()?.round === 2);
  assert.ok(server.heard.includes("1 certificate 2"));
  assert.equal(one.memory.key(), one.key);
  assert.deepEqual([one.model().compared, one.memory.agreed()?.compared], [false, false]);
});

test("a round that was left does not come back", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  begin(server, 2);
  await until(() => one.visit.screen === "anew");
  one.visit.renew();
  await until(() => server.heard.includes("1 certificate 2"));
  begin(server, 1);
  await until(() => one.visit.screen === "alarm");
  assert.equal(one.model().where, "round");
});

test("digits that differ are an alarm, which a new link ends; the digits themselves are not forgotten with it", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  const known = one.memory.agreed();
  one.visit.tellDifferent();
  assert.deepEqual([one.visit.screen, one.model().where], ["alarm", "differ"]);
  server.devices.delete(String(one.memory.device()?.device));
  server.links.set(linkOf(7), 1);
  one.visit.open(linkOf(7));
  begin(server, 2);
  await until(() => one.visit.screen === "anew");
  assert.deepEqual(one.memory.agreed(), known);
});

test("another threshold or size in the round in which the key was begun is an alarm, also before the digits", async () => {
  for (const changes of [{ threshold: 1 }, { size: 3 }]) {
    const { server, joined } = room(2, 2);
    const one = await joined(1);
    await until(() => server.heard.length === 1);
    server.changes = changes;
    await until(() => one.visit.screen === "alarm");
    assert.equal(one.model().where, "terms");
  }
});

test("a new round before the digits goes on by itself, with the new numbers", async () => {
  const { server, joined } = room(2, 2);
  const one = await joined(1);
  await until(() => server.heard.length === 1);
  server.changes = { threshold: 1 };
  begin(server, 2);
  await until(() => server.heard.includes("1 certificate 2"));
  assert.equal(one.visit.screen, "ceremony");
  assert.equal(one.model().view?.threshold, 1);
});

test("a bad share is accused once, by the name of its sender", async () => {
  /** @type {any[]} */
  const said = [];
  /** @type {any} */
  const api = { accuse: async (/** @type {any[]} */ ...told) => void said.push(told), post: async () => assert.fail("nothing to post") };
  const { act } = makeRound(api, { advance: async () => ({ kind: "accuse", against: 3 }) }, newMemory(), (act) => act());
  const { server } = room();
  const view = /** @type {any} */ (server.relay.view(1));
  assert.deepEqual(await act("device", "key", view), { kind: "again" });
  assert.deepEqual(said, [["device", 1, 3]]);
});

test("a message that the service refuses is not sent again and again", async () => {
  const { server, joined } = room(2, 2);
  server.refuse = "bad-message";
  const { visit } = await joined(1);
  await until(() => visit.screen === "ceremony" && server.refuse === undefined);
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.deepEqual(server.heard, []);
});

test("a service that changes what was said is stopped for good, a reload included", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  server.changes = { threshold: 1 };
  await until(() => one.visit.screen === "alarm");
  server.changes = {};
  const again = one.phone.open();
  await until(() => again.visit.screen === "alarm");
  assert.notEqual(again.model().where, "");
  server.state = "closed";
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(again.visit.screen, "alarm");
});

test("what was revealed under is kept before it is sent, and other commitments in the same round are an alarm", async () => {
  const { server, agreed } = room(2, 2);
  const [one, two] = await agreed();
  assert.equal(one.memory.revealed()?.round, 1);
  // The service forgets the reveals and shows this device another commitment of its neighbour.
  two.visit.hurry();
  server.devices.delete(String(two.memory.device()?.device));
  server.relay.messages.reveal = [];
  server.relay.messages.key = [];
  server.relay.messages.commitment[1] = undefined;
  const other = new Relay([one.key, two.key], 2).run("commitment", [1, 2]);
  other.messages.certificate = [...server.relay.messages.certificate];
  other.run("reveal");
  server.relay.messages.commitment = [server.relay.messages.commitment[0], other.messages.commitment[1]];
  await until(() => one.visit.screen === "alarm");
  assert.equal(server.relay.messages.reveal[0], undefined);
});

test("another key in the name of this device's teller is an alarm, and the key is not thrown away", async () => {
  const { server, joined, device } = room(2, 2);
  const one = await joined(1);
  await until(() => server.heard.length === 1);
  const stranger = device().open(2);
  await until(() => stranger.visit.screen === "intro");
  server.changes = { certificates: [certificateOf("aB3dEfGhJk2mNpQrsTuVw9"), "{}"], step: "commitment" };
  await until(() => one.visit.screen === "alarm");
  assert.equal(one.model().where, "certificate");
  assert.equal(one.memory.key(), one.key);
});

test("a malformed certificate in one's own place is a lie: a typed key stays, and no other is asked for", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  const other = one.memory;
  other.keepKey(one.key, false, { name: "An", round: 1 });
  for (const own of ["{}", "not JSON", certificateOf("aB3dEfGhJk2mNpQrsTuVw9")?.replace(/"challenge":"(\d)/, (_, digit) => `"challenge":"${digit === "1" ? 2 : 1}`)]) {
    server.changes = { certificates: [own, server.relay.messages.certificate[1]] };
    const again = one.phone.open();
    await until(() => again.visit.screen === "alarm");
    assert.equal(again.memory.key(), one.key);
    again.memory.keepDevice(/** @type {any} */ (again.memory.device()));
  }
});

test("a typed key that is another's is not dropped before the teller gives another one", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  one.memory.keepKey(one.key, false, { name: "An", round: 1 });
  server.changes = { certificates: [certificateOf("aB3dEfGhJk2mNpQrsTuVw9"), server.relay.messages.certificate[1]] };
  await until(() => one.visit.screen === "providing" && one.model().problem === "wrong-key");
  assert.equal(one.memory.key(), one.key);
  const again = one.phone.open();
  await until(() => again.visit.screen === "providing");
  assert.equal(again.memory.key(), one.key);
});

test("a key that was forgotten is not remembered by the round either", async () => {
  let asked = 0;
  const round = makeRound(/** @type {any} */ ({}), { advance: async () => (asked++, { kind: "wait" }) }, newMemory(), (act) => act());
  const view = /** @type {any} */ (room().server.relay.view(1));
  for (const key of ["one", "one", "two"]) await round.act("device", key, view);
  assert.equal(asked, 2);
  round.forget();
  await round.act("device", "two", view);
  assert.equal(asked, 3);
});

test("a typed key that was refused is not taken for the next round", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  one.memory.keepKey("aB3dEfGhJk2mNpQrsTuVw9", false, { name: "An", round: 1 });
  await until(() => one.visit.screen === "providing" && one.memory.doubted());
  one.memory.forgetAgreed();
  begin(server, 2);
  const again = one.phone.open();
  await until(() => again.visit.screen === "intro");
  assert.equal(again.memory.key(), undefined);
  assert.deepEqual(server.heard.filter((message) => message === "1 certificate 2"), []);
});
