/**
 * What the page of a lent device has besides: it tells how long the page of one person stays, and clears it for the next.
 */
import { byId, say, show } from "../../page.js";
import { fill } from "../../words.js";
import { makeLease } from "../lending.js";

/** How often it is looked at, in milliseconds. */
const EVERY = 500;
/** With so many seconds left it is spoken once more. */
const SPOKEN_AGAIN = 20;
const SIGNS_OF_LIFE = ["pointerdown", "keydown", "input", "wheel", "touchmove"];

/**
 * @param {import("../../page.js").Words} words
 * @param {() => void} clear makes the page forget who used it
 */
export function makeLentPage(words, clear) {
  const lease = makeLease();
  const field = /** @type {HTMLInputElement} */ (byId("code"));
  // A device that slept wakes up with the right time, and what runs out meanwhile is cleared at once.
  const now = () => Date.now() / 1000;
  /** @type {import("../flow.js").Screen} */
  let screen = "connecting";
  let alarmed = false;
  let spoken = "";

  function tick() {
    // An alarm is shown to the tellers and does not go away by itself; a page on which nothing stands needs no clearing.
    if (alarmed || (screen === "entering" && field.value === "")) lease.renew(now());
    const { left, through, shown } = lease.look(now());
    if (left <= 0) return clearAll();
    const told = shown && !alarmed;
    show(byId("lent"), told);
    if (!told) {
      spoken = "";
      return say(byId("lent-spoken"), "");
    }
    const text = fill(words[through ? "lentthrough" : "lentidle"] ?? "", { count: Math.ceil(left) });
    say(byId("lent-words"), text);
    say(byId("lent-stay"), words[through ? "lentlonger" : "lenthere"] ?? "");
    const moment = `${screen} ${left <= SPOKEN_AGAIN}`;
    if (moment !== spoken) say(byId("lent-spoken"), text);
    spoken = moment;
  }

  function clearAll() {
    clear();
    field.value = "";
    field.removeAttribute("aria-invalid");
    const error = byId("code-error");
    say(error, "");
    show(error, false);
    lease.renew(now());
    tick();
  }

  for (const sign of SIGNS_OF_LIFE) {
    addEventListener(sign, () => lease.touch(now()), { passive: true, capture: true });
  }
  byId("lent-stay").addEventListener("click", () => {
    lease.renew(now());
    tick();
    // The button that was pressed is gone from the page of who goes on.
    if (byId("lent").hidden) /** @type {HTMLElement} */ (document.querySelector(`[data-screen="${screen}"] h1`))?.focus({ preventScroll: true });
  });
  document.addEventListener("visibilitychange", tick);
  setInterval(tick, EVERY);

  return {
    clearAll,
    /**
     * @param {import("../flow.js").Screen} next
     * @param {import("../visit.js").Model} model
     */
    follow(next, { receipt, board }) {
      screen = next;
      alarmed = next === "voted" && (receipt?.genuine !== true || board === "alarm");
      lease.enter(next, now());
      tick();
    },
  };
}
