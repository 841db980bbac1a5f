import assert from "node:assert/strict";
import { test } from "node:test";
import { answerLabels, lineTitle } from "../../../voting/browser/phone/labels.js";

const question = { text: "Nguyễn A — Trưởng", answers: ["Tín nhiệm", "Không tín nhiệm"], min: 1, max: 1, blank: false };
/** @type {any} */
const words = { levels: { vote_of_confidence: ["Confidence", "No confidence"], motion: ["Yes", "No", "Abstain"] }, hintchoose: "Choose up to {max}." };

test("a standard scale speaks the phone's language", () => {
  assert.deepEqual(answerLabels(question, "vote_of_confidence", words), ["Confidence", "No confidence"]);
});

test("words that do not fit the election are never shown", () => {
  for (const scale of ["motion", "own", undefined]) assert.deepEqual(answerLabels(question, scale, words), question.answers);
  assert.deepEqual(answerLabels({ ...question, max: 2 }, "vote_of_confidence", words), question.answers);
  assert.deepEqual(answerLabels(question, "vote_of_confidence", /** @type {any} */ ({})), question.answers);
});

test("a line is headed by the person, a choice among people by what to do", () => {
  assert.deepEqual(lineTitle(question, "vote_of_confidence", words), { name: "Nguyễn A", position: "Trưởng" });
  assert.deepEqual(lineTitle({ ...question, max: 3 }, "choose", words), { name: "Choose up to 3.", position: "" });
});
