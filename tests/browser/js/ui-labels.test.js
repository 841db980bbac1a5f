import assert from "node:assert/strict";
import { test } from "node:test";
import { answerLabels, bySheet, lineHeadings, lineTitle } from "../../../voting/browser/phone/labels.js";

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

/** @param {string} scale @param {[string, string, string][]} people @returns {any} */
const session = (scale, people) => ({ scale, people: people.map(([name, position, group]) => ({ name, position, group })) });
/** @param {string} text */
const asked = (text) => ({ ...question, text });
/** @type {[string, string, string][]} */
const PEOPLE = [["An", "Trưởng", "Lãnh đạo"], ["Bình", "", "Lãnh đạo"], ["Cường", "Phó", "Phòng"]];

test("each line stands under the heading of its sheet", () => {
  const lines = ["An — Trưởng", "Bình", "Cường — Phó"].map(asked);
  const headings = lineHeadings(lines, session("confidence", PEOPLE));
  assert.deepEqual(headings, ["Lãnh đạo", "Lãnh đạo", "Phòng"]);
  assert.deepEqual(bySheet(headings), [{ heading: "Lãnh đạo", lines: [0, 1] }, { heading: "Phòng", lines: [2] }]);
  assert.deepEqual(bySheet(["", ""]), [{ heading: "", lines: [0, 1] }]);
});

test("headings are not shown over lines that are not those of the election", () => {
  for (const lines of [["Cường — Phó", "Bình", "An — Trưởng"], ["An — Trưởng", "Bình"], ["An — Trưởng", "Bình", "Cường"]]) {
    assert.deepEqual(new Set(lineHeadings(lines.map(asked), session("confidence", PEOPLE))), new Set([""]));
  }
  assert.deepEqual(lineHeadings([question], undefined), [""]);
});

test("on a choice among people each sheet is one line, headed as the election says", () => {
  const lines = ["Lãnh đạo: Chọn tối đa 1 người", "Phòng: Chọn tối đa 1 người"].map(asked);
  assert.deepEqual(lineHeadings(lines, session("choose", PEOPLE)), ["Lãnh đạo", "Phòng"]);
  assert.deepEqual(lineHeadings([...lines].reverse(), session("choose", PEOPLE)), ["", ""]);
  assert.deepEqual(lineHeadings([asked("Chọn tối đa 1 người")], session("choose", [["An", "", ""]])), [""]);
  assert.deepEqual(lineTitle({ ...question, max: 3 }, "choose", words, "Phòng"), { name: "Phòng", position: "Choose up to 3." });
});
