/**
 * The announced end of a vote on a page: when it closes and what is left, spoken as it comes near. It only tells: that
 * the vote is closed is the server's to say.
 */
import { makeServerClock } from "./clock.js";
import { byId, language, say, show } from "./page.js";
import { fill } from "./words.js";

/** With so many seconds left it is spoken, and shown where it stays in sight. */
const SPOKEN = [300, 60, 30];
/** How often it is looked at, in milliseconds. */
const EVERY = 500;

/**
 * @typedef {object} EndWords
 * @property {string} endsitself
 * @property {string} ends
 * @property {string} endsminutes
 * @property {string} endsseconds
 * @property {string} endingnow
 * @property {string} endsdue
 */

/**
 * Say when a vote ends: `left` is in seconds.
 * @param {EndWords} words
 * @param {{closes_at?: number, closes_itself?: boolean}} session
 * @param {number} left
 * @param {string} time of the day
 * @returns {string}
 */
export function endInWords(words, session, left, time) {
  if (left <= 0) return session.closes_itself ? words.endingnow : words.endsdue;
  const short = left <= 60;
  const rest = fill(short ? words.endsseconds : words.endsminutes, { count: Math.ceil(short ? left : left / 60) });
  return fill(session.closes_itself ? words.endsitself : words.ends, { time, left: rest });
}

/**
 * Give how near the end is: how many of the spoken thresholds have been reached.
 * @param {number} left in seconds
 * @returns {number}
 */
export function nearness(left) {
  return SPOKEN.filter((threshold) => left <= threshold).length;
}

/**
 * Follow the announced end on the elements `ending`, `ending-words`, `ending-meter` and `ending-spoken` of a page.
 * @param {EndWords} words
 */
export function followEnd(words) {
  const clock = makeServerClock(() => performance.now());
  /** @type {import("./api.js").Session | undefined} */
  let heard;
  /** @type {import("./api.js").Session | undefined} */
  let session;
  let spoken = "";

  function tick() {
    const place = byId("ending");
    const at = session?.closes_at ?? 0;
    const running = session !== undefined && session.state === "open" && at > 0;
    show(place, running);
    if (!running) {
      spoken = "";
      return say(byId("ending-spoken"), "");
    }
    const left = at - clock.now();
    const time = new Date(at * 1000).toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit", hour12: false });
    const text = endInWords(words, session ?? {}, left, time);
    say(byId("ending-words"), text);
    place.toggleAttribute("data-soon", nearness(left) > 0);
    const meter = /** @type {HTMLProgressElement} */ (byId("ending-meter"));
    meter.value = Math.max(0, Math.min(left, meter.max));
    // Spoken when it is announced, when it is changed, and as it comes near; not with every second.
    const moment = `${at} ${session?.closes_itself} ${nearness(left)}`;
    if (moment !== spoken) say(byId("ending-spoken"), text);
    spoken = moment;
  }

  setInterval(tick, EVERY);
  return {
    /**
     * Tell what the server has answered last; nothing: the end does not matter any more to who reads this.
     * @param {import("./api.js").Session | undefined} answer
     */
    hear(answer) {
      // The same answer is told again whenever the page changes, and is older then.
      if (answer !== undefined && answer !== heard) clock.hear(answer.date);
      heard = answer ?? heard;
      session = answer;
      tick();
    },
  };
}
