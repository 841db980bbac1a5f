import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../../voting/browser/protocol/refusals.js";
import { room, until } from "./teller-room.js";

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
