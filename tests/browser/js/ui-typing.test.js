import assert from "node:assert/strict";
import { test } from "node:test";
import { examine, hasOwnGroups, inGroups, takeApart } from "../../../voting/browser/phone/typing.js";
import { parseCode } from "../../../voting/browser/protocol/codes.js";

const CODE = "aB3dE-fGhJk2-mNpQr-sTuVw9";

test("groups appear while a code is typed", () => {
  const bare = CODE.replaceAll("-", "");
  assert.equal(inGroups(bare.slice(0, 5)), "aB3dE");
  assert.equal(inGroups(bare.slice(0, 6)), "aB3dE-f");
  assert.equal(inGroups(bare), CODE);
  assert.equal(inGroups(inGroups(bare)), CODE);
});

test("hyphens that were typed elsewhere than on a slip are left where they are", () => {
  for (const text of ["", "aB3dE", "aB3dE-", "aB3dEf", CODE, `https://a.vn/v/cyuzb8XAcr1FSj#${CODE}`]) assert.ok(!hasOwnGroups(text), text);
  for (const text of ["aB3d-", "aB3dE-fGhJk-", `aB3dEf-${CODE}`]) assert.ok(hasOwnGroups(text), text);
});

test("what passes here is a code for the protocol too, however it was written", () => {
  for (const text of [CODE, CODE.replaceAll("-", " "), ` ${CODE}\n`, `https://a.vn/v/cyuzb8XAcr1FSj?lang=vi#${CODE}`, CODE.replaceAll("-", "\u2011")]) {
    assert.equal(examine(text).problem, "none", text);
    assert.equal(parseCode(inGroups(text)), CODE);
  }
});

test("a pasted address names its session", () => {
  assert.equal(takeApart(`https://a.vn/v/cyuzb8XAcr1FSj#${CODE}`).uuid, "cyuzb8XAcr1FSj");
  assert.equal(takeApart(CODE).uuid, "");
});

test("the part that is wrong is named", () => {
  assert.deepEqual(examine(" "), { problem: "empty" });
  assert.deepEqual(examine("aB3dE-fGh0k2-mNpQr-sTuVw9"), { problem: "character", character: "0", group: 2 });
  assert.deepEqual(examine("aB3dE-fGhJk2-mNpQr-sTuVwé"), { problem: "character", character: "é", group: 4 });
  assert.deepEqual(examine("aB3dE-fGhJk2-mNp-sTuVw9"), { problem: "group", group: 3 });
  assert.deepEqual(examine("aB3dEfGhJk2"), { problem: "short", missing: 11 });
  assert.deepEqual(examine(`${CODE}x`), { problem: "long", extra: 1 });
  assert.deepEqual(examine(`${CODE.replaceAll("-", "")}xx`), { problem: "long", extra: 2 });
});
