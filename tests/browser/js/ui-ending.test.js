import assert from "node:assert/strict";
import { test } from "node:test";
import { makeApi } from "../../../voting/browser/api.js";
import { makeServerClock } from "../../../voting/browser/clock.js";
import { endInWords, nearness } from "../../../voting/browser/ending.js";

const WORDS = {
  endsitself: "closes at {time}, in {left}",
  ends: "is meant to close at {time}, in {left}",
  endsminutes: "{count} min",
  endsseconds: "{count} s",
  endingnow: "is being closed",
  endsdue: "the chair closes it",
};
const date = (/** @type {number} */ seconds) => new Date(seconds * 1000).toUTCString();

test("the time is the server's, whatever the clock of the device shows", () => {
  let passed = 0;
  const clock = makeServerClock(() => passed);
  clock.hear(date(5000));
  assert.equal(clock.now(), 5000);
  passed = 2500;
  assert.equal(clock.now(), 5002.5);
  // Whole seconds, and an answer out of a cache: not set back by it.
  clock.hear(date(5001));
  assert.equal(clock.now(), 5002.5);
  clock.hear(date(5003));
  assert.equal(clock.now(), 5003);
});

test("a clock of the server that is set is followed in both directions", () => {
  let passed = 0;
  const clock = makeServerClock(() => passed);
  clock.hear(date(5000));
  passed = 4000;
  clock.hear(date(4400));
  assert.equal(clock.now(), 4400);
  clock.hear(date(9000));
  assert.equal(clock.now(), 9000);
});

test("an answer without a date changes nothing", () => {
  const clock = makeServerClock(() => 0);
  clock.hear(date(5000));
  for (const nothing of [null, undefined, "", "yesterday"]) clock.hear(nothing);
  assert.equal(clock.now(), 5000);
});

test("the session comes with the date of its answer", async () => {
  const answer = () => Promise.resolve(new Response('{"state":"open"}', { headers: { Date: date(5000) } }));
  assert.deepEqual(await makeApi("UUID", answer).session(), { state: "open", date: date(5000) });
});

test("minutes are rounded up, and the last one is told in seconds", () => {
  const itself = { closes_itself: true };
  const said = [181, 180, 61, 60, 1, 0, -5].map((left) => endInWords(WORDS, itself, left, "10:45"));
  assert.deepEqual(said, [
    "closes at 10:45, in 4 min",
    "closes at 10:45, in 3 min",
    "closes at 10:45, in 2 min",
    "closes at 10:45, in 60 s",
    "closes at 10:45, in 1 s",
    "is being closed",
    "is being closed",
  ]);
  assert.equal(endInWords(WORDS, {}, 90, "10:45"), "is meant to close at 10:45, in 2 min");
  assert.equal(endInWords(WORDS, {}, 0, "10:45"), "the chair closes it");
});

test("the end is spoken with five minutes, one minute and thirty seconds left", () => {
  assert.deepEqual([301, 300, 61, 60, 31, 30, 1].map(nearness), [0, 1, 1, 2, 2, 3, 3]);
});
