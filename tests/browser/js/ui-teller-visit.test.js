import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../../voting/browser/protocol/refusals.js";
import { passingStore } from "../../../voting/browser/phone/memory.js";
import { decrypt } from "../../../voting/browser/teller/counting.js";
import { makeMemory } from "../../../voting/browser/teller/memory.js";
import { makeRound } from "../../../voting/browser/teller/round.js";
import { Relay } from "./meeting.js";
import { linkOf, room, until } from "./teller-room.js";

const newMemory = () => makeMemory("u", passingStore(), passingStore());

/** The certificate of another key for the first of two tellers. @param {string} seed */
const certificateOf = (seed) => new Relay([seed, seed], 2).run("commitment", [1, 2]).messages.certificate[0];

/**
 * The chair begins a round.
 * @param {ReturnType<typeof room>["server"]} server
 * @param {number} round
 */
function begin(server, round) {
  server.relay.messages = { certificate: [], commitment: [], reveal: [], key: [] };
  server.relay.round = round;
  server.fault = null;
}

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
    desk: { decrypt: async (/** @type {any[]} */ ...[, , tally]) => tally },
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
  const ports = { api: { decryption: async () => void seen.push(["decryption", inside]) }, desk: { decrypt: async () => "" }, memory: newMemory(), exclusively };
  await decrypt(ports, /** @type {any} */ ({ tally: "t" }), "d", "k", /** @type {any} */ ({}));
  assert.deepEqual(seen, [["other", 0], ["reveal", 1], ["decryption", 1]]);
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

test("a waiting phone looks at the board once, and says that the key there is the one that was compared", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  one.visit.confirmSame();
  server.state = "ready";
  server.board = "unreachable";
  await until(() => one.visit.screen === "waiting" && server.looks > 1);
  assert.equal(one.model().board, undefined);
  server.board = { setup: "s".repeat(64), size: 2, threshold: 2 };
  await until(() => one.model().board !== undefined);
  const { looks } = server;
  server.state = "open";
  const again = one.phone.open();
  await until(() => again.visit.screen === "waiting" && again.model().board !== undefined);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(one.visit.screen, "waiting");
  assert.ok(server.looks <= looks + 1, `${server.looks} looks`);
  assert.equal(again.memory.board()?.own, true);
});

test("a board without tellers, with other digits, other numbers or without one's own key is an alarm before the vote", async () => {
  const right = { setup: "s".repeat(64), size: 2, threshold: 2 };
  const wrong = [
    [new Refusal("not-a-teller", "no tellers", "trustees"), "board/trustees"],
    [new Refusal("broken-archive", "does not follow", "election-key"), "board/election-key"],
    [null, "board/archive-readable"],
    [{ ...right, fingerprint: "1111 2222 3333 4444" }, "fingerprint"],
    [{ ...right, own: false }, "own"],
    [{ ...right, threshold: 1 }, "terms"],
  ];
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  server.state = "ready";
  for (const [board, where] of wrong) {
    server.board = board;
    one.memory.keepDevice(/** @type {any} */ (one.memory.device()));
    const again = one.phone.open();
    await until(() => again.visit.screen === "alarm");
    assert.equal(again.model().where, where);
    assert.equal(again.memory.board(), undefined);
  }
});

test("a device without anything to compare shows the digits of the board, and keeps what the teller says of them", async () => {
  const { server, agreed, device } = room(2, 2);
  const [one] = await agreed();
  server.state = "ready";
  server.devices.clear();
  const { visit, model, memory } = device().open(1);
  await until(() => visit.screen === "waiting" && model().board !== undefined);
  const known = () => [model().agreed, model().compared, model().fingerprint];
  assert.deepEqual(known(), [false, false, one.model().fingerprint]);
  visit.confirmSame();
  assert.deepEqual(known(), [true, true, one.model().fingerprint]);
  assert.deepEqual(memory.agreed(), { round: 1, fingerprint: one.model().fingerprint, compared: true });
});

test("a board that begins otherwise after the close than before the vote raises the alarm", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  server.state = "open";
  await until(() => one.visit.screen === "waiting" && one.model().board !== undefined);
  server.state = "closed";
  server.summary = { ...server.summary, setup: "another" };
  await until(() => one.visit.screen === "closed");
  await one.visit.verify();
  assert.deepEqual([one.visit.screen, one.model().where], ["alarm", "board"]);
});

test("the end names the file that holds the key, also when the key is gone from the device", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  server.state = "counted";
  await until(() => one.visit.screen === "counted");
  one.visit.forgetKey();
  assert.equal(one.model().file, "teller-key-An.json");
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

test("a key of an earlier round that is not on the board asks for the right one, and the vote can be watched without it", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  const right = "aB3dEfGhJk2mNpQrsTuVw9";
  /** @type {string[]} */ (/** @type {unknown} */ (server.relay.seeds))[0] = right;
  server.relay.round = 2;
  server.state = "open";
  await until(() => one.visit.screen === "anew");
  one.visit.renew();
  await until(() => one.visit.screen === "providing" && one.model().doubted);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.deepEqual([one.visit.screen, one.memory.alarm(), one.memory.key()], ["providing", undefined, one.key]);
  one.visit.later();
  await until(() => one.visit.screen === "waiting" && one.model().board?.own === null);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.deepEqual([one.visit.screen, one.model().doubted], ["waiting", true]);
  const again = one.phone.open();
  await until(() => again.visit.screen === "providing");
  again.visit.provide(one.key);
  await until(() => again.visit.screen === "providing" && again.model().doubted);
  again.visit.provide(right);
  await until(() => again.visit.screen === "waiting" && again.model().board?.own === true);
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

test("what a network answers in the place of the archive is no alarm while it comes three times at most", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  server.state = "ready";
  server.board = null;
  await until(() => server.looks >= 3);
  server.board = { setup: "s".repeat(64), size: 2, threshold: 2 };
  await until(() => one.model().board !== undefined);
  assert.equal(one.memory.alarm(), undefined);
});

test("the count is offered once the ballots are added up", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  server.state = "open";
  await until(() => one.visit.screen === "waiting");
  [server.state, server.tallied] = ["closed", false];
  await until(() => one.model().view?.state === "closed");
  assert.equal(one.visit.screen, "waiting");
  await one.visit.verify();
  assert.equal(one.visit.screen, "waiting");
  server.tallied = true;
  await until(() => one.visit.screen === "closed");
});

test("after the close two of three verify, compare and decrypt, and the key can be deleted after the count", async () => {
  const { server, agreed } = room();
  const [one, , three] = await agreed();
  for (const state of ["ready", "open"]) {
    server.state = state;
    await until(() => one.visit.screen === "waiting");
    await one.visit.verify();
    await one.visit.decrypt();
    assert.equal(one.visit.screen, "waiting");
  }
  server.state = "closed";
  for (const [at, { visit, model }] of [one, three].entries()) {
    await until(() => visit.screen === "closed");
    await visit.verify();
    assert.equal(visit.screen, "comparing");
    assert.equal(model().summary?.ballots, 7);
    await visit.decrypt();
    assert.equal(visit.screen, "tallied");
    assert.equal(model().count?.present, at + 1);
  }
  assert.equal(server.decryptions.get(1), `decryption by ${one.key} of tally-1`);
  server.state = "counted";
  server.devices.clear();
  await until(() => one.visit.screen === "counted");
  assert.equal(one.model().hasKey, true);
  one.visit.forgetKey();
  assert.deepEqual([one.memory.key(), one.model().hasKey, one.memory.tally()], [undefined, false, "tally-1"]);
});

test("a board that does not hold is not decrypted, and its check is named", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  server.state = "closed";
  server.broken = new Refusal("broken-archive", "a ballot is missing", "encrypted-tally");
  await until(() => one.visit.screen === "closed");
  await one.visit.verify();
  assert.equal(one.visit.screen, "broken");
  assert.equal(one.model().where, "encrypted-tally");
  await one.visit.decrypt();
  assert.equal(server.decryptions.size, 0);
});

test("a board that is still being added up is asked for again, and nobody is alarmed", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  server.state = "closed";
  server.broken = new Refusal("not-closed", "the ballots have not been tallied", "tally");
  await until(() => one.visit.screen === "closed");
  await one.visit.verify();
  assert.equal(one.visit.screen, "closed");
  server.broken = undefined;
  await one.visit.verify();
  assert.equal(one.visit.screen, "comparing");
});

test("a board with another key of the tellers than the one that was compared raises the alarm", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  server.state = "closed";
  server.summary = { ...server.summary, fingerprint: "1111 2222 3333 4444" };
  await until(() => one.visit.screen === "closed");
  await one.visit.verify();
  assert.equal(one.visit.screen, "alarm");
  assert.equal(one.model().where, "fingerprint");
});

test("a second, different sum is refused, also after the key was wiped and typed again", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  server.state = "closed";
  await until(() => one.visit.screen === "closed");
  await one.visit.verify();
  await one.visit.decrypt();
  assert.equal(one.visit.screen, "tallied");
  // The service pretends that nothing was sent, and shows another board.
  server.decryptions.clear();
  server.summary = { ...server.summary, tally: "tally-2" };
  one.memory.forgetKey();
  const again = one.phone.open();
  await until(() => again.visit.screen === "closed");
  await again.visit.verify();
  again.visit.provide(one.key);
  await until(() => again.visit.screen === "othertally");
  assert.equal(server.decryptions.size, 0);
});

test("a wrong key at the count says so and leaves the sum undecided; the typed key is used and not kept", async () => {
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  server.state = "closed";
  one.memory.forgetKey();
  await until(() => one.visit.screen === "closed");
  await one.visit.verify();
  one.visit.provide("aB3dEfGhJk2mNpQrsTuVw9");
  await until(() => one.visit.screen === "comparing" && one.model().problem === "wrong-key");
  assert.equal(one.memory.tally(), undefined);
  one.visit.provide(one.key);
  await until(() => one.visit.screen === "tallied");
  assert.equal(one.memory.key(), undefined);
});

test("a service that cannot be reached during the count costs nothing", async (context) => {
  // The pauses between two tries do not keep the test run alive by themselves.
  const alive = setInterval(() => {}, 1000);
  context.after(() => clearInterval(alive));
  const { server, agreed } = room(2, 2);
  const [one] = await agreed();
  server.state = "closed";
  await until(() => one.visit.screen === "closed");
  server.down = true;
  await one.visit.verify();
  assert.deepEqual([one.visit.screen, one.model().problem], ["closed", "interrupted"]);
  server.down = false;
  await one.visit.verify();
  server.down = true;
  await one.visit.decrypt();
  assert.deepEqual([one.visit.screen, one.model().problem], ["comparing", "interrupted"]);
  server.down = false;
  await one.visit.decrypt();
  assert.equal(one.visit.screen, "tallied");
});
