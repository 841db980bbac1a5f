/**
 * What a teller's device does next in the key ceremony (docs/adr/0008): it follows from the seed and what the service
 * passes on. The service is not believed: every step checks all that it builds on, from the certificates up. No state
 * but the seed is needed, so whoever comes back goes on where they stopped.
 */
import { toJson } from "./canonical.js";
import {
  BadShare,
  checkKeys,
  checkedCertificates,
  checkedCommitments,
  checkedReveals,
  makeCertificate,
  makeCommitment,
  makeKey,
  makeReveal,
} from "./ceremony.js";
import { isUuid } from "./election.js";
import { fingerprint } from "./pedersen.js";
import { Refusal } from "./refusals.js";
import { integer, list, malformed } from "./schema.js";
import { keysOf, parseSeed } from "./seeds.js";

// As many as `voting verify` reads.
const MOST_TELLERS = 100;

/** @typedef {import("./ceremony.js").Memory} Memory */
/** @typedef {import("./ceremony.js").Self} Self */
/** @typedef {import("./ceremony.js").Step} Step */
/** @typedef {import("./ceremony.js").View} View */

/**
 * What to do next. `memory` is to be kept before the message is posted, and given back ever after. `accuse`: the sender
 * signed a parcel whose share is bad. `lying`: what was passed on does not hold although the service should have
 * refused it, or it is not what was said before; `where` names the part.
 * @typedef {{kind: "post", step: Step, body: string, memory?: Memory} | {kind: "wait"} | {kind: "accuse", against: number}
 *   | {kind: "lying", where: string} | {kind: "done", fingerprint: string}} Action
 */

/**
 * Give the next step of this teller. Refuses only ("malformed-seed", "bad-randomness") what is wrong on this device.
 * @param {string} seed
 * @param {View} view
 * @param {Memory | null} [memory] what the last action that had one gave to keep
 * @returns {Action}
 */
export function advance(seed, view, memory = null) {
  const bare = parseSeed(seed);
  const self = { seed: bare, keys: keysOf(bare), view, memory };
  try {
    return nextStep(self);
  } catch (error) {
    if (error instanceof BadShare) return { kind: "accuse", against: error.sender };
    if (error instanceof Refusal && error.code !== "bad-randomness") return { kind: "lying", where: error.where };
    throw error;
  }
}

/**
 * @param {Self} self
 * @returns {Action}
 */
function nextStep(self) {
  const { view, memory } = self;
  checkView(view);
  if (view.fault !== null) return { kind: "wait" };
  // In an earlier round this device may have revealed under other commitments than those shown now.
  if (memory !== null && memory.round > view.round) throw malformed("a round that is over", "round");
  if (view.step === "certificate") return post(self, () => makeCertificate(self));
  const certified = checkedCertificates(self);
  if (view.step === "commitment") return post(self, () => makeCommitment(self, certified));
  // Commit before reveal: nothing below is reached unless all hashes are here, signed, and name this very list.
  const committed = checkedCommitments(self, certified);
  if (view.step === "reveal") {
    const { round } = view;
    return post(self, () => makeReveal(self, certified, committed), { round, commitments: committed.hash });
  }
  const commitments = checkedReveals(self, certified, committed);
  if (view.step === "key") return post(self, () => makeKey(self, certified, committed, commitments));
  checkKeys(self, certified, commitments);
  const { uuid, threshold } = view;
  return { kind: "done", fingerprint: fingerprint(uuid, { threshold, certificates: certified.list, commitments }) };
}

/**
 * @param {Self} self
 * @param {() => unknown} make
 * @param {Memory} [memory]
 * @returns {Action}
 */
function post({ view }, make, memory) {
  const step = /** @type {Step} */ (view.step);
  if (view.posted.includes(step)) return { kind: "wait" };
  return { kind: "post", step, body: toJson(make()), ...(memory ? { memory } : {}) };
}

/** @param {View} view */
function checkView({ uuid, round, size, threshold, index, step, posted }) {
  if (!isUuid(uuid)) throw malformed("no identifier", "uuid");
  integer(round, "round", 1);
  if (integer(size, "size", 1) > MOST_TELLERS) throw malformed("more than there can be", "size");
  if (integer(threshold, "threshold", 1) > integer(size, "size", 1)) throw malformed("more than there are", "threshold");
  if (integer(index, "index", 1) > size) throw malformed("more than there are", "index");
  if (!["certificate", "commitment", "reveal", "key", "done"].includes(step)) throw malformed("no step", "step");
  list(posted, "posted");
}
