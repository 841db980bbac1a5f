import assert from "node:assert/strict";
import { test } from "node:test";
import * as sheet from "../../../voting/browser/phone/lines.js";

const answers = ["high", "middle", "low"];
/** @param {Partial<import("../../../voting/browser/protocol/election.js").Question>} [change] */
const question = (change = {}) => ({ text: "A — B", answers, min: 1, max: 1, blank: false, ...change });

test("a radio button replaces the answer before it", () => {
  const questions = [question(), question()];
  let lines = sheet.emptyLines(questions);
  lines = sheet.pick(questions, lines, 1, 0, true);
  lines = sheet.pick(questions, lines, 1, 2, true);
  assert.deepEqual(lines, [[], [2]]);
});

test("one more than may be chosen is not taken", () => {
  const questions = [question({ max: 2 })];
  let lines = sheet.emptyLines(questions);
  for (const answer of [2, 0, 1]) lines = sheet.pick(questions, lines, 0, answer, true);
  assert.deepEqual(lines, [[0, 2]]);
  lines = sheet.pick(questions, lines, 0, 2, false);
  lines = sheet.pick(questions, lines, 0, 1, true);
  assert.deepEqual(lines, [[0, 1]]);
});

test("the choices that are encrypted begin with the blank where blanks are allowed", () => {
  const questions = [question({ blank: true }), question({ blank: true }), question({ max: 2 })];
  assert.deepEqual(sheet.toChoices(questions, [[], [1], [0, 2]]), [
    [1, 0, 0, 0],
    [0, 0, 1, 0],
    [1, 0, 1],
  ]);
});

test("a line without an answer stands in the way only where blanks are not allowed", () => {
  const questions = [question({ blank: true }), question(), question()];
  assert.deepEqual(sheet.missing(questions, [[], [], [1]]), [1]);
  assert.deepEqual(sheet.unanswered(questions, [[], [], [1]]), [0, 1]);
});

test("too few chosen stand in the way even where blanks are allowed", () => {
  const questions = [question({ min: 2, max: 3, blank: true })];
  assert.deepEqual(sheet.missing(questions, [[1]]), [0]);
  assert.deepEqual(sheet.missing(questions, [[]]), []);
});

test("the next line without an answer begins again at the top", () => {
  const questions = [question(), question(), question(), question()];
  const lines = [[], [0], [], [0]];
  assert.equal(sheet.nextUnanswered(questions, lines, 0), 2);
  assert.equal(sheet.nextUnanswered(questions, lines, 2), 0);
  assert.equal(sheet.nextUnanswered(questions, [[0], [0], [0], [0]], 2), -1);
});

test("kept choices come back, and those of another sheet do not", () => {
  const questions = [question(), question({ max: 2 })];
  assert.deepEqual(sheet.restoreLines(questions, [[1], [0, 2]]), [[1], [0, 2]]);
  for (const broken of [undefined, null, [[1]], [[3], []], [[0, 1], []], [["0"], []], [[1], [0, 0]], [[-1], []], "x"]) {
    assert.deepEqual(sheet.restoreLines(questions, broken), [[], []]);
  }
});
