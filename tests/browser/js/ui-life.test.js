import assert from "node:assert/strict";
import { test } from "node:test";
import { isLater } from "../../../voting/browser/life.js";

test("a session has gone on in every state that follows, and when it was cancelled", () => {
  for (const state of ["closed", "counted", "published", "cancelled"]) assert.ok(isLater(state, "open"), state);
});

test("an answer from before the last step, or of the same, tells of nothing new", () => {
  for (const state of ["draft", "ready", "open"]) assert.ok(!isLater(state, "open"), state);
  assert.ok(!isLater("closed", undefined));
});
