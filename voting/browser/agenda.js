/**
 * The projector follows an agenda: the same address shows the vote that is held now.
 */
import { browserWait, poll } from "./polling.js";

/** How often it is asked which vote is held, in milliseconds. */
const EVERY = 3000;
/** How long that answer may take, in milliseconds. */
const PATIENCE = 15000;

/**
 * Load the page anew as soon as another vote is held than the one that it shows, or none any more.
 * @param {string} address
 * @param {string | null} shown
 */
export function followAgenda(address, shown) {
  poll({
    async task() {
      const answer = await fetch(address, { credentials: "omit", redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) throw new Error(`no agenda: ${answer.status}`);
      const { current } = await answer.json();
      if (current !== shown) location.reload();
      return true;
    },
    every: () => EVERY,
    wait: browserWait,
    random: Math.random,
  });
}
