import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../../voting/browser/protocol/refusals.js";
import { room, until } from "./teller-room.js";

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
  for (const [board, where] of wrong) {
    // A room for each: in one, a tab that still looks at the board before would raise its alarm in the others.
    const { server, agreed } = room(2, 2);
    const [one] = await agreed();
    server.board = board;
    server.state = "ready";
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
