/**
 * A teller's part in the count: the archive is downloaded and verified, and only the sum that was recomputed from it is
 * decrypted, once.
 */
import { WorkerRefusal } from "../asking.js";
import { Answered, Unreachable } from "../api.js";
import { pause } from "../polling.js";

/**
 * @typedef {import("./calculator.js").Summary} Summary
 * @typedef {object} Ports
 * @property {Pick<import("./api.js").Api, "archive" | "decryption">} api
 * @property {Pick<import("./calculator.js").Calculator, "verify" | "decrypt">} calculator
 * @property {import("./memory.js").Memory} memory
 * @property {import("../polling.js").Wait} wait
 * @property {() => number} random
 * @property {import("./round.js").Exclusively} exclusively
 *
 * @typedef {{kind: "verified", summary: Summary}
 *   | {kind: "broken", where: string}
 *   | {kind: "other-fingerprint" | "other-board"}
 *   | {kind: "interrupted"}} Verified
 *
 * @typedef {{kind: "tallied", count: import("./api.js").Count}
 *   | {kind: "other-tally" | "wrong-key" | "refused" | "interrupted"}} Decrypted
 */

/** The pause after the first failure, in milliseconds; it doubles from there. */
const FIRST_PAUSE = 700;
/** So often a decryption is sent before the teller is asked to try again. */
const TRIES = 6;

/**
 * Download and verify the archive.
 * @param {Ports} ports
 * @param {string} uuid
 * @param {(phase: "download" | "verify", done: number, total: number) => void} progress
 * @returns {Promise<Verified>}
 */
export async function verify({ api, calculator, memory }, uuid, progress) {
  let summary;
  try {
    const archive = await api.archive((received) => progress("download", received, 0));
    summary = await calculator.verify(archive, uuid, (done, total) => progress("verify", done, total));
  } catch (error) {
    // Closed a moment ago, and the service is still adding up.
    const early = error instanceof WorkerRefusal && error.code === "not-closed";
    if (error instanceof WorkerRefusal && error.code !== "internal" && !early) return { kind: "broken", where: error.where };
    if (error instanceof WorkerRefusal || error instanceof Unreachable || error instanceof Answered) return { kind: "interrupted" };
    throw error;
  }
  const agreed = memory.agreed();
  // Another key than the one that was read aloud stands on the board: somebody else could open what it closes.
  if (agreed !== undefined && agreed.fingerprint !== summary.fingerprint) return { kind: "other-fingerprint" };
  // It begins otherwise than the board that this device looked at before the vote.
  const board = memory.board();
  if (board !== undefined && board.setup !== summary.setup) return { kind: "other-board" };
  return { kind: "verified", summary };
}

/**
 * Decrypt the verified sum and send it. The hash of the sum is kept before anything of it leaves the device: whatever
 * comes after, this device decrypts no other one. One tab of it at a time.
 * @param {Ports} ports
 * @param {Summary} summary
 * @param {string} device
 * @param {string} key
 * @param {import("./api.js").View} view
 * @returns {Promise<Decrypted>}
 */
export function decrypt(ports, summary, device, key, view) {
  return ports.exclusively(() => decryptAlone(ports, summary, device, key, view));
}

/**
 * @param {Ports} ports
 * @param {Summary} summary
 * @param {string} device
 * @param {string} key
 * @param {import("./api.js").View} view
 * @returns {Promise<Decrypted>}
 */
async function decryptAlone({ api, calculator, memory, wait, random }, summary, device, key, view) {
  const kept = memory.tally();
  if (kept !== undefined && kept !== summary.tally) return { kind: "other-tally" };
  let body;
  try {
    body = await calculator.decrypt(key, view, summary.tally, kept ?? null);
  } catch (error) {
    if (!(error instanceof WorkerRefusal)) throw error;
    if (error.code === "other-tally") return { kind: "other-tally" };
    return { kind: error.code === "internal" ? "interrupted" : "wrong-key" };
  }
  if (!memory.keepTally(summary.tally)) return { kind: "other-tally" };
  for (let failures = 0; failures < TRIES; failures += 1) {
    try {
      return { kind: "tallied", count: await api.decryption(device, body) };
    } catch (error) {
      if (error instanceof Answered) return { kind: error.code === "bad-message" ? "refused" : "interrupted" };
      if (!(error instanceof Unreachable)) throw error;
    }
    await wait(pause(FIRST_PAUSE, failures, random)).done;
  }
  return { kind: "interrupted" };
}
