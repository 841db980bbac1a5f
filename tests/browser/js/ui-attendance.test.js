import assert from "node:assert/strict";
import { test } from "node:test";
import { absentOf, disagreements, readFigure } from "../../../voting/browser/attendance.js";

/** @param {Record<string, number | null>} figures */
const told = (figures) => disagreements(figures).map(({ name, words, figure }) => `${name}: ${words}, ${figure}`);

test("figures that agree, or are not typed yet, are not complained about", () => {
  assert.deepEqual(told({ members: 58, convened: 56, present: 53, excused: 3, issued: 53, collected: 52 }), []);
  assert.deepEqual(told({ members: null, convened: null, present: 40, excused: null }), []);
  assert.deepEqual(told({}), []);
});

// The same cases, with the same words, as in tests/domain/test_attendance.py.
test("a figure is at fault as the server says it", () => {
  assert.deepEqual(told({ members: 50, convened: 51 }), ["convened: more than members, 50"]);
  assert.deepEqual(told({ convened: 50, present: 51 }), ["present: more than convened, 50"]);
  assert.deepEqual(told({ members: 50, present: 51 }), ["present: more than members, 50"]);
  assert.deepEqual(told({ convened: 50, present: 48, excused: 3 }), ["excused: more than absent, 2"]);
  assert.deepEqual(told({ convened: 50, excused: 51 }), ["excused: more than convened, 50"]);
  assert.deepEqual(told({ members: 50, convened: 52, present: 53 }), [
    "convened: more than members, 50",
    "present: more than convened, 52",
  ]);
});

test("fewer people than ballots are doubtful and no fault: it may be what was found", () => {
  assert.deepEqual(told({ present: 40, issued: 41 }), ["present: fewer than issued, 41"]);
  assert.deepEqual(told({ present: 40, collected: 41 }), ["present: fewer than collected, 41"]);
  assert.deepEqual(told({ convened: 40, issued: 41, collected: 39 }), ["convened: fewer than issued, 41"]);
  assert.deepEqual(told({ present: 40, issued: 39, collected: 41 }), ["present: fewer than collected, 41"]);
  assert.deepEqual(told({ present: 40, issued: 41, collected: 41 }), ["present: fewer than issued, 41"]);
  assert.deepEqual(told({ present: 50, issued: 40, collected: 41 }), []);
  assert.deepEqual(disagreements({ present: 40, issued: 41 }).map(({ doubt }) => doubt), [true]);
  assert.deepEqual(disagreements({ convened: 40, present: 41 }).map(({ doubt }) => doubt), [undefined]);
});

test("what is no number yet is not compared", () => {
  for (const text of ["", " ", "-1", "1.5", "1e3", "abc", "1234567", "٣"]) assert.equal(readFigure(text), null, text);
  assert.equal(readFigure(" 42 "), 42);
  assert.equal(readFigure("0"), 0);
});

test("the absent are those convened who are not present", () => {
  assert.equal(absentOf({ convened: 56, present: 53 }), 3);
  assert.equal(absentOf({ convened: 12, present: 12 }), 0);
  assert.equal(absentOf({ convened: 12, present: null }), null);
  assert.equal(absentOf({ convened: 12, present: 13 }), null);
});
