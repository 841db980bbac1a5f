import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { Answered, makeApi, Unreachable } from "../../../voting/browser/api.js";
import { send } from "../../../voting/browser/phone/sending.js";

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
    [403, "void-code", "void"],
    [403, "unknown-code", "unknown"],
    [410, "closed", "closed"],
    [410, "cancelled", "cancelled"],
    [404, "unknown-session", "missing"],
    [409, "wrong-state", "failed"],
    [400, "malformed-ballot", "failed"],
    [413, "too-large", "failed"],
  ])) {
    const { api, seen } = server([new Answered(status, code)]);
    assert.deepEqual(await send({ ballot: "{}", api, ...at }), { refused });
    assert.equal(seen.length, 1);
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

test("an answer without a stable code came from something on the way: no ballot is given up for it", async () => {
  for (const body of ["<html>", "{}", ""]) {
    await assert.rejects(apiOf(() => new Response(body, { status: 403 })).cast("{}"), Unreachable);
  }
});

test("an answer that stalls half-way may be tried again", async () => {
  let status = 201;
  const server = createServer((_, response) => void response.writeHead(status).write('{"tracker":'));
  await new Promise((resolve) => void server.listen(0, "127.0.0.1", () => resolve(0)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  /** @type {any} */
  const fetcher = (/** @type {string} */ path, /** @type {RequestInit} */ init) => fetch(`http://127.0.0.1:${port}${path}`, init);
  const api = makeApi("cyuzb8XAcr1FSj", fetcher, 100);
  try {
    await assert.rejects(api.cast("{}"), Unreachable);
    await assert.rejects(api.election(), Unreachable);
    status = 409;
    await assert.rejects(api.cast("{}"), Unreachable);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("a credential that is not on the list is unknown, not an error", async () => {
  assert.equal(await apiOf(() => new Response('{"error":"unknown-code"}', { status: 404 })).status("ab"), "unknown");
  assert.equal(await apiOf(() => new Response('{"status":"void"}')).status("ab"), "void");
});
