import assert from "node:assert/strict";
import { test } from "node:test";
import { countdown, figure, fill, groups, nameAndPosition, percentage, shortHash } from "../../../voting/browser/words.js";
import { receiptText, readReceipt } from "../../../voting/browser/phone/receipt.js";

test("percentages have a decimal comma in Vietnamese", () => {
  assert.equal(percentage(6660, "vi"), "66,60\u00a0%");
  assert.equal(percentage(10000, "en"), "100.00%");
  assert.equal(percentage(5, "vi"), "0,05\u00a0%");
});

test("thousands have a point in Vietnamese and a comma in English", () => {
  assert.deepEqual([0, 999, 1234, 1234567].map((number) => figure(number, "vi")), ["0", "999", "1.234", "1.234.567"]);
  assert.equal(figure(1234, "en"), "1,234");
});

test("a value is put in as it is, even when it looks like a place", () => {
  assert.equal(fill("{a} {b}", { a: "{b}", b: "$&" }), "{b} $&");
  assert.equal(fill("{missing}", {}), "{missing}");
});

test("a tracker in groups is still the tracker", () => {
  const tracker = "AE5zqA5i/exex3jwZWXNmVeNRgaZz0pE290tFSSPcMM";
  assert.equal(groups(tracker).join(""), tracker);
  assert.equal(shortHash("0123456789abcdef".repeat(4)), "0123 4567 89ab cdef");
});

test("name and position are told apart at the first dash", () => {
  assert.deepEqual(nameAndPosition("Nguyễn A — Phó — Trưởng"), { name: "Nguyễn A", position: "Phó — Trưởng" });
  assert.deepEqual(nameAndPosition("Điều 1"), { name: "Điều 1", position: "" });
});

test("the time left never runs below zero", () => {
  assert.deepEqual([3661, 61, 0.2, -5].map(countdown), ["1:01:01", "1:01", "0:01", "0:00"]);
});

test("an answer that is no receipt is not taken for one", () => {
  const receipt = { tracker: "t", height: 1, signature: "s" };
  assert.deepEqual(readReceipt({ ...receipt, more: 1 }), receipt);
  for (const broken of [null, "x", {}, { ...receipt, height: "1" }]) assert.equal(readReceipt(broken), undefined);
});

test("the receipt file holds what a check needs", () => {
  const values = { title: "T", uuid: "U", tracker: "t", height: 7, signature: "s", key: "k", board: "https://b/s/U" };
  assert.equal(receiptText("{title}\n{uuid} {tracker} {height} {signature} {key} {board}", values), "T\r\nU t 7 s k https://b/s/U");
});
