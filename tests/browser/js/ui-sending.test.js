import assert from "node:assert/strict";
import { test } from "node:test";
import { Answered, makeApi, Unreachable } from "../../../voting/browser/api.js";
import { refusalOf, send } from "../../../voting/browser/phone/sending.js";

const at = { wait: () => ({ done: Promise.resolve(), cut: () => {} }), random: () => 0.5 };

/**
 * @param {(Error | object)[]} answers one per try
 */
function server(answers) {
  /** @type {string[]} */
  const seen = [];
  return {
    seen,
    api: {
      async cast(/** @type {string} */ ballot) {
        seen.push(ballot);
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
  };
}

test("the same bytes are sent until the server has answered", async () => {
  const receipt = { tracker: "t" };
  const { api, seen } = server([new Unreachable(), new Unreachable(), new Answered(423, "not-open"), receipt]);
  assert.deepEqual(await send({ ballot: "{}", api, ...at }), { receipt });
  assert.deepEqual(seen, ["{}", "{}", "{}", "{}"]);
});

test("a considered no ends the sending at once", async () => {
  for (const [status, code, refused] of /** @type {[number, string, string][]} */ ([
    [409, "code-used", "used"],
    [403, "code-void", "void"],
    [403, "code-unknown", "unknown"],
    [410, "closed", "closed"],
    [404, "session-unknown", "missing"],
    [409, "wrong-state", "failed"],
    [400, "malformed-ballot", "failed"],
    [413, "too-large", "failed"],
  ])) {
    const { api, seen } = server([new Answered(status, code)]);
    assert.deepEqual(await send({ ballot: "{}", api, ...at }), { refused });
    assert.equal(seen.length, 1);
    assert.equal(refusalOf(new Answered(status, code)), refused);
  }
});

/** @param {() => Promise<Response> | Response} answer */
const apiOf = (answer) => makeApi("cyuzb8XAcr1FSj", /** @type {typeof fetch} */ (async () => answer()));

test("what may be tried again is told apart from what may not", async () => {
  for (const status of [500, 502, 503, 504, 429, 408]) {
    await assert.rejects(apiOf(() => new Response("{}", { status })).cast("{}"), Unreachable);
  }
  await assert.rejects(apiOf(() => { throw new TypeError("network"); }).cast("{}"), Unreachable);
  await assert.rejects(apiOf(() => new Response("<html>", { status: 201 })).cast("{}"), Unreachable);
  await assert.rejects(apiOf(() => new Response('{"error":"code-used"}', { status: 409 })).cast("{}"), { status: 409, code: "code-used" });
});

test("a credential that is not on the list is unknown, not an error", async () => {
  assert.equal(await apiOf(() => new Response("{}", { status: 404 })).status("ab"), "unknown");
  assert.equal(await apiOf(() => new Response('{"status":"void"}')).status("ab"), "void");
});
