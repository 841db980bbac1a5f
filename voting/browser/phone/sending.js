/**
 * Send a ballot until the server has answered for it: the same bytes every time, so that a lost reply, a reload or a
 * double tap never makes a second ballot.
 */
import { Answered, Unreachable } from "../api.js";
import { pause } from "../polling.js";

/** The pause after the first failure, in milliseconds; it doubles from there. */
const FIRST_PAUSE = 700;

/**
 * What the API's stable codes (`voting/web/refusals.py`) mean to somebody who casts. All others: this ballot cannot be
 * recorded, and the code is not used up.
 * @type {Readonly<Record<string, Refused>>}
 */
export const REFUSALS = Object.freeze({
  "code-used": "used",
  "void-code": "void",
  "unknown-code": "unknown",
  closed: "closed",
  cancelled: "cancelled",
  "unknown-session": "missing",
});

/**
 * @typedef {"used" | "void" | "unknown" | "closed" | "cancelled" | "missing" | "failed"} Refused
 * @typedef {{receipt: unknown} | {refused: Refused}} Outcome
 */

/**
 * Post the ballot until the server says yes or no. An unreachable server, or one that could not record the ballot, is
 * asked again for as long as the page stays.
 * @param {object} options
 * @param {string} options.ballot
 * @param {Pick<import("../api.js").Api, "cast">} options.api
 * @param {import("../polling.js").Wait} options.wait
 * @param {() => number} options.random
 * @param {(failures: number) => void} [options.onFailure]
 * @param {(cut: () => void) => void} [options.onPause] is given what ends the pause at once
 * @returns {Promise<Outcome>}
 */
export async function send({ ballot, api, wait, random, onFailure = () => {}, onPause = () => {} }) {
  for (let failures = 1; ; failures += 1) {
    try {
      return { receipt: await api.cast(ballot) };
    } catch (error) {
      // Only a server that has not heard of the opening yet says so: this phone has.
      const again = error instanceof Unreachable || (error instanceof Answered && error.code === "not-open");
      if (!again) return { refused: (error instanceof Answered && REFUSALS[error.code]) || "failed" };
    }
    onFailure(failures);
    const pausing = wait(pause(FIRST_PAUSE, failures - 1, random));
    onPause(pausing.cut);
    await pausing.done;
  }
}
