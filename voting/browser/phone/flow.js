/**
 * The way of an attendee through the phone page: one table of screens, and one function that consults it. What is not
 * in the table does not happen: a session that closes cannot take a receipt away, a ballot on its way cannot be changed.
 *
 * @typedef {"connecting" | "entering" | "unready" | "waiting" | "voting" | "reviewing" | "sending" | "voted"
 *   | "used" | "void" | "unknown" | "closed" | "cancelled" | "missing" | "alarm" | "failed"} Screen
 *
 * @typedef {"no-code" | "code" | "kept-ballot" | "kept-receipt" | "draft" | "ready" | "open" | "closed" | "cancelled"
 *   | "missing" | "unknown" | "void" | "used" | "review" | "change" | "cast" | "receipt" | "alarm" | "failed"} Event
 */

/** How the session may end under an attendee who has not cast. @type {Partial<Record<Event, Screen>>} */
const ENDS = { closed: "closed", cancelled: "cancelled" };

/** What the server may say of a code. @type {Partial<Record<Event, Screen>>} */
const CODES = { unknown: "unknown", void: "void", used: "used" };

/** Another code may be tried from here. @type {Partial<Record<Event, Screen>>} */
const RETYPED = { "no-code": "entering", code: "connecting" };

/** Whoever goes away from a lent device is forgotten. @type {Partial<Record<Event, Screen>>} */
const LEFT = { "no-code": "entering" };

/** @type {Readonly<Record<Screen, Partial<Record<Event, Screen>>>>} */
export const NEXT = Object.freeze({
  connecting: {
    ...ENDS,
    ...CODES,
    "no-code": "entering",
    "kept-ballot": "sending",
    "kept-receipt": "voted",
    missing: "missing",
    draft: "unready",
    ready: "waiting",
    open: "voting",
    alarm: "alarm",
    failed: "failed",
  },
  entering: { ...ENDS, code: "connecting", missing: "missing" },
  // The code could not be looked up while the list of codes was not final.
  unready: { ...ENDS, ...LEFT, ready: "connecting", open: "connecting" },
  waiting: { ...ENDS, ...LEFT, open: "voting" },
  voting: { ...ENDS, ...LEFT, review: "reviewing" },
  reviewing: { ...ENDS, ...LEFT, change: "voting", cast: "sending" },
  sending: { ...ENDS, ...CODES, receipt: "voted", missing: "missing", failed: "failed" },
  voted: RETYPED,
  used: RETYPED,
  void: RETYPED,
  unknown: RETYPED,
  closed: {},
  cancelled: {},
  missing: { ...RETYPED, ...ENDS, draft: "unready", ready: "connecting", open: "connecting" },
  alarm: RETYPED,
  failed: RETYPED,
});

/**
 * Give the screen that follows. An event that the table does not have for a screen leaves the attendee where they are.
 * @param {Screen} screen
 * @param {Event} event
 * @returns {Screen}
 */
export function step(screen, event) {
  return NEXT[screen][event] ?? screen;
}

/**
 * Give the event that the state of a session stands for, to somebody who has not cast.
 * @param {import("../api.js").State} state
 * @returns {Event}
 */
export function eventOf(state) {
  return state === "counted" || state === "published" ? "closed" : state;
}

/**
 * Tell whether nobody can cast any more.
 * @param {import("../api.js").State} state
 * @returns {boolean}
 */
export function isOver(state) {
  return eventOf(state) in ENDS;
}

/**
 * Screens on which the session is watched, and how often, in milliseconds.
 * @type {Partial<Record<Screen, number>>}
 */
export const WATCHED = Object.freeze({ connecting: 1500, entering: 4000, unready: 2000, waiting: 1500, voting: 4000, reviewing: 4000, voted: 3000, missing: 5000 });

/**
 * Screens that are the end of a visit: nothing that was secret may outlive them.
 * @type {ReadonlySet<Screen>}
 */
export const FINAL = new Set(/** @type {Screen[]} */ (["voted", "used", "void", "unknown", "closed", "cancelled"]));
