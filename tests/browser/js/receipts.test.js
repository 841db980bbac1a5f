import { test } from "node:test";
import { checkReceipt } from "../../../voting/browser/protocol/receipts.js";
import { at, readVector } from "./fixtures.js";
import { refused } from "./refused.js";

const { vectors } = JSON.parse(readVector("receipts.json"));
const good = at(vectors, 0);

for (const { name, key, receipt, signature, holds } of vectors) {
  test(`the receipt "${name}" ${holds ? "holds" : "is refused"}`, () => {
    const check = () => checkReceipt({ ...receipt, signature }, key);
    if (holds) check();
    else refused(check, "bad-receipt");
  });
}

test("a key of small order, under which anything is signed, is refused", () => {
  refused(
    () => checkReceipt({ ...good.receipt, signature: `01${"00".repeat(63)}` }, `01${"00".repeat(31)}`),
    "bad-receipt",
  );
});

test("a receipt that is not even shaped like one is refused", () => {
  const { key, signature } = good;
  for (const change of [{ height: 0 }, { height: 1.5 }, { height: "1" }, { tracker: "x" }, { tracker: undefined }, { signature: undefined }]) {
    refused(() => checkReceipt({ ...good.receipt, signature, ...change }, key), "bad-receipt");
  }
  refused(() => checkReceipt({ ...good.receipt, signature }, "00"), "bad-receipt");
});
