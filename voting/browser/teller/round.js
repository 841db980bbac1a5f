/**
 * A teller's part in the key ceremony, one view at a time: asks the calculator what is to be done, and does it. The same view
 * is answered with the same bytes, so that a lost reply costs nothing and a waiting phone computes nothing.
 */
import { Answered } from "../api.js";

/**
 * @typedef {import("./api.js").View} View
 * @typedef {{kind: "ceremony" | "again" | "wrong-key" | "failed"}
 *   | {kind: "agreed", fingerprint: string}
 *   | {kind: "lying", where: string}} Outcome `again`: something was done, the next view is worth asking for at once
 *
 * @typedef {<T>(act: () => Promise<T>) => Promise<T>} Exclusively runs an act while no other tab runs one
 */

/** What the service may answer to a message that came too late or twice: the next view tells. */
const OVERTAKEN = new Set(["ceremony-stopped", "changed-meanwhile", "wrong-state", "unknown-device"]);

/**
 * @param {Pick<import("./api.js").Api, "post" | "accuse">} api
 * @param {Pick<import("./calculator.js").Calculator, "advance">} calculator
 * @param {Pick<import("./memory.js").Memory, "revealed" | "keepRevealed">} memory
 * @param {Exclusively} exclusively
 */
export function makeRound(api, calculator, memory, exclusively) {
  let seen = "";
  /** Whose move is remembered, until `forget`. */
  let owner = "";
  /** @type {import("./calculator.js").Move | undefined} */
  let move;
  // A message that the service could not accept is not sent again: its next view holds the fault.
  let refused = false;

  /** Forget the last move, and the key that it was computed with. */
  function forget() {
    [seen, owner, move] = ["", "", undefined];
  }

  /**
   * @param {string} device
   * @param {string} key
   * @param {View} view of a draft
   * @returns {Promise<Outcome>}
   */
  async function act(device, key, view) {
    const { index, round, size, threshold, step, posted, certificates, commitments, reveals, parcels, keys, box } = view;
    const read = JSON.stringify([index, round, size, threshold, step, posted, certificates, commitments, reveals, parcels, keys, box]);
    if (move === undefined || read !== seen || key !== owner) {
      move = await calculator.advance(key, view, memory.revealed() ?? null);
      [seen, owner] = [read, key];
      refused = false;
    }
    switch (move.kind) {
      case "wait":
        return { kind: "ceremony" };
      case "done":
        return { kind: "agreed", fingerprint: move.fingerprint };
      case "lying":
        return { kind: "lying", where: move.where };
      case "wrong-key":
        return { kind: "wrong-key" };
      default: {
        if (refused) return { kind: "ceremony" };
        const told = move;
        const reveals = told.kind === "post" && told.memory !== undefined;
        return reveals ? exclusively(() => tell(device, round, told)) : tell(device, round, told);
      }
    }
  }

  /**
   * @param {string} device
   * @param {number} round
   * @param {Extract<import("./calculator.js").Move, {kind: "post" | "accuse"}>} told
   * @returns {Promise<Outcome>}
   */
  async function tell(device, round, told) {
    try {
      if (told.kind === "accuse") await api.accuse(device, round, told.against);
      else {
        // Before it leaves: whatever becomes of this page, nothing is revealed under other commitments.
        const kept = told.memory ? memory.keepRevealed(told.memory) : "kept";
        if (kept === "other") return { kind: "lying", where: "commitments" };
        if (kept === "overtaken") return { kind: "ceremony" };
        await api.post(device, told.step, round, told.body);
      }
      return { kind: "again" };
    } catch (error) {
      if (!(error instanceof Answered)) throw error;
      if (OVERTAKEN.has(error.code)) return { kind: "ceremony" };
      refused = true;
      return { kind: error.code === "bad-message" ? "again" : "failed" };
    }
  }

  return { act, forget };
}
