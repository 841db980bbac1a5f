import assert from "node:assert/strict";
import { test } from "node:test";
import { NEXT } from "../../../voting/browser/phone/flow.js";
import { makeLease } from "../../../voting/browser/phone/lending.js";

const screens = /** @type {import("../../../voting/browser/phone/flow.js").Screen[]} */ (Object.keys(NEXT));

/** @param {import("../../../voting/browser/phone/flow.js").Screen} screen */
function leaseOn(screen) {
  const lease = makeLease();
  lease.enter(screen, 1000);
  return lease;
}

test("who is through sees from the beginning how long the page stays, and touching it does not keep it", () => {
  const lease = leaseOn("voted");
  assert.deepEqual(lease.look(1000), { left: 60, through: true, shown: true });
  lease.touch(1050);
  assert.equal(lease.look(1050).left, 10);
  lease.renew(1050);
  assert.equal(lease.look(1050).left, 60);
  assert.ok(lease.look(1110).left <= 0);
});

test("who stopped in the middle is warned for a minute, and any sign of life lets the ballot stay", () => {
  const lease = leaseOn("voting");
  assert.equal(lease.look(1119).shown, false);
  assert.deepEqual(lease.look(1120), { left: 60, through: false, shown: true });
  lease.touch(1179);
  assert.equal(lease.look(1179).shown, false);
  assert.ok(lease.look(1359).left <= 0);
});

test("the same screen drawn again is no sign of life, another screen is", () => {
  const lease = leaseOn("voting");
  lease.enter("voting", 1100);
  assert.equal(lease.look(1100).left, 80);
  lease.enter("reviewing", 1100);
  assert.equal(lease.look(1100).left, 180);
});

test("a ballot on its way is never cleared, and nothing else that is of one person stays", () => {
  for (const screen of screens) {
    const stays = leaseOn(screen).look(1e9).left > 0;
    assert.equal(stays, ["sending", "closed", "cancelled"].includes(screen), screen);
    // Whatever is cleared leads back to the field for a code.
    if (!stays && screen !== "entering") assert.equal(NEXT[screen]["no-code"], "entering", screen);
  }
  assert.equal(NEXT.sending["no-code"], undefined);
});
