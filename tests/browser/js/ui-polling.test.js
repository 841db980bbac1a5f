import assert from "node:assert/strict";
import { test } from "node:test";
import { LONGEST_PAUSE, pause, poll, watch } from "../../../voting/browser/polling.js";

test("a room of phones does not knock in step", () => {
  assert.deepEqual([0, 0.5, 1].map((chance) => pause(2000, 0, () => chance)), [1500, 2000, 2500]);
});

test("a server that does not answer is asked more and more slowly, up to a limit", () => {
  const middle = () => 0.5;
  assert.deepEqual([0, 1, 2, 3, 50].map((failures) => pause(2000, failures, middle)), [2000, 4000, 8000, LONGEST_PAUSE, LONGEST_PAUSE]);
});

/** A clock that passes at once and remembers what was asked of it. */
function quickWait() {
  /** @type {number[]} */
  const pauses = [];
  /** @type {import("../../../voting/browser/polling.js").Wait} */
  const wait = (milliseconds) => {
    pauses.push(milliseconds);
    return { done: new Promise((resolve) => setImmediate(resolve)), cut: () => {} };
  };
  return { pauses, wait };
}

test("asking goes on after failures and tells of them", async () => {
  const { pauses, wait } = quickWait();
  /** @type {(number | string)[]} */
  const told = [];
  const answers = [true, false, false, true];
  await poll({
    task: async () => {
      if (answers.shift() === false) throw new Error("away");
      return answers.length > 0;
    },
    every: () => 1000,
    wait,
    random: () => 0.5,
    onFailure: (failures) => told.push(failures),
    onSuccess: () => told.push("well"),
  }).done;
  assert.deepEqual(told, ["well", 1, 2, "well"]);
  assert.deepEqual(pauses, [1000, 2000, 4000]);
});

test("after stop nothing is asked and nothing is told", async () => {
  let asked = 0;
  const polling = poll({
    task: async () => {
      asked += 1;
      await null;
      polling.stop();
    },
    every: () => 1000,
    wait: quickWait().wait,
    random: () => 0.5,
    onSuccess: () => assert.fail("told after stop"),
  });
  await polling.done;
  assert.equal(asked, 1);
});

for (const [first, empty, told] of /** @type {[string, boolean, boolean[]][]} */ ([
  ["is no outage yet", false, [true, false, true]],
  ["is told at once while there is nothing else to show", true, [false, false, true]],
])) {
  test(`the first answer that is lost ${first}`, async () => {
    const answers = [false, false, true];
    /** @type {boolean[]} */
    const online = [];
    const task = async () => {
      if (answers.shift() === false) throw new Error("away");
      return false;
    };
    const view = { connection: (/** @type {boolean} */ one) => void online.push(one) };
    await watch({ wait: quickWait().wait, random: () => 0.5, view }, { task, every: () => 1000, empty: () => empty }).done;
    assert.deepEqual(online, told);
  });
}
