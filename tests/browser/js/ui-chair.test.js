import assert from "node:assert/strict";
import { test } from "node:test";

// The module looks for its places when it is loaded; this page has none.
Object.assign(globalThis, { document: { querySelectorAll: () => [] } });
const { isLater } = await import("../../../voting/browser/chair.js");

test("the chair's page loads again when the session has gone on", () => {
  for (const state of ["closed", "counted", "published", "cancelled"]) assert.ok(isLater(state, "open"), state);
});

test("an answer from before the last step does not load the page again", () => {
  for (const state of ["draft", "ready", "open"]) assert.ok(!isLater(state, "open"), state);
  assert.ok(!isLater("closed", undefined));
});
