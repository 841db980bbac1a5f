/**
 * How a teller comes to the page: the link that was opened is claimed once, and whoever has none sees at least how the
 * session stands.
 */
import { Answered } from "../api.js";
import { endOf } from "./flow.js";

/**
 * @typedef {import("./flow.js").Event} Event
 * @typedef {import("./memory.js").Memory} Memory
 */

/** What comes of a link that cannot be claimed. @type {Record<string, Event>} */
const REFUSED = { "unknown-link": "unknown-link", "link-taken": "link-taken", "unknown-session": "missing" };

/**
 * Keep a link until the service has answered for it. The one that this device was claimed with needs no claim; one that
 * is on its way keeps the secret that it was sent with.
 * @param {Memory} memory
 * @param {string} link
 * @param {() => string} drawDevice
 */
export function keepLink(memory, link, drawDevice) {
  if (memory.device()?.link === link) return memory.forgetPending();
  const pending = memory.pending();
  memory.keepPending({ link, device: pending?.link === link ? pending.device : drawDevice() });
}

/**
 * Bind this device to the teller whose link is kept.
 * @param {Pick<import("./api.js").Api, "claim">} api
 * @param {Memory} memory
 * @param {import("./memory.js").Pending} pending
 * @returns {Promise<Event | undefined>} what came of it, nothing when the device is bound
 */
export async function claim(api, memory, pending) {
  try {
    memory.keepDevice({ ...pending, index: await api.claim(pending.link, pending.device) });
    return undefined;
  } catch (error) {
    if (!(error instanceof Answered)) throw error;
    return REFUSED[error.code] ?? "failed";
  }
}

/**
 * Look at the session as anybody may.
 * @param {Pick<import("./api.js").Api, "session">} api
 * @returns {Promise<{title: string | undefined, end: Event | undefined}>} its end when there is one
 */
export async function lookFromOutside(api) {
  try {
    const { title, state } = await api.session();
    return { title, end: endOf(state) };
  } catch (error) {
    if (!(error instanceof Answered)) throw error;
    return { title: undefined, end: "missing" };
  }
}
