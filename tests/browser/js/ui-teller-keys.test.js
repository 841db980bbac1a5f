import assert from "node:assert/strict";
import { test } from "node:test";
import { passingStore } from "../../../voting/browser/stores.js";
import { isKey, keyFile, keyFileName, keyGroups, readKeyFile } from "../../../voting/browser/teller/keyfile.js";
import { drawDevice } from "../../../voting/browser/teller/device.js";
import { makeMemory } from "../../../voting/browser/teller/memory.js";

const KEY = "aB3dEfGhJk2mNpQrsTuVw9";
const OWNER = { uuid: "cyuzb8XAcr1FSj", index: 2, name: "Đặng Thị Ngọc Ánh" };

test("a key is read from its own file, and from no other teller's or vote's", () => {
  const file = keyFile(OWNER, "aB3dE-fGhJk2-mNpQr-sTuVw9");
  assert.deepEqual(JSON.parse(file), { ...OWNER, key: KEY });
  assert.deepEqual(readKeyFile(file, OWNER), { key: KEY });
  assert.deepEqual(readKeyFile(file, { ...OWNER, index: 1 }), { problem: "other-teller" });
  assert.deepEqual(readKeyFile(file, { ...OWNER, uuid: "dyuzb8XAcr1FSj" }), { problem: "other-session" });
  for (const text of ["", "{}", "null", "[1]", '{"key":5}', file.replace(KEY, "tooshort"), "RECEIPT"]) {
    assert.deepEqual(readKeyFile(text, OWNER), { problem: "unreadable" });
  }
});

test("a key file has a name that every phone can save", () => {
  assert.equal(keyFileName(OWNER.name), "teller-key-Dang-Thi-Ngoc-Anh.json");
  assert.equal(keyFileName("  ../..\\x "), "teller-key-x.json");
  assert.equal(keyFileName("王"), "teller-key.json");
});

test("what is written down is the key in groups, and it is known again however it is typed", () => {
  assert.deepEqual(keyGroups(KEY), ["aB3dE", "fGhJk2", "mNpQr", "sTuVw9"]);
  assert.ok(isKey(" aB3dE fGhJk2–mNpQr-sTu Vw9 ", KEY));
  for (const wrong of ["", KEY.slice(1), KEY.toLowerCase(), `${KEY}a`]) assert.ok(!isKey(wrong, KEY), wrong);
});

test("the secret of a device has 140 bits, and is not drawn from a generator that stands still", () => {
  const drawn = Array.from({ length: 50 }, () => drawDevice((bytes) => crypto.getRandomValues(bytes)));
  assert.equal(new Set(drawn).size, 50);
  for (const secret of drawn) assert.match(secret, /^[1-9A-HJ-NP-Za-km-z]{24}$/);
  assert.throws(() => drawDevice(() => {}));
});

test("two tellers who share a laptop do not mix their keys", () => {
  const store = passingStore();
  const memory = makeMemory(OWNER.uuid, store, passingStore());
  memory.keepDevice({ device: "d1", index: 1, link: "l1" });
  memory.keepKey(KEY, true, { name: "An", round: 1 });
  memory.keepDevice({ device: "d2", index: 2, link: "l2" });
  assert.equal(memory.key(), undefined);
  memory.keepDevice({ device: "d3", index: 1, link: "l3" });
  assert.equal(memory.key(), KEY);
  assert.equal(makeMemory("another", store, passingStore()).key(), undefined);
});

test("the sum that was decrypted is remembered after the key is wiped, and after a new link", () => {
  const memory = makeMemory(OWNER.uuid, passingStore(), passingStore());
  memory.keepDevice({ device: "d1", index: 1, link: "l1" });
  memory.keepKey(KEY, true, { name: "An", round: 1 });
  memory.keepTally("hash");
  memory.keepAlarm({ where: "keys[0]" });
  memory.forgetKey();
  assert.deepEqual([memory.key(), memory.made(), memory.saved(), memory.tally()], [undefined, false, false, "hash"]);
  assert.equal(memory.alarm()?.where, "keys[0]");
  memory.keepDevice({ device: "d2", index: 1, link: "l2" });
  assert.deepEqual([memory.tally(), memory.alarm()], ["hash", undefined]);
});
