import assert from "node:assert/strict";
import { test } from "node:test";
import { makeEncryptor } from "../../../voting/browser/phone/encryptor.js";

/** A worker that answers when it is told to. */
function workers() {
  /** @type {any[]} */
  const made = [];
  const start = () => {
    const port = { onmessage: null, onerror: null, sent: /** @type {any[]} */ ([]), postMessage: (/** @type {any} */ message) => void port.sent.push(message) };
    made.push(port);
    return port;
  };
  return { made, start };
}

test("answers find their question, in whatever order they come", async () => {
  const { made, start } = workers();
  const encryptor = makeEncryptor(start);
  const first = encryptor.credential("a");
  const second = encryptor.credential("b");
  const [port] = made;
  port.onmessage({ data: { id: port.sent[1].id, type: "credential", credential: "B" } });
  port.onmessage({ data: { id: port.sent[0].id, type: "credential", credential: "A" } });
  assert.deepEqual(await Promise.all([first, second]), ["A", "B"]);
});

test("a refusal of the worker keeps its code", async () => {
  const { made, start } = workers();
  const asked = makeEncryptor(start).checkReceipt({ tracker: "t", height: 1, signature: "s" }, "k");
  made[0].onmessage({ data: { id: made[0].sent[0].id, type: "error", code: "bad-receipt", message: "" } });
  await assert.rejects(asked, { code: "bad-receipt" });
});

test("progress is told while the answer is awaited", async () => {
  const { made, start } = workers();
  /** @type {number[][]} */
  const told = [];
  const asked = makeEncryptor(start).encrypt("c", [[1]], (done, total) => told.push([done, total]));
  const { id } = made[0].sent[0];
  made[0].onmessage({ data: { id, type: "progress", done: 1, total: 2 } });
  made[0].onmessage({ data: { id, type: "ballot", json: "{}", tracker: "t", credential: "c" } });
  assert.equal((await asked).json, "{}");
  assert.deepEqual(told, [[1, 2]]);
});

test("a worker that broke is replaced by the next question", async () => {
  const { made, start } = workers();
  const encryptor = makeEncryptor(start);
  const lost = encryptor.credential("a");
  made[0].onerror(new Event("error"));
  await assert.rejects(lost, { code: "internal" });
  const asked = encryptor.credential("a");
  assert.equal(made.length, 2);
  made[1].onmessage({ data: { id: made[1].sent[0].id, type: "credential", credential: "A" } });
  assert.equal(await asked, "A");
});
