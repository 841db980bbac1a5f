import assert from "node:assert/strict";
import { test } from "node:test";

// The module looks for its places when it is loaded; this page has none.
Object.assign(globalThis, { document: { querySelectorAll: () => [] } });
const { isLater, readProgress } = await import("../../../voting/browser/chair.js");

test("the chair's page loads again when the session has gone on", () => {
  for (const state of ["closed", "counted", "published", "cancelled"]) assert.ok(isLater(state, "open"), state);
});

test("an answer from before the last step does not load the page again", () => {
  for (const state of ["draft", "ready", "open"]) assert.ok(!isLater(state, "open"), state);
  assert.ok(!isLater("closed", undefined));
});

/** @param {unknown} body @param {number} [status] */
const answering = (body, status = 200) => async () => new Response(JSON.stringify(body), { status });
const PROGRESS = { mark: "draft.1", words: "Waiting.", present: 0, tellers: [{ status: "", steps: 2, decrypted: false }] };

test("the progress of the tellers is read as the chair who is signed in, and never from a cache", async () => {
  /** @type {RequestInit | undefined} */
  let sent;
  const fetcher = /** @type {typeof fetch} */ (
    async (_, init) => {
      sent = init;
      return new Response(JSON.stringify(PROGRESS));
    }
  );
  assert.deepEqual(await readProgress("/chair/sessions/x/tellers/progress", fetcher), PROGRESS);
  assert.equal(sent?.credentials, "same-origin");
  assert.equal(sent?.cache, "no-store");
  assert.equal(sent?.redirect, "error");
});

test("an answer that is no progress is a failure, so that the page asks again more slowly", async () => {
  for (const body of [{}, null, [], { ...PROGRESS, mark: 1 }, { ...PROGRESS, tellers: null }]) {
    await assert.rejects(readProgress("/", answering(body)), JSON.stringify(body));
  }
  await assert.rejects(readProgress("/", answering(PROGRESS, 401)));
  await assert.rejects(readProgress("/", answering(PROGRESS, 503)));
});
