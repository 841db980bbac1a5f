import assert from "node:assert/strict";
import { test } from "node:test";
import { codes, links } from "../../../voting/browser/typing.js";
import { parseCode } from "../../../voting/browser/protocol/codes.js";

const { examine, hasOwnGroups, inGroups, takeApart } = codes;
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

test("a teller's link is read from the fragment, the typed text and the pasted address", () => {
  for (const text of ["aB3d-EfGh-Jk2m", "aB3dEfGhJk2m", " aB3d EfGh–Jk2m ", "https://x.vn/t/cyuzb8XAcr1FSj?lang=vi#aB3d-EfGh-Jk2m"]) {
    assert.deepEqual(links.examine(text), { problem: "none" });
    assert.equal(links.inGroups(text), "aB3d-EfGh-Jk2m");
  }
  assert.equal(links.takeApart("https://x.vn/t/cyuzb8XAcr1FSj#aB3d").uuid, "cyuzb8XAcr1FSj");
  assert.deepEqual(links.examine(""), { problem: "empty" });
  assert.deepEqual(links.examine("aB3d-EfG0"), { problem: "character", character: "0", group: 2 });
  assert.deepEqual(links.examine("aB3d-EfGh-Jk2"), { problem: "short", missing: 1 });
  assert.deepEqual(links.examine("aB3d-EfG-Jk2m"), { problem: "group", group: 2 });
  assert.deepEqual(links.examine("aB3d-EfGh-Jk2mn"), { problem: "long", extra: 1 });
  assert.equal(links.inGroups("aB3dEfGhJ"), "aB3d-EfGh-J");
});
