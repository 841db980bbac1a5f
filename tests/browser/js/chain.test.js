import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256Base64, sha256Hex } from "../../../voting/browser/protocol/canonical.js";
import { checkContinues, checkInclusion, heightOf, readChain, trackers } from "../../../voting/browser/protocol/chain.js";
import { SINGLE, THRESHOLD, at } from "./fixtures.js";
import { refused } from "./refused.js";

const { events, ballots } = SINGLE.archive;
const TEXT = events.join("\n");

/**
 * Write a chain whose heights, parents and hashes agree, from types and payloads.
 * @param {{type: string, payload?: string}[]} steps
 */
function chainOf(steps) {
  /** @type {string[]} */
  const lines = [];
  for (const [height, { type, payload }] of steps.entries()) {
    const before = lines.at(-1);
    const parent = before === undefined ? {} : { parent: sha256Hex(before) };
    lines.push(JSON.stringify({ ...parent, height, type, ...(payload === undefined ? {} : { payload }) }));
  }
  return lines.join("\n");
}

const steps = events.map((line) => {
  const { type, payload } = JSON.parse(line);
  return payload === undefined ? { type } : { type, payload };
});

for (const { folder, archive } of [SINGLE, THRESHOLD]) {
  test(`the reference's chain holds, with every ballot at its height: ${folder}`, () => {
    for (const text of [archive.events.join("\n"), `${archive.events.join("\n")}\n`]) {
      const chain = readChain(text);
      assert.equal(chain.head, sha256Hex(at(archive.events, archive.events.length - 1)));
      assert.equal(chain.last, "Result");
      assert.deepEqual(trackers(chain), archive.ballots.map((ballot) => sha256Base64(ballot)));
      archive.ballots.forEach((ballot, i) => checkInclusion(chain, sha256Base64(ballot), i + 1));
    }
  });
}

test("every beginning of a chain is a chain: a board is read while it grows", () => {
  events.forEach((line, height) => {
    const chain = readChain(events.slice(0, height + 1).join("\n"));
    assert.equal(chain.head, sha256Hex(line));
    checkContinues(readChain(TEXT), chain.head, height);
  });
});

test("a ballot that is not there, or elsewhere than its receipt tells, is reported", () => {
  const chain = readChain(TEXT);
  const tracker = sha256Base64(at(ballots, 0));
  refused(() => checkInclusion(chain, tracker, 2), "ballot-missing");
  refused(() => checkInclusion(chain, sha256Base64("never cast"), 1), "ballot-missing");
  refused(() => checkInclusion(chain, `${tracker}=`, 1), "ballot-missing");
  refused(() => checkInclusion(chain, "no tracker", 1), "ballot-missing");
  assert.equal(heightOf(chain, tracker), 1);
  // The last character has two bits that say nothing: the same hash must not have four trackers.
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const second = tracker.slice(0, -1) + digits[digits.indexOf(tracker.slice(-1)) + 1];
  assert.equal(heightOf(chain, second), undefined);
});

test("a ballot that was dropped and the chain made anew is missed by its voter, and the new chain by everybody", () => {
  const rewritten = readChain(chainOf(steps.filter((_, i) => i !== 3)));
  refused(() => checkInclusion(rewritten, sha256Base64(at(ballots, 2)), 3), "ballot-missing");
  refused(() => checkContinues(rewritten, readChain(TEXT).head, events.length - 1), "broken-chain");
  const before = readChain(events.slice(0, 4).join("\n"));
  refused(() => checkContinues(rewritten, before.head, 3), "broken-chain");
});

test("an event changed, dropped, swapped, doubled or added breaks the chain (fault C9)", () => {
  for (let i = 0; i < events.length; i++) {
    const line = at(events, i);
    const last = i === events.length - 1;
    /** @type {Record<string, string[]>} */
    const broken = {
      doubled: events.flatMap((event, j) => (j === i ? [event, event] : [event])),
      "other payload": events.map((event, j) => (j === i ? event.replace(/"payload":"./, (match) => `${match.slice(0, -1)}${match.endsWith("0") ? "1" : "0"}`) : event)),
      "other height": events.map((event, j) => (j === i ? event.replace(/"height":\d+/, `"height":${i + 1}`) : event)),
      spaced: events.map((event, j) => (j === i ? event.replace(",", ", ") : event)),
      cut: events.map((event, j) => (j === i ? event.slice(0, -1) : event)),
      ...(last ? {} : { dropped: events.filter((_, j) => j !== i) }),
      ...(last ? {} : { swapped: events.map((event, j) => at(events, j === i ? i + 1 : j === i + 1 ? i : j) ?? event) }),
    };
    for (const [name, lines] of Object.entries(broken)) {
      if (lines.join("\n") === TEXT || (last && name === "other payload")) continue;
      refused(() => readChain(lines.join("\n")), "broken-chain");
    }
    assert.ok(line);
  }
});

test("a chain whose hashes agree but whose order is none of a session is refused", () => {
  const payload = sha256Hex("x");
  const [setup, ballot, end] = [{ type: "Setup", payload }, { type: "Ballot", payload }, { type: "EndBallots" }];
  readChain(chainOf([setup, ballot, end]));
  for (const wrong of [
    [ballot],
    [end],
    [setup, setup],
    [setup, end, ballot],
    [setup, end, end],
    [setup, { type: "EncryptedTally", payload }],
    [setup, end, { type: "PartialDecryption", payload }],
    [setup, end, { type: "EncryptedTally", payload }, { type: "Result", payload }],
    [setup, ballot, ballot],
    [setup, { type: "Ballot" }],
    [setup, { type: "EndBallots", payload }],
    [setup, { type: "Recount", payload }],
    [setup, { type: "constructor", payload }],
    [setup, { type: "", payload }],
    [setup, { type: "Ballot", payload: payload.toUpperCase() }],
    [setup, { type: "Ballot", payload: "00" }],
  ]) {
    refused(() => readChain(chainOf(wrong)), "broken-chain");
  }
});

test("what is no board at all is refused", () => {
  for (const text of ["", "\n", "{}", "null", "[]", `${TEXT}\n\n`, `\n${TEXT}`, TEXT.replaceAll("\n", "\r\n"), "[".repeat(100_000)]) {
    refused(() => readChain(text), "broken-chain");
  }
});
