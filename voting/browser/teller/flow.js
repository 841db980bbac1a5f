/**
 * The way of a teller through the page: one table of screens, and one function that consults it. What the session asks
 * for is a stage; what the teller does, or what comes of it, is an act. What is not in the table does not happen: nothing
 * interrupts a key that is being saved, and after an alarm nothing goes on.
 *
 * @typedef {"connecting" | "entering" | "taken" | "unknown" | "released" | "missing" | "failed" | "intro" | "saving"
 *   | "retyping" | "providing" | "ceremony" | "anew" | "stopped" | "alarm" | "agreed" | "waiting" | "closed" | "verifying"
 *   | "broken" | "comparing" | "decrypting" | "othertally" | "tallied" | "counted" | "cancelled"} Screen
 *
 * @typedef {"join" | "keyless" | "anew" | "ceremony" | "stopped" | "agreed" | "waiting" | "count" | "tallied" | "counted"
 *   | "cancelled"} Stage
 * @typedef {Stage | "link" | "no-link" | "link-taken" | "unknown-link" | "released" | "missing" | "failed" | "make"
 *   | "have" | "back" | "write-down" | "saved" | "provided" | "wrong-key" | "renewed" | "alarm" | "verify" | "verified" | "broken"
 *   | "later" | "interrupted" | "decrypt" | "other-tally"} Event
 *
 * @typedef {object} Standing what a teller has on this device, and how far it got
 * @property {boolean} hasKey
 * @property {boolean} saved whether the teller said that a copy is kept elsewhere
 * @property {boolean} doubted whether the key proved not to be the teller's
 * @property {boolean} alarmed
 * @property {number} agreed the round whose digits were shown for comparison, 0 before
 */

/** @typedef {Partial<Record<Event, Screen>>} Ways */

/** The session is over. @type {Ways} */
const ENDS = { counted: "counted", cancelled: "cancelled" };

/** The chair let go of this device. @type {Ways} */
const LOST = { released: "released" };

/** Where each stage is shown, to somebody who is in the middle of nothing. @type {Ways} */
const STAGES = {
  ...ENDS,
  ...LOST,
  join: "intro",
  keyless: "providing",
  anew: "anew",
  ceremony: "ceremony",
  stopped: "stopped",
  agreed: "agreed",
  waiting: "waiting",
  count: "closed",
  tallied: "tallied",
  alarm: "alarm",
};

/** Another link may be tried from here. @type {Ways} */
const RELINKED = { link: "connecting", "no-link": "entering" };

/** After the close: what the session may still do to somebody who is counting. @type {Ways} */
const WHILE_COUNTING = { ...ENDS, ...LOST, tallied: "tallied", alarm: "alarm" };

/** @type {Readonly<Record<Screen, Ways>>} */
export const NEXT = Object.freeze({
  connecting: {
    ...STAGES,
    "no-link": "entering",
    "link-taken": "taken",
    "unknown-link": "unknown",
    missing: "missing",
    failed: "failed",
  },
  entering: { ...RELINKED, ...ENDS, missing: "missing" },
  taken: { ...RELINKED, ...ENDS },
  unknown: { ...RELINKED, ...ENDS },
  released: { ...RELINKED, ...ENDS },
  missing: RELINKED,
  failed: RELINKED,
  intro: { ...STAGES, ...RELINKED, make: "saving", have: "providing", "wrong-key": "providing", failed: "failed" },
  // A key that is not saved yet is on this screen alone: nothing but the end of the session takes it away.
  saving: { ...ENDS, ...LOST, "write-down": "retyping", saved: "ceremony" },
  retyping: { ...ENDS, ...LOST, back: "saving", saved: "ceremony" },
  providing: { ...ENDS, ...LOST, back: "intro", later: "connecting", provided: "connecting", anew: "anew", alarm: "alarm", waiting: "waiting", count: "closed", tallied: "tallied" },
  ceremony: { ...STAGES, "wrong-key": "providing", failed: "failed" },
  // Digits that were compared are void: only the teller's tap leads on from here.
  anew: { ...STAGES, renewed: "connecting" },
  stopped: STAGES,
  alarm: { link: "connecting" },
  agreed: { ...STAGES, "wrong-key": "providing" },
  waiting: STAGES,
  closed: { ...WHILE_COUNTING, verify: "verifying" },
  verifying: { ...WHILE_COUNTING, verified: "comparing", broken: "broken", interrupted: "closed" },
  broken: { ...WHILE_COUNTING, verify: "verifying" },
  comparing: { ...WHILE_COUNTING, decrypt: "decrypting" },
  decrypting: { tallied: "tallied", "wrong-key": "comparing", interrupted: "comparing", "other-tally": "othertally" },
  othertally: ENDS,
  tallied: ENDS,
  counted: {},
  cancelled: {},
});

/**
 * Give the screen that follows. An event that the table does not have for a screen leaves the teller where they are.
 * @param {Screen} screen
 * @param {Event} event
 * @returns {Screen}
 */
export function step(screen, event) {
  return NEXT[screen][event] ?? screen;
}

/**
 * Give the stage at which a session stands for one of its tellers.
 * @param {import("./api.js").View} view
 * @param {Standing} standing
 * @returns {Event}
 */
export function stageOf(view, { hasKey, saved, doubted, alarmed, agreed }) {
  const { state } = view;
  if (state === "cancelled") return "cancelled";
  if (state === "counted" || state === "published") return "counted";
  if (alarmed) return "alarm";
  if (state === "closed" && view.tellers[view.index - 1]?.decrypted) return "tallied";
  if (agreed > 0 && view.round > agreed) return "anew";
  if (state === "closed" && view.tallied) return "count";
  if (state !== "draft") return hasKey && doubted ? "keyless" : "waiting";
  if (view.fault) return "stopped";
  if (hasKey && saved) return view.step === "done" ? "agreed" : "ceremony";
  return !hasKey && view.posted.includes("certificate") ? "keyless" : "join";
}

/**
 * Give the end that a session without this teller's device has come to, if any.
 * @param {import("../api.js").State} state
 * @returns {Event | undefined}
 */
export function endOf(state) {
  if (state === "cancelled") return "cancelled";
  return state === "counted" || state === "published" ? "counted" : undefined;
}

/**
 * Screens on which the session is watched, and how often, in milliseconds.
 * @type {Partial<Record<Screen, number>>}
 */
export const WATCHED = Object.freeze({
  connecting: 1500,
  entering: 6000,
  intro: 4000,
  saving: 4000,
  retyping: 4000,
  providing: 4000,
  ceremony: 1500,
  anew: 3000,
  stopped: 3000,
  agreed: 3000,
  waiting: 5000,
  closed: 4000,
  verifying: 6000,
  broken: 6000,
  comparing: 5000,
  othertally: 6000,
  tallied: 2500,
});
