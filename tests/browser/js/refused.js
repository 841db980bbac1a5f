/**
 * What a test asks of a refusal: its code, and that its text repeats nothing of what must stay secret.
 */
import assert from "node:assert/strict";
import { Refusal } from "../../../voting/browser/protocol/refusals.js";

/**
 * @param {() => unknown} act
 * @param {import("../../../voting/browser/protocol/refusals.js").RefusalCode} code
 * @param {string} [where] what the refusal must name
 */
export function refused(act, code, where) {
  assert.throws(act, (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.code, code, error.message);
    if (where !== undefined) assert.equal(error.where, where);
    return true;
  });
}

/**
 * Tell the code of the refusal that an act ends in; undefined when it is not refused.
 * @param {() => unknown} act
 */
export function refusalOf(act) {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
