import assert from "node:assert/strict";
import { test } from "node:test";
import { eventOf, FINAL, NEXT, step, WATCHED } from "../../../voting/browser/phone/flow.js";

/** @typedef {import("../../../voting/browser/phone/flow.js").Screen} Screen */
/** @typedef {import("../../../voting/browser/phone/flow.js").Event} Event */

const screens = /** @type {Screen[]} */ (Object.keys(NEXT));

/**
 * @param {Screen} from
 * @param {...Event} events
 */
function walk(from, ...events) {
  return events.reduce((screen, event) => step(screen, event), from);
}

test("an attendee gets from the code to the receipt", () => {
  assert.equal(walk("connecting", "no-code", "code", "ready", "open", "review", "change", "review", "cast", "receipt"), "voted");
});

test("every way in the table leads to a screen of the table", () => {
  for (const ways of Object.values(NEXT)) for (const to of Object.values(ways)) assert.ok(to in NEXT, to);
});

test("only casting leads to the sending screen, and only from the review", () => {
  for (const screen of screens) {
    for (const [event, to] of Object.entries(NEXT[screen])) {
      if (to === "sending") assert.ok(event === "cast" ? screen === "reviewing" : event === "kept-ballot", `${screen} ${event}`);
    }
  }
  assert.equal(step("sending", "cast"), "sending");
});

test("nothing the session does takes a receipt away", () => {
  for (const event of /** @type {Event[]} */ (["draft", "ready", "open", "closed", "cancelled", "missing", "used"])) {
    assert.equal(step("voted", event), "voted");
  }
});

test("a ballot on its way cannot be changed or cast again", () => {
  for (const event of /** @type {Event[]} */ (["review", "change", "cast", "code", "no-code", "open"])) {
    assert.equal(step("sending", event), "sending");
  }
});

test("a code that cannot be used is told as what it is", () => {
  for (const event of /** @type {Event[]} */ (["used", "void", "unknown"])) {
    assert.equal(step("connecting", event), event);
    assert.ok(FINAL.has(/** @type {Screen} */ (event)));
  }
});

test("somebody who has not cast sees a counted or published session as closed", () => {
  assert.deepEqual(["ready", "open", "closed", "counted", "published", "cancelled"].map((state) => eventOf(/** @type {any} */ (state))), [
    "ready", "open", "closed", "closed", "closed", "cancelled",
  ]);
});

test("the waiting screen asks often enough to open within three seconds", () => {
  // The longest pause is a quarter above the interval (polling.js).
  assert.ok((WATCHED.waiting ?? Infinity) * 1.25 < 3000);
});
