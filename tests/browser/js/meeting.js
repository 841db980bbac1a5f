/**
 * A service that relays what the tellers' devices say, for the tests: it checks nothing, so that only the devices do.
 */
import { advance } from "../../../voting/browser/protocol/participation.js";

/** @typedef {import("../../../voting/browser/protocol/ceremony.js").View} View */
/** @typedef {import("../../../voting/browser/protocol/ceremony.js").Step} Step */

export const UUID = "cyuzb8XAcr1FSj";
/** @type {readonly Step[]} */
export const STEPS = ["certificate", "commitment", "reveal", "key"];

/** Seeds that are known to everybody, for tests alone. @param {number} size */
export function seedsOf(size) {
  return Array.from({ length: size }, (_, i) => `TestTestTestTestTest${i + 1}x`);
}

export class Relay {
  /**
   * @param {readonly string[]} seeds
   * @param {number} threshold
   * @param {number} [round]
   */
  constructor(seeds, threshold, round = 1) {
    this.seeds = seeds;
    this.threshold = threshold;
    this.round = round;
    /** @type {Record<Step, (string | undefined)[]>} */
    this.messages = { certificate: [], commitment: [], reveal: [], key: [] };
  }

  /** @returns {Step | "done"} */
  get step() {
    return STEPS.find((step) => this.all(step).length < this.seeds.length) ?? "done";
  }

  /** @param {Step} step @returns {string[]} */
  all(step) {
    const present = this.messages[step].filter((message) => message !== undefined);
    return present.length === this.seeds.length ? present : [];
  }

  /**
   * @param {number} index from 1
   * @param {Partial<View>} [changes] what this service says instead of the truth
   * @returns {View}
   */
  view(index, changes = {}) {
    const reveals = this.all("reveal").map((text) => JSON.parse(text));
    const keys = this.all("key").map((text) => JSON.parse(text));
    const own = this.messages.key[index - 1];
    return {
      uuid: UUID,
      round: this.round,
      size: this.seeds.length,
      threshold: this.threshold,
      index,
      step: this.step,
      fault: null,
      certificates: this.all("certificate"),
      commitments: this.all("commitment"),
      reveals: reveals.map(({ coefexps, signature }) => JSON.stringify({ coefexps, signature })),
      parcels: this.step === "key" ? reveals.map(({ parcels }) => JSON.stringify(parcels[index - 1])) : [],
      keys: keys.map(({ verification_key }) => JSON.stringify(verification_key)),
      posted: STEPS.filter((step) => this.messages[step][index - 1] !== undefined),
      box: own === undefined ? null : JSON.stringify(JSON.parse(own).box),
      ...changes,
    };
  }

  /** @param {number} index @param {Partial<View>} [changes] */
  ask(index, changes) {
    return advance(String(this.seeds[index - 1]), this.view(index, changes));
  }

  /**
   * Let the devices of `indices` speak until nobody has anything more to say, or the step `until` has come.
   * @param {Step | "done"} [until]
   * @param {readonly number[]} [indices]
   */
  run(until = "done", indices = this.seeds.map((_, i) => i + 1)) {
    for (let spoke = true; spoke && this.step !== until; ) {
      spoke = false;
      for (const index of indices) {
        const { step } = this;
        if (step === until) break;
        if (step === "done" || this.messages[step][index - 1] !== undefined) continue;
        const action = this.ask(index);
        if (action.kind !== "post") continue;
        this.messages[action.step][index - 1] = action.body;
        spoke = true;
      }
    }
    return this;
  }

  /** The entry of the tellers, as it goes into the archive. */
  pedersen() {
    const [reveals, keys] = [this.all("reveal"), this.all("key")].map((texts) => texts.map((text) => JSON.parse(text)));
    return {
      threshold: this.threshold,
      certs: this.all("certificate").map((text) => JSON.parse(text)),
      coefexps: reveals?.map(({ coefexps }) => coefexps),
      signatures: reveals?.map(({ signature }) => signature),
      verification_keys: keys?.map(({ verification_key }) => verification_key),
    };
  }
}
