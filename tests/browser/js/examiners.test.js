import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { build } from "esbuild";
import { createExaminer } from "../../../voting/browser/protocol/examination.js";
import { Refusal } from "../../../voting/browser/protocol/refusals.js";
import { verifyArchive } from "../../../voting/browser/protocol/verification.js";
import { shareOut, workersFor } from "../../../voting/browser/teller/examiners.js";
import { at, vectorPath } from "./fixtures.js";
import { makeSession, writeArchive } from "./session.js";

/** @typedef {import("../../../voting/browser/teller/examiners.js").Examiner} Examiner */
/** @typedef {import("../../../voting/browser/protocol/examination.js").SliceReply} SliceReply */

/**
 * Workers as the browser has them, but in this thread: messages are copied and arrive later.
 * @param {(reply: SliceReply, worker: number) => SliceReply} [change] what comes back instead
 */
function workers(change = (reply) => reply) {
  const state = { started: 0, ended: 0 };
  /** @returns {Examiner} */
  const start = () => {
    const number = state.started++;
    /** @type {Examiner} */
    const port = { postMessage: (message) => void setImmediate(() => handle(structuredClone(message))), onmessage: null, onerror: null, terminate: () => void state.ended++ };
    const handle = createExaminer((reply) => void setImmediate(() => port.onmessage?.({ data: structuredClone(change(reply, number)) })));
    return port;
  };
  return { state, start };
}

const ARCHIVE = writeArchive(makeSession().records);
const ALONE = await verifyArchive(ARCHIVE);

test("as many workers are started as there are cores, at most four, and no more than ballots", () => {
  assert.deepEqual([0, 1, 3, 100].map((ballots) => workersFor(ballots, 2)), [1, 1, 2, 2]);
  assert.deepEqual([undefined, 1, 2, 8, 64].map((cores) => workersFor(100, cores)), [1, 1, 2, 4, 4]);
});

for (const cores of [1, 2, 4]) {
  test(`an archive shared out to workers is judged as in one thread, with progress for each ballot: ${cores} cores`, async () => {
    const { state, start } = workers();
    /** @type {number[][]} */
    const seen = [];
    const report = await verifyArchive(ARCHIVE, { examine: shareOut(start, cores), progress: (done, total) => void seen.push([done, total]) });
    assert.deepEqual(report, ALONE);
    assert.deepEqual(seen, [[1, 3], [2, 3], [3, 3]]);
    assert.deepEqual(state, { started: Math.min(cores, 3), ended: Math.min(cores, 3) });
  });
}

test("a ballot that fails is named by its height, whichever worker had it", async () => {
  const { records } = makeSession();
  for (const height of [1, 3]) {
    const ballot = JSON.parse(at(at(records, height).documents, 0));
    ballot.signature.proof.response = "1";
    const broken = records.map((record, i) => (i === height ? { type: "Ballot", documents: [JSON.stringify(ballot)] } : record));
    await assert.rejects(verifyArchive(writeArchive(broken), { examine: shareOut(workers().start, 2) }), (error) => {
      assert.ok(error instanceof Refusal);
      assert.deepEqual([error.code, error.where], ["broken-archive", "ballot-proofs"]);
      return error.message.includes(`height ${height}: signature`);
    });
  }
});

test("an empty board is verified with workers too", async () => {
  const report = await verifyArchive(writeArchive(makeSession({ ballots: 0 }).records), { examine: shareOut(workers().start, 2) });
  assert.equal(report.ballots, 0);
});

test("a worker that fails, or leaves a ballot out, ends the verification instead of passing for one that held", async () => {
  /** @type {((reply: SliceReply, worker: number) => SliceReply)[]} */
  const faults = [
    (reply) => (reply.type === "findings" ? { type: "failed" } : reply),
    (reply) => (reply.type === "findings" ? { ...reply, findings: [] } : reply),
    (reply) => (reply.type === "findings" ? { ...reply, findings: [...reply.findings, ...reply.findings] } : reply),
    (reply, worker) => (worker === 1 && reply.type === "findings" ? { type: "failed" } : reply),
  ];
  for (const fault of faults) {
    const { state, start } = workers(fault);
    await assert.rejects(verifyArchive(ARCHIVE, { examine: shareOut(start, 2) }), (error) => !(error instanceof Refusal));
    assert.equal(state.ended, state.started);
  }
  const broken = workers();
  const start = () => {
    const port = broken.start();
    setImmediate(() => port.onerror?.({}));
    return port;
  };
  await assert.rejects(verifyArchive(ARCHIVE, { examine: shareOut(start, 2) }), /a worker broke/);
  // Findings that were never made: fewer than ballots, whoever examined.
  const examine = async () => ({ findings: [], tally: [] });
  await assert.rejects(verifyArchive(ARCHIVE, { examine }), /not every ballot was examined/);
});

test("a worker is sent the ballots of its slice and not the archive around them", async () => {
  let largest = 0;
  const { start } = workers();
  const counting = () => {
    const port = start();
    const { postMessage } = port;
    port.postMessage = (message) => {
      for (const ballot of message.ballots ?? []) largest = Math.max(largest, ballot.buffer.byteLength);
      postMessage(message);
    };
    return port;
  };
  await verifyArchive(ARCHIVE, { examine: shareOut(counting, 2) });
  assert.ok(largest > 0 && largest < ARCHIVE.length / 2, `${largest} bytes`);
});

test("an examiner that was given no election, or none that can be read, says that it failed", () => {
  /** @type {SliceReply[]} */
  const replies = [];
  const handle = createExaminer((reply) => void replies.push(reply));
  handle({ type: "sum" });
  handle({ type: "open", election: "{}" });
  handle({ type: "slice", from: 0, ballots: [new Uint8Array(readFileSync(vectorPath("points.json")))] });
  assert.deepEqual(replies, [{ type: "failed" }, { type: "failed" }, { type: "failed" }]);
});

test("the teller's worker runs under script-src 'self': no eval, no blob, no wasm, no WebCrypto, which plain HTTP lacks", async () => {
  const entry = new URL("../../../voting/browser/teller-worker.js", import.meta.url).pathname;
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, minify: true, format: "iife", target: "es2020", write: false });
  const text = outputFiles.map((file) => file.text).join("");
  assert.doesNotMatch(text, /\beval\(|new Function|\bBlob\b|WebAssembly|importScripts|createObjectURL|\.subtle\b/);
});
